// SPDX-License-Identifier: GPL-2.0-only
/* Read /dev/kmsg and tell reports about FPU state or our tasks from all others. */
#include "engine/klog.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* CONSOLE_EXT_LOG_MAX, the largest record that /dev/kmsg returns */
#define RECORD_BYTES   8192u
#define RECORDS_A_READ 4096 /* a flooded log must not hold the parent up */

/* A stretch of a record; never terminated. */
struct span {
	const char *at;
	size_t bytes;
};

#define WORD(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
#define IS(text) ((struct span)WORD(text))

/* These begin the first line of a report that something went wrong. */
static const struct span beginnings[] = {
	WORD("WARNING: "),	  WORD("BUG: "),
	WORD("Oops: "),		  WORD("UBSAN: "),
	WORD("kernel BUG at "),	  WORD("watchdog: BUG: "),
	WORD("invalid opcode: "), WORD("double fault: "),
	WORD("stack segment: "),  WORD("general protection fault"),
	WORD("Kernel panic"),	  WORD("Bad FPU state detected"),
};

/* Source files and symbols of the code under test, from 3.x to today. */
static const struct span fpu_names[] = {
	WORD("arch/x86/kernel/fpu/"),
	WORD("Bad FPU state"),
	WORD("fpregs"),
	WORD("fpstate"),
	WORD("fprestore"),
	WORD("fxregs"),
	WORD("xstate"),
	WORD("xrstor"),
	WORD("xsave"),
	WORD("xfd_"),
	WORD("fpu__"),
	WORD("fpu_clone"),
	WORD("fpu_flush"),
	WORD("fpu_reset"),
	WORD("kernel_fpu_"),
	WORD("switch_fpu"),
	WORD("sigframe"),
	WORD("sigcontext"),
	WORD("rt_sigreturn"),
	WORD("setup_rt_frame"),
};

