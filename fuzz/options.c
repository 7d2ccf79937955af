// SPDX-License-Identifier: GPL-2.0-only
/* xsavage-fuzz's own flags, in libFuzzer's style. */
#include "fuzz/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES 4096u /* of all filters of a kind */

enum { FEEDBACK, KEEP_GOING, ONLY, SKIP, ARTIFACT_PREFIX, ERROR_EXITCODE, FLAGS };

static const struct {
	const char *flag, *variable;
	bool many;   /* each adds to those before it; else the last one counts */
	bool theirs; /* libFuzzer wants it, too */
} flags[FLAGS] = {
	[FEEDBACK] = { "-feedback", "XSAVAGE_FUZZ_FEEDBACK", .many = false },
	[KEEP_GOING] = { "-keep_going", "XSAVAGE_FUZZ_KEEP_GOING", .many = false },
	[ONLY] = { "-only", "XSAVAGE_FUZZ_ONLY", .many = true },
	[SKIP] = { "-skip", "XSAVAGE_FUZZ_SKIP", .many = true },
	[ARTIFACT_PREFIX] = { "-artifact_prefix", "XSAVAGE_FUZZ_PREFIX", .theirs = true },
	[ERROR_EXITCODE] = { "-error_exitcode", "XSAVAGE_FUZZ_EXITCODE", .theirs = true },
};

void xs_fuzz_help(void)
{
	fputs("Usage: xsavage-fuzz [-FLAG=VALUE]... [FOLDER|CASE]...\n"
	      "\n"
	      "Looks for cases that this kernel gets wrong, by libFuzzer.\n"
	      "\n"
	      "  Fuzz; what is new goes to cases/, a finding to crash-HASH:\n"
	      "    $ mkdir -p cases && xsavage-fuzz -max_total_time=600 cases corpus/seeds\n"
	      "  See whether the finding comes again, and what it needs:\n"
	      "    $ xsavage replay -n 20 crash-HASH && xsavage minimize crash-HASH\n"
	      "  Keep a small corpus that shows all that the large one does:\n"
	      "    $ mkdir small && xsavage-fuzz -merge=1 small cases\n"
	      "  See what else there is; each distinct finding goes to crash-WORDS:\n"
	      "    $ xsavage-fuzz -keep_going=1 -max_total_time=600 cases corpus/seeds\n"
	      "  Make cases of two signal sources, and without pressure:\n"
	      "    $ xsavage-fuzz -only=signal=timer,kill -skip=pressure=all cases corpus/seeds\n"
	      "\n"
	      "An input is the text of a case. Each is run until it has its evidence, 50 ms\n"
	      "at most (500 with freeze or core); its duration counts when it is replayed.\n"
	      "What takes less time is tried more often. Exit code 77 is a finding, or\n"
	      "what -error_exitcode=N says; 72 is SIGINT or SIGTERM, as in any libFuzzer\n"
	      "program; 2 is no machine to run on. All of libFuzzer's flags work, and:\n"
	      "\n"
	      " feedback\t1\tIf 0, do not tell libFuzzer what the kernel did (for comparison).\n"
	      " keep_going\t0\tIf 1, go on after a finding, and end with a list of distinct ones.\n"
	      " only\tall\tAXIS=ENTRY[,ENTRY...]: of this axis only these entries of \"xsavage\n"
	      "\t\tlist\". An input with another one is skipped. May come again.\n"
	      " skip\tnone\tThe same: all but these entries.\n\n",
	      stderr);
}

/* The value of a flag, or NULL where the argument is another one. */
static const char *value_of(const char *arg, const char *flag)
{
	const size_t bytes = strlen(flag);

	return !strncmp(arg, flag, bytes) && arg[bytes] == '=' ? arg + bytes + 1 : NULL;
}

static bool is_on(const char *value)
{
	return strcmp(value, "0") != 0;
}

/* The last value of a flag; else @initial. */
static const char *last_of(uint32_t k, const char *initial)
{
	const char *value = getenv(flags[k].variable);

	return value ? value : initial;
}

/* Several are words of one variable; what it had before this program is not meant. */
static void keep(const char *variable, const char *value, bool more)
{
	char text[TEXT_BYTES];

	snprintf(text, sizeof(text), "%s%s%s", more ? getenv(variable) : "", more ? " " : "",
		 value);
	setenv(variable, text, 1);
}

/*
 * Cases take 25 us to 50 ms, and libFuzzer would work on each as often as on any other: it is told
 * to heed their time (LLVM 12), before all that the user says.
 */
int xs_fuzz_take(int *argc, char ***argv)
{
	static char by_time[] = "-entropic_scale_per_exec_time=1";
	static char ignore_crashes[] = "-ignore_crashes=1";
	char **left = calloc((size_t)*argc + 2, sizeof(*left));
	bool seen[FLAGS] = { false };
	int n = 0;

	if (!left)
		return -ENOMEM;
	for (int i = 0; i < *argc; i++) {
		char *arg = (*argv)[i];
		uint32_t k = 0;

		while (k < FLAGS && !value_of(arg, flags[k].flag))
			k++;
		if (k == FLAGS || flags[k].theirs)
			left[n++] = arg;
		if (i == 0)
			left[n++] = by_time;
		if (k == FLAGS)
			continue;
		if (k == KEEP_GOING && is_on(value_of(arg, flags[k].flag)))
			left[n++] = ignore_crashes;
		keep(flags[k].variable, value_of(arg, flags[k].flag), seen[k]);
		seen[k] = flags[k].many;
	}
	*argv = left;
	*argc = n;
	return 0;
}

/* Each word of the variable. */
static int add_filters(struct xs_filter *f, uint32_t k, char why[XS_WHY_BYTES])
{
	char text[TEXT_BYTES], reason[XS_WHY_BYTES], *rest = text, *word;

	snprintf(text, sizeof(text), "%s", last_of(k, ""));
	while ((word = strtok_r(rest, " ", &rest)))
		if (xs_filter_add(f, k == ONLY, word, reason))
			return xs_why(-EINVAL, why, "%s %.240s", flags[k].flag, reason);
	return 0;
}

int xs_fuzz_options(struct xs_fuzz_options *o, char why[XS_WHY_BYTES])
{
	int rc;

	*o = (struct xs_fuzz_options){
		.feedback = is_on(last_of(FEEDBACK, "1")),
		.keep_going = is_on(last_of(KEEP_GOING, "0")),
		.artifact_prefix = last_of(ARTIFACT_PREFIX, "./"),
		.error_exitcode = atoi(last_of(ERROR_EXITCODE, "77") /* as libFuzzer has it */),
	};
	rc = add_filters(&o->filter, ONLY, why);
	return rc ? rc : add_filters(&o->filter, SKIP, why);
}
