
/* Moves its worker from CPU to CPU. */
static void migrator(struct task *t)
{
	for (; time(NULL) < end - 1; usleep(t->period_us))
		pin(tasks[t->worker].tid, t->windows++);
}
