// SPDX-License-Identifier: GPL-2.0-only
/* One finding as text: where, what, whose, and every kept lane. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/map.h"
#include "report/names.h"
#include "report/report.h"
#include "state/frame.h"

#define OWNER_NAME_BYTES (XS_TASK_NAME_BYTES + 32)

static const char *owner_name(char name[OWNER_NAME_BYTES], const struct xs_plan *plan,
			      uint32_t owner, uint32_t role)
{
	char task[XS_TASK_NAME_BYTES];

	snprintf(name, OWNER_NAME_BYTES, "%s%s",
		 role == XS_PATTERN_HANDLER ? "the signal handler of "
		 : role == XS_PATTERN_GIVEN ? "what was given to "
		 : role == XS_PATTERN_GUEST ? "the guest of "
					    : "",
		 xs_task_name(task, plan, owner));
	return name;
}

void xs_report_origin(FILE *f, const struct xs_plan *plan, const struct xs_record *r,
		      const struct xs_lane *l)
{
	uint32_t own_role = r->depth ? XS_PATTERN_HANDLER : XS_PATTERN_TASK;
	char owner[OWNER_NAME_BYTES], from[XS_LANE_NAME_BYTES];

	fputs(xs_class_names[l->class], f);
	if (l->class == XS_CLASS_FLIPPED)
		fprintf(f, ": bits 0x%" PRIx64, l->expected ^ l->actual);
	if (!l->decoded)
		return;
	xs_lane_name(from, l->from_file, l->from_reg, l->from_lane);
	if (l->owner == r->task && l->role == own_role) {
		fprintf(f, ": its own %s, generation %u", from, l->generation);
		return;
	}
	fprintf(f, ": %s, its %s, generation %u", owner_name(owner, plan, l->owner, l->role), from,
		l->generation);
}

static void print_lanes(FILE *f, const struct xs_plan *plan, const struct xs_finding *finding)
{
	fprintf(f, "    %-16s %-18s  %s\n", "register", "expected", "actual");
	for (uint32_t i = 0; i < finding->kept && i < XS_LANES_KEPT; i++) {
		const struct xs_lane *l = &finding->lane[i];
		int digits = xs_lane_digits(l->file), pad = 16 - digits;
		char name[XS_LANE_NAME_BYTES];

		fprintf(f, "    %-16s 0x%0*" PRIx64 "%*s  0x%0*" PRIx64 "%*s  ",
			xs_lane_name(name, l->file, l->reg, l->lane), digits, l->expected, pad, "",
			digits, l->actual, pad, "");
		xs_report_origin(f, plan, finding->record, l);
		fputc('\n', f);
	}
	if (finding->lanes > finding->kept)
		fprintf(f, "    ... and %u more\n", finding->lanes - finding->kept);
}

static void print_when(FILE *f, const struct xs_record *r)
{
	char time[XS_TIME_BYTES];

	fprintf(f,
		"    iteration %" PRIu64 ", signal %" PRIu64 ", %" PRIu64
		" page faults so far, %s after the start",
		r->iteration, r->signals, r->faults, xs_time(time, r->since_start_ns));
	if (r->since_signal_ns)
		fprintf(f, ", %s after the first signal", xs_time(time, r->since_signal_ns));
	if (r->cpu_before == r->cpu_after)
		fprintf(f, "\n    on CPU %d before and after", r->cpu_before);
	else
		fprintf(f, "\n    on CPU %d before, on CPU %d after", r->cpu_before, r->cpu_after);
	fprintf(f, ", generation %u%s\n", r->generation,
		r->depth ? ", in the window inside its handler" : "");
}

static void print_header(FILE *f, const struct xs_record *r)
{
	if (r->image_bytes < XS_XSAVE_MIN)
		return;
	fprintf(f, "    XSTATE_BV: expected 0x%" PRIx64 ", actual 0x%" PRIx64 "\n",
		xs_frame_get64(r->expected, XS_IMAGE_XSTATE_BV),
		xs_frame_get64(r->actual, XS_IMAGE_XSTATE_BV));
}

static void print_counts(FILE *f, const struct xs_finding *finding)
{
	const char *separator = ": ";

	fprintf(f, "    %u wrong %s", finding->lanes, finding->lanes == 1 ? "lane" : "lanes");
	for (uint32_t i = 0; i < XS_CLASSES; i++) {
		if (!finding->by_class[i])
			continue;
		fprintf(f, "%s%u %s", separator, finding->by_class[i], xs_class_names[i]);
		separator = ", ";
	}
	fputc('\n', f);
}

/* What is wrong, without whose data it is. */
static void print_what(FILE *f, const char *name, const struct xs_finding *finding)
{
	const struct xs_record *r = finding->record;

	fprintf(f, "%s: ", name);
	if (r->wrong == XS_WRONG_ACCEPTED)
		fputs(xs_accepted_words(r->leg), f);
	else if (r->wrong == XS_WRONG_REFUSED)
		fputs(xs_refused_words(r->leg), f);
	else if (r->leg == XS_LEG_LAYOUT || r->leg == XS_LEG_KERNEL)
		fprintf(f, "wrong %s", xs_leg_words(r->leg, r->signalled));
	else
		fprintf(f, "wrong registers %s: %s",
			r->leg == XS_LEG_RETURN && r->role == XS_PATTERN_GIVEN && !r->signalled
				? "after a tracer's write"
				: xs_leg_words(r->leg, r->signalled),
			xs_class_names[finding->class]);
}

