# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# What a CPU model of an emulator has of XSAVE and what it gets wrong, as tests/vm/probe finds out in
# it, and the table of all models. Sourced by tests/vm/run, whose variables it uses.

# The probe, for a multiboot loader: those take 64-bit code in a 32-bit file alone.
build_probe() {
	probe=$cache/probe-$key
	[ ! -f "$probe" ] || return 0
	build_tool "$probe.64" "-m64 -ffreestanding -mgeneral-regs-only -mno-red-zone -fno-pic -no-pie
		-fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables
		-fno-tree-loop-distribute-patterns -static -nostdlib
		-Wl,--build-id=none,-z,max-page-size=4096,-z,noexecstack
		-Wl,--section-start=.multiboot=0x200000,-Ttext=0x201000" \
		"$here"/probe/*.S "$here"/probe/*.c
	objcopy -O elf32-i386 "$probe.64" "$probe.$$"
	mv "$probe.$$" "$probe"
	rm -f "$probe.64"
}

# The file $facts, with what the probe says of the model $2 of the emulator $1. Fails where that
# does not run it; $3: try again where it did not.
probe_model() {
	model_key=$({ echo "$1 $2"; cksum <"$(command -v "$([ "$1" = bochs ] && echo "$bochs" ||
		echo qemu-system-x86_64)")"; } | cksum | tr ' ' -)
	facts=$cache/cpu-$key-$model_key
	[ ! -f "$facts" ] || return 0
	[ ! -f "$facts.none" ] || [ -n "${3-}" ] || return 1
	given_kernel=$kernel given_cpu=$cpu given_cpus=$cpus given_memory=$memory given_append=$append
	kernel=$probe cpu=$2 cpus=1 memory=64 append=''
	case $1 in
	qemu) boot '' tcg 60 '' 2>"$tmp/said" ;;
	bochs) boot_bochs '' 60 '' 2>"$tmp/said" ;;
	esac >"$tmp/facts"
	kernel=$given_kernel cpu=$given_cpu cpus=$given_cpus memory=$given_memory append=$given_append
	if [ ! -f "$tmp/done" ]; then
		: >"$facts.none"
		return 1
	fi
	cp "$tmp/facts" "$facts.$$"
	mv "$facts.$$" "$facts"
	find "$cache" -name 'cpu-*' -mtime +30 -exec rm -f {} +
}

# The rest of a line of facts that begins with $1.
fact() { sed -n "s/^$1 *//p" "$facts"; }

# What is wrong, as the words that stand before the colons.
wrong_words() { sed -n 's/^wrong \([^:]*\):.*/\1/p' "$facts" | awk '!seen[$0]++'; }

models_of() {
	case $1 in
	qemu) # without versions of models, which differ in what is not emulated
		qemu-system-x86_64 -cpu help |
			sed -n 's/^x86 \([^ ]*\).*/\1/p' | grep -Ev -e '-v[0-9]+$|^(base|host)$' ;;
	bochs) bochs_models ;;
	esac
}

# The table, of the emulator $1 and its model $2 alone where they are given.
list_cpus() {
	models='' number=0 narrow='' failed='' only=$2
	for emulator in ${1:-qemu bochs}; do
		case $emulator in
		qemu) command -v qemu-system-x86_64 >/dev/null ||
			{ say "no qemu-system-x86_64: its models are left out"; continue; } ;;
		bochs) (need_bochs) || { say "its models are left out"; continue; } ;;
		esac
		for model in ${only:-$(models_of "$emulator")}; do
			models="$models $emulator/$model"
		done
	done
	# shellcheck disable=SC2086 # words
	set -- $models
	[ -t 2 ] || [ $# -lt 5 ] || say "$# models, some 2 s each the first time"
	# shellcheck disable=SC2059 # the columns are no data
	printf "$columns" emulator model bytes 'components (XCR0, IA32_XSS)' 'forms of XSAVE' init wrong
	for pair; do
		number=$((number + 1))
		[ ! -t 2 ] || printf '%-60s\r' "$number of $#: $pair" >&2
		[ -t 2 ] || [ $((number % 20)) -ne 0 ] || say "$number of $# models"
		if ! probe_model "${pair%%/*}" "${pair#*/}"; then
			failed="$failed $pair"
		elif grep -q '^only 32-bit$' "$facts"; then
			narrow="$narrow $pair"
		else
			row "${pair%%/*}" "${pair#*/}"
			[ -z "$only" ] || sed -n 's/^wrong /  /p' "$facts"
		fi
	done
	[ ! -t 2 ] || printf '%60s\r' '' >&2
	[ -z "$narrow" ] || echo "Left out, as they run no 64-bit code:$narrow"
	[ -z "$failed" ] || echo "Left out, as not even the probe runs in them:$failed"
}

columns='%-8s %-25s %5s  %-54s %-31s %-6s %s\n'

# "shows": a component that is in its init state is not in XSTATE_BV or XGETBV(1).
row() {
	init=hidden
	[ -z "$(fact tracked)" ] || init=shows
	# shellcheck disable=SC2059 # the columns are no data
	printf "$columns" "$1" "$2" "$(fact size)" "$(fact has)" "$(fact forms)" $init \
		"$(wrong_words | tr '\n' ' ' | sed 's/ $//')"
}
