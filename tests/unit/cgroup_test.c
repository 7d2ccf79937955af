// SPDX-License-Identifier: GPL-2.0-only
/* CPU quotas of cgroups: in a group of ours, where we may make one. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/engine.h"

/* Where the controller may be mounted, and the file that has the quota there. */
static const struct {
	const char *at, *file;
	bool v2;
} mounts[] = {
	{ "/sys/fs/cgroup/cpu", "cpu.cfs_quota_us", false },
	{ "/sys/fs/cgroup/cpu,cpuacct", "cpu.cfs_quota_us", false },
	{ "/sys/fs/cgroup", "cpu.max", true },
};

static int put(const char *group, const char *file, const char *text)
{
	char path[256];
	int fd, rc;

	snprintf(path, sizeof(path), "%s/%s", group, file);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -1;
	rc = write(fd, text, strlen(text)) < 0 ? -1 : 0;
	close(fd);
	return rc;
}

/* What a process of the group is told: 250 stands for no limit. */
static int quota_in(const char *group)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		const uint32_t cpus = put(group, "cgroup.procs", "0") ? 251 : xs_quota_cpus();

		_exit(cpus == UINT32_MAX ? 250 : (int)cpus);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static char outer[128], inner[160];
static const char *file;
static bool v2;

/* Two groups, one in the other, as soon as there is a place for them. */
static int make_groups(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]) && !file; i++) {
		snprintf(outer, sizeof(outer), "%s/xsavage-test-%d", mounts[i].at, getpid());
		snprintf(inner, sizeof(inner), "%s/inner", outer);
		if (mkdir(outer, 0755))
			continue;
		v2 = mounts[i].v2;
		if (!mkdir(inner, 0755) && !put(outer, mounts[i].file, v2 ? "max" : "-1"))
			file = mounts[i].file;
		if (!file) {
			rmdir(inner);
			rmdir(outer);
		}
	}
	return 0;
}

static int remove_groups(void **state)
{
	(void)state;
	return file && (rmdir(inner) || rmdir(outer)) ? -1 : 0;
}

static void the_least_of_the_groups_counts(void **state)
{
	(void)state;
	if (!file) {
		print_message("no group with a CPU controller can be made here\n");
		skip();
	}
	/* This machine may have limits of its own. */
	if (quota_in(inner) != 250) {
		print_message("there is a limit above\n");
		skip();
	}
	assert_int_equal(put(outer, file, v2 ? "150000 100000" : "150000"), 0);
	assert_int_equal(quota_in(outer), 2);
	assert_int_equal(quota_in(inner), 2);
	if (!v2) { /* there the controller has to be handed down first */
		assert_int_equal(put(inner, file, "50000"), 0);
		assert_int_equal(quota_in(inner), 1);
		assert_int_equal(quota_in(outer), 2);
	}
	assert_int_equal(put(outer, file, v2 ? "max" : "-1"), 0);
	assert_int_equal(quota_in(outer), 250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_of_the_groups_counts),
	};

	return cmocka_run_group_tests(tests, make_groups, remove_groups);
}
