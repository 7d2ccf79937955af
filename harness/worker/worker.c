// SPDX-License-Identifier: GPL-2.0-only
/* A worker: arm, load, hold, check, judge. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>

#include "task/shadow.h"
#include "task/sys.h"
#include "worker/compat.h"
#include "worker/keyed.h"
#include "worker/worker.h"

#define AFTERMATH_US	50u
#define MOVES		2u /* away and back */
#define OWN_STACK_BYTES 8192u

/* The faults of the worker's loop so far; a child that a handler has forked begins at zero. */
static void note_faults(struct xs_worker *w)
{
	uint64_t most;
	const uint64_t faults = xs_worker_faults(w, &most);

	w->task.count->faults = faults > w->faults_base ? faults - w->faults_base : 0;
}

/* Prove what a frame says of itself, by what the task holds. */
static void judge_layout(struct xs_worker *w, uint32_t depth, const struct xs_layout *layout,
			 uint64_t used)
{
	struct xs_level *l = &w->task.level[depth];
	uint64_t expected[XS_LAYOUT_FIELDS];

	/* Frames of a case are alike: what is as it was when it was right is right. */
	if (used && used == l->proved_used &&
	    !xs_layout_differs(layout->field, l->proved_layout.field))
		return;
	if (xs_layout_expect(expected, layout, &w->task.shared->cpu, used)) {
		xs_task_record_as(&w->task, l, XS_WRONG_VALUES, XS_LEG_LAYOUT, depth, expected,
				  layout->field, XS_LAYOUT_BYTES);
		return;
	}
	l->proved_layout = *layout;
	l->proved_used = used;
}

/* Compare what the handler copied and what the check found; record mismatches. */
static void judge(struct xs_worker *w, uint32_t depth)
{
	struct xs_task *t = &w->task;
	struct xs_level *l = &t->level[depth];
	const struct xs_cpu *cpu = &t->shared->cpu;
	bool frame_bad = false, entry_bad = false;

	if (l->delivered) {
		frame_bad = xs_image_differs(l->image, l->frame, cpu, l->registers);
		entry_bad = xs_image_differs(w->init, l->entry, cpu, l->registers);
		t->count->frames++;
		t->count->entries++;
	}
	if (frame_bad || entry_bad || l->bad)
		note_faults(w);
	if (frame_bad)
		xs_task_record(t, l, XS_LEG_FRAME, depth, l->image, l->frame);
	l->layout.field[XS_LAYOUT_RED_ZONE] = l->window.red_zone;
	if (xs_fault_is(w, XS_STACK_SHADOW))
		xs_shadow_return(l,
				 depth || !xs_action_is(w, XS_HANDLER_REFUSED | XS_HANDLER_JUMPS));
	if (l->delivered)
		judge_layout(w, depth, &l->layout, xs_state_xfeatures(l->loaded));
	if (entry_bad)
		xs_task_record(t, l, XS_LEG_HANDLER, depth, w->init, l->entry);
	/* Sigreturn has taken a frame that it had to refuse. */
	if (!depth && w->awaits_refusal && l->delivered)
		xs_task_record_as(t, l, XS_WRONG_ACCEPTED, XS_LEG_RETURN, depth, w->init,
				  l->bad ? l->dump : w->init, cpu->image_bytes);
	else if (l->bad)
		xs_task_record(t, l, t->is_child ? XS_LEG_FORK : XS_LEG_RETURN, depth,
			       l->window.check_image, l->dump);
}

