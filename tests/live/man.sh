#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# There is a page of every program and command, with its options, and one that has every entry, and no reader of pages complains.
# Usage: tests/live/man.sh BUILD
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

build=${1?which build?}
pages=$build/docs/man/pages
for tool in man mandoc; do
	command -v $tool >/dev/null || { echo "skipped: no $tool (Debian: man-db, mandoc)"; exit 77; }
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

fail() {
	echo "FAILED: $*"
	exit 1
}

for page in "$pages"/man*/*.gz; do
	name=$(basename "$page" .gz)
	gzip -dc "$page" >"$tmp/$name"
	mandoc -Tlint -W warning "$tmp/$name" || fail "$name: mandoc complains"
	MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -l "$page" >"$tmp/text" 2>"$tmp/err"
	[ ! -s "$tmp/err" ] || { cat "$tmp/err"; fail "$name: man complains"; }
	lexgrog -m "$page" | grep -q ": \"${name%.*} - " || fail "$name: apropos does not find it"
done
commands=$("$build/xsavage" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
[ -f "$tmp/xsavage.1" ] || fail "no page of xsavage"
for command in $commands; do
	[ -f "$tmp/xsavage-$command.1" ] || fail "no page of xsavage $command"
	for option in $("$build/xsavage" "$command" --help | sed -n 's/^  ...  *--\([a-z-]*\).*/\1/p'); do
		grep -qF -e "\-\-$(echo "$option" | sed 's/-/\\-/g')" "$tmp/xsavage-$command.1" ||
			fail "xsavage-$command has no --$option"
	done
done
for program in xsavage-vm xsavage-kernel xsavage-fuzz xsavage-bench; do
	[ ! -x "$build/$program" ] || [ -f "$tmp/$program.1" ] || fail "no page of $program"
done
for entry in $("$build/xsavage" list --names | sed '/^legs=/d; s/.*=//; s/-/\\\\-/g'); do
	grep -qx "$entry" "$tmp/xsavage-case.5" || fail "xsavage-case has no $entry"
done
