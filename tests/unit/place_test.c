// SPDX-License-Identifier: GPL-2.0-only
/* Places, on described machines of 1 to 1024 PUs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "case/case.h"
#include "plan/plan.h"

#define HYBRID	   (XS_TEST_DATA_DIR "/hybrid.xml")
#define SMT_128	   "pack:2 numa:1 l3:2 l2:8 core:2 pu:2"
#define SMT_1024   "pack:4 numa:2 l3:4 l2:8 core:2 pu:2"
#define UNCORED_16 "numa:4 pu:4"

static const char *const machines[] = {
	"pu:1",
	"pu:2",
	"core:1 pu:2",
	"pack:1 core:2 pu:1",
	"pack:2 core:1 pu:1",
	"pack:2 numa:1 l3:4 l2:8 core:1 pu:2",
	"pack:2 numa:2 l3:1 core:4 pu:2",
	UNCORED_16,
	SMT_128,
	SMT_1024,
	HYBRID,
};

static hwloc_topology_t load(const char *machine)
{
	char why[XS_WHY_BYTES] = "";
	hwloc_topology_t t;

	if (xs_topology_load(&t, machine, why))
		fail_msg("%s", why);
	return t;
}

static unsigned int pus_of(hwloc_topology_t t)
{
	return (unsigned int)hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU);
}

static hwloc_obj_t pu_of(hwloc_topology_t t, unsigned int i)
{
	return hwloc_get_obj_by_type(t, HWLOC_OBJ_PU, i);
}

static bool share(hwloc_topology_t t, hwloc_obj_type_t type, hwloc_obj_t a, hwloc_obj_t b)
{
	hwloc_obj_t of_a = hwloc_get_ancestor_obj_by_type(t, type, a);

	return of_a && of_a == hwloc_get_ancestor_obj_by_type(t, type, b);
}

static bool share_node(hwloc_topology_t t, hwloc_obj_t a, hwloc_obj_t b)
{
	hwloc_obj_t node = NULL;

	while ((node = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_NUMANODE, node)))
		if (hwloc_bitmap_isset(node->cpuset, a->os_index) &&
		    hwloc_bitmap_isset(node->cpuset, b->os_index))
			return true;
	return false;
}

/* What each place means, said once more in other words. */
static bool at(hwloc_topology_t t, enum xs_place place, hwloc_obj_t a, hwloc_obj_t b)
{
	bool core = a == b || share(t, HWLOC_OBJ_CORE, a, b);
	bool l2 = share(t, HWLOC_OBJ_L2CACHE, a, b), l3 = share(t, HWLOC_OBJ_L3CACHE, a, b);
	bool package = share(t, HWLOC_OBJ_PACKAGE, a, b) ||
		       !hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PACKAGE);
	bool node = share_node(t, a, b);

	switch (place) {
	case XS_PLACE_SAME_PU:
		return a == b;
	case XS_PLACE_SMT:
		return core && a != b;
	case XS_PLACE_L2:
		return l2 && !core;
	case XS_PLACE_L3:
		return l3 && !l2 && !core;
	case XS_PLACE_NUMA:
		return node && package && !l3 && !l2 && !core;
	case XS_PLACE_PACKAGE:
		return !package && !l3 && !l2 && !core;
	case XS_PLACE_RANDOM:
		return package && !node && !l3 && !l2 && !core;
	default:
		return false;
	}
}

/* The stated order, the place asked for first; same-pu is the last resort. */
static const enum xs_place orders[][7] = {
	{ XS_PLACE_SAME_PU },
	{ XS_PLACE_SMT, XS_PLACE_L2, XS_PLACE_L3, XS_PLACE_NUMA, XS_PLACE_RANDOM,
	  XS_PLACE_PACKAGE },
	{ XS_PLACE_L2, XS_PLACE_L3, XS_PLACE_NUMA, XS_PLACE_RANDOM, XS_PLACE_PACKAGE,
	  XS_PLACE_SMT },
	{ XS_PLACE_L3, XS_PLACE_L2, XS_PLACE_NUMA, XS_PLACE_RANDOM, XS_PLACE_PACKAGE,
	  XS_PLACE_SMT },
	{ XS_PLACE_NUMA, XS_PLACE_L3, XS_PLACE_L2, XS_PLACE_RANDOM, XS_PLACE_PACKAGE,
	  XS_PLACE_SMT },
	{ XS_PLACE_PACKAGE, XS_PLACE_RANDOM, XS_PLACE_NUMA, XS_PLACE_L3, XS_PLACE_L2,
	  XS_PLACE_SMT },
};

