// SPDX-License-Identifier: GPL-2.0-only
/* The families of benchmarks: their names, and how one is measured. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "child.h"
#include "task/sys.h"
#include "lab.h"
#include "report/interval.h"

#define LISTS (sizeof(((struct xs_family *)0)->list) / sizeof(struct xs_lab_list))

/* Of XS_FAMILY(); the linker knows where they begin and end. */
extern const struct xs_family *const __start_xs_families[], *const __stop_xs_families[];

struct xs_lab_item {
	struct xs_lab *lab;
	struct xs_lab_item *next;
	const struct xs_family *family;
	uint8_t key[LISTS];
};

/* All rounds: 0, or -ECANCELED. */
static int measure(struct xs_measure *m, const struct xs_family *f)
{
	if (f->prepare && f->prepare(m))
		return -ECANCELED;
	for (; xs_bench_next(m->b); m->rounds++) {
		const uint64_t from_ns = xs_now_ns();

		m->ns = 0;
		if (f->round(m))
			return -ECANCELED;
		xs_bench_time(m->b, m->ns ? m->ns : xs_now_ns() - from_ns);
	}
	return 0;
}

static void run(struct xs_bench *b, void *arg)
{
	const struct xs_lab_item *item = arg;
	const struct xs_family *f = item->family;
	struct xs_measure m = { .lab = item->lab, .b = b, .key = item->key };

	m.room = xs_bench_iterations(b);
	m.row = calloc(m.room, f->rows * sizeof(*m.row));
	m.state = f->bytes ? xs_child_memory(f->bytes) : NULL;
	if ((f->rows && !m.row) || (f->bytes && !m.state))
		xs_lab_fail(&m, "room for the numbers of all rounds", -ENOMEM);
	else if (!measure(&m, f))
		f->report(&m);
	xs_child_memory_free(m.state, f->bytes);
	free(m.row);
}

static bool takes_cases(const struct xs_family *f)
{
	return f->list[0].n && !f->list[0].first;
}

static const char *name_of(const struct xs_lab *lab, const struct xs_lab_list *list, uint32_t i)
{
	if (!list->first)
		return lab->given[i].name;
	return *(const char *const *)((const char *)list->first + i * list->stride);
}

/* Register what is behind the keys so far, the name of which is @name. */
static void add(struct xs_lab *lab, const struct xs_family *f, const char *name, uint32_t keys,
		uint8_t key[LISTS])
{
	const struct xs_lab_list *list = &f->list[keys];
	struct xs_lab_item *item;
	char *longer;

	if (keys < LISTS && list->n) {
		const uint32_t n = list->first ? list->n : lab->givens;

		for (uint32_t i = 0; i < n; i++) {
			if (asprintf(&longer, "%s/%s", name, name_of(lab, list, i)) < 0)
				goto no_memory;
			key[keys] = (uint8_t)i;
			add(lab, f, longer, keys + 1, key);
			free(longer);
		}
		return;
	}
	item = calloc(1, sizeof(*item));
	if (!item)
		goto no_memory;
	*item = (struct xs_lab_item){ .lab = lab, .next = lab->items, .family = f };
	for (uint32_t i = 0; i < keys; i++)
		item->key[i] = key[i];
	lab->items = item;
	xs_bench_register(name, f->once, run, item);
	return;
no_memory:
	fprintf(stderr, "xsavage-bench: no memory for %s\n", name);
}

void xs_lab_register(struct xs_lab *lab)
{
	uint8_t key[LISTS];

	for (const struct xs_family *const *f = __start_xs_families; f != __stop_xs_families; f++)
		add(lab, *f, (*f)->name, 0, key);
}

void xs_lab_close(struct xs_lab *lab)
{
	while (lab->items) {
		struct xs_lab_item *item = lab->items;

		lab->items = item->next;
		free(item);
	}
}

void xs_lab_help(bool cases)
{
	for (const struct xs_family *const *f = __start_xs_families; f != __stop_xs_families; f++)
		if ((*f)->help && takes_cases(*f) == cases)
			fputs((*f)->help, stdout);
}

void xs_lab_set(struct xs_measure *m, uint32_t row, uint64_t value)
{
	m->row[row * m->room + m->rounds] = value;
}

double xs_lab_median(struct xs_measure *m, uint32_t row, double unit)
{
	return (double)xs_spread(m->row + row * m->room, m->rounds).median / unit;
}
