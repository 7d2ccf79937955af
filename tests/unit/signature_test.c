// SPDX-License-Identifier: GPL-2.0-only
/* Which findings are one: the words of signatures, and what they make one of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handler/handler.h"
#include "oracle/classify.h"
#include "oracle/signature.h"
#include "task/layout.h"
#include "task/plant.h"
#include "unit/machines.h"
#include "unit/scene.h"
#include "unit/signature_of.h"

#define AVX512 3u
#define OTHER  2u

/* What a window with @registers found, where @class was foreign. */
static void plant(struct scene *s, uint32_t registers, unsigned int class, enum xs_plant_kind kind,
		  enum xs_leg leg)
{
	const struct xs_cpu cpu = xs_test_machine(AVX512);
	const struct xs_drive drive = xs_test_drive(registers, 0, XS_PATTERN_TASK);
	const struct xs_plant p = { .kind = (uint8_t)kind,
				    .class = (uint8_t) class,
				    .owner = OTHER };

	s->record.registers = registers;
	s->record.leg = (uint8_t)leg;
	s->record.image_bytes = cpu.image_bytes;
	xs_image_fill(s->record.expected, &cpu, &drive, 77);
	memcpy(s->record.actual, s->record.expected, sizeof(s->record.actual));
	xs_plant_apply(&p, s->record.actual, &cpu, 0, 77);
	xs_classify(&s->v.finding[0], &s->record, &cpu, s->plan.tasks);
}

static const char *signature(const struct scene *s, char text[XS_SIGNATURE_BYTES])
{
	const struct xs_cpu cpu = xs_test_machine(AVX512);
	struct xs_signature all[XS_RECORDS_MAX];

	assert_int_equal(xs_signatures(all, &s->v, &s->plan, &s->ending, &cpu), 1);
	return xs_signature_print(text, &all[0]);
}

static void words_say_what_is_wrong(void **unused)
{
	struct scene *s = scene_corrupt();
	char text[XS_SIGNATURE_BYTES];

	(void)unused;
	plant(s, 1u << XS_STATE_sse | 1u << XS_STATE_pkru, XS_STATE_pkru, XS_PLANT_FOREIGN,
	      XS_LEG_FRAME);
	assert_string_equal(signature(s, text), "corrupt frame foreign pkru other x86-64");
	plant(s, 1u << XS_STATE_avx | 1u << XS_STATE_x87, XS_STATE_avx, XS_PLANT_ZERO,
	      XS_LEG_RETURN);
	assert_string_equal(signature(s, text), "corrupt return init avx - x86-64");
	s->record.actual[160] ^= 1; /* xmm0 */
	assert_string_equal(signature(s, text), "corrupt return init wide - x86-64");
	s->record.signalled = 0;
	assert_string_equal(signature(s, text), "corrupt switch init wide - -");
	plant(s, 1u << XS_STATE_sse | 1u << XS_STATE_mxcsr, XS_STATE_mxcsr, XS_PLANT_STALE,
	      XS_LEG_HANDLER);
	s->plan.abi = XS_ABI_ia32_rt;
	assert_string_equal(signature(s, text), "corrupt handler stale mxcsr own ia32");
	plant(s, 1u << XS_STATE_x87, XS_STATE_x87, XS_PLANT_FLIP, XS_LEG_FORK);
	assert_string_equal(signature(s, text), "corrupt fork flipped x87 - -");
	/* Of a task that held nothing it is what another one happened to use. */
	memset(s->record.expected + XS_IMAGE_XSTATE_BV, 0, 8);
	assert_string_equal(signature(s, text), "corrupt fork unknown x87 - -");
	/* A neighbour has no frame. */
	s->record.task = 2;
	plant(s, 1u << XS_STATE_opmask | 1u << XS_STATE_sse, XS_STATE_opmask, XS_PLANT_SWAP,
	      XS_LEG_RETURN);
	assert_string_equal(signature(s, text), "corrupt switch foreign opmask other -");
	free(s);
}

/* Each class alone is called after a component of its own, or is wide. */
static void every_class_has_a_word(void **unused)
{
	const struct xs_cpu cpu = xs_test_machine(AVX512);
	struct scene *s = scene_corrupt();
	char text[XS_SIGNATURE_BYTES], expected[XS_SIGNATURE_BYTES];

	(void)unused;
	for (unsigned int row = 0; row < XS_STATES; row++) {
		if (xs_entry_supported(xs_entry(XS_AXIS_STATE, row), &cpu, NULL))
			continue;
		plant(s, 1u << row, row, XS_PLANT_STALE, XS_LEG_EXEC);
		snprintf(expected, sizeof(expected), "corrupt exec stale %s own -",
			 row == XS_STATE_mmx ? "x87" : xs_name(XS_AXIS_STATE, row));
		assert_string_equal(signature(s, text), expected);
	}
	free(s);
}

