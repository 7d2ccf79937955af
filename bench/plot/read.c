// SPDX-License-Identifier: GPL-2.0-only
/* Read the JSON of Google Benchmark; anything may be in it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/plot.h"

#define FILE_MAX   ((size_t)64 << 20)
#define NAME_BYTES 200u
#define CHUNK	   65536u

/* What Google Benchmark writes beside the counters. */
static const char *const not_counters[] = {
	"family_index",	    "per_family_instance_index",
	"repetitions",	    "repetition_index",
	"repetition_count", "threads",
	"iterations",	    "cpu_time",
};

bool xs_plot_is_counter(const char *key)
{
	for (size_t i = 0; i < sizeof(not_counters) / sizeof(not_counters[0]); i++)
		if (!strcmp(key, not_counters[i]))
			return false;
	return true;
}

static int fail(char why[XS_WHY_BYTES], int error, const char *path, const char *reason)
{
	char file[112], text[140];

	xs_plot_ascii(file, sizeof(file), path);
	xs_plot_ascii(text, sizeof(text), reason);
	snprintf(why, XS_WHY_BYTES, "%s: %s", file, text);
	return error;
}

/* The whole file, to be freed; NULL with @why set. */
static char *slurp(const char *path, size_t *bytes, char why[XS_WHY_BYTES])
{
	FILE *f = fopen(path, "re");
	char *text = NULL, *more;
	size_t got = 1;

	if (!f) {
		fail(why, -errno, path, strerror(errno));
		return NULL;
	}
	for (*bytes = 0; got && *bytes <= FILE_MAX; *bytes += got) {
		more = realloc(text, *bytes + CHUNK);
		if (!more) {
			fail(why, -ENOMEM, path, strerror(ENOMEM));
			goto out;
		}
		text = more;
		got = fread(text + *bytes, 1, CHUNK, f);
	}
	if (!ferror(f) && *bytes <= FILE_MAX) {
		fclose(f);
		return text;
	}
	fail(why, -EIO, path, ferror(f) ? strerror(errno) : "more than 64 MiB");
out:
	free(text);
	fclose(f);
	return NULL;
}

/*
 * Google Benchmark writes NaN and Infinity, which JSON has no words for: they become null, which
 * is as missing. Return: the new text, to be freed, or NULL.
 */
static char *without_nan(const char *text, size_t bytes, size_t *used)
{
	static const char *const words[] = { "-NaN", "NaN", "-Infinity", "Infinity" };
	char *out = malloc(2 * bytes + 1); /* "NaN" grows by one */
	bool quoted = false;

	*used = 0;
	for (size_t i = 0; out && i < bytes; i++) {
		size_t word = 0;

		for (size_t k = 0; !quoted && !word && k < sizeof(words) / sizeof(words[0]); k++)
			if (strlen(words[k]) <= bytes - i &&
			    !memcmp(text + i, words[k], strlen(words[k])))
				word = strlen(words[k]);
		if (word) {
			memcpy(out + *used, "null", 4);
			*used += 4;
			i += word - 1;
			continue;
		}
		out[(*used)++] = text[i];
		if (text[i] == '"')
			quoted = !quoted;
		else if (quoted && text[i] == '\\' && i + 1 < bytes)
			out[(*used)++] = text[++i];
	}
	return out;
}

static int parse(struct xs_plot_file *f, char why[XS_WHY_BYTES])
{
	char *text, *clean = NULL, reason[JSON_ERROR_TEXT_LENGTH + 32];
	json_error_t error;
	size_t bytes, used;
	int rc = -EINVAL;

	text = slurp(f->path, &bytes, why);
	if (!text)
		return -EIO;
	clean = without_nan(text, bytes, &used);
	if (!clean) {
		rc = fail(why, -ENOMEM, f->path, strerror(ENOMEM));
		goto out;
	}
	f->root = json_loadb(clean, used, 0, &error);
	if (f->root) {
		rc = 0;
		goto out;
	}
	snprintf(reason, sizeof(reason), "line %d: %s", error.line, error.text);
	fail(why, rc, f->path, reason);
out:
	free(clean);
	free(text);
	return rc;
}

/* "arena/stay/manual_time" is called "arena/stay": 0, or -EINVAL for a name that is too long. */
static int copy_name(char name[NAME_BYTES], const char *from)
{
	static const char *const options[] = { "/manual_time",	   "/real_time",   "/process_time",
					       "/min_time:",	   "/iterations:", "/repeats:",
					       "/min_warmup_time:" };
	char *slash;

	if (strlen(from) >= NAME_BYTES)
		return -EINVAL;
	strcpy(name, from);
	while ((slash = strrchr(name, '/'))) {
		size_t i = 0;

		while (i < sizeof(options) / sizeof(options[0]) &&
		       strncmp(slash, options[i], strlen(options[i])) != 0)
			i++;
		if (i == sizeof(options) / sizeof(options[0]))
			break;
		*slash = '\0';
	}
	return 0;
}

