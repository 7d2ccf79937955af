// SPDX-License-Identifier: GPL-2.0-only
/* Sets 32-bit windows and handlers up, and reads the frames of 32-bit tasks. */
#include "worker/compat.h"

#include <string.h>
#include <sys/mman.h>

#include "abi/abi.h"
#include "state/frame.h"
#include "task/sys.h"
#include "worker/worker.h"

#define ARCH_GET_FS 0x1003 /* uapi/asm/prctl.h */
/* arch/x86/entry/syscalls/syscall_32.tbl */
#define NR32_WRITE	  4
#define NR32_KILL	  37
#define NR32_RT_SIGACTION 174
#define NR32_TGKILL	  270
/* Offsets in the frames: struct sigframe_ia32, rt_sigframe_ia32, ucontext_ia32, sigcontext_32. */
#define FRAME_SIGNO  4u
#define FRAME_PINFO  8u
#define FRAME_PUC    12u
#define FRAME_SC     8
#define UC_SC	     20
#define INFO_CODE    8u
#define SC_IP	     56
#define SC_FPSTATE   76u
#define SA32_SIGINFO 4u

_Static_assert(offsetof(struct xs_low, keyed) == XS_LOW_KEYED, "as compat.S has it");

uint8_t *xs_compat_map(const struct xs_plan *plan)
{
	const uintptr_t bytes = XS_LOW_BYTES;
	const struct xs_abi *abi = xs_abi(plan->abi);
	uint8_t *map =
		mmap(NULL, 2 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint8_t *region;
	struct xs_low *low;

	if (map == MAP_FAILED)
		return NULL;
	region = (uint8_t *)(((uintptr_t)map + bytes - 1) & ~(bytes - 1));
	if (region > map)
		munmap(map, (size_t)(region - map));
	munmap(region + bytes, (size_t)(map + bytes - region));
	if (mprotect(region, XS_LOW_STACK_TOP, PROT_READ | PROT_WRITE))
		return NULL;
	low = (void *)region;
	low->sigreturn = abi->sigreturn;
	low->skip = abi->skip;
	low->rt = abi->entry.flags & XS_ABI_RT;
	memcpy(region + XS_LOW_CODE, xs_compat_code,
	       (uintptr_t)xs_compat_code_end - (uintptr_t)xs_compat_code);
	if (mprotect(region + XS_LOW_CODE, 4096, PROT_READ | PROT_EXEC))
		return NULL;
	return region;
}

static uint64_t code_at(const uint8_t *region, const char *place)
{
	return (uintptr_t)region + XS_LOW_CODE + (uintptr_t)(place - xs_compat_code);
}

int xs_compat_in_window(const uint8_t *region, uint64_t ip)
{
	return ip >= code_at(region, xs_compat_begin) && ip < code_at(region, xs_compat_end);
}

int32_t xs_compat_call(int64_t number)
{
	switch (number) {
	case SYS_tgkill:
		return NR32_TGKILL;
	case SYS_kill:
		return NR32_KILL;
	case SYS_write:
		return NR32_WRITE;
	default:
		return -1;
	}
}

static uint8_t *pointer_at(const uint8_t *at)
{
	return (uint8_t *)(uintptr_t)xs_frame_get32(at, 0);
}

/* Called by the 32-bit handler. */
static void deliver(uint8_t *frame)
{
	const struct xs_low *low = (void *)((uintptr_t)frame & ~(uintptr_t)(XS_LOW_BYTES - 1));
	uint8_t *uc = low->rt ? pointer_at(frame + FRAME_PUC) : NULL;
	uint8_t *sc = uc ? uc + UC_SC : frame + FRAME_SC;
	uint8_t *fsave = pointer_at(sc + SC_FPSTATE);
	const struct xs_delivery d = {
		.signo = (int)xs_frame_get32(frame, FRAME_SIGNO),
		.code = uc ? (int)xs_frame_get32(pointer_at(frame + FRAME_PINFO), INFO_CODE) : 0,
		.compat = true,
		.ip = sc + SC_IP,
		.pointer = sc + SC_FPSTATE,
		.flags = uc,
		.fpstate = fsave + XS_FSAVE_BYTES,
		.fsave = fsave,
	};

	low->handle(&d);
}

/* What is let in during the hold, and nowhere else. */
static uint64_t signals_of(const struct xs_plan *plan)
{
	const int signo = xs_signal(plan->signal)->signo;

	return 1ull << (XS_SIGNO - 1) | (signo ? 1ull << (signo - 1) : 0);
}

void xs_compat_bind(struct xs_worker *w, uint8_t *region,
		    void (*handle)(const struct xs_delivery *d))
{
	struct xs_low *low = (void *)region;

	xs_syscall3(SYS_arch_prctl, ARCH_GET_FS, (long)&low->fs_base, 0);
	low->deliver = deliver;
	low->handle = handle;
	low->enter = XS_FAR(XS_USER_CS, code_at(region, xs_compat_enter_64));
	low->leave = XS_FAR(XS_USER32_CS, code_at(region, xs_compat_leave_64));
	for (uint32_t i = 0; i <= w->task.shared->plan.depth; i++) {
		struct xs_window *window = &w->task.level[i].window;

		window->compat = XS_FAR(XS_USER32_CS, code_at(region, xs_compat_code));
		window->compat_return = XS_FAR(XS_USER_CS, code_at(region, xs_compat_return));
		window->low_stack = (uintptr_t)region + XS_LOW_STACK_TOP - 64;
		window->fs_base = low->fs_base;
		window->compat_call = xs_compat_call(window->hold_syscall);
		window->sigset = signals_of(&w->task.shared->plan);
	}
}

int xs_compat_install(int signo, uint32_t flags, uint8_t *region, const struct xs_plan *plan)
{
	const uint64_t mask = signals_of(plan);
	struct compat_sigaction {
		uint32_t handler, flags, restorer, mask[2];
	} *sa = (void *)(region + sizeof(struct xs_low));

	*sa = (struct compat_sigaction){
		.handler = (uint32_t)code_at(region, xs_compat_handler),
		.flags = flags | (xs_flags(XS_AXIS_ABI, plan->abi) & XS_ABI_RT ? SA32_SIGINFO : 0),
		.mask = { (uint32_t)mask, (uint32_t)(mask >> 32) },
	};
	return (int)xs_int80(NR32_RT_SIGACTION, signo, (long)(uintptr_t)sa, 0, 8);
}
