# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# A case for "planted", sourced by tests that look at what is said of a finding.

# Usage: planted_case FILE DURATION_MS WORKER NEIGHBOUR
# The registers of a worker whose signal stack is missing, and of a task on the same CPU.
planted_case() {
	cat >"$1" <<END
[case]
name = planted
duration_ms = $2

[worker]
registers = $3

[stack]
fault = dontneed

[pressure vector-process]
registers = $4
END
}
