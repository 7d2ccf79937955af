// SPDX-License-Identifier: GPL-2.0-only
/* The machine and its kernel, for the head of a report. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab.h"
#include "report/triage.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* "meltdown: Mitigation: PTI | ..."; what the CPU is not affected by is left out. */
static void print_mitigations(FILE *out)
{
	struct dirent **entry;
	const int n = scandir(VULNERABILITIES, &entry, visible, alphasort);
	const char *between = "";

	for (int i = 0; i < n; i++) {
		char path[sizeof(VULNERABILITIES) + sizeof(entry[i]->d_name) + 1], line[256] = "";
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", VULNERABILITIES, entry[i]->d_name);
		f = fopen(path, "re");
		if (f && fgets(line, sizeof(line), f) && strcmp(line, "Not affected\n") != 0) {
			line[strcspn(line, "\n")] = '\0';
			fprintf(out, "%s%s: %s", between, entry[i]->d_name, line);
			between = " | ";
		}
		if (f)
			fclose(f);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	if (!*between)
		fputs(n < 0 ? "unknown" : "none", out);
}

/* One line of context: what @print writes. */
static void add(const char *key, const struct xs_triage *t,
		void (*print)(FILE *f, const struct xs_triage *t))
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return;
	print(f, t);
	if (!fclose(f))
		xs_bench_context(key, text);
	free(text);
}

static void print_kernel(FILE *f, const struct xs_triage *t)
{
	fprintf(f, "%s %s", t->release, t->version);
}

static void print_compiler(FILE *f, const struct xs_triage *t)
{
	fputs(t->compiler[0] ? t->compiler : "unknown", f);
}

static void print_cpu(FILE *f, const struct xs_triage *t)
{
	fprintf(f, "%s%s", t->cpu.brand[0] ? t->cpu.brand : "unknown",
		t->hypervisor ? ", under a hypervisor" : "");
}

static void print_microcode(FILE *f, const struct xs_triage *t)
{
	fputs(t->microcode[0] ? t->microcode : "unknown", f);
}

static void print_vulnerabilities(FILE *f, const struct xs_triage *t)
{
	(void)t;
	print_mitigations(f);
}

static void print_xcr0(FILE *f, const struct xs_triage *t)
{
	fprintf(f, "0x%" PRIx64 ":", t->cpu.xcr0);
	xs_triage_components(f, t->cpu.xcr0);
}

static void print_frame(FILE *f, const struct xs_triage *t)
{
	fprintf(f, "%" PRIu32 " bytes of fpstate%s", t->fpstate_bytes,
		t->cpu.features & XS_CPU_XSAVE ? " + 4 of magic2" : "");
}

static void print_memlock(FILE *f, const struct xs_triage *t)
{
	if (t->memlock_bytes == UINT64_MAX)
		fputs("unlimited", f);
	else
		fprintf(f, "%" PRIu64 " KiB", t->memlock_bytes / 1024);
}

void xs_context_add(const struct xs_session *s)
{
	struct xs_triage t;

	xs_triage_read(&t, xs_arena_cpu(s->arena), NULL);
	xs_bench_context("xsavage", XS_VERSION);
	add("kernel", &t, print_kernel);
	add("kernel_compiler", &t, print_compiler);
	add("cpu", &t, print_cpu);
	add("microcode", &t, print_microcode);
	add("mitigations", &t, print_vulnerabilities);
	add("xcr0", &t, print_xcr0);
	add("frame", &t, print_frame);
	add("memlock", &t, print_memlock);
}
