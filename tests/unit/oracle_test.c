// SPDX-License-Identifier: GPL-2.0-only
/* The oracle: which verdict follows from what was observed. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handler/handler.h"
#include "oracle/oracle.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "task/plant.h"
#include "unit/machines.h"

#define SELF	   0u
#define GENERATION 41u

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
	plan.restore = XS_MISSING_NONE;
	plan.task[0].role = XS_ROLE_WORKER;
	plan.task[1].role = XS_ROLE_PRESSURE;
	plan.task[1].registers = 1u << XS_STATE_avx;
	obs.counters[0].signals = 100;
	obs.counters[0].faults = 100;
	obs.counters[0].frames = 100;
	obs.counters[0].entries = 100;
	obs.counters[0].acted = 100;
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
	plan.handler = XS_HANDLER_nest;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	obs.counters[0].nested = 1;
	assert_int_equal(judged(), XS_PASS);
	good_run();
	plan.handler = XS_HANDLER_clobber;
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

/* On legs that are left out nothing has to be proved, and what was is no evidence. */
static void test_legs_left_out(void **state)
{
	(void)state;
	good_run();
	obs.counters[0].checks = 100;
	plan.legs_out = 1u << XS_LEG_HANDLER | 1u << XS_LEG_RETURN;
	assert_int_equal(judged(), XS_PASS);
	assert_int_equal(verdict.evidence.frames, 100);
	assert_int_equal(verdict.evidence.entries, 0);
	assert_int_equal(verdict.evidence.checks, 0);
	assert_int_equal(verdict.evidence.neighbour_checks, 0);
	obs.counters[0].entries = 0;
	assert_int_equal(judged(), XS_PASS);
	obs.counters[0].frames = 0;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	/* Of frames the layout is judged, too. */
	plan.legs_out |= 1u << XS_LEG_FRAME;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	obs.counters[0].frames = 100;
	assert_int_equal(judged(), XS_PASS);
	assert_int_equal(verdict.evidence.frames, 100);
	plan.legs_out = 1u << XS_LEG_FRAME | 1u << XS_LEG_LAYOUT;
	obs.counters[0].entries = 100;
	assert_int_equal(judged(), XS_PASS);
	assert_int_equal(verdict.evidence.frames, 0);
	assert_int_equal(verdict.evidence.neighbour_checks, 10);
	/* That it never got to work is no matter of legs. */
	plan.legs_out = 1u << XS_LEG_RETURN;
	obs.counters[1].checks = 0;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
}

/* What a source, an ABI and each kind of pressure are for has to have happened. */
static void test_asked_for(void **state)
{
	(void)state;
	good_run();
	plan.abi = XS_ABI_ia32;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	obs.counters[0].compat = 100;
	assert_int_equal(judged(), XS_PASS);
	good_run();
	plan.signal = XS_SIGNAL_rseq;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	obs.counters[0].aborted = 1;
	assert_int_equal(judged(), XS_PASS);
	good_run();
	plan.signal = XS_SIGNAL_sigqueue;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	obs.counters[0].repeated = 1;
	assert_int_equal(judged(), XS_PASS);
	/* The first signal's edited frame, or jump, is all that such a window proves. */
	obs.counters[0].repeated = 0;
	plan.handler = XS_HANDLER_edit_values;
	assert_int_equal(judged(), XS_PASS);
	plan.handler = XS_HANDLER_jump;
	assert_int_equal(judged(), XS_PASS);
	/* One kind that worked does not stand for another. */
	good_run();
	plan.task[1].kind = XS_PRESSURE_vector_process;
	plan.tasks = 3;
	plan.task[2].role = XS_ROLE_PRESSURE;
	plan.task[2].kind = XS_PRESSURE_freeze;
	assert_int_equal(judged(), XS_INCONCLUSIVE);
	assert_non_null(strstr(verdict.why, "freeze"));
	obs.counters[2].iterations = 1;
	assert_int_equal(judged(), XS_PASS);
}

