/* SPDX-License-Identifier: GPL-2.0-only */
/* Benchmarks that need a process of their own: a child, and what comes back from it. */
#ifndef XS_CHILD_H
#define XS_CHILD_H

#include <stddef.h>

#include "lab.h"

/** xs_child_memory() - zeroed memory that children share, or NULL with the benchmark failed */
void *xs_child_memory(struct xs_lab *lab, struct xs_bench *b, size_t bytes);
void xs_child_memory_free(void *memory, size_t bytes);

/**
 * xs_child_run() - run @work(@shared) in a child, and wait until it is gone
 * @work: 0; -errno with *what set to a literal that says what failed; or an errno, likewise,
 *	  if that is something that this machine cannot do: a skip; -EBADMSG: a finding
 *
 * The child has the normal policy and no signal blocked, but for SIGINT and SIGTERM, which it
 * ignores: they end the benchmark here, and the child with it. So does an error, and a child
 * that dies or takes longer than some seconds. Return: 0, or -ECANCELED with the benchmark
 * failed. Context: the parent.
 */
int xs_child_run(struct xs_lab *lab, struct xs_bench *b,
		 int (*work)(void *shared, const char **what), void *shared);

/**
 * xs_child_run_all() - the same in a child on each of some CPUs, which begin together
 * @cpu: where, by OS index; @n of them
 * @work: gets the child's number, too
 */
int xs_child_run_all(struct xs_lab *lab, struct xs_bench *b, const uint32_t *cpu, uint32_t n,
		     int (*work)(void *shared, uint32_t i, const char **what), void *shared);

/** xs_child_cpu_us() - CPU time of all children that are over, the engine's among them */
uint64_t xs_child_cpu_us(void);

/** xs_child_pin() - have the calling thread run on @cpu alone: 0 or -errno. Context: any. */
int xs_child_pin(uint32_t cpu);

/**
 * xs_child_other_cpu() - one beside xs_lab_cpu()
 * @cpu: set to it: on another core if there is one, else its sibling
 *
 * Return: whether there is one.
 */
bool xs_child_other_cpu(const struct xs_lab *lab, uint32_t *cpu);

#endif
