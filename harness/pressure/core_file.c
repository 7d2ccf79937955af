// SPDX-License-Identifier: GPL-2.0-only
/* What a core file says of the threads that it is of: libelf reads it. */
#include "pressure/core_file.h"

#include <elf.h>
#include <errno.h>
#include <gelf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <sys/user.h>

#include "state/image.h"
#include "task/sys.h"

#ifndef NT_X86_XSAVE_LAYOUT
#define NT_X86_XSAVE_LAYOUT 0x205 /* uapi/linux/elf.h, since 6.12 */
#endif

/* struct x86_xfeat_component of uapi/asm/elf.h. */
struct component {
	uint32_t type, size, offset, flags;
};

static struct xs_core_thread *last(struct xs_core_file *c)
{
	return c->threads ? &c->thread[c->threads - 1] : NULL;
}

static void take_prstatus(struct xs_core_file *c, const uint8_t *desc, uint64_t bytes)
{
	struct user_regs_struct regs;
	struct xs_core_thread *th;
	struct elf_prstatus s;

	if (bytes != sizeof(s) || c->threads == XS_CORE_THREADS) {
		c->missing |= XS_CORE_PRSTATUS;
		return;
	}
	xs_copy(&s, desc, sizeof(s));
	xs_copy(&regs, s.pr_reg, sizeof(regs));
	th = &c->thread[c->threads++];
	*th = (struct xs_core_thread){ .tid = s.pr_pid,
				       .signo = s.pr_cursig,
				       .ip = regs.rip,
				       .fpvalid = s.pr_fpvalid,
				       .notes = XS_CORE_PRSTATUS };
}

/* A note of the thread whose NT_PRSTATUS came last. */
static void take_registers(struct xs_core_file *c, uint32_t note, const uint8_t *desc,
			   uint64_t bytes, uint64_t least)
{
	struct xs_core_thread *th = last(c);

	if (!th || th->notes & note || bytes < least) {
		c->missing |= note;
		return;
	}
	th->notes |= note;
	if (note == XS_CORE_PRFPREG) {
		th->fpregs = desc;
		return;
	}
	th->xstate = desc;
	th->xstate_bytes = (uint32_t)bytes;
}

/* Every component from 2 on, once, where CPUID has it. */
static void take_layout(struct xs_core_file *c, const uint8_t *desc, uint64_t bytes,
			const struct xs_cpu *cpu)
{
	const uint64_t due = cpu->xcr0 & ~3ull;
	uint64_t said = 0;

	if (bytes % sizeof(struct component))
		c->missing |= XS_CORE_LAYOUT;
	for (uint64_t at = 0; at + sizeof(struct component) <= bytes;
	     at += sizeof(struct component)) {
		struct component x;

		memcpy(&x, desc + at, sizeof(x));
		if (x.type >= XS_COMPONENTS)
			continue;
		if (said >> x.type & 1 || (due >> x.type & 1 && (x.size != cpu->size[x.type] ||
								 x.offset != cpu->offset[x.type])))
			c->misplaced |= 1ull << x.type;
		said |= 1ull << x.type;
	}
	c->misplaced |= due & ~said;
}

static void take_note(struct xs_core_file *c, const char *name, const GElf_Nhdr *n,
		      const uint8_t *desc, const struct xs_cpu *cpu, uint32_t *process)
{
	const bool core = !strcmp(name, "CORE"), linux_own = !strcmp(name, "LINUX");
	uint32_t note = 0;

	if (core && n->n_type == NT_PRSTATUS)
		take_prstatus(c, desc, n->n_descsz);
	else if (core && n->n_type == NT_PRFPREG)
		take_registers(c, XS_CORE_PRFPREG, desc, n->n_descsz, XS_IMAGE_LEGACY_BYTES);
	else if (linux_own && n->n_type == NT_X86_XSTATE)
		take_registers(c, XS_CORE_XSTATE, desc, n->n_descsz, XS_IMAGE_LEGACY_BYTES + 64);
	else if (linux_own && n->n_type == NT_X86_XSAVE_LAYOUT)
		take_layout(c, desc, n->n_descsz, cpu);
	else if (core && n->n_type == NT_PRPSINFO)
		note = n->n_descsz == sizeof(struct elf_prpsinfo) ? XS_CORE_PRPSINFO : 0;
	else if (core && n->n_type == NT_SIGINFO && n->n_descsz == sizeof(c->info)) {
		xs_copy(&c->info, desc, sizeof(c->info));
		note = XS_CORE_SIGINFO;
	} else if (core && n->n_type == NT_AUXV)
		note = n->n_descsz ? XS_CORE_AUXV : 0;
	c->missing |= *process & note;
	*process |= note;
}

