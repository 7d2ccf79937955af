/* SPDX-License-Identifier: GPL-2.0-only */
/* Google Benchmark for C: what xsavage-bench uses of it. */
#ifndef XS_SHIM_H
#define XS_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A benchmark that runs: Google Benchmark's State. */
struct xs_bench;

/**
 * xs_bench_flags() - take Google Benchmark's options out of the command line
 * @help: prints what --help says
 *
 * What is left in @argv, behind its first entry, are the operands. --help, and an option with
 * a value that is none, end the process here. Return: 0, or -EINVAL with an option that nobody
 * knows named on standard error. Context: once, first.
 */
int xs_bench_flags(int *argc, char **argv, void (*help)(void));

/** xs_bench_help() - print the help on Google Benchmark's own options */
void xs_bench_help(void);

/** xs_bench_context() - a line of the report's head; copied */
void xs_bench_context(const char *key, const char *value);

/**
 * xs_bench_register() - add a benchmark
 * @name: its name, such as "arena/stay"; copied
 * @once: its loop has one round, as that takes seconds or minutes: --benchmark_repetitions says
 *	  how often it is called, and of several the least and the most are reported, too
 * @run: called with @arg, more than once: each call is a loop over xs_bench_next()
 *
 * Time is what @run says by xs_bench_time(), and is shown in us, or, once, in seconds.
 */
void xs_bench_register(const char *name, bool once, void (*run)(struct xs_bench *b, void *arg),
		       void *arg);

/**
 * xs_bench_main() - run the benchmarks that the command line has chosen, and report them
 *
 * Return: 0, -ENOENT where it has chosen none, -EIO where the report could not be printed.
 */
int xs_bench_main(void);

/** xs_bench_iterations() - how many rounds this call's loop will have */
uint64_t xs_bench_iterations(const struct xs_bench *b);

/** xs_bench_next() - whether there is another round to do; not after xs_bench_skip() */
bool xs_bench_next(struct xs_bench *b);

/** xs_bench_time() - how long the round took, once in each of them */
void xs_bench_time(struct xs_bench *b, uint64_t ns);

/** xs_bench_counter() - a number of the report */
void xs_bench_counter(struct xs_bench *b, const char *name, double value);

/** xs_bench_rate() - a number of the report that is divided by the time of all rounds */
void xs_bench_rate(struct xs_bench *b, const char *name, double total);

/** xs_bench_label() - a remark beside the numbers; copied */
void xs_bench_label(struct xs_bench *b, const char *text);

/** xs_bench_skip() - report @why in place of any number; copied */
void xs_bench_skip(struct xs_bench *b, const char *why);

#ifdef __cplusplus
}
#endif

#endif
