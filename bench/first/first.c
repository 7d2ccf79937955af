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
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "first/program.h"
#include "first/wiki.h"
#include "lab.h"
#include "pressure/guardian.h"
#include "report/interval.h"
#include "task/sys.h"

#define GRACE_NS     (60 * 1000000000ull) /* beyond its time, for a program to end by itself */
#define FUZZ_FINDING 77			  /* libFuzzer's own, which its usage errors are not */
#define WIKI_MAX     512u		  /* processes */

enum { CHECK, REPLAY, FUZZ, WIKI, HOWS };

static const char *const how_names[] = { "check", "replay", "fuzz", "wiki" };

struct first {
	struct xs_lab *lab;
	const struct xs_case *c;
	uint32_t how;
	cpu_set_t cpus; /* all that are ours: the engine may have moved us aside */
};

/* One run of a program. */
struct attempt {
	char folder[96]; /* its working directory: the case, the corpus, what it prints */
	char program[PATH_MAX];
	uint32_t wikis;
	struct xs_wiki *wiki; /* of each process */
	bool found;
	char label[XS_WHY_BYTES];
};

/* Beside ourselves, or in the working directory: 0 or -ENOENT. */
static int find_program(const char *name, char path[PATH_MAX])
{
	char folder[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", folder, sizeof(folder) - 1);

	for (int i = 0; i < 2; i++) {
		if (n > 0) {
			folder[n] = '\0';
			*strrchr(folder, '/') = '\0';
			if (snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX &&
			    !access(path, X_OK))
				return 0;
		}
		if (!getcwd(folder, sizeof(folder) - 1))
			break;
		strcat(folder, "/");
		n = (ssize_t)strlen(folder);
	}
	return -ENOENT;
}

static int write_case(const char *folder, const char *name, const struct xs_case *c)
{
	char text[XS_CASE_TEXT_MAX], path[128];
	FILE *f;
	int rc;

	xs_case_print(c, text);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "we");
	if (!f)
		return -errno;
	rc = fputs(text, f) < 0 ? -EIO : 0;
	return fclose(f) ? -EIO : rc;
}

/* What each of them finds there: the case, and a corpus of a plain signal. */
static int fill_folder(const char *folder, const struct xs_case *c)
{
	char cases[128];
	struct xs_case plain;
	int rc = write_case(folder, "given.case", c);

	if (rc)
		return rc;
	snprintf(cases, sizeof(cases), "%s/cases", folder);
	if (mkdir(cases, 0700))
		return -errno;
	xs_case_default(&plain);
	return write_case(cases, "plain.case", &plain);
}

static uint32_t seconds(const struct first *f)
{
	return (f->c->duration_ms + 999) / 1000;
}

static int run_program(const struct first *f, const struct attempt *t)
{
	char time[32], *check[] = { "xsavage", "check", "-t", time, NULL };
	char *replay[] = { "xsavage", "replay", "given.case", NULL };
	char *fuzz[] = { "xsavage-fuzz", time, "cases", NULL };
	char **const argv[] = { check, replay, fuzz };

	snprintf(time, sizeof(time), f->how == FUZZ ? "-max_total_time=%u" : "%u", seconds(f));
	execv(t->program, argv[f->how]);
	fprintf(stderr, "%s: %s\n", t->program, strerror(errno));
	return 2;
}

/* Start it: the process group, or -errno. */
static pid_t start(const struct first *f, struct attempt *t)
{
	const uint32_t processes = f->how == WIKI ? t->wikis : 1;
	pid_t group = 0;

	for (uint32_t i = 0; i < processes; i++) {
		const pid_t pid = xs_program_fork(group, &f->cpus, t->folder);

		if (!pid)
			_exit(f->how == WIKI ? xs_wiki_run(&t->wiki[i]) : run_program(f, t));
		if (pid < 0) {
			if (group)
				xs_program_end(group);
			return pid;
		}
		group = group ? group : pid;
	}
	return group;
}

