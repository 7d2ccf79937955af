// SPDX-License-Identifier: GPL-2.0-only
/* The value of one key: from text to its field, its limits, and back to text. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "case/schema.h"

#define TEXT_BYTES 512u /* of any value */

/* The field's number, index or mask. */
static uint32_t number_of(const struct xs_key *key, const void *base)
{
	const void *field = (const char *)base + key->offset;

	return xs_key_bytes(key) == 1 ? *(const uint8_t *)field : *(const uint32_t *)field;
}

size_t xs_key_bytes(const struct xs_key *key)
{
	switch (key->form) {
	case XS_FORM_CHOICE:
	case XS_FORM_ROW:
		return sizeof(uint8_t);
	case XS_FORM_NAME:
	case XS_FORM_CPUS:
		return key->max;
	default:
		return sizeof(uint32_t);
	}
}

/* The i-th name that the value may be, or have, or NULL past the last. */
static const char *choice(const struct xs_key *key, unsigned int i)
{
	unsigned int n = 0;

	if (key->form != XS_FORM_CHOICE)
		return i < xs_axes[key->axis].rows ? xs_name(key->axis, i) : NULL;
	while (n < i && key->names[n])
		n++;
	return key->names[n];
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Read digits at *@at, at most to @max, and step over them. */
static bool take_number(const char **at, uint32_t max, uint32_t *number)
{
	uint64_t n = 0;

	if (!is_digit(**at))
		return false;
	for (; is_digit(**at); (*at)++) {
		n = n * 10 + (uint64_t)(**at - '0');
		if (n > max)
			return false;
	}
	*number = (uint32_t)n;
	return true;
}

/* The same with a number, or a range such as 2-5. */
static bool take_range(const char **at, uint32_t max, uint32_t *first, uint32_t *last)
{
	if (!take_number(at, max, first))
		return false;
	*last = *first;
	if (**at != '-')
		return true;
	++*at;
	return take_number(at, max, last) && *last >= *first;
}

static bool name_good(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-");

	return s[0] && !s[n] && s[0] != '.' && s[0] != '-';
}

static bool cpus_good(const char *s)
{
	uint32_t first, last;

	if (!strcmp(s, "auto"))
		return true;
	for (; take_range(&s, XS_CPUS_MAX - 1, &first, &last); s++)
		if (*s != ',')
			return !*s;
	return false;
}

static int refuse(const struct xs_key *key, const void *base, const char *text, struct xs_str *why)
{
	const char *separator = " ";

	xs_key_title(why, key, base);
	xs_str_quote(why, text);
	switch (key->form) {
	case XS_FORM_NUMBER:
		xs_str_add(why, " is not a whole number from %u to %u", key->min, key->max);
		break;
	case XS_FORM_BOUNDARY:
		xs_str_add(why, " is neither none nor a multiple of %u from -%u to %u",
			   XS_BOUNDARY_STEP, XS_BOUNDARY_BELOW, XS_BOUNDARY_MAX);
		break;
	case XS_FORM_VECTORS:
		xs_str_add(
			why,
			" is neither all nor an ascending list such as 0,2-5 of numbers below %u",
			XS_VECTORS);
		break;
	case XS_FORM_REGISTERS:
	case XS_FORM_CHOICE:
	case XS_FORM_ROW:
		xs_str_put(why, key->form != XS_FORM_REGISTERS ? " is not one of:"
				: key->min ? " is wrong here; use all, or names with commas "
					     "between, each once:"
					   : " is wrong here; use all, none, or names with commas "
					     "between, each once:");
		for (unsigned int i = 0; choice(key, i); i++)
			xs_str_item(why, &separator, choice(key, i));
		break;
	case XS_FORM_NAME:
		xs_str_add(why, " is not 1 to %u of a-z, 0-9, '.' and '-', the first a-z or 0-9",
			   key->max - 1);
		break;
	case XS_FORM_CPUS:
		xs_str_add(why,
			   " is neither auto nor a list such as 0,2-5 of numbers below %u, at most "
			   "%u bytes",
			   XS_CPUS_MAX, key->max - 1);
		break;
	}
	return -EINVAL;
}

/* Return: NULL, or what is wrong: a name, or what stands behind one. */
static const char *read_registers(const struct xs_key *key, const char *text, uint32_t *mask,
				  char name[XS_CASE_LINE_MAX + 1])
{
	*mask = xs_all_rows(key->axis);
	if (!strcmp(text, "all"))
		return NULL;
	*mask = 0;
	if (!key->min && !strcmp(text, "none"))
		return NULL;
	for (;; text++) {
		text += strspn(text, " \t");
		const size_t n = strcspn(text, ", \t");

		/* One that does not fit is longer than any name, so that none is found. */
		snprintf(name, XS_CASE_LINE_MAX + 1, "%.*s", (int)n, text);
		const int row = xs_row(key->axis, name);

		if (row < 0 || *mask & 1u << row)
			return name;
		*mask |= 1u << row;
		text += n + strspn(text + n, " \t");
		if (*text != ',')
			return *text ? text : NULL;
	}
}

/* "all", or numbers and ranges in ascending order. */
static bool read_vectors(const char *text, uint32_t *mask)
{
	uint32_t first, last, next = 0;

	*mask = UINT32_MAX;
	if (!strcmp(text, "all"))
		return true;
	*mask = 0;
	for (; take_range(&text, XS_VECTORS - 1, &first, &last) && first >= next; text++) {
		*mask |= (uint32_t)((2ull << last) - (1ull << first));
		next = last + 1;
		if (*text != ',')
			return !*text;
	}
	return false;
}

static bool read_boundary(const char *text, uint32_t *boundary)
{
	const bool below = *text == '-';

	*boundary = XS_BOUNDARY_NONE;
	if (!strcmp(text, "none"))
		return true;
	text += below;
	if (!take_number(&text, below ? XS_BOUNDARY_BELOW : XS_BOUNDARY_MAX, boundary) || *text ||
	    *boundary % XS_BOUNDARY_STEP || (below && !*boundary))
		return false;
	if (below)
		*boundary = 0 - *boundary;
	return true;
}

static bool read_choice(const struct xs_key *key, const char *text, uint8_t *index)
{
	const char *name;

	for (*index = 0; (name = choice(key, *index)); ++*index)
		if (!strcmp(name, text))
			return true;
	return false;
}

/* What lies behind the end is zero: cases compare by memcmp(). */
static bool read_string(const struct xs_key *key, const char *text, char *string)
{
	if (strlen(text) >= key->max)
		return false;
	strncpy(string, text, key->max);
	return key->form == XS_FORM_NAME ? name_good(text) : cpus_good(text);
}

static int read_field(const struct xs_key *key, const void *base, void *field, const char *text,
		      struct xs_str *why)
{
	char name[XS_CASE_LINE_MAX + 1];
	const char *at = text, *wrong = text;
	bool good = false;

	switch (key->form) {
	case XS_FORM_NUMBER:
		good = take_number(&at, key->max, field) && !*at && *(uint32_t *)field >= key->min;
		break;
	case XS_FORM_BOUNDARY:
		good = read_boundary(text, field);
		break;
	case XS_FORM_REGISTERS:
		wrong = read_registers(key, text, field, name);
		good = !wrong;
		break;
	case XS_FORM_VECTORS:
		good = read_vectors(text, field);
		break;
	case XS_FORM_CHOICE:
	case XS_FORM_ROW:
		good = read_choice(key, text, field);
		break;
	case XS_FORM_NAME:
	case XS_FORM_CPUS:
		good = read_string(key, text, field);
		break;
	}
	return good ? 0 : refuse(key, base, wrong, why);
}

int xs_value_read(const struct xs_key *key, void *base, const char *text, struct xs_str *why)
{
	return read_field(key, base, (char *)base + key->offset, text, why);
}

/* Good is what its text gives again. What has no text is a number there, which is no name. */
int xs_value_check(const struct xs_key *key, const void *base, struct xs_str *why)
{
	union {
		uint32_t number;
		char string[XS_CPUS_BYTES];
	} again;
	char text[TEXT_BYTES];
	struct xs_str out = xs_str_open(text, sizeof(text));

	_Static_assert(XS_NAME_BYTES <= XS_CPUS_BYTES, "string[] holds either string");
	xs_value_print(key, base, &out);
	if (read_field(key, base, &again, text, why))
		return -EINVAL;
	if (!memcmp(&again, (const char *)base + key->offset, xs_key_bytes(key)))
		return 0;
	return refuse(key, base, text, why);
}

static void print_registers(const struct xs_key *key, uint32_t mask, struct xs_str *out)
{
	const char *separator = "";

	for (unsigned int i = 0; choice(key, i); i++) {
		if (!(mask >> i & 1))
			continue;
		xs_str_put(out, separator);
		xs_str_put(out, choice(key, i));
		separator = ",";
	}
}

static void print_vectors(uint32_t mask, struct xs_str *out)
{
	const char *separator = "";

	if (mask == UINT32_MAX) {
		xs_str_put(out, "all");
		return;
	}
	for (uint32_t first = 0, last; first < XS_VECTORS; first = last + 1) {
		last = first;
		if (!(mask >> first & 1))
			continue;
		while (last + 1 < XS_VECTORS && (mask >> (last + 1) & 1))
			last++;
		xs_str_put(out, separator);
		xs_str_number(out, first);
		if (last > first) {
			xs_str_put(out, "-");
			xs_str_number(out, last);
		}
		separator = ",";
	}
}

void xs_value_print(const struct xs_key *key, const void *base, struct xs_str *out)
{
	const uint32_t n = number_of(key, base);

	switch (key->form) {
	case XS_FORM_NUMBER:
		xs_str_number(out, n);
		break;
	case XS_FORM_BOUNDARY:
		if (n == XS_BOUNDARY_NONE)
			xs_str_put(out, "none");
		else if (xs_boundary_is_below(n))
			xs_str_add(out, "-%u", 0 - n);
		else
			xs_str_number(out, n);
		break;
	case XS_FORM_REGISTERS:
		if (n & ~xs_all_rows(key->axis) || (!n && key->min))
			xs_str_add(out, "0x%x", n);
		else if (n)
			print_registers(key, n, out);
		else
			xs_str_put(out, "none");
		break;
	case XS_FORM_VECTORS:
		if (n)
			print_vectors(n, out);
		else
			xs_str_put(out, "0x0");
		break;
	case XS_FORM_CHOICE:
	case XS_FORM_ROW:
		if (choice(key, n))
			xs_str_put(out, choice(key, n));
		else
			xs_str_number(out, n);
		break;
	case XS_FORM_NAME:
	case XS_FORM_CPUS:
		xs_str_add(out, "%.*s", (int)key->max, (const char *)base + key->offset);
		break;
	}
}
