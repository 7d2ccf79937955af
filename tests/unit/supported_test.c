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

static int ask_all(bool refused)
{
	static const char *const needing[XS_AXES][6] = {
		[XS_AXIS_SIGNAL] = { "sse-exception", "x87-exception" },
		[XS_AXIS_HANDLER] = { "autodisarm", "bad-mxcsr" },
		[XS_AXIS_ABI] = { "ia32", "ia32-rt" },
		[XS_AXIS_STACK] = { "punch-hole", "mremap", "fork-cow", "memfd-dontneed",
				    "memfd-pageout" },
		[XS_AXIS_PRESSURE] = { "fork", "exec", "threads", "io-uring" },
	};
	char why[XS_WHY_BYTES];
	struct xs_cpu cpu;
	int bad = 0;

	xs_cpu_read(&cpu);
	if (refused && refuse_calls())
		return 77;
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		for (uint32_t i = 0; i < xs_axes[axis].rows; i++) {
			const struct xs_entry *e = xs_entry(axis, i);
			int rc;

			why[0] = '\0';
			rc = xs_entry_supported(e, &cpu, why);
			bad += wrong(e->name, rc, why, refused && listed(e->name, needing[axis]));
		}
	return bad;
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
