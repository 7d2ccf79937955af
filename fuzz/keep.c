// SPDX-License-Identifier: GPL-2.0-only
/* Findings of a fuzzer that goes on: each distinct one told and saved once. */
#include "fuzz/keep.h"

#include <stdio.h>
#include <string.h>

#include "report/save.h"
#include "task/sys.h"

/*
 * crash-corrupt-frame-foreign-wide-other-x86-64: the same finding of another process has the same
 * name. Words that do not apply are left out.
 */
static size_t name_artifact(char path[XS_DISTINCT_PATH_BYTES], const char *prefix,
			    const struct xs_signature *s)
{
	size_t used = (size_t)snprintf(path, XS_DISTINCT_PATH_BYTES, "%scrash", prefix);

	for (uint32_t i = 0; i < XS_SIGNATURE_WORDS && used < XS_DISTINCT_PATH_BYTES; i++)
		if (strcmp(s->word[i], XS_SIGNATURE_NONE) != 0)
			used += (size_t)snprintf(path + used, XS_DISTINCT_PATH_BYTES - used, "-%s",
						 s->word[i]);
	return used;
}

/* What a finding is called by when it comes first it is called by to the end. */
static void save(struct xs_distinct *d, const char *prefix)
{
	char path[XS_DISTINCT_PATH_BYTES], text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES];
	const size_t bytes = xs_case_print(&d->best, text);

	if (d->saved[0])
		memcpy(path, d->saved, sizeof(path));
	else if (name_artifact(path, prefix, &d->signature) >= sizeof(path)) {
		fprintf(stderr, "xsavage-fuzz: -artifact_prefix is too long; the case:\n%s", text);
		return;
	}
	if (!xs_save(path, text, bytes, why))
		memcpy(d->saved, path, sizeof(path));
	else
		fprintf(stderr, "xsavage-fuzz: the case could not be saved: %s; here it is:\n%s",
			why, text);
}

/* Group one finding: whether it is news. */
static bool add(struct xs_kept *k, const struct xs_signature *s, struct xs_result *result)
{
	enum xs_novelty novelty;
	struct xs_distinct *d =
		xs_findings_add(&k->findings, s, NULL, result, xs_now_ns() - k->from_ns, &novelty);

	if (!d || novelty == XS_FINDING_AGAIN)
		return false;
	d->legs_out = result->plan->legs_out;
	save(d, k->prefix);
	if (novelty != XS_FINDING_NEW)
		return false;
	result->saved = d->saved[0] ? d->saved : NULL;
	return true;
}

bool xs_keep(struct xs_kept *k, struct xs_result *result, const struct xs_cpu *cpu)
{
	struct xs_signature s[XS_RECORDS_MAX];
	const uint32_t n = xs_signatures(s, result->verdict, result->plan, result->ending, cpu);
	bool news = false;

	for (uint32_t i = 0; i < n; i++)
		if (!xs_wrongs_cause(&k->wrongs, &s[i]))
			news |= add(k, &s[i], result);
	xs_wrongs_add(&k->wrongs, s, n);
	if (news) {
		fputc('\n', stderr);
		xs_report_verdict(stderr, "", result);
	}
	return !result->ending->hung && !result->ending->kernel_warned;
}
