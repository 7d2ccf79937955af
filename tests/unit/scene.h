/* SPDX-License-Identifier: GPL-2.0-only */
/* Results to report. To be included behind cmocka's header. */
#ifndef XS_TEST_SCENE_H
#define XS_TEST_SCENE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pressure/pressure.h"
#include "report/report.h"
#include "state/image.h"

/* A worker and a vector process on one CPU; the worker found ymm5 of the other. */
struct scene {
	struct xs_record record;
	struct xs_result r;
	struct xs_ending ending;
	struct xs_verdict v;
	struct xs_case c;
	struct xs_plan plan;
};

static inline struct scene *scene_new(enum xs_verdict_kind kind)
{
	struct scene *s = aligned_alloc(64, (sizeof(*s) + 63) / 64 * 64);

	assert_non_null(s);
	memset(s, 0, sizeof(*s));
	xs_case_default(&s->c);
	strcpy(s->c.name, "uffd-upper");
	s->plan.workers = 1;
	s->plan.tasks = 3;
	s->plan.task[0] = (struct xs_plan_task){ .role = XS_ROLE_WORKER, .cpu = 1 };
	s->plan.task[1] = (struct xs_plan_task){ .role = XS_ROLE_RESOLVER, .cpu = -1 };
	s->plan.task[2] = (struct xs_plan_task){ .role = XS_ROLE_PRESSURE,
						 .kind = XS_PRESSURE_vector_process };
	s->v.kind = (uint8_t)kind;
	s->v.evidence = (struct xs_evidence){ .signals = 3000,
					      .outside = 1000,
					      .sampled = 50,
					      .faults = 2900,
					      .faults_save = 48,
					      .elapsed_ns = 1500000000,
					      .first_signal_ns = 71200 };
	s->r = (struct xs_result){
		.c = &s->c, .plan = &s->plan, .verdict = &s->v, .ending = &s->ending
	};
	return s;
}

static inline struct scene *scene_corrupt(void)
{
	struct scene *s = scene_new(XS_CORRUPT);
	struct xs_finding *f = &s->v.finding[0];

	s->record = (struct xs_record){ .leg = XS_LEG_RETURN,
					.signalled = 1,
					.generation = 77,
					.cpu_before = 1,
					.cpu_after = 0,
					.signals = 5,
					.faults = 4,
					.image_bytes = 832,
					.since_start_ns = 71000000 };
	s->record.expected[XS_IMAGE_XSTATE_BV] = 7;
	s->record.actual[XS_IMAGE_XSTATE_BV] = 3;
	s->v.findings = 1;
	*f = (struct xs_finding){ .record = &s->record,
				  .class = XS_CLASS_FOREIGN,
				  .owner_known = 1,
				  .owner = 2,
				  .lanes = 9,
				  .kept = 3 };
	f->by_class[XS_CLASS_FOREIGN] = 8;
	f->by_class[XS_CLASS_INIT] = 1;
	f->lane[0] = (struct xs_lane){ .file = XS_FILE_VECTOR,
				       .reg = 5,
				       .lane = 2,
				       .class = XS_CLASS_FOREIGN,
				       .expected = 0x8000000000000001,
				       .actual = 0xfedcba9876543210,
				       .decoded = 1,
				       .owner = 2,
				       .from_reg = 5,
				       .from_lane = 2,
				       .generation = 1234 };
	f->lane[1] = f->lane[0];
	f->lane[1].owner = 0;
	f->lane[1].role = XS_PATTERN_HANDLER;
	f->lane[2] = (struct xs_lane){
		.file = XS_FILE_MXCSR, .class = XS_CLASS_INIT, .expected = 0x9fc0, .actual = 0x1f80
	};
	return s;
}

static inline char *text_of(const struct xs_result *r, const char *prefix)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);

	xs_report_verdict(f, prefix, r);
	fclose(f);
	if (!text)
		abort();
	return text;
}

#endif
