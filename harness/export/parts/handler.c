
static void handler(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	uint8_t *fp = (uint8_t *)uc->uc_mcontext.fpregs;
#if SW
	struct _fpx_sw_bytes *sw = (void *)(fp + 464);
#endif
#if MANY
	struct task *t = self;
#else
	struct task *t = tasks;
#endif

#if STRAY
	if (!t) /* a thread that is no worker */
		return;
#endif
	asm volatile("xsave64 %0" : "+m"(entry) : "a"((uint32_t)t->mask), "d"(0)); /* first */
	judge(t, entry, "at handler entry");
#if READONLY
	/* A SIGSEGV by the kernel stands for the signal that had no stack. */
	if (sig == SIGSEGV && info->si_code != SI_KERNEL) {
		signal(sig, SIG_DFL); /* it comes again, and kills */
		return;
	}
	t->full += sig == SIGSEGV && t->inside;
#endif
#if BAD
	(void)info;
	if (sig == SIGSEGV && !t->bad) {
		signal(sig, SIG_DFL); /* it comes again, and kills */
		return;
	}
	if (sig == SIGSEGV) {
		judge(t, (uint64_t *)fp, "in the frame of the SIGSEGV after a bad one");
		t->bad = 0;
#if FAULT
		t->full += t->faulted;
#else
		t->full++;
#endif
		return;
	}
#endif
#if !SEGV
	(void)sig, (void)info;
#endif
#if READONLY
	if (sig != SIGSEGV)
		t->fpstate = fp;
#else
	t->fpstate = fp;
#endif
	if (!t->inside)
		return;
	t->inside = 0;
	t->signals++;
#if FAULT
#if LATER
	t->faulted = @FAULTS@ != t->before;
#else
	t->full += @FAULTS@ != t->before;
#endif
#endif
	judge(t, (uint64_t *)fp, "in the signal frame");
#if ACT
	fill(t, other, t - tasks + TASKS); /* so that what sigreturn forgets to load shows */
	asm volatile("xrstor64 %0" : : "m"(other), "a"((uint32_t)t->mask), "d"(0));
#endif
#if yield
	sched_yield();
#endif
#if migrate
	pin(0, t->windows);
#endif
#if edit-fx
	sw->magic1 = 0; /* x87 and SSE have to come back, all else in init state */
	t->keep = 3;
#endif
#if edit-null
	uc->uc_mcontext.fpregs = NULL; /* all comes back in init state */
	t->keep = 0;
#endif
#if edit-init
	/* Bits of XSTATE_BV or of sw_bytes cleared: those components come back in init state. */
	t->keep = ~(1ull << t->windows / 2 % 10);
	if (!(~t->keep & t->mask))
		t->keep = ~t->mask;
	if (t->windows % 2)
		sw->xstate_bv &= t->keep;
	else
		*(uint64_t *)(fp + 512) &= t->keep;
	if (!(t->keep & 2)) /* whether MXCSR comes from memory then is up to the kernel */
		*(uint32_t *)(fp + 24) = 0x1f80;
#endif
#if edit-size
	/* As a machine with fewer components writes it: the others come back in init state. */
	uint32_t bytes = 576, size, offset, c, d;

	t->keep = sw->xstate_bv & ((2ull << (1 + t->windows / 2 % 9)) - 1);
	for (int i = 2; i < 10; i++) {
		__cpuid_count(13, i, size, offset, c, d);
		if (t->keep >> i & 1 && offset + size > bytes)
			bytes = offset + size;
	}
	sw->xstate_bv = t->keep;
	*(uint64_t *)(fp + 512) &= t->keep;
	if (t->windows % 2)
		bytes = sw->xstate_size;
#endif
#if edit-tail
	uint32_t bytes = t->windows % 2 || @TAIL@ > sw->xstate_size ? 576 : @TAIL@;
#endif
#if edit-size

	*(uint32_t *)(fp + sw->xstate_size) = 0;
#endif
#if RESIZE
	*(uint32_t *)((uint8_t *)t->image + bytes) = FP_XSTATE_MAGIC2; /* a register's value, too */
	*(uint32_t *)(fp + bytes) = FP_XSTATE_MAGIC2;
#if edit-tail
	sw->xstate_size = bytes; /* alone: XRSTOR is the first to read what is behind */
#else
	sw->xstate_size = bytes;
#endif
#endif
#if bad-magic
	if (t->windows % 4 == 0)
		sw->magic1 ^= 1;
	else if (t->windows % 4 == 1)
		*(uint32_t *)(fp + sw->xstate_size) ^= 1; /* magic2 */
	else if (t->windows % 4 == 2)
		sw->xstate_size = 512; /* no room for the header */
	else
		sw->extended_size = sw->xstate_size - 64; /* more than there is */
	t->keep = 3;
#endif
#if bad-header
	/* XCOMP_BV or reserved bytes of the header: sigreturn has to refuse the frame. */
	*(uint64_t *)(fp + (t->windows % 2 ? 528 : 520)) = t->windows % 4 < 2 ? 7 : 1ull << 40;
#endif
#if bad-xfeatures
	*(uint64_t *)(fp + 512) |= 1ull << 62; /* no such component: sigreturn has to refuse */
#endif
#if bad-align
	uc->uc_mcontext.fpregs = (void *)(fp + 8); /* sigreturn has to refuse the frame */
#endif
#if bad-pointer
	uc->uc_mcontext.fpregs = (void *)64; /* sigreturn has to refuse the frame */
#endif
#if bad-tail
	/* It ends at unmapped memory, behind a small xstate_size: sigreturn has to refuse it. */
	sw->xstate_size = 576;
	*(uint64_t *)(fp + 512) = sw->xstate_bv;
	uc->uc_mcontext.fpregs = memcpy(t->stack + 4096 - 640, fp, 576);
	*(uint32_t *)(t->stack + 4096 - 64) = FP_XSTATE_MAGIC2;
#endif
#if BAD
	t->bad = 1;
	t->keep = 0;
#endif
#if RESTORE
	/* Sigreturn finds fpstate elsewhere, the boundary at the same offset, and pages absent. */
	uc->uc_mcontext.fpregs = memcpy(t->stack + @END@ - BOUNDARY, fp, t->stack + STACK - fp);
	t->before = @FAULTS@;
#if RESTORE_ALL
	if (DROP(t->stack, t->stack@PLUS_COPY@))
#endif
#if RESTORE_LOWER
	if (DROP(t->stack, t->stack + @END@))
#endif
#if RESTORE_UPPER
	if (DROP(t->stack + @END@, t->stack@PLUS_COPY@))
#endif
		err(2, "making pages absent");
#endif
}
