/* SPDX-License-Identifier: GPL-2.0-only */
/* Which run a report is of: reports of many are told apart, and put together, by it. */
#ifndef XS_RUN_H
#define XS_RUN_H

#include <stdbool.h>

#define XS_RUN_ID_BYTES	   33u
#define XS_RUN_HOST_BYTES  65u
#define XS_RUN_BEGUN_BYTES 24u

struct xs_run {
	char id[XS_RUN_ID_BYTES];	/* no other run's; hexadecimal */
	char host[XS_RUN_HOST_BYTES];	/* uname -n */
	char begun[XS_RUN_BEGUN_BYTES]; /* "2026-11-27T20:05:31Z" */
	const char *command;		/* the subcommand */
	const char *release;		/* xs_triage_version() */
	bool contract;			/* judged by what a contract asks for alone: --abi */
};

struct json_t;

/** xs_run_new() - fill .id, .host and .begun. Context: any thread. */
void xs_run_new(struct xs_run *run);

/** xs_run_to_json() - for a report, or NULL: no memory */
struct json_t *xs_run_to_json(const struct xs_run *run);

#endif
