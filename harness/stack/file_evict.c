// SPDX-License-Identifier: GPL-2.0-only
/* file-evict: the pages are written to a file and dropped; the fault reads them from disk. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "stack/memory.h"

#define PAGE	   4096u
#define FREE_BYTES (64ull << 20)

static const char *folder(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/var/tmp";
}

/*
 * The file never has a name: whatever kills us leaves nothing. Its blocks are
 * allocated before the run: a fault that finds the disk full is a SIGSEGV.
 */
static int open_file(size_t bytes)
{
	static const uint8_t zero[PAGE];
	const int fd = open(folder(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	int rc = 0;

	if (fd < 0)
		return -errno;
	for (size_t at = 0; !rc && at < bytes; at += PAGE) {
		const ssize_t n = pwrite(fd, zero, PAGE, (off_t)at);

		if (n != PAGE)
			rc = n < 0 ? -errno : -ENOSPC;
	}
	if (!rc && (fsync(fd) || posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM)))
		rc = -EIO;
	if (rc)
		close(fd);
	return rc ? rc : fd;
}

static int open_stack(struct xs_stack *s)
{
	s->fd = open_file(s->bytes);
	return s->fd < 0 ? s->fd : xs_stack_map(s->base, s->bytes, MAP_SHARED, s->fd, 0);
}

/*
 * Only what is neither mapped nor dirty can be dropped, hence three steps.
 * sync_file_range() leaves the journal alone, which is most of msync()'s time.
 */
static int arm(struct xs_stack *s)
{
	const long at = s->drop - s->base;
	int rc = xs_stack_drop(s);

	if (rc >= 0)
		rc = (int)xs_syscall6(SYS_sync_file_range, s->fd, at, (long)s->drop_bytes,
				      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
					      SYNC_FILE_RANGE_WAIT_AFTER,
				      0, 0);
	if (rc >= 0)
		rc = (int)xs_syscall6(SYS_fadvise64, s->fd, at, (long)s->drop_bytes,
				      POSIX_FADV_DONTNEED, 0, 0);
	return rc;
}

/* Write to a page, evict it, and see that it has gone: 0, 1 if it stays, or -errno. */
static int look(struct xs_stack *s)
{
	uint8_t resident = 1;
	int rc = 0;

	/* A page that somebody has a hand on stays; it is tried again. */
	for (int tries = 0; tries < 5 && resident && !rc; tries++) {
		*(volatile uint8_t *)s->base = 1;
		rc = arm(s);
		if (!rc && mincore(s->base, PAGE, &resident))
			rc = -errno;
		resident &= 1;
	}
	return rc ? rc : resident;
}

static int supported(char *why)
{
	struct statvfs fs;
	int rc = statvfs(folder(), &fs) ? -errno : 0;

	if (!rc && (uint64_t)fs.f_bavail * fs.f_frsize < FREE_BYTES)
		rc = -ENOSPC;
	if (!rc)
		rc = xs_stack_try(open_stack, look);
	if (rc > 0) {
		return xs_why(-EOPNOTSUPP, why,
			      "pages of files in %.80s stay in memory (tmpfs?); set TMPDIR to "
			      "a folder on a disk",
			      folder());
	}
	return xs_why(rc, why,
		      "a nameless file in %.80s: %m; set TMPDIR to a folder on a disk with "
		      "64 MiB free",
		      folder());
}

const struct xs_stack_fault xs_stack_file_evict = {
	.entry = {
		.name = "file-evict",
		.summary = "a shared file's pages are written back and evicted: the fault reads the disk",
		.flags = XS_STACK_SHARED | XS_STACK_KEEPS | XS_STACK_RESTORES,
		.supported = supported,
	},
	.open = open_stack,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <fcntl.h>
#include <sys/mman.h>
#include "stack/memory.c"
#define STACK_MAP MAP_SHARED
static int stack_file;

#define STACK_FD stack_open()

static int stack_open(void)
{
	stack_file = open("/var/tmp", O_TMPFILE | O_RDWR, 0600);
	if (stack_file < 0 || posix_fallocate(stack_file, 0, STACK + 4096) || fsync(stack_file))
		err(4, "skip: a file in /var/tmp");
	return stack_file;
}

/* Only what is neither mapped nor dirty can be dropped. */
static void stack_drop(uint8_t *from, uint8_t *to)
{
	const off_t at = from - self->stack;

	if (madvise(from, to - from, MADV_DONTNEED) ||
	    sync_file_range(stack_file, at, to - from, SYNC_FILE_RANGE_WAIT_BEFORE |
			    SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER) ||
	    posix_fadvise(stack_file, at, to - from, POSIX_FADV_DONTNEED))
		err(2, "evicting pages");
}
#endif
