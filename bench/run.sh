#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Installs what xsavage-bench needs, builds, measures on this machine and on kernels
# with a known bug in VMs, and draws what came of it.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd -P)
me=bench/run.sh
. "$top/harness/setup.sh"

usage() {
	cat <<'END'
Usage: bench/run.sh [-o DIR] [PART]...

Installs what is missing, builds, runs the PARTs, and leaves in DIR (default
results) their reports, index.html with all pictures, and mitigations.md, the table
of what mitigations cost and buy. PARTs, all of them by default:

  here       this machine and its kernel: signals, mitigations, the oracle, the
             engine (here.json; some five minutes)
  effect     what mitigations do against CVE-2019-19602, in VMs (effect-KERNEL.json;
             some four minutes for each of three kernels)
  first      time to the first finding on each kernel with a known bug, in VMs
             (first-KERNEL.json; half an hour, or more)

Reports that are in DIR already, and are not made anew, are drawn, too. An idle
machine gives better numbers. docs/bench.md says what they mean.
END
}

out=results parts=''
while [ $# -gt 0 ]; do
	case $1 in
	-h|--help) usage; exit 0 ;;
	-o) [ $# -ge 2 ] || die "-o needs a folder"
		out=$2
		shift ;;
	here|effect|first) parts="$parts $1" ;;
	*) die "'$1' is none of: here, effect, first, -o DIR (see --help)" ;;
	esac
	shift
done
: "${parts:=here effect first}"

need_packages gcc libc6-dev cmake make pkg-config libelf-dev libhwloc-dev libinih-dev \
	libjansson-dev \
	g++ libbenchmark-dev python3 gnuplot-nox
case $parts in
*effect*|*first*) need_packages clang libclang-rt-dev linux-source-6.1:optional coccinelle flex \
	bison bc libelf-dev xz-utils qemu-system-x86 cpio
	require='bench;fuzz' ;;
*) require=bench ;;
esac
# Said each time: the other scripts use the same build folder.
configure_and_build -DBUILD_TESTING=OFF "-DXS_REQUIRE=$require"
mkdir -p "$out" || die "cannot make $out"

worst=0
for part in $parts; do
	say "measuring: $part"
	code=0
	case $part in
	# What it prints is the progress.
	here) "$top/build/xsavage-bench" --benchmark_min_time=0.3 --benchmark_out="$out/here.json" ;;
	*) sh "$top/bench/kernels.sh" "$part" -o "$out" ;;
	esac || code=$?
	case $code in
	0) ;;
	4) say "$part: something is missing here: see above" ;;
	1) say "a finding on this kernel: see above"
		worst=1 ;;
	*) say "$part: it could not do its work (exit code $code): see above"
		exit $code ;;
	esac
done
set -- "$out"/*.json
[ -f "$1" ] || { say "nothing could be measured: see above"; exit 4; }
"$top/build/xs-plot" -o "$out" "$@"
if [ -f "$out/here.json" ]; then
	set -- "$out/here.json"
	for file in "$out"/effect-*.json; do
		[ ! -f "$file" ] || set -- "$@" "$file"
	done
	"$top/build/xs-plot" --mitigations "$@" >"$out/mitigations.md"
fi
say "$out/index.html shows it all"
exit $worst
