/* What the frame says of itself: uapi/asm/sigcontext.h. */
static void judge_frame(const struct task *t, const ucontext_t *uc)
{
	const uint64_t *area = (void *)uc->uc_mcontext.fpregs;
	const struct _fpx_sw_bytes *sw = (void *)(area + 58);
	const uint32_t *magic2 = (void *)((uint8_t *)area + sw->xstate_size);

	if ((uintptr_t)area % 64 || !(uc->uc_flags & 1) || area[65] | area[66] | area[67] ||
	    sw->magic1 != FP_XSTATE_MAGIC1 || *magic2 != FP_XSTATE_MAGIC2 ||
	    sw->extended_size != sw->xstate_size + 4 || ~sw->xstate_bv & t->image[64])
		corrupt("%s, in the signal frame: fpstate at %p, flags %#lx, magic words %#x %#x, "
			"sizes %u %u, xfeatures %#lx\n", t->name, (void *)area, uc->uc_flags,
			sw->magic1, *magic2, sw->extended_size, sw->xstate_size, sw->xstate_bv);
}
