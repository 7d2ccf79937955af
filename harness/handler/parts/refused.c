/* The SIGSEGV by which the kernel refuses a bad frame; any other one kills. */
static int handler_refused(struct task *t, int sig, const uint8_t *fp)
{
	if (sig != SIGSEGV)
		return 0;
	if (t->keep || !(t->lacks & REFUSAL))
		return signal(sig, SIG_DFL), 1; /* it comes again */
	judge(t, (uint64_t *)fp, 0, "in the frame of the SIGSEGV after a bad one");
	t->lacks &= ~REFUSAL;
	return 1;
}
#define handler_open(sa) ((sa)->sa_flags |= SA_NODEFER, sigaddset(&(sa)->sa_mask, SIGNO), \
			  sigaction(SIGSEGV, sa, NULL))
