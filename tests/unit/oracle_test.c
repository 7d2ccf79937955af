// SPDX-License-Identifier: GPL-2.0-only
/* The oracle: what is classified as what, and which verdict follows. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/plant.h"
#include "oracle/oracle.h"
#include "pressure/pressure.h"
#include "stack/stack.h"
#include "unit/machines.h"

#define SELF	   0u
#define OTHER	   1u
#define GENERATION 41u

static struct xs_record record;

static void start(const struct xs_cpu *cpu, unsigned int class)
{
	memset(&record, 0, sizeof(record));
	record.registers = 1u << class;
	record.task = SELF;
	record.leg = XS_LEG_RETURN;
	record.image_bytes = cpu->image_bytes;
	xs_image_fill(record.expected, cpu, record.registers, SELF, XS_PATTERN_TASK, GENERATION);
	memcpy(record.actual, record.expected, cpu->image_bytes);
}

/* Every plant in every class on every machine is classified as what it is. */
static void test_plants(void **state)
{
	static const uint8_t class_of[XS_PLANT_KINDS] = {
		[XS_PLANT_FLIP] = XS_CLASS_FLIPPED, [XS_PLANT_ZERO] = XS_CLASS_INIT,
		[XS_PLANT_STALE] = XS_CLASS_STALE,  [XS_PLANT_FOREIGN] = XS_CLASS_FOREIGN,
		[XS_PLANT_SWAP] = XS_CLASS_SHIFTED,
	};
	uint32_t planted = 0;

	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		const struct xs_cpu cpu = xs_test_machine(m);

		for (unsigned int row = 0; row < XS_STATES; row++)
			for (unsigned int kind = 0; kind < XS_PLANT_KINDS; kind++) {
				const struct xs_plant p = { .kind = (uint8_t)kind,
							    .class = (uint8_t)row,
							    .owner = OTHER };
				struct xs_finding f;

				if (xs_state_supported(row, &cpu, NULL) ||
				    !xs_plant_possible(row, kind))
					continue;
				start(&cpu, row);
				xs_plant_apply(&p, record.actual, &cpu, SELF, GENERATION);
				xs_classify(&f, &record, &cpu);
				assert_int_equal(f.class, class_of[kind]);
				assert_true(f.lanes > 0);
				assert_int_equal(f.by_class[f.class], f.lanes);
				if (kind == XS_PLANT_FOREIGN && row != XS_STATE_mxcsr) {
					assert_true(f.owner_known);
					assert_int_equal(f.owner, OTHER);
				}
				planted++;
			}
	}
	assert_true(planted > 60);
}

static void test_nothing(void **state)
{
	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		const struct xs_cpu cpu = xs_test_machine(m);
		struct xs_finding f;

		start(&cpu, XS_STATE_sse);
		xs_classify(&f, &record, &cpu);
		assert_int_equal(f.lanes, 0);
		assert_int_equal(f.class, XS_CLASS_NONE);
	}
}

/* Another task's whole image: every register is its, the narrow ones too. */
static void test_stale_owner(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(3);
	struct xs_finding f;

	(void)state;
	for (uint32_t owner = 1; owner < 40; owner++) {
		start(&cpu, XS_STATE_zmm);
		record.registers = xs_state_reduce((1u << XS_STATES) - 1);
		xs_image_fill(record.expected, &cpu, record.registers, SELF, XS_PATTERN_TASK,
			      GENERATION);
		xs_image_fill(record.actual, &cpu, record.registers, owner, XS_PATTERN_TASK,
			      GENERATION + 2);
		xs_classify(&f, &record, &cpu);
		assert_int_equal(f.class, XS_CLASS_FOREIGN);
		assert_int_equal(f.owner, owner);
		assert_int_equal(f.role, XS_PATTERN_TASK);
		/* Lanes that the other's values cannot share with these by chance. */
		assert_true(f.by_class[XS_CLASS_FOREIGN] == f.lanes);
		assert_int_equal(f.by_class[XS_CLASS_UNKNOWN], 0);
	}
}

/* The handler's own values are foreign to the window that it interrupted. */
static void test_handler_values(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(1);
	struct xs_finding f;

	(void)state;
	start(&cpu, XS_STATE_avx);
	xs_image_fill(record.actual, &cpu, record.registers, SELF, XS_PATTERN_HANDLER, 7);
	xs_classify(&f, &record, &cpu);
	assert_int_equal(f.class, XS_CLASS_FOREIGN);
	assert_int_equal(f.owner, SELF);
	assert_int_equal(f.role, XS_PATTERN_HANDLER);
}

static void test_unknown_and_lost_halves(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(1);
	struct xs_finding f;
	uint64_t bv = 3;

	(void)state;
	start(&cpu, XS_STATE_avx);
	memset(record.actual + 576, 0x5a, 16);
	xs_classify(&f, &record, &cpu);
	assert_int_equal(f.class, XS_CLASS_UNKNOWN);
	assert_int_equal(f.lanes, 2);
	/* YMM not in XSTATE_BV: the upper halves, and only they, are in init state. */
	start(&cpu, XS_STATE_avx);
	memcpy(record.actual + XS_IMAGE_XSTATE_BV, &bv, sizeof(bv));
	xs_classify(&f, &record, &cpu);
	assert_int_equal(f.class, XS_CLASS_INIT);
	assert_int_equal(f.lanes, 32);
}

