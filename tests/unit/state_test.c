// SPDX-License-Identifier: GPL-2.0-only
/* Patterns and images: codes keep their distance, every lane counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/case.h"
#include "unit/machines.h"

static uint64_t seed = 88172645463325252ull;

static uint32_t any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % below;
}

static struct xs_pattern any_pattern(void)
{
	return (struct xs_pattern){ .generation = any(XS_GENERATION_MASK + 1),
				    .owner = (uint16_t)any(1024),
				    .role = (uint8_t)any(XS_PATTERN_ROLES),
				    .file = (uint8_t)any(XS_FILES),
				    .reg = (uint8_t)any(32),
				    .lane = (uint8_t)any(8) };
}

static void test_pattern_round_trip(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		const struct xs_pattern p = any_pattern();
		struct xs_pattern q;

		memset(&q, 0, sizeof(q));
		assert_true(xs_pattern_lane(&p) >> 63);
		assert_int_equal(xs_pattern_decode(xs_pattern_lane(&p), &q), 0);
		assert_int_equal(q.generation, p.generation);
		assert_int_equal(q.owner, p.owner);
		assert_int_equal(q.role, p.role);
		assert_int_equal(q.file, p.file);
		assert_int_equal(q.reg, p.reg);
		assert_int_equal(q.lane, p.lane);
	}
}

/* The code is linear, so its distance is the least weight of a non-zero word. */
static void test_pattern_distance(void **state)
{
	const struct xs_pattern p = any_pattern();
	const uint64_t lane = xs_pattern_lane(&p);
	struct xs_pattern q;

	(void)state;
	for (int a = 0; a < 64; a++)
		for (int b = a; b < 64; b++)
			for (int c = b; c < 64; c++)
				for (int d = c; d < 64; d++) {
					uint64_t flips = 1ull << a;

					flips |= 1ull << b;
					flips |= 1ull << c;
					flips |= 1ull << d;
					assert_int_not_equal(xs_pattern_decode(lane ^ flips, &q),
							     0);
				}
}

static void test_pattern_step(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct xs_pattern p = any_pattern();
		const uint32_t from = p.generation, to = any(XS_GENERATION_MASK + 1);
		const uint64_t lane = xs_pattern_lane(&p);

		p.generation = to;
		assert_int_equal(lane ^ xs_pattern_step(from, to), xs_pattern_lane(&p));
	}
}

static void test_narrow_patterns(void **state)
{
	(void)state;
	for (uint32_t owner = 0; owner < 8; owner++)
		for (uint32_t generation = 0; generation < 8; generation++) {
			const uint32_t mxcsr = xs_pattern_mxcsr(owner, generation);
			uint32_t o, g;

			assert_int_not_equal(mxcsr, XS_MXCSR_INIT);
			assert_int_equal(mxcsr & ~0xffffu, 0);
			assert_int_equal(mxcsr & 0x1f80, 0x1f80); /* all masked */
			assert_int_equal(xs_pattern_mxcsr_decode(mxcsr, &o, &g), 0);
			assert_int_equal(o, owner);
			assert_int_equal(g, generation);
			for (int bit = 0; bit < 32; bit++)
				assert_int_not_equal(
					xs_pattern_mxcsr_decode(mxcsr ^ 1u << bit, &o, &g), 0);
			assert_int_not_equal(xs_pattern_fcw(owner, generation), XS_FCW_INIT);
			assert_int_equal(xs_pattern_fcw(owner, generation) & 0x3f, 0x3f);
			assert_int_not_equal(xs_pattern_fcw(owner, generation) >> 8 & 3, 1);
			/* Neither zero, denormal, infinite nor negative. */
			assert_in_range(xs_pattern_exponent(owner, generation), 1, 0x7ffe);
		}
}

/* Every lane of a filled image differs from every other and from init. */
static void test_image_lanes(const struct xs_cpu *cpu)
{
	static uint64_t seen[1024];
	uint8_t *image = xs_test_image(), *init = xs_test_image();
	const uint32_t mask = xs_state_mask_supported(cpu);
	size_t n = 0;

	xs_image_fill(image, cpu, mask, 5, XS_PATTERN_TASK, 77);
	xs_image_init(init, cpu);
	XS_FOR_EACH_LANE(at, xs_state_reduce(mask), cpu)
	{
		const uint64_t value = xs_lane_get(image, cpu, &at);

		assert_true(at.offset + at.bytes <= cpu->image_bytes);
		assert_int_not_equal(value, xs_lane_init(&at));
		assert_int_equal(xs_lane_get(init, cpu, &at), xs_lane_init(&at));
		for (size_t i = 0; at.bytes == 8 && i < n; i++)
			assert_int_not_equal(value, seen[i]);
		if (at.bytes == 8)
			seen[n++] = value;
	}
	free(image);
	free(init);
}

