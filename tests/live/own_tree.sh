#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# tests/kernels/build --tree and tests/kernels/gate on trees that are made up, which a moment builds:
# what is copied, what is said, and that nothing is touched. vm/own_tree.sh has real ones.
# Usage: tests/live/own_tree.sh XSAVAGE
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

xsavage=$(realpath "${1?which xsavage?}")
kernels=$(cd "$(dirname "$0")/../kernels" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export XSAVAGE_CACHE="$tmp/cache"
tree="$tmp/my linux"

fail() {
	echo "FAILED: $*"
	cat "$tmp/said"
	exit 1
}
# Runs "$@": $code, and what it says.
run() {
	code=0
	"$@" >"$tmp/out" 2>"$tmp/said" || code=$?
	[ $code -ne 4 ] || ! grep -q ': missing: ' "$tmp/said" || { cat "$tmp/said"; exit 77; }
}
build() { run sh "$kernels/build" --tree "$tree" "$@"; }
exits() { [ "$code" -eq "$1" ] || fail "exit code $code, not $1"; }
says() { grep -Eq -- "$1" "$tmp/said" || fail "it does not say '$1'"; }
refused() { exits 2; says "$1"; }
# All of the tree: names, contents, times.
state() { find "$tree" -printf '%p %s %T@ %C@ %m %l\n' | sort | sha256sum; }
# The built kernel's text: here, all of the sources that make saw.
kernel() { cat "$(cat "$tmp/out")"; }

# What all of kbuild comes to: a kernel of the sources, whose objects are kept.
mkdir -p "$tree/arch/x86/kernel/fpu" "$tree/scripts/kconfig" "$tree/include/generated" \
	"$tree/.git" "$tree/out"
touch "$tree/Kconfig"
cat >"$tree/Makefile" <<'END'
VERSION = 6
PATCHLEVEL = 12
sources := $(sort $(wildcard *.c arch/x86/kernel/fpu/*.c))
tinyconfig:
	echo "# none" >.config
olddefconfig:
	sed -n '/=y/p' .xsavage-fragment >>.config
%.o: %.c
	! grep -n "error: " $<
	echo $< >>compiled
	cp $< $@
bzImage: $(sources:.c=.o)
	mkdir -p arch/x86/boot
	cat $^ >arch/x86/boot/bzImage
END
printf '#!/bin/sh\n:\n' >"$tree/scripts/kconfig/merge_config.sh"
chmod +x "$tree/scripts/kconfig/merge_config.sh"
cat >"$tree/arch/x86/kernel/fpu/core.c" <<'END'
void fpu_flush_thread(void)
{
	fpstate_reset(&current->thread.fpu);
	fpu_reset_fpregs();
}
END
echo 'int main_one;' >"$tree/one.c"
echo 'int main_two;' >"$tree/two.c"
echo 'int with_blank;' >"$tree/with blank.h"
ln -s one.c "$tree/link.c"
# What it was built into, here and elsewhere.
echo stale >"$tree/one.o"
echo stale >"$tree/include/generated/autoconf.h"
echo CONFIG_OWN=y >"$tree/.config"
touch "$tree/out/.config" "$tree/out/made.h"
cp "$xsavage" "$tree/scripts/fixdep"
chmod a-w "$tree/one.c"
state >"$tmp/before"

build
exits 0
[ "$(kernel | grep -c 'fpu_reset_fpregs\|main_one')" -eq 3 ] || fail "other sources were built"
copy=$(echo "$XSAVAGE_CACHE"/kernels/tree-*/)
for not in one.o:stale include/generated out .git scripts/fixdep; do
	! grep -qs stale "$copy${not%:*}" || fail "$not of the tree was copied"
	case $not in *:*) ;; *) [ ! -e "$copy$not" ] || fail "$not of the tree was copied" ;; esac
done
[ -f "$copy/with blank.h" ] || fail "not all was copied"
[ -L "$copy/link.c" ] || fail "a link was not copied as one"

