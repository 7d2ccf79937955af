// SPDX-License-Identifier: GPL-2.0-only
/* The case in a mail: however it was quoted, it is the same; where it is not whole, it is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>

#include "case/mail.h"
#include "fuzz/quote.h"
#include "unit/random_case.h"

static struct xs_excerpt from;

static int take(struct xs_case *c, const char *text, char why[XS_WHY_BYTES])
{
	/* To the byte: ASan sees what is read behind it. */
	const size_t bytes = strlen(text);
	char *copy = malloc(bytes ? bytes : 1);
	int rc;

	assert_non_null(copy);
	for (size_t i = 0; i < bytes; i++)
		copy[i] = text[i];
	rc = xs_case_take(c, copy, bytes, "m", &from, why);
	free(copy);
	return rc;
}

static void assert_refused(const char *text, const char *want)
{
	char why[XS_WHY_BYTES] = "";
	struct xs_case c;

	assert_int_equal(take(&c, text, why), -EINVAL);
	if (strncmp(why, want, strlen(want)) != 0)
		fail_msg("\"%s\"\nis not \"%s\" of\n%s", why, want, text);
}

/* A text that begins as a case is one, and nothing in it is passed over. */
static void a_case_is_no_mail(void **unused)
{
	char why[XS_WHY_BYTES] = "";
	struct xs_case c;

	(void)unused;
	assert_int_equal(take(&c, "# said by somebody\n\n[case]\nseed = 7\n", why), 0);
	assert_int_equal(c.seed, 7);
	assert_int_equal(from.first, 0);
	assert_refused("", "m:1: no [case] section");
	assert_refused("[case]\nseed 5\n", "m:2: neither key = value nor [section]");
	assert_refused("[case]\n\nIt hits.\n", "m:3: neither key = value nor [section]");
	assert_refused("seed = 5\n[case]\n", "m:1: key before the first section");
	assert_refused("[Case]\n", "m:1: unknown section 'Case'");
	assert_refused("[case\n", "m:1: section header without ']'");
	assert_refused("seed\n[case]\n", "m:1: neither key = value");
}

/* A case of seed 7 with the registers sse and avx. */
#define CASE "[case]\nseed = 7\n[worker]\nregisters = sse,avx\n"

