/* Load registers, take a signal or hold them, store and prove them. */
static __attribute__((noinline)) void window(struct task *t)
{
	uint64_t stop = __builtin_ia32_rdtsc() + (50 + t->hold_us) * 2500ul, quiet, bad = 0;

	fill(t, t->image, t->owner);
	source_tune(t);
	t->want = t->image, t->keep = ~0ul, t->lacks = LACKS;
	asm volatile("movq %[mask], %%rax; xorl %%edx, %%edx; xrstor64 %[image]; held:\n"
		window_red_zone("rep stosq")
		"movl $1, %[in]; movq %[call], %%rax; testq %%rax, %%rax; jz 1f; movq %[a], %%rdi\n"
		"movq 8+%[a], %%rsi; movq 16+%[a], %%rdx; movq 24+%[a], %%r10; movq 32+%[a], %%r8\n"
		"syscall; movq %%rax, %[result]; 1:\n"
		"cmpq $0, %[fp]; je 1f; " source_trap "\n"
		"1: cmpl $0, %[in]; je 2f; pause\n"
		hold_turns
		"rdtsc; shlq $32, %%rdx; orq %%rdx, %%rax; cmpq %[to], %%rax; jb 1b; 2: left:"
		: [in] "+m"(t->inside), [result] "+m"(result)
		: [mask] "m"(t->mask), [image] "m"(t->image), [fp] "m"(t->fpstate),
		  [call] "m"(t->call), [a] "m"(t->arg), [hold] "m"(t->hold), [to] "r"(stop)
		: "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r10", "r11", "memory", "cc");
	asm volatile("xorl %k[quiet], %k[quiet]; xchgl %k[quiet], %[in]\n"
		window_red_zone("repe scasq; setne %[bad]")
		"movq %[mask], %%rax; xorl %%edx, %%edx; xsave64 %[dump]\n"
		: [in] "+m"(t->inside), [dump] "=m"(dump), [quiet] "=&r"(quiet), [bad] "+m"(bad)
		: [mask] "m"(t->mask), [to] "r"(stop)
		: "rax", "rcx", "rdx", "rdi", "memory", "cc");
	judge(t, dump, t->keep, quiet ? "without a signal" : "after sigreturn");
	if (bad) corrupt("%s, after sigreturn: the red zone\n", t->name); /* window_red_zone */
	t->lacks &= stack_faults() == t->before ? ~0 : ~READ_FAULT;
	t->full += !quiet && !t->lacks;
}
