// SPDX-License-Identifier: GPL-2.0-only
/* freeze: freezes and thaws the workers' process with a cgroup of its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case/case.h"
#include "engine/sys.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"

#define PERIOD_DEFAULT_US 5000u
#define FROZEN_US	  1000u
#define PATH_BYTES	  1024
#define REMOVE_TRIES	  500u /* of 10 ms: the workers may take long to die */

/* Two folders of cgroup2: the one that we are in, and one below it that we make. */
struct freezer {
	char home[PATH_BYTES];
	char made[PATH_BYTES + 64];
	int home_procs, procs, freeze, events; /* descriptors */
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
	if (strncmp(path, root, skip))
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

static void close_freezer(struct freezer *z)
{
	for (uint32_t n = 0; rmdir(z->made) && errno == EBUSY && n < REMOVE_TRIES; n++)
		xs_sleep_us(XS_ORPHAN_US);
	if (z->events >= 0)
		close(z->events);
	if (z->freeze >= 0)
		close(z->freeze);
	if (z->procs >= 0)
		close(z->procs);
	if (z->home_procs >= 0)
		close(z->home_procs);
}

static int open_freezer(struct freezer *z)
{
	int rc = find_home(z->home);

	if (rc)
		return rc;
	snprintf(z->made, sizeof(z->made), "%s/xsavage-%d", z->home, getpid());
	if (mkdir(z->made, 0755))
		return -errno;
	z->events = open_in(z->made, "cgroup.events", O_RDONLY);
	z->freeze = open_in(z->made, "cgroup.freeze", O_WRONLY);
	z->procs = open_in(z->made, "cgroup.procs", O_WRONLY);
	z->home_procs = open_in(z->home, "cgroup.procs", O_WRONLY);
	rc = z->events < 0 ? z->events : z->freeze;
	if (rc >= 0)
		rc = z->procs < 0 ? z->procs : z->home_procs;
	if (rc >= 0)
		return 0;
	close_freezer(z);
	return rc;
}

static int supported(char *why)
{
	struct freezer z;
	const int rc = open_freezer(&z);

	if (!rc) {
		close_freezer(&z);
		return 0;
	}
	if (why)
		snprintf(why, XS_WHY_BYTES,
			 "a cgroup2 below our own, with cgroup.freeze (Linux 5.2): %s",
			 strerror(-rc));
	return rc;
}

static int put(int fd, const char *text)
{
	const long rc = xs_syscall3(SYS_write, fd, (long)text, (long)strlen(text));

	return rc < 0 ? (int)rc : 0;
}

/* Whether all of them have stopped: the write alone asks for it, and does not wait. */
static bool frozen(const struct freezer *z)
{
	char text[128];
	const long n = xs_syscall6(SYS_pread64, z->events, (long)text, sizeof(text) - 1, 0, 0, 0);

	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "frozen 1") != NULL;
}

static int rounds(struct xs_task *t, const struct freezer *z, pid_t parent, const char *pid)
{
	const uint32_t period_us = t->plan->period_us ? t->plan->period_us : PERIOD_DEFAULT_US;
	int rc = put(z->procs, pid);

	while (rc >= 0 && !xs_over(t, parent)) {
		rc = put(z->freeze, "1");
		if (rc < 0)
			break;
		/* Longer, and a sound worker would seem to hang. */
		xs_sleep_us(FROZEN_US);
		t->count->iterations += frozen(z);
		rc = put(z->freeze, "0");
		xs_rest_until_over(t, parent, period_us);
	}
	return rc;
}

static int run(struct xs_task *t)
{
	struct freezer z;
	pid_t parent;
	char pid[16];
	int rc;

	rc = xs_task_begin(t);
	if (rc < 0)
		return rc;
	parent = xs_survive();
	rc = open_freezer(&z);
	if (rc)
		return xs_task_fail(t, rc, "making its cgroup");
	snprintf(pid, sizeof(pid), "%d", t->shared->obs.counters[t->plan->worker].pid);
	rc = rounds(t, &z, parent, pid);
	put(z.freeze, "0");
	put(z.home_procs, pid); /* it may be gone */
	close_freezer(&z);
	if (rc < 0 && rc != -ESRCH)
		xs_task_fail(t, rc, "freezing the workers");
	xs_task_usage(t);
	return rc;
}

const struct xs_pressure xs_pressure_freeze = {
	.name = "freeze",
	.summary = "freezes the workers' process for 1 ms every period_us (0: 5000), by cgroup",
	.process = true,
	.supported = supported,
	.run = run,
};