/* Stepping gives what filling gives; one changed lane, and only that, differs. */
static void test_image_step_and_differ(const struct xs_cpu *cpu, enum xs_pattern_role role)
{
	uint8_t *a = xs_test_image(), *b = xs_test_image();
	const uint32_t mask = xs_state_reduce(xs_state_mask_supported(cpu));

	xs_image_fill(a, cpu, mask, 9, role, 1000);
	xs_image_step(a, cpu, mask, 9, role, 1000, 1001);
	xs_image_fill(b, cpu, mask, 9, role, 1001);
	assert_memory_equal(a, b, cpu->image_bytes);
	assert_false(xs_image_differs(a, b, cpu, mask));
	XS_FOR_EACH_LANE(at, mask, cpu)
	{
		const uint64_t value = xs_lane_get(b, cpu, &at);

		for (uint32_t bit = 0; bit < at.bytes * 8u; bit++) {
			xs_lane_put(b, &at, value ^ 1ull << bit);
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

	xs_image_fill(a, cpu, mask, 1, XS_PATTERN_TASK, 3);
	for (unsigned int component = 0; component < 8; component++) {
		uint64_t bv;

		memcpy(b, a, cpu->image_bytes);
		memcpy(&bv, b + XS_IMAGE_XSTATE_BV, sizeof(bv));
		if (!(cpu->features & XS_CPU_XSAVE) || !(bv >> component & 1))
			continue;
		bv &= ~(1ull << component);
		memcpy(b + XS_IMAGE_XSTATE_BV, &bv, sizeof(bv));
		XS_FOR_EACH_LANE(at, mask, cpu)
		{
			const bool mine =
				at.span->component == component && at.span->file != XS_FILE_MXCSR;

			assert_int_equal(xs_lane_get(b, cpu, &at),
					 mine ? xs_lane_init(&at) : xs_lane_get(a, cpu, &at));
		}
		assert_true(xs_image_differs(a, b, cpu, mask) || component == 1);
	}
	free(a);
	free(b);
}

static void test_images(void **state)
{
	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		const struct xs_cpu cpu = xs_test_machine(m);

		test_image_lanes(&cpu);
		test_image_step_and_differ(&cpu, XS_PATTERN_TASK);
		test_image_step_and_differ(&cpu, XS_PATTERN_HANDLER);
		test_xstate_bv(&cpu);
	}
}

static void test_reduce(void **state)
{
	const uint32_t sse = 1u << XS_STATE_sse, avx = 1u << XS_STATE_avx;
	const uint32_t zmm = 1u << XS_STATE_zmm, x87 = 1u << XS_STATE_x87;

	(void)state;
	assert_int_equal(xs_state_reduce(sse | x87), sse | x87);
	assert_int_equal(xs_state_reduce(sse | avx | x87), avx | x87);
	assert_int_equal(xs_state_reduce(sse | avx | zmm), zmm);
	assert_int_equal(xs_state_reduce(0), 0);
}

static void test_supported(void **state)
{
	const struct xs_cpu none = xs_test_machine(0), all = xs_test_machine(3);
	char why[XS_WHY_BYTES];

	(void)state;
	assert_int_equal(xs_state_mask_supported(&none),
			 1u << XS_STATE_x87 | 1u << XS_STATE_mxcsr | 1u << XS_STATE_sse);
	assert_int_equal(xs_state_mask_supported(&all), (1u << XS_STATES) - 1);
	assert_int_not_equal(xs_state_supported(XS_STATE_avx, &none, why), 0);
	assert_non_null(strstr(why, "avx"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pattern_round_trip),
		cmocka_unit_test(test_pattern_distance),
		cmocka_unit_test(test_pattern_step),
		cmocka_unit_test(test_narrow_patterns),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_reduce),
		cmocka_unit_test(test_supported),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
