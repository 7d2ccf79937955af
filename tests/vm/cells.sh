# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2016,SC2154
# A check in several cells is one check; a cell that dies is told, and Ctrl-C ends all of them.
# Sourced by tests/vm/prove, whose variables and functions it uses.

if [ "$kernel" != none ]; then
	guest --cpus 4 --out "$tmp/out" -- check --first -t 60
	exits 1
	says '^Cells  *2, each of 2 CPUs'
	says 'wrong registers in the signal frame: foreign data, of pressure vector-process'
	saved=$(ls "$tmp"/out/corrupt-*.case) || fail "no case was saved"
	[ "$(echo "$saved" | wc -l)" -eq 1 ] || fail "the first finding is not the only one"
	guest --file "$saved" -- replay -n 3 "$(basename "$saved")"
	exits 1
	exit 0
fi
guest --cpus 4 --out "$tmp/out" -- check -t 20 --ktap --json report.json
exits 0
grep -q '"cells": 2' "$tmp/out/report.json" || fail "the report does not say how many cells"
# No case is run twice.
sed -n 's/^ok [0-9]* \(check-[0-9]*\).*/\1/p' "$tmp/text" >"$tmp/names"
[ "$(wc -l <"$tmp/names")" -gt 20 ] || fail "few cases"
[ -z "$(sort "$tmp/names" | uniq -d)" ] || fail "a case was run twice"
guest --cpus 4 -- check -t 5 --cells 1
exits 0
silent '^Cells'

scripted --cpus 4 <<'END'
./xsavage check -t 20 &
parent=$!
./sleep 8
read -r cell others </proc/$parent/task/$parent/children
kill -KILL "$cell"
./sleep 5
[ -d /proc/$parent ] && echo "the others go on"
wait $parent
END
exits 0
says '^xsavage: the process of cell 0 \(CPUs 0-1\) was killed by signal 9 in case check-'
says '^the others go on$'
says '^kernel .*: pass$'

scripted --cpus 4 <<'END'
./xsavage check -t 60 &
parent=$!
./sleep 8
kill -TERM $parent
code=0
wait $parent || code=$?
for folder in /proc/[0-9]*; do
	read -r name <"$folder/comm" && [ "$name" = xsavage ] && echo "left: $folder"
done
exit $code
END
exits 143
says 'stopped early; nothing found until then'
silent '^left'
