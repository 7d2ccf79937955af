/* SPDX-License-Identifier: GPL-2.0-only */
/* 32-bit frames: a window whose hold is 32-bit code, and a 32-bit handler around the 64-bit one. */
#ifndef XS_COMPAT_H
#define XS_COMPAT_H

/*
 * One region below 4 GiB for each worker, aligned to its size, so that the
 * handler finds its worker from its stack pointer: a header, code, a small
 * stack for the hold, and then the signal stack's mapping.
 */
#define XS_LOW_BYTES	 0x100000
#define XS_LOW_CODE	 4096 /* offset of the code's page */
#define XS_LOW_STACK_TOP 0x14000
#define XS_LOW_FS_BASE	 0 /* offsets in the header */
#define XS_LOW_DELIVER	 8
#define XS_LOW_SIGRETURN 16
#define XS_LOW_SKIP	 20
#define XS_LOW_ENTER	 24
#define XS_LOW_LEAVE	 32
#define XS_LOW_KEYED	 56

/* A far pointer as ljmp takes it: 32 bits of offset, 16 of selector. */
#define XS_FAR(selector, offset) ((uint64_t)(selector) << 32 | (uint32_t)(offset))

/* Selectors of a 64-bit kernel's user segments: asm/segment.h. */
#define XS_USER32_CS 0x23
#define XS_USER_DS   0x2b
#define XS_USER_CS   0x33

#ifndef __ASSEMBLER__

#include <stdint.h>

#include "task/delivery.h"
#include "worker/keyed.h"

struct xs_worker;
struct xs_plan;

/* The header of a region. */
struct xs_low {
	uint64_t fs_base;
	void (*deliver)(uint8_t *frame);
	uint32_t sigreturn; /* its number in the 32-bit table, ... */
	uint32_t skip;	    /* ... and how far behind the frame's start the stack pointer then is */
	uint64_t enter;	    /* far pointers: into 64-bit code, ... */
	uint64_t leave;	    /* ... and back into 32-bit code */
	void (*handle)(const struct xs_delivery *d); /* what .deliver hands on to */
	uint32_t rt;				     /* the frames are those of SA_SIGINFO */
	struct xs_keyed keyed; /* the signal stack's, as xs_handle_keyed() has it */
};

/** xs_keyed_of() - what the handlers of a thread go by: in its region, if it has one */
static inline struct xs_keyed *xs_keyed_of(uint8_t *region)
{
	return region ? &((struct xs_low *)(void *)region)->keyed : &xs_keyed;
}

/** xs_compat_map() - reserve a worker's region, with header and code: its address or NULL */
uint8_t *xs_compat_map(const struct xs_plan *plan);

/** xs_compat_bind() - the windows of @w hold in 32-bit code, its signals go to @handle. Context:
 * the worker. */
void xs_compat_bind(struct xs_worker *w, uint8_t *region,
		    void (*handle)(const struct xs_delivery *d));

/** xs_compat_install() - handle @signo in 32-bit code: 0 or -errno. Any region has the code. */
int xs_compat_install(int signo, uint32_t flags, uint8_t *region, const struct xs_plan *plan);

/** xs_compat_call() - the number in the 32-bit table of a 64-bit system call, or -1 */
int32_t xs_compat_call(int64_t number);

/** xs_compat_in_window() - whether @ip is in the 32-bit hold of @region */
int xs_compat_in_window(const uint8_t *region, uint64_t ip);

/* The code to copy into a region, and places in it; 32-bit code, position-independent. */
extern const char xs_compat_code[], xs_compat_code_end[];
extern const char xs_compat_begin[], xs_compat_end[], xs_compat_return[], xs_compat_handler[];
extern const char xs_compat_enter_64[], xs_compat_leave_64[];

#endif
#endif
