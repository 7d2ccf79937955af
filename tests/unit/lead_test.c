// SPDX-License-Identifier: GPL-2.0-only
/* How long before the window a timer is armed: it comes to what a load takes, and stays there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "signal/lead.h"
#include "task/task.h"

#define SIGNALS 20000u

struct world {
	uint32_t load_us; /* from arming it to the window */
	uint32_t busy;	  /* one load in so many takes BUSY_US; 0: none */
};

#define BUSY_US 4000u

static struct xs_shared shared;
static struct xs_counters count;
static struct xs_task task = { .shared = &shared, .count = &count };

/* One signal after another: how many in a thousand come to a window, once it has found its lead. */
static uint32_t landed(struct xs_lead *l, const struct world *w)
{
	uint32_t n = 0;

	count.outside = 0;
	xs_lead_open(l);
	for (uint32_t i = 0; i < SIGNALS; i++) {
		const bool busy = w->busy && rand() % (int)w->busy == 0;
		const uint64_t from = 1000ull * (busy ? BUSY_US : w->load_us);
		const uint64_t at = xs_lead_next_ns(l, &task);

		/* As the handler counts. After its end the next one is armed: this one never comes.
		 */
		count.outside += at < from;
		if (at >= from && at < from + 1000ull * shared.plan.hold_us)
			n += i >= SIGNALS / 2;
	}
	return n * 1000 / (SIGNALS / 2);
}

static void fits(void **state)
{
	static const struct world worlds[] = { { 1, 0 }, { 20, 0 }, { 200, 0 }, { 700, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++) {
		struct xs_lead l = { 0 };

		assert_int_in_range(landed(&l, &worlds[i]), 970, 1000);
		assert_int_in_range(l.ns, worlds[i].load_us * 900ull,
				    5000 + worlds[i].load_us * 2200ull);
	}
}

/* Loads that are interrupted say nothing of the others. */
static void is_not_led_astray(void **state)
{
	static const struct world worlds[] = { { 20, 100 }, { 20, 20 } };
	struct xs_lead l = { 0 };

	(void)state;
	assert_int_in_range(landed(&l, &worlds[0]), 970, 1000);
	assert_int_in_range(l.ns, 5000, 100000);
	assert_int_in_range(landed(&l, &worlds[1]), 850, 1000);
}

/* A case whose windows are shorter: what an earlier one has come to may be longer than these. */
static void comes_back(void **state)
{
	static const struct world slow = { 900, 0 }, quick = { 20, 0 };
	struct xs_lead l = { 0 };

	(void)state;
	landed(&l, &slow);
	assert_true(l.ns > 500000);
	shared.plan.hold_us = 700;
	shared.plan.delay_us = 200;
	assert_int_in_range(landed(&l, &quick), 970, 1000);
	shared.plan.hold_us = 100;
	assert_int_in_range(xs_lead_next_ns(&l, &task), 200000, 205000);
}

static int setup(void **state)
{
	(void)state;
	srand(1);
	shared.plan.hold_us = 2000;
	shared.plan.delay_us = 0;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fits, setup),
		cmocka_unit_test_setup(is_not_led_astray, setup),
		cmocka_unit_test_setup(comes_back, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
