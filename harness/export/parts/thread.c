
static void *neighbour(void *arg)
{
	struct task *t = arg;

	if (t->cpu >= 0)
		pin(0, cpus[t->cpu % ncpus]);
	loop(t);
	return NULL;
}

/* Not a process: the worker starts it. */
static void thread(struct task *t)
{
	(void)t;
}
