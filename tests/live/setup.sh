#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is missing is said, with the remedy, and looked for again the next time; nothing
# that was asked for goes missing without an error.
# Usage: tests/live/setup.sh CMAKE
# Exit code: 0 pass, 1 fail.
set -eu

cmake=${1?which cmake?}
top=$(cd "$(dirname "$0")/../.." && pwd -P)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

fail() {
	echo "FAILED: $*"
	[ ! -f "$tmp/text" ] || cat "$tmp/text"
	exit 1
}

says() { grep -qF -- "$1" "$tmp/text" || fail "it does not say '$1'"; }
silent() { ! grep -qF -- "$1" "$tmp/text" || fail "it says '$1'"; }
targets() { "$cmake" --build "$tmp/build" --target help >"$tmp/targets"; }
has() { targets; grep -qw -- "$1" "$tmp/targets" || fail "no target $1"; }
has_not() { targets; ! grep -qw -- "$1" "$tmp/targets" || fail "a target $1"; }

# Configure the one build folder, from nothing or again; $1 is the exit code.
# Usage: configure CODE [VARIABLE=VALUE]... "$cmake" [OPTION]...
configure() {
	want=$1 code=0
	shift
	env "$@" -S "$top" -B "$tmp/build" >"$tmp/text" 2>&1 || code=$?
	[ $code -eq "$want" ] || fail "cmake: exit code $code, not $want"
}

# All that pkg-config knows here, but for cmocka; and a clang that has no archive of anything.
mkdir "$tmp/pc" "$tmp/clang"
pkg-config --variable pc_path pkg-config | tr : '\n' | while read -r folder; do
	find "$folder" -name '*.pc' ! -name cmocka.pc -exec ln -sf -t "$tmp/pc" {} + 2>/dev/null || :
done
ln -s "$(command -v echo)" "$tmp/clang/clang"

configure 0 PKG_CONFIG_LIBDIR="$tmp/pc" CXX=/nonexistent "$cmake" -DXS_HELP2MAN= -DXS_SHLIBDEPS=
says 'Left out: man: help2man is missing (apt-get install help2man)'
says 'Left out: bench: a C++ compiler is missing (apt-get install g++)'
says 'Left out: tests: cmocka is missing (apt-get install libcmocka-dev)'
says 'Left out: packages: dpkg-shlibdeps or file is missing (apt-get install dpkg-dev file)'
has xsavage
has_not xsavage-bench
has_not mutate_test
configure 1 CXX=/nonexistent "$cmake" -DXS_REQUIRE='fuzz;bench'
says 'No bench, which XS_REQUIRE asks for: a C++ compiler is missing'
configure 1 PKG_CONFIG_LIBDIR="$tmp/pc" "$cmake" -DXS_REQUIRE=tests
says 'No tests, which XS_REQUIRE asks for: cmocka is missing'
configure 1 "$cmake" -DXS_REQUIRE=man -UXS_HELP2MAN -DXS_PYTHON3=
says 'No man, which XS_REQUIRE asks for: python3 is missing'
configure 0 "$cmake" -DXS_REQUIRE='bench;fuzz;man;tests' -UXS_PYTHON3 -UXS_SHLIBDEPS \
	-UXS_CLANG -DCMAKE_PROGRAM_PATH="$tmp/clang"
silent 'Left out'
has xsavage-bench
has xsavage-fuzz
has mutate_test

# A kernel that cannot be built is no failure of the kernel: a skip that says why.
mkdir "$tmp/bin"
for folder in /bin /usr/bin; do
	find "$folder/" -maxdepth 1 ! -name spatch ! -type d -exec ln -sf -t "$tmp/bin" {} +
done
code=0
PATH=$tmp/bin "$top/tests/kernels/build" none >"$tmp/text" 2>&1 || code=$?
[ $code -eq 4 ] || fail "tests/kernels/build: exit code $code, not 4"
says 'missing: spatch'
code=0
PATH=$tmp/bin "$top/tests/vm/prove" build none /nonexistent >"$tmp/text" 2>&1 || code=$?
[ $code -eq 77 ] || fail "tests/vm/prove: exit code $code, not 77"

# A package that this Debian has not is left out; a name is a name, not a pattern.
if command -v apt-cache >/dev/null && apt-cache pkgnames gcc | grep -qx gcc; then
	# shellcheck disable=SC2016 # another shell expands it
	sh -euc 'me=setup top=$1; . "$1/harness/setup.sh"
		known gcc
		! known gc.
		! known gc
		need_packages dpkg no-such-package:optional' sh "$top" >"$tmp/text" 2>&1 ||
		fail "need_packages: exit code $?"
	says 'no package no-such-package'
fi
