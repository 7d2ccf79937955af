/* SPDX-License-Identifier: GPL-2.0-only */
/* Where children leave their core files: a folder that is gone afterwards, whoever is killed. */
#ifndef XS_CORE_PLACE_H
#define XS_CORE_PLACE_H

#include "pressure/guardian.h"

#define XS_CORE_PATH_BYTES 512

struct xs_core_place {
	char path[XS_CORE_PATH_BYTES];
	int fd; /* the folder, or -1 */
	struct xs_guardian guardian;
};

/**
 * xs_core_supported() - whether a child that dies leaves a core file in its working directory
 * @why: as of supported()
 *
 * Reads the settings, changes none, and tries it in a place of its own. Return: 0 or -errno.
 */
int xs_core_supported(char *why);

/** xs_core_open() - make the folder, with a guardian that removes it: 0 or -errno */
int xs_core_open(struct xs_core_place *p);

/** xs_core_close() - remove it, with all that is in it: 0 or -errno */
int xs_core_close(struct xs_core_place *p);

/**
 * xs_core_enter() - have the calling process leave its core in the folder, a small one
 *
 * Its working directory, its own limit and its own filter: what the kernel dumps
 * always is left (the vDSO). Context: a child. Return: 0 or -errno.
 */
int xs_core_enter(const struct xs_core_place *p);

/**
 * xs_core_take() - the core file that a child has left
 *
 * All names in the folder are removed. Return: a descriptor for reading and
 * writing, to be closed by the caller, or -errno; -ENOENT: there is none.
 */
int xs_core_take(const struct xs_core_place *p);

#endif
