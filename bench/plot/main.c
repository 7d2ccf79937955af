// SPDX-License-Identifier: GPL-2.0-only
/* xs-plot: pictures, comparisons and tables of what xsavage-bench has measured. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "plot/plot.h"
#include "report/standard.h"

struct settings {
	enum { PICTURES, COMPARE, MITIGATIONS } mode;
	const char *dir; /* NULL: not given */
	struct xs_plot plot;
};

static const struct argp_option options[] = {
	{ "output", 'o', "DIR", 0,
	  "The folder for the pictures and the page, index.html (default: plots)", 0 },
	{ "compare", 'c', NULL, 0,
	  "Compare two files, with significance, on standard output; with -o on a page, too", 0 },
	{ "mitigations", 'm', NULL, 0,
	  "Print the mitigations' cost and effect as a table in Markdown", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct settings *s = state->input;
	char why[XS_WHY_BYTES];

	switch (key) {
	case 'o':
		s->dir = arg;
		return 0;
	case 'c':
	case 'm':
		if (s->mode != PICTURES)
			argp_error(state, "one of --compare and --mitigations");
		s->mode = key == 'c' ? COMPARE : MITIGATIONS;
		return 0;
	case ARGP_KEY_ARG:
		if (xs_plot_read(&s->plot, arg, why))
			argp_failure(state, 2, 0, "%s", why);
		return 0;
	case ARGP_KEY_END:
		if (!s->plot.files)
			argp_error(state,
				   "which files of xsavage-bench --benchmark_out=FILE.json?");
		if (s->mode == COMPARE && s->plot.files != 2)
			argp_error(state, "--compare takes two files");
		if (s->mode == MITIGATIONS && s->dir)
			argp_error(state, "--mitigations writes to standard output");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE.json...",
	.doc = "Draws what xsavage-bench has measured, with gnuplot (Debian: gnuplot-nox).\v"
	       "All that the files have numbers for is drawn: latency of signals, cost and effect "
	       "of mitigations, threads until RLIMIT_MEMLOCK, time to detect, growth. The page is "
	       "one file, which needs nothing beside it; each picture is an SVG file, too. A "
	       "file's name is the name of its line: effect-stale-owner.json is "
	       "\"stale-owner\".\n\n"
	       "  xsavage-bench --benchmark_repetitions=10 --benchmark_out=before.json\n"
	       "  xs-plot -o pictures before.json\n"
	       "  xs-plot --compare before.json after.json\n"
	       "  xs-plot --mitigations cost.json effect-*.json >table.md\n\n"
	       "--compare needs repetitions: 4 of each at least, better 10. Every number is a test "
	       "(Mann-Whitney U), and the limit of significance is adjusted for their number "
	       "(Benjamini-Hochberg, 5 %).\n\n"
	       "Exit codes: 0 done, whatever differs; 2 a file could not be read or written, or "
	       "gnuplot is missing.",
};

static int run(const struct settings *s, char why[XS_WHY_BYTES])
{
	const char *dir = s->dir ? s->dir : s->mode == PICTURES ? "plots" : NULL;
	struct xs_comparison *c = NULL;
	int rc = 0;

	if (s->mode == MITIGATIONS) {
		rc = xs_plot_mitigations(&s->plot, stdout);
		if (rc)
			snprintf(why, XS_WHY_BYTES,
				 "no mitigation in these files; xsavage-bench "
				 "--benchmark_filter=mitigate measures them");
		return rc;
	}
	if (s->mode == COMPARE) {
		rc = xs_compare(&s->plot, &c);
		if (rc)
			snprintf(why, XS_WHY_BYTES, "%s", strerror(-rc));
	}
	/* First, as "| head" may end the process while it prints. */
	if (!rc && dir)
		rc = xs_page(&s->plot, c, dir, why);
	if (!rc && c)
		xs_compare_print(c, stdout);
	xs_compare_free(c);
	return rc;
}

int main(int argc, char **argv)
{
	struct settings *s = calloc(1, sizeof(*s));
	char why[XS_WHY_BYTES] = "no memory";
	int rc;

	xs_standard_keep();
	argp_err_exit_status = 2;
	rc = s ? (int)argp_parse(&argp, argc, argv, 0, NULL, s) : -1;
	if (!rc)
		rc = run(s, why);
	if (!rc && (fflush(stdout) || ferror(stdout))) {
		snprintf(why, sizeof(why), "standard output could not be written");
		rc = -1;
	}
	if (rc)
		fprintf(stderr, "xs-plot: %s\n", why);
	if (s)
		xs_plot_close(&s->plot);
	free(s);
	return rc ? 2 : 0;
}
