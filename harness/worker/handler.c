// SPDX-License-Identifier: GPL-2.0-only
/* The signal handler: copies what it finds, does what the case says, judges nothing. */
#include <signal.h>
#include <ucontext.h>

#include "state/frame.h"
#include "task/fsave.h"
#include "task/shadow.h"
#include "task/sys.h"
#include "worker/compat.h"
#include "worker/worker.h"

#define PAGE	    4096u
#define FRAME_SPAN  16384u /* of a frame from ucontext to fpstate, at most */
#define ABOVE_BYTES 128u   /* of what lies above a frame: a kernel that goes too far begins there */

/* Whose signals these are; NULL in a thread that takes none. */
static __thread struct xs_worker *self;

void xs_handler_bind(struct xs_worker *w)
{
	self = w;
}

/* Copy the frame's fpstate as sigreturn would understand it, as far as @l compares it. */
static void copy_frame(uint8_t *copy, const struct xs_level *l, const struct xs_cpu *cpu,
		       const struct xs_delivery *d)
{
	const uint32_t bytes = xs_frame_bytes(d->fpstate, d->room);

	xs_copy(copy, d->fpstate, bytes < l->compared_bytes ? bytes : l->compared_bytes);
	if (d->fsave)
		xs_fsave_fold(copy, d->fsave);
	if (bytes == XS_IMAGE_LEGACY_BYTES && (cpu->features & XS_CPU_XSAVE)) {
		xs_zero(copy + XS_IMAGE_XSTATE_BV, XS_IMAGE_HEADER_BYTES);
		copy[XS_IMAGE_XSTATE_BV] = 3;
	}
}

/* Of a 64-bit frame: the handler's return address, right below ucontext. */
static uint8_t *lowest_byte(const struct xs_delivery *d)
{
	return (uint8_t *)d->context - 8;
}

/* Where a frame of the task lies, and how large it is: it grows with the state that is in use. */
static void note_frame(struct xs_worker *w, const struct xs_delivery *d)
{
	w->frame_fpstate = (uintptr_t)d->fpstate;
	w->frame_bytes = xs_frame_bytes(d->fpstate, d->room);
	if (w->frame_bytes > XS_IMAGE_LEGACY_BYTES)
		w->frame_bytes += XS_MAGIC2_BYTES;
	if (w->calibrating && !d->compat)
		w->stack.frame = lowest_byte(d);
}

/*
 * How many words between the frame's end and the stack's, in the frame's last page, have changed.
 * Where that end is nobody knows if there is XSAVE and the frame does not say that it uses it.
 */
static uint64_t changed_above(const struct xs_worker *w)
{
	const uintptr_t from = w->frame_fpstate + w->frame_bytes;
	const uintptr_t stack_end = (uintptr_t)w->stack.base + w->stack.bytes;
	/* The next page need not be there. */
	uintptr_t to = (from - 1 + PAGE) & ~(uintptr_t)(PAGE - 1);
	uint64_t changed = 0;

	if (from <= (uintptr_t)w->stack.base || from > stack_end ||
	    w->task.shared->mitigated == XS_MITIGATED_FRESH ||
	    (w->frame_bytes == XS_IMAGE_LEGACY_BYTES &&
	     w->task.shared->cpu.features & XS_CPU_XSAVE))
		return 0;
	if (to - from > ABOVE_BYTES)
		to = from + ABOVE_BYTES;
	/* magic2 leaves half of a word. */
	if (from % 8)
		changed += *(const uint32_t *)from != (uint32_t)w->above;
	for (const uint64_t *at = (const void *)((from + 7) & ~7ull); at < (const uint64_t *)to;
	     at++)
		changed += *at != w->above;
	return changed;
}

/*
 * How far a frame reaches below the stack that sigaltstack() has named; or, of one that has no room
 * there, how many bytes have changed below, where it would have come to lie.
 */
