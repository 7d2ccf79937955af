// SPDX-License-Identifier: GPL-2.0-only
/* What the program says of its case: comment, numbers, tasks. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "export/export.h"
#include "handler/handler.h"
#include "signal/signal.h"
#include "stack/stack.h"

#define PAGE 4096u
#define TAB  8u

/* " * WORDS", broken before column 100. */
struct paragraph {
	FILE *f;
	size_t column;
};

static void say(struct paragraph *p, const char *text)
{
	while (*text) {
		const size_t bytes = strcspn(text, " ");

		if (p->column + 1 + bytes >= XS_EXPORT_COLUMNS || !p->column) {
			fputs(p->column ? "\n *" : " *", p->f);
			p->column = 2;
		}
		fprintf(p->f, " %.*s", (int)bytes, text);
		p->column += 1 + bytes;
		text += bytes + (text[bytes] == ' ');
	}
}

static void say_faults(struct paragraph *p, const struct xs_case *c)
{
	char text[XS_WHY_BYTES];

	snprintf(text, sizeof(text), "Signal stack (%s pages each time): %s.",
		 xs_missing_names[c->missing], xs_entry(XS_AXIS_STACK, c->fault)->summary);
	say(p, text);
	if (c->restore == XS_MISSING_NONE)
		return;
	snprintf(text, sizeof(text), "Sigreturn finds pages (%s) absent, too.",
		 xs_restore_names[c->restore]);
	say(p, text);
}

void xs_export_head(FILE *f, const struct xs_program *program)
{
	const struct xs_case *c = program->c;
	struct paragraph p = { .f = f };
	char text[XS_WHY_BYTES];

	fputs("// SPDX-License-Identifier: GPL-2.0-only\n/*\n", f);
	snprintf(text, sizeof(text),
		 "%s, by \"xsavage export\": a worker holds FPU and vector registers, takes a "
		 "signal (%s), and proves them at handler entry, in the frame and after sigreturn.",
		 c->name, xs_entry(XS_AXIS_SIGNAL, c->signal)->summary);
	say(&p, text);
	snprintf(text, sizeof(text), "The handler %s.",
		 xs_entry(XS_AXIS_HANDLER, c->handler)->summary);
	say(&p, text);
	say_faults(&p, c);
	if (program->level)
		say(&p, "For brevity without proof of the frame's layout and the red zone");
	if (program->level > 1)
		say(&p, "and of what is not up to AVX");
	if (program->level)
		fputc('.', f);
	for (uint32_t i = 1; i < program->tasks; i++) {
		const struct xs_export_task *t = &program->task[i];

		snprintf(text, sizeof(text), "%s%s on %s", i == 1 ? "Beside it: " : "", t->name,
			 t->place < 0 ? "any CPU"
			 : t->place   ? "another CPU"
				      : "its CPU");
		say(&p, text);
		fputs(i + 1 < program->tasks ? "," : ".", f);
	}
	fputs("\n *\n *\tgcc -O2 -pthread repro.c -o repro && ./repro [SECONDS]\n"
	      " * Exit code: 0 pass, 1 corrupt, killed or hang, 2 error, 4 skip or inconclusive.\n"
	      " */\n#define _GNU_SOURCE\n",
	      f);
}

