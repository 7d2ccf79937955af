/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash that the kernel computes in vector registers on behalf of its caller, by AF_ALG. */
#ifndef XS_FPU_HASH_H
#define XS_FPU_HASH_H

#include <stdint.h>

#include "task/fpu_call.h"

#define XS_FPU_HASH_BYTES_MAX 64u

struct xs_fpu_hash {
	const char *name; /* as in /proc/crypto */
	uint32_t bytes;	  /* of a digest */
	/* Of what xs_fpu_hash_fill() writes, by another implementation: coreutils' sha1sum and its kin. */
	uint8_t digest[XS_FPU_HASH_BYTES_MAX];
};

/** xs_fpu_hash_fill() - the data of known digests: XS_FPU_CALL_BYTES */
void xs_fpu_hash_fill(uint8_t *data);

/**
 * xs_fpu_hash_open() - a call that hashes, without .data yet
 * @hash: set to which hash that is
 *
 * Of those that are loaded, by a driver whose name tells of vector registers: to ask for another
 * one loads modules. Return: 0 or -errno; -ENOENT: there is none. Context: a process before its windows.
 */
int xs_fpu_hash_open(struct xs_fpu_call *c, const struct xs_fpu_hash **hash);

#endif
