# SPDX-License-Identifier: GPL-2.0-only
# For live tests that start programs, kill them, and look at what is left: to be sourced.
# shellcheck shell=sh
set -u

tmp=$(mktemp -d)
mark=XS_TEST_MARK=$(cat /proc/sys/kernel/random/uuid)
cwd=$tmp/cwd
mkdir "$cwd" "$tmp/tmp"
: >"$tmp/start"
pid='' what=''

say() { echo "$(basename "$0" .sh): $*"; }

# Every living process that carries the mark in its environment, forked children too: they
# inherit it, whatever their session or group.
marked() {
	for process in $(grep -lsaF "$mark" /proc/[0-9]*/environ | cut -d/ -f3); do
		grep -qs ') [ZX] ' "/proc/$process/stat" || echo "$process"
	done
}

end() {
	for process in $(marked); do
		kill -KILL "$process" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap end EXIT
trap 'exit 1' INT TERM

fail() {
	say "FAILED: $*"
	for file in "$tmp/out" "$tmp/err"; do
		[ -s "$file" ] && tail -n 40 "$file" | sed "s/^/  $(basename "$file"): /"
	done
	exit 1
}

skip() {
	say "skipped: $*"
	exit 77
}

# Start a program as a session of its own; $pid is its number. A shell without job
# control has its background ignore SIGINT, hence env.
start() {
	what=$*
	(cd "$cwd" && exec env --default-signal=INT,TERM,PIPE "$mark" TMPDIR="$tmp/tmp" \
		setsid "$@") </dev/null >"$tmp/out" 2>"$tmp/err" &
	pid=$!
}

alive() { kill -0 "$pid" 2>/dev/null && ! grep -qs ') [ZX] ' "/proc/$pid/stat"; }

# Do something until it succeeds, for ten minutes: that is a hang on any machine.
await() {
	polls=12000
	until "$@"; do
		polls=$((polls - 1))
		[ "$polls" -gt 0 ] || fail "in vain: $* ($what)"
		sleep 0.05
	done
}

ended() { ! alive; }

# Wait for it to end; $code is its exit code.
finish() {
	await ended
	# The shell's own message about a kill would only disturb.
	wait "$pid" 2>/dev/null
	code=$?
}

run() {
	start "$@"
	finish
}

# With one of the codes $@.
exits() {
	for expected; do
		[ "$code" -ne "$expected" ] || return 0
	done
	fail "exit code $code, not $*: $what"
}
says() { grep -q "$1" "$tmp/out" || fail "it does not say '$1': $what"; }
complains() { grep -q "$1" "$tmp/err" || fail "it does not complain '$1': $what"; }

# What there is of the machine's that a run could leave changed.
# A cgroup has the number of the process that made it: another run's is in use.
cgroups() {
	find /sys/fs/cgroup -maxdepth 4 -name 'xsavage-*' 2>/dev/null | while read -r folder; do
		maker=${folder##*/xsavage-}
		[ -d "/proc/${maker%%-*}" ] || echo "$folder"
	done
}
files() {
	find "$cwd" "$tmp/tmp" -mindepth 1
	find /dev/shm -maxdepth 1 -name '*xsavage*' -newer "$tmp/start"
}
machine() {
	cat /sys/devices/system/cpu/online
	cgroups
	taskset -p $$
	nice
}
