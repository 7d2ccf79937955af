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
. "$here/run_and_say.sh"

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
no-setup)
	# A run that could not be set up has lasted no time, not since the machine was started.
	run prlimit --sigpending=0 "$xsavage" replay --json "$tmp/json" "$seeds/signal-timer.case"
	[ "$code" -eq 2 ] || { echo "timers need no pending signals here"; exit 77; }
	grep -q '^  time  *0 ns' "$tmp/out" || fail "it has a time"
	grep -q '"elapsed_ns": 0' "$tmp/json" || fail "it has a time in the JSON report"
	;;
no-file)
	# A file that could not be loaded is a test that failed, and stands among the results.
	run "$xsavage" replay --ktap --json "$tmp/json" "$tmp/none" "$seeds/stack-dontneed.case"
	[ "$code" -eq 2 ] || [ "$code" -eq 1 ] || fail "exit code $code, not 2"
	grep -q "^not ok 1 $tmp/none # ERROR .*No such file" "$tmp/out" || fail "it is no test"
	grep -q '^# Totals: .* error:1$' "$tmp/out" || fail "it was not counted"
	grep -q "\"name\": \"$tmp/none\"" "$tmp/json" || fail "it is not in the JSON report"
	# A folder that is not there is told before the check, not after its first finding.
	run "$xsavage" check -t 1 --save "$tmp/none"
	[ "$code" -eq 2 ] || fail "exit code $code, not 2"
	grep -q -- "--save $tmp/none: No such file" "$tmp/err" || fail "it does not say which folder"
	;;
file-name)
	# A file's name may hold anything; a terminal must not be sent escape codes.
	file=$tmp/$(printf 'a\033[31mred').case
	cp "$seeds/stack-dontneed.case" "$file"
	run "$xsavage" replay -n 2 "$file" "$file.not"
	grep -q 'red.case: [0-2] of 2 runs' "$tmp/out" || fail "no summary"
	! grep -q "$(printf '\033')" "$tmp/out" "$tmp/err" || fail "an escape code"
	;;
fuzz-stopped)
	# Its exit codes are libFuzzer's; the help has to say so.
	fuzz=$(dirname "$xsavage")/xsavage-fuzz
	[ -x "$fuzz" ] || { echo "no xsavage-fuzz"; exit 77; }
	run "$fuzz" -help=1
	grep -q '72 is SIGINT or SIGTERM' "$tmp/err" || fail "the help does not say what 72 is"
	mkdir "$tmp/new" # or what is new goes to the seeds
	for signal in INT TERM; do
		# A shell's background command ignores SIGINT, unless somebody sees to it.
		run timeout -k 60 -s $signal --preserve-status 2 "$fuzz" \
			-artifact_prefix="$tmp/" "$tmp/new" "$seeds"
		[ "$code" -eq 72 ] || [ "$code" -eq 77 ] || fail "SIG$signal: exit code $code"
	done
	;;
fuzz-keeps-going)
	# An emulator of user mode that is wrong in more than one way: each distinct finding is told
	# once, has one file, and stands in the list at the end; and they are findings to the caller.
	fuzz=$(dirname "$xsavage")/xsavage-fuzz
	[ -x "$fuzz" ] || { echo "no xsavage-fuzz"; exit 77; }
	command -v qemu-x86_64 >/dev/null || { echo "no qemu-x86_64 (qemu-user)"; exit 77; }
	run qemu-x86_64 "$fuzz" -keep_going=1 -skip=legs=handler -error_exitcode=33 \
		-artifact_prefix="$tmp/" "$seeds/handler-bad-magic.case" \
		"$seeds/handler-bad-pointer.case" "$seeds/handler-bad-magic.case"
	[ "$code" -ne 0 ] || { echo "this emulator is right"; exit 77; }
	[ "$code" -eq 33 ] || fail "exit code $code, not 33"
	listed=$(grep -c '^ *[1-9][0-9]*  *[0-9]*  *[0-9.]* s   corrupt return ' "$tmp/err") ||
		fail "no list of findings"
	told=$(grep -c '^  case saved: ' "$tmp/err") || fail "none is told"
	saved=$(find "$tmp" -name 'crash-corrupt-return-*' | wc -l)
	# Two may turn out to be one later.
	[ "$saved" -ge "$listed" ] || fail "$listed listed, $saved saved"
	[ "$told" -le "$saved" ] || fail "$told told, $saved saved"
	sed -n 's/^ *xsavage replay --skip legs=handler //p' "$tmp/err" >"$tmp/replays"
	[ "$(grep -c . "$tmp/replays")" -eq "$listed" ] || fail "it does not say how to replay them"
	while read -r file; do
		"$xsavage" topo "$file" >/dev/null || fail "$file is no case"
	done <"$tmp/replays"
	;;
