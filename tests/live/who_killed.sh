#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Deaths that are not the kernel's doing are errors, never findings.
# Usage: who_killed.sh sent|memory XSAVAGE; who_killed.sh filtered|unpinned XSAVAGE REFUSE
set -eu

scenario=$1 xsavage=$2
tmp=$(mktemp -d)
group=''
trap 'rm -rf "$tmp"; [ -z "$group" ] || rmdir "$group"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
	echo "FAILED: $*"
	cat "$tmp/text"
	exit 1
}

skip() {
	echo "skipped: $*"
	exit 77
}

# The children of process $1, and theirs.
offspring() {
	for child in $(cat "/proc/$1/task/$1/children"); do
		echo "$child"
		cat "/proc/$child/task/$child/children" 2>/dev/null || :
	done
}

# Every child of a run in turn is sent a signal that a fault would raise.
sent() {
	signo=$1 number=$2 code=0
	"$xsavage" replay "$tmp/plain.case" >"$tmp/text" 2>&1 &
	parent=$!
	sleep 0.5
	victim=$(offspring $parent | tr ' ' '\n' | grep . | sed -n "${number}p")
	[ -n "$victim" ] || fail "child $number is not there"
	kill -"$signo" "$victim" || fail "child $number is gone"
	wait $parent || code=$?
	[ $code = 2 ] || fail "$signo to child $number: exit code $code, not 2"
	grep -q "was sent .* by process $$" "$tmp/text" || fail "it does not say who sent $signo"
}

case $scenario in
sent)
	cat >"$tmp/plain.case" <<-END
		[case]
		name = plain
		duration_ms = 5000
		[worker]
		registers = all
		[pressure vector-process]
		registers = all
	END
	[ -r /proc/self/task/$$/children ] || [ -r "/proc/$$/task/$$/children" ] ||
		skip "the kernel does not list children (CONFIG_PROC_CHILDREN)"
	for signo in SEGV BUS FPE ILL TRAP; do
		sent "$signo" 1
		sent "$signo" 2
	done
	;;
unpinned)
	# A task that cannot begin has opened nothing: it says why, and dies of nothing else.
	for source in timer itimer sigio; do
		code=0
		"$3" 203 22 "$xsavage" replay "$(dirname "$0")/../../corpus/seeds/signal-$source.case" \
			>"$tmp/text" 2>&1 || code=$?
		[ $code != 77 ] || skip "no seccomp filter can be set"
		[ $code = 2 ] || fail "$source: exit code $code, not 2"
		grep -q 'pinning to its CPU' "$tmp/text" || fail "$source: it does not say why"
	done
	;;
filtered)
	# A seccomp filter that kills the worker for its tgkill(); the parent makes none.
	code=0
	"$3" 234 0 "$xsavage" replay "$(dirname "$0")/../../corpus/seeds/signal-tgkill-self.case" \
		>"$tmp/text" 2>&1 || code=$?
	[ $code != 77 ] || skip "no seccomp filter can be set"
	[ $code = 2 ] || fail "exit code $code, not 2"
	grep -q 'Bad system call.* from outside' "$tmp/text" || fail "it does not say what killed it"
	;;
memory)
	# A limit that is met all the time, and no OOM killer: the kernel's own
	# write to the frame then fails.
	own=$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)
	root=$(sed -n 's/^cgroup \([^ ]*\) cgroup [^ ]*[, ]memory[, ].*/\1/p' /proc/mounts | head -n 1)
	[ -n "$own$root" ] && [ -n "$root" ] || skip "no memory controller of cgroup v1"
	mkdir "$root$own/xsavage-test-$$" 2>/dev/null || mkdir "$root/xsavage-test-$$" 2>/dev/null ||
		skip "no cgroup can be made"
	group=$root$own/xsavage-test-$$
	[ -d "$group" ] || group=$root/xsavage-test-$$
	echo 1 >"$group/memory.oom_control"
	# The last two where a loaded machine has not come far enough to meet it.
	for run in 1 2 3 4 20 60; do
		[ $run -le 4 ] || [ "$(cat "$group/memory.failcnt")" -eq 0 ] || break
		code=0 left=$((run + 30))
		echo 2M >"$group/memory.limit_in_bytes" || fail "it cannot be lowered again"
		(cd "$tmp" && exec sh -c 'echo $$ >"$1/cgroup.procs" && exec "$2" check -t "$3"' - \
			"$group" "$xsavage" $((run > 4 ? run : 4))) >"$tmp/text" 2>&1 &
		parent=$!
		while kill -0 $parent 2>/dev/null && [ $left -gt 0 ]; do
			sleep 1
			left=$((left - 1))
		done
		# All of it, the parent too, may wait for memory that nobody gives back.
		[ $left -gt 0 ] || echo 64M >"$group/memory.limit_in_bytes"
		wait $parent || code=$?
		[ $code != 1 ] || fail "a finding where there was no memory, run $run"
	done
	[ "$(cat "$group/memory.failcnt")" -gt 0 ] || fail "the limit was never met"
	;;
*)
	echo "no scenario $scenario" >&2
	exit 2
	;;
esac
