// SPDX-License-Identifier: GPL-2.0-only
/* xsavage list: every entry of every axis, and why it is missing here. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
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

static void list(enum xs_axis_id axis, const struct xs_cpu *cpu)
{
	char why[XS_WHY_BYTES] = "";

	printf("%s%s:\n", axis ? "\n" : "", xs_axes[axis].list);
	for (unsigned int i = 0; i < xs_axes[axis].rows; i++) {
		const struct xs_entry *e = xs_entry(axis, i);

		line(e->name, e->summary, xs_entry_supported(e, cpu, why), why);
	}
	if (axis == XS_AXIS_STATE && xs_state_undriven(cpu)) {
		printf("  components of XCR0 that no class has:");
		xs_triage_components(stdout, xs_state_undriven(cpu));
		putchar('\n');
	}
}

static int run(const struct xs_options *o, struct xs_runner *r)
{
	struct xs_cpu cpu;

	(void)o;
	(void)r;
	xs_cpu_read(&cpu);
	for (unsigned int axis = 0; axis < XS_AXES; axis++)
		list(axis, &cpu);
	return 0;
}

const struct xs_command xs_cmd_list = {
	.name = "list",
	.summary = "what can be combined into cases, and what is missing here",
	.doc = "Lists what cases are made of: register classes, handler actions, frames, signal "
	       "sources, stack-fault methods and pressure kinds, each with what it is and whether "
	       "it works here.\v"
	       "The names are those that case files use.",
	.run = run,
};
