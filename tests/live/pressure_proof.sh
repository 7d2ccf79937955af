#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What a pressure stands for has happened, or the run says that it has not; and what it
# changed is undone, whoever is killed.
# Usage: tests/live/pressure_proof.sh SCENARIO XSAVAGE REFUSE
# With XSAVAGE_TEST_ALLOW=hotplug in the environment, CPUs go offline and online.
# Exit code: 0 pass, 1 fail, 77 skip.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=processes.sh
. "$here/processes.sh"
# shellcheck source-path=SCRIPTDIR source=spoil.sh
. "$here/spoil.sh"
scenario=${1?which scenario?} xsavage=$(realpath "${2?which xsavage?}")
refuse=$(realpath "${3?which refuse?}")
before=$(machine)

# A case with one kind of pressure, for so many seconds.
write_case() {
	printf '[case]\nduration_ms = %d000\n[worker]\nregisters = x87,sse\n[pressure %s]\n' \
		"$2" "$1" >"$tmp/case"
}

replay() { start "$xsavage" replay --allow hotplug "$tmp/case"; }

needs_hotplug() {
	[ "${XSAVAGE_TEST_ALLOW-}" = hotplug ] ||
		skip "XSAVAGE_TEST_ALLOW=hotplug lets it take CPUs offline"
	"$xsavage" list | grep -q '^  hotplug  *yes' || skip "no CPU can be taken offline"
}

needs() { "$xsavage" list | grep -q "^  $1  *yes" || skip "no $1 here"; }

# Processes of the run that lead a session of their own: the guardians.
guardians() {
	for process in $(marked); do
		[ "$process" = "$pid" ] && continue
		awk -v pid="$process" '{ sub(/^.*\) /, ""); if ($4 == pid) print pid }' \
			"/proc/$process/stat" 2>/dev/null
	done
}

# The child of a child, which is what pressure makes: $victim.
grandchild() {
	victim=
	for process in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
		victim=${victim:-$(cut -d' ' -f1 "/proc/$process/task/$process/children" 2>/dev/null)}
	done
	[ -n "$victim" ]
}

guarded() { victim=$(guardians | head -1) && [ -n "$victim" ]; }

unchanged() { [ -z "$(marked)" ] && [ "$(machine)" = "$before" ]; }

# Run the case with a tracee; $victim is in its windows.
traced() {
	needs ptrace
	write_case ptrace "$1"
	replay
	await grandchild
	sleep 0.3
}

tracee_signalled() {
	traced 600
	kill -SEGV "$victim"
	finish
	exits 2
	says 'its tracee was sent signal 11 by process'
	traced 600
	kill -KILL "$victim"
	finish
	exits 2
	says 'its tracee died, of "Killed"'
}

tracee_stopped() {
	traced 3
	kill -STOP "$victim"
	finish
	exits 2
	says 'its tracee was stopped by signal'
	traced 3
	kill -STOP "$victim"
	sleep 0.2
	kill -CONT "$victim"
	finish
	exits 0
}

# The kernel kills the tracee in its window: of an instruction that is none.
tracee_killed() {
	traced 600
	spoil_window "$victim" "$xsavage" "$tmp/spoil" || skip "$(cat "$tmp/spoil")"
	finish
	exits 1
	says 'killed$'
}

# sched_setscheduler() where there is none, or not of this kind.
priority_refused() {
	write_case priority 1
	run "$refuse" 144 22 "$xsavage" replay "$tmp/case"
	[ "$code" -eq 77 ] && skip "no seccomp filters"
	exits 4
	says 'skip$'
	says 'Invalid argument'
}

# Two deadline tasks that need nearly all of two CPUs: the kernel lets none of these go.
hotplug_refused() {
	needs_hotplug
	tasks=$(nproc)
	while [ "$tasks" -gt 0 ]; do
		env "$mark" chrt --deadline --sched-runtime 9000000 --sched-period 10000000 0 \
			sleep 600 2>"$tmp/chrt" &
		tasks=$((tasks - 1))
	done
	sleep 0.5
	[ -s "$tmp/chrt" ] && skip "SCHED_DEADLINE: $(head -1 "$tmp/chrt")"
	write_case hotplug 2
	replay
	finish
	exits 4
	says 'the pressure hotplug never got to work'
}

# A process less than it needs: parent, workers, pressure, guardian, sleeper.
hotplug_without_processes() {
	needs_hotplug
	command -v setpriv >/dev/null || skip "no setpriv"
	write_case hotplug 2
	chmod -R a+rX "$tmp"
	chmod 777 "$cwd" "$tmp/tmp"
	cp "$xsavage" "$tmp/xsavage"
	for n in 3 4; do
		run setpriv --reuid=54321 --clear-groups --inh-caps=+dac_override \
			--ambient-caps=+dac_override prlimit --nproc="$n" \
			"$tmp/xsavage" replay --allow hotplug "$tmp/case"
		exits 2
		[ "$n" -eq 3 ] && says 'guardian.*Resource temporarily unavailable'
		[ "$n" -eq 4 ] && says 'sleeping child.*Resource temporarily unavailable'
	done
	:
}

# Its guardian killed, and stopped; then all of the run but the guardian, at once.
guarded_by() {
	for signal in KILL STOP; do
		write_case "$1" 600
		replay
		await guarded
		sleep 0.3
		kill -s "$signal" "$victim"
		finish
		exits 2
		says 'the guardian of its .* was killed'
		await unchanged
	done
	for ms in 020 050 100 200 300 400 500 600 700 800; do
		replay
		await guarded
		sleep "0.$ms"
		kill -s KILL -- "-$pid"
		finish
		await unchanged
	done
}

case $scenario in
tracee-signalled) tracee_signalled ;;
tracee-stopped) tracee_stopped ;;
tracee-killed) tracee_killed ;;
priority-refused) priority_refused ;;
hotplug-refused) hotplug_refused ;;
hotplug-without-processes) hotplug_without_processes ;;
hotplug-guarded)
	needs_hotplug
	guarded_by hotplug
	;;
turn) # Cases whose signals are over before their neighbour has had the CPU.
	printf '[case]\nduration_ms = 10000\nsignals = 1\n[worker]\nregisters = sse\n%s\n' \
		'[pressure vector-process]' >"$tmp/case"
	"$xsavage" replay -n 20 "$tmp/case" >"$tmp/text" || { cat "$tmp/text"; fail "not all passed"; }
	;;
freeze-guarded)
	needs freeze
	guarded_by freeze
	;;
*) fail "no such scenario: $scenario" ;;
esac
say "$scenario passed"
