// SPDX-License-Identifier: GPL-2.0-only
/* What the self-test calls found: each way and kind of corruption, where and as what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "campaign/selftest.h"
#include "unit/text.h"

#define FRAME  (1u << XS_LEG_FRAME)
#define RETURN (1u << XS_LEG_RETURN)

static struct xs_selftest_expected expected(enum xs_plant_how how, enum xs_plant_kind kind,
					    uint32_t legs)
{
	const struct xs_plant p = { .how = (uint8_t)how, .kind = (uint8_t)kind };

	return xs_selftest_expect(&p, legs);
}

static void a_way_says_what_is_expected(void **unused)
{
	static const struct {
		enum xs_plant_how how;
		enum xs_plant_kind kind;
		struct xs_selftest_expected e;
	} rows[] = {
		{ XS_PLANT_FRAME, XS_PLANT_ZERO, { XS_CORRUPT, XS_CLASS_INIT, RETURN, 0, false } },
		{ XS_PLANT_TRACER,
		  XS_PLANT_SWAP,
		  { XS_CORRUPT, XS_CLASS_SHIFTED, RETURN, 0, false } },
		{ XS_PLANT_WORKER,
		  XS_PLANT_FLIP,
		  { XS_CORRUPT, XS_CLASS_FLIPPED, FRAME | RETURN, 0, false } },
		{ XS_PLANT_NESTED,
		  XS_PLANT_FLIP,
		  { XS_CORRUPT, XS_CLASS_FLIPPED, FRAME | RETURN, 1, false } },
		{ XS_PLANT_NEIGHBOUR,
		  XS_PLANT_FOREIGN,
		  { XS_CORRUPT, XS_CLASS_FOREIGN, RETURN, 0, true } },
		{ XS_PLANT_ENTRY,
		  XS_PLANT_FLIP,
		  { XS_CORRUPT, XS_CLASS_STALE, 1u << XS_LEG_HANDLER, 0, false } },
		{ XS_PLANT_LAYOUT,
		  XS_PLANT_FLIP,
		  { XS_CORRUPT, XS_CLASS_UNKNOWN, 1u << XS_LEG_LAYOUT, 0, false } },
		{ XS_PLANT_ACCEPT,
		  XS_PLANT_FLIP,
		  { XS_ACCEPTED, XS_CLASS_STALE, RETURN, 0, false } },
		{ XS_PLANT_TAKEN,
		  XS_PLANT_FLIP,
		  { XS_ACCEPTED, XS_CLASS_FLIPPED, 1u << XS_LEG_PTRACE, 0, true } },
		{ XS_PLANT_REFUSE, XS_PLANT_FLIP, { XS_REFUSED, XS_CLASS_INIT, RETURN, 0, false } },
		{ XS_PLANT_KILL, XS_PLANT_FLIP, { XS_KILLED, XS_CLASS_FLIPPED, RETURN, 0, false } },
		{ XS_PLANT_HANG, XS_PLANT_FLIP, { XS_HANG, XS_CLASS_FLIPPED, RETURN, 0, false } },
		{ XS_PLANT_SHADOW,
		  XS_PLANT_FLIP,
		  { XS_KILLED, XS_CLASS_FLIPPED, RETURN, 0, false } },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct xs_selftest_expected e = expected(rows[i].how, rows[i].kind, 0);

		assert_int_equal(e.verdict, rows[i].e.verdict);
		assert_int_equal(e.class, rows[i].e.class);
		assert_int_equal(e.legs, rows[i].e.legs);
		assert_int_equal(e.depth, rows[i].e.depth);
		assert_int_equal(e.neighbour, rows[i].e.neighbour);
	}
	assert_int_equal(expected(XS_PLANT_FRAME, XS_PLANT_FLIP, FRAME).legs, FRAME);
}

/* Foreign data that a worker loads, found in its frame and after sigreturn. */
struct found {
	struct xs_outcome o;
	struct xs_record frame, back;
	struct xs_case c;
	struct xs_plant p;
	struct xs_selftest_expected e;
};

static struct found *found_new(void)
{
	struct found *f = aligned_alloc(64, (sizeof(*f) + 63) / 64 * 64);

	assert_non_null(f);
	memset(f, 0, sizeof(*f));
	f->p = (struct xs_plant){ .how = XS_PLANT_WORKER, .kind = XS_PLANT_FOREIGN, .owner = 1 };
	f->e = xs_selftest_expect(&f->p, 0);
	f->c.workers = 2;
	f->frame = (struct xs_record){ .leg = XS_LEG_FRAME, .iteration = 7 };
	f->back = (struct xs_record){ .leg = XS_LEG_RETURN, .iteration = 7 };
	f->o.ending.planted = 1;
	f->o.ending.planted_iteration = 7;
	f->o.verdict.kind = XS_CORRUPT;
	f->o.verdict.findings = 2;
	for (uint32_t i = 0; i < 2; i++) {
		struct xs_finding *one = &f->o.verdict.finding[i];

		one->record = i ? &f->back : &f->frame;
		one->class = XS_CLASS_FOREIGN;
		one->lanes = one->by_class[XS_CLASS_FOREIGN] = 4;
		one->owner_known = 1;
		one->owner = 1;
	}
	return f;
}

static const char *wrong(const struct found *f)
{
	return xs_selftest_wrong(&f->o, &f->c, &f->p, &f->e);
}

static void what_is_not_found_so_is_missed(void **unused)
{
	struct found *f = found_new();
	struct xs_finding *second = &f->o.verdict.finding[1];

	(void)unused;
	assert_null(wrong(f));
	f->o.ending.planted = 0;
	assert_string_equal(wrong(f), "nothing was planted");
	f->o.ending.planted = 1;
	f->o.verdict.kind = XS_PASS;
	assert_string_equal(wrong(f), "the verdict is wrong");
	f->o.verdict.kind = XS_CORRUPT;
	f->o.verdict.findings = 1;
	assert_string_equal(wrong(f), "it was found on other legs");
	f->o.verdict.findings = 2;
	f->back.task = 1;
	assert_string_equal(wrong(f), "another task found it");
	f->back.task = 0;
	f->back.depth = 1;
	assert_string_equal(wrong(f), "it was found at another depth");
	f->back.depth = 0;
	f->back.iteration = 8;
	assert_string_equal(wrong(f), "it was found in another iteration");
	f->e.legs |= XS_PLANT_LATER;
	assert_null(wrong(f));
	f->back.iteration = 7;
	second->class = XS_CLASS_STALE;
	assert_string_equal(wrong(f), "it was classified wrong");
	second->class = XS_CLASS_FOREIGN;
	second->by_class[XS_CLASS_FOREIGN] = 3;
	assert_string_equal(wrong(f), "some lanes were classified wrong");
	second->by_class[XS_CLASS_FOREIGN] = 4;
	second->owner = 0;
	assert_string_equal(wrong(f), "the wrong owner was named");
	second->owner_known = 0;
	assert_null(wrong(f));

	/* The neighbour is the first task behind the workers. */
	f->e.neighbour = true;
	assert_string_equal(wrong(f), "another task found it");
	f->frame.task = f->back.task = 2;
	assert_null(wrong(f));
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_way_says_what_is_expected),
		cmocka_unit_test(what_is_not_found_so_is_missed),
	};

	return cmocka_run_group_tests_name("selftest", tests, NULL, NULL);
}
