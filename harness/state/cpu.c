// SPDX-License-Identifier: GPL-2.0-only
/* Reads this CPU's register-state features with CPUID and XGETBV. */
#include <cpuid.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "state/cpu.h"
#include "state/state.h"

/* SDM vol. 1, 10.5.1.2: the mask that applies where FXSAVE reports 0. */
#define MXCSR_MASK_DEFAULT 0xffbfu
#define FXSAVE_BYTES	   512u
#define XSAVE_HEADER_BYTES 64u
#ifndef ARCH_GET_XCOMP_PERM
#define ARCH_GET_XCOMP_PERM 0x1022 /* uapi/asm/prctl.h, since 5.16 */
#define ARCH_REQ_XCOMP_PERM 0x1023
#endif
#define XTILEDATA	  18
#define MXCSR_MASK_OFFSET 28
#define LEAF_XFD	  4u /* CPUID leaf 0DH, ECX: the component can be disabled by XFD */

static uint64_t xgetbv0(void)
{
	uint32_t lo, hi;

	__asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return (uint64_t)hi << 32 | lo;
}

static void read_features(struct xs_cpu *cpu)
{
	static const struct {
		uint32_t leaf, subleaf;
		uint8_t reg, bit; /* eax, ebx, ecx, edx */
		uint32_t feature;
	} bits[] = {
		{ 1, 0, 2, 27, XS_CPU_XSAVE },	  { 1, 0, 2, 28, XS_CPU_AVX },
		{ 7, 0, 1, 16, XS_CPU_AVX512F },  { 7, 0, 1, 17, XS_CPU_AVX512DQ },
		{ 7, 0, 1, 30, XS_CPU_AVX512BW }, { 7, 0, 1, 31, XS_CPU_AVX512VL },
		{ 13, 1, 0, 1, XS_CPU_XSAVEC },	  { 13, 1, 0, 3, XS_CPU_XSAVES },
		{ 7, 0, 2, 4, XS_CPU_PKU },	  { 7, 0, 3, 24, XS_CPU_AMX },
		{ 7, 1, 3, 21, XS_CPU_APX },
	};

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		uint32_t r[4];

		if (__get_cpuid_count(bits[i].leaf, bits[i].subleaf, &r[0], &r[1], &r[2], &r[3]) &&
		    (r[bits[i].reg] >> bits[i].bit & 1))
			cpu->features |= bits[i].feature;
	}
}

bool xs_cpu_permits_tiles(void)
{
	uint64_t permitted = 0;

	return !syscall(SYS_arch_prctl, ARCH_GET_XCOMP_PERM, &permitted) &&
	       permitted >> XTILEDATA & 1;
}

static void read_layout(struct xs_cpu *cpu)
{
	uint64_t permitted = 0;
	uint32_t a, b, c, d;

	cpu->xcr0 = 3;
	cpu->image_bytes = FXSAVE_BYTES;
	if (!(cpu->features & XS_CPU_XSAVE))
		return;
	cpu->xcr0 = xgetbv0();
	/*
	 * What needs a permission (AMX) is not in a frame, nor to be touched, without
	 * it. Asked for it is granted, where it exists; it makes all frames larger.
	 * What shows the host's XCR0 and knows of no permission (gVisor) has none to give.
	 */
	syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XTILEDATA);
	if (syscall(SYS_arch_prctl, ARCH_GET_XCOMP_PERM, &permitted))
		permitted = ~(1ull << XTILEDATA);
	cpu->enabled = cpu->xcr0;
	cpu->xcr0 &= permitted | 3;
	for (uint32_t i = 2; i < XS_COMPONENTS; i++) {
		if (!(cpu->enabled >> i & 1) || !__get_cpuid_count(13, i, &a, &b, &c, &d))
			continue;
		cpu->size[i] = a;
		cpu->offset[i] = b;
		if (c & LEAF_XFD)
			cpu->dynamic |= 1ull << i;
	}
	cpu->image_bytes = xs_cpu_layout_bytes(cpu, cpu->xcr0);
}

uint32_t xs_cpu_layout_bytes(const struct xs_cpu *cpu, uint64_t xfeatures)
{
	uint32_t bytes = FXSAVE_BYTES + XSAVE_HEADER_BYTES;

	/* Components need not lie in the order of their numbers. */
	for (uint32_t i = 2; i < XS_COMPONENTS; i++)
		if ((xfeatures >> i & 1) && cpu->offset[i] + cpu->size[i] > bytes)
			bytes = cpu->offset[i] + cpu->size[i];
	return bytes;
}

uint32_t xs_cpu_frame_bytes(const struct xs_cpu *cpu, uint64_t used)
{
	if (!(cpu->features & XS_CPU_XSAVE))
		return FXSAVE_BYTES;
	return xs_cpu_layout_bytes(cpu, cpu->xcr0 & (~cpu->dynamic | used));
}

/*
 * Whether FOP, FIP and FDP come back as they were loaded, by XSAVE and by FXSAVE.
 * AMD's CPUs store zeros unless an unmasked exception is pending, and QEMU's
 * emulation always does.
 */
