/* SPDX-License-Identifier: GPL-2.0-only */
/* What a contract asks for, where that is less than what Linux does: docs/oracle.md has the table.
 */
#ifndef XS_CONTRACT_H
#define XS_CONTRACT_H

#include <stdbool.h>

#include "axis/leg.h"
#include "state/image.h"

/* Registers, or a frame's fields, on their way to a record. */
struct xs_claim {
	enum xs_leg leg;
	uint32_t registers; /* mask over state.def that was checked */
	bool legacy;	    /* of XS_LEG_FRAME: it says that it holds x87 and SSE alone */
	const uint8_t *expected, *actual; /* images, or of XS_LEG_LAYOUT fields */
};

/**
 * xs_contract_broken() - whether anything is wrong that a contract asks for
 * @kept: NULL, or a copy of .actual in which all else is made right
 *
 * The contracts are the psABI of x86-64, uapi/asm/sigcontext.h and ucontext.h, POSIX and the SDM.
 * Pure; uses no vector register.
 */
bool xs_contract_broken(const struct xs_claim *c, const struct xs_cpu *cpu, uint8_t *kept);

#endif
