#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What check says of each bug that tests/kernels puts into a kernel. Sourced by tests/vm/prove,
# whose says(), silent() and the like it uses.

# What check has to say about the bug of kernel $1: what is wrong, where, and with whose data.
expected() {
	case $1 in
	stale-owner*) says 'wrong registers in the signal frame: foreign data, of pressure' ;;
	failed-restore)
		says 'pressure .*: wrong registers without a signal: foreign data, of worker' ;;
	cleared-before-success) says 'wrong registers in the signal frame: init' ;;
	fault-in-user-size|frame-misaligned)
		says '^hang-.*: hang$'
		says 'made no progress' ;;
	ia32-unvalidated) says 'worker .*: wrong registers without a signal: init' ;;
	fsave-header-stale)
		says 'wrong registers in the signal frame: (init|stale)'
		says_row 'fcw ' ;;
	magic2-at-user-size)
		says 'wrong registers after sigreturn: init'
		says_row 'ymm' ;;
	# By what such a frame has in use: AVX, or components that the CPU has not.
	larger-frame-taken)
		says '(sigreturn refused a legal frame|wrong registers after sigreturn: foreign|died of signal 11)' ;;
	missing-not-initialised)
		says 'wrong registers after sigreturn: foreign data, of the signal handler of worker' ;;
	# What that CPU had last: values of the task, or the state in which its handlers start.
	ignores-last-cpu) says '(worker|pressure (exec|regsets|newborn)) .*: wrong registers .*: (stale|init)' ;;
	switch-without-ymm)
		says 'wrong registers .*: foreign data'
		says_row 'ymm'
		silent_row 'xmm' ;;
	kernel-fpu-keeps-owner) says 'wrong registers .*: (unknown|init)' ;;
	idle-resets-x87)
		says 'wrong registers .*: init'
		says_row '(fcw|st\()' ;;
	kvm-without-reload) says 'pressure kvm .*: wrong registers in a guest: (foreign data|init|stale|unknown)' ;;
	kvm-saves-foreign) says 'pressure kvm .*: wrong registers (in a guest|without a signal)' ;;
	kernel-fpu-preempted) says 'pressure kernel-hash .*: wrong in what the kernel computed' ;;
	fork-copies-memory) says 'wrong registers (in a new child|as a tracer reads them): (init|stale)' ;;
	mxcsr-unchecked)
		says '^accepted-.*: accepted$'
		says "pressure (ptrace|regsets|newborn) .*: the kernel took a tracer's write that it has to refuse" ;;
	ptrace-write-lost) says "pressure (ptrace|regsets|newborn) .*: wrong registers after a tracer's write: stale" ;;
	altstack-overflow)
		says 'wrong in what a signal frame says of itself, or beside it'
		says_row 'bytes below it ' ;;
	altstack-unchecked|at-minsigstksz-small)
		says '^killed-.*: killed$'
		says 'The kernel itself raised it: si_code 128' ;;
	pkru-before-altstack)
		says '^refused-.*: refused$'
		says 'worker .*: sigreturn refused a legal frame' ;;
	pkru-denies-frame)
		says '^killed-.*: killed$'
		says 'The kernel itself raised it: si_code 128' ;;
	# Its init state is no pattern, whoever left it.
	pkru-zero-closed)
		says 'wrong registers .*: init'
		says_row 'pkru +0x00000000' ;;
	pkru-write-kept)
		says "pressure (ptrace|regsets|newborn) .*: wrong registers (as a tracer reads them|after a tracer's write): stale"
		says_row 'pkru +0x00000000' ;;
	# Or of the idle task, all keys open.
	pkru-not-switched)
		says 'wrong registers .*: (foreign data|init)'
		says_row 'pkru ' ;;
	extended-size-short)
		says 'wrong in what a signal frame says of itself'
		says_row 'extended_size ' ;;
	red-zone-halved)
		says 'wrong in what a signal frame says of itself, or beside it'
		says_row 'red zone words ' ;;
	ptrace-shows-old) says 'pressure (ptrace|regsets|newborn) .*: wrong registers as a tracer reads them' ;;
	# What came of a write that was refused; what did not, of one that was not.
	fxsave-half-written|fxsave-not-in-use|xmm-of-32bit-tracer)
		says 'pressure (regsets|newborn) .*: wrong registers (as a tracer reads them|after a tracer)' ;;
	xstate-refusal-resets)
		says 'pressure (regsets|ptrace|newborn) .*: wrong registers (as a tracer reads them|after a tracer|without a signal): init' ;;
	fsave-shows-old)
		says 'pressure (regsets|newborn) .*: wrong registers as a tracer reads them: stale'
		says_row 'fcw ' ;;
	# Where it is not looked at it is not copied, either.
	mxcsr-of-avx-unchecked)
		says "pressure (regsets|newborn) .*: (wrong registers as a tracer reads them: stale|the kernel took a tracer's write that it has to refuse)" ;;
	# What the kernel's buffer last had of the task: its own, or what it was forked with.
	core-shows-memory) says 'pressure core .*: wrong registers in a core file: (stale|init)' ;;
	core-cut-short)
		says 'wrong in what a core file says of itself'
		says_row 'core bytes ' ;;
	fork-without-reload) says 'wrong registers (in a new child|as a tracer reads them): (foreign|init)' ;;
	exec-keeps-registers) says 'wrong registers (after execve|as a tracer reads them): stale' ;;
	*) fail "nobody has said what to expect of $1" ;;
	esac
}