# A bug, on top.
build exec-keeps-registers
exits 0
! kernel | grep -q fpu_reset_fpregs || fail "the bug is not in it"
build none
exits 0
kernel | grep -q fpu_reset_fpregs || fail "the bug is still in it"

# Nothing has changed: nothing is built. Something has: that is built, even if it is older.
echo >"$copy/compiled"
build
exits 0
[ "$(wc -l <"$copy/compiled")" -eq 1 ] || fail "it was built again"
state | cmp -s - "$tmp/before" || fail "the tree was touched"
chmod u+w "$tree/one.c"
echo 'int changed;' >"$tree/one.c"
touch -d 2001-01-01 "$tree/one.c"
rm "$tree/link.c"
build
exits 0
[ "$(kernel | grep -c 'changed\|main_one')" -eq 1 ] || fail "what has changed was not built"
! grep -q two.c "$copy/compiled" || fail "what has not changed was compiled"

# A tree that cannot be written to, and a cache without room.
# shellcheck disable=SC2016 # for the inner shell
if unshare --mount true 2>/dev/null; then
	mkdir "$tmp/small"
	run env XSAVAGE_CACHE="$tmp/small/cache" unshare --mount sh -c '
		mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99
		! touch "$1/new" 2>/dev/null || exit 98
		shift
		exec "$@"' sh "$tree" sh "$kernels/build" --tree "$tree"
	exits 0
	rm -rf "$tmp/small/cache"
	head -c 200000 /dev/zero >"$tree/large"
	run env XSAVAGE_CACHE="$tmp/small/cache" unshare --mount sh -c '
		mount -t tmpfs -o size=100k tmpfs "$1" || exit 99
		shift
		exec "$@"' sh "$tmp/small" sh "$kernels/build" --tree "$tree"
	rm "$tree/large"
	refused 'no space left'
fi

# Its own configuration.
build --own-config
exits 0
grep -q '^CONFIG_OWN=y' "$(dirname "$(cat "$tmp/out")")/.config" || fail "its own .config was not used"
grep -q '^CONFIG_SERIAL_8250_CONSOLE=y' "$(dirname "$(cat "$tmp/out")")/.config" ||
	fail "what a guest needs was not added"
rm "$tree/.config"
build --own-config
refused 'has no .config of its own'

# What is said of what cannot be.
build stale-owner
refused 'stale-owner.cocci: no file arch/x86/kernel/fpu/context.h in .*/my linux'
build exec-drop
refused 'exec-drop.cocci does not apply to .*/my linux: it changes nothing in .*/core.c'
build no-such
refused "no semantic patch"
build none@6.12
refused "of Debian's source"
echo 'x; // error: too bad' >"$tree/one.c"
build
refused 'error: too bad'
says 'failed; see .*\.log$'
log=$(sed -n 's/.*failed; see //p' "$tmp/said")
grep -q 'error: too bad' "$log" || fail "the log is not there"
sed -i 's/^VERSION = 6/VERSION = 5/' "$tree/Makefile"
build
refused 'is Linux 5.12: what is older than 6.1 cannot'
rm "$tree/Kconfig"
build
refused 'is no kernel tree'
run sh "$kernels/build" --tree "$tmp/nowhere"
refused 'nowhere'
run sh "$kernels/build" --own-config none
refused 'is for --tree'

gate() { run "$kernels/gate" --xsavage "$xsavage" "$@"; }
gate --help
exits 0
grep -q 'Does a patch of yours' "$tmp/out" || fail "--help does not teach"
gate
refused '^Usage: '
gate --tree "$tree"
refused 'is no kernel tree'
gate --tree "$tree" --kernel "$tree"
refused 'not both'
gate --tree "$tree" no-such
refused "no bug 'no-such' with a case"
gate --tree "$tree" simd-as-x87
refused 'does not show under QEMU'
gate --kernel "$tmp/nowhere"
refused 'no kernel'
gate --kernel "$xsavage" stale-owner
refused 'needs a --tree'
gate --tree "$tree" -t 0
refused 'needs a number'
gate --tree
refused 'needs a value'
echo "passed"
