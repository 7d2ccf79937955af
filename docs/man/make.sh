#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Makes the manual pages of what the programs say of themselves, and of the case format.
# Usage: docs/man/make.sh BUILD VERSION OUT
set -eu
export LC_ALL=C COLUMNS=80

build=${1?which build?} version=${2?which version?} out=${3?which folder?}
doc=$(dirname "$0")/../case-format.md
date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%d)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What help2man reads otherwise than it is meant; the flags of libFuzzer and of Google Benchmark.
tidy() {
	sed -E -e 's/^usage:/Usage:/' \
		-e '/^(WARNING|INFO): /d' -e 's,^/.*/xsavage-fuzz ,xsavage-fuzz ,' \
		-e 's/^ ([a-z_]+) *\t([^\t]*)\t/  -\1=\2  /' -e 's/^\t\t/                    /' \
		-e 's/^(benchmark| {9}) \[(--.*)\]$/  \2/' \
		-e 's/^ {18}(\S)/                    \1/' \
		-e 's/^(  [a-z]+\/\S+(, \S+)*)  ? *(\S)/\1\n                    \3/'
}

# The page $1, which says in a line that it is $2, of the help that the command $@ prints.
page() {
	name=$1 what=$2
	shift 2
	"$@" >"$tmp/text" 2>&1 || { cat "$tmp/text" >&2; exit 1; }
	tidy <"$tmp/text" >"$tmp/help"
	# For help2man the program is cat: it prints what the program itself has printed.
	help2man --no-info --source="xsavage $version" --manual=xsavage --name="$what" \
		--version-string="$version" --help-option="$tmp/help" \
		--include="$tmp/see" --output="$tmp/page" cat
	title=$(echo "$name" | tr '[:lower:]' '[:upper:]')
	sed -E -e '/^\.\\"/d' -e "s/^\.TH \S+ \"1\" \"[^\"]*\"/.TH $title 1 $date/" \
		-e "/^\.SH NAME/ { n; s/^\S+/$(echo "$name" | sed 's/-/\\\\-/g')/ }" "$tmp/page" |
		gzip -9n >"$out/man1/$name.1.gz"
}

rm -rf "$out"
mkdir -p "$out/man1" "$out/man5"
{
	echo '[see also]'
	for name in xsavage xsavage-fuzz xsavage-bench xs-plot xsavage-vm xsavage-kernel; do
		[ ! -x "$build/$name" ] || echo ".BR $name (1),"
	done
	echo '.BR xsavage-case (5)'
} >"$tmp/see"

xsavage=$build/xsavage
page xsavage 'look for corruption of x86 FPU and vector registers around signals' "$xsavage" --help
"$xsavage" --help | sed -n 's/^  \([a-z]*\)  *\(.*\)/\1 \2/p' | while read -r command what; do
	page "xsavage-$command" "$what" "$xsavage" "$command" --help
done
page xsavage-vm 'run xsavage in a virtual machine' "$build/xsavage-vm" --help
page xsavage-kernel 'build a kernel with a known bug' "$build/xsavage-kernel" --help
[ ! -x "$build/xsavage-fuzz" ] ||
	page xsavage-fuzz 'look for cases that a kernel gets wrong' "$build/xsavage-fuzz" -help=1
if [ -x "$build/xsavage-bench" ]; then
	page xsavage-bench 'measure what signals, mitigations and proofs cost' \
		"$build/xsavage-bench" --help
	page xs-plot 'draw and compare what xsavage-bench has measured' "$build/xs-plot" --help
fi
{
	echo ".TH XSAVAGE-CASE 5 $date \"xsavage $version\" xsavage"
	"$build/docs/man/xs-case-page" "$doc"
	echo '.SH "SEE ALSO"'
	echo '.BR xsavage (1)'
} | gzip -9n >"$out/man5/xsavage-case.5.gz"
