/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of xs-plot share: numbers read from JSON, grids of them, and the page. */
#ifndef XS_PLOT_H
#define XS_PLOT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "case/case.h"

#define XS_PLOT_FILES	    16u
#define XS_PLOT_BENCHES	    10000u
#define XS_PLOT_RUNS	    1000u /* repetitions */
#define XS_PLOT_COUNTERS    8u	  /* in a picture */
#define XS_PLOT_TEXT	    96u	  /* bytes of a name in a picture */
#define XS_PLOT_CATEGORIES  48u
#define XS_PLOT_SERIES	    16u
#define XS_PLOT_CONTEXT	    1024u /* bytes of a line of the context */
#define XS_PLOT_SIGNIFICANT 0.05

/* A benchmark of one file. */
struct xs_plot_bench {
	const char *name; /* without what Google Benchmark appends, "/manual_time" */
	const struct xs_plot_file *file;
	json_t *runs;	     /* array of objects: its repetitions that have numbers */
	const char *skipped; /* the reason why there are none, or NULL */
	const char *label;   /* the remark beside the numbers, or "" */
};

struct xs_plot_file {
	const char *path;
	char label[XS_PLOT_TEXT]; /* for legends: "effect-stale-owner.json" is "stale-owner" */
	json_t *root;
	json_t *context; /* object */
	json_t *groups;	 /* keeps the runs of each benchmark */
	uint32_t benches;
	struct xs_plot_bench *bench;
};

struct xs_plot {
	uint32_t files;
	struct xs_plot_file file[XS_PLOT_FILES];
};

/* A number in all repetitions; NAN where it is missing. */
struct xs_plot_number {
	double median, least, most;
	size_t runs;
};

/**
 * xs_plot_read() - add the file @path to @p
 * @why: set to "FILE:LINE: reason" on error
 *
 * Return: 0 or -errno; xs_plot_close() is due in any case.
 */
int xs_plot_read(struct xs_plot *p, const char *path, char why[XS_WHY_BYTES]);

/** xs_plot_close() - free what xs_plot_read() has read */
void xs_plot_close(struct xs_plot *p);

/**
 * xs_plot_context() - a line of a file's head, as text
 *
 * Return: false, with "-" as @text, for what is not there, and for lists.
 */
bool xs_plot_context(const struct xs_plot_file *file, const char *key, char text[XS_PLOT_CONTEXT]);

/** xs_plot_had_key() - whether a file before @file has a line @key, too */
bool xs_plot_had_key(const struct xs_plot *p, uint32_t file, const char *key);

/** xs_plot_differs() - whether the line @key is not the same in all files */
bool xs_plot_differs(const struct xs_plot *p, const char *key);

/** xs_plot_is_counter() - whether a key of a run is a benchmark's own number */
bool xs_plot_is_counter(const char *key);

/**
 * xs_plot_values() - the finite values of @counter, in ascending order
 * @values: room for XS_PLOT_RUNS
 *
 * Times of Google Benchmark are in us. Return: how many there are.
 */
size_t xs_plot_values(const struct xs_plot_bench *b, const char *counter, double *values);

/** xs_plot_number() - median and spread of @counter */
struct xs_plot_number xs_plot_number(const struct xs_plot_bench *b, const char *counter);

/** xs_plot_sum() - @counter of all repetitions together, NAN for none */
double xs_plot_sum(const struct xs_plot_bench *b, const char *counter);

/**
 * xs_plot_rate() - hits per million signals, with its 95 % interval as .least and .most
 *
 * Of all repetitions together, from "hits" and "signals": the middle of several rates, or of the
 * ends of their intervals, says nothing of rare hits. All NAN where it has no such numbers.
 */
struct xs_plot_number xs_plot_rate(const struct xs_plot_bench *b);

/** xs_plot_median() - the middle of @n ascending values, NAN for none */
double xs_plot_median(const double *values, size_t n);

/**
 * xs_plot_is_unlimited() - whether a benchmark met no limit in as many threads as it tried
 *
 * Its remark says so: see bench/signals/limit.c.
 */
bool xs_plot_is_unlimited(const struct xs_plot_bench *b);

/**
 * xs_plot_plain() - a name for gnuplot and Markdown
 * @bytes: of @out, at least 4; what does not fit is cut off, and @out ends with "..."
 *
 * What is no letter, digit, blank or one of ./_-+:=,() becomes '?'.
 */
void xs_plot_plain(char *out, size_t bytes, const char *text);

/** xs_plot_ascii() - the same for a terminal: what cannot be printed becomes '?' */
void xs_plot_ascii(char *out, size_t bytes, const char *text);

