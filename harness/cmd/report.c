// SPDX-License-Identifier: GPL-2.0-only
/* xsavage report: a case, its finding and what it needs, as a mail to the maintainers. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "campaign/weigh.h"

#define COLUMNS 78u

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

static const struct argp argp = {
	.parser = parse_option,
	.children = xs_trials_children,
	.args_doc = "FILE",
	.doc = "Writes a mail about a saved case to standard output.\v"
	       "Kernel, compiler, CPU and frame; the case and how to run it again; how often and "
	       "how soon it hits; what it needs, as \"xsavage explain\" says; and the wrong "
	       "registers of the first hit. Run \"xsavage minimize\" first: readers are grateful "
	       "for a small case.\n\n"
	       "  xsavage report corrupt-1a2b3c4d.min.case >mail.txt\n"
	       "Exit codes: 0 done; 4 the case does not reproduce here; 2 it could not be run.",
};

/* Print one line, broken at blanks where it is too long, and indented on. */
static void print_line(const char *line, size_t bytes)
{
	size_t indent = strspn(line, " "), pad = 0;

	/* The kernel's log may hold anything. */
	if (indent > COLUMNS / 2)
		indent = COLUMNS / 2;

	while (pad + bytes > COLUMNS) {
		size_t used = COLUMNS - pad;

		while (used > indent && line[used] != ' ')
			used--;
		if (used <= indent) /* one long word */
			break;
		printf("%*s%.*s\n", (int)pad, "", (int)used, line);
		while (used < bytes && line[used] == ' ')
			used++;
		line += used;
		bytes -= used;
		pad = indent + 4;
	}
	if (bytes || !pad)
		printf("%*s%.*s\n", (int)pad, "", (int)bytes, line);
}

static void print_folded(const char *text)
{
	while (*text) {
		const size_t bytes = strcspn(text, "\n");

		print_line(text, bytes);
		text += bytes + (text[bytes] == '\n');
	}
}

static void print_machine(const struct xs_trials *t)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return;
	xs_triage_print(f, &t->triage);
	if (!fclose(f))
		print_folded(text);
	free(text);
}

static void print_case(const struct xs_trials *t)
{
	char text[XS_CASE_TEXT_MAX];

	xs_case_print(&t->c, text);
	printf("\nThe case, as %s.case; xsavage " XS_VERSION "\n\n%s\n", t->c.name, text);
	printf("To run it again:\n\n  xsavage replay -n %u %s.case\n", t->score.runs, t->c.name);
	printf("  tests/vm/run --kernel arch/x86/boot/bzImage --file %s.case \\\n"
	       "      -- replay -n %u %s.case\n\n",
	       t->c.name, t->score.runs, t->c.name);
}

static void print_rate(struct xs_trials *t)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return;
	xs_tally_print(f, t->c.name, &t->tally);
	if (!fclose(f))
		print_folded(text);
	free(text);
}

static int report(struct xs_trials *t, const char *finding, int rc)
{
	const enum xs_implementer who = xs_triage_implementer(&t->triage);
	struct xs_weighing w;

	memset(&w, 0, sizeof(w));
	if (!rc)
		rc = xs_weigh(t, &w, NULL);
	if (rc == -EINTR || rc == -EPIPE)
		return xs_trials_exit(t, rc);
	printf("Subject: %s: %s on %s: %s\n\n",
	       who == XS_LINUX || who == XS_LINUX_TCG ? "x86/fpu" : xs_implementer_name(who),
	       xs_verdict_names[t->kind], t->triage.release, t->c.name);
	print_machine(t);
	print_case(t);
	print_rate(t);
	printf("\nWhat it takes (5 to 12 %% error each, runs of %u ms):\n\n", t->run_ms);
	xs_weigh_summary(t, &w, stdout);
	printf("\nThe first hit:\n\n");
	print_folded(finding);
	/* A mail without ingredients is a mail. */
	if (rc)
		xs_trials_why(t, rc);
	return 0;
}

int xs_cmd_report(int argc, char **argv)
{
	struct xs_trials t = { .runs_max = XS_TRIALS_RUNS };
	char *finding = NULL;
	size_t bytes;
	FILE *f;
	int rc, code = 2;

	if (argp_parse(&argp, argc, argv, 0, NULL, &t))
		return 2;
	f = open_memstream(&finding, &bytes);
	if (f && !xs_trials_open(&t)) {
		rc = xs_trials_measure(&t, f);
		if (!fflush(f) && t.score.hits && (!rc || rc == -ETIME || rc == -EBUSY))
			code = report(&t, finding, rc);
		else
			code = xs_trials_exit(&t, rc);
	}
	xs_trials_close(&t);
	if (f)
		fclose(f);
	free(finding);
	return code;
}
