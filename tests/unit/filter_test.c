// SPDX-License-Identifier: GPL-2.0-only
/* --only and --skip: what they name, what they refuse, and that no case has what they leave out. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "axis/rows.h"
#include "mutate_check.h"
#include "plan/filter.h"
#include "text.h"

#define FILTERS	  3000u
#define CASES	  40u
#define MUTATIONS 60u

static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void add(struct xs_filter *f, bool only, const char *text)
{
	char why[XS_WHY_BYTES] = "";

	if (xs_filter_add(f, only, text, why))
		fail_msg("%s: %s", text, why);
}

/* The words of case files and of reports, and every name of every axis. */
static void test_words(void **state)
{
	static const char *const words[XS_AXES][4] = {
		[XS_AXIS_STATE] = { "registers", "register", "state" },
		[XS_AXIS_SIGNAL] = { "signal", "source", "sources" },
		[XS_AXIS_HANDLER] = { "handler", "action", "actions" },
		[XS_AXIS_ABI] = { "abi", "abis" },
		[XS_AXIS_STACK] = { "stack", "fault", "faults" },
		[XS_AXIS_HOLD] = { "hold", "holds" },
		[XS_AXIS_PRESSURE] = { "pressure", "pressures" },
	};
	char text[256];

	(void)state;
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		for (uint32_t row = 0; row < xs_axes[axis].rows; row++)
			for (uint32_t i = 0; words[axis][i]; i++) {
				struct xs_filter f = { 0 }, wanted = { 0 };

				snprintf(text, sizeof(text), "%s=%s,%s", words[axis][i],
					 xs_name(axis, row), xs_name(axis, 0));
				add(&f, true, text);
				wanted.only[axis] = 1u << row | 1;
				assert_memory_equal(&f, &wanted, sizeof(f));
			}
}

static void test_several(void **state)
{
	struct xs_filter f = { 0 };

	(void)state;
	assert_true(xs_filter_is_empty(&f));
	add(&f, true, "stack=none");
	add(&f, true, "stack=dontneed,remap");
	add(&f, false, "stack=remap");
	add(&f, false, "pressure=all");
	add(&f, false, "legs=layout");
	assert_int_equal(f.only[XS_AXIS_STACK],
			 1u << XS_STACK_none | 1u << XS_STACK_dontneed | 1u << XS_STACK_remap);
	assert_int_equal(f.skip[XS_AXIS_STACK], 1u << XS_STACK_remap);
	assert_int_equal(f.skip[XS_AXIS_PRESSURE], (1u << XS_PRESSURES) - 1);
	assert_int_equal(f.skip[XS_FILTER_LEGS], 1u << XS_LEG_LAYOUT);
	assert_false(xs_filter_is_empty(&f));
}

static void test_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "stack", "'stack' does not begin with an axis and =, as stack=none does; axes: "
			   "registers, signal, handler, abi, stack, hold, pressure, legs" },
		{ "", "'' does not begin with an axis" },
		{ "=none", "'=none' does not begin" },
		{ "stac=none", "'stac=none' does not begin" },
		{ "stacks=none", "'stacks=none' does not begin" },
		{ "stack=", "stack: '' is none of the stack faults: all, none, dontneed," },
		{ "fault=none,", "stack: '' is none of the stack faults" },
		{ "stack=none,,remap", "stack: '' is none of the stack faults" },
		{ "stack=non", "stack: 'non' is none of the stack faults" },
		{ "stack=none, remap", "stack: ' remap' is none of the stack faults" },
		{ "state=xmm", "registers: 'xmm' is none of the register classes: all, mmx," },
		{ "legs=stack", "legs: 'stack' is none of the legs: all, frame, handler, return, "
				"fork, exec, ptrace, core, layout, guest, kernel" },
	};
	char why[XS_WHY_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xs_filter f = { 0 };

		assert_int_equal(xs_filter_add(&f, i % 2, rows[i][0], why), -EINVAL);
		assert_has(why, rows[i][1]);
		assert_true(xs_filter_is_empty(&f));
	}
}

