// SPDX-License-Identifier: GPL-2.0-only
/* Makes the plan of a case: which task runs where, with which registers. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "case/str.h"
#include "plan/plan.h"
#include "state/state.h"

/* A plan in the making. */
struct making {
	struct xs_plan *plan;
	const struct xs_case *c;
	hwloc_topology_t topology;
	uint16_t *load;			    /* tasks on each PU, by its logical index */
	hwloc_obj_t worker[XS_WORKERS_MAX]; /* PUs */
};

static int choose_registers(uint32_t *registers, uint32_t asked, uint32_t supported,
			    const char *section, const char *kind, char why[XS_WHY_BYTES])
{
	struct xs_str s = xs_str_open(why, XS_WHY_BYTES);
	const char *separator = "";

	*registers = xs_state_reduce(asked & supported);
	if (*registers)
		return 0;
	xs_str_add(&s, "[%s%s] registers: this machine has none of ", section, kind);
	for (unsigned int i = 0; i < XS_STATES; i++)
		if (asked >> i & 1) {
			xs_str_add(&s, "%s%s", separator, xs_name(XS_AXIS_STATE, i));
			separator = ",";
		}
	return -EOPNOTSUPP;
}

uint32_t xs_plan_tasks_each(const struct xs_case *c)
{
	uint32_t each = 1;

	each += (xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE) != 0;
	each += (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_RESOLVER) != 0;
	for (uint32_t i = 0; i < c->pressures; i++)
		each += c->pressure[i].count;
	return each;
}

static int check_size(const struct xs_case *c, char why[XS_WHY_BYTES])
{
	const uint32_t each = xs_plan_tasks_each(c);

	return xs_why(c->workers * each > XS_TASKS_MAX ? -E2BIG : 0, why,
		      "%u workers of %u tasks each are %u tasks, more than %u: lower the count of "
		      "[worker] or of a pressure",
		      c->workers, each, c->workers * each, XS_TASKS_MAX);
}

static int refuse_cpu(const struct making *m, unsigned long cpu, char why[XS_WHY_BYTES])
{
	char allowed[64];

	hwloc_bitmap_list_snprintf(allowed, sizeof(allowed),
				   hwloc_topology_get_allowed_cpuset(m->topology));
	return xs_why(-EINVAL, why,
		      "[worker] cpus: CPU %lu is not among those that may be used (%s): name "
		      "others, or widen the affinity (taskset) or the cgroup's cpuset",
		      cpu, allowed);
}

/*
 * Workers on the CPUs of the list, in its order and from its start again where
 * it has fewer; a CPU may be named twice.
 */
static int follow_list(struct making *m, char why[XS_WHY_BYTES])
{
	hwloc_const_cpuset_t allowed = hwloc_topology_get_allowed_cpuset(m->topology);
	unsigned int found = 0;
	char *at;

	for (const char *list = m->c->cpus;; list = at + 1) {
		unsigned long cpu, last;

		cpu = last = strtoul(list, &at, 10);
		if (*at == '-')
			last = strtoul(at + 1, &at, 10);
		for (; cpu <= last; cpu++) {
			if (cpu > INT32_MAX || !hwloc_bitmap_isset(allowed, (unsigned int)cpu))
				return refuse_cpu(m, cpu, why);
			if (found < m->c->workers)
				m->worker[found++] = hwloc_get_pu_obj_by_os_index(
					m->topology, (unsigned int)cpu);
		}
		if (*at != ',')
			break;
	}
	for (unsigned int i = found; i < m->c->workers; i++)
		m->worker[i] = m->worker[i - found];
	return 0;
}

/* Tiles are the caller's to save across fork and clone: a child does not get them. */
static uint32_t inherited(uint32_t flags, uint32_t classes)
{
	return xs_rows(XS_AXIS_STATE, classes, 0, flags & XS_FORKS ? XS_STATE_DYNAMIC : 0);
}

uint32_t xs_plan_worker_classes(const struct xs_case *c, uint32_t supported)
{
	/* FSAVE's header holds FIP and FDP in part only. */
	if (xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT)
		supported = xs_rows(XS_AXIS_STATE, supported, 0, XS_X86_64);
	return inherited(xs_flags(XS_AXIS_HANDLER, c->handler), supported);
}

uint32_t xs_plan_pressure_classes(unsigned int kind, uint32_t supported)
{
	return inherited(xs_flags(XS_AXIS_PRESSURE, kind), supported);
}

/* Append @task, which serves worker @w, at its place. */
static void add(struct making *m, unsigned int w, enum xs_place place, struct xs_plan_task task)
{
	struct xs_plan *plan = m->plan;
	/* The load alone spreads equal candidates; only random needs a number. */
	uint32_t salt = place == XS_PLACE_RANDOM ? m->c->seed + plan->tasks * 0x9e3779b9u : 0;
	enum xs_place got;
	hwloc_obj_t pu = xs_place_near(m->topology, m->worker[w], place, salt, m->load, &got);

	if (!task.proved) {
		task.proved = task.registers;
		task.vectors = UINT32_MAX;
	}
	task.place_asked = (uint8_t)place;
	task.place_got = (uint8_t)got;
	task.worker = (uint16_t)w;
	task.cpu = pu ? (int32_t)pu->os_index : -1;
	if (pu)
		m->load[pu->logical_index]++;
	plan->task[plan->tasks++] = task;
}

