
#if NEIGHBOUR
/* A thread that holds the worker's faults until the neighbour has used its CPU. */
#else
/* A thread that holds the worker's faults. */
#endif
static void *resolve(void *arg)
{
#if MINOR
	struct uffdio_continue let = { .range.len = 4096 };
#else
	struct uffdio_zeropage let = { .range.len = 4096 };
#endif
	struct task *t = arg;
	struct uffd_msg msg;

#if RESOLVER_ELSEWHERE
#if PINS
	pin(0, t->cpu + 1);
#else
	sched_setaffinity(0, sizeof(all), &all);
#endif
#endif
	while (read(t->fd, &msg, sizeof(msg)) == sizeof(msg)) {
#if NEIGHBOUR
		unsigned long until = t[@NEIGHBOUR@].windows + 2;

		for (int us = 0; us < @UFFD_US@ && t[@NEIGHBOUR@].windows < until; us += 20)
			usleep(20);
#else
		usleep(@UFFD_US@);
#endif
		t->faults++;
		let.range.start = msg.arg.pagefault.address & ~4095ull;
#if MINOR
		if (ioctl(t->fd, UFFDIO_CONTINUE, &let) && ioctl(t->fd, UFFDIO_WAKE, &let.range))
#else
		if (ioctl(t->fd, UFFDIO_ZEROPAGE, &let) && ioctl(t->fd, UFFDIO_WAKE, &let.range))
#endif
			break;
	}
	err(2, "userfaultfd");
}
