static void stack_signal(struct sigaction *sa)
{
	sa->sa_flags &= ~SA_ONSTACK;
	sigaddset(&sa->sa_mask, SIGNO);
	sigaction(SIGSEGV, sa, NULL);
}

/* A SIGSEGV by the kernel stands for the signal that had no stack. */
static int stack_refused(struct task *t, int sig, const siginfo_t *info)
{
	if (sig != SIGSEGV)
		return 0;
	if (info->si_code != SI_KERNEL)
		return signal(sig, SIG_DFL), 1; /* it comes again, and kills */
	t->lacks &= ~REFUSAL;
	return !t->inside;
}
