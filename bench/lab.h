/* SPDX-License-Identifier: GPL-2.0-only */
/* What the benchmarks share: a session, and what became of its cases. */
#ifndef XS_LAB_H
#define XS_LAB_H

#include "session.h"
#include "shim.h"

#define XS_GSIGNAL_BYTES 32768u /* of a signal stack, as Go has it */

/* A case that the command line names. */
struct xs_lab_given {
	const char *path;
	struct xs_case c;
};

/* One of a family of benchmarks: which one it is. */
struct xs_lab_item {
	struct xs_lab *lab;
	struct xs_lab_item *next;
	uint8_t key[4];
};

struct xs_lab {
	struct xs_session session;
	uint32_t givens;
	struct xs_lab_given *given;
	struct xs_lab_item *items; /* of xs_lab_add() */
	struct xs_outcome outcome; /* of the last case */
	int interrupted;	   /* SIGINT or SIGTERM: nothing runs any more; else 0 */
	int code;		   /* exit code of the worst verdict so far */
};

/**
 * xs_lab_case() - a small case: 16 ymm registers, one worker's signals to itself, a stack fault
 * @signals: how many
 */
void xs_lab_case(struct xs_case *c, uint32_t signals);

/**
 * xs_lab_try() - run a case for a benchmark, which may come to any verdict on the kernel
 * @ns: set to the time that it took, from case to verdict
 *
 * Return: 0 with the verdict in lab->outcome; -ECANCELED with the benchmark failed where the
 * case could not be run, or the program is to stop.
 */
int xs_lab_try(struct xs_lab *lab, struct xs_bench *b, const struct xs_case *c,
	       const struct xs_run_options *options, uint64_t *ns);

/**
 * xs_lab_run() - run a case for a benchmark
 * @ns: set to the time that it took, from case to verdict
 *
 * A verdict other than pass fails the benchmark, with its reason. One is let through: that of
 * a short case which was over before its pressure had proved a register.
 * Return: 0, or -ECANCELED with the benchmark failed.
 */
int xs_lab_run(struct xs_lab *lab, struct xs_bench *b, const struct xs_case *c,
	       const struct xs_run_options *options, uint64_t *ns);

/** xs_lab_error() - end a benchmark with the harness's own failure: -ECANCELED */
int xs_lab_error(struct xs_lab *lab, struct xs_bench *b, const char *why);

/** xs_lab_fail() - the same, after a call that has returned an error */
int xs_lab_fail(struct xs_lab *lab, struct xs_bench *b, const char *what, int error);

/** xs_lab_found() - end a benchmark that has found a register wrong: -ECANCELED */
int xs_lab_found(struct xs_lab *lab, struct xs_bench *b, const char *what);

/** xs_lab_skip() - end a benchmark that this machine cannot run: -ECANCELED */
int xs_lab_skip(struct xs_bench *b, const char *why);

/** xs_lab_stopped() - end a benchmark because of lab->interrupted: -ECANCELED */
int xs_lab_stopped(const struct xs_lab *lab, struct xs_bench *b);

/**
 * xs_lab_add() - register one of a family: @run gets an item with @key
 *
 * Without memory it is left out, with a message.
 */
void xs_lab_add(struct xs_lab *lab, const char *name, void (*run)(struct xs_bench *b, void *item),
		const uint8_t key[4]);

/** xs_lab_add_once() - the same of a benchmark that takes long: xs_bench_register_once() */
void xs_lab_add_once(struct xs_lab *lab, const char *name,
		     void (*run)(struct xs_bench *b, void *item), const uint8_t key[4]);

/** xs_lab_close() - give back what xs_lab_add() has allocated; after xs_bench_main() */
void xs_lab_close(struct xs_lab *lab);

/** xs_lab_lacks() - whether this CPU lacks a class, a row; the benchmark then says so: a skip */
bool xs_lab_lacks(struct xs_lab *lab, struct xs_bench *b, uint32_t class);

/** xs_lab_cpus() - how many CPUs the program may use */
uint32_t xs_lab_cpus(const struct xs_lab *lab);

/** xs_lab_cpu_at() - their OS index, @i from 0 */
uint32_t xs_lab_cpu_at(const struct xs_lab *lab, uint32_t i);

/** xs_lab_cpu() - the CPU to measure on: the last one, as CPU 0 takes most interrupts */
uint32_t xs_lab_cpu(const struct xs_lab *lab);

/** xs_context_add() - the machine and its kernel, for the report's head */
void xs_context_add(const struct xs_session *s);

/** xs_arena_register() - the benchmarks arena/...: what a short case costs */
void xs_arena_register(struct xs_lab *lab);

/** xs_effect_register() - the benchmarks effect/...: what mitigations do for given cases */
void xs_effect_register(struct xs_lab *lab);

/** xs_detect_register() - the benchmarks plant/...: from a planted corruption to the verdict */
void xs_detect_register(struct xs_lab *lab);

/** xs_first_register() - first/CASE/...: from a program's start to its first finding */
void xs_first_register(struct xs_lab *lab);

/** xs_growth_register() - engine/workers/... and engine/pressure/...: how the rate grows and falls
 */
void xs_growth_register(struct xs_lab *lab);

/** xs_oracle_register() - oracle/...: what proving registers costs */
void xs_oracle_register(struct xs_lab *lab);

/** xs_raise_register() - engine/raise...: proved signals beside loops that prove nothing */
void xs_raise_register(struct xs_lab *lab);

/** xs_deliver_register() - the benchmarks deliver/...: what a signal costs */
void xs_deliver_register(struct xs_lab *lab);

/** xs_mitigate_register() - the benchmarks mitigate/...: what the mitigations cost */
void xs_mitigate_register(struct xs_lab *lab);

#endif
