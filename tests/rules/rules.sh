#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the tree, and what is built of it, is held to.
# Usage: tests/rules/rules.sh floors|sizes|numbers|scripts TREE
#        tests/rules/rules.sh objects|rows|tidy TREE BUILD
# Exit code: 0 kept; 1 broken, and a line for each place says what and what to do; 77 skip.
set -eu
export LC_ALL=C

rule=${1?which rule?}
cd "${2?which tree?}"
build=${3-}

# Folders, the lowest floor first. A file may include from its own folder and from the lines
# above it here. A file of harness itself is a folder of its name.
floors='axis
state
case
plan
task
signal handler abi stack pressure hold
worker
oracle engine
session
report export reduce
campaign
cmd
main
fuzz
bench'

floors() {
	find harness bench fuzz -name '*.[chS]' -exec awk -v floors="$floors" '
	BEGIN {
		lines = split(floors, line, "\n")
		for (i = 1; i <= lines; i++) {
			names = split(line[i], name, " ")
			for (j = 1; j <= names; j++)
				floor[name[j]] = i
		}
	}
	function folder(path) {
		sub(/^harness\//, "", path)
		sub(/[\/.].*/, "", path)
		return path
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, quoted, "\"")
		from = folder(FILENAME)
		to = folder(quoted[2])
		if (from == "bench" && !(to in floor)) # includes its own without its name
			to = from
		if (!(from in floor))
			wrong = "in " from ", which is on no floor: give it one in tests/rules/rules.sh"
		else if (!(to in floor))
			wrong = "is in no folder that has a floor: say FOLDER/FILE"
		else if (floor[to] > floor[from])
			wrong = "of " to ", above " from ": what is needed of it belongs below"
		else if (floor[to] == floor[from] && to != from)
			wrong = "of " to ", beside " from ": what both need belongs below"
		else
			next
		printf "%s:%d: \"%s\" %s\n", FILENAME, FNR, quoted[2], wrong
	}' {} + | sort
}

sizes() {
	find harness bench fuzz tests -type f \
		\( -name '*.[chS]' -o -name '*.cc' -o -name '*.def' -o -name '*.sh' -o ! -name '*.*' \) \
		-exec awk '
		{ lines[FILENAME] = FNR }
		/^[ \t]*#[ \t]*include/ { includes[FILENAME]++ }
		END {
			for (file in lines) {
				header = file ~ /^harness\/.*\.h$/
				most = header ? 150 : 400
				if (lines[file] > most)
					printf "%s:%d: at most %d lines: divide it by what it is about\n",
						file, lines[file], most
				if (header && includes[file] > 12)
					printf "%s: %d includes, at most 12: divide it by what it is about\n",
						file, includes[file]
			}
		}' {} + | sort
}

# A row's number is for tests and benchmarks: the program goes by what its entry says of itself.
numbers() {
	for table in harness/axis/*.def; do
		row=XS_$(basename "$table" .def | tr '[:lower:]' '[:upper:]')_'[a-z][a-z0-9_]*'
		grep -rnow --include='*.[chS]' "$row" harness fuzz || true
	done | sed 's/$/ is a row by its number: ask for a flag, and give the entry one if need be/'
}

# Code of tasks, which runs beside registers that are under test; and all that must not use them.
live='state task worker signal handler abi stack pressure hold'
bare="axis $live oracle engine session"

# Who of the former may call the string functions of libc: a pattern for FILE:FUNCTION, and why.
callers='
:(xs_[a-z_]*)?supported$          is asked before a run
^task/probe[.]c:(xs_probe|cannot)$ serve that
^state/cpu[.]c:(xs_cpu_read|read_init_pkru)$ are called once, before all runs
:xs_(task_fail|death_accuses)$    end a run
:xs_offspring_judge$              ends a run
^pressure/freeze[.]c:              holds no registers
^pressure/core_(file|place)[.]c:   read core files, of tasks that are dead
^task/fpu_(call|hash)[.]c:         read texts before their windows'

# Whose use of these registers in a C file is no compiler's.
authors='
:xs_hold_vzeroupper_step$         has the CPU predict it, and does not come to it
:xs_trap_                         is of XS_TRAP() in signal/trap.h'

# Of objdump's output on standard input, made of the file $1 in harness.
object() {
	awk -v source="$1" -v live=" $live " -v callers="$callers" -v authors="$authors" '
	function excused(list,   line, part, i) {
		for (i = split(list, line, "\n"); i > 1; i--) {
			split(line[i], part, " ")
			if ((source ":" name) ~ part[1])
				return 1
		}
		return 0
	}
	function say(what) {
		if (!said[name, what]++)
			printf "harness/%s: %s() %s in tests/rules/rules.sh\n", source, name, what
	}
	BEGIN {
		lives = index(live, " " substr(source, 1, index(source, "/") - 1) " ")
		registers = "%([xyzt]?mm|k)[0-7]|%st([^a-z]|$)|[\t](vzero(upper|all)|f?emms)"
		# Not memcpy() and its like: see libraries().
		strings = "^(__)?(str|stp|wcs|wmem|bcopy|bzero|(raw)?mem(r?chr|ccpy|pcpy|mem))|^__mem.*_chk"
	}
	/^[0-9a-f]+ <.*>:$/ {
		name = $2
		gsub(/[<>:]|\.(part|constprop|isra|cold).*/, "", name)
	}
	$0 ~ registers && !excused(authors) {
		say("has \"" $2 " " $3 "\", and only .S files may use such registers:" \
			" compile with -mgeneral-regs-only, or say why under \"authors\"")
	}
	lives && /R_X86_64_/ {
		callee = $3
		sub(/[-+]0x.*/, "", callee)
		if (callee ~ strings && !excused(callers))
			say("calls " callee "(), which may use registers under test:" \
				" do without, do it before the run, or say why under \"callers\"")
	}'
}

