// SPDX-License-Identifier: GPL-2.0-only
/* Patterns and the table of classes: codes keep their distance, classes cover each other. */
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
				    .file = (uint8_t)any(XS_FILE_TILE),
				    .reg = (uint8_t)any(32),
				    .lane = (uint8_t)any(8) };
}

static void assert_same(const struct xs_pattern *p, const struct xs_pattern *q, uint32_t bits)
{
	assert_int_equal(q->generation, p->generation & ((1u << bits) - 1));
	assert_int_equal(q->owner, p->owner);
	assert_int_equal(q->role, p->role);
	assert_int_equal(q->file, p->file);
	assert_int_equal(q->reg, p->reg);
	assert_int_equal(q->lane, p->lane);
}

static void test_pattern_round_trip(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct xs_pattern p = any_pattern();
		struct xs_pattern q;

		if (i % 4 == 0) {
			p.file = XS_FILE_TILE;
			p.reg = (uint8_t)any(128);
		}
		memset(&q, 0, sizeof(q));
		assert_true(xs_pattern_lane(&p) >> 63);
		assert_int_equal(xs_pattern_decode(xs_pattern_lane(&p), &q), 0);
		assert_same(&p, &q, XS_GENERATION_BITS);
	}
}

/* No two places share a pattern. */
static void test_pattern_places(void **state)
{
	static const uint8_t registers[XS_FILES_WIDE] = { 32, 8, 8, 32, 128 };
	static uint64_t seen[2048];
	size_t n = 0;

	(void)state;
	for (uint32_t file = 0; file < XS_FILES_WIDE; file++)
		for (uint32_t reg = 0; reg < registers[file]; reg++)
			for (uint32_t lane = 0; lane < 8; lane++) {
				const struct xs_pattern p = { .file = (uint8_t)file,
							      .reg = (uint8_t)reg,
							      .lane = (uint8_t)lane };

				seen[n++] = xs_pattern_lane(&p);
			}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(seen[i], seen[k]);
}

/* FIP and FDP: canonical, never zero, 5 bits apart. */
static void test_pointers(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct xs_pattern p = any_pattern(), q;
		uint64_t pointer;

		p.file = XS_FILE_POINTER;
		p.reg = (uint8_t)any(2);
		p.lane = 0;
		pointer = xs_files[XS_FILE_POINTER].pattern(&p);
		assert_int_equal(pointer >> 46, 1);
		assert_int_equal(xs_files[XS_FILE_POINTER].decode(pointer, &q), 0);
		assert_same(&p, &q, XS_POINTER_GENERATION_BITS);
		for (int a = 0; a < 64; a++)
			for (int b = a; b < 64; b++) {
				uint64_t flips = 1ull << a;

				flips |= 1ull << b;
				flips |= 1ull << any(64);
				assert_int_not_equal(
					xs_files[XS_FILE_POINTER].decode(pointer ^ flips, &q), 0);
			}
	}
}

