#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The page of "xsavage report" in a browser, in the light and in the dark: it has the cells that the
# mail speaks of, and they can be seen. The pictures are left in FOLDER, for people to look at.
# Usage: tests/live/browser.sh XSAVAGE PLANTED FOLDER
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

planted=${2?which planted?}
folder=${3?where to?}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/run_and_say.sh"
. "$here/planted_case.sh"

command -v chromium >/dev/null || { echo "no chromium (Debian's package); see tests/run.sh"; exit 77; }

planted_case "$tmp/planted.case" 300 all all
run "$planted" report written foreign avx "$tmp/planted.case" "html=$folder/report.html"
[ "$code" -ne 4 ] || { echo "nothing could be planted here: no AVX"; exit 77; }
[ "$code" -eq 0 ] || fail "exit code $code"
wrong=$(sed -n 's/^    \([0-9]*\) wrong lanes*: [0-9]* foreign$/\1/p' "$tmp/out" | head -n 1)
[ "${wrong:-0}" -gt 0 ] || fail "nothing is foreign"

page=$folder/report.html
# Nothing is loaded from anywhere; root's browser has no sandbox.
browse() {
	timeout 300 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --disable-extensions \
		--user-data-dir="$tmp/profile" --host-resolver-rules='MAP * ~NOTFOUND' "$@" \
		"file://$page" 2>"$tmp/err"
}
browse --dump-dom >"$tmp/out" || fail "chromium: no DOM"
# The finding that is open.
[ "$(sed '/<details>/,$d' "$tmp/out" | grep -o '<td class="foreign[^>]*title="[^"]*: expected ' | wc -l)" -eq "$wrong" ] ||
	fail "not $wrong foreign cells in the DOM"
grep -q '<li class="bad">.* signal frame' "$tmp/out" || fail "no way of the registers in the DOM"

# The colours of report/html.c: paper, foreign, right. How many pixels have them goes to $1 to $3.
count() {
	browse --window-size=1200,2400 --screenshot="$1" "--blink-settings=preferredColorScheme=$5" \
		>/dev/null || fail "chromium: no picture"
	[ -s "$1" ] || fail "no picture"
	counts=$(/usr/bin/python3 "$here/pixels.py" "$1" "$2" "$3" "$4")
}
look() {
	page=$folder/report.html
	count "$folder/report-$1.png" "$2" "$3" "$4" "$5"
	seen=$counts
	# The same, but for the cells.
	page=$tmp/without.html
	sed 's/<td class="foreign/<td class="/g' "$folder/report.html" >"$page"
	count "$tmp/without.png" "$2" "$3" "$4" "$5"
	echo "$1: $seen pixels of paper, foreign, right; $counts without the foreign cells"
	# shellcheck disable=SC2086 # numbers
	set -- $seen $counts
	[ "$1" -gt 1000000 ] || fail "no page"
	[ "$3" -gt 5000 ] || fail "right cells cannot be seen"
	[ $(($2 - $5)) -gt $((wrong * 200)) ] || fail "foreign cells cannot be seen"
}
look light ffffff c62828 e6f2e8 1
look dark 16181b ff5c57 1d3524 0
