# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154,SC2086
# The distribution's own kernels of one flavour, each as it is, pass but for what docs/found.md has of
# them. Sourced by tests/vm/prove, whose variables and functions it uses.

# L1, and of each release L2.
has_come() {
	case ${image##*/} in
	vmlinuz-6.1.*) ;;
	*) grep -Eq '^ .* s   corrupt frame init pkru - (x86-64|both)$' "$tmp/text" || return 1 ;;
	esac
	grep -Eq '^ .* s   corrupt core (init|stale) pkru ' "$tmp/text"
}

IFS='
'
for image in $image; do
	unset IFS
	for seconds in 20 200; do # on a slow machine
		guest --memory 1024 --file "$corpus/known/linux.known" -- \
			check -t $seconds --known linux.known
		case $code in
		0) if has_come; then break; fi ;;
		4) ;;
		*) break ;;
		esac
	done
	exits 0
	says '^kernel .*: pass$'
	says 'signals in window  [1-9][0-9]* of'
	says 'page faults        [1-9][0-9]* taken'
	says ' [1-9][0-9]* windows of neighbours'
	has_come ||
		fail "L1 or L2 did not come: if this release has it mended, corpus/known/linux.known has to say so"
done

# Of several processes of the fuzzer each has a cell, as long as there are any. (The kernels of
# tests/kernels have no locks on files.) L1 and L2 are of PKRU.
fuzz=$(dirname "$xsavage")/xsavage-fuzz
[ "$kernel" = amd64 ] && [ -x "$fuzz" ] || exit 0
image=$(printf '%s\n' $image | tail -n 1)
scripted --cpus 4 --memory 1024 --file "$fuzz" --file "$corpus/seeds" <<'END'
for n in 1 2 3; do
	./xsavage-fuzz -skip=registers=pkru -runs=300 -seed=$n seeds &
	./sleep 5
done
wait
END
exits 0
says '^INFO: cell 0 of 2: CPUs 0-1$'
says '^INFO: cell 1 of 2: CPUs 2-3$'
[ "$(grep -c '^INFO: cell ' "$tmp/text")" -eq 2 ] || fail "more processes than cells have one"
[ "$(grep -c '^xsavage-fuzz: [0-9]* cases:' "$tmp/text")" -eq 3 ] || fail "not all have run cases"
