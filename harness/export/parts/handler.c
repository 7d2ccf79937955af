static void handler(int sig, siginfo_t *info, void *context)
{
	struct task *t = self;
	ucontext_t *uc = context;
	uint8_t *fp = (uint8_t *)uc->uc_mcontext.fpregs;
	const char *ip = (void *)uc->uc_mcontext.gregs[REG_RIP];

	asm volatile("xsave64 %0" : "+m"(t->entry) : "a"((uint32_t)t->mask), "d"(0)); /* first */
	judge(t, t->entry, 0, "at handler entry");
	(void)sig, (void)info;
	if (handler_refused(t, sig, fp)) return;
	if (stack_refused(t, sig, info)) return;
	if (source_strange(sig, info, uc)) return;
	if (!t->inside || ip < held || ip >= left)
		return (void)(t->fpstate = t->windows ? t->fpstate : fp);
	t->inside = 0, t->signals++;
	t->lacks &= stack_faults() == t->before ? ~0 : ~SAVE_FAULT;
	judge_frame(t, uc);
	judge(t, (uint64_t *)fp, ~0ul, "in the signal frame");
	handler_clobber(t); /* so that what sigreturn forgets to load shows */
	handler_edit(t, fp);
	handler_point(t, uc);
	handler_act(t);
	uc->uc_mcontext.fpregs = memcpy(t->stack + RESTORE_EDGE - EDGE, fp, t->stack + STACK - fp);
	stack_drop(t->stack + RESTORE_FROM, t->stack + RESTORE_TO); /* before sigreturn reads */
	t->before = stack_faults();
}
