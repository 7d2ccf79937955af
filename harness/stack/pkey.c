// SPDX-License-Identifier: GPL-2.0-only
/* pkey: the pages have a protection key, which the interrupted task's PKRU need not open. */
#include <stdbool.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "stack/key.h"
#include "stack/memory.h"
#include "state/cpu.h"

#define SINCE 612u /* Linux 6.12: 100 * VERSION + PATCHLEVEL */

static int arm(struct xs_stack *s)
{
	return xs_stack_key(s->drop, s->drop_bytes, PROT_READ | PROT_WRITE, s->key);
}

/*
 * Whether this is a kernel that has to deliver, by its release: to try it takes a signal, which a
 * kernel whose bug that is may never let go, nor the child that got it.
 */
static bool promises(void)
{
	struct utsname u;
	unsigned int version, patchlevel;

	return !uname(&u) && sscanf(u.release, "%u.%u", &version, &patchlevel) == 2 &&
	       100 * version + patchlevel >= SINCE;
}

static int supported(char *why)
{
	const int rc = xs_stack_key_supported(why);

	if (rc || promises())
		return rc;
	return xs_why(-EOPNOTSUPP, why,
		      "before 6.12 Linux writes no frame to a stack whose key PKRU does not open");
}

const struct xs_stack_fault xs_stack_pkey = {
	.entry = {
		.name = "pkey",
		.summary = "pkey_mprotect(): the frame's pages have a key that PKRU need not open",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_STACK_KEYED | XS_STACK_KEEPS,
		.features = XS_CPU_XSAVE | XS_CPU_PKU,
		.supported = supported,
	},
	.open = xs_stack_open_keyed,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/mman.h>
#include <sys/utsname.h>
static uint64_t keyed_at __attribute__((used)), keyed_bytes __attribute__((used));
static uint64_t keyed_key __attribute__((used)), keyed_depth __attribute__((used));
static void (*keyed_handler)(int, siginfo_t *, void *) __attribute__((used));
extern void keyed(int sig, siginfo_t *info, void *context);
#define KEY_STACK /* pkey_mprotect() */ \
	"movq keyed_at(%rip), %rdi; movq keyed_bytes(%rip), %rsi; movl $3, %edx\n" \
	"movl $329, %eax; syscall\n"
/* PKRU need not open the stack: its pages have key 0 as long as the handler runs. */
asm("keyed: movq %rdi, %r12; movq %rsi, %r13; movq %rdx, %r14; xorl %r10d, %r10d\n" KEY_STACK
	"movq %r12, %rdi; movq %r13, %rsi; movq %r14, %rdx; subq $8, %rsp\n"
	"incq keyed_depth(%rip); call *keyed_handler(%rip)\n"
	"addq $8, %rsp; xorl %eax, %eax; xorl %ecx, %ecx; xorl %edx, %edx; wrpkru\n"
	"decq keyed_depth(%rip); jnz 1f; movq keyed_key(%rip), %r10\n" KEY_STACK "1: ret");

static void stack_drop(uint8_t *from, uint8_t *to)
{
	keyed_at = (uintptr_t)from, keyed_bytes = to - from, keyed_depth = 0;
	if (pkey_mprotect(from, to - from, PROT_READ | PROT_WRITE, keyed_key))
		err(2, "pkey_mprotect");
}

static void stack_signal(struct sigaction *sa)
{
	unsigned int version, patchlevel;
	struct utsname u;

	if (uname(&u) || sscanf(u.release, "%u.%u", &version, &patchlevel) < 2 ||
	    100 * version + patchlevel < 612)
		errx(4, "skip: Linux before 6.12 writes no frame to such a stack");
	if (!keyed_key && (long)(keyed_key = pkey_alloc(0, PKEY_DISABLE_ACCESS)) < 0)
		err(4, "skip: pkey_alloc");
	keyed_handler = sa->sa_sigaction, sa->sa_sigaction = keyed;
	sigaction(SIGNO, sa, NULL);
}
#endif
