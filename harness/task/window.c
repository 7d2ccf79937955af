// SPDX-License-Identifier: GPL-2.0-only
/* Proves that window.h's offsets are those of struct xs_window. */
#include <stddef.h>

#include "task/window.h"

#define AT(constant, member)                                                                       \
	_Static_assert((constant) == offsetof(struct xs_window, member), #constant)

AT(XS_W_LOAD_IMAGE, load_image);
AT(XS_W_CHECK_IMAGE, check_image);
AT(XS_W_OFFSETS, offsets);
AT(XS_W_SCRATCH, scratch);
AT(XS_W_DUMP, dump);
AT(XS_W_DUMP_MASK, dump_mask);
AT(XS_W_RELEASE, release);
AT(XS_W_INSIDE, inside);
AT(XS_W_SEQUENCE, sequence);
AT(XS_W_COMPAT_STEP, compat_step);
AT(XS_W_HOLD_TICKS, hold_ticks);
AT(XS_W_SYSCALL, hold_syscall);
AT(XS_W_ARGS, args);
AT(XS_W_TRAP, trap);
AT(XS_W_INIT_MASK, init_mask);
AT(XS_W_STACK, stack);
AT(XS_W_BAD_REGISTER, bad_register);
AT(XS_W_RESULT, result);
AT(XS_W_COMPAT, compat);
AT(XS_W_LOW_STACK, low_stack);
AT(XS_W_FS_BASE, fs_base);
AT(XS_W_BACK, back);
AT(XS_W_DEADLINE, deadline);
AT(XS_W_SIGSET, sigset);
AT(XS_W_COMPAT_CALL, compat_call);
AT(XS_W_RED_ZONE, red_zone);
AT(XS_W_RETURN, compat_return);
AT(XS_W_STEP, step);
AT(XS_W_LOAD, load);
AT(XS_W_CHECK, check);
_Static_assert(XS_STATES <= XS_W_CLASSES, "a window holds every class");
