// SPDX-License-Identifier: GPL-2.0-only
/* Prepares windows, loads and plants their values, and records what is wrong. */
#include "task/level.h"

#include "state/frame.h"
#include "task/contract.h"
#include "task/hold.h"
#include "task/sys.h"

#define XS_W(name, offset, member)                                                                 \
	_Static_assert(offsetof(struct xs_window, member) == (offset), "offset of " #member);
XS_WINDOW(XS_W)
_Static_assert(XS_STATES <= XS_W_CLASSES, "a window holds every class");

static struct xs_drive drive_of(const struct xs_level *l, const struct xs_task *t)
{
	return (struct xs_drive){ .mask = l->loaded,
				  .vectors = l->role == XS_PATTERN_TASK ? t->plan->vectors
									: UINT32_MAX,
				  .owner = (uint16_t)t->index,
				  .role = l->role };
}

void xs_level_init(struct xs_level *l, struct xs_task *t, enum xs_pattern_role role)
{
	struct xs_shared *shared = t->shared;
	const struct xs_cpu *cpu = &shared->cpu;
	const uint64_t proved = xs_state_xfeatures(t->plan->proved);
	uint8_t *const images[] = { l->image, l->planted, l->dump, l->frame, l->entry };
	const struct xs_hold *hold = xs_hold(t->plan->hold);
	uint32_t checks = 0;

	/* Of an earlier run, perhaps. */
	for (uint32_t i = 0; i < sizeof(images) / sizeof(images[0]); i++)
		xs_zero(images[i], cpu->image_bytes);
	l->bad = false;
	l->release = 0;
	l->registers = t->plan->proved;
	l->compared_bytes = cpu->features & XS_CPU_XSAVE
				    ? xs_cpu_layout_bytes(cpu, xs_state_xfeatures(l->registers))
				    : cpu->image_bytes;
	l->generation = shared->generation;
	l->role = l->expected = (uint8_t)role;
	l->delivered = false;
	l->proved_used = 0;
	l->window = (struct xs_window){
		.load_image = l->image,
		.check_image = l->image,
		.offsets = cpu->offset,
		.scratch = l->scratch,
		.dump = l->dump,
		.dump_mask = cpu->features & XS_CPU_XSAVE ? proved : 0,
		.release = &t->slot->release,
		.inside = &t->slot->inside,
		.step = hold->step,
		.own = t->hold_own,
		.compat_step = hold->compat_step,
		.hold_ticks = (uint64_t)shared->plan.hold_us * shared->ticks_per_us,
		.hold_syscall = -1,
	};
	for (uint32_t i = 0; i < XS_STATES; i++)
		if (l->registers >> i & 1)
			l->window.check[checks++] = xs_state(i)->check;
	/* A handler holds values of its own in everything. */
	xs_level_hold(l, t, role == XS_PATTERN_TASK ? t->plan->registers : t->plan->proved);
}

void xs_level_hold(struct xs_level *l, struct xs_task *t, uint32_t registers)
{
	struct xs_drive drive;
	uint32_t loads = 0;

	l->loaded = registers;
	drive = drive_of(l, t);
	xs_image_fill(l->image, &t->shared->cpu, &drive, l->generation);
	/* A component that has driven lanes too is loaded from the image, the rest is init. */
	l->window.init_mask = xs_state_xfeatures(l->registers & ~l->loaded);
	for (uint32_t i = 0; i < XS_STATES; i++)
		if (l->loaded >> i & 1)
			l->window.load[loads++] = xs_state(i)->load;
	l->window.load[loads] = NULL;
}

void xs_level_load(const struct xs_level *l)
{
	for (uint32_t i = 0; l->window.load[i]; i++)
		l->window.load[i](l->image, l->window.offsets);
}

bool xs_level_clobber(struct xs_task *t)
{
	struct xs_level *own = &t->level[1];

	xs_level_next(own, t);
	xs_level_load(own);
	xs_dump(own->dump, own->window.dump_mask);
	t->clobbered = true;
	return true;
}

void xs_level_next(struct xs_level *l, struct xs_task *t)
{
	const uint32_t next = (l->generation + 1) & XS_GENERATION_MASK;
	const struct xs_drive drive = drive_of(l, t);

	xs_image_step(l->image, &t->shared->cpu, &drive, l->generation, next);
	l->generation = next;
	l->window.sequence = next ? next : 1;
}

bool xs_plant_due(struct xs_task *t, enum xs_plant_how how)
{
	struct xs_shared *shared = t->shared;

	if (shared->plant.how != how || shared->plant_fired ||
	    t->count->iterations + 1 < shared->plant.at)
		return false;
	shared->plant_iteration = t->count->iterations;
	shared->plant_ns = xs_now_ns() - shared->start_ns;
	shared->plant_fired = 1;
	return true;
}

void xs_plant_found(struct xs_task *t, uint8_t *image, uint32_t generation)
{
	const struct xs_cpu *cpu = &t->shared->cpu;

	if (!xs_plant_due(t, XS_PLANT_FOUND))
		return;
	xs_plant_apply(&t->shared->plant, image, cpu, t->index, generation);
	/* In use, or it would not count. */
	if (cpu->features & XS_CPU_XSAVE)
		xs_frame_use(image, xs_entry(XS_AXIS_STATE, t->shared->plant.class)->xfeatures, 0);
}

void xs_level_plant(struct xs_level *l, struct xs_task *t, enum xs_plant_how how)
{
	const struct xs_cpu *cpu = &t->shared->cpu;

	l->window.load_image = l->image;
	if (!xs_plant_due(t, how))
		return;
	xs_copy(l->planted, l->image, cpu->image_bytes);
	xs_plant_apply(&t->shared->plant, l->planted, cpu, t->index, l->generation);
	l->window.load_image = l->planted;
}

void xs_task_record_as(struct xs_task *t, const struct xs_level *l, enum xs_wrong wrong,
		       enum xs_leg leg, uint32_t depth, const void *expected, const void *actual,
		       uint32_t bytes)
{
	struct xs_shared *shared = t->shared;
	const struct xs_claim claim = { .leg = leg,
					.registers = l->registers,
					.legacy = l->layout.field[XS_LAYOUT_MAGIC1] !=
						  XS_FRAME_MAGIC1,
					.expected = expected,
					.actual = actual };
	struct xs_record *r;
	uint64_t now;
	uint32_t n;

	if (wrong == XS_WRONG_VALUES && shared->plan.legs_out >> leg & 1)
		return;
	if (wrong == XS_WRONG_VALUES && shared->plan.contract &&
	    !xs_contract_broken(&claim, &shared->cpu, NULL))
		return;
	n = __atomic_fetch_add(&shared->obs.records, 1, __ATOMIC_SEQ_CST);
	if (n >= XS_RECORDS_MAX)
		return;
	r = &shared->obs.record[n];
	now = xs_now_ns() - shared->start_ns;
	r->task = t->index;
	r->leg = (uint8_t)leg;
	r->wrong = (uint8_t)wrong;
	r->depth = (uint8_t)depth;
	r->signalled = l->delivered;
	r->role = leg == XS_LEG_RETURN ? l->expected : l->role;
	r->registers = l->registers;
	r->generation = l->generation;
	r->image_bytes = bytes;
	r->iteration = t->count->iterations;
	r->signals = t->count->signals;
	r->faults = t->count->faults;
	r->cpu_before = t->count->cpu_before;
	r->cpu_after = t->count->cpu_after;
	r->since_start_ns = now;
	r->since_signal_ns = t->count->first_signal_ns ? now - t->count->first_signal_ns : 0;
	xs_copy(r->expected, expected, bytes);
	xs_copy(r->actual, actual, bytes);
	if (wrong == XS_WRONG_VALUES && shared->plan.contract)
		xs_contract_broken(&claim, &shared->cpu, r->actual);
	r->complete = 1;
	xs_notify(shared);
}

void xs_task_record(struct xs_task *t, const struct xs_level *l, enum xs_leg leg, uint32_t depth,
		    const uint8_t *expected, const uint8_t *actual)
{
	xs_task_record_as(t, l, XS_WRONG_VALUES, leg, depth, expected, actual,
			  t->shared->cpu.image_bytes);
}
