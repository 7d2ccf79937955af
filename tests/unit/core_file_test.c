// SPDX-License-Identifier: GPL-2.0-only
/* A core file that is whole, and each way in which one is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <elf.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <unistd.h>

#include "pressure/core_file.h"
#include "unit/machines.h"

#define XSAVE_LAYOUT 0x205 /* NT_X86_XSAVE_LAYOUT */
#define DATA	     4096u /* where the segment of memory lies, and how long it is */

/* What is wrong with it. */
struct wrong {
	uint32_t leave_out; /* this note, of the second thread or of the process: its type */
	uint32_t shorten;   /* this note by four bytes */
	uint32_t less;	    /* bytes of the file */
	uint32_t component; /* which has another offset */
	bool garbage;	    /* behind the last note */
};

static uint8_t file[2 * DATA + 65536];

static uint32_t note(uint32_t at, const struct wrong *w, const char *name, uint32_t type,
		     const void *desc, size_t bytes)
{
	const uint32_t shown = (uint32_t)bytes - (type == w->shorten ? 4 : 0);
	const Elf64_Nhdr n = { (uint32_t)strlen(name) + 1, shown, type };

	memcpy(file + at, &n, sizeof(n));
	at += sizeof(n);
	strcpy((char *)file + at, name);
	at += (n.n_namesz + 3) / 4 * 4;
	memcpy(file + at, desc, shown);
	return at + (shown + 3) / 4 * 4;
}

static uint32_t thread(uint32_t at, const struct wrong *w, const struct xs_cpu *cpu, int32_t tid)
{
	static const uint8_t zeros[XS_IMAGE_MAX];
	const struct elf_prstatus s = { .pr_pid = tid, .pr_cursig = 6, .pr_fpvalid = 1 };
	const uint32_t out = tid == 2 ? w->leave_out : 0;

	at = note(at, w, "CORE", NT_PRSTATUS, &s, sizeof(s));
	if (out != NT_PRFPREG)
		at = note(at, w, "CORE", NT_PRFPREG, zeros, 512);
	if (out != NT_X86_XSTATE && cpu->features & XS_CPU_XSAVE)
		at = note(at, w, "LINUX", NT_X86_XSTATE, zeros, cpu->image_bytes);
	return at;
}

static uint32_t layout(uint32_t at, const struct wrong *w, const struct xs_cpu *cpu)
{
	uint32_t entry[XS_COMPONENTS][4], n = 0;

	for (uint32_t i = 2; i < XS_COMPONENTS; i++) {
		if (!(cpu->xcr0 >> i & 1))
			continue;
		entry[n][0] = i;
		entry[n][1] = cpu->size[i];
		entry[n][2] = cpu->offset[i] + (i == w->component ? 64 : 0);
		entry[n++][3] = 0;
	}
	return note(at, w, "LINUX", XSAVE_LAYOUT, entry, n * sizeof(entry[0]));
}

/* A core file of two threads, as fs/binfmt_elf.c orders it. */
static void make(struct xs_core_file *c, const struct wrong *w, const struct xs_cpu *cpu)
{
	const Elf64_Ehdr e = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
					    ELFDATA2LSB, EV_CURRENT },
			       .e_type = ET_CORE,
			       .e_machine = EM_X86_64,
			       .e_version = EV_CURRENT,
			       .e_phoff = sizeof(e),
			       .e_ehsize = sizeof(e),
			       .e_phentsize = sizeof(Elf64_Phdr),
			       .e_phnum = 2 };
	Elf64_Phdr p[2] = { { .p_type = PT_NOTE, .p_offset = sizeof(e) + sizeof(p) },
			    { .p_type = PT_LOAD, .p_filesz = DATA } };
	const struct elf_prpsinfo ps = { 0 };
	const siginfo_t info = { .si_signo = 6 };
	const uint64_t auxv[2] = { 0 };
	const int fd = memfd_create("core", 0);
	uint32_t at = (uint32_t)p[0].p_offset;

	memset(file, 0, sizeof(file));
	at = thread(at, w, cpu, 1);
	if (w->leave_out != NT_PRPSINFO)
		at = note(at, w, "CORE", NT_PRPSINFO, &ps, sizeof(ps));
	if (w->leave_out != NT_SIGINFO)
		at = note(at, w, "CORE", NT_SIGINFO, &info, sizeof(info));
	if (w->leave_out != NT_AUXV)
		at = note(at, w, "CORE", NT_AUXV, auxv, sizeof(auxv));
	at = thread(at, w, cpu, 2);
	if (cpu->features & XS_CPU_XSAVE)
		at = layout(at, w, cpu);
	at += w->garbage ? 8 : 0;
	p[0].p_filesz = at - p[0].p_offset;
	p[1].p_offset = (Elf64_Off)(at + DATA - 1) / DATA * DATA;
	memcpy(file, &e, sizeof(e));
	memcpy(file + sizeof(e), p, sizeof(p));
	at = (uint32_t)p[1].p_offset + DATA - w->less;
	assert_true(at <= sizeof(file));
	assert_int_equal(write(fd, file, at), at);
	assert_int_equal(xs_core_read(c, fd, cpu), 0);
	close(fd);
}

