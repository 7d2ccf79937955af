/* SPDX-License-Identifier: GPL-2.0-only */
/* The one way through: case, plan, engine, observations, oracle, verdict. */
#ifndef XS_SESSION_H
#define XS_SESSION_H

#include "engine/engine.h"
#include "oracle/oracle.h"
#include "plan/filter.h"
#include "plan/plan.h"
#include "plan/schedule.h"

/* What several cases run in. */
struct xs_session {
	struct xs_arena *arena;
	hwloc_topology_t topology;
	uint32_t registers; /* mask of state classes that this CPU has, and a filter leaves */
	uint32_t allowed;   /* mask of the pressure kinds that need permission and have it */
	struct xs_repertoire able; /* what was asked about once and works, and is left; or zeros */
};

/* One case on its way through; about 30 KiB. */
struct xs_outcome {
	struct xs_plan plan;
	struct xs_ending ending;
	struct xs_verdict verdict; /* points into the arena: valid until the next run */
	uint8_t planned;	   /* .plan holds */
};

/** xs_session_open() - arena and topology: 0, or -errno with @why set */
int xs_session_open(struct xs_session *s, char why[XS_WHY_BYTES]);
void xs_session_close(struct xs_session *s);

/**
 * xs_session_repertoire() - what this machine has of every axis, and a filter leaves
 *
 * Asks every entry, once; .allowed is what it is by then.
 */
const struct xs_repertoire *xs_session_repertoire(struct xs_session *s);

/**
 * xs_session_filter() - from now on cases may have only what a filter leaves
 *
 * Once, before all runs. Return: as xs_filter_apply().
 */
int xs_session_filter(struct xs_session *s, const struct xs_filter *f, char why[XS_WHY_BYTES]);

/**
 * xs_session_supported() - whether everything that a case asks for exists here
 * @why: set to "ENTRY: reason" when not
 *
 * Return: 0, or -errno.
 */
int xs_session_supported(const struct xs_session *s, const struct xs_case *c,
			 char why[XS_WHY_BYTES]);

/**
 * xs_session_run() - run a case and judge it
 * @options: may be NULL
 *
 * What the machine lacks is a skip, what the harness cannot do an error: the
 * outcome always has a verdict. Context: the parent, single-threaded.
 */
void xs_session_run(struct xs_session *s, const struct xs_case *c,
		    const struct xs_run_options *options, struct xs_outcome *outcome);

#endif
