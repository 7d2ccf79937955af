// SPDX-License-Identifier: GPL-2.0-only
/* kernel-fpu: a process whose window makes a system call that uses the FPU in the kernel. */
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_alg.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "task/sys.h"

#define DATA_BYTES 4096u
#define PROBES	   64u

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
struct call {
	long number, fd;
	const void *data;
	long flags; /* sendto()'s; write() has none and ignores them */
};

static const uint8_t data[DATA_BYTES];

static long make_call(const struct call *c)
{
	return xs_syscall6(c->number, c->fd, (long)c->data, DATA_BYTES, c->flags, 0, 0);
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

static int open_urandom(struct call *c)
{
	const int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	*c = (struct call){ .number = SYS_write, .fd = fd, .data = data };
	return fd < 0 ? -errno : 0;
}

/* Whether a driver's name tells of vector registers. */
static bool accelerated(const char *driver)
{
	static const char *const words[] = { "avx", "ssse3", "sse2", "-ni", "clmul" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(driver, words[i]))
			return true;
	return false;
}

/* An unkeyed hash that is loaded and accelerated. Others are not asked for: that loads modules. */
static bool find_hash(char driver[64])
{
	FILE *f = fopen("/proc/crypto", "re");
	char line[256], name[64] = "", value[64];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "driver : %63s", value) == 1)
			snprintf(name, sizeof(name), "%s", value);
		else if (sscanf(line, "type : %63s", value) == 1)
			found = (!strcmp(value, "shash") || !strcmp(value, "ahash")) &&
				accelerated(name) && !strncmp(name, "sha", 3);
	}
	if (f)
		fclose(f);
	snprintf(driver, 64, "%s", name);
	return found;
}

static int open_hash(struct call *c)
{
	struct sockaddr_alg alg = { .salg_family = AF_ALG, .salg_type = "hash" };
	int fd, op = -ENOENT;

	if (!find_hash((char *)alg.salg_name))
		return op;
	fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&alg, sizeof(alg)))
		op = -errno;
	else
		op = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	close(fd);
	/* MSG_MORE: the hash goes on for ever, so one call does. */
	*c = (struct call){ .number = SYS_sendto, .fd = op, .data = data, .flags = MSG_MORE };
	return op < 0 ? op : 0;
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
static int measure(const struct call *c)
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

static bool proved(int rc, const struct call *c, bool by_features)
{
	const int seen = rc ? 0 : measure(c);

	return seen < 0 ? by_features : seen;
}

/* Find a call that does it; its descriptor is the caller's. Return: 0 or -EOPNOTSUPP. */
static int choose(struct call *c)
{
	int rc = open_urandom(c);

	if (proved(rc, c, cpu_has_ssse3() && kernel_has_symbol("blake2s_compress_ssse3")))
		return 0;
	if (!rc)
		close((int)c->fd);
	rc = open_hash(c);
	if (proved(rc, c, true))
		return 0;
	if (!rc)
		close((int)c->fd);
	return -EOPNOTSUPP;
}

static int supported(char *why)
{
	struct call c;

	if (!choose(&c)) {
		close((int)c.fd);
		return 0;
	}
	return xs_why(-EOPNOTSUPP, why,
		      "no system call is known to use the FPU in this kernel: no BLAKE2s with "
		      "SSSE3 behind /dev/urandom, no accelerated SHA for AF_ALG in /proc/crypto");
}

static int step(struct xs_task *t)
{
	const int32_t *result = &t->level->window.result;

	t->level->window.result = 0;
	xs_vector_step(t);
	/* A signal may cut a long write short. */
	return *result > 0 ? 0
			   : xs_task_fail(t, *result ? *result : -EIO,
					  "the call that uses the FPU in the kernel");
}

static int open_call(struct xs_task *t)
{
	struct xs_window *window = &t->level->window;
	struct call *c = t->own;
	const int rc = choose(c);

	if (rc) {
		c->number = 0;
		return xs_task_fail(t, rc, "finding a call that uses the FPU in the kernel");
	}
	window->hold_syscall = c->number;
	window->args[0] = (uint64_t)c->fd;
	window->args[1] = (uintptr_t)c->data;
	window->args[2] = DATA_BYTES;
	window->args[3] = (uint64_t)c->flags;
	return 0;
}

static void close_call(struct xs_task *t)
{
	const struct call *c = t->own;

	if (c->number)
		close((int)c->fd);
}

const struct xs_pressure xs_pressure_kernel_fpu = {
	.entry = {
		.name = "kernel-fpu",
		.summary = "a process that holds registers while the kernel uses the FPU for it",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_VECTOR,
		.supported = supported,
	},
	.own_bytes = sizeof(struct call),
	.open = open_call,
	.step = step,
	.close = close_call,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <fcntl.h>
/* Writes to /dev/urandom while it holds registers: the kernel hashes, with its own use of them. */
static void run_kernel_fpu(struct task *t)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	static uint8_t data[4096];
	char name[128] = "";

	while (f && fscanf(f, "%*s %*s %127s%*[^\n]", name) == 1 &&
	       strcmp(name, "blake2s_compress_ssse3"))
		;
	t->arg[0] = open("/dev/urandom", O_WRONLY);
	if (strcmp(name, "blake2s_compress_ssse3") || write(t->arg[0], data, sizeof(data)) <= 0)
		errx(4, "skip: no BLAKE2s with SSSE3 behind /dev/urandom");
	t->call = SYS_write;
	t->arg[1] = (long)data;
	t->arg[2] = sizeof(data);
	while (more(t))
		window(t);
}
#endif
