/* SPDX-License-Identifier: GPL-2.0-only */
/* What the benchmarks share: families of them, a session, and what became of its cases. */
#ifndef XS_LAB_H
#define XS_LAB_H

#include "session.h"
#include "shim.h"

#define XS_GSIGNAL_BYTES 32768u /* of a signal stack, as Go has it */

struct xs_lab {
	struct xs_session session;
	uint32_t givens;
	struct xs_case *given;	   /* cases of the command line */
	struct xs_lab_item *items; /* what xs_lab_register() has allocated */
	struct xs_outcome outcome; /* of the last case */
	int interrupted;	   /* SIGINT or SIGTERM: nothing runs any more; else 0 */
	int code;		   /* exit code of the worst verdict so far */
};

/* A benchmark that is being measured. */
struct xs_measure {
	struct xs_lab *lab;
	struct xs_bench *b;
	const uint8_t *key; /* which of each of the family's lists */
	void *state;	    /* the family's .bytes, zeroed at first; shared with children */
	uint64_t ns;	    /* a round may set it to the time that it took */
	uint64_t rounds, room;
	uint64_t *row; /* the family's .rows, of .room numbers each */
};

/* A part of the names in a family: so many strings, in an array of anything. */
struct xs_lab_list {
	const char *const *first;
	size_t stride;
	uint32_t n;
};

#define XS_LIST(array, n, ...)                                                                     \
	{                                                                                          \
		&(array)[0] __VA_ARGS__, sizeof((array)[0]), n                                     \
	}
#define XS_WORDS(array) XS_LIST(array, sizeof(array) / sizeof((array)[0]))
#define XS_CASES                                                                                   \
	{                                                                                          \
		NULL, 0, UINT8_MAX                                                                 \
	} /* those of the command line */

/*
 * Benchmarks that do the same, with something else: NAME/LIST/LIST... For each one: memory;
 * prepare(); round() for as long as Google Benchmark wants, whose time is the clock's unless it
 * says so; and report() if no round has ended the benchmark. All but report() return 0, or
 * -ECANCELED with the benchmark ended.
 */
struct xs_family {
	const char *name;
	const char *help; /* lines for --help, or NULL: in another's */
	struct xs_lab_list list[4];
	bool once;     /* it takes long: one round */
	size_t bytes;  /* of .state */
	uint32_t rows; /* numbers of each round */
	int (*prepare)(struct xs_measure *m);
	int (*round)(struct xs_measure *m);
	void (*report)(struct xs_measure *m);
};

/* Have a family registered, beside what it measures. */
#define XS_FAMILY(family)                                                                          \
	static const struct xs_family *const family##_entry                                        \
		__attribute__((used, section("xs_families"))) = &(family)

/** xs_lab_help() - print the help of those that take cases, or of the others */
void xs_lab_help(bool cases);

/** xs_lab_register() - register all; xs_lab_close() is due after xs_bench_main() */
void xs_lab_register(struct xs_lab *lab);
void xs_lab_close(struct xs_lab *lab);

/** xs_lab_set() - a number of the round that runs */
void xs_lab_set(struct xs_measure *m, uint32_t row, uint64_t value);

/** xs_lab_median() - of a row over all rounds, divided by @unit; sorts it */
double xs_lab_median(struct xs_measure *m, uint32_t row, double unit);

/**
 * xs_lab_case() - a small case: 16 ymm registers, one worker's signals to itself, a stack fault
 * @signals: how many
 */
void xs_lab_case(struct xs_case *c, uint32_t signals);

/** xs_lab_press() - @n vector processes beside a case's worker, with its registers */
void xs_lab_press(struct xs_case *c, uint32_t n);

/** xs_lab_pin() - have a case run on xs_lab_cpu() */
void xs_lab_pin(const struct xs_lab *lab, struct xs_case *c);

/**
 * xs_lab_try() - run a case for a benchmark, which may come to any verdict on the kernel
 *
 * The time that it took, from case to verdict, is m->ns. Return: 0 with the verdict in
 * lab->outcome; -ECANCELED with the benchmark ended where the case could not be run, or the
 * program is to stop.
 */
int xs_lab_try(struct xs_measure *m, const struct xs_case *c, const struct xs_run_options *options);

/**
 * xs_lab_run() - the same, where a verdict other than pass ends the benchmark, with its reason
 *
 * One is let through: that of a short case which was over before its pressure had proved a
 * register.
 */
int xs_lab_run(struct xs_measure *m, const struct xs_case *c, const struct xs_run_options *options);

/* End a benchmark, and return -ECANCELED: */

/** xs_lab_error() - with the harness's own failure */
int xs_lab_error(struct xs_measure *m, const char *why);

/** xs_lab_fail() - the same, after a call that has returned an error */
int xs_lab_fail(struct xs_measure *m, const char *what, int error);

/** xs_lab_found() - which has found a register wrong */
int xs_lab_found(struct xs_measure *m, const char *what);

/** xs_lab_skip() - which this machine cannot run */
int xs_lab_skip(struct xs_measure *m, const char *why);

/** xs_lab_stopped() - because of lab->interrupted */
int xs_lab_stopped(struct xs_measure *m);

/* The names of the register classes, for XS_LIST(). */
extern const char *const xs_lab_classes[XS_STATES];

/** xs_lab_needs() - unless this CPU has a class, a row of state.def: else 0 */
int xs_lab_needs(struct xs_measure *m, uint32_t class);

/** xs_lab_cpus() - how many CPUs the program may use; xs_lab_cpu_at(): OS index of one, from 0 */
uint32_t xs_lab_cpus(const struct xs_lab *lab);
uint32_t xs_lab_cpu_at(const struct xs_lab *lab, uint32_t i);

/** xs_lab_cpu() - the CPU to measure on: the last one, as CPU 0 takes most interrupts */
uint32_t xs_lab_cpu(const struct xs_lab *lab);

/** xs_context_add() - the machine and its kernel, for the report's head */
void xs_context_add(const struct xs_session *s);

#endif
