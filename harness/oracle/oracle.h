/* SPDX-License-Identifier: GPL-2.0-only */
/* The oracle: from observations to a verdict. Pure; uses no vector register. */
#ifndef XS_ORACLE_H
#define XS_ORACLE_H

#include <stdbool.h>

#include "plan/plan.h"
#include "task/obs.h"

/* What a wrong register holds. */
enum xs_class {
	XS_CLASS_NONE,
	XS_CLASS_INIT,	  /* its init value */
	XS_CLASS_STALE,	  /* the task's own data, of another generation */
	XS_CLASS_FOREIGN, /* another task's data, or its own handler's */
	XS_CLASS_SHIFTED, /* the task's own data, of another register or lane */
	XS_CLASS_FLIPPED, /* the right data but for a few bits */
	XS_CLASS_UNKNOWN,
	XS_CLASSES
};

enum xs_verdict_kind {
	XS_INCONCLUSIVE,
	XS_PASS,
	XS_SKIP,
	XS_CORRUPT,
	XS_KILLED,
	XS_HANG,
	XS_KERNEL_WARNING,
	XS_ERROR,    /* the harness could not do its work */
	XS_ACCEPTED, /* the kernel took a frame, or a tracer's write, that it has to refuse */
	XS_REFUSED,  /* sigreturn refused a legal frame, or the kernel a tracer's write */
	XS_VERDICTS
};

extern const char *const xs_class_names[];
extern const char *const xs_verdict_names[];

/* One wrong lane. */
struct xs_lane {
	uint8_t file, reg, lane; /* enum xs_file; where it was found */
	uint8_t class;		 /* enum xs_class */
	uint64_t expected, actual;
	/* Decoded from .actual where it carries a pattern: */
	uint8_t decoded; /* the fields below hold */
	uint8_t role;	 /* enum xs_pattern_role */
	uint8_t from_file, from_reg, from_lane;
	uint16_t owner; /* task index in the plan */
	uint32_t generation;
};

#define XS_LANES_KEPT	      20u
#define XS_LANES_KEPT_OF_FILE 4u /* so that x87 does not crowd out the vectors */

/* A record, classified. */
struct xs_finding {
	const struct xs_record *record;
	uint8_t class; /* of most wrong lanes */
	uint8_t owner_known;
	uint16_t owner; /* of most foreign lanes: task index; its role below */
	uint8_t role;
	uint32_t lanes; /* wrong lanes in all */
	uint32_t by_class[XS_CLASSES];
	uint32_t kept, kept_of_file[XS_FILES];
	struct xs_lane lane[XS_LANES_KEPT];
};

/* Sums over the tasks: what a pass rests on. */
struct xs_evidence {
	uint64_t iterations, checks, frames, entries;
	uint64_t signals, nested, outside, missed;
	uint64_t clobbered, acted, refused, misplaced;
	uint64_t compat, repeated, aborted;
	uint64_t faults;		      /* stack faults taken by workers */
	uint64_t faults_save, faults_restore; /* of the sampled signals */
	uint64_t sampled;
	uint64_t switches, migrations;
	uint64_t neighbour_checks; /* windows that pressure tasks proved */
	uint64_t elapsed_ns;
	uint64_t wall_ns; /* with what it took to begin and to end */
	uint64_t first_signal_ns;
};

struct xs_verdict {
	uint8_t kind; /* enum xs_verdict_kind */
	uint8_t interrupted;
	char why[XS_WHY_BYTES]; /* inconclusive, skip, error: the reason */
	struct xs_evidence evidence;
	uint32_t findings;
	struct xs_finding finding[XS_RECORDS_MAX];
};

/**
 * xs_judge() - the verdict on one run
 *
 * Starts as inconclusive and becomes pass only on counted evidence: signals
 * inside the window, and stack faults and pressure where the case asks for
 * them. @obs must outlive @v, which points into it. Context: any.
 */
void xs_judge(struct xs_verdict *v, const struct xs_plan *plan, const struct xs_obs *obs,
	      const struct xs_ending *ending, const struct xs_cpu *cpu);

#define XS_PROVED_TIMES 16u

/**
 * xs_proved() - whether a run that goes on has enough of what a pass rests on
 *
 * XS_PROVED_TIMES as much at its begin, so that a race that once is not enough for
 * has its chance; the more of its time is over the less, down to once. What
 * counts at the end of a run alone is no part of it. Pure.
 */
bool xs_proved(const struct xs_plan *plan, const struct xs_obs *obs, uint64_t elapsed_ns);

/** xs_evidence_add() - add the evidence of one run to that of several. Pure. */
void xs_evidence_add(struct xs_evidence *sum, const struct xs_evidence *one);

/** xs_refused_words() - what was refused that is legal, found on @leg */
const char *xs_refused_words(enum xs_leg leg);

/** xs_accepted_words() - what was taken that has to be refused, found on @leg */
const char *xs_accepted_words(enum xs_leg leg);

/** xs_because() - say why it is a verdict of @kind, which is returned. Pure. */
enum xs_verdict_kind xs_because(char why[XS_WHY_BYTES], enum xs_verdict_kind kind,
				const char *format, ...) __attribute__((format(printf, 3, 4)));

/** xs_verdict_exit() - kselftest's exit code of a verdict: 0, 1, 2 or 4. Pure. */
int xs_verdict_exit(enum xs_verdict_kind kind);

/** xs_verdict_is_bad() - corrupt, accepted, refused, killed, hang or kernel-warning. Pure. */
static inline bool xs_verdict_is_bad(enum xs_verdict_kind kind)
{
	return xs_verdict_exit(kind) == 1;
}

/** xs_worse() - of two verdicts: bad beats error beats doubt beats pass. Pure. */
enum xs_verdict_kind xs_worse(enum xs_verdict_kind a, enum xs_verdict_kind b);

#endif
