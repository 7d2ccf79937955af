// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and reads each state component by instructions that have nothing to do with XSAVE: what
 * XSAVE and its kin are compared with.
 */
#include "probe.h"

#define MSR_U_CET   0x6a0u
#define MSR_PL0_SSP 0x6a4u /* PL1 to PL3 follow */

#define FCW_INIT 0x37fu

/* What FNSAVE stores and FRSTOR loads in 64-bit mode. */
struct fsave {
	uint32_t fcw, fsw, ftw, fip, fcs_fop, fdp, fds;
	uint8_t st[8][10];
};

struct xs_cpuid xs_cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct xs_cpuid id;

	asm volatile("cpuid"
		     : "=a"(id.eax), "=b"(id.ebx), "=c"(id.ecx), "=d"(id.edx)
		     : "a"(leaf), "c"(subleaf));
	return id;
}

const char *xs_component_name(unsigned int component)
{
	static const char *const name[XS_COMPONENTS] = {
		"x87",	     "sse", "avx",  "bndregs",	  "bndcsr",    "opmask", "zmm-high",
		"zmm-16-31", "pt",  "pkru", "pasid",	  "cet-u",     "cet-s",	 "hdc",
		"uintr",     "lbr", "hwp",  "amx-config", "amx-tiles", "apx",
	};

	return component < XS_COMPONENTS ? name[component] : "unknown";
}

const char *xs_names(uint64_t components)
{
	static char names[XS_COMPONENTS * 16];
	char *to = names;

	for (unsigned int i = 0; i < XS_COMPONENTS; i++) {
		if (!(components >> i & 1))
			continue;
		*to++ = ' ';
		for (const char *from = xs_component_name(i); *from; from++)
			*to++ = *from;
	}
	*to = 0;
	return names;
}

void *memset(void *to, int byte, size_t count)
{
	void *at = to;

	asm volatile("rep stosb" : "+D"(at), "+c"(count) : "a"(byte) : "memory");
	return to;
}

