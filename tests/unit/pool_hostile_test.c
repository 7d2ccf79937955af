// SPDX-License-Identifier: GPL-2.0-only
/* Reports that are none, or that somebody has changed: an error that says where, and no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "campaign/pool.h"
#include "unit/report_of.h"
#include "unit/text.h"

#define PKRU "corrupt frame init pkru - x86-64"

static const struct report_of usual = {
	.id = "7", .passed = 1, .inconclusive = 1, .finding = PKRU
};

/* Whether a text is taken; it is printed in every form then. Else @why is its error. */
static bool is_taken(const char *text, size_t bytes, char why[XS_READER_WHY_BYTES])
{
	struct xs_reader r = { .file = "evil.json" };
	char ignored[XS_WHY_BYTES], *out = NULL;
	size_t out_bytes;
	struct xs_pool p;
	FILE *f = open_memstream(&out, &out_bytes);
	bool taken;

	assert_int_equal(xs_pool_open(&p, NULL, ignored), 0);
	taken = !xs_pool_add(&p, &r, text, bytes);
	memcpy(why, r.why, XS_READER_WHY_BYTES);
	if (taken) {
		assert_string_equal(r.why, "");
		xs_pool_conclude(&p);
		xs_pool_print(f, "", &p);
		xs_pool_ktap(f, &p);
		xs_pool_html(f, &p);
		assert_int_equal(xs_pool_json(f, &p, "0.2"), 0);
	} else {
		assert_memory_equal(why, "evil.json:", strlen("evil.json:"));
		assert_int_equal(strspn(why, " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRS"
					     "TUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"),
				 strlen(why));
	}
	xs_pool_close(&p);
	fclose(f);
	free(out);
	return taken;
}

static bool is_taken_json(const json_t *root, char why[XS_READER_WHY_BYTES])
{
	char *text = json_dumps(root, 0);
	bool taken;

	assert_non_null(text);
	taken = is_taken(text, strlen(text), why);
	free(text);
	return taken;
}

/* What cannot stand for anything else. */
static json_t *evil(uint32_t n)
{
	char *huge;
	json_t *j;

	switch (n) {
	case 0:
		return json_null();
	case 1:
		return json_true();
	case 2:
		return json_integer(-1);
	case 3:
		return json_integer(INT64_MAX);
	case 4:
		return json_real(1e308);
	case 5:
		return json_string("");
	case 6:
		return json_string("\x1b[2J<b>\n");
	case 7:
		return json_array();
	case 8:
		return json_object();
	case 9:
		return json_pack("[[[{}]]]");
	case 10:
		huge = malloc(XS_CASE_TEXT_MAX + 1);
		assert_non_null(huge);
		memset(huge, 'x', XS_CASE_TEXT_MAX);
		huge[XS_CASE_TEXT_MAX] = '\0';
		j = json_string(huge);
		free(huge);
		return j;
	default:
		return NULL;
	}
}

/* Each value of @node in turn is not there. */
static void leave_out(const json_t *root, json_t *node, uint32_t *taken, uint32_t *refused)
{
	json_t *copy = json_copy(node), *value;
	char why[XS_READER_WHY_BYTES];
	const char *key;

	json_object_foreach(copy, key, value)
	{
		json_object_del(node, key);
		++*(is_taken_json(root, why) ? taken : refused);
		json_object_set(node, key, value);
	}
	json_decref(copy);
}

/* The same, and becomes each evil one. */
static void spoil(const json_t *root, json_t *node, uint32_t *taken, uint32_t *refused)
{
	char why[XS_READER_WHY_BYTES];
	const char *key;
	json_t *value, *own;
	void *next;
	size_t i;

	json_object_foreach_safe(node, next, key, value)
	{
		spoil(root, value, taken, refused);
		own = json_incref(value);
		for (uint32_t n = 0; (value = evil(n)); n++) {
			json_object_set_new(node, key, value);
			++*(is_taken_json(root, why) ? taken : refused);
		}
		json_object_set_new(node, key, own);
	}
	leave_out(root, node, taken, refused);
	json_array_foreach(node, i, value)
	{
		if (i == 2) /* they are of one sort */
			break;
		spoil(root, value, taken, refused);
		own = json_incref(value);
		for (uint32_t n = 0; (value = evil(n)); n++) {
			json_array_set_new(node, i, value);
			++*(is_taken_json(root, why) ? taken : refused);
		}
		json_array_set_new(node, i, own);
	}
}

static void every_value_may_be_spoilt(void **unused)
{
	char *text = report_of(&usual), why[XS_READER_WHY_BYTES];
	json_t *root = json_loads(text, 0, NULL);
	uint32_t taken = 0, refused = 0;

	(void)unused;
	assert_true(is_taken_json(root, why));
	spoil(root, root, &taken, &refused);
	assert_true(is_taken_json(root, why));
	/* What nothing of it is read is taken. */
	assert_true(taken > 500 && refused > 500);
	json_decref(root);
	free(text);
}

static void it_may_end_anywhere(void **unused)
{
	char *text = report_of(&usual), why[XS_READER_WHY_BYTES] = "";
	const size_t bytes = strlen(text);

	(void)unused;
	for (size_t n = 0; n + 2 < bytes; n += n < 300 ? 1 : 37)
		if (is_taken(text, n, why))
			fail_msg("it is whole with %zu of %zu bytes", n, bytes);
	assert_has(why, "cut short");
	free(text);
}

