// SPDX-License-Identifier: GPL-2.0-only
/* The watchdog: who could run, and gets no CPU. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/watch.h"

#define TRIES 1000u

static pid_t start(bool spins)
{
	const pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		if (!spins)
			pause();
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Of two looks, one right after the other: the CPU is ours, so it is not his. */
static void who_has_no_cpu_starves(void **unused)
{
	cpu_set_t one, before;
	uint64_t ticks = 0;
	bool starves = false;
	pid_t pid;

	(void)unused;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	pid = start(true);
	assert_true(pid > 0);
	for (uint32_t i = 0; i < TRIES && !starves; i++) {
		xs_watch_starves(pid, &ticks);
		starves = xs_watch_starves(pid, &ticks);
	}
	assert_true(starves);
	end(pid);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

/* Who has had the CPU, sleeps, was stopped, or is gone does not. */
static void others_do_not(void **unused)
{
	const pid_t spins = start(true), sleeps = start(false);
	uint64_t ticks = 0, before = 0;

	(void)unused;
	assert_true(spins > 0 && sleeps > 0);
	/* Whatever the load: it gets some CPU time in the end. */
	do {
		usleep(1000);
		before = ticks;
		if (xs_watch_starves(spins, &ticks))
			assert_int_equal(ticks, before);
	} while (!before || ticks == before);
	while (xs_watch_starves(sleeps, &before)) /* until it sleeps */
		usleep(1000);
	for (uint32_t i = 0; i < TRIES; i++)
		assert_false(xs_watch_starves(sleeps, &before));
	kill(spins, SIGSTOP);
	assert_int_equal(waitpid(spins, NULL, WUNTRACED), spins);
	xs_watch_starves(spins, &ticks);
	assert_false(xs_watch_starves(spins, &ticks));
	end(sleeps);
	assert_false(xs_watch_starves(sleeps, &before));
	end(spins);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_no_cpu_starves),
		cmocka_unit_test(others_do_not),
	};

	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