# What compilers call as they like is of harness/task/string.S.
libraries() {
	nm -u "$build/$1" | awk -v program="$1" '
	$2 ~ /^(mem(cpy|move|set|cmp)|bcmp)(@|$)/ {
		printf "%s: has %s of libc, which uses vector registers: link harness/task/string.S\n",
			program, $2
	}'
}

objects() {
	for folder in $bare; do
		for source in "harness/$folder.c" "harness/$folder"/*.c; do
			[ -f "$source" ] || continue
			built=$build/harness/CMakeFiles/xs_core.dir/${source#harness/}.o
			if [ -f "$built" ]; then
				objdump -dr --no-show-raw-insn "$built" | object "${source#harness/}"
			else
				echo "$source: no $built: build it, or take it away"
			fi
		done
	done
	for program in xsavage xsavage-bench xsavage-fuzz; do
		[ ! -f "$build/$program" ] || libraries "$program"
	done
}

# Usage: row TABLE AXIS NAME
row() {
	seed=corpus/seeds/$2-$3.case
	if [ ! -f "$seed" ]; then
		echo "$1: $3 has no seed: write $seed, a short case that uses it"
		return
	fi
	code=0
	text=$("$build/xsavage" export -o /dev/null "$seed" 2>&1) || code=$?
	case $code:$text in
	0:* | 4:*': '?*) ;;
	*) echo "$seed: exported with code $code, \"$text\": it needs a program, or the reason why not" ;;
	esac
	grep -qF "| [$3](../$seed) |" docs/coverage.md ||
		echo "docs/coverage.md: no line for $2 $3: run tests/coverage"
}

# Every row of every axis.
rows() {
	for table in harness/*/*.def; do
		axis=$(basename "$table" .def)
		[ -d "harness/$axis" ] || continue # reports have a table, too
		macro=XS_$(echo "$axis" | tr '[:lower:]' '[:upper:]')
		sed -n "s/^$macro(\([a-z0-9_]*\).*/\1/p" "$table" | tr _ - | while read -r name; do
			row "$table" "$axis" "$name"
		done
	done
}

# The shell's own code: what runs as a program, and what is sourced. Meant here: A && B || C where B
# cannot fail; '$x' for another shell; ls and cat for words.
scripts() {
	find .ci harness bench docs tests -type f \( ! -name '*.*' -o -name '*.sh' -o -name '*.bash' \) \
		-exec grep -lE '^(#!/bin/sh|# shellcheck shell=)' {} + | LC_ALL=C sort |
		xargs -r shellcheck -f gcc -x -P SCRIPTDIR:. -e SC2015,SC2016,SC2012,SC2013
}

# How each C file is compiled, once, though tests build the program's with sanitizers, too; by a
# command of its own what the build does not know. The pieces of programs that "export" writes are
# no files of C.
commands() {
	/usr/bin/python3 - "$build" <<-'END'
	import json, pathlib, sys

	with open(sys.argv[1] + "/compile_commands.json", encoding="utf-8") as f:
	    known = {command["file"]: command for command in reversed(json.load(f))}
	every = []
	for folder in ("bench", "docs", "fuzz", "harness", "tests"):
	    for path in pathlib.Path(folder).resolve().rglob("*.c"):
	        plain = {"directory": str(pathlib.Path.cwd()), "file": str(path),
	                 "command": f"cc -std=gnu17 -D_GNU_SOURCE -I. -Iharness -c {path}"}
	        if path.parent.name != "parts":
	            every.append(known.get(str(path), plain))
	json.dump(every, sys.stdout, indent=1)
	END
}

# What clang-tidy, by .clang-tidy, and cppcheck say of C. cppcheck without what it knows of POSIX: it
# takes each mapping, and each descriptor that a function returns, for one that is lost.
tidy() {
	mkdir "$work/cppcheck"
	commands >"$work/compile_commands.json"
	sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "$work/compile_commands.json" |
		xargs -r -P "$(nproc)" -n 1 clang-tidy --quiet -p "$work" >"$work/said" 2>"$work/failed" ||
		echo "clang-tidy: $(tail -n 1 "$work/failed")"
	grep -E ': (warning|error): ' "$work/said" | sed "s|^$PWD/||" | sort -u
	cppcheck -q --project="$work/compile_commands.json" --cppcheck-build-dir="$work/cppcheck" \
		--enable=warning,performance,portability --inline-suppr --template-location='' \
		--template='{file}:{line}:{column}: {severity}: {message} [{id}]' 2>&1 | sed "s|^$PWD/||"
}

# Standard output is for what is found.
skip() {
	echo "skipped: no $1" >&2
	exit 77
}

work=$(mktemp -d)
found=$work/found
trap 'rm -rf "$work"' EXIT
case $rule in
floors) floors ;;
sizes) sizes ;;
numbers) numbers ;;
objects)
	command -v objdump >/dev/null || skip "objdump (Debian: binutils)"
	objects
	;;
rows) rows ;;
scripts)
	command -v shellcheck >/dev/null || skip "shellcheck (Debian: shellcheck)"
	scripts || :
	;;
tidy)
	for tool in clang-tidy cppcheck /usr/bin/python3; do
		command -v $tool >/dev/null || skip "$tool (Debian: clang-tidy, cppcheck, python3)"
	done
	[ -f "$build/compile_commands.json" ] ||
		skip "$build/compile_commands.json: configure with cmake --preset default"
	tidy
	;;
*) echo "no such rule: $rule" ;;
esac >"$found"
[ -s "$found" ] || exit 0
cat "$found"
echo "$rule: $(wc -l <"$found") places"
exit 1
