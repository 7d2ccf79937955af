
static void sender(struct task *t)
{
	struct task *worker = &tasks[t->worker];

	for (uint32_t last = 0; time(NULL) < end; t->windows++) {
		while ((!worker->inside || worker->generation == last) && time(NULL) < end)
#if NEAR
			sched_yield();
#else
			__builtin_ia32_pause();
#endif
		last = worker->generation; /* one signal for each window */
#if DELAY
		usleep(@DELAY_US@);
#endif
		syscall(SYS_tgkill, worker->tid, worker->tid, SIGUSR1);
	}
}
