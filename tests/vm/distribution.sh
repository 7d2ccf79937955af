# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154,SC2086
# The distribution's own kernels of one flavour, each as it is, pass but for what docs/found.md has of
# them. Sourced by tests/vm/prove, whose variables and functions it uses.

has_come() { grep -Eq '^ .* s   corrupt frame init pkru - (x86-64|both)$' "$tmp/text"; }

IFS='
'
for image in $image; do
	unset IFS
	case ${image##*/} in
	vmlinuz-6.1.*) options='' ;;
	*) options='--known linux.known' ;;
	esac
	for seconds in 20 200; do # on a slow machine
		guest --memory 1024 --file "$corpus/known/linux.known" -- check -t $seconds $options
		case $code in
		0) if [ -z "$options" ] || has_come; then break; fi ;;
		4) ;;
		*) break ;;
		esac
	done
	exits 0
	says '^kernel .*: pass$'
	says 'signals in window  [1-9][0-9]* of'
	says 'page faults        [1-9][0-9]* taken'
	says ' [1-9][0-9]* windows of neighbours'
	[ -z "$options" ] || has_come ||
		fail "L1 did not come: if this release has it mended, corpus/known/linux.known has to say so"
done
