// SPDX-License-Identifier: GPL-2.0-only
/* The pattern of a lane: encoding and decoding. */
#include <errno.h>

#include "state/pattern.h"

/*
 * Generator polynomial of the double-error-correcting BCH(63,51) code,
 * x^12 + x^10 + x^8 + x^5 + x^4 + x^3 + 1 (octal 12471 in Lin and Costello's
 * table); tests/unit proves the distance that pattern.h promises.
 */
#define BCH_GENERATOR	0x1539u
#define BCH_PARITY_BITS 12u

#define TOP_BIT		 (1ull << 63)
#define GENERATION_SHIFT 23u /* within the 51 data bits */

/* The remainder of data * x^12: one step for each bit that is set on the way. */
static uint32_t bch_parity(uint64_t data)
{
	uint64_t rest = data << BCH_PARITY_BITS;

	while (rest >> BCH_PARITY_BITS) {
		const uint32_t top = 63 - (uint32_t)__builtin_clzll(rest);

		rest ^= (uint64_t)BCH_GENERATOR << (top - BCH_PARITY_BITS);
	}
	return (uint32_t)rest;
}

static uint64_t encode(uint64_t data)
{
	return data << BCH_PARITY_BITS | bch_parity(data);
}

uint64_t xs_pattern_lane(const struct xs_pattern *p)
{
	uint64_t data = (uint64_t)(p->generation & XS_GENERATION_MASK) << GENERATION_SHIFT |
			(uint64_t)(p->owner & 0x3ff) << 13 | (uint64_t)(p->role & 3) << 11 |
			(uint64_t)(p->file & 7) << 8 | (uint64_t)(p->reg & 31) << 3 |
			(uint64_t)(p->lane & 7);

	return TOP_BIT | encode(data);
}

int xs_pattern_decode(uint64_t lane, struct xs_pattern *p)
{
	uint64_t data = (lane & ~TOP_BIT) >> BCH_PARITY_BITS;

	if (!(lane & TOP_BIT) || (TOP_BIT | encode(data)) != lane)
		return -EINVAL;
	p->generation = (uint32_t)(data >> GENERATION_SHIFT) & XS_GENERATION_MASK;
	p->owner = (uint16_t)(data >> 13 & 0x3ff);
	p->role = (uint8_t)(data >> 11 & 3);
	p->file = (uint8_t)(data >> 8 & 7);
	p->reg = (uint8_t)(data >> 3 & 31);
	p->lane = (uint8_t)(data & 7);
	return 0;
}

uint64_t xs_pattern_step(uint32_t from, uint32_t to)
{
	return encode((uint64_t)((from ^ to) & XS_GENERATION_MASK) << GENERATION_SHIFT);
}

/*
 * Hamming (15,11) shortened to (10,6): every parity bit sees a different set
 * of data bits and every data bit at least two parity bits, hence distance 3.
 */
static uint32_t mxcsr_parity(uint32_t data)
{
	static const uint8_t sees[4] = { 0x1b, 0x2d, 0x36, 0x38 };
	uint32_t parity = 0;

	for (uint32_t i = 0; i < 4; i++)
		parity |= ((uint32_t)__builtin_popcount(data & sees[i]) & 1u) << i;
	return parity;
}

/* Ten free bits: flags 0-5 and DAZ 6, then rounding 13-14 and FTZ 15. */
static uint32_t mxcsr_spread(uint32_t word)
{
	return (word & 0x7f) | (word >> 7 & 7) << 13;
}

/* Added to every codeword, so that the init value, all ten zero, is none. */
#define MXCSR_COSET 0x201u

uint32_t xs_pattern_mxcsr(uint32_t owner, uint32_t generation)
{
	uint32_t data = (owner & 7) << 3 | (generation & 7);

	return XS_MXCSR_INIT | mxcsr_spread((data << 4 | mxcsr_parity(data)) ^ MXCSR_COSET);
}

int xs_pattern_mxcsr_decode(uint32_t mxcsr, uint32_t *owner, uint32_t *generation)
{
	uint32_t word = ((mxcsr & 0x7f) | (mxcsr >> 13 & 7) << 7) ^ MXCSR_COSET;
	uint32_t data = word >> 4;

	if ((mxcsr & 0xffff1f80u) != XS_MXCSR_INIT || mxcsr_parity(data) != (word & 15))
		return -EINVAL;
	*owner = data >> 3;
	*generation = data & 7;
	return 0;
}

uint16_t xs_pattern_fcw(uint32_t owner, uint32_t generation)
{
	/* Precision 00 (single) or 10 (double): 11 is init, 01 is reserved. */
	uint32_t precision = (owner & 1) << 1;
	uint32_t rounding = generation & 3;

	return (uint16_t)(0x7f | precision << 8 | rounding << 10);
}

uint16_t xs_pattern_exponent(uint32_t reg, uint32_t generation)
{
	return (uint16_t)(0x4000 | (reg & 7) << 4 | (generation & 15));
}
