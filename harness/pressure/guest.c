// SPDX-License-Identifier: GPL-2.0-only
/* A virtual machine with one CPU, which loads, holds and stores registers. */
#include "pressure/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "task/sys.h"

/* The guest's: SDM vol. 3, 2.5 (CR0, CR4), 2.2.1 (EFER), 4.5 (page tables), 3.4.5 (descriptors). */
#define CR0_PE_MP_ET_NE_PG 0x80000033u
#define CR4_PAE_FX_XSAVE   (1u << 5 | 1u << 9 | 1u << 10 | 1u << 18)
#define EFER_LME_LMA	   0x500u
#define TABLE_ENTRY	   0x3u /* present, writable */
#define LARGE_PAGE	   (TABLE_ENTRY | 1u << 7)

#define ARCH_REQ_XCOMP_GUEST_PERM 0x1025 /* uapi/asm/prctl.h, 5.17 */
#define XTILE_DATA		  18
#define XTILE			  (3ull << 17)
#define AVX512			  (7ull << 5)
#define AVX			  (1ull << 2)
#define SSE			  (1ull << 1)
#define X87			  (1ull << 0)

#define TSS_AT	     0xfffbd000ul /* three pages that nothing uses: Documentation/virt/kvm/api.rst */
#define CPUID_LEAVES 256u
#define TURNS	     20000u /* of an empty loop: how long the guest holds its registers */

/*
 * The guest: loads, holds, leaves; comes back, holds, stores what it has then, leaves.
 * rbx: struct xs_guest_orders.
 */
extern const uint8_t xs_guest_code[], xs_guest_code_end[];
__asm__(".pushsection .rodata\n"
	".globl xs_guest_code, xs_guest_code_end\n"
	"xs_guest_code:\n"
	"	movq	(%rbx), %rdi\n"
	"	movl	16(%rbx), %eax\n"
	"	movl	20(%rbx), %edx\n"
	"	xrstor64 (%rdi)\n"
	"	movl	24(%rbx), %ecx\n"
	"1:	decl	%ecx\n"
	"	jnz	1b\n"
	"	outb	%al, $0x10\n"
	"	movl	24(%rbx), %ecx\n"
	"1:	decl	%ecx\n"
	"	jnz	1b\n"
	"	movq	8(%rbx), %rdi\n"
	"	xsave64	(%rdi)\n"
	"	outb	%al, $0x11\n"
	"	jmp	xs_guest_code\n"
	"xs_guest_code_end:\n"
	".popsection\n");

#define MEMORY_BYTES offsetof(struct xs_guest, kvm)
_Static_assert(sizeof(struct xs_guest) <= 1 << 21, "one large page maps it");

static long control(int fd, unsigned long request, void *arg)
{
	return xs_syscall3(SYS_ioctl, fd, (long)request, (long)arg);
}

int xs_guest_open(void)
{
	return (int)xs_syscall3(SYS_open, (long)"/dev/kvm", O_RDWR | O_CLOEXEC, 0);
}

/* The least that XCR0 may be with @components: SDM vol. 1, 13.3. */
static uint64_t whole(uint64_t components)
{
	if (components & XTILE)
		components |= XTILE;
	if (components & AVX512)
		components |= AVX512 | AVX;
	return components | X87 | SSE;
}

/* All of CPUID that a guest may have. Return: what of @components its XCR0 takes, or -errno. */
static int64_t set_cpuid(struct xs_guest *g, uint64_t components)
{
	static struct kvm_cpuid_entry2 memory[CPUID_LEAVES + 1];
	struct kvm_cpuid2 *const cpuid = (struct kvm_cpuid2 *)memory;
	uint64_t there = X87 | SSE;
	long rc;

	cpuid->nent = CPUID_LEAVES;
	rc = control(g->kvm, KVM_GET_SUPPORTED_CPUID, cpuid);
	if (!rc)
		rc = control(g->cpu, KVM_SET_CPUID2, cpuid);
	if (rc < 0)
		return rc;
	for (uint32_t i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == 0xd && !cpuid->entries[i].index)
			there |= cpuid->entries[i].eax | (uint64_t)cpuid->entries[i].edx << 32;
	return (int64_t)(whole(components) & there);
}

