/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest's init sends to the host over one serial port: a greeting,
 * then frames of a type, a length (little endian) and that many bytes.
 */
#ifndef XS_VM_STREAM_H
#define XS_VM_STREAM_H

#include <stdint.h>

/* Sent once; whatever comes before it was not sent by init. */
#define XS_VM_GREETING "\nxsavage-vm 1\n"

/* A frame's header, and the most that may follow it. */
#define XS_VM_HEADER_BYTES 5
#define XS_VM_FRAME_MAX	   (1u << 16)

enum xs_vm_frame {
	XS_VM_STDOUT = 'o', /* bytes of the command's standard output */
	XS_VM_STDERR = 'e', /* bytes of its standard error */
	XS_VM_FILE = 'f',   /* a file follows: its name, without a directory */
	XS_VM_DATA = 'd',   /* bytes of that file */
	XS_VM_CLOSE = 'c',  /* the end of that file: 8 bytes, its size */
	XS_VM_EXIT = 'x',   /* the last frame: 4 bytes, the status of wait() */
	XS_VM_FAIL = '!',   /* instead of it: what init could not do, as text */
};

static inline void xs_vm_put(uint8_t *to, uint64_t value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static inline uint64_t xs_vm_get(const uint8_t *from, unsigned int bytes)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < bytes; i++)
		value |= (uint64_t)from[i] << 8 * i;
	return value;
}

#endif