static struct xs_plan plan;
static struct xs_obs obs;
static struct xs_ending ending;
static struct xs_verdict verdict;

static enum xs_verdict_kind judged(void)
{
	const struct xs_cpu cpu = xs_test_machine(1);

	xs_judge(&verdict, &plan, &obs, &ending, &cpu);
	return (enum xs_verdict_kind)verdict.kind;
}

/* A run of one worker under dontneed with one vector neighbour, all in order. */
static void good_run(void)
{
	memset(&plan, 0, sizeof(plan));
	memset(&obs, 0, sizeof(obs));
	memset(&ending, 0, sizeof(ending));
	plan.workers = 1;
	plan.tasks = 2;
	plan.fault = XS_STACK_dontneed;
	plan.task[0].role = XS_ROLE_WORKER;
	plan.task[1].role = XS_ROLE_PRESSURE;
	plan.task[1].registers = 1u << XS_STATE_avx;
	obs.counters[0].signals = 100;
	obs.counters[0].faults = 100;
	obs.counters[0].frames = 100;
	obs.counters[0].entries = 100;
	obs.counters[1].checks = 10;
	ending.elapsed_ns = 1000000;
}

static void test_verdicts(void **state)
{
	(void)state;
	good_run();
	assert_int_equal(judged(), XS_PASS);
	good_run();
	obs.counters[0].signals = 0;
	obs.counters[0].outside = 50;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	good_run();
	obs.counters[0].faults = 0;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	plan.fault = XS_STACK_none;
	assert_int_equal(judged(), XS_PASS);
	/* Faults there were, but not of the sampled frames. */
	good_run();
	obs.counters[0].sampled = 12;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	obs.counters[0].sampled_save = 1;
	assert_int_equal(judged(), XS_PASS);
	good_run();
	obs.counters[0].frames = 0;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	good_run();
	obs.counters[0].entries = 0;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	good_run();
	plan.handler = XS_HANDLER_NEST;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	obs.counters[0].nested = 1;
	assert_int_equal(judged(), XS_PASS);
	good_run();
	plan.handler = XS_HANDLER_CLOBBER;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	obs.counters[0].clobbered = 1;
	assert_int_equal(judged(), XS_PASS);
	good_run();
	obs.counters[0].misplaced = 1;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	good_run();
	obs.counters[1].checks = 0;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	good_run();
	ending.interrupted = SIGINT;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	assert_int_equal(verdict.interrupted, SIGINT);
	good_run();
	ending.error = -ENOMEM;
	assert_int_equal(judged(), XS_ERROR);
	ending.kernel_warned = 1;
	assert_int_equal(judged(), XS_KERNEL_WARNING);
	ending.hung = 1;
	assert_int_equal(judged(), XS_HANG);
	ending.died_signal = SIGSEGV;
	assert_int_equal(judged(), XS_KILLED);
}

/* A record counts when it is complete, and outranks everything else. */
static void test_corrupt(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(1);
	const struct xs_plant p = { .kind = XS_PLANT_STALE, .class = XS_STATE_avx };

	(void)state;
	good_run();
	start(&cpu, XS_STATE_avx);
	xs_plant_apply(&p, record.actual, &cpu, SELF, GENERATION);
	memcpy(&obs.record[0], &record, sizeof(record));
	obs.records = 1;
	assert_int_equal(judged(), XS_ERROR);
	obs.record[0].complete = 1;
	ending.interrupted = SIGINT;
	ending.died_signal = SIGSEGV;
	assert_int_equal(judged(), XS_CORRUPT);
	assert_int_equal(verdict.findings, 1);
	assert_int_equal(verdict.finding[0].class, XS_CLASS_STALE);
}

static void test_exit_codes(void **state)
{
	(void)state;
	assert_int_equal(xs_verdict_exit(XS_PASS), 0);
	assert_int_equal(xs_verdict_exit(XS_CORRUPT), 1);
	assert_int_equal(xs_verdict_exit(XS_KILLED), 1);
	assert_int_equal(xs_verdict_exit(XS_HANG), 1);
	assert_int_equal(xs_verdict_exit(XS_KERNEL_WARNING), 1);
	assert_int_equal(xs_verdict_exit(XS_SKIP), 4);
	assert_int_equal(xs_verdict_exit(XS_INCONCLUSIVE), 4);
	assert_int_equal(xs_verdict_exit(XS_ERROR), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plants),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_stale_owner),
		cmocka_unit_test(test_handler_values),
		cmocka_unit_test(test_unknown_and_lost_halves),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_corrupt),
		cmocka_unit_test(test_exit_codes),
	};

	return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
