// SPDX-License-Identifier: GPL-2.0-only
/* Runs work in children that leave nothing behind. */
#include "child.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "task/sys.h"

#define LONGEST_NS 20000000000ull /* a round takes milliseconds on an idle machine */

/* What a child says of its work; a literal has the same address on both sides. */
struct said {
	int rc;
	const char *what;
};

struct report {
	volatile uint32_t missing; /* children that have not begun */
	struct said of[];
};

void *xs_child_memory(struct xs_lab *lab, struct xs_bench *b, size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (at != MAP_FAILED)
		return at;
	xs_lab_fail(lab, b, "memory that is shared with a child", -errno);
	return NULL;
}

void xs_child_memory_free(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, bytes);
}

static void become_child(pid_t parent)
{
	const struct sched_param normal = { 0 };
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	sched_setscheduler(0, SCHED_OTHER, &normal);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Each has a CPU of its own, or is alone, so that waiting by yields takes none from another. */
static void meet(volatile uint32_t *missing)
{
	__atomic_sub_fetch(missing, 1, __ATOMIC_SEQ_CST);
	while (*missing)
		sched_yield();
}

/*
 * Wait until one of the children is over, or has to be: 0 with its number in *i, -EINTR with
 * lab->interrupted set, or -ETIME.
 */
static int await(struct xs_lab *lab, pid_t *pid, uint32_t n, uint64_t until_ns, uint32_t *i,
		 int *status)
{
	const struct timespec second = { .tv_sec = 1 };
	sigset_t set;

	/* The arena has blocked all three. */
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		int signo;

		for (*i = 0; *i < n; ++*i) {
			const pid_t over = pid[*i] > 0 ? waitpid(pid[*i], status, WNOHANG) : 0;

			if (over < 0)
				return -errno;
			if (over) {
				pid[*i] = 0;
				return 0;
			}
		}
		signo = sigtimedwait(&set, NULL, &second);
		if (signo == SIGINT || signo == SIGTERM) {
			lab->interrupted = signo;
			return -EINTR;
		}
		if (xs_now_ns() > until_ns)
			return -ETIME;
	}
}

/* End those that are left: a sibling may wait for one that is no more. */
static void end_all(const pid_t *pid, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (pid[i] > 0) {
			kill(pid[i], SIGKILL);
			waitpid(pid[i], NULL, 0);
		}
}

/* A child that said nothing: how it ended. */
static int died(struct xs_lab *lab, struct xs_bench *b, int status)
{
	char what[96];

	if (WIFSIGNALED(status))
		snprintf(what, sizeof(what), "the measured process was killed by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(what, sizeof(what), "the measured process left with exit code %d",
			 WEXITSTATUS(status));
	return xs_lab_fail(lab, b, what, -ECHILD);
}

static int cannot(struct xs_bench *b, const struct said *said)
{
	char why[XS_WHY_BYTES];

	snprintf(why, sizeof(why), "%s: %s", said->what, strerror(said->rc));
	return xs_lab_skip(b, why);
}

/* What became of a child: 0, or -ECANCELED with the benchmark failed. */
static int settle(struct xs_lab *lab, struct xs_bench *b, const struct said *said, int rc,
		  int status)
{
	if (lab->interrupted)
		return xs_lab_stopped(lab, b);
	if (rc == -ETIME)
		return xs_lab_fail(lab, b, "the measured process did not end", rc);
	if (rc)
		return xs_lab_fail(lab, b, "waiting for the measured process", rc);
	if (status)
		return died(lab, b, status);
	if (said->rc > 0)
		return cannot(b, said);
	if (said->rc == -EBADMSG)
		return xs_lab_found(lab, b, said->what);
	return said->rc ? xs_lab_fail(lab, b, said->what, said->rc) : 0;
}

/* Start the children; one that cannot be started leaves those before it to be ended. */
static int start(struct report *report, pid_t *pid, const uint32_t *cpu, uint32_t n,
		 int (*work)(void *shared, uint32_t i, const char **what), void *shared)
{
	const pid_t parent = getpid();

	report->missing = n;
	for (uint32_t i = 0; i < n; i++) {
		struct said *said = &report->of[i];

		said->what = "a child";
		pid[i] = fork();
		if (pid[i] < 0)
			return -errno;
		if (pid[i])
			continue;
		become_child(parent);
		said->rc = cpu ? xs_child_pin(cpu[i]) : 0;
		meet(&report->missing);
		if (!said->rc)
			said->rc = work(shared, i, &said->what);
		_exit(0);
	}
	return 0;
}

int xs_child_run_all(struct xs_lab *lab, struct xs_bench *b, const uint32_t *cpu, uint32_t n,
		     int (*work)(void *shared, uint32_t i, const char **what), void *shared)
{
	const uint64_t until_ns = xs_now_ns() + LONGEST_NS;
	const size_t bytes = sizeof(struct report) + n * sizeof(struct said);
	struct report *report;
	pid_t pid[XS_WORKERS_MAX] = { 0 };
	int rc;

	if (lab->interrupted)
		return xs_lab_stopped(lab, b);
	report = xs_child_memory(lab, b, bytes);
	if (!report)
		return -ECANCELED;
	rc = start(report, pid, cpu, n, work, shared);
	if (rc)
		rc = xs_lab_fail(lab, b, "fork()", rc);
	for (uint32_t left = n; !rc && left; left--) {
		uint32_t i = 0;
		int status = 0, ended = await(lab, pid, n, until_ns, &i, &status);

		rc = settle(lab, b, ended ? NULL : &report->of[i], ended, status);
	}
	end_all(pid, n);
	xs_child_memory_free(report, bytes);
	return rc;
}

/* One child's work, which needs no number. */
struct single {
	int (*work)(void *shared, const char **what);
	void *shared;
};

static int run_single(void *arg, uint32_t i, const char **what)
{
	const struct single *single = arg;

	(void)i;
	return single->work(single->shared, what);
}

int xs_child_run(struct xs_lab *lab, struct xs_bench *b,
		 int (*work)(void *shared, const char **what), void *shared)
{
	struct single single = { work, shared };

	return xs_child_run_all(lab, b, NULL, 1, run_single, &single);
}

uint64_t xs_child_cpu_us(void)
{
	struct rusage r;

	getrusage(RUSAGE_CHILDREN, &r);
	return (uint64_t)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

int xs_child_pin(uint32_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

bool xs_child_other_cpu(const struct xs_lab *lab, uint32_t *cpu)
{
	hwloc_topology_t t = lab->session.topology;
	const uint32_t own = xs_lab_cpu(lab);
	const hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(
		t, HWLOC_OBJ_CORE, hwloc_get_pu_obj_by_os_index(t, own));
	bool any = false;

	for (hwloc_obj_t pu = NULL; (pu = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_PU, pu));) {
		const bool far =
			!core || hwloc_get_ancestor_obj_by_type(t, HWLOC_OBJ_CORE, pu) != core;

		if (pu->os_index == own || (any && !far))
			continue;
		*cpu = pu->os_index;
		any = true;
		if (far)
			break;
	}
	return any;
}
