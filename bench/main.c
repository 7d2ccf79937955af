// SPDX-License-Identifier: GPL-2.0-only
/* xsavage-bench: what xsavage costs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lab.h"
#include "report/standard.h"

static void help(void)
{
	fputs("Usage: xsavage-bench [OPTION...] [CASE...]\n\n"
	      "Times xsavage itself, with small cases that prove their registers as all do: a\n"
	      "number stands for work that was done and judged. A verdict other than pass ends\n"
	      "its benchmark with the reason in place of a number. And what signals cost here,\n"
	      "whoever takes them.\n\n",
	      stdout);
	xs_lab_help(false);
	fputs("\nWith a CASE, which may hit, on a kernel with a bug:\n\n", stdout);
	xs_lab_help(true);
	fputs("\nTimes are the clock's, from case to verdict; the column CPU is the parent's "
	      "share.\n"
	      "Use an idle machine; docs/bench.md explains the numbers. Examples:\n\n"
	      "  $ xsavage-bench --benchmark_filter=arena/ratio --benchmark_min_time=5\n"
	      "  $ xsavage-bench --benchmark_repetitions=5 --benchmark_out=FILE.json\n\n"
	      "Exit codes: 0 all were run; 1 a finding; 4 something is missing here, or did not\n"
	      "come about; 2 the harness could not do its work; 130 or 143 stopped by SIGINT or\n"
	      "SIGTERM.\n\n"
	      "Google Benchmark's own options:\n\n",
	      stdout);
	xs_bench_help();
}

static int run(struct xs_lab *lab)
{
	int rc;

	xs_context_add(&lab->session);
	xs_lab_register(lab);
	rc = xs_bench_main();
	if (lab->code == 1)
		return 1;
	if (lab->interrupted)
		return 128 + lab->interrupted;
	if (rc)
		fprintf(stderr, "xsavage-bench: %s\n",
			rc == -ENOENT ? "no such benchmark; --benchmark_list_tests lists them"
				      : "standard output could not be written");
	return rc ? 2 : lab->code;
}

/* The operands are cases: 0, or -errno with @why set. */
static int load(struct xs_lab *lab, int argc, char **argv, char *why)
{
	const uint32_t n = (uint32_t)argc - 1;

	/* A benchmark's key has a byte for it. */
	if (n > UINT8_MAX) {
		snprintf(why, XS_WHY_BYTES, "%" PRIu32 " cases; at most %u at once", n, UINT8_MAX);
		return -E2BIG;
	}
	lab->given = calloc(n + 1, sizeof(*lab->given));
	if (!lab->given) {
		snprintf(why, XS_WHY_BYTES, "no memory");
		return -ENOMEM;
	}
	for (; lab->givens < n; lab->givens++) {
		const int rc = xs_case_load(&lab->given[lab->givens], argv[1 + lab->givens], why);

		if (rc)
			return rc;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct xs_lab *lab;
	char why[XS_WHY_BYTES] = "";
	int code;

	xs_standard_keep();
	if (xs_bench_flags(&argc, argv, help)) {
		fputs("xsavage-bench: \"xsavage-bench --help\" explains the options\n", stderr);
		return 2;
	}
	lab = calloc(1, sizeof(*lab));
	if (!lab) {
		fputs("xsavage-bench: no memory\n", stderr);
		return 2;
	}
	if (load(lab, argc, argv, why) || xs_session_open(&lab->session, why)) {
		fprintf(stderr, "xsavage-bench: %s\n", why);
		code = 2;
	} else {
		code = run(lab);
		xs_session_close(&lab->session);
	}
	xs_lab_close(lab);
	free(lab->given);
	free(lab);
	return code;
}
