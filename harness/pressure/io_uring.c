// SPDX-License-Identifier: GPL-2.0-only
/* io-uring: a process that holds registers while a kernel worker thread does its I/O. */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "task/sys.h"

#define ENTRIES	    4u
#define WRITE_BYTES 4096u
/* A write hashes, which some kernels do with vector registers, here in the worker. */
#define WRITTEN "/dev/urandom"

/* One ring; one request is in flight at most. */
struct ring {
	int fd, file;
	struct io_uring_params p;
	uint8_t *rings; /* submission and completion queue, in one mapping */
	struct io_uring_sqe *entry;
	uint8_t data[WRITE_BYTES];
};

static size_t rings_bytes(const struct io_uring_params *p)
{
	const size_t sq = p->sq_off.array + p->sq_entries * sizeof(uint32_t);
	const size_t cq = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);

	return sq > cq ? sq : cq;
}

static size_t entries_bytes(const struct io_uring_params *p)
{
	return p->sq_entries * sizeof(struct io_uring_sqe);
}

static int setup(struct ring *r)
{
	r->fd = (int)xs_syscall3(SYS_io_uring_setup, ENTRIES, (long)&r->p, 0);
	if (r->fd < 0)
		return r->fd;
	if (r->p.features & IORING_FEAT_SINGLE_MMAP && r->p.features & IORING_FEAT_RW_CUR_POS)
		return 0;
	/* IORING_OP_WRITE and IOSQE_ASYNC came with the latter, in 5.6. */
	close(r->fd);
	return -EOPNOTSUPP;
}

static int supported(char *why)
{
	struct ring r = { 0 };
	const int rc = setup(&r);

	if (!rc) {
		close(r.fd);
		if (!access(WRITTEN, W_OK))
			return 0;
		return xs_why(-errno, why, WRITTEN ": %m (mount devtmpfs on /dev)");
	}
	return xs_why(rc, why,
		      "io_uring_setup(): %s (Linux 5.6; sysctl kernel.io_uring_disabled, a "
		      "seccomp filter)",
		      strerror(-rc));
}

static int open_files(const struct xs_task *t, struct ring *r)
{
	uint64_t set[XS_PLAN_CPUS_MAX / 64] = { 0 };
	int rc = setup(r);

	if (rc)
		return rc;
	r->rings = mmap(NULL, rings_bytes(&r->p), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			r->fd, IORING_OFF_SQ_RING);
	if (r->rings == MAP_FAILED)
		return -errno;
	r->entry = mmap(NULL, entries_bytes(&r->p), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQES);
	if (r->entry == MAP_FAILED)
		return -errno;
	r->file = open(WRITTEN, O_WRONLY | O_CLOEXEC);
	/* Linux 5.14. What runs elsewhere leaves our registers alone in any case. */
	if (t->plan->cpu >= 0) {
		set[t->plan->cpu / 64] = 1ull << (t->plan->cpu % 64);
		xs_syscall6(SYS_io_uring_register, r->fd, IORING_REGISTER_IOWQ_AFF, (long)set,
			    sizeof(set), 0, 0);
	}
	return r->file < 0 ? -errno : 0;
}

static uint32_t *word(const struct ring *r, uint32_t offset)
{
	return (uint32_t *)(void *)(r->rings + offset);
}

/* Whether there is a completion, of a write that was made. */
static bool written(const struct ring *r, uint32_t head, uint32_t tail)
{
	const uint32_t at = head & (r->p.cq_entries - 1);
	const uint8_t *entries = r->rings + r->p.cq_off.cqes;
	const struct io_uring_cqe *cqe = (const void *)(entries + at * sizeof(struct io_uring_cqe));

	return head != tail && cqe->res > 0;
}

/* Take the window's completion: 0 or -errno. */
static int complete(struct xs_task *t, const struct ring *r)
{
	uint32_t *head = word(r, r->p.cq_off.head);
	const uint32_t done = __atomic_load_n(word(r, r->p.cq_off.tail), __ATOMIC_ACQUIRE);

	if (!written(r, *head, done))
		return xs_task_fail(t, -EIO, "the write that its window submits");
	__atomic_store_n(head, done, __ATOMIC_RELEASE);
	return 0;
}

/* Queue a write: the window submits it, and waits for it. */
static int step(struct xs_task *t)
{
	struct ring *r = t->own;
	uint32_t *tail = word(r, r->p.sq_off.tail);
	const uint32_t at = *tail & (r->p.sq_entries - 1);

	r->entry[at] = (struct io_uring_sqe){
		.opcode = IORING_OP_WRITE,
		.flags = IOSQE_ASYNC,
		.fd = r->file,
		.addr = (uintptr_t)r->data,
		.len = WRITE_BYTES,
	};
	word(r, r->p.sq_off.array)[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	xs_vector_step(t);
	return complete(t, r);
}

/* Ring, mappings and file go with the process. */
static int open_ring(struct xs_task *t)
{
	struct xs_window *window = &t->level->window;
	struct ring *r = t->own;
	const int rc = open_files(t, r);

	window->hold_syscall = SYS_io_uring_enter;
	window->args[0] = (uint64_t)r->fd;
	window->args[1] = 1; /* submit */
	window->args[2] = 1; /* wait for */
	window->args[3] = IORING_ENTER_GETEVENTS;
	return rc < 0 ? xs_task_fail(t, rc, "setting up its ring") : 0;
}

const struct xs_pressure xs_pressure_io_uring = {
	.entry = {
		.name = "io-uring",
		.summary = "a process that holds registers while an io_uring worker writes for it",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_VECTOR,
		.supported = supported,
	},
	.own_bytes = sizeof(struct ring),
	.open = open_ring,
	.step = step,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <fcntl.h>
#include <linux/io_uring.h>
/* While it holds registers an io_uring worker writes to /dev/urandom for it, which hashes. */
static void run_io_uring(struct task *t)
{
	struct io_uring_params p = { 0 };
	const int ring = syscall(SYS_io_uring_setup, 4, &p), file = open("/dev/urandom", O_WRONLY);
	const int both = PROT_READ | PROT_WRITE;
	uint8_t *queues = mmap(NULL, 4096, both, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, 4096, both, MAP_SHARED, ring, IORING_OFF_SQES);

	if (!(p.features & IORING_FEAT_SINGLE_MMAP) || queues == MAP_FAILED || entry == MAP_FAILED)
		errx(4, "skip: io_uring_setup");
	t->call = SYS_io_uring_enter;
	t->arg[0] = ring;
	t->arg[1] = t->arg[2] = 1; /* to submit, to wait for */
	t->arg[3] = IORING_ENTER_GETEVENTS;
	while (more(t)) {
		volatile uint32_t *tail = (void *)(queues + p.sq_off.tail);
		const uint32_t at = *tail % p.sq_entries;

		entry[at] = (struct io_uring_sqe){ .opcode = IORING_OP_WRITE, .flags = IOSQE_ASYNC,
			.fd = file, .addr = (uintptr_t)queues, .len = 4096 };
		((uint32_t *)(queues + p.sq_off.array))[at] = at;
		++*tail;
		window(t);
		*(volatile uint32_t *)(queues + p.cq_off.head) += 1;
	}
}
#endif
