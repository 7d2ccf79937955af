/* SPDX-License-Identifier: GPL-2.0-only */
/* The workers' process. */
#ifndef XS_HOST_H
#define XS_HOST_H

#include "worker/worker.h"

/* What it keeps for the next run: memory. */
struct xs_host {
	struct xs_worker *worker;
	uint32_t workers;    /* room */
	struct xs_kcov kcov; /* of the first worker's thread */
};

/** xs_host_main() - run every thread of the plan. Return: 0 or -errno. */
int xs_host_main(struct xs_shared *shared, struct xs_host *host);

#endif
