// SPDX-License-Identifier: GPL-2.0-only
/* Finds a hash of AF_ALG that the kernel computes in vector registers. */
#include "task/fpu_hash.h"

#include <errno.h>
#include <linux/if_alg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct xs_fpu_hash known[] = {
	{ "sha1", 20, { 0xf6, 0x98, 0x30, 0x52, 0x2a, 0x26, 0xf6, 0xca, 0x36, 0x34,
			0xa5, 0xb8, 0xd4, 0x02, 0xcf, 0x3f, 0x28, 0xfd, 0xa0, 0x8a } },
	{ "sha256", 32, { 0x90, 0x47, 0x79, 0x4f, 0x0b, 0x56, 0x57, 0x6b, 0x75, 0x62, 0x29,
			  0x38, 0x7e, 0xde, 0xfa, 0x5a, 0x98, 0x86, 0xcf, 0x40, 0x8d, 0x88,
			  0xae, 0xc9, 0x86, 0xe1, 0xf2, 0x47, 0xb7, 0xbd, 0x2b, 0x2f } },
	{ "sha512", 64, { 0x09, 0x44, 0x63, 0x74, 0xe4, 0xcc, 0x99, 0xd1, 0x2f, 0x26, 0x54,
			  0xf2, 0xf8, 0xad, 0xe8, 0x6c, 0xed, 0x75, 0x48, 0x5f, 0x24, 0x4e,
			  0x89, 0xd0, 0x79, 0x52, 0x92, 0xf2, 0x18, 0x01, 0x07, 0x93, 0xe9,
			  0x4c, 0x34, 0xd4, 0xdd, 0x6a, 0x49, 0xa8, 0x87, 0xa8, 0x81, 0x69,
			  0x23, 0x02, 0xc1, 0xcc, 0xa6, 0x25, 0x9b, 0x25, 0x8b, 0x13, 0x35,
			  0x94, 0x61, 0xbf, 0x33, 0xde, 0x54, 0xcb, 0x54, 0xc0 } },
};

void xs_fpu_hash_fill(uint8_t *data)
{
	for (uint32_t i = 0; i < XS_FPU_CALL_BYTES; i++)
		data[i] = (uint8_t)(i * 167 + (i >> 8) * 29);
}

static bool accelerated(const char *driver)
{
	static const char *const words[] = { "avx", "ssse3", "-ni" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(driver, words[i]))
			return true;
	return false;
}

static const struct xs_fpu_hash *known_as(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].name, name))
			return &known[i];
	return NULL;
}

static const struct xs_fpu_hash *find(char driver[64])
{
	FILE *f = fopen("/proc/crypto", "re");
	const struct xs_fpu_hash *found = NULL;
	char line[256], name[64] = "";

	while (f && !found && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "name : %63s", name) == 1)
			continue;
		if (sscanf(line, "driver : %63s", driver) == 1 && accelerated(driver))
			found = known_as(name);
	}
	if (f)
		fclose(f);
	return found;
}

int xs_fpu_hash_open(struct xs_fpu_call *c, const struct xs_fpu_hash **hash)
{
	struct sockaddr_alg alg = { .salg_family = AF_ALG, .salg_type = "hash" };
	int fd, op;

	*hash = find((char *)alg.salg_name);
	if (!*hash)
		return -ENOENT;
	fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	op = bind(fd, (const struct sockaddr *)&alg, sizeof(alg))
		     ? -1
		     : accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (op < 0)
		op = -errno;
	close(fd);
	*c = (struct xs_fpu_call){ .number = SYS_sendto, .fd = op };
	return op < 0 ? op : 0;
}
