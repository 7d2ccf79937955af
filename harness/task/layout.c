// SPDX-License-Identifier: GPL-2.0-only
/* Reads what a frame says of itself, and tells what it has to say. */
#include "task/layout.h"

#include "state/frame.h"
#include "task/sys.h"

#define ALIGNMENT    64u
#define UC_FP_XSTATE 1u
#define LEGACY	     3ull /* x87 and SSE */

/* Which frames have a field. */
#define ALL	 1u
#define UCONTEXT 2u /* those with one */
#define COMPAT	 4u /* 32-bit ones, */
#define NATIVE	 8u /* and 64-bit ones */
#define XSAVE	 16u

const struct xs_layout_form xs_layout_forms[XS_LAYOUT_FIELDS] = {
	[XS_LAYOUT_ALIGNMENT] = { "fpstate modulo 64", ALL, 0 },
	[XS_LAYOUT_UC_FP_XSTATE] = { "UC_FP_XSTATE", UCONTEXT, 0 },
	[XS_LAYOUT_MAGIC1] = { "magic1", XSAVE, XS_SW_MAGIC1 },
	[XS_LAYOUT_EXTENDED_SIZE] = { "extended_size", XSAVE, XS_SW_EXTENDED_SIZE },
	[XS_LAYOUT_XFEATURES] = { "sw xfeatures", XSAVE, XS_SW_XFEATURES },
	[XS_LAYOUT_XSTATE_SIZE] = { "xstate_size", XSAVE, XS_SW_XSTATE_SIZE },
	[XS_LAYOUT_MAGIC2] = { "magic2", XSAVE, 0 },
	[XS_LAYOUT_XSTATE_BV] = { "XSTATE_BV", XSAVE, XS_IMAGE_XSTATE_BV },
	[XS_LAYOUT_HEADER] = { "XSAVE header", XSAVE, XS_XCOMP_BV },
	[XS_LAYOUT_FSAVE_MAGIC] = { "FSAVE magic", COMPAT, 0 },
	[XS_LAYOUT_ABOVE] = { "words above it", ALL, 0 },
	[XS_LAYOUT_BELOW] = { "bytes below it", NATIVE, 0 },
	[XS_LAYOUT_RED_ZONE] = { "red zone words", NATIVE, 0 },
	[XS_LAYOUT_CODE] = { "si_code", NATIVE, 0 },
	[XS_LAYOUT_SSP_ENTRY] = { "SSP at entry", 0, 0 },
	[XS_LAYOUT_SSP_TOKEN] = { "SSP token", 0, 0 },
	[XS_LAYOUT_SSP_RETURN] = { "SSP after", 0, 0 },
	[XS_LAYOUT_SHADOW_WORDS] = { "shadow words", 0, 0 },
	[XS_LAYOUT_CHILD_SSP] = { "child SSP", 0, 0 },
	[XS_LAYOUT_CHILD_WORDS] = { "child words", 0, 0 },
	[XS_LAYOUT_CORE_BYTES] = { "core bytes", 0, 0 },
	[XS_LAYOUT_CORE_NOTES] = { "core notes", 0, 0 },
	[XS_LAYOUT_CORE_THREADS] = { "core threads", 0, 0 },
	[XS_LAYOUT_CORE_COMPONENTS] = { "core components", 0, 0 },
};

static uint64_t header_reserved(const uint8_t *fpstate)
{
	uint64_t bits = 0;

	for (uint32_t at = XS_XCOMP_BV; at < XS_XSAVE_MIN; at += 8)
		bits |= xs_frame_get64(fpstate, at);
	return bits;
}

