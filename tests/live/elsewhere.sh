#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The same source in another folder makes the same objects; and its static program is one file,
# which gives a verdict where there is nothing else.
# Usage: tests/live/elsewhere.sh BUILD CMAKE [OPTION OF CMAKE]...
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

build=${1?which build?} cmake=${2?which cmake?}
shift 2
top=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$top/tests/live/run_and_say.sh"

for library in c hwloc inih jansson elf; do
	case $(gcc -print-file-name=lib$library.a) in
	/*) ;;
	*) echo "skipped: no archive of lib$library, for a static program"; exit 77 ;;
	esac
done
there="$tmp/another folder"
mkdir "$there" "$tmp/empty"
cp -R "$top/CMakeLists.txt" "$top/CMakePresets.json" "$top/harness" "$there/"
(cd "$there" && "$cmake" --preset static "$@" && "$cmake" --build --preset static -j 2) \
	>"$tmp/out" 2>&1 || fail "it does not build there"
! grep -i warning "$tmp/out" || fail "it builds with warnings"
cmp "$build/harness/libxs_core.a" "$there/build-static/harness/libxs_core.a" ||
	fail "the objects are not the same"

cp "$there/build-static/xsavage" "$tmp/empty/"
inside() { chroot "$tmp/empty" /xsavage "$@"; }
if [ "$(id -u)" != 0 ]; then
	unshare -r true 2>/dev/null || { echo "neither root nor user namespaces: no chroot"; exit 77; }
	inside() { unshare -r chroot "$tmp/empty" /xsavage "$@"; }
fi
run inside check -t 3
case $code in 0|4) ;; *) fail "check: exit code $code" ;; esac
grep -q '^kernel .*: \(pass\|inconclusive\)$' "$tmp/out" || fail "no verdict"
