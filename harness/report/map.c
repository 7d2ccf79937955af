// SPDX-License-Identifier: GPL-2.0-only
/* Makes the map of a finding, which text, colours and HTML share, and prints it as text. */
#include "report/map.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oracle/classify.h"
#include "report/names.h"

#define TORN  '~'
#define MIXED '*' /* a row of a tile */

enum group { X87, CONTROL, VECTOR, OPMASK, GENERAL, TILE };

const struct xs_map_group xs_map_groups[] = {
	[X87] = { "x87: significand and exponent", 4 },
	[CONTROL] = { "control and status", 8 },
	[VECTOR] = { "vector registers", 4 },
	[OPMASK] = { "opmasks", 8 },
	[GENERAL] = { "general registers of APX", 8 },
	[TILE] = { "tiles, row by row", 2 },
	{ NULL, 0 },
};

const struct xs_map_class xs_map_classes[XS_CLASSES] = {
	[XS_CLASS_NONE] = { '.', "right", "what has to be there", "2" },
	[XS_CLASS_INIT] = { 'I', "init", "its init value", "97;44" },
	[XS_CLASS_STALE] = { 'O', "stale", "the task's own, from another time", "30;43" },
	[XS_CLASS_FOREIGN] = { 'F', "foreign", "somebody else's", "1;97;41" },
	[XS_CLASS_SHIFTED] = { 'S', "shifted", "its own, of another register", "97;45" },
	[XS_CLASS_FLIPPED] = { 'X', "flipped", "right but for a few bits", "30;46" },
	[XS_CLASS_UNKNOWN] = { '?', "unknown", "nobody's that can be told", "7" },
};

