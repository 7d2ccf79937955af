// SPDX-License-Identifier: GPL-2.0-only
/* A grid as gnuplot commands. All text in them is harmless: see xs_plot_plain(). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/plot.h"

#define WIDTH	   720
#define LINES_HIGH 360
#define ROW_PX	   24 /* a category, at least */
#define SERIES_PX  12 /* a series in it */
#define AROUND_PX  90 /* legend and axis */
#define DECADES	   12 /* with a label each */
#define BEYOND	   1e15

/* Okabe and Ito's colours, which the colour-blind can tell apart, without yellow and black. */
static const char *const colours[] = { "#0072b2", "#d55e00", "#009e73", "#cc79a7",
				       "#e69f00", "#56b4e9", "#8c6d31", "#7f7f7f" };
/* gnuplot's numbers of filled points; one less is the same, hollow. */
static const int points[] = { 7, 5, 9, 11, 13 };

#define COLOURS (sizeof(colours) / sizeof(colours[0]))
#define POINTS	(sizeof(points) / sizeof(points[0]))

/* The axis of the numbers: logarithmic, with a place for 0 below @low if @has_zero. */
struct axis {
	double low, high, zero;
	bool linear, has_zero, has_note;
};

static bool is_incomplete(const struct xs_point *p)
{
	return p->found < p->runs;
}

/* Where a number is on an axis; no number that is measured is beyond. */
static double on(const struct axis *a, double value)
{
	if (a->linear)
		return fmin(fmax(value, -BEYOND), BEYOND);
	return value <= 0 ? a->zero : fmin(fmax(value, 1 / BEYOND), BEYOND);
}

static void widen(struct axis *a, double value)
{
	if (isnan(value))
		return;
	if (!a->linear && value <= 0) {
		a->has_zero = true;
		return;
	}
	value = on(a, value);
	a->low = fmin(a->low, value); /* NAN at first */
	a->high = fmax(a->high, value);
}

/* The next 1, 2 or 5 times a power of ten. */
static double rounded(double value, bool up)
{
	const double power = pow(10, floor(log10(value))), digits = value / power;

	if (up)
		return power * (digits > 5 ? 10 : digits > 2 ? 5 : digits > 1 ? 2 : 1);
	return power * (digits >= 5 ? 5 : digits >= 2 ? 2 : 1);
}

static struct axis measure(const struct xs_grid *g)
{
	struct axis a = { .low = NAN, .high = NAN, .linear = g->recipe->linear };

	for (uint32_t i = 0; i < g->categories; i++) {
		for (uint32_t k = 0; k < g->series; k++) {
			const struct xs_point *p = &g->point[i][k];

			widen(&a, p->value);
			widen(&a, p->low);
			widen(&a, p->high);
			a.has_note |= is_incomplete(p);
		}
	}
	if (isnan(a.low))
		a.low = a.high = 1;
	if (a.linear) {
		/* At least what nine digits can tell apart. */
		double around = fmax((a.high - a.low) / 5, fabs(a.high) / 1000);

		around = around > 0 ? around : 1;
		/* A line is read by its height above 0, a point by how far it is from others. */
		a.low = g->recipe->lines || a.low < around ? fmin(a.low, 0) : a.low - around;
		a.high += around / 4;
		return a;
	}
	a.low = a.has_zero ? pow(10, floor(log10(a.low))) : rounded(a.low, false);
	a.high = rounded(a.high, true);
	if (a.high <= a.low)
		a.high = a.low * 10;
	a.zero = a.low / 10;
	return a;
}

/* Of a unit of time; 0 for anything else. */
static double nanoseconds(const char *unit)
{
	return !strcmp(unit, "ns") ? 1 : !strcmp(unit, "us") ? 1e3 : !strcmp(unit, "s") ? 1e9 : 0;
}

/* What stands beside the axis: a time has its unit with each number. */
static const char *axis_label(const struct xs_recipe *r)
{
	return nanoseconds(r->unit) > 0 ? "" : r->unit;
}

/* "100 us", "1,000", "1e9" */
static void print_tic(FILE *f, double value, const char *unit)
{
	static const char *const names[] = { "ns", "us", "ms", "s" };
	const double ns = nanoseconds(unit);
	int i = 0;

	if (ns > 0) {
		for (value *= ns; value >= 999.999 && i < 3; i++)
			value /= 1000;
		fprintf(f, "\"%.6g %s\"", value, names[i]);
	} else if (fabs(value) >= 1000 && fabs(value) < 999999.5 && value == floor(value)) {
		fprintf(f, "\"%.0f,%03.0f\"", trunc(value / 1000), fmod(fabs(value), 1000));
	} else {
		fprintf(f, "\"%.6g\"", value);
	}
}

