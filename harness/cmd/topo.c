// SPDX-License-Identifier: GPL-2.0-only
/* xsavage topo: the placement that a case would get, here or on a described machine. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/case.h"
#include "cmd/cmd.h"
#include "plan/plan.h"
#include "pressure/pressure.h"
#include "report/names.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define EXIT_HARNESS 2 /* usage, a bad case, no resources */
#define EXIT_SKIP    4 /* this CPU has none of the registers */

static const char *const role_names[XS_ROLES] = {
	[XS_ROLE_WORKER] = "worker",
	[XS_ROLE_SENDER] = "sender",
	[XS_ROLE_RESOLVER] = "resolver",
	[XS_ROLE_PRESSURE] = "pressure",
};

struct options {
	const char *file, *machine;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 's':
		o->machine = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->file)
			argp_error(state, "one case file at most");
		o->file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The help ends with the fallbacks, from the table that the planner follows. */
static char *filter_help(int key, const char *text, void *input)
{
	char *help = NULL;
	size_t bytes;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = open_memstream(&help, &bytes);
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

static const struct argp_option option_list[] = {
	{ "synthetic", 's', "MACHINE", 0,
	  "Plan for this machine instead: hwloc's description, such as \"pack:2 l3:4 core:8 "
	  "pu:2\", "
	  "or a file that lstopo exported, its name ending in .xml",
	  0 },
	{ 0 }
};

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "[FILE]",
	.doc = "Show which task of the case FILE (-: standard input) would run on which CPU. "
	       "Without FILE an example is planned. A described machine is taken to have every "
	       "register class.\v"
	       "A place is the nearest thing that a task's CPU has in common with its worker's. "
	       "Where the machine has no CPU at that place, others are tried in this order "
	       "(random: one to which no other name applies):\n",
	.help_filter = filter_help,
};

static void print_count(hwloc_topology_t topology, hwloc_obj_type_t type, const char *name,
			const char *end)
{
	int count = hwloc_get_nbobjs_by_type(topology, type);

	printf("%d %s%s%s", count, name, count == 1 ? "" : "s", end);
}

static void print_machine(hwloc_topology_t topology, const char *machine)
{
	int kinds = hwloc_cpukinds_get_nr(topology, 0);
	char list[128], name[XS_PRINTABLE_BYTES];
	hwloc_bitmap_t cpus;

	printf("%s: ", machine ? xs_printable(name, machine) : "this machine");
	print_count(topology, HWLOC_OBJ_PACKAGE, "package", ", ");
	print_count(topology, HWLOC_OBJ_NUMANODE, "NUMA node", ", ");
	print_count(topology, HWLOC_OBJ_L3CACHE, "L3", ", ");
	print_count(topology, HWLOC_OBJ_L2CACHE, "L2", ", ");
	print_count(topology, HWLOC_OBJ_CORE, "core", ", ");
	print_count(topology, HWLOC_OBJ_PU, "PU", "\n");

	cpus = kinds > 1 ? hwloc_bitmap_alloc() : NULL;
	for (unsigned int i = (unsigned int)kinds; cpus && i--;) {
		if (hwloc_cpukinds_get_info(topology, i, cpus, NULL, NULL, NULL, 0))
			continue;
		hwloc_bitmap_list_snprintf(list, sizeof(list), cpus);
		printf("%s%s", i == (unsigned int)kinds - 1 ? "kinds, most powerful first: " : "; ",
		       list);
	}
	if (cpus)
		putchar('\n');
	hwloc_bitmap_free(cpus);
}

static const char *kind_name(const struct xs_plan *plan, const struct xs_plan_task *t)
{
	switch (t->role) {
	case XS_ROLE_SENDER:
		return xs_name(XS_AXIS_SIGNAL, plan->signal);
	case XS_ROLE_RESOLVER:
		return xs_name(XS_AXIS_STACK, plan->fault);
	case XS_ROLE_PRESSURE:
		return xs_name(XS_AXIS_PRESSURE, t->kind);
	default:
		return "-";
	}
}

/* "0/3/6": logical indices of package, core and PU, '-' where there is none. */
static void where(char *text, size_t bytes, hwloc_topology_t topology, hwloc_obj_t pu)
{
	static const hwloc_obj_type_t types[] = { HWLOC_OBJ_PACKAGE, HWLOC_OBJ_CORE };
	size_t used = 0;

	for (unsigned int i = 0; i < 2; i++) {
		hwloc_obj_t o = hwloc_get_ancestor_obj_by_type(topology, types[i], pu);

		if (o)
			used += (size_t)snprintf(text + used, bytes - used, "%u/",
						 o->logical_index);
		else
			used += (size_t)snprintf(text + used, bytes - used, "-/");
	}
	snprintf(text + used, bytes - used, "%u", pu->logical_index);
}

