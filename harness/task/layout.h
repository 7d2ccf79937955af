/* SPDX-License-Identifier: GPL-2.0-only */
/* What a frame says of itself, and the memory around it: all that is ABI beside the registers. */
#ifndef XS_LAYOUT_H
#define XS_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "state/cpu.h"
#include "task/delivery.h"

/*
 * Sources: uapi/asm/sigcontext.h (struct _fpx_sw_bytes, _fpstate_32), uapi/asm/ucontext.h
 * (UC_FP_XSTATE); arch/x86/kernel/fpu/signal.c; SDM vol. 1, 13.4.2, 13.7; System V ABI, 3.2.2.
 */
enum xs_layout_field {
	XS_LAYOUT_ALIGNMENT,	 /* fpstate's address modulo 64 */
	XS_LAYOUT_UC_FP_XSTATE,	 /* bit of uc_flags: there is extended state */
	XS_LAYOUT_MAGIC1,	 /* sw_bytes */
	XS_LAYOUT_EXTENDED_SIZE, /* with magic2, and what a 32-bit frame has in front */
	XS_LAYOUT_XFEATURES,	 /* what the frame has room for */
	XS_LAYOUT_XSTATE_SIZE,	 /* the size that these components have */
	XS_LAYOUT_MAGIC2,	 /* behind that */
	XS_LAYOUT_XSTATE_BV,	 /* bits beyond xfeatures, and without x87 or SSE */
	XS_LAYOUT_HEADER,	 /* XCOMP_BV and reserved bytes, one ORed to the other: 0 */
	XS_LAYOUT_FSAVE_MAGIC,	 /* of a 32-bit frame: 0 says that FXSAVE's form follows */
	XS_LAYOUT_ABOVE,	 /* words changed between the frame's end and the stack's */
	XS_LAYOUT_BELOW,	 /* bytes written below the signal stack */
	XS_LAYOUT_RED_ZONE,	 /* mask of words changed below the interrupted stack pointer */
	XS_LAYOUT_CODE,		 /* si_code, of a source that says what it has to be; else 0 */
	/* Of a shadow stack (task/shadow.h): 0 where it is right. */
	XS_LAYOUT_SHADOW,
	XS_LAYOUT_SSP_ENTRY = XS_LAYOUT_SHADOW, /* bytes by which a handler's SSP is off */
	XS_LAYOUT_SSP_TOKEN,			/* bits that differ in what sigreturn is to read */
	XS_LAYOUT_SSP_RETURN,			/* bytes by which SSP is off after sigreturn */
	XS_LAYOUT_SHADOW_WORDS,			/* words changed above the interrupted SSP */
	/* From here on of no frame: 0 where it is right. Of a child's shadow stack: */
	XS_LAYOUT_NO_FRAME,
	XS_LAYOUT_CHILD_SSP = XS_LAYOUT_NO_FRAME, /* bytes by which its, or its creator's, is off */
	XS_LAYOUT_CHILD_WORDS,			  /* words changed above it */
	/* Of a core file: */
	XS_LAYOUT_CORE,
	XS_LAYOUT_CORE_BYTES = XS_LAYOUT_CORE, /* that are missing of what its headers say */
	XS_LAYOUT_CORE_NOTES,	   /* that are missing or spoilt: pressure/core_file.h */
	XS_LAYOUT_CORE_THREADS,	   /* what NT_PRSTATUS says wrong: pressure/core.c */
	XS_LAYOUT_CORE_COMPONENTS, /* that NT_X86_XSAVE_LAYOUT has not, or elsewhere */
	XS_LAYOUT_FIELDS
};

#define XS_LAYOUT_BYTES (XS_LAYOUT_FIELDS * 8ul)

struct xs_layout_form {
	const char *name;
	uint8_t of;	 /* which frames have it: xs_layout_has() */
	uint16_t offset; /* in fpstate, of its lowest byte; 0: elsewhere, or not always there */
};

extern const struct xs_layout_form xs_layout_forms[XS_LAYOUT_FIELDS];

/* Of one delivery. */
struct xs_layout {
	uint64_t field[XS_LAYOUT_FIELDS];
	bool compat, rt; /* a 32-bit frame; with a ucontext */
	int code;	 /* what si_code has to be; 0: nobody says */
};

static inline bool xs_layout_differs(const uint64_t *a, const uint64_t *b)
{
	uint64_t differs = 0;

	for (uint32_t i = 0; i < XS_LAYOUT_FIELDS; i++)
		differs |= a[i] ^ b[i];
	return differs;
}

/**
 * xs_layout_take() - read all that a frame says of itself
 *
 * But for the red zone, which the window looks at when it ends, and for what lies
 * below the stack. @above: how many words above the frame are not as they were. Context: the
 * handler.
 */
void xs_layout_take(struct xs_layout *l, const struct xs_delivery *d, const struct xs_cpu *cpu,
		    uint64_t above);

/**
 * xs_layout_expect() - what the ABI wants there, by what the task holds
 * @expected: as @actual where nothing is wrong
 * @used: components that the task has in use
 *
 * xfeatures may be any part of XCR0 that has x87, SSE and @used; all else
 * follows from it. Return: whether anything differs. Pure.
 */
bool xs_layout_expect(uint64_t expected[XS_LAYOUT_FIELDS], const struct xs_layout *actual,
		      const struct xs_cpu *cpu, uint64_t used);

/** xs_layout_has() - whether a frame of this form has field @which to be wrong. Pure. */
bool xs_layout_has(uint32_t which, const struct xs_cpu *cpu, bool compat, bool ucontext);

#endif
