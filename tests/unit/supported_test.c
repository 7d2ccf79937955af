// SPDX-License-Identifier: GPL-2.0-only
/* An entry that does not work here says why, with the error that there was and no other. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "case/case.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "worker/compat.h"

/* An error that none of these calls ever gives by itself, so that nobody can have guessed it. */
#define UNHEARD_OF EUSERS

static const uint32_t refused_calls[] = {
	SYS_clone,	 SYS_clone3,	     SYS_fork,	 SYS_vfork,  SYS_memfd_create, SYS_execveat,
	SYS_sigaltstack, SYS_io_uring_setup, SYS_ptrace, SYS_mremap, SYS_userfaultfd,
};

#define CALLS (sizeof(refused_calls) / sizeof(refused_calls[0]))

/* From here on the kernel refuses these system calls to the calling process. */
static int refuse_calls(void)
{
	struct sock_filter code[2 * CALLS + 2];
	struct sock_fprog program = { .filter = code };
	unsigned short n = 0;

	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < CALLS; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							 refused_calls[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
							 SECCOMP_RET_ERRNO | UNHEARD_OF);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? -errno : 0;
}

/* What is wrong with an entry's answer: 1, or 0. @needs: one of the calls is refused to it. */
static int wrong(const char *name, int rc, const char *why, bool needs)
{
	if (!(rc && !why[0]) && !(needs && rc != -UNHEARD_OF) &&
	    !(rc == -UNHEARD_OF && !strstr(why, strerror(UNHEARD_OF))))
		return 0;
	print_error("%s: %d, \"%s\"\n", name, rc, why);
	return 1;
}

static bool listed(const char *name, const char *const *list)
{
	while (*list && strcmp(name, *list) != 0)
		list++;
	return *list != NULL;
}

#define TRY(rows, count, needing)                                                                  \
	do {                                                                                       \
		for (unsigned int i = 0; i < (count); i++) {                                       \
			why[0] = '\0';                                                             \
			rc = (rows)[i]->supported ? (rows)[i]->supported(why) : 0;                 \
			bad += wrong((rows)[i]->name, rc, why, listed((rows)[i]->name, needing));  \
		}                                                                                  \
	} while (0)

static int ask_all(bool refused)
{
	static const char *const none[] = { NULL };
	static const char *const signals[] = { "sse-exception", NULL };
	static const char *const handlers[] = { "autodisarm", "bad-mxcsr", NULL };
	static const char *const stacks[] = { "punch-hole",	"mremap",	 "fork-cow",
					      "memfd-dontneed", "memfd-pageout", NULL };
	static const char *const pressures[] = { "fork", "exec", "threads", "io-uring", NULL };
	char why[XS_WHY_BYTES] = "";
	struct xs_cpu cpu;
	int bad = 0, rc;

	xs_cpu_read(&cpu);
	if (refused && refuse_calls())
		return 77;
	TRY(xs_signals, XS_SIGNALS, refused ? signals : none);
	TRY(xs_stacks, XS_STACKS, refused ? stacks : none);
	TRY(xs_pressures, XS_PRESSURES, refused ? pressures : none);
	for (unsigned int i = 0; i < XS_HANDLERS; i++) {
		why[0] = '\0';
		rc = xs_handlers[i]->supported ? xs_handlers[i]->supported(&cpu, why) : 0;
		bad += wrong(xs_handlers[i]->name, rc, why,
			     refused && listed(xs_handlers[i]->name, handlers));
	}
	why[0] = '\0';
	rc = xs_compat_supported(why);
	return bad + wrong("ia32", rc, why, refused);
}

static void reasons(bool refused)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		syscall(SYS_exit_group,
			ask_all(refused)); /* before _exit() ASan calls sigaltstack() */
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void what_is_not_here_has_a_reason(void **unused)
{
	(void)unused;
	reasons(false);
}

static void what_the_kernel_refuses_keeps_its_error(void **unused)
{
	(void)unused;
	reasons(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_here_has_a_reason),
		cmocka_unit_test(what_the_kernel_refuses_keeps_its_error),
	};

	return cmocka_run_group_tests_name("supported", tests, NULL, NULL);
}