void xs_layout_take(struct xs_layout *l, const struct xs_delivery *d, const struct xs_cpu *cpu,
		    uint64_t above)
{
	const uint8_t *fpstate = d->fpstate;
	uint64_t *f = l->field;
	uint32_t size;

	l->compat = d->compat;
	l->rt = d->flags != NULL;
	l->code = d->code_due;
	xs_zero(f, sizeof(l->field));
	f[XS_LAYOUT_CODE] = d->code_due ? (uint32_t)d->code : 0;
	f[XS_LAYOUT_ALIGNMENT] = (uintptr_t)fpstate % ALIGNMENT;
	f[XS_LAYOUT_UC_FP_XSTATE] = d->flags ? *(const uint32_t *)d->flags & UC_FP_XSTATE : 0;
	f[XS_LAYOUT_ABOVE] = above;
	f[XS_LAYOUT_FSAVE_MAGIC] = d->fsave ? d->fsave[XS_FSAVE_MAGIC_AT] |
						      (uint64_t)d->fsave[XS_FSAVE_MAGIC_AT + 1] << 8
					    : 0;
	if (!(cpu->features & XS_CPU_XSAVE))
		return;
	size = xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE);
	f[XS_LAYOUT_MAGIC1] = xs_frame_get32(fpstate, XS_SW_MAGIC1);
	f[XS_LAYOUT_EXTENDED_SIZE] = xs_frame_get32(fpstate, XS_SW_EXTENDED_SIZE);
	f[XS_LAYOUT_XFEATURES] = xs_frame_get64(fpstate, XS_SW_XFEATURES);
	f[XS_LAYOUT_XSTATE_SIZE] = size;
	/* Who says nothing sensible has nothing behind it that could be read. */
	if (f[XS_LAYOUT_MAGIC1] != XS_FRAME_MAGIC1 || size + XS_MAGIC2_BYTES > d->room)
		return;
	f[XS_LAYOUT_MAGIC2] = xs_frame_get32(fpstate, size);
	f[XS_LAYOUT_XSTATE_BV] = xs_frame_get64(fpstate, XS_IMAGE_XSTATE_BV);
	f[XS_LAYOUT_HEADER] = header_reserved(fpstate);
}

bool xs_layout_expect(uint64_t expected[XS_LAYOUT_FIELDS], const struct xs_layout *actual,
		      const struct xs_cpu *cpu, uint64_t used)
{
	const uint64_t *f = actual->field;

	xs_zero(expected, XS_LAYOUT_BYTES);
	expected[XS_LAYOUT_CODE] = (uint32_t)actual->code;
	if (cpu->features & XS_CPU_XSAVE) {
		const uint64_t xfeatures =
			(f[XS_LAYOUT_XFEATURES] | used | LEGACY) & (cpu->xcr0 | cpu->enabled);
		const uint32_t size = xs_cpu_layout_bytes(cpu, xfeatures);

		expected[XS_LAYOUT_UC_FP_XSTATE] = !actual->compat || actual->rt;
		expected[XS_LAYOUT_MAGIC1] = XS_FRAME_MAGIC1;
		expected[XS_LAYOUT_XFEATURES] = xfeatures;
		expected[XS_LAYOUT_XSTATE_SIZE] = size;
		expected[XS_LAYOUT_EXTENDED_SIZE] =
			size + XS_MAGIC2_BYTES + (actual->compat ? XS_FSAVE_BYTES : 0u);
		expected[XS_LAYOUT_MAGIC2] = XS_FRAME_MAGIC2;
		/* The kernel says that x87 and SSE are in use, whether they are or not. */
		expected[XS_LAYOUT_XSTATE_BV] = (f[XS_LAYOUT_XSTATE_BV] | LEGACY) & xfeatures;
	}
	return xs_layout_differs(expected, f);
}

bool xs_layout_has(uint32_t which, const struct xs_cpu *cpu, bool compat, bool ucontext)
{
	const uint32_t of = ALL | (ucontext ? UCONTEXT : 0) | (compat ? COMPAT : NATIVE) |
			    (cpu->features & XS_CPU_XSAVE ? XSAVE : 0);

	return xs_layout_forms[which].of & of;
}
