// SPDX-License-Identifier: GPL-2.0-only
/* xsavage list: every entry of every axis, and why it is missing here. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "report/names.h"
#include "report/triage.h"
#include "state/state.h"

/* @why is left empty for the next line. */
static void line(const char *name, const char *summary, int rc, char *why)
{
	printf("  %-16s %-4s %s\n", name, rc ? "no" : "yes", summary);
	if (rc)
		printf("  %-16s      (%s)\n", "", why[0] ? why : strerror(-rc));
	why[0] = '\0';
}

static void list(enum xs_axis_id axis, const struct xs_cpu *cpu, uint32_t rows)
{
	char why[XS_WHY_BYTES] = "";

	printf("%s%s:\n", axis ? "\n" : "", xs_axes[axis].list);
	for (; rows; rows &= rows - 1) {
		const struct xs_entry *e = xs_entry(axis, (unsigned int)__builtin_ctz(rows));

		line(e->name, e->summary, xs_entry_supported(e, cpu, why), why);
	}
	if (axis == XS_AXIS_STATE && xs_state_undriven(cpu)) {
		printf("  components of XCR0 that no class has:");
		xs_triage_components(stdout, xs_state_undriven(cpu));
		putchar('\n');
	}
}

static void list_legs(uint32_t out)
{
	printf("\nLegs, where registers are proved (--only and --skip legs):\n");
	for (uint32_t leg = 0; leg < XS_LEGS; leg++)
		if (!(out >> leg & 1))
			printf("  %-16s      %s\n", xs_leg_names[leg], xs_leg_words(leg, true));
}

/* What --only and --skip take, and no word more. */
static void list_names(const struct xs_repertoire *all)
{
	for (unsigned int axis = 0; axis < XS_AXES; axis++)
		for (uint32_t rows = all->rows[axis]; rows; rows &= rows - 1)
			printf("%s=%s\n", xs_filter_axis(axis),
			       xs_name(axis, (unsigned int)__builtin_ctz(rows)));
	for (uint32_t leg = 0; leg < XS_LEGS; leg++)
		if (!(all->legs_out >> leg & 1))
			printf("%s=%s\n", xs_filter_axis(XS_FILTER_LEGS), xs_leg_names[leg]);
}

static int run(const struct xs_options *o, struct xs_runner *r)
{
	struct xs_repertoire all = { 0 };
	char why[XS_WHY_BYTES];
	struct xs_cpu cpu;

	(void)r;
	for (unsigned int axis = 0; axis < XS_AXES; axis++)
		all.rows[axis] = xs_all_rows(axis);
	if (xs_filter_apply(&o->filter, &all, why)) {
		fprintf(stderr, "xsavage: %s\n", why);
		return 2;
	}
	if (o->names) {
		list_names(&all);
		return 0;
	}
	xs_cpu_read(&cpu);
	for (unsigned int axis = 0; axis < XS_AXES; axis++)
		list(axis, &cpu, all.rows[axis]);
	list_legs(all.legs_out);
	return 0;
}

const struct xs_command xs_cmd_list = {
	.name = "list",
	.summary = "what can be combined into cases, and what is missing here",
	.doc = "Lists what cases are made of: register classes, handler actions, frames, signal "
	       "sources, stack-fault methods and pressure kinds, each with what it is and whether "
	       "it works here.\v"
	       "The names are those that case files use. With --only and --skip, which check, "
	       "selftest and xsavage-fuzz take, too, it lists what these leave.",
	.run = run,
	.option = { XS_FILTER_OPTIONS, XS_OPTION_AT("names", 'n', NULL, FLAG, names, 0,
						    "print each as AXIS=ENTRY, for scripts, and "
						    "try nothing") },
};
