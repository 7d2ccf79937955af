// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges each form of XSAVE and XRSTOR on every component: what it saves and loads, what it leaves
 * alone, what it has to refuse. Section numbers are of the SDM's volume 1.
 */
#include "probe.h"

#define XSTATE_BV	   XS_LEGACY_BYTES
#define XCOMP_BV	   (XS_LEGACY_BYTES + 8)
#define MXCSR_AT	   24u
#define AREA_BYTES	   8192u
#define UNWRITTEN	   0x5au
#define NO_EXCEPTION	   0xffu
#define GENERAL_PROTECTION 13u

static const char *const form_name[XS_FORMS] = { "xsave",  "xsaveopt",	       "xsavec", "xsaves",
						 "xrstor", "xrstor-compacted", "xrstors" };
/* What loads what each of those that save has saved. */
static const enum xs_form opposite[] = { XS_RESTORE, XS_RESTORE, XS_RESTOREC, XS_RESTORES };

static struct xs_probed cpu;
static struct xs_registers one, other, want, got;
static _Alignas(64) uint8_t area[AREA_BYTES];

extern uint64_t xs_recover;
extern uint32_t xs_caught;

static uint64_t get64(uint32_t at)
{
	uint64_t value;

	memcpy(&value, area + at, 8);
	return value;
}

static void put64(uint32_t at, uint64_t value)
{
	memcpy(area + at, &value, 8);
}

/* Returns the exception that it ends in, or NO_EXCEPTION. */
#define GO(instruction)                                                                            \
	asm volatile("lea 1f(%%rip), %%rcx; mov %%rcx, xs_recover(%%rip)\n\t" instruction          \
		     "\n1:\tmovq $0, xs_recover(%%rip)"                                            \
		     : "+a"(low)                                                                   \
		     : "d"((uint32_t)(mask >> 32)), "D"(at)                                        \
		     : "rcx", "memory")

static uint32_t go_at(enum xs_form f, uint8_t *at, uint64_t mask)
{
	uint32_t low = (uint32_t)mask;

	xs_caught = NO_EXCEPTION;
	switch (f) {
	case XS_SAVE:
		GO("xsave64 (%%rdi)");
		break;
	case XS_SAVEOPT:
		GO("xsaveopt64 (%%rdi)");
		break;
	case XS_SAVEC:
		GO("xsavec64 (%%rdi)");
		break;
	case XS_SAVES:
		GO("xsaves64 (%%rdi)");
		break;
	case XS_RESTORES:
		GO("xrstors64 (%%rdi)");
		break;
	default:
		GO("xrstor64 (%%rdi)");
	}
	return xs_caught;
}

#define go(f, mask) go_at(f, area, mask)

static bool compacts(enum xs_form f)
{
	return f == XS_SAVEC || f == XS_SAVES || f == XS_RESTOREC || f == XS_RESTORES;
}

/* What a form has to do with: supervisor components with XSAVES and XRSTORS alone. */
static uint64_t all_of(enum xs_form f)
{
	return cpu.user | (f == XS_SAVES || f == XS_RESTORES ? cpu.supervisor : 0);
}

/* Where a component begins, if those of @xcomp_bv are compacted; 13.4.3. */
static uint32_t offset_of(unsigned int component, uint64_t xcomp_bv)
{
	uint32_t at = XS_HEADER_END;

	if (component < XS_AVX)
		return component == XS_X87 ? 0 : 160;
	if (!(xcomp_bv & XS_COMPACTED))
		return cpu.offset[component];
	for (unsigned int i = XS_AVX; i <= component; i++) {
		if (!(xcomp_bv >> i & 1))
			continue;
		if (cpu.aligned[i])
			at = (at + 63) & ~63u;
		if (i < component)
			at += cpu.bytes[i];
	}
	return at;
}

static uint32_t end_of(uint64_t xcomp_bv)
{
	uint32_t end = XS_HEADER_END;

	for (unsigned int i = XS_AVX; i < XS_COMPONENTS; i++) {
		uint32_t at = offset_of(i, xcomp_bv) + cpu.bytes[i];

		if (xcomp_bv >> i & 1 && at > end)
			end = at;
	}
	return end;
}

