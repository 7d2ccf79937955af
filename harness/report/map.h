/* SPDX-License-Identifier: GPL-2.0-only */
/* The map of a finding: every register that was proved, and whose data is in each lane of it. */
#ifndef XS_MAP_H
#define XS_MAP_H

#include <stdio.h>

#include "oracle/oracle.h"

#define XS_MAP_LANES	 1336u
#define XS_MAP_REGISTERS 88u
#define XS_MAP_COLUMNS	 8u /* lanes side by side: of a tile that is a row */

struct xs_map_register {
	char name[12];
	uint8_t group;	/* index in xs_map_groups */
	uint8_t lanes;	/* that were proved, from the low end */
	uint8_t wrong;	/* of them */
	uint8_t torn;	/* they are not of one writer and one time */
	uint16_t first; /* in .lane */
};

/* .class of a lane is XS_CLASS_NONE where it is right. */
struct xs_map {
	uint32_t registers;
	struct xs_map_register reg[XS_MAP_REGISTERS];
	struct xs_lane lane[XS_MAP_LANES];
	uint8_t proved[XS_MAP_LANES];
	uint32_t right;
};

/* Registers that stand together. */
struct xs_map_group {
	const char *title;
	uint8_t in_line; /* of text */
};
extern const struct xs_map_group xs_map_groups[]; /* ends without a title */

/* How a class is shown, and what it means. */
struct xs_map_class {
	char letter;
	const char *name, *words;
	const char *colour; /* of a terminal: parameters of SGR, ECMA-48 */
};
extern const struct xs_map_class xs_map_classes[XS_CLASSES];

/**
 * xs_map_make() - the map of a finding
 * @tasks: of the plan
 *
 * An exponent that says nothing of its own is shown as its significand is. Return: whether there
 * is one: of registers, and where the CPU is known. Pure.
 */
bool xs_map_make(struct xs_map *m, const struct xs_finding *finding, const struct xs_cpu *cpu,
		 uint32_t tasks);

/**
 * xs_map_print() - as text, in lines of at most 78 columns
 * @colour: with a terminal's escape codes
 */
void xs_map_print(FILE *f, const struct xs_map *m, bool colour);

/** xs_colour_wanted() - whether standard output is a terminal, and nobody wants it plain */
bool xs_colour_wanted(void);

#endif
