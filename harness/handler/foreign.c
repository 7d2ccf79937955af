// SPDX-License-Identifier: GPL-2.0-only
/* foreign: the frame of another machine in place of this one's, as a restored process has it. */
#include "handler/handler.h"
#include "task/sys.h"

#define AVX_AT	  576u
#define MASK_AT	  28u  /* MXCSR_MASK */
#define BYTE	  0x5a /* of components that this CPU has not, or has elsewhere */
#define CLIFF_AT  128u /* with FSAVE's header in front */
#define KEY_0	  3u
#define INTEL(xs) { [2] = AVX_AT, 960, 1024, 1088, 1152, 1664, [9] = 2688, [17] = 2752, 2816 }, (xs)
#define AMD(xs)	  { [2] = AVX_AT, [5] = 832, 896, 1408, [9] = 2432 }, (xs)

/* Frames that there are: XCR0 as far as a task may use it, and CPUID leaf 0DH. */
static const struct machine {
	uint16_t offset[XS_COMPONENTS];
	uint64_t xfeatures;
	uint32_t bytes;
	uint32_t mxcsr_mask;
} machines[] = {
	{ INTEL(0x3), 576, 0xffff },	   /* Penryn */
	{ INTEL(0x7), 832, 0xffff },	   /* Sandy Bridge to Broadwell; Zen to Zen 2 */
	{ INTEL(0x1f), 1088, 0xffff },	   /* Skylake, of desktops: MPX */
	{ AMD(0x207), 2440, 0x2ffff },	   /* Zen 3: PKRU, with room for AVX-512 */
	{ AMD(0x2e7), 2440, 0x2ffff },	   /* Zen 4 */
	{ AMD(0xe7), 2432, 0x2ffff },	   /* the same in a VM without protection keys */
	{ INTEL(0xe7), 2688, 0xffff },	   /* Knights Landing */
	{ INTEL(0x2e7), 2696, 0xffff },	   /* Ice Lake */
	{ INTEL(0x2ff), 2696, 0xffff },	   /* Skylake, of servers: MPX */
	{ INTEL(0x21f), 2696, 0xffff },	   /* QEMU's emulation */
	{ INTEL(0x202e7), 2816, 0xffff },  /* Sapphire Rapids, without permission for tiles */
	{ INTEL(0x602e7), 11008, 0xffff }, /* the same with */
	{ INTEL(0x600e7), 11008, 0xffff }, /* in a VM without protection keys */
};

/* What was in use there: all that it has; AVX; nothing but what XSTATE_BV always names. */
static const uint64_t uses[] = { UINT64_MAX, 7, 3 };

#define MACHINES (sizeof(machines) / sizeof(machines[0]))
#define CHOICES	 (MACHINES * sizeof(uses) / sizeof(uses[0]))

static uint64_t use_of(uint32_t choice)
{
	return uses[choice / MACHINES] & machines[choice % MACHINES].xfeatures;
}

/*
 * Of one that is larger than the task's own only x87 and SSE count, whatever else it says. In any
 * other XSTATE_BV has to name nothing that is not in XCR0: bad-xfeatures.
 */
static bool is_taken(uint32_t choice, const struct xs_cpu *cpu, uint32_t own_bytes)
{
	return machines[choice % MACHINES].bytes > own_bytes ||
	       !(use_of(choice) & ~(cpu->xcr0 | cpu->enabled));
}

/* The @turn-th of those that sigreturn has to take; the least always is one. */
static uint32_t choose(uint32_t turn, const struct xs_cpu *cpu, uint32_t own_bytes)
{
	uint32_t n = 0, choice = 0;

	for (uint32_t i = 0; i < CHOICES; i++)
		n += is_taken(i, cpu, own_bytes);
	for (turn = n ? turn % n : 0; choice < CHOICES - 1; choice++)
		if (is_taken(choice, cpu, own_bytes) && !turn--)
			break;
	return choice;
}

/*
 * As far as there is room in the frame. That CPU's components lie where it has them: where this one
 * looks for them elsewhere, it finds what is there.
 */
static void put_components(uint8_t *fpstate, const struct machine *m, const struct xs_edit *e,
			   uint32_t room)
{
	const struct xs_cpu *cpu = e->cpu;

	for (uint32_t at = XS_XSAVE_MIN; at < room; at++)
		fpstate[at] = at < m->bytes ? BYTE : 0;
	for (uint32_t i = 2; i < XS_COMPONENTS; i++)
		if ((m->xfeatures & cpu->xcr0) >> i & 1 && m->offset[i] + cpu->size[i] <= room)
			xs_copy(fpstate + m->offset[i], e->given + cpu->offset[i], cpu->size[i]);
	/* Whatever lies there: key 0 stays open, or the task has no memory. */
	if (cpu->xcr0 >> XS_XFEATURE_PKRU & 1 && cpu->offset[XS_XFEATURE_PKRU] < room)
		fpstate[cpu->offset[XS_XFEATURE_PKRU]] &= (uint8_t)~KEY_0;
}

