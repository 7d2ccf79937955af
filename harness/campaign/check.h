/* SPDX-License-Identifier: GPL-2.0-only */
/* The loops over many cases: a schedule to a verdict, and saved cases again and again. */
#ifndef XS_CHECK_H
#define XS_CHECK_H

#include "campaign/runner.h"

struct xs_check {
	uint32_t seconds;
	uint32_t cells;		 /* how many; 0: as the machine has room for */
	uint32_t threads;	 /* for which the advice computes the memory lock limit */
	const char *save_dir;	 /* for the cases that found something; NULL: here */
	bool first;		 /* end with the first finding that is not known */
	const char *known;	 /* file of known findings, or NULL */
	const char *write_known; /* where to write one, or NULL */
};

/** xs_check() - run the schedule, and judge the kernel. Return: the exit code. */
int xs_check(struct xs_runner *r, const struct xs_check *how);

/** xs_check_slice_ms() - how long a case of a check lasts. Pure. */
uint32_t xs_check_slice_ms(uint32_t seconds);

/**
 * xs_replay() - run each of @count files @runs times
 * @known: file of known findings, which do not change the exit code; or NULL
 *
 * Return: the exit code.
 */
int xs_replay(struct xs_runner *r, char *const files[], uint32_t count, uint32_t runs,
	      const char *known);

#endif
