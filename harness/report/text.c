// SPDX-License-Identifier: GPL-2.0-only
/* A verdict as text: its evidence, or what went wrong and what to do. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
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

static void print_evidence(FILE *f, const struct xs_evidence *e)
{
	uint64_t deliveries = e->signals + e->outside;
	char time[XS_TIME_BYTES];

	fprintf(f, "  time               %s", xs_time(time, e->elapsed_ns));
	if (e->first_signal_ns)
		fprintf(f, ", first signal after %s", xs_time(time, e->first_signal_ns));
	/* Some hundred tasks take longer than a short case. */
	if (e->wall_ns > e->elapsed_ns + SLOW_NS && e->wall_ns / 2 > e->elapsed_ns)
		fprintf(f, ", and %s to begin and to end",
			xs_time(time, e->wall_ns - e->elapsed_ns));
	fprintf(f,
		"\n  signals in window  %" PRIu64 " of %" PRIu64 " deliveries (%.1f %%), %" PRIu64
		" windows without one\n",
		e->signals, deliveries, percent(e->signals, deliveries), e->missed);
	fprintf(f, "  page faults        %" PRIu64 " taken by workers", e->faults);
	if (e->sampled)
		fprintf(f,
			"; of %" PRIu64 " sampled signals %" PRIu64 " faulted on save, %" PRIu64
			" on restore",
			e->sampled, e->faults_save, e->faults_restore);
	fprintf(f, "\n  context switches   %" PRIu64 ", migrations %" PRIu64 "\n", e->switches,
		e->migrations);
	fprintf(f,
		"  proved             %" PRIu64 " windows, %" PRIu64 " frames, %" PRIu64
		" handler entries, %" PRIu64 " windows of neighbours\n",
		e->checks, e->frames, e->entries, e->neighbour_checks);
}

static void print_bound(FILE *f, const struct xs_evidence *e)
{
	if (e->signals > 3)
		fprintf(f,
			"  With 95 %% confidence fewer than %.2g of all signals corrupt registers "
			"under these\n  conditions (3 / %" PRIu64 ").\n",
			xs_rule_of_three(e->signals), e->signals);
	else
		fprintf(f, "  Too few signals for a bound on the corruption rate.\n");
}

/* A text of several lines, each behind the prefix. */
static void print_lines(FILE *f, const char *prefix, const char *text)
{
	while (*text) {
		const size_t bytes = strcspn(text, "\n");

		fprintf(f, "%s%.*s\n", prefix, (int)bytes, text);
		text += bytes + (text[bytes] == '\n');
	}
}

static void print_kernel_log(FILE *f, const struct xs_ending *ending)
{
	if (!ending->kernel_log[0])
		return;
	fprintf(f, "  kernel log:\n");
	print_lines(f, "    ", ending->kernel_log);
}

static void print_killed(FILE *f, const struct xs_plan *plan, const struct xs_ending *ending)
{
	char name[XS_TASK_NAME_BYTES];

	if (!ending->died_signal) {
		fprintf(f, "  %s: what runs it left with exit code %d, of its own accord.\n",
			xs_task_name(name, plan, ending->died_task), ending->left);
		return;
	}
	fprintf(f, "  %s died of signal %d (%s), which the case did not ask for.\n",
		xs_task_name(name, plan, ending->died_task), ending->died_signal,
		strsignal(ending->died_signal));
	if (ending->death.state == XS_DEATH_SEEN)
		fprintf(f,
			"  The kernel itself raised it: si_code %d, instruction 0x%" PRIx64
			", address 0x%" PRIx64 ".\n",
			ending->death.code, ending->death.ip, ending->death.address);
	else
		fprintf(f, "  Its handler could be given no frame either.\n");
	if (ending->death.state == XS_DEATH_SEEN && ending->died_signal == SIGSEGV &&
	    ending->death.code == XS_SEGV_CPERR)
		fputs("  That is SEGV_CPERR: a return address is not what the shadow stack has.\n", f);
	print_kernel_log(f, ending);
	fputs("  The kernel kills a task whose signal frame it cannot write or believe. With\n"
	      "  debug.exception-trace=1, its default, it then logs \"bad frame in\" or\n"
	      "  \"segfault at\": dmesg | grep -e 'bad frame' -e segfault\n",
	      f);
}

