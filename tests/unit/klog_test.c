// SPDX-License-Identifier: GPL-2.0-only
/* Which kernel log records count as a warning about the run, and which do not. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/klog.h"

static const struct xs_counters tasks[] = {
	{ .tid = 9087, .pid = 9086 },
	{ .tid = 0, .pid = 0 },
};

static const struct xs_klog_who who = { "xsavage", tasks, 2 };

static uint64_t clock_us;

/* Every line as a record of the kernel's own, a millisecond after the last. */
static void feed(struct xs_klog_state *s, unsigned int facility, const char *lines)
{
	static uint64_t sequence;
	char record[1024];

	while (*lines) {
		size_t bytes = strcspn(lines, "\n");
		int n;

		clock_us += 1000;
		n = snprintf(record, sizeof(record), "%u,%ju,%ju,-;%.*s\n SUBSYSTEM=fpu__none\n",
			     facility << 3 | 4, (uintmax_t)sequence++, (uintmax_t)clock_us,
			     (int)bytes, lines);
		assert_int_in_range(n, 1, sizeof(record) - 1);
		xs_klog_scan(s, record, (size_t)n, &who);
		lines += bytes + (lines[bytes] == '\n');
	}
}

/* syzbot, 5.13-rc4, a task that is not ours. */
static const char bad_fpu_state[] =
	"------------[ cut here ]------------\n"
	"Bad FPU state detected at copy_fpstate_to_sigframe+0x4d2/0xae0, reinitializing FPU "
	"registers.\n"
	"WARNING: CPU: 1 PID: 4711 at arch/x86/mm/extable.c:65 ex_handler_fprestore+0xf0/0x110\n"
	"Modules linked in:\n"
	"CPU: 1 PID: 4711 Comm: syz-executor638 Not tainted 5.13.0-rc4-syzkaller #0\n"
	"Hardware name: Google Google Compute Engine/Google Compute Engine, BIOS Google "
	"01/01/2011\n"
	"RIP: 0010:ex_handler_fprestore+0xf0/0x110\n"
	"Code: e8 55 40 40 00 b8 01 00 00 00 5b 5d 41 5c c3 e8 46 40 40 00 48 89 de 48 c7 c7\n"
	"RSP: 0018:ffffc9000227fa60 EFLAGS: 00010282\n"
	"Call Trace:\n"
	" fixup_exception+0x9a/0xd0\n"
	" exc_general_protection+0xed/0x2f0\n"
	"---[ end trace 3b0f3c1f5d1b0c3a ]---\n";

/* 5.4, an Ethernet driver; it says nothing about any task. */
static const char netdev_watchdog[] =
	"------------[ cut here ]------------\n"
	"NETDEV WATCHDOG: enp3s0f2 (amd-xgbe): transmit queue 0 timed out\n"
	"WARNING: CPU: 3 PID: 0 at net/sched/sch_generic.c:461 dev_watchdog+0x20d/0x220\n"
	"Modules linked in: amd_xgbe(E) xfs xstate_fake\n"
	"CPU: 3 PID: 0 Comm: %s Tainted: G            E\n"
	"Hardware name: AMD Bilby-RV2/Bilby-RV2, BIOS RBB1202A 10/18/2019\n"
	"RIP: 0010:dev_watchdog+0x20d/0x220\n"
	"PKRU: 55555554\n"
	"Call Trace:\n"
	" <IRQ>\n"
	" ? pfifo_fast_reset+0x100/0x100\n"
	" ? restore_fpregs_from_fpstate+0x3d/0x90\n"
	" call_timer_fn+0x2b/0x130\n"
	" </IRQ>\n"
	"---[ end trace 8d1a1f6f0b5c9d2e ]---\n";

static void bad_fpu_state_warns(void **unused)
{
	struct xs_klog_state s = { 0 };
	char text[XS_KLOG_TEXT_BYTES];

	(void)unused;
	feed(&s, 0, bad_fpu_state);
	assert_true(xs_klog_warned(&s));
	xs_klog_text(&s, text);
	assert_string_equal(text, bad_fpu_state);
}

