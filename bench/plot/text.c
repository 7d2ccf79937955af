// SPDX-License-Identifier: GPL-2.0-only
/* Numbers of benchmarks, and foreign text that is harmless where it is shown. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/plot.h"
#include "report/interval.h"

static int compare(const void *x, const void *y)
{
	const double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* What a time has to be multiplied by, to be in us. */
static double scale(const json_t *run, const char *counter)
{
	const char *unit = json_string_value(json_object_get(run, "time_unit"));

	if (!unit || strcmp(counter, "real_time") != 0)
		return 1;
	return !strcmp(unit, "ns")   ? 1e-3
	       : !strcmp(unit, "ms") ? 1e3
	       : !strcmp(unit, "s")  ? 1e6
				     : 1;
}

size_t xs_plot_values(const struct xs_plot_bench *b, const char *counter, double *values)
{
	json_t *run;
	size_t i, n = 0;

	json_array_foreach(b->runs, i, run)
	{
		const json_t *number = json_object_get(run, counter);
		const double value = json_number_value(number) * scale(run, counter);

		if (json_is_number(number) && isfinite(value))
			values[n++] = value;
	}
	qsort(values, n, sizeof(*values), compare);
	return n;
}

double xs_plot_median(const double *values, size_t n)
{
	return n ? values[(n - 1) / 2] / 2 + values[n / 2] / 2 : NAN;
}

double xs_plot_sum(const struct xs_plot_bench *b, const char *counter)
{
	double values[XS_PLOT_RUNS], sum = 0;
	const size_t n = xs_plot_values(b, counter, values);

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	return n ? sum : NAN;
}

struct xs_plot_number xs_plot_rate(const struct xs_plot_bench *b)
{
	const double hits = xs_plot_sum(b, "hits"), signals = xs_plot_sum(b, "signals");
	struct xs_interval rate;

	/* Up to here a double counts without gaps. */
	if (!(hits >= 0 && hits <= signals && signals >= 1 && signals < 0x1p53))
		return (struct xs_plot_number){ NAN, NAN, NAN, 0 };
	rate = xs_wilson((uint64_t)hits, (uint64_t)signals);
	return (struct xs_plot_number){ 1e6 * hits / signals, 1e6 * rate.low, 1e6 * rate.high, 1 };
}

struct xs_plot_number xs_plot_number(const struct xs_plot_bench *b, const char *counter)
{
	double values[XS_PLOT_RUNS];
	const size_t n = xs_plot_values(b, counter, values);

	if (!n)
		return (struct xs_plot_number){ NAN, NAN, NAN, 0 };
	return (struct xs_plot_number){ xs_plot_median(values, n), values[0], values[n - 1], n };
}

bool xs_plot_context(const struct xs_plot_file *file, const char *key, char text[XS_PLOT_CONTEXT])
{
	const json_t *value = json_object_get(file->context, key);

	snprintf(text, XS_PLOT_CONTEXT, "-");
	if (json_is_string(value))
		snprintf(text, XS_PLOT_CONTEXT, "%s", json_string_value(value));
	else if (json_is_number(value))
		snprintf(text, XS_PLOT_CONTEXT, "%.10g", json_number_value(value));
	else if (json_is_boolean(value))
		snprintf(text, XS_PLOT_CONTEXT, "%s", json_is_true(value) ? "yes" : "no");
	else
		return false;
	return true;
}

bool xs_plot_had_key(const struct xs_plot *p, uint32_t file, const char *key)
{
	char text[XS_PLOT_CONTEXT];

	while (file--)
		if (xs_plot_context(&p->file[file], key, text))
			return true;
	return false;
}

bool xs_plot_differs(const struct xs_plot *p, const char *key)
{
	char first[XS_PLOT_CONTEXT], text[XS_PLOT_CONTEXT];
	bool differs = false;

	xs_plot_context(&p->file[0], key, first);
	for (uint32_t i = 1; i < p->files; i++) {
		xs_plot_context(&p->file[i], key, text);
		differs |= strcmp(first, text) != 0;
	}
	return differs;
}

bool xs_plot_is_unlimited(const struct xs_plot_bench *b)
{
	return !strncmp(b->label, "no failure", strlen("no failure"));
}

static void cut(char *out, size_t bytes, const char *text, bool (*harmless)(char c))
{
	size_t n = 0;

	for (; text[n] && n < bytes - 1; n++)
		out[n] = harmless(text[n]) ? text[n] : '?';
	out[n] = '\0';
	if (text[n])
		memcpy(out + n - 3, "...", 3);
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr(" ./_-+:=,()", c));
}

static bool is_ascii(char c)
{
	return c >= ' ' && c <= '~';
}

void xs_plot_plain(char *out, size_t bytes, const char *text)
{
	cut(out, bytes, text, is_plain);
}

void xs_plot_ascii(char *out, size_t bytes, const char *text)
{
	cut(out, bytes, text, is_ascii);
}

void xs_plot_html(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", f);
		else if (*text == '>')
			fputs("&gt;", f);
		else if (*text == '&')
			fputs("&amp;", f);
		else if (*text == '"')
			fputs("&quot;", f);
		else if (*text == '\'')
			fputs("&#39;", f);
		else
			fputc(is_ascii(*text) ? *text : '?', f);
	}
}

void xs_plot_print(FILE *f, double value)
{
	const double size = fabs(value);

	if (isnan(value))
		fputc('-', f);
	else if (size >= 1e12)
		fprintf(f, "%.3e", value);
	else if (size >= 1000)
		fprintf(f, "%.0f", value);
	else
		fprintf(f, "%.4g", value);
}
