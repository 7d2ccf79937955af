// SPDX-License-Identifier: GPL-2.0-only
/* Files of known findings: read, matched, written. */
#include "campaign/waiver.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>

#include <jansson.h>

#include "case/load.h"
#include "case/str.h"
#include "plan/filter.h"
#include "report/known.h"

#define FILE_BYTES_MAX 65536u
#define LINE_BYTES_MAX 512u
#define ANY	       "*"

/* A line on its way. */
struct line {
	char text[LINE_BYTES_MAX];
	char *at; /* what is left of it */
	struct xs_waiver *w;
	const char *wrong; /* the first thing that is; then: */
	const char *what;  /* the word */
	char why[XS_WHY_BYTES];
};

static int refuse(struct line *l, const char *wrong, const char *what)
{
	l->wrong = wrong;
	l->what = what;
	return -EINVAL;
}

static char *next_word(struct line *l)
{
	char *word;

	do
		word = strsep(&l->at, " \t");
	while (word && !*word);
	return word;
}

/* Words that nothing prints match nothing: better refused than never missed. */
static int take_signature(struct line *l)
{
	for (uint32_t i = 0; i < XS_SIGNATURE_WORDS; i++) {
		const char *word = next_word(l);

		if (!word)
			return refuse(l, "a signature has six words, as check prints them", NULL);
		if ((strcmp(word, ANY) != 0 && !xs_signature_knows(i, word)) ||
		    strlen(word) >= XS_SIGNATURE_WORD_BYTES)
			return refuse(l, "no such word in that place of a signature", word);
		strcpy(l->w->signature.word[i], word);
	}
	return 0;
}

/* FIRST..FIXED */
static int take_releases(struct line *l, char *word, char *dots)
{
	struct xs_waiver *w = l->w;
	struct xs_version v;

	*dots = '\0';
	dots += 2;
	if (strlen(word) >= sizeof(w->first) || (*word && xs_version_parse(&v, word)))
		return refuse(l, "not a release", word);
	if (strlen(dots) >= sizeof(w->fixed) || (*dots && xs_version_parse(&v, dots)))
		return refuse(l, "not a release", dots);
	strcpy(w->first, word);
	strcpy(w->fixed, dots);
	return 0;
}

/* AXIS=ENTRY[,ENTRY], or with == */
static int take_rows(struct line *l, char *word, char *sign)
{
	const bool within = sign[1] == '=';
	uint32_t *rows = within ? l->w->within : l->w->rows;
	struct xs_filter f = { .only = { 0 } };

	if (within)
		memmove(sign, sign + 1, strlen(sign));

	if (xs_filter_add(&f, true, word, l->why))
		return refuse(l, l->why, NULL);
	if (f.only[XS_FILTER_LEGS])
		return refuse(l, "the leg is a word of the signature", word);
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		rows[axis] |= f.only[axis];
	return 0;
}

static int take_line(struct line *l)
{
	char *reason = strstr(l->text, ": "), *word;
	int rc;

	if (!reason || strspn(reason + 2, " \t") == strlen(reason + 2))
		return refuse(l, "a reason is missing, behind \": \"", NULL);
	*reason = '\0';
	reason += 2 + strspn(reason + 2, " \t");
	if (strlen(reason) >= XS_WAIVER_REASON_BYTES)
		return refuse(l, "its reason is too long", NULL);
	strcpy(l->w->reason, reason);
	l->at = l->text;
	rc = take_signature(l);
	while (!rc && (word = next_word(l))) {
		char *dots = strstr(word, ".."), *sign = strchr(word, '=');

		if (sign)
			rc = take_rows(l, word, sign);
		else if (dots)
			rc = take_releases(l, word, dots);
		else
			rc = refuse(l, "neither AXIS=ENTRY nor FIRST..FIXED", word);
	}
	return rc;
}

static bool applies(const struct xs_waiver *w, const char *release)
{
	/* Versions are compared as numbers: there is none before 0.0, nor one after this. */
	const struct xs_known row = { .range = { { *w->first ? w->first : "0.0",
						   *w->fixed ? w->fixed : "65535.0" } } };

	return (!*w->first && !*w->fixed) || xs_known_match(release, 0, &row) == XS_KNOWN_INSIDE;
}

static int fail(char why[XS_WHY_BYTES], const char *file, uint32_t number, const struct line *l)
{
	struct xs_str s = xs_str_open(why, XS_WHY_BYTES);

	xs_str_file(&s, file);
	xs_str_add(&s, ":%u: ", number);
	if (l->what) {
		xs_str_quote(&s, l->what);
		xs_str_put(&s, ": ");
	}
	xs_str_put(&s, l->wrong);
	return -EINVAL;
}

static bool is_text(const char *at, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if ((at[i] < ' ' && at[i] != '\t') || at[i] > '~')
			return false;
	return true;
}

int xs_waivers_parse(struct xs_waivers *all, const char *text, size_t bytes, const char *file,
		     const char *release, char why[XS_WHY_BYTES])
{
	const char *const end = text + bytes;
	uint32_t number = 1;

	memset(all, 0, sizeof(*all));
	for (const char *at = text; at < end; number++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const size_t length = (size_t)((newline ? newline : end) - at);
		struct line l = { .w = &all->of[all->count] };

		if (length >= sizeof(l.text) || !is_text(at, length)) {
			l.wrong = "no line of ASCII text, or a very long one";
			return fail(why, file, number, &l);
		}
		memcpy(l.text, at, length);
		at += length + 1;
		if (l.text[0] == '#' || strspn(l.text, " \t") == length)
			continue;
		if (all->count == XS_WAIVERS_MAX) {
			l.wrong = "more known findings than anybody should have";
			return fail(why, file, number, &l);
		}
		if (take_line(&l))
			return fail(why, file, number, &l);
		l.w->line = number;
		l.w->applies = applies(l.w, release);
		all->count++;
	}
	return 0;
}

