// SPDX-License-Identifier: GPL-2.0-only
/* Every bit of every register of every class is loaded, proved, and left for the dump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "task/hold.h"
#include "unit/machines.h"

static _Alignas(64) uint8_t right[XS_IMAGE_MAX], wrong[XS_IMAGE_MAX], dump[XS_IMAGE_MAX];
static _Alignas(64) uint8_t scratch[XS_SCRATCH_BYTES];
static uint32_t inside, release = 1;
static struct xs_cpu cpu;

static void open_window(struct xs_window *w, uint32_t classes)
{
	uint32_t n = 0;

	*w = (struct xs_window){ .load_image = wrong,
				 .check_image = right,
				 .offsets = cpu.offset,
				 .scratch = scratch,
				 .dump = dump,
				 .dump_mask = cpu.features & XS_CPU_XSAVE ? cpu.xcr0 : 0,
				 .release = &release,
				 .inside = &inside,
				 .hold_syscall = -1 };
	for (uint32_t i = 0; i < XS_STATES; i++) {
		if (!(classes >> i & 1))
			continue;
		w->load[n] = xs_state(i)->load;
		w->check[n++] = xs_state(i)->check;
	}
}

/* Which bits of a lane a program may set: flags yes, reserved bits no; the tags are no value. */
static uint64_t loadable(const struct xs_lane_at *at)
{
	/* An unmasked flag would set ES and B. */
	const uint64_t raised = right[2] & 0x3f, unmasked = ~right[0] & 0x3f;

	switch (at->span->file) {
	case XS_FILE_MXCSR:
		return cpu.mxcsr_mask;
	case XS_FILE_FCW:
		return 0x0f3f & ~raised; /* SDM vol. 1, 8.1.5 */
	case XS_FILE_FTW:
		return 0;
	case XS_FILE_FSW: /* ES and B follow from the flags and FCW */
		return 0x7f7f & ~unmasked;
	case XS_FILE_FOP:
		return 0x7ff;
	case XS_FILE_POINTER: /* canonical */
		return UINT64_MAX >> 17;
	case XS_FILE_PKRU: /* all memory here has key 0 */
		return 0xfffffffcu;
	case XS_FILE_TILECFG:
		return 0;
	default:
		return at->bytes == 8 ? UINT64_MAX : (1ull << at->bytes * 8) - 1;
	}
}

/* check() says 1 + the register; what is one of a kind counts as the first. */
static uint32_t named(const struct xs_lane_at *at)
{
	const uint32_t file = at->span->file;

	return file < XS_FILES_WIDE || file == XS_FILE_POINTER || file == XS_FILE_EXPONENT ? at->reg
											   : 0;
}

static int flip_every_bit(unsigned int class, uint32_t generation)
{
	const uint32_t mask = 1u << class;
	const struct xs_drive drive = xs_test_drive(mask, 3, XS_PATTERN_TASK);
	struct xs_window w;
	int failures;

	open_window(&w, mask);
	xs_image_fill(right, &cpu, &drive, generation);
	memcpy(wrong, right, sizeof(wrong));
	failures = xs_window_run(&w);
	XS_FOR_EACH_LANE(at, mask, &cpu)
	{
		const uint64_t value = xs_lane_get(right, &cpu, &at);

		for (uint32_t bit = 0; bit < at.bytes * 8u; bit++) {
			if (!(loadable(&at) >> bit & 1))
				continue;
			xs_lane_put(wrong, &at, value ^ 1ull << bit);
			memset(dump, 0, sizeof(dump));
			w.bad_register = UINT32_MAX;
			xs_window_run(&w);
			xs_registers_default();
			if (w.bad_register == named(&at) &&
			    !xs_image_differs(wrong, dump, &cpu, mask))
				continue;
			failures++;
			print_error("%s: register %u lane %u bit %u: named %u\n",
				    xs_name(XS_AXIS_STATE, class), at.reg, at.lane, bit,
				    w.bad_register);
		}
		xs_lane_put(wrong, &at, value);
	}
	return failures;
}

/* In four generations: with no exception unmasked, with some of them, with all. */
static void test_every_bit(void **state)
{
	int failures = 0;

	(void)state;
	xs_cpu_read(&cpu);
	for (unsigned int class = 0; class < XS_STATES; class ++)
		if (!xs_entry_supported(xs_entry(XS_AXIS_STATE, class), &cpu, NULL))
			for (uint32_t generation = 76; generation < 80; generation++)
				failures += flip_every_bit(class, generation);
	xs_registers_default();
	assert_int_equal(failures, 0);
}

/* An emptied x87 register, which no load makes. */
static void empty(const void *image, const uint32_t *offsets)
{
	(void)image;
	(void)offsets;
	__asm__ volatile("ffree %st(3)");
}

static void test_tags(void **state)
{
	static const uint8_t classes[] = { XS_STATE_mmx, XS_STATE_x87 };

	(void)state;
	xs_cpu_read(&cpu);
	for (size_t i = 0; i < sizeof(classes); i++) {
		const struct xs_drive drive = xs_test_drive(1u << classes[i], 3, XS_PATTERN_TASK);
		struct xs_window w;

		open_window(&w, drive.mask);
		xs_image_fill(right, &cpu, &drive, 77);
		memcpy(wrong, right, sizeof(wrong));
		w.load[1] = empty;
		assert_int_equal(xs_window_run(&w), 1);
		assert_int_equal(dump[4], 0xf7);
		xs_registers_default();
	}
}

/*
 * Every class in its init state, which a check must accept and leave: the
 * second window proves what the first one left, without a load.
 */
