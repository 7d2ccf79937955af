// SPDX-License-Identifier: GPL-2.0-only
/* What many cases come to: a verdict with a reason, and what was not covered, by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "campaign/campaign.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "report/report.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"
#include "unit/text.h"

#define ALL(rows) ((1u << (rows)) - 1)
#define UFFD                                                                                       \
	(1u << XS_STACK_uffd_missing | 1u << XS_STACK_uffd_minor | 1u << XS_STACK_uffd_wp |        \
	 1u << XS_STACK_soft_dirty)

/* An ordinary user's machine without AMX and APX: no userfaultfd, no freezer, no hotplug. */
static void begin(struct xs_campaign *k)
{
	const struct xs_repertoire r = {
		.rows[XS_AXIS_STATE] = ALL(XS_STATES) & ~(1u << XS_STATE_amx | 1u << XS_STATE_apx),
		.rows[XS_AXIS_SIGNAL] = ALL(XS_SIGNALS),
		.rows[XS_AXIS_HANDLER] = ALL(XS_HANDLERS),
		.rows[XS_AXIS_ABI] = 1u << XS_ABI_x86_64,
		.rows[XS_AXIS_HOLD] = ALL(XS_HOLDS),
		.rows[XS_AXIS_STACK] = ALL(XS_STACKS) & ~UFFD,
		.rows[XS_AXIS_PRESSURE] =
			ALL(XS_PRESSURES) & ~(1u << XS_PRESSURE_freeze | 1u << XS_PRESSURE_hotplug),
	};

	xs_campaign_begin(k, &r, 0);
}

static void add(struct xs_campaign *k, struct xs_case *c, enum xs_verdict_kind kind,
		const char *why)
{
	struct xs_verdict *v = calloc(1, sizeof(*v));

	assert_non_null(v);
	v->kind = (uint8_t)kind;
	snprintf(v->why, sizeof(v->why), "%s", why);
	xs_campaign_add(k, c, v);
	free(v);
}

/* Everything that the machine has, but the stack fault mremap, which never passed. */
static void run_all(struct xs_campaign *k)
{
	struct xs_case c;

	for (uint32_t row = 0; row < 64; row++) {
		xs_case_default(&c);
		c.registers = ALL(XS_STATES);
		c.signal = (uint8_t)(row % XS_SIGNALS);
		c.handler = (uint8_t)(row % XS_HANDLERS);
		c.fault = (uint8_t)(row % XS_STACKS);
		c.pressures = 1;
		xs_case_pressure_default(&c.pressure[0], row % XS_PRESSURES);
		if (row >= 32 || UFFD >> c.fault & 1)
			c.fault = XS_STACK_none;
		if (c.pressure[0].kind == XS_PRESSURE_hotplug ||
		    c.pressure[0].kind == XS_PRESSURE_freeze)
			c.pressures = 0;
		add(k, &c, c.fault == XS_STACK_mremap ? XS_INCONCLUSIVE : XS_PASS, "too slow");
	}
}

static char *printed(const struct xs_campaign *k, const char *prefix)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	xs_campaign_print(f, prefix, k);
	fclose(f);
	if (!text)
		abort();
	return text;
}

static void what_is_missing_counts_and_is_named(void **unused)
{
	char part[64], *text;
	struct xs_campaign k;

	(void)unused;
	begin(&k);
	run_all(&k);
	text = printed(&k, "# ");
	snprintf(part, sizeof(part), ", %d of %d stack faults, ", XS_STACKS - 5, XS_STACKS);
	assert_has(text, part);
	snprintf(part, sizeof(part), "covered            %d of %d register classes, ",
		 XS_STATES - 2, XS_STATES);
	assert_has(text, part);
	assert_has(text, ", 1 of 3 kinds of frame, ");
	snprintf(part, sizeof(part), ", %d of %d pressure kinds\n", XS_PRESSURES - 2, XS_PRESSURES);
	assert_has(text, part);
	assert_has(text, "\n#   not here           register classes amx, apx\n"
			 "#                      kinds of frame ia32, ia32-rt\n"
			 "#                      stack faults uffd-missing, uffd-wp, uffd-minor, "
			 "soft-dirty\n"
			 "#                      pressure kinds freeze, hotplug (--allow hotplug)\n"
			 "#   not covered        stack faults mremap\n");
	assert_has(text, "such as ");
	free(text);
}

/* A class that the case's workers cannot hold is not covered by "all". */
static void all_is_what_the_workers_hold(void **unused)
{
	struct xs_campaign k;
	struct xs_case c;
	char *text;

	(void)unused;
	begin(&k);
	xs_case_default(&c);
	c.registers = ALL(XS_STATES);
	c.abi = XS_ABI_ia32;
	add(&k, &c, XS_PASS, "");
	text = printed(&k, "");
	assert_has(text, "not covered        register classes x87-pointers\n");
	free(text);
}

