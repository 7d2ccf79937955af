/* SPDX-License-Identifier: GPL-2.0-only */
/* Signatures from their words. To be included behind cmocka's header. */
#ifndef XS_TEST_SIGNATURE_OF_H
#define XS_TEST_SIGNATURE_OF_H

#include <stdio.h>

#include "oracle/signature.h"

static inline struct xs_signature of(const char *text, bool alone)
{
	struct xs_signature s = { .alone = alone };

	assert_int_equal(sscanf(text, "%23s %23s %23s %23s %23s %23s", s.word[0], s.word[1],
				s.word[2], s.word[3], s.word[4], s.word[5]),
			 6);
	return s;
}

#endif