int xs_waivers_load(struct xs_waivers *all, const char *path, const char *release,
		    char why[XS_WHY_BYTES])
{
	static char text[FILE_BYTES_MAX];
	const ssize_t bytes = xs_text_load(path, text, sizeof(text), why);
	struct line l = { .wrong = "too long a file" };

	if (bytes < 0)
		return (int)bytes;
	if (bytes == sizeof(text))
		return fail(why, path, 1, &l);
	return xs_waivers_parse(all, text, (size_t)bytes, path, release, why);
}

void xs_waivers_release(struct xs_waivers *all, const char *release)
{
	for (uint32_t i = 0; i < all->count; i++)
		all->of[i].applies = applies(&all->of[i], release);
}

/* What a finding may join as news must be said of a known one; but for @most, which says more. */
static bool covers(const struct xs_signature *known, const struct xs_signature *s,
		   enum xs_signature_word at, const char *most)
{
	const char *word = known->word[at];

	return !strcmp(word, s->word[at]) || !strcmp(word, ANY) || !strcmp(word, most);
}

/* A case that has one of the entries of each axis that the line narrows it to. */
static bool is_within(const struct xs_waiver *w, const uint32_t rows[XS_AXES])
{
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		if (w->within[axis] && !(w->within[axis] & rows[axis]))
			return false;
	return true;
}

struct xs_waiver *xs_waivers_find(struct xs_waivers *all, const struct xs_signature *s,
				  const uint32_t rows[XS_AXES])
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct xs_waiver *w = &all->of[i];
		struct xs_signature known = w->signature;

		if (!covers(&known, s, XS_SIGNATURE_ABI, XS_SIGNATURE_BOTH) ||
		    !covers(&known, s, XS_SIGNATURE_CLASS, xs_class_names[XS_CLASS_FOREIGN]))
			continue;
		for (uint32_t word = 0; word < XS_SIGNATURE_WORDS; word++)
			if (!strcmp(known.word[word], ANY))
				strcpy(known.word[word], s->word[word]);
		if (w->applies && is_within(w, rows) && xs_signature_matches(&known, s))
			return w;
	}
	return NULL;
}

void xs_waivers_passed(struct xs_waivers *all, const uint32_t rows[XS_AXES])
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct xs_waiver *w = &all->of[i];
		uint32_t named = 0, missing = 0;

		for (uint32_t axis = 0; axis < XS_AXES; axis++) {
			named |= w->rows[axis] | w->within[axis];
			missing |= w->rows[axis] & ~rows[axis];
		}
		w->tried += w->applies && named && !missing && is_within(w, rows);
	}
}

bool xs_waiver_gone(const struct xs_waiver *w)
{
	return w->applies && !w->came && w->tried;
}

void xs_waivers_print_absent(FILE *f, const char *prefix, const struct xs_waivers *all)
{
	char text[XS_SIGNATURE_BYTES];

	for (uint32_t i = 0; i < all->count; i++) {
		const struct xs_waiver *w = &all->of[i];

		if (!w->applies || w->came)
			continue;
		fprintf(f, "%s  %-18s %s: %s\n%s  %18s (line %u; ", prefix,
			xs_waiver_gone(w) ? "gone" : "did not come",
			xs_signature_print(text, &w->signature), w->reason, prefix, "", w->line);
		if (w->tried)
			fprintf(f, "%u cases that could have shown it passed)\n", w->tried);
		else
			fprintf(f, "no case that could have shown it passed)\n");
	}
}

int xs_waivers_to_json(struct xs_json *j, const struct xs_waivers *all)
{
	json_t *list = json_array();
	char text[XS_SIGNATURE_BYTES];
	int failed = 0;

	for (uint32_t i = 0; i < all->count; i++) {
		const struct xs_waiver *w = &all->of[i];

		failed |= json_array_append_new(
			list, json_pack("{s:s, s:s, s:b, s:b, s:b}", "signature",
					xs_signature_print(text, &w->signature), "reason",
					w->reason, "applies", w->applies, "came", w->came, "gone",
					xs_waiver_gone(w)));
	}
	failed |= xs_json_summary(j, "known", list);
	return failed ? -ENOMEM : 0;
}

void xs_waiver_print(FILE *f, const struct xs_signature *s, const struct xs_case *c,
		     const char *reason)
{
	char text[XS_SIGNATURE_BYTES];
	uint32_t rows[XS_AXES];

	fputs(xs_signature_print(text, s), f);
	xs_case_rows(c, rows);
	for (uint32_t axis = 0; axis < XS_AXES; axis++) {
		const uint32_t usual = axis == XS_AXIS_STATE
					       ? UINT32_MAX
					       : xs_rows(axis, UINT32_MAX, XS_DEFAULT, 0);
		const char *separator = "=";

		if (!(rows[axis] & ~usual))
			continue;
		fprintf(f, " %s", xs_axes[axis].id);
		for (uint32_t row = 0; row < xs_axes[axis].rows; row++) {
			if (!(rows[axis] >> row & 1))
				continue;
			fprintf(f, "%s%s", separator, xs_name(axis, row));
			separator = ",";
		}
	}
	fprintf(f, ": %s\n", reason);
}
