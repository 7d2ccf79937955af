#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What "xsavage report" makes of a finding, a mail and a page: the mail, quoted and broken by a
# mail program, is the same case again; the page is well-formed, loads nothing, and shows what the mail
# says. And colours: on a terminal that shows them, unless somebody wants none.
# Usage: tests/live/page.sh XSAVAGE PLANTED
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

xsavage=${1?which xsavage?}
planted=${2?which planted?}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/run_and_say.sh"
. "$here/planted_case.sh"
for program in xmllint /usr/bin/python3; do
	command -v $program >/dev/null || { echo "no $program; see tests/run.sh"; exit 77; }
done
escape=$(printf '\033')

# $1 is in the file $2; and is not.
has() { grep -q -e "$1" "$2" || fail "no '$1' in $2"; }
has_not() { ! grep -q -e "$1" "$2" || fail "'$1' in $2"; }

# On a busy machine the neighbour may get no turn.
passed() { [ "$code" -eq 0 ] || [ "$code" -eq 4 ] || fail "$1: exit code $code"; }

planted_case "$tmp/planted.case" 300 x87,mxcsr,sse sse

# A register as its neighbour has it, in the frame.
run "$planted" report written foreign sse "$tmp/planted.case" "html=$tmp/page.html"
[ "$code" -eq 0 ] || fail "exit code $code"
cp "$tmp/out" "$tmp/mail"
has '^Subject: .*: corrupt on ' "$tmp/mail"
has '^    2 wrong lanes: 2 foreign$' "$tmp/mail"
has '^    map, from the low end:  [.] right  F foreign$' "$tmp/mail"
has '^      xmm8  FF  xmm9  [.][.] ' "$tmp/mail"
has_not "$escape" "$tmp/mail"

# The mail as it comes back.
sed 's/^/> > /' "$tmp/mail" | fold -s -w 76 | sed 's/$/\r/' >"$tmp/reply"
run "$xsavage" replay --json "$tmp/json" "$tmp/reply"
passed "the case in the mail"
begin=$(grep -n '^> > \[case\]' "$tmp/reply" | cut -d : -f 1)
has "^xsavage: .*/reply: took the case from lines $begin to [0-9]*\$" "$tmp/err"
"$xsavage" topo "$tmp/planted.case" >"$tmp/wanted" || fail "topo"
"$xsavage" topo "$tmp/reply" >"$tmp/got" || fail "topo of the mail"
cmp -s "$tmp/wanted" "$tmp/got" || fail "another case"
sed -n '/^\[case\]/,/^period_us/p' "$tmp/mail" >"$tmp/canonical"
/usr/bin/python3 -c 'import json, sys; sys.stdout.write(json.load(open(sys.argv[1]))["cases"][0]["case"])' \
	"$tmp/json" >"$tmp/read"
cmp -s "$tmp/canonical" "$tmp/read" || fail "the case in the mail is another one"
# As it came, and from standard input.
run sh -c '"$1" replay - <"$2"' sh "$xsavage" "$tmp/mail"
passed "the mail itself"
has '^xsavage: <stdin>: took the case from lines ' "$tmp/err"
# Two of them are none.
{ cat "$tmp/mail"; sed 's/^duration_ms = .*/duration_ms = 7/' "$tmp/mail"; } >"$tmp/two"
run "$xsavage" replay "$tmp/two"
[ "$code" -eq 2 ] || fail "two cases: exit code $code"
has "^xsavage: $tmp/two:[0-9]*: another case, beside that of lines [0-9]* to [0-9]*; give one" "$tmp/err"

# The page.
xmllint --noout "$tmp/page.html" || fail "the page is no XML"
if command -v tidy >/dev/null; then
	tidy -q -e --show-info no "$tmp/page.html" 2>"$tmp/tidy" || { cat "$tmp/tidy"; fail "tidy"; }
fi
for bad in '<script' '<img' '<link' '<iframe' 'src=' 'href=' 'url(' '@import' "$escape"; do
	! grep -qiF -e "$bad" "$tmp/page.html" || fail "'$bad' in the page"
done
sed '/<h2>When/,$d; /<details>/,$d' "$tmp/page.html" >"$tmp/first" # the finding that is open
[ "$(grep -o '<td class="foreign' "$tmp/first" | wc -l)" -eq 2 ] || fail "not two foreign cells"
[ "$(grep -o '<td class="right' "$tmp/first" | wc -l)" -eq 49 ] || fail "not 49 right cells"
has 'title="xmm[0-9]* lane 0: expected 0x[0-9a-f]*, actual 0x[0-9a-f]*, foreign: pressure vector-process #1 on CPU ' \
	"$tmp/page.html"
has '<li class="bad">.* signal frame <b>.* 2 wrong, foreign</b>' "$tmp/page.html"
has '<td class="v">[0-9]*/[0-9]*</td>' "$tmp/page.html"
has '^duration_ms = 300$' "$tmp/page.html"

# Where no page can be, nothing is run first.
run "$planted" report written foreign sse "$tmp/planted.case" "html=$tmp"
[ "$code" -eq 2 ] || fail "a folder: exit code $code"
has '^xsavage: --html .*Is a directory' "$tmp/err"
[ ! -s "$tmp/out" ] || fail "a mail all the same"

# Colours.
sed 's/^duration_ms = .*/duration_ms = 10000/' "$tmp/planted.case" >"$tmp/longer.case"
cat >"$tmp/colours" <<END
exec "$planted" replay written foreign sse "$tmp/longer.case"
END
if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then
	echo "no terminal to be had (script, /dev/pts): colours were not looked at"
	exit 0
fi
# $1: with a terminal of that kind; and that environment.
on_terminal() {
	env -u NO_COLOR TERM="$1" "${2-UNUSED=}" script -qec "sh $tmp/colours" /dev/null \
		</dev/null >"$tmp/out" 2>"$tmp/err" || :
	has 'map, from the low end' "$tmp/out"
}
on_terminal xterm
has "${escape}\[1;97;41mF${escape}\[0m" "$tmp/out"
on_terminal xterm NO_COLOR=
has "${escape}\[1;97;41mF" "$tmp/out"
on_terminal xterm NO_COLOR=1
has_not "$escape\[[0-9;]*m" "$tmp/out"
on_terminal dumb
has_not "$escape" "$tmp/out"
run env TERM=xterm sh "$tmp/colours"
[ "$code" -eq 1 ] || fail "a planted corruption: exit code $code"
has '      xmm8  FF  ' "$tmp/out"
has_not "$escape" "$tmp/out"