static int add_workers(struct making *m, uint32_t supported, char why[XS_WHY_BYTES])
{
	struct xs_plan_task task = { .role = XS_ROLE_WORKER, .hold = m->c->hold };
	uint32_t init;
	int ret;

	supported = xs_plan_worker_classes(m->c, supported);
	ret = choose_registers(&task.registers, m->c->registers, supported, "worker", "", why);
	if (ret)
		return ret;
	init = m->c->init & supported;
	/* Whatever loads x87 changes more of it than what it is asked for: tags, exponents, FIP. */
	if (xs_state_xfeatures(task.registers) & 1)
		init &= ~xs_state_of(1);
	task.proved = xs_state_reduce(task.registers | init);
	task.vectors = m->c->vectors;
	if (!strcmp(m->c->cpus, "auto"))
		xs_place_spread(m->topology, m->worker, m->c->workers);
	else
		ret = follow_list(m, why);
	for (unsigned int w = 0; !ret && w < m->c->workers; w++)
		add(m, w, XS_PLACE_SAME_PU, task);
	return ret;
}

/* A worker that spins would keep a sender on its PU from running. */
static void yield_to(struct xs_plan *plan, const struct xs_plan_task *sender)
{
	for (unsigned int w = 0; w < plan->workers; w++)
		if (plan->task[w].cpu == sender->cpu &&
		    !(xs_flags(XS_AXIS_HOLD, plan->task[w].hold) & XS_HOLD_YIELDS))
			plan->task[w].hold = xs_first(XS_AXIS_HOLD, XS_HOLD_YIELDS);
}

static void add_helpers(struct making *m, unsigned int w)
{
	struct xs_plan *plan = m->plan;

	if (xs_flags(XS_AXIS_SIGNAL, m->c->signal) & XS_SIGNAL_REMOTE) {
		add(m, w, m->c->signal_place, (struct xs_plan_task){ .role = XS_ROLE_SENDER });
		yield_to(plan, &plan->task[plan->tasks - 1]);
	}
	if (xs_flags(XS_AXIS_STACK, m->c->fault) & XS_STACK_RESOLVER)
		add(m, w, m->c->resolver_place, (struct xs_plan_task){ .role = XS_ROLE_RESOLVER });
}

static int add_pressure(struct making *m, unsigned int w, uint32_t supported,
			char why[XS_WHY_BYTES])
{
	for (unsigned int i = 0; i < m->c->pressures; i++) {
		const struct xs_case_pressure *p = &m->c->pressure[i];
		const struct xs_entry *kind = xs_entry(XS_AXIS_PRESSURE, p->kind);
		struct xs_plan_task task = {
			.role = XS_ROLE_PRESSURE,
			.kind = p->kind,
			.hold = p->hold,
			.period_us = p->period_us,
		};
		const uint32_t classes = xs_plan_pressure_classes(p->kind, supported);
		int ret = 0;

		if (kind->flags & XS_PRESSURE_VECTOR)
			ret = choose_registers(&task.registers, p->registers, classes, "pressure ",
					       kind->name, why);
		if (ret)
			return ret;
		for (unsigned int n = 0; n < p->count; n++)
			add(m, w, p->place, task);
	}
	return 0;
}

static void copy_case(struct xs_plan *plan, const struct xs_case *c)
{
	plan->workers = c->workers;
	plan->duration_ms = c->duration_ms;
	plan->signals = c->signals;
	plan->hold_us = c->hold_us;
	plan->delay_us = c->delay_us;
	plan->boundary = c->boundary;
	plan->fault_hold_us = c->fault_hold_us;
	plan->signal = c->signal;
	plan->handler = c->handler;
	plan->fault = c->fault;
	plan->missing = c->missing;
	plan->restore = c->restore;
	plan->abi = c->abi;
	plan->depth = c->depth;
	plan->processes = c->as == XS_AS_PROCESSES;
}

static void list_cpus(struct xs_plan *plan, hwloc_topology_t topology)
{
	hwloc_const_cpuset_t allowed = hwloc_topology_get_allowed_cpuset(topology);
	int cpu = hwloc_bitmap_first(allowed);

	for (; cpu >= 0 && cpu < (int)XS_PLAN_CPUS_MAX; cpu = hwloc_bitmap_next(allowed, cpu))
		plan->cpu[plan->cpus++] = (uint16_t)cpu;
}

/* Tasks pin themselves with sets of XS_PLAN_CPUS_MAX bits. */
static int check_cpus(const struct xs_plan *plan, char why[XS_WHY_BYTES])
{
	for (uint32_t i = 0; i < plan->tasks; i++)
		if (plan->task[i].cpu >= (int32_t)XS_PLAN_CPUS_MAX)
			return xs_why(-E2BIG, why,
				      "CPU %d: only CPUs below %u can be used; choose some with "
				      "cpus =",
				      plan->task[i].cpu, XS_PLAN_CPUS_MAX);
	return 0;
}

int xs_plan_make(struct xs_plan *plan, const struct xs_case *c, hwloc_topology_t topology,
		 uint32_t supported, char why[XS_WHY_BYTES])
{
	struct making m = { .plan = plan, .c = c, .topology = topology };
	size_t pus = (size_t)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	int ret;

	memset(plan, 0, offsetof(struct xs_plan, task)); /* add() writes whole tasks */
	ret = check_size(c, why);
	if (ret)
		return ret;
	m.load = pus ? calloc(pus, sizeof(*m.load)) : NULL;
	if (!m.load)
		return xs_why(-ENOMEM, why, "no memory for the plan");
	copy_case(plan, c);
	list_cpus(plan, topology);
	ret = add_workers(&m, supported, why);
	for (unsigned int w = 0; !ret && w < c->workers; w++) {
		add_helpers(&m, w);
		ret = add_pressure(&m, w, supported, why);
	}
	free(m.load);
	return ret ? ret : check_cpus(plan, why);
}
