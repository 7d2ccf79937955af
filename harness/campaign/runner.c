// SPDX-License-Identifier: GPL-2.0-only
/* Session, outputs and progress of whatever runs cases. */
#include "campaign/runner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "campaign/campaign.h"
#include "case/wait.h"
#include "report/map.h"
#include "report/run.h"
#include "report/standard.h"
#include "task/sys.h"

#define ABORT_LEFT 127u /* glibc's abort(), where SIGABRT did not end the process */

int xs_runner_open(struct xs_runner *r, uint32_t allowed)
{
	char why[XS_WHY_BYTES] = "";
	int rc = xs_session_open(&r->session, why);

	r->session.allowed = allowed;
	if (!rc && r->filter)
		rc = xs_session_filter(&r->session, r->filter, why);
	if (rc)
		fprintf(stderr, "xsavage: %s\n", why);
	return rc;
}

void xs_runner_close(struct xs_runner *r)
{
	xs_progress_clear(&r->progress);
	if (r->session.arena)
		xs_session_close(&r->session);
}

static void read_triage(struct xs_runner *r)
{
	static const char name[] = "userfaultfd ";
	char why[XS_WHY_BYTES] = "";
	const int rc =
		xs_entry(XS_AXIS_STACK, xs_first(XS_AXIS_STACK, XS_STACK_RESOLVER))->supported(why);
	/* The line begins with it. */
	const size_t skip = strncmp(why, name, sizeof(name) - 1) ? 0 : sizeof(name) - 1;

	xs_triage_read(&r->triage, xs_arena_cpu(r->session.arena), rc ? why + skip : NULL);
}

/* Why this machine lacks what it lacks, of each axis. */
static json_t *missing_to_json(struct xs_session *s)
{
	const struct xs_repertoire *have = xs_session_repertoire(s);
	json_t *all = json_object();

	for (uint32_t axis = 0; axis < XS_AXES; axis++) {
		uint32_t left = xs_all_rows(axis) & ~have->rows[axis] & ~have->left_out[axis];
		json_t *one = json_object();

		for (; left; left &= left - 1) {
			const struct xs_entry *e =
				xs_entry(axis, (unsigned int)__builtin_ctz(left));
			char why[XS_WHY_BYTES] = "";
			const int rc = xs_entry_supported(e, xs_arena_cpu(s->arena), why);

			if (!rc)
				snprintf(why, sizeof(why), "needs --allow %s", e->name);
			else if (!why[0])
				snprintf(why, sizeof(why), "%s", strerror(-rc));
			json_object_set_new(one, e->name, json_string(why));
		}
		json_object_set_new(all, xs_axes[axis].key, one);
	}
	return all;
}

static int begin_json(struct xs_runner *r)
{
	struct xs_run run = { .command = r->command,
			      .release = xs_triage_version(&r->triage),
			      .contract = r->filter && r->filter->contract };

	xs_run_new(&run);
	if (xs_json_open(&r->json, XS_VERSION, &r->triage) ||
	    xs_json_set(r->json, "run", xs_run_to_json(&run)) ||
	    xs_json_set(r->json, "missing", missing_to_json(&r->session))) {
		fprintf(stderr, "xsavage: no memory for the JSON report\n");
		return -ENOMEM;
	}
	return 0;
}

int xs_runner_begin(struct xs_runner *r)
{
	char why[XS_WHY_BYTES];
	int rc;

	read_triage(r);
	/*
	 * A reader that goes away, or a limit on the size of files, must not
	 * cost the verdict: both are errors of a write instead.
	 */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	xs_standard_wait();
	rc = r->json_path ? xs_sink_open(&r->json_sink, r->json_path, why) : 0;
	if (rc) {
		fprintf(stderr, "xsavage: --json %s\n", why);
		return rc;
	}
	r->colour = !r->ktap && xs_colour_wanted();
	xs_progress_start(&r->progress, stderr);
	r->line.verdict = "no finding";
	if (r->ktap)
		xs_ktap_begin(&r->ktap_state, stdout, 0);
	return r->json_path ? begin_json(r) : 0;
}

static void progress(void *arg, const struct xs_plan *plan, const struct xs_obs *obs,
		     uint64_t elapsed_ns)
{
	struct xs_runner *r = arg;
	struct xs_progress_line line = r->line;

	line.elapsed_ns += elapsed_ns;
	for (uint32_t i = 0; i < plan->workers; i++) {
		line.signals += obs->counters[i].signals;
		line.faults += obs->counters[i].faults;
		line.switches +=
			obs->counters[i].switches_voluntary + obs->counters[i].switches_involuntary;
	}
	if (r->live)
		*r->live = line;
	xs_progress_update(&r->progress, &line, xs_now_ns());
}

