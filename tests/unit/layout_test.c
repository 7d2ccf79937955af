// SPDX-License-Identifier: GPL-2.0-only
/* What a frame has to say of itself, on every layout, by what the task holds. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "state/frame.h"
#include "task/layout.h"
#include "unit/machines.h"

static _Alignas(64) uint8_t memory[XS_FSAVE_BYTES + 16 + XS_IMAGE_MAX + 64];
static uint64_t flags;

/* As a sound kernel writes it, for a task whose state has @xfeatures. */
static struct xs_delivery frame(const struct xs_cpu *cpu, uint64_t xfeatures, bool compat, bool rt)
{
	struct xs_delivery d = { .compat = compat,
				 .fpstate = memory + XS_FSAVE_BYTES + 16,
				 .flags = !compat || rt ? &flags : NULL,
				 .room = XS_IMAGE_MAX + XS_MAGIC2_BYTES };
	const uint32_t bytes = xs_cpu_layout_bytes(cpu, xfeatures);

	memset(memory, 0, sizeof(memory));
	d.fsave = compat ? d.fpstate - XS_FSAVE_BYTES : NULL;
	flags = cpu->features & XS_CPU_XSAVE ? 7 : 6;
	if (!(cpu->features & XS_CPU_XSAVE))
		return d;
	xs_frame_put32(d.fpstate, XS_SW_MAGIC1, XS_FRAME_MAGIC1);
	xs_frame_put32(d.fpstate, XS_SW_EXTENDED_SIZE, bytes + 4 + (compat ? 112 : 0));
	xs_frame_put64(d.fpstate, XS_SW_XFEATURES, xfeatures);
	xs_frame_put32(d.fpstate, XS_SW_XSTATE_SIZE, bytes);
	xs_frame_put32(d.fpstate, bytes, XS_FRAME_MAGIC2);
	xs_frame_put64(d.fpstate, XS_IMAGE_XSTATE_BV, 3);
	return d;
}

static bool differs(const struct xs_cpu *cpu, const struct xs_delivery *d, uint64_t used,
		    uint64_t *which)
{
	uint64_t expected[XS_LAYOUT_FIELDS];
	struct xs_layout l = { 0 };
	bool any;

	xs_layout_take(&l, d, cpu, 0);
	any = xs_layout_expect(expected, &l, cpu, used);
	*which = 0;
	for (uint32_t i = 0; i < XS_LAYOUT_FIELDS; i++)
		*which |= (uint64_t)(expected[i] != l.field[i]) << i;
	return any;
}

static void test_sound_frames(void **state)
{
	uint64_t which;

	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		const struct xs_cpu cpu = xs_test_machine(m);

		for (uint32_t form = 0; form < 3; form++) {
			const struct xs_delivery d = frame(&cpu, cpu.xcr0, form > 0, form == 2);

			assert_false(differs(&cpu, &d, cpu.xcr0, &which));
			assert_false(differs(&cpu, &d, 3, &which));
		}
	}
}

/* A frame without what was never used is smaller, and sound; one that lacks what is in use is not.
 */
static void test_grows_with_use(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	const uint64_t tiles = 1ull << 18;
	struct xs_delivery d = frame(&cpu, cpu.xcr0 & ~tiles, false, false);
	uint64_t which;

	(void)state;
	assert_int_equal(xs_frame_get32(d.fpstate, XS_SW_XSTATE_SIZE), 2816);
	assert_false(differs(&cpu, &d, 7, &which));
	assert_true(differs(&cpu, &d, 7 | tiles, &which));
	assert_true(which >> XS_LAYOUT_XFEATURES & 1);
	assert_true(which >> XS_LAYOUT_XSTATE_SIZE & 1);
	/* What XCR0 has not is in no frame. */
	d = frame(&cpu, cpu.xcr0, false, false);
	xs_frame_put64(d.fpstate, XS_SW_XFEATURES, cpu.xcr0 | 1ull << 10);
	assert_true(differs(&cpu, &d, 7, &which));
	assert_int_equal(which, 1u << XS_LAYOUT_XFEATURES);
}

/* Every field that is wrong shows, and no other. */
static void test_each_field(void **state)
{
	static const struct {
		uint32_t at, field;
	} rows[] = {
		{ XS_SW_EXTENDED_SIZE, XS_LAYOUT_EXTENDED_SIZE },
		{ XS_SW_XFEATURES, XS_LAYOUT_XFEATURES },
		{ XS_IMAGE_XSTATE_BV, XS_LAYOUT_XSTATE_BV },
		{ XS_XCOMP_BV, XS_LAYOUT_HEADER },
		{ XS_XSAVE_MIN - 1, XS_LAYOUT_HEADER },
		{ 2696, XS_LAYOUT_MAGIC2 },
	};
	const struct xs_cpu cpu = xs_test_machine(3);
	struct xs_delivery d;
	uint64_t which;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		d = frame(&cpu, cpu.xcr0, false, false);
		d.fpstate[rows[i].at] ^= 1;
		assert_true(differs(&cpu, &d, cpu.xcr0, &which));
		assert_int_equal(which, 1ull << rows[i].field);
	}
	/* Without its flag, and with one that there is nothing behind. */
	d = frame(&cpu, cpu.xcr0, false, false);
	flags = 6;
	assert_true(differs(&cpu, &d, 3, &which));
	assert_int_equal(which, 1u << XS_LAYOUT_UC_FP_XSTATE);
	d = frame(&cpu, cpu.xcr0, true, true);
	d.fsave[110] = 1;
	assert_true(differs(&cpu, &d, 3, &which));
	assert_int_equal(which, 1u << XS_LAYOUT_FSAVE_MAGIC);
	d = frame(&cpu, cpu.xcr0, false, false);
	d.fpstate += 16;
	differs(&cpu, &d, 3, &which);
	assert_true(which >> XS_LAYOUT_ALIGNMENT & 1);
	/* A code that nobody has said anything of is any. */
	d = frame(&cpu, cpu.xcr0, false, false);
	d.code = SI_KERNEL;
	assert_false(differs(&cpu, &d, 3, &which));
	d.code_due = FPE_FLTINV;
	assert_true(differs(&cpu, &d, 3, &which));
	assert_int_equal(which, 1u << XS_LAYOUT_CODE);
	d.code = FPE_FLTINV;
	assert_false(differs(&cpu, &d, 3, &which));
}

/* A size that leads out of the frame's memory is wrong, and not followed. */
static void test_wild_size(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(1);
	struct xs_delivery d = frame(&cpu, 7, false, false);
	uint64_t which;

	(void)state;
	d.room = 832 + 4;
	assert_false(differs(&cpu, &d, 7, &which));
	xs_frame_put32(d.fpstate, XS_SW_XSTATE_SIZE, 0xfffffff0);
	assert_true(differs(&cpu, &d, 7, &which));
	assert_true(which >> XS_LAYOUT_XSTATE_SIZE & 1);
	assert_int_equal(xs_frame_bytes(d.fpstate, d.room), 512);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound_frames),
		cmocka_unit_test(test_grows_with_use),
		cmocka_unit_test(test_each_field),
		cmocka_unit_test(test_wild_size),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
