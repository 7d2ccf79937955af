// SPDX-License-Identifier: GPL-2.0-only
/* A thread's signal stack as Go has it, with a mitigation. */
#include "signals/gsignal.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>

static __thread volatile uint32_t count;

static void handle(int signo)
{
	(void)signo;
	count++;
}

int xs_gsignal_handle(void)
{
	const struct sigaction sa = { .sa_handler = handle, .sa_flags = SA_ONSTACK | SA_RESTART };

	return sigaction(SIGUSR1, &sa, NULL) ? -errno : 0;
}

uint32_t xs_gsignal_count(void)
{
	return count;
}

uint64_t xs_gsignal_faults(void)
{
	struct rusage r;

	getrusage(RUSAGE_THREAD, &r);
	return (uint64_t)(r.ru_minflt + r.ru_majflt);
}

int xs_gsignal_open(const struct xs_mitigation *m, uint8_t **base, const char **what)
{
	stack_t ss = { .ss_size = XS_GSIGNAL_BYTES };

	*base = NULL;
	if (!m->no_altstack) {
		*what = "mmap() of a signal stack";
		ss.ss_sp = mmap(NULL, XS_GSIGNAL_BYTES, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | m->map_flags, -1, 0);
		if (ss.ss_sp == MAP_FAILED)
			return -errno;
		*base = ss.ss_sp;
		*what = "sigaltstack()";
		if (sigaltstack(&ss, NULL))
			return -errno;
	}
	*what = m->summary;
	return m->open && !m->process ? m->open(*base, XS_GSIGNAL_BYTES) : 0;
}

void xs_gsignal_close(uint8_t *base)
{
	const stack_t off = { .ss_flags = SS_DISABLE };

	if (!base)
		return;
	sigaltstack(&off, NULL);
	munmap(base, XS_GSIGNAL_BYTES);
}
