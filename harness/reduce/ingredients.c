// SPDX-License-Identifier: GPL-2.0-only
/* The ingredients of a case: what a kernel developer asks first, then every key. */
#include "reduce/ingredients.h"

#include <stdio.h>
#include <string.h>

#include "pressure/pressure.h"
#include "reduce/simplify.h"
#include "stack/stack.h"
#include "state/state.h"

/* Components that every task's switch saves and loads with XSAVE: x87 to AVX-512, and APX. No PKRU,
 * no AMX.
 */
#define APX	       (1u << 19)
#define FPU_COMPONENTS (0xe7u | APX)

#define VALUE_BYTES 24u /* of a value that is worth its place in a table */

struct maker {
	const struct xs_case *c;
	uint32_t registers;
	struct xs_ingredient *list;
	uint32_t count;
};

static bool is_new(const struct maker *m, const struct xs_case *c)
{
	bool is = memcmp(c, m->c, sizeof(*c));

	for (uint32_t k = 0; is && k < m->count; k++)
		is = memcmp(&m->list[k].c, c, sizeof(*c));
	return is;
}

/* @c is the case without something; then it is the case again, for the next question. */
static struct xs_ingredient *ask(struct maker *m, struct xs_case *c, const char *what,
				 const char *how)
{
	struct xs_ingredient *i = NULL;

	xs_case_settle(c);
	if (m->count < XS_INGREDIENTS_MAX && !xs_case_valid(c, NULL) && is_new(m, c)) {
		i = &m->list[m->count++];
		i->c = *c;
		i->alone = false;
		snprintf(i->what, sizeof(i->what), "%s", what);
		snprintf(i->how, sizeof(i->how), "%s", how);
	}
	*c = *m->c;
	return i;
}

static void ask_registers(struct maker *m)
{
	const uint32_t mask = xs_state_reduce(m->c->registers & m->registers);
	uint32_t other = 0, scalar = 0;
	struct xs_case c = *m->c;
	char text[XS_INGREDIENT_BYTES];

	for (uint32_t row = 0; row < XS_STATES; row++) {
		const uint32_t bit = m->registers & 1u << row;

		if (!(xs_entry(XS_AXIS_STATE, row)->xfeatures & FPU_COMPONENTS))
			other |= bit;
		if (!xs_holds_vectors(1u << row))
			scalar |= mask & bit;
	}
	/* A case holds one class at least: the first of those that are none of these. */
	c.registers = other & -other;
	c.init = 0;
	snprintf(text, sizeof(text), "only %s",
		 other ? xs_name(XS_AXIS_STATE, (unsigned int)__builtin_ctz(other)) : "");
	if (other && (mask & ~other))
		ask(m, &c,
		    xs_state_xfeatures(mask) & APX ? "x87, SSE, AVX or APX registers in use"
						   : "x87, SSE or AVX registers in use",
		    text);
	c = *m->c;
	c.registers = scalar ? scalar : xs_rows(XS_AXIS_STATE, UINT32_MAX, XS_STATE_SCALAR, 0);
	if (scalar != mask)
		ask(m, &c, "vector registers in use", "registers without them");
	for (uint32_t row = 0; row < XS_STATES && (mask & (mask - 1)); row++) {
		struct xs_ingredient *i = NULL;

		c = *m->c;
		c.registers = 1u << row;
		snprintf(text, sizeof(text), "only %s in use", xs_name(XS_AXIS_STATE, row));
		if (mask >> row & 1)
			i = ask(m, &c, text, "");
		if (i)
			i->alone = true;
	}
}

/* Which side of the boundary it is, and what lies there. */
static const char *side_words(const struct xs_case *c)
{
	/* By .missing, by whether fpstate begins at the boundary, by what is wrong with the pages.
	 */
	static const char *const words[2][2][2] = {
		{ { "fpstate's first page missing, the next present",
		    "fpstate's first page read-only, the next writable" },
		  { "fpstate present, what lies below it missing",
		    "fpstate writable, what lies below it read-only" } },
		{ { "fpstate's first page present, the next missing",
		    "fpstate's first page writable, the next read-only" },
		  { "fpstate missing, what lies below it present",
		    "fpstate read-only, what lies below it writable" } },
	};

	return words[c->missing == XS_MISSING_UPPER]
		    [!c->boundary || xs_boundary_is_below(c->boundary)]
		    [(xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_REFUSES) != 0];
}

static const char *fault_words(const struct xs_case *c)
{
	if (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_REFUSES)
		return "a frame that cannot be written";
	return c->restore == XS_MISSING_NONE ? "a page fault while the frame is written"
					     : "page faults on the signal frame";
}

