// SPDX-License-Identifier: GPL-2.0-only
/* A case from a file, which may be a mail. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case/load.h"
#include "case/mail.h"
#include "case/str.h"
#include "case/wait.h"

static int fail(const char *file, int error, const char *text, char why[XS_WHY_BYTES])
{
	struct xs_str reason = xs_str_open(why, XS_WHY_BYTES);

	xs_str_file(&reason, file);
	xs_str_add(&reason, ": %s", text);
	return error;
}

/* A block device holds no text; who reads a terminal, a FIFO or a device means it. */
static int open_text(const char *path)
{
	/* To open a FIFO, or a line without a carrier, is to wait otherwise. */
	const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && !S_ISBLK(st.st_mode))
		return fd;
	close(fd);
	return -ENOTBLK;
}

/* At most @max bytes, up to the end: their number, or -errno. */
static ssize_t read_text(int fd, char *text, size_t max)
{
	size_t bytes = 0;
	ssize_t n;

	do {
		const int rc = xs_wait(fd, POLLIN);

		if (rc)
			return rc;
		n = read(fd, text + bytes, max - bytes);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n > 0)
			bytes += (size_t)n;
	} while (n && bytes < max);
	return (ssize_t)bytes;
}

ssize_t xs_text_load(const char *path, char *text, size_t max, char why[XS_WHY_BYTES])
{
	const bool standard = !strcmp(path, "-");
	const char *file = standard ? "<stdin>" : path;
	const int fd = standard ? STDIN_FILENO : open_text(path);
	ssize_t bytes;

	if (fd < 0)
		return fail(file, fd,
			    fd == -ENOTBLK ? "a block device, not a text" : strerror(-fd), why);
	bytes = read_text(fd, text, max);
	if (bytes < 0)
		fail(file, (int)bytes,
		     bytes == -EINTR ? "stopped while it was waited for" : strerror((int)-bytes),
		     why);
	if (!standard)
		close(fd);
	return bytes;
}

static void say_taken(const char *file, const struct xs_excerpt *from)
{
	char text[XS_WHY_BYTES];
	struct xs_str said = xs_str_open(text, sizeof(text));

	xs_str_file(&said, file);
	xs_str_add(&said, ": took the case from lines %u to %u", from->first, from->last);
	if (from->times > 1)
		xs_str_add(&said, "; it stands there %u times", from->times);
	fprintf(stderr, "xsavage: %s\n", text);
}

int xs_case_load(struct xs_case *c, const char *path, char why[XS_WHY_BYTES])
{
	const char *file = strcmp(path, "-") ? path : "<stdin>";
	char *text = malloc(XS_MAIL_TEXT_MAX + 1);
	struct xs_excerpt from;
	ssize_t bytes;
	int rc;

	if (!text)
		return fail(file, -ENOMEM, strerror(ENOMEM), why);
	bytes = xs_text_load(path, text, XS_MAIL_TEXT_MAX + 1, why);
	rc = bytes < 0 ? (int)bytes : xs_case_take(c, text, (size_t)bytes, file, &from, why);
	free(text);
	if (!rc && from.first)
		say_taken(file, &from);
	return rc;
}
