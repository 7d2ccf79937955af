// SPDX-License-Identifier: GPL-2.0-only
/* Finds libFuzzer's tables in the address space. */
#include "fuzz/lean.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than there is room for between the libraries: what comes next lies right below it. */
#define FENCE_BYTES (64ul << 20)

static void *fence = MAP_FAILED;

void xs_lean_begin(void)
{
	fence = mmap(NULL, FENCE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* libFuzzer's thread is younger than its tables; its stack, above a guard, may be one with them. */
static size_t stack_bytes(void)
{
	pthread_attr_t attr;
	size_t bytes = 0;

	if (!pthread_getattr_default_np(&attr)) {
		pthread_attr_getstacksize(&attr, &bytes);
		pthread_attr_destroy(&attr);
	}
	return bytes;
}

/* The mapping that ends at the fence, without a thread's stack: where it begins, or the fence. */
static uintptr_t tables(FILE *maps)
{
	uintptr_t from, to, guard = 0;
	char line[512], rights[5];

	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) != 3)
			continue;
		if (to == (uintptr_t)fence && !strcmp(rights, "rw-p")) {
			from += from == guard ? stack_bytes() : 0;
			return from < to ? from : to;
		}
		guard = strcmp(rights, "---p") ? 0 : to;
	}
	return (uintptr_t)fence;
}

/* Whether a child comes out of fork(): the library looks at threads' memory there. */
static bool can_fork(void)
{
	const struct sigaction dies = { .sa_handler = SIG_DFL };
	struct sigaction old;
	int status = -1;
	pid_t pid;

	sigaction(SIGSEGV, &dies, &old);
	pid = fork();
	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid(pid, &status, 0);
	sigaction(SIGSEGV, &old, NULL);
	return !status;
}

void xs_lean_end(void)
{
	FILE *maps = fence == MAP_FAILED ? NULL : fopen("/proc/self/maps", "re");
	const uintptr_t from = maps ? tables(maps) : (uintptr_t)fence;
	const size_t bytes = (uintptr_t)fence - from;

	/* Where they are not found children are as large as their parent, and slower to make. */
	if (bytes && !madvise((void *)from, bytes, MADV_DONTFORK) && !can_fork())
		madvise((void *)from, bytes, MADV_DOFORK);
	if (maps)
		fclose(maps);
	if (fence != MAP_FAILED)
		munmap(fence, FENCE_BYTES);
}
