// SPDX-License-Identifier: GPL-2.0-only
/* xsavage topo: the placement that a case would get, here or on a described machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "plan/cells.h"
#include "state/state.h"

/* The help ends with the fallbacks, from the table that the planner follows. */
static char *fallbacks(const char *text)
{
	char *help = NULL;
	size_t bytes;
	FILE *out = open_memstream(&help, &bytes);

	if (!out)
		return NULL;
	fputs(text, out);
	for (unsigned int place = 0; place < XS_PLACES; place++) {
		const uint8_t *next = xs_place_fallbacks[place];

		if (*next == XS_PLACE_SAME_PU)
			continue;
		fprintf(out, "\n  %-8s ", xs_place_names[place]);
		for (; *next != XS_PLACE_SAME_PU; next++)
			fprintf(out, "%s, ", xs_place_names[*next]);
		fputs(xs_place_names[XS_PLACE_SAME_PU], out);
	}
	if (fclose(out)) {
		free(help);
		return NULL;
	}
	return help;
}

/* Something of every role, in places that tell machines apart. */
static void example(struct xs_case *c)
{
	xs_case_default(c);
	strcpy(c->name, "example");
	c->workers = 2;
	c->registers = (1u << XS_STATES) - 1;
	c->signal = xs_first(XS_AXIS_SIGNAL, XS_SIGNAL_REMOTE);
	c->signal_place = XS_PLACE_SMT;
	c->fault = xs_first(XS_AXIS_STACK, XS_STACK_RESOLVER);
	c->resolver_place = XS_PLACE_PACKAGE;
	c->pressures = 1;
	xs_case_pressure_default(&c->pressure[0], 0);
}

static int show_cells(hwloc_topology_t topology, char why[XS_WHY_BYTES])
{
	char list[128];
	struct xs_cells cells;
	const int rc = xs_cells_cut(&cells, topology, 0);

	for (uint32_t i = 0; i < cells.count && !rc; i++) {
		hwloc_bitmap_list_snprintf(list, sizeof(list), cells.set[i]);
		printf("cell %-4u CPUs %s\n", i, list);
	}
	xs_cells_free(&cells);
	return xs_why(rc, why, "no memory for cells");
}

static int show_plan(hwloc_topology_t topology, const char *machine, const struct xs_case *c,
		     char why[XS_WHY_BYTES])
{
	uint32_t classes = (1u << XS_STATES) - 1;
	struct xs_plan plan;
	struct xs_cpu cpu;
	int ret;

	if (!machine) {
		xs_cpu_read(&cpu);
		classes = xs_state_mask_supported(&cpu);
	}
	ret = xs_plan_make(&plan, c, topology, classes, why);
	if (!ret)
		xs_report_placement(stdout, topology, machine, c, &plan);
	return ret;
}

static int show(const struct xs_options *o, const struct xs_case *c, char why[XS_WHY_BYTES])
{
	hwloc_topology_t topology;
	int ret;

	ret = xs_topology_load(&topology, o->machine, why);
	if (ret)
		return ret;
	ret = o->show_cells ? show_cells(topology, why) : show_plan(topology, o->machine, c, why);
	hwloc_topology_destroy(topology);
	return ret;
}

static int run(const struct xs_options *o, struct xs_runner *r)
{
	char why[XS_WHY_BYTES];
	struct xs_case c;
	int ret;

	(void)r;
	example(&c);
	ret = o->file ? xs_case_load(&c, o->file, why) : 0;
	if (!ret)
		ret = show(o, &c, why);
	if (ret) {
		fprintf(stderr, "xsavage topo: %s\n", why);
		return ret == -EOPNOTSUPP ? 4 : 2; /* 4: this CPU has none of the registers */
	}
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "xsavage topo: cannot write: %s\n", strerror(errno));
		return 2;
	}
	return 0;
}

const struct xs_command xs_cmd_topo = {
	.name = "topo",
	.summary = "where the tasks of a case would run",
	.args = "[FILE]",
	.doc = "Show which task of the case FILE (-: standard input) would run on which CPU. "
	       "Without FILE an example is planned. A described machine is taken to have every "
	       "register class.\v"
	       "A place is the nearest thing that a task's CPU has in common with its worker's. "
	       "Where the machine has no CPU at that place, others are tried in this order "
	       "(random: one to which no other name applies):\n",
	.help_end = fallbacks,
	.takes = XS_TAKES_MAYBE,
	.excess = "one case file at most",
	.run = run,
	.option = { XS_OPTION_AT("synthetic", 's', "MACHINE", TEXT, machine, 0,
				 "Plan for this machine instead: hwloc's description, such as "
				 "\"pack:2 l3:4 core:8 pu:2\", or a file that lstopo exported, its "
				 "name ending in .xml"),
		    XS_OPTION_AT("cells", XS_KEY_CELLS, NULL, FLAG, show_cells, 0,
				 "Show the cells instead in which \"check\" runs a case each at a "
				 "time") },
};
