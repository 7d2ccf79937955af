// SPDX-License-Identifier: GPL-2.0-only
/* A verdict as text: its evidence, or what went wrong and what to do. */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "report/interval.h"
#include "report/names.h"
#include "report/report.h"

#define SLOW_NS 1000000000ull /* less than that is not worth a word */

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100 * (double)part / (double)whole : 0;
}

void xs_report_evidence(FILE *f, const char *prefix, const struct xs_evidence *e)
{
	uint64_t deliveries = e->signals + e->outside;
	char time[XS_TIME_BYTES];

	xs_time(time, e->elapsed_ns);
	fprintf(f, "%s  time               %s", prefix, time);
	if (e->first_signal_ns) {
		xs_time(time, e->first_signal_ns);
		fprintf(f, ", first signal after %s", time);
	}
	/* Some hundred tasks take longer than a short case. */
	if (e->wall_ns > e->elapsed_ns + SLOW_NS && e->wall_ns / 2 > e->elapsed_ns) {
		xs_time(time, e->wall_ns - e->elapsed_ns);
		fprintf(f, ", and %s to begin and to end", time);
	}
	fprintf(f,
		"\n%s  signals in window  %" PRIu64 " of %" PRIu64 " deliveries (%.1f %%), %" PRIu64
		" windows without one\n",
		prefix, e->signals, deliveries, percent(e->signals, deliveries), e->missed);
	fprintf(f, "%s  page faults        %" PRIu64 " taken by workers", prefix, e->faults);
	if (e->sampled)
		fprintf(f,
			"; of %" PRIu64 " sampled signals %" PRIu64 " faulted on save, %" PRIu64
			" on restore",
			e->sampled, e->faults_save, e->faults_restore);
	fprintf(f, "\n%s  context switches   %" PRIu64 ", migrations %" PRIu64 "\n", prefix,
		e->switches, e->migrations);
	fprintf(f,
		"%s  proved             %" PRIu64 " windows, %" PRIu64 " frames, %" PRIu64
		" handler entries, %" PRIu64 " windows of neighbours\n",
		prefix, e->checks, e->frames, e->entries, e->neighbour_checks);
}

static void print_bound(FILE *f, const char *prefix, const struct xs_evidence *e)
{
	if (e->signals > 3)
		fprintf(f,
			"%s  With 95 %% confidence fewer than %.2g of all signals corrupt "
			"registers "
			"under these\n%s  conditions (3 / %" PRIu64 ").\n",
			prefix, xs_rule_of_three(e->signals), prefix, e->signals);
	else
		fprintf(f, "%s  Too few signals for a bound on the corruption rate.\n", prefix);
}

/* A text of several lines, each under the prefix. */
static void print_lines(FILE *f, const char *prefix, const char *text)
{
	while (*text) {
		size_t bytes = strcspn(text, "\n");

		fprintf(f, "%s    %.*s\n", prefix, (int)bytes, text);
		text += bytes + (text[bytes] == '\n');
	}
}

static void print_kernel_log(FILE *f, const char *prefix, const struct xs_ending *ending)
{
	if (!ending->kernel_log[0])
		return;
	fprintf(f, "%s  kernel log:\n", prefix);
	print_lines(f, prefix, ending->kernel_log);
}

static void print_killed(FILE *f, const char *prefix, const struct xs_result *r)
{
	char name[XS_TASK_NAME_BYTES];

	if (!r->ending)
		return;
	xs_task_name(name, r->plan, r->ending->died_task);
	fprintf(f, "%s  %s died of signal %d (%s), which the case did not ask for.\n", prefix, name,
		r->ending->died_signal, strsignal(r->ending->died_signal));
	if (r->ending->death.state == XS_DEATH_SEEN)
		fprintf(f,
			"%s  The kernel itself raised it: si_code %d, instruction 0x%" PRIx64
			", address 0x%" PRIx64 ".\n",
			prefix, r->ending->death.code, r->ending->death.ip,
			r->ending->death.address);
	else
		fprintf(f, "%s  Its handler could be given no frame either.\n", prefix);
	print_kernel_log(f, prefix, r->ending);
	fprintf(f,
		"%s  The kernel kills a task whose signal frame it cannot write or believe. With\n"
		"%s  debug.exception-trace=1, its default, it then logs \"bad frame in\" or\n"
		"%s  \"segfault at\": dmesg | grep -e 'bad frame' -e segfault\n",
		prefix, prefix, prefix);
}

