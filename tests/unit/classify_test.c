// SPDX-License-Identifier: GPL-2.0-only
/* The oracle: what is classified as what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "oracle/classify.h"
#include "task/layout.h"
#include "task/plant.h"
#include "unit/machines.h"

#define SELF	   0u
#define OTHER	   1u
#define GENERATION 41u
#define TASKS	   1000u /* of the plan */

static struct xs_record record;

static void fill(uint8_t *image, const struct xs_cpu *cpu, uint32_t owner, uint32_t role,
		 uint32_t generation)
{
	const struct xs_drive drive = xs_test_drive(record.registers, owner, role);

	xs_image_fill(image, cpu, &drive, generation);
}

static void start(const struct xs_cpu *cpu, unsigned int class)
{
	memset(&record, 0, sizeof(record));
	record.registers = 1u << class;
	record.task = SELF;
	record.leg = XS_LEG_RETURN;
	record.image_bytes = cpu->image_bytes;
	fill(record.expected, cpu, SELF, XS_PATTERN_TASK, GENERATION);
	memcpy(record.actual, record.expected, cpu->image_bytes);
}

/* Every plant in every class on every machine is classified as what it is. */
static void test_plants(void **state)
{
	static const uint8_t class_of[XS_PLANT_KINDS] = {
		[XS_PLANT_FLIP] = XS_CLASS_FLIPPED, [XS_PLANT_ZERO] = XS_CLASS_INIT,
		[XS_PLANT_STALE] = XS_CLASS_STALE,  [XS_PLANT_FOREIGN] = XS_CLASS_FOREIGN,
		[XS_PLANT_SWAP] = XS_CLASS_SHIFTED,
	};
	uint32_t planted = 0;

	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		const struct xs_cpu cpu = xs_test_machine(m);

		for (unsigned int row = 0; row < XS_STATES; row++)
			for (unsigned int kind = 0; kind < XS_PLANT_KINDS; kind++) {
				const struct xs_plant p = { .kind = (uint8_t)kind,
							    .class = (uint8_t)row,
							    .owner = OTHER };
				struct xs_finding f;

				if (xs_entry_supported(xs_entry(XS_AXIS_STATE, row), &cpu, NULL) ||
				    !xs_plant_possible(row, kind))
					continue;
				start(&cpu, row);
				xs_plant_apply(&p, record.actual, &cpu, SELF, GENERATION);
				xs_classify(&f, &record, &cpu, TASKS);
				assert_int_equal(f.class, class_of[kind]);
				assert_true(f.lanes > 0);
				assert_int_equal(f.by_class[f.class], f.lanes);
				if (kind == XS_PLANT_FOREIGN && row != XS_STATE_mxcsr &&
				    row != XS_STATE_x87_env) {
					assert_true(f.owner_known);
					assert_int_equal(f.owner, OTHER);
				}
				planted++;
			}
	}
	assert_true(planted > 150);
}

static void test_nothing(void **state)
{
	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		const struct xs_cpu cpu = xs_test_machine(m);
		struct xs_finding f;

		start(&cpu, XS_STATE_sse);
		xs_classify(&f, &record, &cpu, TASKS);
		assert_int_equal(f.lanes, 0);
		assert_int_equal(f.class, XS_CLASS_NONE);
	}
}

/* Another task's whole image: every register is its, the narrow ones too. */
static void test_stale_owner(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	struct xs_finding f;

	(void)state;
	for (uint32_t owner = 1; owner < 40; owner++) {
		start(&cpu, XS_STATE_zmm);
		record.registers = xs_state_reduce((1u << XS_STATES) - 1);
		fill(record.expected, &cpu, SELF, XS_PATTERN_TASK, GENERATION);
		fill(record.actual, &cpu, owner, XS_PATTERN_TASK, GENERATION + 2);
		xs_classify(&f, &record, &cpu, TASKS);
		assert_int_equal(f.class, XS_CLASS_FOREIGN);
		assert_int_equal(f.owner, owner);
		assert_int_equal(f.role, XS_PATTERN_TASK);
		/* Lanes that the other's values cannot share with these by chance. */
		assert_true(f.by_class[XS_CLASS_FOREIGN] == f.lanes);
		assert_int_equal(f.by_class[XS_CLASS_UNKNOWN], 0);
	}
}

/* The handler's own values are foreign to the window that it interrupted. */
static void test_handler_values(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(1);
	struct xs_finding f;

	(void)state;
	start(&cpu, XS_STATE_avx);
	fill(record.actual, &cpu, SELF, XS_PATTERN_HANDLER, 7);
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.class, XS_CLASS_FOREIGN);
	assert_int_equal(f.owner, SELF);
	assert_int_equal(f.role, XS_PATTERN_HANDLER);
}

