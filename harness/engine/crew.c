// SPDX-License-Identifier: GPL-2.0-only
/* Starts, wakes, watches and ends the arena's children. */
#include "engine/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "engine/watch.h"
#include "task/sys.h"

#define KILL_MS	     10000u  /* for all children to die, */
#define KILL_HUNG_MS 2000u   /* or for those that do not hang: that one does is certain; */
#define STARVE_MS    300000u /* for one that gets no CPU all the time */

int xs_ending_fail(struct xs_ending *ending, int error, const char *format, ...)
{
	va_list args;

	if (ending->error)
		return error;
	ending->error = error;
	va_start(args, format);
	vsnprintf(ending->error_what, sizeof(ending->error_what), format, args);
	va_end(args);
	return error;
}

/* Whether a death is the kernel's doing: 0, or -errno with what else it is. */
static int accuses(const struct xs_arena *a, const struct xs_child *c, int signo,
		   char what[XS_WHY_BYTES])
{
	const struct xs_death *death = &a->shared->seat[c - a->child].death;

	return xs_death_accuses(death, signo, xs_memory_refused() > a->refused, what);
}

static void killed(const struct xs_arena *a, struct xs_ending *ending, const struct xs_child *c,
		   int signo)
{
	char what[XS_WHY_BYTES];
	const int rc = xs_death_is_fault(signo) ? accuses(a, c, signo, what) : -ECANCELED;

	if (!xs_death_is_fault(signo)) {
		xs_ending_fail(ending, rc,
			       "a child died of \"%s\" from outside (the OOM killer, a limit, a "
			       "filter, a person): the run proves nothing",
			       strsignal(signo));
	} else if (rc) {
		xs_ending_fail(ending, rc, "%s", what);
	} else if (!ending->died_signal) {
		ending->died_signal = signo;
		ending->died_task = c->task;
		ending->death = a->shared->seat[c - a->child].death;
	}
}

static void ended(const struct xs_arena *a, struct xs_ending *ending, const struct xs_child *c,
		  int status)
{
	if (ending->interrupted)
		return;
	if (WIFSIGNALED(status)) {
		killed(a, ending, c, WTERMSIG(status));
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == XS_CHILD_ORPHAN) {
		xs_ending_fail(ending, -ESRCH,
			       "a child did not see its parent (unshare --pid needs --fork)");
	} else if (WIFEXITED(status) && WEXITSTATUS(status)) {
		ending->left = (uint8_t)WEXITSTATUS(status);
		ending->died_task = c->task;
		xs_ending_fail(ending, -ECANCELED, "a child left with exit code %d", ending->left);
	}
}

/*
 * Whether a child still waits for a run. Who has killed it meanwhile, from
 * outside, has done no harm; but a death that accuses the kernel counts, late
 * as it comes.
 */
static bool waits(const struct xs_arena *a, struct xs_child *c, struct xs_ending *ending)
{
	char what[XS_WHY_BYTES];
	int status;

	if (!c->pid || !waitpid(c->pid, &status, WNOHANG))
		return c->pid;
	c->pid = 0;
	if (WIFSIGNALED(status) && xs_death_is_fault(WTERMSIG(status)) &&
	    !accuses(a, c, WTERMSIG(status), what))
		ended(a, ending, c, status);
	return false;
}

static int start(struct xs_arena *a, uint32_t seat, uint32_t task, struct xs_ending *ending)
{
	struct xs_child *c = &a->child[seat];
	struct xs_seat *s = &a->shared->seat[seat];
	/* Before it is given the run: what it dies of afterwards is the run's. */
	const bool there = seat < a->children && waits(a, c, ending);
	pid_t pid;

	s->task = task;
	s->run = a->runs;
	if (there)
		xs_wake(&s->run);
	pid = there ? c->pid : xs_child_start(a, seat);
	if (seat >= a->children)
		a->children = seat + 1;
	*c = (struct xs_child){ .pid = pid < 0 ? 0 : pid, .task = task, .busy = pid >= 0 };
	return pid < 0 ? pid : 0;
}

