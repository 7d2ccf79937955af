/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tracee of pressure "regsets" does, and what its tracer then has to do. */
#ifndef XS_REGSETS_H
#define XS_REGSETS_H

#include "pressure/regset.h"
#include "pressure/spoil.h"
#include "pressure/traced.h"

/* Where the tracee is when it stops. */
enum xs_regsets_stop {
	XS_STOP_SPIN,	 /* in its window */
	XS_STOP_ASLEEP,	 /* ... in a system call, which goes on afterwards */
	XS_STOP_FAULT,	 /* ... about to get the SIGILL of an instruction, which it then does not */
	XS_STOP_SIGNAL,	 /* ... about to get a signal: what is written goes to its frame */
	XS_STOP_HANDLER, /* in a window inside the handler of one */
	XS_STOPS
};

/* What is written, in one of the ways of xs_regsets[]. */
enum xs_regsets_what {
	XS_WHAT_NOTHING,
	XS_WHAT_ALL,
	XS_WHAT_LONGER,	 /* with a length that is too large, which the kernel cuts */
	XS_WHAT_WITHOUT, /* without one component; in the older forms: after a write of init */
	XS_WHAT_ALONE,	 /* without all others; the same */
	XS_WHATS
};

/* One window's. */
struct xs_regsets_turn {
	uint8_t stop, what;
	const struct xs_regset *set;
	uint64_t out; /* components that are left out, */
	bool before;  /* by another write, before that of .set */
};

struct xs_regsets {
	struct xs_traced traced;
	struct xs_level inner;	/* of the window inside the handler */
	struct xs_regset_io io; /* the tracer's, */
	struct xs_spoil spoil;	/* as this is */
	uint64_t random;
	struct xs_regsets_turn turn;
	volatile uint32_t nested;		  /* it is in .inner's window */
	uint32_t sets;				  /* of xs_regsets[] */
	_Alignas(64) uint8_t image[XS_IMAGE_MAX]; /* what it holds, every component spelt out */
};

static inline uint32_t xs_regsets_random(struct xs_regsets *own)
{
	own->random = own->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(own->random >> 33);
}

/** xs_regsets_choose() - choose a write for own->turn */
void xs_regsets_choose(const struct xs_task *t, struct xs_regsets *own);

/**
 * xs_regsets_prepare() - what the write of own->turn has to come to, in own->traced.due
 *
 * With that the window of @l has to end. own->image gets what is held until then, of @from.
 */
void xs_regsets_prepare(struct xs_task *t, struct xs_regsets *own, struct xs_level *l,
			const uint8_t *from);

/** xs_regsets_supported() - supported() of a kind that does all this */
int xs_regsets_supported(char *why);

/** xs_regsets_open() - get ready: 0 or -errno (reported); xs_regset_close() is for after that */
int xs_regsets_open(struct xs_task *t, struct xs_regsets *own);

/** xs_regsets_look() - read every set, and prove that each says the same: 0 or -errno (reported) */
int xs_regsets_look(struct xs_task *t, struct xs_regsets *own, const uint8_t *expected);

/** xs_regsets_spell_out() - the tracee gets own->image, which it has, with all of it in use */
int xs_regsets_spell_out(struct xs_task *t, struct xs_regsets *own);

/**
 * xs_regsets_serve() - all that is done at a stop of tracee own->traced.tracer.pid
 *
 * It has @expected, as an image, and gets what own->turn says. Return: 0 or -errno (reported).
 */
int xs_regsets_serve(struct xs_task *t, struct xs_regsets *own, const uint8_t *expected);

/** xs_regsets_tracee() - hold and prove registers until the end. Context: the tracee. */
void xs_regsets_tracee(struct xs_task *t);

#endif