/* Where values from outside belong: the task's own are stale, the handler's are foreign. */
static void test_given(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	struct xs_finding f;

	(void)state;
	for (unsigned int row = 0; row < XS_STATES; row++) {
		start(&cpu, row);
		record.role = XS_PATTERN_GIVEN;
		fill(record.expected, &cpu, SELF, XS_PATTERN_GIVEN, GENERATION);
		fill(record.actual, &cpu, SELF, XS_PATTERN_TASK, GENERATION);
		xs_classify(&f, &record, &cpu, TASKS);
		assert_int_equal(f.class, XS_CLASS_STALE);
		assert_int_equal(f.by_class[f.class], f.lanes);
		fill(record.actual, &cpu, SELF, XS_PATTERN_HANDLER, GENERATION);
		xs_classify(&f, &record, &cpu, TASKS);
		assert_int_equal(f.class, XS_CLASS_FOREIGN);
		assert_int_equal(f.by_class[f.class], f.lanes);
		fill(record.actual, &cpu, SELF, XS_PATTERN_GIVEN, GENERATION - 3);
		xs_classify(&f, &record, &cpu, TASKS);
		assert_int_equal(f.class, XS_CLASS_STALE);
		/* In the window inside the handler the own values are the handler's. */
		record.depth = 1;
		fill(record.actual, &cpu, SELF, XS_PATTERN_HANDLER, GENERATION);
		xs_classify(&f, &record, &cpu, TASKS);
		assert_int_equal(f.class, XS_CLASS_STALE);
	}
}

/* Values from outside where the task's belong: foreign, of itself. */
static void test_not_given(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	struct xs_finding f;

	(void)state;
	for (unsigned int row = 0; row < XS_STATES; row++) {
		start(&cpu, row);
		fill(record.actual, &cpu, SELF, XS_PATTERN_GIVEN, GENERATION);
		xs_classify(&f, &record, &cpu, TASKS);
		assert_int_equal(f.class, XS_CLASS_FOREIGN);
		assert_int_equal(f.by_class[f.class], f.lanes);
		if (!f.owner_known)
			continue;
		assert_int_equal(f.owner, SELF);
		assert_int_equal(f.role, XS_PATTERN_GIVEN);
	}
}

/* The task's registers where a handler's init state belongs: stale, all of them. */
static void test_handler_entry(void **state)
{
	(void)state;
	for (size_t m = 0; m < XS_TEST_MACHINES; m++) {
		const struct xs_cpu cpu = xs_test_machine(m);

		for (unsigned int row = 0; row < XS_STATES; row++) {
			struct xs_finding f;

			if (xs_entry_supported(xs_entry(XS_AXIS_STATE, row), &cpu, NULL))
				continue;
			start(&cpu, row);
			record.leg = XS_LEG_HANDLER;
			xs_image_entry(record.expected, &cpu);
			xs_classify(&f, &record, &cpu, TASKS);
			assert_int_equal(f.class, XS_CLASS_STALE);
			assert_int_equal(f.by_class[f.class], f.lanes);
		}
	}
}

/* What is foreign says so in every register that the finding keeps, the narrow ones too. */
static void test_narrow_follow(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	uint32_t files = 0;
	struct xs_finding f;

	(void)state;
	start(&cpu, XS_STATE_zmm);
	record.leg = XS_LEG_HANDLER;
	record.registers = xs_state_reduce((1u << XS_STATES) - 1);
	xs_image_entry(record.expected, &cpu);
	fill(record.actual, &cpu, 8, XS_PATTERN_TASK, GENERATION);
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.class, XS_CLASS_FOREIGN);
	assert_int_equal(f.owner, 8);
	for (uint32_t i = 0; i < f.kept; i++) {
		assert_int_equal(f.lane[i].class, XS_CLASS_FOREIGN);
		files |= 1u << f.lane[i].file;
	}
	/*
	 * Every file but the tiles' and APX's, behind as many lanes as are kept: the vectors above
	 * all. An exponent says nothing that its significand does not.
	 */
	assert_int_equal(files | 1u << XS_FILE_TILECFG | 1u << XS_FILE_TILE | 1u << XS_FILE_APX |
				 1u << XS_FILE_EXPONENT,
			 (1u << XS_FILE_LAYOUT) - 1);
	assert_int_equal(files >> XS_FILE_EXPONENT, 0);
}

/* The kernel's default of PKRU is its init state as much as XRSTOR's. */
static void test_pkru(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(2);
	static const struct {
		uint32_t pkru;
		enum xs_class class;
	} cases[] = { { 0, XS_CLASS_INIT },
		      { XS_PKRU_DEFAULT, XS_CLASS_INIT },
		      { 0xfffffffc, XS_CLASS_UNKNOWN } };
	struct xs_finding f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(&cpu, XS_STATE_pkru);
		memcpy(record.actual + cpu.offset[9], &cases[i].pkru, sizeof(cases[i].pkru));
		xs_classify(&f, &record, &cpu, TASKS);
		assert_int_equal(f.lanes, 1);
		assert_int_equal(f.class, cases[i].class);
	}
	/* Another task's: with its name, and the generation as far as it is told. */
	start(&cpu, XS_STATE_pkru);
	fill(record.actual, &cpu, 700, XS_PATTERN_HANDLER, 64 * 3 + 7);
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.class, XS_CLASS_FOREIGN);
	assert_int_equal(f.owner, 700);
	assert_int_equal(f.role, XS_PATTERN_HANDLER);
	assert_int_equal(f.lane[0].generation, 7);
	assert_int_equal(f.lane[0].from_file, XS_FILE_PKRU);
}

