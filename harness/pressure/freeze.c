// SPDX-License-Identifier: GPL-2.0-only
/* freeze: freezes and thaws the workers' process with a cgroup of its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pressure/guardian.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "task/sys.h"

#define FROZEN_US    1000u
#define PATH_BYTES   1024
#define TEXT_BYTES   1024
#define REMOVE_US    10000u
#define REMOVE_TRIES 6000u /* a minute: on a loaded machine the workers take long to die */

/* Two folders of cgroup2: the one that we are in, and one below it that we make. */
struct freezer {
	char home[PATH_BYTES];
	char made[PATH_BYTES + 64];
	bool opened;
	struct xs_guardian guardian;
};

/* The folder, below the mount's root, that the calling process is in: "/a/b". */
static bool own_path(char path[PATH_BYTES])
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	bool found = false;
	char line[PATH_BYTES];

	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strncmp(line, "0::/", 4);
		if (found)
			snprintf(path, PATH_BYTES, "%s", line + 3);
	}
	if (f)
		fclose(f);
	return found;
}

/* Where cgroup2 is mounted, and which of its folders is the mount's root. */
static bool find_mount(char root[PATH_BYTES], char at[PATH_BYTES])
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	bool found = false;
	char line[4 * PATH_BYTES];

	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, " - cgroup2 ") &&
			sscanf(line, "%*s %*s %*s %1023s %1023s", root, at) == 2;
	if (f)
		fclose(f);
	return found;
}

static int find_home(char home[PATH_BYTES])
{
	char path[PATH_BYTES], root[PATH_BYTES], at[PATH_BYTES];
	size_t skip;

	if (!own_path(path) || !find_mount(root, at))
		return -ENOENT;
	skip = strcmp(root, "/") ? strlen(root) : 0;
	if (strncmp(path, root, skip) != 0)
		return -ENOENT;
	if (snprintf(home, PATH_BYTES, "%s%s", at, path + skip) >= PATH_BYTES)
		return -ENAMETOOLONG;
	return 0;
}

static int open_in(const char *folder, const char *file, int flags)
{
	char path[PATH_BYTES + 96];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Write @text to a file of @folder: 0 or -errno. */
static int put(const char *folder, const char *file, const char *text)
{
	const int fd = open_in(folder, file, O_WRONLY);
	const long rc = fd < 0 ? fd : xs_syscall3(SYS_write, fd, (long)text, (long)strlen(text));

	if (fd >= 0)
		close(fd);
	return rc < 0 ? (int)rc : 0;
}

/* What a file of @folder says; nothing where it cannot be read. */
static void get(const char *folder, const char *file, char text[TEXT_BYTES])
{
	const int fd = open_in(folder, file, O_RDONLY);
	const long n = fd < 0 ? 0 : xs_syscall3(SYS_read, fd, (long)text, TEXT_BYTES - 1);

	text[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Move all that is in our folder to the one that it came from. */
static void empty(const struct freezer *z)
{
	char text[TEXT_BYTES], *line, *rest = text;

	get(z->made, "cgroup.procs", text);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			put(z->home, "cgroup.procs", line);
}

/* By name alone: the guardian was there before the folder. */
static int undo(void *arg)
{
	const struct freezer *z = arg;
	int rc = 0;

	for (uint32_t n = 0; n < REMOVE_TRIES; n++) {
		put(z->made, "cgroup.freeze", "0");
		empty(z);
		rc = rmdir(z->made) ? -errno : 0;
		if (rc != -EBUSY)
			break;
		xs_sleep_us(REMOVE_US);
	}
	return rc == -ENOENT ? 0 : rc;
}

static int open_freezer(struct freezer *z)
{
	int rc;

	z->guardian = (struct xs_guardian){ .undo = undo, .arg = z, .fd = -1 };
	rc = find_home(z->home);
	if (rc)
		return rc;
	/* Nobody else's: undo() takes the name for a proof that we made it. */
	snprintf(z->made, sizeof(z->made), "%s/xsavage-%d-%llx", z->home, getpid(),
		 (unsigned long long)xs_rdtsc());
	rc = xs_guardian_start(&z->guardian);
	if (rc)
		return rc;
	rc = mkdir(z->made, 0755) ? -errno : put(z->made, "cgroup.freeze", "0");
	z->opened = !rc;
	if (rc)
		xs_guardian_end(&z->guardian);
	return rc;
}

static int supported(char *why)
{
	struct freezer z;
	int rc = open_freezer(&z);

	if (!rc)
		rc = xs_guardian_end(&z.guardian);
	return xs_why(rc, why, "a cgroup2 below our own, with cgroup.freeze (Linux 5.2): %m");
}

/* Whether all of them have stopped: the write alone asks for it, and does not wait. */
static bool frozen(const struct freezer *z)
{
	char text[TEXT_BYTES];

	get(z->made, "cgroup.events", text);
	return strstr(text, "frozen 1") != NULL;
}

static int failed(struct xs_task *t, int rc)
{
	/* -ESRCH: the workers have had their signals. */
	return rc < 0 && rc != -ESRCH ? xs_task_fail(t, rc, "freezing the workers") : rc < 0;
}

static int step(struct xs_task *t)
{
	struct freezer *z = t->own;
	int rc;

	if (xs_guardian_lost(&z->guardian))
		return xs_task_fail(t, -ECHILD, "the guardian of its cgroup was killed");
	rc = put(z->made, "cgroup.freeze", "1");
	if (rc < 0)
		return failed(t, rc);
	/* Longer, and a sound worker would seem to hang. */
	xs_sleep_us(FROZEN_US);
	t->count->iterations += frozen(z);
	return failed(t, put(z->made, "cgroup.freeze", "0"));
}

/* Not before the start: the process has a number then. */
static int begin(struct xs_task *t)
{
	struct freezer *z = t->own;
	const int rc = open_freezer(z);
	char pid[16];

	if (rc)
		return xs_task_fail(t, rc, "making its cgroup");
	snprintf(pid, sizeof(pid), "%d", t->shared->obs.counters[t->plan->worker].pid);
	return failed(t, put(z->made, "cgroup.procs", pid));
}

static void end(struct xs_task *t)
{
	struct freezer *z = t->own;
	const int rc = z->opened ? xs_guardian_end(&z->guardian) : 0;

	if (rc && !t->count->error)
		xs_task_fail(t, rc, "removing its cgroup");
}

const struct xs_pressure xs_pressure_freeze = {
	.entry = {
		.name = "freeze",
		.summary = "freezes the workers' process for 1 ms every period_us (0: 5000), by cgroup",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_SLOW,
		.supported = supported,
	},
	.period_us = 5000,
	.own_bytes = sizeof(struct freezer),
	.begin = begin,
	.step = step,
	.close = end,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "it makes a cgroup, which somebody has to remove whoever is killed"
#endif
