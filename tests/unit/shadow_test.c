// SPDX-License-Identifier: GPL-2.0-only
/* What is told of a shadow stack, on memory that stands for one. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handler/handler.h"
#include "pressure/shadowed.h"
#include "task/shadow.h"
#include "task/sys.h"

#define WORDS 16u
#define AT    6u /* where the hold's SSP is */

static uint64_t memory[WORDS];
static struct xs_level level;

/* A window whose hold has lowered SSP, and a signal that came to it, or to what it has called. */
static struct xs_delivery deliver(bool called)
{
	uint64_t *const interrupted = memory + AT - called;

	memset(&level, 0, sizeof(level));
	for (uint32_t i = AT; i < WORDS; i++)
		memory[i] = (uintptr_t)xs_window_lowered;
	level.window.ssp = level.window.ssp_left = (uintptr_t)(memory + AT);
	level.window.shadow = level.window.ssp;
	level.window.step = called ? xs_pause : NULL;
	interrupted[-1] = (uintptr_t)interrupted | XS_SHADOW_DATA;
	return (struct xs_delivery){ .ssp = (uintptr_t)(interrupted - 2) };
}

static uint64_t field(enum xs_layout_field which)
{
	return level.layout.field[which];
}

static void test_sound(void **state)
{
	(void)state;
	for (uint32_t called = 0; called < 2; called++) {
		const struct xs_delivery d = deliver(called);

		xs_shadow_entry(&level, &d);
		xs_shadow_return(&level, true);
		for (uint32_t i = 0; i < XS_LAYOUT_FIELDS; i++)
			assert_int_equal(level.layout.field[i], 0);
	}
}

static void test_each_field(void **state)
{
	struct xs_delivery d = deliver(false);

	(void)state;
	/* SSP stays, is a word too low, is gone. */
	d.ssp += 16;
	xs_shadow_entry(&level, &d);
	assert_int_equal(field(XS_LAYOUT_SSP_ENTRY), -16);
	d = deliver(false);
	d.ssp -= 8;
	xs_shadow_entry(&level, &d);
	assert_int_equal(field(XS_LAYOUT_SSP_ENTRY), 8);
	d.ssp = 0;
	xs_shadow_entry(&level, &d);
	assert_int_not_equal(field(XS_LAYOUT_SSP_ENTRY), 0);
	/* A token that looks like a return address, and one of another place. */
	d = deliver(false);
	memory[AT - 1] &= ~XS_SHADOW_DATA;
	xs_shadow_entry(&level, &d);
	assert_int_equal(field(XS_LAYOUT_SSP_ENTRY), 0);
	assert_int_equal(field(XS_LAYOUT_SSP_TOKEN), XS_SHADOW_DATA);
	d = deliver(false);
	memory[AT - 1] ^= 8;
	xs_shadow_entry(&level, &d);
	assert_int_equal(field(XS_LAYOUT_SSP_TOKEN), 8);
	/* Sigreturn leaves SSP at the token; a jump may leave it anywhere. */
	deliver(false);
	level.window.ssp_left -= 8;
	xs_shadow_return(&level, true);
	assert_int_equal(field(XS_LAYOUT_SSP_RETURN), 8);
	xs_shadow_return(&level, false);
	assert_int_equal(field(XS_LAYOUT_SSP_RETURN), 0);
	/* Written above SSP; where nothing was lowered nobody knows what is there. */
	deliver(false);
	memory[AT + 1] = 0;
	xs_shadow_return(&level, true);
	assert_int_equal(field(XS_LAYOUT_SHADOW_WORDS), 1);
	level.window.shadow = 0;
	xs_shadow_return(&level, true);
	assert_int_equal(field(XS_LAYOUT_SHADOW_WORDS), 0);
}

