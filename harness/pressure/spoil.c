// SPDX-License-Identifier: GPL-2.0-only
/* Makes writes that the kernel has to refuse, and proves that it has, and that nothing came of it.
 */
#include "pressure/spoil.h"

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>

#include "pressure/traced.h"
#include "state/frame.h"
#include "task/sys.h"

#define MXCSR_RESERVED	16u    /* the lowest bit that may be */
#define SHSTK		0x204u /* uapi/linux/elf.h: NT_X86_SHSTK, since 6.6 */
#define UNKNOWN		0x4e5u
#define USER_DESC_BYTES 16u
#define REGS32_BYTES	68u

enum kind {
	SPOIL_FAULT, /* its end is not mapped: what could be read must not count */
	SPOIL_ODD,   /* no multiple of its unit */
	SPOIL_SHORT,
	SPOIL_MXCSR,
	SPOIL_EMPTY,
	SPOIL_MXCSR_ALONE, /* with one of x87, SSE and AVX in use */
	SPOIL_BV,	   /* a component that there is not */
	SPOIL_XCOMP,
	SPOIL_RESERVED, /* bytes of the header */
	SPOIL_KINDS
};

/* From the first one on. A legacy request has no length. */
static const uint8_t kinds[] = {
	[XS_REGSET_XSTATE] = SPOIL_KINDS,
	[XS_REGSET_FXSAVE] = SPOIL_MXCSR + 1,
	[XS_REGSET_FSAVE] = SPOIL_SHORT + 1,
};

struct write {
	uint8_t *at;
	size_t bytes;
};

/* Read what must not change, into @s->now: 0 or -errno. */
static long read_now(struct xs_task *t, struct xs_spoil *s)
{
	size_t bytes = XS_REGSET_MAX;
	uint8_t *at = xs_regset_at(s->io, bytes);
	const long rc = xs_regset_call(s->io, &xs_regsets[0], s->pid, false, at, &bytes);

	if (rc < 0)
		return xs_traced_refused(t, rc, "PTRACE_GETREGSET");
	if (bytes > XS_IMAGE_MAX)
		return xs_task_fail(t, -E2BIG, "NT_X86_XSTATE");
	s->bytes = (uint32_t)bytes;
	xs_copy(s->now, at, bytes);
	return 0;
}

int xs_spoil_begin(struct xs_task *t, struct xs_spoil *s, pid_t pid, const uint8_t *given)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const uint32_t registers = t->level->registers;
	long rc;

	s->pid = pid;
	rc = read_now(t, s);
	if (rc)
		return (int)rc;
	xs_copy(s->before, s->now, s->bytes);
	/* Part of a write that is refused shows only if it says something else. */
	xs_copy(s->edited, s->now, s->bytes);
	XS_FOR_EACH_LANE(at, registers, cpu)
	{
		xs_lane_put(s->edited, &at, xs_lane_get(given, cpu, &at));
	}
	xs_frame_use(s->edited, xs_state_xfeatures(registers), 0);
	rc = xs_tracer_call(PTRACE_GETREGS, pid, 0, &s->regs);
	return rc < 0 ? xs_traced_refused(t, rc, "PTRACE_GETREGS") : 0;
}

/* The bits of @all that are not 0, the @n-th of them. */
static uint64_t bit_of(uint64_t all, uint32_t n)
{
	for (n %= (uint32_t)__builtin_popcountll(all); n--;)
		all &= all - 1;
	return all & -all;
}

static struct write spoil(const struct xs_task *t, const struct xs_spoil *s,
			  const struct xs_regset *r, enum kind kind, uint32_t n, bool planted)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const size_t whole = xs_regset_bytes(r, s->bytes);
	struct write w = { xs_regset_at(s->io, XS_REGSET_MAX), whole };
	uint32_t mxcsr;

	if (kind == SPOIL_FAULT) {
		const size_t there = n % whole;

		w.at = xs_regset_at(s->io, there);
		if (r->form != XS_REGSET_FSAVE) {
			xs_copy(w.at, s->edited, there);
		} else {
			uint8_t *env = s->io->map + 512;

			xs_regset_from_image(env, r, s->edited, whole);
			xs_copy(w.at, env, there);
		}
		return w;
	}
	xs_regset_from_image(w.at, r, planted ? s->before : s->edited, whole);
	switch (kind) {
	case SPOIL_ODD:
		w.bytes = n & 1u << 16 ? whole + 1 + n % (r->unit - 1u)
				       : whole - 1 - n % (r->unit - 1u);
		break;
	case SPOIL_SHORT:
		w.bytes = whole - r->unit * (1 + n % (whole / r->unit - 1));
		break;
	case SPOIL_EMPTY:
		w.bytes = 0;
		break;
	case SPOIL_MXCSR_ALONE:
		xs_frame_use(w.at, 0, 7);
		/* That of AVX is the one that is easily forgotten. */
		xs_frame_use(w.at, bit_of(n & 1u << 16 && cpu->xcr0 & 4 ? 4 : 3, n >> 8), 0);
		/* fallthrough */
	case SPOIL_MXCSR:
		mxcsr = (uint32_t)bit_of(UINT32_MAX << MXCSR_RESERVED & ~cpu->mxcsr_mask, n);
		if (!planted)
			xs_frame_put32(w.at, XS_IMAGE_MXCSR_AT,
				       xs_frame_get32(w.at, XS_IMAGE_MXCSR_AT) | mxcsr);
		if (kind == SPOIL_MXCSR && r->form == XS_REGSET_XSTATE)
			xs_frame_use(w.at, 2, 0);
		break;
	case SPOIL_BV:
		xs_frame_use(w.at, bit_of(~(cpu->xcr0 | cpu->enabled), n), 0);
		break;
	case SPOIL_XCOMP:
		xs_frame_put64(w.at, XS_XCOMP_BV, 1ull << n % 64);
		break;
	case SPOIL_RESERVED:
		w.at[XS_XCOMP_BV + 8 + n % 48] |= (uint8_t)(1u << (n >> 8) % 8);
		break;
	default:
		break;
	}
	return w;
}

