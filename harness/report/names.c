// SPDX-License-Identifier: GPL-2.0-only
/* Register notation of the SDM, names of a plan's tasks, durations. */
#include "report/names.h"

#include <stdio.h>
#include <string.h>

#include "pressure/pressure.h"
#include "task/layout.h"

static void vector_name(char *name, uint32_t reg, uint32_t lane)
{
	/* Registers 16 to 31 exist with AVX-512 only. */
	char width = reg > 15 || lane > 3 ? 'z' : lane > 1 ? 'y' : 'x';

	snprintf(name, XS_LANE_NAME_BYTES, "%cmm%u lane %u", width, reg, lane);
}

void xs_lane_name(char name[XS_LANE_NAME_BYTES], uint32_t file, uint32_t reg, uint32_t lane)
{
	switch (file) {
	case XS_FILE_VECTOR:
		vector_name(name, reg, lane);
		break;
	case XS_FILE_X87:
		snprintf(name, XS_LANE_NAME_BYTES, lane ? "st(%u) exponent" : "st(%u)", reg);
		break;
	case XS_FILE_OPMASK:
		snprintf(name, XS_LANE_NAME_BYTES, "k%u", reg);
		break;
	case XS_FILE_MXCSR:
		snprintf(name, XS_LANE_NAME_BYTES, "mxcsr");
		break;
	case XS_FILE_FCW:
		snprintf(name, XS_LANE_NAME_BYTES, "fcw");
		break;
	case XS_FILE_FTW:
		snprintf(name, XS_LANE_NAME_BYTES, "ftw");
		break;
	case XS_FILE_FSW:
		snprintf(name, XS_LANE_NAME_BYTES, "fsw");
		break;
	case XS_FILE_FOP:
		snprintf(name, XS_LANE_NAME_BYTES, "fop");
		break;
	case XS_FILE_POINTER:
		snprintf(name, XS_LANE_NAME_BYTES, reg ? "fdp" : "fip");
		break;
	case XS_FILE_PKRU:
		snprintf(name, XS_LANE_NAME_BYTES, "pkru");
		break;
	case XS_FILE_TILECFG:
		snprintf(name, XS_LANE_NAME_BYTES, "tilecfg lane %u", lane);
		break;
	case XS_FILE_LAYOUT:
		snprintf(name, XS_LANE_NAME_BYTES, "%s",
			 reg < XS_LAYOUT_FIELDS ? xs_layout_names[reg] : "?");
		break;
	case XS_FILE_TILE:
		snprintf(name, XS_LANE_NAME_BYTES, "tmm%u[%u] lane %u", reg / 16, reg % 16, lane);
		break;
	default:
		snprintf(name, XS_LANE_NAME_BYTES, "file %u reg %u lane %u", file & 0xff,
			 reg & 0xff, lane & 0xff);
	}
}

int xs_lane_digits(uint32_t file, uint32_t lane)
{
	switch (file) {
	case XS_FILE_X87:
		return lane ? 4 : 16;
	case XS_FILE_MXCSR:
	case XS_FILE_PKRU:
		return 8;
	case XS_FILE_FCW:
	case XS_FILE_FSW:
	case XS_FILE_FOP:
		return 4;
	case XS_FILE_FTW:
		return 2;
	default:
		return 16;
	}
}

void xs_task_name(char name[XS_TASK_NAME_BYTES], const struct xs_plan *plan, uint32_t task)
{
	const struct xs_plan_task *t;
	char what[64], where[24];

	if (!plan || task >= plan->tasks) {
		snprintf(name, XS_TASK_NAME_BYTES, "task %u", task);
		return;
	}
	t = &plan->task[task];
	if (t->role == XS_ROLE_WORKER)
		snprintf(what, sizeof(what), "worker %u", task);
	else if (t->role == XS_ROLE_SENDER)
		snprintf(what, sizeof(what), "sender of worker %u", t->worker);
	else if (t->role == XS_ROLE_RESOLVER)
		snprintf(what, sizeof(what), "fault resolver of worker %u", t->worker);
	else if (t->kind < XS_PRESSURES)
		snprintf(what, sizeof(what), "pressure %.40s #%u",
			 xs_name(XS_AXIS_PRESSURE, t->kind), task);
	else
		snprintf(what, sizeof(what), "pressure task #%u", task);
	if (t->cpu < 0)
		snprintf(where, sizeof(where), "(not pinned)");
	else
		snprintf(where, sizeof(where), "on CPU %d", t->cpu);
	snprintf(name, XS_TASK_NAME_BYTES, "%s %s", what, where);
}

const char *xs_leg_words(uint32_t leg, uint32_t signalled)
{
	switch (leg) {
	case XS_LEG_FRAME:
		return "in the signal frame";
	case XS_LEG_HANDLER:
		return "at handler entry";
	case XS_LEG_FORK:
		return "in a new child";
	case XS_LEG_EXEC:
		return "after execve";
	case XS_LEG_PTRACE:
		return "as a tracer reads them";
	case XS_LEG_LAYOUT:
		return "in what a signal frame says of itself, or beside it";
	default:
		return signalled ? "after sigreturn" : "without a signal";
	}
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

void xs_time(char text[XS_TIME_BYTES], uint64_t ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	double value = (double)ns;
	uint32_t unit = 0;
	int decimals;

	for (; value >= 999.5 && unit < 3; unit++)
		value /= 1000;
	decimals = !unit || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
	snprintf(text, XS_TIME_BYTES, "%.*f %s", decimals, value, units[unit]);
}
