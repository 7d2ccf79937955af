// SPDX-License-Identifier: GPL-2.0-only
/* Plans made of cases: every field, every refusal, on described machines. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "case/case.h"
#include "handler/handler.h"
#include "plan/plan.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"
#include "unit/text.h"

#define ALL	 ((1u << XS_STATES) - 1)
#define HYBRID	 XS_TEST_DATA_DIR "/hybrid.xml"
#define SMT_128	 "pack:2 numa:1 l3:2 l2:8 core:2 pu:2"
#define SMT_1024 "pack:4 numa:2 l3:4 l2:8 core:2 pu:2"

static hwloc_topology_t load(const char *machine)
{
	char why[XS_WHY_BYTES] = "";
	hwloc_topology_t t;

	if (xs_topology_load(&t, machine, why))
		fail_msg("%s", why);
	return t;
}

static struct xs_case some_case(uint32_t workers)
{
	struct xs_case c;

	xs_case_default(&c);
	c.workers = workers;
	return c;
}

/* The tables' first rows with what a test needs. */
static uint8_t remote_source(void)
{
	for (unsigned int i = 0; i < XS_SIGNALS; i++)
		if (xs_flags(XS_AXIS_SIGNAL, i) & XS_SIGNAL_REMOTE)
			return (uint8_t)i;
	fail_msg("no remote source in signal.def");
	return 0;
}

static uint8_t resolved_method(void)
{
	for (unsigned int i = 0; i < XS_STACKS; i++)
		if (xs_flags(XS_AXIS_STACK, i) & XS_STACK_RESOLVER)
			return (uint8_t)i;
	fail_msg("no method with a resolver in stack.def");
	return 0;
}

static uint8_t pressure_kind(bool vector)
{
	for (unsigned int i = 0; i < XS_PRESSURES; i++)
		if (vector == !!(xs_flags(XS_AXIS_PRESSURE, i) & XS_PRESSURE_VECTOR))
			return (uint8_t)i;
	fail_msg("no such kind in pressure.def");
	return 0;
}

/* Of the case made last. */
static struct xs_plan plan;
static char why[XS_WHY_BYTES];

static int make(const struct xs_case *c, const char *machine, uint32_t supported)
{
	hwloc_topology_t t = load(machine);
	int ret;

	memset(&plan, 0xa5, sizeof(plan));
	why[0] = '\0';
	ret = xs_plan_make(&plan, c, t, supported, why);
	hwloc_topology_destroy(t);
	return ret;
}

static void add_pressure(struct xs_case *c, uint8_t kind, uint8_t place, uint32_t count)
{
	struct xs_case_pressure *p = &c->pressure[c->pressures++];

	xs_case_pressure_default(p, kind);
	p->place = place;
	p->count = count;
}

/* Two workers with everything that a worker can have. */
static struct xs_case full_case(void)
{
	struct xs_case c = some_case(2);

	c.registers = ALL;
	c.signal = remote_source();
	c.signal_place = XS_PLACE_SMT;
	c.fault = resolved_method();
	c.resolver_place = XS_PLACE_L2;
	add_pressure(&c, pressure_kind(true), XS_PLACE_SAME_PU, 2);
	c.pressure[0].hold = XS_HOLD_yield;
	c.pressure[0].period_us = 77;
	add_pressure(&c, pressure_kind(false), XS_PLACE_PACKAGE, 1);
	return c;
}

static void check_task(const struct xs_plan_task *t, enum xs_role role, unsigned int worker,
		       enum xs_place place, int cpu)
{
	assert_int_equal(t->role, role);
	assert_int_equal(t->worker, worker);
	assert_int_equal(t->place_asked, place);
	assert_int_equal(t->place_got, place);
	assert_int_equal(t->cpu, cpu);
}

