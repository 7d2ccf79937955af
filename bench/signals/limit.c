// SPDX-License-Identifier: GPL-2.0-only
/*
 * mitigate/limit: how many threads RLIMIT_MEMLOCK lets have a mitigation, and what then happens.
 *
 * A child sets the limit, gives up CAP_IPC_LOCK, which would lift it, and creates threads
 * until one cannot protect its signal stack. Each takes a signal, its first: what it faults
 * counts. Nothing is assumed of the thread that failed either: it takes its signal too.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "child.h"
#include "task/sys.h"
#include "signals/gsignal.h"

#define PAGE	     4096u
#define THREADS	     512u /* that are tried, or as many as the limit has pages */
#define MORE	     16u  /* and some */
#define THREAD_BYTES 65536u

static const struct {
	const char *name;
	uint64_t bytes;
} limits[] = {
	{ "64KiB", 64 << 10 },
	{ "8MiB", 8 << 20 },
	{ "unlimited", RLIM_INFINITY },
};

/* What a child finds out. */
struct work {
	uint8_t row;
	uint64_t limit_bytes;
	uint64_t run_ns;
	uint32_t threads;	 /* that have the mitigation */
	uint64_t faults;	 /* of their first signals */
	int failed;		 /* errno of what failed then, or 0, and */
	const char *what;	 /* what that is */
	bool by_capability;	 /* unlimited because of CAP_IPC_LOCK */
	bool lived;		 /* the thread was there all the same, */
	uint64_t unprotected;	 /* and its first signal had so many faults */
	volatile uint32_t begun; /* futex: threads that have reported; */
	volatile int rc;	 /* of the last one, */
	volatile uint64_t fault; /* page faults of its first signal, */
	volatile bool delivered; /* and whether it came */
};

/* Whether the process has CAP_IPC_LOCK; @drop: it gives it up. Return: 1, 0, or -errno. */
static int ipc_lock(bool drop)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	int rc = (int)xs_syscall3(SYS_capget, (long)&head, (long)data, 0);
	const bool has = !rc && data[0].effective >> CAP_IPC_LOCK & 1;

	if (rc || !drop)
		return rc ? rc : has;
	data[0].effective &= ~(1u << CAP_IPC_LOCK);
	data[0].permitted &= ~(1u << CAP_IPC_LOCK);
	rc = (int)xs_syscall3(SYS_capset, (long)&head, (long)data, 0);
	return rc ? rc : has;
}

/* 0, -errno, or an errno for what this machine does not allow. */
static int set_limit(struct work *w, const char **what)
{
	const struct rlimit r = { .rlim_cur = w->limit_bytes, .rlim_max = w->limit_bytes };
	int rc;

	*what = "setrlimit(RLIMIT_MEMLOCK)";
	if (setrlimit(RLIMIT_MEMLOCK, &r)) {
		rc = errno;
		/* With the capability there is no limit either. */
		w->by_capability = w->limit_bytes == RLIM_INFINITY && ipc_lock(false) == 1;
		return w->by_capability ? 0 : rc;
	}
	*what = "giving up CAP_IPC_LOCK";
	rc = ipc_lock(true);
	return rc < 0 ? rc : 0;
}

/* The calling thread's first signal: 0 with its page faults in *n, or -errno. */
static int first_signal(const struct xs_mitigation *m, uint8_t *base, uint64_t *n)
{
	const pid_t pid = getpid(), tid = gettid();
	const uint32_t count = xs_gsignal_count();
	uint64_t before;
	int rc = m->each ? m->each(base, XS_GSIGNAL_BYTES) : 0;

	if (rc < 0)
		return rc;
	before = xs_gsignal_faults();
	tgkill(pid, tid, SIGUSR1);
	*n = xs_gsignal_faults() - before;
	return xs_gsignal_count() == count + 1 ? 0 : -ENOMSG;
}

static void *live(void *arg)
{
	struct work *w = arg;
	const struct xs_mitigation *m = &xs_mitigations[w->row];
	const char *what = "";
	uint64_t n = 0;
	uint8_t *base;
	int rc = xs_gsignal_open(m, &base, &what);

	/* Without a stack, nobody knows where a signal would go. */
	w->delivered = (base || m->no_altstack) && !first_signal(m, base, &n);
	w->fault = n;
	w->what = what;
	w->rc = rc;
	w->begun++;
	xs_wake(&w->begun);
	/* Until the process is over: what it has locked stays so. */
	for (;;)
		pause();
	return NULL;
}

