/* SPDX-License-Identifier: GPL-2.0-only */
/* What tests of texts ask. To be included behind cmocka's header. */
#ifndef XS_TEST_TEXT_H
#define XS_TEST_TEXT_H

#include <string.h>

static inline void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part)) {
		print_error("\"%s\" is not in:\n%s\n", part, text);
		fail();
	}
}

#endif
