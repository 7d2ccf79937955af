// SPDX-License-Identifier: GPL-2.0-only
/* xsavage pool: the reports of many machines as one. */
#include "campaign/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

/* What is written to a file that the user names; .sink.path is NULL where there is none. */
struct output {
	const char *option;
	struct xs_sink sink;
	int (*print)(FILE *f, const struct xs_pool *p);
};

static int print_json(FILE *f, const struct xs_pool *p)
{
	return xs_pool_json(f, p, XS_VERSION);
}

static int print_html(FILE *f, const struct xs_pool *p)
{
	xs_pool_html(f, p);
	return ferror(f) ? -ENOMEM : 0;
}

/* All reports, or what is wrong with each that cannot be read. */
static int load(struct xs_pool *p, const struct xs_options *o)
{
	int worst = 0;

	for (uint32_t i = 0; i < o->nfiles; i++) {
		struct xs_reader r = { .file = o->files[i] };
		const int rc = xs_pool_load(p, &r, o->files[i]);

		if (rc)
			fprintf(stderr, "xsavage: %s\n", r.why);
		worst = rc ? rc : worst;
	}
	return worst;
}

static int write_output(struct output *out, const struct xs_pool *p)
{
	char *text = NULL, why[XS_WHY_BYTES] = "no memory";
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);
	int rc = f ? out->print(f, p) : -ENOMEM;

	if (f && fclose(f) && !rc)
		rc = -ENOMEM;
	if (!rc)
		rc = xs_sink_write(&out->sink, text, bytes, why);
	if (rc)
		fprintf(stderr, "xsavage: %s %s\n", out->option, why);
	free(text);
	return rc;
}

static int run(const struct xs_options *o, struct xs_runner *r)
{
	struct output outputs[] = { { "--json", { .path = o->json }, print_json },
				    { "--html", { .path = o->html }, print_html } };
	char why[XS_WHY_BYTES] = "";
	enum xs_verdict_kind kind = XS_ERROR;
	struct xs_pool p;
	int rc = xs_pool_open(&p, o->known, why);

	(void)r;
	for (size_t i = 0; !rc && i < 2; i++)
		if (outputs[i].sink.path)
			rc = xs_sink_open(&outputs[i].sink, outputs[i].sink.path, why);
	if (rc)
		fprintf(stderr, "xsavage: %s\n", why);
	if (rc || load(&p, o))
		goto out;
	xs_pool_conclude(&p);
	kind = p.verdict;
	if (o->ktap)
		xs_pool_ktap(stdout, &p);
	else
		xs_pool_print(stdout, "", &p);
	fflush(stdout);
	for (size_t i = 0; i < 2; i++)
		if (outputs[i].sink.path && write_output(&outputs[i], &p))
			kind = xs_worse(XS_ERROR, kind);
out:
	xs_pool_close(&p);
	return xs_exit_code(kind, 0, false);
}

const struct xs_command xs_cmd_pool = {
	.name = "pool",
	.summary = "put the reports of many machines together, to one verdict",
	.args = "FILE...",
	.doc = "Puts what --json of check or replay has written on many machines, or on many days, "
	       "together; \"-\" is standard input.\v"
	       "It ends in one verdict, with what was covered by any run and what by none, and "
	       "why; "
	       "with the evidence and the bound on the corruption rate for each kind of machine "
	       "(kernel, its build, CPU, components); and with the distinct findings, and the runs "
	       "that had them. What a run knew, and what --known names, does not change the "
	       "verdict. A kind of machine passes if a run of it does, and all do if each kind "
	       "does.\n\n"
	       "A file that is given twice, or copied, is counted once. One that cannot be read, "
	       "is "
	       "cut short, or is of another version is an error: nothing is left out.\n\n"
	       "  xsavage check --json \"$(hostname).json\"       # on each machine\n"
	       "  xsavage pool --html fleet.html *.json",
	.takes = XS_TAKES_MANY,
	.wanted = "which reports? --json of check and replay writes them",
	.needs = XS_NEEDS_NOTHING,
	.run = run,
	.option = { XS_OPTION_AT("known", XS_KEY_KNOWN, "FILE", TEXT, known, 0,
				 "findings of the signatures in FILE are known, and no news"),
		    XS_OPTION_AT("ktap", 'k', NULL, FLAG, ktap, 0,
				 "print KTAP, version 1, instead of text: a result for each run"),
		    XS_OPTION_AT("json", 'j', "FILE", TEXT, json, 0,
				 "write everything to FILE as JSON, too"),
		    XS_OPTION_AT("html", XS_KEY_HTML, "FILE", TEXT, html, 0,
				 "write everything to FILE as a page, too") },
};
