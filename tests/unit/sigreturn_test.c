// SPDX-License-Identifier: GPL-2.0-only
/* What sigreturn has to make of frames, whole, cut and edited. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/machines.h"

static _Alignas(64) uint8_t frame[XS_IMAGE_MAX], expected[XS_IMAGE_MAX];
static struct xs_cpu cpu;
static uint32_t mask;

static void put32(uint32_t offset, uint32_t value)
{
	memcpy(frame + offset, &value, sizeof(value));
}

static void put64(uint32_t offset, uint64_t value)
{
	memcpy(frame + offset, &value, sizeof(value));
}

/* As the kernel writes it: sw_bytes are magic1, extended_size, xfeatures, xstate_size. */
static void write_frame(size_t machine)
{
	struct xs_drive drive;

	cpu = xs_test_machine(machine);
	mask = xs_state_mask_supported(&cpu);
	drive = xs_test_drive(mask, 7, XS_PATTERN_TASK);
	memset(frame, 0, sizeof(frame));
	xs_image_fill(frame, &cpu, &drive, 600);
	if (!(cpu.features & XS_CPU_XSAVE))
		return;
	put32(464, XS_FRAME_MAGIC1);
	put32(468, cpu.image_bytes + 4);
	put64(472, cpu.xcr0);
	put32(480, cpu.image_bytes);
	put32(cpu.image_bytes, XS_FRAME_MAGIC2);
}

/* Exactly the components of @loaded come from the frame, the bytes of all others are init. */
static void assert_loads(uint64_t loaded, bool mxcsr)
{
	memset(expected, 0xa5, sizeof(expected));
	xs_image_sigreturn(expected, frame, &cpu, cpu.image_bytes, mask);
	XS_FOR_EACH_LANE(at, mask, &cpu)
	{
		const bool own =
			at.span->file == XS_FILE_MXCSR ? mxcsr : loaded >> at.span->component & 1;
		const uint64_t bits = UINT64_MAX >> (64 - 8 * at.bytes);
		uint64_t in, out;

		memcpy(&in, frame + at.offset, sizeof(in));
		memcpy(&out, expected + at.offset, sizeof(out));
		assert_int_equal(out & bits, own ? in & bits : xs_lane_init(&at));
		assert_int_equal(xs_lane_get(expected, &cpu, &at), out & bits);
	}
}

static void test_whole(void **state)
{
	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		write_frame(m);
		assert_loads(cpu.xcr0, true);
		assert_false(xs_image_differs(frame, expected, &cpu, mask));
	}
}

/* Each of the checks that makes of a frame 512 bytes of FXSAVE. */
static void test_legacy_only(void **state)
{
	(void)state;
	for (size_t m = 1; m < XS_TEST_MACHINES; m++) {
		write_frame(m);
		put32(464, 0);
		assert_loads(3, true);
		write_frame(m);
		put32(cpu.image_bytes, 0);
		assert_loads(3, true);
		write_frame(m);
		put32(480, 575);
		put32(575, XS_FRAME_MAGIC2);
		assert_loads(3, true);
		write_frame(m);
		put32(480, cpu.image_bytes + 64);
		put32(468, cpu.image_bytes + 68);
		put32(cpu.image_bytes + 64, XS_FRAME_MAGIC2);
		assert_loads(3, true);
		write_frame(m);
		put32(468, cpu.image_bytes - 1);
		assert_loads(3, true);
		/* The legacy region counts, whatever XSTATE_BV says. */
		put64(XS_IMAGE_XSTATE_BV, 0);
		assert_loads(3, true);
	}
}

/* A task that has not used tiles gets smaller frames: a whole one is none of its. */
static void test_larger(void **state)
{
	(void)state;
	write_frame(4);
	xs_image_sigreturn(expected, frame, &cpu, xs_cpu_frame_bytes(&cpu, 0), mask);
	assert_memory_equal(expected + 160, frame + 160, 256);
	memset(frame + 512, 0, sizeof(frame) - 512);
	frame[512] = 3;
	assert_false(xs_image_differs(frame, expected, &cpu, mask));
}

/* A smaller size, with its magic word there: XSAVE's layout does not change. */
static void test_smaller(void **state)
{
	(void)state;
	write_frame(2);
	put32(480, 832);
	put32(832, XS_FRAME_MAGIC2);
	put64(472, 7);
	assert_loads(7, true);
	write_frame(1);
	put32(480, 576);
	put32(576, XS_FRAME_MAGIC2);
	put64(472, 3);
	assert_loads(3, true);
}

/* Every choice of components in sw_bytes and in XSTATE_BV. */
static void test_components(void **state)
{
	(void)state;
	for (size_t m = 1; m < XS_TEST_MACHINES; m++)
		for (uint64_t i = 0; i < 1024; i++) {
			const uint64_t asked = i * 0x9e3779b97f4a7c15u >> 44 & 0xfffff;
			const uint64_t held = i * 0xc2b2ae3d27d4eb4fu >> 44 & 0xfffff;

			write_frame(m);
			put64(472, asked);
			put64(XS_IMAGE_XSTATE_BV, held);
			assert_loads(asked & held & cpu.xcr0, asked >> 1 & 1);
		}
}

/* Classes that are not asked for stay init. */
static void test_mask(void **state)
{
	uint64_t bv;

	(void)state;
	write_frame(4);
	xs_image_sigreturn(expected, frame, &cpu, cpu.image_bytes, 1u << XS_STATE_pkru);
	memcpy(&bv, expected + XS_IMAGE_XSTATE_BV, sizeof(bv));
	assert_int_equal(bv, 1ull << XS_XFEATURE_PKRU);
	XS_FOR_EACH_LANE(at, mask & ~(1u << XS_STATE_pkru), &cpu)
	{
		assert_int_equal(xs_lane_get(expected, &cpu, &at), xs_lane_init(&at));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),	   cmocka_unit_test(test_legacy_only),
		cmocka_unit_test(test_smaller),	   cmocka_unit_test(test_larger),
		cmocka_unit_test(test_components), cmocka_unit_test(test_mask),
	};

	return cmocka_run_group_tests_name("sigreturn", tests, NULL, NULL);
}
