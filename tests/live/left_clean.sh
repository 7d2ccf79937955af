#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# However a run ends, xsavage says so and leaves no process and no file.
# Usage: tests/live/left_clean.sh SCENARIO XSAVAGE
# Exit code: 0 pass, 1 fail, 77 skip.
# shellcheck disable=SC2016 # sh -c expands what is quoted here
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=processes.sh
. "$here/processes.sh"
# shellcheck source-path=SCRIPTDIR source=spoil.sh
. "$here/spoil.sh"
seeds=$here/../../corpus/seeds
scenario=${1?which scenario?}

# A copy that any user can run, whatever the build directory's mode is.
chmod 755 "$tmp"
chmod 777 "$cwd" "$tmp/tmp"
xsavage=$tmp/xsavage
cp "${2?which xsavage?}" "$xsavage" || fail "cannot copy $2"
chmod 755 "$xsavage"

# Every living process of the session that was started last, one a line: its number and its
# parent's.
members() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v session="$pid" '{
		number = $1
		sub(/^.*\) /, "")
		if ($1 != "Z" && $1 != "X" && $4 == session)
			print number, $2
	}'
}

no_process() { [ -z "$(members)$(marked)" ]; }

# A dying process may take its time on a loaded machine.
left_nothing() {
	await no_process
	[ -z "$(files)" ] || fail "files are left: $(files) $what"
}

# Start it, wait for its end; then nothing is left.
run() {
	start "$@"
	finish
	left_nothing
}

# Cases whose tasks are, at any moment, in forks, in blocked page
# faults, in loops that send, or on their way to another CPU.
fault=uffd-missing
"$xsavage" list | grep -q 'uffd-missing  *yes' || fault=dontneed
{
	printf '[case]\nduration_ms = 60000\n[worker]\ncount = 8\nregisters = all\n'
	printf '[stack]\nfault = %s\n[pressure vector-process]\nregisters = all\n' "$fault"
} >"$tmp/faults.case"
{
	printf '[case]\nduration_ms = 60000\n[worker]\ncount = 8\n'
	printf '[signal]\nsource = tgkill-peer\ndelay_us = 20\n[handler]\naction = nest\n'
	printf '[pressure vector-thread]\n[pressure yield]\n'
} >"$tmp/senders.case"
{
	printf '[case]\nduration_ms = 60000\nsignals = 1\n[worker]\ncount = 4\nas = processes\n'
	printf '[pressure vector-process]\ncount = 4\n'
} >"$tmp/forks.case"

# The Nth of the commands that the kills take turns with.
command_line() {
	case $(($1 % 5)) in
	0) echo "check -t 60" ;;
	1) echo "replay $tmp/faults.case" ;;
	2) echo "replay $tmp/senders.case" ;;
	3) echo "replay -n 100000 $tmp/forks.case" ;;
	4) echo "replay -n 1000 $seeds/signal-timer.case $seeds/stack-punch-hole.case" ;;
	esac
}

delays_ms="5 10 20 30 45 60 80 100 130 170 220 280 350 450 600"

# Run the Nth command for so many milliseconds from its first instruction on.
start_for() {
	# shellcheck disable=SC2046
	start "$xsavage" $(command_line "$1")
	what="$what, after $2 ms"
	polls=24000
	until [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = xsavage ]; do
		polls=$((polls - 1))
		[ "$polls" -gt 0 ] || fail "it does not start: $what"
	done
	sleep "$(printf '0.%03d' "$2")"
}

parent_killed() {
	n=0
	for ms in $delays_ms; do
		start_for "$n" "$ms"
		kill -KILL "$pid"
		finish
		exits 137
		left_nothing
		n=$((n + 1))
	done
}

# Usage: interrupted SIGNAL EXIT-CODE
interrupted() {
	n=0 reports=0
	for ms in $delays_ms; do
		start_for "$n" "$ms"
		kill -"$1" "$pid"
		finish
		exits "$2"
		left_nothing
		grep -q 'stopped' "$tmp/out" && reports=$((reports + 1))
		grep -q 'corrupt$\|killed$\|hang$\|error$' "$tmp/out" && fail "a false verdict: $what"
		n=$((n + 1))
	done
	[ "$reports" -gt 5 ] || fail "only $reports of $n interrupted runs reported what they saw"
}

