/* SPDX-License-Identifier: GPL-2.0-only */
/* A virtual machine with one CPU, which loads, holds and stores registers. */
#ifndef XS_GUEST_H
#define XS_GUEST_H

#include <linux/kvm.h>

#include "task/level.h"

/* Where the guest leaves, and which of its halves lies behind it. */
#define XS_GUEST_HOLDS 0x10
#define XS_GUEST_SAVED 0x11

/* What the guest reads at each turn. */
struct xs_guest_orders {
	uint64_t load, store; /* images, by the guest's addresses */
	uint64_t components;
	uint32_t turns;
};

struct xs_guest {
	/* Its memory, from its address 0 on. */
	_Alignas(4096) uint64_t table[3][512]; /* the last one maps a page of 2 MiB */
	uint8_t code[128];
	struct xs_guest_orders orders;
	struct xs_level level; /* what it holds */
	/* The host's. */
	_Alignas(4096) int kvm, vm, cpu;
	struct kvm_run *run;
	long run_bytes;
};

/* The guest's address of what lies in its memory. */
static inline uint64_t xs_guest_at(const struct xs_guest *g, const void *what)
{
	return (uint64_t)((const uint8_t *)what - (const uint8_t *)g);
}

/** xs_guest_open() - open /dev/kvm, which says nothing yet: a descriptor or -errno */
int xs_guest_open(void);

/**
 * xs_guest_make() - a machine whose CPU can hold @components, or fewer
 * @g: zeros, at the start of a page; .orders.components says what it can hold
 *
 * It stands before its first instruction, in 64-bit mode, and XCR0 has no more
 * than it takes. Return: 0 or -errno; xs_guest_unmake() is due in any case.
 */
int xs_guest_make(struct xs_guest *g, uint64_t components);

/** xs_guest_unmake() - all of it goes, however far it has come */
void xs_guest_unmake(struct xs_guest *g);

/** xs_guest_left() - whether the guest has left where it was to: by @port */
bool xs_guest_left(const struct xs_guest *g, uint16_t port);

#endif