static void print_log_tics(FILE *f, const struct axis *a, const char *unit)
{
	const double first = floor(log10(a->low)), decades = log10(a->high / a->low);
	const int step = 1 + (int)(decades / DECADES);
	const char *between = a->has_zero ? ", " : "";

	if (a->has_zero)
		fprintf(f, "\"0\" %.9g", a->zero);
	for (double e = first; e < log10(a->high) + 0.5; e += step) {
		for (int i = 1; i < (step == 1 ? 10 : 2); i++) {
			const double value = i * pow(10, e);

			if (value < a->low * 0.999 || value > a->high * 1.001)
				continue;
			fputs(between, f);
			if (i == 1 || (decades < 2 && (i == 2 || i == 5))) {
				print_tic(f, value, unit);
				fprintf(f, " %.9g", value);
			} else {
				fprintf(f, "\"\" %.9g 1", value);
			}
			between = ", ";
		}
	}
}

static void print_linear_tics(FILE *f, const struct axis *a, const char *unit)
{
	const double rough = (a->high - a->low) / 5, base = pow(10, floor(log10(rough)));
	const double step = (rough > 5 * base	? 10
			     : rough > 2 * base ? 5
			     : rough > base	? 2
						: 1) *
			    base;
	const double first = ceil(a->low / step);

	for (int i = 0; i < 12 && (first + i) * step <= a->high; i++) {
		fputs(i ? ", " : "", f);
		print_tic(f, (first + i) * step, unit);
		fprintf(f, " %.9g", (first + i) * step);
	}
}

static void print_axis(FILE *f, const struct axis *a, char name, const char *unit)
{
	const double room = pow(a->high / (a->has_zero ? a->zero : a->low), 0.02);

	fprintf(f, "set %ctics (", name);
	(a->linear ? print_linear_tics : print_log_tics)(f, a, unit);
	fputs(")\n", f);
	if (a->linear) {
		fprintf(f, "set %crange [%.9g:%.9g]\n", name, a->low, a->high);
		return;
	}
	fprintf(f, "set logscale %c\nset %crange [%.9g:%.9g]\n", name, name,
		(a->has_zero ? a->zero : a->low) / room,
		/* a note stands behind its point */
		a->high * (a->has_note ? pow(a->high / a->low, 0.35) : room));
}

/* "dontneed plain" has the colour of "dontneed altstack", and is dashed. */
static uint32_t colour(const struct xs_grid *g, uint32_t series, bool *dashed)
{
	uint32_t used = 0, of[XS_PLOT_SERIES];

	*dashed = false;
	if (!g->recipe->lines)
		return series;
	for (uint32_t i = 0; i <= series; i++) {
		const char *name = g->name[i], *blank = strrchr(name, ' ');
		uint32_t k = 0;

		*dashed = blank && !strcmp(blank, " plain");
		while (k < i && !(blank && !strncmp(g->name[k], name, (size_t)(blank - name) + 1)))
			k++;
		of[i] = k < i ? of[k] : used++;
	}
	return of[series];
}

static void print_style(FILE *f, const struct xs_grid *g, uint32_t series, bool hollow)
{
	bool dashed;
	const uint32_t i = colour(g, series, &dashed);

	fprintf(f, "lc rgb \"%s\" pt %d ps 0.6 lw 1.6%s", colours[i % COLOURS],
		points[i % POINTS] - (hollow || dashed), g->recipe->lines && dashed ? " dt 2" : "");
}

/* Where a percentile is: each step of the axis is ten times rarer, "max" one more. */
static double position(const char *category, uint32_t index)
{
	char *end;
	const double number = strtod(category + (*category == 'p'), &end);

	if (!strcmp(category, "max"))
		return 5;
	if (*category == 'p' && number < 100)
		return -log10(1 - number / 100);
	return end != category && !*end && fabs(number) < BEYOND ? number : index;
}

/* The axis of the categories, where they are numbers. */
static void print_places(FILE *f, const struct xs_grid *g)
{
	double low = NAN, high = NAN, around;

	fputs("set xtics (", f);
	for (uint32_t i = 0; i < g->categories; i++) {
		const double x = position(g->category[i], i);

		fprintf(f, "%s\"%s\" %.9g", i ? ", " : "", g->category[i], x);
		low = fmin(low, x);
		high = fmax(high, x);
	}
	around = high > low ? (high - low) * 0.03 : 1;
	fprintf(f, ")\nset xrange [%.9g:%.9g]\n", low - around, high + around);
}

static void draw_lines(FILE *f, const struct xs_grid *g, const struct axis *a)
{
	for (uint32_t k = 0; k < g->series; k++) {
		fprintf(f, "$s%u << EOD\n", k);
		for (uint32_t i = 0; i < g->categories; i++) {
			const struct xs_point *p = &g->point[i][k];

			if (!isnan(p->value))
				fprintf(f, "%.9g %.9g %.9g %.9g\n", position(g->category[i], i),
					on(a, p->value), on(a, p->low), on(a, p->high));
		}
		fputs("EOD\n", f);
	}
	print_places(f, g);
	fprintf(f,
		"set key outside right center vertical Left reverse samplen 2.5\n"
		"set xlabel \"%s\"\nset ylabel \"%s\"\nplot \\\n",
		g->recipe->along, axis_label(g->recipe));
	for (uint32_t k = 0; k < g->series; k++) {
		fprintf(f, "$s%u using 1:2:3:4 with yerrorlines ", k);
		print_style(f, g, k, false);
		fprintf(f, " title \"%s\"%s\n", g->name[k], k + 1 < g->series ? ", \\" : "");
	}
}