/* The SIGSEGV that refused a bad frame interrupted a task in init state, or in that frame's. */
static void judge_refusal(struct xs_worker *w)
{
	struct xs_task *t = &w->task;
	const struct xs_level *l = &t->level[0];
	const bool loaded = w->action->token;
	const uint8_t *interrupted = loaded ? l->image : w->init;

	t->count->refused++;
	if (xs_image_differs(interrupted, w->refusal_frame, &t->shared->cpu, l->registers))
		xs_task_record(t, l, XS_LEG_FRAME, 0, interrupted, w->refusal_frame);
	if (xs_image_differs(w->init, w->refusal_entry, &t->shared->cpu, l->registers))
		xs_task_record(t, l, XS_LEG_HANDLER, 0, w->init, w->refusal_entry);
	judge_layout(w, 0, &w->refusal_layout, loaded ? xs_state_xfeatures(l->loaded) : 0);
}

/* The handler has forked: a child says what it found and goes, its parent waits for that. */
static void join_child(struct xs_worker *w)
{
	int status = 0;
	long rc;

	if (w->task.is_child) {
		if (w->task.level[0].bad)
			judge(w, 0);
		xs_exit(0);
	}
	rc = xs_wait4(w->task.child, &status, __WALL);
	if (rc == w->task.child && WIFSIGNALED(status)) {
		xs_death_of_child(WTERMSIG(status));
		xs_death_die(WTERMSIG(status));
	}
	w->task.child = 0;
}

static void count_window(struct xs_worker *w)
{
	struct xs_counters *count = w->task.count;
	const bool delivered = w->task.level[0].delivered;
	const struct xs_moment *moment = w->moment;

	count->checks++;
	if (!delivered && !w->task.slot->release && !w->aftermath)
		count->missed++;
	if (count->cpu_before != count->cpu_after)
		count->migrations++;
	if (!w->sampling)
		return;
	xs_moment_take(w, XS_AT_END);
	count->faults = moment[XS_AT_END].faults > w->faults_base
				? moment[XS_AT_END].faults - w->faults_base
				: 0;
	if (w->task.shared->observe)
		xs_behaviour_window(w);
	if (!delivered)
		return;
	count->sampled++;
	count->sampled_save +=
		w->witnessed || moment[XS_AT_ENTRY].faults > moment[XS_AT_START].faults_most;
	count->sampled_restore += moment[XS_AT_END].faults > moment[XS_AT_EXIT].faults_most;
}

/*
 * What a refused frame leaves behind in the kernel shows at the next switch,
 * if no good frame has repaired it by then: a window that gives the CPU away
 * and asks for no signal. Where a signal has told the kernel on which CPU the
 * registers are, two such windows that move the task must not believe that.
 */
static bool run_aftermath(struct xs_worker *w)
{
	/* Asleep: a neighbour gets the CPU for sure, as it may not by sched_yield(). */
	static const struct timespec nap = { .tv_nsec = AFTERMATH_US * 1000l };
	const struct xs_plan *plan = &w->task.shared->plan;
	const uint32_t cpu = plan->cpu[w->task.count->iterations % plan->cpus];
	uint64_t set[XS_PLAN_CPUS_MAX / 64] = { 0 };
	struct xs_window copy, *window = &w->task.level[0].window;
	bool bad;

	copy = *window;
	window->hold_syscall = SYS_nanosleep;
	window->args[0] = (uintptr_t)&nap;
	window->args[1] = 0;
	if (xs_action_is(w, XS_HANDLER_MOVES)) {
		set[cpu / 64] = 1ull << (cpu % 64);
		window->hold_syscall = SYS_sched_setaffinity;
		window->args[0] = 0;
		window->args[1] = sizeof(set);
		window->args[2] = (uintptr_t)set;
	}
	window->hold_ticks = 0;
	window->compat = 0;
	window->trap = NULL;
	bad = xs_window_run(window);
	copy.bad_register = window->bad_register;
	/* A late signal may have come to this window. */
	copy.ssp = window->ssp;
	copy.ssp_left = window->ssp_left;
	*window = copy;
	return bad;
}

