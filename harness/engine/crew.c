// SPDX-License-Identifier: GPL-2.0-only
/* Starts, wakes, watches and ends the arena's children. */
#include "engine/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/child.h"
#include "engine/watch.h"
#include "pressure/pressure.h"
#include "task/sys.h"

#define KILL_MS 10000u /* for all children to die */

int xs_ending_fail(struct xs_ending *ending, int error, const char *what)
{
	if (!ending->error) {
		ending->error = error;
		snprintf(ending->error_what, sizeof(ending->error_what), "%s", what);
	}
	return error;
}

/* Whether a death is the kernel's doing: 0, or -errno with what else it is. */
static int accuses(const struct xs_arena *a, const struct xs_child *c, int signo,
		   char what[XS_WHY_BYTES])
{
	const struct xs_death *death = &a->shared->seat[c - a->child].death;

	return xs_death_accuses(death, signo, xs_memory_refused() > a->refused, what);
}

static void ended(const struct xs_arena *a, struct xs_ending *ending, const struct xs_child *c,
		  int status)
{
	const int signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	char what[XS_WHY_BYTES];
	int rc;

	if (ending->interrupted)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == XS_CHILD_ORPHAN) {
		xs_ending_fail(ending, -ESRCH,
			       "a child did not see its parent (unshare --pid needs --fork)");
	} else if (WIFEXITED(status) && WEXITSTATUS(status)) {
		snprintf(what, sizeof(what), "a child left with exit code %d", WEXITSTATUS(status));
		xs_ending_fail(ending, -ECANCELED, what);
	}
	if (!signo)
		return;
	if (!xs_death_is_fault(signo)) {
		snprintf(what, sizeof(what),
			 "a child died of \"%s\" from outside (the OOM killer, a limit, a filter, "
			 "a person): the run proves nothing",
			 strsignal(signo));
		xs_ending_fail(ending, -ECANCELED, what);
		return;
	}
	rc = accuses(a, c, signo, what);
	if (rc) {
		xs_ending_fail(ending, rc, what);
	} else if (!ending->died_signal) {
		ending->died_signal = signo;
		ending->died_task = c->task;
		ending->death = a->shared->seat[c - a->child].death;
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
	int rc = 0;

	s->task = task;
	s->run = a->runs;
	if (there) {
		xs_wake(&s->run);
	} else {
		c->pid = xs_child_start(a, seat);
		rc = c->pid < 0 ? c->pid : 0;
		if (rc)
			c->pid = 0;
	}
	if (seat >= a->children)
		a->children = seat + 1;
	c->busy = !rc;
	c->task = task;
	return rc;
}

int xs_crew_start(struct xs_arena *a, struct xs_ending *ending)
{
	const struct xs_plan *plan = &a->shared->plan;
	uint32_t seats = 1;
	int rc;

	a->runs++;
	rc = start(a, 0, 0, ending);
	for (uint32_t i = plan->workers; !rc && i < plan->tasks; i++)
		if (plan->task[i].role == XS_ROLE_PRESSURE &&
		    (xs_flags(XS_AXIS_PRESSURE, plan->task[i].kind) & XS_PRESSURE_PROCESS))
			rc = start(a, seats++, i, ending);
	return rc;
}

bool xs_crew_left(struct xs_arena *a)
{
	bool busy = false;

	for (uint32_t i = 0; i < a->children; i++) {
		struct xs_child *c = &a->child[i];

		if (c->busy && a->shared->seat[i].left == a->runs)
			c->busy = false;
		busy |= c->busy;
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
	return !a->child[0].busy;
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

struct xs_child xs_crew_dismiss(struct xs_arena *a)
{
	const uint64_t from_ns = xs_now_ns();
	struct xs_child left;

	for (uint32_t i = 0; i < a->children; i++)
		if (a->child[i].pid)
			kill(a->child[i].pid, SIGKILL);
	while ((left = anybody(a)).pid && xs_now_ns() - from_ns < KILL_MS * 1000000ull) {
		xs_crew_reap(a, NULL);
		if (anybody(a).pid)
			xs_sleep_us(200);
	}
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
		xs_crew_dismiss(a);
		a->grown = false;
	}
	shared->stay = stay;
	a->grown |= (used & shared->cpu.dynamic) != 0;
}
