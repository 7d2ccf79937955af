// SPDX-License-Identifier: GPL-2.0-only
/*
 * Children that stay: every seed, again and again in one arena, in a changing
 * order. None may get a bad verdict or an error because of what ran before;
 * planted corruption, a frame that kills and a hang must be found, each time;
 * the children must not grow. With a second argument the CPU's state is taken
 * to be so large: frames are as large as the kernel makes them all the same,
 * and nothing may be written or expected beyond them.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/arena.h"
#include "report/report.h"
#include "session.h"
#include "stack/stack.h"
#include "state/state.h"

#define SEEDS_MAX 256u
#define ROUNDS	  6u
#define SIGNALS	  8u
#define MS	  300u
#define ENOUGH_MS 4000u
#define LEAST_MS  500u
#define ASKED	  3u
#define KIND_RUNS 12u

struct seeds {
	uint32_t n;
	struct xs_case c[SEEDS_MAX];
};

static struct xs_outcome outcome;

static int fail(const struct xs_case *c, const char *what)
{
	const struct xs_result result = { .c = c,
					  .plan = &outcome.plan,
					  .verdict = &outcome.verdict,
					  .ending = &outcome.ending };

	xs_report_verdict(stdout, "", &result);
	printf("%s: %s\n", c->name, what);
	return 1;
}

static int load(struct seeds *s, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096], why[XS_WHY_BYTES];

	if (!dir)
		return 1;
	while ((entry = readdir(dir)) && s->n < SEEDS_MAX) {
		if (!strstr(entry->d_name, ".case"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (xs_case_load(&s->c[s->n], path, why)) {
			puts(why);
			closedir(dir);
			return 1;
		}
		s->c[s->n].signals = SIGNALS;
		s->c[s->n++].duration_ms = MS;
	}
	closedir(dir);
	return s->n == 0;
}

struct size {
	uint32_t files, mappings;
};

static struct size size_of(pid_t pid)
{
	struct size size = { 0 };
	char path[64], line[512];
	FILE *f;

	for (int fd = 0; fd < 1024; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		size.files += !faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW);
	}
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		size.mappings++;
	if (f)
		fclose(f);
	return size;
}

/* The most files that a child has open, and the most mappings that one has. */
static struct size largest(const struct xs_session *session)
{
	struct size most = { 0 };

	for (uint32_t i = 0; i < session->arena->children; i++) {
		const pid_t pid = session->arena->child[i].pid;
		const struct size size = pid ? size_of(pid) : (struct size){ 0 };

		if (size.files > most.files)
			most.files = size.files;
		if (size.mappings > most.mappings)
			most.mappings = size.mappings;
	}
	return most;
}

static int run_seeds(struct xs_session *session, const struct seeds *s, uint32_t round)
{
	/* Odd: a changing order that comes to all. */
	const uint32_t step = 2 * round + 1;
	const struct xs_run_options options = { .stay = true, .observe = round & 1 };

	for (uint32_t i = 0, at = round; i < s->n; i++) {
		do
			at = (at + step) % SEEDS_MAX;
		while (at >= s->n);
		xs_session_run(session, &s->c[at], &options, &outcome);
		if (outcome.verdict.interrupted)
			return 1;
		if (outcome.verdict.kind == XS_ERROR || xs_verdict_exit(outcome.verdict.kind) == 1)
			return fail(&s->c[at], "not to be expected");
	}
	return 0;
}

/* The plain case, with something planted: the verdict, and that the next run knows nothing of it.
 */
static int run_planted(struct xs_session *session, enum xs_plant_how how,
		       enum xs_verdict_kind expected)
{
	const struct xs_run_options clean = { .stay = true };
	/* No hurry where no hang is to come: a loaded machine may stop all for a second. */
	struct xs_run_options planted = { .stay = true,
					  .hang_ms = how == XS_PLANT_HANG ? 1000 : 0 };
	struct xs_case c;

	xs_case_default(&c);
	c.signals = SIGNALS;
	planted.plant = (struct xs_plant){
		.how = (uint8_t)how, .kind = XS_PLANT_FLIP, .class = XS_STATE_sse, .at = 3
	};
	xs_session_run(session, &c, &planted, &outcome);
	if (outcome.verdict.kind != expected)
		return fail(&c, "not the verdict on what was planted");
	xs_session_run(session, &c, &clean, &outcome);
	if (outcome.verdict.kind != XS_PASS)
		return fail(&c, "it should pass after that");
	return 0;
}