static void try_pointers(struct xs_cpu *cpu)
{
	enum { FOP_TO_FDP = 6, BYTES = 18, FCW = 0x37f };
	_Alignas(64) uint8_t before[FXSAVE_BYTES + XSAVE_HEADER_BYTES] = { 0 };
	_Alignas(64) uint8_t in[sizeof(before)] = { FCW & 0xff, FCW >> 8 };
	_Alignas(64) uint8_t out[sizeof(before)] = { 0 };
	_Alignas(64) uint8_t fx[FXSAVE_BYTES] = { 0 };

	if (!(cpu->features & XS_CPU_XSAVE))
		return;
	for (uint32_t i = 0; i < BYTES; i++)
		in[FOP_TO_FDP + i] = (uint8_t)(0x11 + i);
	in[7] &= 7;			       /* FOP has 11 bits */
	in[14] = in[15] = in[22] = in[23] = 0; /* canonical */
	in[FXSAVE_BYTES] = 1;		       /* XSTATE_BV: x87 */
	__asm__ volatile("xsave64 %[before]\n\t"
			 "xrstor64 %[in]\n\t"
			 "xsave64 %[out]\n\t"
			 "fxsave64 %[fx]\n\t"
			 "xrstor64 %[before]"
			 : [before] "+m"(before), [out] "+m"(out), [fx] "=m"(fx)
			 : [in] "m"(in), "a"(1), "d"(0));
	if (!memcmp(in + FOP_TO_FDP, out + FOP_TO_FDP, BYTES) &&
	    !memcmp(in + FOP_TO_FDP, fx + FOP_TO_FDP, BYTES))
		cpu->features |= XS_CPU_X87_POINTERS;
}

/*
 * Whether st(0) with its 64 bits, the control and status word and MXCSR come back as they were
 * loaded. Valgrind has 64 bits for all of st(0), and of the control words the rounding alone.
 */
static void try_exact(struct xs_cpu *cpu)
{
	enum { FSW_AT = 2, FTW_AT = 4, MXCSR_AT = 24, MXCSR_BYTES = 4, ST_AT = 32, ST_BYTES = 10 };
	/* Rounding up, two exceptions of six unmasked; TOP 0, C0, C2, C3. */
	static const uint8_t x87[] = { 0x4f, 0x0b, 0x00, 0x45 };
	/* Three of six unmasked. */
	static const uint8_t mxcsr[MXCSR_BYTES] = { 0x3f, 0x75 };
	static const uint8_t st[ST_BYTES] = { 1, 2, 3, 4, 5, 6, 7, 0x88, 0x12, 0x40 };
	_Alignas(16) uint8_t before[FXSAVE_BYTES], in[FXSAVE_BYTES], out[FXSAVE_BYTES] = { 0 };

	__asm__ volatile("fxsave64 %0" : "=m"(before));
	memcpy(in, before, sizeof(in));
	memcpy(in, x87, sizeof(x87));
	in[FTW_AT] = 1;
	memcpy(in + MXCSR_AT, mxcsr, sizeof(mxcsr));
	memcpy(in + ST_AT, st, sizeof(st));
	__asm__ volatile("fxrstor64 %[in]\n\t"
			 "fxsave64 %[out]\n\t"
			 "fxrstor64 %[before]"
			 : [out] "+m"(out)
			 : [in] "m"(in), [before] "m"(before));
	if (memcmp(in, out, FTW_AT + 1) != 0 || memcmp(in + ST_AT, out + ST_AT, ST_BYTES) != 0)
		cpu->inexact |= 1;
	if (memcmp(in + MXCSR_AT, out + MXCSR_AT, MXCSR_BYTES) != 0)
		cpu->inexact |= 2;
}

/* The kernel's parameter: arch/x86/mm/pkeys.c. */
static void read_init_pkru(struct xs_cpu *cpu)
{
	const int fd = open("/sys/kernel/debug/x86/init_pkru", O_RDONLY | O_CLOEXEC);
	char text[16] = "", *end = text;
	unsigned long value = 0;

	if (fd >= 0) {
		if (read(fd, text, sizeof(text) - 1) > 0)
			value = strtoul(text, &end, 0);
		close(fd);
	}
	cpu->init_pkru = end == text ? XS_PKRU_DEFAULT : (uint32_t)value;
}

static void read_brand(struct xs_cpu *cpu)
{
	uint32_t text[12];

	for (size_t i = 0; i < 3; i++)
		if (!__get_cpuid(0x80000002u + (uint32_t)i, &text[4 * i], &text[4 * i + 1],
				 &text[4 * i + 2], &text[4 * i + 3]))
			return;
	memcpy(cpu->brand, text, sizeof(text));
	cpu->brand[sizeof(text)] = '\0';
}

void xs_cpu_read(struct xs_cpu *cpu)
{
	_Alignas(64) uint8_t area[FXSAVE_BYTES];

	memset(cpu, 0, sizeof(*cpu));
	memset(area, 0, sizeof(area));
	read_features(cpu);
	read_layout(cpu);
	read_brand(cpu);
	read_init_pkru(cpu);
	try_pointers(cpu);
	try_exact(cpu);
	__asm__ volatile("fxsave64 %0" : "=m"(area));
	memcpy(&cpu->mxcsr_mask, area + MXCSR_MASK_OFFSET, sizeof(cpu->mxcsr_mask));
	if (!cpu->mxcsr_mask)
		cpu->mxcsr_mask = MXCSR_MASK_DEFAULT;
}

const char *xs_xfeature_name(unsigned int component)
{
	static const char *const names[XS_COMPONENTS] = {
		"x87",	     "SSE",	     "AVX",	      "MPX bounds", "MPX config",
		"AVX-512 k", "AVX-512 high", "AVX-512 16-31", "PT",	    "PKRU",
		"PASID",     "CET user",     "CET kernel",    "HDC",	    "UINTR",
		"LBR",	     "HWP",	     "AMX config",    "AMX data",   "APX",
	};

	return component < XS_COMPONENTS ? names[component] : NULL;
}
