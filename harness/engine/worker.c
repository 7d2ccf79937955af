// SPDX-License-Identifier: GPL-2.0-only
/* A worker: arm, load, hold, check, judge; and where its signal stack lies. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/sys.h"
#include "engine/task.h"

#define PAGE	     4096u
#define STACK_BYTES  (16u * PAGE)
#define SAMPLE_EVERY 8u /* measuring faults around a signal costs system calls */

static int altstack_set(const struct xs_worker *w, size_t shift)
{
	const stack_t ss = { .ss_sp = w->stack.base, .ss_size = w->stack.bytes - shift };

	return (int)xs_syscall3(SYS_sigaltstack, (long)&ss, 0, 0);
}

static int signal_self(void)
{
	return (int)xs_syscall3(SYS_tgkill, xs_syscall3(SYS_getpid, 0, 0, 0),
				xs_syscall3(SYS_gettid, 0, 0, 0), XS_SIGNO);
}

/* Take one signal to learn where the kernel puts a frame. */
static int calibrate(struct xs_worker *w)
{
	int rc;

	w->frame_fpstate = 0;
	w->calibrating = true;
	rc = signal_self();
	w->calibrating = false;
	if (rc < 0)
		return rc;
	return w->frame_fpstate ? 0 : -EPROTO;
}

/*
 * Put the page boundary where the case wants it: fpstate moves with the top
 * of the stack in steps of 64 bytes. Then drop[] is the side that is to be
 * missing.
 */
static int place_frame(struct xs_worker *w)
{
	const struct xs_plan *plan = &w->task.shared->plan;
	struct xs_stack *s = &w->stack;
	uintptr_t boundary;
	int rc = altstack_set(w, 0);

	s->drop = s->base;
	s->drop_bytes = s->bytes;
	if (rc >= 0)
		rc = calibrate(w);
	if (rc < 0 || plan->boundary == XS_BOUNDARY_NONE)
		return rc;
	rc = altstack_set(w, (w->frame_fpstate + plan->boundary) % PAGE);
	if (rc >= 0)
		rc = calibrate(w);
	if (rc < 0)
		return rc;
	boundary = w->frame_fpstate + plan->boundary;
	if (boundary % PAGE)
		return -EPROTO;
	/* fpstate ends below the stack's top; a frame may be smaller than XCR0 says. */
	if (boundary >= (uintptr_t)(s->base + s->bytes))
		return -ERANGE;
	if (plan->missing == XS_MISSING_UPPER) {
		s->drop = (uint8_t *)boundary;
		s->drop_bytes = (size_t)(s->base + s->bytes - s->drop);
	} else if (plan->missing == XS_MISSING_LOWER) {
		s->drop_bytes = (size_t)((uint8_t *)boundary - s->base);
	}
	return 0;
}

/* The vector task whose progress says that the worker's CPU has been used. */
static const volatile uint64_t *neighbour_of(const struct xs_worker *w)
{
	struct xs_shared *shared = w->task.shared;
	const struct xs_plan *plan = &shared->plan;

	for (uint32_t i = plan->workers; i < plan->tasks; i++)
		if (plan->task[i].role == XS_ROLE_PRESSURE && plan->task[i].registers &&
		    plan->task[i].cpu == w->task.plan->cpu)
			return &shared->obs.counters[i].iterations;
	return NULL;
}