/* No two runs have the same values: what one has left would be right in the next. */
static int run_anew(struct xs_session *session)
{
	const struct xs_run_options planted = {
		.stay = true,
		.plant = { .how = XS_PLANT_WORKER, .kind = XS_PLANT_FLIP, .class = XS_STATE_sse },
	};
	uint32_t generation[2] = { 0 };
	struct xs_case c;

	xs_case_default(&c);
	c.signals = SIGNALS;
	for (uint32_t i = 0; i < 2; i++) {
		xs_session_run(session, &c, &planted, &outcome);
		if (outcome.verdict.kind != XS_CORRUPT)
			return fail(&c, "not the verdict on what was planted");
		generation[i] = outcome.verdict.finding[0].record->generation;
	}
	/* The wrap is millions of runs away. */
	if (generation[1] > generation[0] + SIGNALS)
		return 0;
	return fail(&c, "the values of the run before it");
}

/* It dies while it waits, from outside, which does no harm. */
static int run_killed(struct xs_session *session, int signo)
{
	const struct xs_run_options clean = { .stay = true };
	struct xs_case c;
	siginfo_t info;

	xs_case_default(&c);
	c.signals = SIGNALS;
	xs_session_run(session, &c, &clean, &outcome);
	kill(session->arena->child[0].pid, signo);
	/* Dead, and still there for its parent to see. */
	waitid(P_PID, (id_t)session->arena->child[0].pid, &info, WEXITED | WNOWAIT);
	xs_session_run(session, &c, &clean, &outcome);
	return outcome.verdict.kind == XS_PASS ? 0 : fail(&c, "not the verdict on that death");
}

/* What a kind of pressure may leave changed in its process. */
struct state {
	struct size size;
	int policy, nice;
	unsigned long slack_ns; /* 0: it cannot be read */
};

static struct state state_of(pid_t pid)
{
	struct state s = { .size = size_of(pid),
			   .policy = sched_getscheduler(pid),
			   .nice = getpriority(PRIO_PROCESS, (id_t)pid) };
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/timerslack_ns", pid);
	f = fopen(path, "r");
	if (f && fscanf(f, "%lu", &s.slack_ns) != 1)
		s.slack_ns = 0;
	if (f)
		fclose(f);
	return s;
}

/* Runs with one kind alone: its process, which stays, is in the end as it was after the first ones.
 */
static int run_kind(struct xs_session *session, uint32_t kind)
{
	const struct xs_run_options clean = { .stay = true };
	struct state before = { 0 }, after;
	struct xs_case c;
	pid_t pid = 0;

	xs_case_default(&c);
	c.signals = SIGNALS;
	c.duration_ms = MS;
	c.pressures = 1;
	xs_case_pressure_default(&c.pressure[0], kind);
	for (uint32_t i = 0; i < KIND_RUNS; i++) {
		xs_session_run(session, &c, &clean, &outcome);
		if (outcome.verdict.kind == XS_SKIP)
			return 0;
		if (outcome.verdict.kind == XS_ERROR || xs_verdict_exit(outcome.verdict.kind) == 1)
			return fail(&c, xs_name(XS_AXIS_PRESSURE, kind));
		if (i == KIND_RUNS / 2) {
			pid = session->arena->child[1].pid;
			before = state_of(pid);
		}
	}
	after = state_of(session->arena->child[1].pid);
	if (pid && pid == session->arena->child[1].pid && before.size.files == after.size.files &&
	    before.size.mappings == after.size.mappings && before.policy == after.policy &&
	    before.nice == after.nice &&
	    (!after.slack_ns || after.slack_ns == (unsigned long)prctl(PR_GET_TIMERSLACK)) &&
	    after.policy == sched_getscheduler(0) && after.nice == getpriority(PRIO_PROCESS, 0))
		return 0;
	printf("%s: %d, %u files, %u mappings, policy %d, nice %d, slack %lu ns; "
	       "%d, %u, %u, %d, %d, %lu in the end\n",
	       xs_name(XS_AXIS_PRESSURE, kind), pid, before.size.files, before.size.mappings,
	       before.policy, before.nice, before.slack_ns, session->arena->child[1].pid,
	       after.size.files, after.size.mappings, after.policy, after.nice, after.slack_ns);
	return 1;
}

