/* SPDX-License-Identifier: GPL-2.0-only */
/* What a program can do so that no page of its signal stack is absent when a signal comes. */
#ifndef XS_MITIGATION_H
#define XS_MITIGATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of them. The stack is [base, base + bytes), mapped; what a call fails with is -errno. */
struct xs_mitigation {
	const char *name;
	const char *summary;
	int map_flags;	  /* more flags for the mmap() of the stack, MAP_POPULATE */
	bool locks;	  /* pages count against RLIMIT_MEMLOCK; MADV_DONTNEED gives -EINVAL */
	bool process;	  /* open() is for the whole process, once */
	bool no_altstack; /* the thread's own stack serves: sigaltstack() is not called */
	/* Once a thread, before its first signal: 0 or -errno. NULL: nothing to do. */
	int (*open)(uint8_t *base, size_t bytes);
	/* Before each signal that the thread knows of: 0 or -errno. NULL: nothing to do. */
	int (*each)(uint8_t *base, size_t bytes);
};

enum {
	XS_MITIGATION_none,
	XS_MITIGATION_mlock_top,
	XS_MITIGATION_mlock,
	XS_MITIGATION_mlock_onfault,
	XS_MITIGATION_mlockall,
	XS_MITIGATION_map_populate,
	XS_MITIGATION_populate_write,
	XS_MITIGATION_populate_each,
	XS_MITIGATION_touch_each,
	XS_MITIGATION_no_altstack,
	XS_MITIGATIONS
};

/* Raw system calls only: workers may use them. */
extern const struct xs_mitigation xs_mitigations[XS_MITIGATIONS];

/* In what life of a signal stack a mitigation has to hold. */
enum xs_mitigated {
	XS_MITIGATED_LOST,  /* it was applied once; then pages are taken away before each signal */
	XS_MITIGATED_FRESH, /* every signal is the first one on a new stack */
};

struct xs_stack;

/**
 * xs_mitigation_open() - apply it to a stack whose life is @life: 0 or -errno
 *
 * From then on it is what the stack's arm() makes of the fault's, as far as the mitigation lets it.
 * Context: worker; raw system calls only.
 */
int xs_mitigation_open(const struct xs_mitigation *m, enum xs_mitigated life, struct xs_stack *s);

#endif
