/* SPDX-License-Identifier: GPL-2.0-only */
/* What an entry of any axis is, and the table of the axes. */
#ifndef XS_AXIS_H
#define XS_AXIS_H

#include <stdint.h>

#define XS_WHY_BYTES 256

/* The head of every entry's struct: what the rest of the program may know of it. */
struct xs_entry {
	const char *name;    /* as cases have it */
	const char *summary; /* what it is, for people */
	uint32_t flags;	     /* XS_..., below: common ones, and those of its axis */
	uint32_t features;   /* XS_CPU_* that the CPU must have */
	uint64_t xfeatures;  /* and XCR0 */
	/* Why not here: 0, or -errno with @why set (XS_WHY_BYTES; may be NULL). NULL: works. */
	int (*supported)(char *why);
};

/* In the order in which reports name them. */
enum xs_axis_id {
	XS_AXIS_STATE,
	XS_AXIS_SIGNAL,
	XS_AXIS_HANDLER,
	XS_AXIS_ABI,
	XS_AXIS_STACK,
	XS_AXIS_HOLD,
	XS_AXIS_PRESSURE,
	XS_AXES
};

struct xs_axis {
	const char *id;	   /* its folder; its rows have the seeds ID-NAME.case */
	const char *title; /* in a report: "signal sources" */
	const char *key;   /* in JSON: "sources" */
	const char *list;  /* in "xsavage list": what its rows are, and where a case has them */
	uint32_t rows;
	const struct xs_entry *const *entry; /* of each row */
};

extern const struct xs_axis xs_axes[XS_AXES];

/* Flags of entries of all axes. */
#define XS_DEFAULT (1u << 31) /* what a case has that says nothing */
#define XS_X86_64  (1u << 30) /* means something in 64-bit frames only */
#define XS_FORKS   (1u << 29) /* children inherit registers there */
#define XS_RECENT  (1u << 28) /* its code is new in kernels, and little tried: check's first */
#define XS_LINUX_OWN (1u << 27) /* no contract asks for it, it is what Linux does */

/* Flags of register classes. */
#define XS_STATE_DYNAMIC (1u << 0) /* a child does not inherit it, and frames grow with it */
#define XS_STATE_SCALAR	 (1u << 1) /* stands for registers that are no vectors: all CPUs have it */
#define XS_STATE_EXACT	 (1u << 2) /* an emulated CPU may keep fewer bits: struct xs_cpu, .inexact */

/* Flags of signal sources. */
#define XS_SIGNAL_REMOTE  (1u << 0) /* the plan gives each worker a sender, which calls send() */
#define XS_SIGNAL_ABORTS  (1u << 1) /* has to abort a restartable sequence: not from the same PU */
#define XS_SIGNAL_REPEATS (1u << 2) /* several in one window: the last one is what is proved */
#define XS_SIGNAL_LATER	  (1u << 3) /* armed, it comes when the case's delay is over */
#define XS_SIGNAL_ANYBODY (1u << 4) /* to the process: the kernel chooses one of its workers */

/* Flags of handler actions. */
#define XS_HANDLER_REFUSED (1u << 0) /* the kernel must refuse the frame: SIGSEGV, init state */
#define XS_HANDLER_JUMPS   (1u << 1) /* no sigreturn: on in the task with its own registers */
#define XS_HANDLER_MOVES   (1u << 2) /* ends on another CPU */
#define XS_HANDLER_GIVES   (1u << 3) /* its edit puts new values in: XS_PATTERN_GIVEN */
#define XS_HANDLER_NESTS   (1u << 4) /* runs windows of its own: the case's depth applies */
#define XS_HANDLER_RT	   (1u << 5) /* needs what sigreturn() has not: the signal stack */
#define XS_HANDLER_OVERWRITES (1u << 6) /* does nothing but that: where nothing is asked for */
#define XS_HANDLER_LOWERS  (1u << 7)  /* has XRSTOR be the first to read what the boundary cuts */
#define XS_HANDLER_EDITS   (1u << 8)  /* changes fpstate in the frame */
#define XS_HANDLER_POINTS  (1u << 9)  /* changes where the frame says that it is */
#define XS_HANDLER_RETURNS (1u << 10) /* does nothing */
#define XS_HANDLER_TOKEN   (1u << 11) /* changes what XS_STACK_SHADOW alone has */
/* After any of these a window that has had its signal is not as before. */
#define XS_HANDLER_ENDS                                                                            \
	(XS_HANDLER_REFUSED | XS_HANDLER_JUMPS | XS_HANDLER_EDITS | XS_HANDLER_POINTS)