# Wait until it has children; $victim is one of them, another one for another N. The
# workers' process is the first. Fails where it has ended. Usage: find_victim N [PARENT]
find_victim() {
	polls=24000 victim=
	while alive && [ "$polls" -gt 0 ] && [ -z "$victim" ]; do
		victim=$(members | sort -n | awk -v parent="${2:-$pid}" -v n="$1" '
			$2 == parent { child[count++] = $1 }
			END { if (count) print child[n % count] }')
		polls=$((polls - 1))
	done
	[ -n "$victim" ]
}

child_killed() {
	n=0 hits=0
	for ms in $delays_ms; do
		start_for "$n" "$ms"
		find_victim "$n" || fail "it has no children: $what"
		kill -KILL "$victim" 2>/dev/null
		# Where children come and go the victim may have gone by itself.
		sleep 0.2
		alive && [ $((n % 5)) -ne 1 ] && [ $((n % 5)) -ne 2 ] && kill -TERM "$pid"
		finish
		exits 2 143
		left_nothing
		if [ "$code" -eq 2 ]; then
			says 'from outside'
			hits=$((hits + 1))
		fi
		n=$((n + 1))
	done
	[ "$hits" -ge 6 ] || fail "only $hits of $n kills hit"
}

# The whole group, for longer than the run was to last.
stopped() {
	sed -i 's/= 60000/= 3000/' "$tmp/faults.case" "$tmp/senders.case"
	for command in "check -t 3" "replay $tmp/faults.case" "replay $tmp/senders.case"; do
		# shellcheck disable=SC2086
		start "$xsavage" $command
		sleep 0.5
		kill -s STOP -- "-$pid" 2>/dev/null
		sleep 3
		kill -s CONT -- "-$pid" 2>/dev/null
		finish
		exits 0
		says 'pass$'
		left_nothing
	done
}

# The workers alone, until the run is over: no hang, but no proof either.
child_stopped() {
	# On a loaded machine it may be over before it can be stopped.
	for ms in 2000 8000 32000; do
		sed -i "s/^duration_ms = .*/duration_ms = $ms/" "$tmp/faults.case"
		start "$xsavage" replay "$tmp/faults.case"
		find_victim 0 && sleep 0.3 && kill -STOP "$victim" 2>/dev/null
		finish
		left_nothing
		[ "$code" -eq 0 ] || break
	done
	exits 2
	says 'did not leave'
}

# A file system of a few pages, all of them in use, as the working directory.
on_full_disk() {
	unshare --mount true 2>/dev/null || skip "no mount namespace: needs root"
	start unshare --mount sh -c '
		mount -t tmpfs -o size=16k tmpfs "$1" && cd "$1" || exit 99
		cat /dev/zero >fill 2>/dev/null
		shift
		"$@"
		code=$?
		ls -A >&3
		exit $code' sh "$cwd" "$@" 3>"$tmp/listing"
}

full_disk_ends() {
	finish
	exits "$1"
	complains 'No space left on device'
	[ "$(cat "$tmp/listing")" = fill ] || fail "files are left: $(cat "$tmp/listing")"
	left_nothing
}

parent() { members | awk -v shell="$pid" '$2 == shell { print $1 }' | grep .; }

full_disk() {
	on_full_disk "$xsavage" check -t 1 --json report.json
	full_disk_ends 2
	run "$xsavage" replay --json /dev/full "$seeds/state-sse.case"
	exits 2
	complains 'No space left on device'
	says 'pass$\|inconclusive$' # on a loaded machine

	# A finding that has to be saved: the kernel kills a worker.
	on_full_disk "$xsavage" check --first -t 60
	await parent
	sleep 0.3
	while alive; do
		find_victim 0 "$(parent)" && spoil_window "$victim" "$xsavage" "$tmp/spoil"
		sleep 0.2
	done
	full_disk_ends 1
	complains 'could not be saved'
	complains '^\[case\]'
	says 'killed$'
}

# check passes, by the command $@: a loaded machine may prove nothing in a second.
checks() {
	for seconds in 1 10 60; do
		run "$@" check -t $seconds
		[ "$code" -eq 4 ] || break
	done
	exits 0
}

limits() {
	checks prlimit --memlock=0 "$xsavage"
	# It is userfaultfd that takes more.
	if [ "$fault" = uffd-missing ]; then
		run prlimit --nofile=8 "$xsavage" replay "$tmp/faults.case"
		exits 2
		says 'Too many open files'
	fi
	# Signals of the kernel that accuse nobody.
	run prlimit --cpu=1:60 "$xsavage" replay "$tmp/senders.case"
	exits 2
	says 'from outside'
	run sh -c '{ "$@"; echo "code $?"; } | cat >&2' sh \
		prlimit --fsize=0 "$xsavage" replay "$seeds/stack-punch-hole.case"
	complains 'skip$'
	complains 'code 4'
}

nobody='--reuid=65534 --regid=65534 --clear-groups'

# Run as a user without rights, who need not be able to read the checkout.
# shellcheck disable=SC2086 # a list of words
as_nobody() {
	if [ "$(id -u)" -ne 0 ]; then
		run "$@"
		return
	fi
	setpriv $nobody test -x "$xsavage" || skip "$tmp, which TMPDIR names, is for root alone"
	run setpriv $nobody "$@"
}

processes() {
	for n in 1 6 14; do
		as_nobody prlimit --nproc="$n" "$xsavage" replay "$tmp/senders.case"
		exits 2
		says 'Resource temporarily unavailable'
	done
}

no_root() {
	as_nobody "$xsavage" check -t 2
	exits 0
	says 'pass$'
	grep -q '^userfaultfd needs' "$tmp/out" || skip "userfaultfd is for everybody here"
	cp "$seeds/stack-uffd-missing.case" "$tmp" && chmod 644 "$tmp/stack-uffd-missing.case"
	as_nobody "$xsavage" replay "$tmp/stack-uffd-missing.case"
	exits 4
	says 'skip$'
	says 'userfaultfd needs root'
}

one_cpu() {
	cpu=$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')
	run taskset -c "$cpu" "$xsavage" check -t 2
	exits 0
	run taskset -c "$cpu" "$xsavage" replay "$seeds/signal-tgkill-peer.case"
	exits 0
	run taskset -c "$cpu" "$xsavage" replay "$seeds/pressure-migrate.case"
	exits 4
	says 'only one CPU'
}

closed() {
	run sh -c '{ "$@"; echo "code $?" >&2; } | head -1' sh "$xsavage" check -t 1
	complains 'code 2'
	complains 'Broken pipe'
	run sh -c '{ "$@"; echo "code $?" >&2; } | head -1' sh "$xsavage" \
		replay --ktap -n 100000 "$seeds/state-sse.case"
	complains 'code 2'
	checks sh -c '"$@" <&-' sh "$xsavage"
	says 'pass$'
	run sh -c '"$@" >&-' sh "$xsavage" check -t 1
	exits 2
	complains 'standard output'
	run sh -c '"$@" >/dev/full' sh "$xsavage" replay "$seeds/state-sse.case"
	exits 2
	complains 'No space left on device'
	run sh -c '"$@" >/dev/full' sh "$xsavage" list
	exits 2
}

case $scenario in
parent-killed) parent_killed ;;
interrupted) interrupted INT 130 ;;
terminated) interrupted TERM 143 ;;
child-killed) child_killed ;;
stopped) stopped ;;
child-stopped) child_stopped ;;
full-disk) full_disk ;;
limits) limits ;;
processes) processes ;;
no-root) no_root ;;
one-cpu) one_cpu ;;
closed) closed ;;
*) say "no such scenario"; exit 1 ;;
esac
say "passed"