/* Where it is, by its path; what stands there; what the error says. */
static void errors_say_where_and_what(void **unused)
{
	static const struct {
		const char *path[4], *json, *says;
	} rows[] = {
		{ { "tool" }, "\"tar\"", ": tool: not \"xsavage\": no report of its; give what" },
		{ { "format" }, "7", ": format: not 1, the one that this xsavage knows; pool" },
		{ { "format" }, NULL, ": format: is missing: xsavage 0.2 did not say yet in" },
		{ { "run" }, NULL, ": run: is missing, where an object has to be; something" },
		{ { "run", "id" }, "\"7\"", ": run.id: not 32 hexadecimal digits; pool with the" },
		{ { "run", "command" },
		  "\"pool\"",
		  ": run.command: a pool: give the reports that" },
		{ { "run", "command" }, "\"list\"", ": run.command: 'list' is neither check nor" },
		{ { "run", "host" }, NULL, ": run.host: is missing, where a text has to be; some" },
		{ { "run", "abi" }, "1", ": run.abi: is a number, not true or false; something" },
		{ { "triage", "xcr0" },
		  "\"0xg\"",
		  ": triage.xcr0: '0xg' is no hexadecimal number" },
		{ { "cases" }, "7", ": cases: is a number, not a list; something has changed the" },
		{ { "cases" }, "[]", ": summary.cases: 3, and the report has 0; take it anew" },
		{ { "cases", "0" }, "[]", ": cases[0]: no object; pool with the xsavage that" },
		{ { "cases", "1", "verdict" },
		  "\"fine\"",
		  ": cases[1].verdict: no verdict is call" },
		{ { "cases", "1", "verdict" }, "\"corrupt\"", ": cases[1].signatures: empty, and" },
		{ { "cases", "2", "verdict" }, "\"pass\"", ": cases[2].distinct: not empty, and" },
		{ { "cases", "0", "case" },
		  "\"[case]\\nx = 1\\n\"",
		  ": cases[0].case: uffd-upper:2: " },
		{ { "cases", "0", "case" }, "null", ": cases[0].case: null, and the verdict is" },
		{ { "cases", "0", "evidence", "signals" },
		  "1e3",
		  ".evidence.signals: is a fraction" },
		{ { "cases", "0", "evidence", "signals" },
		  "-1",
		  "cases[0].evidence.signals: -1 is" },
		{ { "cases", "0", "evidence", "faults" },
		  "9007199254740993",
		  "is no number from 0" },
		{ { "summary", "verdict" }, "\"hang\"", NULL },
		{ { "summary", "coverage", "faults", "covered" },
		  "[\"teapot\"]",
		  ": summary.coverage.faults.covered: 'teapot' is none of the stack faults; pool" },
		{ { "summary", "coverage", "legs" },
		  "{\"left_out\":[\"arm\"]}",
		  ": summary.coverage.legs.left_out: no leg is called 'arm'" },
		{ { "missing" }, "null", NULL },
	};
	char why[XS_READER_WHY_BYTES];

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = report_of(&usual);
		json_t *root = json_loads(text, 0, NULL), *at = root, *value;
		const char *const *key = rows[i].path;

		for (; key[1] && key < rows[i].path + 3; key++)
			at = json_is_array(at) ? json_array_get(at, (size_t)atoi(*key))
					       : json_object_get(at, *key);
		value = rows[i].json ? json_loads(rows[i].json, JSON_DECODE_ANY, NULL) : NULL;
		if (json_is_array(at))
			json_array_set_new(at, (size_t)atoi(*key), value);
		else if (value)
			json_object_set_new(at, *key, value);
		else
			json_object_del(at, *key);
		if (is_taken_json(root, why) != !rows[i].says)
			fail_msg("%zu: %s", i, why);
		if (rows[i].says)
			assert_has(why, rows[i].says);
		json_decref(root);
		free(text);
	}
}

/* What a shell, a download or another program leaves. */
static void other_files(void **unused)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "evil.json:1: " },
		{ "[]", "a list, not a report" },
		{ "{}", ": tool: not \"xsavage\"" },
		{ "{\"tool\":\"xsavage\",\"tool\":\"xsavage\"}", "duplicate object key" },
		{ "{\"tool\":\"xsavage\",\"version\":\"0.1\"}", "xsavage 0.1 did not say yet" },
		{ "{\"tool\":\"xs\\u0000avage\"}", "\\u0000" },
		{ "\xff\xfe{}", "evil.json:1: " },
		{ "{\"tool\":99999999999999999999}", "too big integer" },
		{ "<html>", "no JSON, or cut short" },
	};
	char why[XS_READER_WHY_BYTES], *deep;

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(is_taken(rows[i].text, strlen(rows[i].text), why));
		assert_has(why, rows[i].says);
	}
	deep = malloc(1000000);
	assert_non_null(deep);
	memset(deep, '[', 1000000);
	assert_false(is_taken(deep, 1000000, why));
	assert_has(why, "maximum parsing depth");
	free(deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_may_be_spoilt),
		cmocka_unit_test(it_may_end_anywhere),
		cmocka_unit_test(errors_say_where_and_what),
		cmocka_unit_test(other_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
