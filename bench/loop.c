// SPDX-License-Identifier: GPL-2.0-only
/*
 * loop: how many faulting signals a second the engine delivers and proves,
 * beside a bare loop that makes the same system calls and proves nothing.
 *
 * Both run in a child on the same CPU, in turn, pair by pair, so that what else
 * the machine does meets both. A round of either: MADV_DONTNEED of a signal
 * stack of 16 pages, tgkill() to oneself, a handler on that stack, whose frame
 * faults one page in, and sigreturn, with 16 ymm registers in use. The engine
 * also loads those registers with a new generation before, and proves the frame,
 * the registers at handler entry, and the registers after sigreturn.
 */
#include <argp.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/sys.h"
#include "session.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/image.h"

#define PAGE_BYTES	4096u
#define STACK_BYTES	(16ul * PAGE_BYTES) /* as the engine's */
#define PAIRS_DEFAULT	9u
#define PAIRS_MAX	1000u
#define SIGNALS_DEFAULT 50000u
#define SIGNALS_MAX	100000000u
#define DURATION_MS	3600000u /* of an engine run, which its signals end long before */

struct options {
	uint32_t pairs, signals, cpu;
};

/* What one pair came to. */
struct pair {
	double bare, engine;	     /* signals a second */
	double bare_cpu, engine_cpu; /* signals a second of CPU time, children's start included */
};

static void handle(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	(void)context;
}

/* Become what the bare loop's signals need: 0 or -errno. */
static int prepare(uint32_t cpu, uint8_t **stack)
{
	struct sigaction sa = { .sa_sigaction = handle,
				.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART };
	stack_t ss = { .ss_size = STACK_BYTES };
	const struct sched_param normal = { 0 };
	sigset_t none;
	cpu_set_t set;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	*stack =
		mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (*stack == MAP_FAILED)
		return -errno;
	ss.ss_sp = *stack;
	/* The engine's tasks run under the normal policy, too. */
	if (sched_setscheduler(0, SCHED_OTHER, &normal) ||
	    sched_setaffinity(0, sizeof(set), &set) || sigaction(SIGUSR1, &sa, NULL) ||
	    sigaltstack(&ss, NULL) || sigprocmask(SIG_SETMASK, &none, NULL))
		return -errno;
	return 0;
}

/* The bare loop; leaves the time that it took in *ns. */
static int run_bare(const struct options *o, const struct xs_cpu *cpu, uint64_t *ns)
{
	static _Alignas(64) uint8_t image[XS_IMAGE_MAX];
	const struct xs_drive drive = { .mask = 1u << XS_STATE_avx, .vectors = UINT32_MAX };
	const long pid = getpid();
	uint64_t from_ns;
	uint8_t *stack;
	int rc = prepare(o->cpu, &stack);

	if (rc)
		return rc;
	xs_image_fill(image, cpu, &drive, 1);
	from_ns = xs_now_ns();
	/* In use from here on: every frame saves them, every sigreturn restores them. */
	xs_states[XS_STATE_avx].load(image, cpu->offset);
	for (uint32_t i = 0; i < o->signals; i++) {
		xs_syscall3(SYS_madvise, (long)stack, STACK_BYTES, MADV_DONTNEED);
		xs_syscall3(SYS_tgkill, pid, pid, SIGUSR1);
	}
	*ns = xs_now_ns() - from_ns;
	return 0;
}

