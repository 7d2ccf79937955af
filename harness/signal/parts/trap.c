extern const char trap_at[]; /* the window's own instruction, which is stepped over */

/* Whether the kernel raises this for anything else: it comes again, and kills. */
static int source_strange(int sig, const siginfo_t *info, ucontext_t *uc)
{
	greg_t *ip = &uc->uc_mcontext.gregs[REG_RIP];

	if (info->si_code <= 0) /* sent */
		return 0;
	if (*ip != (greg_t)trap_at)
		return signal(sig, SIG_DFL), 1;
	*ip += TRAP_BYTES;
	return 0;
}
