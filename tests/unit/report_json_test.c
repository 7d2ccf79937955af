// SPDX-License-Identifier: GPL-2.0-only
/* Results as KTAP and JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "unit/scene.h"
#include "unit/text.h"

static void print_ktap(FILE *f, const struct xs_result *results, uint32_t count)
{
	struct xs_ktap k;

	xs_ktap_begin(&k, f, count);
	for (uint32_t i = 0; i < count; i++)
		xs_ktap_result(&k, &results[i]);
	xs_ktap_end(&k);
}

static void ktap_of_a_list(void **unused)
{
	static const enum xs_verdict_kind kinds[] = { XS_PASS, XS_CORRUPT, XS_SKIP, XS_INCONCLUSIVE,
						      XS_ERROR };
	static const char *const lines[] = {
		"KTAP version 1",
		"1..5",
		"ok 1 uffd-upper",
		"not ok 2 uffd-upper # corrupt",
		"ok 3 uffd-upper # SKIP no   here",
		"ok 4 uffd-upper # SKIP inconclusive: no   here",
		"not ok 5 uffd-upper # ERROR no   here",
	};
	struct scene *scenes[5];
	struct xs_result results[5];
	char *text = NULL, *line;
	size_t bytes = 0, seen = 0;
	FILE *f = open_memstream(&text, &bytes);

	(void)unused;
	for (size_t i = 0; i < 5; i++) {
		scenes[i] = kinds[i] == XS_CORRUPT ? scene_corrupt() : scene_new(kinds[i]);
		strcpy(scenes[i]->v.why, "no #\nhere");
		results[i] = scenes[i]->r;
	}
	print_ktap(f, results, 5);
	fclose(f);
	assert_has(text, "# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:2 error:1\n");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (*line != '#')
			assert_string_equal(line, lines[seen++]);
	assert_int_equal(seen, 7);
	free(text);
	for (size_t i = 0; i < 5; i++)
		free(scenes[i]);
}

static const char *string_at(const json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

static void json_can_be_read_back(void **unused)
{
	struct xs_triage t = { .release = "5.4.1", .gcc_major = 9, .memlock_bytes = UINT64_MAX };
	struct scene *bad = scene_corrupt(), *good = scene_new(XS_PASS);
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);
	json_t *root, *one, *finding, *lane, *known;
	struct xs_json *j;
	struct xs_case c;
	char why[XS_WHY_BYTES];

	(void)unused;
	/* What a file or the kernel says need not be UTF-8. */
	strcpy(bad->ending.kernel_log, "\xff");
	assert_int_equal(xs_json_open(&j, "0.1", &t), 0);
	assert_int_equal(xs_json_add(j, &bad->r), 0);
	assert_int_equal(xs_json_add(j, &good->r), 0);
	assert_int_equal(xs_json_print(j, f), 0);
	fclose(f);
	xs_json_close(j);
	root = json_loads(text, 0, NULL);
	assert_non_null(root);
	known = json_object_get(json_object_get(root, "triage"), "known_bugs");
	assert_string_equal(string_at(json_array_get(known, json_array_size(known) - 1), "cve"),
			    "CVE-2019-19602");
	one = json_array_get(json_object_get(root, "cases"), 0);
	assert_string_equal(string_at(one, "verdict"), "corrupt");
	assert_int_equal(xs_case_parse(&c, string_at(one, "case"), strlen(string_at(one, "case")),
				       "json", why),
			 0);
	assert_memory_equal(&c, &bad->c, sizeof(c));
	finding = json_array_get(json_object_get(one, "findings"), 0);
	assert_string_equal(string_at(finding, "leg"), "return");
	assert_string_equal(string_at(finding, "xstate_bv_actual"), "0x3");
	lane = json_array_get(json_object_get(finding, "lanes"), 0);
	assert_string_equal(string_at(lane, "actual"), "0xfedcba9876543210");
	assert_string_equal(string_at(lane, "from_register"), "ymm5 lane 2");
	one = json_object_get(root, "summary");
	assert_int_equal(json_integer_value(json_object_get(one, "corrupt")), 1);
	assert_int_equal(json_integer_value(json_object_get(one, "pass")), 1);
	json_decref(root);
	free(text);
	free(bad);
	free(good);
}