static void print_task(hwloc_topology_t topology, const struct xs_plan *plan, unsigned int i)
{
	const struct xs_plan_task *t = &plan->task[i];
	char cpu[16] = "-", position[40] = "-";
	const char *separator = "";

	if (t->cpu >= 0) {
		snprintf(cpu, sizeof(cpu), "%d", t->cpu);
		where(position, sizeof(position), topology,
		      hwloc_get_pu_obj_by_os_index(topology, (unsigned int)t->cpu));
	}
	printf("%4u  %-8s  %-14s  %6u  %4s  %-15s  %-8s  %-7s%c  %-5s  ", i, role_names[t->role],
	       kind_name(plan, t), t->worker, cpu, position, xs_place_names[t->place_asked],
	       xs_place_names[t->place_got], t->place_got == t->place_asked ? ' ' : '*',
	       t->registers ? xs_name(XS_AXIS_HOLD, t->hold) : "-");
	for (unsigned int s = 0; s < XS_STATES; s++) {
		if (t->registers >> s & 1) {
			printf("%s%s", separator, xs_name(XS_AXIS_STATE, s));
			separator = ",";
		}
	}
	puts(t->registers ? "" : "-");
}

static void print_plan(hwloc_topology_t topology, const struct xs_plan *plan)
{
	unsigned int fallen = 0;

	printf("%4s  %-8s  %-14s  %6s  %4s  %-15s  %-8s  %-8s  %-5s  %s\n", "task", "role", "kind",
	       "serves", "CPU", "package/core/PU", "asked", "got", "hold", "registers");
	for (unsigned int i = 0; i < plan->tasks; i++) {
		print_task(topology, plan, i);
		fallen += plan->task[i].place_got != plan->task[i].place_asked;
	}
	if (fallen)
		printf("* no CPU is at the place asked for; --help has the order of the others\n");
}

/* Something of every role, in places that tell machines apart. */
static void example(struct xs_case *c)
{
	xs_case_default(c);
	strcpy(c->name, "example");
	c->workers = 2;
	c->registers = (1u << XS_STATES) - 1;
	for (uint8_t i = 0;
	     i < XS_SIGNALS && !(xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE); i++)
		c->signal = i;
	c->signal_place = XS_PLACE_SMT;
	for (uint8_t i = 0;
	     i < XS_STACKS && !(xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_RESOLVER); i++)
		c->fault = i;
	c->resolver_place = XS_PLACE_PACKAGE;
	c->pressures = 1;
	xs_case_pressure_default(&c->pressure[0], 0);
}

static uint32_t classes(const char *machine)
{
	struct xs_cpu cpu;

	if (machine)
		return (1u << XS_STATES) - 1;
	xs_cpu_read(&cpu);
	return xs_state_mask_supported(&cpu);
}

static int show(const struct options *o, const struct xs_case *c, char why[XS_WHY_BYTES])
{
	hwloc_topology_t topology;
	struct xs_plan plan;
	int ret;

	ret = xs_topology_load(&topology, o->machine, why);
	if (ret)
		return ret;
	ret = xs_plan_make(&plan, c, topology, classes(o->machine), why);
	if (!ret) {
		print_machine(topology, o->machine);
		printf("case %s: %u tasks\n\n", c->name, plan.tasks);
		print_plan(topology, &plan);
	}
	hwloc_topology_destroy(topology);
	return ret;
}

int xs_cmd_topo(int argc, char **argv)
{
	struct options o = { 0 };
	char why[XS_WHY_BYTES];
	struct xs_case c;
	int ret;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_HARNESS;
	example(&c);
	ret = o.file ? xs_case_load(&c, o.file, why) : 0;
	if (!ret)
		ret = show(&o, &c, why);
	if (ret) {
		fprintf(stderr, "%s: %s\n", argv[0], why);
		return ret == -EOPNOTSUPP ? EXIT_SKIP : EXIT_HARNESS;
	}
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "%s: cannot write: %s\n", argv[0], strerror(errno));
		return EXIT_HARNESS;
	}
	return 0;
}