static uint64_t bytes_below(const struct xs_worker *w, const struct xs_delivery *d)
{
	const struct xs_stack *s = &w->stack;
	const uint8_t *const low = d->compat ? NULL : lowest_byte(d);
	uint64_t changed = 0;

	if (low >= s->base && low < s->base + s->bytes)
		return low < s->floor ? (uint64_t)(s->floor - low) : 0;
	if (!xs_is_short(w) || w->task.shared->mitigated == XS_MITIGATED_FRESH)
		return 0;
	for (const uint8_t *at = s->frame - XS_BELOW_BYTES; at < s->floor; at++)
		changed += *at != XS_BELOW_FILL;
	return changed;
}

/* Whether the first worker is to plant now, in the way @how. */
static bool plants(struct xs_worker *w, enum xs_plant_how how)
{
	return w->task.shared->plant.how && !w->task.index && xs_plant_due(&w->task, how);
}

static void take_layout(struct xs_worker *w, uint32_t depth, const struct xs_delivery *d)
{
	struct xs_level *l = &w->task.level[depth];
	const uint32_t which = w->task.shared->plant.class;
	const bool spoil = !depth && which < XS_LAYOUT_NO_FRAME && plants(w, XS_PLANT_LAYOUT);

	/* Sigreturn is to find that one. */
	if (spoil && which != XS_LAYOUT_SSP_RETURN)
		xs_plant_layout(w, d, which);
	xs_layout_take(&l->layout, d, &w->task.shared->cpu, depth ? 0 : changed_above(w));
	l->layout.field[XS_LAYOUT_BELOW] = bytes_below(w, d);
	if (xs_fault_is(w, XS_STACK_SHADOW))
		xs_shadow_entry(l, d);
	if (spoil && (which == XS_LAYOUT_ALIGNMENT || which == XS_LAYOUT_BELOW ||
		      which == XS_LAYOUT_CODE || which == XS_LAYOUT_SSP_ENTRY))
		l->layout.field[which] ^= 16;
	/* Back as it was: it is this look that is to find it. */
	if (spoil)
		xs_plant_layout(w, d, which);
}

/* A signal that nobody asked for ends the process, as if there were no handler. */
static void unasked(const struct xs_delivery *d)
{
	xs_death_note(d->signo, d->info, d->context);
	xs_death_die(d->signo);
}

/*
 * Sigreturn has refused a legal frame: the handler had ended, and the kernel
 * itself raises SIGSEGV. Where signals come in bursts, it may as well have been
 * the next one's frame, which could not be written.
 */
static bool refuses_legal(const struct xs_worker *w, const struct xs_delivery *d)
{
	return d->signo == SIGSEGV && w->returning &&
	       !(w->source->entry.flags & XS_SIGNAL_REPEATS) && d->code == SI_KERNEL &&
	       w->task.level[0].delivered;
}

static void record_refusal(struct xs_worker *w, const struct xs_delivery *d)
{
	const struct xs_level *l = &w->task.level[0];

	copy_frame(w->refusal_frame, l, &w->task.shared->cpu, d);
	xs_task_record_as(&w->task, l, XS_WRONG_REFUSED, XS_LEG_RETURN, 0, l->window.check_image,
			  w->refusal_frame, w->task.shared->cpu.image_bytes);
}

static bool in_window(const struct xs_worker *w, const struct xs_delivery *d)
{
	const uint64_t ip = xs_delivery_ip(d);

	return d->compat ? xs_compat_in_window(w->low, ip) : xs_window_has(ip);
}

/* Whether the frame's page boundary is not where the case wants it. */
static bool misplaced(const struct xs_worker *w, const struct xs_delivery *d)
{
	const uint32_t boundary = w->task.shared->plan.boundary;

	return boundary != XS_BOUNDARY_NONE && !xs_fault_is(w, XS_STACK_REFUSES) &&
	       ((uintptr_t)d->fpstate + boundary) % PAGE;
}

/* Whether the window's own instruction has raised it: there, and by the kernel's word, if any. */
static bool trapped(const struct xs_worker *w, const struct xs_delivery *d)
{
	const bool sent = d->code < 0 || (!d->code && !d->compat);

	return w->source->trap_at && !sent && xs_delivery_ip(d) == (uintptr_t)w->source->trap_at;
}

