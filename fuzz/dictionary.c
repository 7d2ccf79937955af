// SPDX-License-Identifier: GPL-2.0-only
/* xs-dictionary: prints every word of the case format, from its tables, as libFuzzer's dictionary.
 */
#include <stdio.h>

#include "case/schema.h"

static void print_word(const char *word)
{
	printf("\"%s\"\n", word);
}

static void print_values(const struct xs_key *key)
{
	switch (key->form) {
	case XS_FORM_CHOICE:
		for (unsigned int i = 0; key->names[i]; i++)
			print_word(key->names[i]);
		break;
	case XS_FORM_ROW:
		for (unsigned int i = 0; i < xs_axes[key->axis].rows; i++)
			print_word(xs_name(key->axis, i));
		break;
	case XS_FORM_NUMBER:
		printf("\"%u\"\n\"%u\"\n\"%llu\"\n", key->min, key->max, key->max + 1ull);
		break;
	case XS_FORM_BOUNDARY:
		printf("\"%u\"\n\"%u\"\n\"-%u\"\n", XS_BOUNDARY_STEP, XS_BOUNDARY_MAX,
		       XS_BOUNDARY_BELOW);
		break;
	default:
		break;
	}
}

int main(void)
{
	static const char *const words[] = { "all", "none", "auto",	  "0-3,8",
					     " ;",  "#",    "\\x0d\\x0a", "\\xef\\xbb\\xbf" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		print_word(words[i]);
	for (unsigned int i = 0; i < XS_SECTION_PRESSURE; i++)
		printf("\"[%s]\\x0a\"\n", xs_section_names[i]);
	for (unsigned int i = 0; i < xs_axes[XS_AXIS_PRESSURE].rows; i++)
		printf("\"[pressure %s]\\x0a\"\n", xs_name(XS_AXIS_PRESSURE, i));
	for (unsigned int i = 0; i < xs_axes[XS_AXIS_STATE].rows; i++)
		print_word(xs_name(XS_AXIS_STATE, i));
	for (unsigned int i = 0; i < XS_KEYS; i++) {
		printf("\"%s = \"\n", xs_keys[i].name);
		print_values(&xs_keys[i]);
	}
	return ferror(stdout) || fclose(stdout) ? 1 : 0;
}
