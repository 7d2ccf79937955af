// SPDX-License-Identifier: GPL-2.0-only
/* Processes that run cases side by side, each on CPUs of its own, and what they come to. */
#include "campaign/parallel.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "case/wait.h"
#include "task/sys.h"

#define TICK_MS	    100
#define NS_PER_MS   1000000ull
#define OVERTIME_MS 150000u /* the engine gives up long before, and says why */
#define LEAVE_MS    10000u

enum turn { WAITS, RUNS, DONE, LEAVES };

/* What a cell's process shares with the parent. */
struct side {
	uint32_t turn; /* enum turn; a futex */
	struct xs_case c;
	struct xs_run_options options;
	struct xs_progress_line live;
	struct xs_outcome outcome;
	struct xs_record record[XS_RECORDS_MAX]; /* the outcome's */
};

struct cell {
	struct side *side;
	pid_t pid;
	enum xs_cell_state state;
	uint64_t waited_ms;
};

struct xs_parallel {
	struct xs_runner *r;
	struct xs_cells cells;
	struct cell cell[XS_CELLS_MAX];
	int done_fd;	 /* written by a cell that has run its case */
	bool forked;	 /* or the caller runs them */
	uint32_t next;	 /* the cell that is looked at first */
	int interrupted; /* by which signal, or 0 */
	uint64_t begin_ns;
	uint64_t last_ns; /* when the cells were looked at */
};

static void set_turn(struct side *side, enum turn turn)
{
	__atomic_store_n(&side->turn, turn, __ATOMIC_RELEASE);
	xs_syscall6(SYS_futex, (long)&side->turn, FUTEX_WAKE, 1, 0, 0, 0);
}

static enum turn turn_of(const struct side *side)
{
	return __atomic_load_n(&side->turn, __ATOMIC_ACQUIRE);
}

/* Sleeps only as long as what it has seen still holds. */
static enum turn await_turn(struct side *side)
{
	enum turn turn;

	while (turn = turn_of(side), turn == WAITS || turn == DONE)
		xs_syscall6(SYS_futex, (long)&side->turn, FUTEX_WAIT, turn, 0, 0, 0);
	return turn;
}

/* The machine of the process is its cell from now on. */
static int move_in(struct xs_session *s, hwloc_const_bitmap_t set, char why[XS_WHY_BYTES])
{
	const int rc = xs_cell_keep(s->topology, set, why);

	return rc ? rc : xs_arena_open(&s->arena, why);
}

/* The records lie in memory of the arena, which is this process's alone. */
static void hand_over(struct side *side, const struct xs_outcome *o)
{
	side->outcome = *o;
	for (uint32_t i = 0; i < o->verdict.findings; i++) {
		side->record[i] = *o->verdict.finding[i].record;
		side->outcome.verdict.finding[i].record = &side->record[i];
	}
}

static void cell_main(struct xs_parallel *p, uint32_t cell)
{
	struct side *side = p->cell[cell].side;
	struct xs_runner *r = p->r;
	char why[XS_WHY_BYTES] = "";
	const uint64_t one = 1;
	int rc;

	r->progress.f = NULL;
	r->live = &side->live;
	rc = move_in(&r->session, p->cells.set[cell], why);
	while (await_turn(side) == RUNS) {
		if (rc) {
			side->outcome = (struct xs_outcome){ .verdict.kind = XS_ERROR };
			strcpy(side->outcome.verdict.why, why);
		} else {
			xs_runner_run(r, &side->c, side->options);
			hand_over(side, &r->outcome);
		}
		set_turn(side, DONE);
		if (write(p->done_fd, &one, sizeof(one)) < 0)
			break;
	}
	if (!rc)
		xs_arena_close(r->session.arena);
}

