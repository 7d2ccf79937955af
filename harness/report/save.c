// SPDX-License-Identifier: GPL-2.0-only
/* Write a file without a name, then give it one; or write to what the user has named. */
#include "report/save.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "case/wait.h"

#define MODE  0666 /* less the umask */
#define TRIES 10   /* for a name that nobody has */

#define FAILED "%.150s: %m" /* a path, and why not */

/* The folder that a file is in, with its slash; "./" where the name has none. */
static int folder_of(const char *path, char folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	const int bytes = slash ? (int)(slash - path + 1) : 0;

	if (bytes >= PATH_MAX)
		return -ENAMETOOLONG;
	snprintf(folder, PATH_MAX, "%.*s", bytes ? bytes : 2, bytes ? path : "./");
	return 0;
}

/* A name in @folder that nobody can know before. */
static int make_name(const char *folder, char name[PATH_MAX])
{
	struct timespec now;
	uint64_t number;
	int bytes;

	clock_gettime(CLOCK_MONOTONIC, &now);
	number = (uint64_t)now.tv_nsec << 32 | (uint32_t)getpid();
	/* Of a machine that has just booted: the name is made anew until it is nobody's, too. */
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
		number *= 0x9e3779b97f4a7c15;
	bytes = snprintf(name, PATH_MAX, "%s.xsavage-%016" PRIx64, folder, number);
	return bytes >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/* The second way needs a privilege, the first one /proc. */
static int link_as(int fd, const char *name)
{
	char self[32];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (!linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW))
		return 0;
	if (errno == EEXIST)
		return -EEXIST;
	return linkat(fd, "", AT_FDCWD, name, AT_EMPTY_PATH) ? -errno : 0;
}

/*
 * Create @name as a new file, or as a name of @fd's if that is one: -EEXIST
 * is a reason to try another one.
 */
static int create(int *fd, const char *name)
{
	if (*fd >= 0)
		return link_as(*fd, name);
	*fd = open(name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, MODE);
	return *fd < 0 ? -errno : 0;
}

/* As create(), with a name in @folder: "" where there is none. */
static int create_somewhere(int *fd, const char *folder, char name[PATH_MAX])
{
	int rc = -EEXIST;

	for (uint32_t n = 0; rc == -EEXIST && n < TRIES; n++) {
		rc = make_name(folder, name);
		if (!rc)
			rc = create(fd, name);
	}
	if (rc)
		name[0] = '\0';
	return rc;
}

/* A file without a name, or -1: not every file system has that, nor every root folder /proc. */
static int open_unnamed(const char *folder)
{
	const int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, MODE);

	if (fd < 0 || !access("/proc/self/fd", X_OK))
		return fd;
	close(fd);
	return -1;
}

static int fill(int fd, const char *data, size_t bytes)
{
	while (bytes) {
		const ssize_t n = write(fd, data, bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		bytes -= (size_t)n;
	}
	/* Where blocks are allocated late, a full disk shows only here. */
	return fsync(fd) && errno != EINVAL ? -errno : 0;
}

static int save(const char *path, const void *data, size_t bytes)
{
	char folder[PATH_MAX], name[PATH_MAX] = "";
	int fd, rc = folder_of(path, folder);
	bool unnamed;

	if (rc)
		return rc;
	fd = open_unnamed(folder);
	unnamed = fd >= 0;
	if (!unnamed)
		rc = create_somewhere(&fd, folder, name);
	if (!rc)
		rc = fill(fd, data, bytes);
	if (!rc && unnamed) {
		rc = link_as(fd, path);
		if (rc == -EEXIST)
			rc = create_somewhere(&fd, folder, name);
	}
	if (fd >= 0 && close(fd) && !rc)
		rc = -errno;
	if (!rc && name[0] && rename(name, path))
		rc = -errno;
	if (rc && name[0])
		unlink(name);
	return rc;
}

int xs_save(const char *path, const void *data, size_t bytes, char why[XS_WHY_BYTES])
{
	return xs_why(save(path, data, bytes), why, FAILED, path);
}

/*
 * Whether what is there is somebody else's, neither ours nor the folder's owner's, and only who
 * owns a file may take it out of the folder, although everybody may put one in.
 */
static bool is_foreign(const struct stat *st, const struct stat *folder)
{
	return folder->st_mode & S_ISVTX && folder->st_mode & S_IWOTH && st->st_uid != geteuid() &&
	       st->st_uid != folder->st_uid;
}

static int check(const char *path, const struct stat *st)
{
	char folder[PATH_MAX];
	struct stat in;
	int rc = folder_of(path, folder);

	if (rc)
		return rc;
	if (!path[0])
		return -ENOENT;
	if (path[strlen(path) - 1] == '/' || (st && S_ISDIR(st->st_mode)))
		return -EISDIR;
	if (access(folder, W_OK | X_OK) || stat(folder, &in))
		return -errno;
	/* What the sticky bit will keep it from replacing. */
	return st && geteuid() && is_foreign(st, &in) && in.st_uid != geteuid() ? -EPERM : 0;
}

int xs_save_check(const char *path, char why[XS_WHY_BYTES])
{
	struct stat st;

	return xs_why(check(path, lstat(path, &st) ? NULL : &st), why, FAILED, path);
}

/* The descriptor that a name stands for, or -1. */
static int named_descriptor(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };
	char *end;
	long n;

	if (!strcmp(path, "/dev/stdout"))
		return STDOUT_FILENO;
	if (!strcmp(path, "/dev/stderr"))
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		const size_t bytes = strlen(folders[i]);

		if (strncmp(path, folders[i], bytes) != 0)
			continue;
		n = strtol(path + bytes, &end, 10);
		return *end || end == path + bytes || n < 0 || n > INT_MAX ? -1 : (int)n;
	}
	return -1;
}

