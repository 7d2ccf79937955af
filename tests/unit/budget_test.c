// SPDX-License-Identifier: GPL-2.0-only
/* What a case may cost the fuzzer: what is cut of its waits and tasks, and how seldom it is slow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fuzz/budget.h"
#include "mutate_check.h"

#define CASES	  20000u
#define MUTATIONS 6u

/* A case some mutations away from the usual one. */
static struct xs_case mutated(const struct xs_repertoire *r, uint32_t n)
{
	struct xs_case c;

	xs_repertoire_default(r, &c);
	for (uint32_t i = 0; i < MUTATIONS; i++)
		xs_mutate(&c, r, n * MUTATIONS + i);
	return c;
}

static uint32_t tasks(const struct xs_case *c)
{
	uint32_t each = 1;

	each += (xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE) != 0;
	each += (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_RESOLVER) != 0;
	for (uint32_t i = 0; i < c->pressures; i++)
		each += c->pressure[i].count;
	return c->workers * each;
}

static bool has(const struct xs_case *c, uint32_t flags)
{
	for (uint32_t i = 0; i < c->pressures; i++)
		if ((xs_flags(XS_AXIS_PRESSURE, c->pressure[i].kind) & flags) == flags)
			return true;
	return false;
}

/* What is slim is a case still, which may be replayed, and stays as it is. */
static void test_slim(void **state)
{
	const struct xs_repertoire r = xs_test_repertoire(0);
	uint32_t held = 0, alone = 0, many = 0, none = 0;

	(void)state;
	for (uint32_t n = 0; n < CASES; n++) {
		struct xs_case c = mutated(&r, n), again;
		const bool spins = has(&c, XS_PRESSURE_VECTOR | XS_PRESSURE_PLAIN);
		const bool evicts = has(&c, XS_PRESSURE_EVICTS);
		const bool resolves = xs_flags(XS_AXIS_STACK, c.fault) & XS_STACK_RESOLVER;
		const bool wide = tasks(&c) > 6;
		char why[XS_WHY_BYTES];

		xs_budget_slim(&c);
		if (xs_case_valid(&c, why))
			fail_msg("case %u: %s", n, why);
		assert_int_equal(c.signals, 0);
		assert_int_equal(c.duration_ms, 10000);
		assert_true(c.hold_us >= c.delay_us + 500);
		if (resolves)
			assert_true(c.fault_hold_us <= (evicts ? 0 : spins ? 1000 : 10));
		assert_true(tasks(&c) <= 6 || c.workers == 1);
		if (c.signal == XS_SIGNAL_rseq)
			assert_true(c.workers == 1 && c.delay_us <= 100);
		held += resolves && spins && c.fault_hold_us > 10;
		alone += resolves && !spins && c.fault_hold_us == 10;
		none += !resolves;
		many += wide && tasks(&c) <= 6;
		again = c;
		xs_budget_slim(&again);
		assert_memory_equal(&again, &c, sizeof(c));
	}
	assert_true(held > CASES / 1000);
	assert_true(alone > CASES / 100);
	assert_true(none > CASES / 2);
	assert_true(many > CASES / 100);
}

/* Workers do not wait for signals that others get, but now and then. */
static void test_anybody(void **state)
{
	const struct {
		uint8_t signal;
		uint32_t workers, seed;
		uint8_t as;
	} want[] = {
		{ XS_SIGNAL_kill, 2, 1, XS_AS_PROCESSES },
		{ XS_SIGNAL_itimer, 2, 7, XS_AS_PROCESSES },
		{ XS_SIGNAL_kill, 2, 4, XS_AS_THREADS },
		{ XS_SIGNAL_kill, 1, 1, XS_AS_THREADS },
		{ XS_SIGNAL_timer, 2, 1, XS_AS_THREADS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct xs_case c;

		xs_case_default(&c);
		c.signal = want[i].signal;
		c.workers = want[i].workers;
		c.seed = want[i].seed;
		xs_budget_slim(&c);
		assert_int_equal(c.as, want[i].as);
		assert_int_equal(c.workers, want[i].workers);
	}
}

/* It ends with its signals; who needs ms to begin gets more of them. */
static void test_cut(void **state)
{
	const struct xs_repertoire r = xs_test_repertoire(0);
	uint32_t slow = 0, brief = 0, full = 0;

	(void)state;
	for (uint32_t n = 0; n < CASES; n++) {
		struct xs_case c = mutated(&r, n);

		xs_budget_slim(&c);
		xs_budget_cut(&c);
		assert_int_in_range(c.signals, 2, 4);
		assert_int_equal(c.duration_ms, has(&c, XS_PRESSURE_SLOW) ? 500 : 50);
		slow += has(&c, XS_PRESSURE_SLOW);
		brief += c.signals == 2;
		full += c.signals == 4;
	}
	/* Two kinds of twenty are slow. */
	assert_int_in_range(slow, CASES / 1000, CASES / 20);
	/* Most wait for nobody. */
	assert_int_in_range(brief, CASES / 100, CASES / 4);
	assert_true(full > CASES / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slim),
		cmocka_unit_test(test_anybody),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
