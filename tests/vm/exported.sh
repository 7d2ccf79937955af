# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2016,SC2034,SC2086,SC2154
# What "export" makes of the case of a kernel's bug says corrupt there, and of all cases passes on none.
# Sourced by tests/vm/prove, whose variables and functions it uses.

# Copies of /bin/sh and the programs, which it runs one after the other.
if [ "$kernel" = none ]; then
	mkdir "$tmp/programs"
	for file in "$corpus"/*/*.case; do
		name=$(basename "$(dirname "$file")").$(basename "$file" .case)
		"$xsavage" export -o "$tmp/$name.c" "$file" || continue
		gcc -O2 -Wall -Wextra -Werror -static -pthread "$tmp/$name.c" \
			-o "$tmp/programs/$name"
	done
	code=0
	"$here/run" --kernel "$image" --run /bin/sh --file "$tmp/programs" --accel tcg \
		--memory 1024 --timeout $hang --append preempt=full -- -c \
		'for p in programs/*; do code=0; $p 2 || code=$?; echo "$p: $code"; done' \
		>"$tmp/text" 2>&1 || code=$?
	cat "$tmp/text"
	exits 0
	says ': 0$'
	silent '^corrupt|killed|hang|: [1-35-9]$'
	[ "$(grep -c ': 0$' "$tmp/text")" -ge 60 ] || fail "few of them pass"
	exit 0
fi
name=$bug
"$xsavage" export -o "$tmp/$name.c" "$corpus/regress/$name.case"
gcc -O2 -Wall -Wextra -Werror -static -pthread "$tmp/$name.c" -o "$tmp/$name"
code=0
# exec-drop is rare: it ends with the first finding.
# shellcheck disable=SC2046 # options
"$here/run" --kernel "$image" --run "$tmp/$name" --accel tcg --timeout $hang \
	$(sed -n 's,^// guest: *,,p' "$here/../kernels/$bug.cocci") --append preempt=full -- "$([ "$name" = exec-drop ] && echo 900 || echo 30)" \
	>"$tmp/text" 2>&1 || code=$?
cat "$tmp/text"
exits 1
case $name in
stale-owner) says '^corrupt: worker, in the signal frame: .* data of vector-process' ;;
failed-restore) says '^corrupt: vector-process, without a signal: .* data of worker' ;;
cleared-before-success) says '^corrupt: worker, in the signal frame: ' ;;
ignores-last-cpu) says '^corrupt: worker, .*: .* (data of worker|is 0, .* data of nobody known)' ;;
extended-size-short) says '^corrupt: worker, in the signal frame: fpstate at ' ;;
red-zone-halved) says '^corrupt: .*, after sigreturn: the red zone' ;;
fork-copies-memory|fork-without-reload) says '^corrupt: fork, in a new child: ' ;;
exec-drop|exec-keeps-registers) says '^corrupt: exec, in a new program: .* data of exec' ;;
ptrace-shows-old) says '^corrupt: ptrace, by ptrace, after a write: ' ;;
mxcsr-unchecked) says '^corrupt: ptrace, by ptrace: a reserved bit of MXCSR was taken' ;;
ptrace-write-lost) says '^corrupt: ptrace, ' ;;
magic2-at-user-size|missing-not-initialised) says '^corrupt: worker, after sigreturn: upper' ;;
kernel-fpu-keeps-owner) says '^corrupt: kernel-fpu, without a signal: ' ;;
kernel-fpu-preempted) says '^corrupt: kernel-hash: a wrong hash$' ;;
pkru-before-altstack|pkru-denies-frame|altstack-unchecked|at-minsigstksz-small|larger-frame-taken) says 'killed: Segmentation fault' ;;
idle-resets-x87) says '^corrupt: worker, .*: (st|FCW)' ;;
core-shows-memory) says '^corrupt: core, in a core file: ' ;;
core-cut-short) says '^corrupt: core: the core file ends at ' ;;
pkru-write-kept) says '^corrupt: ptrace, .*: PKRU' ;;
pkru-not-switched|pkru-zero-closed) says '^corrupt: .*: PKRU' ;;
switch-without-ymm) says '^corrupt: .*: upper half of ymm' ;;
fault-in-user-size|frame-misaligned) says 'hang: ' ;;
*) fail "nobody has said what to expect of $name" ;;
esac
