// SPDX-License-Identifier: GPL-2.0-only
/* Every bit of every register of every class is loaded, proved, and left for the dump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/window.h"
#include "state/image.h"

static _Alignas(64) uint8_t right[XS_IMAGE_MAX], wrong[XS_IMAGE_MAX], dump[XS_IMAGE_MAX];
static _Alignas(64) uint8_t scratch[512];
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
		w->load[n] = xs_states[i].load;
		w->check[n++] = xs_states[i].check;
	}
}

/* Which bits of a lane a program may set: flags yes, reserved bits no; the tags are no value. */
static uint64_t loadable(const struct xs_lane_at *at)
{
	switch (at->span->file) {
	case XS_FILE_MXCSR:
		return cpu.mxcsr_mask;
	case XS_FILE_FCW:
		return 0x0f3f; /* SDM vol. 1, 8.1.5 */
	case XS_FILE_FTW:
		return 0;
	default:
		return at->bytes == 8 ? UINT64_MAX : (1ull << at->bytes * 8) - 1;
	}
}

/* check() says 1 + the register; x87's control word and tags count as its first. */
static uint32_t named(const struct xs_lane_at *at)
{
	return at->span->file <= XS_FILE_OPMASK ? at->reg : 0;
}

static int flip_every_bit(unsigned int class)
{
	const uint32_t mask = 1u << class;
	struct xs_window w;
	int failures;

	open_window(&w, mask);
	xs_image_fill(right, &cpu, mask, 3, XS_PATTERN_TASK, 77);
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
				    xs_states[class].name, at.reg, at.lane, bit, w.bad_register);
		}
		xs_lane_put(wrong, &at, value);
	}
	return failures;
}

static void test_every_bit(void **state)
{
	int failures = 0;

	(void)state;
	xs_cpu_read(&cpu);
	for (unsigned int class = 0; class < XS_STATES; class ++)
		if (!xs_state_supported(class, &cpu, NULL))
			failures += flip_every_bit(class);
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
	struct xs_window w;

	(void)state;
	xs_cpu_read(&cpu);
	open_window(&w, 1u << XS_STATE_x87);
	xs_image_fill(right, &cpu, 1u << XS_STATE_x87, 3, XS_PATTERN_TASK, 77);
	memcpy(wrong, right, sizeof(wrong));
	w.load[1] = empty;
	assert_int_equal(xs_window_run(&w), 1);
	assert_int_equal(dump[4], 0xf7);
	xs_registers_default();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_tags),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
