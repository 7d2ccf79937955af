// SPDX-License-Identifier: GPL-2.0-only
/* Loading topologies: what this process may use, and described machines. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "plan/plan.h"

static hwloc_topology_t load(void)
{
	char why[XS_WHY_BYTES] = "";
	hwloc_topology_t t;

	if (xs_topology_load(&t, NULL, why))
		fail_msg("%s", why);
	return t;
}

/* The exit status of a child that runs @check; 0 is what it should be. */
static int in_child(int (*check)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(check());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int check_one_cpu(void)
{
	char why[XS_WHY_BYTES];
	hwloc_topology_t t;
	cpu_set_t set;
	size_t cpu = CPU_SETSIZE - 1;
	int ret;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	while (cpu > 0 && !CPU_ISSET(cpu, &set))
		cpu--;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return 2;
	if (xs_topology_load(&t, NULL, why))
		return 3;
	ret = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU) == 1 &&
			      hwloc_get_obj_by_type(t, HWLOC_OBJ_PU, 0)->os_index == cpu
		      ? 0
		      : 4;
	hwloc_topology_destroy(t);
	return ret;
}

static int check_other_machine(void)
{
	char why[XS_WHY_BYTES] = "";
	hwloc_topology_t t;

	if (setenv("HWLOC_SYNTHETIC", "pack:2 pu:2", 1))
		return 1;
	if (xs_topology_load(&t, NULL, why) != -EINVAL)
		return 2;
	return strstr(why, "HWLOC_SYNTHETIC") ? 0 : 3;
}

static void affinity_is_respected(void **state)
{
	(void)state;
	assert_int_equal(in_child(check_one_cpu), 0);
}

static void the_environment_cannot_pass_for_this_machine(void **state)
{
	(void)state;
	assert_int_equal(in_child(check_other_machine), 0);
}

static void this_machine_is_what_may_be_used(void **state)
{
	hwloc_topology_t t = load();
	cpu_set_t set;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	assert_int_equal(hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU), CPU_COUNT(&set));
	hwloc_topology_destroy(t);
}

static void bad_machines_are_refused(void **state)
{
	static const struct {
		const char *machine, *why;
		int ret;
	} bad[] = {
		{ "", "pu:2", -EINVAL },
		{ "pack:two pu:1", "pu:2", -EINVAL },
		{ "pack:2 pu:0", "pu:2", -EINVAL },
		{ "pu:1000000000", "4096", -EINVAL },
		{ "pack:1000 [numa] l2:1000(size=1) core:1000 pu:1000", "4096", -EINVAL },
		{ "pu:2(indexes=5,3000000000)", "out of range", -EINVAL },
		{ "pu:-18446744073000000000", "4096", -EINVAL },
		{ "/nonexistent/machine.xml", "No such file", -ENOENT },
		{ "/dev/null/machine.xml", "Not a directory", -ENOTDIR },
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char why[XS_WHY_BYTES] = "";
		hwloc_topology_t t;

		assert_int_equal(xs_topology_load(&t, bad[i].machine, why), bad[i].ret);
		assert_non_null(strstr(why, bad[i].why));
	}
}

static void attributes_are_no_levels(void **state)
{
	char why[XS_WHY_BYTES] = "";
	hwloc_topology_t t;

	(void)state;
	assert_int_equal(xs_topology_load(&t, "l2:64 core:32 pu:2(indexes=64*64:64*1)", why), 0);
	assert_int_equal(hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU), 4096);
	hwloc_topology_destroy(t);
}

static void an_xml_file_that_is_none_is_refused(void **state)
{
	char path[] = "/tmp/xs-place-XXXXXX.xml", why[XS_WHY_BYTES] = "";
	hwloc_topology_t t;
	int fd = mkstemps(path, 4), ret;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "<topology>", 10), 10);
	close(fd);
	ret = xs_topology_load(&t, path, why);
	unlink(path);
	assert_int_equal(ret, -EINVAL);
	assert_non_null(strstr(why, "lstopo"));
}

