// SPDX-License-Identifier: GPL-2.0-only
/* Runs one piece of work in a child that leaves nothing behind. */
#include "child.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/sys.h"

#define LONGEST_NS 20000000000ull /* a round takes milliseconds on an idle machine */

/* What the child says of its work; a literal has the same address on both sides. */
struct report {
	int rc;
	const char *what;
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

/* Wait until @pid is over, or has to be: 0, -EINTR with lab->interrupted set, or -ETIME. */
static int await(struct xs_lab *lab, pid_t pid, int *status)
{
	const uint64_t until_ns = xs_now_ns() + LONGEST_NS;
	sigset_t set;
	pid_t over;
	int rc = 0;

	/* The arena has blocked all three. */
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	while (!(over = waitpid(pid, status, WNOHANG))) {
		const struct timespec second = { .tv_sec = 1 };
		const int signo = sigtimedwait(&set, NULL, &second);

		if (signo == SIGINT || signo == SIGTERM) {
			lab->interrupted = signo;
			rc = -EINTR;
		} else if (xs_now_ns() > until_ns) {
			rc = -ETIME;
		}
		if (rc) {
			kill(pid, SIGKILL);
			waitpid(pid, status, 0);
			return rc;
		}
	}
	return over < 0 ? -errno : 0;
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

static int cannot(struct xs_bench *b, const struct report *report)
{
	char why[XS_WHY_BYTES];

	snprintf(why, sizeof(why), "%s: %s", report->what, strerror(report->rc));
	return xs_lab_skip(b, why);
}

int xs_child_run(struct xs_lab *lab, struct xs_bench *b,
		 int (*work)(void *shared, const char **what), void *shared)
{
	const pid_t parent = getpid();
	struct report *report;
	int status = 0, rc;
	pid_t pid;

	if (lab->interrupted)
		return xs_lab_stopped(lab, b);
	report = xs_child_memory(lab, b, sizeof(*report));
	if (!report)
		return -ECANCELED;
	report->what = "a child";
	pid = fork();
	if (!pid) {
		become_child(parent);
		report->rc = work(shared, &report->what);
		_exit(0);
	}
	rc = pid < 0 ? -errno : await(lab, pid, &status);
	if (lab->interrupted)
		rc = xs_lab_stopped(lab, b);
	else if (rc == -ETIME)
		rc = xs_lab_fail(lab, b, "the measured process did not end", rc);
	else if (rc)
		rc = xs_lab_fail(lab, b, "fork()", rc);
	else if (status)
		rc = died(lab, b, status);
	else if (report->rc > 0)
		rc = cannot(b, report);
	else if (report->rc == -EBADMSG)
		rc = xs_lab_found(lab, b, report->what);
	else if (report->rc)
		rc = xs_lab_fail(lab, b, report->what, report->rc);
	xs_child_memory_free(report, sizeof(*report));
	return rc;
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
