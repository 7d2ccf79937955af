// SPDX-License-Identifier: GPL-2.0-only
/* Pages: whatever there is to say is text in them, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/html.h"
#include "unit/machines.h"
#include "unit/scene.h"
#include "unit/text.h"

static char *page_of(const struct xs_result *r)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	xs_html_begin(f, "<b>&\"'\x01\xff\xc3\xa4");
	xs_html_run(f, r);
	xs_html_end(f);
	fclose(f);
	if (!text)
		abort();
	return text;
}

/* Whatever a kernel or a file says is text. */
static void nothing_is_markup(void **unused)
{
	const struct xs_cpu cpu = xs_test_machine(0);

	(void)unused;
	for (uint32_t kind = 0; kind < XS_VERDICTS; kind++) {
		struct scene *s = scene_new(kind);
		char *text;

		strcpy(s->v.why, "<script>alert(1)</script>\x1b[31m");
		strcpy(s->ending.kernel_log, "</pre><script src='x'>&amp;\xff\n");
		strcpy(s->ending.where, "<script>\x02");
		s->ending.died_signal = 11;
		s->r.cpu = &cpu;
		text = page_of(&s->r);
		assert_null(strstr(text, "<script"));
		assert_null(strpbrk(text, "\x01\x02\x1b\xff"));
		assert_has(text, "<h1>&lt;b&gt;&amp;&quot;&#39;?\?\xc3\xa4</h1>");
		if (kind == XS_HANG)
			assert_has(text, "&lt;script&gt;?");
		if (kind == XS_KERNEL_WARNING)
			assert_has(text, "&lt;/pre&gt;&lt;script src=&#39;x&#39;&gt;&amp;amp;?\n");
		free(text);
		free(s);
	}
}

/* What XML has no room for: controls, surrogates, overlong forms, what is cut off. */
static void no_text_is_malformed(void **unused)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "a\tb\nc", "a\tb\nc" },
		{ "\x7f\r", "??" },
		{ "\xc3", "?" },
		{ "\xc0\x80", "??" },
		{ "\xe0\x80\x80", "???" },
		{ "\xed\xa0\x80", "???" },
		{ "\xef\xbf\xbf", "???" },
		{ "\xc2\x80", "??" },
		{ "\xf4\x90\x80\x80", "????" },
		{ "\xe2\x82\xac\xf0\x9f\x98\x80", "\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\xe2\x82<", "??&lt;" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = NULL;
		size_t bytes;
		FILE *f = open_memstream(&text, &bytes);

		xs_html_text(f, rows[i].text);
		fclose(f);
		assert_string_equal(text, rows[i].want);
		free(text);
	}
}

/* What the page says of a finding, with a map or without. */
static void a_finding_is_told(void **unused)
{
	struct scene *s = scene_corrupt();
	char *text = page_of(&s->r);

	(void)unused;
	assert_has(text,
		   "<p class=\"lead\">worker 0 on CPU 1: wrong registers after sigreturn: foreign "
		   "data, of pressure vector-process #2 on CPU 0</p>");
	assert_has(text, "<li class=\"bad\">\u2192 after sigreturn <b>\u2717 9 wrong, foreign</b>");
	assert_has(text, "signal frame: nothing found");
	assert_has(text, "<td class=\"v\">0xfedcba9876543210</td>");
	assert_has(text, "<li class=\"bad\"><b>71.0 ms</b> ");
	assert_null(strstr(text, "class=\"map\""));
	free(text);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_markup),
		cmocka_unit_test(no_text_is_malformed),
		cmocka_unit_test(a_finding_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