static void every_task_is_listed(void **state)
{
	struct xs_case c = full_case();

	(void)state;
	assert_int_equal(make(&c, SMT_128, ALL), 0);
	assert_int_equal(plan.tasks, 12);
	/* Cores have two PUs, L2s two cores; the second package starts at CPU 64. */
	check_task(&plan.task[0], XS_ROLE_WORKER, 0, XS_PLACE_SAME_PU, 0);
	check_task(&plan.task[1], XS_ROLE_WORKER, 1, XS_PLACE_SAME_PU, 2);
	check_task(&plan.task[2], XS_ROLE_SENDER, 0, XS_PLACE_SMT, 1);
	/* CPU 2 is of the next core under the L2 too, but a worker has it. */
	check_task(&plan.task[3], XS_ROLE_RESOLVER, 0, XS_PLACE_L2, 3);
	check_task(&plan.task[4], XS_ROLE_PRESSURE, 0, XS_PLACE_SAME_PU, 0);
	check_task(&plan.task[5], XS_ROLE_PRESSURE, 0, XS_PLACE_SAME_PU, 0);
	check_task(&plan.task[6], XS_ROLE_PRESSURE, 0, XS_PLACE_PACKAGE, 64);
	check_task(&plan.task[7], XS_ROLE_SENDER, 1, XS_PLACE_SMT, 3);
	check_task(&plan.task[8], XS_ROLE_RESOLVER, 1, XS_PLACE_L2, 1);
	check_task(&plan.task[11], XS_ROLE_PRESSURE, 1, XS_PLACE_PACKAGE, 66);

	assert_int_equal(plan.task[0].registers, xs_state_reduce(ALL));
	assert_int_equal(plan.task[0].hold, XS_HOLD_spin);
	assert_int_equal(plan.task[2].registers | plan.task[3].registers, 0);
	assert_int_equal(plan.task[4].kind, c.pressure[0].kind);
	assert_int_equal(plan.task[4].registers, 1u << XS_STATE_sse);
	assert_int_equal(plan.task[4].hold, XS_HOLD_yield);
	assert_int_equal(plan.task[4].period_us, 77);
	assert_int_equal(plan.task[6].kind, c.pressure[1].kind);
	assert_int_equal(plan.task[6].registers, 0);
}

static void the_case_is_copied(void **state)
{
	struct xs_case c = full_case();

	(void)state;
	c.duration_ms = 1;
	c.signals = 2;
	c.hold_us = 3;
	c.delay_us = 4;
	c.boundary = 640;
	c.fault_hold_us = 5;
	c.handler = XS_HANDLER_nest;
	c.abi = XS_ABI_ia32_rt;
	c.depth = 3;
	c.missing = XS_MISSING_UPPER;
	c.restore = XS_MISSING_LOWER;
	assert_int_equal(make(&c, "pack:1 core:2 pu:2", ALL), 0);
	assert_int_equal(plan.workers, 2);
	assert_int_equal(plan.duration_ms, 1);
	assert_int_equal(plan.signals, 2);
	assert_int_equal(plan.hold_us, 3);
	assert_int_equal(plan.delay_us, 4);
	assert_int_equal(plan.boundary, 640);
	assert_int_equal(plan.fault_hold_us, 5);
	assert_int_equal(plan.signal, c.signal);
	assert_int_equal(plan.fault, c.fault);
	assert_int_equal(plan.handler, XS_HANDLER_nest);
	assert_int_equal(plan.abi, XS_ABI_ia32_rt);
	assert_int_equal(plan.depth, 3);
	assert_int_equal(plan.missing, XS_MISSING_UPPER);
	assert_int_equal(plan.restore, XS_MISSING_LOWER);
	assert_int_equal(plan.cpus, 4);
	assert_int_equal(plan.cpu[3], 3);
}

/* What stays in init state is proved beside what is loaded, where the machine has it. */
static void init_classes_are_proved(void **state)
{
	const uint32_t sse = 1u << XS_STATE_sse, avx = 1u << XS_STATE_avx;
	struct xs_case c = some_case(1);

	(void)state;
	c.registers = sse;
	c.init = avx | 1u << XS_STATE_opmask;
	c.vectors = 0x10f;
	add_pressure(&c, pressure_kind(true), XS_PLACE_SAME_PU, 1);
	assert_int_equal(make(&c, "pu:2", sse | avx), 0);
	assert_int_equal(plan.task[0].registers, sse);
	assert_int_equal(plan.task[0].proved, xs_state_reduce(sse | avx));
	assert_int_equal(plan.task[0].vectors, 0x10f);
	/* Neighbours load all that they prove. */
	assert_int_equal(plan.task[1].proved, plan.task[1].registers);
	assert_int_equal(plan.task[1].vectors, UINT32_MAX);
	assert_int_equal(make(&c, "pu:2", sse), 0);
	assert_int_equal(plan.task[0].proved, sse);
}

