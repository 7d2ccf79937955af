// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsavage-fuzz: a libFuzzer target whose inputs are cases. The property: on a
 * good kernel no case, however its signals, faults, registers, handlers and
 * pressures are combined, ends in corrupt, killed, hang or kernel-warning. An
 * input for which that does not hold is reported as libFuzzer reports a crash,
 * and its artifact is a case to replay.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case/wait.h"
#include "fuzz/budget.h"
#include "fuzz/cell.h"
#include "fuzz/keep.h"
#include "fuzz/lean.h"
#include "fuzz/mutate.h"
#include "fuzz/options.h"
#include "report/report.h"
#include "report/standard.h"
#include "session.h"
#include "task/sys.h"
#include "worker/behaviour.h"

#define ERRORS_MAX 100u /* in a row: then something is wrong with this machine */
#define BY_BYTES   64u	/* one of so many mutations is libFuzzer's own, on the text: -dict */

/* libFuzzer reads these after each input, and clears them. The first stands for "ran". */
__attribute__((section(
	"__libfuzzer_extra_counters"))) static uint8_t counters[1 + sizeof(struct xs_behaviour)];

_Static_assert(sizeof(counters) <= 16384, "more would slow libFuzzer down");

struct fuzz {
	struct xs_session session;
	struct xs_repertoire repertoire;
	struct xs_outcome outcome;
	struct xs_fuzz_options options;
	uint64_t cases, by_verdict[XS_VERDICTS];
	uint32_t errors; /* in a row */
	struct xs_evidence sum;
	uint8_t reached[XS_KERNEL_PLACES]; /* edges of the kernel, by KCOV */
	struct xs_kept kept;
};

/* libFuzzer's calls have no argument for it: one for the process, made by its first call. */
static struct fuzz *fuzz;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t max, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_bytes, const uint8_t *b, size_t b_bytes,
				 uint8_t *out, size_t max, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t max);

/* Whether this process leaves the cases to others of its kind, which it starts. */
static bool delegates(const char *arg)
{
	return !strncmp(arg, "-fork=", 6) || !strncmp(arg, "-jobs=", 6) || !strcmp(arg, "-merge=1");
}

/*
 * The arena reads them: a run that is interrupted is summed up, and a child's end is seen.
 * libFuzzer's own threads, which begin before the first input, must not get them.
 */
static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static _Noreturn void give_up(const char *why)
{
	fprintf(stderr, "xsavage-fuzz: %s\n", why);
	_exit(2); /* libFuzzer would take an exit() for a finding */
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct xs_fuzz_options options;
	char why[XS_WHY_BYTES];
	bool alone = true;

	xs_standard_keep();
	xs_lean_begin();
	if (xs_fuzz_take(argc, argv))
		give_up("no memory");
	if (xs_fuzz_options(&options, why)) {
		fprintf(stderr, "xsavage-fuzz: %s\n", why);
		exit(2);
	}
	for (int i = 0; i < *argc; i++) {
		alone &= !delegates((*argv)[i]);
		if (!strcmp((*argv)[i], "-help=1"))
			xs_fuzz_help();
	}
	if (alone)
		block_signals();
	return 0;
}

static void print_summary(void)
{
	const struct xs_evidence *e = &fuzz->sum;
	const uint64_t sent = e->signals + e->outside;
	uint32_t edges = 0;

	if (!fuzz->cases)
		return;
	fprintf(stderr, "xsavage-fuzz: %" PRIu64 " cases:", fuzz->cases);
	for (uint32_t i = 0; i < XS_VERDICTS; i++)
		if (fuzz->by_verdict[i])
			fprintf(stderr, " %s %" PRIu64, xs_verdict_names[i], fuzz->by_verdict[i]);
	fprintf(stderr,
		"; %" PRIu64 " signals in window (%.1f %% of those sent), %" PRIu64 " of %" PRIu64
		" faulted on save, %" PRIu64 " on restore",
		e->signals, sent ? 100 * (double)e->signals / (double)sent : 0, e->faults_save,
		e->sampled, e->faults_restore);
	for (uint32_t i = 0; i < XS_KERNEL_PLACES; i++)
		edges += fuzz->reached[i] != 0;
	if (edges)
		fprintf(stderr, "; %u edges of the kernel reached, by KCOV", edges);
	fputc('\n', stderr);
}

/* The children first, so that nothing is left behind however libFuzzer leaves. */
static void close_fuzz(void)
{
	print_summary();
	xs_findings_print(stderr, "", &fuzz->kept.findings);
	xs_session_close(&fuzz->session);
}

/* At the end of its time libFuzzer knows of no finding. */
static void end_fuzz(void)
{
	close_fuzz();
	if (fuzz->kept.findings.count)
		_exit(fuzz->options.error_exitcode);
}

static void open_fuzz(void)
{
	char why[XS_WHY_BYTES];
	struct fuzz *f;

	xs_lean_end();
	f = calloc(1, sizeof(*f));
	if (!f)
		give_up("no memory");
	if (xs_fuzz_options(&f->options, why) || xs_fuzz_open(&f->session, why))
		give_up(why);
	if (xs_session_filter(&f->session, &f->options.filter, why)) {
		xs_session_close(&f->session);
		give_up(why);
	}
	f->repertoire = *xs_session_repertoire(&f->session);
	f->kept.prefix = f->options.artifact_prefix;
	f->kept.from_ns = xs_now_ns();
	fuzz = f;
	atexit(end_fuzz);
}

/*
 * Stopped by a signal that the arena had blocked: libFuzzer ends in its own way, with its exit
 * code 72. By that the parent of -fork tells who was stopped from who has found something.
 */