struct xs_result xs_runner_result(const struct xs_runner *r, const struct xs_case *c)
{
	return (struct xs_result){ .c = c,
				   .plan = &r->outcome.plan,
				   .verdict = &r->outcome.verdict,
				   .ending = &r->outcome.ending,
				   .cpu = xs_arena_cpu(r->session.arena),
				   .colour = r->colour };
}

/*
 * qemu-user that fails an assertion of its own leaves with that: abort()'s signal goes to the
 * program that is emulated. No child of ours leaves so.
 */
static void note_abort(const struct xs_triage *t, struct xs_outcome *o)
{
	if (o->verdict.kind != XS_ERROR || o->ending.left != ABORT_LEFT ||
	    xs_triage_implementer(t) != XS_QEMU_USER)
		return;
	o->verdict.kind = XS_KILLED;
	xs_because(o->verdict.why, XS_KILLED, "%s ended by an abort() of its own",
		   xs_implementer_name(XS_QEMU_USER));
}

struct xs_result xs_runner_run(struct xs_runner *r, const struct xs_case *c,
			       struct xs_run_options options)
{
	if (r->plant)
		options.plant = *r->plant;
	options.progress = progress;
	options.progress_arg = r;
	xs_session_run(&r->session, c, &options, &r->outcome);
	note_abort(&r->triage, &r->outcome);
	return xs_runner_result(r, c);
}

/* Take the reason of a failed write from errno: stdio does not remember it. */
static void note_error(struct xs_runner *r)
{
	if (!r->error && ferror(stdout))
		r->error = errno ? errno : EIO;
}

void xs_runner_add(struct xs_runner *r, const struct xs_result *result)
{
	xs_progress_clear(&r->progress);
	errno = 0;
	if (r->ktap)
		xs_ktap_result(&r->ktap_state, result);
	note_error(r);
	if (r->json && xs_json_add(r->json, result))
		fprintf(stderr, "xsavage: no memory to add %s to the JSON report\n",
			xs_result_name(result));
}

bool xs_runner_flush(struct xs_runner *r)
{
	errno = 0;
	fflush(stdout);
	note_error(r);
	return !r->error;
}

/* The JSON report, to a file whole or not at all: 0, or -errno with @why set. */
static int save_json(struct xs_runner *r, char why[XS_WHY_BYTES])
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);
	int rc = f ? xs_json_print(r->json, f) : -ENOMEM;

	if (f && fclose(f) && !rc)
		rc = -ENOMEM;
	if (rc)
		snprintf(why, XS_WHY_BYTES, "%.150s: %s", r->json_path, strerror(-rc));
	else
		rc = xs_sink_write(&r->json_sink, text, bytes, why);
	free(text);
	return rc;
}

int xs_runner_end(struct xs_runner *r, int code)
{
	char why[XS_WHY_BYTES] = "";
	int rc = 0;

	xs_progress_clear(&r->progress);
	if (r->ktap)
		xs_ktap_end(&r->ktap_state);
	/* They may be one: what is said comes first. */
	xs_runner_flush(r);
	if (r->json)
		rc = save_json(r, why);
	if (rc)
		fprintf(stderr, "xsavage: %s\n", why);
	xs_json_close(r->json);
	if (!xs_runner_flush(r)) {
		fprintf(stderr, "xsavage: standard output: %s\n", strerror(r->error));
		rc = -r->error;
	}
	/* A bad verdict and an interruption are more than a lost report. */
	if (!rc || code == 1 || code >= 128)
		return code;
	return xs_exit_code(XS_ERROR, rc == -EINTR ? xs_stop_take() : 0, r->bisect);
}

void xs_say_immortal(void)
{
	fprintf(stderr, "xsavage: a process is left that SIGKILL does not end: no more runs "
			"until the next boot\n");
}

size_t xs_saved_text(char text[XS_SAVED_BYTES], const struct xs_triage *t, const char *head,
		     const char *tail, const struct xs_case *c)
{
	char subject[XS_SUBJECT_BYTES];
	/* No line is longer than XS_CASE_LINE_MAX. */
	int used = snprintf(text, XS_SAVED_BYTES, "# %s\n# %s%s%.80s\n# CPU %.80s\n%s%s%s", head,
			    xs_triage_subject(t, subject), t->compiler[0] ? ", " : "", t->compiler,
			    t->cpu.brand, tail ? "# " : "", tail ? tail : "", tail ? "\n" : "");

	return (size_t)used + xs_case_print(c, text + used);
}