static const struct {
	const char *text;
	uint32_t first, last;
} mails[] = {
	{ "Hi,\n\n" CASE "\nbye\n", 3, 6 },
	{ "Hi,\n```ini\n" CASE "```\nbye = 5\n", 3, 6 },
	{ "Hi,\n\n" CASE "-- \nme\n", 3, 6 },
	{ "Subject: x86/fpu: corrupt\nSeed: 5\n\n" CASE "\n[1] https://example.org\n", 4, 7 },
	{ "[PATCH] x86/fpu\n\n" CASE, 3, 6 },
	{ "Re: [PATCH] x86/fpu\n\n" CASE "\nNote: seed\nTo run it again:\n", 3, 6 },
	{ "\xef\xbb\xbfHi,\n" CASE "\n\xff\xfe\n", 2, 5 },
	{ "Hi,\r\n\r\n[case]\r\nseed = 7\r\n\r\n[worker]\r\nregisters = sse,avx\r\n\r\nbye\r\n", 3,
	  7 },
	{ "Hi,\n\t[worker]   \n\n\n\t registers: sse,avx\t\n[case]  ; this\n\t\tseed=7\n\nbye", 2,
	  7 },
	/* Quotes of one depth belong together, and what is deeper is another's. */
	{ "A wrote:\n> [case]\n> seed = 7\n>\n> [worker]\n> registers = sse,avx\nIt hits.\n", 2,
	  6 },
	{ "A wrote:\n>> [case]\n>>seed = 7\n\n> >[worker]\n>>registers = sse,avx\n> No.\n", 2, 6 },
	{ "Hi\n" CASE "\n> [worker]\n> count = 2\nWhy two?\n", 2, 5 },
	/* What a mail program has broken, with the quotes or without them. */
	{ "A wrote:\n> [case]\n> seed = 7\n> [worker]\n> registers ="
	  "                                                   \n> sse,avx\n",
	  2, 6 },
	{ "A wrote:\n> [case]\n> seed = 7\n> [worker]\n> registers ="
	  "                                                   \nsse,avx\nbye\n",
	  2, 6 },
	{ "A wrote:\n[case]\nseed = 7\n# a remark that somebody's mail program has broken, and more"
	  "\nthan once, since it is so long that it did not fit into two of its\nlines\n[worker]\n"
	  "registers = sse,avx ; both, since the upper halves of them are what\nis lost\n\nbye\n",
	  2, 9 },
	{ "A wrote:\n[case]\nseed = 7\n[worker]\n                                          "
	  "registers = sse,a\nvx\n",
	  2, 6 },
	{ "Hi\n\xc2\xa0 [case]\n \xc2\xa0\xc2\xa0seed\xc2\xa0= 7\n\n\xc2\xa0[worker]\n"
	  "\xc2\xa0registers = sse,avx\xc2\xa0\n",
	  2, 6 },
	{ "Hi\n=C2=A0[case]\nseed =3D 7\n\n=C2=\n=A0[worker]\nregisters =3D sse,avx\n", 2, 7 },
	/* A program, and prose. */
	{ "Hi\n" CASE "\nThe loop:\n\tcount = 0;\nregisters = all does it, too\n", 2, 5 },
	/* Markdown's headings are remarks, and none of the case's. */
	{ "Hi\n" CASE "\n# Steps\n\n1. Boot\n", 2, 5 },
	/* Quoted-printable; its soft line breaks stand in any place. */
	{ "Hi=20\n=\n[case]\nse=\ned =3D 7\n[worker]=20\nregisters =3D sse,=  \navx=20\n\nb", 2,
	  8 },
	{ "Hi\r\n[case]\r\nseed =3D 7\r\n[wor=\r\nker]\r\nregisters =3d sse,avx\r\n\r\nb=C3=A4", 2,
	  6 },
};

static void cases_in_mails(void **unused)
{
	char why[XS_WHY_BYTES] = "";
	struct xs_case c, wanted;

	(void)unused;
	assert_int_equal(xs_case_parse(&wanted, CASE, strlen(CASE), "want", why), 0);
	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		if (take(&c, mails[i].text, why))
			fail_msg("%s\nin\n%s", why, mails[i].text);
		assert_memory_equal(&c, &wanted, sizeof(c));
		if (from.first != mails[i].first || from.last != mails[i].last)
			fail_msg("lines %u to %u of\n%s", from.first, from.last, mails[i].text);
	}
}