static void leave(int signo)
{
	sigset_t set;

	close_fuzz();
	sigemptyset(&set);
	sigaddset(&set, signo);
	raise(signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	_exit(128 + signo);
}

/* Only a run looks for signals: what is no case, or is skipped, must not keep Ctrl-C off. */
static void leave_if_asked(void)
{
	const int signo = xs_stop_signal();

	if (signo)
		leave(signo);
}

static struct xs_result result_of(const struct xs_case *c)
{
	return (struct xs_result){ .c = c,
				   .plan = &fuzz->outcome.plan,
				   .verdict = &fuzz->outcome.verdict,
				   .ending = &fuzz->outcome.ending,
				   .cpu = xs_arena_cpu(fuzz->session.arena) };
}

static void report(const struct xs_result *result)
{
	fputc('\n', stderr);
	xs_report_verdict(stderr, "", result);
}

/* A bad case is libFuzzer's to save and to end with, unless it is to go on. */
static void found(struct xs_result *result)
{
	if (!fuzz->options.keep_going) {
		report(result);
		close_fuzz();
		abort();
	}
	if (!xs_keep(&fuzz->kept, result, result->cpu))
		end_fuzz();
}

static void note(const struct xs_case *c)
{
	const enum xs_verdict_kind kind = fuzz->outcome.verdict.kind;
	struct xs_result result = result_of(c);

	fuzz->cases++;
	fuzz->by_verdict[kind]++;
	xs_evidence_add(&fuzz->sum, &fuzz->outcome.verdict.evidence);
	if (xs_verdict_is_bad(kind))
		found(&result);
	if (fuzz->outcome.verdict.interrupted)
		leave(fuzz->outcome.verdict.interrupted);
	if (!fuzz->outcome.planned)
		leave_if_asked();
	fuzz->errors = kind == XS_ERROR ? fuzz->errors + 1 : 0;
	if (fuzz->errors == 1)
		report(&result);
	if (fuzz->errors == ERRORS_MAX) {
		fprintf(stderr, "xsavage-fuzz: %u cases in a row could not be run: giving up\n",
			ERRORS_MAX);
		close_fuzz();
		_exit(2);
	}
}

static bool read_case(struct xs_case *c, const uint8_t *data, size_t bytes)
{
	char why[XS_WHY_BYTES];

	return !xs_case_parse(c, (const char *)data, bytes, "input", why);
}

/*
 * libFuzzer keeps an input for each new bucket of a counter: 1, 2, 3, 4, 8, 16,
 * 32 or 128 and more. How often exactly something came about is chance: of what
 * was seen only every second power of two counts, of the kernel's edges only
 * that they were reached.
 */
static void feed_back(const struct xs_behaviour *b)
{
	uint8_t *at = counters + 1;

	for (uint32_t i = 0; i < XS_BEHAVIOURS; i++) {
		const uint8_t n = b->seen[i];

		*at++ = n >= 64 ? 64 : n >= 16 ? 16 : n >= 4 ? 4 : n > 0;
	}
	for (uint32_t i = 0; i < XS_KERNEL_PLACES; i++) {
		*at++ = b->kernel[i] > 0;
		fuzz->reached[i] |= b->kernel[i];
	}
}

/*
 * Run a case. Where it is bad and the fuzzer goes on, again and again, each time without the legs
 * that were wrong: these hide the others.
 */
static void run(const struct xs_case *c)
{
	struct xs_run_options options = { .stay = true, .observe = fuzz->options.feedback };
	struct xs_case short_case = *c;
	uint32_t wrong;

	xs_budget_cut(&short_case);
	fuzz->kept.wrongs.count = 0;
	do {
		xs_session_run(&fuzz->session, &short_case, &options, &fuzz->outcome);
		wrong = xs_wrong_legs(&fuzz->outcome.verdict);
		note(c);
		options.legs_out |= wrong;
	} while (wrong);
	/* What is bad is no input to mutate: it would find the same again. */
	if (options.legs_out || xs_verdict_is_bad(fuzz->outcome.verdict.kind))
		return;
	counters[0] = 1;
	if (fuzz->options.feedback && fuzz->outcome.planned)
		feed_back(xs_arena_behaviour(fuzz->session.arena));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct xs_case c;

	if (!fuzz)
		open_fuzz();
	if (read_case(&c, data, bytes))
		run(&c);
	else
		leave_if_asked();
	return 0;
}

/* The text of @c where it fits; else what was there, as long as @bytes. */
static size_t print_case(const struct xs_case *c, uint8_t *out, size_t bytes, size_t max)
{
	char text[XS_CASE_TEXT_MAX];
	const size_t length = xs_case_print(c, text);

	if (length > max)
		return bytes;
	memcpy(out, text, length);
	return length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t max, unsigned int seed)
{
	struct xs_case c, other;

	if (!fuzz)
		open_fuzz();
	if (!read_case(&c, data, bytes))
		xs_repertoire_default(&fuzz->repertoire, &c);
	if (seed % BY_BYTES == 0) {
		const size_t length = LLVMFuzzerMutate(data, bytes, max);

		if (read_case(&other, data, length)) {
			xs_repair(&other, &fuzz->repertoire);
			c = other;
		}
	}
	xs_mutate(&c, &fuzz->repertoire, seed);
	xs_budget_slim(&c);
	return print_case(&c, data, bytes, max);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_bytes, const uint8_t *b, size_t b_bytes,
				 uint8_t *out, size_t max, unsigned int seed)
{
	struct xs_case c, other;

	if (!fuzz)
		open_fuzz();
	if (!read_case(&c, a, a_bytes) || !read_case(&other, b, b_bytes))
		return 0;
	xs_crossover(&c, &other, &fuzz->repertoire, seed);
	xs_budget_slim(&c);
	return print_case(&c, out, 0, max);
}
