// SPDX-License-Identifier: GPL-2.0-only
/* xsavage-fuzz's own flags, in libFuzzer's style. */
#include "fuzz/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLAGS	   3u
#define TEXT_BYTES 4096u /* of all filters of a kind */

enum { FEEDBACK, ONLY, SKIP };

static const struct {
	const char *flag, *variable;
	bool many; /* each adds to those before it; else the last one counts */
} flags[FLAGS] = {
	[FEEDBACK] = { "-feedback", "XSAVAGE_FUZZ_FEEDBACK", false },
	[ONLY] = { "-only", "XSAVAGE_FUZZ_ONLY", true },
	[SKIP] = { "-skip", "XSAVAGE_FUZZ_SKIP", true },
};

void xs_fuzz_help(void)
{
	fputs("xsavage-fuzz: looks for cases that this kernel gets wrong, by libFuzzer\n"
	      "\n"
	      "  Fuzz; what is new goes to cases/, a finding to crash-HASH:\n"
	      "    mkdir -p cases && xsavage-fuzz -max_total_time=600 cases corpus/seeds\n"
	      "  See whether the finding comes again, and what it needs:\n"
	      "    xsavage replay -n 20 crash-HASH && xsavage minimize crash-HASH\n"
	      "  Keep a small corpus that shows all that the large one does:\n"
	      "    mkdir small && xsavage-fuzz -merge=1 small cases\n"
	      "  Make cases of two signal sources, and without pressure:\n"
	      "    xsavage-fuzz -only=signal=timer,kill -skip=pressure=all cases corpus/seeds\n"
	      "\n"
	      "An input is the text of a case. Each is run for 10 ms or 16 signals a worker at\n"
	      "most; its duration counts when it is replayed. Exit code 77 is a finding, or\n"
	      "what -error_exitcode=N says; 72 is SIGINT or SIGTERM, as in any libFuzzer\n"
	      "program; 2 is no machine to run on. All of libFuzzer's flags work, and:\n"
	      "\n"
	      " feedback\t1\tIf 0, do not tell libFuzzer what the kernel did (for comparison).\n"
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

/* Several are words of one variable; what it had before this program is not meant. */
static void keep(const char *variable, const char *value, bool more)
{
	char text[TEXT_BYTES];

	snprintf(text, sizeof(text), "%s%s%s", more ? getenv(variable) : "", more ? " " : "",
		 value);
	setenv(variable, text, 1);
}

void xs_fuzz_take(int *argc, char **argv)
{
	bool seen[FLAGS] = { false };
	int n = 0;

	for (int i = 0; i < *argc; i++) {
		uint32_t k = 0;

		while (k < FLAGS && !value_of(argv[i], flags[k].flag))
			k++;
		if (k == FLAGS) {
			argv[n++] = argv[i];
			continue;
		}
		keep(flags[k].variable, value_of(argv[i], flags[k].flag), seen[k]);
		seen[k] = flags[k].many;
	}
	argv[n] = NULL;
	*argc = n;
}

/* Each word of the variable. */
static int add_filters(struct xs_filter *f, uint32_t k, char why[XS_WHY_BYTES])
{
	char text[TEXT_BYTES], reason[XS_WHY_BYTES], *rest = text, *word;
	const char *value = getenv(flags[k].variable);

	snprintf(text, sizeof(text), "%s", value ? value : "");
	while ((word = strtok_r(rest, " ", &rest)))
		if (xs_filter_add(f, k == ONLY, word, reason))
			return xs_why(-EINVAL, why, "%s %.240s", flags[k].flag, reason);
	return 0;
}

int xs_fuzz_options(struct xs_fuzz_options *o, char why[XS_WHY_BYTES])
{
	const char *feedback = getenv(flags[FEEDBACK].variable);
	int rc;

	*o = (struct xs_fuzz_options){ .feedback = !feedback || strcmp(feedback, "0") != 0 };
	rc = add_filters(&o->filter, ONLY, why);
	return rc ? rc : add_filters(&o->filter, SKIP, why);
}
