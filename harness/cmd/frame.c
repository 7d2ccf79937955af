// SPDX-License-Identifier: GPL-2.0-only
/* What all commands have in common: options in, one call, exit code out. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/campaign.h"
#include "cmd/cmd.h"
#include "task/sys.h"

#define OPTIONS_MAX (sizeof(((struct xs_command *)0)->option) / sizeof(struct xs_option))

struct line {
	const struct xs_command *command;
	struct xs_options *o;
};

static error_t take_number(const struct xs_option *option, char *arg, struct argp_state *state,
			   uint32_t *to)
{
	char *end;
	const unsigned long n = strtoul(arg, &end, 10);

	*to = (uint32_t)n;
	if (!*end && end != arg && *arg != '-' && n && n <= option->max)
		return 0;
	if (option->key < 256)
		argp_error(state, "-%c %.40s: not a number from 1 to %u", option->key, arg,
			   option->max);
	else
		argp_error(state, "--%s %.40s: not a number from 1 to %u", option->name, arg,
			   option->max);
	return EINVAL;
}

static error_t take_allowed(char *arg, struct argp_state *state, uint32_t *to)
{
	const int row = xs_row(XS_AXIS_PRESSURE, arg);

	if (row >= 0 && xs_flags(XS_AXIS_PRESSURE, (unsigned int)row) & XS_PRESSURE_ASKS) {
		*to |= 1u << row;
		return 0;
	}
	argp_error(state, "--allow %.40s: no pressure kind of that name needs it", arg);
	return EINVAL;
}

static error_t take_filter(const struct xs_option *option, const char *arg,
			   struct argp_state *state, struct xs_filter *to)
{
	char why[XS_WHY_BYTES];

	if (!xs_filter_add(to, option->key == XS_KEY_ONLY, arg, why))
		return 0;
	argp_error(state, "--%s %s", option->name, why);
	return EINVAL;
}

static error_t take_option(const struct xs_option *option, char *arg, struct argp_state *state,
			   struct xs_options *o)
{
	void *to = (char *)o + option->offset;

	switch (option->form) {
	case XS_OPTION_FLAG:
		*(bool *)to = true;
		return 0;
	case XS_OPTION_TEXT:
		*(const char **)to = arg;
		return 0;
	case XS_OPTION_NUMBER:
		return take_number(option, arg, state, to);
	case XS_OPTION_COUNT:
		if (!strcmp(arg, "auto")) {
			*(uint32_t *)to = 0;
			return 0;
		}
		return take_number(option, arg, state, to);
	case XS_OPTION_FILTER:
		return take_filter(option, arg, state, to);
	default:
		return take_allowed(arg, state, to);
	}
}

static error_t take_file(const struct line *l, char *arg, struct argp_state *state)
{
	if (l->command->takes == XS_TAKES_MANY || !l->command->excess)
		return ARGP_ERR_UNKNOWN;
	if (l->command->takes == XS_TAKES_NONE || l->o->file) {
		argp_error(state, l->command->excess, l->o->file, arg);
		return EINVAL;
	}
	l->o->file = arg;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const struct line *l = state->input;

	if (key == ARGP_KEY_ARG)
		return take_file(l, arg, state);
	if (key == ARGP_KEY_ARGS && l->command->takes == XS_TAKES_MANY) {
		l->o->files = state->argv + state->next;
		l->o->nfiles = (uint32_t)(state->argc - state->next);
		return 0;
	}
	if (key == ARGP_KEY_NO_ARGS && l->command->takes >= XS_TAKES_ONE) {
		argp_error(state, "%s",
			   l->command->wanted ? l->command->wanted
					      : "which case? Saved cases end in .case");
		return EINVAL;
	}
	for (const struct xs_option *option = l->command->option; option->name; option++)
		if (option->key == key)
			return take_option(option, arg, state, l->o);
	return ARGP_ERR_UNKNOWN;
}

static char *filter_help(int key, const char *text, void *input)
{
	const struct line *l = input;

	return key == ARGP_KEY_HELP_POST_DOC && l->command->help_end ? l->command->help_end(text)
								     : (char *)text;
}

int xs_options_parse(const struct xs_command *command, int argc, char **argv, unsigned int flags,
		     struct xs_options *o)
{
	struct line l = { .command = command, .o = o };
	struct argp_option table[OPTIONS_MAX + 1] = { 0 };
	const struct argp argp = { .options = table,
				   .parser = parse,
				   .args_doc = command->args,
				   .doc = command->doc,
				   .help_filter = filter_help };

	for (size_t i = 0; i < OPTIONS_MAX && command->option[i].name; i++)
		table[i] = (struct argp_option){ .name = command->option[i].name,
						 .key = command->option[i].key,
						 .arg = command->option[i].arg,
						 .doc = command->option[i].doc };
	*o = command->initial;
	return argp_parse(&argp, argc, argv, flags, NULL, &l);
}

static int call(const struct xs_command *command, const struct xs_options *o, struct xs_runner *r)
{
	struct xs_trials t = { .r = r,
			       .file = o->file,
			       .out = o->out,
			       .html = o->html,
			       .c = o->c,
			       .runs_max = o->runs,
			       .seconds = o->seconds };

	return command->trial ? command->trial(&t) : command->run(o, r);
}

int xs_command_main(const struct xs_command *command, int argc, char **argv)
{
	struct xs_runner r = { .begin_ns = xs_now_ns() };
	char why[XS_WHY_BYTES] = "";
	struct xs_options o;
	int code, rc;

	if (xs_options_parse(command, argc, argv, 0, &o))
		return 2;
	if (command->takes == XS_TAKES_ONE && xs_case_load(&o.c, o.file, why)) {
		fprintf(stderr, "xsavage: %s\n", why);
		return 2;
	}
	if (command->needs == XS_NEEDS_NOTHING)
		return call(command, &o, NULL);
	r.json_path = o.json;
	r.command = command->name;
	r.ktap = o.ktap;
	r.bisect = o.bisect;
	o.filter.contract &= !o.strict;
	r.filter = &o.filter;
	rc = xs_runner_open(&r, o.allowed);
	code = xs_exit_code(rc == -EOPNOTSUPP ? XS_SKIP : XS_ERROR, 0, o.bisect);
	if (!rc && (command->needs == XS_NEEDS_SESSION || !xs_runner_begin(&r))) {
		code = call(command, &o, &r);
		if (command->needs == XS_NEEDS_RESULTS)
			code = xs_runner_end(&r, code);
	}
	xs_runner_close(&r);
	return code;
}
