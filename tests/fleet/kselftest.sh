#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's own runner takes what is installed for it, and its parser what xsavage prints.
# Usage: tests/fleet/kselftest.sh CMAKE BUILD
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

cmake=${1?which cmake?}
build=${2?which build folder?}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../live/run_and_say.sh"
exits() { [ "$code" -eq "$1" ] || fail "exit code $code, not $1"; }
says() { grep -q -e "$1" "$tmp/out" || fail "it does not say '$1'"; }

source=/usr/src/linux-source-6.12.tar.xz
[ -f $source ] || { echo "no $source; apt-get install linux-source-6.12 (of Debian 12 and 13)"; exit 77; }
for tool in make rsync xz python3; do
	command -v $tool >/dev/null || { echo "no $tool; apt-get install $tool"; exit 77; }
done
tools=$tmp/linux-source-6.12/tools/testing
tar -C "$tmp" -xf $source --wildcards 'linux-source-6.12/tools/testing/selftests/*Makefile' \
	'linux-source-6.12/tools/testing/selftests/run_kselftest.sh' \
	'linux-source-6.12/tools/testing/selftests/lib.mk' \
	'linux-source-6.12/tools/testing/selftests/kselftest/*' \
	'linux-source-6.12/tools/testing/kunit/*' 'linux-source-6.12/tools/scripts/*' \
	'linux-source-6.12/scripts/Makefile.*' 'linux-source-6.12/scripts/Kbuild.include' \
	'linux-source-6.12/scripts/subarch.include'

# In a tree the kernel's own rules install it, and name its tests.
run "$cmake" --install "$build" --component kselftest --prefix "$tools/selftests"
exits 0
run make -s -C "$tools/selftests" TARGETS=xsavage install INSTALL_PATH="$tmp/installed"
exits 0
[ -x "$tmp/installed/xsavage/xsavage" ] || fail "no program"
[ "$(cat "$tmp/installed/kselftest-list.txt")" = xsavage:check.sh ] || fail "no list of tests"

# Usage: selftest ARGUMENT-OF-CHECK...
# The runner appends to /dev/stdout: to a pipe, as a file would be overwritten in between.
selftest() {
	KSELFTEST_CHECK_SH_ARGS="$*" "$tmp/installed/run_kselftest.sh" -c xsavage 2>&1 |
		cat >"$tmp/out"
}
export TMPDIR="$tmp"

selftest -t 3 --only stack=none,dontneed --skip pressure=all
says '^TAP version 13$'
says '^1\.\.1$'
says '^# timeout set to 300$'
says '^# KTAP version 1$'
says '^# ok 1 '
says '^# # Totals: pass:[1-9][0-9]* fail:0 xfail:0 xpass:0 skip:[0-9]* error:0$'
says '^ok 1 selftests: xsavage: check.sh$'
# What is not here is a skip.
selftest -t 3 --only pressure=hotplug
says '^ok 1 selftests: xsavage: check.sh # SKIP$'
# What cannot be done is neither.
selftest --nonsense
says '^not ok 1 selftests: xsavage: check.sh # exit=2$'

# The parser of kunit.py is the kernel's for KTAP.
kunit() { run "$tools/kunit/kunit.py" parse "$tmp/ktap"; }
"$build/xsavage" check -t 3 --save "$tmp" --json "$tmp/report.json" --ktap >"$tmp/ktap" || true
ok=$(grep -c '^ok ' "$tmp/ktap")
kunit
exits 0
says "Testing complete.* Ran $ok tests: passed: [1-9]"
"$build/xsavage" pool --ktap "$tmp/report.json" >"$tmp/ktap" || true
kunit
says "Testing complete.* Ran 1 tests: [ps]"
"$build/xsavage" pool --ktap "$here/../../corpus/pool/found.json" >"$tmp/ktap" || true
kunit
exits 1
says "Testing complete.* Ran 1 tests: failed: 1"
