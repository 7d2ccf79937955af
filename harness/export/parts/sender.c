
static void sender(struct task *t)
{
	struct task *worker = &tasks[t->worker];

	for (uint32_t last = 0; time(NULL) < end; last = worker->generation, t->windows++) {
		while ((!worker->inside || worker->generation == last) && time(NULL) < end)
			sched_yield();
#if DELAY
		usleep(@DELAY_US@);
#endif
		syscall(SYS_tgkill, worker->tid, worker->tid, SIGNO);
	}
}
