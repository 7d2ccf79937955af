// SPDX-License-Identifier: GPL-2.0-only
/* Read what the running kernel and machine say of themselves. */
#include "report/triage.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "engine/klog.h"
#include "report/known.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51 /* uapi/asm/auxvec.h */
#endif
#define XFEATURE_XTILE_DATA 18u
#define LEGACY_BYTES	    512u
#define HEADER_END_BYTES    576u

/* The first line of a file, without its newline; "" where it cannot be read. */
static void read_line(const char *path, char *line, int bytes)
{
	FILE *f = fopen(path, "re");

	line[0] = '\0';
	if (!f)
		return;
	if (!fgets(line, bytes, f))
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	fclose(f);
}

uint32_t xs_fpstate_bytes(const struct xs_cpu *cpu)
{
	uint32_t bytes = HEADER_END_BYTES;

	if (!(cpu->features & XS_CPU_XSAVE))
		return LEGACY_BYTES;
	for (uint32_t i = 2; i < XS_COMPONENTS; i++)
		if (cpu->xcr0 >> i & 1 && i != XFEATURE_XTILE_DATA &&
		    cpu->offset[i] + cpu->size[i] > bytes)
			bytes = cpu->offset[i] + cpu->size[i];
	return bytes;
}

/*
 * "Linux version R (who@where) (COMPILER, LINKER) #..."; before 5.8 without the
 * linker. The compiler's version is its first word that begins with a digit
 * outside parentheses: "gcc version 9.2.1 20191008 (Ubuntu ...)", "gcc-12
 * (Debian 12.2.0-14) 12.2.0".
 */
void xs_triage_compiler(struct xs_triage *t, const char *proc_version)
{
	const char *at = strstr(proc_version, ") (");
	size_t bytes = 0;
	int depth = 0;

	t->compiler[0] = '\0';
	t->gcc_major = 0;
	if (!at)
		return;
	for (at += 3; bytes < sizeof(t->compiler) - 1 && at[bytes]; bytes++) {
		depth += (at[bytes] == '(') - (at[bytes] == ')');
		if (depth < 0 || (!depth && at[bytes] == ','))
			break;
	}
	memcpy(t->compiler, at, bytes);
	t->compiler[bytes] = '\0';
	if (strstr(t->compiler, "clang") || !strstr(t->compiler, "gcc"))
		return;
	depth = 0;
	for (const char *c = t->compiler; *c; c++) {
		depth += (*c == '(') - (*c == ')');
		if (!depth && c > t->compiler && c[-1] == ' ' && isdigit((unsigned char)*c)) {
			t->gcc_major = (uint32_t)strtoul(c, NULL, 10);
			return;
		}
	}
}

void xs_triage_upstream(struct xs_triage *t, const char *signature)
{
	const char *debian = strstr(t->version, "Debian "), *last = strrchr(signature, ' ');
	struct xs_version v;
	const char *found = NULL;
	size_t bytes;

	if (!strncmp(signature, "Ubuntu ", 7) && last)
		found = last + 1;
	else if (debian)
		found = debian + strlen("Debian ");
	t->upstream[0] = '\0';
	if (!found || xs_version_parse(&v, found))
		return;
	bytes = strspn(found, "0123456789.");
	/* A candidate's "~rc3" belongs to the version, a package revision does not. */
	if (v.rc != XS_VERSION_FINAL)
		bytes = strcspn(found, " ");
	if (bytes >= sizeof(t->upstream))
		return;
	memcpy(t->upstream, found, bytes);
	t->upstream[bytes] = '\0';
}

const char *xs_triage_release(const struct xs_triage *t)
{
	return t->upstream[0] ? t->upstream : t->release;
}

/* Whether @word, which begins with a blank, occurs in @line up to another blank. */
static bool has_word(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	while (at && !isspace((unsigned char)at[strlen(word)]))
		at = strstr(at + 1, word);
	return at != NULL;
}

void xs_triage_cpuinfo(struct xs_triage *t, FILE *cpuinfo)
{
	char *line = NULL;
	size_t room = 0;

	t->microcode[0] = '\0';
	t->hypervisor = false;
	/* The first CPU's lines; an empty one ends them. */
	while (getline(&line, &room, cpuinfo) > 1) {
		const char *value = strchr(line, ':');

		if (!value)
			continue;
		if (!strncmp(line, "microcode", 9))
			snprintf(t->microcode, sizeof(t->microcode), "%s",
				 value + 1 + (value[1] == ' '));
		else if (!strncmp(line, "flags", 5))
			t->hypervisor = has_word(value, " hypervisor");
	}
	t->microcode[strcspn(t->microcode, "\n")] = '\0';
	free(line);
}

void xs_triage_read(struct xs_triage *t, const struct xs_cpu *cpu, const char *userfaultfd)
{
	char proc_version[512], signature[256];
	struct utsname name;
	struct rlimit limit;
	struct xs_klog klog;
	FILE *cpuinfo;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	*t = (struct xs_triage){ .cpu = *cpu, .userfaultfd = userfaultfd };
	if (!uname(&name)) {
		memcpy(t->release, name.release, sizeof(t->release));
		memcpy(t->version, name.version, sizeof(t->version));
	}
	read_line("/proc/version", proc_version, sizeof(proc_version));
	read_line("/proc/version_signature", signature, sizeof(signature));
	xs_triage_compiler(t, proc_version);
	xs_triage_upstream(t, signature);
	cpuinfo = fopen("/proc/cpuinfo", "re");
	if (cpuinfo) {
		xs_triage_cpuinfo(t, cpuinfo);
		fclose(cpuinfo);
	}
	t->cpus = cpus > 0 ? (uint32_t)cpus : 0;
	t->fpstate_bytes = xs_fpstate_bytes(cpu);
	t->min_stack_bytes = getauxval(AT_MINSIGSTKSZ);
	if (!getrlimit(RLIMIT_MEMLOCK, &limit))
		t->memlock_bytes = limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
	if (!xs_klog_open(&klog, &t->kernel_log))
		xs_klog_close(&klog);
}