/* The standard format's, where it is not compacted. */
static uint64_t format_of(enum xs_form f, uint64_t components)
{
	return compacts(f) ? XS_COMPACTED | components : 0;
}

/* The registers have to be as @want says, after what @how and @whom name. */
static void compare(enum xs_form f, const char *how, const char *whom)
{
	uint64_t wrong = 0;

	xs_read(&got, all_of(XS_SAVES));
	for (unsigned int i = 0; i < XS_COMPONENTS; i++)
		if (all_of(XS_SAVES) >> i & 1 && !xs_same(got.of[i], want.of[i], i, cpu.bytes[i]))
			wrong |= 1ull << i;
	if (wrong || got.mxcsr != want.mxcsr)
		xs_wrong(form_name[f], "%s %s spoils%s%s", how, whom, xs_names(wrong),
			 got.mxcsr != want.mxcsr ? " mxcsr" : "");
}

/* An image of @r for a form that restores. */
static void make_image(const struct xs_registers *r, uint64_t xstate_bv, uint64_t xcomp_bv)
{
	memset(area, 0, sizeof(area));
	for (unsigned int i = 0; i < XS_COMPONENTS; i++)
		if (xstate_bv >> i & 1)
			memcpy(area + offset_of(i, xcomp_bv), r->of[i], cpu.bytes[i]);
	memcpy(area + MXCSR_AT, &r->mxcsr, 4);
	put64(XSTATE_BV, xstate_bv);
	put64(XCOMP_BV, xcomp_bv);
}

/* An image of @mask for a form that saves to fill. */
static void clear_area(void)
{
	memset(area, UNWRITTEN, sizeof(area));
	memset(area + XSTATE_BV, 0, XS_HEADER_BYTES);
}

/*
 * What a form has saved of the components @mask, of which @idle are in their init state, as they
 * need not show. Those that compact keep MXCSR with SSE, and so take that to be in use; 13.7
 * to 13.11.
 */
static void judge_saved(enum xs_form f, const char *all_but, const char *whom, uint64_t mask,
			uint64_t idle)
{
	uint64_t bv = get64(XSTATE_BV), format = format_of(f, mask), wrong = 0, missing;
	uint64_t with_mxcsr = 1u << XS_SSE | 1u << XS_AVX;
	uint32_t end = end_of(compacts(f) ? format : mask);

	if (compacts(f)) {
		with_mxcsr = bv & 1u << XS_SSE;
		if (want.mxcsr != XS_MXCSR_INIT)
			idle &= ~(1ull << XS_SSE);
	}
	missing = mask & ~idle & ~bv;
	/* XSAVE writes what is in its init state, too. */
	for (unsigned int i = 0; i < XS_COMPONENTS; i++)
		if (mask & (f == XS_SAVE ? ~missing : bv) & 1ull << i &&
		    !xs_same(area + offset_of(i, format), want.of[i], i, cpu.bytes[i]))
			wrong |= 1ull << i;
	if (missing)
		xs_wrong(form_name[f], "saving %s%s takes for unused%s", all_but, whom,
			 xs_names(missing));
	if (wrong)
		xs_wrong(form_name[f], "saving %s%s spoils%s", all_but, whom, xs_names(wrong));
	if (bv & ~mask || get64(XCOMP_BV) != format)
		xs_wrong(form_name[f], "saving %s%s writes the header %lx %lx", all_but, whom,
			 (unsigned long)bv, (unsigned long)get64(XCOMP_BV));
	if (mask & with_mxcsr && memcmp(area + MXCSR_AT, &want.mxcsr, 4) != 0)
		xs_wrong(form_name[f], "saving %s%s spoils mxcsr", all_but, whom);
	while (end < AREA_BYTES && area[end] == UNWRITTEN)
		end++;
	if (end < AREA_BYTES)
		xs_wrong(form_name[f], "saving %s%s writes above its end", all_but, whom);
}

