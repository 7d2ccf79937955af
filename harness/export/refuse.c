// SPDX-License-Identifier: GPL-2.0-only
/* What export knows of each axis, and what it says of the rest. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "export/export.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define REMEDY "xsavage minimize may find a case without it"

static const bool known_signal[XS_SIGNALS] = {
	[XS_SIGNAL_tgkill_self] = true, [XS_SIGNAL_tgkill_peer] = true, [XS_SIGNAL_timer] = true,
	[XS_SIGNAL_itimer] = true,	[XS_SIGNAL_kill] = true,
};

static const bool known_handler[XS_HANDLERS] = {
	[XS_HANDLER_return] = true,	   [XS_HANDLER_clobber] = true,
	[XS_HANDLER_yield] = true,	   [XS_HANDLER_migrate] = true,
	[XS_HANDLER_autodisarm] = true,	   [XS_HANDLER_edit_init] = true,
	[XS_HANDLER_edit_size] = true,	   [XS_HANDLER_edit_tail] = true,
	[XS_HANDLER_edit_fx] = true,	   [XS_HANDLER_edit_null] = true,
	[XS_HANDLER_bad_magic] = true,	   [XS_HANDLER_bad_header] = true,
	[XS_HANDLER_bad_xfeatures] = true, [XS_HANDLER_bad_align] = true,
	[XS_HANDLER_bad_pointer] = true,   [XS_HANDLER_bad_tail] = true,
};

static const bool known_stack[XS_STACKS] = {
	[XS_STACK_none] = true,		 [XS_STACK_dontneed] = true,
	[XS_STACK_remap] = true,	 [XS_STACK_punch_hole] = true,
	[XS_STACK_uffd_missing] = true,	 [XS_STACK_uffd_minor] = true,
	[XS_STACK_mremap] = true,	 [XS_STACK_memfd_dontneed] = true,
	[XS_STACK_memfd_pageout] = true, [XS_STACK_readonly] = true,
};

static const bool known_pressure[XS_PRESSURES] = {
	[XS_PRESSURE_vector_process] = true, [XS_PRESSURE_vector_thread] = true,
	[XS_PRESSURE_yield] = true,	     [XS_PRESSURE_migrate] = true,
	[XS_PRESSURE_fork] = true,	     [XS_PRESSURE_kernel_fpu] = true,
};

static const bool known_state[XS_STATES] = {
	[XS_STATE_x87] = true,	[XS_STATE_mxcsr] = true,  [XS_STATE_sse] = true,
	[XS_STATE_avx] = true,	[XS_STATE_opmask] = true, [XS_STATE_zmm] = true,
	[XS_STATE_pkru] = true,
};

static int refuse(char *why, const char *axis, const char *name)
{
	snprintf(why, XS_WHY_BYTES, "export does not know %s %s; " REMEDY, axis, name);
	return -EOPNOTSUPP;
}

/* "all" is whatever the machine has of what export knows. */
static int refuse_registers(uint32_t mask, char *why)
{
	if (mask == (1u << XS_STATES) - 1)
		return 0;
	for (unsigned int i = 0; i < XS_STATES; i++)
		if (mask >> i & 1 && !known_state[i])
			return refuse(why, "the registers", xs_name(XS_AXIS_STATE, i));
	return 0;
}

static int refuse_keys(const struct xs_case *c, char *why)
{
	if (c->abi != XS_ABI_x86_64)
		return refuse(why, "frames of", xs_name(XS_AXIS_ABI, c->abi));
	if (c->init)
		return refuse(why, "the key", "init");
	if (strcmp(c->cpus, "auto") != 0) {
		snprintf(why, XS_WHY_BYTES, "export chooses the CPUs itself; set cpus = auto");
		return -EOPNOTSUPP;
	}
	/* A SIGSEGV must mean one thing. */
	if ((xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_REFUSES) &&
	    (xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_REFUSED))
		return refuse(why, "the pair of readonly and",
			      xs_name(XS_AXIS_HANDLER, c->handler));
	/* fpstate can be moved to one place only, and only good frames are read to their end. */
	if (c->restore != XS_MISSING_NONE &&
	    ((xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_POINTS) ||
	     (xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_REFUSED)))
		return refuse(why, "the pair of restore and", xs_name(XS_AXIS_HANDLER, c->handler));
	return 0;
}

static int refuse_pressure(const struct xs_case_pressure *p, char *why)
{
	const struct xs_entry *kind = xs_entry(XS_AXIS_PRESSURE, p->kind);

	if (!known_pressure[p->kind])
		return refuse(why, "the pressure", kind->name);
	return kind->flags & XS_PRESSURE_VECTOR ? refuse_registers(p->registers, why) : 0;
}

int xs_export_refuse(const struct xs_case *c, char why[XS_WHY_BYTES])
{
	int rc = 0;

	if (!known_signal[c->signal])
		return refuse(why, "the signal source", xs_name(XS_AXIS_SIGNAL, c->signal));
	if (!known_handler[c->handler])
		return refuse(why, "the handler action", xs_name(XS_AXIS_HANDLER, c->handler));
	if (!known_stack[c->fault])
		return refuse(why, "the stack fault", xs_name(XS_AXIS_STACK, c->fault));
	rc = refuse_keys(c, why);
	if (!rc)
		rc = refuse_registers(c->registers, why);
	for (uint32_t i = 0; !rc && i < c->pressures; i++)
		rc = refuse_pressure(&c->pressure[i], why);
	return rc;
}