/* The processes of the wiki's program: what was seen of them all, or why they prove nothing. */
static int judge_wiki(const struct first *f, struct xs_bench *b, struct attempt *t, bool timed_out,
		      int code)
{
	uint64_t signals = 0, drops = 0, wanted, got;

	for (uint32_t i = 0; i < t->wikis; i++) {
		const struct xs_wiki *w = &t->wiki[i];

		signals += w->signals;
		drops += w->drops;
		if (w->error)
			return xs_lab_fail(f->lab, b, w->what, w->error);
		for (size_t at = 0; at < sizeof(w->got); at += sizeof(got)) {
			memcpy(&wanted, w->wanted + at, sizeof(wanted));
			memcpy(&got, w->got + at, sizeof(got));
			if (wanted == got || t->label[0])
				continue;
			snprintf(t->label, sizeof(t->label), "ymm lane %zu: 0x%016lx, not 0x%016lx",
				 at / sizeof(got), (unsigned long)got, (unsigned long)wanted);
		}
	}
	if (!timed_out && code != 1)
		return xs_lab_error(f->lab, b, "one of the wiki's processes died");
	if (timed_out && (!signals || !drops))
		return xs_lab_error(f->lab, b, "the wiki's processes took no signal");
	t->found = !timed_out;
	xs_bench_counter(b, "signals", (double)signals);
	xs_bench_counter(b, "drops", (double)drops);
	return 0;
}

static int judge_program(const struct first *f, struct xs_bench *b, struct attempt *t,
			 bool timed_out, int code)
{
	const int finding = f->how == FUZZ ? FUZZ_FINDING : 1;
	char why[XS_WHY_BYTES];
	struct xs_said said;

	xs_program_said(t->folder, &said);
	memcpy(t->label, said.finding, sizeof(t->label));
	t->found = !timed_out && code == finding;
	/* 4 is a skip, too; inconclusive is what has not found anything in its time. */
	if (!timed_out && (!code || t->found || (code == 4 && said.inconclusive)))
		return 0;
	snprintf(why, sizeof(why), "%s %s (exit code %d): %s", how_names[f->how],
		 timed_out ? "did not end in its time" : "failed", code, said.last);
	return code == 4 ? xs_lab_skip(b, why) : xs_lab_error(f->lab, b, why);
}

