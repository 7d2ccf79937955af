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
no-file)
	# A file that could not be loaded is a test that failed, and stands among the results.
	run "$xsavage" replay --ktap --json "$tmp/json" "$tmp/none" "$seeds/stack-dontneed.case"
	[ "$code" -eq 2 ] || [ "$code" -eq 1 ] || fail "exit code $code, not 2"
	grep -q "^not ok 1 $tmp/none # ERROR .*No such file" "$tmp/out" || fail "it is no test"
	grep -q '^# Totals: .* error:1$' "$tmp/out" || fail "it was not counted"
	grep -q "\"name\": \"$tmp/none\"" "$tmp/json" || fail "it is not in the JSON report"
	;;
file-name)
	# A file's name may hold anything; a terminal must not be sent escape codes.
	file=$tmp/$(printf 'a\033[31mred').case
	cp "$seeds/stack-dontneed.case" "$file"
	run "$xsavage" replay -n 2 "$file" "$file.not"
	grep -q 'red.case: [0-2] of 2 runs' "$tmp/out" || fail "no summary"
	! grep -q "$(printf '\033')" "$tmp/out" "$tmp/err" || fail "an escape code"
	;;
*)
	echo "no scenario $scenario"
	exit 1
	;;
esac
