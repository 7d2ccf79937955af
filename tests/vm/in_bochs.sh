# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2086,SC2154,SC2034
# What is proved in Bochs. Sourced by tests/vm/prove, whose variables and functions it uses.

# For ends_with().
. "$here/found.sh"

avx=corei7_haswell_4770 avx512=corei7_skylake_x
emulator='--emulator bochs'

# What tests/vm/run lacks for Bochs it says, on any kernel.
missing=$("$here/run" --emulator bochs --kernel "$image" --xsavage "$xsavage" --cpu none -- list 2>&1) || :
case $missing in
*'missing: '*) echo "$missing; docs/vm.md has Bochs' packages"; exit 77 ;;
esac
version=$(printf '%s\n' "$missing" | sed -n 's/.*\(Bochs [0-9.]*\) has no model.*/\1/p')

# The line of the table for the model $2 of the emulator $1, and all that is wrong there.
listed() {
	"$here/run" --list-cpus --emulator "$1" --cpu "$2" >"$tmp/text" || fail "no table"
	cat "$tmp/text"
}

# As passes(), on the model $1, with $2 CPUs. The seconds are the guest's own: a loaded host changes
# nothing.
checks() {
	for seconds in 30 200; do
		guest --cpu "$1" --cpus "$2" --file "$corpus/known/bochs.known" -- \
			check -t $seconds --known bochs.known
		! covers 'stack faults' || ! covers 'register classes' || break
	done
	exits 0
	says '^kernel .*: pass$'
	covers 'stack faults' || fail 'not all stack faults that are here were covered'
	covers 'register classes' || fail 'not all register classes that are here were covered'
}

# No process and no file of the run in $tmp/run is left.
nothing_left() {
	! pgrep -f "$tmp/run/" >/dev/null || fail "a process is left"
	[ -z "$(ls -A "$tmp/run")" ] || fail "a file is left"
}

# Shadow stacks are in Bochs from 3.1 on; a build of that need not boot a kernel.
need_shadow() {
	listed bochs tigerlake
	if ! grep -q '^bochs .* cet-u ' "$tmp/text" || grep -q '^  cet-u: ' "$tmp/text"; then
		echo "$version has no shadow stacks; \$BOCHS may name one that has (docs/vm.md)"
		exit 77
	fi
	emulator='--emulator bochs --cpu tigerlake --cpus 1'
	guest -- list 2>"$tmp/errors"
	[ "$code" -eq 0 ] || { cat "$tmp/errors"; echo "$version boots no kernel: docs/vm.md says why"; exit 77; }
	says '^ +shadow +yes '
}

# What check says of the bug of kernel $1.
shadow_bug() {
	case $1 in
	shadow-not-restored) says_row 'SSP after ' ;;
	shadow-unmarked) says_row 'SSP token ' ;;
	shadow-token-unchecked) says '^kernel .*: accepted$' ;;
	shadow-vfork-own) says_row 'child SSP ' ;;
	# Its creator may die of it first.
	shadow-thread-shares) says '^kernel .*: (corrupt|killed)$' ;;
	shadow-fault-refused|shadow-stale) says '^kernel .*: killed$' ;;
	*) fail "nobody has said what to expect of $1" ;;
	esac
}

# In the background, with what it leaves in a folder of its own; its pid is $run.
begin() {
	mkdir "$tmp/run"
	TMPDIR=$tmp/run "$here/run" --kernel "$image" --xsavage "$xsavage" $emulator --cpus 1 \
		--timeout $hang -- check >"$tmp/text" 2>&1 &
	run=$!
	bochs_pid=''
	until [ -s "$(echo "$tmp"/run/*/console)" ]; do # the guest is on its way
		kill -0 $run || fail "it has ended"
		sleep 1
	done
	bochs_pid=$(pgrep -f "$tmp/run/.*/bochsrc" | while read -r pid; do
		[ "$(cat "/proc/$pid/comm")" != bochs-bin ] || echo "$pid"; done)
}

end() {
	code=0
	wait $run || code=$?
	cat "$tmp/text"
	exits "$1"
	nothing_left
	rmdir "$tmp/run"
}

