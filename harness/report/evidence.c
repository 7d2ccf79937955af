// SPDX-License-Identifier: GPL-2.0-only
/* The table of an evidence's numbers. */
#include "report/evidence.h"

#include <jansson.h>

#define FIELD(name)                                                                                \
	{                                                                                          \
#name, offsetof(struct xs_evidence, name)                                          \
	}

const struct xs_evidence_field xs_evidence_fields[XS_EVIDENCE_FIELDS] = {
	FIELD(elapsed_ns),	 FIELD(wall_ns),     FIELD(first_signal_ns), FIELD(iterations),
	FIELD(signals),		 FIELD(outside),     FIELD(missed),	     FIELD(faults),
	FIELD(sampled),		 FIELD(faults_save), FIELD(faults_restore),  FIELD(switches),
	FIELD(migrations),	 FIELD(checks),	     FIELD(frames),	     FIELD(entries),
	FIELD(neighbour_checks),
};

json_t *xs_evidence_to_json(const struct xs_evidence *e)
{
	struct xs_evidence copy = *e;
	json_t *o = json_object();

	for (size_t i = 0; o && i < XS_EVIDENCE_FIELDS; i++) {
		const uint64_t n = *xs_evidence_at(&copy, &xs_evidence_fields[i]);

		/* A counter that does not fit is null. */
		if (!json_object_set_new(o, xs_evidence_fields[i].key,
					 n > INT64_MAX ? json_null() : json_integer((json_int_t)n)))
			continue;
		json_decref(o);
		o = NULL;
	}
	return o;
}