int xs_crew_start(struct xs_arena *a, struct xs_ending *ending)
{
	const struct xs_plan *plan = &a->shared->plan;
	uint32_t seats = 1;
	int rc;

	a->runs++;
	rc = start(a, 0, 0, ending);
	for (uint32_t i = 1; !rc && plan->processes && i < plan->workers; i++)
		rc = start(a, seats++, i, ending);
	for (uint32_t i = plan->workers; !rc && i < plan->tasks; i++)
		if (xs_plan_pressure(&plan->task[i]) & XS_PRESSURE_PROCESS)
			rc = start(a, seats++, i, ending);
	return rc;
}

bool xs_crew_left(struct xs_arena *a)
{
	bool busy = false;

	for (uint32_t i = 0; i < a->children; i++) {
		a->child[i].busy &= a->shared->seat[i].left != a->runs;
		busy |= a->child[i].busy;
	}
	return !busy;
}

void xs_crew_reap(struct xs_arena *a, struct xs_ending *ending)
{
	xs_crew_left(a);
	for (uint32_t i = 0; i < a->children; i++) {
		struct xs_child *c = &a->child[i];
		int status;

		if (!c->pid || (ending && !c->busy) || waitpid(c->pid, &status, WNOHANG) <= 0)
			continue;
		if (ending)
			ended(a, ending, c, status);
		c->pid = 0;
		c->busy = false;
	}
}

bool xs_crew_workers_left(const struct xs_arena *a)
{
	for (uint32_t i = 0; i < a->children; i++)
		if (a->child[i].busy && a->child[i].task < a->shared->plan.workers)
			return false;
	return true;
}

bool xs_crew_stopped(const struct xs_arena *a)
{
	for (uint32_t i = 0; i < a->children; i++)
		if (a->child[i].busy && xs_watch_stopped(a->child[i].pid))
			return true;
	return false;
}

static struct xs_child anybody(const struct xs_arena *a)
{
	for (uint32_t i = 0; i < a->children; i++)
		if (a->child[i].pid)
			return a->child[i];
	return (struct xs_child){ 0 };
}

struct xs_child xs_crew_dismiss(struct xs_arena *a, bool hung)
{
	const uint64_t limit_ms = hung ? KILL_HUNG_MS : KILL_MS;
	const uint64_t from_ns = xs_now_ns();
	uint64_t looked_ns = from_ns, ticks = 0, waited_ms = 0;
	struct xs_child left;
	bool starves = false;

	for (uint32_t i = 0; i < a->children; i++)
		if (a->child[i].pid)
			kill(a->child[i].pid, SIGKILL);
	while (xs_crew_reap(a, NULL), (left = anybody(a)).pid) {
		const uint64_t now_ns = xs_now_ns();

		xs_sleep_us(200);
		if (now_ns - looked_ns < XS_WATCH_EVERY_MS * 1000000ull)
			continue;
		/* Who gets no CPU to die on has not been waited for. */
		looked_ns = now_ns;
		starves = xs_watch_starves(left.pid, &ticks);
		waited_ms += starves ? 0 : XS_WATCH_EVERY_MS;
		if (waited_ms >= limit_ms || now_ns - from_ns >= STARVE_MS * 1000000ull)
			break;
	}
	left.starves = left.pid && starves;
	memset(a->child, 0, a->children * sizeof(a->child[0]));
	a->children = 0;
	return left;
}

void xs_crew_change(struct xs_arena *a, bool stay)
{
	struct xs_shared *shared = a->shared;
	const struct xs_plan *plan = &shared->plan;
	const uint64_t used = xs_state_xfeatures(plan->task[0].proved);
	const bool forks = xs_flags(XS_AXIS_HANDLER, plan->handler) & XS_FORKS;

	if (shared->stay != stay || (a->grown && forks)) {
		xs_crew_dismiss(a, false);
		a->grown = false;
	}
	shared->stay = stay;
	a->grown |= (used & shared->cpu.dynamic) != 0;
}