static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	const uint32_t own = xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE);
	const uint32_t room = own <= XS_IMAGE_MAX ? own : XS_IMAGE_MAX;
	const uint32_t choice = choose(e->turn, e->cpu, room);
	const struct machine *m = &machines[choice % MACHINES];
	const uint32_t magic2 = m->bytes + XS_MAGIC2_BYTES;

	xs_copy(fpstate, e->given, XS_FRAME_SW_BYTES);
	xs_frame_put32(fpstate, MASK_AT, m->mxcsr_mask);
	xs_zero(fpstate + XS_IMAGE_LEGACY_BYTES, XS_IMAGE_HEADER_BYTES);
	xs_frame_put64(fpstate, XS_IMAGE_XSTATE_BV, use_of(choice));
	put_components(fpstate, m, e, room);
	xs_frame_put32(fpstate, XS_SW_EXTENDED_SIZE, magic2 + (e->compat ? XS_FSAVE_BYTES : 0u));
	xs_frame_put64(fpstate, XS_SW_XFEATURES, m->xfeatures);
	xs_frame_put32(fpstate, XS_SW_XSTATE_SIZE, m->bytes);
	xs_frame_put32(fpstate, room, 0);
	if (m->bytes <= room)
		xs_frame_put32(fpstate, m->bytes, XS_FRAME_MAGIC2);
}

/* Elsewhere if it is larger than what the kernel wrote: with its second magic word, too. */
static uint64_t point(struct xs_task *t, uint64_t fpstate)
{
	const uint8_t *from = (const uint8_t *)(uintptr_t)fpstate;
	const uint64_t own = t->level[0].layout.field[XS_LAYOUT_XSTATE_SIZE];
	const uint32_t bytes = xs_frame_get32(from, XS_SW_XSTATE_SIZE);
	uint8_t *at = t->cliff + CLIFF_AT;

	if (bytes <= own)
		return fpstate;
	xs_copy(at - XS_FSAVE_BYTES, from - XS_FSAVE_BYTES, XS_FSAVE_BYTES + own);
	for (uint64_t i = own; i < bytes; i++)
		at[i] = BYTE;
	xs_frame_put32(at, bytes, XS_FRAME_MAGIC2);
	return (uintptr_t)at;
}

const struct xs_handler_action xs_handler_foreign = {
	.entry = {
		.name = "foreign",
		.summary = "puts in another machine's frame, which may have more components or "
			   "fewer",
		.flags = XS_LINUX_OWN | XS_HANDLER_GIVES | XS_HANDLER_EDITS |
			 XS_HANDLER_POINTS,
		.features = XS_CPU_XSAVE,
	},
	.edit = edit,
	.point = point,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
static const struct {
	uint64_t xfeatures;
	uint32_t bytes;
} machines[] = { { 3, 576 }, { 7, 832 }, { 0x1f, 1088 }, { 0x2e7, 2696 }, { 0x602e7, 11008 } };

/* Another machine's frame: what it lacks comes back in init state; of a larger one x87 and SSE. */
static void handler_point(struct task *t, ucontext_t *uc)
{
	static _Alignas(64) uint8_t frame[11264];
	struct _fpx_sw_bytes *sw = (void *)(frame + 464);
	uint64_t *area = (void *)frame, has = machines[t->windows % 5].xfeatures;
	const uint32_t bytes = machines[t->windows % 5].bytes;

	memcpy(sw, (uint8_t *)uc->uc_mcontext.fpregs + 464, sizeof(*sw));
	memcpy(frame, uc->uc_mcontext.fpregs, sw->xstate_size);
	fill(t, t->other, t->owner + TASKS);
	for (struct file *f = files; f < files_end; f++)
		for (int i = 0; t->mask >> f->component & 1 && i < f->words; i++)
			area[f->at + i * f->step] = t->other[f->at + i * f->step];
	t->want = t->other;
	t->keep = bytes > sw->xstate_size ? 3 : has & (area[64] | t->mask) & xcr0;
	area[64] = bytes > sw->xstate_size ? has : t->keep;
	*sw = (struct _fpx_sw_bytes){ FP_XSTATE_MAGIC1, bytes + 4, has, bytes, { 0 } };
	*(uint32_t *)(frame + bytes) = FP_XSTATE_MAGIC2;
	uc->uc_mcontext.fpregs = (void *)frame;
}
#endif
