// SPDX-License-Identifier: GPL-2.0-only
/* Takes a case through plan and engine to its verdict. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "session.h"
#include "state/state.h"

int xs_session_open(struct xs_session *s, char why[XS_WHY_BYTES])
{
	int rc;

	memset(s, 0, sizeof(*s));
	rc = xs_topology_load(&s->topology, NULL, why);
	if (rc) {
		s->topology = NULL;
		return rc;
	}
	rc = xs_arena_open(&s->arena, why);
	if (rc) {
		s->arena = NULL;
		xs_session_close(s);
		return rc;
	}
	s->registers = xs_state_mask_supported(xs_arena_cpu(s->arena));
	return 0;
}

void xs_session_close(struct xs_session *s)
{
	xs_arena_close(s->arena);
	if (s->topology)
		hwloc_topology_destroy(s->topology);
	memset(s, 0, sizeof(*s));
}

/* Every row that the case names, but for what was asked about once and works. */
static int rows_supported(const struct xs_session *s, const uint32_t rows[XS_AXES],
			  char why[XS_WHY_BYTES])
{
	char reason[XS_WHY_BYTES] = "";

	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		for (uint32_t left = rows[axis] & ~s->able.rows[axis]; left; left &= left - 1) {
			const unsigned int row = (unsigned int)__builtin_ctz(left);
			const struct xs_entry *e = xs_entry(axis, row);
			const int rc =
				s->able.left_out[axis] >> row & 1
					? xs_why(-EOPNOTSUPP, reason,
						 s->able.contract && e->flags & XS_LINUX_OWN
							 ? "no contract asks for it (--abi)"
							 : "left out by a filter")
					: xs_entry_supported(e, xs_arena_cpu(s->arena), reason);

			if (rc)
				return xs_why(rc, why, "%.40s: %.200s", e->name,
					      reason[0] ? reason : strerror(-rc));
		}
	return 0;
}

/* Two entries that mean nothing together. */
static int agree(const struct xs_case *c, char why[XS_WHY_BYTES])
{
	const struct xs_entry *action = xs_entry(XS_AXIS_HANDLER, c->handler);
	const struct xs_entry *source = xs_entry(XS_AXIS_SIGNAL, c->signal);
	const struct xs_entry *fault = xs_entry(XS_AXIS_STACK, c->fault);
	const struct xs_entry *const own[] = { action, source, fault,
					       xs_entry(XS_AXIS_HOLD, c->hold) };
	const uint32_t abi = xs_flags(XS_AXIS_ABI, c->abi);
	const uint32_t survives = XS_STACK_SHARED | XS_STACK_KEEPS;

	if ((action->flags & XS_FORKS) && (fault->flags & XS_STACK_SHARED))
		return xs_why(-EOPNOTSUPP, why, "%s: a child would share the stack of %s",
			      action->name, fault->name);
	if ((action->flags & (XS_FORKS | XS_HANDLER_NESTS)) && (fault->flags & XS_STACK_TIGHT))
		return xs_why(-EOPNOTSUPP, why, "%s: the stack of %s has room for one frame only",
			      action->name, fault->name);
	if ((action->flags & XS_HANDLER_TOKEN) && !(fault->flags & XS_STACK_SHADOW))
		return xs_why(-EOPNOTSUPP, why, "%s: there is no token without fault = %s",
			      action->name,
			      xs_name(XS_AXIS_STACK, xs_first(XS_AXIS_STACK, XS_STACK_SHADOW)));
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if ((abi & XS_ABI_COMPAT) && (own[i]->flags & XS_X86_64))
			return xs_why(-EOPNOTSUPP, why, "%s: not in 32-bit frames", own[i]->name);
	if ((abi & XS_ABI_COMPAT) && !(abi & XS_ABI_RT) && (action->flags & XS_HANDLER_RT))
		return xs_why(-EOPNOTSUPP, why,
			      "%s: sigreturn() does not restore it; abi = %s does", action->name,
			      xs_name(XS_AXIS_ABI, xs_first(XS_AXIS_ABI, XS_ABI_RT)));
	if ((abi & XS_ABI_COMPAT) && (abi & XS_ABI_RT) && (fault->flags & XS_STACK_KEYED))
		return xs_why(
			-EOPNOTSUPP, why,
			"%s: a 32-bit rt_sigreturn() reads the end of the frame by the task's "
			"own PKRU; abi = ia32 has none",
			fault->name);
	for (uint32_t i = 0; i < c->pressures; i++) {
		const struct xs_entry *kind = xs_entry(XS_AXIS_PRESSURE, c->pressure[i].kind);

		if ((kind->flags & XS_PRESSURE_EVICTS) && (fault->flags & survives) != survives)
			return xs_why(-EOPNOTSUPP, why,
				      "%s: the pages of fault = %s do not keep what they hold",
				      kind->name, fault->name);
	}
	return 0;
}

/* Classes that no worker of the case can hold, where it asks for nothing else. */
static int workers_supported(const struct xs_session *s, const struct xs_case *c,
			     char why[XS_WHY_BYTES])
{
	const uint32_t asked = c->registers & s->registers;

	if (!asked || asked & xs_plan_worker_classes(c, s->registers))
		return 0;
	return xs_why(-EOPNOTSUPP, why, "%s: %s",
		      xs_name(XS_AXIS_STATE, (unsigned int)__builtin_ctz(asked)),
		      xs_flags(XS_AXIS_HANDLER, c->handler) & XS_FORKS
			      ? "a forked child does not get it"
			      : "a 32-bit frame does not hold it");
}

