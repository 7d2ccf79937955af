// SPDX-License-Identifier: GPL-2.0-only
/* Takes a case through plan and engine to its verdict. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "handler/handler.h"
#include "pressure/pressure.h"
#include "session.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"
#include "worker/compat.h"

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

/* Put the entry's name before its reason. */
static int unsupported(int rc, const char *name, const char *reason, char why[XS_WHY_BYTES])
{
	if (rc)
		snprintf(why, XS_WHY_BYTES, "%.40s: %.200s", name,
			 reason[0] ? reason : strerror(-rc));
	return rc;
}

/* All classes: as many as there are. Classes by name: these, or none. */
static int classes_supported(uint32_t mask, const struct xs_cpu *cpu, char why[XS_WHY_BYTES])
{
	static const uint32_t all = (1u << XS_STATES) - 1;
	char reason[XS_WHY_BYTES] = "";
	int rc = 0;

	for (unsigned int i = 0; !rc && mask != all && i < XS_STATES; i++)
		if (mask >> i & 1)
			rc = unsupported(xs_state_supported(i, cpu, reason), xs_states[i].name,
					 reason, why);
	return rc;
}

static int compat_supported(const struct xs_session *s, const struct xs_case *c,
			    char why[XS_WHY_BYTES])
{
	const struct xs_handler_action *action = xs_handlers[c->handler];
	const struct xs_signal_source *source = xs_signals[c->signal];
	char reason[XS_WHY_BYTES] = "";
	int rc = 0;

	if (!s->able.compat)
		rc = unsupported(xs_compat_supported(reason), xs_abi_names[c->abi], reason, why);
	if (!rc && (action->x86_64 || source->x86_64)) {
		snprintf(why, XS_WHY_BYTES, "%s: not in 32-bit frames",
			 action->x86_64 ? action->name : source->name);
		rc = -EOPNOTSUPP;
	} else if (!rc && action->rt && c->abi == XS_ABI_IA32) {
		snprintf(why, XS_WHY_BYTES, "%s: sigreturn() does not restore it; abi = %s does",
			 action->name, xs_abi_names[XS_ABI_IA32_RT]);
		rc = -EOPNOTSUPP;
	}
	return rc;
}

/* Classes that no worker of the case can hold, where it asks for nothing else. */
static int workers_supported(const struct xs_session *s, const struct xs_case *c,
			     char why[XS_WHY_BYTES])
{
	const uint32_t asked = c->registers & s->registers;

	if (!asked || asked & xs_plan_worker_classes(c, s->registers))
		return 0;
	snprintf(why, XS_WHY_BYTES, "%s: %s", xs_states[__builtin_ctz(asked)].name,
		 xs_handlers[c->handler]->forks ? "a forked child does not get it"
						: "a 32-bit frame does not hold it");
	return -EOPNOTSUPP;
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
	const struct xs_cpu *cpu = xs_arena_cpu(s->arena);
	const struct xs_signal_source *source = xs_signals[c->signal];
	const struct xs_stack_fault *fault = xs_stacks[c->fault];
	const struct xs_handler_action *action = xs_handlers[c->handler];
	char reason[XS_WHY_BYTES] = "";
	int rc = classes_supported(c->registers, cpu, why);

	if (!rc)
		rc = classes_supported(c->init, cpu, why);
	if (!rc)
		rc = workers_supported(s, c, why);
	if (!rc && c->init && !(cpu->features & XS_CPU_XSAVE)) {
		snprintf(why, XS_WHY_BYTES, "init: this CPU has no xsave");
		rc = -EOPNOTSUPP;
	}
	if (!rc && action->supported && !(s->able.handlers >> c->handler & 1))
		rc = unsupported(action->supported(cpu, reason), action->name, reason, why);
	if (!rc && action->forks && fault->shared) {
		snprintf(why, XS_WHY_BYTES, "%s: a child would share the stack of %s", action->name,
			 fault->name);
		rc = -EOPNOTSUPP;
	}
	if (!rc && c->abi != XS_ABI_X86_64)
		rc = compat_supported(s, c, why);
	if (!rc && source->supported && !(s->able.signals >> c->signal & 1))
		rc = unsupported(source->supported(reason), source->name, reason, why);
	if (!rc && fault->supported && !(s->able.stacks >> c->fault & 1))
		rc = unsupported(fault->supported(reason), fault->name, reason, why);
	for (uint32_t i = 0; !rc && i < c->pressures; i++) {
		const struct xs_pressure *p = xs_pressures[c->pressure[i].kind];

		rc = classes_supported(c->pressure[i].registers, cpu, why);
		if (!rc && p->supported && !(s->able.pressures >> c->pressure[i].kind & 1))
			rc = unsupported(p->supported(reason), p->name, reason, why);
		if (!rc && p->shared_stack && !(fault->shared && fault->keeps)) {
			snprintf(why, XS_WHY_BYTES,
				 "%s: the pages of fault = %s do not keep what they hold", p->name,
				 fault->name);
			rc = -EOPNOTSUPP;
		}
		if (!rc && p->allow && !(s->allowed >> c->pressure[i].kind & 1)) {
			snprintf(why, XS_WHY_BYTES, "%s: changes the machine; --allow %s lets it",
				 p->name, p->allow);
			rc = -EPERM;
		}
	}
	if (!rc && c->boundary != XS_BOUNDARY_NONE && c->boundary >= frame_bytes(s, c)) {
		rc = -ERANGE;
		snprintf(why, XS_WHY_BYTES,
			 "boundary %u: fpstate has only %u bytes here with these registers",
			 c->boundary, frame_bytes(s, c));
	}
	return rc;
}