static void test_unknown_and_lost_halves(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(1);
	struct xs_finding f;
	uint64_t bv = 3;

	(void)state;
	start(&cpu, XS_STATE_avx);
	memset(record.actual + 576, 0x5a, 16);
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.class, XS_CLASS_UNKNOWN);
	assert_int_equal(f.lanes, 2);
	/* YMM not in XSTATE_BV: the upper halves, and only they, are in init state. */
	start(&cpu, XS_STATE_avx);
	memcpy(record.actual + XS_IMAGE_XSTATE_BV, &bv, sizeof(bv));
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.class, XS_CLASS_INIT);
	assert_int_equal(f.lanes, 32);
}

/* Memory that nobody wrote to is nobody's, whatever it decodes as. */
static void test_nobodys(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	const struct xs_pattern absent = { .generation = 7, .owner = TASKS };
	const uint64_t lane = xs_pattern_lane(&absent);
	struct xs_finding f;

	(void)state;
	start(&cpu, XS_STATE_zmm);
	memset(record.actual, 0xff, cpu.image_bytes);
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.class, XS_CLASS_UNKNOWN);
	assert_int_equal(f.by_class[XS_CLASS_FOREIGN], 0);
	assert_int_equal(f.owner_known, 0);
	/* One that does not say where it stands, of a task that the plan has not; that it has. */
	start(&cpu, XS_STATE_sse);
	memcpy(record.actual + 176, &lane, sizeof(lane));
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.class, XS_CLASS_UNKNOWN);
	xs_classify(&f, &record, &cpu, TASKS + 1);
	assert_int_equal(f.class, XS_CLASS_FOREIGN);
	assert_int_equal(f.owner, TASKS);
}

/*
 * What a task of an earlier case left is that task's, also where few bits tell it from what is
 * expected: with these owners and generations eight in each lane.
 */
static void test_earlier_case(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	struct xs_finding f;

	(void)state;
	start(&cpu, XS_STATE_sse);
	fill(record.expected, &cpu, 0, XS_PATTERN_TASK, 3);
	fill(record.actual, &cpu, 1, XS_PATTERN_TASK, 2);
	xs_classify(&f, &record, &cpu, 1);
	assert_int_equal(__builtin_popcountll(f.lane[0].expected ^ f.lane[0].actual), 8);
	assert_int_equal(f.class, XS_CLASS_FOREIGN);
	assert_int_equal(f.by_class[XS_CLASS_FOREIGN], f.lanes);
	assert_int_equal(f.owner, 1);
}

/* Fields of a frame are right or not, each by itself. */
static void test_layout(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	uint64_t fields[XS_LAYOUT_FIELDS] = { 0 };
	struct xs_finding f;

	(void)state;
	start(&cpu, XS_STATE_sse);
	record.leg = XS_LEG_LAYOUT;
	memcpy(record.expected, fields, sizeof(fields));
	fields[XS_LAYOUT_MAGIC2] = 1;
	fields[XS_LAYOUT_RED_ZONE] = 2;
	memcpy(record.actual, fields, sizeof(fields));
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.lanes, 2);
	assert_int_equal(f.class, XS_CLASS_UNKNOWN);
	assert_int_equal(f.lane[0].reg, XS_LAYOUT_MAGIC2);
	assert_int_equal(f.lane[1].reg, XS_LAYOUT_RED_ZONE);
}

/* A hash is wrong in all of its words, or somebody has flipped a bit of it. */
static void test_result(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	const uint64_t hash[] = { 0x6b57560b4f794790, 0x5afade7e38296275 };
	struct xs_finding f;

	(void)state;
	start(&cpu, XS_STATE_sse);
	record.leg = XS_LEG_KERNEL;
	record.image_bytes = sizeof(hash);
	memcpy(record.expected, hash, sizeof(hash));
	memcpy(record.actual, hash, sizeof(hash));
	record.actual[8] ^= 1;
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.lanes, 1);
	assert_int_equal(f.lane[0].file, XS_FILE_RESULT);
	assert_int_equal(f.lane[0].reg, 1);
	assert_int_equal(f.class, XS_CLASS_FLIPPED);
	for (uint32_t i = 0; i < sizeof(hash); i++)
		record.actual[i] ^= 0x35;
	xs_classify(&f, &record, &cpu, TASKS);
	assert_int_equal(f.lanes, 2);
	assert_int_equal(f.class, XS_CLASS_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plants),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_stale_owner),
		cmocka_unit_test(test_handler_values),
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_not_given),
		cmocka_unit_test(test_handler_entry),
		cmocka_unit_test(test_narrow_follow),
		cmocka_unit_test(test_result),
		cmocka_unit_test(test_pkru),
		cmocka_unit_test(test_unknown_and_lost_halves),
		cmocka_unit_test(test_nobodys),
		cmocka_unit_test(test_earlier_case),
		cmocka_unit_test(test_layout),
	};

	return cmocka_run_group_tests_name("classify", tests, NULL, NULL);
}
