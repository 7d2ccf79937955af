// SPDX-License-Identifier: GPL-2.0-only
/* The machine and its kernel, for the head of a report. */
#include <glob.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lab.h"
#include "report/report.h"

/* "meltdown: Mitigation: PTI | ..."; what the CPU is not affected by is left out. */
static void print_mitigations(FILE *out)
{
	const char *between = "";
	glob_t all;
	const int rc = glob("/sys/devices/system/cpu/vulnerabilities/*", 0, NULL, &all);

	for (size_t i = 0; !rc && i < all.gl_pathc; i++) {
		FILE *f = fopen(all.gl_pathv[i], "re");
		char line[256] = "";

		if (f && fgets(line, sizeof(line), f) && strcmp(line, "Not affected\n") != 0) {
			line[strcspn(line, "\n")] = '\0';
			fprintf(out, "%s%s: %s", between, basename(all.gl_pathv[i]), line);
			between = " | ";
		}
		if (f)
			fclose(f);
	}
	if (!*between)
		fputs(rc ? "unknown" : "none", out);
	if (!rc)
		globfree(&all);
}

/* A line of context. */
__attribute__((format(printf, 2, 3))) static void add(const char *key, const char *format, ...)
{
	char text[256];
	va_list arg;

	va_start(arg, format);
	vsnprintf(text, sizeof(text), format, arg);
	va_end(arg);
	xs_bench_context(key, text);
}

static const char *known(const char *text)
{
	return text[0] ? text : "unknown";
}

void xs_context_add(const struct xs_session *s)
{
	char mitigations[4096] = "", components[256] = "";
	FILE *f = fmemopen(mitigations, sizeof(mitigations), "w");
	struct xs_triage t;

	xs_triage_read(&t, xs_arena_cpu(s->arena), NULL);
	if (f) {
		print_mitigations(f);
		fclose(f);
	}
	f = fmemopen(components, sizeof(components), "w");
	if (f) {
		xs_triage_components(f, t.cpu.xcr0);
		fclose(f);
	}
	add("xsavage", "%s", XS_VERSION);
	add("xsavage_format", "%d", XS_JSON_FORMAT);
	add("kernel", "%s %s", t.release, t.version);
	add("kernel_compiler", "%s", known(t.compiler));
	add("cpu", "%s%s", known(t.cpu.brand), t.hypervisor ? ", under a hypervisor" : "");
	add("microcode", "%s", known(t.microcode));
	xs_bench_context("mitigations", mitigations);
	add("xcr0", "0x%" PRIx64 ":%s", t.cpu.xcr0, components);
	add("frame", "%" PRIu32 " bytes of fpstate%s", t.fpstate_bytes,
	    t.cpu.features & XS_CPU_XSAVE ? " + 4 of magic2" : "");
	if (t.memlock_bytes == UINT64_MAX)
		add("memlock", "unlimited");
	else
		add("memlock", "%" PRIu64 " KiB", t.memlock_bytes / 1024);
}
