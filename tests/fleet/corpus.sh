#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Fuzzers of two machines in one folder learn from each other, and libFuzzer makes it small again.
# Usage: tests/fleet/corpus.sh BUILD
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

build=${1?which build folder?}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../live/run_and_say.sh"
fuzz=$(realpath "$build/xsavage-fuzz")
[ -x "$fuzz" ] || { echo "no xsavage-fuzz; apt-get install clang libclang-rt-dev"; exit 77; }
mkdir "$tmp/shared" "$tmp/small" "$tmp/artifacts"

# Usage: machine SEED
machine() {
	"$fuzz" -max_total_time=4 -seed="$1" -artifact_prefix="$tmp/artifacts/" "$tmp/shared" \
		"$here/../../corpus/seeds" >"$tmp/$1.log" 2>&1
}
machine 1 &
other=$!
machine 2 || fail "the second one ended with $?: $(tail -n 3 "$tmp/2.log")"
wait $other || fail "the first one ended with $?: $(tail -n 3 "$tmp/1.log")"
grep -q RELOAD "$tmp/1.log" || grep -q RELOAD "$tmp/2.log" || fail "neither has read what the other found"

many=$(find "$tmp/shared" -type f | wc -l)
run "$fuzz" -merge=1 "$tmp/small" "$tmp/shared"
[ "$code" -eq 0 ] || fail "exit code $code"
few=$(find "$tmp/small" -type f | wc -l)
if [ "$few" -eq 0 ] || [ "$few" -gt "$many" ]; then
	fail "$few of $many are left"
fi
grep -q "MERGE-OUTER: $few new files with [1-9][0-9]* new features" "$tmp/err" || fail "it does not say $few"
# They are cases as they were.
set -- "$tmp"/small/*
run "$build/xsavage" replay "$1"
[ "$code" -eq 0 ] || [ "$code" -eq 4 ] || fail "exit code $code"
