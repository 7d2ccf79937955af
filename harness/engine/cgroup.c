// SPDX-License-Identifier: GPL-2.0-only
/* What our cgroups say: how often there was no memory for them, and how much CPU time they get. */
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/arena.h"
#include "engine/engine.h"

#define PATH_BYTES 1024

/* Looks at a group, whose files are in @folder. */
typedef void look_fn(const char *folder, bool v2, uint64_t *sum);

static FILE *open_in(const char *folder, const char *file)
{
	char path[2 * PATH_BYTES + 32];

	if (snprintf(path, sizeof(path), "%s/%s", folder, file) >= (int)sizeof(path))
		return NULL;
	return fopen(path, "re");
}

/* A group and those above it, up to the mount @root. */
static void look_up(char *folder, size_t root, bool v2, look_fn *look, uint64_t *sum)
{
	char *slash;

	do {
		look(folder, v2, sum);
		slash = strrchr(folder, '/');
		if (slash)
			*slash = '\0';
	} while (slash && strlen(folder) >= root);
}

/* Where a hierarchy is mounted: the file system's type, and an option of it or "". */
static bool find_mount(char at[PATH_BYTES], const char *type, const char *option)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m = NULL;

	while (f && (m = getmntent(f)) &&
	       (strcmp(m->mnt_type, type) != 0 || (*option && !hasmntopt(m, option))))
		;
	snprintf(at, PATH_BYTES, "%s", m ? m->mnt_dir : "");
	if (f)
		endmntent(f);
	return m;
}

/* Whether @controller is one of those between the colons of a line of /proc/self/cgroup. */
static bool is_of(const char *line, const char *controller)
{
	const size_t bytes = strlen(controller);
	const char *at = strchr(line, ':');

	for (; at && (*at == ':' || *at == ','); at = strpbrk(at + 1, ":,"))
		if (!strncmp(at + 1, controller, bytes) && strchr(":,", at[1 + bytes]))
			return true;
	return false;
}

/* All groups that the caller is in, of v2 and of a controller of v1. */
static uint64_t look_everywhere(const char *controller, uint64_t sum, look_fn *look)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[PATH_BYTES], at[PATH_BYTES], folder[2 * PATH_BYTES];

	while (f && fgets(line, sizeof(line), f)) {
		const bool v2 = !strncmp(line, "0::/", 4);
		const char *path = strchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		if (!path || (!v2 && !is_of(line, controller)))
			continue;
		if (!find_mount(at, v2 ? "cgroup2" : "cgroup", v2 ? "" : controller))
			continue;
		snprintf(folder, sizeof(folder), "%s%s", at, path);
		look_up(folder, strlen(at), v2, look, &sum);
	}
	if (f)
		fclose(f);
	return sum;
}

/* In v2 the number behind the word "oom", in v1 the only one. */
static void add_refused(const char *folder, bool v2, uint64_t *sum)
{
	static const char word[] = "oom ";
	const size_t skip = v2 ? strlen(word) : 0;
	FILE *f = open_in(folder, v2 ? "memory.events" : "memory.failcnt");
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, word, skip))
			*sum += strtoull(line + skip, NULL, 10);
	if (f)
		fclose(f);
}

uint64_t xs_memory_refused(void)
{
	return look_everywhere("memory", 0, add_refused);
}

static long long number_in(const char *folder, const char *file)
{
	FILE *f = open_in(folder, file);
	long long n = -1;

	if (f && fscanf(f, "%lld", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

/* The least of them counts. "max" and -1 are no limit. */
static void take_quota(const char *folder, bool v2, uint64_t *least)
{
	FILE *f = v2 ? open_in(folder, "cpu.max") : NULL;
	long long quota = -1, period = -1;

	if (!v2) {
		quota = number_in(folder, "cpu.cfs_quota_us");
		period = number_in(folder, "cpu.cfs_period_us");
	} else if (f && fscanf(f, "%lld %lld", &quota, &period) != 2) {
		quota = -1;
	}
	if (f)
		fclose(f);
	if (quota > 0 && period > 0 && (uint64_t)((quota + period - 1) / period) < *least)
		*least = (uint64_t)((quota + period - 1) / period);
}

uint32_t xs_quota_cpus(void)
{
	return (uint32_t)look_everywhere("cpu", UINT32_MAX, take_quota);
}
