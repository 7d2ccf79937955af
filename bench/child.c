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
#define POLL_MS	   10

/* What a child says of its work; a literal has the same address on both sides. */
struct said {
	int rc;
	const char *what;
};

struct report {
	volatile uint32_t missing; /* children that have not begun */
	struct said of[];
};

void *xs_child_memory(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void xs_child_memory_free(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, bytes);
}

pid_t xs_child_fork(pid_t group)
{
	const struct sched_param normal = { 0 };
	const pid_t parent = getpid(), pid = fork();
	sigset_t none;

	if (pid < 0)
		return -errno;
	/* Whoever comes first: it may be signalled at once, and be the group of the next. */
	setpgid(pid, group ? group : pid);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sched_setscheduler(0, SCHED_OTHER, &normal);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return 0;
}

pid_t xs_child_wait(struct xs_lab *lab, pid_t group, uint64_t until_ns, void (*tick)(void *arg),
		    void *arg, int *code)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	for (;;) {
		const uint64_t now_ns = xs_now_ns();
		struct timespec rest = { .tv_sec = 1 };
		siginfo_t info = { 0 };
		int signo;

		if (waitid(P_PGID, (id_t)group, &info, WEXITED | WNOHANG | WNOWAIT))
			return -errno;
		if (info.si_pid) {
			*code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
			return info.si_pid;
		}
		if (now_ns >= until_ns)
			return -ETIMEDOUT;
		if (until_ns - now_ns < 1000000000)
			rest = (struct timespec){ .tv_nsec = (long)(until_ns - now_ns) };
		if (tick)
			tick(arg);
		signo = sigtimedwait(&set, NULL, &rest);
		if (signo > 0 && signo != SIGCHLD) {
			lab->interrupted = signo;
			return -EINTR;
		}
	}
}

/* Reap what has ended: whether all have. */
static bool gone(pid_t group)
{
	pid_t pid;

	do
		pid = waitpid(-group, NULL, WNOHANG);
	while (pid > 0);
	return pid < 0;
}

void xs_child_end(pid_t group, int ms)
{
	if (ms)
		kill(-group, SIGTERM);
	for (; ms > 0 && !gone(group); ms -= POLL_MS)
		usleep(POLL_MS * 1000);
	if (gone(group))
		return;
	kill(-group, SIGKILL);
	while (waitpid(-group, NULL, 0) > 0)
		;
}

/* Each has a CPU of its own, or is alone, so that waiting by yields takes none from another. */
static void meet(volatile uint32_t *missing)
{
	__atomic_sub_fetch(missing, 1, __ATOMIC_SEQ_CST);
	while (*missing)
		sched_yield();
}

/* A child that said nothing: how it ended. */
static int died(struct xs_measure *m, int code)
{
	char what[96];

	if (code > 128)
		snprintf(what, sizeof(what), "the measured process was killed by signal %d (%s)",
			 code - 128, strsignal(code - 128));
	else
		snprintf(what, sizeof(what), "the measured process left with exit code %d", code);
	return xs_lab_fail(m, what, -ECHILD);
}

/* What a child has said of its work: 0, or -ECANCELED with the benchmark ended. */
static int settle(struct xs_measure *m, const struct said *said)
{
	char why[XS_WHY_BYTES];

	if (said->rc == -EBADMSG)
		return xs_lab_found(m, said->what);
	if (said->rc <= 0)
		return said->rc ? xs_lab_fail(m, said->what, said->rc) : 0;
	snprintf(why, sizeof(why), "%s: %s", said->what, strerror(said->rc));
	return xs_lab_skip(m, why);
}

/* Start the children: their group, or -errno. */
static pid_t start(struct report *report, const uint32_t *cpu, uint32_t n,
		   int (*work)(void *shared, uint32_t i, const char **what), void *shared)
{
	pid_t group = 0;

	report->missing = n;
	for (uint32_t i = 0; i < n; i++) {
		struct said *said = &report->of[i];
		const pid_t pid = xs_child_fork(group);

		if (pid < 0) {
			if (group)
				xs_child_end(group, 0);
			return pid;
		}
		group = group ? group : pid;
		if (pid)
			continue;
		said->what = "a child";
		said->rc = xs_child_pin(cpu[i]);
		meet(&report->missing);
		if (!said->rc)
			said->rc = work(shared, i, &said->what);
		_exit(0);
	}
	return group;
}

int xs_child_run_all(struct xs_measure *m, const uint32_t *cpu, uint32_t n,
		     int (*work)(void *shared, uint32_t i, const char **what), void *shared)
{
	const uint64_t until_ns = xs_now_ns() + LONGEST_NS;
	const size_t bytes = sizeof(struct report) + n * sizeof(struct said);
	struct report *report;
	pid_t group;
	int rc = 0;

	if (m->lab->interrupted)
		return xs_lab_stopped(m);
	report = xs_child_memory(bytes);
	if (!report)
		return xs_lab_fail(m, "memory that is shared with a child", -ENOMEM);
	group = start(report, cpu, n, work, shared);
	if (group < 0)
		rc = xs_lab_fail(m, "fork()", group);
	for (uint32_t left = n; !rc && left; left--) {
		int code = 0;
		const pid_t over = xs_child_wait(m->lab, group, until_ns, NULL, NULL, &code);

		if (over == -EINTR)
			rc = xs_lab_stopped(m);
		else if (over < 0)
			rc = xs_lab_fail(m, "the measured process did not end", over);
		else if (waitpid(over, NULL, 0) && code)
			rc = died(m, code);
		for (uint32_t i = 0; !rc && i < n; i++)
			rc = settle(m, &report->of[i]);
	}
	/* A sibling may wait for one that is no more. */
	if (group > 0)
		xs_child_end(group, 0);
	xs_child_memory_free(report, bytes);
	return rc;
}

int xs_child_run(struct xs_measure *m, int (*work)(void *shared, uint32_t i, const char **what),
		 void *shared)
{
	const uint32_t cpu = xs_lab_cpu(m->lab);

	return xs_child_run_all(m, &cpu, 1, work, shared);
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
	hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(t, HWLOC_OBJ_CORE,
							  hwloc_get_pu_obj_by_os_index(t, own));
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
