// SPDX-License-Identifier: GPL-2.0-only
/* Kernel versions against the known bugs, and what triage parses. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <cmocka.h>

#include "report/known.h"
#include "report/triage.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void version_parts(void **unused)
{
	static const struct {
		const char *release;
		struct xs_version v;
	} good[] = {
		{ "5.2", { 5, 2, 0, XS_VERSION_FINAL } },
		{ "5.3.14", { 5, 3, 14, XS_VERSION_FINAL } },
		{ "5.3.0-26-generic", { 5, 3, 0, XS_VERSION_FINAL } },
		{ "6.1.0-18-amd64", { 6, 1, 0, XS_VERSION_FINAL } },
		{ "5.3.11-300.fc31.x86_64", { 5, 3, 11, XS_VERSION_FINAL } },
		{ "4.18.0-372.9.1.el8.x86_64", { 4, 18, 0, XS_VERSION_FINAL } },
		{ "5.4-rc3", { 5, 4, 0, 3 } },
		{ "5.4.0-rc3+", { 5, 4, 0, 3 } },
		{ "5.10.46-rc1", { 5, 10, 46, 1 } },
		{ "6.2~rc3-amd64", { 6, 2, 0, 3 } },
		{ "5.4.0-0.rc7.git1.1.fc32", { 5, 4, 0, 7 } },
		{ "5.4.1-rcu-test", { 5, 4, 1, XS_VERSION_FINAL } },
		{ "6.18.44-fc-v669", { 6, 18, 44, XS_VERSION_FINAL } },
		{ "5.2+", { 5, 2, 0, XS_VERSION_FINAL } },
	};
	static const char *const bad[] = {
		"",	"5",	"5.",	"5.x",	"5.2.", "5.2.x",	 "linux",	 "-5.2",
		" 5.2", "5..2", ".5.2", "v5.2", "5.-2", "99999999999.1", "5.4294967301", "\xff\xfe",
	};
	struct xs_version v;

	(void)unused;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(xs_version_parse(&v, good[i].release), 0);
		assert_memory_equal(&v, &good[i].v, sizeof(v));
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(xs_version_parse(&v, bad[i]), -EINVAL);
		assert_int_equal(xs_known_match(bad[i], 9, &xs_knowns[0]), XS_KNOWN_UNREADABLE);
	}
}

/* CVE-2019-19602: 5.2, 5.3 to 5.3.14, 5.4.0 and 5.4.1, built with GCC 9 or later. */
static void stale_owner_range(void **unused)
{
	static const struct {
		const char *release;
		uint32_t gcc_major;
		enum xs_known_match match;
	} rows[] = {
		{ "5.2", 9, XS_KNOWN_INSIDE },
		{ "5.2-rc1", 9, XS_KNOWN_INSIDE },
		{ "5.1.21", 9, XS_KNOWN_OUTSIDE },
		{ "5.2.21", 10, XS_KNOWN_INSIDE },
		{ "5.3.14", 9, XS_KNOWN_INSIDE },
		{ "5.3.15", 9, XS_KNOWN_OUTSIDE },
		{ "5.3.15-rc1", 9, XS_KNOWN_INSIDE },
		{ "5.4-rc1", 9, XS_KNOWN_INSIDE },
		{ "5.4.1", 9, XS_KNOWN_INSIDE },
		{ "5.4.2", 9, XS_KNOWN_OUTSIDE },
		{ "5.4.0-26-generic", 9, XS_KNOWN_INSIDE },
		{ "5.5", 9, XS_KNOWN_OUTSIDE },
		{ "4.19", 9, XS_KNOWN_OUTSIDE },
		{ "6.1.0-18-amd64", 12, XS_KNOWN_OUTSIDE },
		{ "5.2", 8, XS_KNOWN_OUTSIDE },
		{ "5.4.1", 8, XS_KNOWN_OUTSIDE },
		{ "5.4.1", 0, XS_KNOWN_COMPILER },
		{ "5.5", 0, XS_KNOWN_OUTSIDE },
	};
	const struct xs_known *row = &xs_knowns[XS_KNOWN_stale_owner];

	(void)unused;
	assert_string_equal(row->cve, "CVE-2019-19602");
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(xs_known_match(rows[i].release, rows[i].gcc_major, row),
				 rows[i].match);
}