static void print_hang(FILE *f, const struct xs_plan *plan, const struct xs_ending *ending)
{
	char name[XS_TASK_NAME_BYTES];

	fprintf(f, "  %s made no progress.\n", xs_task_name(name, plan, ending->hung_task));
	if (ending->where[0]) {
		fprintf(f, "  where it is:\n");
		print_lines(f, "    ", ending->where);
	} else {
		fprintf(f, "  Its kernel stack cannot be read%s.\n",
			geteuid() ? ": run as root to see it"
				  : ", even by root (/proc/PID/stack, CONFIG_STACKTRACE)");
	}
	print_kernel_log(f, ending);
}

/* What to make of a verdict that is neither a pass nor a finding of its own. */
static const char *const remedies[XS_VERDICTS] = {
	[XS_INCONCLUSIVE] =
		("The conditions that the case asks for did not come about, so this is no pass. "
		 "Run it longer,\n"
		 "on an idle machine, or with another placement or fault method."),
	[XS_SKIP] = "See \"xsavage list\" for what this machine supports.",
	[XS_ERROR] = "The harness could not do its work; this says nothing about the kernel.",
	[XS_ACCEPTED] = "It loads what nobody may load, or goes on with whatever it has.",
	[XS_REFUSED] = "Programs that do this, which the ABI allows, die of it, or fail.",
};

static void print_reason(FILE *f, const struct xs_result *r)
{
	const struct xs_verdict *v = r->verdict;

	if (remedies[v->kind]) {
		print_lines(f, "    ", v->why);
		print_lines(f, "    ", remedies[v->kind]);
	} else if (r->ending && v->kind == XS_KILLED) {
		print_killed(f, r->plan, r->ending);
	} else if (r->ending && v->kind == XS_HANG) {
		print_hang(f, r->plan, r->ending);
	} else if (r->ending && v->kind == XS_KERNEL_WARNING) {
		print_kernel_log(f, r->ending);
	}
}

bool xs_report_same_story(const struct xs_finding *a, const struct xs_finding *b)
{
	return a->record->task == b->record->task && a->record->leg == b->record->leg &&
	       a->record->depth == b->record->depth && a->class == b->class &&
	       a->owner_known == b->owner_known && a->owner == b->owner && a->role == b->role;
}

/* Each story once. */
static void print_findings(FILE *f, const struct xs_result *r)
{
	const struct xs_verdict *v = r->verdict;
	uint32_t told = 0;

	for (uint32_t i = 0; i < v->findings; i++) {
		uint32_t same = 0;

		while (same < i && !xs_report_same_story(&v->finding[same], &v->finding[i]))
			same++;
		if (same < i)
			told++;
		else
			xs_report_finding(f, r, &v->finding[i]);
	}
	if (told)
		fprintf(f, "  and %u more such findings in the same run\n", told);
}

/* What has been told in full, or need not be. */
static void print_again(FILE *f, const struct xs_result *r)
{
	for (uint32_t i = 0; i < r->signatures; i++) {
		fputs(r->known ? "  known: " : "  again: ", f);
		xs_report_signature(f, &r->signature[i]);
		fputc('\n', f);
	}
	if (r->known)
		fprintf(f, "    %s\n", r->known);
}

static void print_verdict(FILE *f, const struct xs_result *r)
{
	const struct xs_verdict *v = r->verdict;
	char name[XS_PRINTABLE_BYTES];

	fprintf(f, "%s: %s%s\n", xs_result_name(r), xs_verdict_names[v->kind],
		v->interrupted ? " (interrupted)" : "");
	if (r->again || r->known) {
		print_again(f, r);
		return;
	}
	print_findings(f, r);
	print_reason(f, r);
	if (v->kind != XS_SKIP && (r->c || v->evidence.wall_ns))
		print_evidence(f, &v->evidence);
	if (v->kind == XS_PASS && (r->c || v->evidence.wall_ns))
		print_bound(f, &v->evidence);
	if (r->saved)
		fprintf(f, "  case saved: xsavage replay %s\n", xs_printable(name, r->saved));
}

void xs_report_verdict(FILE *f, const char *prefix, const struct xs_result *r)
{
	char *text = NULL;
	size_t bytes;
	FILE *memory = *prefix ? open_memstream(&text, &bytes) : NULL;

	/* Without memory, too: rather bare lines than none. */
	print_verdict(memory ? memory : f, r);
	if (memory && !fclose(memory))
		print_lines(f, prefix, text);
	free(text);
}
