// SPDX-License-Identifier: GPL-2.0-only
/* Images: every lane counts, what is not driven is init, what handlers find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/machines.h"

#define LANES_MAX 2048u

static uint64_t xstate_bv(const uint8_t *image)
{
	uint64_t bv;

	memcpy(&bv, image + XS_IMAGE_XSTATE_BV, sizeof(bv));
	return bv;
}

/* Every lane of a filled image differs from every other and from init. */
static void test_lanes(const struct xs_cpu *cpu)
{
	static uint64_t seen[LANES_MAX];
	uint8_t *image = xs_test_image(), *init = xs_test_image();
	const uint32_t mask = xs_state_mask_supported(cpu);
	const struct xs_drive drive = xs_test_drive(mask, 5, XS_PATTERN_TASK);
	size_t n = 0;

	xs_image_fill(image, cpu, &drive, 77);
	xs_image_init(init, cpu);
	XS_FOR_EACH_LANE(at, xs_state_reduce(mask), cpu)
	{
		const uint64_t value = xs_lane_get(image, cpu, &at);

		assert_true(at.offset + at.bytes <= cpu->image_bytes);
		assert_int_equal(xs_lane_get(init, cpu, &at), xs_lane_init(&at));
		assert_int_equal(value, xs_lane_pattern(&at, 5, XS_PATTERN_TASK, 77));
		if (at.span->file == XS_FILE_TILECFG)
			continue;
		assert_int_not_equal(value, xs_lane_init(&at));
		for (size_t i = 0; at.bytes == 8 && i < n; i++)
			assert_int_not_equal(value, seen[i]);
		if (at.bytes == 8 && n < LANES_MAX)
			seen[n++] = value;
	}
	if (cpu->features & XS_CPU_XSAVE)
		assert_int_equal(xstate_bv(image), xs_state_xfeatures(mask));
	free(image);
	free(init);
}

/* Stepping gives what filling gives; one changed lane, and only that, differs. */
static void test_step_and_differ(const struct xs_cpu *cpu, enum xs_pattern_role role,
				 uint32_t vectors)
{
	uint8_t *a = xs_test_image(), *b = xs_test_image();
	const uint32_t mask = xs_state_reduce(xs_state_mask_supported(cpu));
	struct xs_drive drive = xs_test_drive(mask, 9, role);

	drive.vectors = vectors;
	xs_image_fill(a, cpu, &drive, 1000);
	xs_image_step(a, cpu, &drive, 1000, 1001);
	xs_image_fill(b, cpu, &drive, 1001);
	assert_memory_equal(a, b, cpu->image_bytes);
	assert_false(xs_image_differs(a, b, cpu, mask));
	XS_FOR_EACH_LANE(at, mask, cpu)
	{
		const uint64_t value = xs_lane_get(b, cpu, &at);

		/* Of a tile three bits a lane will do: 1024 lanes of 64 take long. */
		const uint32_t stride = at.span->file == XS_FILE_TILE ? 29 : 1;

		/* A component that is nowhere driven reads as init, whatever lies there. */
		if (at.span->file == XS_FILE_VECTOR && vectors != UINT32_MAX)
			continue;
		for (uint32_t bit = 0; bit < at.bytes * 8u; bit += stride) {
			xs_lane_put(b, &at, value ^ 1ull << bit % 64);
			assert_true(xs_image_differs(a, b, cpu, mask));
		}
		xs_lane_put(b, &at, value);
	}
	assert_false(xs_image_differs(a, b, cpu, mask));
	free(a);
	free(b);
}

/* A component that XSTATE_BV leaves out is in its init state, whatever lies there. */
static void test_xstate_bv(const struct xs_cpu *cpu)
{
	uint8_t *a = xs_test_image(), *b = xs_test_image();
	const uint32_t mask = xs_state_reduce(xs_state_mask_supported(cpu));
	const struct xs_drive drive = xs_test_drive(mask, 1, XS_PATTERN_TASK);

	xs_image_fill(a, cpu, &drive, 3);
	for (unsigned int component = 0; component < XS_COMPONENTS; component++) {
		uint64_t bv;

		memcpy(b, a, cpu->image_bytes);
		if (!(cpu->features & XS_CPU_XSAVE) || !(xstate_bv(b) >> component & 1))
			continue;
		bv = xstate_bv(b) & ~(1ull << component);
		memcpy(b + XS_IMAGE_XSTATE_BV, &bv, sizeof(bv));
		XS_FOR_EACH_LANE(at, mask, cpu)
		{
			const bool mine =
				at.span->component == component && at.span->file != XS_FILE_MXCSR;

			assert_int_equal(xs_lane_get(b, cpu, &at),
					 mine ? xs_lane_init(&at) : xs_lane_get(a, cpu, &at));
		}
		assert_true(xs_image_differs(a, b, cpu, mask));
	}
	free(a);
	free(b);
}

