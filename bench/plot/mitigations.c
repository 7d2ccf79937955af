// SPDX-License-Identifier: GPL-2.0-only
/* The mitigations, their cost and their effect side by side, in Markdown. */
#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <string.h>

#include "plot/plot.h"
#include "stack/mitigation.h"

#define EFFECTS_MAX 32u /* no table has room for more */

/* A column: what is between "effect/" and the mitigation, "CASE/LIFE", on a file's kernel. */
struct effect {
	const struct xs_plot_file *file;
	char what[XS_PLOT_TEXT];
};

/* Where the mitigation is in "mitigate/COST/NAME...", "effect/CASE/LIFE/NAME"; NULL for others. */
static const char *mitigation_at(const char *name)
{
	if (!fnmatch("effect/*/*/*", name, FNM_PATHNAME))
		return strrchr(name, '/') + 1;
	if (!fnmatch("mitigate/*/*", name, FNM_PATHNAME | FNM_LEADING_DIR))
		return strchr(name + strlen("mitigate/"), '/') + 1;
	return NULL;
}

/* The row of xs_mitigations, or -1. */
static int mitigation_of(const char *name)
{
	const char *at = mitigation_at(name);
	const size_t bytes = at ? strcspn(at, "/") : 0;

	for (int i = 0; at && i < XS_MITIGATIONS; i++)
		if (strlen(xs_mitigations[i].name) == bytes &&
		    !strncmp(at, xs_mitigations[i].name, bytes))
			return i;
	return -1;
}

/* In order of their first appearance: how many. */
static uint32_t list_mitigations(const struct xs_plot *p, int row[XS_MITIGATIONS])
{
	bool seen[XS_MITIGATIONS] = { false };
	uint32_t n = 0;

	for (uint32_t f = 0; f < p->files; f++) {
		for (uint32_t i = 0; i < p->file[f].benches; i++) {
			const int m = mitigation_of(p->file[f].bench[i].name);

			if (m < 0 || seen[m])
				continue;
			seen[m] = true;
			row[n++] = m;
		}
	}
	return n;
}

static uint32_t list_effects(const struct xs_plot *p, struct effect e[EFFECTS_MAX])
{
	uint32_t n = 0, k;

	for (uint32_t f = 0; f < p->files; f++) {
		for (uint32_t i = 0; i < p->file[f].benches; i++) {
			const char *name = p->file[f].bench[i].name;
			struct effect new = { .file = &p->file[f] };
			int bytes;

			if (mitigation_of(name) < 0 || strncmp(name, "effect/", 7) != 0)
				continue;
			bytes = (int)(mitigation_at(name) - 1 - (name + 7));
			if ((size_t)snprintf(new.what, sizeof(new.what), "%.*s", bytes, name + 7) >=
			    sizeof(new.what))
				continue;
			for (k = 0; k < n; k++)
				if (e[k].file == new.file && !strcmp(e[k].what, new.what))
					break;
			if (k == n && n < EFFECTS_MAX)
				e[n++] = new;
		}
	}
	return n;
}

/* "mitigate/HEAD/MITIGATION" and @tail of the first file that has numbers of it, or NULL. */
static const struct xs_plot_bench *find(const struct xs_plot *p, const char *head,
					const char *mitigation, const char *tail)
{
	char name[128];

	snprintf(name, sizeof(name), "mitigate/%s/%s%s", head, mitigation, tail);
	for (uint32_t f = 0; f < p->files; f++)
		for (uint32_t i = 0; i < p->file[f].benches; i++)
			if (!p->file[f].bench[i].skipped && !strcmp(p->file[f].bench[i].name, name))
				return &p->file[f].bench[i];
	return NULL;
}

static double cost(const struct xs_plot *p, const char *head, const char *mitigation,
		   const char *tail, const char *counter)
{
	const struct xs_plot_bench *b = find(p, head, mitigation, tail);

	return b ? xs_plot_number(b, counter).median : NAN;
}

static void print_cell(FILE *f, double value)
{
	fputs(" | ", f);
	xs_plot_print(f, value);
}

/* Threads until the limit, or as many as were tried. */
static void print_limit(FILE *f, const struct xs_plot_bench *b)
{
	fputs(b && xs_plot_is_unlimited(b) ? " | all " : " | ", f);
	xs_plot_print(f, b ? xs_plot_number(b, "protected").median : NAN);
}