static void equal_cases_give_equal_plans(void **state)
{
	struct xs_case c = full_case();
	struct xs_plan first;

	(void)state;
	c.signal_place = XS_PLACE_RANDOM;
	c.pressure[1].place = XS_PLACE_RANDOM;
	c.pressure[1].count = 8;
	assert_int_equal(make(&c, SMT_1024, ALL), 0);
	first = plan;
	assert_int_equal(make(&c, SMT_1024, ALL), 0);
	assert_memory_equal(&plan, &first, sizeof(plan));
	c.seed++;
	assert_int_equal(make(&c, SMT_1024, ALL), 0);
	assert_memory_not_equal(&plan, &first, sizeof(plan));
}

static void unpinned_tasks_have_no_cpu(void **state)
{
	struct xs_case c = some_case(1);

	(void)state;
	add_pressure(&c, pressure_kind(false), XS_PLACE_UNPINNED, 1);
	assert_int_equal(make(&c, "pu:2", ALL), 0);
	check_task(&plan.task[1], XS_ROLE_PRESSURE, 0, XS_PLACE_UNPINNED, -1);
}

static void a_sender_on_its_workers_pu_makes_it_yield(void **state)
{
	static const struct {
		const char *machine;
		uint8_t place;
		uint8_t hold;
	} senders[] = {
		{ "pu:2", XS_PLACE_SAME_PU, XS_HOLD_yield }, { "pu:1", XS_PLACE_L3, XS_HOLD_yield },
		{ "pu:1", XS_PLACE_RANDOM, XS_HOLD_yield },  { "pu:2", XS_PLACE_L3, XS_HOLD_spin },
		{ "pu:1", XS_PLACE_UNPINNED, XS_HOLD_spin },
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		struct xs_case c = some_case(1);

		c.signal = remote_source();
		c.signal_place = senders[i].place;
		assert_int_equal(make(&c, senders[i].machine, ALL), 0);
		assert_int_equal(plan.task[0].hold, senders[i].hold);
	}
	/* A resolver there does not: the worker sleeps while it works. */
	struct xs_case c = some_case(1);

	c.fault = resolved_method();
	c.resolver_place = XS_PLACE_SAME_PU;
	assert_int_equal(make(&c, "pu:1", ALL), 0);
	assert_int_equal(plan.task[0].hold, XS_HOLD_spin);
}

static void workers_follow_the_list(void **state)
{
	static const struct {
		const char *machine, *cpus;
		int expected[4];
	} lists[] = {
		{ SMT_128, "auto", { 0, 2, 4, 6 } }, { SMT_128, "64,3,9-12", { 64, 3, 9, 10 } },
		{ SMT_128, "7", { 7, 7, 7, 7 } },    { SMT_128, "126-127,0", { 126, 127, 0, 126 } },
		{ HYBRID, "auto", { 0, 4, 2, 5 } },  { HYBRID, "11,0", { 11, 0, 11, 0 } },
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct xs_case c = some_case(4);

		snprintf(c.cpus, sizeof(c.cpus), "%s", lists[i].cpus);
		assert_int_equal(make(&c, lists[i].machine, ALL), 0);
		for (unsigned int w = 0; w < 4; w++)
			check_task(&plan.task[w], XS_ROLE_WORKER, w, XS_PLACE_SAME_PU,
				   lists[i].expected[w]);
	}
}

