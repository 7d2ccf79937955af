// SPDX-License-Identifier: GPL-2.0-only
/* Write a file without a name, then link and rename it into place. */
#include "report/save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE 0666 /* less the umask */

struct temporary {
	int fd;
	int named; /* name[] exists */
	char name[PATH_MAX];
};

static int write_all(int fd, const char *data, size_t bytes)
{
	while (bytes) {
		ssize_t n = write(fd, data, bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		bytes -= (size_t)n;
	}
	return 0;
}

static int open_temporary(struct temporary *t, const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder_bytes = slash ? (int)(slash - path + 1) : 0;
	char folder[PATH_MAX];
	int n;

	n = snprintf(t->name, sizeof(t->name), "%s.tmp.%d", path, (int)getpid());
	if (n < 0 || (size_t)n >= sizeof(t->name))
		return -ENAMETOOLONG;
	snprintf(folder, sizeof(folder), "%.*s", folder_bytes, path);
	t->named = 0;
	t->fd = open(folder_bytes ? folder : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, MODE);
	if (t->fd >= 0)
		return 0;
	/* Not every file system has O_TMPFILE. */
	t->fd = open(t->name, O_CREAT | O_TRUNC | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, MODE);
	if (t->fd < 0)
		return -errno;
	t->named = 1;
	return 0;
}

static int link_temporary(struct temporary *t)
{
	char self[32];

	if (t->named)
		return 0;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", t->fd);
	unlink(t->name); /* of a dead process that had our number */
	/* The second needs a privilege, the first needs /proc. */
	if (linkat(AT_FDCWD, self, AT_FDCWD, t->name, AT_SYMLINK_FOLLOW) &&
	    linkat(t->fd, "", AT_FDCWD, t->name, AT_EMPTY_PATH))
		return -errno;
	t->named = 1;
	return 0;
}

static int save_by_rename(const char *path, const void *data, size_t bytes)
{
	struct temporary t = { .fd = -1 };
	int error = open_temporary(&t, path);

	if (error)
		return error;
	error = write_all(t.fd, data, bytes);
	/* Where blocks are allocated late, a full disk shows only here. */
	if (!error && fsync(t.fd) && errno != EINVAL)
		error = -errno;
	if (!error)
		error = link_temporary(&t);
	if (close(t.fd) && !error)
		error = -errno;
	if (!error && rename(t.name, path))
		error = -errno;
	if (error && t.named)
		unlink(t.name);
	return error;
}

static int save_directly(const char *path, const void *data, size_t bytes)
{
	int error, fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	error = write_all(fd, data, bytes);
	if (close(fd) && !error)
		error = -errno;
	return error;
}

int xs_save(const char *path, const void *data, size_t bytes, char why[XS_WHY_BYTES])
{
	struct stat st;
	int error;

	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		error = save_directly(path, data, bytes);
	else
		error = save_by_rename(path, data, bytes);
	if (error)
		snprintf(why, XS_WHY_BYTES, "%.150s: %s", path, strerror(-error));
	return error;
}