static void number(struct xs_program *p, bool is, const char *name, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void number(struct xs_program *p, bool is, const char *name, const char *format, ...)
{
	struct xs_export_number *n = &p->number[p->numbers++];
	va_list args;

	n->name = name;
	n->is = is;
	va_start(args, format);
	vsnprintf(n->text, sizeof(n->text), format, args);
	va_end(args);
}

/* From where to where pages are made absent, with the boundary at @edge. */
static void range(struct xs_program *p, const char *from, const char *to, uint8_t missing,
		  const char *low, const char *edge, const char *high)
{
	const bool is = missing != XS_MISSING_NONE;

	number(p, is, from, "%s", missing == XS_MISSING_UPPER ? edge : low);
	number(p, is, to, "%s", missing == XS_MISSING_LOWER ? edge : high);
}

/* What has to happen for a signal to count. */
static void evidence(struct xs_program *p)
{
	const struct xs_case *c = p->c;
	const bool save = xs_export_has(p, "stack_faults"), read = c->restore != XS_MISSING_NONE;
	const bool refused =
		xs_export_has(p, "handler_refused") || xs_export_has(p, "stack_refused");

	number(p, save, "SAVE_FAULT", "1");
	number(p, read, "READ_FAULT", "2");
	number(p, refused, "REFUSAL", "4");
	number(p, true, "NESTED", "8");
	number(p, true, "LACKS", "%u", save | read << 1 | refused << 2);
}

/* Mask over hold.def: what has code. */
static uint32_t holds_of(const struct xs_program *p)
{
	uint32_t holds = 0;

	for (uint32_t i = 0; i < p->tasks; i++)
		holds |= 1u << p->task[i].hold;
	return xs_rows(XS_AXIS_HOLD, holds, XS_HOLD_STEPS, 0);
}

void xs_export_numbers(struct xs_program *p)
{
	const struct xs_case *c = p->c;
	const bool boundary = c->boundary != XS_BOUNDARY_NONE;
	const uint32_t edge = boundary && c->restore != XS_MISSING_NONE ? c->boundary : 0;

	number(p, true, "TASKS", "%u", p->tasks * c->workers);
	number(p, true, "SECONDS", "%u", c->duration_ms / 1000 + (c->duration_ms % 1000 != 0));
	number(p, true, "NEEDED", "%#" PRIx64, p->needed | 3);
	number(p, true, "DELAY_US", "%u", c->delay_us);
	number(p, true, "DEPTH", "%u", c->depth);
	number(p, true, "SIGNO", "SIGUSR1");
	number(p, c->vectors != UINT32_MAX, "VECTORS", "(%#xu)", c->vectors);
	number(p, true, "STACK_MAP", "MAP_PRIVATE | MAP_ANONYMOUS");
	number(p, true, "STACK_FD", "-1");
	number(p, true, "STACK", "0x18000");
	number(p, true, "COPIES", "0x8000");
	number(p, boundary, "BOUNDARY", "%u", c->boundary);
	number(p, true, "EDGE", "%u", edge);
	number(p, c->restore != XS_MISSING_NONE, "RESTORE_EDGE", "%u",
	       (1 + (edge + PAGE - 1) / PAGE) * PAGE);
	range(p, "DROP_FROM", "DROP_TO", c->missing, "COPIES", "(t->fpstate - t->stack + BOUNDARY)",
	      "STACK");
	range(p, "RESTORE_FROM", "RESTORE_TO", c->restore, "0", "RESTORE_EDGE", "COPIES");
	number(p, true, "NEIGHBOUR", "%u", p->neighbour);
	number(p, true, "RESOLVER", "%d", c->resolver_place != XS_PLACE_SAME_PU);
	number(p, true, "FAULT_US", "%u", c->fault_hold_us);
	number(p, holds_of(p), "hold_turns", "%s", ""); /* xs_export_holds() */
	evidence(p);
}

void xs_export_holds(FILE *f, const struct xs_program *p)
{
	char name[32];

	if (!holds_of(p))
		return;
	fputs("\n#define hold_turns", f);
	for (uint32_t left = holds_of(p); left; left &= left - 1) {
		const unsigned int row = (unsigned int)__builtin_ctz(left);

		snprintf(name, sizeof(name), "%s", xs_name(XS_AXIS_HOLD, row));
		fprintf(f, " \\\n\t\"cmpl $%u, %%[hold]; jne 3f; \" hold_%s \"; 3:\\n\"", row,
			xs_export_identifier(name));
	}
	fputc('\n', f);
}

/* A row, broken at a comma before column 100. */
static void put_row(FILE *f, const char *row)
{
	size_t bytes = strlen(row);

	if (bytes + TAB > XS_EXPORT_COLUMNS) {
		for (bytes = XS_EXPORT_COLUMNS - TAB; bytes && row[bytes - 1] != ','; bytes--)
			;
		fprintf(f, "\t%.*s\n\t ", (int)bytes, row);
		fprintf(f, "%s\n", row + bytes);
		return;
	}
	fprintf(f, "\t%s\n", row);
}

static void add(char *row, size_t size, const char *format, long value)
	__attribute__((format(printf, 3, 0)));

/* A field of a row, unless it is 0. */
static void add(char *row, size_t size, const char *format, long value)
{
	const size_t bytes = strlen(row);

	if (value)
		snprintf(row + bytes, size - bytes, format, value);
}

void xs_export_table(FILE *f, const struct xs_program *p)
{
	fputs("\nstatic const struct task table[TASKS] = {\n", f);
	for (uint32_t n = 0; n < p->tasks * p->c->workers; n++) {
		const struct xs_export_task *t = &p->task[n % p->tasks];
		const int32_t worker = (int32_t)(n / p->tasks);
		const int32_t cpu = t->place < 0 ? -1 : worker + t->place;
		char row[256];

		snprintf(row, sizeof(row), "{ .name = \"%s\", .run = %s", t->name,
			 xs_export_has(p, t->run) ? t->run : "loop");
		add(row, sizeof(row), ", .cpu = %ld", cpu);
		add(row, sizeof(row), ", .mask = %#lx", (long)t->mask);
		add(row, sizeof(row), ", .init = %#lx", (long)t->init);
		add(row, sizeof(row), ", .hold_us = %ld", n % p->tasks ? 0 : p->c->hold_us);
		add(row, sizeof(row), ", .worker = %ld", worker * (long)p->tasks);
		add(row, sizeof(row), ", .thread = %ld", t->thread);
		add(row, sizeof(row), ", .hold = %ld", t->hold);
		add(row, sizeof(row), ", .period_us = %ld", t->period_us);
		strncat(row, " },", sizeof(row) - strlen(row) - 1);
		put_row(f, row);
	}
	fputs("};\n", f);
}