/* Lines of a report that list names which say nothing about its cause. */
static const struct span idle_lines[] = {
	WORD("Modules linked in:"), WORD("Hardware name:"), WORD("Code: "),
	WORD("x86/fpu: "),	    WORD("Workqueue:"),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A string as a span. The barrier keeps the compiler from calling strlen(). */
static struct span string(const char *text)
{
	struct span s = { text, 0 };

	while (text[s.bytes]) {
		s.bytes++;
		__asm__ volatile("" : "+r"(s.bytes));
	}
	return s;
}

static bool begins(struct span s, struct span word)
{
	if (s.bytes < word.bytes)
		return false;
	for (size_t i = 0; i < word.bytes; i++)
		if (s.at[i] != word.at[i])
			return false;
	return true;
}

static struct span skip(struct span s, size_t bytes)
{
	return (struct span){ s.at + bytes, s.bytes - bytes };
}

/* What follows @word in @s; .at is NULL where @word does not occur. */
static struct span after(struct span s, struct span word)
{
	for (; s.bytes >= word.bytes; s = skip(s, 1))
		if (begins(s, word))
			return skip(s, word.bytes);
	return (struct span){ NULL, 0 };
}

static bool has(struct span s, struct span word)
{
	return after(s, word).at != NULL;
}

/* @s up to @word, or all of it. */
static struct span before(struct span s, struct span word)
{
	struct span rest = after(s, word);

	return rest.at ? (struct span){ s.at, s.bytes - rest.bytes - word.bytes } : s;
}

static struct span skip_blanks(struct span s)
{
	while (s.bytes && (*s.at == ' ' || *s.at == '\t'))
		s = skip(s, 1);
	return s;
}

/* Reads digits off the front of @s; false where there are none. */
static bool take_number(struct span *s, uint64_t *value)
{
	bool any = false;

	*value = 0;
	while (s->bytes && *s->at >= '0' && *s->at <= '9') {
		*value = *value * 10 + (uint64_t)(*s->at - '0');
		*s = skip(*s, 1);
		any = true;
	}
	return any;
}

/* No memcpy(): the C library's uses the registers under test. */
static void copy(char *to, const char *from, size_t bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

/* Appends @line and a newline; a line that does not fit is left out. */
static void append(char text[XS_KLOG_TEXT_BYTES], uint32_t *used, struct span line)
{
	if (line.bytes + 2 > XS_KLOG_TEXT_BYTES - *used)
		return;
	copy(text + *used, line.at, line.bytes);
	*used += (uint32_t)line.bytes;
	text[(*used)++] = '\n';
	text[*used] = '\0';
}

static bool any_in(struct span line, const struct span *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (has(line, names[i]))
			return true;
	return false;
}

static bool any_begins(struct span line, const struct span *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (begins(line, names[i]))
			return true;
	return false;
}

static bool our_pid(const struct xs_klog_who *who, uint64_t pid)
{
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
static bool names_our_task(struct span line, const struct xs_klog_who *who)
{
	struct span comm = string(who->comm);
	uint64_t number;
	struct span s;

	s = after(line, IS("Comm: "));
	if (s.at && begins(s, comm))
		return true;
	s = after(line, IS("PID: "));
	if (s.at && take_number(&s, &number) && our_pid(who, number))
		return true;
	s = after(line, IS("CPU#"));
	if (s.at && take_number(&s, &number) && begins(s, IS(": ")))
		return begins(skip(s, 2), comm);
	return false;
}

/* "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [xsavage:9087]" */
static bool names_our_lockup(struct span line, const struct xs_klog_who *who)
{
	struct span s = after(line, IS("stuck for "));

	s = s.at ? after(s, IS("[")) : s;
	return s.at && begins(s, string(who->comm));
}

/* "xsavage[12] bad frame in ...", "traps: xsavage[12] ...", "xsavage[12]: segfault at ..." */
static bool is_note(struct span line)
{
	return has(line, IS("bad frame in ")) || has(line, IS("segfault at ")) ||
	       begins(line, IS("traps: "));
}

static bool notes_our_task(struct span line, const struct xs_klog_who *who)
{
	struct span s;
	uint64_t pid;

	if (begins(line, IS("traps: ")))
		line = skip(line, IS("traps: ").bytes);
	if (begins(line, string(who->comm)))
		return true;
	s = after(line, IS("["));
	return s.at && take_number(&s, &pid) && our_pid(who, pid);
}

static bool report_is_ours(const struct xs_klog_state *s)
{
	return s->certain || (s->about_task && !s->in_interrupt);
}

static void append_lines(char text[XS_KLOG_TEXT_BYTES], uint32_t *used, struct span lines)
{
	while (lines.bytes) {
		struct span line = before(lines, IS("\n"));

		append(text, used, line);
		lines = skip(lines, line.bytes + 1);
	}
}

static void keep_pending(struct xs_klog_state *s)
{
	append_lines(s->kept, &s->kept_bytes, (struct span){ s->pending, s->pending_bytes });
	s->pending_bytes = 0;
}

static void report_end(struct xs_klog_state *s)
{
	if (s->open && report_is_ours(s)) {
		s->warned = true;
		keep_pending(s);
	}
	s->open = s->certain = s->about_task = s->in_interrupt = false;
	s->pending_bytes = 0;
	s->lines = 0;
}

static void report_line(struct xs_klog_state *s, struct span line, const struct xs_klog_who *who)
{
	struct span text = skip_blanks(line);

	s->lines++;
	/* "? symbol" is what an earlier call left on the stack. */
	if (!begins(text, IS("? ")) && !any_begins(text, idle_lines, COUNT(idle_lines))) {
		/* The program that runs is no evidence of the code that warns. */
		struct span code = before(before(text, IS("Comm: ")), IS("CPU#"));

		s->certain |= any_in(code, fpu_names, COUNT(fpu_names));
		s->certain |= names_our_lockup(text, who);
		s->about_task |= names_our_task(text, who);
		s->in_interrupt |= begins(text, IS("<IRQ>"));
	}
	append(s->pending, &s->pending_bytes, line);
	/* As soon as it is certain: later lines may not fit, or never come. */
	if (s->certain)
		keep_pending(s);
}

static void scan_line(struct xs_klog_state *s, uint64_t now_us, struct span line,
		      const struct xs_klog_who *who)
{
	bool cut = has(line, IS("[ cut here ]"));

	if (s->open && (cut || s->lines >= XS_KLOG_REPORT_LINES ||
			now_us > s->last_us + XS_KLOG_REPORT_GAP_US))
		report_end(s);
	if (is_note(line)) {
		if (notes_our_task(line, who))
			append(s->kept, &s->kept_bytes, line);
		return;
	}
	if (!s->open && !cut && !any_begins(line, beginnings, COUNT(beginnings)))
		return;
	s->open = true;
	s->last_us = now_us;
	report_line(s, line, who);
	if (has(line, IS("---[ end trace")))
		report_end(s);
}

void xs_klog_scan(struct xs_klog_state *s, const char *record, size_t bytes,
		  const struct xs_klog_who *who)
{
	struct span at = { record, bytes };
	uint64_t priority, sequence, now_us;
	size_t end = 0;

	if (!take_number(&at, &priority) || !begins(at, IS(",")))
		return;
	at = skip(at, 1);
	if (!take_number(&at, &sequence) || !begins(at, IS(",")))
		return;
	at = skip(at, 1);
	if (!take_number(&at, &now_us) || priority >> 3 != 0)
		return;
	at = after(at, IS(";"));
	while (end < at.bytes && at.at[end] != '\n')
		end++;
	if (end)
		scan_line(s, now_us, (struct span){ at.at, end }, who);
}

bool xs_klog_warned(const struct xs_klog_state *s)
{
	return s->warned || (s->open && report_is_ours(s));
}

void xs_klog_text(const struct xs_klog_state *s, char text[XS_KLOG_TEXT_BYTES])
{
	uint32_t used = s->kept_bytes;

	copy(text, s->kept, s->kept_bytes);
	text[used] = '\0';
	if (s->open && report_is_ours(s))
		append_lines(text, &used, (struct span){ s->pending, s->pending_bytes });
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
	k->lost = false;
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
		ssize_t n = read(k->fd, record, sizeof(record));

		if (n > 0) {
			xs_klog_scan(&k->state, record, (size_t)n, who);
			records++;
		} else if (n < 0 && errno == EPIPE) {
			k->lost = true; /* overwritten: the next read goes on behind the gap */
		} else if (n < 0 && errno != EINTR) {
			return errno == EAGAIN ? records : -errno;
		} else if (n == 0) {
			break;
		}
	}
	return records;
}