static int start(struct xs_parallel *p, uint32_t cell)
{
	const pid_t parent = getpid();
	struct cell *c = &p->cell[cell];

	c->side = mmap(NULL, sizeof(*c->side), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (c->side == MAP_FAILED) {
		c->side = NULL;
		return -ENOMEM;
	}
	if (!p->forked)
		return 0;
	/* An inherited SIG_IGN would reap it behind the parent's back. */
	signal(SIGCHLD, SIG_DFL);
	c->pid = fork();
	if (c->pid < 0)
		return -errno;
	if (!c->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			cell_main(p, cell);
		_exit(0);
	}
	return 0;
}

/* A group of processes that may use less time than the CPUs have is spread over them all the same.
 */
static uint32_t affordable(uint32_t cells)
{
	const uint32_t cpus = xs_quota_cpus();

	return cpus / 2 >= cells ? 0 : cpus / 2 ? cpus / 2 : 1;
}

int xs_parallel_open(struct xs_parallel **to, struct xs_runner *r, uint32_t n,
		     char why[XS_WHY_BYTES])
{
	struct xs_parallel *p = calloc(1, sizeof(*p));
	int rc = -ENOMEM;

	*to = p;
	if (!p)
		return xs_why(rc, why, "no memory for cells");
	p->r = r;
	p->done_fd = -1;
	p->begin_ns = xs_now_ns();
	rc = xs_cells_cut(&p->cells, r->session.topology, n);
	if (!rc && !n && affordable(p->cells.count)) {
		n = affordable(p->cells.count);
		xs_cells_free(&p->cells);
		rc = xs_cells_cut(&p->cells, r->session.topology, n);
	}
	p->forked = p->cells.count > 1;
	if (!rc) {
		p->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		rc = p->done_fd < 0 ? -errno : 0;
	}
	for (uint32_t i = 0; i < p->cells.count && !rc; i++)
		rc = start(p, i);
	return xs_why(rc, why, "cannot set up cells: %s", strerror(-rc));
}

static void end(struct cell *c)
{
	const struct timespec nap = { .tv_nsec = 5 * (long)NS_PER_MS };

	for (uint32_t ms = 0; ms < LEAVE_MS; ms += 5) {
		if (waitpid(c->pid, NULL, WNOHANG))
			return;
		nanosleep(&nap, NULL);
	}
	kill(c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
}

void xs_parallel_close(struct xs_parallel *p)
{
	if (!p)
		return;
	for (uint32_t i = 0; i < p->cells.count; i++)
		if (p->cell[i].side)
			set_turn(p->cell[i].side, LEAVES);
	for (uint32_t i = 0; i < p->cells.count; i++) {
		if (p->cell[i].pid > 0)
			end(&p->cell[i]);
		if (p->cell[i].side)
			munmap(p->cell[i].side, sizeof(*p->cell[i].side));
	}
	if (p->done_fd >= 0)
		close(p->done_fd);
	xs_cells_free(&p->cells);
	free(p);
}

const struct xs_cells *xs_parallel_cells(const struct xs_parallel *p)
{
	return &p->cells;
}

uint32_t xs_parallel_count(const struct xs_parallel *p, enum xs_cell_state state)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < p->cells.count; i++)
		count += p->cell[i].state == state;
	return count;
}

enum xs_cell_state xs_parallel_state(const struct xs_parallel *p, uint32_t cell)
{
	return p->cell[cell].state;
}

int xs_parallel_interrupted(const struct xs_parallel *p)
{
	return p->forked ? p->interrupted : p->r->outcome.verdict.interrupted;
}

void xs_parallel_run(struct xs_parallel *p, uint32_t cell, const struct xs_case *c,
		     const struct xs_run_options *options)
{
	struct cell *to = &p->cell[cell];

	to->state = XS_CELL_BUSY;
	to->waited_ms = 0;
	to->side->c = *c;
	to->side->options = *options;
	to->side->live = (struct xs_progress_line){ 0 };
	if (p->forked)
		set_turn(to->side, RUNS);
	else
		xs_runner_run(p->r, &to->side->c, *options);
}

struct xs_result xs_parallel_result(const struct xs_parallel *p, uint32_t cell)
{
	const struct side *side = p->cell[cell].side;

	if (!p->forked)
		return xs_runner_result(p->r, &side->c);
	return (struct xs_result){ .c = &side->c,
				   .plan = &side->outcome.plan,
				   .verdict = &side->outcome.verdict,
				   .ending = &side->outcome.ending,
				   .cpu = xs_arena_cpu(p->r->session.arena),
				   .colour = p->r->colour };
}

static void signal_busy(const struct xs_parallel *p, int signo)
{
	for (uint32_t i = 0; i < p->cells.count; i++)
		if (p->cell[i].pid > 0 && p->cell[i].state == XS_CELL_BUSY)
			kill(p->cell[i].pid, signo);
}