/* Where the lanes of each file go: in this order. */
static const struct row {
	uint8_t file, group, from, registers, lanes;
	const char *name; /* of a register, by its number; NULL: as its lane is called */
} rows[] = {
	{ XS_FILE_X87, X87, 0, 8, 2, "st(%u)" }, /* the exponent is its other lane */
	{ XS_FILE_FCW, CONTROL, 0, 1, 1, NULL },
	{ XS_FILE_FSW, CONTROL, 0, 1, 1, NULL },
	{ XS_FILE_FTW, CONTROL, 0, 1, 1, NULL },
	{ XS_FILE_FOP, CONTROL, 0, 1, 1, NULL },
	{ XS_FILE_POINTER, CONTROL, 0, 2, 1, NULL },
	{ XS_FILE_MXCSR, CONTROL, 0, 1, 1, NULL },
	{ XS_FILE_PKRU, CONTROL, 0, 1, 1, NULL },
	{ XS_FILE_VECTOR, VECTOR, 0, 32, 8, "xmm%u" },
	{ XS_FILE_OPMASK, OPMASK, 0, 8, 1, NULL },
	{ XS_FILE_APX, GENERAL, 16, 16, 1, NULL },
	{ XS_FILE_TILECFG, TILE, 0, 1, 8, "tilecfg" },
	{ XS_FILE_TILE, TILE, 0, 8, 128, "tmm%u" },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* The place of a lane in a map; XS_MAP_LANES where it has none. */
static uint32_t place_of(const struct xs_lane_at *at)
{
	uint32_t file = at->span->file, reg = at->reg, lane = at->lane, first = 0;
	const struct row *row = rows;

	if (file == XS_FILE_EXPONENT) {
		file = XS_FILE_X87;
		lane = 1;
	}
	if (file == XS_FILE_TILE) {
		lane += reg % 16 * XS_MAP_COLUMNS;
		reg /= 16;
	}
	for (; row < rows + ROWS && row->file != file; row++)
		first += (uint32_t)row->registers * row->lanes;
	if (row == rows + ROWS)
		return XS_MAP_LANES;
	return first + (reg - row->from) * row->lanes + lane;
}

static bool same_origin(const struct xs_lane *a, const struct xs_lane *b)
{
	return a->class == b->class && a->decoded == b->decoded &&
	       (!a->decoded ||
		(a->owner == b->owner && a->role == b->role && a->generation == b->generation));
}

static void name_register(struct xs_map_register *r, const struct row *row, uint32_t number)
{
	char name[XS_LANE_NAME_BYTES];

	xs_lane_name(name, row->file, number, 0);
	if (row->name)
		snprintf(name, sizeof(name), row->name, number);
	if (row->file == XS_FILE_VECTOR)
		name[0] = r->lanes > 4 ? 'z' : r->lanes > 2 ? 'y' : 'x';
	snprintf(r->name, sizeof(r->name), "%.*s", (int)sizeof(r->name) - 1, name);
}

static void add_register(struct xs_map *m, const struct row *row, uint32_t number, uint32_t first)
{
	struct xs_map_register *r = &m->reg[m->registers];
	const struct xs_lane *lane = &m->lane[first];

	*r = (struct xs_map_register){ .group = row->group, .first = (uint16_t)first };
	while (r->lanes < row->lanes && m->proved[first + r->lanes]) {
		if (lane[r->lanes].class != XS_CLASS_NONE)
			r->wrong++;
		r->torn |= !same_origin(&lane[r->lanes], lane);
		r->lanes++;
	}
	if (!r->lanes)
		return;
	name_register(r, row, number);
	m->registers++;
}

/* An exponent that differs, and does not count, goes with what its register holds. */
static void settle(struct xs_map *m, uint32_t place)
{
	struct xs_lane *lane = &m->lane[place];

	if (lane->file != XS_FILE_EXPONENT || lane->class != XS_CLASS_NONE ||
	    lane->expected == lane->actual)
		return;
	lane->class = lane[-1].class;
	lane->decoded = lane[-1].decoded;
	lane->owner = lane[-1].owner;
	lane->role = lane[-1].role;
	lane->generation = lane[-1].generation;
}

bool xs_map_make(struct xs_map *m, const struct xs_finding *finding, const struct xs_cpu *cpu,
		 uint32_t tasks)
{
	const struct xs_record *r = finding->record;
	uint32_t first = 0;

	memset(m, 0, sizeof(*m));
	if (!cpu || !finding->lanes || r->leg == XS_LEG_LAYOUT || r->leg == XS_LEG_KERNEL)
		return false;
	XS_FOR_EACH_LANE(at, r->registers, cpu)
	{
		const uint32_t place = place_of(&at);

		if (place == XS_MAP_LANES)
			continue;
		xs_classify_lane(finding, cpu, tasks, &at, &m->lane[place]);
		m->proved[place] = 1;
	}
	for (uint32_t place = 0; place < XS_MAP_LANES; place++) {
		settle(m, place);
		m->right += m->proved[place] && m->lane[place].class == XS_CLASS_NONE;
	}
	for (size_t i = 0; i < ROWS; i++)
		for (uint32_t n = 0; n < rows[i].registers; n++, first += rows[i].lanes)
			add_register(m, &rows[i], rows[i].from + n, first);
	return m->registers;
}

bool xs_colour_wanted(void)
{
	const char *kind = getenv("TERM"), *plain = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && kind && *kind && strcmp(kind, "dumb") != 0 &&
	       !(plain && *plain);
}

static void print_cell(FILE *f, char letter, uint32_t class, bool colour)
{
	if (colour)
		fprintf(f, "\033[%sm%c\033[0m", xs_map_classes[class].colour, letter);
	else
		fputc(letter, f);
}

/* What is wrong in a row of lanes; XS_CLASSES: more than one thing. */
static uint32_t class_of_row(const struct xs_lane *lane, uint32_t lanes)
{
	uint32_t class = XS_CLASS_NONE;

	for (uint32_t i = 0; i < lanes; i++) {
		if (lane[i].class == XS_CLASS_NONE || lane[i].class == class)
			continue;
		class = class == XS_CLASS_NONE ? lane[i].class : XS_CLASSES;
	}
	return class;
}

static uint32_t step_of(const struct xs_map_register *r)
{
	return r->lanes > XS_MAP_COLUMNS ? XS_MAP_COLUMNS : 1;
}

/* Of a tile a letter stands for a row. Return: columns. */
static int print_lanes(FILE *f, const struct xs_map *m, const struct xs_map_register *r,
		       bool colour)
{
	const uint32_t step = step_of(r);
	int columns = 0;

	for (uint32_t i = 0; i < r->lanes; i += step, columns++) {
		const uint32_t class = class_of_row(&m->lane[r->first + i], step);

		/* The ends of xmm and ymm. */
		if (r->group == VECTOR && (i == 2 || i == 4)) {
			fputc('|', f);
			columns++;
		}
		if (class == XS_CLASSES)
			print_cell(f, MIXED, XS_CLASS_UNKNOWN, colour);
		else
			print_cell(f, xs_map_classes[class].letter, class, colour);
	}
	return columns;
}

static void print_legend(FILE *f, const struct xs_map *m, bool colour)
{
	bool torn = false, mixed = false;

	fputs("    map, from the low end:", f);
	for (uint32_t class = 0; class < XS_CLASSES; class ++) {
		bool seen = false;

		for (uint32_t i = 0; i < XS_MAP_LANES && !seen; i++)
			seen = m->proved[i] && m->lane[i].class == class;
		if (!seen)
			continue;
		fputs("  ", f);
		print_cell(f, xs_map_classes[class].letter, class, colour);
		fprintf(f, " %s", xs_map_classes[class].name);
	}
	for (uint32_t i = 0; i < m->registers; i++) {
		const struct xs_map_register *r = &m->reg[i];

		torn |= r->torn;
		for (uint32_t n = 0; n < r->lanes; n += step_of(r))
			mixed |= class_of_row(&m->lane[r->first + n], step_of(r)) == XS_CLASSES;
	}
	if (torn)
		fprintf(f, "  %c torn", TORN);
	if (mixed)
		fprintf(f, "  %c mixed", MIXED);
	fputc('\n', f);
}

/* The registers of a group: @m->reg[@from] to before @to. */
static void print_group(FILE *f, const struct xs_map *m, uint32_t from, uint32_t to, bool colour)
{
	uint32_t in_line = xs_map_groups[m->reg[from].group].in_line, wrong = 0;
	int width = 0, room = 0;

	for (uint32_t i = from; i < to; i++) {
		const int bytes = (int)strlen(m->reg[i].name);

		wrong += m->reg[i].wrong;
		width = bytes > width ? bytes : width;
	}
	if (!wrong) {
		fprintf(f, "      %s", m->reg[from].name);
		fprintf(f,
			to - from > 2	? " to %s: right\n"
			: to - from > 1 ? ", %s: right\n"
					: ": right\n",
			m->reg[to - 1].name);
		return;
	}
	for (uint32_t i = from; i < to; i++) {
		const struct xs_map_register *r = &m->reg[i];

		fprintf(f, "%*s%-*s%c", (i - from) % in_line ? room + 2 : 6, "", width, r->name,
			r->torn ? TORN : ' ');
		room = print_lanes(f, m, r, colour);
		/* Registers side by side have as many lanes, but for the one of TILECFG. */
		room = r->group == TILE && room < 16 ? 16 - room : 0;
		if ((i + 1 - from) % in_line == 0 || i + 1 == to)
			fputc('\n', f);
	}
}

void xs_map_print(FILE *f, const struct xs_map *m, bool colour)
{
	uint32_t to;

	print_legend(f, m, colour);
	for (uint32_t from = 0; from < m->registers; from = to) {
		for (to = from; to < m->registers && m->reg[to].group == m->reg[from].group; to++)
			;
		print_group(f, m, from, to, colour);
	}
}
