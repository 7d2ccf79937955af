/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether bytes are text; private to harness/case. */
#ifndef XS_CASE_UTF8_H
#define XS_CASE_UTF8_H

#include <stddef.h>

/**
 * xs_utf8_text() - how many of the first @bytes of @s are text
 *
 * Text is UTF-8 (Unicode 15.0, table 3-7: no overlong form, no surrogate,
 * nothing above U+10FFFF) without control characters other than the tab.
 * Return: @bytes, or the index where the first wrong sequence begins.
 */
size_t xs_utf8_text(const char *s, size_t bytes);

#endif
