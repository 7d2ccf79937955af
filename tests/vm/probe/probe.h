/* SPDX-License-Identifier: GPL-2.0-only */
/* The probe's parts: what the CPU's registers hold, and saying what was found. */
#ifndef XS_PROBE_H
#define XS_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XS_COMPONENTS	   20u
#define XS_COMPONENT_BYTES 1024u /* the largest that is judged */
#define XS_LEGACY_BYTES	   512u
#define XS_HEADER_BYTES	   64u
#define XS_HEADER_END	   (XS_LEGACY_BYTES + XS_HEADER_BYTES)
#define XS_COMPACTED	   (1ull << 63) /* in XCOMP_BV */
#define XS_MXCSR_INIT	   0x1f80u

/* State components, by their bits in XCR0 and IA32_XSS (SDM vol. 1, 13.1). */
enum {
	XS_X87,
	XS_SSE,
	XS_AVX,
	XS_BNDREGS,
	XS_BNDCSR,
	XS_OPMASK,
	XS_ZMM_HIGH,
	XS_ZMM_16_31,
	XS_PKRU = 9,
	XS_CET_U = 11,
	XS_CET_S,
};

#define XS_MPX	      0x18ull /* enabled and not judged: it is gone from CPUs and from xsavage */
#define XS_SUPERVISOR (1ull << XS_CET_U | 1ull << XS_CET_S)

/* What registers hold, or are to hold: each component as XSAVE lays it out. */
struct xs_registers {
	uint32_t mxcsr;
	uint8_t of[XS_COMPONENTS][XS_COMPONENT_BYTES];
};

/* The forms of XSAVE and XRSTOR; a CPU has each, or not. RESTOREC is XRSTOR, compacted. */
enum xs_form {
	XS_SAVE,
	XS_SAVEOPT,
	XS_SAVEC,
	XS_SAVES,
	XS_RESTORE,
	XS_RESTOREC,
	XS_RESTORES,
	XS_FORMS
};

/* What CPUID says, and what is enabled of it. */
struct xs_probed {
	uint64_t xcr0;
	uint64_t user, supervisor; /* what is judged of XCR0, of IA32_XSS */
	uint32_t bytes[XS_COMPONENTS], offset[XS_COMPONENTS];
	bool aligned[XS_COMPONENTS];
	bool has[XS_FORMS], xgetbv1;
};

struct xs_cpuid {
	uint32_t eax, ebx, ecx, edx;
};

struct xs_cpuid xs_cpuid(uint32_t leaf, uint32_t subleaf);
const char *xs_component_name(unsigned int component);

/** xs_names() - of several, each after a blank; until the next call */
const char *xs_names(uint64_t components);

/** xs_fill() - values that no component has in its init state, others for each @seed */
void xs_fill(struct xs_registers *r, uint32_t seed);

/** xs_init() - the init state of each of @components (SDM vol. 1, 13.6); MXCSR with SSE */
void xs_init(struct xs_registers *r, uint64_t components);

/** xs_load() - of @enabled ones load @components, MXCSR with SSE, by their own instructions */
void xs_load(const struct xs_registers *r, uint64_t components, uint64_t enabled);

/** xs_read() - what the registers of @components hold; changes none */
void xs_read(struct xs_registers *r, uint64_t components);

/** xs_same() - whether two say the same of a component; pointers of the x87 do not count */
bool xs_same(const uint8_t *a, const uint8_t *b, unsigned int component, uint32_t bytes);

/** xs_compacted_end() - the size of the compacted format with @components (13.4.3) */
uint32_t xs_compacted_end(const struct xs_probed *cpu, uint64_t components);

/** xs_judge_forms() - each form that the CPU has, on each component that is judged */
void xs_judge_forms(const struct xs_probed *cpu);

/** xs_greet(), xs_leave() - the first and the last that the host gets */
void xs_greet(void);
void xs_leave(void);

/** xs_say() - a line; of printf() it knows %s, %u and %lx, which writes 0x itself */
__attribute__((format(printf, 1, 2))) void xs_say(const char *format, ...);

/** xs_wrong() - a line "wrong WHAT: ...", once */
__attribute__((format(printf, 2, 3))) void xs_wrong(const char *what, const char *format, ...);

void *memset(void *to, int byte, size_t count);
void *memcpy(void *to, const void *from, size_t count);
int memcmp(const void *a, const void *b, size_t count);

#endif
