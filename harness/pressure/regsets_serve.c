// SPDX-License-Identifier: GPL-2.0-only
/* What a tracer does with a stopped task: reads, spoils and writes every register set. */
#include <errno.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/utsname.h>

#include "pressure/regsets.h"
#include "state/frame.h"
#include "task/probe.h"
#include "task/sys.h"

#define SINCE	    517u /* Linux 5.17: 100 * VERSION + PATCHLEVEL */
#define SPOILT_EACH 12u
#define TAKEN_EACH  6u /* besides the one that stays */

static struct xs_level *level_of(const struct xs_task *t, struct xs_regsets *own)
{
	return own->nested ? &own->inner : t->level;
}

int xs_regsets_supported(char *why)
{
	struct utsname u;
	unsigned int major, minor;
	const int rc = xs_tracer_supported(why);

	if (rc)
		return rc;
	if (xs_on_valgrind())
		return xs_why(-EOPNOTSUPP, why, "Valgrind, and no CPU, raises the tracee's SIGILL");
	if (!uname(&u) && sscanf(u.release, "%u.%u", &major, &minor) == 2 &&
	    100 * major + minor >= SINCE)
		return 0;
	return xs_why(-EOPNOTSUPP, why,
		      "before 5.17 Linux took parts of register sets, and spoilt them");
}

int xs_regsets_open(struct xs_task *t, struct xs_regsets *own)
{
	const int rc = xs_regset_open(&own->io);

	own->sets = xs_probe_ia32(NULL) ? XS_REGSETS_NATIVE : XS_REGSETS;
	own->random = xs_rdtsc();
	own->spoil.io = &own->io;
	return rc ? xs_task_fail(t, rc, "mapping memory below 4 GiB") : 0;
}

int xs_regsets_look(struct xs_task *t, struct xs_regsets *own, const uint8_t *expected)
{
	const struct xs_level *l = level_of(t, own);
	const struct xs_cpu *cpu = &t->shared->cpu;
	uint8_t *read = own->spoil.now;

	for (uint32_t i = 0; i < own->sets; i++) {
		const struct xs_regset *r = &xs_regsets[i];
		size_t bytes = XS_REGSET_MAX;
		uint8_t *at = xs_regset_at(&own->io, bytes);
		const long rc =
			xs_regset_call(&own->io, r, own->traced.tracer.pid, false, at, &bytes);

		if (rc < 0)
			return xs_traced_refused(t, rc, "reading a register set");
		xs_copy(read, expected, cpu->image_bytes);
		xs_regset_to_image(read, r, at, cpu);
		if (!i && expected == own->image && !own->nested && !t->plan->worker)
			xs_plant_found(t, read, l->generation);
		if (xs_image_differs(expected, read, cpu, l->registers))
			xs_task_record(t, l, XS_LEG_PTRACE, own->nested, expected, read);
	}
	return 0;
}

/* A write that the kernel has to take. */
static int put(struct xs_task *t, struct xs_regsets *own, const struct xs_regset *r,
	       const uint8_t *image, bool longer)
{
	const size_t whole = xs_regset_bytes(r, own->spoil.bytes);
	size_t bytes = longer && r->note
			       ? whole + (size_t)r->unit * (1 + xs_regsets_random(own) % 64)
			       : whole;
	uint8_t *at = xs_regset_at(&own->io, XS_REGSET_MAX);
	long rc;

	xs_regset_from_image(at, r, image, whole);
	rc = xs_regset_call(&own->io, r, own->traced.tracer.pid, true, at, &bytes);
	if (rc == -ESRCH || rc == -ENOMEM)
		return xs_traced_refused(t, rc, "writing a register set");
	if (rc < 0) {
		xs_task_record_as(t, level_of(t, own), XS_WRONG_REFUSED, XS_LEG_PTRACE, own->nested,
				  own->image, own->traced.due, t->shared->cpu.image_bytes);
		return (int)rc;
	}
	return bytes == whole || !r->note
		       ? 0
		       : xs_task_fail(t, -EPROTO, "the length of a register set that it wrote");
}