/* Flags of ABIs. */
#define XS_ABI_COMPAT (1u << 0) /* 32-bit frames, */
#define XS_ABI_RT     (1u << 1) /* with siginfo and the signal stack */

/* Flags of stack faults. */
#define XS_STACK_RESOLVER (1u << 0) /* the plan gives each worker a resolver: resolve() */
#define XS_STACK_KEEPS	  (1u << 1) /* what the pages hold survives arm() */
#define XS_STACK_RESTORES (1u << 2) /* sigreturn's read of them faults, and finds what they held */
#define XS_STACK_SWEEPS	   (1u << 3) /* arm() reaches all memory: the worker takes its own back */
#define XS_STACK_SHARED	   (1u << 4) /* a forked child has the same pages, not a copy */
#define XS_STACK_REFUSES   (1u << 5) /* no frame can be written there: SIGSEGV on another stack */
#define XS_STACK_STAYS	   (1u << 6) /* the pages stay: nothing faults */
#define XS_STACK_ANONYMOUS (1u << 7) /* private anonymous memory, before and after */
#define XS_STACK_KEYED	   (1u << 8) /* PKRU need not open the pages: xs_handle_keyed() does */
#define XS_STACK_TIGHT	   (1u << 9) /* one frame has room: nothing may nest */
#define XS_STACK_SHADOW	   (1u << 10) /* the thread's shadow stack faults, not the signal stack */

/* Flags of holds. */
#define XS_HOLD_YIELDS (1u << 0) /* lets others have the CPU */
#define XS_HOLD_STEPS  (1u << 1) /* is out of the window's loop, a restartable sequence, at times */
#define XS_HOLD_CORE   (1u << 2) /* what runs on the CPU's sibling matters */

/* Flags of pressure. */
#define XS_PRESSURE_PROCESS (1u << 0) /* a process of its own; else a thread of the workers' */
#define XS_PRESSURE_STAYS   (1u << 1) /* its process is as before when it has run: again, then */
#define XS_PRESSURE_ALTERS  (1u << 2) /* what it does to the workers' process stays */
#define XS_PRESSURE_VECTOR  (1u << 3) /* holds and proves registers: the case's keys apply */
#define XS_PRESSURE_EVICTS  (1u << 4) /* takes a stack's pages that keep their contents */
#define XS_PRESSURE_ASKS    (1u << 5) /* changes the machine: whoever starts the run must allow it */
#define XS_PRESSURE_PLAIN   (1u << 6) /* holds its registers, or is there, and that is all */
#define XS_PRESSURE_SLOW    (1u << 7) /* to begin, or a step, takes some ms */

/* The entry, the name, the flags of a row of an axis. */
static inline const struct xs_entry *xs_entry(enum xs_axis_id axis, unsigned int row)
{
	return xs_axes[axis].entry[row];
}

static inline const char *xs_name(enum xs_axis_id axis, unsigned int row)
{
	return xs_entry(axis, row)->name;
}

static inline uint32_t xs_flags(enum xs_axis_id axis, unsigned int row)
{
	return xs_entry(axis, row)->flags;
}

static inline uint32_t xs_all_rows(enum xs_axis_id axis)
{
	return (uint32_t)((1ull << xs_axes[axis].rows) - 1);
}

/**
 * xs_why() - the end of a supported(): say why not
 * @why: where to, or NULL; left alone where @rc is 0
 *
 * "%m" is the text of @rc, which is 0 or -errno. Return: @rc.
 */
int xs_why(int rc, char *why, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** xs_row() - row of an entry by its name, or -1 */
int xs_row(enum xs_axis_id axis, const char *name);

/** xs_rows() - those rows of @mask that have all of the flags @with and none of @without */
uint32_t xs_rows(enum xs_axis_id axis, uint32_t mask, uint32_t with, uint32_t without);

/** xs_first() - the first row with all of the flags @with */
uint8_t xs_first(enum xs_axis_id axis, uint32_t with);

#endif
