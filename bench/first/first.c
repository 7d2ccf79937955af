// SPDX-License-Identifier: GPL-2.0-only
/*
 * first/CASE/...: from the start of a program to its first finding on the running
 * kernel, for each case of the command line: check, a replay of the case, the fuzz
 * driver, and what the Go wiki's program does, one after the other.
 *
 * All four are processes of their own in a folder of their own, and get as much time
 * as the case lasts. What they find is no finding here: it is what is measured.
 */
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "task/sys.h"
#include "child.h"
#include "first/program.h"
#include "first/wiki.h"
#include "lab.h"
#include "pressure/guardian.h"
#include "report/interval.h"
#include "report/save.h"
#include "first/wiki.h"

#define GRACE_NS     (60 * 1000000000ull) /* beyond its time, for a program to end by itself */
#define FUZZ_FINDING 77			  /* libFuzzer's own, which its usage errors are not */
#define WIKI_MAX     512u		  /* processes */
#define END_MS	     10000		  /* for a program to leave after SIGTERM */

enum { CHECK, REPLAY, FUZZ, WIKI, HOWS };

static const char *const how_names[] = { "check", "replay", "fuzz", "wiki" };

/* The runs of a program. */
struct first {
	struct xs_measure *m;
	const struct xs_case *c;
	uint32_t how;
	cpu_set_t cpus;	 /* all that are ours: the engine may have moved us aside */
	char folder[96]; /* its working directory: the case, the corpus, what it prints */
	char program[PATH_MAX];
	uint32_t wikis;
	uint64_t from_ns;
	bool found;
	char label[XS_WHY_BYTES];
	uint64_t finds;
	struct xs_wiki wiki[WIKI_MAX]; /* of each process */
};

/* Beside ourselves, or in the working directory: whether it is there. */
static bool find_program(const char *name, char path[PATH_MAX])
{
	char self[PATH_MAX] = "";

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) > 0 &&
	    snprintf(path, PATH_MAX, "%s/%s", dirname(self), name) < PATH_MAX &&
	    !access(path, X_OK))
		return true;
	return realpath(name, path) && !access(path, X_OK);
}

static int write_case(const char *folder, const char *name, const struct xs_case *c, char *why)
{
	char text[XS_CASE_TEXT_MAX], path[128];

	xs_case_print(c, text);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return xs_save(path, text, strlen(text), why);
}

/* What each of them finds there: the case, and a corpus of a plain signal. */
static int fill_folder(struct first *f)
{
	char cases[128], why[XS_WHY_BYTES];
	struct xs_case plain;

	xs_case_default(&plain);
	snprintf(cases, sizeof(cases), "%s/cases", f->folder);
	if (mkdir(cases, 0700))
		return xs_lab_fail(f->m, cases, -errno);
	if (write_case(f->folder, "given.case", f->c, why) ||
	    write_case(cases, "plain.case", &plain, why))
		return xs_lab_error(f->m, why);
	return 0;
}

static uint32_t seconds(const struct first *f)
{
	return (f->c->duration_ms + 999) / 1000;
}

static int run_program(const struct first *f)
{
	char time[32], *check[] = { "xsavage", "check", "--first", "-t", time, NULL };
	char *replay[] = { "xsavage", "replay", "given.case", NULL };
	char *fuzz[] = { "xsavage-fuzz", time, "cases", NULL };
	char **const argv[] = { check, replay, fuzz };

	snprintf(time, sizeof(time), f->how == FUZZ ? "-max_total_time=%u" : "%u", seconds(f));
	execv(f->program, argv[f->how]);
	fprintf(stderr, "%s: %s\n", f->program, strerror(errno));
	return 2;
}