/* No part of a case is passed over, nor anything taken for one that is none. */
static void what_is_no_case(void **unused)
{
	static const char *const rows[][2] = {
		{ "Hi,\nno case\n", "m:1: no case is in it" },
		{ "\x01\x02", "m:1: no case is in it" },
		{ "Hi,\n[worker]\ncount = 2\n", "m:2: a part of a case, without [case]" },
		{ "Hi,\n\n[case]\nseed 7\n", "m:4: neither key = value nor [section]" },
		{ "Hi,\n\n[case]\nseed = 7x\n", "m:4: [case] seed: '7x' is not" },
		{ "Hi,\n> [case]\n>\n> seed = 7\n>\n> seed = 8\n",
		  "m:6: seed again, after line 4" },
		{ "Hi,\n[case]\nseed = 7\nIt hits.\n", "m:4: neither key = value" },
		{ "Hi,\n[case]\nx = 7\n", "m:3: 'x' is not a key of [case]" },
		{ "Hi,\n[pressure foo]\n[case]\n", "m:2: unknown pressure 'foo'" },
		{ "Hi,\n[case]\n[pressure\n", "m:3: section header without ']'" },
		{ "Hi,\n[case]\nseed = \x01\n", "m:3: byte 0x01 in column 8 is no text" },
		{ "Hi,\n[case]\nname = a ; short\nseed 8\n", "m:4: neither" },
		/* Somebody has written between the lines, or cut one out. */
		{ "> [case]\n> seed = 7\nWhy 7?\n> [stack]\n> fault = none\n",
		  "m:4: this seems to belong to the case in lines 1 to 2; take out" },
		{ "> [case]\n> seed = 7\n\nWhy 7?\n\n> name = x\n", "m:6: this seems to belong" },
		{ "> [case]\nseed = 7\n", "m:2: this seems to belong to the case in lines 1 to 1" },
		{ "Hi\n[case]\n\n[wrker]\ncount = 2\n", "m:5: this seems to belong" },
		/* Two of them. */
		{ "A:\n[case]\nseed = 7\n\nB:\n[case]\nseed = 8\n\nC:\n",
		  "m:6: another case, beside that of lines 2 to 3; give one of them alone: sed -n "
		  "6,7p FILE | xsavage replay -" },
		{ "A:\n[case]\nseed = 7\n\n[case]\nseed = 8\n", "m:5: [case] again, after line 2" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refused(rows[i][0], rows[i][1]);
}

static void the_same_twice(void **unused)
{
	char why[XS_WHY_BYTES] = "";
	struct xs_case c;

	(void)unused;
	assert_int_equal(take(&c, "A:\n[case]\nseed = 7\n\nB:\n> [case]\n> seed: 7\n", why), 0);
	assert_int_equal(from.first, 2);
	assert_int_equal(from.times, 2);
}

/* However large: it is read to its end, or it is said that it is too large. */
static void large_ones(void **unused)
{
	static char text[XS_MAIL_TEXT_MAX + 2];
	char why[XS_WHY_BYTES] = "", want[80];
	struct xs_case c;

	(void)unused;
	memset(text, 'x', sizeof(text) - 1);
	for (size_t i = 99; i < sizeof(text); i += 100)
		text[i] = '\n';
	memcpy(text + XS_MAIL_TEXT_MAX - 17, "\n[case]\nseed = 7\n", 17);
	text[XS_MAIL_TEXT_MAX] = '\0';
	assert_int_equal(take(&c, text, why), 0);
	assert_int_equal(c.seed, 7);
	text[XS_MAIL_TEXT_MAX] = 'x';
	assert_refused(text, "m:1: more than 1048576 bytes; cut the case out of it");
	/* A case that is one, but too long. */
	memset(text, '\n', sizeof(text) - 1);
	memcpy(text, "x\n[case]", 8);
	memcpy(text + XS_CASE_TEXT_MAX + 10, "seed = 7", 8);
	text[XS_CASE_TEXT_MAX + 20] = '\0';
	snprintf(want, sizeof(want), "m:2: more than %u bytes", XS_CASE_TEXT_MAX);
	assert_refused(text, want);
}

/* Any case, quoted and broken in any way, is that case again. */
static void quoted_cases(void **unused)
{
	uint64_t state = 1;
	char text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES] = "", *mail;
	struct xs_case c, taken;
	size_t bytes;

	(void)unused;
	for (unsigned int i = 0; i < 5000; i++) {
		const struct xs_quote how = { .depth = below(&state, 12),
					      .columns = 65 + below(&state, 14),
					      .bare = i & 1,
					      .crlf = i & 2,
					      .encoded = i & 4 };
		FILE *f = open_memstream(&mail, &bytes);

		random_case(&state, &c);
		xs_case_print(&c, text);
		xs_quote(f, &(struct xs_quote){ .encoded = how.encoded }, "On Monday A wrote:\n");
		xs_quote(f, &how, "The case:\n");
		xs_quote(f, &how, text);
		xs_quote(f, &how, "\nTo run it again:\n\n  xsavage replay\n");
		fclose(f);
		if (take(&taken, mail, why))
			fail_msg("%s\nin\n%s", why, mail);
		assert_memory_equal(&taken, &c, sizeof(c));
		free(mail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_is_no_mail), cmocka_unit_test(cases_in_mails),
		cmocka_unit_test(what_is_no_case),   cmocka_unit_test(the_same_twice),
		cmocka_unit_test(large_ones),	     cmocka_unit_test(quoted_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
