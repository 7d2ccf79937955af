/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the machine that a process of the fuzzer has. */
#ifndef XS_FUZZ_CELL_H
#define XS_FUZZ_CELL_H

#include "session.h"

/**
 * xs_fuzz_open() - xs_session_open(), in a cell that no other process of the fuzzer has
 *
 * So -jobs, -fork and -merge do not disturb each other, nor do several that somebody has started.
 * Where there are no more cells than processes the last ones have the whole machine. Return: 0,
 * or -errno with @why set.
 */
int xs_fuzz_open(struct xs_session *s, char why[XS_WHY_BYTES]);

#endif
