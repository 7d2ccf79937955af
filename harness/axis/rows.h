/* SPDX-License-Identifier: GPL-2.0-only */
/* The numbers of the rows. The program goes by flags: these are for those who mean an entry. */
#ifndef XS_ROWS_H
#define XS_ROWS_H

#define XS_STATE(id, ...) XS_STATE_##id,
enum {
#include "axis/state.def"
	XS_STATES
};
#undef XS_STATE

#define XS_SIGNAL(id, ...) XS_SIGNAL_##id,
enum {
#include "axis/signal.def"
	XS_SIGNALS
};
#undef XS_SIGNAL

#define XS_HANDLER(id, ...) XS_HANDLER_##id,
enum {
#include "axis/handler.def"
	XS_HANDLERS
};
#undef XS_HANDLER

#define XS_ABI(id, ...) XS_ABI_##id,
enum {
#include "axis/abi.def"
	XS_ABIS
};
#undef XS_ABI

#define XS_STACK(id, ...) XS_STACK_##id,
enum {
#include "axis/stack.def"
	XS_STACKS
};
#undef XS_STACK

#define XS_HOLD(id, ...) XS_HOLD_##id,
enum {
#include "axis/hold.def"
	XS_HOLDS
};
#undef XS_HOLD

#define XS_PRESSURE(id, ...) XS_PRESSURE_##id,
enum {
#include "axis/pressure.def"
	XS_PRESSURES
};
#undef XS_PRESSURE

#endif