/* This turn's: what was read gets the tracer's values. */
static int write_set(struct xs_task *t, struct xs_regsets *own)
{
	const struct xs_level *l = level_of(t, own);
	const struct xs_cpu *cpu = &t->shared->cpu;
	const struct xs_regsets_turn *turn = &own->turn;
	uint8_t *image = own->traced.compared;

	if (turn->what == XS_WHAT_NOTHING)
		return 0;
	xs_copy(image, own->spoil.before, own->spoil.bytes);
	xs_traced_leave_out(image, l->registers, cpu, turn->before ? turn->out : 0, false);
	if (turn->before) {
		int rc;

		xs_frame_use(image, 0, turn->out);
		rc = put(t, own, &xs_regsets[0], image, false);
		if (!rc) {
			xs_copy(own->traced.read, own->image, cpu->image_bytes);
			xs_traced_leave_out(own->traced.read, l->registers, cpu, turn->out, true);
			rc = xs_regsets_look(t, own, own->traced.read);
		}
		if (rc)
			return rc;
	}
	XS_FOR_EACH_LANE(at, l->registers, cpu)
	{
		xs_lane_put(image, &at, xs_lane_get(own->traced.given.image, cpu, &at));
	}
	if (!turn->before) {
		xs_traced_leave_out(image, l->registers, cpu, turn->out, false);
		xs_frame_use(image, xs_state_xfeatures(l->registers), turn->out);
	}
	return put(t, own, turn->set, image, turn->what == XS_WHAT_LONGER);
}

/* Writes that the tracee does not see: what each comes to is read, and put right again. */
static int rehearse(struct xs_task *t, struct xs_regsets *own)
{
	const struct xs_regsets_turn turn = own->turn;
	int rc = 0;

	for (uint32_t i = 0; !rc && i < TAKEN_EACH; i++) {
		xs_regsets_choose(t, own);
		xs_regsets_prepare(t, own, level_of(t, own), own->image);
		rc = write_set(t, own);
		if (!rc)
			rc = xs_regsets_look(t, own, own->traced.due);
		if (!rc)
			rc = xs_spoil_put_back(t, &own->spoil);
	}
	own->turn = turn;
	xs_regsets_prepare(t, own, level_of(t, own), own->image);
	return rc;
}

int xs_regsets_spell_out(struct xs_task *t, struct xs_regsets *own)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const uint32_t registers = level_of(t, own)->registers;
	uint8_t *image = own->traced.compared;
	const int rc =
		xs_spoil_begin(t, &own->spoil, own->traced.tracer.pid, own->traced.given.image);

	if (rc)
		return rc;
	xs_copy(image, own->spoil.before, own->spoil.bytes);
	XS_FOR_EACH_LANE(at, registers, cpu)
	{
		xs_lane_copy(image, own->image, &at);
	}
	xs_frame_use(image, xs_state_xfeatures(registers) | 3, 0);
	return put(t, own, &xs_regsets[0], image, false);
}

int xs_regsets_serve(struct xs_task *t, struct xs_regsets *own, const uint8_t *expected)
{
	const struct xs_level *l = level_of(t, own);
	int rc = xs_regsets_look(t, own, expected);

	if (!rc)
		rc = xs_spoil_begin(t, &own->spoil, own->traced.tracer.pid,
				    own->traced.given.image);
	for (uint32_t i = 0; !rc && i < SPOILT_EACH; i++)
		rc = xs_spoil_write(t, &own->spoil, l,
				    &xs_regsets[xs_regsets_random(own) % own->sets],
				    xs_regsets_random(own));
	if (!rc)
		rc = xs_spoil_other(t, &own->spoil, l, own->sets > XS_REGSETS_NATIVE,
				    xs_regsets_random(own));
	if (!rc)
		rc = rehearse(t, own);
	if (!rc)
		rc = write_set(t, own);
	return rc ? rc : xs_regsets_look(t, own, own->traced.due);
}
