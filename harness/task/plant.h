/* SPDX-License-Identifier: GPL-2.0-only */
/* Planted corruption: how the harness proves that it would see a real one. */
#ifndef XS_PLANT_H
#define XS_PLANT_H

#include <stdint.h>

#include "state/cpu.h"

enum xs_plant_how {
	XS_PLANT_NOTHING,
	XS_PLANT_WRITTEN,   /* the frame is wrong before it is proved */
	XS_PLANT_FOUND,	    /* what a new program, or a tracer, found in the registers is */
	XS_PLANT_FRAME,	    /* the handler edits the frame, after it was proved */
	XS_PLANT_TRACER,    /* a tracer writes the registers inside the window */
	XS_PLANT_WORKER,    /* the worker loads other values than it checks */
	XS_PLANT_NEIGHBOUR, /* a vector pressure task does */
	XS_PLANT_NESTED,    /* the handler's own window loads something else */
	XS_PLANT_ENTRY,	    /* the handler finds the task's registers, not init state */
	XS_PLANT_LAYOUT,    /* what a frame says of itself, or what is around it, is wrong */
	XS_PLANT_ACCEPT,    /* the handler does not spoil the frame that it says it has spoilt */
	XS_PLANT_REFUSE,    /* the handler makes the frame one that sigreturn refuses */
	XS_PLANT_KILL,	    /* the signal stack is where nothing is: no frame can be written */
	XS_PLANT_HANG,	    /* the handler never returns */
	XS_PLANT_TAKEN,	    /* a tracer's spoilt write seems to be taken as it is */
	XS_PLANT_SHADOW,    /* the shadow stack has not the handler's return address */
	XS_PLANT_HOWS
};

enum xs_plant_kind {
	XS_PLANT_FLIP,	  /* two bits of one lane */
	XS_PLANT_ZERO,	  /* one register in its init state */
	XS_PLANT_STALE,	  /* one register of the generation before */
	XS_PLANT_FOREIGN, /* one register as another task has it */
	XS_PLANT_SWAP,	  /* two registers exchanged */
	XS_PLANT_KINDS
};

/* Among the legs that have to find one: its task goes on before that. */
#define XS_PLANT_LATER (1u << 31)

/* Planted once, in the first task that qualifies. */
struct xs_plant {
	uint8_t how;	/* enum xs_plant_how */
	uint8_t kind;	/* enum xs_plant_kind */
	uint8_t class;	/* row of state.def; of XS_PLANT_LAYOUT enum xs_layout_field */
	uint16_t owner; /* foreign: whose data, a task index */
	uint32_t at;	/* in which of the task's windows, from 1 */
};

extern const char *const xs_plant_how_names[];
extern const char *const xs_plant_kind_names[];

/** xs_plant_possible() - whether @kind makes sense for class @row (one register cannot swap) */
int xs_plant_possible(unsigned int row, enum xs_plant_kind kind);

/**
 * xs_plant_apply() - put the corruption into an image of task @self
 * @generation: of the image
 *
 * Context: any, async-signal-safe.
 */
void xs_plant_apply(const struct xs_plant *plant, uint8_t *image, const struct xs_cpu *cpu,
		    uint32_t self, uint32_t generation);

#endif
