// SPDX-License-Identifier: GPL-2.0-only
/*
 * "xsavage replay" and "xsavage report" of a case into each run of which a corruption is planted:
 * what a kernel with a bug would make of them, on any.
 * Usage: planted replay|report HOW KIND CLASS CASE [json=FILE] [html=FILE]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/check.h"
#include "campaign/trial.h"
#include "task/plant.h"
#include "task/sys.h"

#define AT	3u /* as the self-test does */
#define OWNER	1u
#define SECONDS 4u /* for a mail: not all of its ingredients */

static uint8_t index_of(const char *const names[], const char *name)
{
	uint8_t i = 0;

	while (names[i] && strcmp(names[i], name) != 0)
		i++;
	if (!names[i]) {
		fprintf(stderr, "planted: no %s\n", name);
		exit(2);
	}
	return i;
}

static const char *option(char **argv, const char *name)
{
	for (; *argv; argv++)
		if (!strncmp(*argv, name, strlen(name)))
			return *argv + strlen(name);
	return NULL;
}

static int replay(struct xs_runner *r, char *file)
{
	return xs_runner_end(r, xs_replay(r, &file, 1, 1, NULL));
}

static int report(struct xs_runner *r, const char *file, const char *html)
{
	struct xs_trials t = {
		.r = r, .file = file, .html = html, .runs_max = XS_TRIALS_RUNS, .seconds = SECONDS
	};
	char why[XS_WHY_BYTES];

	if (!xs_case_load(&t.c, file, why))
		return xs_mail(&t);
	fprintf(stderr, "planted: %s\n", why);
	return 2;
}

int main(int argc, char **argv)
{
	struct xs_plant plant = { .owner = OWNER, .at = AT };
	struct xs_runner r = { .begin_ns = xs_now_ns(), .command = "replay", .plant = &plant };
	int code = 2;

	if (argc < 6)
		return 2;
	plant.how = index_of(xs_plant_how_names, argv[2]);
	plant.kind = index_of(xs_plant_kind_names, argv[3]);
	plant.class = (uint8_t)xs_row(XS_AXIS_STATE, argv[4]);
	r.json_path = option(argv + 6, "json=");
	if (!xs_runner_open(&r, 0) && !xs_runner_begin(&r))
		code = !strcmp(argv[1], "replay") ? replay(&r, argv[5])
						  : report(&r, argv[5], option(argv + 6, "html="));
	xs_runner_close(&r);
	if (fflush(stdout))
		code = 2;
	return code;
}