/* Start it: the process group, or -errno. */
static pid_t start(struct first *f)
{
	const uint32_t processes = f->how == WIKI ? f->wikis : 1;
	pid_t group = 0;

	for (uint32_t i = 0; i < processes; i++) {
		const pid_t pid = xs_program_fork(group, &f->cpus, f->folder);

		if (!pid)
			_exit(f->how == WIKI ? xs_wiki_run(&f->wiki[i]) : run_program(f));
		if (pid < 0) {
			if (group)
				xs_child_end(group, END_MS);
			return pid;
		}
		group = group ? group : pid;
	}
	return group;
}

/* The processes of the wiki's program: what was seen of them all, or why they prove nothing. */
static int judge_wiki(struct first *f, bool timed_out, int code)
{
	uint64_t signals = 0, drops = 0;

	for (uint32_t i = 0; i < f->wikis; i++) {
		const struct xs_wiki *w = &f->wiki[i];

		signals += w->signals;
		drops += w->drops;
		if (w->error)
			return xs_lab_fail(f->m, w->what, w->error);
		for (uint32_t lane = 0; lane < 4; lane++)
			if (w->wanted[lane] != w->got[lane] && !f->label[0])
				snprintf(f->label, sizeof(f->label),
					 "ymm lane %u: 0x%016lx, not 0x%016lx", lane, w->got[lane],
					 w->wanted[lane]);
	}
	if (!timed_out && code != 1)
		return xs_lab_error(f->m, "one of the wiki's processes died");
	if (timed_out && (!signals || !drops))
		return xs_lab_error(f->m, "the wiki's processes took no signal");
	f->found = !timed_out;
	xs_bench_counter(f->m->b, "signals", (double)signals);
	xs_bench_counter(f->m->b, "drops", (double)drops);
	return 0;
}

static int judge_program(struct first *f, bool timed_out, int code)
{
	const int finding = f->how == FUZZ ? FUZZ_FINDING : 1;
	char why[XS_WHY_BYTES];
	struct xs_said said;

	xs_program_said(f->folder, &said);
	memcpy(f->label, said.finding, sizeof(f->label));
	f->found = !timed_out && code == finding;
	/* 4 is a skip, too; inconclusive is what has not found anything in its time. */
	if (!timed_out && (!code || f->found || (code == 4 && said.inconclusive)))
		return 0;
	snprintf(why, sizeof(why), "%s %s (exit code %d): %s", how_names[f->how],
		 timed_out ? "did not end in its time" : "failed", code, said.last);
	return code == 4 ? xs_lab_skip(f->m, why) : xs_lab_error(f->m, why);
}

/* The line on the terminal, once a second. */
static void draw(void *arg)
{
	const struct first *f = arg;

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%s: %s, %u s\033[K", f->c->name, how_names[f->how],
			(unsigned int)((xs_now_ns() - f->from_ns) / 1000000000));
}

/* One run in its folder. */
static int run_one(struct first *f)
{
	const uint64_t limit_ns = f->c->duration_ms * 1000000ull;
	int code = 0, rc;
	pid_t group, over;

	f->from_ns = xs_now_ns();
	group = start(f);
	if (group < 0)
		return xs_lab_fail(f->m, "creating a process", group);
	over = xs_child_wait(f->m->lab, group,
			     f->from_ns + limit_ns + (f->how == WIKI ? 0 : GRACE_NS), draw, f,
			     &code);
	f->m->ns = xs_now_ns() - f->from_ns;
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	xs_child_end(group, END_MS);
	if (over == -EINTR)
		return xs_lab_stopped(f->m);
	if (over < 0 && over != -ETIMEDOUT)
		return xs_lab_fail(f->m, "waiting for a process", over);
	rc = (f->how == WIKI ? judge_wiki : judge_program)(f, over < 0, code);
	/* Later than its time is not found. */
	f->found = f->found && f->m->ns <= limit_ns;
	if (!f->found)
		f->m->ns = limit_ns;
	return rc;
}

static int remove_folder(void *arg)
{
	return xs_program_remove(arg);
}

