/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings of a fuzzer that goes on: each distinct one told and saved once. */
#ifndef XS_FUZZ_KEEP_H
#define XS_FUZZ_KEEP_H

#include "campaign/distinct.h"

struct xs_kept {
	uint64_t from_ns;   /* when the first case began */
	const char *prefix; /* of artifacts: libFuzzer's -artifact_prefix */
	struct xs_findings findings;
	struct xs_wrongs wrongs; /* of the case that is run; its .count is 0 when another one begins */
};

/**
 * xs_keep() - a bad case
 * @cpu: of the run
 *
 * Tells of it and saves it, by a name that has the words of its signature, where it is the first
 * of these, or the one that hits soonest. Return: whether the kernel can be trusted with more.
 */
bool xs_keep(struct xs_kept *k, struct xs_result *result, const struct xs_cpu *cpu);

#endif
