/* SPDX-License-Identifier: GPL-2.0-only */
/* How much a case may say and ask for. */
#ifndef XS_CASE_LIMITS_H
#define XS_CASE_LIMITS_H

#include <stdint.h>

#define XS_NAME_BYTES	 48
#define XS_CPUS_BYTES	 64
#define XS_CASE_TEXT_MAX 16384u /* largest text that xs_case_parse() reads */
#define XS_CASE_LINE_MAX 160u	/* longest line, without its newline */

#define XS_WORKERS_MAX	      64u
#define XS_PRESSURE_COUNT_MAX 64u
#define XS_CASE_PRESSURES     4u
#define XS_DURATION_MAX_MS    86400000u
#define XS_SIGNALS_MAX	      1000000000u
#define XS_DELAY_MAX_US	      1000000u
#define XS_HOLD_MAX_US	      1000000u
#define XS_PERIOD_MAX_US      1000000u
#define XS_CPUS_MAX	      1024u /* the numbers of a CPU list lie below */
#define XS_BOUNDARY_NONE      UINT32_MAX
#define XS_BOUNDARY_STEP      64u /* fpstate is 64-byte aligned in a sigframe */
#define XS_BOUNDARY_MAX	      16320u
#define XS_BOUNDARY_BELOW     128u /* and this far below fpstate: FSAVE's header and a little */
#define XS_DEPTH_MAX	      4u
#define XS_VECTORS	      32u

/* Whether a boundary, an offset modulo 2^32, lies below fpstate: in 32-bit frames only. */
static inline int xs_boundary_is_below(uint32_t boundary)
{
	return boundary != XS_BOUNDARY_NONE && boundary > UINT32_MAX / 2;
}

#endif
