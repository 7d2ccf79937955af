/* SPDX-License-Identifier: GPL-2.0-only */
/* What the host sees on a guest's console: whether it has panicked. */
#ifndef XS_VM_CONSOLE_H
#define XS_VM_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

struct xs_vm_console {
	const char *path;
	uint64_t read_bytes; /* of the file so far */
	bool panicked;
	int64_t grown_ns; /* when it last had more to read */
};

/**
 * xs_vm_console_dead() - whether the guest has panicked and says no more
 * @now_ns: by a clock that goes on
 *
 * A panic's call trace takes a while, and most guests reboot behind it, which ends their emulator.
 */
bool xs_vm_console_dead(struct xs_vm_console *c, int64_t now_ns);

#endif
