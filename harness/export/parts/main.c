
int main(int argc, char **argv)
{
#if FAR
	unsigned int a, b, c, d;
#endif
	int late = 0, code = 0, status = 0;
#if PINS
	cpu_set_t set;
#else
	cpu_set_t here = { 0 }; /* for all */
#endif

	end = time(NULL) + 1 + (argc > 1 ? atoi(argv[1]) : @SECONDS@);
#if FAR
	if (__builtin_cpu_supports("avx")) /* so that there is XSAVE */
		asm volatile("xgetbv" : "=a"(xcr0), "=d"(d) : "c"(0));
	if (~xcr0 & @NEEDED@)
		errx(4, "skip: the CPU lacks XSAVE, or registers of the case");
	for (struct file *f = files; f < files_end; f++) {
		__cpuid_count(13, f->component, a, b, c, d);
		f->at = f->component > 1 ? (int)b / 8 : f->at;
		f->words *= xcr0 >> f->component & 1;
	}
#else
	if (!__builtin_cpu_supports("avx"))
		errx(4, "skip: no AVX, and perhaps no XSAVE");
#endif
	tasks = mmap(NULL, sizeof(table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, 0, 0);
#if PINS
	if (tasks == MAP_FAILED || sched_getaffinity(0, sizeof(set), &set))
		err(2, "start");
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &set))
			cpus[ncpus++] = i;
#else
	CPU_SET(sched_getcpu(), &here);
#if RESOLVER_ELSEWHERE
	if (tasks == MAP_FAILED || sched_getaffinity(0, sizeof(all), &all) ||
	    sched_setaffinity(0, sizeof(here), &here))
#else
	if (tasks == MAP_FAILED || sched_setaffinity(0, sizeof(here), &here))
#endif
		err(2, "start");
#endif
	memcpy(tasks, table, sizeof(table));
	for (struct task *t = tasks; t < tasks + TASKS; t++)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
#if PINS
			pin(0, t->cpu);
#endif
#if thread
			if (t->run)
				t->run(t);
#else
			t->run(t);
#endif
			_exit(0);
		}
	for (; waitpid(-1, &status, WNOHANG) >= 0; usleep(10000)) {
		if (time(NULL) > end && late++ > 6000)
			errx(1, "hang: no end 60 s after its time");
		if (WIFSIGNALED(status)) /* by ILL, TRAP, BUS, FPE, SEGV: the kernel's */
			errx(0x9b0 >> WTERMSIG(status) & 1 ? 1 : 2, "killed: %s",
			     strsignal(WTERMSIG(status)));
		if (WEXITSTATUS(status))
			return WEXITSTATUS(status);
	}
	for (struct task *t = tasks; t < tasks + TASKS; t++) {
#if COUNT
		printf("%s: %lu windows, %lu signals, %lu with @WHAT@\n",
		       t->name, t->windows, t->signals, t->full);
		if (!t->windows || (t->stack && t->full <= t->signals / 2))
#else
		printf("%s: %lu windows, %lu signals\n", t->name, t->windows, t->signals);
		if (!t->windows || (t->stack && !t->signals))
#endif
			code = 4;
	}
	puts(code ? "inconclusive" : "pass");
	return code;
}
