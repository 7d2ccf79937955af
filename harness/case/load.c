// SPDX-License-Identifier: GPL-2.0-only
/* A case from a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "case/case.h"
#include "case/str.h"

static int fail(const char *file, int error, char why[XS_WHY_BYTES])
{
	struct xs_str reason = xs_str_open(why, XS_WHY_BYTES);

	xs_str_file(&reason, file);
	xs_str_add(&reason, ": %s", strerror(error));
	return -error;
}

int xs_case_load(struct xs_case *c, const char *path, char why[XS_WHY_BYTES])
{
	char text[XS_CASE_TEXT_MAX + 1];
	bool standard = !strcmp(path, "-");
	const char *file = standard ? "<stdin>" : path;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t bytes = 0;
	ssize_t n;
	int ret;

	if (fd < 0)
		return fail(file, errno, why);
	do {
		n = read(fd, text + bytes, sizeof(text) - bytes);
		if (n > 0)
			bytes += (size_t)n;
	} while (n > 0 && bytes < sizeof(text));
	ret = n < 0 ? fail(file, errno, why) : xs_case_parse(c, text, bytes, file, why);
	if (!standard)
		close(fd);
	return ret;
}
