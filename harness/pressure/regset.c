// SPDX-License-Identifier: GPL-2.0-only
/* Reads and writes register sets of a tracee in all ways that there are. */
#include "pressure/regset.h"

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "pressure/tracer.h"
#include "state/frame.h"
#include "task/fsave.h"
#include "task/sys.h"

#define NR32_PTRACE 26 /* arch/x86/entry/syscalls/syscall_32.tbl */
#define PAGE	    4096u
/* Selectors of a 64-bit kernel's user code segments: asm/segment.h. */
#define USER32_CS 0x23ul
#define USER_CS	  0x33ul
/* struct user_i387_ia32_struct */
#define ENV_FIP	  12u
#define ENV_FCS	  16u
#define ENV_FOO	  20u
#define ENV_BYTES 108u
#define FX_FOP	  6u
#define FX_FIP	  8u
#define FX_FDP	  16u
#define FX_XMM8	  (160u + 8 * 16)

const struct xs_regset xs_regsets[XS_REGSETS] = {
	{ XS_REGSET_XSTATE, 0, 8, .note = NT_X86_XSTATE },
	{ XS_REGSET_FXSAVE, 0, 8, .note = NT_PRFPREG },
	{ XS_REGSET_FXSAVE, .get = PTRACE_GETFPREGS, .set = PTRACE_SETFPREGS },
	{ XS_REGSET_XSTATE, XS_REGSET_VIEW32, 8, .note = NT_X86_XSTATE },
	{ XS_REGSET_FXSAVE, XS_REGSET_VIEW32, 4, .note = NT_PRXFPREG },
	{ XS_REGSET_FSAVE, XS_REGSET_VIEW32, 4, .note = NT_PRFPREG },
	{ XS_REGSET_XSTATE, XS_REGSET_INT80, 8, .note = NT_X86_XSTATE },
	{ XS_REGSET_FXSAVE, XS_REGSET_INT80, .get = PTRACE_GETFPXREGS, .set = PTRACE_SETFPXREGS },
	{ XS_REGSET_FSAVE, XS_REGSET_INT80, .get = PTRACE_GETFPREGS, .set = PTRACE_SETFPREGS },
};

int xs_regset_open(struct xs_regset_io *io)
{
	uint8_t *map = mmap(NULL, XS_REGSET_ROOM + PAGE, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (map == MAP_FAILED)
		return -errno;
	if (mprotect(map, XS_REGSET_ROOM, PROT_READ | PROT_WRITE)) {
		munmap(map, XS_REGSET_ROOM + PAGE);
		return -ENOMEM;
	}
	io->map = map;
	return 0;
}

void xs_regset_close(struct xs_regset_io *io)
{
	if (io->map)
		munmap(io->map, XS_REGSET_ROOM + PAGE);
	io->map = NULL;
}

uint8_t *xs_regset_at(const struct xs_regset_io *io, size_t bytes)
{
	return io->map + XS_REGSET_ROOM - bytes;
}

size_t xs_regset_bytes(const struct xs_regset *r, uint32_t xstate_bytes)
{
	return r->form == XS_REGSET_XSTATE   ? xstate_bytes
	       : r->form == XS_REGSET_FXSAVE ? XS_IMAGE_LEGACY_BYTES
					     : ENV_BYTES;
}

long xs_regset_view(pid_t pid, bool compat)
{
	return xs_tracer_call(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, cs),
			      (void *)(compat ? USER32_CS : USER_CS));
}

static long by_int80(const struct xs_regset_io *io, const struct xs_regset *r, long request,
		     pid_t pid, uint8_t *at, size_t *bytes)
{
	uint32_t *vector = (uint32_t *)io->map; /* struct compat_iovec */
	long rc;

	if (!r->note)
		return xs_int80(NR32_PTRACE, request, pid, 0, (long)at);
	vector[0] = (uint32_t)(uintptr_t)at;
	vector[1] = (uint32_t)*bytes;
	rc = xs_int80(NR32_PTRACE, request, pid, r->note, (long)vector);
	*bytes = vector[1];
	return rc;
}

