#include <pthread.h>
static void *thread(void *arg)
{
	struct task *t = arg;

	source_block();
	t->owner = t - tasks, t->pid = getpid();
	pin(0, t->cpu);
	t->run(t);
	return NULL;
}

static void start_threads(struct task *worker)
{
	pthread_t id;

	for (struct task *t = worker; t < tasks + TASKS; t++)
		if (t->thread && tasks + t->worker == worker)
			pthread_create(&id, NULL, thread, t);
}