/* PKRU: key 0 accessible, far from both values that are init; up to 3 flips are seen. */
static void test_pkru(void **state)
{
	struct xs_pattern p = { .file = XS_FILE_PKRU }, q;

	(void)state;
	for (uint32_t data = 0; data < 1u << 18; data++) {
		uint32_t pkru;

		p.generation = data >> 12;
		p.owner = (uint16_t)(data >> 2 & 0x3ff);
		p.role = (uint8_t)(data & 3);
		pkru = (uint32_t)xs_files[XS_FILE_PKRU].pattern(&p);
		assert_int_equal(pkru & 3, 0);
		assert_true(__builtin_popcount(pkru) >= 4);
		assert_true(__builtin_popcount(pkru ^ XS_PKRU_DEFAULT) >= 4);
		assert_int_equal(xs_files[XS_FILE_PKRU].decode(pkru, &q), 0);
		assert_same(&p, &q, XS_PKRU_GENERATION_BITS);
		/* Linear but for a constant: what holds near some words holds near all. */
		for (uint32_t a = 0; data % 1024 == 0 && a < 32; a++)
			for (uint32_t b = a; b < 32; b++)
				for (uint32_t c = b; c < 32; c++) {
					uint32_t flips = 1u << a;

					flips |= 1u << b;
					flips |= 1u << c;
					assert_int_not_equal(
						xs_files[XS_FILE_PKRU].decode(pkru ^ flips, &q), 0);
				}
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

static uint32_t narrow(enum xs_file file, uint32_t owner, uint32_t generation)
{
	const struct xs_pattern p = { .owner = (uint16_t)owner,
				      .reg = (uint8_t)owner,
				      .generation = generation };

	return (uint32_t)xs_files[file].pattern(&p);
}

/* What holds of all narrow registers: no unmasked exception of x87 is pending; 11 bits. */
static void test_narrow_rules(uint32_t owner, uint32_t generation)
{
	const uint32_t mxcsr = narrow(XS_FILE_MXCSR, owner, generation);
	const uint32_t fsw = narrow(XS_FILE_FSW, owner, generation);
	static const uint32_t open[] = { 0, 0xa80, 0x1500, 0x1f80 };

	assert_int_not_equal(mxcsr, XS_MXCSR_INIT);
	assert_int_equal(mxcsr & ~0xffffu, 0);
	assert_int_equal(~mxcsr & 0x1f80, open[generation % 4]);
	assert_int_not_equal(fsw, 0);
	assert_int_equal(fsw & 0x80b0, 0);
	assert_int_equal(fsw >> 11 & 7, generation % 8); /* TOP */
	assert_int_not_equal(narrow(XS_FILE_FOP, owner, generation), 0);
	assert_int_equal(narrow(XS_FILE_FOP, owner, generation) >> 11, 0);
	assert_int_not_equal(narrow(XS_FILE_FCW, owner, generation), XS_FCW_INIT);
	assert_int_equal(~narrow(XS_FILE_FCW, owner, generation) & 0x3f, generation % 4 << 4);
	assert_int_not_equal(narrow(XS_FILE_FCW, owner, generation) >> 8 & 3, 1);
	/* Neither zero, denormal, infinite nor negative. */
	assert_int_in_range(narrow(XS_FILE_EXPONENT, owner, generation), 1, 0x7ffe);
}

static void test_narrow_patterns(void **state)
{
	static const uint8_t files[] = { XS_FILE_MXCSR, XS_FILE_FSW, XS_FILE_FOP };

	(void)state;
	for (uint32_t owner = 0; owner < 8; owner++)
		for (uint32_t generation = 0; generation < 8; generation++) {
			const uint32_t value[] = { narrow(XS_FILE_MXCSR, owner, generation),
						   narrow(XS_FILE_FSW, owner, generation),
						   narrow(XS_FILE_FOP, owner, generation) };
			uint32_t o, g;

			test_narrow_rules(owner, generation);
			for (size_t f = 0; f < sizeof(files); f++) {
				assert_int_equal(
					xs_pattern_narrow_decode(files[f], value[f], &o, &g), 0);
				assert_int_equal(o, owner);
				assert_int_equal(g, generation);
				for (int bit = 0; bit < 32; bit++)
					assert_int_not_equal(
						xs_pattern_narrow_decode(
							files[f], value[f] ^ 1u << bit, &o, &g),
						0);
			}
		}
}

static void test_reduce(void **state)
{
	const uint32_t sse = 1u << XS_STATE_sse, avx = 1u << XS_STATE_avx;
	const uint32_t zmm = 1u << XS_STATE_zmm, x87 = 1u << XS_STATE_x87;
	const uint32_t mmx = 1u << XS_STATE_mmx, env = 1u << XS_STATE_x87_env;
	const uint32_t pointers = 1u << XS_STATE_x87_pointers;

	(void)state;
	assert_int_equal(xs_state_reduce(sse | x87), sse | x87);
	assert_int_equal(xs_state_reduce(sse | avx | x87), avx | x87);
	assert_int_equal(xs_state_reduce(sse | avx | zmm), zmm);
	assert_int_equal(xs_state_reduce(mmx | sse), mmx | sse);
	assert_int_equal(xs_state_reduce(mmx | x87), x87);
	assert_int_equal(xs_state_reduce(mmx | x87 | env), env);
	assert_int_equal(xs_state_reduce(mmx | x87 | env | pointers), pointers);
	assert_int_equal(xs_state_reduce(0), 0);
}

/* A class comes after those that it covers: their checks are part of its own. */
static void test_order(void **state)
{
	(void)state;
	for (uint32_t a = 0; a < XS_STATES; a++)
		for (uint32_t b = 0; b < a; b++)
			assert_int_not_equal(xs_state_reduce(1u << a | 1u << b), 1u << b);
}

static bool has_lane(const struct xs_cpu *cpu, uint32_t class, const struct xs_lane_at *lane)
{
	XS_FOR_EACH_LANE(at, 1u << class, cpu)
	{
		if (at.span->file == lane->span->file && at.reg == lane->reg &&
		    at.lane == lane->lane)
			return true;
	}
	return false;
}

static void assert_apart(const struct xs_cpu *cpu, uint32_t a, uint32_t b)
{
	XS_FOR_EACH_LANE(at, 1u << a, cpu)
	{
		if (has_lane(cpu, b, &at))
			fail_msg("%s and %s both have register %u: one needs all spans of the "
				 "other, in the same form",
				 xs_name(XS_AXIS_STATE, a), xs_name(XS_AXIS_STATE, b), at.reg);
	}
}

/* Of two classes with a lane in common one covers the other: else it would be driven twice. */
static void test_shared(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);

	(void)state;
	for (uint32_t a = 0; a < XS_STATES; a++)
		for (uint32_t b = 0; b < a; b++)
			if (xs_state_reduce(1u << a | 1u << b) == (1u << a | 1u << b))
				assert_apart(&cpu, a, b);
}

static void test_supported(void **state)
{
	const struct xs_cpu none = xs_test_machine(0), without = xs_test_machine(3);
	const struct xs_cpu all = xs_test_machine(4);
	struct xs_cpu zeros = all;
	char why[XS_WHY_BYTES];

	(void)state;
	assert_int_equal(xs_state_mask_supported(&none), 1u << XS_STATE_mmx | 1u << XS_STATE_x87 |
								 1u << XS_STATE_mxcsr |
								 1u << XS_STATE_sse);
	assert_int_equal(xs_state_mask_supported(&all), (1u << XS_STATES) - 1);
	assert_int_not_equal(xs_entry_supported(xs_entry(XS_AXIS_STATE, XS_STATE_avx), &none, why),
			     0);
	assert_non_null(strstr(why, "avx"));
	assert_int_not_equal(
		xs_entry_supported(xs_entry(XS_AXIS_STATE, XS_STATE_amx), &without, why), 0);
	assert_non_null(strstr(why, "amx"));
	zeros.features &= ~XS_CPU_X87_POINTERS;
	assert_int_not_equal(
		xs_entry_supported(xs_entry(XS_AXIS_STATE, XS_STATE_x87_pointers), &zeros, why), 0);
	assert_non_null(strstr(why, "FIP"));
	assert_int_not_equal(
		xs_entry_supported(xs_entry(XS_AXIS_STATE, XS_STATE_apx), &without, why), 0);
	assert_string_equal(why, "this CPU has no apx");
	/* The CPU has it, the kernel, before 6.16, has not enabled it, or grants no use of it. */
	zeros.xcr0 &= ~0x80000ull;
	assert_int_not_equal(xs_entry_supported(xs_entry(XS_AXIS_STATE, XS_STATE_apx), &zeros, why),
			     0);
	assert_string_equal(why, "the kernel has not enabled APX in XCR0");
	zeros.xcr0 &= ~0x60000ull;
	assert_int_not_equal(xs_entry_supported(xs_entry(XS_AXIS_STATE, XS_STATE_amx), &zeros, why),
			     0);
	assert_non_null(strstr(why, "kernel"));
	assert_int_equal(xs_row(XS_AXIS_STATE, "x87-env"), XS_STATE_x87_env);
	assert_int_equal(xs_row(XS_AXIS_STATE, "x87_env"), -1);
}

static void test_components(void **state)
{
	const struct xs_cpu mpx = xs_test_machine(2), all = xs_test_machine(4);
	struct xs_cpu cpu = all;

	(void)state;
	assert_int_equal(xs_state_xfeatures(0), 0);
	assert_int_equal(xs_state_xfeatures(1u << XS_STATE_mmx), 1);
	assert_int_equal(xs_state_xfeatures(1u << XS_STATE_sse), 2);
	assert_int_equal(xs_state_xfeatures(1u << XS_STATE_zmm | 1u << XS_STATE_pkru), 0x2c6);
	assert_int_equal(xs_state_xfeatures((1u << XS_STATES) - 1), all.xcr0);
	assert_int_equal(xs_state_undriven(&all), 0);
	assert_int_equal(xs_state_undriven(&mpx), 0x18);
	/* A component whose class lacks a feature, and one that no class knows. */
	cpu.features &= ~XS_CPU_PKU;
	cpu.xcr0 |= 1ull << 14;
	assert_int_equal(xs_state_undriven(&cpu), 1ull << 14 | 1ull << 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pattern_round_trip),
		cmocka_unit_test(test_pattern_places),
		cmocka_unit_test(test_pattern_distance),
		cmocka_unit_test(test_pattern_step),
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_pkru),
		cmocka_unit_test(test_narrow_patterns),
		cmocka_unit_test(test_reduce),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_supported),
		cmocka_unit_test(test_components),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