const struct xs_repertoire *xs_session_repertoire(struct xs_session *s)
{
	const struct xs_cpu *cpu = xs_arena_cpu(s->arena);
	struct xs_repertoire *r = &s->able;

	r->registers = s->registers;
	r->fpstate_bytes = cpu->image_bytes;
	r->fpstate_least_bytes = xs_cpu_frame_bytes(cpu, 0);
	r->dynamic = xs_state_of(cpu->dynamic) & s->registers;
	r->compat = !xs_compat_supported(NULL);
	r->xsave = cpu->features & XS_CPU_XSAVE;
	r->cpus = (uint32_t)hwloc_get_nbobjs_by_type(s->topology, HWLOC_OBJ_PU);
	for (unsigned int i = 0; i < XS_SIGNALS; i++)
		if (!xs_signals[i]->supported || !xs_signals[i]->supported(NULL))
			r->signals |= 1u << i;
	for (unsigned int i = 0; i < XS_HANDLERS; i++)
		if (!xs_handlers[i]->supported || !xs_handlers[i]->supported(cpu, NULL))
			r->handlers |= 1u << i;
	for (unsigned int i = 0; i < XS_STACKS; i++)
		if (!xs_stacks[i]->supported || !xs_stacks[i]->supported(NULL))
			r->stacks |= 1u << i;
	for (unsigned int i = 0; i < XS_PRESSURES; i++)
		if ((!xs_pressures[i]->allow || (s->allowed >> i & 1)) &&
		    (!xs_pressures[i]->supported || !xs_pressures[i]->supported(NULL)))
			r->pressures |= 1u << i;
	return r;
}

static void refuse(struct xs_outcome *o, enum xs_verdict_kind kind, const char *why)
{
	o->verdict.kind = (uint8_t)kind;
	snprintf(o->verdict.why, sizeof(o->verdict.why), "%s", why);
}

void xs_session_run(struct xs_session *s, const struct xs_case *c,
		    const struct xs_run_options *options, struct xs_outcome *o)
{
	char why[XS_WHY_BYTES] = "";
	const struct xs_obs *obs;
	int rc;

	/* The plan and the verdict's findings are large, and written where they count. */
	o->planned = 0;
	memset(&o->plan, 0, offsetof(struct xs_plan, task));
	memset(&o->ending, 0, sizeof(o->ending));
	memset(&o->verdict, 0, offsetof(struct xs_verdict, finding));
	if (xs_session_supported(s, c, why)) {
		refuse(o, XS_SKIP, why);
		return;
	}
	rc = xs_plan_make(&o->plan, c, s->topology, s->registers, why);
	if (rc) {
		refuse(o, rc == -EOPNOTSUPP ? XS_SKIP : XS_ERROR, why);
		return;
	}
	o->planned = 1;
	xs_engine_run(s->arena, &o->plan, options, &obs, &o->ending);
	xs_judge(&o->verdict, &o->plan, obs, &o->ending, xs_arena_cpu(s->arena));
}