/* CPU time of the children that are over, in seconds. */
static double children_cpu(void)
{
	struct rusage r;

	getrusage(RUSAGE_CHILDREN, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static int bare_rate(const struct options *o, const struct xs_cpu *cpu, double *rate)
{
	uint64_t *ns =
		mmap(NULL, sizeof(*ns), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0, rc = 0;
	pid_t pid;

	if (ns == MAP_FAILED)
		return -errno;
	pid = fork();
	if (!pid)
		_exit(-run_bare(o, cpu, ns));
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		rc = -errno;
	else if (!WIFEXITED(status))
		rc = -EINTR;
	else if (WEXITSTATUS(status))
		rc = -WEXITSTATUS(status);
	else
		*rate = o->signals * 1e9 / (double)*ns;
	munmap(ns, sizeof(*ns));
	if (rc)
		fprintf(stderr, "xs-loop: the bare loop: %s\n", strerror(-rc));
	return rc;
}

/* The engine's case: the same, proved. */
static void make_case(const struct options *o, struct xs_case *c)
{
	xs_case_default(c);
	snprintf(c->cpus, sizeof(c->cpus), "%u", o->cpu);
	c->duration_ms = DURATION_MS;
	c->signals = o->signals;
	c->registers = 1u << XS_STATE_avx;
	c->signal = XS_SIGNAL_tgkill_self;
	c->fault = XS_STACK_dontneed;
}

static int engine_rate(struct xs_session *s, const struct xs_case *c, struct xs_outcome *outcome,
		       double *rate)
{
	const struct xs_evidence *e = &outcome->verdict.evidence;

	xs_session_run(s, c, NULL, outcome);
	if (outcome->verdict.kind != XS_PASS || outcome->verdict.interrupted) {
		fprintf(stderr, "xs-loop: the engine: %s %s\n",
			outcome->verdict.interrupted ? "interrupted"
						     : xs_verdict_names[outcome->verdict.kind],
			outcome->verdict.why);
		return -ECANCELED;
	}
	*rate = (double)e->signals * 1e9 / (double)(e->elapsed_ns - e->first_signal_ns);
	return 0;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, uint32_t n)
{
	qsort(values, n, sizeof(*values), ascending);
	return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* The engine's rate in percent of the bare loop's: median, min, max of the pairs. */
static void print_ratio(const char *what, double *percent, uint32_t pairs)
{
	const double middle = median(percent, pairs);

	printf("%-12s%.1f %% (median of the pairs; min %.1f, max %.1f)\n", what, middle, percent[0],
	       percent[pairs - 1]);
}

/* @work: room for one number a pair */
static void print(const struct pair *p, uint32_t pairs, double *work)
{
	double rate;

	for (uint32_t i = 0; i < pairs; i++)
		work[i] = p[i].bare;
	rate = median(work, pairs);
	printf("bare loop   %.0f signals/s (median), %.0f ns each\n", rate, 1e9 / rate);
	for (uint32_t i = 0; i < pairs; i++)
		work[i] = p[i].engine;
	rate = median(work, pairs);
	printf("engine      %.0f signals/s (median), %.0f ns each, every one proved\n", rate,
	       1e9 / rate);
	for (uint32_t i = 0; i < pairs; i++)
		work[i] = 100 * p[i].engine / p[i].bare;
	print_ratio("ratio", work, pairs);
	for (uint32_t i = 0; i < pairs; i++)
		work[i] = 100 * p[i].engine_cpu / p[i].bare_cpu;
	print_ratio("by CPU time", work, pairs);
}

static int run_pair(const struct options *o, struct xs_session *s, const struct xs_case *c,
		    struct xs_outcome *outcome, struct pair *p)
{
	double before = children_cpu();
	int rc = bare_rate(o, xs_arena_cpu(s->arena), &p->bare);

	p->bare_cpu = o->signals / (children_cpu() - before);
	before = children_cpu();
	if (!rc)
		rc = engine_rate(s, c, outcome, &p->engine);
	p->engine_cpu = o->signals / (children_cpu() - before);
	return rc;
}

static int run(const struct options *o, struct xs_session *s)
{
	struct pair *p = calloc(o->pairs, sizeof(*p));
	double *work = calloc(o->pairs, sizeof(*work));
	struct xs_outcome *outcome = malloc(sizeof(*outcome));
	int rc = p && work && outcome ? 0 : -ENOMEM;
	char why[XS_WHY_BYTES];
	struct xs_case c;

	make_case(o, &c);
	if (rc)
		fprintf(stderr, "xs-loop: %s\n", strerror(-rc));
	else if ((rc = xs_session_supported(s, &c, why)))
		fprintf(stderr, "xs-loop: %s\n", why);
	else
		printf("%u pairs of %u signals each on CPU %u: %s\n", o->pairs, o->signals, o->cpu,
		       xs_arena_cpu(s->arena)->brand);
	for (uint32_t i = 0; !rc && i < o->pairs; i++) {
		rc = run_pair(o, s, &c, outcome, &p[i]);
		if (!rc)
			printf("  pair %-4u bare %7.0f  engine %7.0f  %5.1f %%\n", i + 1, p[i].bare,
			       p[i].engine, 100 * p[i].engine / p[i].bare);
		fflush(stdout);
	}
	if (!rc)
		print(p, o->pairs, work);
	free(outcome);
	free(work);
	free(p);
	return rc;
}

static const struct argp_option option_table[] = {
	{ "pairs", 'p', "N", 0, "pairs of runs (default 9)", 0 },
	{ "signals", 'n', "N", 0, "signals of each run (default 50000)", 0 },
	{ "cpu", 'c', "CPU", 0, "where both run (default: the last one that may be used)", 0 },
	{ 0 },
};

static uint32_t number(struct argp_state *state, const char *what, const char *arg,
		       unsigned long min, unsigned long max)
{
	char *end;
	const unsigned long n = strtoul(arg, &end, 10);

	if (*end || end == arg || *arg == '-' || n < min || n > max)
		argp_error(state, "%s %.40s: not a number from %lu to %lu", what, arg, min, max);
	return (uint32_t)n;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'p':
		o->pairs = number(state, "--pairs", arg, 1, PAIRS_MAX);
		return 0;
	case 'n':
		o->signals = number(state, "--signals", arg, 1, SIGNALS_MAX);
		return 0;
	case 'c':
		o->cpu = number(state, "--cpu", arg, 0, XS_CPUS_MAX - 1);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "no argument is needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.doc = "Times faulting signals to oneself: a bare loop, and the engine, which proves "
	       "16 ymm registers in every frame, handler and return.\v"
	       "Runs of the two alternate on one CPU. Exit code: 0; 4 where the CPU has no AVX; 2 "
	       "when "
	       "it could not run.",
};

/* CPU 0 takes most interrupts: begin at the other end. */
static uint32_t last_cpu(void)
{
	cpu_set_t set;

	if (!sched_getaffinity(0, sizeof(set), &set))
		for (uint32_t cpu = CPU_SETSIZE; cpu-- > 0;)
			if (CPU_ISSET(cpu, &set))
				return cpu;
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { .pairs = PAIRS_DEFAULT,
			     .signals = SIGNALS_DEFAULT,
			     .cpu = last_cpu() };
	char why[XS_WHY_BYTES] = "";
	struct xs_session session;
	int rc;

	argp_err_exit_status = 2;
	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return 2;
	if (xs_session_open(&session, why)) {
		fprintf(stderr, "xs-loop: %s\n", why);
		return 2;
	}
	rc = run(&o, &session);
	xs_session_close(&session);
	return rc == -EOPNOTSUPP ? 4 : rc ? 2 : 0;
}
