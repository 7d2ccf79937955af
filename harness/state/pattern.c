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

/* Files 4-7 on the wire are tile rows, with the high bits of the row: five bits hold the rest. */
static uint32_t place_of(const struct xs_pattern *p)
{
	const uint32_t file = p->file == XS_FILE_TILE ? 4u | (p->reg >> 5 & 3) : p->file & 3u;

	return file << 8 | (p->reg & 31u) << 3 | (p->lane & 7u);
}

uint64_t xs_pattern_lane(const struct xs_pattern *p)
{
	uint64_t data = (uint64_t)(p->generation & XS_GENERATION_MASK) << GENERATION_SHIFT |
			(uint64_t)(p->owner & 0x3ff) << 13 | (uint64_t)(p->role & 3) << 11 |
			place_of(p);

	return TOP_BIT | encode(data);
}

int xs_pattern_decode(uint64_t lane, struct xs_pattern *p)
{
	const uint64_t data = (lane & ~TOP_BIT) >> BCH_PARITY_BITS;
	const uint32_t file = data >> 8 & 7;

	if (!(lane & TOP_BIT) || (TOP_BIT | encode(data)) != lane)
		return -EINVAL;
	p->generation = (uint32_t)(data >> GENERATION_SHIFT) & XS_GENERATION_MASK;
	p->owner = (uint16_t)(data >> 13 & 0x3ff);
	p->role = (uint8_t)(data >> 11 & 3);
	p->file = (uint8_t)(file & 4 ? XS_FILE_TILE : file);
	p->reg = (uint8_t)((data >> 3 & 31) | (file & 4 ? (file & 3) << 5 : 0));
	p->lane = (uint8_t)(data & 7);
	return 0;
}

uint64_t xs_pattern_step(uint32_t from, uint32_t to)
{
	return encode((uint64_t)((from ^ to) & XS_GENERATION_MASK) << GENERATION_SHIFT);
}

/* Above a canonical pointer's 46 bits of code: never zero. */
#define POINTER_TOP_BIT (1ull << 46)

static uint64_t pointer_pattern(const struct xs_pattern *p)
{
	const uint32_t generation = p->generation & ((1u << XS_POINTER_GENERATION_BITS) - 1);
	const uint64_t data = (uint64_t)generation << 13 | (uint64_t)(p->owner & 0x3ff) << 3 |
			      (uint64_t)(p->role & 3) << 1 | (p->reg & 1);

	return POINTER_TOP_BIT | encode(data);
}

static int pointer_decode(uint64_t pointer, struct xs_pattern *p)
{
	const uint64_t data = (pointer & (POINTER_TOP_BIT - 1)) >> BCH_PARITY_BITS;

	if ((POINTER_TOP_BIT | encode(data)) != pointer)
		return -EINVAL;
	*p = (struct xs_pattern){ .generation = (uint32_t)(data >> 13),
				  .owner = (uint16_t)(data >> 3 & 0x3ff),
				  .role = (uint8_t)(data >> 1 & 3),
				  .file = XS_FILE_POINTER,
				  .reg = (uint8_t)(data & 1) };
	return 0;
}

/* At least 4 bits from every codeword; so is this XOR the default value's word. */
#define PKRU_COSET 0x2bu

static uint64_t pkru_pattern(const struct xs_pattern *p)
{
	const uint32_t generation = p->generation & ((1u << XS_PKRU_GENERATION_BITS) - 1);
	const uint32_t data = generation << 12 | (p->owner & 0x3ffu) << 2 | (p->role & 3u);

	return (encode(data) ^ PKRU_COSET) << 2;
}

static int pkru_decode(uint64_t pkru, struct xs_pattern *p)
{
	const uint64_t word = pkru >> 2 ^ PKRU_COSET;
	const uint32_t data = (uint32_t)word >> BCH_PARITY_BITS;

	if ((pkru & 3) || encode(data) != word)
		return -EINVAL;
	*p = (struct xs_pattern){ .generation = data >> 12,
				  .owner = (uint16_t)(data >> 2 & 0x3ff),
				  .role = (uint8_t)(data & 3),
				  .file = XS_FILE_PKRU };
	return 0;
}

/*
 * Hamming (15,11) shortened to (10,6): every parity bit sees a different set
 * of data bits and every data bit at least two parity bits, hence distance 3.
 */
static uint32_t narrow_parity(uint32_t data)
{
	static const uint8_t sees[4] = { 0x1b, 0x2d, 0x36, 0x38 };
	uint32_t parity = 0;

	for (uint32_t i = 0; i < 4; i++)
		parity |= ((uint32_t)__builtin_popcount(data & sees[i]) & 1u) << i;
	return parity;
}

/* Added to every codeword, so that the init value, all ten zero, is none. */
#define NARROW_COSET 0x201u

/* Ten bits: parity 0-3, generation 4-6, owner 7-9. */
static uint32_t narrow_word(const struct xs_pattern *p)
{
	const uint32_t owner = xs_pattern_narrow_owner(p->owner, p->role);
	const uint32_t data = (owner & 7) << 3 | (p->generation & 7);

	return (data << 4 | narrow_parity(data)) ^ NARROW_COSET;
}

