// SPDX-License-Identifier: GPL-2.0-only
/* Who killed whom: which deaths accuse the kernel. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "task/death.h"

#define PKUERR 4
#define GP     13
#define PF     14

struct row {
	struct xs_death death;
	int signo;
	bool refused; /* memory, meanwhile */
	int accuses;  /* 0, or -errno */
	const char *says;
};

#define SEEN(...)                                                                                  \
	{                                                                                          \
		.state = XS_DEATH_SEEN, __VA_ARGS__                                                \
	}

static const struct row rows[] = {
	/* No frame for it could be written at all. */
	{ { .state = XS_DEATH_ARMED }, SIGSEGV, false, 0, "" },
	{ { .state = XS_DEATH_ARMED }, SIGSEGV, true, -ENOMEM, "no memory" },
	{ { .state = XS_DEATH_UNARMED }, SIGSEGV, false, -ECANCELED, "before it was set up" },
	/* Sent: kill(), tgkill(), sigqueue(). */
	{ SEEN(.code = SI_USER, .sender = 77), SIGSEGV, false, -ECANCELED, "by process 77" },
	{ SEEN(.code = SI_TKILL, .sender = 77), SIGBUS, false, -ECANCELED, "by process 77" },
	{ SEEN(.code = SI_QUEUE, .sender = 77), SIGFPE, false, -ECANCELED, "by process 77" },
	{ SEEN(.code = SI_USER), SIGILL, false, -ECANCELED, "does not say who" },
	/* A frame that the kernel could not write, or did not believe. */
	{ SEEN(.code = SI_KERNEL, .trap = PF), SIGSEGV, false, 0, "" },
	{ SEEN(.code = SI_KERNEL, .trap = PF, .starved = 1), SIGSEGV, false, -ENOMEM, "no memory" },
	{ SEEN(.code = SI_KERNEL, .trap = PF), SIGSEGV, true, -ENOMEM, "no memory" },
	/* An instruction: of the window, whose registers the kernel restores, or of ours. */
	{ SEEN(.code = SI_KERNEL, .trap = GP, .place = XS_DEATH_LIVE), SIGSEGV, false, 0, "" },
	{ SEEN(.code = SI_KERNEL, .trap = GP), SIGSEGV, false, -EFAULT, "a fault of xsavage" },
	{ SEEN(.code = SEGV_MAPERR, .place = XS_DEATH_LIVE), SIGSEGV, true, 0, "" },
	{ SEEN(.code = SEGV_MAPERR, .address = 0x1000), SIGSEGV, false, -EFAULT, "0x1000" },
	{ SEEN(.code = SEGV_ACCERR), SIGSEGV, false, -EFAULT, "a fault of xsavage" },
	{ SEEN(.code = PKUERR), SIGSEGV, false, 0, "" },
	{ SEEN(.code = XS_SEGV_CPERR), SIGSEGV, false, 0, "" },
	{ SEEN(.code = XS_SEGV_CPERR), SIGBUS, false, -EFAULT, "a fault of xsavage" },
	{ SEEN(.code = ILL_ILLOPN, .place = XS_DEATH_LIVE), SIGILL, false, 0, "" },
	{ SEEN(.code = ILL_ILLOPN), SIGILL, false, -EFAULT, "a fault of xsavage" },
	{ SEEN(.code = BUS_ADRERR), SIGBUS, false, -EFAULT, "a fault of xsavage" },
	/* Masked, unless the kernel has lost MXCSR or FCW. */
	{ SEEN(.signo = SIGFPE, .code = FPE_FLTDIV), SIGFPE, false, 0, "" },
	{ SEEN(.signo = SIGFPE, .code = FPE_FLTINV), SIGFPE, false, 0, "" },
	{ SEEN(.signo = SIGFPE, .code = FPE_INTDIV), SIGFPE, false, -EFAULT, "a fault of xsavage" },
};

static void test_who_killed_whom(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		char why[XS_WHY_BYTES] = "";
		const int rc = xs_death_accuses(&r->death, r->signo, r->refused, why);

		if (rc != r->accuses || !strstr(why, r->says))
			fail_msg("row %zu: %d \"%s\", not %d \"%s\"", i, rc, why, r->accuses,
				 r->says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_killed_whom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
