// SPDX-License-Identifier: GPL-2.0-only
/* A machine and a plan's tasks on it, as text. */
#include "report/names.h"
#include "report/report.h"

static const char *const role_names[XS_ROLES] = {
	[XS_ROLE_WORKER] = "worker",
	[XS_ROLE_SENDER] = "sender",
	[XS_ROLE_RESOLVER] = "resolver",
	[XS_ROLE_PRESSURE] = "pressure",
};

static void print_machine(FILE *f, hwloc_topology_t topology, const char *machine)
{
	static const struct {
		hwloc_obj_type_t type;
		const char *name;
	} parts[] = {
		{ HWLOC_OBJ_PACKAGE, "package" }, { HWLOC_OBJ_NUMANODE, "NUMA node" },
		{ HWLOC_OBJ_L3CACHE, "L3" },	  { HWLOC_OBJ_L2CACHE, "L2" },
		{ HWLOC_OBJ_CORE, "core" },	  { HWLOC_OBJ_PU, "PU" },
	};
	int kinds = hwloc_cpukinds_get_nr(topology, 0);
	char list[128], name[XS_PRINTABLE_BYTES];
	const char *separator = ": ";
	hwloc_bitmap_t cpus;

	fputs(machine ? xs_printable(name, machine) : "this machine", f);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const int count = hwloc_get_nbobjs_by_type(topology, parts[i].type);

		fprintf(f, "%s%d %s%s", separator, count, parts[i].name, count == 1 ? "" : "s");
		separator = ", ";
	}
	fputc('\n', f);
	cpus = kinds > 1 ? hwloc_bitmap_alloc() : NULL;
	separator = "kinds, most powerful first: ";
	for (unsigned int i = (unsigned int)kinds; cpus && i--;) {
		if (hwloc_cpukinds_get_info(topology, i, cpus, NULL, NULL, NULL, 0))
			continue;
		hwloc_bitmap_list_snprintf(list, sizeof(list), cpus);
		fprintf(f, "%s%s", separator, list);
		separator = "; ";
	}
	if (cpus)
		fputc('\n', f);
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
		char index[12] = "-";

		if (o)
			snprintf(index, sizeof(index), "%u", o->logical_index);
		used += (size_t)snprintf(text + used, bytes - used, "%s/", index);
	}
	snprintf(text + used, bytes - used, "%u", pu->logical_index);
}

static void print_task(FILE *f, hwloc_topology_t topology, const struct xs_plan *plan,
		       unsigned int i)
{
	const struct xs_plan_task *t = &plan->task[i];
	char cpu[16] = "-", position[40] = "-";
	const char *separator = "";

	if (t->cpu >= 0) {
		snprintf(cpu, sizeof(cpu), "%d", t->cpu);
		where(position, sizeof(position), topology,
		      hwloc_get_pu_obj_by_os_index(topology, (unsigned int)t->cpu));
	}
	fprintf(f, "%4u  %-8s  %-14s  %6u  %4s  %-15s  %-8s  %-7s%c  %-5s  ", i,
		role_names[t->role], kind_name(plan, t), t->worker, cpu, position,
		xs_place_names[t->place_asked], xs_place_names[t->place_got],
		t->place_got == t->place_asked ? ' ' : '*',
		t->registers ? xs_name(XS_AXIS_HOLD, t->hold) : "-");
	for (unsigned int s = 0; s < XS_STATES; s++) {
		if (t->registers >> s & 1) {
			fprintf(f, "%s%s", separator, xs_name(XS_AXIS_STATE, s));
			separator = ",";
		}
	}
	fputs(t->registers ? "\n" : "-\n", f);
}

void xs_report_placement(FILE *f, hwloc_topology_t topology, const char *machine,
			 const struct xs_case *c, const struct xs_plan *plan)
{
	bool fallen = false;

	print_machine(f, topology, machine);
	fprintf(f, "case %s: %u tasks\n\n", c->name, plan->tasks);
	fprintf(f, "%4s  %-8s  %-14s  %6s  %4s  %-15s  %-8s  %-8s  %-5s  %s\n", "task", "role",
		"kind", "serves", "CPU", "package/core/PU", "asked", "got", "hold", "registers");
	for (unsigned int i = 0; i < plan->tasks; i++) {
		print_task(f, topology, plan, i);
		fallen |= plan->task[i].place_got != plan->task[i].place_asked;
	}
	if (fallen)
		fputs("* no CPU is at the place asked for; --help has the order of the others\n",
		      f);
}