/* Of two bits in turn, for as many generations: none, the lower, the upper, both. */
static uint32_t open_masks(const struct xs_pattern *p, uint32_t lower, uint32_t upper)
{
	return (p->generation & 1 ? lower : 0) | (p->generation & 2 ? upper : 0);
}

/*
 * Free in MXCSR are flags 0-5 and DAZ 6, masks 7-12, then rounding 13-14 and FTZ 15. A flag that
 * is not masked raises nothing: only the next exception of its kind does.
 */
static uint64_t mxcsr_pattern(const struct xs_pattern *p)
{
	const uint32_t word = narrow_word(p), masks = XS_MXCSR_INIT & ~open_masks(p, 0xa80, 0x1500);

	return masks | (word & 0x7f) | (word >> 7 & 7) << 13;
}

/*
 * Flags IE to OE 0-3 and SF 6, C0-C2 8-10, TOP 11-13, C3 14. UE and PE are never set, as FCW may
 * not mask them: the next x87 instruction would trap.
 */
static uint64_t fsw_pattern(const struct xs_pattern *p)
{
	const uint32_t owner = xs_pattern_narrow_owner(p->owner, p->role), word = narrow_word(p);

	return (word & 15) | (~owner & 1) << 6 | (word >> 7 & 7) << 8 | (word >> 4 & 7) << 11 |
	       (p->generation & 1) << 14;
}

static uint64_t fop_pattern(const struct xs_pattern *p)
{
	return narrow_word(p) | (xs_pattern_narrow_owner(p->owner, p->role) & 1) << 10;
}

static uint64_t fcw_pattern(const struct xs_pattern *p)
{
	/* Precision 00 (single) or 10 (double): 11 is init, 01 is reserved. */
	const uint32_t precision = (xs_pattern_narrow_owner(p->owner, p->role) & 1) << 1;
	const uint32_t rounding = p->generation & 3;

	/* UM and PM: of these alone no FSW has the flag. */
	return (0x7f & ~open_masks(p, 0x10, 0x20)) | precision << 8 | rounding << 10;
}

/* All registers are in use. */
static uint64_t ftw_pattern(const struct xs_pattern *p)
{
	(void)p;
	return 0xff;
}

static uint64_t exponent_pattern(const struct xs_pattern *p)
{
	return 0x4000u | (p->reg & 7u) << 4 | (p->generation & 15);
}

/* Palette 1; 64 bytes a row from byte 16 and 16 rows from byte 48, 8 tiles: SDM vol. 2, LDTILECFG.
 */
static uint64_t tilecfg_pattern(const struct xs_pattern *p)
{
	static const uint64_t config[8] = { [0] = 1,
					    [2] = 0x0040004000400040,
					    [3] = 0x0040004000400040,
					    [6] = 0x1010101010101010 };

	return config[p->lane & 7];
}

int xs_pattern_narrow_decode(uint32_t file, uint64_t value, uint32_t *owner, uint32_t *generation)
{
	const struct xs_file_row *row = &xs_files[file];

	for (*owner = 0; *owner < row->owners; ++*owner)
		for (*generation = 0; *generation < 8; ++*generation) {
			const struct xs_pattern p = { .owner = (uint16_t)*owner,
						      .generation = *generation };

			if (row->pattern(&p) == value)
				return 0;
		}
	return -EINVAL;
}

/* clang-format off: a row is a line */
const struct xs_file_row xs_files[XS_FILES] = {
	[XS_FILE_VECTOR] = { .bytes = 8, .pattern = xs_pattern_lane },
	[XS_FILE_X87] = { "st(%u)", .bytes = 8, .pattern = xs_pattern_lane },
	[XS_FILE_OPMASK] = { "k%u", .bytes = 8, .pattern = xs_pattern_lane },
	[XS_FILE_APX] = { "r%u", .bytes = 8, .pattern = xs_pattern_lane },
	[XS_FILE_TILE] = { .bytes = 8, .pattern = xs_pattern_lane },
	[XS_FILE_MXCSR] = { "mxcsr", .bytes = 4, .owners = 8, .init = XS_MXCSR_INIT,
			    .pattern = mxcsr_pattern },
	[XS_FILE_FCW] = { "fcw", .bytes = 2, .owners = 2, .init = XS_FCW_INIT,
			  .pattern = fcw_pattern },
	[XS_FILE_FTW] = { "ftw", .bytes = 1, .constant = true, .pattern = ftw_pattern },
	[XS_FILE_FSW] = { "fsw", .bytes = 2, .owners = 8, .pattern = fsw_pattern },
	[XS_FILE_FOP] = { "fop", .bytes = 2, .owners = 8, .pattern = fop_pattern },
	[XS_FILE_POINTER] = { "fip", .bytes = 8, .pattern = pointer_pattern,
			      .decode = pointer_decode },
	[XS_FILE_PKRU] = { "pkru", .bytes = 4, .pattern = pkru_pattern, .decode = pkru_decode },
	[XS_FILE_TILECFG] = { .bytes = 8, .constant = true, .pattern = tilecfg_pattern },
	[XS_FILE_EXPONENT] = { "st(%u) exponent", .bytes = 2, .pattern = exponent_pattern },
	[XS_FILE_LAYOUT] = { .bytes = 8 },
	[XS_FILE_RESULT] = { "word %u", .bytes = 8 },
};
/* clang-format on */