/* Only what is drawn may be in a block of data: gnuplot complains about empty ones. */
static bool print_points(FILE *f, const struct xs_grid *g, const struct axis *a, uint32_t k,
			 bool hollow)
{
	const double apart = 0.8 / g->series;
	bool any = false;

	for (uint32_t i = 0; i < g->categories; i++) {
		const struct xs_point *p = &g->point[i][k];
		const bool is_hollow =
			is_incomplete(p) || p->unlimited || (!a->linear && p->value <= 0);

		if (isnan(p->value) || is_hollow != hollow)
			continue;
		if (!any)
			fprintf(f, "$%c%u << EOD\n", hollow ? 'h' : 's', k);
		any = true;
		fprintf(f, "%.9g %.9g %.9g %.9g\n", on(a, p->value),
			i + (k - (g->series - 1) / 2.0) * apart, on(a, p->low), on(a, p->high));
	}
	if (any)
		fputs("EOD\n", f);
	return any;
}

static bool print_notes(FILE *f, const struct xs_grid *g, const struct axis *a)
{
	const double apart = 0.8 / g->series;
	bool any = false;

	for (uint32_t k = 0; k < g->series; k++) {
		for (uint32_t i = 0; i < g->categories; i++) {
			const struct xs_point *p = &g->point[i][k];

			if (!is_incomplete(p))
				continue;
			if (!any)
				fputs("$notes << EOD\n", f);
			any = true;
			fprintf(f, "%.9g %.9g \"not found in %.0f of %.0f\"\n",
				isnan(p->value) ? a->low : on(a, p->high),
				i + (k - (g->series - 1) / 2.0) * apart, p->runs - p->found,
				p->runs);
		}
	}
	if (any)
		fputs("EOD\n", f);
	return any;
}

static void draw_dots(FILE *f, const struct xs_grid *g, const struct axis *a)
{
	bool filled[XS_PLOT_SERIES], hollow[XS_PLOT_SERIES], notes;

	for (uint32_t k = 0; k < g->series; k++) {
		filled[k] = print_points(f, g, a, k, false);
		hollow[k] = print_points(f, g, a, k, true);
	}
	notes = print_notes(f, g, a);
	fputs("set ytics scale 0 (", f);
	for (uint32_t i = 0; i < g->categories; i++)
		fprintf(f, "%s\"%s\" %u", i ? ", " : "", g->category[i], i);
	fprintf(f,
		")\nset yrange [%u.5:-0.5]\nset errorbars small\n"
		"set key outside top left horizontal Left reverse samplen 1\n"
		"set xlabel \"%s\"\nplot \\\n",
		g->categories - 1, axis_label(g->recipe));
	for (uint32_t k = 0; k < g->series; k++) {
		for (int h = 0; h < 2; h++) {
			if (!(h ? hollow : filled)[k])
				continue;
			fprintf(f, "$%c%u using 1:2:3:4 with xerrorbars ", h ? 'h' : 's', k);
			print_style(f, g, k, h);
			fputs(" notitle, \\\n", f);
		}
	}
	if (notes)
		fputs("$notes using 1:2:3 with labels left offset 1,0 font \",10\" notitle, \\\n",
		      f);
	for (uint32_t k = 0; k < g->series; k++) {
		fputs("keyentry with points ", f);
		print_style(f, g, k, false);
		fprintf(f, " title \"%s\"%s\n", g->name[k], k + 1 < g->series ? ", \\" : "");
	}
}

void xs_draw(FILE *f, const struct xs_grid *g, const char *id)
{
	const struct axis a = measure(g);
	const uint32_t row = g->series * SERIES_PX + SERIES_PX;
	const uint32_t high = g->recipe->lines
				      ? LINES_HIGH
				      : AROUND_PX + g->categories * (row > ROW_PX ? row : ROW_PX);

	fprintf(f,
		"set terminal svg size %d,%u dynamic noenhanced font \"sans-serif,12\" "
		"background rgb \"white\" name \"%s\"\n"
		"set border 3\nset tics nomirror\nset grid %s lc rgb \"#c0c0c0\" lw 0.5 lt 1\n",
		WIDTH, high, id, g->recipe->lines ? "x y" : "x");
	print_axis(f, &a, g->recipe->lines ? 'y' : 'x', g->recipe->unit);
	(g->recipe->lines ? draw_lines : draw_dots)(f, g, &a);
}
