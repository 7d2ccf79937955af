#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs xsavage-bench on kernels with a known bug: what mitigations do against it, or
# how long check, replay, the fuzz driver and the Go wiki's program take to find it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$here/..

usage() {
	cat <<'END_OF_USAGE'
Usage: bench/kernels.sh effect|first [OPTION]... [KERNEL]... [-- OPTION OF tests/vm/run...]

Boots each KERNEL (a name that tests/kernels/build knows) under tests/vm/run with
preempt=full, runs xsavage-bench there, and leaves its report in effect-KERNEL.json
or first-KERNEL.json, for build/xs-plot.

  effect     hits per million signals with each mitigation, of stale-owner's case and
             of those in corpus/mitigations. Default: none stale-owner stale-owner-54
  first      seconds from the start of a program to its first finding, of check, a
             replay of KERNEL's case, xsavage-fuzz, and what the Go wiki's program
             does. Prints them as a table. Default: all that have a case in
             corpus/regress

  -o DIR     where the reports go (default .)
  -t SECONDS effect: for each case and mitigation, at least (default 2)
             first: for each run of each program, at most (default 20)
  -n RUNS    of each (default 1)
  -b FILE    the xsavage-bench to use, with xsavage and xsavage-fuzz beside it
             (default: build/xsavage-bench of this checkout)
  --how LIST first: only these programs, of check, replay, fuzz and wiki (check,fuzz)
  --plain    first: without --singlestep, under which everything takes some twenty
             times as long. Quicker, and unfair to the wiki's program, whose few
             instructions are never interrupted then

Examples:
  bench/kernels.sh effect -t 10 stale-owner-54
  bench/kernels.sh first -n 5 -t 30 -o results stale-owner-54 stale-owner
  bench/kernels.sh first none -t 10 -- --cpu max,-pku,-mpx
  build/xs-plot -o results results/*.json

docs/bench.md and docs/mitigations.md say what the numbers mean.
END_OF_USAGE
}

say() { echo "bench/kernels.sh: $*" >&2; }
die() { say "$*"; exit 2; }

number() {
	case $2 in
	''|*[!0-9]*|0*) die "$1 needs a number above 0, not '$2'" ;;
	esac
	[ "${#2}" -le 3 ] || die "$1 $2 is too large"
}

out=. runs=1 bench=$top/build/xsavage-bench kernels='' how='check replay fuzz wiki'
case ${1-} in
-h|--help) usage; exit 0 ;;
effect) what=effect seconds=2 step='' ;;
first) what=first seconds=20 step=--singlestep ;;
*) die "effect or first? (see --help)" ;;
esac
shift
while [ $# -gt 0 ]; do
	case $1 in
	-h|--help) usage; exit 0 ;;
	--) shift; break ;;
	--plain) step='' ;;
	-[otnb]|--how) [ $# -ge 2 ] || die "$1 needs a value (see --help)"
		case $1 in
		-o) out=$2 ;;
		-t) number "$1" "$2"; seconds=$2 ;;
		-n) number "$1" "$2"; runs=$2 ;;
		-b) bench=$2 ;;
		--how) how=$(echo "$2" | tr , ' ')
			[ -n "${how# }" ] || die "--how needs a program (see --help)"
			for word in $how; do
				case $word in
				check|replay|fuzz|wiki) ;;
				*) die "--how takes check, replay, fuzz and wiki, not '$word'" ;;
				esac
			done ;;
		esac
		shift ;;
	-*) die "unknown option '$1' (see --help)" ;;
	*[!a-z0-9-]*) die "'$1' is no kernel's name (see tests/kernels/build --help)" ;;
	*) kernels="$kernels $1" ;;
	esac
	shift
done

# The case that shows the bug of kernel $1; any case will do where there is none.
case_of() {
	for name in "$1" "${1%-*}" stale-owner; do
		[ ! -f "$top/corpus/regress/$name.case" ] || break
	done
	printf '%s' "$top/corpus/regress/$name.case"
}

if [ -z "$kernels" ] && [ $what = effect ]; then
	kernels='none stale-owner stale-owner-54'
elif [ -z "$kernels" ]; then
	for file in "$top"/tests/kernels/*.cocci; do
		name=$(basename "$file" .cocci)
		[ ! -f "$top/corpus/regress/$name.case" ] && [ "$name" != stale-owner-54 ] ||
			kernels="$kernels $name"
	done
fi
folder=$(dirname "$bench")
for program in "$bench" "$folder/xsavage" "$folder/xsavage-fuzz"; do
	[ -x "$program" ] || die "no program $program (sh tests/run.sh builds it)"
done
mkdir -p "$out" || die "cannot make $out"
[ -w "$out" ] || die "cannot write to $out"

exec 3>&2 # the terminal, if it is one, whatever a command's output goes to
tmp=$(mktemp -d "${TMPDIR:-/tmp}/xsavage-kernels.XXXXXX") || die "no temporary folder"
child=''

# However this ends: no VM, no file.
# shellcheck disable=SC2317,SC2329 # called by the traps
clean() {
	trap '' INT TERM HUP
	if [ -n "$child" ]; then
		kill -- "-$child" 2>/dev/null || :
		wait "$child" 2>/dev/null || :
	fi
	[ ! -t 3 ] || printf '\r\033[K' >&3
	rm -rf "$tmp"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Run a command in the background, so that a signal reaches us at once, with a line on the
# terminal: its exit code. Usage: watched DOING COMMAND...
watched() {
	doing=$1 begin=$(date +%s) code=0
	shift
	# A group of its own, to be ended as one: make, a compiler, QEMU.
	setsid "$@" &
	child=$!
	while [ -t 3 ] && kill -0 "$child" 2>/dev/null; do
		printf '\r[%s/%s] %s: %s, %s s\033[K' "$number" "$count" "$kernel" "$doing" \
			$(($(date +%s) - begin)) >&3
		sleep 1
	done
	wait "$child" || code=$?
	child=''
	[ ! -t 3 ] || printf '\r\033[K' >&3
	return "$code"
}

# One row of the table, from report $1: the runs, and, of several, the median behind them.
row() {
	awk -v kernel="$kernel" '
	function value() { sub(/^[^:]*: /, ""); gsub(/[",]/, ""); return $0 }
	/"name": "first\// { split(value(), part, "/"); how = part[3] }
	/"run_type":/ { single = /iteration/ }
	/"aggregate_name":/ { median = /"median"/ }
	/"error_message":/ { bad[how] = value() }
	/"found":/ && single { found[how] += value(); runs[how]++ }
	/"median_s":/ && (single || median) { took[how] = value() }
	function cell(h) {
		if (!runs[h] && !bad[h]) return "-"
		if (!runs[h]) return bad[h] ~ /^skip/ ? "skipped" : "failed"
		return sprintf("%s%.2f s %d/%d", found[h] * 2 > runs[h] ? "" : ">", took[h], found[h], runs[h])
	}
	END {
		printf "%-24s %-16s %-16s %-16s %s\n", kernel, cell("check"), cell("replay"),
			cell("fuzz"), cell("wiki")
	}' "$1"
}

worst=0 number=0 count=0
for kernel in $kernels; do count=$((count + 1)); done

# What xsavage-bench gets of kernel $kernel: its cases, which it finds in the folder $tmp/cases,
# and what it measures of them; $limit is how long it may take.
prepare() {
	rm -rf "$tmp/cases"
	mkdir "$tmp/cases"
	if [ $what = effect ]; then
		cp "$top/corpus/regress/stale-owner.case" "$top"/corpus/mitigations/*.case "$tmp/cases"
		# A fork, or a write protection, finds the stack in use, not fresh.
		filter='^effect/((stale-owner|dontneed)/|[^/]*/lost/)' limit=$((120 * (5 + seconds)))
		set -- --benchmark_min_time="$seconds"
	else
		sed -e "s/^duration_ms = .*/duration_ms = ${seconds}000/" -e "s/^name = .*/name = $kernel/" \
			"$(case_of "$kernel")" >"$tmp/cases/$kernel.case"
		filter="^first/[^/]*/($(echo "$how" | tr ' ' '|'))/" limit=$((4 * (seconds + 900)))
		set --
	fi
	arguments="--benchmark_filter=$filter --benchmark_repetitions=$runs $*"
	limit=$((60 + runs * limit))
}

