/* SPDX-License-Identifier: GPL-2.0-only */
/* What every 64-bit lane of a register says: who wrote it, when, and where. */
#ifndef XS_PATTERN_H
#define XS_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A lane is a codeword of the binary BCH(63,51) code under a top bit that is
 * always 1 (so that an x87 significand is normal, and no lane is zero):
 *
 *   63     62..35       34..25   24..23  22..20  19..15  14..12  11..0
 *   1   generation(28)  owner(10) role(2) file(3)  reg(5) lane(3) parity(12)
 *
 * Files 4 to 7 are the rows of tiles, 128 of them: the low two bits of such a
 * file are the high two of the row.
 *
 * Two codewords differ in at least 5 bits, so up to four flipped bits never
 * make another valid lane. The code is linear: the next generation of any lane
 * is the lane XOR a difference that depends on the generation alone.
 */
enum xs_pattern_role {
	XS_PATTERN_TASK,    /* the task's own window */
	XS_PATTERN_HANDLER, /* its signal handler */
	XS_PATTERN_GIVEN,   /* put in from outside: an edited frame, a tracer */
	XS_PATTERN_GUEST,   /* its virtual CPU's */
	XS_PATTERN_ROLES
};

/* Which part of the register file a lane belongs to. */
enum xs_file {
	XS_FILE_VECTOR, /* zmm0-31, of which xmm and ymm are the low lanes */
	XS_FILE_X87,	/* significands, which mm0-7 are too */
	XS_FILE_OPMASK,
	XS_FILE_APX,  /* r16-31 */
	XS_FILE_TILE, /* rows of tiles: register 16 * t + r is row r of tmm t */
	XS_FILES_WIDE,
	/* From here on lanes are too narrow, or not free enough, for the pattern above. */
	XS_FILE_MXCSR = XS_FILES_WIDE,
	XS_FILE_FCW,
	XS_FILE_FTW,
	XS_FILE_FSW,
	XS_FILE_FOP,
	XS_FILE_POINTER, /* 0: FIP, 1: FDP */
	XS_FILE_PKRU,
	XS_FILE_TILECFG,
	XS_FILE_EXPONENT, /* of the x87 registers, with their signs */
	XS_FILE_LAYOUT,	  /* no registers: fields of a frame, enum xs_layout_field */
	XS_FILE_RESULT,	  /* neither: words of what the kernel computed */
	XS_FILES
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

/* What the lanes of a file are like. */
struct xs_file_row {
	const char *name; /* of a register: a format that may take its number; NULL: see report/ */
	uint8_t bytes;
	uint8_t owners; /* its writer, as narrow registers name it, is told modulo this; or 0 */
	bool constant;	/* everybody holds the same at all times */
	uint64_t init;
	/* The lane that @p describes. Context: any. */
	uint64_t (*pattern)(const struct xs_pattern *p);
	/* Read a lane that has a form of its own: 0, or -EINVAL when it is none. Or NULL. */
	int (*decode)(uint64_t lane, struct xs_pattern *p);
};

extern const struct xs_file_row xs_files[XS_FILES];

/** xs_pattern_lane() - the lane that @p, of a wide file, describes. Context: any. */
uint64_t xs_pattern_lane(const struct xs_pattern *p);

/** xs_pattern_decode() - read a lane: 0, or -EINVAL when it is none of a wide file */
int xs_pattern_decode(uint64_t lane, struct xs_pattern *p);

/**
 * xs_pattern_step() - what to XOR to a lane of generation @from for @to
 */
uint64_t xs_pattern_step(uint32_t from, uint32_t to);

/*
 * A pointer (FIP, FDP) and PKRU hold a shortened word of the same code, with
 * owner and role in full and as much of the generation as is left:
 *
 *   pointer:  46  45..25          24..15    14..13  12      11..0
 *             1   generation(21)  owner(10) role(2) reg(1)  parity(12)
 *   PKRU:     31..26          25..16    15..14  13..2       1..0
 *             generation(6)   owner(10) role(2) parity(12)  0
 *
 * A pointer is canonical and not zero. PKRU leaves key 0, which all memory of
 * this program has, accessible; its word is XORed with a constant that keeps
 * every value 4 bits away from both initial ones, 0 and XS_PKRU_DEFAULT.
 */
#define XS_POINTER_GENERATION_BITS 21u
#define XS_PKRU_GENERATION_BITS	   6u
#define XS_PKRU_DEFAULT		   0x55555554u /* what the kernel gives a new program: mm/pkeys.c */

/*
 * MXCSR, FCW, FSW, FOP and an x87 exponent have no room for that. MXCSR
 * carries, in its flag, DAZ, rounding and FTZ bits, three bits each of owner and
 * generation and four of parity, such that one flipped bit never gives another
 * valid value. FSW and FOP carry the same ten bits, and some of them twice; TOP
 * is the generation. FCW rotates rounding with the generation and precision with
 * the owner. An exponent is that of a normal number, and TILECFG that of 8 tiles
 * of 16 rows of 64 bytes.
 *
 * Three generations of four have exceptions unmasked: three kinds of MXCSR's,
 * the other three, or all; underflow or precision of FCW's, or both, whose flags
 * no FSW has, so that ES and B stay 0. Nothing here computes while these are
 * loaded: what does, gets a SIGFPE.
 */
#define XS_MXCSR_INIT 0x1f80u
#define XS_FCW_INIT   0x037fu

/** xs_pattern_narrow_owner() - whom narrow registers name: a handler not as its task */
static inline uint32_t xs_pattern_narrow_owner(uint32_t owner, uint32_t role)
{
	return owner + 5 * role;
}

/**
 * xs_pattern_narrow_decode() - read a lane of a file that tells .owners
 * @owner: as xs_pattern_narrow_owner() has it, modulo .owners
 * @generation: modulo 8, or 4 (FCW)
 *
 * Return: 0, or -EINVAL when it is none of these patterns.
 */
int xs_pattern_narrow_decode(uint32_t file, uint64_t value, uint32_t *owner, uint32_t *generation);

#endif
