/* SPDX-License-Identifier: GPL-2.0-only */
/* The numbers of a JSON report: what of an evidence is in it, by which names. */
#ifndef XS_EVIDENCE_H
#define XS_EVIDENCE_H

#include "oracle/oracle.h"

#define XS_EVIDENCE_FIELDS 17u

/* In the order in which reports have them. */
extern const struct xs_evidence_field {
	const char *key;
	size_t offset; /* of a uint64_t in struct xs_evidence */
} xs_evidence_fields[XS_EVIDENCE_FIELDS];

struct json_t;

/** xs_evidence_to_json() - all of them, by name; or NULL: no memory */
struct json_t *xs_evidence_to_json(const struct xs_evidence *e);

/** xs_evidence_at() - the number of a field */
static inline uint64_t *xs_evidence_at(struct xs_evidence *e, const struct xs_evidence_field *field)
{
	return (uint64_t *)((char *)e + field->offset);
}

#endif
