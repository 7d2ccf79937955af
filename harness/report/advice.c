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

static void print_limit(FILE *f, uint64_t needed_bytes, uint64_t limit_bytes)
{
	if (limit_bytes == UINT64_MAX)
		fprintf(f, "     RLIMIT_MEMLOCK is unlimited here.\n");
	else if (limit_bytes >= needed_bytes)
		fprintf(f, "     The limit here, %" PRIu64 " KiB, is enough.\n",
			limit_bytes / 1024);
	else
		fprintf(f,
			"     The limit here, %" PRIu64
			" KiB, is too low: raise it with ulimit -l,\n"
			"     LimitMEMLOCK= or limits.conf.\n",
			limit_bytes / 1024);
}

static void print_lock(FILE *f, const struct xs_triage *t, uint32_t threads)
{
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t frame_bytes =
		t->min_stack_bytes ? t->min_stack_bytes : t->fpstate_bytes + FRAME_REST_BYTES;
	uint64_t pages = xs_frame_pages(frame_bytes, page_bytes);
	uint64_t needed_bytes = xs_memlock_bytes(frame_bytes, page_bytes, threads);

	fprintf(f,
		"  2. Keep the signal stack in memory: mlock() the pages where frames are\n"
		"     written. A frame of up to %" PRIu64 " bytes touches up to %" PRIu64
		" pages, so %u threads\n"
		"     need an RLIMIT_MEMLOCK of %" PRIu64 " KiB.\n",
		frame_bytes, pages, threads, needed_bytes / 1024);
	print_limit(f, needed_bytes, t->memlock_bytes);
	fprintf(f,
		"     Go 1.14 locks the top page of each signal stack only. That is enough\n"
		"     where the whole frame lies in that page%s\n"
		"     It helps against bugs that need a page fault on the frame. After a fork()\n"
		"     the next frame faults all the same, locked or not. It does not help\n"
		"     against bugs of context switches, fork, exec or ptrace, nor where a\n"
		"     library brings its own signal stacks. docs/mitigations.md has measured it.\n",
		frame_bytes <= page_bytes ? "." : "; here a frame does not fit into one page.");
}

/* What can be cured where, and by whom. */
static void print_cure(FILE *f, enum xs_implementer who)
{
	static const char *const reports[XS_IMPLEMENTERS] = {
		[XS_UML] = "linux-um@lists.infradead.org",
		[XS_GVISOR] = "https://github.com/google/gvisor/issues",
		[XS_QEMU_USER] = "https://gitlab.com/qemu-project/qemu/-/issues",
		[XS_VALGRIND] = "https://bugs.kde.org, product valgrind",
	};
	const char *name = xs_implementer_name(who);

	if (xs_implementer_is_linux(who))
		fputs("  1. Upgrade the kernel. Nothing else is a cure. Run the saved case again\n"
		      "     on the new one.\n",
		      f);
	else
		fprintf(f,
			"  1. Use another version of %s, which makes the signal frames\n"
			"     here, or report it there (%s).\n"
			"     The kernel below it is not what was tested: another one changes\n"
			"     nothing. Run the saved case without %s to see whether that\n"
			"     has it, too.\n",
			name, reports[who], name);
	if (who == XS_LINUX_TCG)
		fputs("     But the CPU is emulated, and a mistake of the emulator looks the "
		      "same:\n"
		      "     first run the saved case on a real one, or under KVM.\n",
		      f);
}

void xs_report_advice(FILE *f, const struct xs_triage *t, uint32_t threads)
{
	const enum xs_implementer who = xs_triage_implementer(t);
	/* Measured on Linux; what a page fault does elsewhere nobody has looked at. */
	const bool lock = xs_implementer_is_linux(who);

	fprintf(f, "What can be done\n");
	print_cure(f, who);
	if (lock)
		print_lock(f, t, threads);
	fprintf(f,
		"  %d. Fewer signals: GODEBUG=asyncpreemptoff=1 for Go programs; no profiling\n"
		"     timers. It makes corruption rarer in proportion and prevents none; bugs\n"
		"     that need no signal are not affected.\n",
		lock ? 3 : 2);
}
