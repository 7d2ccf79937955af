/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs cases side by side, one in each cell of the machine. */
#ifndef XS_PARALLEL_H
#define XS_PARALLEL_H

#include "campaign/runner.h"
#include "plan/cells.h"

struct xs_parallel;

enum xs_cell_state { XS_CELL_IDLE, XS_CELL_BUSY, XS_CELL_DEAD };

/**
 * xs_parallel_open() - cut the machine into cells, and give each a process
 * @r: begun; its session says what there is
 * @n: how many cells; 0: as many as the machine has room for, and cgroups have CPU time for
 *
 * One cell alone needs no process: its cases are run by the caller. Return: 0, or -errno with @why
 * set; xs_parallel_close() is right after either.
 */
int xs_parallel_open(struct xs_parallel **p, struct xs_runner *r, uint32_t n,
		     char why[XS_WHY_BYTES]);

/** xs_parallel_close() - end the processes, whatever they do. @p may be NULL. */
void xs_parallel_close(struct xs_parallel *p);

/** xs_parallel_cells() - what cells there are */
const struct xs_cells *xs_parallel_cells(const struct xs_parallel *p);

/** xs_parallel_count() - how many cells are in that state */
uint32_t xs_parallel_count(const struct xs_parallel *p, enum xs_cell_state state);

enum xs_cell_state xs_parallel_state(const struct xs_parallel *p, uint32_t cell);

/** xs_parallel_run() - have an idle cell run a case; options->progress is not called */
void xs_parallel_run(struct xs_parallel *p, uint32_t cell, const struct xs_case *c,
		     const struct xs_run_options *options);

/**
 * xs_parallel_wait() - wait for a cell that has run its case, with the progress line
 *
 * One whose process has died, or does not come to an end, has not run it: the outcome says so, and
 * is inconclusive. An interruption is handed on to all. Some cell is busy. Return: the cell, idle
 * or dead now.
 */
uint32_t xs_parallel_wait(struct xs_parallel *p);

/** xs_parallel_result() - what the cell's last case came to: valid until it is given another one */
struct xs_result xs_parallel_result(const struct xs_parallel *p, uint32_t cell);

/** xs_parallel_interrupted() - the signal that has ended the cases, or 0 */
int xs_parallel_interrupted(const struct xs_parallel *p);

/** xs_parallel_stop() - have all cells end their cases at once */
void xs_parallel_stop(struct xs_parallel *p);

#endif
