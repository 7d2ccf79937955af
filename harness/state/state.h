/* SPDX-License-Identifier: GPL-2.0-only */
/* The register-state axis: what a class is, and the table of classes. */
#ifndef XS_STATE_H
#define XS_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "axis/axis.h"
#include "axis/rows.h"
#include "state/cpu.h"
#include "state/pattern.h"

/*
 * An image is an XSAVE area in the standard format (SDM vol. 1, 13.4): the
 * 512-byte legacy region, the 64-byte header, then the components at the
 * offsets that CPUID leaf 0DH gives. The same form serves as what a worker
 * loads, what its check expects, what the kernel wrote to the frame, what a
 * dump holds, and what PTRACE_GETREGSET(NT_X86_XSTATE) returns.
 */
#define XS_IMAGE_MAX 11264u /* AMX's 11 008 rounded up; a multiple of 64 */

/*
 * A run of registers in an image. Register first_reg + r, lane
 * first_lane + l lies at byte offset + r * stride + l * 8 of the component
 * (component 0: of the image).
 */
struct xs_span {
	uint8_t file;	   /* enum xs_file */
	uint8_t component; /* index in XCR0; 0 and 1: offset is in the image */
	uint8_t first_reg, regs;
	uint8_t first_lane, lanes;
	uint16_t offset, stride;
};
#define XS_SPANS_MAX 7u

/*
 * The routines are assembly, in harness/state/NAME.S, System V ABI:
 *   load(image, offsets): put the image into the registers.
 *   check(image, offsets, scratch): 0, or 1 + the first register that differs;
 *     leaves every register that differs as it found it, for the dump.
 * offsets is struct xs_cpu's array; scratch is XS_SCRATCH_BYTES, 64-byte aligned.
 * Where the image holds init state, so that there is nothing to load, check
 * proves that and leaves it so.
 */
#define XS_SCRATCH_BYTES 1024u /* a tile; FXSAVE takes half of it */
typedef void xs_load_fn(const void *image, const uint32_t *offsets);
typedef uint64_t xs_check_fn(const void *image, const uint32_t *offsets, void *scratch);

struct xs_state_class {
	struct xs_entry entry; /* .xfeatures: 3 exist without XSAVE too */
	xs_load_fn *load;
	xs_check_fn *check;
	struct xs_span span[XS_SPANS_MAX]; /* ends at .lanes == 0 */
};

static inline const struct xs_state_class *xs_state(unsigned int row)
{
	return (const void *)xs_entry(XS_AXIS_STATE, row);
}

/**
 * xs_entry_supported() - whether an entry of any axis works here
 * @why: set to the reason when not (XS_WHY_BYTES; may be NULL)
 *
 * Return: 0 or -errno. Context: any.
 */
int xs_entry_supported(const struct xs_entry *e, const struct xs_cpu *cpu, char *why);

/**
 * xs_state_mask_supported() - mask of all classes that @cpu supports
 */
uint32_t xs_state_mask_supported(const struct xs_cpu *cpu);

/** xs_state_of() - mask of the classes that lie in any of @components */
uint32_t xs_state_of(uint64_t components);

/**
 * xs_state_reduce() - drop classes that another class in @mask covers
 *
 * avx holds all that sse holds, zmm all that avx does, x87 all that mmx does:
 * to load and check both would be work done twice.
 */
uint32_t xs_state_reduce(uint32_t mask);

/**
 * xs_state_xfeatures() - the components in which the classes of @mask have lanes
 */
uint64_t xs_state_xfeatures(uint32_t mask);

/**
 * xs_state_undriven() - components that @cpu has and no supported class drives
 *
 * From component 2 on: x87 and SSE always have classes. Nothing can be said about what is in them.
 */
uint64_t xs_state_undriven(const struct xs_cpu *cpu);

#endif
