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
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_each_field),
		cmocka_unit_test(test_bad_tokens),
		cmocka_unit_test(test_run),
	};

	return cmocka_run_group_tests_name("shadow", tests, NULL, NULL);
}
