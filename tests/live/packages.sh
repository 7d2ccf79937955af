#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The packages are as Debian wants them, and what is in them works from where it lies, which it
# leaves alone.
# Usage: tests/live/packages.sh BUILD CPACK
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

build=$(realpath "${1?which build?}") cpack=${2?which cpack?}
for tool in dpkg-shlibdeps file lintian; do
	command -v $tool >/dev/null || { echo "skipped: no $tool (Debian: dpkg-dev, file, lintian)"; exit 77; }
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
export XSAVAGE_CACHE="$tmp/cache"

fail() {
	echo "FAILED: $*"
	[ ! -f "$tmp/text" ] || cat "$tmp/text"
	exit 1
}

cd "$tmp"
umask 077 # which is not to show
"$cpack" --config "$build/CPackConfig.cmake" -B "$tmp/made" >text 2>&1 || fail "cpack"
lintian --allow-root --fail-on error,warning made/*.deb >text 2>&1 || fail "lintian"
mkdir root
for package in made/*.deb; do
	dpkg-deb -x "$package" root
done
usr=$tmp/root/usr
[ -f "$usr/share/xsavage/corpus/regress/stale-owner.case" ] || fail "no corpus"
touch stamp

run() { "$@" >text 2>&1 || fail "$*: exit code $?"; }
run "$usr/bin/xsavage" replay "$usr/share/xsavage/corpus/seeds/signal-kill.case"
run "$usr/bin/xsavage-kernel" --help
grep -qx ' *stale-owner' text || fail "xsavage-kernel does not find the bugs"
[ ! -x "$usr/bin/xs-plot" ] || run "$usr/bin/xs-plot" --help
code=0
"$usr/bin/xsavage-vm" --kernel no-kernel -- check >text 2>&1 || code=$?
[ $code -eq 2 ] || fail "xsavage-vm: exit code $code, not 2"
grep -q "^xsavage-vm: no kernel './no-kernel'" text || fail "xsavage-vm has another name"
if command -v qemu-system-x86_64 >/dev/null; then
	run "$usr/bin/xsavage-vm" --list-cpus --emulator qemu --cpu qemu64
	grep -q '^qemu  *qemu64 ' text || fail "xsavage-vm boots nothing"
fi
[ -z "$(find root -newer stamp)" ] || fail "something was written below /usr: $(find root -newer stamp)"