/* What a filter leaves out is neither missing here nor uncovered. */
static void what_is_left_out_is_named(void **unused)
{
	struct xs_campaign k;
	char *text;

	(void)unused;
	begin(&k);
	run_all(&k);
	k.coverage.left_out[XS_AXIS_ABI] = 1u << XS_ABI_ia32 | 1u << XS_ABI_ia32_rt;
	k.coverage.left_out[XS_AXIS_STACK] = 1u << XS_STACK_mremap | 1u << XS_STACK_uffd_wp;
	k.coverage.here[XS_AXIS_STACK] &= ~(1u << XS_STACK_mremap);
	k.coverage.legs_out = 1u << XS_LEG_EXEC | 1u << XS_LEG_LAYOUT;
	text = printed(&k, "");
	assert_has(text, "\n  not here           register classes amx, apx\n"
			 "                     stack faults uffd-missing, uffd-minor, soft-dirty\n"
			 "                     pressure kinds freeze, hotplug (--allow hotplug)\n"
			 "  not covered        holds yield, sleep, kernel, touch, vzeroupper\n"
			 "  left out           kinds of frame ia32, ia32-rt\n"
			 "                     stack faults mremap, uffd-wp\n"
			 "                     legs exec, layout\n");
	free(text);
	memset(k.coverage.left_out, 0, sizeof(k.coverage.left_out));
	text = printed(&k, "");
	assert_has(text, "\n  left out           legs exec, layout\n");
	free(text);
}

static json_t *list_of(json_t *root, const char *axis, const char *list)
{
	json_t *coverage = json_object_get(json_object_get(root, "summary"), "coverage");

	return json_object_get(json_object_get(coverage, axis), list);
}

static void json_has_it_too(void **unused)
{
	const struct xs_triage t = { .release = "6.1.0" };
	json_t *root, *faults;
	struct xs_campaign k;
	struct xs_json *j;
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	(void)unused;
	begin(&k);
	run_all(&k);
	k.coverage.left_out[XS_AXIS_STACK] = 1u << XS_STACK_soft_dirty;
	k.coverage.legs_out = 1u << XS_LEG_PTRACE;
	assert_int_equal(xs_json_open(&j, "1", &t), 0);
	assert_int_equal(xs_json_cover(j, &k.coverage), 0);
	assert_int_equal(xs_json_print(j, f), 0);
	fclose(f);
	root = json_loads(text, 0, NULL);
	assert_int_equal(json_array_size(list_of(root, "faults", "not_here")), 3);
	faults = list_of(root, "faults", "not_covered");
	assert_int_equal(json_array_size(faults), 1);
	assert_string_equal(json_string_value(json_array_get(faults, 0)), "mremap");
	faults = list_of(root, "faults", "left_out");
	assert_int_equal(json_array_size(faults), 1);
	assert_string_equal(json_string_value(json_array_get(faults, 0)), "soft-dirty");
	assert_int_equal(json_array_size(list_of(root, "sources", "left_out")), 0);
	faults = list_of(root, "legs", "left_out");
	assert_int_equal(json_array_size(faults), 1);
	assert_string_equal(json_string_value(json_array_get(faults, 0)), "ptrace");
	json_decref(root);
	xs_json_close(j);
	free(text);
}

static enum xs_verdict_kind conclude(const struct xs_campaign *k, struct xs_verdict *last,
				     char why[XS_WHY_BYTES])
{
	return xs_campaign_conclude(k, xs_verdict_is_bad(last->kind) ? last->kind : XS_PASS, last,
				    "check-7", why);
}

static void a_verdict_has_a_reason(void **unused)
{
	struct xs_verdict *last = calloc(1, sizeof(*last));
	char why[XS_WHY_BYTES];
	struct xs_campaign k;
	struct xs_case c;

	(void)unused;
	assert_non_null(last);
	xs_case_default(&c);
	begin(&k);
	assert_int_equal(conclude(&k, last, why), XS_INCONCLUSIVE);
	assert_string_equal(why, "not one case was run");

	add(&k, &c, XS_SKIP, "");
	last->kind = XS_SKIP;
	strcpy(last->why, "uffd-wp: no");
	assert_int_equal(conclude(&k, last, why), XS_INCONCLUSIVE);
	assert_string_equal(why, "1 of 1 cases proved nothing, the last because uffd-wp: no");

	add(&k, &c, XS_PASS, "");
	last->kind = XS_PASS;
	assert_int_equal(conclude(&k, last, why), XS_PASS);
	assert_string_equal(why, "");

	last->interrupted = 2;
	assert_int_equal(conclude(&k, last, why), XS_INCONCLUSIVE);
	assert_has(why, "stopped early");

	last->interrupted = 0;
	strcpy(c.name, "check-9");
	add(&k, &c, XS_INCONCLUSIVE, "no signal landed in a window");
	add(&k, &c, XS_INCONCLUSIVE, "no signal landed in a window");
	assert_int_equal(conclude(&k, last, why), XS_INCONCLUSIVE);
	assert_string_equal(why, "3 of 4 cases proved nothing, the last because check-9: no signal "
				 "landed in a window");

	/* Of an error it must be said where: it ends the check. */
	last->kind = XS_ERROR;
	strcpy(last->why, "creating a process: no");
	assert_int_equal(conclude(&k, last, why), XS_ERROR);
	assert_string_equal(why, "check-7: creating a process: no");

	last->kind = XS_CORRUPT;
	assert_int_equal(conclude(&k, last, why), XS_CORRUPT);
	assert_string_equal(why, "");
	free(last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_counts_and_is_named),
		cmocka_unit_test(all_is_what_the_workers_hold),
		cmocka_unit_test(what_is_left_out_is_named),
		cmocka_unit_test(json_has_it_too),
		cmocka_unit_test(a_verdict_has_a_reason),
	};

	return cmocka_run_group_tests_name("campaign", tests, NULL, NULL);
}
