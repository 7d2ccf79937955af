
static void yielder(struct task *t)
{
	for (; time(NULL) < end; t->windows++) {
		sched_yield();
#if PERIOD
		usleep(t->period_us);
#endif
	}
}
