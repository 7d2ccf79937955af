#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Reports that this machine has just written, as one.
# Usage: tests/live/pool.sh XSAVAGE
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

xsavage=${1?which xsavage?}
here=$(cd "$(dirname "$0")" && pwd)
corpus=$here/../../corpus
. "$here/run_and_say.sh"
exits() { [ "$code" -eq "$1" ] || fail "exit code $code, not $1"; }
says() { grep -q -e "$1" "$tmp/out" || fail "it does not say '$1'"; }
complains() { grep -q -e "$1" "$tmp/err" || fail "it does not complain '$1'"; }
# Of a JSON report the number behind a key, the last one.
last() { sed -n "s/^ *\"$1\": \([0-9]*\),*$/\1/p" "$2" | tail -n 1; }

run "$xsavage" check -t 2 --save "$tmp" --json "$tmp/check.json"
checked=$code
run "$xsavage" replay -n 2 --json "$tmp/replay.json" "$corpus/seeds/signal-kill.case"
replayed=$code
case $checked.$replayed in *[!04.]*) fail "exit codes $checked and $replayed" ;; esac

# What one run came to is what a pool of it comes to.
for one in check.$checked replay.$replayed; do
	run "$xsavage" pool "$tmp/${one%.*}.json"
	exits "${one#*.}"
	says '^Pool        1 run on 1 kind of machine, begun from 20'
done

cp "$tmp/check.json" "$tmp/copy.json"
run "$xsavage" pool "$tmp/check.json" "$tmp/replay.json" "$tmp/copy.json" --json "$tmp/pool.json" \
	--html "$tmp/pool.html"
[ "$code" -eq 0 ] || [ "$code" -eq 4 ] || fail "exit code $code"
says "copy.json is the run of $tmp/check.json (.*) again, and counted once"
says '^Pool        2 runs on 1 kind of machine'
says '^  covered  .* of [0-9]* register classes'
[ "$checked" -ne 0 ] || says '^  With 95 % confidence fewer than'
signals=$(($(last signals "$tmp/check.json") + $(last signals "$tmp/replay.json")))
[ "$(last signals "$tmp/pool.json")" -eq $signals ] || fail "not $signals signals in all"
if command -v xmllint >/dev/null; then
	xmllint --noout "$tmp/pool.html" || fail "the page is no XHTML"
fi
if grep -i -e '<script' -e 'src=' -e 'href=' "$tmp/pool.html"; then
	fail "the page loads something"
fi

# A machine that is bad is one among many.
run "$xsavage" pool "$tmp/check.json" "$corpus/pool/found.json" --ktap
exits 1
says '^KTAP version 1$'
says '^not ok 2 .*found.json ((none)) # corrupt$'
says '^# .*Pool        2 runs on 2 kinds of machine'
says '^#  *1 in .*found.json ((none))$'
printf '%s\n' 'corrupt frame foreign wide other x86-64: CVE-2019-19602, put back' >"$tmp/known"
run "$xsavage" pool "$corpus/pool/found.json" --known "$tmp/known"
exits 0
says 'known finding$'
says 'CVE-2019-19602, put back$'

# Each bad file is named, and nothing is left out.
head -c 3000 "$tmp/check.json" >"$tmp/cut.json"
run "$xsavage" pool "$tmp/check.json" "$tmp/cut.json" "$tmp/nowhere.json" "$tmp/pool.json"
exits 2
complains 'cut.json:[0-9]*: .*cut short'
complains 'nowhere.json: No such file'
complains 'pool.json: run.command: a pool: give the reports'
[ ! -s "$tmp/out" ] || fail "it says something of the rest"
run "$xsavage" pool
exits 2
complains 'which reports?'
run "$xsavage" pool "$tmp/check.json" --json "$tmp/nowhere/pool.json"
exits 2
complains 'nowhere/pool.json'
