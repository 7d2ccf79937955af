# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Bugs that show in Bochs: those of tests/kernels/beyond-qemu, which QEMU cannot show, and others.
# Sourced by tests/vm/prove, whose variables and functions it uses.

# What check says there of the bug of kernel $1.
beyond() {
	case $1 in
	frame-xsaveopt)
		says 'wrong registers in the signal frame: (stale|flipped|unknown)'
		says 'wrong registers after sigreturn: (stale|flipped|unknown)' ;;
	save-skips-unused) says 'wrong registers at handler entry: stale' ;;
	# Of tasks with patterns, or of what a string function of another one used.
	restore-skips-unused) says 'wrong registers .*: (foreign data|unknown)' ;;
	frame-bv-of-cpu)
		says 'wrong in what a signal frame says of itself'
		says_row 'XSTATE_BV ' ;;
	switch-without-opmask)
		says 'wrong registers .*: foreign data'
		says_row 'k[0-7] '
		silent_row 'xmm' ;;
	sigreturn-without-hi16)
		says 'wrong registers after sigreturn: init'
		says_row 'zmm(1[6-9]|2[0-9]|3[01]) ' ;;
	frame-without-hi16)
		says 'wrong in what a signal frame says of itself'
		says_row '(sw xfeatures|xstate_size) ' ;;
	fork-drops-avx512) says 'wrong registers in a new child: init' ;;
	# A 32-bit sigreturn goes the same way.
	ptrace-write-without-hi16)
		says "wrong registers (after a tracer's write: (stale|init)|as a tracer reads them: (stale|init)|after sigreturn: )"
		says_row 'zmm(1[6-9]|2[0-9]|3[01]) ' ;;
	exec-trusts-in-use) says 'wrong registers after execve: stale' ;;
	fork-skips-unused) says 'wrong registers in a new child: stale' ;;
	idle-drops-zmm) says 'wrong registers .*: init' ;;
	frame-xsave32)
		says 'wrong registers in the signal frame'
		says_row 'f[id]p ' ;;
	switch-xrstor32)
		says 'wrong registers'
		says_row 'f[id]p '
		silent_row '(xmm|ymm|zmm)' ;;
	simd-as-x87)
		says '^hang-.*: hang$'
		says 'made no progress' ;;
	simd-flags-cleared)
		says 'wrong registers'
		says_row 'mxcsr ' ;;
	simd-code-lost)
		says 'wrong in what a signal frame says of itself'
		says_row 'si_code ' ;;
	# Of a task that held nothing, on one CPU.
	stale-owner) says 'wrong registers in the signal frame: (foreign data|init)' ;;
	*) expected "$1" ;;
	esac
}

command -v bochs-bin >/dev/null || { echo "no Bochs: docs/vm.md has its packages"; exit 77; }
# Without what the kernel loses there anyway (docs/found.md), which would come first.
bug=${kernel%+mxcsr-kept}
case_file=$corpus/regress/$bug.case
# A second CPU costs three times as much. A tracer needs one, so does what goes idle, or hangs.
case $bug in
ptrace-*|idle-*|simd-as-x87) cpus=2 ;;
*) cpus=1 ;;
esac
emulator="--emulator bochs --cpu corei7_skylake_x --cpus $cpus"
# A switch in the short window of an SSE exception is rare: that one's case has to do.
if [ "$bug" != switch-masks-simd ]; then
	for seconds in 30 300; do # on a slow machine
		guest -- check --first -t $seconds
		case $code in 0|4) ;; *) break ;; esac
	done
	exits 1
	beyond "$bug"
fi
guest --file "$case_file" -- replay -n 3 --bisect "$bug.case"
exits 1
[ -f "$here/../kernels/beyond-qemu/$bug.cocci" ] || exit 0
emulator='--accel tcg'
guest --file "$case_file" -- replay --bisect "$bug.case"
case $code in 0|125) ;; *) fail "its case hits under QEMU" ;; esac
