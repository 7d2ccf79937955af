// SPDX-License-Identifier: GPL-2.0-only
/* Finds a system call that uses the FPU in the kernel, for the task that makes it. */
#include "task/fpu_call.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "axis/axis.h"
#include "task/fpu_hash.h"
#include "task/sys.h"

#define PROBES 64u

/*
 * What proves that the system call runs kernel_fpu_begin() here:
 * - where tracefs and perf can be used, the tracepoint
 *   x86_fpu:x86_fpu_regs_activated: kernel_fpu_begin() takes the registers away,
 *   and the task has to get them back on its way out of every call;
 * - else only what the kernel has: blake2s_compress_ssse3 among its symbols and
 *   a CPU with SSSE3, or an accelerated driver in /proc/crypto. That the call
 *   gets there is then known from the source (drivers/char/random.c and
 *   lib/crypto, 5.18 and later; crypto/algif_hash.c), not measured.
 */
static const uint8_t data[XS_FPU_CALL_BYTES];

static long make_call(const struct xs_fpu_call *c)
{
	return xs_syscall6(c->number, c->fd, (long)c->data, XS_FPU_CALL_BYTES, c->flags, 0, 0);
}

/* Whether any line of a file of /proc begins or ends as asked; reads all of it. */
static bool kernel_has_symbol(const char *symbol)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char line[512], name[256];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%*s %*s %255s", name) == 1 && !strcmp(name, symbol);
	if (f)
		fclose(f);
	return found;
}

static bool cpu_has_ssse3(void)
{
	uint32_t a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && (c >> 9 & 1);
}

static int open_urandom(struct xs_fpu_call *c)
{
	const int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	*c = (struct xs_fpu_call){ .number = SYS_write, .fd = fd, .data = data };
	return fd < 0 ? -errno : 0;
}

/* A counter of this thread's x86_fpu_regs_activated: a descriptor, or -1 where there is none. */
static int open_counter(void)
{
	static const char *const files[] = {
		"/sys/kernel/tracing/events/x86_fpu/x86_fpu_regs_activated/id",
		"/sys/kernel/debug/tracing/events/x86_fpu/x86_fpu_regs_activated/id",
	};
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	char text[32];
	ssize_t n = -1;

	for (size_t i = 0; n <= 0 && i < 2; i++) {
		const int fd = open(files[i], O_RDONLY | O_CLOEXEC);

		n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		if (fd >= 0)
			close(fd);
	}
	if (n <= 0)
		return -1;
	text[n] = '\0';
	attr.config = strtoull(text, NULL, 10);
	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

/* 1: @c was seen to use the FPU in the kernel; 0: seen not to; -1: cannot be seen. */
static int measure(const struct xs_fpu_call *c)
{
	const int counter = open_counter();
	uint64_t before, after;
	int proved = -1;

	if (counter < 0)
		return -1;
	if (read(counter, &before, sizeof(before)) == sizeof(before)) {
		for (uint32_t i = 0; i < PROBES; i++)
			make_call(c);
		if (read(counter, &after, sizeof(after)) == sizeof(after))
			proved = after - before >= PROBES / 2;
	}
	close(counter);
	return proved;
}

bool xs_fpu_call_proved(const struct xs_fpu_call *c, bool by_features)
{
	const int seen = measure(c);

	return seen < 0 ? by_features : seen;
}

/* MSG_MORE: the hash goes on for ever, so one call does. */
static int open_hash(struct xs_fpu_call *c)
{
	const struct xs_fpu_hash *hash;
	const int rc = xs_fpu_hash_open(c, &hash);

	c->data = data;
	c->flags = MSG_MORE;
	return rc;
}

/* The way that works here: 0 not asked for yet. Children of the process that has asked know it. */
static enum { UNKNOWN, URANDOM, HASH, NONE } way;

/* Find the way; a call that takes it is left open. */
static int choose(struct xs_fpu_call *c)
{
	int rc = open_urandom(c);

	way = URANDOM;
	if (!rc && xs_fpu_call_proved(c, cpu_has_ssse3() &&
					    kernel_has_symbol("blake2s_compress_ssse3")))
		return 0;
	if (!rc)
		close((int)c->fd);
	way = HASH;
	rc = open_hash(c);
	if (!rc && xs_fpu_call_proved(c, true))
		return 0;
	if (!rc)
		close((int)c->fd);
	way = NONE;
	return -EOPNOTSUPP;
}

int xs_fpu_call_open(struct xs_fpu_call *c)
{
	switch (way) {
	case UNKNOWN:
		return choose(c);
	case URANDOM:
		return open_urandom(c);
	case HASH:
		return open_hash(c);
	default:
		return -EOPNOTSUPP;
	}
}

void xs_fpu_call_close(const struct xs_fpu_call *c)
{
	close((int)c->fd);
}

int xs_fpu_call_supported(char *why)
{
	struct xs_fpu_call c;
	const int rc = xs_fpu_call_open(&c);

	if (!rc)
		xs_fpu_call_close(&c);
	return xs_why(rc, why,
		      "no system call is known to use the FPU in this kernel: no BLAKE2s with "
		      "SSSE3 behind /dev/urandom, no accelerated SHA for AF_ALG in /proc/crypto");
}
