#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rules.sh on trees that are made up: each rule is kept, broken in one place, and kept again.
# Usage: tests/rules/broken.sh BUILD CC
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "${1?which build?}")
cc=${2?which compiler?}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tree=$tmp/tree made=$tmp/build
objects=$made/harness/CMakeFiles/xs_core.dir
mkdir -p "$tree/.ci" "$tree/bench" "$tree/fuzz" "$tree/tests" "$tree/docs" "$tree/corpus/seeds" "$made"
for folder in axis state task stack signal handler worker engine report; do
	mkdir -p "$tree/harness/$folder" "$objects/$folder"
done

fail() {
	echo "broken $rule: FAILED: $*"
	cat "$tmp/out"
	exit 1
}

try() {
	code=0
	sh "$here/rules.sh" "$rule" "$tree" "$made" >"$tmp/out" || code=$?
	[ $code -ne 77 ] || { cat "$tmp/out"; exit 77; }
}

kept() {
	try
	[ $code -eq 0 ] || fail "it is kept, and the exit code $code"
}

# In one place, of which it says $1.
broken() {
	try
	[ "$code $(wc -l <"$tmp/out")" = '1 2' ] || fail "it is broken in one place, which is not said"
	grep -qF -- "$1" "$tmp/out" || fail "it does not say '$1'"
}

# The file $1 of the tree, with the text $2, breaks the rule, which says $3.
breaks() {
	printf '%b\n' "$2" >"$tree/$1"
	broken "$3"
	rm "$tree/$1"
	kept
}

lines() { yes "$2" | head -n "$1"; }

rule=floors
echo '#include <stdio.h>' >"$tree/harness/main.c"
echo '#include "engine/run.h"' >"$tree/harness/session.h"
echo '#include "session.h"' >"$tree/harness/report/text.c"
printf '#include "signal/lead.h"\n#include "axis/signal.def"\n' >"$tree/harness/signal/timer.c"
printf '#include "lab.h"\n#include "session.h"\n#include "fuzz/mutate.h"\n' >"$tree/bench/lab.c"
echo '#include "fuzz/mutate.h"' >"$tree/fuzz/mutate.c"
kept
breaks harness/signal/kill.c 'int x;\n#include "engine/run.h"' \
	'harness/signal/kill.c:2: "engine/run.h" of engine, above signal'
breaks harness/task/window.S '# include "signal/lead.h"' 'above task'
breaks harness/stack/none.c '#include "signal/lead.h"' 'signal, beside stack'
breaks harness/engine/run.c '#include "session.h"' 'session, above engine'
breaks harness/report/json.c '#include "main.h"' 'main, above report'
breaks harness/report/json.c '#include "fuzz/mutate.h"' 'fuzz, above report'
breaks harness/report/json.c '#include "lab.h"' 'harness/report/json.c:1: "lab.h" is in no folder'
breaks fuzz/fuzz.c '#include "bench/lab.h"' 'bench, above fuzz'
mkdir "$tree/harness/new"
breaks harness/new/new.c '#include "axis/axis.h"' 'in new, which is on no floor'

rule=sizes
lines 150 '' >"$tree/harness/task/task.h"
lines 12 '#include <stdio.h>' >"$tree/harness/engine/run.h"
lines 13 '#include <stdio.h>' >"$tree/harness/engine/run.c"
lines 400 '' >"$tree/tests/coverage"
lines 401 '' >"$tree/tests/tests.xml"
kept
breaks harness/task/level.h "$(lines 151 x)" 'harness/task/level.h:151: at most 150'
breaks harness/task/level.h "$(lines 13 '#include <stdio.h>')" 'level.h: 13 includes, at most 12'
breaks harness/task/level.c "$(lines 401 x)" 'harness/task/level.c:401: at most 400'
breaks tests/run.sh "$(lines 401 x)" 'tests/run.sh:401: at most 400'
breaks fuzz/fuzz "$(lines 401 x)" 'fuzz/fuzz:401: at most 400'

rule=numbers
echo 'XS_STACK(none)' >"$tree/harness/axis/stack.def"
echo 'if (flags & XS_STACK_STAYS)' >"$tree/harness/stack/none.c"
echo 'if (fault == XS_STACK_none)' >"$tree/bench/lab.c"
kept
breaks harness/report/json.c 'int x;\nif (fault != XS_STACK_none)' \
	'harness/report/json.c:2:XS_STACK_none is a row by its number'
breaks fuzz/fuzz.c 'static const int rows[] = { [XS_STACK_uffd_wp] = 1 };' 'XS_STACK_uffd_wp'

