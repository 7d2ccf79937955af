# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154,SC2034
# What docs/found.md has of released kernels, and the same mended. Sourced by tests/vm/prove, whose
# variables and functions it uses.

# The case of corpus/found $1 and its exported program end with exit code $2; where that is 1
# the program says $3.
ends_with() {
	guest --file "$corpus/found/$1.case" -- replay -n 3 "$1.case"
	exits "$2"
	[ "$2" -eq 0 ] || says '3 of 3 runs hit'
	"$xsavage" export -o "$tmp/$1.c" "$corpus/found/$1.case"
	gcc -O2 -Wall -Wextra -Werror -static -pthread "$tmp/$1.c" -o "$tmp/$1"
	code=0
	# shellcheck disable=SC2086 # words
	"$here/run" --kernel "$image" --run "$tmp/$1" $emulator --timeout $hang -- 5 \
		>"$tmp/text" 2>&1 || code=$?
	cat "$tmp/text"
	exits "$2"
	[ "$2" -eq 0 ] || says "$3"
}

case $scenario in
open)
	ends_with linux-pkru-open 1 '^corrupt: worker, in the signal frame: PKRU'
	ends_with linux-core-pkru 1 '^corrupt: core, in a core file: PKRU'
	for seconds in 60 600; do # on a slow machine
		guest -- check -t $seconds
		case $code in 0|4) ;; *) break ;; esac
	done
	exits 1
	says 'wrong registers in the signal frame: init'
	says '^    pkru '
	says 'wrong registers in a core file: (init|stale) data'
	# It is all that is wrong there.
	guest --file "$corpus/known/linux.known" -- check -t "$seconds" --known linux.known
	exits 0
	says '^kernel .*: pass$'
	says 'first after  known finding$'
	;;
mended)
	ends_with linux-pkru-open 0
	ends_with linux-core-pkru 0
	passes
	# By when the open one was found; that it no longer comes is said, too.
	guest --file "$corpus/known/linux.known" -- check -t 60 --known linux.known
	exits 0
	says '^  gone .* pkru '
	;;
esac