/* What no case can be made of, and what it says of that. */
static void test_too_little(void **state)
{
	static const struct {
		const char *only[2], *skip;
		int rc;
		const char *why;
	} rows[] = {
		{ { 0 }, "stack=all", -EINVAL, "stack faults: nothing is left; leave at least" },
		{ { "hold=spin" }, "hold=spin", -EINVAL, "holds: nothing is left" },
		{ { "pressure=evict" }, "pressure=evict", -EINVAL, "pressure kinds: nothing is" },
		{ { "legs=exec,ptrace" }, NULL, -EINVAL, "legs: leave at least one of frame," },
		{ { "stack=uffd-wp,uffd-minor" },
		  NULL,
		  -EOPNOTSUPP,
		  "stack faults: not here, as \"xsavage list\" says, or not allowed: uffd-wp, "
		  "uffd-minor" },
		{ { "pressure=fifo" }, NULL, -EOPNOTSUPP, "pressure kinds: not here" },
		{ { "handler=fork", "stack=memfd-dontneed" },
		  NULL,
		  -EINVAL,
		  "handler actions: what is left of the stack faults goes together with nothing "
		  "of: fork" },
		{ { "pressure=evict", "stack=none" },
		  NULL,
		  -EINVAL,
		  "pressure kinds: what is left of the stack faults" },
		{ { 0 }, "pressure=all", 0, "" },
		{ { "stack=uffd-wp,none" }, NULL, 0, "" },
		{ { "legs=layout" }, NULL, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xs_repertoire r = xs_test_repertoire(2);
		char why[XS_WHY_BYTES] = "";
		struct xs_filter f = { 0 };

		for (uint32_t k = 0; k < 2 && rows[i].only[k]; k++)
			add(&f, true, rows[i].only[k]);
		if (rows[i].skip)
			add(&f, false, rows[i].skip);
		assert_int_equal(xs_filter_apply(&f, &r, why), rows[i].rc);
		assert_has(why, rows[i].why);
	}
}

/* What goes together with nothing that is left goes, too; and what is not here is not left out. */
static void test_left_out(void **state)
{
	struct xs_repertoire r = xs_test_repertoire(0);
	struct xs_filter f = { 0 };
	char why[XS_WHY_BYTES];

	(void)state;
	r.rows[XS_AXIS_STACK] &= ~(1u << XS_STACK_uffd_wp);
	add(&f, true, "abi=ia32");
	add(&f, false, "stack=dontneed");
	add(&f, false, "legs=layout,exec");
	assert_int_equal(xs_filter_apply(&f, &r, why), 0);
	assert_int_equal(r.rows[XS_AXIS_ABI], 1u << XS_ABI_ia32);
	assert_int_equal(r.left_out[XS_AXIS_ABI], 1u << XS_ABI_x86_64 | 1u << XS_ABI_ia32_rt);
	assert_int_equal(r.left_out[XS_AXIS_STATE],
			 1u << XS_STATE_x87_pointers | 1u << XS_STATE_apx);
	assert_int_equal(r.left_out[XS_AXIS_HANDLER],
			 1u << XS_HANDLER_autodisarm | 1u << XS_HANDLER_bad_align |
				 1u << XS_HANDLER_bad_token);
	assert_true(r.left_out[XS_AXIS_SIGNAL] >> XS_SIGNAL_ud2 & 1);
	assert_int_equal(r.left_out[XS_AXIS_STACK], 1u << XS_STACK_dontneed | 1u << XS_STACK_least |
							    1u << XS_STACK_short |
							    1u << XS_STACK_shadow);
	assert_int_equal(r.left_out[XS_AXIS_PRESSURE], 0);
	assert_int_equal(r.legs_out, 1u << XS_LEG_LAYOUT | 1u << XS_LEG_EXEC);
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		assert_int_equal(r.rows[axis] & r.left_out[axis], 0);
}

/* Of an axis everything, a row, all but a row, or any rows. */
static void random_filter(uint64_t *random, struct xs_filter *f)
{
	memset(f, 0, sizeof(*f));
	for (uint32_t axis = 0; axis < XS_AXES; axis++) {
		const uint32_t row = 1u << next(random) % xs_axes[axis].rows;

		switch (next(random) % 5) {
		case 0:
			f->only[axis] = row;
			break;
		case 1:
			f->skip[axis] = row;
			break;
		case 2:
			f->only[axis] = (uint32_t)next(random) & xs_all_rows(axis);
			f->skip[axis] = (uint32_t)next(random) & row;
			break;
		}
	}
}

static void check_case(const struct xs_case *c, const struct xs_repertoire *r, const char *from)
{
	char text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES] = "";
	const char *wrong = xs_case_valid(c, why) ? why : xs_test_disagreement(c);
	uint32_t rows[XS_AXES];

	xs_case_rows(c, rows);
	/* "All" is none by name; and what schedules have of tasks is less than what repairs do. */
	rows[XS_AXIS_STATE] |= c->registers;
	for (uint32_t axis = 0; axis < XS_AXES && !wrong; axis++)
		if (rows[axis] & ~r->rows[axis])
			wrong = xs_axes[axis].title;
	if (!wrong)
		wrong = xs_test_foreign(c, r);
	if (!wrong)
		return;
	xs_case_print(c, text);
	fail_msg("%s: %s\n%s", from, wrong, text);
}

/* Under any filter that leaves enough, every case of the schedule and of the mutator is of it. */
static void test_random_filters(void **state)
{
	uint64_t random = 1;
	uint32_t made = 0, refused = 0;

	(void)state;
	for (uint32_t i = 0; i < FILTERS; i++) {
		const struct xs_repertoire machine = xs_test_repertoire(i % 4 ? 0 : 3);
		struct xs_repertoire r = machine;
		char why[XS_WHY_BYTES] = "";
		struct xs_filter f;
		struct xs_case c;

		random_filter(&random, &f);
		r.rows[XS_AXIS_PRESSURE] &= ~(1u << XS_PRESSURE_hotplug); /* repairs drop it */
		if (xs_filter_apply(&f, &r, why)) {
			assert_true(why[0]);
			refused++;
			continue;
		}
		made++;
		for (uint32_t n = 0; n < CASES; n++) {
			xs_schedule(&c, &r, n < 4 ? n : (uint32_t)next(&random) % 400, 300);
			check_case(&c, &r, c.name);
		}
		xs_schedule(&c, &machine, (uint32_t)next(&random) % 400, 300);
		for (uint32_t n = 0; n < MUTATIONS; n++) {
			const struct xs_case before = c;

			xs_mutate(&c, &r, (uint32_t)next(&random));
			check_case(&c, &r, "a mutation");
			assert_null(xs_test_misfit(&c, &before, &r, why));
		}
		xs_repertoire_default(&r, &c);
		check_case(&c, &r, "the default");
	}
	/* Both come about often, or this proves nothing. */
	assert_true(made > FILTERS / 10 && refused > FILTERS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),	 cmocka_unit_test(test_several),
		cmocka_unit_test(test_refused),	 cmocka_unit_test(test_too_little),
		cmocka_unit_test(test_left_out), cmocka_unit_test(test_random_filters),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