static void other_ranges(void **unused)
{
	const struct xs_known *loop = &xs_knowns[XS_KNOWN_sigreturn_loop];
	const struct xs_known *magic2 = &xs_knowns[XS_KNOWN_magic2_offset];

	(void)unused;
	/* Any compiler will do, and none need be known. */
	assert_int_equal(xs_known_match("6.1.76", 0, loop), XS_KNOWN_INSIDE);
	assert_int_equal(xs_known_match("6.1.79", 0, loop), XS_KNOWN_OUTSIDE);
	assert_int_equal(xs_known_match("5.15.149", 8, loop), XS_KNOWN_INSIDE);
	assert_int_equal(xs_known_match("5.15.150", 8, loop), XS_KNOWN_OUTSIDE);
	assert_int_equal(xs_known_match("5.19.17", 12, loop), XS_KNOWN_INSIDE);
	assert_int_equal(xs_known_match("5.13.19", 12, loop), XS_KNOWN_OUTSIDE);
	assert_int_equal(xs_known_match("6.8.0", 12, loop), XS_KNOWN_OUTSIDE);
	assert_int_equal(xs_known_match("6.18.34", 15, magic2), XS_KNOWN_INSIDE);
	assert_int_equal(xs_known_match("6.18.44-fc-v669", 15, magic2), XS_KNOWN_OUTSIDE);
}

/* Ascending ranges that can be read, a commit that can be looked up. */
static void table_is_sound(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < XS_KNOWNS; i++) {
		const struct xs_known *row = &xs_knowns[i];
		const char *below = "0.0";

		assert_int_equal(strspn(row->commit, "0123456789abcdef"), 12);
		assert_int_equal(row->commit[12], '\0');
		assert_non_null(row->range[0].first);
		for (size_t n = 0; n < XS_KNOWN_RANGES && row->range[n].first; n++) {
			struct xs_known one = { .range = { row->range[n] } };
			struct xs_known gap = { .range = { { below, row->range[n].first } } };

			assert_int_equal(xs_known_match(one.range[0].first, 12, &one),
					 XS_KNOWN_INSIDE);
			assert_int_equal(xs_known_match(one.range[0].fixed, 12, &one),
					 XS_KNOWN_OUTSIDE);
			if (strcmp(below, row->range[n].first) != 0)
				assert_int_equal(xs_known_match(below, 12, &gap), XS_KNOWN_INSIDE);
			below = row->range[n].fixed;
		}
	}
}

static void compilers(void **unused)
{
	static const struct {
		const char *text;
		uint32_t gcc_major;
		const char *compiler;
	} rows[] = {
		{ "Linux version 5.3.0-26-generic (buildd@lgw01-amd64-013) (gcc version 9.2.1 "
		  "20191008 (Ubuntu 9.2.1-9ubuntu2)) #28-Ubuntu SMP",
		  9, "gcc version 9.2.1 20191008 (Ubuntu 9.2.1-9ubuntu2)" },
		{ "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian "
		  "12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP",
		  12, "gcc-12 (Debian 12.2.0-14) 12.2.0" },
		{ "Linux version 4.18.0 (mockbuild@x) (gcc version 8.5.0 20210514 (Red Hat "
		  "8.5.0-26) (GCC)) #1 SMP",
		  8, "gcc version 8.5.0 20210514 (Red Hat 8.5.0-26) (GCC)" },
		{ "Linux version 6.18.0 (x@y) (gcc (GCC) 15.3.0, GNU ld (GNU Binutils) 2.46) #1",
		  15, "gcc (GCC) 15.3.0" },
		{ "Linux version 6.6.0 (x@y) (Debian clang version 14.0.6, LLD 14.0.6) #1", 0,
		  "Debian clang version 14.0.6" },
		{ "Linux version 6.6.0", 0, "" },
		{ "Linux version 6.6.0 (x@y) (gcc", 0, "gcc" },
		{ "", 0, "" },
	};
	struct xs_triage t = { 0 };

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		xs_triage_compiler(&t, rows[i].text);
		assert_int_equal(t.gcc_major, rows[i].gcc_major);
		assert_string_equal(t.compiler, rows[i].compiler);
	}
}

static void upstream_versions(void **unused)
{
	struct xs_triage t = { .release = "6.1.0-18-amd64",
			       .version = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)" };

	(void)unused;
	xs_triage_upstream(&t, "");
	assert_string_equal(xs_triage_release(&t), "6.1.76");
	xs_triage_upstream(&t, "Ubuntu 5.3.0-26.28-generic 5.3.13");
	assert_string_equal(xs_triage_release(&t), "5.3.13");
	strcpy(t.version, "#1 SMP Debian 6.2~rc3-1~exp1 (2023-01-11)");
	xs_triage_upstream(&t, "");
	assert_string_equal(xs_triage_release(&t), "6.2~rc3-1~exp1");
	strcpy(t.version, "#1 SMP Debian");
	xs_triage_upstream(&t, "nonsense");
	assert_string_equal(xs_triage_release(&t), "6.1.0-18-amd64");
}

