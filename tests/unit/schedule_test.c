// SPDX-License-Identifier: GPL-2.0-only
/* check's schedule: valid cases within the repertoire, hardest first, all rows soon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plan/schedule.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

static const struct xs_repertoire everything = {
	.registers = (1u << XS_STATES) - 1,
	.signals = (1u << XS_SIGNALS) - 1,
	.stacks = (1u << XS_STACKS) - 1,
	.pressures = (1u << XS_PRESSURES) - 1,
	.fpstate_bytes = 2696,
	.cpus = 2,
};

/* Valid, printable and parseable, and of nothing but the repertoire. */
static void check_case(const struct xs_repertoire *r, uint32_t n)
{
	char text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES] = "";
	struct xs_case c, again;

	xs_schedule(&c, r, n, 300);
	if (xs_case_valid(&c, why))
		fail_msg("case %u: %s", n, why);
	assert_int_equal(xs_case_parse(&again, text, xs_case_print(&c, text), "text", why), 0);
	assert_memory_equal(&c, &again, sizeof(c));
	assert_int_equal(c.duration_ms, 300);
	assert_int_equal(c.registers & ~r->registers, 0);
	assert_true(r->signals >> c.signal & 1);
	assert_true(r->stacks >> c.fault & 1);
	assert_true(c.boundary == XS_BOUNDARY_NONE || c.boundary < r->fpstate_bytes);
	for (uint32_t i = 0; i < c.pressures; i++) {
		assert_true(r->pressures >> c.pressure[i].kind & 1);
		assert_int_equal(c.pressure[i].registers & ~r->registers, 0);
	}
}

static void test_every_repertoire(void **state)
{
	static const uint32_t frames[] = { 512, 832, 2432, 2696, 11008 };

	(void)state;
	for (uint32_t signals = 1; signals < 1u << XS_SIGNALS; signals++)
		for (uint32_t stacks = 1; stacks < 1u << XS_STACKS; stacks++)
			for (uint32_t pressures = 0; pressures < 1u << XS_PRESSURES; pressures++) {
				struct xs_repertoire r = everything;

				r.signals = signals;
				r.stacks = stacks;
				r.pressures = pressures;
				r.fpstate_bytes = frames[(signals + stacks + pressures) % 5];
				r.registers =
					(stacks & 1) ? everything.registers : 1u << XS_STATE_sse;
				r.cpus = 1 + pressures % 2;
				for (uint32_t n = 0; n < 12; n++)
					check_case(&r, n);
			}
}

/* The first case: a fault held open behind the header, a neighbour with every register. */
static void test_hardest_first(void **state)
{
	struct xs_case c;

	(void)state;
	xs_schedule(&c, &everything, 0, 300);
	assert_true(xs_stacks[c.fault]->resolver);
	assert_int_equal(c.missing, XS_MISSING_UPPER);
	assert_true(c.boundary > 576 && c.boundary < everything.fpstate_bytes);
	assert_int_equal(c.registers, everything.registers);
	assert_int_equal(c.pressures, 1);
	assert_true(xs_pressures[c.pressure[0].kind]->vector);
	assert_int_equal(c.pressure[0].place, XS_PLACE_SAME_PU);
	assert_int_equal(c.pressure[0].registers, everything.registers);
}

/* A minute's worth of cases has every pair of source, fault, handler and pressure. */
static void test_all_pairs_soon(void **state)
{
	bool signal_fault[XS_SIGNALS][XS_STACKS] = { 0 };
	bool fault_pressure[XS_STACKS][XS_PRESSURES] = { 0 };
	bool fault_handler[XS_STACKS][XS_HANDLERS] = { 0 };
	bool alone[XS_STATES] = { 0 };

	(void)state;
	for (uint32_t n = 0; n < 100; n++) {
		struct xs_case c;

		check_case(&everything, n);
		xs_schedule(&c, &everything, n, 300);
		signal_fault[c.signal][c.fault] = true;
		fault_handler[c.fault][c.handler] = true;
		for (uint32_t i = 0; i < c.pressures; i++)
			fault_pressure[c.fault][c.pressure[i].kind] = true;
		for (uint32_t i = 0; i < XS_STATES; i++)
			alone[i] |= c.registers == 1u << i;
	}
	for (int f = 0; f < XS_STACKS; f++) {
		for (int i = 0; i < XS_SIGNALS; i++)
			assert_true(signal_fault[i][f]);
		for (int i = 0; i < XS_PRESSURES; i++)
			assert_true(fault_pressure[f][i]);
		for (int i = 0; i < XS_HANDLERS; i++)
			assert_true(fault_handler[f][i]);
	}
	for (int i = 0; i < XS_STATES; i++)
		assert_true(alone[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_repertoire),
		cmocka_unit_test(test_hardest_first),
		cmocka_unit_test(test_all_pairs_soon),
	};

	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