/* A signal of the plan: the source's, or the SIGSEGV that stands for one which had no stack. */
static bool asked_for(const struct xs_worker *w, const struct xs_delivery *d)
{
	if (d->signo == XS_SIGNO)
		return true;
	/* A 32-bit frame without siginfo does not say where the signal is from. */
	if (d->signo == SIGSEGV && xs_fault_is(w, XS_STACK_REFUSES) &&
	    (d->code == SI_KERNEL || (d->compat && !d->code)))
		return true;
	if (d->signo != w->source->signo)
		return false;
	return !w->source->trap_at || trapped(w, d);
}

/*
 * Whether interrupted code can go on with 0 in rax, which is what a sigreturn
 * that has failed returns: the loop can, and what comes behind an instruction
 * that raises a signal. What calls and arms a restartable sequence cannot, nor
 * can a turn of the hold: 0 is read(), where it has its system call's number.
 */
static bool goes_on(const struct xs_worker *w, const struct xs_delivery *d)
{
	const uint64_t ip = xs_delivery_ip(d);

	if (ip >= (uintptr_t)__start_xs_trap && ip < (uintptr_t)__stop_xs_trap)
		return w->source->trap_at && ip == (uintptr_t)w->source->trap_end;
	return !w->source->trap || w->source->trap_at ||
	       (ip >= (uintptr_t)xs_window_restart && ip < (uintptr_t)xs_window_end);
}

/*
 * The kernel has refused a bad frame. It had taken the general registers but
 * for rax from it, so that the interrupted code goes on, and has put all state
 * into init; or has taken that, too, before it came to a bad token. Every second time that code is
 * reached by a jump, so that nothing of the refused frame is put right by a good one; always on a
 * shadow stack, where the token of the refused one has not been taken: SSP is not what it was.
 */
static void refused(struct xs_worker *w, const struct xs_delivery *d)
{
	struct xs_level *l = &w->task.level[0];

	xs_dump(w->refusal_entry, l->window.dump_mask);
	copy_frame(w->refusal_frame, l, &w->task.shared->cpu, d);
	xs_layout_take(&w->refusal_layout, d, &w->task.shared->cpu, 0);
	w->awaits_refusal = false;
	w->refused = w->acted = true;
	w->task.slot->release = 1;
	if (l->generation / 4 % 2 || !goes_on(w, d) || xs_fault_is(w, XS_STACK_SHADOW))
		xs_window_leave(&l->window);
}

/* Copy what this delivery shows, and count it. */
static void prove(struct xs_worker *w, uint32_t depth, const struct xs_delivery *d)
{
	struct xs_level *l = &w->task.level[depth];
	struct xs_counters *count = w->task.count;
	const bool again = l->delivered;

	/* As if the kernel had given the handler wrong registers, or had written a wrong frame. */
	if (plants(w, XS_PLANT_ENTRY))
		xs_level_load(l);
	xs_dump(l->entry, l->window.dump_mask);
	if (plants(w, XS_PLANT_WRITTEN))
		xs_plant_frame(w, d, d->fpstate, false);
	copy_frame(l->frame, l, &w->task.shared->cpu, d);
	l->delivered = true;
	if (!depth) {
		xs_witness_look(w);
		note_frame(w, d);
	}
	take_layout(w, depth, d);
	if (depth)
		return;
	count->signals++;
	count->refused += xs_fault_is(w, XS_STACK_REFUSES) && d->signo == SIGSEGV;
	count->misplaced += misplaced(w, d);
	count->compat += d->compat;
	count->aborted += xs_delivery_ip(d) == (uintptr_t)xs_window_restart;
	count->repeated += again;
	if (!count->first_signal_ns)
		count->first_signal_ns = xs_now_ns() - w->task.shared->start_ns;
	if (w->sampling)
		xs_moment_take(w, XS_AT_ENTRY);
	if (w->task.shared->observe)
		xs_behaviour_signal(w, d);
}

/* Whether a further signal finds the window's registers as the first one did. */
static bool repeats(const struct xs_worker *w)
{
	return (w->source->entry.flags & XS_SIGNAL_REPEATS) && !xs_action_is(w, XS_HANDLER_ENDS);
}

