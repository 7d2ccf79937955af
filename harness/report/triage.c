// SPDX-License-Identifier: GPL-2.0-only
/* Read what the running kernel and machine say of themselves. */
#include "report/triage.h"

#include <cpuid.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "engine/klog.h"
#include "task/probe.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51 /* uapi/asm/auxvec.h */
#endif
#define HYPERVISOR_LEAF 0x40000000u
#define HYPERVISOR_BIT	(1u << 31) /* of CPUID.1:ECX */

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

const char *xs_triage_version(const struct xs_triage *t)
{
	const char *version = strpbrk(t->implementation, "0123456789");

	if (xs_implementer_is_kernel(xs_triage_implementer(t)))
		return xs_triage_release(t);
	return version ? version : "";
}

enum xs_known_match xs_triage_known(const struct xs_triage *t, const struct xs_known *row)
{
	if (!xs_implementer_is_linux(xs_triage_implementer(t)) ||
	    (row->xfeatures && !(row->xfeatures & t->cpu.xcr0)))
		return XS_KNOWN_OUTSIDE;
	return xs_known_match(xs_triage_release(t), t->gcc_major, row);
}

/* Whether @word, which begins with a blank, occurs in @line up to another blank. */
static bool has_word(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	while (at && !isspace((unsigned char)at[strlen(word)]))
		at = strstr(at + 1, word);
	return at != NULL;
}

/* The text behind "KEY : ", without the newline. */
static void take(char *to, size_t bytes, const char *value)
{
	snprintf(to, bytes, "%s", value + 1 + (value[1] == ' '));
	to[strcspn(to, "\n")] = '\0';
}

void xs_triage_cpuinfo(struct xs_triage *t, FILE *cpuinfo)
{
	char *line = NULL;
	size_t room = 0;

	t->microcode[0] = t->vendor[0] = t->model[0] = '\0';
	t->hypervisor = false;
	/* The first CPU's lines; an empty one ends them. */
	while (getline(&line, &room, cpuinfo) > 1) {
		const char *value = strchr(line, ':');

		if (!value)
			continue;
		if (!strncmp(line, "microcode", 9))
			take(t->microcode, sizeof(t->microcode), value);
		else if (!strncmp(line, "vendor_id", 9))
			take(t->vendor, sizeof(t->vendor), value);
		else if (!strncmp(line, "model name", 10))
			take(t->model, sizeof(t->model), value);
		else if (!strncmp(line, "flags", 5))
			t->hypervisor = has_word(value, " hypervisor");
	}
	free(line);
}

/* Whether two names of a CPU are one: the kernel drops blanks that CPUID has. */
static bool same_model(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, " ");
		b += strspn(b, " ");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

enum xs_implementer xs_triage_implementer(const struct xs_triage *t)
{
	if (t->valgrind)
		return XS_VALGRIND;
	if (!strcmp(t->vendor, "User Mode Linux"))
		return XS_UML;
	/* It says this of itself whatever its version. */
	if (!strcmp(t->release, "4.4.0") &&
	    !strcmp(t->version, "#1 SMP Sun Jan 10 15:06:54 PST 2016"))
		return XS_GVISOR;
	if (strcmp(t->emulator, "TCGTCGTCGTCG") != 0)
		return XS_LINUX;
	/* Where QEMU emulates a program alone, /proc/cpuinfo is about another CPU than CPUID. */
	return t->model[0] && !same_model(t->model, t->cpu.brand) ? XS_QEMU_USER : XS_LINUX_TCG;
}

const char *xs_implementer_name(enum xs_implementer who)
{
	static const char *const names[XS_IMPLEMENTERS] = {
		[XS_LINUX] = "Linux",	      [XS_LINUX_TCG] = "Linux on a CPU that QEMU emulates",
		[XS_UML] = "User-Mode Linux", [XS_GVISOR] = "gVisor",
		[XS_QEMU_USER] = "qemu-user", [XS_VALGRIND] = "Valgrind",
	};

	return names[who];
}

const char *xs_triage_subject(const struct xs_triage *t, char text[XS_SUBJECT_BYTES])
{
	const enum xs_implementer who = xs_triage_implementer(t);

	if (xs_implementer_is_linux(who))
		snprintf(text, XS_SUBJECT_BYTES, "kernel %s", t->release);
	else if (who == XS_UML)
		snprintf(text, XS_SUBJECT_BYTES, "User-Mode Linux %s", t->release);
	else
		snprintf(text, XS_SUBJECT_BYTES, "%s",
			 t->implementation[0] ? t->implementation : xs_implementer_name(who));
	return text;
}

static void read_emulator(struct xs_triage *t)
{
	uint32_t a, id[3], d;

	if (!__get_cpuid(1, &a, &id[0], &id[1], &d) || !(id[1] & HYPERVISOR_BIT))
		return;
	__cpuid(HYPERVISOR_LEAF, a, id[0], id[1], id[2]);
	memcpy(t->emulator, id, sizeof(id));
}

void xs_triage_read(struct xs_triage *t, const struct xs_cpu *cpu, const char *userfaultfd)
{
	char proc_version[512], signature[256];
	struct utsname name;
	struct rlimit limit;
	struct xs_klog klog;
	FILE *cpuinfo;
	const char *implementation = getenv("XSAVAGE_IMPLEMENTATION");
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	*t = (struct xs_triage){ .cpu = *cpu };
	if (userfaultfd)
		snprintf(t->userfaultfd, sizeof(t->userfaultfd), "%s", userfaultfd);
	read_emulator(t);
	t->valgrind = xs_on_valgrind();
	if (implementation)
		snprintf(t->implementation, sizeof(t->implementation), "%s", implementation);
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
	/* Of the kernel of the host. */
	if (!xs_implementer_is_kernel(xs_triage_implementer(t))) {
		t->compiler[0] = '\0';
		t->gcc_major = 0;
	}
	t->cpus = cpus > 0 ? (uint32_t)cpus : 0;
	t->fpstate_bytes = xs_cpu_frame_bytes(cpu, UINT64_MAX); /* the most that a task's can be */
	t->min_stack_bytes = getauxval(AT_MINSIGSTKSZ);
	if (!getrlimit(RLIMIT_MEMLOCK, &limit))
		t->memlock_bytes = limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
	if (!xs_klog_open(&klog, &t->kernel_log))
		xs_klog_close(&klog);
}