static unsigned int count_at(hwloc_topology_t t, enum xs_place place, hwloc_obj_t a)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < pus_of(t); i++)
		count += at(t, place, a, pu_of(t, i));
	return count;
}

static void check_from(hwloc_topology_t t, hwloc_obj_t from)
{
	for (unsigned int o = 0; o < sizeof(orders) / sizeof(orders[0]); o++) {
		const enum xs_place *expected = orders[o];

		while (*expected != XS_PLACE_SAME_PU && !count_at(t, *expected, from))
			expected++;
		for (uint32_t salt = 0; salt < 3; salt++) {
			enum xs_place got = XS_PLACES;
			hwloc_obj_t pu = xs_place_near(t, from, orders[o][0], salt, NULL, &got);

			assert_int_equal(got, *expected);
			assert_true(at(t, got, from, pu));
		}
	}
}

static void places_hold_and_fall_back_in_order(void **state)
{
	(void)state;
	for (unsigned int m = 0; m < sizeof(machines) / sizeof(machines[0]); m++) {
		hwloc_topology_t t = load(machines[m]);
		unsigned int step = pus_of(t) > 16 ? pus_of(t) / 7 : 1;

		for (unsigned int i = 0; i < pus_of(t); i += step)
			check_from(t, pu_of(t, i));
		hwloc_topology_destroy(t);
	}
}

static void fallbacks_by_example(void **state)
{
	static const struct {
		const char *machine;
		unsigned int cpu;
		enum xs_place asked, got;
	} examples[] = {
		{ "pu:1", 0, XS_PLACE_PACKAGE, XS_PLACE_SAME_PU },
		{ "core:1 pu:2", 0, XS_PLACE_L2, XS_PLACE_SMT },
		{ "pack:1 core:2 pu:1", 0, XS_PLACE_SMT, XS_PLACE_NUMA },
		{ "pack:1 core:2 pu:1", 0, XS_PLACE_L3, XS_PLACE_NUMA },
		{ "pack:2 core:1 pu:2", 0, XS_PLACE_L2, XS_PLACE_PACKAGE },
		{ "pack:1 l3:1 l2:1 core:4 pu:1", 0, XS_PLACE_NUMA, XS_PLACE_L2 },
		{ "pack:1 l3:1 l2:4 core:1 pu:2", 0, XS_PLACE_PACKAGE, XS_PLACE_L3 },
		{ "pack:1 numa:2 core:2 pu:1", 0, XS_PLACE_PACKAGE, XS_PLACE_RANDOM },
		{ SMT_128, 5, XS_PLACE_NUMA, XS_PLACE_NUMA },
		{ UNCORED_16, 0, XS_PLACE_SMT, XS_PLACE_NUMA },
		{ HYBRID, 0, XS_PLACE_SMT, XS_PLACE_SMT },
		{ HYBRID, 0, XS_PLACE_L2, XS_PLACE_L3 },
		{ HYBRID, 4, XS_PLACE_SMT, XS_PLACE_L2 },
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		hwloc_topology_t t = load(examples[i].machine);
		enum xs_place got = XS_PLACES;

		xs_place_near(t, pu_of(t, examples[i].cpu), examples[i].asked, 0, NULL, &got);
		assert_int_equal(got, examples[i].got);
		hwloc_topology_destroy(t);
	}
}

static void salt_and_load_spread_equal_candidates(void **state)
{
	hwloc_topology_t t = load(SMT_128);
	unsigned int count = count_at(t, XS_PLACE_L3, pu_of(t, 0));
	uint16_t tasks[128] = { 0 };
	bool seen[128] = { false };
	enum xs_place got;
	hwloc_obj_t pu, first = xs_place_near(t, pu_of(t, 0), XS_PLACE_L3, 0, NULL, &got);

	(void)state;
	assert_int_equal(count, 28); /* 7 more L2s of 2 cores of 2 PUs */
	for (uint32_t salt = 0; salt < count; salt++) {
		pu = xs_place_near(t, pu_of(t, 0), XS_PLACE_L3, salt, NULL, &got);
		assert_false(seen[pu->logical_index]);
		seen[pu->logical_index] = true;
		/* Every core's first PU before any core's second. */
		assert_int_equal(pu->sibling_rank, salt < count / 2 ? 0 : 1);
	}
	assert_ptr_equal(first, xs_place_near(t, pu_of(t, 0), XS_PLACE_L3, count, NULL, &got));

	for (unsigned int i = 0; i < 2 * count; i++) {
		pu = xs_place_near(t, pu_of(t, 0), XS_PLACE_L3, 12345, tasks, &got);
		assert_int_equal(tasks[pu->logical_index]++, i / count);
	}
	hwloc_topology_destroy(t);
}