long xs_regset_call(const struct xs_regset_io *io, const struct xs_regset *r, pid_t pid, bool set,
		    uint8_t *at, size_t *bytes)
{
	const long regset = set ? PTRACE_SETREGSET : PTRACE_GETREGSET;
	const long request = r->note ? regset : set ? r->set : r->get;
	struct iovec vector = { .iov_base = at, .iov_len = *bytes };
	const bool view = r->by & XS_REGSET_VIEW32;
	long rc = view ? xs_regset_view(pid, true) : 0;

	if (rc < 0)
		return rc;
	if (r->by & XS_REGSET_INT80)
		return by_int80(io, r, request, pid, at, bytes);
	rc = xs_tracer_call(request, pid, r->note, r->note ? (void *)&vector : at);
	if (view)
		xs_regset_view(pid, false);
	*bytes = vector.iov_len;
	return rc;
}

/* FIP and FDP are 32 bits there; FOP is written, but not read in a 64-bit kernel. */
static void env_to_image(uint8_t *image, const uint8_t *env)
{
	xs_fsave_fold(image, env);
	if (xs_frame_get32(image, FX_FIP) != xs_frame_get32(env, ENV_FIP))
		xs_frame_put64(image, FX_FIP, xs_frame_get32(env, ENV_FIP));
	if (xs_frame_get32(image, FX_FDP) != xs_frame_get32(env, ENV_FOO))
		xs_frame_put64(image, FX_FDP, xs_frame_get32(env, ENV_FOO));
}

void xs_regset_to_image(uint8_t *image, const struct xs_regset *r, const uint8_t *at,
			const struct xs_cpu *cpu)
{
	uint64_t used = 3;

	if (r->form == XS_REGSET_FSAVE) {
		env_to_image(image, at);
		used = 1;
	} else if (r->form == XS_REGSET_FXSAVE) {
		xs_copy(image, at, XS_FRAME_SW_BYTES);
	} else {
		/* Debuggers look at the bytes, whatever XSTATE_BV says of them. */
		xs_copy(image, at, cpu->image_bytes);
		used = cpu->xcr0;
	}
	xs_frame_use(image, used, 0);
}

void xs_regset_from_image(uint8_t *at, const struct xs_regset *r, const uint8_t *image,
			  size_t bytes)
{
	uint8_t fxsave[XS_IMAGE_LEGACY_BYTES];

	if (r->form != XS_REGSET_FSAVE) {
		xs_copy(at, image, bytes);
		return;
	}
	xs_copy(fxsave, image, sizeof(fxsave));
	xs_zero(at, ENV_BYTES);
	xs_fsave_unfold(at, fxsave);
	xs_frame_put32(at, ENV_FIP, xs_frame_get32(image, FX_FIP));
	xs_frame_put32(at, ENV_FOO, xs_frame_get32(image, FX_FDP));
	xs_copy(at + ENV_FCS + 2, image + FX_FOP, 2);
}

void xs_regset_arrives(uint8_t *image, const struct xs_regset *r, const uint8_t *from,
		       uint32_t registers, const struct xs_cpu *cpu)
{
	XS_FOR_EACH_LANE(at, registers, cpu)
	{
		uint64_t value = xs_lane_get(from, cpu, &at);

		if (r->form != XS_REGSET_XSTATE && at.span->component > 1)
			continue;
		if (r->form == XS_REGSET_FSAVE && at.span->component)
			continue;
		if (r->form == XS_REGSET_FSAVE && at.span->file == XS_FILE_POINTER)
			value = (uint32_t)value;
		/* 32-bit callers know eight. */
		if (r->form == XS_REGSET_FXSAVE && r->by & XS_REGSET_INT80 && at.offset >= FX_XMM8)
			value = 0;
		xs_lane_put(image, &at, value);
	}
}
