// SPDX-License-Identifier: GPL-2.0-only
/* Command lines: what goes where, what is refused and in which words. */
#include <argp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cmd/cmd.h"
#include "pressure/pressure.h"
#include "stack/stack.h"
#include "unit/text.h"

#define WORDS_MAX 16

static const struct xs_command *const commands[] = {
	&xs_cmd_check,	&xs_cmd_replay, &xs_cmd_minimize, &xs_cmd_explain,  &xs_cmd_report,
	&xs_cmd_export, &xs_cmd_list,	&xs_cmd_topo,	  &xs_cmd_selftest,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static char *words[WORDS_MAX];

/* Parse words up to the next NULL; what is said of them is the caller's to free. */
#define PARSE(command, o, said, ...) parse(command, o, said, (const char *[]){ __VA_ARGS__ })
static int parse(const struct xs_command *command, struct xs_options *o, char **said,
		 const char **word)
{
	char program[] = "xsavage";
	FILE *before = stderr;
	size_t bytes;
	int argc = 1, rc;

	words[0] = program;
	while ((words[argc] = (char *)*word++))
		assert_true(++argc < WORDS_MAX);
	*said = NULL;
	stderr = open_memstream(said, &bytes);
	assert_non_null(stderr);
	rc = xs_options_parse(command, argc, words, ARGP_NO_EXIT, o);
	fclose(stderr);
	stderr = before;
	return rc;
}

static void values_go_where_they_belong(void **unused)
{
	struct xs_options o;
	char *said;

	(void)unused;
	assert_int_equal(PARSE(&xs_cmd_check, &o, &said, NULL), 0);
	assert_int_equal(o.seconds, 60);
	assert_int_equal(o.threads, 64);
	assert_null(o.save_dir);
	assert_false(o.ktap || o.bisect || o.json || o.allowed);
	free(said);
	assert_int_equal(PARSE(&xs_cmd_check, &o, &said, "-bk", "-t", "86400", "-T1", "--save=/tmp",
			       "--json", "out", "--allow", "hotplug", "--cells", "3", NULL),
			 0);
	assert_int_equal(o.seconds, 86400);
	assert_int_equal(o.cells, 3);
	assert_int_equal(o.threads, 1);
	assert_string_equal(o.save_dir, "/tmp");
	assert_string_equal(o.json, "out");
	assert_true(o.ktap && o.bisect);
	assert_int_equal(o.allowed, 1u << XS_PRESSURE_hotplug);
	assert_true(xs_filter_is_empty(&o.filter));
	free(said);
	assert_int_equal(PARSE(&xs_cmd_selftest, &o, &said, "--only", "stack=none,remap",
			       "--skip=stack=remap", "--only=legs=frame", NULL),
			 0);
	assert_int_equal(o.filter.only[XS_AXIS_STACK], 1u << XS_STACK_none | 1u << XS_STACK_remap);
	assert_int_equal(o.filter.skip[XS_AXIS_STACK], 1u << XS_STACK_remap);
	assert_int_equal(o.filter.only[XS_FILTER_LEGS], 1u << XS_LEG_FRAME);
	free(said);
	assert_int_equal(
		PARSE(&xs_cmd_minimize, &o, &said, "a.case", "-o", "b.case", "-n", "7", NULL), 0);
	assert_string_equal(o.file, "a.case");
	assert_string_equal(o.out, "b.case");
	assert_int_equal(o.runs, 7);
	assert_int_equal(o.seconds, 0);
	free(said);
	assert_int_equal(PARSE(&xs_cmd_replay, &o, &said, "a", "-n", "2", "b", "-", NULL), 0);
	assert_int_equal(o.runs, 2);
	assert_int_equal(o.nfiles, 3);
	assert_string_equal(o.files[0], "a");
	assert_string_equal(o.files[2], "-");
	free(said);
	assert_int_equal(PARSE(&xs_cmd_check, &o, &said, "--cells", "3", "--cells=auto", NULL), 0);
	assert_int_equal(o.cells, 0);
	free(said);
	assert_int_equal(PARSE(&xs_cmd_topo, &o, &said, "--cells", NULL), 0);
	assert_true(o.show_cells);
	assert_null(o.file);
	free(said);
	assert_int_equal(PARSE(&xs_cmd_selftest, &o, &said, "--verbose", NULL), 0);
	assert_true(o.verbose);
	assert_string_equal(said ? said : "", "");
	free(said);
}

static void what_is_wrong_is_said(void **unused)
{
	static const struct {
		const struct xs_command *command;
		const char *first, *second, *said;
	} rows[] = {
		{ &xs_cmd_check, "-t", "0", "-t 0: not a number from 1 to 86400\n" },
		{ &xs_cmd_check, "-t", "86401", "-t 86401: not a number from 1 to 86400\n" },
		{ &xs_cmd_check, "--cells", "0", "--cells 0: not a number from 1 to 512\n" },
		{ &xs_cmd_check, "--cells", "513", "--cells 513: not a number from 1 to 512\n" },
		{ &xs_cmd_check, "--cells", "all", "--cells all: not a number from 1 to 512\n" },
		{ &xs_cmd_check, "-t", "-1", "-t -1: not a number from 1 to 86400\n" },
		{ &xs_cmd_check, "-T", "5x", "-T 5x: not a number from 1 to 10000000\n" },
		{ &xs_cmd_check, "-T", "", "-T : not a number from 1 to 10000000\n" },
		{ &xs_cmd_replay, "-n", "99999999999999999999", "not a number from 1 to 100000\n" },
		{ &xs_cmd_check, "--allow", "yield",
		  "--allow yield: no pressure kind of that name needs it\n" },
		{ &xs_cmd_check, "--allow", "nothing", "--allow nothing: no pressure kind" },
		{ &xs_cmd_check, "--only", "stack", "--only 'stack' does not begin with an axis" },
		{ &xs_cmd_list, "--skip", "abi=x32",
		  "--skip abi: 'x32' is none of the kinds of "
		  "frame: all, x86-64, ia32, ia32-rt" },
		{ &xs_cmd_topo, "--only", "stack=none", "unrecognized option '--only'" },
		{ &xs_cmd_check, "x", NULL, "no file is needed; \"xsavage replay\" runs saved" },
		{ &xs_cmd_selftest, "x", NULL, "it takes no file\n" },
		{ &xs_cmd_explain, "x", "y", "one case at a time\n" },
		{ &xs_cmd_export, "x", "y", "one case at a time: x and y\n" },
		{ &xs_cmd_topo, "x", "y", "one case file at most\n" },
		{ &xs_cmd_replay, NULL, NULL, "which case? Saved cases end in .case\n" },
		{ &xs_cmd_report, NULL, NULL, "which case? Saved cases end in .case\n" },
		{ &xs_cmd_list, "x", NULL, "Too many arguments\n" },
	};
	struct xs_options o;
	char *said;

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_not_equal(
			PARSE(rows[i].command, &o, &said, rows[i].first, rows[i].second, NULL), 0);
		assert_has(said, rows[i].said);
		free(said);
	}
}

/* In the table of a command no option hides another one, and each has its words. */
static void options_are_different(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COMMANDS; i++) {
		const struct xs_option *const end =
			commands[i]->option +
			sizeof(commands[i]->option) / sizeof(struct xs_option);
		const struct xs_option *a = commands[i]->option;

		assert_true(commands[i]->name && commands[i]->summary && commands[i]->doc);
		for (; a < end && a->name; a++) {
			assert_true(a->doc && (a->form == XS_OPTION_FLAG || a->arg));
			assert_true(a->form != XS_OPTION_NUMBER || (a->max && a->key < 128));
			for (const struct xs_option *b = commands[i]->option; b < a; b++)
				assert_true(a->key != b->key && strcmp(a->name, b->name) != 0);
		}
		assert_true(a < end); /* the table ends */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_go_where_they_belong),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(options_are_different),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
