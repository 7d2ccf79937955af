// SPDX-License-Identifier: GPL-2.0-only
/* The map of a finding: every lane in its place, of its class. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "oracle/classify.h"
#include "report/map.h"
#include "task/plant.h"
#include "unit/machines.h"
#include "unit/scene.h"
#include "unit/text.h"

#define OTHER 2u /* a vector process: unit/scene.h */

static struct xs_map map;

/* A scene in which all classes of @cpu were held, and nothing is wrong yet. */
static struct scene *scene_of(const struct xs_cpu *cpu)
{
	struct scene *s = scene_new(XS_CORRUPT);
	struct xs_record *r = &s->record;
	const uint32_t classes = xs_state_reduce(xs_state_mask_supported(cpu));
	const struct xs_drive drive = xs_test_drive(classes, 0, XS_PATTERN_TASK);

	*r = (struct xs_record){ .leg = XS_LEG_FRAME, .signalled = 1, .registers = classes };
	r->image_bytes = cpu->image_bytes;
	xs_image_fill(r->expected, cpu, &drive, 7);
	memcpy(r->actual, r->expected, cpu->image_bytes);
	s->v.findings = 1;
	s->r.cpu = cpu;
	return s;
}

static void judge(struct scene *s)
{
	xs_classify(&s->v.finding[0], &s->record, s->r.cpu, s->plan.tasks);
}

/* All lanes, each once, and each is what the oracle says. */
static void every_lane_is_there(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < XS_TEST_MACHINES; i++) {
		const struct xs_cpu cpu = xs_test_machine(i);
		struct scene *s = scene_of(&cpu);
		const struct xs_drive drive =
			xs_test_drive(s->record.registers, OTHER, XS_PATTERN_TASK);
		uint32_t lanes = 0, exponents = 0, shown = 0, wrong = 0;

		assert_false(xs_map_make(&map, &s->v.finding[0], &cpu, 3)); /* nothing is wrong */
		xs_image_fill(s->record.actual, &cpu, &drive, 9);
		judge(s);
		assert_true(xs_map_make(&map, &s->v.finding[0], &cpu, 3));
		XS_FOR_EACH_LANE(at, s->record.registers, &cpu)
		{
			lanes++;
			exponents += at.span->file == XS_FILE_EXPONENT;
		}
		for (uint32_t n = 0; n < map.registers; n++) {
			const struct xs_map_register *r = &map.reg[n];

			assert_true(r->group <= map.reg[map.registers - 1].group);
			shown += r->lanes;
			wrong += r->wrong;
			for (uint32_t l = 0; l < r->lanes; l++) {
				const struct xs_lane *lane = &map.lane[r->first + l];

				if (lane->expected != lane->actual)
					assert_int_not_equal(lane->class, XS_CLASS_NONE);
				else
					assert_int_equal(lane->class, XS_CLASS_NONE);
			}
		}
		assert_int_equal(shown, lanes);
		assert_int_in_range(wrong, s->v.finding[0].lanes, s->v.finding[0].lanes + exponents);
		assert_int_equal(wrong + map.right, lanes);
		free(s);
	}
}

static char *text_of_map(bool colour)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	xs_map_print(f, &map, colour);
	fclose(f);
	if (!text)
		abort();
	return text;
}

/* No line is too long for a mail, whatever the machine has. */
static void lines_fit(const char *text)
{
	for (const char *at = text; *at;) {
		const size_t bytes = strcspn(at, "\n");

		if (bytes > 78)
			fail_msg("%zu columns: %.*s", bytes, (int)bytes, at);
		at += bytes + (at[bytes] == '\n');
	}
}

static void planted_ones_show(void **unused)
{
	static const char letters[XS_PLANT_KINDS] = { 'X', 'I', 'O', 'F', 'S' };

	(void)unused;
	for (size_t i = 0; i < XS_TEST_MACHINES; i++) {
		const struct xs_cpu cpu = xs_test_machine(i);

		for (uint32_t row = 0; row < XS_STATES; row++)
			for (uint32_t kind = 0; kind < XS_PLANT_KINDS; kind++) {
				const struct xs_plant p = { .kind = (uint8_t)kind,
							    .class = (uint8_t)row,
							    .owner = OTHER };
				struct scene *s = scene_of(&cpu);
				char *text, want[2] = { letters[kind] };

				if (!(s->record.registers >> row & 1) ||
				    !xs_plant_possible(row, kind)) {
					free(s);
					continue;
				}
				xs_plant_apply(&p, s->record.actual, &cpu, 0, 7);
				judge(s);
				assert_true(xs_map_make(&map, &s->v.finding[0], &cpu, 3));
				text = text_of_map(false);
				lines_fit(text);
				assert_has(strchr(text, '\n'), want);
				free(text);
				free(s);
			}
	}
}

/* A register of which the upper half is lost. */
static void torn_ones_show(void **unused)
{
	const struct xs_cpu cpu = xs_test_machine(XS_TEST_MACHINES - 1);
	struct scene *s = scene_of(&cpu);
	char *text;

	(void)unused;
	/* Whatever the machine is: lane 0 of xmm3 becomes zero. */
	memset(s->record.actual + (160 + 3 * 16), 0, 8);
	judge(s);
	assert_true(xs_map_make(&map, &s->v.finding[0], &cpu, 3));
	text = text_of_map(false);
	assert_has(text, "mm3 ~I.");
	assert_has(text, "  I init  ~ torn");
	free(text);
	text = text_of_map(true);
	assert_has(text, "\033[97;44mI\033[0m");
	free(text);
	text = text_of(&s->r, "");
	assert_has(text, "    map, from the low end:");
	assert_null(strchr(text, '\033'));
	free(text);
	s->r.cpu = NULL;
	text = text_of(&s->r, "");
	assert_null(strstr(text, "map"));
	free(text);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_lane_is_there),
		cmocka_unit_test(planted_ones_show),
		cmocka_unit_test(torn_ones_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
