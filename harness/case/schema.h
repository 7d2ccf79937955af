/* SPDX-License-Identifier: GPL-2.0-only */
/* The sections and keys of a case, their fields and limits: for harness/case, reduce and fuzz. */
#ifndef XS_CASE_SCHEMA_H
#define XS_CASE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "case/case.h"
#include "case/str.h"

enum xs_section {
	XS_SECTION_CASE,
	XS_SECTION_WORKER,
	XS_SECTION_SIGNAL,
	XS_SECTION_HANDLER,
	XS_SECTION_STACK,
	XS_SECTION_PRESSURE, /* one for each kind: [pressure KIND] */
	XS_SECTIONS
};

extern const char *const xs_section_names[XS_SECTIONS];

/* What a value looks like as text, and the type of its field. */
enum xs_form {
	XS_FORM_NUMBER,	   /* uint32_t, from .min to .max */
	XS_FORM_BOUNDARY,  /* uint32_t, "none" or an offset */
	XS_FORM_REGISTERS, /* uint32_t, a mask over the rows of state.def, of .min rows or more */
	XS_FORM_VECTORS,   /* uint32_t, a mask of vector registers */
	XS_FORM_CHOICE,	   /* uint8_t, an index into .names */
	XS_FORM_ROW,	   /* uint8_t, a row of .axis */
	XS_FORM_NAME,	   /* char[.max] */
	XS_FORM_CPUS,	   /* char[.max] */
};

/*
 * A key. Its field lies at .offset of struct xs_case or, in a pressure
 * section, of struct xs_case_pressure: the "base" of the functions below.
 */
struct xs_key {
	enum xs_section section;
	const char *name;
	enum xs_form form;
	size_t offset;
	uint32_t min, max;
	bool count; /* a number of things, of which fewer are simpler */
	const char *const *names;
	enum xs_axis_id axis; /* of rows and registers */
	/* Set where the key means something only beside entries of .gate that have this flag: */
	const char *part; /* what those have */
	enum xs_axis_id gate;
	uint32_t gate_flag;
	size_t gate_offset; /* of the uint8_t that holds the entry's row */
};

#define XS_KEYS 29u
extern const struct xs_key xs_keys[XS_KEYS]; /* in canonical order */

/** xs_key_find() - a key by its section and name, or NULL */
const struct xs_key *xs_key_find(enum xs_section section, const char *name);

/** xs_key_title() - append "[section] key: " */
void xs_key_title(struct xs_str *s, const struct xs_key *key, const void *base);

/** xs_key_applies() - whether the key means something beside the entry chosen, a valid row */
bool xs_key_applies(const struct xs_key *key, const void *base);

/** xs_key_refuse() - append the title, and why the key does not apply; Return: -EINVAL */
int xs_key_refuse(const struct xs_key *key, const void *base, struct xs_str *why);

/** xs_key_bytes() - size of the key's field */
size_t xs_key_bytes(const struct xs_key *key);

/**
 * xs_value_read() - set the field from text
 *
 * Return: 0, or -EINVAL with title and reason appended to @why; the field is then undefined.
 */
int xs_value_read(const struct xs_key *key, void *base, const char *text, struct xs_str *why);

/** xs_value_check() - whether the field is inside its limits; as xs_value_read() */
int xs_value_check(const struct xs_key *key, const void *base, struct xs_str *why);

/** xs_value_print() - append the field, which is inside its limits, as text */
void xs_value_print(const struct xs_key *key, const void *base, struct xs_str *out);

/** xs_missing_is_side() - whether it means pages on one side of the boundary. Pure. */
static inline bool xs_missing_is_side(uint8_t missing)
{
	return missing == XS_MISSING_LOWER || missing == XS_MISSING_UPPER;
}

/**
 * xs_missing_check() - whether "missing" and "restore" fit the boundary and the fault
 *
 * Return: NULL, or the key that does not fit, with the reason, but no title, appended to @why.
 */
const struct xs_key *xs_missing_check(const struct xs_case *c, struct xs_str *why);

#endif
