// SPDX-License-Identifier: GPL-2.0-only
/* The canonical text of a case. */
#include "case/case.h"

#include "case/schema.h"

static void print_keys(struct xs_str *out, enum xs_section section, const void *base)
{
	unsigned int i;

	for (i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];

		if (key->section != section || !xs_key_applies(key, base))
			continue;
		xs_str_put(out, key->name);
		xs_str_put(out, " = ");
		xs_value_print(key, base, out);
		xs_str_put(out, "\n");
	}
}

size_t xs_case_print(const struct xs_case *c, char text[XS_CASE_TEXT_MAX])
{
	struct xs_str out = xs_str_open(text, XS_CASE_TEXT_MAX);
	unsigned int i;

	for (i = 0; i < XS_SECTION_PRESSURE; i++) {
		xs_str_put(&out, i ? "\n[" : "[");
		xs_str_put(&out, xs_section_names[i]);
		xs_str_put(&out, "]\n");
		print_keys(&out, i, c);
	}
	for (i = 0; i < c->pressures; i++) {
		xs_str_put(&out, "\n[pressure ");
		xs_str_put(&out, xs_name(XS_AXIS_PRESSURE, c->pressure[i].kind));
		xs_str_put(&out, "]\n");
		print_keys(&out, XS_SECTION_PRESSURE, &c->pressure[i]);
	}
	return out.used;
}

uint32_t xs_case_hash(const struct xs_case *c)
{
	char text[XS_CASE_TEXT_MAX];
	uint32_t h = 2166136261u;

	xs_case_print(c, text);
	for (const char *at = text; *at; at++)
		h = (h ^ (uint8_t)*at) * 16777619u;
	return h;
}