static void frames_and_ends_have_words(void **unused)
{
	struct scene *s = scene_corrupt();
	struct xs_finding *f = &s->v.finding[0];
	char text[XS_SIGNATURE_BYTES];

	(void)unused;
	s->record.leg = XS_LEG_LAYOUT;
	f->lanes = 1;
	f->class = XS_CLASS_UNKNOWN;
	f->lane[0].reg = XS_LAYOUT_RED_ZONE;
	assert_string_equal(signature(s, text), "corrupt layout unknown red-zone-words - x86-64");
	s->record.leg = XS_LEG_RETURN;
	s->record.wrong = XS_WRONG_ACCEPTED;
	s->plan.handler = XS_HANDLER_bad_header;
	s->v.kind = XS_ACCEPTED;
	assert_string_equal(signature(s, text), "accepted return - bad-header - x86-64");
	s->record.leg = XS_LEG_PTRACE;
	s->record.task = 2;
	s->plan.task[2].kind = XS_PRESSURE_ptrace;
	assert_string_equal(signature(s, text), "accepted ptrace - ptrace - -");
	s->record.leg = XS_LEG_RETURN;
	s->record.task = 0;
	s->record.wrong = XS_WRONG_REFUSED;
	s->plan.handler = XS_HANDLER_edit_fx;
	s->v.kind = XS_REFUSED;
	assert_string_equal(signature(s, text), "refused return - edit-fx - x86-64");
	s->v.findings = 0;
	s->v.kind = XS_KILLED;
	s->plan.handler = XS_HANDLER_bad_header;
	assert_string_equal(signature(s, text), "killed - - bad-header - x86-64");
	s->ending.died_task = 2;
	assert_string_equal(signature(s, text), "killed - - - - -");
	s->v.kind = XS_HANG;
	assert_string_equal(signature(s, text), "hang - - - - -");
	free(s);
}

static void one_or_two(const char *a, bool a_alone, const char *b, bool b_alone,
		       const char *together)
{
	struct xs_signature left = of(a, a_alone), right = of(b, b_alone);
	char text[XS_SIGNATURE_BYTES];

	assert_int_equal(xs_signature_matches(&left, &right), together != NULL);
	assert_int_equal(xs_signature_matches(&right, &left), together != NULL);
	if (!together)
		return;
	xs_signature_join(&left, &right);
	assert_string_equal(xs_signature_print(text, &left), together);
}

static void what_contradicts_is_two(void **unused)
{
	static const char wide[] = "corrupt frame foreign wide other x86-64";

	(void)unused;
	one_or_two(wide, false, wide, false, wide);
	one_or_two("corrupt frame foreign sse other x86-64", true, wide, false, wide);
	one_or_two(wide, false, "corrupt frame foreign sse other x86-64", true, wide);
	one_or_two(wide, false, "corrupt frame foreign sse other x86-64", false, NULL);
	one_or_two("corrupt frame foreign x87 other x86-64", true,
		   "corrupt frame foreign sse other x86-64", true, NULL);
	one_or_two(wide, false, "corrupt frame foreign mxcsr - x86-64", true, wide);
	one_or_two(wide, false, "corrupt frame foreign wide other ia32", false,
		   "corrupt frame foreign wide other both");
	one_or_two(wide, false, "corrupt frame foreign wide handler x86-64", false, NULL);
	one_or_two(wide, false, "corrupt return foreign wide other x86-64", false, NULL);
	one_or_two(wide, false, "corrupt frame stale wide own x86-64", false, NULL);
	/* Of another task, which held nothing then; a part of the registers is another matter. */
	one_or_two("corrupt frame init wide - x86-64", false, wide, false, wide);
	one_or_two("corrupt frame unknown mxcsr - x86-64", true, "corrupt frame init wide - x86-64",
		   false, "corrupt frame init wide - x86-64");
	one_or_two("corrupt frame init pkru - x86-64", false,
		   "corrupt frame foreign pkru other x86-64", false, NULL);
	one_or_two(wide, false, "accepted frame foreign wide other x86-64", false, NULL);
}

/* What is wrong with a task's registers is so later; what is wrong for a handler is its own. */
static void later_findings_follow_from_registers(void **unused)
{
	const struct xs_signature frame = of("corrupt frame foreign pkru other x86-64", false),
				  entry = of("corrupt handler foreign pkru other x86-64", false),
				  back = of("corrupt switch foreign pkru other -", false),
				  other = of("corrupt switch init pkru - -", false);

	(void)unused;
	assert_true(xs_signature_follows(&entry, &frame));
	assert_true(xs_signature_follows(&back, &frame));
	assert_true(xs_signature_follows(&frame, &back));
	assert_false(xs_signature_follows(&back, &entry));
	assert_false(xs_signature_follows(&other, &frame));
}

/* The frame's damage comes back: one. Another task's, at the same time: two. */
static void later_legs_follow(void **unused)
{
	const struct xs_cpu cpu = xs_test_machine(AVX512);
	struct xs_signature all[XS_RECORDS_MAX];
	struct scene *s = scene_corrupt();
	struct xs_record *back = aligned_alloc(64, sizeof(*back));

	(void)unused;
	assert_non_null(back);
	plant(s, 1u << XS_STATE_sse, XS_STATE_sse, XS_PLANT_FOREIGN, XS_LEG_FRAME);
	*back = s->record;
	back->leg = XS_LEG_RETURN;
	s->v.finding[1] = s->v.finding[0];
	s->v.finding[1].record = back;
	s->v.findings = 2;
	assert_int_equal(xs_signatures(all, &s->v, &s->plan, &s->ending, &cpu), 1);
	assert_string_equal(all[0].word[XS_SIGNATURE_LEG], "frame");
	back->task = 2;
	back->signalled = 0;
	assert_int_equal(xs_signatures(all, &s->v, &s->plan, &s->ending, &cpu), 2);
	assert_string_equal(all[1].word[XS_SIGNATURE_LEG], "switch");
	s->v.kind = XS_PASS;
	assert_int_equal(xs_signatures(all, &s->v, &s->plan, &s->ending, &cpu), 0);
	free(back);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_say_what_is_wrong),
		cmocka_unit_test(every_class_has_a_word),
		cmocka_unit_test(frames_and_ends_have_words),
		cmocka_unit_test(what_contradicts_is_two),
		cmocka_unit_test(later_legs_follow),
		cmocka_unit_test(later_findings_follow_from_registers),
	};

	return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