/* What changes the machine, and nobody has allowed. */
static int allowed(const struct xs_session *s, uint32_t kinds, char why[XS_WHY_BYTES])
{
	const uint32_t asks = xs_rows(XS_AXIS_PRESSURE, kinds & ~s->allowed, XS_PRESSURE_ASKS, 0);
	const char *name;

	if (!asks)
		return 0;
	name = xs_name(XS_AXIS_PRESSURE, (unsigned int)__builtin_ctz(asks));
	return xs_why(-EPERM, why, "%s: changes the machine; --allow %s lets it", name, name);
}

/* The size of the case's frames, without magic2: its window's registers are in use, at least. */
static uint32_t frame_bytes(const struct xs_session *s, const struct xs_case *c)
{
	const uint32_t used = c->registers & xs_plan_worker_classes(c, s->registers);

	return xs_cpu_frame_bytes(xs_arena_cpu(s->arena), xs_state_xfeatures(used));
}

int xs_session_supported(const struct xs_session *s, const struct xs_case *c,
			 char why[XS_WHY_BYTES])
{
	uint32_t rows[XS_AXES];
	int rc;

	xs_case_rows(c, rows);
	rc = rows_supported(s, rows, why);
	if (!rc)
		rc = workers_supported(s, c, why);
	if (!rc && c->init && !(xs_arena_cpu(s->arena)->features & XS_CPU_XSAVE))
		rc = xs_why(-EOPNOTSUPP, why, "init: this CPU has no xsave");
	if (!rc)
		rc = agree(c, why);
	if (!rc)
		rc = allowed(s, rows[XS_AXIS_PRESSURE], why);
	if (!rc && xs_boundary_is_below(c->boundary)) {
		if (!(xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT))
			rc = xs_why(-EOPNOTSUPP, why,
				    "boundary -%u: below fpstate 64-bit frames have no FSAVE "
				    "header; choose a 32-bit abi, or 0",
				    0 - c->boundary);
	} else if (!rc && c->boundary != XS_BOUNDARY_NONE && c->boundary >= frame_bytes(s, c))
		rc = xs_why(-ERANGE, why,
			    "boundary %u: fpstate has only %u bytes here with these registers",
			    c->boundary, frame_bytes(s, c));
	return rc;
}

const struct xs_repertoire *xs_session_repertoire(struct xs_session *s)
{
	const struct xs_cpu *cpu = xs_arena_cpu(s->arena);
	struct xs_repertoire *r = &s->able;

	if (r->cpus) /* it has been asked about */
		return r;
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		for (uint32_t i = 0; i < xs_axes[axis].rows; i++) {
			const struct xs_entry *e = xs_entry(axis, i);

			if (axis == XS_AXIS_PRESSURE && (e->flags & XS_PRESSURE_ASKS) &&
			    !(s->allowed >> i & 1))
				continue;
			if (!xs_entry_supported(e, cpu, NULL))
				r->rows[axis] |= 1u << i;
		}
	r->fpstate_bytes = cpu->image_bytes;
	r->fpstate_least_bytes = xs_cpu_frame_bytes(cpu, 0);
	r->dynamic = xs_state_of(cpu->dynamic) & s->registers;
	r->xsave = cpu->features & XS_CPU_XSAVE;
	r->cpus = (uint32_t)hwloc_get_nbobjs_by_type(s->topology, HWLOC_OBJ_PU);
	return r;
}

int xs_session_filter(struct xs_session *s, const struct xs_filter *f, char why[XS_WHY_BYTES])
{
	int rc;

	if (xs_filter_is_empty(f))
		return 0;
	xs_session_repertoire(s);
	rc = xs_filter_apply(f, &s->able, why);
	s->registers &= s->able.rows[XS_AXIS_STATE];
	return rc;
}

void xs_session_run(struct xs_session *s, const struct xs_case *c,
		    const struct xs_run_options *options, struct xs_outcome *o)
{
	char *why = o->verdict.why;
	const struct xs_obs *obs;
	int rc;

	/* The plan and the verdict's findings are large, and written where they count. */
	o->planned = 0;
	memset(&o->plan, 0, offsetof(struct xs_plan, task));
	memset(&o->ending, 0, sizeof(o->ending));
	memset(&o->verdict, 0, offsetof(struct xs_verdict, finding));
	if (xs_session_supported(s, c, why)) {
		o->verdict.kind = XS_SKIP;
		return;
	}
	rc = xs_plan_make(&o->plan, c, s->topology, s->registers, why);
	if (rc) {
		o->verdict.kind = rc == -EOPNOTSUPP ? XS_SKIP : XS_ERROR;
		return;
	}
	o->plan.contract = s->able.contract;
	o->plan.legs_out = s->able.legs_out | (options ? options->legs_out : 0);
	o->planned = 1;
	xs_engine_run(s->arena, &o->plan, options, &obs, &o->ending);
	xs_judge(&o->verdict, &o->plan, obs, &o->ending, xs_arena_cpu(s->arena));
}
