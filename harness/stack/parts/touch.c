#include <sys/syscall.h>
#include <sys/wait.h>
#include "stack/memory.c"
/* Of all that is protected now, the frame's pages alone are to fault. */
static void touch_others(const uint8_t *from, const uint8_t *to)
{
	volatile uint8_t mine[4 * 4096];

	for (volatile uint8_t *at = self->stack + COPIES; at < self->stack + STACK; at += 4096)
		if (at < from || at >= to)
			*at = *at;
	for (size_t i = 0; i < sizeof(mine); i += 4096)
		mine[i] = 0;
	(void)stack_faults();
}
