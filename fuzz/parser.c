// SPDX-License-Identifier: GPL-2.0-only
/*
 * xs-fuzz-parser: libFuzzer's bytes as the text of a case, and as a mail. No kernel is involved.
 *
 * The property: whatever the bytes are, xs_case_parse() comes to an end inside
 * its bounds (ASan and UBSan watch). It either refuses them, with one line of
 * printable ASCII "FILE:LINE: reason" that names a line of the text and with the
 * case untouched, or it gives a valid case. The text that xs_case_print() makes
 * of that one stands for the same case, bit for bit, and is what it prints again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/mail.h"
#include "fuzz/quote.h"

#define FILE_NAME "fuzz"
#define POISON	  0xa5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Say what does not hold; libFuzzer keeps the input. */
static void demand(int holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "xs-fuzz-parser: %s:\n%s\n", what, text);
	abort();
}

static void check_error(const char why[XS_WHY_BYTES], const uint8_t *data, size_t bytes)
{
	unsigned int line = 0, lines = 1;
	int reason = 0;

	for (size_t i = 0; i < bytes; i++)
		lines += data[i] == '\n';
	demand(memchr(why, '\0', XS_WHY_BYTES) != NULL, "an error without an end", "");
	for (size_t i = 0; why[i]; i++)
		demand(why[i] >= ' ' && why[i] <= '~', "an error that is no printable ASCII", why);
	demand(sscanf(why, FILE_NAME ":%u: %n%*c", &line, &reason) == 1 && reason && why[reason],
	       "an error that is not FILE:LINE: reason", why);
	demand(line >= 1 && line <= lines, "an error at a line that the text has not", why);
}

static void check_case(const struct xs_case *c)
{
	char text[XS_CASE_TEXT_MAX], again[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES] = "";
	struct xs_case parsed;
	size_t bytes;

	demand(!xs_case_valid(c, why), "parsed, and not valid", why);
	bytes = xs_case_print(c, text);
	demand(bytes == strlen(text), "a print of another length", text);
	memset(&parsed, POISON, sizeof(parsed));
	demand(!xs_case_parse(&parsed, text, bytes, FILE_NAME, why), why, text);
	demand(!memcmp(&parsed, c, sizeof(parsed)), "a print that is another case", text);
	xs_case_print(&parsed, again);
	demand(!strcmp(text, again), "a print that is not canonical", text);
}

static void check_mail(const struct xs_case *c, uint32_t how)
{
	const struct xs_quote quote = { .depth = how % 8,
					.columns = 66 + how % 13,
					.bare = how >> 8 & 1,
					.crlf = how >> 9 & 1,
					.encoded = how >> 10 & 1 };
	char text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES] = "", *mail = NULL;
	struct xs_excerpt from;
	struct xs_case taken;
	size_t bytes;
	FILE *f = open_memstream(&mail, &bytes);

	demand(f != NULL, "no memory", "");
	xs_case_print(c, text);
	xs_quote(f, &quote, "The case:\n");
	xs_quote(f, &quote, text);
	xs_quote(f, &quote, "\nTo run it again:\n");
	fclose(f);
	demand(!xs_case_take(&taken, mail, bytes, FILE_NAME, &from, why), why, mail);
	demand(!memcmp(&taken, c, sizeof(taken)), "a mail with another case", mail);
	free(mail);
}

static void fuzz_mail(const uint8_t *data, size_t bytes)
{
	char why[XS_WHY_BYTES];
	struct xs_excerpt from;
	struct xs_case c, untouched;
	uint32_t lines = 1;

	memset(&c, POISON, sizeof(c));
	memset(&untouched, POISON, sizeof(untouched));
	memset(why, POISON, sizeof(why));
	for (size_t i = 0; i < bytes; i++)
		lines += data[i] == '\n';
	if (xs_case_take(&c, (const char *)data, bytes, FILE_NAME, &from, why)) {
		check_error(why, data, bytes);
		demand(!memcmp(&c, &untouched, sizeof(c)), "refused, and written to", why);
		return;
	}
	demand(from.times && from.first <= from.last && from.last <= lines,
	       "taken from lines that there are not", "");
	check_case(&c);
	check_mail(&c, xs_case_hash(&c));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char why[XS_WHY_BYTES];
	struct xs_case c, untouched;

	memset(&c, POISON, sizeof(c));
	memset(&untouched, POISON, sizeof(untouched));
	memset(why, POISON, sizeof(why));
	if (!xs_case_parse(&c, (const char *)data, bytes, FILE_NAME, why)) {
		check_case(&c);
	} else {
		check_error(why, data, bytes);
		demand(!memcmp(&c, &untouched, sizeof(c)), "refused, and written to", why);
	}
	fuzz_mail(data, bytes);
	return 0;
}
