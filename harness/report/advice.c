// SPDX-License-Identifier: GPL-2.0-only
/* What a user of a kernel that corrupts registers can do, and what that is worth. */
#include <inttypes.h>
#include <unistd.h>

#include "report/report.h"

/* Of a 64-bit frame below fpstate: siginfo, ucontext, return address, red zone, alignment. */
#define FRAME_REST_BYTES 1024u

uint64_t xs_frame_pages(uint64_t frame_bytes, uint64_t page_bytes)
{
	if (!frame_bytes)
		return 0;
	/* The worst case begins at the last byte of a page. */
	return (frame_bytes - 1 + page_bytes - 1) / page_bytes + 1;
}

uint64_t xs_memlock_bytes(uint64_t frame_bytes, uint64_t page_bytes, uint64_t threads)
{
	return xs_frame_pages(frame_bytes, page_bytes) * page_bytes * threads;
}

static void print_limit(FILE *f, const char *prefix, uint64_t needed_bytes, uint64_t limit_bytes)
{
	if (limit_bytes == UINT64_MAX)
		fprintf(f, "%s     RLIMIT_MEMLOCK is unlimited here.\n", prefix);
	else if (limit_bytes >= needed_bytes)
		fprintf(f, "%s     The limit here, %" PRIu64 " KiB, is enough.\n", prefix,
			limit_bytes / 1024);
	else
		fprintf(f,
			"%s     The limit here, %" PRIu64
			" KiB, is too low: raise it with ulimit -l,\n"
			"%s     LimitMEMLOCK= or limits.conf.\n",
			prefix, limit_bytes / 1024, prefix);
}

static void print_lock(FILE *f, const char *prefix, const struct xs_triage *t, uint32_t threads)
{
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t frame_bytes =
		t->min_stack_bytes ? t->min_stack_bytes : t->fpstate_bytes + FRAME_REST_BYTES;
	uint64_t pages = xs_frame_pages(frame_bytes, page_bytes);
	uint64_t needed_bytes = xs_memlock_bytes(frame_bytes, page_bytes, threads);

	fprintf(f,
		"%s  2. Keep the signal stack in memory: mlock() the pages where frames are\n"
		"%s     written. A frame of up to %" PRIu64 " bytes touches up to %" PRIu64
		" pages, so %" PRIu32 " threads\n"
		"%s     need an RLIMIT_MEMLOCK of %" PRIu64 " KiB.\n",
		prefix, prefix, frame_bytes, pages, threads, prefix, needed_bytes / 1024);
	print_limit(f, prefix, needed_bytes, t->memlock_bytes);
	fprintf(f,
		"%s     Go 1.14 locks the top page of each signal stack only. That is enough\n"
		"%s     where the whole frame lies in that page%s\n",
		prefix, prefix,
		frame_bytes <= page_bytes ? "." : "; here a frame does not fit into one page.");
	fprintf(f,
		"%s     It helps against bugs that need a page fault on the frame. After a fork()\n"
		"%s     the next frame faults all the same, locked or not. It does not help\n"
		"%s     against bugs of context switches, fork, exec or ptrace, nor where a\n"
		"%s     library brings its own signal stacks. docs/mitigations.md has measured "
		"it.\n",
		prefix, prefix, prefix, prefix);
}

/* What can be cured where, and by whom. */
static void print_cure(FILE *f, const char *prefix, enum xs_implementer who)
{
	const char *name = xs_implementer_name(who);

	if (who == XS_LINUX || who == XS_LINUX_TCG)
		fprintf(f,
			"%s  1. Upgrade the kernel. Nothing else is a cure. Run the saved case "
			"again\n"
			"%s     on the new one.\n",
			prefix, prefix);
	else
		fprintf(f,
			"%s  1. Use another version of %s, which makes the signal frames\n"
			"%s     here, or report it there. The kernel below it is not what was "
			"tested:\n"
			"%s     another one changes nothing. Run the saved case without %s\n"
			"%s     to see whether that has it, too.\n",
			prefix, name, prefix, prefix, name, prefix);
	if (who == XS_LINUX_TCG)
		fprintf(f,
			"%s     But the CPU is emulated, and a mistake of the emulator looks the "
			"same:\n"
			"%s     first run the saved case on a real one, or under KVM.\n",
			prefix, prefix);
}

void xs_report_advice(FILE *f, const char *prefix, const struct xs_triage *t, uint32_t threads)
{
	const enum xs_implementer who = xs_triage_implementer(t);
	uint32_t number = 2;

	fprintf(f, "%sWhat can be done\n", prefix);
	print_cure(f, prefix, who);
	/* Measured on Linux; what a page fault does elsewhere nobody has looked at. */
	if (who == XS_LINUX || who == XS_LINUX_TCG) {
		print_lock(f, prefix, t, threads);
		number = 3;
	}
	fprintf(f,
		"%s  %" PRIu32
		". Fewer signals: GODEBUG=asyncpreemptoff=1 for Go programs; no profiling\n"
		"%s     timers. It makes corruption rarer in proportion and prevents none; bugs\n"
		"%s     that need no signal are not affected.\n",
		prefix, number, prefix, prefix);
}
