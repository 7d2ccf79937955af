// SPDX-License-Identifier: GPL-2.0-only
/* Read /dev/kmsg and tell reports about FPU state or our tasks from all others. */
#include "engine/klog.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* CONSOLE_EXT_LOG_MAX, the largest record that /dev/kmsg returns */
#define RECORD_BYTES   8192u
#define RECORDS_A_READ 4096 /* a flooded log must not hold the parent up */

/* These begin the first line of a report that something went wrong. */
static const char *const beginnings[] = {
	"WARNING: ",
	"BUG: ",
	"Oops: ",
	"UBSAN: ",
	"kernel BUG at ",
	"watchdog: BUG: ",
	"invalid opcode: ",
	"double fault: ",
	"stack segment: ",
	"general protection fault",
	"Kernel panic",
	"Bad FPU state detected",
	NULL,
};

/* Source files and symbols of the code under test, from 3.x to today. */
static const char *const fpu_names[] = {
	"arch/x86/kernel/fpu/",
	"Bad FPU state",
	"fpregs",
	"fpstate",
	"fprestore",
	"fxregs",
	"xstate",
	"xrstor",
	"xsave",
	"xfd_",
	"fpu__",
	"fpu_clone",
	"fpu_flush",
	"fpu_reset",
	"kernel_fpu_",
	"switch_fpu",
	"sigframe",
	"sigcontext",
	"rt_sigreturn",
	"setup_rt_frame",
	NULL,
};

/* Lines that say nothing of a report's cause: lists of names, and what earlier calls left. */
static const char *const idle_lines[] = {
	"Modules linked in:", "Hardware name:", "Code: ", "x86/fpu: ", "Workqueue:", "? ", NULL,
};

static bool begins(const char *line, const char *word)
{
	return !strncmp(line, word, strlen(word));
}

static bool has(const char *line, const char *word)
{
	return strstr(line, word) != NULL;
}

static bool any(const char *line, bool (*is)(const char *, const char *), const char *const *words)
{
	while (*words && !is(line, *words))
		words++;
	return *words;
}

/* What follows @word, or NULL where it does not occur. */
static const char *after(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	return at ? at + strlen(word) : NULL;
}

/* Appends @lines, but for those that do not fit. */
static void append(char text[XS_KLOG_TEXT_BYTES], const char *lines)
{
	while (*lines) {
		const size_t used = strlen(text), bytes = strcspn(lines, "\n");

		if (used + bytes + 2 <= XS_KLOG_TEXT_BYTES)
			sprintf(text + used, "%.*s\n", (int)bytes, lines);
		lines += bytes + (lines[bytes] == '\n');
	}
}

static bool our_pid(const struct xs_klog_who *who, const char *digits)
{
	const uint64_t pid = strtoull(digits, NULL, 10);

	for (uint32_t i = 0; pid && who->counters && i < who->tasks; i++) {
		const struct xs_counters *c = &who->counters[i];

		if ((uint64_t)c->tid == pid || (uint64_t)c->pid == pid)
			return true;
	}
	return false;
}

/*
 * Reports name a task as "CPU: 1 PID: 9087 Comm: xsavage ", newer ones
 * also as "CPU#1: xsavage/9087".
 */
static bool names_our_task(const char *line, const struct xs_klog_who *who)
{
	const char *comm = after(line, "Comm: "), *pid = after(line, "PID: ");
	const char *cpu = after(line, "CPU#");

	if (cpu)
		cpu += strspn(cpu, "0123456789");
	return (comm && begins(comm, who->comm)) || (pid && our_pid(who, pid)) ||
	       (cpu && begins(cpu, ": ") && begins(cpu + 2, who->comm));
}

/* "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [xsavage:9087]" */
static bool names_our_lockup(const char *line, const struct xs_klog_who *who)
{
	const char *stuck = after(line, "stuck for "), *comm = stuck ? after(stuck, "[") : NULL;

	return comm && begins(comm, who->comm);
}

/* "xsavage[12] bad frame in ...", "traps: xsavage[12] ...", "xsavage[12]: segfault at ..." */
static bool is_note(const char *line)
{
	return has(line, "bad frame in ") || has(line, "segfault at ") || begins(line, "traps: ");
}

static bool notes_our_task(const char *line, const struct xs_klog_who *who)
{
	const char *pid = after(line, "[");

	if (begins(line, "traps: "))
		line += strlen("traps: ");
	return begins(line, who->comm) || (pid && our_pid(who, pid));
}

static bool report_is_ours(const struct xs_klog_state *s)
{
	return s->open && (s->certain || (s->about_task && !s->in_interrupt));
}

