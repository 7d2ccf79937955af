#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# --only and --skip: nothing runs of what they leave out, what they leave runs, and it is said.
# Usage: tests/live/filter.sh SCENARIO XSAVAGE
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

scenario=${1?which scenario?}
xsavage=${2?which xsavage?}
here=$(cd "$(dirname "$0")" && pwd)
seeds=$here/../../corpus/seeds
. "$here/run_and_say.sh"
exits() { [ "$code" -eq "$1" ] || fail "exit code $code, not $1"; }
says() { grep -q -e "$1" "$tmp/out" || fail "it does not say '$1'"; }
complains() { grep -q -e "$1" "$tmp/err" || fail "it does not complain '$1'"; }

# Of case texts on standard input: every value of key $1 is one of the words $2.
has_only() {
	! sed -n "s/^$1 = //p" | grep -v -x -E "$(echo "$2" | tr ' ' '|')" ||
		fail "a case has another $1"
}

case $scenario in
list)
	run "$xsavage" list --only stack=none --only abi=ia32 --skip pressure=all --skip legs=layout
	exits 0
	says '^  none  *yes'
	! grep -q '^  dontneed ' "$tmp/out" || fail "it lists what was left out"
	! grep -q '^  ud2 ' "$tmp/out" || fail "it lists traps, which have no 32-bit frames"
	! grep -q '^  layout ' "$tmp/out" || fail "it lists a leg that was left out"
	says '^  frame  *in the signal frame'
	run "$xsavage" list --names --only stack=none --skip abi=ia32,ia32-rt --skip legs=layout
	exits 0
	says '^stack=none$'
	says '^registers=sse$'
	! grep -q -v -x '[a-z]*=[a-z0-9-]*' "$tmp/out" || fail "it prints more than names"
	! grep -q -e '^stack=dontneed$' -e '^abi=ia32' -e '^legs=layout$' "$tmp/out" ||
		fail "it names what was left out"
	# shellcheck disable=SC2046 # words
	run "$xsavage" list --names $(sed 's/^/--only /' "$tmp/out")
	exits 0
	run "$xsavage" list --only handler=fork --only stack=memfd-dontneed
	exits 2
	complains '^xsavage: handler actions: what is left of the stack faults .*: fork$'
	run "$xsavage" list --only stack=nnoe
	exits 2
	complains "^xsavage list: --only stack: 'nnoe' is none of the stack faults: all, none, dontneed"
	;;
check)
	run "$xsavage" check -t 3 --only stack=none --only signal=tgkill-self,kill \
		--skip handler=return --skip pressure=all --skip legs=layout,ptrace \
		--save "$tmp" --json "$tmp/json"
	[ "$code" -eq 0 ] || [ "$code" -eq 4 ] || fail "exit code $code"
	says '^  left out  *signal sources tgkill-peer, timer, sigqueue'
	says '^  *handler actions return$'
	says '^  *legs ptrace, layout$'
	says ', [0-9]* of [0-9]* signal sources, .* 1 of [0-9]* stack faults, .* 0 of [0-9]* pressure'
	sed -n 's/^ *"case": "\(.*\)",*$/\1/p' "$tmp/json" | sed 's/\\n/\n/g' >"$tmp/cases"
	grep -q '^fault = none' "$tmp/cases" || fail "not one case"
	has_only source 'tgkill-self kill' <"$tmp/cases"
	has_only fault none <"$tmp/cases"
	! grep -q -e '^action = return$' -e '^\[pressure' "$tmp/cases" || fail "what was left out ran"
	grep -A 99 '"legs"' "$tmp/json" | tr -d ' \n' | grep -q '"left_out":\["ptrace","layout"\]' ||
		fail "the JSON report has not got the legs"
	# What is not here is not run silently without; what is saved is replayed as it is.
	run "$xsavage" check -t 1 --only pressure=hotplug
	exits 4
	complains '^xsavage: pressure kinds: not here, .* or not allowed: hotplug$'
	run "$xsavage" check -t 1 --skip hold=all
	exits 2
	complains '^xsavage: holds: nothing is left'
	;;
selftest)
	# Every plant is found on the legs that are left, and on no other.
	for legs in frame return,fork handler,layout; do
		run "$xsavage" selftest -v --only legs=$legs --only registers=mxcsr --skip signal=all \
			--skip pressure=all
		exits 2
		run "$xsavage" selftest -v --only legs=$legs --only registers=mxcsr \
			--only stack=dontneed --only handler=clobber,fork \
			--only signal=tgkill-self --skip pressure=all
		exits 0
		! grep -q -e '^ *sse ' -e '^x87 ' "$tmp/out" || fail "classes that were left out"
		grep -q '^planted corruption: [1-9][0-9]* caught, 0 missed' "$tmp/out" ||
			fail "nothing was planted"
		case $legs in
		frame) says ' worker ' && ! grep -q ' entry ' "$tmp/out" ;;
		return,fork) says ' tracer ' && ! grep -q ' entry ' "$tmp/out" ;;
		*) says ' entry ' && ! grep -q ' tracer ' "$tmp/out" ;;
		esac || fail "plants of other legs than $legs"
	done
	# Where no plant is as it must be, none is made, and no run is wrong.
	run "$xsavage" selftest --only registers=x87 --only handler=jump --only stack=none \
		--only signal=tgkill-self,kill --skip pressure=all
	exits 4
	says '^nothing planted: [1-9][0-9]* silent, 0 findings$'
	;;
fuzz)
	fuzz=$(dirname "$xsavage")/xsavage-fuzz
	[ -x "$fuzz" ] || { echo "no xsavage-fuzz"; exit 77; }
	fuzz=$(cd "$(dirname "$fuzz")" && pwd)/xsavage-fuzz # it is run elsewhere
	run "$fuzz" -only=stack
	exits 2
	complains "^xsavage-fuzz: -only 'stack' does not begin with an axis"
	# No finding, and so no artifact.
	(cd "$tmp" && "$fuzz" -skip=stack=all "$seeds") >"$tmp/out" 2>"$tmp/err" && fail "it runs"
	complains '^xsavage-fuzz: stack faults: nothing is left'
	for artifact in "$tmp"/crash-*; do
		[ ! -e "$artifact" ] || fail "an artifact"
	done
	mkdir "$tmp/new" "$tmp/old"
	cp "$seeds/stack-dontneed.case" "$seeds/stack-none.case" "$tmp/old"
	run "$fuzz" -only=stack=dontneed -only=stack=remap -skip=handler=return,fork \
		-skip=pressure=all -runs=200 -artifact_prefix="$tmp/" "$tmp/new" "$tmp/old"
	[ "$code" -eq 0 ] || [ "$code" -eq 77 ] || fail "exit code $code"
	# The first input is kept, whatever it is.
	cat "$tmp"/new/* | sed 's/^fault = none$/fault = remap/; s/^action = return$/action = jump/' \
		>"$tmp/cases"
	grep -c . "$tmp/cases" >/dev/null || fail "nothing new"
	has_only fault 'dontneed remap' <"$tmp/cases"
	! grep -q -e '^action = fork$' -e '^\[pressure' "$tmp/cases" || fail "what was left out ran"
	complains 'cases:.* pass [1-9]'
	;;
*)
	echo "no scenario $scenario"
	exit 1
	;;
esac