/* @rate: of the signals, in the copy. */
static void print_costs(const struct xs_plot *p, FILE *f, const char *m, const char *rate)
{
	print_cell(f, cost(p, "setup", m, "", "setup_ns"));
	print_cell(f, cost(p, "thread", m, "", "ratio"));
	print_cell(f, cost(p, "signal", m, "", "warm_p50"));
	print_cell(f, cost(p, "signal", m, "", "p50"));
	print_cell(f, cost(p, "memcpy", m, rate, "percent"));
	print_cell(f, cost(p, "setup", m, "", "locked_pages"));
	print_limit(f, find(p, "limit", m, "/64KiB"));
	print_limit(f, find(p, "limit", m, "/8MiB"));
}

static void print_effect(FILE *f, const struct effect *e, const char *m)
{
	char name[2 * XS_PLOT_TEXT];
	const struct xs_plot_bench *b = NULL;
	struct xs_plot_number rate;

	snprintf(name, sizeof(name), "effect/%s/%s", e->what, m);
	for (uint32_t i = 0; i < e->file->benches; i++)
		if (!strcmp(e->file->bench[i].name, name))
			b = &e->file->bench[i];
	if (!b || b->skipped) {
		fputs(" | -", f);
		return;
	}
	rate = xs_plot_rate(b);
	print_cell(f, rate.median);
	fputs(" [", f);
	xs_plot_print(f, rate.least);
	fputs(", ", f);
	xs_plot_print(f, rate.most);
	fputs("]; ", f);
	xs_plot_print(f, xs_plot_number(b, "faulted").median * 100);
	fputs(" %", f);
}

static void print_head(FILE *f, const struct effect *e, uint32_t effects)
{
	char name[XS_PLOT_TEXT];

	fputs("| mitigation | set-up, ns a thread | thread creation, ratio | a signal, ns | "
	      "its pages dropped, ns | memcpy at 10,000/s, % | locked pages a thread | "
	      "threads at 64 KiB | threads at 8 MiB |",
	      f);
	for (uint32_t i = 0; i < effects; i++) {
		xs_plot_plain(name, sizeof(name), e[i].what);
		fprintf(f, " `%s` on `%s` |", name, e[i].file->label);
	}
	fputs("\n|---|", f);
	for (uint32_t i = 0; i < 8 + effects; i++)
		fputs("---:|", f);
	fputs("\n", f);
}

/* A signal costs and hits as without any mitigation; there are fewer. */
static void print_fewer(const struct xs_plot *p, FILE *f, uint32_t effects)
{
	if (!find(p, "memcpy", "none", "/100"))
		return;
	fputs("| 100 signals/s, not 10,000", f);
	print_costs(p, f, "none", "/100");
	for (uint32_t i = 0; i < effects; i++)
		fputs(" | as `none` a signal, a 100th an hour", f);
	fputs(" |\n", f);
}

static void print_legend(FILE *f, const int *row, uint32_t rows, uint32_t effects)
{
	fputs("\n", f);
	for (uint32_t i = 0; i < rows; i++)
		fprintf(f, "- `%s`: %s\n", xs_mitigations[row[i]].name,
			xs_mitigations[row[i]].summary);
	if (effects)
		fputs("- `CASE/LIFE` on `KERNEL`: hits per million signals [95 % interval]; share "
		      "of the signals\n  that faulted\n",
		      f);
}

static void print_files(const struct xs_plot *p, FILE *f)
{
	char text[XS_PLOT_CONTEXT], cpu[XS_PLOT_TEXT], kernel[XS_PLOT_TEXT];

	fputs("\n", f);
	for (uint32_t i = 0; i < p->files; i++) {
		xs_plot_context(&p->file[i], "cpu", text);
		xs_plot_plain(cpu, sizeof(cpu), text);
		xs_plot_context(&p->file[i], "kernel", text);
		text[strcspn(text, " ")] = '\0'; /* the release will do */
		xs_plot_plain(kernel, sizeof(kernel), text);
		fprintf(f, "- `%s`: `%s`; `%s`\n", p->file[i].label, cpu, kernel);
	}
}

int xs_plot_mitigations(const struct xs_plot *p, FILE *f)
{
	struct effect e[EFFECTS_MAX];
	int row[XS_MITIGATIONS];
	const uint32_t rows = list_mitigations(p, row), effects = list_effects(p, e);

	if (!rows)
		return -ENOENT;
	print_head(f, e, effects);
	for (uint32_t i = 0; i < rows; i++) {
		const char *name = xs_mitigations[row[i]].name;

		fprintf(f, "| `%s`", name);
		print_costs(p, f, name, "/10000");
		for (uint32_t k = 0; k < effects; k++)
			print_effect(f, &e[k], name);
		fputs(" |\n", f);
	}
	print_fewer(p, f, effects);
	print_legend(f, row, rows, effects);
	print_files(p, f);
	return 0;
}