/* Name a folder that nobody can know before: the guardian removes it by its name. */
static bool name_folder(char *folder, size_t bytes)
{
	const char *tmp = getenv("TMPDIR");
	uint64_t number = xs_rdtsc();
	int n;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
		number *= 0x9e3779b97f4a7c15;
	n = snprintf(folder, bytes, "%s/xsavage-first-%016" PRIx64,
		     tmp && *tmp == '/' ? tmp : "/tmp", number);
	return n > 0 && (size_t)n < bytes;
}

/* With a new folder, which goes whatever happens, and whoever is killed. */
static int run_in_folder(struct first *f)
{
	struct xs_guardian guardian = { .undo = remove_folder, .arg = f->folder, .fd = -1 };
	sigset_t hangup, before;
	int rc, left;

	if (!name_folder(f->folder, sizeof(f->folder)))
		return xs_lab_error(f->m, "TMPDIR is too long");
	/* The end of the terminal must not leave the folder; it ends the run as Ctrl-C does. */
	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hangup, &before);
	rc = xs_guardian_start(&guardian);
	if (rc) {
		rc = xs_lab_fail(f->m, "creating a process", rc);
		goto out;
	}
	rc = mkdir(f->folder, 0700) ? xs_lab_fail(f->m, f->folder, -errno) : 0;
	if (!rc)
		rc = fill_folder(f);
	if (!rc)
		rc = run_one(f);
	left = xs_guardian_end(&guardian);
	if (!rc && left)
		rc = xs_lab_fail(f->m, f->folder, left);
out:
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static int prepare(struct xs_measure *m)
{
	struct first *f = m->state;
	const char *name = m->key[1] == FUZZ ? "xsavage-fuzz" : "xsavage";
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char why[XS_WHY_BYTES];

	f->m = m;
	f->c = &m->lab->given[m->key[0]];
	f->how = m->key[1];
	for (uint32_t i = 0; i < xs_lab_cpus(m->lab); i++)
		CPU_SET(xs_lab_cpu_at(m->lab, i), &f->cpus);
	f->wikis = cpus < 1 ? 2 : cpus > (long)WIKI_MAX / 2 ? WIKI_MAX : 2 * (uint32_t)cpus;
	if (m->lab->interrupted)
		return xs_lab_stopped(m);
	if (f->how == WIKI)
		return xs_lab_needs(m, XS_STATE_avx);
	if (find_program(name, f->program))
		return 0;
	snprintf(why, sizeof(why), "no %s beside xsavage-bench or in this folder", name);
	return xs_lab_skip(m, why);
}

static int run_round(struct xs_measure *m)
{
	struct first *f = m->state;
	int rc;

	memset(f->wiki, 0, sizeof(f->wiki));
	f->label[0] = '\0';
	rc = run_in_folder(f);
	f->finds += f->found;
	xs_lab_set(m, 0, m->ns);
	return rc;
}

static void report(struct xs_measure *m)
{
	const struct first *f = m->state;
	const struct xs_spread spread = xs_spread(m->row, m->rounds);

	xs_bench_counter(m->b, "found", (double)f->finds);
	xs_bench_counter(m->b, "runs", (double)m->rounds);
	xs_bench_counter(m->b, "median_s", (double)spread.median / 1e9);
	xs_bench_counter(m->b, "least_s", (double)spread.min / 1e9);
	xs_bench_counter(m->b, "most_s", (double)spread.max / 1e9);
	xs_bench_label(m->b, f->finds ? f->label : "not found");
}

static const struct xs_family first = {
	.name = "first",
	.help = "  first/CASE/HOW  from the start of a program to its first finding: check, replay "
		"(of\n"
		"                  CASE), fuzz, or wiki, which does what Go's wiki program for\n"
		"                  CVE-2019-19602 does. Each has CASE's duration_ms. A finding is "
		"no\n"
		"                  failure here\n",
	.list = { XS_CASES, XS_WORDS(how_names) },
	.once = true,
	.bytes = sizeof(struct first),
	.rows = 1,
	.prepare = prepare,
	.round = run_round,
	.report = report,
};
XS_FAMILY(first);
