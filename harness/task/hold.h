/* SPDX-License-Identifier: GPL-2.0-only */
/* What an entry of the hold axis is: what a task does in its window, again and again. */
#ifndef XS_HOLD_H
#define XS_HOLD_H

#include <stdint.h>

#include "axis/axis.h"
#include "task/task.h"
#include "task/window.h"

struct xs_hold {
	struct xs_entry entry;
	/*
	 * One turn: XS_HOLD_STEP(). It may change what a call may, but no vector and no x87
	 * register, and push one word: below that is the red zone. NULL: PAUSE.
	 */
	void (*step)(void);
	/*
	 * A system call by its number in the 32-bit table, with the arguments 0, 0 and 1; 0: PAUSE.
	 */
	int32_t compat_step;
	/*
	 * What a step needs that has to be there before the window: made before the task is ready,
	 * and undone after its last window. 0 or -errno; @own is not 0, and the window's .own.
	 */
	int (*open)(uint64_t *own);
	void (*close)(uint64_t own);
};

/* Of a hold's struct. */
#define XS_STEPS(name) .step = xs_hold_##name##_step

/*
 * Defines xs_hold_NAME_step(): @code is assembly, the return is added. rbx is the window, with
 * its fields as XS_W_...(%rbx), and has to stay, as all that a call keeps.
 */
#define XS_HOLD_STEP(name, code)                                                                   \
	void xs_hold_##name##_step(void);                                                          \
	__asm__(XS_WINDOW(XS_W_SET) XS_TRAP_SECTION ".type xs_hold_" #name "_step, @function\n"    \
						    "xs_hold_" #name "_step:\n" code "ret\n"       \
						    ".size xs_hold_" #name                         \
						    "_step, . - xs_hold_" #name "_step\n"          \
						    ".popsection\n")

static inline const struct xs_hold *xs_hold(unsigned int row)
{
	return (const struct xs_hold *)xs_entry(XS_AXIS_HOLD, row);
}

/**
 * xs_hold_open() - make what the hold of @t's plan needs, before the first xs_level_init()
 *
 * Return: 0 or -errno. Context: any thread of the task's process.
 */
int xs_hold_open(struct xs_task *t);

/** xs_hold_close() - undo it, if it was done. Context: the same; no window of @t runs. */
void xs_hold_close(struct xs_task *t);

#endif
