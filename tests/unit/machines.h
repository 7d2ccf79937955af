/* SPDX-License-Identifier: GPL-2.0-only */
/* CPUs with the frame layouts that exist, for tests that run anywhere. */
#ifndef XS_TEST_MACHINES_H
#define XS_TEST_MACHINES_H

#include <stdlib.h>

#include "state/image.h"

#define XS_TEST_MACHINES 6u

/*
 * 0: FXSAVE only; 1: AVX (832); 2: AVX, MPX, PKRU (2 696); 3: AVX-512, PKRU (2 696);
 * 4: all that there is but MPX, with AMX, APX and x87 pointers (11 008); 5: AVX, APX (1 088).
 */
static inline struct xs_cpu xs_test_machine(size_t n)
{
	static const struct xs_cpu machines[XS_TEST_MACHINES] = {
		{ .xcr0 = 3,
		  .image_bytes = 512,
		  .mxcsr_mask = 0xffff,
		  .init_pkru = XS_PKRU_DEFAULT },
		{ .xcr0 = 7,
		  .features = XS_CPU_XSAVE | XS_CPU_AVX,
		  .image_bytes = 832,
		  .offset = { [2] = 576 },
		  .size = { [2] = 256 },
		  .mxcsr_mask = 0xffff,
		  .init_pkru = XS_PKRU_DEFAULT },
		{ .xcr0 = 0x21f,
		  .features = XS_CPU_XSAVE | XS_CPU_AVX | XS_CPU_PKU,
		  .image_bytes = 2696,
		  .offset = { [2] = 576, [3] = 960, [4] = 1024, [9] = 2688 },
		  .size = { [2] = 256, [3] = 64, [4] = 64, [9] = 8 },
		  .mxcsr_mask = 0x2ffff,
		  .init_pkru = XS_PKRU_DEFAULT },
		{ .xcr0 = 0x2e7,
		  .features =
			  XS_CPU_XSAVE | XS_CPU_AVX | XS_CPU_AVX512F | XS_CPU_AVX512BW | XS_CPU_PKU,
		  .image_bytes = 2696,
		  .offset = { [2] = 576, [5] = 1088, [6] = 1152, [7] = 1664, [9] = 2688 },
		  .size = { [2] = 256, [5] = 64, [6] = 512, [7] = 1024, [9] = 8 },
		  .mxcsr_mask = 0x2ffff,
		  .init_pkru = XS_PKRU_DEFAULT },
		{ .xcr0 = 0xe02e7,
		  .features = XS_CPU_XSAVE | XS_CPU_AVX | XS_CPU_AVX512F | XS_CPU_AVX512BW |
			      XS_CPU_PKU | XS_CPU_AMX | XS_CPU_X87_POINTERS | XS_CPU_APX,
		  .image_bytes = 11008,
		  .offset = { [2] = 576,
			      [5] = 1088,
			      [6] = 1152,
			      [7] = 1664,
			      [9] = 2688,
			      [17] = 2752,
			      [18] = 2816,
			      [19] = 960 },
		  .size = { [2] = 256,
			    [5] = 64,
			    [6] = 512,
			    [7] = 1024,
			    [9] = 8,
			    [17] = 64,
			    [18] = 8192,
			    [19] = 128 },
		  .dynamic = 1ull << 18,
		  .mxcsr_mask = 0x2ffff,
		  .init_pkru = XS_PKRU_DEFAULT },
		{ .xcr0 = 0x80007,
		  .features = XS_CPU_XSAVE | XS_CPU_AVX | XS_CPU_APX,
		  .image_bytes = 1088,
		  .offset = { [2] = 576, [19] = 960 },
		  .size = { [2] = 256, [19] = 128 },
		  .mxcsr_mask = 0xffff,
		  .init_pkru = XS_PKRU_DEFAULT },
	};

	return machines[n];
}

/* All of what a task of @role drives in the classes of @mask. */
static inline struct xs_drive xs_test_drive(uint32_t mask, uint32_t owner, uint32_t role)
{
	return (struct xs_drive){
		.mask = mask, .vectors = UINT32_MAX, .owner = (uint16_t)owner, .role = (uint8_t)role
	};
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
