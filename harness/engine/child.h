/* SPDX-License-Identifier: GPL-2.0-only */
/* The parent's children: how one begins, and what its death says. */
#ifndef XS_CHILD_H
#define XS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "engine/arena.h"

#define XS_CHILD_ORPHAN 99 /* exit code of a child whose parent was gone, or in another namespace  \
			    */

/**
 * xs_child_start() - fork a child that does what its seat says
 *
 * It dies with the calling thread, leaves no core file, and does not get
 * Ctrl-C. If children stay, it waits for its next part when it has done one.
 * Return: its process number, or -errno.
 */
pid_t xs_child_start(const struct xs_arena *arena, uint32_t seat);

#endif