/* The notes of one segment, which is whole. */
static void take_notes(struct xs_core_file *c, Elf_Data *data, const struct xs_cpu *cpu,
		       uint32_t *process)
{
	size_t at = 0, next, name, desc;
	GElf_Nhdr n;

	while (at < data->d_size && (next = gelf_getnote(data, at, &n, &name, &desc))) {
		const char *text = (const char *)data->d_buf + name;

		if (n.n_namesz && !text[n.n_namesz - 1])
			take_note(c, text, &n, (const uint8_t *)data->d_buf + desc, cpu, process);
		else
			c->missing |= XS_CORE_GARBAGE;
		at = next;
	}
	if (at != data->d_size)
		c->missing |= XS_CORE_GARBAGE;
}

/* What the program headers say that there is, against what there is. */
static void measure(struct xs_core_file *c, Elf *elf, size_t headers)
{
	for (size_t i = 0; i < headers; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(elf, (int)i, &p))
			c->cut = c->cut ? c->cut : 1;
		else if (p.p_filesz && p.p_offset + p.p_filesz > c->bytes + c->cut)
			c->cut = p.p_offset + p.p_filesz - c->bytes;
	}
}

static void take_all(struct xs_core_file *c, Elf *elf, const struct xs_cpu *cpu)
{
	const uint32_t each = cpu->features & XS_CPU_XSAVE
				      ? XS_CORE_OF_THREAD
				      : XS_CORE_OF_THREAD & ~(uint32_t)XS_CORE_XSTATE;
	uint32_t process = 0;
	size_t headers;

	if (elf_getphdrnum(elf, &headers) || !headers) {
		c->cut = sizeof(Elf64_Phdr);
		return;
	}
	measure(c, elf, headers);
	for (size_t i = 0; !c->cut && i < headers; i++) {
		Elf_Data *data;
		GElf_Phdr p;

		if (!gelf_getphdr(elf, (int)i, &p) || p.p_type != PT_NOTE)
			continue;
		data = elf_getdata_rawchunk(elf, (int64_t)p.p_offset, p.p_filesz, ELF_T_NHDR);
		if (data)
			take_notes(c, data, cpu, &process);
		else
			c->missing |= XS_CORE_GARBAGE;
	}
	c->missing |= XS_CORE_OF_PROCESS & ~process;
	c->missing |= c->threads ? 0 : each;
	for (uint32_t i = 0; i < c->threads; i++)
		c->missing |= each & ~c->thread[i].notes;
}

int xs_core_read(struct xs_core_file *c, int fd, const struct xs_cpu *cpu)
{
	struct stat st;
	Elf *elf;

	*c = (struct xs_core_file){ .bytes = 0 };
	if (fstat(fd, &st))
		return -errno;
	c->bytes = (uint64_t)st.st_size;
	if (c->bytes < sizeof(Elf64_Ehdr)) {
		c->cut = sizeof(Elf64_Ehdr) - c->bytes;
		return 0;
	}
	c->map = mmap(NULL, c->bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	if (c->map == MAP_FAILED) {
		c->map = NULL;
		return -errno;
	}
	elf_version(EV_CURRENT);
	elf = elf_memory((char *)c->map, c->bytes);
	if (!elf || elf_kind(elf) != ELF_K_ELF)
		c->cut = sizeof(Elf64_Ehdr);
	else
		take_all(c, elf, cpu);
	/* Notes that were not aligned libelf has copied: theirs are kept nowhere else. */
	c->elf = elf;
	return 0;
}

void xs_core_forget(struct xs_core_file *c)
{
	elf_end(c->elf);
	if (c->map)
		munmap((void *)c->map, c->bytes);
	*c = (struct xs_core_file){ .bytes = 0 };
}
