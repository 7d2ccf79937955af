# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
# Reports of this machine, of a guest with the bug, and of one that is given a smaller CPU, are one.
# Sourced by tests/vm/prove, whose variables and functions it uses.

guest --out "$tmp/large" -- check --first -t 60 --save . --json large.json
exits 1
guest --out "$tmp/small" --cpu "$small" --file "$corpus/regress/$kernel.case" -- \
	replay --json small.json "$kernel.case"
exits 1
"$xsavage" replay --json "$tmp/here.json" "$corpus/seeds/signal-kill.case" >/dev/null || true

code=0
"$xsavage" pool "$tmp/here.json" "$tmp/large/large.json" "$tmp/small/small.json" >"$tmp/text" ||
	code=$?
cat "$tmp/text"
exits 1
says '^Pool        3 runs on 3 kinds of machine'
says '^3 runs on 3 kinds of machine: corrupt$'
says '^  components         x87 SSE AVX MPX'
says '^  components         x87 SSE AVX$'
# One bug, wherever it was.
says ' corrupt frame foreign wide other (x86-64|both)$'
says '^ *[0-9]+ in .*large/large.json \(\(none\)\), saved there as ./corrupt-'
says '^ *1 in .*small/small.json'

printf '%s: CVE-2019-19602, put back\n' 'corrupt frame foreign wide other both' >"$tmp/known"
code=0
"$xsavage" pool --known "$tmp/known" --ktap "$tmp/large/large.json" "$tmp/small/small.json" >"$tmp/text" ||
	code=$?
cat "$tmp/text"
[ "$code" -eq 0 ] || exits 4
says '^(ok [12] .* # (XFAIL CVE|SKIP))'
silent '^not ok'
