// SPDX-License-Identifier: GPL-2.0-only
/* How often the kernel has had no memory for our cgroups. */
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/arena.h"

#define PATH_BYTES 1024

/* The number behind @word in a file of cgroup @folder; all of the file's where @word is NULL. */
static uint64_t count_in(const char *folder, const char *file, const char *word)
{
	char path[2 * PATH_BYTES + 32], line[128];
	uint64_t count = 0;
	FILE *f;

	if (snprintf(path, sizeof(path), "%s/%s", folder, file) >= (int)sizeof(path))
		return 0;
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		const size_t skip = word ? strlen(word) : 0;

		if (!word || (!strncmp(line, word, skip) && line[skip] == ' '))
			count += strtoull(line + skip, NULL, 10);
	}
	if (f)
		fclose(f);
	return count;
}

/* A group and those above it, up to the mount @root. */
static uint64_t count_up(char *folder, size_t root, const char *file, const char *word)
{
	uint64_t count = 0;
	char *slash;

	do {
		count += count_in(folder, file, word);
		slash = strrchr(folder, '/');
		if (slash)
			*slash = '\0';
	} while (slash && strlen(folder) >= root);
	return count;
}

/* Where a hierarchy is mounted: the file system's type, and an option of it or "". */
static bool find_mount(char at[PATH_BYTES], const char *type, const char *option)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m = NULL;

	while (f && (m = getmntent(f)) &&
	       (strcmp(m->mnt_type, type) != 0 || !strstr(m->mnt_opts, option)))
		;
	snprintf(at, PATH_BYTES, "%s", m ? m->mnt_dir : "");
	if (f)
		endmntent(f);
	return m;
}

uint64_t xs_memory_refused(void)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[PATH_BYTES], at[PATH_BYTES], folder[2 * PATH_BYTES];
	uint64_t count = 0;

	while (f && fgets(line, sizeof(line), f)) {
		const bool v2 = !strncmp(line, "0::/", 4);
		const char *path = strchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		if (!path || (!v2 && !strstr(line, ":memory:")))
			continue;
		if (!find_mount(at, v2 ? "cgroup2" : "cgroup", v2 ? "" : "memory"))
			continue;
		snprintf(folder, sizeof(folder), "%s%s", at, path);
		count += count_up(folder, strlen(at), v2 ? "memory.events" : "memory.failcnt",
				  v2 ? "oom" : NULL);
	}
	if (f)
		fclose(f);
	return count;
}
