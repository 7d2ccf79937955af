/* SPDX-License-Identifier: GPL-2.0-only */
/* The benchmarks mitigate/...; each item's first key is a row of xs_mitigations. */
#ifndef XS_MITIGATE_H
#define XS_MITIGATE_H

#include "lab.h"

/** xs_mitigate_setup() - mitigate/setup: what a thread pays once */
void xs_mitigate_setup(struct xs_bench *b, void *item);

/** xs_mitigate_thread() - mitigate/thread: a thread's life, with it and without */
void xs_mitigate_thread(struct xs_bench *b, void *item);

/** xs_mitigate_limit_register() - mitigate/limit: how many threads RLIMIT_MEMLOCK lets have it */
void xs_mitigate_limit_register(struct xs_lab *lab);

/** xs_mitigate_copy_register() - mitigate/memcpy: a copy's throughput under signals */
void xs_mitigate_copy_register(struct xs_lab *lab);

#endif
