// SPDX-License-Identifier: GPL-2.0-only
/* kernel-hash: a process that holds registers while the kernel hashes in them, and proves the hash.
 */
#include <errno.h>
#include <string.h>

#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "state/frame.h"
#include "task/fpu_hash.h"
#include "task/sys.h"

struct hash {
	struct xs_fpu_call call; /* without a number: there is none */
	const struct xs_fpu_hash *known;
	uint8_t data[XS_FPU_CALL_BYTES];
	_Alignas(8) uint8_t due[XS_FPU_HASH_BYTES_MAX];
	_Alignas(8) uint8_t found[XS_FPU_HASH_BYTES_MAX]; /* zeros behind .known->bytes */
};

/* Return: 0, or -errno, -ENOENT where the kernel has none, and nothing is left open. */
static int open_hash(struct hash *h)
{
	int rc = xs_fpu_hash_open(&h->call, &h->known);

	if (!rc) {
		h->call.data = h->data;
		xs_fpu_hash_fill(h->data);
		memcpy(h->due, h->known->digest, h->known->bytes);
		if (!xs_fpu_call_proved(&h->call, true)) {
			xs_fpu_call_close(&h->call);
			rc = -ENOENT;
		}
	}
	if (rc)
		h->call.number = 0;
	return rc;
}

static int supported(char *why)
{
	static struct hash h;
	const int rc = open_hash(&h);

	if (!rc)
		xs_fpu_call_close(&h.call);
	return xs_why(rc, why,
		      rc == -ENOENT ? "no SHA with SSSE3 or AVX in /proc/crypto (modprobe sha256-ssse3)"
				    : "hashing by AF_ALG: %m");
}

/* A wrong one, as the registers are that the self-test plants in. */
static void prove_hash(struct xs_task *t, struct hash *h)
{
	uint64_t wrong = 0;

	if (t->level->window.load_image != t->level->image)
		h->found[0] ^= 1;
	for (uint32_t at = 0; at < XS_FPU_HASH_BYTES_MAX; at += 8)
		wrong |= xs_frame_get64(h->found, at) ^ xs_frame_get64(h->due, at);
	if (wrong)
		xs_task_record_as(t, t->level, XS_WRONG_VALUES, XS_LEG_KERNEL, 0, h->due, h->found,
				  XS_FPU_HASH_BYTES_MAX);
}

static int step(struct xs_task *t)
{
	const int32_t *result = &t->level->window.result;
	struct hash *h = t->own;
	long rc;

	xs_vector_next(t);
	if (xs_window_run(&t->level->window))
		xs_task_record(t, t->level, XS_LEG_RETURN, 0, t->level->image, t->level->dump);
	if (*result != XS_FPU_CALL_BYTES)
		return xs_task_fail(t, *result < 0 ? *result : -EIO, "hashing by AF_ALG");
	do
		rc = xs_syscall3(SYS_read, h->call.fd, (long)h->found, h->known->bytes);
	while (rc == -EINTR);
	if (rc != h->known->bytes)
		return xs_task_fail(t, rc < 0 ? (int)rc : -EIO, "reading a hash of AF_ALG");
	prove_hash(t, h);
	__atomic_fetch_add(&t->count->checks, 1, __ATOMIC_RELAXED);
	t->count->iterations++;
	return 0;
}

static int open_task(struct xs_task *t)
{
	struct xs_window *window = &t->level->window;
	struct hash *h = t->own;
	const int rc = open_hash(h);

	if (rc)
		return xs_task_fail(t, rc, "finding a hash in vector registers");
	window->hold_syscall = h->call.number;
	window->args[0] = (uint64_t)h->call.fd;
	window->args[1] = (uintptr_t)h->call.data;
	window->args[2] = XS_FPU_CALL_BYTES;
	window->args[3] = 0;
	return 0;
}

static void close_task(struct xs_task *t)
{
	const struct hash *h = t->own;

	if (h->call.number)
		xs_fpu_call_close(&h->call);
}

const struct xs_pressure xs_pressure_kernel_hash = {
	.entry = {
		.name = "kernel-hash",
		.summary = "a process that holds registers while the kernel hashes in them",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_VECTOR,
		.supported = supported,
	},
	.own_bytes = sizeof(struct hash),
	.open = open_task,
	.step = step,
	.close = close_task,
	.legs = 1u << XS_LEG_RETURN | 1u << XS_LEG_KERNEL,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <linux/if_alg.h>
#include <sys/socket.h>
/* The kernel hashes what it is sent while registers are held; each hash has to be as the first. */
static void run_kernel_hash(struct task *t)
{
	struct sockaddr_alg alg = { .salg_family = AF_ALG,
				    .salg_type = "hash",
				    .salg_name = "sha256" };
	int s = socket(AF_ALG, SOCK_SEQPACKET, 0), op;
	static uint8_t data[4096], first[32], hash[32];

	memset(data, 0xa5, sizeof(data));
	if (s < 0 || bind(s, (void *)&alg, sizeof(alg)) || (op = accept(s, NULL, NULL)) < 0)
		err(4, "skip: sha256 of AF_ALG");
	if (send(op, data, sizeof(data), 0) < 0 || read(op, first, sizeof(first)) != sizeof(first))
		err(2, "sha256 of AF_ALG");
	t->call = SYS_sendto;
	t->arg[0] = op;
	t->arg[1] = (long)data;
	t->arg[2] = sizeof(data);
	while (more(t)) {
		window(t);
		if (read(op, hash, sizeof(hash)) == sizeof(hash) &&
		    memcmp(hash, first, sizeof(hash)))
			corrupt("%s: a wrong hash\n", t->name);
	}
}
#endif
