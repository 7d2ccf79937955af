# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2086,SC2154
# Several bugs in one kernel, each found, each known. Sourced by tests/vm/prove, whose variables
# and functions it uses.

# One signature each, and one that nobody knows: which of them are missing then.
lists() { sed -n '/ finding, and its case$/,/ known finding$/p' "$tmp/text" | grep -E "$1"; }
bug() {
	case $1 in
	extended-size-short) echo 'corrupt layout unknown extended_size - \*' ;;
	exec-keeps-registers) echo 'corrupt exec stale wide own -' ;;
	fork-without-reload) echo 'corrupt fork foreign wide other -' ;;
	*) fail "nobody has said what to expect of $1" ;;
	esac
}
# The same for a file of known ones: whose registers a child gets is chance.
known() {
	# shellcheck disable=SC1003 # a backslash
	case $1 in
	fork-without-reload) echo 'corrupt fork * wide * -' ;;
	*) bug "$1" | tr -d '\\' ;;
	esac
}
# It sees one of them in several ways more.
skip='--skip pressure=newborn'
first=${kernel%%+*} third=${kernel##*+}
second=${kernel#*+} second=${second%+*}
for seconds in 60 600; do # on a slow machine
	guest --out "$tmp/out" -- check $skip -t $seconds
	all=true
	for one in $first $second $third; do
		lists "$(bug "$one" | sed 's/\\\*$//')" || all=false
	done
	! $all || break
done
exits 1
$all || fail "not every bug is listed"
lists 'xsavage replay' | sed 's/.*xsavage replay //' | sort -u >"$tmp/cases"
[ "$(wc -l <"$tmp/cases")" -ge 3 ] || fail "they have no case each"
while read -r line; do
	saved=${line##*/}
	# shellcheck disable=SC2086 # options and a name without blanks
	guest --file "$tmp/out/$saved" -- replay -n 3 $line </dev/null
	exits 1
done <"$tmp/cases"
for one in $first $second; do
	echo "$(known "$one"): known"
done >"$tmp/two.known"
for seconds in 60 600; do
	guest --file "$tmp/two.known" -- check $skip -t $seconds --known two.known
	[ "$code" -eq 0 ] || break
done
exits 1
lists "$(bug "$third")" || fail "the third one is not listed"
says '^ .*known finding$'
echo "$(known "$third"): known, too" >>"$tmp/two.known"
guest --file "$tmp/two.known" -- check $skip -t $seconds --known two.known
exits 0
says '^kernel .*: pass$'
