#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Programs that "xsavage export" writes compile without a warning, pass on this kernel, and see one
# wrong bit: in the frame, at handler entry, and after sigreturn.
# Usage: tests/live/exported.sh XSAVAGE
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

xsavage=${1?which xsavage?}
corpus=$(cd "$(dirname "$0")" && pwd)/../../corpus
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

command -v gcc >/dev/null || { echo "no gcc"; exit 77; }

fail() {
	echo "FAILED: $*"
	exit 1
}

compile() { gcc -O2 -Wall -Wextra -Werror -pthread "$1" -o "${1%.c}"; }

# Run program $1 for a second; its exit code has to be $2.
run() {
	code=0
	"$tmp/$1" 1 >"$tmp/log" 2>&1 || code=$?
	sed "s/^/$1: /" "$tmp/log"
	[ "$code" -eq "$2" ] || [ "$code,$2" = 4,0 ] || fail "$1: exit code $code, not $2"
}

# Plant in the program of case $1 what sed makes of it; it has to find that, and to say $3.
plant() {
	sed "$2" "$tmp/$1.c" >"$tmp/planted.c"
	! cmp -s "$tmp/$1.c" "$tmp/planted.c" || fail "$1: nothing planted by $2"
	compile "$tmp/planted.c"
	run planted 1
	grep -q "^corrupt: $3" "$tmp/log" || fail "$1: it does not say '$3'"
}

exported=0
for file in "$corpus"/seeds/*.case "$corpus"/regress/*.case; do
	name=$(basename "$file" .case)
	code=0
	"$xsavage" export -o "$tmp/$name.c" "$file" 2>"$tmp/why" || code=$?
	case $code in
	0)	exported=$((exported + 1)) ;;
	4)	grep -q . "$tmp/why" || fail "$name is refused without a reason"
		[ ! -e "$tmp/$name.c" ] || fail "$name is refused, and written" ;;
	*)	cat "$tmp/why"
		fail "export of $name: exit code $code" ;;
	esac
done
# As many at once as there are CPUs.
for file in "$tmp"/*.c; do
	printf '%s\0%s\0' "$file" "${file%.c}"
done | xargs -0 -n 2 -P "$(nproc)" sh -c \
	'gcc -O2 -Wall -Wextra -Werror -pthread "$0" -o "$1"' || fail "one does not compile"
[ "$exported" -ge 50 ] || fail "only $exported cases are exported"

for name in handler-clobber handler-edit-size handler-bad-tail pressure-fork pressure-vector-thread \
	pressure-migrate signal-timer \
	signal-tgkill-peer stack-none stack-dontneed stack-uffd-missing failed-restore; do
	run "$name" 0
done

# One bit of xmm7 in the frame, of xmm7 after sigreturn, of the neighbour's, of a child's.
plant stack-dontneed 's/^\tjudge(t, (uint64_t \*)fp/\tfp[160 + 7 * 16] ^= 1;\n&/' \
	'worker, in the signal frame: xmm7 word 0 '
plant stack-dontneed 's/^\t\tjudge(t, dump/\t\tdump[20 + 14] ^= t->stack \&\& !quiet;\n&/' \
	'worker, after sigreturn: xmm7 word 0 '
plant stack-dontneed 's/^\t\tjudge(t, dump/\t\tdump[20 + 14] ^= !t->stack;\n&/' \
	'vector-process, without a signal: xmm7 word 0 '
plant pressure-fork 's/^\t\tjudge(t, dump/\t\tdump[20 + 14] ^= !child \&\& !t->stack;\n&/' \
	'fork, in a new child: xmm7 word 0 '
# A handler that does not start in init state.
plant stack-dontneed 's/^\tjudge(t, entry/\tentry[64] |= 2, entry[20 + 14] ^= 1;\n&/' \
	'worker, at handler entry: xmm7 word 0 '
plant handler-bad-header 's/^\tjudge(t, entry/\tentry[64] |= 2, entry[20 + 14] ^= sig == SIGSEGV;\n&/' \
	'worker, at handler entry: xmm7 word 0 '
# qemu-user starts handlers in the registers that were interrupted: the same verdict as replay's.
if ! command -v qemu-x86_64 >/dev/null; then
	echo "no qemu-x86_64 (qemu-user): not compared with replay there"
elif timeout -k 5 60 qemu-x86_64 "$xsavage" replay "$corpus/seeds/stack-dontneed.case" |
	grep -q 'wrong registers at handler entry'; then
	code=0
	timeout -k 5 60 qemu-x86_64 "$tmp/stack-dontneed" 1 >"$tmp/log" || code=$?
	[ "$code" -eq 1 ] || fail "under qemu-user: exit code $code, not 1"
	grep -q '^corrupt: worker, at handler entry' "$tmp/log" || fail "under qemu-user: not at entry"
fi
# Another task's data, with its name; and values that sigreturn forgot.
plant stack-dontneed 's/^\tjudge(t, (uint64_t \*)fp/\tfp[160 + 6] = t - tasks + 1;\n&/' \
	'worker, in the signal frame: xmm0 .* data of vector-process'
plant handler-edit-fx 's/sw->magic1 = 0;/(void)sw;/' 'worker, after sigreturn: '
# Without a fault, or a signal, there is no pass.
for edit in 's/MADV_DONTNEED/MADV_NORMAL/' 's/\.call = SYS_tgkill/.call = SYS_getpid/'; do
	sed "$edit" "$tmp/stack-dontneed.c" >"$tmp/idle.c"
	compile "$tmp/idle.c"
	code=0
	"$tmp/idle" 1 >"$tmp/log" || code=$?
	[ "$code" -eq 4 ] || fail "$edit: exit code $code, not 4"
	grep -q '^inconclusive' "$tmp/log" || fail "$edit: it does not say that it is inconclusive"
done
