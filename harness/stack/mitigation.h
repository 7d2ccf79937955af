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

#endif
