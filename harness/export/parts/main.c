
int main(int argc, char **argv)
{
	unsigned int a, b, c, d, xcr0 = 0;
	int code = 0, late = 0, pid, status;
	cpu_set_t set;

	setlinebuf(stdout);
	end = time(NULL) + 1 + (argc > 1 ? atoi(argv[1]) : @SECONDS@);
	tasks = mmap(NULL, sizeof(table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (tasks == MAP_FAILED || sched_getaffinity(0, sizeof(set), &set))
		die(2, "start");
	memcpy(tasks, table, sizeof(table));
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &set))
			cpus[ncpus++] = i;
	__cpuid(1, a, b, c, d);
	if (c >> 27 & 1) /* OSXSAVE */
		asm volatile("xgetbv" : "=a"(xcr0), "=d"(d) : "c"(0));
#if FAR
	for (int i = 2; i < 10; i++) {
		__cpuid_count(13, i, a, b, c, d);
		off[i] = b;
	}
#endif
	if (~xcr0 & NEEDED) {
		puts("skip: the CPU lacks XSAVE, or registers of the case");
		return 4;
	}
	for (int i = 0; i < TASKS; i++)
		tasks[i].mask &= xcr0;
	for (struct task *t = tasks; t < tasks + TASKS; t++) {
		pid = fork();
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (t->cpu >= 0)
				pin(0, cpus[t->cpu % ncpus]);
			t->run(t);
			_exit(0);
		}
#if SERVANT
		t->tid = pid;
#endif
	}
	while (!code && (pid = waitpid(-1, &status, WNOHANG)) >= 0) {
		late += !pid && !usleep(10000) && time(NULL) > end;
		if (late > 6000 && puts("hang: no end 60 s after its time"))
			return 1;
		if (pid)
			code = WEXITSTATUS(status);
		if (pid && WIFSIGNALED(status)) {
			printf("killed: %s\n", strsignal(WTERMSIG(status)));
			code = 0x9b0 >> WTERMSIG(status) & 1 ? 1 : 2; /* ILL TRAP BUS FPE SEGV */
		}
	}
	if (code)
		return code;
	for (struct task *t = tasks; t < tasks + TASKS; t++) {
#if FAULT
		printf("%s: %lu windows, %lu signals, %lu page faults on the way, %lu back\n",
		       t->name, t->windows, t->signals, t->faulted, t->refaulted);
#else
		printf("%s: %lu windows, %lu signals\n", t->name, t->windows, t->signals);
#endif
#if RESTORE
		if (t->refaulted < t->signals / 2)
			code = 4;
#endif
#if SEGV
		if (t->refused < t->signals / 2)
			code = 4;
#endif
#if FAULT
		if (!t->windows || (t->stack && !t->signals) || t->faulted < t->signals / 2)
			code = 4;
#else
		if (!t->windows || (t->stack && !t->signals))
			code = 4;
#endif
	}
	puts(code ? "inconclusive" : "pass");
	return code;
}
