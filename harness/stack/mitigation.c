// SPDX-License-Identifier: GPL-2.0-only
/* The mitigations, a row each: "mlock-top" is what Go 1.14 did. */
#include "stack/mitigation.h"

#include <errno.h>
#include <sys/mman.h>

#include "stack/stack.h"
#include "task/sys.h"

#define PAGE	    ((uintptr_t)4096)
#define FRAME_PAGES 4 /* of a frame with AMX, wherever in a page it begins */

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* 5.14 */
#endif

static uint8_t *page_of(uint8_t *at)
{
	return at - ((uintptr_t)at & (PAGE - 1));
}

/* The page of the last byte, where a frame begins. */
static int lock_top(uint8_t *base, size_t bytes)
{
	return (int)xs_syscall3(SYS_mlock, (long)page_of(base + bytes - 1), PAGE, 0);
}

static int lock(uint8_t *base, size_t bytes)
{
	return (int)xs_syscall3(SYS_mlock, (long)base, (long)bytes, 0);
}

static int lock_onfault(uint8_t *base, size_t bytes)
{
	return (int)xs_syscall3(SYS_mlock2, (long)base, (long)bytes, MLOCK_ONFAULT);
}

static int lock_all(uint8_t *base, size_t bytes)
{
	(void)base;
	(void)bytes;
	return (int)xs_syscall3(SYS_mlockall, MCL_CURRENT | MCL_FUTURE, 0, 0);
}

static int populate(uint8_t *base, size_t bytes)
{
	return (int)xs_syscall3(SYS_madvise, (long)base, (long)bytes, MADV_POPULATE_WRITE);
}

static int touch(uint8_t *base, size_t bytes)
{
	xs_touch(base, bytes);
	return 0;
}

/* Of the stack's pages those where a frame comes to lie: the rest is the handler's business. */
static uint8_t *frame_pages(uint8_t *base, size_t bytes)
{
	uint8_t *top = page_of(base + bytes - 1);

	return top - base < (ptrdiff_t)(FRAME_PAGES * PAGE) ? base : top - (FRAME_PAGES - 1) * PAGE;
}

static int populate_each(uint8_t *base, size_t bytes)
{
	uint8_t *from = frame_pages(base, bytes);

	return populate(from, (size_t)(base + bytes - from));
}

static int touch_each(uint8_t *base, size_t bytes)
{
	uint8_t *from = frame_pages(base, bytes);

	return touch(from, (size_t)(base + bytes - from));
}

const struct xs_mitigation xs_mitigations[XS_MITIGATIONS] = {
	[XS_MITIGATION_none] = { .name = "none", .summary = "nothing" },
	[XS_MITIGATION_mlock_top] = {
		.name = "mlock-top",
		.summary = "mlock() of the stack's top page, as Go 1.14 did",
		.locks = true,
		.open = lock_top,
	},
	[XS_MITIGATION_mlock] = {
		.name = "mlock",
		.summary = "mlock() of the whole stack",
		.locks = true,
		.open = lock,
	},
	[XS_MITIGATION_mlock_onfault] = {
		.name = "mlock-onfault",
		.summary = "mlock2(MLOCK_ONFAULT) of the whole stack",
		.locks = true,
		.open = lock_onfault,
	},
	[XS_MITIGATION_mlockall] = {
		.name = "mlockall",
		.summary = "mlockall(MCL_CURRENT | MCL_FUTURE)",
		.locks = true,
		.process = true,
		.open = lock_all,
	},
	[XS_MITIGATION_map_populate] = {
		.name = "map-populate",
		.summary = "mmap() with MAP_POPULATE",
		.map_flags = MAP_POPULATE,
	},
	[XS_MITIGATION_populate_write] = {
		.name = "populate-write",
		.summary = "madvise(MADV_POPULATE_WRITE) once",
		.open = populate,
	},
	[XS_MITIGATION_populate_each] = {
		.name = "populate-each",
		.summary = "madvise(MADV_POPULATE_WRITE) of the frame's pages before each signal",
		.each = populate_each,
	},
	[XS_MITIGATION_touch_each] = {
		.name = "touch-each",
		.summary = "a write to each of the frame's pages before each signal",
		.each = touch_each,
	},
	[XS_MITIGATION_no_altstack] = {
		.name = "no-altstack",
		.summary = "no alternate stack: the thread's own, which is in use",
		.no_altstack = true,
	},
};

/* Take the lock of the stack before away: 0 or -errno. */
static int unlock(const struct xs_mitigation *m, const struct xs_stack *s)
{
	if (!m->locks)
		return 0;
	if (m->process)
		return (int)xs_syscall3(SYS_munlockall, 0, 0, 0);
	return (int)xs_syscall3(SYS_munlock, (long)s->base, (long)s->bytes, 0);
}

/*
 * Of a stack that is lost, a lock refuses it (madvise() gives -EINVAL): that is the effect. One
 * that is fresh is unlocked first, and has the mitigation applied anew.
 */
static int arm(struct xs_stack *s)
{
	const struct xs_mitigation *m = s->mitigation;
	const bool fresh = s->life == XS_MITIGATED_FRESH;
	int rc = fresh ? unlock(m, s) : 0;

	if (rc >= 0)
		rc = s->fault->arm(s);
	if (rc == -EINVAL && m->locks && !fresh)
		rc = 0;
	/* As mmap() would have left them. */
	if (rc >= 0 && fresh && m->map_flags)
		rc = touch(s->base, s->used_bytes);
	if (rc >= 0 && fresh && m->open)
		rc = m->open(s->base, s->used_bytes);
	if (rc >= 0 && m->each)
		rc = m->each(s->base, s->used_bytes);
	return rc;
}

int xs_mitigation_open(const struct xs_mitigation *m, enum xs_mitigated life, struct xs_stack *s)
{
	if (m == &xs_mitigations[XS_MITIGATION_none])
		return 0;
	/* Only the kernel may touch such pages. */
	if (s->fault->entry.flags & XS_STACK_KEYED)
		return -EOPNOTSUPP;
	s->arm = arm;
	s->mitigation = m;
	s->life = (uint8_t)life;
	return life == XS_MITIGATED_LOST && m->open ? m->open(s->base, s->used_bytes) : 0;
}