void xs_report_headline(FILE *f, const struct xs_plan *plan, const struct xs_finding *finding)
{
	const struct xs_record *r = finding->record;
	char name[XS_TASK_NAME_BYTES], owner[OWNER_NAME_BYTES];

	print_what(f, xs_task_name(name, plan, r->task), finding);
	if (r->wrong == XS_WRONG_VALUES && finding->class == XS_CLASS_FOREIGN &&
	    finding->owner_known)
		fprintf(f, " data, of %s", owner_name(owner, plan, finding->owner, finding->role));
}

/* Without memory there is none. */
static void print_map(FILE *f, const struct xs_result *r, const struct xs_finding *finding)
{
	struct xs_map *m = malloc(sizeof(*m));

	if (m && r->plan && xs_map_make(m, finding, r->cpu, r->plan->tasks))
		xs_map_print(f, m, r->colour);
	free(m);
}

void xs_report_finding(FILE *f, const struct xs_result *r, const struct xs_finding *finding)
{
	fputs("  ", f);
	xs_report_headline(f, r->plan, finding);
	fputc('\n', f);
	print_when(f, finding->record);
	print_counts(f, finding);
	print_map(f, r, finding);
	print_lanes(f, r->plan, finding);
	print_header(f, finding->record);
}

/* As xs_signatures() chose it. */
static uint32_t leg_of(const char *word)
{
	uint32_t leg = 0;

	while (leg < XS_LEGS && strcmp(word, xs_leg_names[leg]) != 0)
		leg++;
	return leg;
}

void xs_report_signature(FILE *f, const struct xs_signature *s)
{
	static const char *const words[][2] = {
		{ "own", " of its own" },
		{ "handler", " of its own signal handler" },
		{ "given", " that was put in from outside" },
		{ "guest", " of its own guest" },
		{ "other", " of another task" },
		{ "killed", "a task was killed" },
		{ "hang", "a task made no progress" },
		{ "kernel-warning", "the kernel log has a warning" },
	};
	const char *verdict = s->word[XS_SIGNATURE_VERDICT], *part = s->word[XS_SIGNATURE_PART];
	const char *whose = "", *what = NULL;
	const uint32_t leg = leg_of(s->word[XS_SIGNATURE_LEG]);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(s->word[XS_SIGNATURE_WHOSE], words[i][0]))
			whose = words[i][1];
		if (!strcmp(verdict, words[i][0]))
			what = words[i][1];
	}
	if (!strcmp(verdict, xs_verdict_names[XS_ACCEPTED]))
		what = xs_accepted_words(leg);
	if (!strcmp(verdict, xs_verdict_names[XS_REFUSED]))
		what = xs_refused_words(leg);
	if (what)
		fputs(what, f);
	else if (leg == XS_LEG_LAYOUT || leg == XS_LEG_KERNEL)
		fprintf(f, "wrong %s",
			xs_leg_words(leg,
				     strcmp(s->word[XS_SIGNATURE_ABI], XS_SIGNATURE_NONE) != 0));
	else
		fprintf(f, "wrong registers %s: %s data%s", xs_leg_words(leg, leg < XS_LEGS),
			s->word[XS_SIGNATURE_CLASS], whose);
	if (!strcmp(part, XS_SIGNATURE_WIDE))
		fputs(", in several components", f);
	else if (strcmp(part, XS_SIGNATURE_NONE) != 0)
		fprintf(f, "%s %s", what ? ":" : ", in", part);
	if (strcmp(s->word[XS_SIGNATURE_ABI], XS_SIGNATURE_NONE) != 0)
		fprintf(f, " (%s)", s->word[XS_SIGNATURE_ABI]);
}
