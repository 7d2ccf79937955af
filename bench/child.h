/* SPDX-License-Identifier: GPL-2.0-only */
/* Children: started, waited for, and ended, with all that they leave. */
#ifndef XS_CHILD_H
#define XS_CHILD_H

#include <stddef.h>
#include <sys/types.h>

#include "lab.h"

/** xs_child_memory() - zeroed memory that children share, or NULL */
void *xs_child_memory(size_t bytes);
void xs_child_memory_free(void *memory, size_t bytes);

/**
 * xs_child_fork() - fork a child that dies with us, with the normal policy and no signal blocked
 * @group: its process group, in which no terminal interrupts it, or 0 for a new one of its own
 *
 * Return: as fork(), or -errno. Context: single-threaded.
 */
pid_t xs_child_fork(pid_t group);

/**
 * xs_child_wait() - wait until one of a group's children ends
 * @until_ns: at most, xs_now_ns()
 * @tick: called once a second with @arg, or NULL
 * @code: its exit code, or 128 + the signal that killed it
 *
 * It is not reaped yet. Return: its pid; -ETIMEDOUT; -EINTR with lab->interrupted set if SIGINT,
 * SIGTERM or SIGHUP, where that is blocked, has come; -errno. Context: while the arena is open,
 * which blocks these signals.
 */
pid_t xs_child_wait(struct xs_lab *lab, pid_t group, uint64_t until_ns, void (*tick)(void *arg),
		    void *arg, int *code);

/** xs_child_end() - end all children of a group, by SIGTERM if it has @ms, then SIGKILL: reap them
 */
void xs_child_end(pid_t group, int ms);

/**
 * xs_child_run_all() - run @work(@shared) in a child on each of some CPUs, and wait for all
 * @cpu: where, by OS index; @n of them, which begin together
 * @work: gets the child's number; 0; -errno with *what set to a literal that says what failed; or
 *an errno, likewise, if that is something that this machine cannot do: a skip; -EBADMSG: a finding
 *
 * SIGINT and SIGTERM end the benchmark here, and the child with it. So does an error, and a child
 * that dies or takes longer than some seconds. Return: 0, or -ECANCELED with the benchmark
 * ended. Context: the parent.
 */
int xs_child_run_all(struct xs_measure *m, const uint32_t *cpu, uint32_t n,
		     int (*work)(void *shared, uint32_t i, const char **what), void *shared);

/** xs_child_run() - the same in one, on xs_lab_cpu() */
int xs_child_run(struct xs_measure *m, int (*work)(void *shared, uint32_t i, const char **what),
		 void *shared);

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
