/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel log during a run: does it warn about FPU state or about our tasks? */
#ifndef XS_KLOG_H
#define XS_KLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task/obs.h"

#define XS_KLOG_TEXT_BYTES    2048u /* as much as struct xs_ending keeps */
#define XS_KLOG_REPORT_LINES  200u  /* a report without an end mark ends after this many lines, */
#define XS_KLOG_REPORT_GAP_US 1000000u /* ... or after this long without a line */

/* Whose reports are ours. */
struct xs_klog_who {
	const char *comm;		    /* a task of ours has a name that starts so */
	const struct xs_counters *counters; /* .tid and .pid of our tasks; may be NULL */
	uint32_t tasks;
};

/* The scanner's state; all zeros to begin with. */
struct xs_klog_state {
	bool open;	   /* inside a report: from its first line to "end trace" */
	bool certain;	   /* it names FPU or signal-frame code, or a lockup of our task */
	bool about_task;   /* it names one of our tasks ... */
	bool in_interrupt; /* ... which an interrupt had only borrowed */
	bool warned;	   /* an earlier report was ours */
	uint32_t lines;	   /* of the open report */
	uint64_t last_us;  /* time stamp of its last line */
	char kept[XS_KLOG_TEXT_BYTES];	  /* lines that belong to the run; terminated */
	char pending[XS_KLOG_TEXT_BYTES]; /* the open report, while it is nobody's; likewise */
};

struct xs_klog {
	int fd; /* -1: not readable */
	struct xs_klog_state state;
};

/**
 * xs_klog_open() - start to watch at the end of the log
 * @why: set on error to the reason with its remedy; static
 *
 * Return: 0, or -errno with k->fd == -1, on which the other functions do
 * nothing. Context: the parent. Source: Documentation/ABI/testing/dev-kmsg.
 */
int xs_klog_open(struct xs_klog *k, const char **why);
void xs_klog_close(struct xs_klog *k);

/** xs_klog_begin() - forget what was seen, and go on behind the last record */
void xs_klog_begin(struct xs_klog *k);

/**
 * xs_klog_read() - read and scan what was logged since; does not block
 *
 * Return: the number of records, or -errno. Context: the parent.
 */
int xs_klog_read(struct xs_klog *k, const struct xs_klog_who *who);

/**
 * xs_klog_scan() - scan one record of /dev/kmsg
 * @record: "priority,sequence,microseconds,flags[,...];text", then perhaps
 *	"\n KEY=value" lines; not terminated
 *
 * Only the kernel's own records count: what user space writes to /dev/kmsg
 * has a facility other than 0. A warning counts when it or its trace names
 * FPU or signal-frame code, or when it was raised by one of our tasks and not
 * by an interrupt on top of it. "bad frame" and "segfault" notes about our
 * tasks are kept, and are no warning. Pure.
 */
void xs_klog_scan(struct xs_klog_state *s, const char *record, size_t bytes,
		  const struct xs_klog_who *who);

/** xs_klog_warned() - whether a report of the run is ours, finished or not */
bool xs_klog_warned(const struct xs_klog_state *s);

/** xs_klog_text() - copy the lines that belong to the run, oldest first */
void xs_klog_text(const struct xs_klog_state *s, char text[XS_KLOG_TEXT_BYTES]);

#endif