# The source $1 with the text $2, and its object.
compile() {
	echo "$2" >"$tree/harness/$1"
	"$cc" -O1 -c "$tree/harness/$1" -o "$objects/$1.o"
}

# The same breaks the rule.
object() {
	compile "$1" "$2"
	broken "$3"
	rm "$tree/harness/$1" "$objects/$1.o"
	kept
}

length='unsigned long strlen(const char *); unsigned long f(char *s) { return strlen(s) - 1; }'
rule=objects
rm "$tree"/harness/*/*.c
compile engine/memory.c "$length"
compile stack/none.c "$(echo "$length" | sed 's/ f(/ supported(/')"
compile signal/divide.c '__asm__("xs_trap_divide: comiss %xmm1, %xmm0; ret");'
compile report/text.c 'double f(double a) { return a + 1; }'
kept
object handler/nest.c "$length" 'harness/handler/nest.c: f() calls strlen()'
object handler/nest.c 'double f(double a) { return a + 1; }' 'f() has "'
object engine/run.c 'double f(double a) { return a + 1; }' 'harness/engine/run.c: f() has "'
object worker/worker.c 'void f(void) { __asm__ volatile("fldz"); __asm__ volatile("fstp %st(0)"); }' '%st'
object worker/worker.c 'void f(void) { __asm__ volatile("vzeroupper"); }' 'vzeroupper'
breaks harness/task/task.c '' 'harness/task/task.c: no '
copy='#include <string.h>\nint main(int n, char **v) { char a[99]; memcpy(a, *v, n); return *a; }'
printf '%b\n' "$copy" >"$tmp/main.c"
"$cc" -w "$tmp/main.c" "$here/../../harness/task/string.S" -o "$made/xsavage"
kept
"$cc" -w -fno-builtin "$tmp/main.c" -o "$made/xsavage"
broken 'xsavage: has memcpy'

# A seed that is none, an entry of which export says nothing, and so on.
rule=rows
ln -sf "$build/xsavage" "$made/xsavage"
seeds=$here/../../corpus/seeds
coverage() { echo "| [$1](../corpus/seeds/stack-$1.case) | works | works |  |" >>"$tree/docs/coverage.md"; }
echo 'XS_STACK(memfd_dontneed)' >"$tree/harness/axis/stack.def"
echo 'XS_KNOWN("a")' >"$tree/harness/report/known.def"
cp "$seeds/stack-memfd-dontneed.case" "$tree/corpus/seeds"
coverage memfd-dontneed
kept
echo 'XS_STACK(made_up)' >>"$tree/harness/axis/stack.def"
broken 'made-up has no seed: write corpus/seeds/stack-made-up.case'
cp "$seeds/handler-nest.case" "$tree/corpus/seeds/stack-made-up.case"
broken 'no line for stack made-up'
coverage made-up
kept
printf '[stack]\nfault = made-up\n' >"$tree/corpus/seeds/stack-made-up.case"
broken 'exported with code 2'
rm "$tree/corpus/seeds/stack-made-up.case"

# With a name that ends in .sh, and without; and sourced.
rule=scripts
printf '#!/bin/sh\necho "$1"\n' >"$tree/tests/good"
kept
breaks bench/bad.sh '#!/bin/sh\necho $1' 'bench/bad.sh:2:6: note: Double quote'
breaks tests/bad '# shellcheck shell=sh\necho $1' 'tests/bad:2:6: note: Double quote'

# What one of the two sees, and then the other; in a file that the build knows, too.
rule=tidy
if ! command -v clang-tidy >/dev/null || ! command -v cppcheck >/dev/null; then
	echo "no clang-tidy or no cppcheck: $rule was not looked at"
	exit 0
fi
rm -rf "$tree"
mkdir -p "$tree/harness" "$tree/bench" "$tree/fuzz" "$tree/tests/parts"
cp "$here/../../.clang-tidy" "$tree"
echo 'no C' >"$tree/tests/parts/piece.c"
printf '#ifdef BAD\n#error BAD\n#endif\nint main(void) { return 0; }\n' >"$tree/harness/main.c"
commands() {
	echo "[{ \"directory\": \"$tree\", \"file\": \"$tree/harness/main.c\", \"command\": \"cc $1 -c $tree/harness/main.c\" }]" \
		>"$made/compile_commands.json"
}
commands ''
kept
breaks tests/bad.c 'unsigned long f(unsigned int a) { return a * a; }' 'tests/bad.c:1:42: warning: '
breaks fuzz/bad.c 'int f(void) { int a[2] = { 0 }; return a[2]; }' 'fuzz/bad.c:1:41: error: '
commands -DBAD
try
[ "$code" -eq 1 ] || fail "a file that does not compile"