/* A descriptor that the user has opened: as it is, at the place where others write to it. */
static int open_descriptor(int named)
{
	const int flags = fcntl(named, F_GETFL);
	struct stat st;
	int fd;

	if (!fstat(named, &st) && S_ISBLK(st.st_mode))
		return -ENOTBLK;
	if (flags < 0 || flags & O_PATH || (flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	fd = fcntl(named, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return fd < 0 ? -errno : fd;
}

/* A character device or a FIFO, if nobody else can have put it there. */
static int open_device(const char *path, const struct stat *st)
{
	char folder[PATH_MAX];
	struct stat in, opened;
	int fd, rc = folder_of(path, folder);

	if (rc)
		return rc;
	if (stat(folder, &in))
		return -errno;
	if (is_foreign(st, &in))
		return -EPERM;
	fd = open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &opened) && opened.st_dev == st->st_dev && opened.st_ino == st->st_ino)
		return fd;
	close(fd);
	return -ESTALE;
}

/* As xs_sink_open(), with the error alone. */
static int open_sink(struct xs_sink *s)
{
	const int named = named_descriptor(s->path);
	struct stat st, target;

	if (named >= 0)
		return s->fd = open_descriptor(named);
	if (lstat(s->path, &st))
		return errno == ENOENT ? check(s->path, NULL) : -errno;
	if (S_ISBLK(st.st_mode))
		return -ENOTBLK;
	if (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode))
		return s->fd = open_device(s->path, &st);
	/* Replacing a link to a file makes it one; whoever names another link means what it leads
	 * to. */
	if (S_ISLNK(st.st_mode) && !stat(s->path, &target) && !S_ISREG(target.st_mode))
		return -ELOOP;
	return check(s->path, &st);
}

static const char *sink_error(int error)
{
	switch (error) {
	case -ENXIO:
		return "nobody has it open for reading: start the reader first, or name a file";
	case -ENOTBLK:
		return "a block device is not written to: name a file";
	case -ELOOP:
		return "a link that does not lead to a file: name what it leads to";
	case -EPERM:
		return "somebody else's, in a folder that everybody may write to";
	default:
		return strerror(-error);
	}
}

int xs_sink_open(struct xs_sink *s, const char *path, char why[XS_WHY_BYTES])
{
	int rc;

	*s = (struct xs_sink){ .path = path, .fd = -1 };
	rc = open_sink(s);
	return rc < 0 ? xs_why(rc, why, "%.150s: %s", path, sink_error(rc)) : 0;
}

int xs_sink_write(struct xs_sink *s, const void *data, size_t bytes, char why[XS_WHY_BYTES])
{
	int rc;

	if (s->fd < 0)
		return xs_save(s->path, data, bytes, why);
	rc = xs_wait_write(s->fd, data, bytes);
	if (close(s->fd) && !rc)
		rc = -errno;
	s->fd = -1;
	return xs_why(rc, why, FAILED, s->path);
}
