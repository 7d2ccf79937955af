// SPDX-License-Identifier: GPL-2.0-only
/* Ten million mutations, on all CPUs: each is a case that its machine can run, and its text's. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutate_check.h"
#include "session.h"

#define CHAINS	1000u
#define PLANNED 16u /* one in so many: it takes longer than all else */

/* This machine, whose word on what it can run is the last. */
struct machine {
	struct xs_session session;
	struct xs_repertoire repertoire;
	struct xs_plan plan;
	char why[XS_WHY_BYTES];
	uint32_t looked;
};

/* What a session or a plan refuses would be a run for nothing. */
static const char *look(void *arg, const struct xs_case *c, const struct xs_case *before)
{
	struct machine *m = arg;

	(void)before;
	if (xs_session_supported(&m->session, c, m->why))
		return m->why;
	if (++m->looked % PLANNED == 0 && xs_plan_make(&m->plan, c, m->session.topology,
						       m->repertoire.rows[XS_AXIS_STATE], m->why))
		return m->why;
	return NULL;
}

/* Every @of-th chain from @first on. */
static int run_chains(struct machine *m, uint32_t first, uint32_t of)
{
	for (uint32_t chain = first; chain < CHAINS; chain += of) {
		const uint32_t n = chain % (XS_TEST_REPERTOIRES + 1);
		const int here = n == XS_TEST_REPERTOIRES;
		const struct xs_repertoire r = here ? m->repertoire : xs_test_repertoire(n);

		if (xs_test_chain(&r, chain, here ? look : NULL, m))
			return 1;
	}
	return 0;
}

static uint32_t count_cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : (uint32_t)CPU_COUNT(&set);
}

int main(void)
{
	const uint32_t cpus = count_cpus();
	static struct machine machine;
	int status, rc;

	rc = xs_session_open(&machine.session, machine.why);
	if (rc) {
		fprintf(stderr, "%s\n", machine.why);
		return 1;
	}
	machine.repertoire = *xs_session_repertoire(&machine.session);
	for (uint32_t i = 0; i < cpus; i++) {
		switch (fork()) {
		case -1:
			perror("fork");
			return 1;
		case 0:
			_exit(run_chains(&machine, i, cpus));
		default:
			break;
		}
	}
	for (uint32_t i = 0; i < cpus; i++)
		if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
			rc = 1;
	xs_session_close(&machine.session);
	if (!rc)
		printf("%u mutations in %u processes\n", CHAINS * XS_TEST_CHAIN, cpus);
	return rc;
}
