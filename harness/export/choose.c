// SPDX-License-Identifier: GPL-2.0-only
/* Which pieces the case's entries, and its keys, ask for. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "export/export.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define REMEDY	  "xsavage minimize may find a case without it"
#define FILE_SIZE 64
#define AVX	  7u /* components up to it */

static const struct xs_piece *find(const char *file)
{
	for (const struct xs_piece *piece = xs_pieces; piece->file; piece++)
		if (!strcmp(piece->file, file))
			return piece;
	return NULL;
}

/* The text between quotes of a line that begins with @directive: whether there is one. */
static bool quoted(const char *line, const char *directive, char *text, size_t bytes)
{
	const char *open = line + strlen(directive), *close;

	if (!xs_starts(line, directive) || *open++ != '"')
		return false;
	close = strchr(open, '"');
	snprintf(text, bytes, "%.*s", close ? (int)(close - open) : 0, open);
	return close != NULL;
}

/* Take a piece, and before or behind it, as it says, those that it includes. */
static int take(struct xs_program *p, const char *file, char *why)
{
	const struct xs_piece *piece = find(file);
	char text[XS_WHY_BYTES / 2];
	bool own = false;

	for (uint32_t i = 0; i < p->pieces; i++)
		if (p->piece[i] == piece)
			return 0;
	if (!piece || p->pieces == XS_EXPORT_PIECES) {
		snprintf(why, XS_WHY_BYTES, "%s does not say how export writes it; " REMEDY, file);
		return -EOPNOTSUPP;
	}
	for (const char *line = piece->text; *line; line += strcspn(line, "\n") + 1) {
		if (quoted(line, "#error ", text, sizeof(text))) {
			snprintf(why, XS_WHY_BYTES, "export leaves out %.*s: %s; " REMEDY,
				 (int)strcspn(file, "."), file, text);
			return -EOPNOTSUPP;
		}
		if (quoted(line, "#include ", text, sizeof(text)) && take(p, text, why))
			return -EOPNOTSUPP;
		if (!own && !xs_starts(line, "#include ")) {
			p->piece[p->pieces++] = piece;
			own = true;
		}
	}
	return 0;
}

/* The piece of an entry: of the file that is called after it. */
static int take_row(struct xs_program *p, enum xs_axis_id axis, unsigned int row, char *why)
{
	char file[FILE_SIZE];

	snprintf(file, sizeof(file), "%s/%s.%c", xs_axes[axis].id, xs_name(axis, row),
		 axis == XS_AXIS_STATE ? 'S' : 'c');
	return take(p, xs_export_identifier(file), why);
}

/* "all" is whatever the machine has of what export can say; what is named has to be there. */
static int add_states(struct xs_program *p, uint32_t mask, char *why)
{
	const bool all = mask == xs_all_rows(XS_AXIS_STATE);

	for (unsigned int i = 0; i < XS_STATES; i++) {
		struct xs_program alone = { 0 };

		if (!(mask >> i & 1) || (all && p->level > 1 && xs_state_xfeatures(1u << i) > AVX))
			continue;
		if (!take_row(&alone, XS_AXIS_STATE, i, why))
			p->states |= 1u << i;
		else if (!all)
			return -EOPNOTSUPP;
	}
	return 0;
}

static int take_states(struct xs_program *p, char *why)
{
	const struct xs_case *c = p->c;
	int rc = add_states(p, c->registers, why);
	uint32_t rows;

	if (!rc)
		rc = add_states(p, c->init, why);
	for (uint32_t i = 0; !rc && i < c->pressures; i++)
		rc = add_states(p, c->pressure[i].registers, why);
	rows = xs_state_reduce(p->states);
	for (unsigned int i = 0; !rc && i < XS_STATES; i++)
		if (rows >> i & 1)
			rc = take_row(p, XS_AXIS_STATE, i, why);
	return rc;
}

/* What no piece can say. */
static int refuse_keys(const struct xs_case *c, char *why)
{
	const struct xs_entry *action = xs_entry(XS_AXIS_HANDLER, c->handler);
	const bool refused = action->flags & XS_HANDLER_REFUSED;
	const bool refuses = xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_REFUSES;

	if (strcmp(c->cpus, "auto") != 0) {
		snprintf(why, XS_WHY_BYTES, "export chooses the CPUs itself; set cpus = auto");
		return -EOPNOTSUPP;
	}
	/* A SIGSEGV must mean one thing. */
	if (refuses + refused + (xs_signal(c->signal)->signo == SIGSEGV) > 1) {
		snprintf(why, XS_WHY_BYTES,
			 "export takes one thing that raises SIGSEGV, not several of %s, %s and "
			 "%s; " REMEDY,
			 xs_name(XS_AXIS_SIGNAL, c->signal), action->name,
			 xs_name(XS_AXIS_STACK, c->fault));
		return -EOPNOTSUPP;
	}
	/* fpstate can be moved to one place only, and only good frames are read to their end. */
	if (c->restore != XS_MISSING_NONE && ((action->flags & XS_HANDLER_POINTS) || refused)) {
		snprintf(why, XS_WHY_BYTES,
			 "export does not know the pair of restore and %s; " REMEDY, action->name);
		return -EOPNOTSUPP;
	}
	return 0;
}

static int take_holds(struct xs_program *p, char *why)
{
	int rc = 0;

	for (uint32_t i = 0; !rc && i < p->tasks; i++)
		rc = take_row(p, XS_AXIS_HOLD, p->task[i].hold, why);
	return rc;
}

/* In the order in which they need each other. */
int xs_export_choose(struct xs_program *p, char why[XS_WHY_BYTES])
{
	const struct xs_case *c = p->c;
	bool threads = false;
	int rc = refuse_keys(c, why);

	if (!rc)
		rc = take_states(p, why);
	if (!rc)
		rc = xs_export_tasks(p, why);
	for (uint32_t i = 0; i < p->tasks; i++)
		threads |= p->task[i].thread;
	if (rc || take_row(p, XS_AXIS_ABI, c->abi, why) || take_holds(p, why) ||
	    take(p, "export/parts/task.c", why) || take_row(p, XS_AXIS_SIGNAL, c->signal, why) ||
	    take_row(p, XS_AXIS_STACK, c->fault, why) ||
	    take_row(p, XS_AXIS_HANDLER, c->handler, why) ||
	    (!p->level && take(p, "export/parts/frame.c", why)) ||
	    (!p->level && take(p, "export/parts/red_zone.c", why)) ||
	    take(p, "export/parts/window.c", why) || take(p, "export/parts/loop.c", why) ||
	    take(p, "export/parts/handler.c", why) ||
	    (threads && take(p, "export/parts/threads.c", why)) ||
	    ((xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE) &&
	     take(p, "export/parts/sender.c", why)) ||
	    take(p, "export/parts/worker.c", why))
		return -EOPNOTSUPP;
	for (uint32_t i = 0; !rc && i < c->pressures; i++)
		rc = take_row(p, XS_AXIS_PRESSURE, c->pressure[i].kind, why);
	return rc ? rc : take(p, "export/parts/main.c", why);
}
