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

# Run program $1 for $3 seconds, by default one; its exit code has to be $2.
run() {
	# On a loaded machine a second may pass before the worker has had its turn.
	for seconds in ${3:-1} 2 4 8; do
		code=0
		"$tmp/$1" "$seconds" >"$tmp/log" 2>&1 || code=$?
		[ "$code,$2" = 4,1 ] || break
	done
	sed "s/^/$1: /" "$tmp/log"
	[ "$code" -eq "$2" ] || [ "$code,$2" = 4,0 ] || fail "$1: exit code $code, not $2"
}

# Plant in the program of case $1 what sed makes of it; it has to find that, and to say $3.
plant() {
	sed "$2" "$tmp/$1.c" >"$tmp/planted.c"
	! cmp -s "$tmp/$1.c" "$tmp/planted.c" || fail "$1: nothing planted by $2"
	compile "$tmp/planted.c"
	run planted 1 120 # no longer than until it finds something
	grep -q "^corrupt: $3" "$tmp/log" || fail "$1: it does not say '$3'"
}

exported=0
for file in "$corpus"/seeds/*.case "$corpus"/regress/*.case "$corpus"/found/*.case; do
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
# By each compiler, as many at once as there are CPUs.
for file in "$tmp"/*.c; do
	printf '%s\0%s\0' "$file" "${file%.c}"
done >"$tmp/all"
xargs -0 -n 2 -P "$(nproc)" sh -c \
	'gcc -O2 -Wall -Wextra -Werror -pthread "$0" -o "$1"' <"$tmp/all" ||
	fail "one does not compile"
if command -v clang >/dev/null; then
	xargs -0 -n 2 -P "$(nproc)" sh -c 'clang -O2 -Wall -Wextra -Werror -Wno-unknown-pragmas \
		-mgeneral-regs-only -pthread "$0" -o "$1.clang"' <"$tmp/all" ||
		fail "one does not compile with clang"
fi
[ "$exported" -ge 85 ] || fail "only $exported cases are exported"

# Each passes, or says why it does not.
xargs -0 -n 2 -P "$(nproc)" sh -c 'code=0
	"$1" 1 >"$1.log" 2>&1 || code=$?
	sed "s/^/${1##*/}: /" "$1.log"
	[ $code -eq 0 ] || { [ $code -eq 4 ] && grep -q "skip: \|^inconclusive" "$1.log"; }' \
	<"$tmp/all" >"$tmp/ran" 2>&1 || { cat "$tmp/ran"; fail "one that has to pass"; }
cat "$tmp/ran"
[ "$(grep -c ': pass$' "$tmp/ran")" -ge 40 ] || fail "few pass"
for name in handler-jump handler-nest failed-restore; do
	[ ! -e "$tmp/$name.clang" ] || run "$name.clang" 0
done

# Those that are written by hand: what they find, a kernel of today may have.
by_hand() {
	cp "$corpus/found/$1.c" "$tmp"
	compile "$tmp/$1.c"
	code=0
	"$tmp/$1" >"$tmp/log" || code=$?
	cat "$tmp/log"
	case $code in
	4) ;;
	0|1) grep -q "$2" "$tmp/log" || fail "$1: it does not say what is right" ;;
	*) fail "$1: exit code $code" ;;
	esac
}
by_hand fork-after-amx '^right: before AMX'
by_hand exec-pkru '^a program begins with PKRU '

# One bit of xmm7 in the frame, of xmm7 after sigreturn, of the neighbour's, of a child's.
plant stack-dontneed 's/^\tjudge(t, (uint64_t \*)fp/\tfp[160 + 7 * 16] ^= 1;\n&/' \
	'worker, in the signal frame: xmm7 word 0 '
plant stack-dontneed 's/^\tjudge(t, dump/\tdump[20 + 14] ^= t->stack \&\& !quiet;\n&/' \
	'worker, after sigreturn: xmm7 word 0 '
plant stack-dontneed 's/^\tjudge(t, dump/\tdump[20 + 14] ^= !t->stack;\n&/' \
	'vector-process, without a signal: xmm7 word 0 '
plant pressure-fork 's/^\tjudge(t, dump/\tdump[20 + 14] ^= t->pid != getpid();\n&/' \
	'fork, in a new child: xmm7 word 0 '
plant handler-fork 's/^\tjudge(t, dump/\tdump[20 + 14] ^= t->pid != getpid();\n&/' \
	'worker, in a new child: xmm7 word 0 '
plant handler-nest 's/^\tjudge(t, (uint64_t \*)fp/\tfp[160 + 7 * 16] ^= !t->stack;\n&/' \
	'nested window, in the signal frame: xmm7 word 0 '
plant handler-jump 's/^\tt->want = t->other;/&\n\tt->other[20 + 14] ^= 1;/' \
	'worker, after sigreturn: xmm7 word 0 '
plant handler-edit-values 's/area\[64\] = (area/area[20 + 14] ^= 1;\n\t&/' \
	'worker, after sigreturn: xmm7 word 0 '
plant pressure-exec 's/judge(t, area, 0, /((uint64_t *)area)[64] |= 2;\n\t\t&/; s/PROT_READ, MAP_SHARED, found/3, MAP_SHARED, found/; s/judge(t, area, 0, /((uint64_t *)area)[34] ^= 1;\n\t\t&/' \
	'exec, in a new program: xmm7 word 0 '
plant pressure-ptrace 's/judge(t, area, ~0ul, /area[34] ^= 1;\n\t&/' 'ptrace, by ptrace: xmm7 word 0 '
plant pressure-ptrace 's/ptrace(PTRACE_SETREGSET, child/ptrace(PTRACE_GETREGSET, child/' \
	'ptrace, by ptrace, after a write: '
plant state-x87-env 's/^\tjudge(t, dump/\tdump[0] ^= 1ul << 27;\n&/' \
	'.*, without a signal: FCW, FSW0 word 0 \|worker, after sigreturn: FCW, FSW0 word 0 '
# What a frame says of itself, and what lies below the stack pointer.
plant extended-size-short 's/^\tjudge_frame/\t((uint32_t *)fp)[117] -= 4;\n&/' \
	'worker, in the signal frame: fpstate at '
plant red-zone-halved 's/^\tjudge_frame/\t*(char *)(uc->uc_mcontext.gregs[REG_RSP] - 64) ^= 1;\n&/' \
	'.*, after sigreturn: the red zone'
# A handler that does not start in init state.
plant stack-dontneed 's/^\tjudge(t, t->entry/\tt->entry[64] |= 2, t->entry[20 + 14] ^= 1;\n&/' \
	'worker, at handler entry: xmm7 word 0 '
plant handler-bad-header 's/^\tjudge(t, t->entry/\tt->entry[64] |= 2, t->entry[20 + 14] ^= sig == SIGSEGV;\n&/' \
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
for edit in 's/MADV_DONTNEED/MADV_NORMAL/' 's/call = SYS_tgkill/call = SYS_getpid/'; do
	sed "$edit" "$tmp/stack-dontneed.c" >"$tmp/idle.c"
	compile "$tmp/idle.c"
	code=0
	"$tmp/idle" 1 >"$tmp/log" || code=$?
	[ "$code" -eq 4 ] || fail "$edit: exit code $code, not 4"
	grep -q '^inconclusive' "$tmp/log" || fail "$edit: it does not say that it is inconclusive"
done