case $scenario in
in-bochs-probe)
	# Of QEMU, 7.2 and later; of Bochs that one which was looked at.
	listed qemu max
	says '^qemu +max +[0-9]+ +x87 sse avx .* hidden '
	silent 'spoils (x87|sse|avx|pkru)'
	listed qemu pentium3
	says 'no 64-bit code: qemu/pentium3$'
	listed bochs $avx
	says "^bochs +$avx +832 +x87 sse avx +xsaveopt +shows *\$"
	listed bochs $avx512
	says "^bochs +$avx512 +2688 +x87 sse avx opmask zmm-high zmm-16-31 "
	[ "$version" = 'Bochs 2.7' ] || { echo "what is wrong is known of 2.7 alone"; exit 0; }
	says '^  compacted-size: .* is 2688, not 2432$'
	says '^  xsavec: saving avx spoils avx$'
	says '^  xsaves: saving zmm-high spoils zmm-high$'
	says '^  xrstor: loading init avx spoils zmm-high$'
	silent '^  (xsave|xsaveopt|xgetbv1): '
	listed bochs tigerlake
	says '^  pkru: CPUID has 0 bytes at 0$'
	;;
in-bochs-ends)
	listed bochs $avx # and so the probe need not run again
	begin
	kill -KILL "$bochs_pid"
	end 2
	says 'signal 9 .* ended the emulator'
	begin
	kill -TERM $run
	end 143
	guest --cpus 1 --append 'rdinit=/nonexistent panic=0' -- list 2>"$tmp/errors"
	exits 2
	grep -q 'the guest has panicked' "$tmp/errors" || fail "it does not say that it has panicked"
	grep -q 'Kernel panic - not syncing' "$tmp/errors" || fail "it does not show the panic"
	;;
in-bochs-open)
	ends_with linux-mxcsr-lost 1 '^corrupt: worker, after sigreturn: MXCSR'
	guest -- check --first -t 30
	exits 1
	says 'wrong registers after sigreturn: init'
	says '^    mxcsr '
	# What the emulator gets wrong there is known of it, and tells no kernel from another.
	listed bochs $avx512
	grep -q '^  xrstor: loading init avx spoils zmm-high$' "$tmp/text" || exit 0
	cat "$corpus/known/linux.known" "$corpus/known/bochs.known" >"$tmp/both.known"
	guest --cpu $avx512 --file "$tmp/both.known" -- \
		check -t 5 --only handler=edit-init --known both.known
	exits 0
	says 'corrupt return init wide - x86-64'
	;;
in-bochs-mended)
	ends_with linux-mxcsr-lost 0
	# Tracers that write MXCSR where the tracee uses neither x87 nor SSE nor AVX.
	printf '[case]\nname = alone\nduration_ms = 1500\n[worker]\nregisters = mxcsr\n%s\n%s\n' \
		'[pressure ptrace]' 'registers = mxcsr' >"$tmp/alone.case"
	sed 's/ptrace/regsets/' "$tmp/alone.case" >"$tmp/alone2.case"
	guest --cpu $avx512 --file "$tmp/alone.case" --file "$tmp/alone2.case" -- \
		replay alone.case alone2.case
	exits 0
	checks $avx 2
	checks $avx512 1 # a CPU more costs as much again
	;;
in-bochs-shadow)
	need_shadow
	bug=${kernel%@*}
	if [ "$bug" = none ]; then
		guest -- check -t 20 --only stack=shadow
		exits 0
		covers 'stack faults' || fail 'no signal was taken on a shadow stack'
		covers 'handler actions' || fail 'not all handler actions that are here were covered'
		for case_file in "$corpus"/regress/shadow-*.case; do
			guest --file "$case_file" -- replay "$(basename "$case_file")"
			exits 0
		done
		guest -- selftest --only registers=sse --only abi=x86-64 --only stack=none,shadow \
			--only handler=return,clobber,bad-token --only signal=tgkill-self \
			--only pressure=vector-process,fork,threads
		exits 0
		says '^shadow +10 caught, 0 missed'
		exit 0
	fi
	only=stack=shadow
	case $bug in shadow-thread-shares|shadow-vfork-own) only=pressure=threads ;; esac
	guest -- check --first -t 30 --only $only
	exits 1
	shadow_bug "$bug"
	guest --file "$corpus/regress/$bug.case" -- replay -n 3 --bisect "$bug.case"
	exits 1
	;;
in-bochs-selftest)
	# What is planted in, not all that it can be planted by: that takes ten times as long.
	guest --cpu $avx512 --cpus 1 -- selftest --only registers=opmask,zmm --only abi=x86-64 \
		--only handler=return,clobber --only stack=none,dontneed --only signal=tgkill-self \
		--only pressure=vector-process --skip legs=layout
	exits 0
	says '^opmask +[1-9][0-9]* caught, 0 missed'
	says '^zmm +[1-9][0-9]* caught, 0 missed'
	;;
esac