static void cpuinfo(void **unused)
{
	static char text[] = "processor\t: 0\nvendor_id\t: AuthenticAMD\n"
			     "model name\t: AMD EPYC\nmicrocode\t: 0x1000065\n"
			     "flags\t\t: fpu sse hypervisor lahf_lm\n\n"
			     "processor\t: 1\nmicrocode\t: 0x2\nflags\t\t: fpu\n";
	static char bare[] = "processor\t: 0\nflags\t\t: fpu hypervisors\nmicrocode\n\n";
	struct xs_triage t;
	FILE *f = fmemopen(text, sizeof(text) - 1, "r");

	(void)unused;
	xs_triage_cpuinfo(&t, f);
	fclose(f);
	assert_string_equal(t.microcode, "0x1000065");
	assert_string_equal(t.model, "AMD EPYC");
	assert_true(t.hypervisor);
	f = fmemopen(bare, sizeof(bare) - 1, "r");
	xs_triage_cpuinfo(&t, f);
	fclose(f);
	assert_string_equal(t.microcode, "");
	assert_false(t.hypervisor);
}

static void fpstate_sizes(void **unused)
{
	/* QEMU's -cpu max: AVX, MPX and PKRU; then AMX, as given to those who ask. */
	struct xs_cpu cpu = { .xcr0 = 0x21f, .features = XS_CPU_XSAVE };

	(void)unused;
	cpu.offset[2] = 576, cpu.size[2] = 256;
	cpu.offset[3] = 960, cpu.size[3] = 64;
	cpu.offset[4] = 1024, cpu.size[4] = 64;
	cpu.offset[9] = 2688, cpu.size[9] = 8;
	assert_int_equal(xs_cpu_frame_bytes(&cpu, UINT64_MAX), 2696);
	cpu.offset[17] = 2752, cpu.size[17] = 64;
	cpu.offset[18] = 2816, cpu.size[18] = 8192;
	cpu.xcr0 |= 0x60000;
	assert_int_equal(xs_cpu_frame_bytes(&cpu, UINT64_MAX), 2816 + 8192);
	cpu.xcr0 = 7;
	assert_int_equal(xs_cpu_frame_bytes(&cpu, UINT64_MAX), 832);
	cpu.xcr0 = 3;
	assert_int_equal(xs_cpu_frame_bytes(&cpu, UINT64_MAX), 576);
	cpu.features = 0;
	assert_int_equal(xs_cpu_frame_bytes(&cpu, UINT64_MAX), 512);
}

static void here(void **unused)
{
	struct xs_triage t;
	struct utsname name;
	struct xs_cpu cpu;
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);

	(void)unused;
	xs_cpu_read(&cpu);
	xs_triage_read(&t, &cpu, "a test says no");
	assert_int_equal(uname(&name), 0);
	assert_string_equal(t.release, name.release);
	assert_true(t.cpus >= 1);
	assert_true(t.fpstate_bytes >= 512);
	/* The smallest stack holds a frame, the frame holds fpstate. */
	assert_true(!t.min_stack_bytes || t.min_stack_bytes > t.fpstate_bytes);
	xs_triage_print(f, &t);
	fclose(f);
	assert_non_null(strstr(text, name.release));
	assert_non_null(strstr(text, "userfaultfd a test says no"));
	assert_non_null(strstr(text, "Known bugs: "));
	free(text);
}

static char *printed(const struct xs_triage *t)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	xs_triage_print(f, t);
	fclose(f);
	if (!text)
		abort();
	return text;
}

