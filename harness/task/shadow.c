// SPDX-License-Identifier: GPL-2.0-only
/* What a delivery leaves on a shadow stack. */
#include "task/shadow.h"

#include <errno.h>
#include <sys/syscall.h>

#include "axis/axis.h"
#include "task/sys.h"

/* uapi/asm/prctl.h, since 6.6 */
#ifndef ARCH_SHSTK_ENABLE
#define ARCH_SHSTK_ENABLE  0x5001
#define ARCH_SHSTK_DISABLE 0x5002
#define ARCH_SHSTK_WRSS	   2
#endif

#define WORDS_ABOVE 8u /* of what lies above SSP: a kernel that goes too far begins there */

static void nothing(void *arg)
{
	(void)arg;
}

int xs_shadow_supported(char *why)
{
	const int rc = (int)xs_shadow_run(nothing, NULL);

	return xs_why(rc, why,
		      rc == -EINVAL	  ? "this kernel has no user shadow stacks "
					    "(CONFIG_X86_USER_SHADOW_STACK, Linux 6.6)"
		      : rc == -EOPNOTSUPP ? "this CPU has no shadow stacks (user_shstk in "
					    "/proc/cpuinfo), or the kernel does not use them"
					  : "arch_prctl(ARCH_SHSTK_ENABLE): %m");
}

void xs_shadow_entry(struct xs_level *l, const struct xs_delivery *d)
{
	const struct xs_window *window = &l->window;
	/* The token, and the address of the restorer, which the handler's own return proves. */
	uint64_t off = window->ssp - 16 - d->ssp;

	/* It may have come to what the hold has called. */
	if (off == 8 && (window->trap || window->step))
		off = 0;
	l->layout.field[XS_LAYOUT_SSP_ENTRY] = off;
	if (!off)
		l->layout.field[XS_LAYOUT_SSP_TOKEN] =
			((const uint64_t *)d->ssp)[1] ^ ((d->ssp + 16) | XS_SHADOW_DATA);
}

uint64_t xs_shadow_words(uint64_t ssp)
{
	uint64_t changed = 0;

	for (uint32_t i = 0; i < WORDS_ABOVE; i++)
		changed += ((const uint64_t *)ssp)[i] != (uintptr_t)xs_window_lowered;
	return changed;
}

void xs_shadow_return(struct xs_level *l, bool returned)
{
	const struct xs_window *window = &l->window;

	l->layout.field[XS_LAYOUT_SSP_RETURN] = returned ? window->ssp - window->ssp_left : 0;
	l->layout.field[XS_LAYOUT_SHADOW_WORDS] = window->shadow ? xs_shadow_words(window->ssp) : 0;
}

long xs_shadow_write(uint64_t *at, uint64_t value)
{
	const long rc = xs_syscall3(SYS_arch_prctl, ARCH_SHSTK_ENABLE, ARCH_SHSTK_WRSS, 0);

	if (rc)
		return rc;
	__asm__ volatile("wrssq %1, %0" : "=m"(*at) : "r"(value));
	return xs_syscall3(SYS_arch_prctl, ARCH_SHSTK_DISABLE, ARCH_SHSTK_WRSS, 0);
}