/* Sort the entries by name: 0, or -errno with *@reason. */
static int group(struct xs_plot_file *f, const json_t *entries, const char **reason)
{
	json_t *entry, *runs;
	size_t i;

	json_array_foreach(entries, i, entry)
	{
		const char *type = json_string_value(json_object_get(entry, "run_type"));
		const char *from = json_string_value(json_object_get(entry, "name"));
		char name[NAME_BYTES];

		*reason = "a benchmark without a name; is it a file of --benchmark_out?";
		if (!from)
			return -EINVAL;
		if (type && !strcmp(type, "aggregate"))
			continue;
		*reason = "a benchmark's name is longer than 199 bytes";
		if (copy_name(name, from))
			return -EINVAL;
		*reason = strerror(ENOMEM);
		runs = json_object_get(f->groups, name);
		if (!runs) {
			runs = json_array();
			if (json_object_set_new(f->groups, name, runs))
				return -ENOMEM;
		}
		if (json_array_append(runs, entry))
			return -ENOMEM;
		*reason = "a benchmark with more than 1000 repetitions";
		if (json_array_size(runs) > XS_PLOT_RUNS)
			return -E2BIG;
	}
	*reason = "more than 10000 benchmarks";
	return json_object_size(f->groups) > XS_PLOT_BENCHES ? -E2BIG : 0;
}

/* Runs that failed have no numbers: they are taken out. */
static void sift(struct xs_plot_bench *b)
{
	const char *error = NULL, *text;

	b->label = "";
	for (size_t i = json_array_size(b->runs); i--;) {
		const json_t *run = json_array_get(b->runs, i);

		text = json_string_value(json_object_get(run, "label"));
		if (text)
			b->label = text;
		if (!json_is_true(json_object_get(run, "error_occurred")))
			continue;
		text = json_string_value(json_object_get(run, "error_message"));
		error = text ? text : "no reason is given";
		json_array_remove(b->runs, i); /* the text stays: the root has it */
	}
	b->skipped = json_array_size(b->runs) ? NULL : error;
}

static const char *base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "dir/effect-stale-owner.json" is "stale-owner", as "first-stale-owner.json" is. */
static void set_label(struct xs_plot *p, struct xs_plot_file *f)
{
	const char *name = base(f->path);
	size_t bytes;

	if (!strncmp(name, "effect-", 7) || !strncmp(name, "first-", 6))
		name = strchr(name, '-') + 1;
	xs_plot_plain(f->label, sizeof(f->label), name);
	bytes = strlen(f->label);
	if (bytes > 5 && !strcmp(f->label + bytes - 5, ".json"))
		f->label[bytes - 5] = '\0';
	/* The same file in two folders. */
	for (uint32_t i = 0; i < p->files; i++) {
		if (strcmp(base(p->file[i].path), base(f->path)) != 0)
			continue;
		xs_plot_plain(p->file[i].label, sizeof(p->file[i].label), p->file[i].path);
		xs_plot_plain(f->label, sizeof(f->label), f->path);
	}
}

int xs_plot_read(struct xs_plot *p, const char *path, char why[XS_WHY_BYTES])
{
	struct xs_plot_file *f = &p->file[p->files];
	const char *name, *reason;
	json_t *entries, *runs;
	int rc;

	if (p->files == XS_PLOT_FILES)
		return fail(why, -E2BIG, path, "more than 16 files");
	f->path = path;
	set_label(p, f);
	p->files++;
	rc = parse(f, why);
	if (rc)
		return rc;
	f->context = json_object_get(f->root, "context");
	entries = json_object_get(f->root, "benchmarks");
	f->groups = json_object();
	if (!json_is_array(entries))
		return fail(why, -EINVAL, path, "no file of --benchmark_out: no \"benchmarks\"");
	rc = f->groups ? group(f, entries, &reason) : -ENOMEM;
	if (rc)
		return fail(why, rc, path, f->groups ? reason : strerror(ENOMEM));
	f->bench = calloc(json_object_size(f->groups) + 1, sizeof(*f->bench));
	if (!f->bench)
		return fail(why, -ENOMEM, path, strerror(ENOMEM));
	json_object_foreach(f->groups, name, runs)
	{
		struct xs_plot_bench *b = &f->bench[f->benches++];

		*b = (struct xs_plot_bench){ .name = name, .file = f, .runs = runs };
		sift(b);
	}
	return f->benches ? 0 : fail(why, -ENOENT, path, "no benchmark in it");
}

void xs_plot_close(struct xs_plot *p)
{
	for (uint32_t i = 0; i < p->files; i++) {
		free(p->file[i].bench);
		json_decref(p->file[i].groups);
		json_decref(p->file[i].root);
	}
	p->files = 0;
}
