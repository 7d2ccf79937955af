/* SPDX-License-Identifier: GPL-2.0-only */
/* The workers' process, or one worker's. */
#ifndef XS_HOST_H
#define XS_HOST_H

#include "worker/worker.h"

/* What it keeps for the next run: memory. */
struct xs_host {
	struct xs_worker *worker;
	uint32_t workers;    /* room */
	struct xs_kcov kcov; /* of the first worker's thread */
};

/**
 * xs_host_main() - run the threads of the plan
 * @first: the process's first worker: all that is not another process's runs in it
 *
 * Return: 0 or -errno.
 */
int xs_host_main(struct xs_shared *shared, struct xs_host *host, uint32_t first);

#endif