static void keep_pending(struct xs_klog_state *s)
{
	append(s->kept, s->pending);
	s->pending[0] = '\0';
}

static void report_end(struct xs_klog_state *s)
{
	if (report_is_ours(s)) {
		s->warned = true;
		keep_pending(s);
	}
	s->open = s->certain = s->about_task = s->in_interrupt = false;
	s->pending[0] = '\0';
	s->lines = 0;
}

static void cut_at(char *line, const char *word)
{
	char *at = strstr(line, word);

	if (at)
		*at = '\0';
}

static void report_line(struct xs_klog_state *s, char *line, const struct xs_klog_who *who)
{
	char *text = line + strspn(line, " \t");

	s->lines++;
	append(s->pending, line);
	if (!any(text, begins, idle_lines)) {
		s->certain |= names_our_lockup(text, who);
		s->about_task |= names_our_task(text, who);
		s->in_interrupt |= begins(text, "<IRQ>");
		/* The program that runs is no evidence of the code that warns. */
		cut_at(text, "Comm: ");
		cut_at(text, "CPU#");
		s->certain |= any(text, has, fpu_names);
	}
	/* As soon as it is certain: later lines may not fit, or never come. */
	if (s->certain)
		keep_pending(s);
}

static void scan_line(struct xs_klog_state *s, uint64_t now_us, char *line,
		      const struct xs_klog_who *who)
{
	const bool cut = has(line, "[ cut here ]"), last = has(line, "---[ end trace");

	if (s->open && (cut || s->lines >= XS_KLOG_REPORT_LINES ||
			now_us > s->last_us + XS_KLOG_REPORT_GAP_US))
		report_end(s);
	if (is_note(line)) {
		if (notes_our_task(line, who))
			append(s->kept, line);
		return;
	}
	if (!s->open && !cut && !any(line, begins, beginnings))
		return;
	s->open = true;
	s->last_us = now_us;
	report_line(s, line, who);
	if (last)
		report_end(s);
}

void xs_klog_scan(struct xs_klog_state *s, const char *record, size_t bytes,
		  const struct xs_klog_who *who)
{
	char line[RECORD_BYTES + 1], *text;
	uint64_t now_us;
	uint32_t priority;

	snprintf(line, sizeof(line), "%.*s", (int)bytes, record);
	line[strcspn(line, "\n")] = '\0';
	text = strchr(line, ';');
	/* NOLINTNEXTLINE(cert-err34-c): the kernel's numbers */
	if (text && text[1] && sscanf(line, "%u,%*u,%" SCNu64, &priority, &now_us) == 2 &&
	    priority >> 3 == 0)
		scan_line(s, now_us, text + 1, who);
}

bool xs_klog_warned(const struct xs_klog_state *s)
{
	return s->warned || report_is_ours(s);
}

void xs_klog_text(const struct xs_klog_state *s, char text[XS_KLOG_TEXT_BYTES])
{
	memcpy(text, s->kept, sizeof(s->kept));
	if (report_is_ours(s))
		append(text, s->pending);
}

int xs_klog_open(struct xs_klog *k, const char **why)
{
	int error;

	*k = (struct xs_klog){ .fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC) };
	if (k->fd >= 0 && lseek(k->fd, 0, SEEK_END) >= 0)
		return 0;
	error = errno;
	xs_klog_close(k);
	if (error == EPERM || error == EACCES)
		*why = "the kernel log is not readable: run as root, or as root set "
		       "kernel.dmesg_restrict=0 and make /dev/kmsg readable";
	else if (error == ENOENT || error == ENXIO || error == ENODEV)
		*why = "there is no kernel log here: /dev/kmsg is missing (a container?)";
	else
		*why = "the kernel log (/dev/kmsg) cannot be opened";
	return -error;
}

void xs_klog_begin(struct xs_klog *k)
{
	k->state = (struct xs_klog_state){ 0 };
	if (k->fd >= 0)
		lseek(k->fd, 0, SEEK_END);
}

void xs_klog_close(struct xs_klog *k)
{
	if (k->fd >= 0)
		close(k->fd);
	k->fd = -1;
}

int xs_klog_read(struct xs_klog *k, const struct xs_klog_who *who)
{
	char record[RECORD_BYTES];
	int records = 0;

	while (k->fd >= 0 && records < RECORDS_A_READ) {
		const ssize_t n = read(k->fd, record, sizeof(record));

		if (n > 0) {
			xs_klog_scan(&k->state, record, (size_t)n, who);
			records++;
		} else if (!n || errno == EAGAIN) {
			break;
		} else if (errno != EPIPE &&
			   errno != EINTR) { /* EPIPE: overwritten, go on behind */
			return -errno;
		}
	}
	return records;
}
