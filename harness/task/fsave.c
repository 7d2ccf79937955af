// SPDX-License-Identifier: GPL-2.0-only
/* x87 from FXSAVE's form to FSAVE's, and back. */
#include "task/fsave.h"

#include <stddef.h>

#include "task/sys.h"

#define FSAVE_ST 28u

/* Tag word to the abridged form: a bit for each register that is not empty (tag 3). */
static uint8_t abridge(uint32_t tags)
{
	uint8_t abridged = 0;

	for (uint32_t i = 0; i < 8; i++)
		if ((tags >> 2 * i & 3) != 3)
			abridged |= (uint8_t)(1u << i);
	return abridged;
}

void xs_fsave_fold(uint8_t *fxsave, const uint8_t *fsave)
{
	xs_copy(fxsave, fsave, 2);
	xs_copy(fxsave + 2, fsave + 4, 2);
	fxsave[4] = abridge(fsave[8] | (uint32_t)fsave[9] << 8);
	for (uint32_t i = 0; i < 8; i++)
		xs_copy(fxsave + 32 + (size_t)16 * i, fsave + FSAVE_ST + (size_t)10 * i, 10);
}

void xs_fsave_unfold(uint8_t *fsave, uint8_t *fxsave)
{
	static const uint8_t other[10] = { 1, 2, 3, 4, 5, 6, 7, 0x88, 0, 0x40 };
	uint32_t tags = 0;

	/* Valid or empty: sigreturn makes no other difference. */
	for (uint32_t i = 0; i < 8; i++)
		tags |= (fxsave[4] >> i & 1 ? 0u : 3u) << 2 * i;
	xs_copy(fsave, fxsave, 2);
	xs_copy(fsave + 4, fxsave + 2, 2);
	xs_copy(fsave + 8, &tags, 2);
	for (uint32_t i = 0; i < 8; i++)
		xs_copy(fsave + FSAVE_ST + (size_t)10 * i, fxsave + 32 + (size_t)16 * i, 10);
	/* sigreturn takes x87 from the header alone: what FXSAVE's part says of it must not count.
	 */
	fxsave[0] = 0x3f;
	fxsave[2] ^= 0x7f;
	fxsave[4] = 0x0f;
	for (uint32_t i = 0; i < 8; i++)
		xs_copy(fxsave + 32 + (size_t)16 * i, other, sizeof(other));
}
