// SPDX-License-Identifier: GPL-2.0-only
/* Deals the cases of the schedule out to cells. */
#include "campaign/jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "task/sys.h"

struct xs_job {
	uint32_t n, slice_ms;
	uint32_t behind; /* how often it was run before */
	struct xs_run_options options;
	struct xs_wrongs wrongs;
};

int xs_jobs_open(struct xs_jobs *j, char why[XS_WHY_BYTES])
{
	j->job = calloc(xs_parallel_cells(j->p)->count, sizeof(*j->job));
	return j->job ? 0 : xs_why(-ENOMEM, why, "no memory for jobs");
}

void xs_jobs_close(struct xs_jobs *j)
{
	free(j->job);
}

/* The case of a job, and when it may end. */
static void schedule(const struct xs_jobs *j, struct xs_job *job, struct xs_case *c)
{
	job->options.least_ms = xs_schedule(c, j->repertoire, job->n, job->slice_ms);
	if (job->behind) /* results have names of their own */
		snprintf(c->name, sizeof(c->name), "check-%u-behind-%u", job->n, job->behind);
}

static void run(struct xs_jobs *j, uint32_t cell, const struct xs_case *c)
{
	const struct xs_job *job = &j->job[cell];

	memcpy(j->name, c->name, sizeof(j->name));
	j->r->line.name = j->name;
	j->r->line.number = job->n + 1;
	xs_parallel_run(j->p, cell, c, &job->options);
}

static bool disturbs(const struct xs_case *c)
{
	uint32_t rows[XS_AXES];

	xs_case_rows(c, rows);
	return xs_rows(XS_AXIS_PRESSURE, rows[XS_AXIS_PRESSURE], XS_PRESSURE_ASKS, 0);
}

/* Give the next case to a cell that has none: whether there is one, and it may run now. */
static bool feed(struct xs_jobs *j, uint32_t cell)
{
	struct xs_job job = { .n = j->next, .options = { .enough = xs_proved } };
	struct xs_case c;
	uint64_t left_ms;

	if (j->over || j->ran_ns >= j->whole_ns)
		return false;
	left_ms = (j->whole_ns - j->ran_ns) / 1000000;
	job.slice_ms = left_ms < j->slice_ms ? (uint32_t)left_ms + 1 : j->slice_ms;
	schedule(j, &job, &c);
	if (xs_parallel_count(j->p, XS_CELL_BUSY) && (j->alone || disturbs(&c)))
		return false;
	j->alone = disturbs(&c);
	j->next++;
	j->job[cell] = job;
	run(j, cell, &c);
	return true;
}

/* Give cases to all cells that have none: whether any cell has one. */
static bool feed_all(struct xs_jobs *j)
{
	const uint32_t cells = xs_parallel_cells(j->p)->count;

	for (uint32_t i = 0; i < cells; i++)
		if (xs_parallel_state(j->p, i) == XS_CELL_IDLE && !feed(j, i))
			break;
	return xs_parallel_count(j->p, XS_CELL_BUSY);
}

static void take(struct xs_jobs *j, uint32_t cell)
{
	struct xs_result result = xs_parallel_result(j->p, cell);
	struct xs_job *job = &j->job[cell];
	const uint32_t wrong =
		xs_verdict_is_bad(result.verdict->kind) ? xs_wrong_legs(result.verdict) : 0;
	struct xs_case c;

	j->over |= !j->take(j->arg, &result, &job->wrongs);
	if (j->over || !wrong)
		return;
	job->options.legs_out |= wrong;
	job->behind++;
	schedule(j, job, &c);
	run(j, cell, &c);
}

void xs_jobs_run(struct xs_jobs *j)
{
	const uint64_t from_ns = xs_now_ns();

	while (feed_all(j)) {
		const uint32_t cell = xs_parallel_wait(j->p);

		j->ran_ns = xs_now_ns() - from_ns;
		if (!j->over || xs_parallel_interrupted(j->p))
			take(j, cell);
		if (j->over && !xs_parallel_interrupted(j->p))
			xs_parallel_stop(j->p);
	}
}
