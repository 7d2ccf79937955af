/* SPDX-License-Identifier: GPL-2.0-only */
/* xsavage-fuzz's own flags, in libFuzzer's style. */
#ifndef XS_FUZZ_OPTIONS_H
#define XS_FUZZ_OPTIONS_H

#include <stdbool.h>

#include "plan/filter.h"

struct xs_fuzz_options {
	bool feedback, keep_going;
	struct xs_filter filter;
	/* libFuzzer's own, for what it does not do where it goes on: */
	const char *artifact_prefix;
	int error_exitcode;
};

/** xs_fuzz_help() - what -help=1 says of them, before libFuzzer's own */
void xs_fuzz_help(void);

/**
 * xs_fuzz_take() - take them out of the arguments; libFuzzer would warn of them: 0 or -ENOMEM
 * @argv: set to other ones, for the process's life
 *
 * The environment has them from then on, for the processes that -jobs and -fork start. The parent
 * of -fork, which ends with its first child that has found something, is told to go on, too.
 */
int xs_fuzz_take(int *argc, char ***argv);

/** xs_fuzz_options() - what the environment has. Return: 0, or -EINVAL with @why set. */
int xs_fuzz_options(struct xs_fuzz_options *o, char why[XS_WHY_BYTES]);

#endif