static void unfinished_report_warns(void **unused)
{
	struct xs_klog_state s = { 0 };
	char text[XS_KLOG_TEXT_BYTES];

	(void)unused;
	feed(&s, 0,
	     "BUG: unable to handle page fault for address: ffffc90000abc000\n"
	     "#PF: supervisor write access in kernel mode\n"
	     "Oops: 0002 [#1] PREEMPT SMP\n");
	assert_false(xs_klog_warned(&s));
	feed(&s, 0, "RIP: 0010:save_fpregs_to_fpstate+0x3f/0xa0\n");
	assert_true(xs_klog_warned(&s));
	xs_klog_text(&s, text);
	assert_non_null(strstr(text, "BUG: unable to handle"));
	assert_non_null(strstr(text, "save_fpregs_to_fpstate"));
}

static void unrelated_warning_does_not(void **unused)
{
	struct xs_klog_state s = { 0 };
	char report[2048], text[XS_KLOG_TEXT_BYTES];

	(void)unused;
	/* A program's name is no symbol of the kernel's. */
	snprintf(report, sizeof(report), netdev_watchdog, "xstate_64");
	feed(&s, 0, report);
	assert_false(xs_klog_warned(&s));
	/* An interrupt on top of a task of ours is no report about it. */
	snprintf(report, sizeof(report), netdev_watchdog, "xsavage");
	feed(&s, 0, report);
	assert_false(xs_klog_warned(&s));
	xs_klog_text(&s, text);
	assert_string_equal(text, "");
}

static void warning_in_our_task_does(void **unused)
{
	static const char *const lines[] = {
		"CPU: 0 PID: 12 Comm: xsavage Not tainted 6.1.0 #1\n",
		"CPU: 0 PID: 9087 Comm: worker Not tainted 6.1.0 #1\n",
		"CPU: 0 UID: 0 PID: 9086 Comm: worker Not tainted 6.18.0 #1\n",
		"WARNING: mm/memory.c:3 at handle_mm_fault+0x1/0x2, CPU#0: xsavage/12\n",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct xs_klog_state s = { 0 };

		feed(&s, 0, "------------[ cut here ]------------\nWARNING: mm/memory.c:3\n");
		assert_false(xs_klog_warned(&s));
		feed(&s, 0, lines[i]);
		feed(&s, 0, "Call Trace:\n handle_mm_fault+0x1/0x2\n---[ end trace 1 ]---\n");
		assert_true(xs_klog_warned(&s));
	}
}

static void stalls_and_lockups(void **unused)
{
	struct xs_klog_state s = { 0 };

	(void)unused;
	feed(&s, 0,
	     "rcu: INFO: rcu_preempt self-detected stall on CPU\n"
	     "rcu: \t0-....: (5249 ticks this GP) idle=cf74/1/0x4000000000000000\n"
	     "\t(t=5250 jiffies g=4009 q=388 ncpus=2)\n"
	     "CPU: 1 PID: 10160 Comm: syz-executor291 Not tainted 5.3.0-rc1 #52\n");
	assert_false(xs_klog_warned(&s));
	feed(&s, 0, "watchdog: BUG: soft lockup - CPU#0 stuck for 44s! [exportfs:1180]\n <IRQ>\n");
	assert_false(xs_klog_warned(&s));
	clock_us += UINT64_C(2) * XS_KLOG_REPORT_GAP_US;
	feed(&s, 0, "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [xsavage:9087]\n <IRQ>\n");
	assert_true(xs_klog_warned(&s));
}

static void user_lookalike_does_not(void **unused)
{
	struct xs_klog_state s = { 0 };
	char text[XS_KLOG_TEXT_BYTES];

	(void)unused;
	feed(&s, 1, bad_fpu_state);
	feed(&s, 3, bad_fpu_state);
	assert_false(xs_klog_warned(&s));
	xs_klog_text(&s, text);
	assert_string_equal(text, "");
}

/* After a report without an end mark, later talk of fpu code is not its trace. */
static void reports_end_without_a_mark(void **unused)
{
	static const char unrelated[] = "WARNING: possible circular locking dependency detected\n";
	struct xs_klog_state s = { 0 };

	(void)unused;
	feed(&s, 0, unrelated);
	clock_us += UINT64_C(2) * XS_KLOG_REPORT_GAP_US;
	feed(&s, 0, "x86: restore_fpregs_from_fpstate patched\n");
	assert_false(xs_klog_warned(&s));

	feed(&s, 0, unrelated);
	for (uint32_t i = 0; i < XS_KLOG_REPORT_LINES; i++)
		feed(&s, 0, "eth0: link is up\n");
	feed(&s, 0, "x86: restore_fpregs_from_fpstate patched\n");
	assert_false(xs_klog_warned(&s));
}

