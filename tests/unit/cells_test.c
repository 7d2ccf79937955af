// SPDX-License-Identifier: GPL-2.0-only
/* Cells of described machines of 1 to 1024 PUs: which CPUs each has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "case/case.h"
#include "plan/cells.h"
#include "plan/plan.h"

#define HYBRID	 (XS_TEST_DATA_DIR "/hybrid.xml")
#define SMT_1024 "pack:4 numa:2 l3:4 l2:8 core:2 pu:2"

static hwloc_topology_t load(const char *machine)
{
	char why[XS_WHY_BYTES] = "";
	hwloc_topology_t t;

	if (xs_topology_load(&t, machine, why))
		fail_msg("%s", why);
	return t;
}

/* The sets as "0-1 2-3", of the first few. */
static const char *lists(const struct xs_cells *cells)
{
	static char text[512];
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < cells->count && i < 16; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s", i ? " " : "");
		used += (size_t)hwloc_bitmap_list_snprintf(text + used, sizeof(text) - used,
							   cells->set[i]);
	}
	return text;
}

static void test_lists(void **state)
{
	static const struct {
		const char *machine;
		uint32_t n;
		const char *cells;
	} of[] = {
		{ "pu:1", 0, "0" },
		{ "core:1 pu:2", 0, "0-1" },
		{ "pu:2", 0, "0-1" },
		{ "pu:2", 2, "0-1" },
		{ "pu:5", 5, "0-1 2-4" },
		{ "core:3 pu:2", 5, "0-1 2-3 4-5" },
		{ "core:8 pu:1", 0, "0-1 2-3 4-5 6-7" },
		{ "core:8 pu:1", 1, "0-7" },
		{ "core:8 pu:1", 3, "0-1 2-4 5-7" },
		{ "core:7 pu:1", 0, "0-1 2-3 4-6" },
		/* Siblings stay together, whatever their numbers are. */
		{ "core:4 pu:2", 0, "0-3 4-7" },
		{ "core:4 pu:2(indexes=core)", 0, "0-1,4-5 2-3,6-7" },
		/* No cell has two caches, packages or nodes; but no core is alone, either. */
		{ "l3:2 core:3 pu:1", 0, "0-2 3-5" },
		{ "pack:2 core:5 pu:1", 0, "0-1 2-4 5-6 7-9" },
		{ "numa:3 core:1 pu:1", 0, "0-2" },
		{ "pack:2 core:1 pu:1", 0, "0-1" },
		{ "pack:2 core:4 pu:1", 2, "0-3 4-7" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		hwloc_topology_t t = load(of[i].machine);
		struct xs_cells cells;

		assert_int_equal(xs_cells_cut(&cells, t, of[i].n), 0);
		if (strcmp(lists(&cells), of[i].cells) != 0)
			fail_msg("%s, %u: %s, not %s", of[i].machine, of[i].n, lists(&cells),
				 of[i].cells);
		xs_cells_free(&cells);
		hwloc_topology_destroy(t);
	}
}

/* Every PU in one cell, and in one only; as even as whole cores can be. */
static void whole(hwloc_topology_t t, uint32_t n)
{
	const hwloc_const_bitmap_t all = hwloc_topology_get_topology_cpuset(t);
	hwloc_bitmap_t seen = hwloc_bitmap_alloc();
	uint32_t least = UINT32_MAX, pus = 0;
	struct xs_cells cells;

	assert_int_equal(xs_cells_cut(&cells, t, n), 0);
	assert_true(cells.count >= 1 && cells.count <= XS_CELLS_MAX);
	for (uint32_t i = 0; i < cells.count; i++) {
		const uint32_t weight = (uint32_t)hwloc_bitmap_weight(cells.set[i]);

		assert_false(hwloc_bitmap_intersects(seen, cells.set[i]));
		hwloc_bitmap_or(seen, seen, cells.set[i]);
		pus += weight;
		if (weight < least)
			least = weight;
	}
	assert_true(hwloc_bitmap_isequal(seen, all));
	assert_int_equal(pus, hwloc_bitmap_weight(all));
	assert_int_equal(cells.least_pus, least);
	assert_true(least > 0);
	hwloc_bitmap_free(seen);
	xs_cells_free(&cells);
}

static void test_whole(void **state)
{
	static const char *const machines[] = { "pu:1",
						"pack:2 core:1 pu:2",
						"numa:4 pu:4",
						"core:64 pu:2",
						"pack:3 l3:5 core:7 pu:1",
						SMT_1024,
						"pack:1 core:2048 pu:1",
						HYBRID };

	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		hwloc_topology_t t = load(machines[i]);

		for (uint32_t n = 0; n <= 9; n++)
			whole(t, n);
		whole(t, XS_CELLS_MAX);
		hwloc_topology_destroy(t);
	}
}

/* A cpuset with holes is cut like any machine. */
static void test_holes(void **state)
{
	hwloc_topology_t t = load(SMT_1024);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	struct xs_cells cells;

	(void)state;
	hwloc_bitmap_list_sscanf(set, "3,6,7,64,65,200-203,1000");
	assert_int_equal(hwloc_topology_restrict(t, set, 0), 0);
	whole(t, 0);
	whole(t, 3);
	assert_int_equal(xs_cells_cut(&cells, t, 0), 0);
	assert_string_equal(lists(&cells), "3,6-7 64-65,200-201 202-203,1000");
	xs_cells_free(&cells);
	hwloc_bitmap_free(set);
	hwloc_topology_destroy(t);
}

/* Powerful and efficient cores are in no cell together. */
static void test_kinds(void **state)
{
	hwloc_topology_t t = load(HYBRID);
	struct xs_cells cells;

	(void)state;
	assert_true(hwloc_cpukinds_get_nr(t, 0) > 1);
	assert_int_equal(xs_cells_cut(&cells, t, 0), 0);
	assert_true(cells.count > 1);
	for (uint32_t i = 0; i < cells.count; i++)
		assert_true(hwloc_cpukinds_get_by_cpuset(t, cells.set[i], 0) >= 0);
	xs_cells_free(&cells);
	hwloc_topology_destroy(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
