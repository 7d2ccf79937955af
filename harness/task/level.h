/* SPDX-License-Identifier: GPL-2.0-only */
/* A level: one depth of windows with its images, a task's own or one inside its handler. */
#ifndef XS_LEVEL_H
#define XS_LEVEL_H

#include "task/layout.h"
#include "task/task.h"
#include "task/window.h"

struct xs_level {
	struct xs_window window;
	uint32_t registers;	 /* mask over state.def: what is proved, */
	uint32_t loaded;	 /* and what holds patterns */
	uint32_t compared_bytes; /* the part of an image in which these lie */
	uint32_t generation;	 /* of .image */
	uint8_t role;		 /* enum xs_pattern_role */
	uint8_t expected;	 /* enum xs_pattern_role of what the window has to end with */
	bool bad;		 /* xs_window_run() found a mismatch */
	bool delivered;		 /* .frame, .entry and .layout hold this window's signal */
	struct xs_layout layout;
	struct xs_layout proved_layout; /* the last one that was right, for a task that held */
	uint64_t proved_used;		/* these components; 0: none yet */
	volatile uint32_t release;	/* of a window inside a handler */
	_Alignas(64) uint8_t image[XS_IMAGE_MAX];
	_Alignas(64) uint8_t planted[XS_IMAGE_MAX];
	_Alignas(64) uint8_t dump[XS_IMAGE_MAX];
	_Alignas(64) uint8_t frame[XS_IMAGE_MAX];
	_Alignas(64) uint8_t entry[XS_IMAGE_MAX];
	_Alignas(64) uint8_t scratch[XS_SCRATCH_BYTES];
};

/**
 * xs_level_init() - a window of @t's registers, of the run's first generation
 *
 * Of role TASK it leaves in init state what the task only proves.
 */
void xs_level_init(struct xs_level *l, struct xs_task *t, enum xs_pattern_role role);

/** xs_level_hold() - only @registers hold values from now on, all else that @l proves is init */
void xs_level_hold(struct xs_level *l, struct xs_task *t, uint32_t registers);

/** xs_level_load() - load a level's image, as its window would. Context: outside a window. */
void xs_level_load(const struct xs_level *l);

/** xs_level_next() - the next generation. Context: outside a window. */
void xs_level_next(struct xs_level *l, struct xs_task *t);

/** xs_level_clobber() - load the values that a handler of @t has for itself: true */
bool xs_level_clobber(struct xs_task *t);

/** xs_level_plant() - load a corrupted image in the coming window if that is due, as @how */
void xs_level_plant(struct xs_level *l, struct xs_task *t, enum xs_plant_how how);

/**
 * xs_plant_due() - whether @t is to plant now, in the way @how
 *
 * True once in a run; the iteration is then noted. Context: any task.
 */
bool xs_plant_due(struct xs_task *t, enum xs_plant_how how);

/** xs_plant_found() - corrupt what was found in registers, if that is due */
void xs_plant_found(struct xs_task *t, uint8_t *image, uint32_t generation);

/**
 * xs_task_record_as() - leave what is @wrong; the parent is told at once
 * @bytes: of @expected and @actual, XS_IMAGE_MAX at most
 */
void xs_task_record_as(struct xs_task *t, const struct xs_level *l, enum xs_wrong wrong,
		       enum xs_leg leg, uint32_t depth, const void *expected, const void *actual,
		       uint32_t bytes);

/** xs_task_record() - leave a mismatch of two images */
void xs_task_record(struct xs_task *t, const struct xs_level *l, enum xs_leg leg, uint32_t depth,
		    const uint8_t *expected, const uint8_t *actual);

#endif