/* One more thread: 0, 1 if that was the last one, or -errno. */
static int add_thread(struct work *w, const pthread_attr_t *attr, const char **what)
{
	const uint32_t begun = w->begun;
	pthread_t thread;
	int rc = pthread_create(&thread, attr, live, w);

	if (rc) {
		w->failed = rc;
		w->what = "pthread_create()";
		return 1;
	}
	while (w->begun == begun)
		xs_syscall6(SYS_futex, (long)&w->begun, FUTEX_WAIT, begun, 0, 0, 0);
	*what = "the first signal of a thread";
	if (!w->delivered && !w->rc)
		return -ENOMSG;
	if (!w->rc) {
		w->faults += w->fault;
		w->threads++;
		return 0;
	}
	w->failed = -w->rc;
	w->lived = w->delivered;
	w->unprotected = w->fault;
	return 1;
}

/* For the process; where that fails, see what the first signal of a thread without it does. */
static int protect_process(struct work *w)
{
	const struct xs_mitigation *m = &xs_mitigations[w->row];
	const int rc = m->process ? m->open(NULL, 0) : 0;
	const char *what;
	uint8_t *base;

	if (rc >= 0)
		return 0;
	w->failed = -rc;
	w->what = m->summary;
	w->lived = !xs_gsignal_open(&xs_mitigations[XS_MITIGATION_none], &base, &what) &&
		   !first_signal(m, base, &w->unprotected);
	return 1;
}

/* What has never run before would fault, too: let the handler run once. */
static int warm(uint64_t *unused)
{
	const int rc = xs_gsignal_handle();

	return rc ? rc : first_signal(&xs_mitigations[XS_MITIGATION_none], NULL, unused);
}

static int fill(void *shared, uint32_t i, const char **what)
{
	struct work *w = shared;
	const bool counts = xs_mitigations[w->row].locks && w->limit_bytes != RLIM_INFINITY;
	const uint64_t pages = counts ? w->limit_bytes / PAGE + MORE : THREADS;
	const uint64_t from_ns = xs_now_ns();
	pthread_attr_t attr;
	int rc;

	(void)i;
	*what = "a process for threads";
	rc = warm(&w->unprotected);
	if (!rc)
		rc = set_limit(w, what);
	if (rc)
		return rc;
	w->threads = w->begun = 0;
	w->faults = w->unprotected = 0;
	w->failed = 0;
	w->lived = false;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_BYTES);
	rc = protect_process(w);
	while (!rc && w->threads < (pages < THREADS ? THREADS : pages))
		rc = add_thread(w, &attr, what);
	w->run_ns = xs_now_ns() - from_ns;
	return rc < 0 ? rc : 0;
}

/* What then happens, in a line. */
static void tell(struct xs_bench *b, const struct work *w)
{
	char text[320];

	if (!w->failed)
		snprintf(text, sizeof(text), "no failure%s",
			 w->by_capability ? " (CAP_IPC_LOCK; the limit itself cannot be raised)"
					  : "");
	else if (w->lived)
		snprintf(text, sizeof(text),
			 "then %s: %s; the thread's first signal came with %llu page fault%s",
			 w->what, strerrorname_np(w->failed), (unsigned long long)w->unprotected,
			 w->unprotected == 1 ? "" : "s");
	else
		snprintf(text, sizeof(text), "then %s: %s; the program has no such thread", w->what,
			 strerrorname_np(w->failed));
	xs_bench_label(b, text);
}

static int run_round(struct xs_measure *m)
{
	struct work *w = m->state;
	int rc;

	w->row = m->key[0];
	w->limit_bytes = limits[m->key[1]].bytes;
	rc = xs_child_run(m, fill, w);
	m->ns = w->run_ns;
	return rc;
}

static void report(struct xs_measure *m)
{
	const struct work *w = m->state;

	xs_bench_counter(m->b, "protected", w->threads);
	if (w->threads)
		xs_bench_counter(m->b, "faults", (double)w->faults / w->threads);
	if (w->lived && w->failed)
		xs_bench_counter(m->b, "faults_then", (double)w->unprotected);
	tell(m->b, w);
}

static const struct xs_family mitigated_limit = {
	.name = "mitigate/limit",
	.list = { XS_LIST(xs_mitigations, XS_MITIGATIONS, .name),
		  XS_LIST(limits, sizeof(limits) / sizeof(limits[0]), .name) },
	.bytes = sizeof(struct work),
	.round = run_round,
	.report = report,
};
XS_FAMILY(mitigated_limit);