static int stack_open(struct xs_worker *w)
{
	struct xs_stack *s = &w->stack;
	/* Guards on both sides: a kernel that writes outside the frame shows. */
	void *map =
		mmap(NULL, STACK_BYTES + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		return -errno;
	s->base = (uint8_t *)map + PAGE;
	s->bytes = STACK_BYTES;
	s->fd = -1;
	s->hold_us = w->task.shared->plan.fault_hold_us;
	s->neighbour = neighbour_of(w);
	return w->fault->open(s);
}

void xs_worker_close(struct xs_worker *w)
{
	if (!w->stack.base)
		return;
	w->fault->close(&w->stack);
	munmap(w->stack.base - PAGE, STACK_BYTES + 2 * PAGE);
}

/* Compare what the handler copied and what the check found; record mismatches. */
static void judge(struct xs_worker *w, uint32_t depth)
{
	struct xs_level *l = &w->level[depth];
	const struct xs_cpu *cpu = &w->task.shared->cpu;
	struct xs_counters *count = w->task.count;
	bool frame_bad = false, entry_bad = false;

	if (l->delivered) {
		frame_bad = xs_image_differs(l->image, l->frame, cpu, l->registers);
		entry_bad = xs_image_differs(w->init, l->entry, cpu, l->registers);
		count->frames++;
		count->entries++;
	}
	if (frame_bad || entry_bad || l->bad)
		count->faults = xs_task_usage(&w->task) - w->faults_base;
	if (frame_bad)
		xs_task_record(&w->task, l, XS_LEG_FRAME, depth, l->image, l->frame);
	if (entry_bad)
		xs_task_record(&w->task, l, XS_LEG_HANDLER, depth, w->init, l->entry);
	if (l->bad)
		xs_task_record(&w->task, l, XS_LEG_RETURN, depth, l->image, l->dump);
}

static void count_window(struct xs_worker *w, uint64_t faults_before)
{
	struct xs_counters *count = w->task.count;
	const bool delivered = w->level[0].delivered;
	uint64_t faults;

	count->checks++;
	if (!delivered && !w->task.slot->release)
		count->missed++;
	if (count->cpu_before != count->cpu_after)
		count->migrations++;
	if (!w->sampling)
		return;
	faults = xs_task_usage(&w->task);
	count->faults = faults - w->faults_base;
	if (!delivered)
		return;
	count->sampled++;
	count->sampled_save += w->faults_entry > faults_before;
	count->sampled_restore += faults > w->faults_exit;
}

/* A planted wrong load, or a window that a tracer will write into. */
static void plant(struct xs_worker *w)
{
	const struct xs_shared *shared = w->task.shared;
	const struct xs_plant *p = &shared->plant;
	struct xs_level *l = &w->level[0];

	if (w->task.index)
		return;
	xs_level_plant(l, &w->task, XS_PLANT_WORKER);
	if (p->how != XS_PLANT_TRACER)
		return;
	/* No signal of its own: the tracer ends the hold. */
	w->awaits_tracer = !shared->plant_fired && w->task.count->iterations + 1 >= p->at;
	l->window.hold_syscall = -1;
	l->window.hold_ticks =
		w->awaits_tracer ? UINT64_MAX : shared->plan.hold_us * shared->ticks_per_us;
}

static void iterate(struct xs_worker *w)
{
	struct xs_counters *count = w->task.count;
	struct xs_level *l = &w->level[0];
	uint64_t faults_before = 0;
	int rc;

	xs_level_next(l, &w->task);
	l->delivered = false;
	w->level[1].delivered = false;
	w->level[1].bad = false;
	w->clobbered = false;
	w->task.slot->release = 0;
	if (w->task.shared->plant.how)
		plant(w);
	rc = w->fault->arm(&w->stack);
	if (rc < 0) {
		xs_task_fail(&w->task, rc, w->fault->name);
		w->task.shared->stop = 1;
		return;
	}
	w->sampling = count->iterations % SAMPLE_EVERY == 0;
	if (w->sampling)
		faults_before = xs_task_usage(&w->task);
	count->cpu_before = sched_getcpu();
	if (w->source->arm && !w->awaits_tracer)
		w->source->arm(w);
	l->bad = xs_window_run(&l->window);
	count->cpu_after = sched_getcpu();
	count_window(w, faults_before);
	judge(w, 0);
	if (w->clobbered)
		count->clobbered += !xs_image_differs(w->level[1].image, w->level[1].dump,
						      &w->task.shared->cpu, w->level[1].registers);
	if (w->level[1].delivered || w->level[1].bad) {
		count->nested += w->level[1].delivered;
		judge(w, 1);
	}
	count->iterations++;
}

static void prepare_levels(struct xs_worker *w)
{
	struct xs_task *t = &w->task;

	xs_image_init(w->init, &t->shared->cpu);
	xs_level_init(&w->level[0], t, XS_PATTERN_TASK);
	xs_level_init(&w->level[1], t, XS_PATTERN_HANDLER);
	w->level[1].window.release = &w->nested_release;
	w->level[1].window.hold_syscall = SYS_tgkill;
	w->level[1].window.args[0] = (uint64_t)xs_syscall3(SYS_getpid, 0, 0, 0);
	w->level[1].window.args[1] = (uint64_t)xs_syscall3(SYS_gettid, 0, 0, 0);
	w->level[1].window.args[2] = XS_SIGNO;
}

int xs_worker_main(struct xs_worker *w)
{
	const stack_t off = { .ss_flags = SS_DISABLE };
	const struct xs_plan *plan = &w->task.shared->plan;
	int rc;

	w->source = xs_signals[plan->signal];
	w->fault = xs_stacks[plan->fault];
	prepare_levels(w);
	xs_handler_bind(w);
	rc = stack_open(w);
	if (rc >= 0)
		rc = place_frame(w);
	if (rc >= 0 && w->source->open)
		rc = w->source->open(w);
	if (rc < 0) {
		xs_task_fail(&w->task, rc, "setting up its signal stack and source");
		goto out;
	}
	rc = xs_task_begin(&w->task);
	if (rc < 0)
		goto out;
	w->faults_base = xs_task_usage(&w->task);
	while (!xs_task_stopping(&w->task) &&
	       (!plan->signals || w->task.count->signals < plan->signals))
		iterate(w);
	w->task.count->faults = xs_task_usage(&w->task) - w->faults_base;
out:
	xs_registers_default();
	if (w->source->close)
		w->source->close(w);
	xs_syscall3(SYS_sigaltstack, (long)&off, 0, 0);
	xs_handler_bind(NULL);
	return rc;
}