void *memcpy(void *to, const void *from, size_t count)
{
	void *at = to;

	asm volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(count)::"memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t count)
{
	const uint8_t *x = a, *y = b;

	for (; count--; x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

static uint64_t read_msr(uint32_t msr)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static void write_msr(uint32_t msr, uint64_t value)
{
	asm volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

/* Mask registers of 64 bits (AVX512BW); without it they have 16. */
static bool wide_masks(void)
{
	return xs_cpuid(7, 0).ebx >> 30 & 1;
}

static void put(uint8_t *to, uint64_t value, unsigned int bytes)
{
	memcpy(to, &value, bytes);
}

static uint64_t get(const uint8_t *from, unsigned int bytes)
{
	uint64_t value = 0;

	memcpy(&value, from, bytes);
	return value;
}

void xs_fill(struct xs_registers *r, uint32_t seed)
{
	uint32_t random = seed * 2654435761u;
	uint8_t *bytes = r->of[0];

	for (size_t i = 0; i < sizeof(r->of); i++) {
		random = random * 1664525u + 1013904223u;
		bytes[i] = (uint8_t)(random >> 24);
	}
	r->mxcsr = XS_MXCSR_INIT | 1u << seed % 6 | (seed % 3 + 1) << 13;
	memset(r->of[XS_X87], 0, 160);
	put(r->of[XS_X87], seed & 1 ? 0x27f : 0xb7f, 2);
	put(r->of[XS_X87] + 2, (uint64_t)(seed % 7 + 1) << 11, 2); /* TOP */
	r->of[XS_X87][4] = 0xff;
	for (size_t i = 0; i < 8; i++) {
		put(r->of[XS_X87] + 32 + 16 * i, 1ull << 63 | seed << 8 | i, 8);
		put(r->of[XS_X87] + 40 + 16 * i, 0x4000 + seed, 2);
	}
	if (!wide_masks())
		for (size_t i = 0; i < 8; i++)
			memset(r->of[XS_OPMASK] + 8 * i + 2, 0, 6);
	put(r->of[XS_CET_U], 3, 8); /* shadow stack, and writes to it */
	for (size_t i = 0; i < 3; i++)
		put(r->of[XS_CET_S] + 8 * i, (uint64_t)seed << 20 | i << 12, 8);
	put(r->of[XS_CET_U] + 8, (uint64_t)seed << 20, 8);
}

void xs_init(struct xs_registers *r, uint64_t components)
{
	for (unsigned int i = 0; i < XS_COMPONENTS; i++)
		if (components >> i & 1)
			memset(r->of[i], 0, XS_COMPONENT_BYTES);
	if (components & 1)
		put(r->of[XS_X87], FCW_INIT, 2);
	if (components & 1u << XS_SSE)
		r->mxcsr = XS_MXCSR_INIT;
}

static void load_x87(const uint8_t *image)
{
	struct fsave f = { .fcw = (uint32_t)get(image, 2), .fsw = (uint32_t)get(image + 2, 2) };

	for (unsigned int i = 0; i < 8; i++) {
		if (!(image[4] >> i & 1))
			f.ftw |= 3u << 2 * i; /* empty */
		memcpy(f.st[i], image + 32 + 16ul * i, 10);
	}
	asm volatile("frstor %0" ::"m"(f));
}

static void read_x87(uint8_t *image)
{
	struct fsave f;

	asm volatile("fnsave %0; frstor %0" : "=m"(f));
	put(image, f.fcw, 2);
	put(image + 2, f.fsw, 2);
	image[4] = 0;
	for (unsigned int i = 0; i < 8; i++) {
		if ((f.ftw >> 2 * i & 3) != 3)
			image[4] |= (uint8_t)(1u << i);
		memcpy(image + 32 + 16ul * i, f.st[i], 10);
	}
}

#define UP_TO_7	   "0,1,2,3,4,5,6,7"
#define UP_TO_15   UP_TO_7 ",8,9,10,11,12,13,14,15"
#define FROM_16	   "16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"
#define EACH(l, s) ".irp r," l "\n\t" s "\n\t.endr"

static void load_one(const uint8_t *image, unsigned int component)
{
	switch (component) {
	case XS_X87:
		load_x87(image);
		break;
	case XS_SSE: /* leaves the upper halves */
		asm volatile(EACH(UP_TO_15, "movups \\r*16(%0), %%xmm\\r")::"r"(image));
		break;
	case XS_AVX: /* clears what is above 256 bits */
		asm volatile(EACH(UP_TO_15,
				  "vinsertf128 $1, \\r*16(%0), %%ymm\\r, %%ymm\\r")::"r"(image));
		break;
	case XS_OPMASK:
		if (wide_masks())
			asm volatile(EACH(UP_TO_7, "kmovq \\r*8(%0), %%k\\r")::"r"(image));
		else
			asm volatile(EACH(UP_TO_7, "kmovw \\r*8(%0), %%k\\r")::"r"(image));
		break;
	case XS_ZMM_HIGH:
		asm volatile(EACH(UP_TO_15,
				  "vinsertf64x4 $1, \\r*32(%0), %%zmm\\r, %%zmm\\r")::"r"(image));
		break;
	case XS_ZMM_16_31:
		asm volatile(EACH(FROM_16, "vmovups (\\r-16)*64(%0), %%zmm\\r")::"r"(image));
		break;
	case XS_PKRU:
		asm volatile("wrpkru" ::"a"((uint32_t)get(image, 4)), "c"(0), "d"(0));
		break;
	case XS_CET_U:
		write_msr(MSR_U_CET, get(image, 8));
		write_msr(MSR_PL0_SSP + 3, get(image + 8, 8));
		break;
	case XS_CET_S:
		for (uint32_t i = 0; i < 3; i++)
			write_msr(MSR_PL0_SSP + i, get(image + 8ul * i, 8));
		break;
	}
}

void xs_load(const struct xs_registers *r, uint64_t components, uint64_t enabled)
{
	static struct xs_registers kept;
	const uint64_t high = 1u << XS_ZMM_HIGH;

	xs_read(&kept, enabled & high);
	for (unsigned int i = 0; i < XS_COMPONENTS; i++)
		if (components & enabled & 1ull << i)
			load_one(r->of[i], i);
	if (enabled & high & ~components)
		load_one(kept.of[XS_ZMM_HIGH], XS_ZMM_HIGH);
	if (components & 1u << XS_SSE)
		asm volatile("ldmxcsr %0" ::"m"(r->mxcsr));
}

static void read_one(uint8_t *image, unsigned int component)
{
	uint32_t low;

	switch (component) {
	case XS_X87:
		read_x87(image);
		break;
	case XS_SSE:
		asm volatile(EACH(UP_TO_15, "movups %%xmm\\r, \\r*16(%0)")::"r"(image) : "memory");
		break;
	case XS_AVX:
		asm volatile(EACH(UP_TO_15, "vextractf128 $1, %%ymm\\r, \\r*16(%0)")::"r"(image)
			     : "memory");
		break;
	case XS_OPMASK:
		if (wide_masks())
			asm volatile(EACH(UP_TO_7, "kmovq %%k\\r, \\r*8(%0)")::"r"(image)
				     : "memory");
		else
			asm volatile(EACH(UP_TO_7, "kmovw %%k\\r, \\r*8(%0)")::"r"(image)
				     : "memory");
		break;
	case XS_ZMM_HIGH:
		asm volatile(EACH(UP_TO_15, "vextractf64x4 $1, %%zmm\\r, \\r*32(%0)")::"r"(image)
			     : "memory");
		break;
	case XS_ZMM_16_31:
		asm volatile(EACH(FROM_16, "vmovups %%zmm\\r, (\\r-16)*64(%0)")::"r"(image)
			     : "memory");
		break;
	case XS_PKRU:
		asm volatile("rdpkru" : "=a"(low) : "c"(0) : "edx");
		put(image, low, 4);
		break;
	case XS_CET_U:
		put(image, read_msr(MSR_U_CET), 8);
		put(image + 8, read_msr(MSR_PL0_SSP + 3), 8);
		break;
	case XS_CET_S:
		for (uint32_t i = 0; i < 3; i++)
			put(image + 8ul * i, read_msr(MSR_PL0_SSP + i), 8);
		break;
	}
}

void xs_read(struct xs_registers *r, uint64_t components)
{
	for (unsigned int i = 0; i < XS_COMPONENTS; i++) {
		if (!(components >> i & 1))
			continue;
		memset(r->of[i], 0, XS_COMPONENT_BYTES);
		read_one(r->of[i], i);
	}
	asm volatile("stmxcsr %0" : "=m"(r->mxcsr));
}

bool xs_same(const uint8_t *a, const uint8_t *b, unsigned int component, uint32_t bytes)
{
	if (component == XS_PKRU)
		bytes = 4;
	if (component != XS_X87)
		return memcmp(a, b, bytes) == 0;
	if (memcmp(a, b, 5) != 0)
		return false;
	for (size_t i = 0; i < 8; i++)
		if (memcmp(a + 32 + 16 * i, b + 32 + 16 * i, 10) != 0)
			return false;
	return true;
}
