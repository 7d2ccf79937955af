// SPDX-License-Identifier: GPL-2.0-only
/* check's schedule: valid cases within the repertoire, hardest first, all rows soon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handler/handler.h"
#include "plan/plan.h"
#include "plan/schedule.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

static const struct xs_repertoire everything = {
	.rows[XS_AXIS_STATE] = (1u << XS_STATES) - 1,
	.rows[XS_AXIS_SIGNAL] = (1u << XS_SIGNALS) - 1,
	.rows[XS_AXIS_HANDLER] = (1u << XS_HANDLERS) - 1,
	.rows[XS_AXIS_STACK] = (1u << XS_STACKS) - 1,
	.rows[XS_AXIS_PRESSURE] = (1u << XS_PRESSURES) - 1,
	.fpstate_bytes = 2696,
	.cpus = 2,
	.rows[XS_AXIS_ABI] = (1u << XS_ABIS) - 1,
	.rows[XS_AXIS_HOLD] = (1u << XS_HOLDS) - 1,
	.xsave = true,
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
	assert_true(c.duration_ms > 0 && c.duration_ms <= 300);
	assert_int_equal(c.registers & ~r->rows[XS_AXIS_STATE], 0);
	assert_true(r->rows[XS_AXIS_SIGNAL] >> c.signal & 1);
	assert_true(r->rows[XS_AXIS_STACK] >> c.fault & 1);
	assert_true(r->rows[XS_AXIS_HANDLER] >> c.handler & 1);
	assert_true(r->rows[XS_AXIS_ABI] >> c.abi & 1);
	assert_true(r->xsave || !c.init);
	/* Something that its workers can hold, and a boundary that cuts their frames. */
	assert_true(c.registers & xs_plan_worker_classes(&c, r->rows[XS_AXIS_STATE]));
	assert_true(xs_boundary_is_below(c.boundary)
			    ? xs_flags(XS_AXIS_ABI, c.abi) & XS_ABI_COMPAT
			    : c.boundary == XS_BOUNDARY_NONE ||
				      c.boundary < xs_repertoire_fpstate(r, &c));
	for (uint32_t i = 0; i < c.pressures; i++) {
		assert_true(r->rows[XS_AXIS_PRESSURE] >> c.pressure[i].kind & 1);
		assert_int_equal(c.pressure[i].registers & ~r->rows[XS_AXIS_STATE], 0);
	}
}

/* How many masks mask_of() makes of an axis of @rows rows. */
#define MASKS(rows) (2u * (rows) + 1u)

/* Mask @i of an axis: each row alone, then all rows but one, then all. */
static uint32_t mask_of(uint32_t rows, uint32_t i)
{
	const uint32_t all = (1u << rows) - 1;

	if (i < rows)
		return 1u << i;
	return i < 2 * rows ? all & ~(1u << (i - rows)) : all;
}

static void check_repertoire(uint32_t signals, uint32_t stacks, uint32_t pressures)
{
	static const uint32_t frames[] = { 512, 832, 2432, 2696, 11008 };
	struct xs_repertoire r = everything;

	r.rows[XS_AXIS_SIGNAL] = signals;
	r.rows[XS_AXIS_STACK] = stacks;
	r.rows[XS_AXIS_PRESSURE] = pressures;
	r.fpstate_bytes = frames[(signals + stacks + pressures) % 5];
	r.dynamic = r.fpstate_bytes == 11008 ? 1u << XS_STATE_amx : 0;
	r.fpstate_least_bytes = r.dynamic ? 2816 : r.fpstate_bytes;
	r.rows[XS_AXIS_STATE] = (stacks & 1) ? everything.rows[XS_AXIS_STATE] : 1u << XS_STATE_sse;
	r.cpus = 1 + pressures % 2;
	/* The hardest, and some of the others. */
	for (uint32_t i = 0; i < 16; i++)
		check_case(&r, i < 4 ? i : (i * 37 + signals + stacks + pressures) % 300);
}

