// SPDX-License-Identifier: GPL-2.0-only
/* What the program says of its case: comment, numbers, tasks. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "export/export.h"
#include "handler/handler.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define COPY_BYTES  0x3000u
#define STACK_BYTES 0x6000u

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

	if (c->fault == XS_STACK_none)
		return;
	snprintf(text, sizeof(text), "Signal stack (%s pages each time): %s.",
		 xs_missing_names[c->missing], xs_entry(XS_AXIS_STACK, c->fault)->summary);
	say(p, text);
	if (c->restore == XS_MISSING_NONE)
		return;
	snprintf(text, sizeof(text), "Sigreturn finds pages (%s) absent, too.",
		 xs_restore_names[c->restore]);
	say(p, text);
}

void xs_export_head(FILE *f, const struct xs_export_plan *plan)
{
	const struct xs_case *c = plan->c;
	struct paragraph p = { .f = f };
	char text[XS_WHY_BYTES];

	fputs("// SPDX-License-Identifier: GPL-2.0-only\n/*\n", f);
	snprintf(text, sizeof(text),
		 "%s, by \"xsavage export\": a worker loads FPU and vector registers, takes a "
		 "signal (%s), and proves them in the frame, at handler entry and after sigreturn.",
		 c->name, xs_entry(XS_AXIS_SIGNAL, c->signal)->summary);
	say(&p, text);
	if (plan->narrow)
		say(&p, "All are up to AVX here.");
	snprintf(text, sizeof(text), "The handler %s.",
		 xs_entry(XS_AXIS_HANDLER, c->handler)->summary);
	if (c->handler != XS_HANDLER_return)
		say(&p, text);
	say_faults(&p, c);
	for (uint32_t i = 1; i < plan->tasks; i++) {
		snprintf(text, sizeof(text), "%s%s on %s", i == 1 ? "Beside it: " : "",
			 plan->task[i].name,
			 plan->task[i].place < 0 ? "any CPU"
			 : plan->task[i].place	 ? "another CPU"
						 : "its CPU");
		say(&p, text);
		fputs(i + 1 < plan->tasks ? "," : ".", f);
	}
	fputs("\n *\n *\tgcc -O2 -pthread repro.c -o repro && ./repro [SECONDS]\n"
	      " * Exit code: 0 pass, 1 corrupt, killed or hang, 2 error, 4 skip or inconclusive.\n"
	      " */\n",
	      f);
}

/* How each method makes the pages from "from" to "to" absent: nonzero where that fails. */
static const char *const drops[XS_STACKS] = {
	[XS_STACK_dontneed] = "madvise(from, (to) - (from), MADV_DONTNEED)",
	[XS_STACK_memfd_dontneed] = "madvise(from, (to) - (from), MADV_DONTNEED)",
	[XS_STACK_uffd_missing] = "madvise(from, (to) - (from), MADV_DONTNEED)",
	[XS_STACK_uffd_minor] = "madvise(from, (to) - (from), MADV_DONTNEED)",
	[XS_STACK_memfd_pageout] = "(madvise(from, (to) - (from), MADV_PAGEOUT) || \\\n"
				   "\t\t\tmadvise(from, (to) - (from), MADV_DONTNEED))",
	[XS_STACK_remap] = "(mmap(from, (to) - (from), PROT_READ | PROT_WRITE, \\\n"
			   "\t\t\tMAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)",
	[XS_STACK_punch_hole] = "fallocate(t->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, \\\n"
				"\t\t\t\t     (from) - t->stack, (to) - (from))",
	[XS_STACK_mremap] = "drop(from, (to) - (from))",
	[XS_STACK_readonly] = "mprotect(from, (to) - (from), PROT_READ)",
};

void xs_export_defines(FILE *f, const struct xs_export_plan *plan)
{
	const struct xs_case *c = plan->c;

	fprintf(f, "#define TASKS %u\n", plan->tasks * c->workers);
	if (xs_export_has(plan, "COPY"))
		fprintf(f, "#define COPY %#x /* of STACK: where sigreturn finds fpstate */\n",
			COPY_BYTES);
	fprintf(f, "#define STACK %#x\n",
		STACK_BYTES + (xs_export_has(plan, "COPY") ? COPY_BYTES : 0));
	if (c->boundary != XS_BOUNDARY_NONE)
		fprintf(f, "#define BOUNDARY %u /* this far into fpstate a page ends */\n",
			c->boundary);
	else if (c->restore != XS_MISSING_NONE)
		fputs("#define BOUNDARY 0\n", f);
	if (drops[c->fault])
		fprintf(f, "#define DROP(from, to) %s\n", drops[c->fault]);
}