static void random_is_a_function_of_the_salt(void **state)
{
	hwloc_topology_t t = load(SMT_128);
	bool seen[128] = { false };
	unsigned int distinct = 0, neighbours = 0, before = 0;
	enum xs_place got;

	(void)state;
	for (uint32_t salt = 0; salt < 4096; salt++) {
		hwloc_obj_t pu = xs_place_near(t, pu_of(t, 3), XS_PLACE_RANDOM, salt, NULL, &got);

		assert_int_equal(got, XS_PLACE_RANDOM);
		assert_ptr_equal(pu,
				 xs_place_near(t, pu_of(t, 9), XS_PLACE_RANDOM, salt, NULL, &got));
		distinct += !seen[pu->logical_index];
		seen[pu->logical_index] = true;
		neighbours += pu->logical_index == (before + 1) % 128;
		before = pu->logical_index;
	}
	assert_int_equal(distinct, 128);
	assert_int_in_range(neighbours, 8, 128); /* 32 are expected of 4096 */
	assert_null(xs_place_near(t, pu_of(t, 0), XS_PLACE_UNPINNED, 0, NULL, &got));
	assert_int_equal(got, XS_PLACE_UNPINNED);
	hwloc_topology_destroy(t);
}

static void workers_take_cores_before_siblings(void **state)
{
	hwloc_obj_t pu[256];
	hwloc_topology_t t = load(SMT_128);

	(void)state;
	xs_place_spread(t, pu, 256);
	for (unsigned int i = 0; i < 128; i++) {
		assert_int_equal(pu[i]->sibling_rank, i / 64);
		assert_ptr_equal(pu[i + 128], pu[i]);
		for (unsigned int j = 0; j < i; j++)
			assert_ptr_not_equal(pu[i], pu[j]);
	}
	hwloc_topology_destroy(t);

	t = load(UNCORED_16);
	xs_place_spread(t, pu, 16);
	for (unsigned int i = 0; i < 16; i++)
		assert_ptr_equal(pu[i], pu_of(t, i));
	hwloc_topology_destroy(t);
}

static void workers_alternate_between_kinds(void **state)
{
	/* Cores of CPUs 0-1 and 2-3 are the powerful ones, 4-11 the others. */
	static const unsigned int expected[] = { 0, 4, 2, 5, 6, 7, 8, 9, 10, 11, 1, 3, 0, 4 };
	hwloc_topology_t t = load(HYBRID);
	hwloc_obj_t pu[14];

	(void)state;
	xs_place_spread(t, pu, 14);
	for (unsigned int i = 0; i < 14; i++)
		assert_int_equal(pu[i]->os_index, expected[i]);
	hwloc_topology_destroy(t);
}

static void restricted_machines_are_respected(void **state)
{
	static const unsigned int kept[] = { 0, 5, 64 };
	hwloc_topology_t t = load(SMT_128);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	hwloc_obj_t pu[4];

	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		hwloc_bitmap_set(set, kept[i]);
	assert_int_equal(hwloc_topology_restrict(t, set, 0), 0);
	hwloc_bitmap_free(set);
	for (unsigned int i = 0; i < 3; i++)
		check_from(t, pu_of(t, i));
	xs_place_spread(t, pu, 4);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(pu[i]->os_index, kept[i % 3]);
	hwloc_topology_destroy(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_hold_and_fall_back_in_order),
		cmocka_unit_test(fallbacks_by_example),
		cmocka_unit_test(salt_and_load_spread_equal_candidates),
		cmocka_unit_test(random_is_a_function_of_the_salt),
		cmocka_unit_test(workers_take_cores_before_siblings),
		cmocka_unit_test(workers_alternate_between_kinds),
		cmocka_unit_test(restricted_machines_are_respected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
