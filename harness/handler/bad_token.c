// SPDX-License-Identifier: GPL-2.0-only
/* bad-token: what sigreturn is to take SSP from is no token. */
#include "handler/handler.h"
#include "task/shadow.h"

/*
 * Source: get_shstk_data() and shstk_pop_sigframe() in arch/x86/kernel/shstk.c. One that points to
 * another place in user memory is taken.
 */
static uint64_t token(uint64_t right, uint32_t turn)
{
	switch (turn % 4) {
	case 1: /* a return address */
		return right & ~XS_SHADOW_DATA;
	case 2:
		return right | 4;
	case 3: /* beyond what user space has */
		return right | XS_SHADOW_DATA >> 1;
	default:
		return 0;
	}
}

const struct xs_handler_action xs_handler_bad_token = {
	.entry = {
		.name = "bad-token",
		.summary = "spoils the shadow stack's token: sigreturn must refuse",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_HANDLER_REFUSED | XS_HANDLER_TOKEN |
			 XS_X86_64,
		.supported = xs_shadow_supported,
	},
	.token = token,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "the program would have to run on a shadow stack from its first call on"
#endif
