/* SPDX-License-Identifier: GPL-2.0-only */
/* The program that shows what registers a new program starts with: exec_program.S. */
#ifndef XS_EXEC_PROGRAM_H
#define XS_EXEC_PROGRAM_H

/* Where its parameters lie in the file, which is patched before it is run. */
#define XS_EXEC_PARAMETERS 232

#ifndef __ASSEMBLER__

#include <stdint.h>

struct xs_exec_parameters {
	uint64_t mask;	/* components to dump, or 0: FXSAVE */
	uint32_t bytes; /* how much of the dump to write */
	uint32_t fd;	/* a file to write it to, at offset 0 */
};

/* A complete ELF file. */
extern const uint8_t xs_exec_program[], xs_exec_program_end[];

#endif
#endif