static void test_machines(void **state)
{
	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		const struct xs_cpu cpu = xs_test_machine(m);

		test_lanes(&cpu);
		test_step_and_differ(&cpu, XS_PATTERN_TASK, UINT32_MAX);
		test_step_and_differ(&cpu, XS_PATTERN_HANDLER, UINT32_MAX);
		test_step_and_differ(&cpu, XS_PATTERN_GIVEN, 0xffff0000u);
		test_step_and_differ(&cpu, XS_PATTERN_TASK, 0x80018001u);
		test_step_and_differ(&cpu, XS_PATTERN_TASK, 0);
		test_xstate_bv(&cpu);
	}
}

/* Registers that are left out hold zero, and their components the init state. */
static void test_vectors(void **state)
{
	static const struct {
		uint32_t vectors;
		uint64_t bv;
	} cases[] = { { UINT32_MAX, 0xe6 }, { 0xffff, 0x66 },	  { 0xffff0000u, 0xa0 },
		      { 1, 0x66 },	    { 0x80000000, 0xa0 }, { 0, 0x20 } };
	const struct xs_cpu cpu = xs_test_machine(4);
	const uint32_t mask = 1u << XS_STATE_zmm | 1u << XS_STATE_opmask;
	uint8_t *image = xs_test_image();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xs_drive drive = xs_test_drive(mask, 2, XS_PATTERN_TASK);

		drive.vectors = cases[i].vectors;
		xs_image_fill(image, &cpu, &drive, 12);
		xs_image_step(image, &cpu, &drive, 12, 30);
		assert_int_equal(xstate_bv(image), cases[i].bv);
		XS_FOR_EACH_LANE(at, mask, &cpu)
		{
			const bool zero =
				at.span->file == XS_FILE_VECTOR && !(drive.vectors >> at.reg & 1);
			uint64_t value;

			memcpy(&value, image + at.offset, sizeof(value));
			assert_int_equal(value,
					 zero ? 0 : xs_lane_pattern(&at, 2, XS_PATTERN_TASK, 30));
		}
	}
	free(image);
}

/* What is proved but not driven: its bytes are those of the init state. */
static void test_not_driven(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	uint8_t *image = xs_test_image(), *init = xs_test_image();

	(void)state;
	xs_image_init(init, &cpu);
	for (uint32_t class = 0; class < XS_STATES; class ++) {
		const struct xs_drive drive = xs_test_drive(1u << class, 3, XS_PATTERN_TASK);
		const uint64_t others = ~xs_state_xfeatures(drive.mask);

		xs_image_fill(image, &cpu, &drive, 5);
		assert_int_equal(xstate_bv(image) & others, 0);
		for (uint32_t other = 0; other < XS_STATES; other++)
			if (!(xs_state_xfeatures(1u << other) & ~others))
				assert_false(xs_image_differs(image, init, &cpu, 1u << other));
	}
	free(image);
	free(init);
}

/* Init state, with the kernel's PKRU where there is one. */
static void test_entry(void **state)
{
	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		struct xs_cpu cpu = xs_test_machine(m);
		const uint32_t mask = xs_state_mask_supported(&cpu);
		uint8_t *init = xs_test_image(), *entry = xs_test_image();

		cpu.init_pkru = 0x55555550;
		xs_image_init(init, &cpu);
		xs_image_entry(entry, &cpu);
		XS_FOR_EACH_LANE(at, mask, &cpu)
		{
			const bool pkru = at.span->file == XS_FILE_PKRU;

			assert_int_equal(xs_lane_get(entry, &cpu, &at),
					 pkru ? 0x55555550 : xs_lane_init(&at));
		}
		assert_int_equal(xs_image_differs(entry, init, &cpu, mask),
				 mask >> XS_STATE_pkru & 1);
		cpu.init_pkru = 0;
		xs_image_entry(entry, &cpu);
		assert_false(xs_image_differs(entry, init, &cpu, mask));
		free(init);
		free(entry);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_not_driven),
		cmocka_unit_test(test_entry),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
