// SPDX-License-Identifier: GPL-2.0-only
/* The value of one key: from text to its field, its limits, and back to text. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "case/schema.h"

static uint32_t number_of(const struct xs_key *key, const void *base)
{
	return *(const uint32_t *)(const void *)((const char *)base + key->offset);
}

static unsigned int index_of(const struct xs_key *key, const void *base)
{
	return ((const uint8_t *)base)[key->offset];
}

static const char *string_of(const struct xs_key *key, const void *base)
{
	return (const char *)base + key->offset;
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

/* The i-th name that the value may be, or NULL past the last. */
static const char *choice(const struct xs_key *key, unsigned int i)
{
	if (key->form == XS_FORM_CHOICE)
		return key->names[i];
	return i < xs_axes[key->axis].rows ? xs_name(key->axis, i) : NULL;
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
	for (;; s++) {
		if (!take_number(&s, XS_CPUS_MAX - 1, &first))
			return false;
		if (*s == '-') {
			s++;
			if (!take_number(&s, XS_CPUS_MAX - 1, &last) || last < first)
				return false;
		}
		if (*s != ',')
			return !*s;
	}
}

/* A string field ends inside itself and is zero from there on: cases compare by memcmp(). */
static bool padded(const char *s, size_t bytes)
{
	size_t n = strnlen(s, bytes), i;

	for (i = n; i < bytes; i++)
		if (s[i])
			return false;
	return n < bytes;
}

static bool good(const struct xs_key *key, const void *base)
{
	const char *string = string_of(key, base);
	unsigned int i;
	uint32_t n;

	switch (key->form) {
	case XS_FORM_NUMBER:
		n = number_of(key, base);
		return n >= key->min && n <= key->max;
	case XS_FORM_BOUNDARY:
		n = number_of(key, base);
		return n == XS_BOUNDARY_NONE || (n <= XS_BOUNDARY_MAX && n % XS_BOUNDARY_STEP == 0);
	case XS_FORM_REGISTERS:
		n = number_of(key, base);
		return (n || !key->min) && !(n & ~xs_all_rows(key->axis));
	case XS_FORM_VECTORS:
		return number_of(key, base) != 0;
	case XS_FORM_CHOICE:
		for (i = 0; key->names[i]; i++)
			if (i == index_of(key, base))
				return true;
		return false;
	case XS_FORM_ROW:
		return index_of(key, base) < xs_axes[key->axis].rows;
	case XS_FORM_NAME:
		return padded(string, key->max) && name_good(string);
	case XS_FORM_CPUS:
		return padded(string, key->max) && cpus_good(string);
	}
	return false;
}