/* Sources with methods, each without pressure and with all; then methods with pressure kinds. */
static void test_every_repertoire(void **state)
{
	(void)state;
	for (uint32_t stack = 0; stack < MASKS(XS_STACKS); stack++) {
		const uint32_t stacks = mask_of(XS_STACKS, stack);

		for (uint32_t signal = 0; signal < MASKS(XS_SIGNALS); signal++) {
			const uint32_t signals = mask_of(XS_SIGNALS, signal);

			check_repertoire(signals, stacks, 0);
			check_repertoire(signals, stacks, everything.rows[XS_AXIS_PRESSURE]);
		}
		for (uint32_t kind = 0; kind < MASKS(XS_PRESSURES); kind++) {
			const uint32_t pressures = mask_of(XS_PRESSURES, kind);

			check_repertoire(mask_of(XS_SIGNALS, kind % XS_SIGNALS), stacks, pressures);
			check_repertoire(everything.rows[XS_AXIS_SIGNAL], stacks, pressures);
		}
	}
}

/* The first case: a fault held open behind the header, a neighbour with every register. */
static void test_hardest_first(void **state)
{
	struct xs_case c;

	(void)state;
	xs_schedule(&c, &everything, 0, 300);
	assert_true((xs_flags(XS_AXIS_STACK, c.fault) & XS_STACK_RESOLVER));
	assert_int_equal(c.missing, XS_MISSING_UPPER);
	assert_true(c.boundary > 576 && c.boundary < everything.fpstate_bytes);
	assert_int_equal(c.registers, everything.rows[XS_AXIS_STATE]);
	assert_int_equal(c.pressures, 1);
	assert_true((xs_flags(XS_AXIS_PRESSURE, c.pressure[0].kind) & XS_PRESSURE_VECTOR));
	assert_int_equal(c.pressure[0].place, XS_PLACE_SAME_PU);
	assert_int_equal(c.pressure[0].registers, everything.rows[XS_AXIS_STATE]);
}

/* How many of the first cases are the hardest. */
#define HARDEST 4u

/* Whether it is for restore faults, or has an entry that is new in kernels, but for many classes.
 */
static bool is_recent(const struct xs_case *c)
{
	const uint32_t rows[XS_AXES] = {
		[XS_AXIS_STATE] = c->registers & (c->registers - 1) ? 0 : c->registers,
		[XS_AXIS_SIGNAL] = 1u << c->signal,
		[XS_AXIS_HANDLER] = 1u << c->handler,
		[XS_AXIS_STACK] = 1u << c->fault,
		[XS_AXIS_PRESSURE] = c->pressures ? 1u << c->pressure[c->pressures - 1].kind : 0,
	};
	uint32_t recent = c->restore != XS_MISSING_NONE;

	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		recent |= xs_rows(axis, rows[axis], XS_RECENT, 0);
	return recent;
}

/* Behind the hardest cases comes what is new in kernels, then the rest. */
static void test_newest_first(void **state)
{
	const uint32_t solos = xs_schedule_solos(&everything);
	uint32_t recent = HARDEST;
	bool refused = false;
	struct xs_case c;

	(void)state;
	for (;; recent++) {
		xs_schedule(&c, &everything, recent, 300);
		if (!is_recent(&c))
			break;
		/* The frame's last part cannot be written, and fpstate with all classes is. */
		refused |= (xs_flags(XS_AXIS_STACK, c.fault) & XS_STACK_REFUSES) && !c.boundary &&
			   c.missing == XS_MISSING_LOWER &&
			   c.registers == everything.rows[XS_AXIS_STATE];
	}
	assert_true(refused);
	assert_int_in_range(recent, HARDEST + 1, solos / 3);
	for (uint32_t n = recent; n < solos; n++) {
		xs_schedule(&c, &everything, n, 300);
		assert_false(is_recent(&c));
	}
}

/*
 * The first round comes to every row long before its end; to every action in
 * 32-bit frames, too, that can be there.
 */
static void test_first_round(void **state)
{
	uint32_t seen[XS_AXES] = { 0 }, compat = 0, once = 0;
	struct xs_case c;

	(void)state;
	for (uint32_t n = 0; n < xs_schedule_solos(&everything); n++) {
		xs_schedule(&c, &everything, n, 300);
		for (uint32_t axis = 0; axis < XS_AXES; axis++)
			if (axis != XS_AXIS_HOLD && seen[axis] != xs_all_rows(axis))
				once = n;
		if (!(c.registers & (c.registers - 1)))
			seen[XS_AXIS_STATE] |= c.registers;
		seen[XS_AXIS_SIGNAL] |= 1u << c.signal;
		seen[XS_AXIS_HANDLER] |= 1u << c.handler;
		seen[XS_AXIS_ABI] |= 1u << c.abi;
		seen[XS_AXIS_STACK] |= 1u << c.fault;
		for (uint32_t i = 0; i < c.pressures; i++)
			seen[XS_AXIS_PRESSURE] |= 1u << c.pressure[i].kind;
		if (xs_flags(XS_AXIS_ABI, c.abi) & XS_ABI_COMPAT)
			compat |= 1u << c.handler;
	}
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		if (axis != XS_AXIS_HOLD)
			assert_int_equal(seen[axis], xs_all_rows(axis));
	assert_int_in_range(once, 1, xs_schedule_solos(&everything) * 3 / 4);
	assert_int_equal(compat,
			 xs_rows(XS_AXIS_HANDLER, everything.rows[XS_AXIS_HANDLER], 0, XS_X86_64));
}

