int main(int argc, char **argv)
{
	int a, b, c, late = 0, code = 0, status = 0;
	cpu_set_t set;

	end = time(NULL) + 1 + (argc > 1 ? atoi(argv[1]) : SECONDS);
	if (__builtin_cpu_supports("avx")) /* so that there is XSAVE */
		asm volatile("xgetbv" : "=a"(xcr0) : "a"(0), "c"(0) : "edx");
	if (~xcr0 & NEEDED)
		errx(4, "skip: the CPU lacks XSAVE, or registers of the case");
	for (struct file *f = files; f < files_end; f++) {
		asm("cpuid" : "=a"(a), "=b"(b), "=c"(c) : "0"(13), "2"(f->component) : "edx");
		f->at += f->component > 1 ? b / 8 : 0, f->words *= xcr0 >> f->component & 1;
	}
	tasks = mmap(NULL, sizeof(table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, 0, 0);
	if (tasks == MAP_FAILED || sched_getaffinity(0, sizeof(set), &set))
		err(2, "start");
	for (int i = 0; i < CPU_SETSIZE; ncpus += !!CPU_ISSET(i++, &set))
		cpus[ncpus] = i;
	memcpy(tasks, table, sizeof(table));
	for (struct task *t = tasks; t < tasks + TASKS; t++)
		if (!t->thread && !fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			t->owner = t - tasks, t->pid = getpid();
			pin(0, t->cpu);
			t->run(t);
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
		printf("%s: %lu windows, %lu signals, %lu as wanted\n",
		       t->name, t->windows, t->signals, t->full);
		if (t->windows < 2 || (t->run == worker && t->full <= t->signals / 2))
			code = 4;
	}
	puts(code ? "inconclusive" : "pass");
	return code;
}