static void judge_all(struct xs_worker *w)
{
	struct xs_counters *count = w->task.count;
	const struct xs_level *own = &w->task.level[1];

	judge(w, 0);
	count->acted += w->acted;
	if (w->refused)
		judge_refusal(w);
	/* The next windows see to that. */
	if (w->aftermath)
		w->aftermath--;
	else if (w->refused)
		w->aftermath = 1;
	else if (w->acted && xs_action_is(w, XS_HANDLER_MOVES))
		w->aftermath = MOVES;
	if (w->task.clobbered)
		count->clobbered += !xs_image_differs(own->image, own->dump, &w->task.shared->cpu,
						      own->registers);
	for (uint32_t depth = 1; depth <= w->task.shared->plan.depth; depth++) {
		if (!w->task.level[depth].delivered && !w->task.level[depth].bad)
			continue;
		count->nested += w->task.level[depth].delivered;
		judge(w, depth);
	}
}

/*
 * What is written to from here to the end of the handler must not fault: such
 * a fault would be taken for one of the frame's.
 */
static void take_back(struct xs_worker *w)
{
	const size_t bytes = w->task.shared->cpu.image_bytes;

	/* The thread's own stack, where what is called until then may begin another page. */
	xs_touch((uint8_t *)__builtin_frame_address(0) - OWN_STACK_BYTES, OWN_STACK_BYTES);

	for (uint32_t i = 0; i < w->task.shared->plan.depth + 2; i++) {
		struct xs_level *l = &w->task.level[i];

		xs_touch(l, offsetof(struct xs_level, image));
		xs_touch(l->image, bytes);
		xs_touch(l->dump, bytes);
		xs_touch(l->frame, bytes);
		xs_touch(l->entry, bytes);
		xs_touch(l->scratch, sizeof(l->scratch));
	}
	xs_touch(w->edited, bytes);
	xs_touch(w->after, bytes);
	xs_touch(w->refusal_frame, bytes);
	xs_touch(w->refusal_entry, bytes);
	xs_touch(&w->action, sizeof(*w) - offsetof(struct xs_worker, action));
	xs_touch(w->task.cliff, XS_CLIFF_BYTES);
	xs_touch(w->task.count, sizeof(*w->task.count));
	xs_touch(w->task.slot, sizeof(*w->task.slot));
}

/*
 * A frame lies on whatever the stack held: what the kernel does not write must
 * not matter. The next one is as large as the last, or lies elsewhere.
 */
static void soil(struct xs_worker *w)
{
	uint8_t *at = (uint8_t *)w->frame_fpstate - XS_FSAVE_BYTES;
	size_t words = (XS_FSAVE_BYTES + w->frame_bytes) / 8u;

	__asm__ volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(~0ull) : "memory");
}

static void iterate(struct xs_worker *w)
{
	struct xs_counters *count = w->task.count;
	struct xs_level *l = &w->task.level[0];
	int rc;

	xs_keyed_of(w->low)->depth = 0;
	/* A handler that was left by a jump has left its signal blocked. */
	if (xs_action_is(w, XS_HANDLER_REFUSED | XS_HANDLER_JUMPS) && !w->low)
		xs_signal_mask(SIG_UNBLOCK);
	xs_level_next(l, &w->task);
	for (uint32_t depth = 0; depth <= w->task.shared->plan.depth; depth++)
		w->task.level[depth].delivered = w->task.level[depth].bad = false;
	l->window.check_image = l->image;
	l->expected = XS_PATTERN_TASK;
	w->task.clobbered = w->acted = w->awaits_refusal = w->refused = w->returning = false;
	w->task.slot->release = 0;
	if (w->task.shared->plant.how)
		xs_plant_window(w);
	w->sampling = w->task.shared->observe || count->iterations % XS_SAMPLE_EVERY == 0;
	if (w->sampling)
		xs_witness_leave(w);
	rc = w->stack.arm(&w->stack);
	if (rc < 0) {
		xs_task_fail(&w->task, rc, w->fault->entry.name);
		w->task.shared->stop = 1;
		return;
	}
	if (xs_fault_is(w, XS_STACK_SWEEPS))
		take_back(w);
	if (xs_fault_is(w, XS_STACK_STAYS))
		soil(w);
	if (w->sampling)
		xs_moment_take(w, XS_AT_START);
	count->cpu_before = sched_getcpu();
	if (!w->awaits_tracer)
		l->window.trap = w->source->trap;
	if (!w->awaits_tracer && w->source->arm)
		w->source->arm(&w->task);
	l->window.shadow = w->stack.shadow;
	/* What the hold calls must not take the page in. */
	if (l->window.shadow && (l->window.trap || l->window.step))
		l->window.shadow |= 8;
	if (w->low)
		l->window.compat_call = xs_compat_call(l->window.hold_syscall);
	l->bad = w->aftermath ? run_aftermath(w) : xs_window_run(&l->window);
	w->returning = false;
	w->depth = 0; /* a jump out of the handler left it as it was */
	if (w->task.is_child || w->task.child)
		join_child(w);
	count->cpu_after = sched_getcpu();
	count_window(w);
	judge_all(w);
	count->iterations++;
}

