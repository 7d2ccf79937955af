# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A folder of its own for what a test's commands print, and their exit codes. Sourced by tests
# that look at what the program says.

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

fail() {
	echo "FAILED: $*"
	cat "$tmp/out" "$tmp/err" 2>/dev/null
	exit 1
}

# Run a command: its output to $tmp/out, what it says of errors to $tmp/err, its exit code to $code.
run() {
	code=0
	"$@" >"$tmp/out" 2>"$tmp/err" || code=$?
}
