/* SPDX-License-Identifier: GPL-2.0-only */
/* What CPUID and XGETBV say about this CPU's register state. */
#ifndef XS_CPU_H
#define XS_CPU_H

#include <stdbool.h>
#include <stdint.h>

#define XS_COMPONENTS 20u

#define XS_CPU_XSAVE	(1u << 0) /* OSXSAVE: XSAVE in user mode, XCR0 readable */
#define XS_CPU_AVX	(1u << 1)
#define XS_CPU_AVX512F	(1u << 2)
#define XS_CPU_AVX512BW (1u << 3)
#define XS_CPU_AVX512VL (1u << 4)
#define XS_CPU_XSAVEC	(1u << 5)
#define XS_CPU_XSAVES	(1u << 6)
#define XS_CPU_AVX512DQ (1u << 7)
#define XS_CPU_PKU	(1u << 8) /* OSPKE: RDPKRU and WRPKRU in user mode */
#define XS_CPU_AMX	(1u << 9) /* AMX-TILE */
/* XRSTOR loads FOP, FIP and FDP, and XSAVE stores them: tried, since no CPUID bit says so. */
#define XS_CPU_X87_POINTERS (1u << 10)
#define XS_CPU_APX	    (1u << 11) /* APX_F */
#define XS_CPU_FEATURE_NAMES                                                                       \
	{                                                                                          \
		"xsave", "avx", "avx512f", "avx512bw", "avx512vl", "xsavec", "xsaves", "avx512dq", \
			"pku", "amx_tile", "x87 pointers", "apx"                                   \
	}

struct xs_cpu {
	uint64_t xcr0;	      /* what may be used; 3 (x87, SSE) without XSAVE */
	uint64_t enabled;     /* XCR0 itself, where it has more than we have a permission for */
	uint32_t features;    /* XS_CPU_* */
	uint32_t image_bytes; /* standard-format size for xcr0, multiple of 64; 512 without XSAVE */
	uint32_t offset[XS_COMPONENTS]; /* of each component in an image; 0 for x87 and SSE */
	uint32_t size[XS_COMPONENTS];
	/* Components that a task's frames lack until it uses them first (XFD: SDM vol. 1, 13.14).
	 */
	uint64_t dynamic;
	/* Components, x87 and SSE (MXCSR), of which an emulated CPU does not keep all bits: tried. */
	uint64_t inexact;
	uint32_t mxcsr_mask; /* writable MXCSR bits */
	uint32_t init_pkru;  /* what signal handlers and new programs start with */
	char brand[49];	     /* CPUID 80000002H-4H */
};

/**
 * xs_cpu_read() - fill @cpu from the CPU that the caller runs on
 *
 * Asks the kernel for the use of AMX, for this process and its children, and
 * reads init_pkru from debugfs where that can be read.
 *
 * Context: any, but not while x87 registers hold anything of interest.
 * Source: SDM vol. 1, 13.2; vol. 2, CPUID leaf 0DH; Documentation/arch/x86/xstate.rst.
 */
void xs_cpu_read(struct xs_cpu *cpu);

/**
 * xs_cpu_frame_bytes() - the size of fpstate in the frames of a task, without magic2
 * @used: components that the task has used so far
 *
 * As the kernel sizes them: all of XCR0, but what is dynamic and unused. 512
 * without XSAVE. Context: any. Source: xstate_calculate_size() in
 * arch/x86/kernel/fpu/xstate.c.
 */
uint32_t xs_cpu_frame_bytes(const struct xs_cpu *cpu, uint64_t used);

/** xs_cpu_permits_tiles() - whether this process may use AMX's. Context: any thread. */
bool xs_cpu_permits_tiles(void);

/** xs_cpu_layout_bytes() - the size of a standard-format area that ends with the last of @xfeatures
 */
uint32_t xs_cpu_layout_bytes(const struct xs_cpu *cpu, uint64_t xfeatures);

/**
 * xs_xfeature_name() - "x87", "SSE", "AVX", ... as the kernel calls them
 *
 * Return: NULL for a component that has no name here.
 */
const char *xs_xfeature_name(unsigned int component);

#endif
