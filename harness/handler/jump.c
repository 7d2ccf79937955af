// SPDX-License-Identifier: GPL-2.0-only
/* jump: leaves the handler as siglongjmp() does, without sigreturn. */
#include "handler/handler.h"

static bool act(struct xs_task *t)
{
	struct xs_level *l = &t->level[0];

	l->window.check_image = t->level[1].image;
	l->expected = XS_PATTERN_HANDLER;
	return xs_level_clobber(t);
}

const struct xs_handler_action xs_handler_jump = {
	.entry = {
		.name = "jump",
		.summary = "leaves by a jump, as siglongjmp() does: its registers go on into the task",
		.flags = XS_HANDLER_JUMPS,
	},
	.act = act,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
/* As siglongjmp() does, without sigreturn: the handler's registers go on into the task. */
static void handler_point(struct task *t, ucontext_t *uc)
{
	t->want = t->other;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &uc->uc_sigmask, NULL, 8);
	asm volatile("movq 8(%0), %%r9; movq 32(%0), %%r12; movq 40(%0), %%r13\n"
		"movq 48(%0), %%r14; movq 56(%0), %%r15; movq 80(%0), %%rbp; movq 88(%0), %%rbx\n"
		"movq 120(%0), %%rsp; jmp left" : : "c"(uc->uc_mcontext.gregs) : "memory");
	__builtin_unreachable();
}
#endif
