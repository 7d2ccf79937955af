#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Installs what the tests need, builds, and runs every test, but for those that take long: these
# run where a label or a name is asked for (sh tests/run.sh -L long). The arguments go to
# ctest, whose exit code this ends with. The last lines say why a test was skipped.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd -P)
me=tests/run.sh
. "$top/harness/setup.sh"

# For the tests of that label: a second kernel, a second emulator, what builds the first kernel once
# more in no time, a browser, what fleets take, and what looks at packages and at C.
more=''
case " $* " in
*" -L "*long*) more='linux-source-6.12:optional bochs:optional bochs-term:optional bochsbios:optional
	vgabios:optional xorriso:optional isolinux:optional syslinux-common:optional ccache chromium:optional
	git:optional rsync:optional busybox-static:optional python3-yaml:optional lintian:optional
	clang-tidy:optional cppcheck:optional' ;;
esac
# The program; xsavage-bench; xs-plot and its test; the unit tests, JSON's and HTML's; the fuzz targets;
# tests/kernels/build; tests/vm/run; tests/abi/run; completion, manual pages, scripts.
# shellcheck disable=SC2086 # a list of words
need_packages gcc libc6-dev cmake make pkg-config libelf-dev libhwloc-dev libinih-dev libjansson-dev \
	g++ libbenchmark-dev \
	python3 gnuplot-nox libbenchmark-tools python3-scipy libxml2-utils \
	libcmocka-dev python3-jsonschema:optional tidy:optional \
	clang libclang-rt-dev \
	linux-source-6.1:optional coccinelle flex bison bc xz-utils \
	qemu-system-x86 cpio \
	qemu-user:optional user-mode-linux:optional runsc:optional valgrind:optional \
	zsh:optional help2man man-db mandoc:optional dpkg-dev file shellcheck:optional $more
configure_and_build -DBUILD_TESTING=ON '-DXS_REQUIRE=bench;fuzz;man;tests'
case " $* " in
*" -L "*|*" -R "*) ;;
*" -LE "*) # of several ctest would leave out what has all of them
	before=''
	for word; do
		shift
		[ "$before" != -LE ] || word="$word|long"
		set -- "$@" "$word"
		before=$word
	done ;;
*) set -- -LE long "$@" ;;
esac
# CPUs that go offline are missed by all that runs beside.
[ "${XSAVAGE_TEST_ALLOW-}" != hotplug ] || set -- -j 1 "$@"
say "testing"
cd "$top"
results=$top/build/results.xml
rm -f "$results"
code=0
ctest --preset default --output-junit "$results" "$@" || code=$?
[ -f "$results" ] || exit $code # only listed

# Of each test that was skipped, the last lines that it has printed; the same ones once.
awk '/<testcase / { split($0, part, "\""); name = part[2]; skipped = 0; n = 0; open = 0 }
	/<skipped / { skipped = 1 }
	skipped && sub(/.*<system-out>/, "") { open = 1 }
	open {
		last = sub(/<\/system-out>.*/, "")
		if ($0 != "")
			line[n++] = $0
	}
	open && last {
		why = ""
		for (i = n > 6 ? n - 6 : 0; i < n; i++)
			why = why "\n  " line[i]
		if (!count[why]++)
			first[why] = name
		open = 0
	}
	END {
		for (why in count) {
			text = why
			gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text)
			gsub(/&apos;/, "\047", text); gsub(/&amp;/, "\\&", text)
			printf "skipped: %s%s:%s\n", first[why],
				(count[why] > 1 ? " and " (count[why] - 1) " more" : ""), text
		}
	}' "$results"
exit $code
