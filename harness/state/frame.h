/* SPDX-License-Identifier: GPL-2.0-only */
/* The fields of a frame's fpstate that edits change: uapi/asm/sigcontext.h, SDM vol. 1, 13.4. */
#ifndef XS_FRAME_H
#define XS_FRAME_H

#include "state/image.h"

/* Offsets in fpstate. sw_bytes is struct _fpx_sw_bytes. */
#define XS_SW_MAGIC1	    (XS_FRAME_SW_BYTES + 0)
#define XS_SW_EXTENDED_SIZE (XS_FRAME_SW_BYTES + 4)
#define XS_SW_XFEATURES	    (XS_FRAME_SW_BYTES + 8)
#define XS_SW_XSTATE_SIZE   (XS_FRAME_SW_BYTES + 16)
#define XS_IMAGE_MXCSR_AT   24u
#define XS_XCOMP_BV	    (XS_IMAGE_XSTATE_BV + 8)
#define XS_MAGIC2_BYTES	    4u
#define XS_XSAVE_MIN	    (XS_IMAGE_LEGACY_BYTES + XS_IMAGE_HEADER_BYTES)

/*
 * Sizes that the compiler knows keep libc's memcpy() out of workers and
 * handlers: it uses vector registers, which a broken kernel may corrupt.
 */
static inline uint32_t xs_frame_get32(const uint8_t *fpstate, uint32_t at)
{
	uint32_t value;

	__builtin_memcpy(&value, fpstate + at, sizeof(value));
	return value;
}

static inline uint64_t xs_frame_get64(const uint8_t *fpstate, uint32_t at)
{
	uint64_t value;

	__builtin_memcpy(&value, fpstate + at, sizeof(value));
	return value;
}

static inline void xs_frame_put32(uint8_t *fpstate, uint32_t at, uint32_t value)
{
	__builtin_memcpy(fpstate + at, &value, sizeof(value));
}

static inline void xs_frame_put64(uint8_t *fpstate, uint32_t at, uint64_t value)
{
	__builtin_memcpy(fpstate + at, &value, sizeof(value));
}

/** xs_frame_use() - XSTATE_BV gets the bits of @set, and loses those of @clear */
static inline void xs_frame_use(uint8_t *fpstate, uint64_t set, uint64_t clear)
{
	const uint64_t bv = xs_frame_get64(fpstate, XS_IMAGE_XSTATE_BV);

	xs_frame_put64(fpstate, XS_IMAGE_XSTATE_BV, (bv | set) & ~clear);
}

/**
 * xs_frame_bytes() - how much fpstate holds, without magic2
 * @room: bytes that can be read there, 512 at least
 *
 * 512 unless both magic words and a possible size say that it is more: extended
 * state counts only behind them (uapi/asm/sigcontext.h). Context: any,
 * async-signal-safe.
 */
static inline uint32_t xs_frame_bytes(const uint8_t *fpstate, uint64_t room)
{
	const uint32_t size = xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE);

	if (xs_frame_get32(fpstate, XS_SW_MAGIC1) == XS_FRAME_MAGIC1 && size >= XS_XSAVE_MIN &&
	    size <= XS_IMAGE_MAX && size + XS_MAGIC2_BYTES <= room &&
	    xs_frame_get32(fpstate, size) == XS_FRAME_MAGIC2)
		return size;
	return XS_IMAGE_LEGACY_BYTES;
}

/** xs_frame_resize() - xstate_size becomes @bytes, with magic2 behind it and no longer elsewhere */
static inline void xs_frame_resize(uint8_t *fpstate, uint32_t bytes)
{
	const uint32_t before = xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE);

	if (before <= XS_IMAGE_MAX)
		xs_frame_put32(fpstate, before, 0);
	xs_frame_put32(fpstate, XS_SW_XSTATE_SIZE, bytes);
	xs_frame_put32(fpstate, bytes, XS_FRAME_MAGIC2);
}

#endif