static void notes_are_kept_without_warning(void **unused)
{
	struct xs_klog_state s = { 0 };
	char text[XS_KLOG_TEXT_BYTES];

	(void)unused;
	feed(&s, 0,
	     "xsavage[77] bad frame in rt_sigreturn frame:00007f1dcdbbdbf8 ip:445bf9 sp:7f1d\n"
	     "show_signal: 3 callbacks suppressed\n"
	     "bash[78]: segfault at 0 ip 0000000000401136 sp 00007ffd error 4 in bash[401000]\n"
	     "traps: xsavage[79] general protection fault ip:401136 sp:7ffd error:0\n"
	     "worker[9087]: segfault at 0 ip 0000000000401136 sp 00007ffd error 6 in x[401000]\n");
	assert_false(xs_klog_warned(&s));
	xs_klog_text(&s, text);
	assert_non_null(strstr(text, "xsavage[77] bad frame"));
	assert_non_null(strstr(text, "traps: xsavage[79]"));
	assert_non_null(strstr(text, "worker[9087]"));
	assert_null(strstr(text, "bash"));
	assert_null(strstr(text, "suppressed"));
}

static void text_is_bounded(void **unused)
{
	struct xs_klog_state s = { 0 };
	char text[XS_KLOG_TEXT_BYTES];

	(void)unused;
	for (int i = 0; i < 100; i++)
		feed(&s, 0, bad_fpu_state);
	assert_true(xs_klog_warned(&s));
	xs_klog_text(&s, text);
	assert_int_in_range(strlen(text), XS_KLOG_TEXT_BYTES - 300, XS_KLOG_TEXT_BYTES - 1);
	assert_memory_equal(text, bad_fpu_state, strlen(bad_fpu_state));
}

static void odd_records_are_ignored(void **unused)
{
	static const char *const odd[] = {
		"",
		";",
		",",
		"4",
		"4,",
		"4,1",
		"4,1,",
		"4,1,2",
		"4,1,2,-",
		"4,1,2,-;",
		"x,1,2,-;BUG: fpregs",
		" SUBSYSTEM=fpu\n",
		"99999999999999999999999,1,2,-;BUG: fpregs",
	};
	struct xs_klog_state s = { 0 };

	(void)unused;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		xs_klog_scan(&s, odd[i], strlen(odd[i]), &who);
	assert_false(xs_klog_warned(&s));
	/* The kernel may add fields before the text, and no newline after it. */
	xs_klog_scan(&s, "4,1,2,-,caller=T9;BUG: fpregs", 29, &who);
	assert_true(xs_klog_warned(&s));
}

/* On the real log, where it can be read: needs root for the write. */
static void live(void **unused)
{
	static const char fake[] = "<4>WARNING: at arch/x86/kernel/fpu/core.c: this is a test\n";
	const char *why = NULL;
	struct xs_klog k;
	int fd, error;

	(void)unused;
	error = xs_klog_open(&k, &why);
	if (error) {
		assert_int_equal(k.fd, -1);
		assert_non_null(why);
		assert_int_equal(xs_klog_read(&k, &who), 0);
		skip();
	}
	assert_true(xs_klog_read(&k, &who) >= 0);
	assert_false(xs_klog_warned(&k.state));
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		assert_int_equal(write(fd, fake, sizeof(fake) - 1), sizeof(fake) - 1);
		close(fd);
		assert_true(xs_klog_read(&k, &who) >= 1);
		assert_false(xs_klog_warned(&k.state));
	}
	xs_klog_close(&k);
	assert_int_equal(k.fd, -1);
	assert_int_equal(xs_klog_read(&k, &who), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_fpu_state_warns),
		cmocka_unit_test(unfinished_report_warns),
		cmocka_unit_test(unrelated_warning_does_not),
		cmocka_unit_test(warning_in_our_task_does),
		cmocka_unit_test(stalls_and_lockups),
		cmocka_unit_test(user_lookalike_does_not),
		cmocka_unit_test(reports_end_without_a_mark),
		cmocka_unit_test(notes_are_kept_without_warning),
		cmocka_unit_test(text_is_bounded),
		cmocka_unit_test(odd_records_are_ignored),
		cmocka_unit_test(live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