/* Load hybrid.xml without the lines that have @without, and with @to for @from in the others. */
static int load_edited(const char *without, const char *from, const char *to,
		       char why[XS_WHY_BYTES])
{
	char path[] = "/tmp/xs-place-XXXXXX.xml", line[1024];
	FILE *in = fopen(XS_TEST_DATA_DIR "/hybrid.xml", "r"), *out;
	hwloc_topology_t t;
	int fd = mkstemps(path, 4), ret;

	assert_non_null(in);
	assert_true(fd >= 0);
	out = fdopen(fd, "w");
	while (fgets(line, sizeof(line), in)) {
		const char *at = from ? strstr(line, from) : NULL;

		if (without && strstr(line, without))
			continue;
		if (at)
			fprintf(out, "%.*s%s%s", (int)(at - line), line, to, at + strlen(from));
		else
			fputs(line, out);
	}
	fclose(in);
	fclose(out);
	ret = xs_topology_load(&t, path, why);
	unlink(path);
	if (!ret)
		hwloc_topology_destroy(t);
	return ret;
}

/* What hwloc believes of a file, and no plan can be made for. */
static void a_tree_with_holes_is_refused(void **state)
{
	static const struct {
		const char *without, *from, *to, *why;
	} bad[] = {
		{ "gp_index=\"1\"5", NULL, NULL, NULL }, /* nothing: as it is */
		{ "\"PU\"", NULL, NULL, "PU" },
		{ "\"PU\" os_index=\"1", NULL, NULL, "PU" }, /* 1, 10 and 11 */
		{ "\"PU\" os_index=\"0\"", NULL, NULL, "PU" },
		{ NULL, "\"PU\" os_index=\"3\"", "\"PU\" os_index=\"4294967294\"", "" },
		{ NULL, "\"L2Cache\"", "\"Core\"", "within their like" },
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char why[XS_WHY_BYTES] = "";
		int ret = load_edited(bad[i].without, bad[i].from, bad[i].to, why);

		assert_int_equal(ret, bad[i].why ? -EINVAL : 0);
		if (bad[i].why) {
			assert_non_null(strstr(why, bad[i].why));
			assert_non_null(strstr(why, "lstopo"));
		}
	}
}

/* CPUs that are offline, or not ours, leave a core of one PU, and none of another: no hole. */
static void a_part_of_a_machine_is_one(void **state)
{
	char path[] = "/tmp/xs-place-XXXXXX.xml", why[XS_WHY_BYTES] = "";
	hwloc_bitmap_t some = hwloc_bitmap_alloc();
	hwloc_topology_t whole, part;
	int fd = mkstemps(path, 4);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(hwloc_bitmap_list_sscanf(some, "1,5,8-9"), 0);
	assert_int_equal(xs_topology_load(&whole, XS_TEST_DATA_DIR "/hybrid.xml", why), 0);
	assert_int_equal(hwloc_topology_restrict(whole, some, 0), 0);
	assert_int_equal(hwloc_topology_export_xml(whole, path, 0), 0);
	if (xs_topology_load(&part, path, why))
		fail_msg("%s", why);
	assert_int_equal(hwloc_get_nbobjs_by_type(part, HWLOC_OBJ_PU), 4);
	hwloc_topology_destroy(part);
	hwloc_topology_destroy(whole);
	hwloc_bitmap_free(some);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(affinity_is_respected),
		cmocka_unit_test(the_environment_cannot_pass_for_this_machine),
		cmocka_unit_test(this_machine_is_what_may_be_used),
		cmocka_unit_test(bad_machines_are_refused),
		cmocka_unit_test(attributes_are_no_levels),
		cmocka_unit_test(an_xml_file_that_is_none_is_refused),
		cmocka_unit_test(a_tree_with_holes_is_refused),
		cmocka_unit_test(a_part_of_a_machine_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