void xs_parallel_stop(struct xs_parallel *p)
{
	signal_busy(p, SIGTERM);
}

/* Nothing is known of the case of a cell whose process is no more. */
static void give_up(struct xs_parallel *p, uint32_t cell, const char *how)
{
	struct xs_outcome *o = &p->cell[cell].side->outcome;
	char list[64];

	hwloc_bitmap_list_snprintf(list, sizeof(list), p->cells.set[cell]);
	memset(o, 0, sizeof(*o));
	xs_because(o->verdict.why, XS_INCONCLUSIVE, "the process of its cell (CPUs %.40s) %s", list,
		   how);
	p->cell[cell].state = XS_CELL_DEAD;
	p->cell[cell].pid = 0;
	xs_progress_clear(&p->r->progress);
	fprintf(stderr, "xsavage: the process of cell %u (CPUs %s) %s in case %s\n", cell, list,
		how, p->cell[cell].side->c.name);
}

/* Whether the cell has run its case, or never will. */
static bool is_over(struct xs_parallel *p, uint32_t cell)
{
	struct cell *c = &p->cell[cell];
	char how[64];
	int status;

	if (turn_of(c->side) == DONE) {
		c->state = XS_CELL_IDLE;
		return true;
	}
	if (waitpid(c->pid, &status, WNOHANG) == c->pid) {
		snprintf(how, sizeof(how),
			 WIFSIGNALED(status) ? "was killed by signal %d" : "left with %d",
			 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		give_up(p, cell, how);
		return true;
	}
	if (c->waited_ms < c->side->c.duration_ms + OVERTIME_MS)
		return false;
	kill(c->pid, SIGKILL);
	give_up(p, cell, "did not come to an end");
	return true;
}

/* Time that was waited; who is stopped together with the cells has not waited for them. */
static void look_at_clock(struct xs_parallel *p)
{
	const uint64_t now_ns = xs_now_ns(), passed_ms = (now_ns - p->last_ns) / NS_PER_MS;

	if (!passed_ms)
		return;
	for (uint32_t i = 0; i < p->cells.count; i++)
		p->cell[i].waited_ms += passed_ms < 2ul * TICK_MS ? passed_ms : TICK_MS;
	p->last_ns = now_ns;
}

static void hand_on_signal(struct xs_parallel *p)
{
	const int signo = xs_stop_take();

	if (!signo)
		return;
	p->interrupted = signo;
	signal_busy(p, signo);
}

/* What the cells have seen of the cases that they run is added to what was. */
static void progress(const struct xs_parallel *p)
{
	static const char marks[] = {
		[XS_CELL_IDLE] = '.', [XS_CELL_BUSY] = '=', [XS_CELL_DEAD] = 'x'
	};
	struct xs_progress_line line = p->r->line;
	char cells[XS_PROGRESS_CELLS + 1] = "";

	for (uint32_t i = 0; i < p->cells.count; i++) {
		const struct cell *c = &p->cell[i];

		if (i < XS_PROGRESS_CELLS)
			cells[i] = marks[c->state];
		if (c->state != XS_CELL_BUSY)
			continue;
		line.signals += c->side->live.signals;
		line.faults += c->side->live.faults;
		line.switches += c->side->live.switches;
	}
	line.cells = cells;
	line.elapsed_ns = xs_now_ns() - p->begin_ns;
	xs_progress_update(&p->r->progress, &line, xs_now_ns());
}

uint32_t xs_parallel_wait(struct xs_parallel *p)
{
	struct pollfd done = { .fd = p->done_fd, .events = POLLIN };
	uint64_t count;

	if (!p->forked) {
		p->cell[0].state = XS_CELL_IDLE;
		return 0;
	}
	for (p->last_ns = xs_now_ns();; look_at_clock(p)) {
		for (uint32_t i = 0; i < p->cells.count; i++) {
			const uint32_t cell = (p->next + i) % p->cells.count;

			if (p->cell[cell].state == XS_CELL_BUSY && is_over(p, cell)) {
				p->next = cell + 1;
				return cell;
			}
		}
		progress(p);
		if (poll(&done, 1, TICK_MS) > 0 && read(p->done_fd, &count, sizeof(count)) < 0 &&
		    errno != EAGAIN)
			count = 0;
		hand_on_signal(p);
	}
}
