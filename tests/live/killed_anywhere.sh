#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Whoever is killed, and whenever: nothing is left, and the machine is as it was.
# Usage: tests/live/killed_anywhere.sh FOLDER [TIMES [SEED]]
# FOLDER has the programs. With XSAVAGE_TEST_ALLOW=hotplug in the environment,
# CPUs go offline and online.
# Exit code: 0 pass, 1 fail.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=processes.sh
. "$here/processes.sh"
bin=$(realpath "${1?which folder?}") times=${2:-40} seed=${3:-$(date +%s)}
seeds=$here/../../corpus/seeds

sleep 1000000 &
bystander=$!
trap 'kill $bystander; end' EXIT

# Also of what is none of ours: its CPUs and its nice value.
state() {
	machine
	grep Cpus_allowed_list "/proc/$bystander/status"
	cut -d' ' -f19 "/proc/$bystander/stat"
}
state >"$tmp/state"
before=$(cat "$tmp/state")

# Four random numbers below 10000: $kind, $which, $when, $whom.
draw() {
	# shellcheck disable=SC2046
	set -- $(awk -v seed="$seed" -v n="$1" 'BEGIN {
		srand(seed * 7919 + n)
		for (i = 0; i < 5; i++)
			printf "%d ", rand() * 10000
	}')
	kind=$2 which=$3 when=$4 whom=$5
}

# The Nth of the seeds.
a_seed() { ls "$seeds"/*.case | awk -v n="$1" '{ s[NR] = $0 } END { print s[1 + n % NR] }'; }

longer() {
	sed 's/^duration_ms = .*/duration_ms = 60000/' "$seeds/pressure-$1.case" >"$tmp/$1.case"
	echo "$tmp/$1.case"
}

# A command: of xsavage mostly of those that run cases.
command_line() {
	case $((kind % 20)) in
	0 | 1) echo "$bin/xsavage check -t 3 --json report.json" ;;
	2 | 3) echo "$bin/xsavage replay -n 1000 $(a_seed "$which")" ;;
	4 | 5 | 6) echo "$bin/xsavage replay $(longer freeze)" ;;
	7) echo "$bin/xsavage replay -n 1000 $seeds/pressure-freeze.case" ;;
	8) echo "$bin/xsavage replay $(longer ptrace)" ;;
	9) echo "$bin/xsavage replay --json report.json $(longer fork) $(longer priority)" ;;
	10 | 11)
		if [ "${XSAVAGE_TEST_ALLOW-}" = hotplug ]; then
			echo "$bin/xsavage replay --allow hotplug $(longer hotplug)"
		else
			echo "$bin/xsavage replay $(longer migrate)"
		fi
		;;
	12) echo "$bin/xsavage minimize -n 5 $(a_seed "$which")" ;;
	13) echo "$bin/xsavage explain -n 5 $(a_seed "$which")" ;;
	14) echo "$bin/xsavage selftest" ;;
	15) echo "$bin/xsavage list" ;;
	16)
		case $((which % 3)) in
		0) echo "$bin/xsavage topo $(a_seed "$which")" ;;
		1) echo "$bin/xsavage export -o repro.c $seeds/state-sse.case" ;;
		2) echo "$bin/xsavage report -n 5 $(a_seed "$which")" ;;
		esac
		;;
	17 | 18) echo "$bin/xsavage-fuzz -max_total_time=3" ;;
	19)
		case $((which % 2)) in
		0) echo "$bin/xsavage-bench --benchmark_filter=arena/ --benchmark_min_time=0.5" ;;
		1) echo "$bin/xsavage-bench --benchmark_filter=first/.*/replay $(longer freeze)" ;;
		esac
		;;
	esac
}

# One of its processes, be it a child, a child's child, or a guardian.
one_of_them() { marked | awk -v n="$1" '{ p[NR] = $1 } END { if (NR) print p[1 + n % NR] }'; }

hit() {
	case $((whom % 10)) in
	0 | 1 | 2) kill -s KILL "$pid" ;;
	3 | 4 | 5) kill -s KILL -- "-$pid" ;;
	6) kill -s INT "$pid" ;;
	7) kill -s TERM "$pid" ;;
	*)
		victim=$(one_of_them "$which")
		[ -n "$victim" ] && kill -s KILL "$victim"
		sleep 0.5
		# Where children come and go it need not have been noticed.
		kill -s TERM "$pid"
		;;
	esac 2>/dev/null
}

# What was asked for is there whole, or not at all.
is_whole() {
	[ ! -e "$cwd/report.json" ] || [ "$(tail -c 2 "$cwd/report.json")" = "}" ] ||
		fail "half a report: $what"
	[ ! -e "$cwd/repro.c" ] || [ "$(tail -c 2 "$cwd/repro.c")" = "}" ] ||
		fail "half a program: $what"
	rm -f "$cwd/report.json" "$cwd/repro.c"
}

clean() { [ -z "$(marked)" ] && [ -z "$(files)" ] && [ "$(state)" = "$before" ]; }

n=0
while [ "$n" -lt "$times" ]; do
	n=$((n + 1))
	draw "$n"
	line=$(command_line)
	[ -x "${line%% *}" ] || continue
	# shellcheck disable=SC2086
	start $line
	# Early moments are the more interesting ones.
	sleep "$(awk -v r="$when" 'BEGIN { r /= 10000; print 2.5 * r * r * r }')"
	hit
	what="$line ($n with seed $seed, whom $((whom % 10)))"
	finish
	polls=1200
	is_whole
	until clean; do
		polls=$((polls - 1))
		[ "$polls" -gt 0 ] || fail "left: $(marked) $(files) $(state | diff - "$tmp/state") $what"
		sleep 0.05
		is_whole
	done
done
say "passed: $times kills, seed $seed"
