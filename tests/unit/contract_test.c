// SPDX-License-Identifier: GPL-2.0-only
/* What is wrong by a contract, and what only Linux does otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machines.h"
#include "state/frame.h"
#include "task/contract.h"
#include "task/layout.h"

static _Alignas(64) uint8_t expected[XS_IMAGE_MAX], actual[XS_IMAGE_MAX], kept[XS_IMAGE_MAX];

/* Two images, of which one has the first lane of @file wrong. */
static struct xs_claim claim(enum xs_leg leg, uint32_t row, uint8_t file, const struct xs_cpu *cpu)
{
	const struct xs_claim c = {
		.leg = leg, .registers = 1u << row, .expected = expected, .actual = actual
	};

	xs_image_init(expected, cpu);
	xs_frame_put64(expected, XS_IMAGE_XSTATE_BV, cpu->xcr0);
	memcpy(actual, expected, sizeof(actual));
	XS_FOR_EACH_LANE(at, c.registers, cpu)
	{
		if (at.span->file != file)
			continue;
		xs_lane_put(actual, &at, xs_lane_get(expected, cpu, &at) ^ 1);
		break;
	}
	assert_memory_not_equal(expected, actual, sizeof(actual));
	return c;
}

static void registers(void **unused)
{
	static const struct {
		enum xs_leg leg;
		uint32_t row;
		uint8_t file;
		bool legacy, broken;
	} rows[] = {
		{ XS_LEG_HANDLER, XS_STATE_x87, XS_FILE_FTW, false, true },
		{ XS_LEG_HANDLER, XS_STATE_x87, XS_FILE_FCW, false, false },
		{ XS_LEG_HANDLER, XS_STATE_mxcsr, XS_FILE_MXCSR, false, false },
		{ XS_LEG_HANDLER, XS_STATE_sse, XS_FILE_VECTOR, false, false },
		{ XS_LEG_EXEC, XS_STATE_x87, XS_FILE_FCW, false, true },
		{ XS_LEG_EXEC, XS_STATE_mxcsr, XS_FILE_MXCSR, false, true },
		{ XS_LEG_EXEC, XS_STATE_sse, XS_FILE_VECTOR, false, false },
		{ XS_LEG_FRAME, XS_STATE_opmask, XS_FILE_OPMASK, false, true },
		{ XS_LEG_FRAME, XS_STATE_opmask, XS_FILE_OPMASK, true, false },
		{ XS_LEG_FRAME, XS_STATE_sse, XS_FILE_VECTOR, true, true },
		{ XS_LEG_RETURN, XS_STATE_opmask, XS_FILE_OPMASK, true, true },
		{ XS_LEG_FORK, XS_STATE_sse, XS_FILE_VECTOR, false, true },
		{ XS_LEG_PTRACE, XS_STATE_sse, XS_FILE_VECTOR, false, true },
	};
	const struct xs_cpu cpu = xs_test_machine(4);

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xs_claim c = claim(rows[i].leg, rows[i].row, rows[i].file, &cpu);

		c.legacy = rows[i].legacy;
		memcpy(kept, actual, sizeof(kept));
		assert_int_equal(xs_contract_broken(&c, &cpu, NULL), rows[i].broken);
		assert_int_equal(xs_contract_broken(&c, &cpu, kept), rows[i].broken);
		/* What is left in the record is what is wrong. */
		c.actual = kept;
		assert_int_equal(memcmp(kept, expected, sizeof(kept)) != 0, rows[i].broken);
	}
}

/* A component that the frame lacks is made right, header and all. */
static void component_left_out(void **unused)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	struct xs_claim c = claim(XS_LEG_FRAME, XS_STATE_opmask, XS_FILE_OPMASK, &cpu);

	(void)unused;
	c.legacy = true;
	memcpy(expected, actual, sizeof(expected));
	xs_frame_put64(actual, XS_IMAGE_XSTATE_BV, 3);
	memcpy(kept, actual, sizeof(kept));
	assert_false(xs_contract_broken(&c, &cpu, kept));
	XS_FOR_EACH_LANE(at, c.registers, &cpu)
	assert_int_equal(xs_lane_get(kept, &cpu, &at), xs_lane_get(expected, &cpu, &at));
}

static void fields(void **unused)
{
	static const struct {
		uint8_t field;
		uint64_t expected, actual;
		bool legacy, broken;
	} rows[] = {
		{ XS_LAYOUT_ALIGNMENT, 0, 16, false, false },
		{ XS_LAYOUT_UC_FP_XSTATE, 1, 0, false, true },
		{ XS_LAYOUT_UC_FP_XSTATE, 1, 0, true, false },
		{ XS_LAYOUT_MAGIC2, XS_FRAME_MAGIC2, 0, false, true },
		{ XS_LAYOUT_MAGIC2, XS_FRAME_MAGIC2, 0, true, false },
		{ XS_LAYOUT_XSTATE_SIZE, 832, 896, false, false },
		{ XS_LAYOUT_EXTENDED_SIZE, 836, 900, false, false },
		{ XS_LAYOUT_EXTENDED_SIZE, 836, 832, false, true },
		{ XS_LAYOUT_XFEATURES, 7, 0, false, false },
		{ XS_LAYOUT_XSTATE_BV, 3, 0, false, false },
		{ XS_LAYOUT_HEADER, 0, 1, false, true },
		{ XS_LAYOUT_ABOVE, 0, 1, true, true },
		{ XS_LAYOUT_RED_ZONE, 0, 1, true, true },
		{ XS_LAYOUT_CODE, 7, 128, true, true },
	};
	const struct xs_cpu cpu = xs_test_machine(1);

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t want[XS_LAYOUT_FIELDS] = { [XS_LAYOUT_MAGIC1] = XS_FRAME_MAGIC1,
						    [XS_LAYOUT_XSTATE_SIZE] = 832,
						    [XS_LAYOUT_EXTENDED_SIZE] = 836 };
		uint64_t got[XS_LAYOUT_FIELDS], left[XS_LAYOUT_FIELDS];
		const struct xs_claim c = { .leg = XS_LEG_LAYOUT,
					    .expected = (const uint8_t *)want,
					    .actual = (const uint8_t *)got };

		want[rows[i].field] = rows[i].expected;
		memcpy(got, want, sizeof(got));
		got[rows[i].field] = rows[i].actual;
		if (rows[i].legacy)
			got[XS_LAYOUT_MAGIC1] = 0;
		memcpy(left, got, sizeof(left));
		assert_int_equal(xs_contract_broken(&c, &cpu, (uint8_t *)left), rows[i].broken);
		assert_int_equal(memcmp(left, want, sizeof(left)) != 0, rows[i].broken);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers),
		cmocka_unit_test(component_left_out),
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
