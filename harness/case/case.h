/* SPDX-License-Identifier: GPL-2.0-only */
/* A case: one scenario as plain data, and its text form. */
#ifndef XS_CASE_H
#define XS_CASE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "axis/axis.h"
#include "case/limits.h"

/* Where a task goes, relative to the worker that it serves. */
enum xs_place {
	XS_PLACE_SAME_PU,
	XS_PLACE_SMT,	  /* another PU of the same core */
	XS_PLACE_L2,	  /* another core that shares the L2 cache */
	XS_PLACE_L3,	  /* another core that shares the L3 cache */
	XS_PLACE_NUMA,	  /* another core of the same NUMA node */
	XS_PLACE_PACKAGE, /* a core of another package */
	XS_PLACE_RANDOM,  /* any PU, chosen by the case's seed */
	XS_PLACE_UNPINNED,
	XS_PLACES
};

/* Which pages are absent when the frame is written, or when sigreturn reads fpstate. */
enum xs_missing {
	XS_MISSING_ALL,
	XS_MISSING_LOWER, /* those below the page boundary inside fpstate */
	XS_MISSING_UPPER, /* those above it */
	XS_MISSING_NONE,  /* on the restore side only */
	XS_MISSINGS
};

/* What the workers are. */
enum xs_as {
	XS_AS_THREADS,	 /* of one process */
	XS_AS_PROCESSES, /* one each, with their senders, resolvers and threads */
	XS_ASES
};

struct xs_case_pressure {
	uint8_t kind;	    /* row of pressure.def */
	uint8_t place;	    /* enum xs_place */
	uint8_t hold;	    /* row of hold.def */
	uint32_t count;	    /* tasks for each worker */
	uint32_t registers; /* mask over the rows of state.def; 0 where the kind has none */
	uint32_t period_us; /* sleep between two rounds, 0: none */
};

struct xs_case {
	char name[XS_NAME_BYTES]; /* [a-z0-9][a-z0-9.-]* */
	uint32_t duration_ms;	  /* stop after this long ... */
	uint32_t signals;	  /* ... or after this many signals a worker; 0: no limit */
	uint32_t seed;		  /* of random placement */

	uint32_t workers;
	char cpus[XS_CPUS_BYTES]; /* "auto" or a CPU list such as "0,2-5", by OS index */
	uint32_t registers;	  /* mask over the rows of state.def */
	uint32_t init;		  /* such a mask: classes that stay in init state, and are proved */
	uint32_t vectors;	  /* which of zmm0-31 are in use; the others hold zero */
	uint8_t hold;		  /* row of hold.def */
	uint8_t as;		  /* enum xs_as */
	uint32_t hold_us;	  /* give a signal up after this long in the window */

	uint8_t signal;	      /* row of signal.def */
	uint8_t signal_place; /* enum xs_place; a self-made signal ignores it */
	uint32_t delay_us;    /* from "in window" to the sending */

	uint8_t handler; /* row of handler.def */
	uint8_t abi;	 /* row of abi.def */
	uint32_t depth;	 /* of nested handlers */

	uint8_t fault;		/* row of stack.def */
	uint8_t missing;	/* enum xs_missing, not _NONE */
	uint8_t restore;	/* enum xs_missing: when sigreturn reads fpstate */
	uint8_t resolver_place; /* enum xs_place; methods without a resolver ignore it */
	uint32_t boundary;	/* byte offset in fpstate of a page boundary, or _NONE;
				   modulo 2^32: a 32-bit frame has FSAVE's header below */
	uint32_t fault_hold_us; /* how long a resolver sits on the fault */

	uint32_t pressures;
	struct xs_case_pressure pressure[XS_CASE_PRESSURES]; /* ascending by kind */
};

/* Names of the enums above, indexed by value; each array ends with NULL. */
extern const char *const xs_as_names[];
extern const char *const xs_place_names[];
extern const char *const xs_missing_names[];
extern const char *const xs_restore_names[];

/** xs_case_default() - what "[case]" stands for. Padding is zero: cases compare with memcmp(). */
void xs_case_default(struct xs_case *c);

/** xs_case_pressure_default() - the section "[pressure KIND]" without keys; @kind is its row */
void xs_case_pressure_default(struct xs_case_pressure *p, unsigned int kind);

/**
 * xs_case_valid() - whether a text can say the case
 * @why: set to the reason when not (may be NULL)
 *
 * Every field is inside its limits; one whose key does not apply is at its default; pressures
 * ascend, unused ones are zero, and so is every string after its end. Return: 0 or -EINVAL.
 * Context: any.
 */
int xs_case_valid(const struct xs_case *c, char why[XS_WHY_BYTES]);

/**
 * xs_case_parse() - read a case from its text
 * @text: any @bytes, not necessarily terminated; more than XS_CASE_TEXT_MAX are refused unread
 * @file: the name to put into errors
 * @why: set to "FILE:LINE: reason" on error, printable ASCII whatever the text and the name hold
 *
 * Any bytes give a valid case or an error; @c is written only on success. Return: 0 or -EINVAL.
 * Context: any.
 */
int xs_case_parse(struct xs_case *c, const char *text, size_t bytes, const char *file,
		  char why[XS_WHY_BYTES]);

/**
 * xs_case_load() - xs_case_take() of xs_text_load(): 0, -EINVAL, -ENOMEM, or the latter's error
 *
 * Says on standard error which lines of a mail it has taken.
 */
int xs_case_load(struct xs_case *c, const char *path, char why[XS_WHY_BYTES]);

/**
 * xs_case_print() - the canonical text: every key that applies, in a fixed order
 * @c: valid; xs_case_parse() of the text gives it again, bit for bit where its padding is zero
 *
 * Return: the text's length in bytes; it is terminated. Context: any.
 */
size_t xs_case_print(const struct xs_case *c, char text[XS_CASE_TEXT_MAX]);

/**
 * xs_case_rows() - the rows of each axis that a case names, as masks
 *
 * Registers = all names none. Context: any.
 */
void xs_case_rows(const struct xs_case *c, uint32_t rows[XS_AXES]);

/** xs_case_hash() - FNV-1a of the canonical text: the same case, the same number. @c is valid. */
uint32_t xs_case_hash(const struct xs_case *c);

#endif
