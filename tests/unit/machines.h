/* SPDX-License-Identifier: GPL-2.0-only */
/* CPUs with the frame layouts that exist, for tests that run anywhere. */
#ifndef XS_TEST_MACHINES_H
#define XS_TEST_MACHINES_H

#include <stdlib.h>

#include "state/image.h"

#define XS_TEST_MACHINES 4u

/* 0: FXSAVE only; 1: AVX (832); 2: AVX, MPX, PKRU (2 696); 3: AVX-512, PKRU (2 696). */
static inline struct xs_cpu xs_test_machine(size_t n)
{
	static const struct xs_cpu machines[XS_TEST_MACHINES] = {
		{ .xcr0 = 3, .image_bytes = 512, .mxcsr_mask = 0xffff },
		{ .xcr0 = 7,
		  .features = XS_CPU_XSAVE | XS_CPU_AVX,
		  .image_bytes = 832,
		  .offset = { [2] = 576 },
		  .mxcsr_mask = 0xffff },
		{ .xcr0 = 0x21f,
		  .features = XS_CPU_XSAVE | XS_CPU_AVX,
		  .image_bytes = 2696,
		  .offset = { [2] = 576, [3] = 960, [4] = 1024, [9] = 2688 },
		  .mxcsr_mask = 0x2ffff },
		{ .xcr0 = 0x2e7,
		  .features = XS_CPU_XSAVE | XS_CPU_AVX | XS_CPU_AVX512F | XS_CPU_AVX512BW,
		  .image_bytes = 2696,
		  .offset = { [2] = 576, [5] = 1088, [6] = 1152, [7] = 1664, [9] = 2688 },
		  .mxcsr_mask = 0x2ffff },
	};

	return machines[n];
}

/* An image's memory, to be freed; zeroed. */
static inline uint8_t *xs_test_image(void)
{
	uint8_t *image = aligned_alloc(64, XS_IMAGE_MAX);

	if (image)
		for (size_t i = 0; i < XS_IMAGE_MAX; i++)
			image[i] = 0;
	return image;
}

#endif