ignored)
	# What the caller ignores, up to the last signal, must not reach the workers: they ignore
	# SIGINT, SIGTERM and nothing else.
	env --ignore-signal=RTMAX true 2>/dev/null || { echo "env cannot ignore signals"; exit 77; }
	sed 's/^duration_ms.*/duration_ms = 10000/; s/^signals.*/signals = 0/' \
		"$seeds/stack-dontneed.case" >"$tmp/long.case"
	env --ignore-signal=RTMAX "$xsavage" replay "$tmp/long.case" >"$tmp/out" 2>&1 &
	parent=$!
	for _ in $(seq 50); do
		ignored=
		for child in $(cat /proc/"$parent"/task/*/children 2>/dev/null); do
			ignored="$ignored $(sed -n 's/^SigIgn:.//p' /proc/"$child"/status)"
		done
		# A child that is only just born has not come to it yet.
		[ -n "$ignored" ] && [ -z "$(echo "$ignored" | sed 's/ 0000000000004002//g')" ] && break
		sleep 0.1
	done
	kill -INT "$parent" || :
	wait "$parent" || :
	[ -n "$ignored" ] && [ -z "$(echo "$ignored" | sed 's/ 0000000000004002//g')" ] ||
		fail "the children ignore$ignored"
	;;
emulated)
	# What is wrong under an emulator of user mode is that one's, and no kernel's.
	command -v qemu-x86_64 >/dev/null || { echo "no qemu-x86_64 (qemu-user)"; exit 77; }
	run qemu-x86_64 "$xsavage" check -t 1 --save "$tmp"
	grep -q '^Tested  *qemu-user' "$tmp/out" || fail "it does not say what is tested"
	! grep -q 'Upgrade the kernel' "$tmp/out" || fail "it accuses the kernel of the host"
	;;
selftest-errors)
	# Runs that the harness cannot do, here for want of processes, are neither misses nor alarms.
	[ "$(id -u)" -eq 0 ] || { echo "root is needed to become somebody with a limit"; exit 77; }
	command -v setpriv >/dev/null && command -v prlimit >/dev/null ||
		{ echo "no setpriv or prlimit"; exit 77; }
	chmod 755 "$tmp"
	cp "$xsavage" "$tmp/xsavage"
	code=0
	setpriv --reuid 65534 --clear-groups prlimit --nproc=1 "$tmp/xsavage" selftest \
		>"$tmp/out" 2>&1 || code=$?
	rm "$tmp/xsavage"
	[ "$code" -eq 2 ] || fail "exit code $code, not 2"
	grep -q '^planted corruption: 0 caught, 0 missed' "$tmp/out" || fail "they count as missed"
	grep -q '^nothing planted: 0 silent, 0 findings' "$tmp/out" || fail "they count as findings"
	grep -q '^errors: [1-9][0-9]* runs' "$tmp/out" || fail "they are not counted"
	;;
selftest-deviates)
	# A target that is wrong by itself, by what is known of qemu-user, is no miss of xsavage.
	command -v qemu-x86_64 >/dev/null || { echo "no qemu-x86_64 (qemu-user)"; exit 77; }
	timeout -k 5 150 qemu-x86_64 "$xsavage" selftest 2>"$tmp/err" | head -n 12 >"$tmp/out"
	grep -q 'the target itself deviates here: corrupt, wrong registers at handler entry' \
		"$tmp/out" || fail "it does not say whose fault it is"
	! grep -q MISSED "$tmp/out" || fail "it says that it missed what it could not see"
	;;
*)
	echo "no scenario $scenario"
	exit 1
	;;
esac