static bool differ(const void *a, const void *b, size_t bytes)
{
	return __builtin_memcmp(a, b, bytes) != 0;
}

int xs_spoil_put_back(struct xs_task *t, struct xs_spoil *s)
{
	size_t bytes = s->bytes;
	uint8_t *at = xs_regset_at(s->io, bytes);
	long rc;

	xs_copy(at, s->before, bytes);
	rc = xs_regset_call(s->io, &xs_regsets[0], s->pid, true, at, &bytes);
	if (rc >= 0)
		rc = xs_tracer_call(PTRACE_SETREGS, s->pid, 0, &s->regs);
	return rc < 0 ? xs_traced_refused(t, rc, "PTRACE_SETREGSET") : 0;
}

/* A spoilt write came back with @rc: 0 or -errno. What it should not have done is recorded. */
static int judge(struct xs_task *t, struct xs_spoil *s, const struct xs_level *l, long rc,
		 uint32_t planted)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const bool inner = l != t->level, taken = rc >= 0;
	struct user_regs_struct regs;
	bool changed, wrong;

	if (rc == -ESRCH)
		return (int)rc; /* as xs_traced_refused() has it */
	rc = read_now(t, s);
	if (rc)
		return (int)rc;
	rc = xs_tracer_call(PTRACE_GETREGS, s->pid, 0, &regs);
	if (rc < 0)
		return xs_traced_refused(t, rc, "PTRACE_GETREGS");
	xs_frame_put32(s->now, XS_IMAGE_MXCSR_AT,
		       xs_frame_get32(s->now, XS_IMAGE_MXCSR_AT) | planted);
	wrong = xs_image_differs(s->before, s->now, cpu, l->registers);
	changed = wrong || differ(s->before, s->now, s->bytes) ||
		  differ(&s->regs, &regs, sizeof(regs));
	if (!taken && !changed)
		return 0;
	xs_task_record_as(t, l, taken || !wrong ? XS_WRONG_ACCEPTED : XS_WRONG_VALUES,
			  XS_LEG_PTRACE, inner, s->before, s->now, cpu->image_bytes);
	return xs_spoil_put_back(t, s);
}

int xs_spoil_write(struct xs_task *t, struct xs_spoil *s, const struct xs_level *l,
		   const struct xs_regset *r, uint32_t n)
{
	const bool planted = !t->plan->worker && l == t->level && xs_plant_due(t, XS_PLANT_TAKEN);
	enum kind kind;
	struct write w;
	long rc;

	if (planted)
		r = &xs_regsets[0];
	kind = planted ? SPOIL_MXCSR : (enum kind)(n % kinds[r->form]);
	if (!r->note && kind != SPOIL_MXCSR)
		kind = SPOIL_FAULT;
	w = spoil(t, s, r, kind, n >> 4, planted);
	rc = xs_regset_call(s->io, r, s->pid, true, w.at, &w.bytes);
	return judge(t, s, l, rc, planted ? 1u << 31 : 0);
}

/* Register sets that hold no x87, SSE or extended state; lengths are spoilt but where it says so.
 */
struct other {
	struct xs_regset set;
	uint16_t bytes;
	bool get;   /* reading it has to be refused, too */
	uint8_t at; /* of 8 bytes, if not 0: */
	uint64_t value;
};

#define AT(member) offsetof(struct user_regs_struct, member)