static void ask_faults(struct maker *m)
{
	struct xs_case c = *m->c;

	c.fault = xs_first(XS_AXIS_STACK, XS_DEFAULT);
	ask(m, &c, fault_words(m->c), "fault = none");
	c.missing = XS_MISSING_ALL;
	ask(m, &c, side_words(m->c), "missing = all");
	c.boundary = XS_BOUNDARY_NONE;
	ask(m, &c,
	    xs_boundary_is_below(m->c->boundary) ? "a page boundary below fpstate"
	    : m->c->boundary			 ? "a page boundary inside fpstate"
						 : "a page boundary where fpstate begins",
	    "boundary = none");
	c.restore = XS_MISSING_NONE;
	ask(m, &c, "a page fault while sigreturn reads fpstate", "restore = none");
	if (!(xs_flags(XS_AXIS_STACK, m->c->fault) & XS_STACK_RESOLVER))
		return;
	c.fault_hold_us = 0;
	ask(m, &c, "the fault's being held open", "hold_us = 0");
}

/* The vector tasks become tasks of a kind that is only there, without registers. */
static void strip_vectors(struct xs_case *c, unsigned int kind)
{
	const uint32_t holds =
		xs_rows(XS_AXIS_PRESSURE, UINT32_MAX, XS_PRESSURE_PLAIN | XS_PRESSURE_VECTOR, 0);
	struct xs_case_pressure plain;
	uint32_t rows[XS_AXES], mask = 0;

	xs_case_pressure_default(&plain, kind);
	for (uint32_t i = c->pressures; i--;) {
		struct xs_case_pressure *p = &c->pressure[i];

		if (!(holds >> p->kind & 1))
			continue;
		mask |= 1u << i;
		plain.place = p->place;
		plain.count = p->count;
		plain.period_us = p->period_us;
	}
	xs_case_drop_pressure(c, mask);
	xs_case_rows(c, rows);
	if (mask && !(rows[XS_AXIS_PRESSURE] >> kind & 1))
		xs_case_add_pressure(c, &plain);
}

static void ask_tasks(struct maker *m)
{
	const unsigned int idle = (unsigned int)__builtin_ctz(
		xs_rows(XS_AXIS_PRESSURE, UINT32_MAX, XS_PRESSURE_PLAIN, XS_PRESSURE_VECTOR));
	struct xs_case c = *m->c;
	char text[XS_INGREDIENT_BYTES];

	xs_case_drop_pressure(&c, UINT32_MAX);
	c.workers = 1;
	if (m->c->pressures || m->c->workers > 1)
		ask(m, &c, "another task", "one worker, no pressure");
	c = *m->c;
	for (uint32_t i = 0; i < c.pressures; i++)
		if (c.pressure[i].place == XS_PLACE_SAME_PU)
			c.pressure[i].place = XS_PLACE_L3;
	c.workers = 1; /* what is beside one worker may be on another one's CPU */
	if (m->c->pressures)
		ask(m, &c, "another task on the worker's CPU", "one worker, others elsewhere");
	c = *m->c;
	strip_vectors(&c, idle);
	snprintf(text, sizeof(text), "pressure %s for it", xs_name(XS_AXIS_PRESSURE, idle));
	ask(m, &c, "registers in use in that task", text);
	for (uint32_t i = 0; i < m->c->pressures; i++) {
		xs_case_drop_pressure(&c, 1u << i);
		snprintf(text, sizeof(text), "[pressure %s]",
			 xs_name(XS_AXIS_PRESSURE, m->c->pressure[i].kind));
		ask(m, &c, text, "none");
	}
}

/* One key at its default, whatever key it is. */
static void ask_key(struct maker *m, const struct xs_spot *s, const struct xs_case *plain)
{
	struct xs_case c = *m->c;
	char what[XS_CASE_LINE_MAX], how[XS_INGREDIENT_BYTES], *base = (char *)&c + s->base;
	struct xs_str old = xs_str_open(what, sizeof(what)), new = xs_str_open(how, sizeof(how));
	size_t title;

	if (xs_key_is_label(s->key) || !xs_spot_applies(s, &c))
		return;
	xs_key_title(&old, s->key, base);
	title = old.used;
	xs_value_print(s->key, base, &old);
	if (old.used - title > VALUE_BYTES) /* a long list */
		what[title - strlen(": ")] = '\0';
	memcpy(xs_spot_field(s, &c), xs_spot_field(s, plain), xs_key_bytes(s->key));
	xs_value_print(s->key, base, &new);
	ask(m, &c, what, how);
}

uint32_t xs_ingredients(const struct xs_case *c, uint32_t registers, struct xs_ingredient *list)
{
	struct maker m = { .c = c, .registers = registers, .list = list };
	struct xs_spot spots[XS_SPOTS_MAX];
	const uint32_t count = xs_spots(c, spots);
	struct xs_case plain;

	ask_registers(&m);
	ask_faults(&m);
	ask_tasks(&m);
	xs_case_plain(&plain, c);
	for (uint32_t i = 0; i < count; i++)
		ask_key(&m, &spots[i], &plain);
	return m.count;
}
