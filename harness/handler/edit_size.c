// SPDX-License-Identifier: GPL-2.0-only
/* edit-size: a frame as a machine with fewer components writes it. */
#include "handler/handler.h"

/* What a frame of @bytes has room for: components need not lie in the order of their numbers. */
static uint64_t within(const struct xs_cpu *cpu, uint32_t bytes)
{
	uint64_t features = cpu->xcr0;

	for (uint32_t i = 2; i < XS_COMPONENTS; i++)
		if (cpu->offset[i] + cpu->size[i] > bytes)
			features &= ~(1ull << i);
	return features | 3;
}

/* The @turn-th of the legal sizes below the full one. Return: its xfeatures; *bytes is set. */
static uint64_t smaller(const struct xs_cpu *cpu, uint32_t turn, uint32_t *bytes)
{
	uint32_t sizes[XS_COMPONENTS] = { XS_XSAVE_MIN }, n = 1;

	for (uint32_t i = 2; i < XS_COMPONENTS; i++) {
		const uint32_t end = cpu->offset[i] + cpu->size[i];

		if ((cpu->xcr0 >> i & 1) && cpu->offset[i] && end < cpu->image_bytes)
			sizes[n++] = end;
	}
	*bytes = sizes[turn % n];
	return within(cpu, *bytes);
}

/* Every second time the size stays, and sw_bytes.xfeatures alone says that there is less. */
static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	uint32_t bytes;
	const uint64_t features = smaller(e->cpu, e->turn / 2, &bytes);

	xs_frame_put64(fpstate, XS_SW_XFEATURES, features);
	xs_frame_use(fpstate, 0, ~features);
	if (e->turn % 2 == 0)
		xs_frame_resize(fpstate, bytes);
}

const struct xs_handler_action xs_handler_edit_size = {
	.entry = {
		.name = "edit-size",
		.summary = "lowers xstate_size and xfeatures, as a frame of a smaller machine has them",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_HANDLER_EDITS,
		.features = XS_CPU_XSAVE,
	},
	.edit = edit,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <cpuid.h>
#include "handler/parts/clobber.c"
/* As a machine with fewer components writes it: the others come back in init state. */
static void handler_edit(struct task *t, uint8_t *fp)
{
	struct _fpx_sw_bytes *sw = (void *)(fp + 464);
	uint32_t bytes = 576, size, offset, c, d;

	t->keep = sw->xstate_bv & ((2ull << (1 + t->windows / 2 % 9)) - 1);
	for (int i = 2; i < 10; i++) {
		__cpuid_count(13, i, size, offset, c, d);
		if (t->keep >> i & 1 && offset + size > bytes)
			bytes = offset + size;
	}
	sw->xstate_bv = t->keep;
	*(uint64_t *)(fp + 512) &= t->keep;
	if (t->windows % 2)
		return; /* the size stays */
	*(uint32_t *)(fp + sw->xstate_size) = 0;
	*(uint32_t *)((uint8_t *)t->image + bytes) = FP_XSTATE_MAGIC2; /* a register's value, too */
	*(uint32_t *)(fp + bytes) = FP_XSTATE_MAGIC2;
	sw->xstate_size = bytes;
}
#endif