int xs_export_value(FILE *f, const struct xs_export_plan *plan, const char *name)
{
	const struct xs_case *c = plan->c;
	const int copy = xs_export_has(plan, "COPY"), minor = c->fault == XS_STACK_uffd_minor;

	if (!strcmp(name, "NEEDED"))
		fprintf(f, "%#" PRIx64, plan->needed | 3);
	else if (!strcmp(name, "SIGNO"))
		fputs(c->signal == XS_SIGNAL_itimer ? "SIGALRM" : "SIGUSR1", f);
	else if (!strcmp(name, "MASK"))
		fputs(xs_export_has(plan, "FAR") ? "t->mask & xcr0" : "t->mask", f);
	else if (!strcmp(name, "END"))
		fprintf(f, "%#x",
			c->boundary == XS_BOUNDARY_NONE
				? 4096
				: (1 + (c->boundary + 4095u) / 4096) * 4096);
	else if (!strcmp(name, "THREAD"))
		fputs(xs_export_has(plan, "THREADS") ? "__thread " : "", f);
	else if (!strcmp(name, "FAULTS"))
		fputs(xs_export_has(plan, "UFFD") ? "t->faults" : "faults()", f);
	else if (!strcmp(name, "WHAT"))
		fputs(xs_export_has(plan, "SEGV")      ? "frames refused"
		      : xs_export_has(plan, "RESTORE") ? "page faults both ways"
						       : "page faults",
		      f);
	else if (!strcmp(name, "SECONDS"))
		fprintf(f, "%u", c->duration_ms / 1000 + (c->duration_ms % 1000 != 0));
	else if (!strcmp(name, "HOLD_US"))
		fprintf(f, "%u", c->hold_us);
	else if (!strcmp(name, "VECTORS"))
		fprintf(f, "%#x", c->vectors);
	else if (!strcmp(name, "DELAY_US"))
		fprintf(f, "%u", c->delay_us);
	else if (!strcmp(name, "NEIGHBOUR"))
		fprintf(f, "%d", plan->neighbour);
	else if (!strcmp(name, "UFFD_US"))
		fprintf(f, "%u", c->fault_hold_us);
	else if (!strcmp(name, "UFFD_MODE"))
		fputs(minor ? "UFFDIO_REGISTER_MODE_MINOR" : "UFFDIO_REGISTER_MODE_MISSING", f);
	else if (!strcmp(name, "PLUS_COPY"))
		fputs(copy ? " + COPY" : "", f);
	else if (!strcmp(name, "LESS_COPY"))
		fputs(copy ? " - COPY" : "", f);
	else if (!strcmp(name, "TAIL"))
		fprintf(f, "%u",
			c->restore != XS_MISSING_NONE && c->boundary != XS_BOUNDARY_NONE &&
					c->boundary > 580
				? (c->boundary - 4) & ~63u
				: 576);
	else
		return -EINVAL;
	return 0;
}

void xs_export_tasks(FILE *f, const struct xs_export_plan *plan)
{
	fputs("\nstatic const struct task table[TASKS] = {\n", f);
	for (uint32_t n = 0; n < plan->tasks * plan->c->workers; n++) {
		const struct xs_export_task *t = &plan->task[n % plan->tasks];
		const uint32_t worker = n / plan->tasks;

		fprintf(f, "\t{ .name = \"%s\", .run = %s", t->name,
			strcmp(t->run, "thread") != 0 ? t->run : "NULL");
		if (xs_export_has(plan, "PINS"))
			fprintf(f, ", .cpu = %d", t->place < 0 ? -1 : (int32_t)worker + t->place);
		if (t->components)
			fprintf(f, ", .mask = %#" PRIx64, t->components);
		if (xs_export_has(plan, "SERVANT") && worker)
			fprintf(f, ", .worker = %u", worker * plan->tasks);
		if (t->yields)
			fputs(", .yields = 1", f);
		if (t->period_us)
			fprintf(f, ", .period_us = %u", t->period_us);
		if (t->call)
			fprintf(f, ",%s.call = SYS_%s",
				xs_export_has(plan, "PINS") || t->yields ? "\n\t  " : " ", t->call);
		fputs(" },\n", f);
	}
	fputs("};\n", f);
}
