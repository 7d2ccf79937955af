// SPDX-License-Identifier: GPL-2.0-only
/* Tells a death that the kernel caused from one that a person, a lack of memory or we did. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "task/death.h"

#ifndef SEGV_PKUERR
#define SEGV_PKUERR 4 /* uapi/asm-generic/siginfo.h */
#endif
#define TRAP_GP 13 /* SDM vol. 3, 6.15 */

/* A floating-point exception that is masked unless the kernel has lost MXCSR or FCW. */
static bool floating(const struct xs_death *d)
{
	return d->signo == SIGFPE && d->code >= FPE_FLTDIV && d->code <= FPE_FLTSUB;
}

/* A fault of the instruction itself; else the kernel could not write a frame, or take one. */
static bool by_instruction(const struct xs_death *d)
{
	return d->code != SI_KERNEL || d->trap == TRAP_GP;
}

int xs_death_accuses(const struct xs_death *d, int signo, bool refused, char why[XS_WHY_BYTES])
{
	const char *name = strsignal(signo);

	if (d->state == XS_DEATH_UNARMED) {
		snprintf(why, XS_WHY_BYTES, "a child died of \"%s\" before it was set up", name);
		return -ECANCELED;
	}
	if (d->state == XS_DEATH_ARMED) {
		if (!refused)
			return 0;
		snprintf(
			why, XS_WHY_BYTES,
			"a child died of \"%s\" while there was no memory (a limit of its cgroup?)",
			name);
		return -ENOMEM;
	}
	if (d->code <= 0) {
		snprintf(why, XS_WHY_BYTES,
			 d->sender ? "a child was sent \"%s\" by process %d: the run proves nothing"
				   : "a child died of \"%s\", and a 32-bit frame does not say who "
				     "sent it",
			 name, d->sender);
		return -ECANCELED;
	}
	/* Memory may be there again by the time that somebody looks. */
	if (d->starved || (refused && signo == SIGSEGV && !by_instruction(d))) {
		snprintf(why, XS_WHY_BYTES,
			 "there was no memory for a signal frame (a limit of its cgroup?)");
		return -ENOMEM;
	}
	if (d->place == XS_DEATH_LIVE || !by_instruction(d) || floating(d) ||
	    (signo == SIGSEGV && d->code == SEGV_PKUERR))
		return 0;
	snprintf(
		why, XS_WHY_BYTES,
		"a child died of \"%s\" of its own, at 0x%llx, address 0x%llx: a fault of xsavage, "
		"or of this machine",
		name, (unsigned long long)d->ip, (unsigned long long)d->address);
	return -EFAULT;
}

bool xs_death_is_fault(int signo)
{
	return signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE || signo == SIGILL ||
	       signo == SIGTRAP;
}
