/* SPDX-License-Identifier: GPL-2.0-only */
/* Text of which every line begins with the same words. */
#ifndef XS_PREFIX_H
#define XS_PREFIX_H

#include <stdio.h>

struct xs_prefix {
	const char *words;
	FILE *out, *f;
	char *text;
	size_t bytes;
};

/** xs_prefix_lines() - print a text, each of its lines behind @words */
void xs_prefix_lines(FILE *out, const char *words, const char *text);

/**
 * xs_prefix_open() - print to what this returns, until xs_prefix_close() prints it to @out
 *
 * Without memory the lines come bare.
 */
FILE *xs_prefix_open(struct xs_prefix *p, FILE *out, const char *words);
void xs_prefix_close(struct xs_prefix *p);

#endif