/*
 * Whether it has had its signals, one of which did what its source is for, and each kind of
 * pressure its turn, for which it makes room.
 */
static bool is_served(const struct xs_worker *w)
{
	const struct xs_shared *shared = w->task.shared;
	const struct xs_counters *count = w->task.count;

	if (!shared->plan.signals || count->signals < shared->plan.signals)
		return false;
	if (w->source->entry.flags & XS_SIGNAL_ABORTS && !count->aborted)
		return false;
	if (!xs_idle_kinds(&shared->plan, &shared->obs, 1))
		return true;
	/* Asleep: a scheduler need not heed sched_yield(), and who waits for a CPU gets it in a slice. */
	xs_sleep_us(1);
	return false;
}

static void run_windows(void *arg)
{
	struct xs_worker *w = arg;

	while (!xs_task_stopping(&w->task) && !is_served(w))
		iterate(w);
}

int xs_worker_main(struct xs_worker *w)
{
	const stack_t off = { .ss_flags = SS_DISABLE };
	const struct xs_plan *plan = &w->task.shared->plan;
	bool opened = false;
	int rc;

	w->source = xs_signal(plan->signal);
	w->fault = xs_stack(plan->fault);
	w->action = xs_handler(plan->handler);
	/* Its first signals come now: a kernel that hangs on them must not take our parent's CPU.
	 */
	rc = xs_task_pin(&w->task);
	if (rc < 0)
		goto out;
	rc = xs_worker_open(w);
	opened = rc >= 0;
	if (opened && w->source->open)
		rc = w->source->open(&w->task);
	/* Where the case cannot cut this task's frames it proves nothing, and is no error. */
	if (rc < 0 && !w->task.count->misplaced)
		xs_task_fail(&w->task, rc, "setting up its signal stack and source");
	if (rc < 0)
		goto out;
	rc = xs_task_begin(&w->task);
	if (rc < 0)
		goto out;
	w->faults_base = xs_task_usage(&w->task);
	w->task.count->uncounted = !w->faults_base;
	if (w->kcov && xs_kcov_start(w->kcov))
		w->kcov = NULL;
	if (w->fault->run)
		rc = (int)w->fault->run(run_windows, w);
	else
		run_windows(w);
	if (rc < 0)
		xs_task_fail(&w->task, rc, w->fault->entry.name);
	if (w->kcov)
		xs_kcov_stop(w->kcov, &w->task.shared->behaviour);
	note_faults(w);
out:
	xs_registers_default();
	/* Its memory is there from then on, and says what of this run is to be closed. */
	if (opened && w->source->close)
		w->source->close(&w->task);
	xs_syscall3(SYS_sigaltstack, (long)&off, 0, 0);
	/* What is sent to the process is for the workers that go on. */
	xs_signal_mask(SIG_BLOCK);
	xs_handler_bind(NULL);
	xs_death_frames(NULL, 0);
	return rc;
}
