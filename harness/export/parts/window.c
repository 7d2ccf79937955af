
/* Load, let the signal come, store; nothing else touches the registers in between. */
#if forker
static __attribute__((noinline)) long window(struct task *t, uint64_t hold_us)
#else
static __attribute__((noinline)) void window(struct task *t, uint64_t hold_us)
#endif
{
	uint64_t rax = t->mask, rdx = 0, until = __builtin_ia32_rdtsc() + hold_us * 2500;
	uint32_t mxcsr = 0x1f80;
#if forker
	long result = 0;
#endif

	asm volatile("xrstor64 %[image]\n"
		     "movl $1, %[inside]\n"
		     "movq %[call], %%rax; testq %%rax, %%rax; jz 1f\n"
		     "movq %[arg], %%rdi; movq 8+%[arg], %%rsi; movq 16+%[arg], %%rdx\n"
#if forker
		     "syscall; movq %%rax, %[result]\n"
#else
		     "syscall\n"
#endif
#if YIELDS
		     "1: cmpl $0, %[release]; jne 2f; pause\n"
		     "cmpl $0, %[yields]; je 3f; movl $24, %%eax; syscall\n" /* sched_yield() */
		     "3: rdtsc; shlq $32, %%rdx; orq %%rdx, %%rax; cmpq %[until], %%rax; jb 1b\n"
#else
		     "1: cmpl $0, %[release]; jne 2f; pause\n"
		     "rdtsc; shlq $32, %%rdx; orq %%rdx, %%rax; cmpq %[until], %%rax; jb 1b\n"
#endif
		     "2: movl $0, %[inside]\n"
		     "movl %[all], %%eax; xorl %%edx, %%edx; xsave64 %[dump]\n"
		     "fninit; ldmxcsr %[mxcsr]\n"
#if forker
		     : "+a"(rax), "+d"(rdx), [result] "+r"(result), [inside] "+m"(t->inside),
		       [dump] "+m"(dump)
#else
		     : "+a"(rax), "+d"(rdx), [inside] "+m"(t->inside), [dump] "+m"(dump)
#endif
		     : [until] "r"(until), [image] "m"(t->image), [release] "m"(t->release), 
		       [call] "m"(t->call),
#if YIELDS
		       [yields] "m"(t->yields),
#endif
		       [arg] "m"(t->arg), [all] "i"(COMPONENTS), [mxcsr] "m"(mxcsr)
		     : "rdi", "rsi", "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
#if forker
	return result;
#endif
}

/* A word has its owner in bits 48-62, its place in 32-47, and below the number of the window. */
static void fill(struct task *t, uint64_t *image, uint64_t owner)
{
	image[64] = t->mask; /* XSTATE_BV */
	t->generation++;
	FOR_EACH_WORD(t, f, i) {
		uint64_t value = owner << 48 | (f - files) * 1l << 40 | i * 1l << 32;

		value |= t->generation;
		value = f->own == ~0ull ? value : value * 0x9e3779b97f4a7c15 >> 32;
		WORD(image, f, i) = f->base | (value & f->own);
	}
#if X87
	for (int i = 0; i < 8; i++)
		image[5 + 2 * i] = 0x3fff; /* exponents of normal numbers */
#endif
}

/* Components in @keep have to be @t's own, others in init state, as those not in @used are. */
static void judge(struct task *t, const void *area, uint64_t used, uint64_t keep, const char *when)
{
	int bad = 0;

	FOR_EACH_WORD(t, f, i) {
		uint64_t care = f->own | f->base | f->init, is = used >> f->component & 1;
		uint64_t found = is || f->at == 3 ? WORD(area, f, i) & care : f->init;
		uint64_t want = keep >> f->component & 1 ? WORD(t->image, f, i) & care : f->init;
		unsigned int owner = found >> 48 & ~0x8000;

#if PKRU
		if (f->component == 9 && want == f->init) /* the kernel has one of its own */
			continue;
#endif
		if (found == want || bad++ > 9)
			continue;
		printf("corrupt: %s, %s: %s%d word %d is %#lx, not %#lx; data of %s\n", t->name,
		       when, f->name, i / f->per_register, i % f->per_register, found, want,
		       !(found >> 63) || owner >= 2 * TASKS ? "nobody known" :
		       owner < TASKS ? tasks[owner].name : "a signal handler");
	}
	if (bad)
		_exit(1);
}
