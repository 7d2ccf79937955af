// SPDX-License-Identifier: GPL-2.0-only
/* Whether bytes are text, by value and not by locale. */
#include "case/utf8.h"

#include <stdint.h>

/* Length of the character at @s, 0 where there is none. */
static size_t character(const unsigned char *s, size_t bytes)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code;
	size_t n, i;

	if (s[0] < 0x80)
		return (s[0] >= ' ' && s[0] != 0x7f) || s[0] == '\t';
	n = s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf8 ? 4 : 0;
	if (!n || n > bytes)
		return 0;
	code = s[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3fu);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	return code < 0xa0 ? 0 : n; /* U+0080 to U+009F are controls */
}

size_t xs_utf8_text(const char *s, size_t bytes)
{
	size_t i, n;

	for (i = 0; i < bytes; i += n) {
		n = character((const unsigned char *)s + i, bytes - i);
		if (!n)
			break;
	}
	return i;
}
