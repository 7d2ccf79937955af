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
	      "its benchmark with the reason in place of a number.\n\n"
	      "  arena/stay      a case of one signal, again and again, with children that stay\n"
	      "  arena/fork      the same with children that are created for each case\n"
	      "  arena/ratio     fork : stay, in turn\n"
	      "  arena/cost      the time of a case, split: the arena's own, and a signal's\n"
	      "  arena/observe   the same while it counts what the kernel does, as for a fuzzer\n"
	      "  arena/pressure  fork : stay with a vector process beside, on the same CPU\n"
	      "  engine/raise[/cpus]  proved signals a second, beside loops that prove nothing, "
	      "on\n"
	      "                  one CPU, or on all\n"
	      "  engine/workers/N, engine/pressure/N  with so many workers; with one, and so many\n"
	      "                  vector processes beside, on the same CPU\n"
	      "  oracle/load|check|dump|judge/CLASS  what a part of proving a class costs\n"
	      "  oracle/iteration/CLASS  a whole iteration, split into shares\n"
	      "  plant/HOW/CLASS from a planted corruption to the verdict: HOW is frame, or "
	      "tracer\n\n"
	      "With a CASE, which may hit, on a kernel with a bug:\n\n"
	      "  effect/CASE/lost/MITIGATION   hits per million signals, the mitigation applied\n"
	      "                  once and pages then taken away before each signal\n"
	      "  effect/CASE/fresh/MITIGATION  the same, every signal the first on a new stack\n"
	      "  first/CASE/HOW  from the start of a program to its first finding: check, replay "
	      "(of\n"
	      "                  CASE), fuzz, or wiki, which does what Go's wiki program for\n"
	      "                  CVE-2019-19602 does. Each has CASE's duration_ms. A finding is "
	      "no\n"
	      "                  failure here\n\n"
	      "And what signals cost here, whoever takes them: ns of a signal, in percentiles.\n\n"
	      "  deliver/...     by stack (warm, dontneed, ...), registers in use, altstack or "
	      "the\n"
	      "                  thread's own, and sender (self, a peer)\n"
	      "  mitigate/...    what it costs to keep a signal stack's pages: signal (each one),\n"
	      "                  setup and thread (once), limit (how many threads RLIMIT_MEMLOCK\n"
	      "                  lets have it, and what then happens), memcpy (a copy's "
	      "throughput)\n"
	      "\n"
	      "Times are the clock's, from case to verdict; the column CPU is the parent's share.\n"
	      "Use an idle machine; docs/bench.md explains the numbers. Examples:\n\n"
	      "  xsavage-bench --benchmark_filter=arena/ratio --benchmark_min_time=5\n"
	      "  xsavage-bench --benchmark_repetitions=5 --benchmark_out=FILE.json\n\n"
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
	xs_arena_register(lab);
	xs_raise_register(lab);
	xs_deliver_register(lab);
	xs_mitigate_register(lab);
	xs_effect_register(lab);
	xs_first_register(lab);
	xs_growth_register(lab);
	xs_oracle_register(lab);
	xs_detect_register(lab);
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
	lab->given = n ? calloc(n, sizeof(*lab->given)) : NULL;
	if (n && !lab->given) {
		snprintf(why, XS_WHY_BYTES, "no memory");
		return -ENOMEM;
	}
	for (; lab->givens < n; lab->givens++) {
		struct xs_lab_given *g = &lab->given[lab->givens];
		int rc;

		g->path = argv[1 + lab->givens];
		rc = xs_case_load(&g->c, g->path, why);
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
