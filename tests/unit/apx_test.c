// SPDX-License-Identifier: GPL-2.0-only
/*
 * r16-31 on a CPU that lacks them: each of their instructions raises SIGILL, and is decoded and
 * carried out here on sixteen words of memory. Assemblers that know no APX have not seen it.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#include <cmocka.h>

#include "state/frame.h"
#include "task/hold.h"
#include "task/plant.h"
#include "unit/machines.h"

#define APX   (1u << XS_STATE_apx)
#define OWNER 3
#define FLAGS 0x8d5ll /* CF, PF, AF, ZF, SF, OF */

static _Alignas(64) uint8_t right[XS_IMAGE_MAX], wrong[XS_IMAGE_MAX], dump[XS_IMAGE_MAX];
static _Alignas(64) uint8_t scratch[XS_SCRATCH_BYTES];
static uint64_t egpr[16];
static uint32_t emulated;

static uint64_t *register_of(ucontext_t *uc, uint32_t reg)
{
	static const uint8_t general[] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
					   REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
					   REG_R12, REG_R13, REG_R14, REG_R15 };

	return reg > 15 ? &egpr[reg - 16] : (uint64_t *)&uc->uc_mcontext.gregs[general[reg]];
}

/* The flags as "cmp b, a" sets them. */
static greg_t compared(uint64_t a, uint64_t b)
{
	uint16_t ax;

	__asm__("cmpq %2, %1; lahf; seto %%al" : "=a"(ax) : "r"(a), "r"(b) : "cc");
	return (ax >> 8 & 0xd5) | (ax & 1) << 11;
}

/*
 * D5, then M0 R4 X4 B4 W R3 X3 B3; opcode, ModRM, displacement (APX specification, 3.1.2). Bases
 * without SIB or RIP, and 64 bits of a register, are all that is known here. Any other is fatal.
 */
static void emulate(int signo, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	greg_t *ip = &uc->uc_mcontext.gregs[REG_RIP], *flags = &uc->uc_mcontext.gregs[REG_EFL];
	const uint8_t *code = (const uint8_t *)*ip;
	uint64_t *reg, at, value;
	const uint32_t prefix = code[1], mod = code[3] >> 6, rm = code[3] & 7;
	uint32_t bytes = 4;

	(void)info;
	if (code[0] != 0xd5 || (prefix & 0x88) != 8 || mod == 3 || rm == 4 || (!mod && rm == 5) ||
	    (code[2] != 0x8b && code[2] != 0x3b)) {
		signal(signo, SIG_DFL);
		return;
	}
	reg = register_of(uc, (prefix >> 6 & 1) << 4 | (prefix >> 2 & 1) << 3 | (code[3] >> 3 & 7));
	at = *register_of(uc, (prefix >> 4 & 1) << 4 | (prefix & 1) << 3 | rm);
	if (mod == 1) {
		at += (uint64_t)(int8_t)code[4];
		bytes += 1;
	} else if (mod == 2) {
		int32_t displacement;

		memcpy(&displacement, code + 4, sizeof(displacement));
		at += (uint64_t)displacement;
		bytes += 4;
	}
	memcpy(&value, (const void *)at, sizeof(value));
	if (code[2] == 0x8b)
		*reg = value;
	else
		*flags = (*flags & ~FLAGS) | compared(*reg, value);
	*ip += bytes;
	emulated++;
}

/* Where they are real, check_test has them. */
static void begin(void)
{
	struct sigaction sa = { .sa_sigaction = emulate, .sa_flags = SA_SIGINFO };
	struct xs_cpu here;

	xs_cpu_read(&here);
	if (!xs_entry_supported(xs_entry(XS_AXIS_STATE, XS_STATE_apx), &here, NULL))
		skip();
	memset(egpr, 0, sizeof(egpr));
	emulated = 0;
	/* In the test itself: cmocka has SIGILL, too. */
	assert_int_equal(sigaction(SIGILL, &sa, NULL), 0);
}