static void test_init_state(void **state)
{
	(void)state;
	xs_cpu_read(&cpu);
	xs_image_init(right, &cpu);
	xs_image_init(wrong, &cpu);
	for (unsigned int class = 0; class < XS_STATES; class ++) {
		struct xs_window w;

		if (xs_entry_supported(xs_entry(XS_AXIS_STATE, class), &cpu, NULL) ||
		    !(cpu.features & XS_CPU_XSAVE))
			continue;
		open_window(&w, 1u << class);
		w.load[0] = NULL;
		w.init_mask = xs_state_xfeatures(1u << class);
		assert_int_equal(xs_window_run(&w), 0);
		w.init_mask = 0;
		assert_int_equal(xs_window_run(&w), 0);
		xs_dump(dump, cpu.xcr0);
		assert_false(xs_image_differs(right, dump, &cpu, 1u << class));
	}
	xs_registers_default();
}

/*
 * A pending unmasked exception makes every CPU save FOP, FIP and FDP: so the
 * class can be tried where it is not supported, too.
 */
static void test_pointers(void **state)
{
	const uint32_t mask = 1u << XS_STATE_x87_pointers;
	const struct xs_drive drive = xs_test_drive(mask, 3, XS_PATTERN_TASK);
	const uint16_t fcw = 0x37e, fsw = 0xb881; /* IE unmasked and raised: ES and B */
	struct xs_window w;

	(void)state;
	xs_cpu_read(&cpu);
	if (!(cpu.features & XS_CPU_XSAVE))
		skip();
	open_window(&w, mask);
	xs_image_fill(right, &cpu, &drive, 77);
	memcpy(right, &fcw, sizeof(fcw));
	memcpy(right + 2, &fsw, sizeof(fsw));
	memcpy(wrong, right, sizeof(wrong));
	w.load[0](right, cpu.offset);
	xs_dump(dump, 1);
	xs_registers_default();
	if (memcmp(dump + 6, right + 6, 18) != 0)
		skip(); /* an emulator */
	assert_int_equal(xs_window_run(&w), 0);
	XS_FOR_EACH_LANE(at, mask, &cpu)
	{
		const uint64_t value = xs_lane_get(right, &cpu, &at);

		if (at.span->file != XS_FILE_FOP && at.span->file != XS_FILE_POINTER)
			continue;
		for (uint32_t bit = 0; loadable(&at) >> bit; bit++) {
			xs_lane_put(wrong, &at, value ^ 1ull << bit);
			assert_int_equal(xs_window_run(&w), 1);
			assert_int_equal(w.bad_register, named(&at));
			assert_int_equal(xs_lane_get(dump, &cpu, &at), value ^ 1ull << bit);
		}
		xs_lane_put(wrong, &at, value);
	}
	xs_registers_default();
}

/*
 * The turns of a hold leave the registers alone, and the red zone but for one word. What is not
 * supported here is not called.
 */
static void test_holds(void **state)
{
	uint32_t never = 0, mask;
	struct xs_drive drive;
	int failures = 0;

	(void)state;
	xs_cpu_read(&cpu);
	mask = xs_state_reduce(xs_state_mask_supported(&cpu));
	drive = xs_test_drive(mask, 3, XS_PATTERN_TASK);
	xs_image_fill(right, &cpu, &drive, 77);
	memcpy(wrong, right, sizeof(wrong));
	for (unsigned int row = 0; row < XS_HOLDS; row++) {
		const struct xs_hold *hold = xs_hold(row);
		struct xs_window w;
		int bad;

		assert_int_equal(!hold->step, !(hold->entry.flags & XS_HOLD_STEPS));
		assert_int_equal(!hold->open, !hold->close);
		if (xs_entry_supported(&hold->entry, &cpu, NULL))
			continue;
		open_window(&w, mask);
		w.release = &never;
		w.hold_ticks = 100000000;
		w.step = hold->step;
		if (hold->open) {
			assert_int_equal(hold->open(&w.own), 0);
			assert_true(w.own);
		}
		bad = xs_window_run(&w);
		xs_registers_default();
		assert_int_equal(w.faults % 2, 0);
		if (hold->close)
			hold->close(w.own);
		if (!bad && !w.red_zone)
			continue;
		failures++;
		print_error("%s: changes %s\n", xs_name(XS_AXIS_HOLD, row),
			    bad ? "registers" : "the red zone: a step may push one word");
	}
	assert_int_equal(failures, 0);
}

/* What is called leaves its return address above: these write the 16th and the 17th word. */
__attribute__((naked)) static void write_16th(void)
{
	__asm__("movq $0, -120(%rsp)\n ret");
}

__attribute__((naked)) static void write_17th(void)
{
	__asm__("movq $0, -128(%rsp)\n ret");
}

/* A signal in the loop may write right below its red zone, where there is a trap too (rseq). */
static void test_red_zone(void **state)
{
	static void (*const write[])(void) = { NULL, write_16th, write_17th };
	static const uint32_t wrong_words[] = { 0, 1u << 15, 0 };
	uint32_t never = 0;

	(void)state;
	xs_cpu_read(&cpu);
	for (unsigned int i = 0; i < 3; i++) {
		for (unsigned int step = 0; step < 2; step++) {
			struct xs_window w;

			open_window(&w, 0);
			w.release = &never;
			w.hold_ticks = 10000;
			*(step ? &w.step : &w.trap) = write[i];
			assert_int_equal(xs_window_run(&w), 0);
			assert_int_equal(w.red_zone, wrong_words[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bit),  cmocka_unit_test(test_tags),
		cmocka_unit_test(test_init_state), cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_holds),	   cmocka_unit_test(test_red_zone),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
