#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# xs-plot draws what xsavage-bench measures, and nothing in a file can harm the page, gnuplot, Markdown
# or a terminal.
# Usage: tests/live/plot.sh XS_PLOT XSAVAGE_BENCH
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

plot=${1?which xs-plot?}
bench=${2?which xsavage-bench?}
hostile=$(cd "$(dirname "$0")" && pwd)/plot.json
for program in /usr/bin/python3 gnuplot xmllint; do
	command -v $program >/dev/null || { echo "no $program; see tests/run.sh"; exit 77; }
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp"

fail() {
	echo "FAILED: $*"
	exit 1
}

has() { grep -qF -- "$2" "$1" || fail "$1 has no '$2'"; }
has_not() { ! grep -qF -- "$2" "$1" || fail "$1 has '$2'"; }

# Run xs-plot with the arguments behind $1, which is its exit code; what it says is in out and err.
run() {
	want=$1 code=0
	shift
	"$plot" "$@" >out 2>err || code=$?
	[ $code -eq "$want" ] || { cat err; fail "xs-plot $*: exit code $code, not $want"; }
}

check_page() {
	xmllint --noout "$1/index.html" || fail "$1: the page is not well-formed"
	for svg in "$1"/*.svg; do
		[ ! -e "$svg" ] || xmllint --noout "$svg" || fail "$svg is not well-formed"
	done
	[ "$(grep -c '<svg' "$1/index.html")" -eq "$(find "$1" -name '*.svg' | wc -l)" ] ||
		fail "$1: not all pictures are in the page"
	# An id twice is no valid HTML.
	xmllint --xpath '//@id' "$1/index.html" 2>/dev/null | sort | uniq -d | grep . &&
		fail "$1: an id twice"
	[ -z "$(find "$1" -type f ! -name '*.svg' ! -name index.html)" ] || fail "$1: litter"
}

# What was measured a moment ago.
code=0
"$bench" --benchmark_filter='^(arena/stay|deliver/warm/sse|mitigate/s|oracle/)' \
	--benchmark_min_time=0.01 --benchmark_repetitions=2 --benchmark_out=real.json \
	>bench.log 2>&1 || code=$?
[ $code -eq 0 ] || [ $code -eq 4 ] || { cat bench.log; fail "xsavage-bench: exit code $code"; }
run 0 -o real real.json
check_page real
has real/index.html arena/stay
sed -n 's|.*"run_name": "\(.*\)/manual_time",|\1|p' real.json | sort -u >names
[ -s names ] || fail "no names in real.json"
while read -r name; do
	has real/index.html "$name"
done <names
run 0 --mitigations real.json
has out "- \`mlock\`: mlock() of the whole stack"

# One picture of each kind, from a file that tries what it can.
run 0 -o hostile "$hostile"
[ ! -s err ] || { cat err; fail "gnuplot complains"; }
check_page hostile
for kind in latency mitigate_signal mitigate_setup mitigate_thread mitigate_memcpy mitigate_limit \
	effect first plant oracle workers pressure; do
	[ -s hostile/${kind}_1.svg ] || fail "no picture: $kind"
done
has hostile/index.html "amx/&lt;b onload=x&gt;"
has hostile/index.html "skip: &lt;b onload=x&gt; no AMX"
has hostile/index.html "not found in 5 of 5"
for bad in '<b onload' '<script' '<title></title' 987654321; do
	has_not hostile/index.html "$bad"
done
run 0 --mitigations "$hostile"
has out '| `mlock` | 1500 | 1.07 | - | 1000 | 97.5 | 4 | 0 | all 2048 |'
has out '| 0 [0, 3.841]; 0 % |'
# Three runs with 0, 0 and 6 hits are one with 6.
has out '| 2 [0.9166, 4.364]; 0 % |'
has_not out '<b'
[ "$(sed '/^|/!d; s/\\|//g; s/[^|]//g' out | sort -u | wc -l)" -eq 1 ] || fail "a row with other columns"
[ ! -e pwned ] || fail "a name became a command"
code=0
"$plot" --mitigations "$hostile" >/dev/full 2>err || code=$?
[ $code -eq 2 ] || fail "a full device: exit code $code"
has err "standard output"

# Files that are none.
for text in '' '{' '[]' '{"benchmarks":[]}' '{"benchmarks":[{}]}' '{"benchmarks":[{"name":"\u0000"}]}'; do
	printf '%s' "$text" >bad.json
	run 2 -o bad bad.json
	has err bad.json
done
run 2 -o bad missing.json
[ ! -e bad ] || fail "a page of nothing"
code=0
PATH=/nonexistent "$plot" -o none "$hostile" 2>err || code=$?
[ $code -eq 2 ] || fail "without gnuplot: exit code $code"
has err "apt-get install gnuplot-nox"
[ ! -e none/index.html ] || fail "a page without pictures"

# Google Benchmark's compare.py, which tests the numbers, is not everywhere.
code=0
"$plot" --compare real.json real.json >out 2>err || code=$?
if [ $code -eq 2 ]; then
	has err "apt-get install libbenchmark-tools python3-scipy"
	cat err
	exit 77
fi
[ $code -eq 0 ] || fail "--compare: exit code $code"
has out "0 differ significantly"
run 0 -o compared --compare "$hostile" real.json
check_page compared
LC_ALL=C grep -q '[^ -~]' out && fail "unprintable bytes on standard output"
[ ! -e pwned ] || fail "a name became a command"

# $1 benchmarks of 4 repetitions each, from $2 on; the first of them from $3 on.
report() {
	awk -v n="$1" -v from="$2" -v first="$3" 'BEGIN {
		printf "{ \"context\": { \"kernel\": \"%s\" }, \"benchmarks\": [", first
		for (i = 0; i < n; i++)
			for (k = 0; k < 4; k++)
				printf "%s{ \"name\": \"b/%d\", \"p50\": %d }", i + k ? "," : "", i,
					(i ? from : first) + 2 * k
		print "] }"
	}'
}

# p of the first one is 2/70, which is significant alone, and no more among forty.
report 1 0 100 >before.json
report 1 0 200 >after.json
run 0 -o alone --compare before.json after.json
check_page alone
has out "Of 1 tested numbers, 1 differ significantly"
has out "0.02857   0.02857  higher"
has alone/index.html "Differs significantly"
report 40 0 100 >before.json
report 40 1 200 >after.json
run 0 --compare before.json after.json
has out "Of 40 tested numbers, 0 differ significantly"
