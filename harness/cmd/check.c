// SPDX-License-Identifier: GPL-2.0-only
/* xsavage check: a true verdict on the running kernel. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "case/case.h"
#include "case/wait.h"
#include "cmd/cmd.h"
#include "cmd/common.h"
#include "plan/schedule.h"
#include "campaign/campaign.h"
#include "report/save.h"

#define SECONDS_DEFAULT 60u
#define SECONDS_MAX	86400u
#define SLICES		100u /* of the whole time, within these: */
#define SLICE_MIN_MS	100u
#define SLICE_MAX_MS	2000u
/* A saved case has to show its finding on a slower day too. */
#define SAVED_DURATION_MS 10000u
#define THREADS_ADVISED	  64u

struct options {
	uint32_t seconds, threads;
	const char *save_dir;
	struct xs_output output;
};

struct check {
	struct options *o;
	struct xs_session *session;
	struct xs_repertoire repertoire;
	struct xs_outcome outcome; /* of the last case */
	struct xs_case c;	   /* the last case */
	struct xs_evidence sum;
	struct xs_campaign campaign;
	uint64_t begin_ms, found_ms; /* of the program; since then */
	uint64_t ran_ms;	     /* all cases, with what lies between them */
};

enum { OPTION_SAVE = 256 };

static const struct argp_option option_table[] = {
	{ "time", 't', "SECONDS", 0, "for how long (default 60)", 0 },
	{ "threads", 'T', "N", 0,
	  "compute the memory lock limit that N threads need, in the advice (default 64)", 0 },
	{ "save", OPTION_SAVE, "DIR", 0, "where to save a case that found something (default .)",
	  0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->output;
		return 0;
	case 't':
		o->seconds = xs_number(state, "-t", arg, SECONDS_MAX);
		return 0;
	case 'T':
		o->threads = xs_number(state, "-T", arg, 10000000);
		return 0;
	case OPTION_SAVE:
		o->save_dir = arg;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "no file is needed; \"xsavage replay\" runs saved cases");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.children = xs_output_children,
	.doc = "Looks for corruption of x86 FPU and vector registers around signal delivery on "
	       "the running kernel, and ends in a verdict.\v"
	       "First it says what is known about this kernel and CPU. Then it runs cases, the "
	       "hardest first: vector workers take signals while their signal stack's pages are "
	       "missing and other tasks use the FPU; every register is proved in the signal "
	       "frame, at handler entry and after sigreturn. A pass comes with the evidence that "
	       "it rests on. A finding ends the check, with what arrived from where, and is "
	       "saved as a case that \"xsavage replay\" runs again.\n\n"
	       "Run as root if you can: userfaultfd, which holds page faults open for as long as "
	       "needed, and the kernel log are then available.",
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Save the last case, with where it came from in comments; print it where that fails. */
static void save_case(struct check *k, const struct xs_triage *t, char path[4096])
{
	static char text[2 * XS_CASE_TEXT_MAX];
	char canonical[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES] = "", subject[XS_SUBJECT_BYTES];
	const char *verdict = xs_verdict_names[k->outcome.verdict.kind];
	int used;

	if (k->c.duration_ms < SAVED_DURATION_MS)
		k->c.duration_ms = SAVED_DURATION_MS;
	/* The same finding saves under the same name. */
	snprintf(k->c.name, sizeof(k->c.name), "%s-%08x", verdict, xs_case_hash(&k->c));
	xs_case_print(&k->c, canonical);
	used = snprintf(text, sizeof(text),
			"# xsavage check found this: %s\n# %s, %s\n# CPU %s\n%s", verdict,
			xs_triage_subject(t, subject), t->compiler, t->cpu.brand, canonical);
	snprintf(path, 4096, "%s/%s.case", k->o->save_dir, k->c.name);
	if (used < 0 || (size_t)used >= sizeof(text))
		used = (int)strlen(text);
	if (!xs_save(path, text, (size_t)used, why))
		return;
	path[0] = '\0';
	fprintf(stderr, "xsavage: the case could not be saved: %s; here it is:\n%s", why, text);
}

/* Run one case: whether the check goes on. */
static bool run_case(struct check *k, uint32_t n, uint32_t slice_ms)
{
	const struct xs_run_options options = xs_output_options(&k->o->output);
	const struct xs_result result = { .c = &k->c,
					  .plan = &k->outcome.plan,
					  .verdict = &k->outcome.verdict,
					  .ending = &k->outcome.ending };
	const struct xs_verdict *v = &k->outcome.verdict;

	xs_schedule(&k->c, &k->repertoire, n, slice_ms);
	k->o->output.name = k->c.name;
	k->o->output.number = n + 1;
	k->o->output.before = k->sum;
	xs_session_run(k->session, &k->c, &options, &k->outcome);
	xs_evidence_add(&k->sum, &v->evidence);
	xs_campaign_add(&k->campaign, &k->c, v);
	if (!xs_verdict_is_bad(v->kind))
		xs_output_result(&k->o->output, &result);
	return !xs_verdict_is_bad(v->kind) && v->kind != XS_ERROR && !v->interrupted &&
	       xs_output_flush(&k->o->output);
}

/*
 * For as long as was asked for, counted from the first case: on a slow machine looking around may
 * take longer than that, and one case at least is run. The last one fills what is left.
 */
static void run_cases(struct check *k)
{
	const uint64_t from_ms = now_ms(), whole_ms = (uint64_t)k->o->seconds * 1000;
	uint32_t slice_ms = k->o->seconds * 1000 / SLICES;

	slice_ms = slice_ms < SLICE_MIN_MS ? SLICE_MIN_MS : slice_ms;
	slice_ms = slice_ms > SLICE_MAX_MS ? SLICE_MAX_MS : slice_ms;
	for (uint32_t n = 0; k->ran_ms < whole_ms; n++) {
		const uint64_t left_ms = whole_ms - k->ran_ms;
		const bool more =
			run_case(k, n, left_ms < slice_ms ? (uint32_t)left_ms + 1 : slice_ms);

		k->ran_ms = now_ms() - from_ms;
		if (!more)
			break;
	}
}

/* The evidence's time is that of the windows alone: it lacks what begins and ends a case. */
static void print_coverage(const struct check *k, const char *prefix)
{
	printf("%s  ran                %u cases in %.1f s\n", prefix, k->campaign.cases,
	       (double)k->ran_ms / 1000);
	xs_campaign_print(stdout, prefix, &k->campaign);
}

static void print_verdict(struct check *k, enum xs_verdict_kind kind, const char *why,
			  const struct xs_triage *t, const char *saved)
{
	struct xs_verdict v = k->outcome.verdict;
	char subject[XS_SUBJECT_BYTES];
	const struct xs_result result = { .c = &k->c,
					  .plan = k->outcome.planned ? &k->outcome.plan : NULL,
					  .verdict = &v,
					  .ending = &k->outcome.ending,
					  .saved = saved };

	if (why[0])
		snprintf(v.why, sizeof(v.why), "%s", why);
	v.kind = (uint8_t)kind;
	v.evidence = k->sum;
	if (!xs_verdict_is_bad(kind))
		snprintf(k->c.name, sizeof(k->c.name), "%.*s", (int)sizeof(k->c.name) - 1,
			 xs_triage_subject(t, subject));
	printf("\n");
	xs_report_verdict(stdout, "", &result);
	if (xs_verdict_is_bad(kind))
		printf("  found              in case %u, %.2f s after the start of the check\n",
		       k->campaign.cases, (double)k->found_ms / 1000);
	else
		print_coverage(k, "");
	if (kind == XS_CORRUPT) {
		printf("\n");
		xs_report_advice(stdout, "", t, k->o->threads);
	}
}

static int check(struct check *k, const struct xs_triage *t)
{
	char why[XS_WHY_BYTES], path[4096] = "";
	enum xs_verdict_kind kind;
	int rc;

	k->repertoire = *xs_session_repertoire(k->session);
	xs_campaign_begin(&k->campaign, &k->repertoire, k->session->allowed);
	k->o->output.total_ns = (uint64_t)k->o->seconds * 1000000000;
	if (!k->o->output.ktap) {
		xs_triage_print(stdout, t);
		/* Nobody is going to read it. */
		if (!xs_output_flush(&k->o->output)) {
			rc = xs_output_close(&k->o->output);
			return xs_command_exit(XS_ERROR, rc == -EINTR ? xs_stop_take() : 0,
					       k->o->output.bisect);
		}
	}
	run_cases(k);
	k->found_ms = now_ms() - k->begin_ms;
	kind = xs_campaign_conclude(&k->campaign, &k->outcome.verdict, k->c.name, why);
	xs_progress_clear(&k->o->output.progress);
	if (xs_verdict_is_bad(kind)) {
		struct xs_result bad = { .c = &k->c,
					 .plan = &k->outcome.plan,
					 .verdict = &k->outcome.verdict,
					 .ending = &k->outcome.ending };

		save_case(k, t, path);
		bad.saved = path[0] ? path : NULL;
		xs_output_result(&k->o->output, &bad);
	}
	if (!k->o->output.ktap)
		print_verdict(k, kind, why, t, path[0] ? path : NULL);
	else
		print_coverage(k, "# ");
	if (k->o->output.json && xs_json_cover(k->o->output.json, &k->campaign.coverage))
		fprintf(stderr, "xsavage: no memory to add the coverage to the JSON report\n");
	rc = xs_output_close(&k->o->output);
	if (rc && xs_verdict_exit(kind) == 0)
		return xs_command_exit(XS_ERROR, rc == -EINTR ? xs_stop_take() : 0,
				       k->o->output.bisect);
	return xs_command_exit(kind, k->outcome.verdict.interrupted, k->o->output.bisect);
}

int xs_cmd_check(int argc, char **argv)
{
	struct options o = { .seconds = SECONDS_DEFAULT,
			     .threads = THREADS_ADVISED,
			     .save_dir = "." };
	const uint64_t begin_ms = now_ms();
	char why[XS_WHY_BYTES] = "";
	struct xs_triage triage;
	struct xs_session session;
	struct check *k;
	int code, failed;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return 2;
	failed = xs_command_exit(XS_ERROR, 0, o.output.bisect);
	code = failed;
	if (xs_session_open(&session, why)) {
		fprintf(stderr, "xsavage: %s\n", why);
		return failed;
	}
	session.allowed = o.output.allowed;
	xs_triage_of(&triage, &session);
	k = calloc(1, sizeof(*k));
	if (k && !xs_output_open(&o.output, &triage)) {
		k->o = &o;
		k->session = &session;
		k->begin_ms = begin_ms;
		code = check(k, &triage);
	}
	free(k);
	xs_session_close(&session);
	return code;
}