static void test_core(void **state)
{
	static const struct {
		struct wrong w;
		uint32_t missing;
		uint64_t cut;
	} rows[] = {
		{ { .less = 1 }, 0, 1 },
		{ { .less = DATA }, 0, DATA },
		{ { .leave_out = NT_PRFPREG }, XS_CORE_PRFPREG, 0 },
		{ { .leave_out = NT_X86_XSTATE }, XS_CORE_XSTATE, 0 },
		{ { .leave_out = NT_PRPSINFO }, XS_CORE_PRPSINFO, 0 },
		{ { .leave_out = NT_SIGINFO }, XS_CORE_SIGINFO, 0 },
		{ { .leave_out = NT_AUXV }, XS_CORE_AUXV, 0 },
		{ { .shorten = NT_PRFPREG }, XS_CORE_PRFPREG, 0 },
		{ { .shorten = NT_PRPSINFO }, XS_CORE_PRPSINFO, 0 },
		{ { .shorten = NT_SIGINFO }, XS_CORE_SIGINFO, 0 },
		{ { .shorten = XSAVE_LAYOUT }, XS_CORE_LAYOUT, 0 },
		{ { .garbage = true }, XS_CORE_GARBAGE, 0 },
	};
	const struct xs_cpu cpu = xs_test_machine(4);
	struct xs_core_file c;

	(void)state;
	make(&c, &(struct wrong){ 0 }, &cpu);
	assert_int_equal(c.cut, 0);
	assert_int_equal(c.missing, 0);
	assert_int_equal(c.misplaced, 0);
	assert_int_equal(c.threads, 2);
	assert_int_equal(c.thread[0].tid, 1);
	assert_int_equal(c.thread[1].tid, 2);
	assert_int_equal(c.thread[1].signo, 6);
	assert_int_equal(c.thread[1].xstate_bytes, cpu.image_bytes);
	assert_int_equal(c.info.si_signo, 6);
	xs_core_forget(&c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(&c, &rows[i].w, &cpu);
		assert_int_equal(c.cut, rows[i].cut);
		if (!c.cut)
			assert_int_equal(c.missing, rows[i].missing);
		xs_core_forget(&c);
	}
	make(&c, &(struct wrong){ .component = 2 }, &cpu);
	assert_int_equal(c.misplaced, 4);
	xs_core_forget(&c);
}

/* Cut anywhere it is cut, and nothing worse. */
static void test_cut_anywhere(void **state)
{
	const struct xs_cpu cpu = xs_test_machine(4);
	struct xs_core_file c;
	uint64_t whole;

	(void)state;
	make(&c, &(struct wrong){ 0 }, &cpu);
	whole = c.bytes;
	xs_core_forget(&c);
	for (uint32_t less = 1; less <= whole; less += 61) {
		make(&c, &(struct wrong){ .less = less }, &cpu);
		assert_true(c.cut);
		xs_core_forget(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_core),
		cmocka_unit_test(test_cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
