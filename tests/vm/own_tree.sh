#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A tree of somebody's own, in a VM: the gate passes it as it is, sees a bug that somebody has put
# into it, and sees each known bug that is put into its copy.
# Usage: tests/vm/own_tree.sh XSAVAGE [SOURCE]
#   SOURCE   the Debian package that is unpacked as that tree (default linux-source-6.1)
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

xsavage=$(realpath "${1?which xsavage?}")
kernels=$(cd "$(dirname "$0")/../kernels" && pwd)
tarball=/usr/src/${2-linux-source-6.1}.tar.xz
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
tree="$tmp/my linux"

fail() { echo "FAILED: $*"; exit 1; }
[ -f "$tarball" ] || { echo "no $tarball; sh tests/run.sh installs it"; exit 77; }
# The kernels go with the tree.
export XSAVAGE_CACHE="$tmp/cache"

gate() {
	code=0
	"$kernels/gate" --xsavage "$xsavage" --tree "$tree" "$@" >"$tmp/text" || code=$?
	cat "$tmp/text"
	# What is missing here has been said, and nothing else.
	[ $code -ne 4 ] || [ -s "$tmp/text" ] || exit 77
}
exits() { [ "$code" -eq "$1" ] || fail "exit code $code, not $1"; }
says() { grep -Eq -- "$1" "$tmp/text" || fail "it does not say '$1'"; }
state() { find "$tree" -printf '%p %s %T@ %C@ %m %l\n' | sort | sha256sum; }

mkdir "$tree"
tar -xf "$tarball" -C "$tree" --strip-components=1
state >"$tmp/before"
gate --quick
exits 0
says '^gate, kernel [0-9.]+ of .*/my linux: pass \(0 cases hit, [0-9]+ known, [1-9][0-9]* passed; check passes\)$'
gate extended-size-short
exits 0
says '^seen .*extended-size-short: 3 of 3 runs of its case hit; check found it in case [0-9]+'
state | cmp -s - "$tmp/before" || fail "the tree was touched"

# What is not committed anywhere.
bug=$kernels/extended-size-short.cocci
# spatch takes no path with a blank.
(cd "$tree" && spatch --very-quiet --sp-file "$bug" --in-place "$(sed -n 's,^// file: *,,p' "$bug")")
! state | cmp -s - "$tmp/before" || fail "the bug is not in the tree"
gate --quick
exits 1
says '^  HIT +extended-size-short: corrupt, '
says '^gate, kernel [0-9.]+ of .*/my linux: bad '
