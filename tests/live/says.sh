#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the program says where something is odd: a reason, the truth, and all of it.
# Usage: tests/live/says.sh SCENARIO XSAVAGE
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

scenario=${1?which scenario?}
xsavage=${2?which xsavage?}
here=$(cd "$(dirname "$0")" && pwd)
seeds=$here/../../corpus/seeds
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

fail() {
	echo "FAILED: $*"
	cat "$tmp"/* 2>/dev/null
	exit 1
}

# Run a command: its output to $tmp/out, what it says of errors to $tmp/err, its exit code to $code.
run() {
	code=0
	"$@" >"$tmp/out" 2>"$tmp/err" || code=$?
}

case $scenario in
slow-start)
	# The first lines of a check wait for a reader for longer than the check is to last. There has
	# to be a case all the same, and whatever the verdict, no reason may be empty.
	{ head -c 65536 /dev/zero; "$xsavage" check -t 1 --save "$tmp" || :; } |
		{ sleep 3; tr -d '\0'; } >"$tmp/out"
	grep -q '^  ran  *[1-9]' "$tmp/out" || grep -q '^  found  *in case' "$tmp/out" ||
		fail "not one case was run"
	! grep -q 'because *$' "$tmp/out" || fail "no reason is given"
	;;
*)
	echo "no scenario $scenario"
	exit 1
	;;
esac