/* No variant is what sigreturn takes: marked, aligned, of user space. Each kind comes. */
static void test_bad_tokens(void **state)
{
	const struct xs_handler_action *a =
		xs_handler((unsigned int)xs_row(XS_AXIS_HANDLER, "bad-token"));
	const uint64_t right = XS_SHADOW_DATA | 0x7fffffffe000, user = 1ull << 47;
	uint32_t kinds = 0;

	(void)state;
	for (uint32_t turn = 0; turn < 8; turn++) {
		const uint64_t token = a->token(right, turn), at = token & ~XS_SHADOW_DATA;

		if (!(token & XS_SHADOW_DATA))
			kinds |= token ? 1 : 2;
		else
			kinds |= (at % 8 ? 4u : 0) | (at >= user ? 8u : 0);
		assert_true(!(token & XS_SHADOW_DATA) || at % 8 || at >= user);
	}
	assert_int_equal(kinds, 15);
}

static struct xs_shared shared = { .event_fd = -1 };

/* What is recorded of a child that begins with SSP at @ssp: the field, or 0 for nothing. */
static uint64_t child(bool own, uint64_t due, uint64_t ssp, enum xs_layout_field which)
{
	struct xs_task t = { .shared = &shared,
			     .plan = &shared.plan.task[0],
			     .count = &shared.obs.counters[0] };
	const struct xs_record *r = &shared.obs.record[0];
	uint64_t value;

	shared.obs.records = 0;
	(own ? xs_shadowed_prove_own : xs_shadowed_prove)(&t, &level, due, ssp);
	if (!shared.obs.records)
		return 0;
	assert_int_equal(r->leg, XS_LEG_LAYOUT);
	assert_int_equal(r->wrong, XS_WRONG_VALUES);
	memcpy(&value, r->actual + sizeof(value) * which, sizeof(value));
	assert_int_not_equal(value, 0);
	return value;
}

static void test_children(void **state)
{
	const uint64_t at = (uintptr_t)(memory + AT), page = (at + 4095) & ~4095ull;

	(void)state;
	deliver(false);
	/* A copy, or lent: where it was, with what was there. */
	assert_int_equal(child(false, at, at, 0), 0);
	assert_int_equal(child(false, at, at - 8, XS_LAYOUT_CHILD_SSP), -8);
	assert_int_equal(child(false, at, 0, XS_LAYOUT_CHILD_SSP), -at);
	memory[AT + 7] = 0;
	assert_int_equal(child(false, at, at, XS_LAYOUT_CHILD_WORDS), 1);
	/* Its own: the end of one, anywhere but where its creator's is. */
	assert_int_equal(child(true, at, page + 8192, 0), 0);
	assert_int_equal(child(true, at, page - 8192, 0), 0);
	assert_int_not_equal(child(true, at, page, XS_LAYOUT_CHILD_SSP), 0);
	assert_int_not_equal(child(true, at, at, XS_LAYOUT_CHILD_SSP), 0);
	assert_int_not_equal(child(true, at, page + 8184, XS_LAYOUT_CHILD_SSP), 0);
	assert_int_not_equal(child(true, at, 0, XS_LAYOUT_CHILD_SSP), 0);
	/* Without a shadow stack. */
	assert_int_equal(child(false, 0, 0, 0), 0);
	assert_int_equal(child(true, 0, 0, 0), 0);
}

/* Where there is a shadow stack, what runs on it is on it; where there is none, nothing runs. */
static void note(void *arg)
{
	*(uint64_t *)arg = xs_ssp();
}

static void test_run(void **state)
{
	const uint64_t before = xs_ssp();
	uint64_t ssp = 1;
	const long rc = xs_shadow_run(note, &ssp);

	(void)state;
	assert_int_equal(xs_ssp(), before);
	if (rc)
		assert_int_equal(ssp, 1);
	else
		assert_int_not_equal(ssp, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),	   cmocka_unit_test(test_each_field),
		cmocka_unit_test(test_bad_tokens), cmocka_unit_test(test_children),
		cmocka_unit_test(test_run),
	};

	return cmocka_run_group_tests_name("shadow", tests, NULL, NULL);
}