/* In 64-bit mode, at the first instruction. */
static long set_registers(struct xs_guest *g, uint64_t xcr0)
{
	const struct kvm_segment data = { .limit = UINT32_MAX,
					  .selector = 16,
					  .type = 3,
					  .present = 1,
					  .s = 1,
					  .db = 1,
					  .g = 1 };
	struct kvm_regs regs = { .rip = xs_guest_at(g, g->code),
				 .rbx = xs_guest_at(g, &g->orders),
				 .rflags = 2 };
	struct kvm_xcrs xcrs = { .nr_xcrs = 1, .xcrs = { { .value = xcr0 } } };
	struct kvm_sregs s;
	long rc;

	rc = control(g->cpu, KVM_GET_SREGS, &s);
	s.ds = s.es = s.fs = s.gs = s.ss = data;
	s.cs = (struct kvm_segment){
		.limit = UINT32_MAX, .selector = 8, .type = 11, .present = 1, .s = 1, .l = 1, .g = 1
	};
	s.cr0 = CR0_PE_MP_ET_NE_PG;
	s.cr3 = xs_guest_at(g, g->table[0]);
	s.cr4 = CR4_PAE_FX_XSAVE;
	s.efer = EFER_LME_LMA;
	if (!rc)
		rc = control(g->cpu, KVM_SET_SREGS, &s);
	if (!rc)
		rc = control(g->cpu, KVM_SET_XCRS, &xcrs);
	return rc ? rc : control(g->cpu, KVM_SET_REGS, &regs);
}

static int map_run(struct xs_guest *g)
{
	g->run_bytes = control(g->kvm, KVM_GET_VCPU_MMAP_SIZE, NULL);
	if (g->run_bytes < 0)
		return (int)g->run_bytes;
	g->run = mmap(NULL, (size_t)g->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, g->cpu, 0);
	return g->run == MAP_FAILED ? -errno : 0;
}

static void write_memory(struct xs_guest *g)
{
	g->table[0][0] = xs_guest_at(g, g->table[1]) | TABLE_ENTRY;
	g->table[1][0] = xs_guest_at(g, g->table[2]) | TABLE_ENTRY;
	g->table[2][0] = LARGE_PAGE;
	xs_copy(g->code, xs_guest_code, (uintptr_t)xs_guest_code_end - (uintptr_t)xs_guest_code);
	g->orders.load = xs_guest_at(g, g->level.image);
	g->orders.store = xs_guest_at(g, g->level.dump);
	g->orders.turns = TURNS;
}

int xs_guest_make(struct xs_guest *g, uint64_t components)
{
	struct kvm_userspace_memory_region memory = { .memory_size = MEMORY_BYTES,
						      .userspace_addr = (uintptr_t)g };
	int64_t xcr0;
	long rc;

	g->vm = g->cpu = -1;
	g->kvm = xs_guest_open();
	if (g->kvm < 0)
		return g->kvm;
	if (components & XTILE) /* before the CPU is made; without it, CPUID has them not */
		xs_syscall3(SYS_arch_prctl, ARCH_REQ_XCOMP_GUEST_PERM, XTILE_DATA, 0);
	rc = g->vm = (int)control(g->kvm, KVM_CREATE_VM, NULL);
	if (rc >= 0)
		rc = control(g->vm, KVM_SET_TSS_ADDR, (void *)TSS_AT);
	if (!rc)
		rc = control(g->vm, KVM_SET_USER_MEMORY_REGION, &memory);
	if (!rc)
		rc = g->cpu = (int)control(g->vm, KVM_CREATE_VCPU, NULL);
	if (rc < 0)
		return (int)rc;
	xcr0 = set_cpuid(g, components);
	if (xcr0 < 0)
		return (int)xcr0;
	g->orders.components = components & (uint64_t)xcr0;
	write_memory(g);
	rc = set_registers(g, (uint64_t)xcr0);
	return rc ? (int)rc : map_run(g);
}

void xs_guest_unmake(struct xs_guest *g)
{
	const int fds[] = { g->cpu, g->vm, g->kvm };

	if (g->run && g->run != MAP_FAILED)
		munmap(g->run, (size_t)g->run_bytes);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] > 0)
			close(fds[i]);
}

bool xs_guest_left(const struct xs_guest *g, uint16_t port)
{
	return g->run->exit_reason == KVM_EXIT_IO && g->run->io.port == port;
}