static int refuse(const struct xs_key *key, const char *text, struct xs_str *why)
{
	unsigned int i;

	xs_str_quote(why, text);
	switch (key->form) {
	case XS_FORM_NUMBER:
		xs_str_add(why, " is not a whole number from %u to %u", key->min, key->max);
		break;
	case XS_FORM_BOUNDARY:
		xs_str_add(why, " is neither none nor a multiple of %u from 0 to %u",
			   XS_BOUNDARY_STEP, XS_BOUNDARY_MAX);
		break;
	case XS_FORM_REGISTERS:
		xs_str_add(why,
			   " is wrong here; use all,%s or names with commas between, each once:",
			   key->min ? "" : " none,");
		for (i = 0; i < xs_axes[key->axis].rows; i++)
			xs_str_add(why, "%s %s", i ? "," : "", xs_name(key->axis, i));
		break;
	case XS_FORM_VECTORS:
		xs_str_add(
			why,
			" is neither all nor an ascending list such as 0,2-5 of numbers below %u",
			XS_VECTORS);
		break;
	case XS_FORM_CHOICE:
	case XS_FORM_ROW:
		xs_str_put(why, " is not one of:");
		for (i = 0; choice(key, i); i++)
			xs_str_add(why, "%s %s", i ? "," : "", choice(key, i));
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

static int read_registers(const char *text, uint32_t *mask, const struct xs_key *key,
			  struct xs_str *why)
{
	char name[XS_CASE_LINE_MAX + 1];
	size_t n;
	int row;

	*mask = xs_all_rows(key->axis);
	if (!strcmp(text, "all"))
		return 0;
	*mask = 0;
	if (!key->min && !strcmp(text, "none"))
		return 0;
	for (;; text++) {
		text += strspn(text, " \t");
		n = strcspn(text, ", \t");
		if (n >= sizeof(name))
			n = sizeof(name) - 1; /* longer than any name, so that none is found */
		memcpy(name, text, n);
		name[n] = '\0';
		text += n;
		text += strspn(text, " \t");
		row = xs_row(key->axis, name);
		if (row < 0 || *mask & 1u << row)
			return refuse(key, name, why);
		*mask |= 1u << row;
		if (!*text)
			return 0;
		if (*text != ',')
			return refuse(key, text, why);
	}
}

/* "all", or numbers and ranges in ascending order. */
static int read_vectors(const char *text, uint32_t *mask, const struct xs_key *key,
			struct xs_str *why)
{
	const char *at = text;
	uint32_t first, last, next = 0;

	*mask = UINT32_MAX;
	if (!strcmp(text, "all"))
		return 0;
	for (*mask = 0;; at++) {
		if (!take_number(&at, XS_VECTORS - 1, &first) || first < next)
			return refuse(key, text, why);
		last = first;
		if (*at == '-') {
			at++;
			if (!take_number(&at, XS_VECTORS - 1, &last) || last < first)
				return refuse(key, text, why);
		}
		*mask |= (uint32_t)((2ull << last) - (1ull << first));
		next = last + 1;
		if (*at != ',')
			break;
	}
	return *at ? refuse(key, text, why) : 0;
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

static int read_index(const char *text, uint8_t *index, const struct xs_key *key,
		      struct xs_str *why)
{
	int row = -1;
	unsigned int i;

	if (key->form == XS_FORM_ROW)
		row = xs_row(key->axis, text);
	for (i = 0; key->form == XS_FORM_CHOICE && key->names[i]; i++)
		if (!strcmp(key->names[i], text))
			row = (int)i;
	if (row < 0)
		return refuse(key, text, why);
	*index = (uint8_t)row;
	return 0;
}

int xs_value_read(const struct xs_key *key, void *base, const char *text, struct xs_str *why)
{
	void *field = (char *)base + key->offset;
	const char *at = text;
	uint32_t max = UINT32_MAX;

	switch (key->form) {
	case XS_FORM_BOUNDARY:
		if (!strcmp(text, "none")) {
			*(uint32_t *)field = XS_BOUNDARY_NONE;
			return 0;
		}
		max = XS_BOUNDARY_MAX;
		/* fall through */
	case XS_FORM_NUMBER:
		if (!take_number(&at, max, field) || *at)
			return refuse(key, text, why);
		break;
	case XS_FORM_REGISTERS:
		return read_registers(text, field, key, why);
	case XS_FORM_VECTORS:
		return read_vectors(text, field, key, why);
	case XS_FORM_CHOICE:
	case XS_FORM_ROW:
		return read_index(text, field, key, why);
	case XS_FORM_NAME:
	case XS_FORM_CPUS:
		if (strlen(text) >= key->max)
			return refuse(key, text, why);
		memset(field, 0, key->max);
		memcpy(field, text, strlen(text));
		break;
	}
	return good(key, base) ? 0 : refuse(key, text, why);
}

int xs_value_check(const struct xs_key *key, const void *base, struct xs_str *why)
{
	char text[XS_CPUS_BYTES + 1];

	_Static_assert(XS_NAME_BYTES <= XS_CPUS_BYTES, "text[] holds either string");
	if (good(key, base))
		return 0;
	switch (key->form) {
	case XS_FORM_NAME:
	case XS_FORM_CPUS:
		snprintf(text, sizeof(text), "%.*s", (int)key->max, string_of(key, base));
		break;
	case XS_FORM_CHOICE:
	case XS_FORM_ROW:
		snprintf(text, sizeof(text), "%u", index_of(key, base));
		break;
	case XS_FORM_REGISTERS:
	case XS_FORM_VECTORS:
		snprintf(text, sizeof(text), "0x%x", number_of(key, base));
		break;
	default:
		snprintf(text, sizeof(text), "%u", number_of(key, base));
		break;
	}
	return refuse(key, text, why);
}

void xs_value_print(const struct xs_key *key, const void *base, struct xs_str *out)
{
	const char *separator = "";
	unsigned int i;

	switch (key->form) {
	case XS_FORM_BOUNDARY:
		if (number_of(key, base) == XS_BOUNDARY_NONE) {
			xs_str_put(out, "none");
			break;
		}
		/* fall through */
	case XS_FORM_NUMBER:
		xs_str_number(out, number_of(key, base));
		break;
	case XS_FORM_REGISTERS:
		for (i = 0; i < xs_axes[key->axis].rows; i++) {
			if (!(number_of(key, base) & 1u << i))
				continue;
			xs_str_put(out, separator);
			xs_str_put(out, xs_name(key->axis, i));
			separator = ",";
		}
		if (!number_of(key, base))
			xs_str_put(out, "none");
		break;
	case XS_FORM_VECTORS:
		print_vectors(number_of(key, base), out);
		break;
	case XS_FORM_CHOICE:
	case XS_FORM_ROW:
		xs_str_put(out, choice(key, index_of(key, base)));
		break;
	case XS_FORM_NAME:
	case XS_FORM_CPUS:
		xs_str_put(out, string_of(key, base));
		break;
	}
}