static uint64_t check(const struct xs_cpu *cpu)
{
	const uint32_t before = emulated;
	uint64_t held[16], found;

	memcpy(held, egpr, sizeof(held));
	found = xs_state(XS_STATE_apx)->check(right, cpu->offset, scratch);
	/* Left as they were, for the dump; and looked at up to the one that differs. */
	assert_memory_equal(held, egpr, sizeof(held));
	assert_int_equal(emulated - before, found ? found - 16 : 16);
	return found;
}

/* Each instruction takes its register from its place; each bit of each of them counts. */
static void every_bit(const struct xs_cpu *cpu)
{
	const struct xs_drive drive = xs_test_drive(APX, OWNER, XS_PATTERN_TASK);
	const uint32_t before = emulated;

	xs_image_fill(right, cpu, &drive, 70);
	xs_state(XS_STATE_apx)->load(right, cpu->offset);
	assert_int_equal(emulated - before, 16);
	assert_int_equal(check(cpu), 0);
	XS_FOR_EACH_LANE(at, APX, cpu)
	{
		assert_int_in_range(at.reg, 16, 31);
		assert_int_equal(egpr[at.reg - 16], xs_lane_get(right, cpu, &at));
		for (uint32_t bit = 0; bit < 64; bit++) {
			egpr[at.reg - 16] ^= 1ull << bit;
			assert_int_equal(check(cpu), 1 + at.reg);
			egpr[at.reg - 16] ^= 1ull << bit;
		}
	}
	assert_int_equal(check(cpu), 0);
}

static void test_every_bit(void **state)
{
	struct xs_cpu cpu = xs_test_machine(4);

	(void)state;
	begin();
	every_bit(&cpu);
	cpu = xs_test_machine(5);
	every_bit(&cpu);
	cpu.offset[19] = XS_IMAGE_MAX - cpu.size[19];
	every_bit(&cpu);
}

/* Init state is proved, too, and nothing loads it. */
static void test_init(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(5);

	(void)state;
	begin();
	xs_image_init(right, &cpu);
	assert_int_equal(check(&cpu), 0);
	egpr[15] = 1;
	assert_int_equal(check(&cpu), 32);
	egpr[0] = 1ull << 63;
	assert_int_equal(check(&cpu), 17);
}

/* This machine, with a place for them behind all that it has. */
static void open_window(struct xs_window *w, struct xs_cpu *cpu, uint32_t classes)
{
	static uint32_t inside, release = 1;
	uint32_t n = 0;

	cpu->offset[19] = XS_IMAGE_MAX - 128;
	*w = (struct xs_window){ .load_image = wrong,
				 .check_image = right,
				 .offsets = cpu->offset,
				 .scratch = scratch,
				 .dump = dump,
				 .dump_mask = cpu->features & XS_CPU_XSAVE ? cpu->xcr0 : 0,
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

/* Beside all other classes, in a window: what is planted in them is found, and nothing else. */
static void test_window(void **state)
{
	struct xs_cpu cpu;
	struct xs_drive drive;
	struct xs_window w;

	(void)state;
	begin();
	xs_cpu_read(&cpu);
	drive = xs_test_drive(xs_state_reduce(xs_state_mask_supported(&cpu)) | APX, OWNER,
			      XS_PATTERN_TASK);
	open_window(&w, &cpu, drive.mask);
	for (uint32_t kind = 0; kind < XS_PLANT_KINDS; kind++) {
		const struct xs_plant p = { .kind = (uint8_t)kind,
					    .class = XS_STATE_apx,
					    .owner = OWNER + 1 };
		int found;

		assert_true(xs_plant_possible(XS_STATE_apx, kind));
		xs_image_fill(right, &cpu, &drive, 70 + kind);
		xs_frame_use(right, 0, 1ull << 19); /* XRSTOR, of other classes, would fault */
		memcpy(wrong, right, sizeof(wrong));
		w.bad_register = UINT32_MAX;
		found = xs_window_run(&w);
		xs_registers_default();
		assert_int_equal(found, 0);
		xs_plant_apply(&p, wrong, &cpu, OWNER, 70 + kind);
		found = xs_window_run(&w);
		xs_registers_default();
		assert_int_equal(found, 1);
		assert_int_in_range(w.bad_register, 16, 31);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_window),
	};

	return cmocka_run_group_tests_name("apx", tests, NULL, NULL);
}