/*
 * Evidence ends cases of the first round alone. Where pressure comes and goes
 * they have had as long by then as others last; a race on another CPU, all of it.
 */
static void test_evidence_ends(void **state)
{
	const uint32_t solos = xs_schedule_solos(&everything), slice_ms = 600, usual_ms = 120;
	uint32_t early = 0;
	struct xs_case c;

	(void)state;
	for (uint32_t n = 0; n < 2 * solos; n++) {
		const uint32_t least_ms = xs_schedule(&c, &everything, n, slice_ms);
		const uint32_t kind = c.pressures ? c.pressure[c.pressures - 1].kind : 0;

		if (n >= solos ||
		    (c.pressures == 1 && xs_flags(XS_AXIS_PRESSURE, kind) & XS_PRESSURE_EVICTS)) {
			assert_int_equal(c.duration_ms, slice_ms);
			assert_int_equal(least_ms, slice_ms);
		} else if (!(xs_flags(XS_AXIS_PRESSURE, kind) & XS_PRESSURE_PLAIN)) {
			assert_int_equal(least_ms, usual_ms);
			assert_int_in_range(c.duration_ms, usual_ms + 1, slice_ms);
		} else {
			assert_int_in_range(least_ms, 1, n < HARDEST ? slice_ms / 2 : usual_ms / 2);
			assert_int_in_range(c.duration_ms, usual_ms + 1, slice_ms);
			early++;
		}
	}
	assert_true(early > solos / 2);
}

/* The crossed cases come to every pair of source, fault, handler and pressure. */
static void test_all_pairs_soon(void **state)
{
	bool signal_fault[XS_SIGNALS][XS_STACKS] = { 0 };
	bool fault_pressure[XS_STACKS][XS_PRESSURES] = { 0 };
	bool fault_handler[XS_STACKS][XS_HANDLERS] = { 0 };
	bool alone[XS_STATES] = { 0 };

	(void)state;
	for (uint32_t n = 0; n < xs_schedule_solos(&everything) + 4 * XS_STACKS * XS_HANDLERS;
	     n++) {
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
	for (uint32_t f = 0; f < XS_STACKS; f++) {
		for (uint32_t i = 0; i < XS_SIGNALS; i++)
			assert_true(signal_fault[i][f]);
		for (uint32_t i = 0; i < XS_PRESSURES; i++)
			assert_true(fault_pressure[f][i] ||
				    ((xs_flags(XS_AXIS_PRESSURE, i) & XS_PRESSURE_EVICTS) &&
				     !((xs_flags(XS_AXIS_STACK, f) & XS_STACK_SHARED) &&
				       (xs_flags(XS_AXIS_STACK, f) & XS_STACK_KEEPS))));
		for (uint32_t i = 0; i < XS_HANDLERS; i++)
			assert_true(
				fault_handler[f][i] ||
				((xs_flags(XS_AXIS_HANDLER, i) & (XS_FORKS | XS_HANDLER_NESTS)) &&
				 (xs_flags(XS_AXIS_STACK, f) & XS_STACK_TIGHT)) ||
				((xs_flags(XS_AXIS_HANDLER, i) & XS_FORKS) &&
				 (xs_flags(XS_AXIS_STACK, f) & XS_STACK_SHARED)) ||
				((xs_flags(XS_AXIS_HANDLER, i) & XS_HANDLER_TOKEN) &&
				 !(xs_flags(XS_AXIS_STACK, f) & XS_STACK_SHADOW)));
	}
	for (uint32_t i = 0; i < XS_STATES; i++)
		assert_true(alone[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_repertoire), cmocka_unit_test(test_hardest_first),
		cmocka_unit_test(test_newest_first),	 cmocka_unit_test(test_first_round),
		cmocka_unit_test(test_evidence_ends),	 cmocka_unit_test(test_all_pairs_soon),
	};

	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