static void print_hang(FILE *f, const char *prefix, const struct xs_result *r)
{
	char name[XS_TASK_NAME_BYTES];

	if (!r->ending)
		return;
	xs_task_name(name, r->plan, r->ending->hung_task);
	fprintf(f, "%s  %s made no progress.\n", prefix, name);
	if (r->ending->where[0]) {
		fprintf(f, "%s  where it is:\n", prefix);
		print_lines(f, prefix, r->ending->where);
	} else {
		fprintf(f, "%s  Its kernel stack cannot be read%s.\n", prefix,
			geteuid() ? ": run as root to see it"
				  : ", even by root (/proc/PID/stack, CONFIG_STACKTRACE)");
	}
	print_kernel_log(f, prefix, r->ending);
}

static const char *remedy(enum xs_verdict_kind kind)
{
	switch (kind) {
	case XS_INCONCLUSIVE:
		return "The conditions that the case asks for did not come about, so this is no "
		       "pass. Run it longer,\n"
		       "on an idle machine, or with another placement or fault method.";
	case XS_SKIP:
		return "See \"xsavage list\" for what this machine supports.";
	case XS_ERROR:
		return "The harness could not do its work; this says nothing about the kernel.";
	case XS_ACCEPTED:
		return "Sigreturn loads what nobody may load, or goes on with whatever it has.";
	case XS_REFUSED:
		return "Programs that edit frames in this way, which the ABI allows, die of it.";
	default:
		return "";
	}
}

static void print_reason(FILE *f, const char *prefix, const struct xs_verdict *v)
{
	if (v->why[0])
		print_lines(f, prefix, v->why);
	print_lines(f, prefix, remedy(v->kind));
}

/* Whether two findings tell the same story. */
static bool same_story(const struct xs_finding *a, const struct xs_finding *b)
{
	return a->record->task == b->record->task && a->record->leg == b->record->leg &&
	       a->record->depth == b->record->depth && a->class == b->class &&
	       a->owner_known == b->owner_known && a->owner == b->owner && a->role == b->role;
}

/* Each story once. */
static void print_findings(FILE *f, const char *prefix, const struct xs_result *r)
{
	const struct xs_verdict *v = r->verdict;
	uint32_t told = 0;

	for (uint32_t i = 0; i < v->findings; i++) {
		uint32_t same = 0;

		while (same < i && !same_story(&v->finding[same], &v->finding[i]))
			same++;
		if (same < i)
			told++;
		else
			xs_report_finding(f, prefix, r->plan, &v->finding[i]);
	}
	if (told)
		fprintf(f, "%s  and %" PRIu32 " more such findings in the same run\n", prefix,
			told);
}

void xs_report_verdict(FILE *f, const char *prefix, const struct xs_result *r)
{
	const struct xs_verdict *v = r->verdict;
	char name[XS_PRINTABLE_BYTES];

	fprintf(f, "%s%s: %s%s\n", prefix, xs_result_name(r), xs_verdict_names[v->kind],
		v->interrupted ? " (interrupted)" : "");
	print_findings(f, prefix, r);
	if (v->kind == XS_KILLED)
		print_killed(f, prefix, r);
	else if (v->kind == XS_HANG)
		print_hang(f, prefix, r);
	else if (v->kind == XS_KERNEL_WARNING && r->ending)
		print_kernel_log(f, prefix, r->ending);
	else if (v->kind != XS_PASS && v->kind != XS_CORRUPT)
		print_reason(f, prefix, v);
	if (v->kind != XS_SKIP && r->c)
		xs_report_evidence(f, prefix, &v->evidence);
	if (v->kind == XS_PASS)
		print_bound(f, prefix, &v->evidence);
	if (r->saved)
		fprintf(f, "%s  case saved: xsavage replay %s\n", prefix,
			xs_printable(name, r->saved));
}
