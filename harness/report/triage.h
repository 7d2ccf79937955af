/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known about the kernel and the machine before any test. */
#ifndef XS_TRIAGE_H
#define XS_TRIAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "report/known.h"
#include "state/cpu.h"

/* What implements the ABI that is tested, where it is not Linux on the CPU that it names. */
enum xs_implementer {
	XS_LINUX,
	XS_LINUX_TCG, /* on a CPU that QEMU emulates */
	XS_UML,
	XS_GVISOR,
	XS_QEMU_USER,
	XS_VALGRIND,
	XS_IMPLEMENTERS
};

#define XS_TRIAGE_WHY_BYTES 200u

struct xs_triage {
	char release[65];  /* uname -r */
	char version[65];  /* uname -v */
	char upstream[65]; /* the upstream version that a distribution names; or "" */
	char compiler[128];
	uint32_t gcc_major; /* 0: not GCC, or unknown */
	struct xs_cpu cpu;
	char microcode[32];
	char vendor[32], model[64]; /* /proc/cpuinfo's */
	bool hypervisor;
	bool valgrind;
	char implementation[64];  /* what XSAVAGE_IMPLEMENTATION says: "gVisor 20240729.0"; or "" */
	char emulator[13];	  /* CPUID 40000000H: "KVMKVMKVM", "TCGTCGTCGTCG", ... or "" */
	uint32_t cpus;		  /* online */
	uint32_t fpstate_bytes;	  /* with everything in use, without the 4 bytes of magic2 */
	uint64_t min_stack_bytes; /* AT_MINSIGSTKSZ; 0: the kernel does not say (before 5.14) */
	uint64_t memlock_bytes;	  /* RLIMIT_MEMLOCK; UINT64_MAX: none */
	const char *kernel_log;	  /* NULL: readable; else why not */
	char userfaultfd[XS_TRIAGE_WHY_BYTES]; /* "": usable; else why not */
};

/** xs_triage_implementer() - whose signal frames these are. Pure. */
enum xs_implementer xs_triage_implementer(const struct xs_triage *t);

/** xs_implementer_is_linux() - whether Linux' own x86 code makes them. Pure. */
static inline bool xs_implementer_is_linux(enum xs_implementer who)
{
	return who == XS_LINUX || who == XS_LINUX_TCG;
}

/** xs_implementer_is_kernel() - whether uname and /proc/version are about it. Pure. */
static inline bool xs_implementer_is_kernel(enum xs_implementer who)
{
	return xs_implementer_is_linux(who) || who == XS_UML;
}

/** xs_implementer_name() - "Linux", "qemu-user", ... */
const char *xs_implementer_name(enum xs_implementer who);

/* "kernel 6.1.0", "qemu-user 7.2.22": what a verdict is about. */
#define XS_SUBJECT_BYTES 112u
const char *xs_triage_subject(const struct xs_triage *t, char text[XS_SUBJECT_BYTES]);

/**
 * xs_triage_read() - fill @t from uname, /proc, the auxiliary vector and limits
 * @cpu: as read by xs_cpu_read(); copied
 * @userfaultfd: NULL where userfaultfd works, else why not; copied
 *
 * What cannot be read is left empty or 0. Context: any thread, not a handler.
 */
void xs_triage_read(struct xs_triage *t, const struct xs_cpu *cpu, const char *userfaultfd);

/** xs_triage_components() - print the names of a mask of components, each after a blank */
void xs_triage_components(FILE *f, uint64_t xcr0);

/** xs_triage_print() - a block of lines, then the known bugs of this version */
void xs_triage_print(FILE *f, const struct xs_triage *t);

/** xs_triage_release() - the version to compare with: upstream's where it is known */
const char *xs_triage_release(const struct xs_triage *t);

/** xs_triage_version() - of what is tested, as ranges of releases take it; "" where nobody says */
const char *xs_triage_version(const struct xs_triage *t);

/** xs_triage_known() - xs_known_match() of this kernel and CPU; of what is not Linux: outside */
enum xs_known_match xs_triage_known(const struct xs_triage *t, const struct xs_known *row);

/**
 * xs_triage_compiler() - compiler and its GCC version out of /proc/version's text
 *
 * Pure; fills .compiler and .gcc_major.
 */
void xs_triage_compiler(struct xs_triage *t, const char *proc_version);

/**
 * xs_triage_upstream() - fill .upstream
 * @signature: /proc/version_signature of an Ubuntu kernel, or ""
 *
 * Debian's release says 6.1.0-18 where the source is 6.1.76, which .version
 * says; Ubuntu's is in the signature's last word. Pure.
 */
void xs_triage_upstream(struct xs_triage *t, const char *signature);

/** xs_triage_cpuinfo() - fill .microcode, .vendor, .model and .hypervisor from /proc/cpuinfo */
void xs_triage_cpuinfo(struct xs_triage *t, FILE *cpuinfo);

#endif