/* A run may end early when all that a pass rests on was there often enough, and not before. */
static void test_proved(void **state)
{
	static const struct {
		size_t offset;
		uint8_t task, weight; /* measured for one signal in so many */
	} rests_on[] = {
		{ offsetof(struct xs_counters, signals), 0, 1 },
		{ offsetof(struct xs_counters, frames), 0, 1 },
		{ offsetof(struct xs_counters, entries), 0, 1 },
		{ offsetof(struct xs_counters, clobbered), 0, 1 },
		{ offsetof(struct xs_counters, acted), 0, 1 },
		{ offsetof(struct xs_counters, aborted), 0, 1 },
		{ offsetof(struct xs_counters, sampled), 0, XS_SAMPLE_EVERY },
		{ offsetof(struct xs_counters, sampled_save), 0, XS_SAMPLE_EVERY },
		{ offsetof(struct xs_counters, sampled_restore), 0, XS_SAMPLE_EVERY },
		{ offsetof(struct xs_counters, checks), 1, 1 },
		{ offsetof(struct xs_counters, iterations), 2, 1 },
	};
	const size_t n = sizeof(rests_on) / sizeof(rests_on[0]);

	(void)state;
	good_run();
	memset(&obs, 0, sizeof(obs));
	plan.handler = XS_HANDLER_clobber;
	plan.signal = XS_SIGNAL_rseq;
	plan.restore = XS_MISSING_ALL;
	plan.duration_ms = 100;
	plan.tasks = 3;
	plan.task[1].kind = XS_PRESSURE_vector_process;
	plan.task[2].role = XS_ROLE_PRESSURE;
	plan.task[2].kind = XS_PRESSURE_yield;
	/* All of them but one; then that, too. */
	for (size_t last = 0; last < n; last++) {
		for (size_t i = 0; i < n; i++) {
			uint64_t *count = (uint64_t *)((char *)&obs.counters[rests_on[i].task] +
						       rests_on[i].offset);

			*count = XS_PROVED_TIMES / rests_on[i].weight - (i == last);
		}
		assert_false(xs_proved(&plan, &obs, 0));
		*(uint64_t *)((char *)&obs.counters[rests_on[last].task] + rests_on[last].offset) +=
			1;
		assert_true(xs_proved(&plan, &obs, 0));
		assert_int_equal(judged(), XS_PASS);
	}
	/* The later, the less. */
	obs.counters[0].signals = 1;
	assert_false(xs_proved(&plan, &obs, 50 * 1000000ull));
	assert_false(xs_proved(&plan, &obs, 93 * 1000000ull));
	assert_true(xs_proved(&plan, &obs, 94 * 1000000ull));
	assert_true(xs_proved(&plan, &obs, 200 * 1000000ull));
	obs.counters[0].signals = 0;
	assert_false(xs_proved(&plan, &obs, 200 * 1000000ull));
	obs.counters[0].signals = XS_PROVED_TIMES;
	obs.counters[0].misplaced = 1;
	assert_false(xs_proved(&plan, &obs, 0));
}

/* A record counts when it is complete, and outranks everything else. */
static void test_corrupt(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(1);
	const struct xs_plant p = { .kind = XS_PLANT_STALE, .class = XS_STATE_avx };
	const struct xs_drive drive = xs_test_drive(1u << XS_STATE_avx, SELF, XS_PATTERN_TASK);
	struct xs_record *r = &obs.record[0];

	(void)state;
	good_run();
	r->registers = drive.mask;
	r->leg = XS_LEG_RETURN;
	r->image_bytes = cpu.image_bytes;
	xs_image_fill(r->expected, &cpu, &drive, GENERATION);
	memcpy(r->actual, r->expected, cpu.image_bytes);
	xs_plant_apply(&p, r->actual, &cpu, SELF, GENERATION);
	obs.records = 1;
	assert_int_equal(judged(), XS_ERROR);
	obs.record[0].complete = 1;
	ending.interrupted = SIGINT;
	ending.died_signal = SIGSEGV;
	assert_int_equal(judged(), XS_CORRUPT);
	assert_int_equal(verdict.findings, 1);
	assert_int_equal(verdict.finding[0].class, XS_CLASS_STALE);
}

static void add_record(enum xs_wrong wrong)
{
	struct xs_record *r = &obs.record[obs.records++];

	memset(r, 0, sizeof(*r));
	r->leg = XS_LEG_RETURN;
	r->wrong = (uint8_t)wrong;
	r->image_bytes = 832;
	r->complete = 1;
}

/* What sigreturn made of a frame; wrong values weigh more, no memory excuses a refusal. */
static void test_accepted_and_refused(void **state)
{
	(void)state;
	good_run();
	add_record(XS_WRONG_REFUSED);
	ending.died_signal = SIGSEGV;
	assert_int_equal(judged(), XS_REFUSED);
	ending.memory_refused = 1;
	assert_int_equal(judged(), XS_ERROR);
	add_record(XS_WRONG_ACCEPTED);
	assert_int_equal(judged(), XS_ACCEPTED);
	add_record(XS_WRONG_VALUES);
	assert_int_equal(judged(), XS_CORRUPT);
}

static void test_exit_codes(void **state)
{
	(void)state;
	assert_int_equal(xs_verdict_exit(XS_PASS), 0);
	assert_int_equal(xs_verdict_exit(XS_CORRUPT), 1);
	assert_int_equal(xs_verdict_exit(XS_KILLED), 1);
	assert_int_equal(xs_verdict_exit(XS_HANG), 1);
	assert_int_equal(xs_verdict_exit(XS_ACCEPTED), 1);
	assert_int_equal(xs_verdict_exit(XS_REFUSED), 1);
	assert_int_equal(xs_verdict_exit(XS_KERNEL_WARNING), 1);
	assert_int_equal(xs_verdict_exit(XS_SKIP), 4);
	assert_int_equal(xs_verdict_exit(XS_INCONCLUSIVE), 4);
	assert_int_equal(xs_verdict_exit(XS_ERROR), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_asked_for),
		cmocka_unit_test(test_legs_left_out),
		cmocka_unit_test(test_proved),
		cmocka_unit_test(test_corrupt),
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_accepted_and_refused),
	};

	return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
