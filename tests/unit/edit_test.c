// SPDX-License-Identifier: GPL-2.0-only
/* What handlers edit in a frame, and FSAVE's header of 32-bit frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handler/handler.h"
#include "state/frame.h"
#include "task/fsave.h"
#include "unit/machines.h"

static _Alignas(64) uint8_t frame[XS_IMAGE_MAX + 64], before[XS_IMAGE_MAX + 64];
static _Alignas(64) uint8_t given[XS_IMAGE_MAX];
static struct xs_cpu cpu;
static struct xs_edit edit;

static void write_frame(size_t machine, uint32_t turn)
{
	struct xs_drive drive;

	cpu = xs_test_machine(machine);
	edit = (struct xs_edit){ .cpu = &cpu,
				 .given = given,
				 .registers = xs_state_mask_supported(&cpu),
				 .turn = turn };
	memset(frame, 0, sizeof(frame));
	drive = xs_test_drive(edit.registers, 3, XS_PATTERN_TASK);
	xs_image_fill(frame, &cpu, &drive, 50);
	drive.role = XS_PATTERN_GIVEN;
	xs_image_fill(given, &cpu, &drive, 50);
	xs_frame_put32(frame, XS_SW_MAGIC1, XS_FRAME_MAGIC1);
	xs_frame_put32(frame, XS_SW_EXTENDED_SIZE, cpu.image_bytes + 4);
	xs_frame_put64(frame, XS_SW_XFEATURES, cpu.xcr0);
	xs_frame_put32(frame, XS_SW_XSTATE_SIZE, cpu.image_bytes);
	xs_frame_put32(frame, cpu.image_bytes, XS_FRAME_MAGIC2);
	memcpy(before, frame, sizeof(frame));
}

/* In every turn each edit changes something: a frame left as it is would prove less. */
static void test_changes(void **state)
{
	(void)state;
	for (size_t machine = 1; machine < XS_TEST_MACHINES; machine++)
		for (uint32_t row = 0; row < XS_HANDLERS; row++)
			for (uint32_t turn = 0; xs_handler(row)->edit && turn < 20; turn++) {
				write_frame(machine, turn);
				xs_handler(row)->edit(frame, &edit);
				assert_memory_not_equal(before, frame, sizeof(frame));
			}
}

static void test_values(void **state)
{
	(void)state;
	for (size_t machine = 1; machine < XS_TEST_MACHINES; machine++) {
		write_frame(machine, 0);
		xs_handler(XS_HANDLER_edit_values)->edit(frame, &edit);
		/* But for the tags: some registers are empty, never all of them. */
		assert_int_not_equal(frame[4], 0);
		assert_int_not_equal(frame[4], 0xff);
		frame[4] = given[4];
		assert_false(xs_image_differs(given, frame, &cpu, edit.registers));
	}
}

/*
 * A smaller machine's frame has room for what xfeatures has, and for nothing that it lacks: also
 * where APX, the last of all components, lies below most of them.
 */
static void test_size(void **state)
{
	bool low = false;

	(void)state;
	for (size_t machine = 1; machine < XS_TEST_MACHINES; machine++)
		for (uint32_t turn = 0; turn < 40; turn++) {
			uint32_t size;
			uint64_t features;

			write_frame(machine, turn);
			xs_handler(XS_HANDLER_edit_size)->edit(frame, &edit);
			features = xs_frame_get64(frame, XS_SW_XFEATURES);
			size = xs_cpu_layout_bytes(&cpu, features);
			assert_int_equal(features & ~cpu.xcr0, 0);
			assert_int_equal(features & 3, 3);
			assert_true(size < cpu.image_bytes);
			assert_int_equal(xs_frame_get32(frame, XS_SW_XSTATE_SIZE),
					 turn % 2 ? cpu.image_bytes : size);
			for (uint32_t i = 2; i < XS_COMPONENTS; i++)
				if ((cpu.xcr0 & ~features) >> i & 1)
					assert_true(cpu.offset[i] + cpu.size[i] > size);
			low |= features == 0x80007 && size == 1088;
		}
	assert_true(low);
}

/*
 * Another machine's frame is one that sigreturn takes: a larger one for its x87 and SSE, and any
 * other names nothing that this CPU has not. What it lacks is init, what it has is what is given.
 */
static void test_foreign(void **state)
{
	static _Alignas(64) uint8_t expected[XS_IMAGE_MAX];

	(void)state;
	for (size_t machine = 1; machine < XS_TEST_MACHINES; machine++) {
		uint32_t larger = 0, smaller = 0;

		for (uint32_t turn = 0; turn < 60; turn++) {
			uint32_t bytes;
			uint64_t used;

			write_frame(machine, turn);
			xs_handler(XS_HANDLER_foreign)->edit(frame, &edit);
			bytes = xs_frame_get32(frame, XS_SW_XSTATE_SIZE);
			used = xs_frame_get64(frame, XS_IMAGE_XSTATE_BV);
			assert_int_equal(used & 3, 3);
			assert_int_equal(used & ~xs_frame_get64(frame, XS_SW_XFEATURES), 0);
			assert_int_equal(xs_frame_get32(frame, XS_SW_EXTENDED_SIZE), bytes + 4);
			xs_image_sigreturn(expected, frame, &cpu, cpu.image_bytes, edit.registers);
			assert_false(xs_image_differs(given, expected, &cpu, 1u << XS_STATE_sse));
			if (bytes > cpu.image_bytes) {
				larger++;
				used = 3;
			} else {
				smaller += bytes < cpu.image_bytes;
				assert_int_equal(used & ~cpu.xcr0, 0);
				assert_int_equal(xs_frame_get32(frame, bytes), XS_FRAME_MAGIC2);
			}
			assert_int_equal(xs_frame_get64(expected, XS_IMAGE_XSTATE_BV),
					 used & xs_state_xfeatures(edit.registers));
			if (used >> XS_XFEATURE_PKRU & 1)
				assert_int_equal(expected[cpu.offset[XS_XFEATURE_PKRU]] & 3, 0);
		}
		assert_true(smaller);
		/* There is no frame larger than that of all components. */
		assert_true(larger || cpu.image_bytes >= 11008);
	}
}

/* Sizes that no sound kernel writes must not lead an edit out of the frame. */
static void test_garbage(void **state)
{
	(void)state;
	for (uint32_t row = 0; row < XS_HANDLERS; row++)
		for (uint32_t turn = 0; xs_handler(row)->edit && turn < 20; turn++) {
			write_frame(3, turn);
			xs_frame_put32(frame, XS_SW_XSTATE_SIZE, UINT32_MAX - 3);
			xs_handler(row)->edit(frame, &edit);
		}
}

/* The header's x87 is what counts, all of it. */
static void test_header(void **state)
{
	static uint8_t header[XS_FSAVE_BYTES];
	static _Alignas(64) uint8_t folded[XS_IMAGE_MAX];
	const uint32_t x87 = 1u << XS_STATE_x87_env;

	(void)state;
	write_frame(3, 0);
	memcpy(folded, given, sizeof(folded));
	xs_fsave_unfold(header, folded);
	/* What sigreturn is to pass over says something else by now. */
	assert_true(xs_image_differs(given, folded, &cpu, x87));
	xs_fsave_fold(folded, header);
	assert_false(xs_image_differs(given, folded, &cpu, x87));
	folded[4] = 0x0f;
	xs_fsave_unfold(header, folded);
	folded[4] = 0;
	xs_fsave_fold(folded, header);
	assert_int_equal(folded[4], 0x0f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