/* Who answers for the signal frames is not always the kernel that uname names. */
static void who_implements_the_abi(void **unused)
{
	static const char gvisor[] = "#1 SMP Sun Jan 10 15:06:54 PST 2016";
	static const struct {
		const char *release, *version, *vendor, *model, *brand, *emulator, *implementation;
		bool valgrind;
		enum xs_implementer who;
		const char *subject;
	} rows[] = {
		{ "6.1.0", "#1", "AuthenticAMD", "AMD EPYC", "AMD EPYC", "", "", false, XS_LINUX,
		  "kernel 6.1.0" },
		{ "6.1.0", "#1", "GenuineIntel", "Intel(R) Xeon(R)", "  Intel(R)  Xeon(R)",
		  "KVMKVMKVM", "", false, XS_LINUX, "kernel 6.1.0" },
		/* KVM on another CPU than it shows, as after a migration: not an emulator. */
		{ "6.1.0", "#1", "GenuineIntel", "Intel(R) Xeon(R)", "QEMU Virtual CPU",
		  "KVMKVMKVM", "", false, XS_LINUX, "kernel 6.1.0" },
		{ "6.1.0", "#1", "AuthenticAMD", "QEMU TCG CPU version 2.5+",
		  "QEMU TCG CPU version 2.5+", "TCGTCGTCGTCG", "", false, XS_LINUX_TCG,
		  "kernel 6.1.0" },
		/* No model to compare with: /proc is not mounted. */
		{ "6.1.0", "#1", "", "", "QEMU TCG CPU version 2.5+", "TCGTCGTCGTCG", "", false,
		  XS_LINUX_TCG, "kernel 6.1.0" },
		{ "6.1.0", "#1", "GenuineIntel", "Intel(R) Xeon(R)", "QEMU TCG CPU version 2.5+",
		  "TCGTCGTCGTCG", "", false, XS_QEMU_USER, "qemu-user" },
		{ "6.12.1", "#1", "User Mode Linux", "UML", "AMD EPYC", "", "", false, XS_UML,
		  "User-Mode Linux 6.12.1" },
		{ "4.4.0", gvisor, "GenuineIntel", "unknown", "Intel(R) Xeon(R)", "", "", false,
		  XS_GVISOR, "gVisor" },
		{ "4.4.0", gvisor, "GenuineIntel", "unknown", "Intel(R) Xeon(R)", "", "gVisor 2024",
		  false, XS_GVISOR, "gVisor 2024" },
		{ "6.1.0", "#1", "GenuineIntel", "Xeon", "Core", "", "", true, XS_VALGRIND,
		  "Valgrind" },
		{ "4.4.0", "#1 SMP Debian", "GenuineIntel", "Xeon", "Xeon", "", "", false, XS_LINUX,
		  "kernel 4.4.0" },
		{ "6.1.0", "#1", "AuthenticAMD", "AMD EPYC", "AMD EPYC", "", "gVisor 2024", false,
		  XS_LINUX, "kernel 6.1.0" },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct xs_triage t = { .cpu = { .xcr0 = 7 } };
		char subject[XS_SUBJECT_BYTES], *text;

		strcpy(t.release, rows[i].release);
		strcpy(t.version, rows[i].version);
		strcpy(t.vendor, rows[i].vendor);
		strcpy(t.model, rows[i].model);
		strcpy(t.cpu.brand, rows[i].brand);
		strcpy(t.emulator, rows[i].emulator);
		t.valgrind = rows[i].valgrind;
		strcpy(t.implementation, rows[i].implementation);
		assert_int_equal(xs_triage_implementer(&t), rows[i].who);
		assert_string_equal(xs_triage_subject(&t, subject), rows[i].subject);
		text = printed(&t);
		assert_true(!strstr(text, "Tested  ") == (rows[i].who == XS_LINUX));
		assert_true(!strstr(text, "Known bugs: version") ==
			    !xs_implementer_is_linux(rows[i].who));
		free(text);
	}
}

/* What CPUID says, and what the kernel says, each under its own name. */
static void sizes_say_whose_they_are(void **unused)
{
	struct xs_triage t = { .release = "6.1.0",
			       .fpstate_bytes = 2440,
			       .min_stack_bytes = 3632,
			       .cpu = { .xcr0 = 7, .features = XS_CPU_XSAVE } };
	char *text = printed(&t);

	(void)unused;
	assert_non_null(strstr(text, "\nFrame       2440 bytes of fpstate with everything in use "
				     "(CPUID) + 4 of magic2;\n"
				     "            a signal stack of 3632 bytes at least "
				     "(AT_MINSIGSTKSZ)\n"));
	free(text);
	t.min_stack_bytes = 0;
	text = printed(&t);
	assert_null(strstr(text, "signal stack"));
	free(text);
}

static void known_bugs_are_printed(void **unused)
{
	struct xs_triage t = { .release = "5.4.1", .gcc_major = 0, .cpu = { .xcr0 = 7 } };
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);

	(void)unused;
	xs_triage_print(f, &t);
	strcpy(t.release, "garbage");
	xs_triage_print(f, &t);
	strcpy(t.release, "6.12.2");
	xs_triage_print(f, &t);
	fclose(f);
	assert_non_null(strstr(text, "59c4bd853abc CVE-2019-19602: "));
	assert_non_null(strstr(text, "(if the kernel was built with GCC 9 or later)"));
	assert_non_null(strstr(text, "only the test decides"));
	assert_non_null(strstr(text, "\"garbage\" is not a version"));
	/* No PKRU, no AMX: their bugs are none here. */
	assert_null(strstr(text, "ae6012d72fa6"));
	assert_non_null(strstr(text, "version 6.12.2 lies in no range"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_parts),
		cmocka_unit_test(stale_owner_range),
		cmocka_unit_test(other_ranges),
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(compilers),
		cmocka_unit_test(upstream_versions),
		cmocka_unit_test(cpuinfo),
		cmocka_unit_test(fpstate_sizes),
		cmocka_unit_test(here),
		cmocka_unit_test(who_implements_the_abi),
		cmocka_unit_test(sizes_say_whose_they_are),
		cmocka_unit_test(known_bugs_are_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
