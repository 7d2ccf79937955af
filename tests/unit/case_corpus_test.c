// SPDX-License-Identifier: GPL-2.0-only
/* What goes with the tables: a seed for each row, and docs/case-format.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdbool.h>

#include "axis/rows.h"
#include "case/case.h"
#include "case/schema.h"

static bool uses(const struct xs_case *c, enum xs_axis_id axis, unsigned int row)
{
	uint32_t rows[XS_AXES];

	xs_case_rows(c, rows);
	return axis == XS_AXIS_STATE ? c->registers == 1u << row : (rows[axis] >> row & 1) != 0;
}

/* Every row has its seed, which uses it, and there is no other seed. */
static void test_seeds(void **unused)
{
	char name[300], path[4096], text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES];
	unsigned int axis, row, seeds = 0, files = 0;
	DIR *dir = opendir(XS_CORPUS_DIR "/seeds");
	struct dirent *file;
	struct xs_case c, again;
	size_t bytes;

	(void)unused;
	for (axis = 0; axis < XS_AXES; axis++) {
		for (row = 0; row < xs_axes[axis].rows; row++, seeds++) {
			snprintf(name, sizeof(name), "%s-%s", xs_axes[axis].id, xs_name(axis, row));
			snprintf(path, sizeof(path), XS_CORPUS_DIR "/seeds/%s.case", name);
			if (xs_case_load(&c, path, why))
				fail_msg("%s", why);
			assert_string_equal(c.name, name);
			if (!uses(&c, axis, row))
				fail_msg("%s does not use its entry", path);
			bytes = xs_case_print(&c, text);
			assert_int_equal(xs_case_parse(&again, text, bytes, path, why), 0);
			assert_memory_equal(&again, &c, sizeof(c));
		}
	}
	assert_non_null(dir);
	while ((file = readdir(dir)))
		files += file->d_name[0] != '.';
	closedir(dir);
	if (files != seeds)
		fail_msg("%u files in " XS_CORPUS_DIR "/seeds for %u table rows", files, seeds);
}

/* The next block of docs/case-format.md that holds a case; *@at steps behind it. */
static char *next_example(char **at)
{
	static const char begin[] = "```ini\n", end[] = "```\n";
	char *text = strstr(*at, begin);
	char *close = text ? strstr(text + strlen(begin), end) : NULL;

	if (!close) {
		fail_msg("no example in docs/case-format.md");
		return NULL;
	}
	close[0] = '\0';
	*at = close + 1;
	return text + strlen(begin);
}

/* The row of the page names every entry with which @key applies. */
static void assert_gate(const char *row, const struct xs_key *key)
{
	const struct xs_axis *gate = &xs_axes[key->gate];
	char line[2048], name[64];

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(row, "\n"), row);
	if (!key->part || strstr(line, "Only as above"))
		return;
	for (unsigned int i = 0; i < gate->rows; i++) {
		snprintf(name, sizeof(name), "`%s`", gate->entry[i]->name);
		if ((gate->entry[i]->flags & key->gate_flag) && !strstr(line, name))
			fail_msg("docs/case-format.md, [%s] %s: \"only with\" %s, too",
				 xs_section_names[key->section], key->name, name);
	}
}

/* The page has every key and handler action, and its second example is the canonical form of its
 * first. */
static void test_page(void **unused)
{
	static char page[65536];
	char text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES], row[64];
	FILE *file = fopen(XS_CORPUS_DIR "/../docs/case-format.md", "re");
	char *at = page, *example;
	struct xs_case c;
	unsigned int i;

	(void)unused;
	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (i = 0; i < XS_KEYS; i++) {
		snprintf(row, sizeof(row), "\n### [%s", xs_section_names[xs_keys[i].section]);
		at = strstr(page, row);
		assert_non_null(at);
		snprintf(row, sizeof(row), "\n| `%s` |", xs_keys[i].name);
		at = at ? strstr(at, row) : NULL;
		if (!at)
			fail_msg("docs/case-format.md has no row for %s", xs_keys[i].name);
		else
			assert_gate(at + 1, &xs_keys[i]);
	}
	at = strstr(page, "\n### Handler actions\n");
	assert_non_null(at);
	for (i = 0; at && i < XS_HANDLERS; i++) {
		snprintf(row, sizeof(row), "\n| `%s` |", xs_name(XS_AXIS_HANDLER, i));
		at = strstr(at, row);
		if (!at)
			fail_msg("docs/case-format.md has no row for %s, or not in this order",
				 xs_name(XS_AXIS_HANDLER, i));
	}
	at = page;
	example = next_example(&at);
	if (xs_case_parse(&c, example, strlen(example), "page", why))
		fail_msg("%s", why);
	xs_case_print(&c, text);
	assert_string_equal(next_example(&at), text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