/* What the case says to do; nested windows and a child are the window's: once is enough. */
static void act(struct xs_worker *w, uint32_t depth, bool again)
{
	if (!w->action->act || (depth && !xs_action_is(w, XS_HANDLER_NESTS)) ||
	    (again && xs_action_is(w, XS_HANDLER_NESTS | XS_FORKS)))
		return;
	w->depth = depth + 1;
	w->task.depth = depth;
	w->acted = w->action->act(&w->task);
	w->depth = depth;
}

/* A delivery that hits no window, or a window that has had its signal. */
static void outside(struct xs_worker *w)
{
	w->task.count->outside++;
	w->task.slot->release = 1;
}

/*
 * Where a frame says that fpstate is, and up to where that can be read. A frame
 * that says something impossible is one without state, not one to fault on.
 */
static void find_fpstate(struct xs_worker *w, struct xs_delivery *d)
{
	const uintptr_t at = (uintptr_t)d->fpstate, frame = (uintptr_t)d->pointer;
	const uintptr_t end = (uintptr_t)w->stack.base + w->stack.bytes;

	d->room = XS_IMAGE_MAX + XS_MAGIC2_BYTES;
	if (at < frame || at - frame > FRAME_SPAN) {
		xs_zero(w->after, XS_IMAGE_MAX);
		d->fpstate = w->after + XS_FSAVE_BYTES;
		d->fsave = d->fsave ? w->after : NULL;
		d->room = XS_IMAGE_LEGACY_BYTES;
	} else if (at >= (uintptr_t)w->stack.base && at < end && end - at < d->room) {
		d->room = end - at;
	}
}

void xs_deliver(const struct xs_delivery *given)
{
	struct xs_delivery copy = *given, *d = &copy;
	struct xs_worker *w = self;
	uint32_t depth;
	bool again;

	if (!w) {
		if (d->signo != XS_SIGNO)
			unasked(d);
		return;
	}
	find_fpstate(w, d);
	if (w->calibrating && d->signo == XS_SIGNO) {
		note_frame(w, d);
		return;
	}
	/* SEGV_CPERR: a return address is not what the shadow stack has. */
	if (w->awaits_refusal && d->signo == SIGSEGV &&
	    (d->code == SI_KERNEL || !xs_fault_is(w, XS_STACK_SHADOW))) {
		refused(w, d);
		return;
	}
	if (!asked_for(w, d)) {
		if (refuses_legal(w, d))
			record_refusal(w, d);
		unasked(d);
		return;
	}
	w->returning = false;
	if (trapped(w, d)) {
		/* A SIGSEGV in its place has a code of its own. */
		d->code_due = d->signo == w->source->signo ? w->source->code : 0;
		xs_delivery_step_over(d, (uint32_t)(w->source->trap_end - w->source->trap_at));
	}
	depth = w->depth;
	again = depth <= w->task.shared->plan.depth && w->task.level[depth].delivered;
	if (depth > w->task.shared->plan.depth || !in_window(w, d) || (again && !repeats(w))) {
		outside(w);
		return;
	}
	prove(w, depth, d);
	act(w, depth, again);
	if (!depth)
		xs_sigreturn_prepare(w, d);
	*w->task.level[depth].window.release = 1;
	w->returning = !depth && !xs_action_is(w, XS_HANDLER_REFUSED | XS_HANDLER_JUMPS);
	if (!depth && xs_action_is(w, XS_HANDLER_JUMPS))
		xs_window_leave(&w->task.level[0].window);
}

void xs_handle(int signo, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	const struct xs_delivery d = {
		.signo = signo,
		.code = info->si_code,
		.ip = &uc->uc_mcontext.gregs[REG_RIP],
		.pointer = &uc->uc_mcontext.fpregs,
		.flags = &uc->uc_flags,
		.fpstate = (uint8_t *)uc->uc_mcontext.fpregs,
		.info = info,
		.context = context,
		.ssp = xs_ssp(),
	};

	xs_deliver(&d);
}
