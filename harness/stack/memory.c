// SPDX-License-Identifier: GPL-2.0-only
/* What methods share: memory, trying them, touching pages, holding a fault. */
#include "stack/memory.h"

#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/rseq.h>
#include <unistd.h>

#include "state/cpu.h"

#define PAGE	  4096u
#define TRY_BYTES (4ul * PAGE)
#define NAP_US	  20u

int xs_stack_open_anonymous(struct xs_stack *s)
{
	return xs_stack_map(s->base, s->bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int xs_stack_try(int (*open)(struct xs_stack *s), int (*look)(struct xs_stack *s))
{
	uint8_t *map =
		mmap(NULL, TRY_BYTES + 2ul * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct xs_stack s = { .base = map + PAGE,
			      .bytes = TRY_BYTES,
			      .drop = map + PAGE,
			      .drop_bytes = TRY_BYTES,
			      .fd = -1 };
	int rc;

	if (map == MAP_FAILED)
		return -errno;
	rc = open(&s);
	if (!rc)
		rc = look(&s);
	xs_stack_close_fd(&s);
	munmap(map, TRY_BYTES + 2ul * PAGE);
	return rc;
}

size_t xs_stack_min_bytes(void)
{
	const size_t least = getauxval(AT_MINSIGSTKSZ);

	return least && least < XS_STACK_MIN ? XS_STACK_MIN : least;
}

/*
 * A task that has the permission to use AMX may need a frame with it at any
 * time: the kernel takes no stack on which that has no room.
 */
size_t xs_stack_too_small(void)
{
	return xs_cpu_permits_tiles() ? XS_STACK_MIN : XS_STACK_MIN - 1;
}

int xs_stack_set(struct xs_stack *s, size_t bytes)
{
	const stack_t ss = { .ss_sp = s->base + s->used_bytes - bytes,
			     .ss_size = bytes,
			     .ss_flags = s->ss_flags };
	const int rc = (int)xs_syscall3(SYS_sigaltstack, (long)&ss, 0, 0);

	if (!rc)
		s->floor = ss.ss_sp;
	return rc;
}

int xs_stack_memfd_supported(char *why)
{
	return xs_why(xs_stack_try(xs_stack_open_memfd, xs_stack_drop), why, "memfd_create(): %m");
}

int xs_stack_open_memfd(struct xs_stack *s)
{
	s->fd = memfd_create("xsavage-stack", MFD_CLOEXEC);
	if (s->fd < 0 || ftruncate(s->fd, (off_t)s->bytes))
		return -errno;
	return xs_stack_map(s->base, s->bytes, MAP_SHARED, s->fd, 0);
}

/* Atomic, so that nothing changes, whoever else writes there. */
void xs_touch(volatile void *at, size_t bytes)
{
	volatile uint8_t *byte = at;

	for (size_t i = 0; i < bytes; i += PAGE)
		__asm__ volatile("lock orb $0, %0" : "+m"(byte[i]));
	if (bytes)
		__asm__ volatile("lock orb $0, %0" : "+m"(byte[bytes - 1]));
}

/* Where the calling thread's restartable sequences are registered; %fs:0 is its own address. */
static uint8_t *rseq_area(void)
{
	uint8_t *thread;

	__asm__("movq %%fs:0, %0" : "=r"(thread));
	return thread + __rseq_offset;
}

void xs_stack_touch(struct xs_stack *s)
{
	xs_touch(s->base, s->bytes);
}

void xs_stack_touch_kept(struct xs_stack *s)
{
	const size_t below = (size_t)(s->drop - s->base);

	xs_touch(s->base, below);
	xs_touch(s->drop + s->drop_bytes, s->bytes - s->drop_bytes - below);
	/* The kernel writes there when it delivers a signal, and that fault would be counted. */
	xs_touch(rseq_area(), 1);
}

void xs_stack_hold(const struct xs_stack *s)
{
	const uint64_t from_ns = xs_now_ns();
	const uint64_t seen = s->neighbour ? *s->neighbour : 0;

	while (xs_now_ns() - from_ns < (uint64_t)s->hold_us * 1000) {
		if (s->neighbour && *s->neighbour - seen >= 2)
			return;
		xs_sleep_us(s->hold_us < NAP_US ? s->hold_us : NAP_US);
	}
}

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/resource.h>
static struct rusage usage;
#define stack_faults() (getrusage(RUSAGE_THREAD, &usage), 0ul + usage.ru_minflt + usage.ru_majflt)
#endif