static int run_kinds(struct xs_session *session)
{
	const uint32_t stays = xs_rows(XS_AXIS_PRESSURE, xs_all_rows(XS_AXIS_PRESSURE),
				       XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS, 0);
	int rc = 0;

	for (uint32_t left = stays; !rc && left; left &= left - 1)
		rc = run_kind(session, (uint32_t)__builtin_ctz(left));
	return rc;
}

static uint32_t asked;

static bool enough_at_last(const struct xs_plan *plan, const struct xs_obs *obs, uint64_t ns)
{
	(void)plan;
	(void)obs;
	(void)ns;
	return ++asked == ASKED;
}

/* A run ends when it is told that it has seen enough, which proves no less. */
static int run_enough(struct xs_session *session)
{
	const struct xs_run_options options = { .enough = enough_at_last, .least_ms = LEAST_MS };
	struct xs_case c;

	xs_case_default(&c);
	c.duration_ms = ENOUGH_MS;
	asked = 0;
	xs_session_run(session, &c, &options, &outcome);
	if (!asked || asked > ASKED)
		return fail(&c, asked ? "it went on with enough" : "nobody asked for its evidence");
	if (outcome.ending.elapsed_ns < LEAST_MS * 1000000ull)
		return fail(&c, "it ended too soon");
	return outcome.verdict.kind == XS_PASS ? 0 : fail(&c, "it should pass");
}

/* A boundary as far up as it may lie: it cuts these frames, or is a skip. */
static int run_boundary(struct xs_session *session, const struct xs_cpu *cpu)
{
	struct xs_case c;
	char why[XS_WHY_BYTES];

	xs_case_default(&c);
	c.signals = SIGNALS;
	c.registers = session->registers;
	c.fault = XS_STACK_dontneed;
	c.missing = XS_MISSING_UPPER;
	c.boundary = (cpu->image_bytes - 1) & ~(XS_BOUNDARY_STEP - 1);
	xs_session_run(session, &c, NULL, &outcome);
	if (outcome.verdict.kind == (xs_session_supported(session, &c, why) ? XS_SKIP : XS_PASS))
		return 0;
	return fail(&c, "a boundary near the end of fpstate");
}

int main(int argc, char **argv)
{
	static struct seeds seeds;
	struct xs_session session;
	struct xs_cpu *cpu;
	char why[XS_WHY_BYTES];
	struct size before = { 0 }, after = { 0 };
	int rc = 0;

	if (argc < 2 || argc > 3 || load(&seeds, argv[1])) {
		fprintf(stderr, "usage: %s FOLDER of cases [BYTES of state]\n", argv[0]);
		return 2;
	}
	if (xs_session_open(&session, why)) {
		fprintf(stderr, "%s\n", why);
		return 2;
	}
	cpu = &session.arena->shared->cpu;
	if (argc == 3 && strtoul(argv[2], NULL, 10) <= XS_IMAGE_MAX)
		cpu->image_bytes = (uint32_t)strtoul(argv[2], NULL, 10);
	xs_session_repertoire(&session);
	rc = run_boundary(&session, cpu) || run_enough(&session);
	for (uint32_t round = 0; !rc && round < ROUNDS; round++) {
		rc = run_seeds(&session, &seeds, round);
		after = largest(&session);
		if (!before.files)
			before = after;
		printf("round %u: %u files, %u mappings\n", round, after.files, after.mappings);
	}
	if (!rc && (after.files > before.files || after.mappings > before.mappings + 12)) {
		puts("a child has grown");
		rc = 1;
	}
	rc = rc || run_kinds(&session);
	for (uint32_t i = 0; !rc && i < 3; i++)
		rc = run_planted(&session, XS_PLANT_WORKER, XS_CORRUPT) ||
		     run_planted(&session, XS_PLANT_KILL, XS_KILLED) ||
		     run_planted(&session, XS_PLANT_REFUSE, XS_REFUSED) ||
		     run_killed(&session, SIGKILL) || run_killed(&session, SIGSEGV);
	if (!rc)
		rc = run_anew(&session) || run_planted(&session, XS_PLANT_HANG, XS_HANG);
	xs_session_close(&session);
	return rc;
}
