# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
# That a bug of tests/kernels is seen: by its case, and by check. Sourced by tests/vm/prove and
# tests/kernels/gate, whose functions guest(), exits(), says(), silent() and fail() it uses, and
# whose variables corpus and small.

# shellcheck source=tests/vm/expected.sh
. "$corpus/../tests/vm/expected.sh"

# The case of bug $1, by its path: a variant has that of what it is a variant of.
case_of() {
	if [ -f "$corpus/regress/$1.case" ]; then
		echo "$corpus/regress/$1.case"
	else
		echo "$corpus/regress/${1%-*}.case"
	fi
}

# What bug $1 needs of its guest: options of tests/vm/run.
guest_of() { sed -n 's,^// guest: *,,p' "$corpus/../tests/kernels/$1.cocci" 2>/dev/null || :; }

# The case of bug $1 hits. The races need preempt=full; three tries for those, and more for a rare
# one. The rest are more arguments for replay.
hits() {
	case_file=$(case_of "$1") rounds=1
	! grep -q '^// rare: ' "$corpus/../tests/kernels/$1.cocci" || rounds='1 2 3 4'
	needed=$(guest_of "$1")
	shift
	for _ in $rounds; do
		# shellcheck disable=SC2086 # words
		guest $needed --append preempt=full --file "$case_file" -- \
			replay -n 3 --bisect "$@" "$(basename "$case_file")"
		[ "$code" -eq 0 ] || break
	done
	exits 1
}

# check finds bug $1, and says what it has to: for every second one with the small frame, and
# with the other preemption model, where it needs no other. The rest are more arguments for check.
exposes() {
	exposed=$1
	shift
	for seconds in 60 600; do # on a slow machine
		set -- --first "$@"
		# shellcheck disable=SC2046 # words
		case $exposed in
		[a-f]*) guest --append preempt=full $(guest_of "$exposed") -- check -t $seconds "$@" ;;
		pkru-*) guest --append preempt=voluntary -- check -t $seconds "$@" ;;
		*) guest --cpu "$small" --append preempt=voluntary $(guest_of "$exposed") -- \
			check -t $seconds "$@" ;;
		esac
		case $code in 0|4) ;; *) break ;; esac
	done
	exits 1
	expected "$exposed"
}
