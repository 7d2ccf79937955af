#include "export/parts/threads.c"
static void sender(struct task *t)
{
	for (uint32_t last = 0; more(t); source_send(self)) {
		while ((!self->inside || self->generation == last) && time(NULL) < end)
			sched_yield();
		last = self->generation; /* one signal for each window */
		usleep(DELAY_US);
	}
}
