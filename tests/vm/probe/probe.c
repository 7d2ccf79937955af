// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program without a kernel under it that says what a CPU, an emulated one, has of XSAVE, and what
 * it gets wrong, a fact a line: "has", the components; "size" of them all; "forms" of XSAVE;
 * "tracked", the components that show their init state; "wrong WHAT: ...". Emulators show XSAVES
 * and lose state by it, and a kernel that uses it looks broken then.
 */
#include "probe.h"

static void write_msr(uint32_t msr, uint64_t value)
{
	asm volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

/* A component without its instructions is none, as for Linux (xsave_cpuid_features[]). */
static uint64_t usable(void)
{
	struct xs_cpuid id = xs_cpuid(1, 0), more = { 0 };
	uint64_t all = 1u << XS_X87 | 1u << XS_SSE;

	if (xs_cpuid(0, 0).eax >= 7)
		more = xs_cpuid(7, 0);
	if (id.ecx >> 28 & 1)
		all |= 1u << XS_AVX;
	if (more.ebx >> 14 & 1)
		all |= XS_MPX;
	if (more.ebx >> 16 & 1)
		all |= 1u << XS_OPMASK | 1u << XS_ZMM_HIGH | 1u << XS_ZMM_16_31;
	if (more.ecx >> 3 & 1)
		all |= 1u << XS_PKRU;
	if (more.ecx >> 7 & 1 || more.edx >> 20 & 1)
		all |= XS_SUPERVISOR;
	return all;
}

/* All that can be is enabled, of what the probe knows. */
static void enable(struct xs_probed *cpu)
{
	struct xs_cpuid id = xs_cpuid(0xd, 0), forms = xs_cpuid(0xd, 1);
	uint64_t user = (uint64_t)id.edx << 32 | id.eax;
	uint64_t supervisor = forms.eax & 8 ? (uint64_t)forms.edx << 32 | forms.ecx : 0;

	cpu->xcr0 = user & usable();
	cpu->user = cpu->xcr0 & ~XS_MPX;
	cpu->supervisor = supervisor & usable();
	xs_say("has%s", xs_names(cpu->xcr0 | cpu->supervisor));
	for (unsigned int i = 0; i < XS_COMPONENTS; i++) {
		id = xs_cpuid(0xd, i);
		cpu->bytes[i] = i == XS_X87 ? 160 : i == XS_SSE ? 256 : id.eax;
		cpu->offset[i] = id.ebx;
		cpu->aligned[i] = id.ecx >> 1 & 1;
	}
	cpu->has[XS_SAVE] = cpu->has[XS_RESTORE] = true;
	cpu->has[XS_SAVEOPT] = forms.eax & 1;
	cpu->has[XS_SAVEC] = cpu->has[XS_RESTOREC] = forms.eax >> 1 & 1;
	cpu->xgetbv1 = forms.eax >> 2 & 1;
	cpu->has[XS_SAVES] = cpu->has[XS_RESTORES] = forms.eax >> 3 & 1;
	asm volatile("xsetbv" ::"c"(0), "a"((uint32_t)cpu->xcr0), "d"((uint32_t)(cpu->xcr0 >> 32)));
	if (cpu->has[XS_SAVES])
		write_msr(0xda0, cpu->supervisor); /* IA32_XSS */
	xs_say("size %u", xs_cpuid(0xd, 0).ebx);
	xs_say("forms%s%s%s%s", cpu->has[XS_SAVEOPT] ? " xsaveopt" : "",
	       cpu->has[XS_SAVEC] ? " xsavec" : "", cpu->has[XS_SAVES] ? " xsaves" : "",
	       cpu->xgetbv1 ? " xgetbv1" : "");
}

/*
 * Sizes and places, as architecture and Linux want them; 13.4, and setup_xstate_cache(). What is
 * wrong so is not looked at any more.
 */
static void judge_layout(struct xs_probed *cpu)
{
	static const uint32_t bytes[XS_COMPONENTS] = {
		[XS_AVX] = 256,	  [XS_BNDREGS] = 64,   [XS_BNDCSR] = 64,
		[XS_OPMASK] = 64, [XS_ZMM_HIGH] = 512, [XS_ZMM_16_31] = 1024,
		[XS_PKRU] = 8,	  [XS_CET_U] = 16,     [XS_CET_S] = 24,
	};
	uint64_t all = cpu->xcr0 | cpu->supervisor, wrong = 0;
	uint32_t end = XS_HEADER_END, size = xs_cpuid(0xd, 0).ebx, compact = xs_cpuid(0xd, 1).ebx;

	for (unsigned int i = XS_AVX; i < XS_COMPONENTS; i++) {
		uint32_t at = cpu->offset[i];

		if (!(all >> i & 1))
			continue;
		/* It may count what aligns the next one. */
		if ((cpu->bytes[i] != bytes[i] && cpu->bytes[i] != ((bytes[i] + 63) & ~63u)) ||
		    (cpu->xcr0 >> i & 1 && at < end)) {
			xs_wrong(xs_component_name(i), "CPUID has %u bytes at %u", cpu->bytes[i],
				 at);
			wrong |= 1ull << i;
		} else if (cpu->xcr0 >> i & 1) {
			end = at + cpu->bytes[i];
		}
	}
	if (!wrong && size != end)
		xs_wrong("size", "CPUID(0xD,0).EBX is %u, not %u", size, end);
	if (!wrong && cpu->has[XS_SAVEC] && compact != xs_compacted_end(cpu, all))
		xs_wrong("compacted-size", "CPUID(0xD,1).EBX is %u, not %u", compact,
			 xs_compacted_end(cpu, all));
	cpu->xcr0 &= ~wrong;
	cpu->user &= ~wrong;
	cpu->supervisor &= ~wrong;
}

static void judge(void)
{
	struct xs_cpuid id = xs_cpuid(1, 0), features = { 0 };
	struct xs_probed cpu = { 0 };
	uint64_t cr4;

	if (xs_cpuid(0, 0).eax >= 7)
		features = xs_cpuid(7, 0);
	/* 6.1's memmove() takes FSRM to mean ERMS, too. */
	if (features.edx >> 4 & ~(features.ebx >> 9) & 1)
		xs_wrong("fsrm", "CPUID shows FSRM, and not ERMS");
	if (!(id.ecx >> 26 & 1)) {
		xs_say("has x87 sse");
		xs_say("size %u", XS_LEGACY_BYTES);
		return;
	}
	asm volatile("mov %%cr4, %0" : "=r"(cr4));
	cr4 |= 1u << 18 | (features.ecx & 1u << 3 ? 1u << 22 : 0); /* OSXSAVE, PKE */
	asm volatile("mov %0, %%cr4" ::"r"(cr4));
	enable(&cpu);
	judge_layout(&cpu);
	xs_judge_forms(&cpu);
}

void xs_probe(void);
void xs_probe_lost(uint64_t at, uint32_t vector);

void xs_probe(void)
{
	xs_greet();
	judge();
	xs_leave();
}

/* An exception where none was to be expected. */
void xs_probe_lost(uint64_t at, uint32_t vector)
{
	xs_wrong("probe", "exception %u at %lx", vector, (unsigned long)at);
	xs_leave();
	for (;;)
		asm volatile("hlt");
}
