#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A verdict on the running kernel, as KTAP. KSELFTEST_CHECK_SH_ARGS has more arguments.
cd "$(dirname "$0")" || exit 2
exec ./xsavage check --ktap -t 30 --save "${TMPDIR:-/tmp}" "$@"
