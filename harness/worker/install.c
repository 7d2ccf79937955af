// SPDX-License-Identifier: GPL-2.0-only
/* Which signals a process of workers handles, and lets in. */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "task/sys.h"
#include "worker/compat.h"
#include "worker/keyed.h"
#include "worker/worker.h"

_Static_assert(offsetof(struct xs_keyed, base) == XS_KEYED_BASE &&
		       offsetof(struct xs_keyed, bytes) == XS_KEYED_BYTES &&
		       offsetof(struct xs_keyed, key) == XS_KEYED_KEY &&
		       offsetof(struct xs_keyed, depth) == XS_KEYED_DEPTH,
	       "as keyed.S has them");

void xs_signal_mask(int how)
{
	uint64_t set = 1ull << (XS_SIGNO - 1);

	for (uint32_t i = 0; i < XS_SIGNALS; i++)
		if (xs_signal(i)->signo && !xs_signal(i)->trap_at)
			set |= 1ull << (xs_signal(i)->signo - 1);
	xs_syscall6(SYS_rt_sigprocmask, how, (long)&set, 0, sizeof(set), 0, 0);
}

static int install(int signo, int flags, uint8_t *low, const struct xs_plan *plan)
{
	const struct xs_signal_source *source = xs_signal(plan->signal);
	const bool keyed = xs_flags(XS_AXIS_STACK, plan->fault) & XS_STACK_KEYED;
	struct sigaction sa = { .sa_sigaction = keyed ? xs_handle_keyed : xs_handle,
				.sa_flags = SA_SIGINFO | SA_RESTART | flags };

	if (low)
		return xs_compat_install(signo, (uint32_t)(SA_RESTART | flags), low, plan);
	/* A SIGSEGV that comes while another one is awaited must not be one of these. */
	sigaddset(&sa.sa_mask, XS_SIGNO);
	if (source->signo && !source->trap_at)
		sigaddset(&sa.sa_mask, source->signo);
	return sigaction(signo, &sa, NULL) ? -errno : 0;
}

int xs_handler_install(const struct xs_plan *plan, uint8_t *low)
{
	const struct xs_signal_source *source = xs_signal(plan->signal);
	const bool no_stack = (xs_flags(XS_AXIS_STACK, plan->fault) & XS_STACK_REFUSES);
	/*
	 * One at a time: before the handler's first instruction the kernel would
	 * deliver whatever other workers send to the process, frame upon frame,
	 * until the stack is full. What nests lets its signal in, and what leaves by
	 * a jump has it let in before the next window. A trap cannot wait.
	 */
	int rc = install(XS_SIGNO, SA_ONSTACK, low, plan);

	if (!rc && source->signo)
		rc = install(source->signo, SA_ONSTACK | (source->trap_at ? SA_NODEFER : 0), low,
			     plan);
	/*
	 * A SIGSEGV that nobody asks for says who is to blame: on the thread's own
	 * stack, by a 64-bit frame.
	 */
	if (!rc && !low && source->signo != SIGSEGV)
		rc = install(SIGSEGV, SA_NODEFER, NULL, plan);
	/* Where the signal stack takes no frame, the SIGSEGV has to go elsewhere. */
	if (!rc && (no_stack || (xs_flags(XS_AXIS_HANDLER, plan->handler) & XS_HANDLER_REFUSED)))
		rc = install(SIGSEGV, SA_NODEFER | (no_stack ? 0 : SA_ONSTACK), low, plan);
	return rc;
}

void xs_handler_remove(const struct xs_plan *plan)
{
	const int signo[] = { XS_SIGNO, SIGSEGV, xs_signal(plan->signal)->signo };
	const struct timespec now = { 0 };
	const uint64_t all = UINT64_MAX;

	while (xs_syscall6(SYS_rt_sigtimedwait, (long)&all, 0, (long)&now, sizeof(all), 0, 0) > 0)
		;
	for (uint32_t i = 0; i < sizeof(signo) / sizeof(signo[0]); i++)
		if (signo[i]) {
			signal(signo[i], SIG_DFL);
			xs_death_again(signo[i]);
		}
}