static void cpus_that_may_not_be_used_are_refused(void **state)
{
	static const char *const lists[][2] = {
		{ "0,200", "CPU 200 " },
		{ "0-8191", "CPU 128 " },
		{ "4294967296", "CPU 4294967296 " },
		{ "1,2,3,4,999", "CPU 999 " }, /* past the worker's own CPU too */
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct xs_case c = some_case(1);

		snprintf(c.cpus, sizeof(c.cpus), "%s", lists[i][0]);
		assert_int_equal(make(&c, SMT_128, ALL), -EINVAL);
		assert_has(why, lists[i][1]);
		assert_has(why, "(0-127)");
		assert_has(why, "taskset");
	}
}

static void a_restricted_machine_is_all_there_is(void **state)
{
	hwloc_topology_t t = load(SMT_128);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	struct xs_case c = full_case();

	(void)state;
	hwloc_bitmap_set(set, 5);
	hwloc_bitmap_set(set, 77);
	assert_int_equal(hwloc_topology_restrict(t, set, 0), 0);
	assert_int_equal(xs_plan_make(&plan, &c, t, ALL, why), 0);
	assert_int_equal(plan.cpus, 2);
	assert_int_equal(plan.cpu[0] + plan.cpu[1], 5 + 77);
	for (unsigned int i = 0; i < plan.tasks; i++)
		assert_true(hwloc_bitmap_isset(set, (unsigned int)plan.task[i].cpu));
	snprintf(c.cpus, sizeof(c.cpus), "0");
	assert_int_equal(xs_plan_make(&plan, &c, t, ALL, why), -EINVAL);
	hwloc_bitmap_free(set);
	hwloc_topology_destroy(t);
}

static void missing_registers_are_a_reason(void **state)
{
	struct xs_case c = full_case();

	(void)state;
	assert_int_equal(make(&c, "pu:2", 1u << XS_STATE_sse), 0);
	assert_int_equal(plan.task[0].registers, 1u << XS_STATE_sse);
	c.registers = 1u << XS_STATE_avx | 1u << XS_STATE_zmm;
	assert_int_equal(make(&c, "pu:2", 1u << XS_STATE_sse), -EOPNOTSUPP);
	assert_has(why, "[worker] registers: this machine has none of avx,zmm");
	assert_int_equal(make(&c, "pu:2", 1u << XS_STATE_avx), -EOPNOTSUPP);
	assert_has(why, xs_name(XS_AXIS_PRESSURE, c.pressure[0].kind));
	assert_has(why, "sse");
}

static void too_many_tasks_are_refused(void **state)
{
	struct xs_case c = some_case(XS_WORKERS_MAX);

	(void)state;
	c.signal = remote_source();
	add_pressure(&c, pressure_kind(true), XS_PLACE_L3, 14);
	assert_int_equal(make(&c, SMT_128, ALL), 0);
	assert_int_equal(plan.tasks, XS_TASKS_MAX);
	c.pressure[0].count = 15;
	assert_int_equal(make(&c, SMT_128, ALL), -E2BIG);
	assert_has(why, "1088 tasks, more than 1024");
}

static void the_largest_plan(void **state)
{
	struct xs_case c = some_case(XS_WORKERS_MAX);

	(void)state;
	c.signal = remote_source();
	c.signal_place = XS_PLACE_SMT;
	add_pressure(&c, pressure_kind(true), XS_PLACE_NUMA, 14);
	assert_int_equal(make(&c, SMT_1024, ALL), 0);
	assert_int_equal(plan.tasks, XS_TASKS_MAX);
	assert_int_equal(plan.cpus, XS_PLAN_CPUS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_task_is_listed),
		cmocka_unit_test(the_case_is_copied),
		cmocka_unit_test(init_classes_are_proved),
		cmocka_unit_test(equal_cases_give_equal_plans),
		cmocka_unit_test(unpinned_tasks_have_no_cpu),
		cmocka_unit_test(a_sender_on_its_workers_pu_makes_it_yield),
		cmocka_unit_test(workers_follow_the_list),
		cmocka_unit_test(cpus_that_may_not_be_used_are_refused),
		cmocka_unit_test(a_restricted_machine_is_all_there_is),
		cmocka_unit_test(missing_registers_are_a_reason),
		cmocka_unit_test(too_many_tasks_are_refused),
		cmocka_unit_test(the_largest_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