/* One run in its folder: 0 with the time that it took, or -ECANCELED with the benchmark ended. */
static int run_one(const struct first *f, struct xs_bench *b, struct attempt *t, uint64_t *ns)
{
	const uint64_t limit_ns = f->c->duration_ms * 1000000ull;
	uint64_t from_ns = xs_now_ns();
	int code = 0, rc;
	pid_t group;

	group = start(f, t);
	if (group < 0)
		return xs_lab_fail(f->lab, b, "creating a process", group);
	rc = xs_program_wait(group, from_ns, limit_ns + (f->how == WIKI ? 0 : GRACE_NS), f->c->name,
			     how_names[f->how], &code);
	*ns = xs_now_ns() - from_ns;
	xs_program_end(group);
	if (rc > 0) {
		f->lab->interrupted = rc;
		return xs_lab_stopped(f->lab, b);
	}
	if (rc && rc != -ETIMEDOUT)
		return xs_lab_fail(f->lab, b, "waiting for a process", rc);
	rc = f->how == WIKI ? judge_wiki(f, b, t, rc, code) : judge_program(f, b, t, rc, code);
	/* Later than its time is not found. */
	t->found = t->found && *ns <= limit_ns;
	if (!t->found)
		*ns = limit_ns;
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
static int run_in_folder(const struct first *f, struct xs_bench *b, struct attempt *t, uint64_t *ns)
{
	struct xs_guardian guardian = { .undo = remove_folder, .arg = t->folder, .fd = -1 };
	sigset_t hangup, before;
	int rc, left;

	if (!name_folder(t->folder, sizeof(t->folder)))
		return xs_lab_error(f->lab, b, "TMPDIR is too long");
	/* The end of the terminal must not leave the folder; it ends the run as Ctrl-C does. */
	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hangup, &before);
	rc = xs_guardian_start(&guardian);
	if (rc) {
		rc = xs_lab_fail(f->lab, b, "creating a process", rc);
		goto out;
	}
	rc = mkdir(t->folder, 0700) ? xs_lab_fail(f->lab, b, t->folder, -errno) : 0;
	if (!rc) {
		rc = fill_folder(t->folder, f->c);
		rc = rc ? xs_lab_fail(f->lab, b, "writing the case", rc) : run_one(f, b, t, ns);
	}
	left = xs_guardian_end(&guardian);
	if (!rc && left)
		rc = xs_lab_fail(f->lab, b, t->folder, left);
out:
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static int prepare(const struct first *f, struct xs_bench *b, struct attempt *t)
{
	const char *name = f->how == FUZZ ? "xsavage-fuzz" : "xsavage";
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char why[XS_WHY_BYTES];

	if (f->lab->interrupted)
		return xs_lab_stopped(f->lab, b);
	if (f->how != WIKI && find_program(name, t->program)) {
		snprintf(why, sizeof(why), "no %s beside xsavage-bench or in this folder", name);
		return xs_lab_skip(b, why);
	}
	if (f->how != WIKI)
		return 0;
	if (!(xs_arena_cpu(f->lab->session.arena)->features & XS_CPU_AVX))
		return xs_lab_skip(b, "the wiki's program needs AVX");
	t->wikis = cpus < 1 ? 2 : cpus > (long)WIKI_MAX / 2 ? WIKI_MAX : 2 * (uint32_t)cpus;
	return 0;
}

static void run(struct xs_bench *b, void *arg)
{
	const size_t wiki_bytes = WIKI_MAX * sizeof(struct xs_wiki);
	const struct xs_lab_item *item = arg;
	struct first first = { .lab = item->lab, .how = item->key[1] };
	const struct first *f = &first;
	uint64_t *took_ns = calloc(xs_bench_iterations(b), sizeof(*took_ns)), n = 0, found = 0;
	struct xs_spread spread;
	struct attempt t = { 0 };

	first.c = &item->lab->given[item->key[0]].c;
	for (uint32_t i = 0; i < xs_lab_cpus(item->lab); i++)
		CPU_SET(xs_lab_cpu_at(item->lab, i), &first.cpus);
	t.wiki = mmap(NULL, wiki_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!took_ns || t.wiki == MAP_FAILED) {
		xs_lab_fail(f->lab, b, "memory", -ENOMEM);
		goto out;
	}
	if (prepare(f, b, &t))
		goto out;
	while (xs_bench_next(b)) {
		memset(t.wiki, 0, wiki_bytes);
		t.label[0] = '\0';
		if (run_in_folder(f, b, &t, &took_ns[n]))
			goto out;
		found += t.found;
		xs_bench_time(b, took_ns[n++]);
	}
	spread = xs_spread(took_ns, n);
	xs_bench_counter(b, "found", (double)found);
	xs_bench_counter(b, "runs", (double)n);
	xs_bench_counter(b, "median_s", (double)spread.median / 1e9);
	xs_bench_counter(b, "least_s", (double)spread.min / 1e9);
	xs_bench_counter(b, "most_s", (double)spread.max / 1e9);
	xs_bench_label(b, found ? t.label : "not found");
out:
	if (t.wiki != MAP_FAILED)
		munmap(t.wiki, wiki_bytes);
	free(took_ns);
}

void xs_first_register(struct xs_lab *lab)
{
	char name[XS_NAME_BYTES + 16];

	for (uint8_t i = 0; i < lab->givens; i++)
		for (uint8_t how = 0; how < HOWS; how++) {
			snprintf(name, sizeof(name), "first/%s/%s", lab->given[i].c.name,
				 how_names[how]);
			xs_lab_add_once(lab, name, run, (uint8_t[4]){ i, how });
		}
}
