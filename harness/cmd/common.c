// SPDX-License-Identifier: GPL-2.0-only
/* Outputs, progress and exit codes of the commands that run cases. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/common.h"
#include "pressure/pressure.h"
#include "report/standard.h"
#include "stack/stack.h"
#include "task/sys.h"

static const struct argp_option output_options[] = {
	{ "bisect", 'b', NULL, 0, "exit as git bisect run wants it: 0 good, 1 bad, 125 cannot tell",
	  0 },
	{ "ktap", 'k', NULL, 0, "print KTAP, version 1, instead of text", 0 },
	{ "json", 'j', "FILE", 0, "write everything to FILE as JSON, too", 0 },
	XS_ALLOW_ROW,
	{ 0 },
};

uint32_t xs_allow(struct argp_state *state, const char *name)
{
	const int row = xs_row(XS_AXIS_PRESSURE, name);

	if (row < 0 || !(xs_flags(XS_AXIS_PRESSURE, (unsigned int)row) & XS_PRESSURE_ASKS))
		argp_error(state, "--allow %.40s: no pressure kind of that name needs it", name);
	return row < 0 ? 0 : 1u << row;
}

static error_t parse_output_option(int key, char *arg, struct argp_state *state)
{
	struct xs_output *o = state->input;

	switch (key) {
	case 'b':
		o->bisect = true;
		return 0;
	case 'k':
		o->ktap = true;
		return 0;
	case XS_OPTION_ALLOW:
		o->allowed |= xs_allow(state, arg);
		return 0;
	case 'j':
		o->json_path = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp output_argp = { .options = output_options, .parser = parse_output_option };

const struct argp_child xs_output_children[] = { { &output_argp, 0, NULL, 0 }, { 0 } };

uint32_t xs_number(struct argp_state *state, const char *what, const char *arg, uint32_t max)
{
	char *end;
	const unsigned long n = strtoul(arg, &end, 10);

	if (*end || end == arg || *arg == '-' || !n || n > max)
		argp_error(state, "%s %.40s: not a number from 1 to %u", what, arg, max);
	return (uint32_t)n;
}

int xs_output_open(struct xs_output *o, const struct xs_triage *triage)
{
	char why[XS_WHY_BYTES];
	int rc;

	/*
	 * A reader that goes away, or a limit on the size of files, must not
	 * cost the verdict: both are errors of a write instead.
	 */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	xs_standard_wait();
	rc = o->json_path ? xs_sink_open(&o->json_sink, o->json_path, why) : 0;
	if (rc) {
		fprintf(stderr, "xsavage: --json %s\n", why);
		return rc;
	}
	xs_progress_start(&o->progress, stderr);
	o->verdict = "no finding";
	if (o->ktap)
		xs_ktap_begin(&o->ktap_state, stdout, 0);
	if (o->json_path && xs_json_open(&o->json, XS_VERSION, triage)) {
		fprintf(stderr, "xsavage: no memory for the JSON report\n");
		return -ENOMEM;
	}
	return 0;
}

/* Take the reason of a failed write from errno: stdio does not remember it. */
static void note_error(struct xs_output *o)
{
	if (!o->error && ferror(stdout))
		o->error = errno ? errno : EIO;
}

bool xs_output_flush(struct xs_output *o)
{
	errno = 0;
	fflush(stdout);
	note_error(o);
	return !o->error;
}

int xs_output_close(struct xs_output *o)
{
	char why[XS_WHY_BYTES] = "";
	int rc = 0;

	xs_progress_clear(&o->progress);
	if (o->ktap)
		xs_ktap_end(&o->ktap_state);
	/* They may be one: what is said comes first. */
	xs_output_flush(o);
	if (o->json)
		rc = xs_json_save(o->json, &o->json_sink, why);
	if (rc)
		fprintf(stderr, "xsavage: %s\n", why);
	xs_json_close(o->json);
	if (!xs_output_flush(o)) {
		fprintf(stderr, "xsavage: standard output: %s\n", strerror(o->error));
		rc = -o->error;
	}
	return rc;
}

void xs_output_result(struct xs_output *o, const struct xs_result *r)
{
	xs_progress_clear(&o->progress);
	errno = 0;
	if (o->ktap)
		xs_ktap_result(&o->ktap_state, r);
	note_error(o);
	if (o->json && xs_json_add(o->json, r))
		fprintf(stderr, "xsavage: no memory to add %s to the JSON report\n",
			xs_result_name(r));
}

static void progress(void *arg, const struct xs_plan *plan, const struct xs_obs *obs,
		     uint64_t elapsed_ns)
{
	struct xs_output *o = arg;
	struct xs_progress_line line = {
		.elapsed_ns = o->before.elapsed_ns + elapsed_ns,
		.total_ns = o->total_ns,
		.number = o->number,
		.cases = o->cases,
		.name = o->name,
		.signals = o->before.signals,
		.faults = o->before.faults,
		.switches = o->before.switches,
		.verdict = o->verdict,
	};

	for (uint32_t i = 0; i < plan->workers; i++) {
		line.signals += obs->counters[i].signals;
		line.faults += obs->counters[i].faults;
		line.switches +=
			obs->counters[i].switches_voluntary + obs->counters[i].switches_involuntary;
	}
	xs_progress_update(&o->progress, &line, xs_now_ns());
}

struct xs_run_options xs_output_options(struct xs_output *o)
{
	return (struct xs_run_options){ .progress = progress, .progress_arg = o };
}

void xs_triage_of(struct xs_triage *t, const struct xs_session *s)
{
	static const char name[] = "userfaultfd ";
	char why[XS_WHY_BYTES] = "";
	const int rc =
		xs_entry(XS_AXIS_STACK, xs_first(XS_AXIS_STACK, XS_STACK_RESOLVER))->supported(why);
	/* The line begins with it. */
	const size_t skip = strncmp(why, name, sizeof(name) - 1) ? 0 : sizeof(name) - 1;

	xs_triage_read(t, xs_arena_cpu(s->arena), rc ? why + skip : NULL);
}

bool xs_verdict_is_bad(enum xs_verdict_kind kind)
{
	return xs_verdict_exit(kind) == 1;
}

int xs_command_exit(enum xs_verdict_kind kind, int interrupted, bool bisect)
{
	const int code = xs_verdict_exit(kind);

	if (interrupted && code != 1)
		return 128 + interrupted; /* and git bisect run stops */
	if (bisect)
		return code == 0 || code == 1 ? code : 125;
	return code;
}