/* All is saved, where @idle are in their init state. */
static void save_all(enum xs_form f, const char *whom, uint64_t idle)
{
	uint64_t all = all_of(f);

	want = one;
	xs_init(&want, idle);
	if (idle != all)
		want.mxcsr = one.mxcsr;
	xs_load(&want, all_of(XS_SAVES), all_of(XS_SAVES));
	clear_area();
	if (go(f, all) != NO_EXCEPTION)
		xs_wrong(form_name[f], "saving all ends in exception %u", xs_caught);
	compare(f, "saving all", "in the registers");
	judge_saved(f, idle ? "all but " : "", whom, all, idle);
}

/* One component is saved alone. */
static void save_one(enum xs_form f, unsigned int component)
{
	uint64_t mask = 1ull << component;
	const char *name = xs_component_name(component);

	want = one;
	xs_load(&want, all_of(XS_SAVES), all_of(XS_SAVES));
	clear_area();
	if (go(f, mask) != NO_EXCEPTION)
		xs_wrong(form_name[f], "saving %s ends in exception %u", name, xs_caught);
	judge_saved(f, "", name, mask, 0);
}

/* It is changed after a load, and saved where that came from: a form may leave out the others. */
static void save_changed(enum xs_form f, unsigned int component)
{
	uint64_t all = all_of(f), mask = 1ull << component;
	uint32_t end = end_of(compacts(f) ? format_of(f, all) : all);

	xs_load(&one, all_of(XS_SAVES), all_of(XS_SAVES));
	make_image(&other, all, format_of(f, all));
	memset(area + end, UNWRITTEN, AREA_BYTES - end);
	if (go(opposite[f], all) != NO_EXCEPTION)
		return;
	xs_read(&want, all_of(XS_SAVES)); /* what it has loaded is not for here */
	memcpy(want.of[component], one.of[component], XS_COMPONENT_BYTES);
	if (component == XS_SSE)
		want.mxcsr = one.mxcsr;
	xs_load(&one, mask, all_of(XS_SAVES));
	go(f, all);
	judge_saved(f, "a change of ", xs_component_name(component), all, 0);
}

/*
 * Loads of @mask what an image has, which lacks @idle. The standard form takes MXCSR wherever it
 * has to do with SSE or AVX, the others as a part of SSE; 13.8.1, 13.8.2, 13.12.
 */
static void load(enum xs_form f, const char *how, const char *whom, uint64_t mask, uint64_t idle,
		 uint64_t xcomp_bv)
{
	uint64_t all = all_of(f), bv = all & ~idle;

	want = one;
	xs_load(&want, all_of(XS_SAVES), all_of(XS_SAVES));
	make_image(&other, bv, xcomp_bv);
	for (unsigned int i = 0; i < XS_COMPONENTS; i++)
		if (mask >> i & 1)
			memcpy(want.of[i], other.of[i], XS_COMPONENT_BYTES);
	xs_init(&want, mask & idle);
	if (!compacts(f))
		want.mxcsr = mask & (1u << XS_SSE | 1u << XS_AVX) ? other.mxcsr : one.mxcsr;
	else if (mask & bv & 1u << XS_SSE)
		want.mxcsr = other.mxcsr;
	if (go(f, mask) != NO_EXCEPTION)
		xs_wrong(form_name[f], "%s %s ends in exception %u", how, whom, xs_caught);
	compare(f, how, whom);
}

static void judge_restore(enum xs_form f)
{
	uint64_t all = all_of(f), format = format_of(f, all);

	load(f, "loading", "all", all, 0, format);
	load(f, "loading init", "all", all, all, format);
	for (unsigned int i = 0; i < XS_COMPONENTS; i++) {
		const char *name = xs_component_name(i);
		uint64_t bit = 1ull << i;

		if (!(all & bit))
			continue;
		load(f, "loading", name, bit, 0, format);
		load(f, "loading init", name, bit, all, format);
		load(f, "loading all, idle", name, all, bit, format);
		if (compacts(f))
			load(f, "loading all without", name, all, bit, format & ~bit);
	}
}

