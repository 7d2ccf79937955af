/* SPDX-License-Identifier: GPL-2.0-only */
/* What every 64-bit lane of a register says: who wrote it, when, and where. */
#ifndef XS_PATTERN_H
#define XS_PATTERN_H

#include <stdint.h>

/*
 * A lane is a codeword of the binary BCH(63,51) code under a top bit that is
 * always 1 (so that an x87 significand is normal, and no lane is zero):
 *
 *   63     62..35       34..25   24..23  22..20  19..15  14..12  11..0
 *   1   generation(28)  owner(10) role(2) file(3)  reg(5) lane(3) parity(12)
 *
 * Two codewords differ in at least 5 bits, so up to four flipped bits never
 * make another valid lane. The code is linear: the next generation of any lane
 * is the lane XOR a difference that depends on the generation alone.
 */
enum xs_pattern_role {
	XS_PATTERN_TASK,    /* the task's own window */
	XS_PATTERN_HANDLER, /* its signal handler */
	XS_PATTERN_GIVEN,   /* put in from outside: an edited frame, a tracer */
	XS_PATTERN_ROLES
};

#define XS_GENERATION_BITS 28u
#define XS_GENERATION_MASK ((1u << XS_GENERATION_BITS) - 1)

struct xs_pattern {
	uint32_t generation;
	uint16_t owner; /* task index in the plan */
	uint8_t role;	/* enum xs_pattern_role */
	uint8_t file;	/* enum xs_file */
	uint8_t reg;
	uint8_t lane;
};

/** xs_pattern_lane() - the lane that @p describes. Context: any. */
uint64_t xs_pattern_lane(const struct xs_pattern *p);

/** xs_pattern_decode() - read a lane: 0, or -EINVAL when it is no codeword */
int xs_pattern_decode(uint64_t lane, struct xs_pattern *p);

/**
 * xs_pattern_step() - what to XOR to a lane of generation @from for @to
 */
uint64_t xs_pattern_step(uint32_t from, uint32_t to);

/*
 * MXCSR, FCW and an x87 exponent have no room for a lane. MXCSR keeps its
 * exception masks set and carries, in its flag, DAZ, rounding and FTZ bits,
 * three bits each of owner and generation and four of parity, such that one
 * flipped bit never gives another valid value. FCW keeps its masks set and
 * rotates rounding with the generation and precision with the owner.
 */
#define XS_MXCSR_INIT 0x1f80u
#define XS_FCW_INIT   0x037fu

/** xs_pattern_narrow_owner() - whom narrow registers name: a handler not as its task */
static inline uint32_t xs_pattern_narrow_owner(uint32_t owner, uint32_t role)
{
	return owner + 5 * role;
}

uint32_t xs_pattern_mxcsr(uint32_t owner, uint32_t generation);

/** xs_pattern_mxcsr_decode() - 0 with owner and generation modulo 8, or -EINVAL */
int xs_pattern_mxcsr_decode(uint32_t mxcsr, uint32_t *owner, uint32_t *generation);

uint16_t xs_pattern_fcw(uint32_t owner, uint32_t generation);

/** xs_pattern_exponent() - sign and exponent of an x87 lane: a normal number */
uint16_t xs_pattern_exponent(uint32_t reg, uint32_t generation);

#endif
