// SPDX-License-Identifier: GPL-2.0-only
/* The tracee of pressure "regsets": where it stops, and what it has to find afterwards. */
#include <linux/futex.h>
#include <signal.h>

#include "pressure/offspring.h"
#include "pressure/regsets.h"
#include "pressure/vector.h"
#include "state/frame.h"
#include "task/death.h"
#include "task/sys.h"

#define SEIZE_US 100u

/* An instruction that is none, of two bytes. */
void regsets_ud2(void);
__asm__(XS_TRAP_SECTION ".type regsets_ud2, @function\n"
			"regsets_ud2:\n"
			"ud2\n"
			"ret\n"
			".size regsets_ud2, . - regsets_ud2\n"
			".popsection\n");

/* A component of @all, which is not 0, as its bit. */
static uint64_t one_of(uint64_t all, uint32_t n)
{
	for (n %= (uint32_t)__builtin_popcountll(all); n--;)
		all &= all - 1;
	return all & -all;
}

void xs_regsets_choose(const struct xs_task *t, struct xs_regsets *own)
{
	const uint64_t all = xs_state_xfeatures(t->level->registers);
	struct xs_regsets_turn *turn = &own->turn;
	uint64_t one;

	turn->what = (uint8_t)(xs_regsets_random(own) % XS_WHATS);
	turn->set = &xs_regsets[xs_regsets_random(own) % own->sets];
	turn->before = false;
	turn->out = 0;
	if (turn->what < XS_WHAT_WITHOUT)
		return;
	one = one_of(all, xs_regsets_random(own));
	turn->before = turn->set->form != XS_REGSET_XSTATE;
	if (turn->set->form == XS_REGSET_FXSAVE)
		turn->out = all | 3;
	else if (turn->set->form == XS_REGSET_FSAVE)
		turn->out = (all | 1) & ~2ull; /* MXCSR would be the implementation's */
	else
		turn->out = turn->what == XS_WHAT_WITHOUT ? one : all & ~one;
	if (!turn->before)
		turn->out = xs_traced_out(all, turn->out);
}

/* Give every lane of @image its value, so that XSTATE_BV says nothing. */
static void spell_out(uint8_t *image, const uint8_t *from, const struct xs_task *t)
{
	const struct xs_cpu *cpu = &t->shared->cpu;

	xs_copy(image, from, cpu->image_bytes);
	XS_FOR_EACH_LANE(at, t->level->registers, cpu)
	{
		xs_lane_put(image, &at, xs_lane_get(from, cpu, &at));
	}
	xs_frame_use(image, cpu->xcr0, 0);
}

void xs_regsets_prepare(struct xs_task *t, struct xs_regsets *own, struct xs_level *l,
			const uint8_t *from)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const struct xs_regsets_turn *turn = &own->turn;
	uint8_t *due = own->traced.due;

	spell_out(own->image, from, t);
	xs_copy(due, own->image, cpu->image_bytes);
	l->expected = turn->what == XS_WHAT_NOTHING ? l->role : XS_PATTERN_GIVEN;
	l->window.check_image = due;
	if (turn->what == XS_WHAT_NOTHING)
		return;
	if (turn->before)
		xs_traced_leave_out(due, l->registers, cpu, turn->out, true);
	xs_regset_arrives(due, turn->set, own->traced.given.image, l->registers, cpu);
	if (!turn->before)
		xs_traced_leave_out(due, l->registers, cpu, turn->out, true);
}

/* Where it is to stop, and how it gets there. */
static void arrange(const struct xs_task *t, struct xs_regsets *own)
{
	struct xs_window *w = &t->level->window;

	w->hold_syscall = -1;
	w->trap = NULL;
	own->nested = 0;
	own->traced.tracer.by_itself = own->turn.stop >= XS_STOP_FAULT;
	switch (own->turn.stop) {
	case XS_STOP_ASLEEP:
		w->hold_syscall = SYS_futex;
		w->args[0] = (uintptr_t)w->release;
		w->args[1] = FUTEX_WAIT;
		w->args[2] = w->args[3] = 0;
		break;
	case XS_STOP_FAULT:
		w->trap = regsets_ud2;
		break;
	case XS_STOP_SIGNAL:
	case XS_STOP_HANDLER:
		w->hold_syscall = SYS_kill;
		w->args[0] = (uint64_t)xs_syscall3(SYS_getpid, 0, 0, 0);
		w->args[1] = XS_SIGNO;
		break;
	default:
		break;
	}
}

/* The tracee's own: its handler has no other way to it. */
static struct xs_task *self;

/* The signal has done its work where it was delivered; or a window follows that is to be stopped.
 */
static void handle(int signo)
{
	struct xs_regsets *own = self->own;
	struct xs_level *l = &own->inner;
	int bad;

	(void)signo;
	if (own->turn.stop != XS_STOP_HANDLER)
		return;
	xs_level_next(l, self);
	/* Another one than that of the window around it. */
	l->window.sequence |= 1u << 31;
	xs_regsets_prepare(self, own, l, l->image);
	own->nested = 1;
	own->traced.tracer.by_itself = 0;
	bad = xs_window_run(&l->window);
	own->traced.tracer.by_itself = 1;
	own->nested = 0;
	if (bad)
		xs_task_record(self, l, XS_LEG_RETURN, 1, l->window.check_image, l->dump);
	/* What is around it was not written to. */
	spell_out(own->traced.due, self->level->image, self);
	self->level->expected = XS_PATTERN_TASK;
}

void xs_regsets_tracee(struct xs_task *t)
{
	const struct sigaction sa = { .sa_handler = handle };
	const uint64_t signals = 1ull << (XS_SIGNO - 1);
	struct xs_regsets *own = t->own;
	struct xs_level *l = t->level;

	xs_death_unwatch();
	self = t;
	sigaction(XS_SIGNO, &sa, NULL);
	xs_syscall6(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)&signals, 0, sizeof(signals), 0, 0);
	l->window.hold_ticks = own->inner.window.hold_ticks = UINT64_MAX;
	/* The first signal of its windows is not to come before somebody takes it. */
	while (!own->traced.tracer.seized && !xs_task_stopping(t))
		xs_sleep_us(SEIZE_US);
	while (!xs_task_stopping(t)) {
		xs_vector_next(t);
		xs_level_next(&own->traced.given, t);
		own->turn.stop = (uint8_t)(xs_regsets_random(own) % XS_STOPS);
		xs_regsets_choose(t, own);
		xs_regsets_prepare(t, own, l, l->image);
		arrange(t, own);
		xs_vector_prove(t, l, XS_LEG_RETURN, xs_window_run(&l->window));
		t->count->iterations++;
		xs_rest_until_stop(t, t->plan->period_us);
	}
}
