// SPDX-License-Identifier: GPL-2.0-only
/* kvm: a process that holds registers while a virtual CPU of its own holds others. */
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pressure/guest.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "state/image.h"
#include "task/sys.h"

#define TRY_S 5

/* A KVM that does not work may never come back. */
static void limit(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec when = { .it_value = { .tv_sec = TRY_S } };
	int timer = 0; /* the kernel's number of it */

	if (!xs_syscall3(SYS_timer_create, CLOCK_MONOTONIC, (long)&event, (long)&timer))
		xs_syscall6(SYS_timer_settime, timer, 0, (long)&when, 0, 0, 0);
}

/* In init state, there and back. What it has then is not looked at: that is what runs are for. */
static int try(void)
{
	static struct xs_guest g;
	static const uint16_t ports[] = { XS_GUEST_HOLDS, XS_GUEST_SAVED };
	int rc;

	limit();
	rc = xs_guest_make(&g, 0);
	g.orders.components = 0;
	for (size_t i = 0; !rc && i < sizeof(ports) / sizeof(ports[0]); i++) {
		do
			rc = (int)xs_syscall3(SYS_ioctl, g.cpu, KVM_RUN, 0);
		while (rc == -EINTR);
		if (!rc && !xs_guest_left(&g, ports[i]))
			rc = -EIO;
	}
	return rc; /* the process ends */
}

/* QEMU's own SVM with nested paging: one case in a hundred ends in a CPU that stands still. */
static bool stalls(void)
{
	uint32_t a, who[3];
	char npt = 'N';
	int fd;

	__cpuid(0x40000000, a, who[0], who[1], who[2]);
	if (memcmp(who, "TCGTCGTCGTCG", sizeof(who)) != 0)
		return false;
	fd = open("/sys/module/kvm_amd/parameters/npt", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, &npt, 1) != 1)
		npt = 'N';
	close(fd);
	return npt == 'Y' || npt == '1';
}

static int supported(char *why)
{
	const int fd = xs_guest_open();
	int rc;

	if (fd < 0)
		return xs_why(fd, why, "opening /dev/kvm: %m");
	close(fd);
	if (stalls())
		return xs_why(-EOPNOTSUPP, why, "a CPU that QEMU emulates stalls in nested paging: "
						"boot with kvm_amd.npt=0");
	rc = xs_offspring_try(try);
	return xs_why(rc, why, "/dev/kvm opens, but a guest does not get to its first exits: %m");
}

static int open_guest(struct xs_task *t)
{
	struct xs_guest *g = t->own;
	uint32_t fit = 0;
	int rc;

	rc = xs_guest_make(g, xs_state_xfeatures(t->plan->proved));
	if (rc)
		return xs_task_fail(t, rc, "making a virtual machine");
	xs_level_init(&g->level, t, XS_PATTERN_GUEST);
	for (uint32_t left = g->level.registers; left; left &= left - 1) {
		const uint32_t class = left & -left;

		if (!(xs_state_xfeatures(class) & ~g->orders.components))
			fit |= class;
	}
	g->level.registers = fit;
	xs_level_hold(&g->level, t, fit);
	return 0;
}

/* What is planted in the one's registers is planted in the other's, too. */
static void plant(struct xs_task *t, struct xs_guest *g)
{
	struct xs_level *l = &g->level;

	xs_copy(l->planted, l->image, t->shared->cpu.image_bytes);
	xs_plant_apply(&t->shared->plant, l->planted, &t->shared->cpu, t->index, l->generation);
	g->orders.load = xs_guest_at(g, l->planted);
}

static int stray(struct xs_task *t, const struct kvm_run *run)
{
	char what[sizeof(t->count->error_what)];

	snprintf(what, sizeof(what), "KVM_RUN: the guest ended with exit reason %u",
		 run->exit_reason);
	return xs_task_fail(t, -EIO, what);
}

/*
 * Windows until the guest has left by @port: 0, 1 when the run is over before that, or -errno. In
 * every second one KVM_RUN comes back at once (since Linux 4.13): registers are exchanged, and
 * exchanged again, without a guest.
 */
static int enter(struct xs_task *t, uint16_t port)
{
	struct xs_guest *g = t->own;
	struct xs_level *l = t->level;

	do {
		xs_vector_next(t);
		if (l->window.load_image != l->image)
			plant(t, g);
		g->run->immediate_exit = l->generation & 1;
		if (xs_window_run(&l->window))
			xs_task_record(t, l, XS_LEG_RETURN, 0, l->image, l->dump);
		if (!l->window.result)
			return xs_guest_left(g, port) ? 0 : stray(t, g->run);
	} while (l->window.result == -EINTR && (g->run->immediate_exit || !xs_task_stopping(t)));
	return l->window.result == -EINTR ? 1 : xs_task_fail(t, l->window.result, "KVM_RUN");
}

static int step(struct xs_task *t)
{
	struct xs_guest *g = t->own;
	struct xs_level *l = &g->level;
	int rc;

	xs_level_next(l, t);
	g->orders.load = xs_guest_at(g, l->image);
	rc = enter(t, XS_GUEST_HOLDS);
	if (!rc)
		rc = enter(t, XS_GUEST_SAVED);
	if (rc)
		return rc;
	xs_vector_prove(t, l, XS_LEG_GUEST,
			xs_image_differs(l->image, l->dump, &t->shared->cpu, l->registers));
	t->count->iterations++;
	return 0;
}

static int begin(struct xs_task *t)
{
	struct xs_guest *g = t->own;

	t->level->window.hold_syscall = SYS_ioctl;
	t->level->window.args[0] = (uint64_t)g->cpu;
	t->level->window.args[1] = KVM_RUN;
	t->level->window.args[2] = 0;
	return 0;
}

static void close_guest(struct xs_task *t)
{
	xs_guest_unmake(t->own);
}

const struct xs_pressure xs_pressure_kvm = {
	.entry = {
		.name = "kvm",
		.summary = "a process that holds registers while a virtual CPU holds others",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_VECTOR,
		.features = XS_CPU_XSAVE,
		.supported = supported,
	},
	.own_bytes = sizeof(struct xs_guest),
	.open = open_guest,
	.begin = begin,
	.step = step,
	.close = close_guest,
	.legs = 1u << XS_LEG_RETURN | 1u << XS_LEG_GUEST,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "a virtual machine is no short program"
#endif
