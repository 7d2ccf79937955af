
#if NEIGHBOUR
/* A thread of the worker's that holds its faults until the neighbour has used its CPU. */
#else
/* A thread of the worker's that holds its faults. */
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

	while (read(t->fd, &msg, sizeof(msg)) == sizeof(msg)) {
		let.range.start = msg.arg.pagefault.address & ~4095ull;
#if NEIGHBOUR
		for (unsigned long us = 0, n = t[@NEIGHBOUR@].windows;
		     us < @UFFD_US@ && __atomic_load_n(&t[@NEIGHBOUR@].windows, 0) < n + 2; us += 20)
			usleep(20);
#else
		usleep(@UFFD_US@);
#endif
#if MINOR
		if (ioctl(t->fd, UFFDIO_CONTINUE, &let) && ioctl(t->fd, UFFDIO_WAKE, &let.range))
#else
		if (ioctl(t->fd, UFFDIO_ZEROPAGE, &let) && ioctl(t->fd, UFFDIO_WAKE, &let.range))
#endif
			break;
	}
	die(2, "userfaultfd");
	return NULL;
}
