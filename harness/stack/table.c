// SPDX-License-Identifier: GPL-2.0-only
/* The table of stack-fault methods. */
#include <string.h>

#include "stack/stack.h"

#define XS_STACK(id, ...) extern const struct xs_stack_fault xs_stack_##id;
#include "stack/stack.def"
#undef XS_STACK

#define XS_STACK(id, ...) &xs_stack_##id,
const struct xs_stack_fault *const xs_stacks[XS_STACKS] = {
#include "stack/stack.def"
};
#undef XS_STACK

int xs_stack_find(const char *name)
{
	for (int i = 0; i < XS_STACKS; i++)
		if (!strcmp(xs_stacks[i]->name, name))
			return i;
	return -1;
}

bool xs_stack_restores(unsigned int row)
{
	const struct xs_stack_fault *s = xs_stacks[row];

	/* One that sweeps makes all memory fault: what sigreturn had of it could not be told. */
	return s->keeps && s->reads && !s->sweeps;
}