[ $what = effect ] || printf '%-24s %-16s %-16s %-16s %s\n' kernel check replay fuzz wiki
for kernel in $kernels; do
	number=$((number + 1))
	watched "building" "$top/tests/kernels/build" "$kernel" >"$tmp/image" 2>"$tmp/text" || {
		code=$?
		cat "$tmp/text" >&2
		[ $code -ne 4 ] || exit 4 # something is missing here
		die "no kernel '$kernel'"
	}
	prepare
	report=$what-$kernel.json code=0
	cases=$(cd "$tmp" && ls cases/*)
	# shellcheck disable=SC2086 # lists of words without blanks
	watched "running" "$top/tests/vm/run" --kernel "$(cat "$tmp/image")" --run "$bench" \
		--file "$folder/xsavage" --file "$folder/xsavage-fuzz" --file "$tmp/cases" --out "$tmp" \
		--append preempt=full --timeout "$limit" ${step:+"$step"} "$@" -- \
		$arguments --benchmark_out="$report" $cases >"$tmp/text" 2>&1 || code=$?
	if [ ! -s "$tmp/$report" ] || [ "$code" -gt 4 ]; then
		cat "$tmp/text" >&2
		die "$kernel: no report (exit code $code)"
	fi
	if [ $what = first ]; then row "$tmp/$report"; else say "$kernel: $out/$report"; fi
	mv "$tmp/$report" "$out/"
	if [ "$code" -ne 0 ]; then
		grep -E 'error: |skip: ' "$tmp/text" >&2 || cat "$tmp/text" >&2
		worst=$code
	fi
done
exit "$worst"
