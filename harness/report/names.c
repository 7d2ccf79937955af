// SPDX-License-Identifier: GPL-2.0-only
/* Register notation of the SDM, names of a plan's tasks, durations. */
#include "report/names.h"

#include <stdio.h>
#include <string.h>

#include "pressure/pressure.h"
#include "task/layout.h"

/* Registers 16 to 31 exist with AVX-512 only. */
static char vector_width(uint32_t reg, uint32_t lane)
{
	return reg > 15 || lane > 3 ? 'z' : lane > 1 ? 'y' : 'x';
}

const char *xs_lane_name(char name[XS_LANE_NAME_BYTES], uint32_t file, uint32_t reg, uint32_t lane)
{
	if (file == XS_FILE_VECTOR)
		snprintf(name, XS_LANE_NAME_BYTES, "%cmm%u lane %u", vector_width(reg, lane), reg,
			 lane);
	else if (file == XS_FILE_TILE)
		snprintf(name, XS_LANE_NAME_BYTES, "tmm%u[%u] lane %u", reg / 16, reg % 16, lane);
	else if (file == XS_FILE_TILECFG)
		snprintf(name, XS_LANE_NAME_BYTES, "tilecfg lane %u", lane);
	else if (file == XS_FILE_LAYOUT)
		snprintf(name, XS_LANE_NAME_BYTES, "%s",
			 reg < XS_LAYOUT_FIELDS ? xs_layout_forms[reg].name : "?");
	else if (file == XS_FILE_POINTER && reg)
		snprintf(name, XS_LANE_NAME_BYTES, "fdp");
	else if (file < XS_FILES && xs_files[file].name)
		snprintf(name, XS_LANE_NAME_BYTES, xs_files[file].name, reg);
	else
		snprintf(name, XS_LANE_NAME_BYTES, "file %u reg %u lane %u", file & 0xff,
			 reg & 0xff, lane & 0xff);
	return name;
}

const char *xs_task_name(char name[XS_TASK_NAME_BYTES], const struct xs_plan *plan, uint32_t task)
{
	const struct xs_plan_task *t = plan && task < plan->tasks ? &plan->task[task] : NULL;
	char what[64], where[24] = "(not pinned)";

	if (!t) {
		snprintf(name, XS_TASK_NAME_BYTES, "task %u%s", task,
			 plan ? " of an earlier case" : "");
		return name;
	}
	if (t->role == XS_ROLE_WORKER)
		snprintf(what, sizeof(what), "worker %u", task);
	else if (t->role == XS_ROLE_SENDER)
		snprintf(what, sizeof(what), "sender of worker %u", t->worker);
	else if (t->role == XS_ROLE_RESOLVER)
		snprintf(what, sizeof(what), "fault resolver of worker %u", t->worker);
	else
		snprintf(what, sizeof(what), "pressure %.40s #%u",
			 xs_name(XS_AXIS_PRESSURE, t->kind), task);
	if (t->cpu >= 0)
		snprintf(where, sizeof(where), "on CPU %d", t->cpu);
	snprintf(name, XS_TASK_NAME_BYTES, "%s %s", what, where);
	return name;
}

const char *xs_leg_words(uint32_t leg, uint32_t signalled)
{
	static const char *const words[XS_LEGS] = {
		[XS_LEG_FRAME] = "in the signal frame",
		[XS_LEG_HANDLER] = "at handler entry",
		[XS_LEG_FORK] = "in a new child",
		[XS_LEG_EXEC] = "after execve",
		[XS_LEG_PTRACE] = "as a tracer reads them",
		[XS_LEG_CORE] = "in a core file",
		[XS_LEG_LAYOUT] = "in what a signal frame says of itself, or beside it",
		[XS_LEG_GUEST] = "in a guest",
		[XS_LEG_KERNEL] = "in what the kernel computed",
	};

	if (leg == XS_LEG_LAYOUT && !signalled)
		return "in what a core file says of itself, or on a child's shadow stack";
	if (leg < XS_LEGS && words[leg])
		return words[leg];
	return signalled ? "after sigreturn" : "without a signal";
}

const char *xs_printable(char text[XS_PRINTABLE_BYTES], const char *from)
{
	const size_t bytes = strlen(from);
	const char *lead = bytes < XS_PRINTABLE_BYTES ? "" : "...";
	size_t used = strlen(lead);

	if (used)
		from += bytes - (XS_PRINTABLE_BYTES - 1 - used);
	memcpy(text, lead, used);
	for (; *from; from++)
		text[used++] = *from >= ' ' && *from <= '~' ? *from : '?';
	text[used] = '\0';
	return text;
}

const char *xs_time(char text[XS_TIME_BYTES], uint64_t ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	double value = (double)ns;
	uint32_t unit = 0;
	int decimals;

	for (; value >= 999.5 && unit < 3; unit++)
		value /= 1000;
	decimals = !unit || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
	snprintf(text, XS_TIME_BYTES, "%.*f %s", decimals, value, units[unit]);
	return text;
}