/* The image at @at has to be refused with #GP; 13.8.1, 13.8.2. Something may be loaded by then. */
static void refuses(enum xs_form f, const char *what, uint32_t at)
{
	for (uint32_t i = AREA_BYTES - at; at && i--;)
		area[i + at] = area[i];
	if (go_at(f, area + at, all_of(f)) != GENERAL_PROTECTION)
		xs_wrong(form_name[f], "takes %s", what);
}

static void judge_refusals(enum xs_form f)
{
	uint64_t all = all_of(f), format = format_of(f, all);
	uint32_t reserved = 1u << 31;

	make_image(&other, all | 1ull << 62, format);
	refuses(f, "a bit of XSTATE_BV that is not enabled", 0);
	make_image(&other, all, format | 1ull << 62);
	refuses(f, compacts(f) ? "a bit of XCOMP_BV that is not enabled" : "a bit of XCOMP_BV", 0);
	make_image(&other, all, format);
	put64(XS_HEADER_END - 8, compacts(f));
	put64(XCOMP_BV + 8, 1);
	refuses(f, "reserved bytes of the header", 0);
	make_image(&other, all, format);
	memcpy(area + MXCSR_AT, &reserved, 4);
	refuses(f, "reserved bits of MXCSR", 0);
	if (compacts(f)) {
		make_image(&other, all, format & ~(1ull << XS_SSE));
		refuses(f, "a bit of XSTATE_BV that XCOMP_BV lacks", 0);
	}
	make_image(&other, all, format);
	refuses(f, "an image at 32 bytes", 32);
}

/* Which components show that they are in their init state, as they need not; 13.6. */
static void judge_tracking(void)
{
	uint64_t all = all_of(cpu.has[XS_SAVES] ? XS_SAVES : XS_SAVE), shown = 0;

	for (unsigned int i = 0; i < XS_COMPONENTS; i++) {
		uint64_t bit = 1ull << i, in_use;

		if (!(all & bit))
			continue;
		want = one;
		xs_init(&want, bit);
		xs_load(&want, all, all);
		if (cpu.xgetbv1) {
			asm volatile("xgetbv" : "=a"(in_use) : "c"(1) : "rdx"); /* its low half */
			in_use &= cpu.user;
			if ((in_use | bit) != (cpu.user | bit))
				xs_wrong("xgetbv1", "without %s it is %lx", xs_component_name(i),
					 (unsigned long)in_use);
		} else {
			memset(area, 0, sizeof(area));
			go(XS_SAVE, all);
			in_use = get64(XSTATE_BV);
		}
		shown |= bit & ~in_use;
	}
	xs_say("tracked%s", xs_names(shown));
}

static void judge_saving(enum xs_form f)
{
	uint64_t all = all_of(f);

	save_all(f, "all", 0);
	save_all(f, "all", all);
	for (unsigned int i = 0; i < XS_COMPONENTS; i++) {
		if (!(all >> i & 1))
			continue;
		save_all(f, xs_component_name(i), 1ull << i);
		save_one(f, i);
		if (f == XS_SAVEOPT || f == XS_SAVES)
			save_changed(f, i);
	}
}

uint32_t xs_compacted_end(const struct xs_probed *probed, uint64_t components)
{
	cpu = *probed;
	return end_of(XS_COMPACTED | components);
}

void xs_judge_forms(const struct xs_probed *probed)
{
	cpu = *probed;
	xs_fill(&one, 1);
	xs_fill(&other, 2);
	judge_tracking();
	for (enum xs_form f = XS_SAVE; f <= XS_SAVES; f++)
		if (cpu.has[f])
			judge_saving(f);
	for (enum xs_form f = XS_RESTORE; f < XS_FORMS; f++) {
		if (!cpu.has[f])
			continue;
		judge_restore(f);
		judge_refusals(f);
	}
}
