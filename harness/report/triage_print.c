// SPDX-License-Identifier: GPL-2.0-only
/* The triage as text, with the known bugs of the kernel's version. */
#include <inttypes.h>

#include "report/triage.h"
#include "state/state.h"

/* " x87 SSE AVX" */
void xs_triage_components(FILE *f, uint64_t xcr0)
{
	for (uint32_t i = 0; i < 64; i++) {
		const char *name = i < XS_COMPONENTS ? xs_xfeature_name(i) : NULL;

		if (!(xcr0 >> i & 1))
			continue;
		if (name)
			fprintf(f, " %s", name);
		else
			fprintf(f, " bit-%u", i);
	}
}

static void print_known(FILE *f, const struct xs_triage *t)
{
	const char *release = xs_triage_release(t);
	const enum xs_implementer who = xs_triage_implementer(t);
	uint32_t matches = 0;

	if (!xs_implementer_is_linux(who)) {
		fprintf(f, "Known bugs: the table is of Linux' own x86 code; %s has other code.\n",
			xs_implementer_name(who));
		return;
	}
	if (xs_known_match(release, t->gcc_major, &xs_knowns[0]) == XS_KNOWN_UNREADABLE) {
		fprintf(f, "Known bugs: \"%s\" is not a version that can be compared.\n", release);
		return;
	}
	for (uint32_t i = 0; i < XS_KNOWNS; i++) {
		const struct xs_known *row = &xs_knowns[i];
		const enum xs_known_match match = xs_triage_known(t, row);

		if (match == XS_KNOWN_OUTSIDE)
			continue;
		if (!matches++)
			fprintf(f, "Known bugs: version %s lies in the range of\n", release);
		fprintf(f, "  %s%s%s: %s\n", row->commit, row->cve ? " " : "",
			row->cve ? row->cve : "", row->symptom);
		if (match == XS_KNOWN_COMPILER)
			fprintf(f, "    (if the kernel was built with GCC %u or later)\n",
				row->gcc_major);
	}
	if (!matches)
		fprintf(f, "Known bugs: version %s lies in no range of the table.\n", release);
	fprintf(f, "  Distributions backport fixes, and bugs: only the test decides.\n");
}

/* What it means that an implementer makes the frames. */
static const char *const about[XS_IMPLEMENTERS] = {
	[XS_LINUX_TCG] =
		"Linux, on a CPU that QEMU emulates (TCG): what is wrong with that shows, too",
	[XS_UML] = "whose signal frames are arch/um's",
	[XS_GVISOR] = "no line here is about the kernel of the host",
	[XS_QEMU_USER] = "which makes the signal frames; the kernel of the host does not",
	[XS_VALGRIND] = "which makes the signal frames; the kernel of the host does not",
};

/* Whose frames these are, and what uname says, which may be about something else. */
static void print_implementer(FILE *f, const struct xs_triage *t)
{
	static const char *const uname[XS_IMPLEMENTERS] = {
		[XS_GVISOR] = "It says     Linux ",
		[XS_QEMU_USER] = "Below it    Linux ",
		[XS_VALGRIND] = "Below it    Linux ",
	};
	const enum xs_implementer who = xs_triage_implementer(t);
	char subject[XS_SUBJECT_BYTES];

	if (!xs_implementer_is_linux(who))
		fprintf(f, "Tested      %s, %s\n", xs_triage_subject(t, subject), about[who]);
	fprintf(f, "%s%s %s\n", uname[who] ? uname[who] : "Kernel      ", t->release, t->version);
	if (who == XS_LINUX_TCG)
		fprintf(f, "Tested      %s\n", about[who]);
}

void xs_triage_print(FILE *f, const struct xs_triage *t)
{
	print_implementer(f, t);
	if (t->upstream[0])
		fprintf(f, "Upstream    %s, as the distribution says\n", t->upstream);
	if (xs_implementer_is_kernel(xs_triage_implementer(t)))
		fprintf(f, "Compiler    %s\n", t->compiler[0] ? t->compiler : "unknown");
	fprintf(f, "CPU         %s, %u online, microcode %s%s\n",
		t->cpu.brand[0] ? t->cpu.brand : "unknown", t->cpus,
		t->microcode[0] ? t->microcode : "unknown",
		t->hypervisor ? ", under a hypervisor" : "");
	fprintf(f, "XCR0        0x%" PRIx64 ":", t->cpu.xcr0);
	xs_triage_components(f, t->cpu.xcr0);
	if (xs_state_undriven(&t->cpu)) {
		fprintf(f, "\nNot driven ");
		xs_triage_components(f, xs_state_undriven(&t->cpu));
		fprintf(f, " (no register class has them: nothing is said about them)");
	}
	fprintf(f, "\nFrame       %u bytes of fpstate with everything in use (CPUID)%s",
		t->fpstate_bytes, t->cpu.features & XS_CPU_XSAVE ? " + 4 of magic2" : "");
	if (t->min_stack_bytes)
		fprintf(f,
			";\n            a signal stack of %" PRIu64
			" bytes at least (AT_MINSIGSTKSZ)",
			t->min_stack_bytes);
	fprintf(f, "\nuserfaultfd %s\n", t->userfaultfd[0] ? t->userfaultfd : "usable");
	fprintf(f, "Kernel log  %s\n", t->kernel_log ? t->kernel_log : "readable");
	if (t->memlock_bytes == UINT64_MAX)
		fprintf(f, "Memory lock unlimited (RLIMIT_MEMLOCK)\n");
	else
		fprintf(f, "Memory lock %" PRIu64 " KiB (RLIMIT_MEMLOCK)\n",
			t->memlock_bytes / 1024);
	print_known(f, t);
}