/** xs_plot_html() - print @text so that HTML shows it as it is; '?' for what is not ASCII */
void xs_plot_html(FILE *f, const char *text);

/** xs_plot_print() - print a number in about four digits, "-" for NAN */
void xs_plot_print(FILE *f, double value);

/* How the numbers of some benchmarks become a picture: a row of the table in recipe.c. */
struct xs_recipe {
	const char *id; /* of the SVG files: letters and _ */
	const char *title, *text;
	const char *pattern; /* of names, for fnmatch() */
	/*
	 * What belongs together: $1 is the first part of the name, $c the counter, $f the file.
	 * A picture for each panel; a line or a colour for each series.
	 */
	const char *panel, *series, *category;
	const char *counters[XS_PLOT_COUNTERS];
	const char *low, *high; /* counters: an interval; NULL: the repetitions' spread */
	const char *extra[XS_PLOT_COUNTERS]; /* more of them in the table */
	const char *unit;		     /* ns, us, s or anything else */
	const char *along;		     /* what is along x, with .lines */
	bool lines;  /* categories along x, which are numbers; else along y, which are words */
	bool linear; /* else the axis of the numbers is logarithmic */
	bool rate;   /* the numbers are xs_plot_rate()'s */
	bool found;  /* "found" may be less than "runs" */
};

extern const struct xs_recipe xs_recipes[];
extern const uint32_t xs_recipes_count;

struct xs_point {
	double value, low, high; /* value NAN: no such point */
	double found, runs;
	bool unlimited; /* xs_plot_is_unlimited() */
};

/* A picture's numbers. */
struct xs_grid {
	const struct xs_recipe *recipe;
	char panel[XS_PLOT_TEXT];
	const struct xs_plot_file *file; /* NULL: of several files */
	uint32_t categories, series, benches;
	uint32_t dropped; /* benchmarks for which there was no room */
	char category[XS_PLOT_CATEGORIES][XS_PLOT_TEXT];
	char name[XS_PLOT_SERIES][XS_PLOT_TEXT];
	struct xs_point point[XS_PLOT_CATEGORIES][XS_PLOT_SERIES];
	const struct xs_plot_bench *bench[XS_PLOT_CATEGORIES * XS_PLOT_SERIES];
};

/** xs_recipe_takes() - whether @b has numbers for a recipe's picture */
bool xs_recipe_takes(const struct xs_recipe *r, const struct xs_plot_bench *b);

/**
 * xs_grids() - the pictures of a recipe
 * @grids: set to an array of @count, for xs_grids_free() in any case
 *
 * Panels of the same name in several files follow each other. Return: 0, -ENOMEM, or -E2BIG for
 * more than 256 pictures.
 */
int xs_grids(const struct xs_recipe *r, const struct xs_plot *p, struct xs_grid ***grids,
	     uint32_t *count);

void xs_grids_free(struct xs_grid **grids, uint32_t count);

/** xs_draw() - print the gnuplot commands that draw @g; @id is unique in the page */
void xs_draw(FILE *f, const struct xs_grid *g, const char *id);

/**
 * xs_gnuplot() - run gnuplot
 * @script: what it reads, from its start
 * @svg: set to what it prints, to be freed
 *
 * Return: 0 or -errno, -ENOENT where it is not installed.
 */
int xs_gnuplot(FILE *script, char **svg, char why[XS_WHY_BYTES]);

struct xs_comparison;

/**
 * xs_compare() - test all numbers of the two files for differences
 *
 * Return: 0 or -ENOMEM. xs_compare_free() is due in any case.
 */
int xs_compare(const struct xs_plot *p, struct xs_comparison **c);
void xs_compare_free(struct xs_comparison *c);

/** xs_compare_print() - as a table of text */
void xs_compare_print(const struct xs_comparison *c, FILE *f);

/** xs_compare_page() - as a section of the page */
void xs_compare_page(const struct xs_comparison *c, FILE *f);

/**
 * xs_plot_mitigations() - print the mitigations' cost and effect as a table in Markdown
 *
 * A cost comes from the first file that has it; effects of each file have columns of their own.
 * Return: 0, or -ENOENT with nothing printed for files without a mitigation.
 */
int xs_plot_mitigations(const struct xs_plot *p, FILE *f);

/**
 * xs_page() - write the pictures and the page into the folder @dir, which is made
 * @c: a section of the page, or NULL
 */
int xs_page(const struct xs_plot *p, const struct xs_comparison *c, const char *dir,
	    char why[XS_WHY_BYTES]);

#endif
