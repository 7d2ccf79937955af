/* SPDX-License-Identifier: GPL-2.0-only */
/* xsavage-fuzz's own flags, in libFuzzer's style. */
#ifndef XS_FUZZ_OPTIONS_H
#define XS_FUZZ_OPTIONS_H

#include <stdbool.h>

#include "plan/filter.h"

struct xs_fuzz_options {
	bool feedback;
	struct xs_filter filter;
};

/** xs_fuzz_help() - what -help=1 says of them, before libFuzzer's own */
void xs_fuzz_help(void);

/**
 * xs_fuzz_take() - take them out of the arguments; libFuzzer would warn of them
 *
 * The environment has them from then on, for the processes that -jobs and -fork start.
 */
void xs_fuzz_take(int *argc, char **argv);

/** xs_fuzz_options() - what the environment has. Return: 0, or -EINVAL with @why set. */
int xs_fuzz_options(struct xs_fuzz_options *o, char why[XS_WHY_BYTES]);

#endif