/* A file that could not be loaded is a result like any other. */
static void no_case_is_an_error_that_counts(void **unused)
{
	struct xs_verdict *v = calloc(1, sizeof(*v));
	const struct xs_result r = { .verdict = v, .file = "no#where" };
	const struct xs_triage t = { .release = "6.1.0" };
	char *text = NULL, *json = NULL;
	size_t bytes;
	struct xs_json *j;
	json_t *root, *one;
	FILE *f = open_memstream(&text, &bytes);

	(void)unused;
	assert_non_null(v);
	v->kind = XS_ERROR;
	strcpy(v->why, "no#where: No such file or directory");
	print_ktap(f, &r, 1);
	fclose(f);
	assert_has(text, "\nnot ok 1 no where # ERROR no where: No such file or directory\n");
	assert_has(text, " error:1\n");
	assert_null(strstr(text, "signals in window"));
	free(text);

	f = open_memstream(&json, &bytes);
	assert_int_equal(xs_json_open(&j, "0.1", &t), 0);
	assert_int_equal(xs_json_add(j, &r), 0);
	assert_int_equal(xs_json_print(j, f), 0);
	fclose(f);
	xs_json_close(j);
	root = json_loads(json, 0, NULL);
	one = json_array_get(json_object_get(root, "cases"), 0);
	assert_string_equal(string_at(one, "name"), "no#where");
	assert_true(json_is_null(json_object_get(one, "case")));
	assert_string_equal(string_at(one, "verdict"), "error");
	one = json_object_get(root, "summary");
	assert_int_equal(json_integer_value(json_object_get(one, "error")), 1);
	json_decref(root);
	free(json);
	free(v);
}

/* A known finding is an expected failure, told in short; a finding told before is short, too. */
static void known_findings_are_xfail(void **unused)
{
	static const char words[][XS_SIGNATURE_WORD_BYTES] = { "corrupt", "frame", "init",
							       "pkru",	  "-",	   "x86-64" };
	const struct xs_triage t = { .release = "6.12.1" };
	struct scene *s = scene_corrupt();
	struct xs_signature signature = { .alone = 0 };
	struct xs_result results[2];
	struct xs_json *j;
	json_t *root, *one;
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	(void)unused;
	memcpy(signature.word, words, sizeof(words));
	s->r.signature = &signature;
	s->r.signatures = 1;
	s->r.again = true;
	results[0] = results[1] = s->r;
	results[0].known = "PKRU # stays open";
	print_ktap(f, results, 2);
	fclose(f);
	assert_has(text,
		   "# uffd-upper: corrupt\n#   known: wrong registers in the signal frame: init "
		   "data, in pkru (x86-64)\n#     PKRU # stays open\n"
		   "ok 1 uffd-upper # XFAIL PKRU   stays open\n");
	assert_has(text, "#   again: wrong registers in the signal frame");
	assert_has(text, "not ok 2 uffd-upper # corrupt\n");
	assert_has(text, "pass:0 fail:1 xfail:1 xpass:0 skip:0 error:0");
	free(text);

	f = open_memstream(&text, &bytes);
	assert_int_equal(xs_json_open(&j, "1", &t), 0);
	assert_int_equal(xs_json_add(j, &results[0]), 0);
	assert_int_equal(xs_json_print(j, f), 0);
	fclose(f);
	root = json_loads(text, 0, NULL);
	one = json_array_get(json_object_get(root, "cases"), 0);
	assert_string_equal(json_string_value(json_object_get(one, "known")), "PKRU # stays open");
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(one, "signatures"), 0)),
		"corrupt frame init pkru - x86-64");
	assert_int_equal(json_array_size(json_object_get(one, "findings")), 0);
	json_decref(root);
	xs_json_close(j);
	free(text);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ktap_of_a_list),
		cmocka_unit_test(json_can_be_read_back),
		cmocka_unit_test(no_case_is_an_error_that_counts),
		cmocka_unit_test(known_findings_are_xfail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