static const struct other others[] = {
	{ { .note = NT_PRSTATUS }, .bytes = sizeof(struct user_regs_struct) - 1, .get = true },
	{ { .note = NT_PRSTATUS }, .bytes = sizeof(struct user_regs_struct) + 4, .get = true },
	{ { .note = NT_PRSTATUS }, sizeof(struct user_regs_struct), .at = AT(cs), .value = 0 },
	{ { .note = NT_PRSTATUS }, sizeof(struct user_regs_struct), .at = AT(ss), .value = 1 },
	{ { .note = NT_PRSTATUS },
	  sizeof(struct user_regs_struct),
	  .at = AT(fs_base),
	  .value = 1ull << 63 },
	{ { .note = NT_PRSTATUS },
	  sizeof(struct user_regs_struct),
	  .at = AT(gs_base),
	  .value = 1ull << 63 },
	/* Not in this view. */
	{ { .note = NT_PRXFPREG }, .bytes = 512, .get = true },
	{ { .note = NT_386_TLS }, .bytes = USER_DESC_BYTES, .get = true },
	{ { .note = UNKNOWN }, .bytes = 8, .get = true },
	{ { .note = SHSTK }, .bytes = 4, .get = true },
	/* Nobody may write it. */
	{ { .note = NT_386_IOPERM }, .bytes = 8 },
	{ { .note = NT_PRSTATUS, .by = XS_REGSET_VIEW32 }, .bytes = REGS32_BYTES - 1, .get = true },
	{ { .note = NT_386_TLS, .by = XS_REGSET_VIEW32 },
	  .bytes = USER_DESC_BYTES - 1,
	  .get = true },
	/* A segment of 16 bits: base 4096, limit 4095. */
	{ { .note = NT_386_TLS, .by = XS_REGSET_VIEW32 },
	  .bytes = USER_DESC_BYTES,
	  .at = 4,
	  .value = 4095ull << 32 | 4096 },
};

#define NATIVE 11u /* those that need no IA32_EMULATION */

/* A part of a register set, which ends where nothing is mapped: it says what the whole one does. */
static int read_part(struct xs_task *t, struct xs_spoil *s, const struct xs_level *l, uint32_t n)
{
	size_t bytes = 8ul * (n % (s->bytes / 8));
	uint8_t *at = xs_regset_at(s->io, bytes);
	const size_t asked = bytes;
	const long rc = xs_regset_call(s->io, &xs_regsets[0], s->pid, false, at, &bytes);

	if (rc < 0)
		return xs_traced_refused(t, rc, "reading a part of NT_X86_XSTATE");
	if (bytes != asked)
		return xs_task_fail(t, -EPROTO, "the length of a part of NT_X86_XSTATE");
	if (!differ(at, s->before, bytes))
		return 0;
	xs_copy(s->now, s->before, s->bytes);
	xs_copy(s->now, at, bytes);
	xs_task_record(t, l, XS_LEG_PTRACE, l != t->level, s->before, s->now);
	return 0;
}

/* Part of the general registers, which may be written: and what was written is put right again. */
static int write_part(struct xs_task *t, struct xs_spoil *s, uint32_t n)
{
	const struct xs_regset r = { .note = NT_PRSTATUS };
	const size_t words = n % (AT(orig_rax) / 8);
	size_t bytes = 8 * words;
	uint64_t *at = (uint64_t *)xs_regset_at(s->io, bytes);
	struct user_regs_struct regs = s->regs, found;
	long rc;

	for (size_t i = 0; i < words; i++)
		at[i] = ((uint64_t *)&regs)[i] ^= 0x0123456789abcdef;
	rc = xs_regset_call(s->io, &r, s->pid, true, (uint8_t *)at, &bytes);
	if (rc >= 0)
		rc = xs_tracer_call(PTRACE_GETREGS, s->pid, 0, &found);
	if (rc >= 0 && differ(&regs, &found, sizeof(regs)))
		return xs_task_fail(t, -EPROTO, "general registers by NT_PRSTATUS");
	if (rc >= 0)
		rc = xs_tracer_call(PTRACE_SETREGS, s->pid, 0, &s->regs);
	return rc < 0 ? xs_traced_refused(t, rc, "writing a part of NT_PRSTATUS") : 0;
}

int xs_spoil_other(struct xs_task *t, struct xs_spoil *s, const struct xs_level *l, bool ia32,
		   uint32_t n)
{
	const uint32_t rows = ia32 ? sizeof(others) / sizeof(others[0]) : NATIVE;
	const struct other *o = &others[n % rows];
	uint8_t *at = xs_regset_at(s->io, XS_REGSET_MAX);
	size_t bytes = o->bytes;
	int rc = n & 1u << 16 ? read_part(t, s, l, n >> 4) : write_part(t, s, n >> 4);
	long taken;

	if (rc)
		return rc;
	xs_zero(at, XS_REGSET_MAX);
	if (o->set.note == NT_PRSTATUS)
		xs_copy(at, &s->regs, sizeof(s->regs));
	if (o->at)
		xs_frame_put64(at, o->at, o->value);
	taken = xs_regset_call(s->io, &o->set, s->pid, true, at, &bytes);
	if (taken < 0 && taken != -ESRCH && o->get) {
		bytes = o->bytes;
		taken = xs_regset_call(s->io, &o->set, s->pid, false, at, &bytes);
	}
	return judge(t, s, l, taken, 0);
}
