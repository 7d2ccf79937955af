
/* Until the end: load registers, take a signal or hold them, store and prove them. */
static void loop(struct task *t)
{
#if TIMED
	long lead_ns = 5000;

#endif
	for (; time(NULL) < end; t->windows++) {
		uint64_t until = __builtin_ia32_rdtsc() + (t->stack ? @HOLD_US@ : 50) * 2500ul;
		uint32_t quiet;

		fill(t, t->image, t - tasks);
#if KEEP
		t->keep = ~0ul;
#endif
#if none
		if (t->stack) /* what the kernel does not write must not matter */
			memset(t->fpstate, 0xff, t->stack + STACK - t->fpstate);
#else
#if MISSING_LOWER
		if (t->stack && DROP(t->stack@PLUS_COPY@, t->fpstate + BOUNDARY))
#endif
#if MISSING_UPPER
		if (t->stack && DROP(t->fpstate + BOUNDARY, t->stack + STACK))
#endif
#if MISSING_ALL
		if (t->stack && DROP(t->stack@PLUS_COPY@, t->stack + STACK))
#endif
			err(2, "making pages absent");
#endif
#if FAULT
		t->before = @FAULTS@;
#endif
#if TIMED
		if (t->stack)
#if DELAY
			send_soon(lead_ns + @DELAY_US@ * 1000l);
#else
			send_soon(lead_ns);
#endif
#endif
		asm volatile("movq %[mask], %%rax; xorl %%edx, %%edx; xrstor64 %[image]\n"
			     "movl $1, %[inside]\n"
#if CALLS
			     "movq %[call], %%rax; testq %%rax, %%rax; jz 1f\n"
			     "movq %[arg], %%rdi; movq 8+%[arg], %%rsi; movq 16+%[arg], %%rdx\n"
#if forker
			     "syscall; movq %%rax, %[child]\n"
#else
			     "syscall\n"
#endif
#endif
#if YIELDS
			     "1: cmpl $0, %[inside]; je 2f; pause\n"
			     "cmpl $0, %[yields]; je 3f; movl $24, %%eax; syscall; 3: rdtsc\n"
#else
			     "1: cmpl $0, %[inside]; je 2f; pause; rdtsc\n"
#endif
			     "shlq $32, %%rdx; orq %%rdx, %%rax; cmpq %[until], %%rax; jb 1b\n"
			     "2: xorl %[quiet], %[quiet]; xchgl %[quiet], %[inside]\n"
			     "movq %[mask], %%rax; xorl %%edx, %%edx; xsave64 %[dump]\n"
#if forker
			     : [inside] "+m"(t->inside), [dump] "+m"(dump), [quiet] "=&r"(quiet),
			       [child] "+m"(child)
#else
			     : [inside] "+m"(t->inside), [dump] "+m"(dump), [quiet] "=&r"(quiet)
#endif
#if CALLS
			     : [mask] "m"(t->mask), [image] "m"(t->image), [until] "r"(until),
#if YIELDS
			       [yields] "m"(t->yields),
#endif
			       [call] "m"(t->call), [arg] "m"(t->arg)
#else
#if YIELDS
			     : [mask] "m"(t->mask), [image] "m"(t->image), [until] "r"(until),
			       [yields] "m"(t->yields)
#else
			     : [mask] "m"(t->mask), [image] "m"(t->image), [until] "r"(until)
#endif
#endif
			     : "rax", "rcx", "rdx", "rsi", "rdi", "r11", "memory", "cc");
#if RESTORE
		t->full += !quiet && t->faulted && @FAULTS@ != t->before;
#endif
#if TIMED
		if (quiet && lead_ns < 2000000)
			lead_ns *= 2;
#endif
#if forker
		judge(t, dump, t->call == SYS_fork && !child ? "in a new child" :
		      t->stack && !quiet ? "after sigreturn" : "without a signal");
		if (t->call == SYS_fork)
			reap();
#else
		judge(t, dump, t->stack && !quiet ? "after sigreturn" : "without a signal");
#endif
#if PERIOD
		if (t->period_us)
			usleep(t->period_us);
#endif
	}
}
