// SPDX-License-Identifier: GPL-2.0-only
/* The mitigations, their cost and their effect side by side, in Markdown. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "plot/plot.h"
#include "stack/mitigation.h"

#define CASES_MAX 16u

/* A column of effects. */
struct effect {
	const struct xs_plot_file *file;
	char name[XS_PLOT_TEXT]; /* of the case */
};

/* What a benchmark's name says on a mitigation: "mitigate/COST/NAME...", "effect/CASE/NAME". */
static int mitigation_of(const char *name)
{
	const char *slash;
	size_t bytes;

	if (strncmp(name, "mitigate/", 9) != 0 && strncmp(name, "effect/", 7) != 0)
		return -1;
	slash = strchr(strchr(name, '/') + 1, '/');
	if (!slash)
		return -1;
	bytes = strcspn(slash + 1, "/");
	for (int i = 0; i < XS_MITIGATIONS; i++)
		if (strlen(xs_mitigations[i].name) == bytes &&
		    !strncmp(slash + 1, xs_mitigations[i].name, bytes))
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

static uint32_t list_effects(const struct xs_plot *p, struct effect e[CASES_MAX])
{
	uint32_t n = 0, k;

	for (uint32_t f = 0; f < p->files; f++) {
		for (uint32_t i = 0; i < p->file[f].benches; i++) {
			const char *name = p->file[f].bench[i].name;
			struct effect new = { .file = &p->file[f] };
			int bytes;

			if (mitigation_of(name) < 0 || strncmp(name, "effect/", 7) != 0)
				continue;
			bytes = (int)strcspn(name + 7, "/");
			if ((size_t)snprintf(new.name, sizeof(new.name), "%.*s", bytes, name + 7) >=
			    sizeof(new.name))
				continue;
			for (k = 0; k < n; k++)
				if (e[k].file == new.file && !strcmp(e[k].name, new.name))
					break;
			if (k == n && n < CASES_MAX)
				e[n++] = new;
		}
	}
	return n;
}

/* A number of the first file that has it; NAN for none. */
static double number(const struct xs_plot *p, const char *name, const char *counter)
{
	double value = NAN;

	for (uint32_t f = 0; f < p->files && isnan(value); f++)
		for (uint32_t i = 0; i < p->file[f].benches && isnan(value); i++)
			if (!strcmp(p->file[f].bench[i].name, name))
				value = xs_plot_number(&p->file[f].bench[i], counter).median;
	return value;
}

/* The same of "mitigate/HEAD/MITIGATION" and @tail. */
static double cost(const struct xs_plot *p, const char *head, const char *mitigation,
		   const char *tail, const char *counter)
{
	char name[128];

	snprintf(name, sizeof(name), "mitigate/%s/%s%s", head, mitigation, tail);
	return number(p, name, counter);
}

static void print_cell(FILE *f, double value)
{
	fputs(" | ", f);
	xs_plot_print(f, value);
}

/* A bar in a text would end the cell. */
static void print_text(FILE *f, const char *text)
{
	for (; *text; text++)
		fprintf(f, *text == '|' ? "\\%c" : "%c", *text);
}

static void print_costs(const struct xs_plot *p, FILE *f, const char *m)
{
	const double signal = cost(p, "signal", m, "", "p50");
	const double ratio = signal / cost(p, "signal", "none", "", "p50");

	print_cell(f, cost(p, "setup", m, "", "setup_ns"));
	print_cell(f, cost(p, "thread", m, "", "ratio"));
	print_cell(f, signal);
	if (isfinite(ratio))
		fprintf(f, " (%.2f)", ratio);
	print_cell(f, cost(p, "memcpy", m, "/10000", "percent"));
	print_cell(f, cost(p, "setup", m, "", "locked_pages"));
	print_cell(f, cost(p, "limit", m, "/64KiB", "threads"));
	print_cell(f, cost(p, "limit", m, "/8MiB", "threads"));
}

static void print_effect(FILE *f, const struct effect *e, const char *m)
{
	char name[2 * XS_PLOT_TEXT];
	const struct xs_plot_bench *b = NULL;
	double faulted;

	snprintf(name, sizeof(name), "effect/%s/%s", e->name, m);
	for (uint32_t i = 0; i < e->file->benches; i++)
		if (!strcmp(e->file->bench[i].name, name))
			b = &e->file->bench[i];
	if (!b || b->skipped) {
		fputs(" | - | -", f);
		return;
	}
	faulted = xs_plot_number(b, "faulted").median / xs_plot_number(b, "signals").median * 100;
	fputs(" | ", f);
	xs_plot_print(f, isfinite(faulted) ? faulted : NAN);
	print_cell(f, xs_plot_number(b, "hits_per_million").median);
	fputs(" [", f);
	xs_plot_print(f, xs_plot_number(b, "low").median);
	fputs(", ", f);
	xs_plot_print(f, xs_plot_number(b, "high").median);
	fputs("]", f);
}

static void print_head(FILE *f, const struct effect *e, uint32_t effects)
{
	char name[XS_PLOT_TEXT];

	fputs("| mitigation | what it does | set-up, ns a thread | thread creation, ratio | "
	      "a signal, ns p50 (ratio) | memcpy at 10,000/s, % | locked pages | "
	      "threads at 64 KiB | threads at 8 MiB |",
	      f);
	for (uint32_t i = 0; i < effects; i++) {
		xs_plot_plain(name, sizeof(name), e[i].name);
		fprintf(f,
			" kernel `%s`, `%s`: faulted, %% | "
			"kernel `%s`, `%s`: hits per million [95 %%] |",
			e[i].file->label, name, e[i].file->label, name);
	}
	fputs("\n|---|---|", f);
	for (uint32_t i = 0; i < 7 + 2 * effects; i++)
		fputs("---:|", f);
	fputs("\n", f);
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
	struct effect e[CASES_MAX];
	int row[XS_MITIGATIONS];
	const uint32_t rows = list_mitigations(p, row), effects = list_effects(p, e);

	if (!rows)
		return -ENOENT;
	print_head(f, e, effects);
	for (uint32_t i = 0; i < rows; i++) {
		const struct xs_mitigation *m = &xs_mitigations[row[i]];

		fprintf(f, "| `%s` | ", m->name);
		print_text(f, m->summary);
		print_costs(p, f, m->name);
		for (uint32_t k = 0; k < effects; k++)
			print_effect(f, &e[k], m->name);
		fputs(" |\n", f);
	}
	print_files(p, f);
	return 0;
}
