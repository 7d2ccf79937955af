# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
# A copy of a kernel tree of the user's own. Sourced by tests/kernels/build, whose variables and
# functions it uses. The tree is only ever read.

# The version of the kernel tree $1, such as 6.12, as one that can be built here.
version_of() {
	if [ ! -f "$1/Makefile" ] || [ ! -f "$1/Kconfig" ] || [ ! -d "$1/arch/x86/kernel/fpu" ]; then
		die "$1 is no kernel tree: it has no Makefile, Kconfig or arch/x86/kernel/fpu"
	fi
	of=$(sed -n 's/^VERSION *= *\([0-9]*\)$/\1/p; s/^PATCHLEVEL *= *\([0-9]*\)$/.\1/p' \
		"$1/Makefile" | tr -d '\n')
	case $of in
	[0-9]*.[0-9]*) ;;
	*) die "$1/Makefile does not say which version it is (VERSION, PATCHLEVEL)" ;;
	esac
	! older "$of" 6.1 || die "$1 is Linux $of: what is older than 6.1 cannot be built here"
	older "$of" 7.3 || say "$1 is Linux $of, and 7.2 the newest that was tried"
	echo "$of"
}

# The files of the working directory, each with size, time and mode, but for what kbuild makes of
# them, programs that it compiled included. Debian's .gitignore would be of no help: it has everything.
sources() {
	# A folder that was built into (make O=) is none of the source.
	set --
	for folder in */.config; do
		[ ! -f "$folder" ] || set -- "$@" -o -path "./${folder%/.config}"
	done
	elf=$(printf '\177ELF')
	find . \( -name .git -o -path ./include/config -o -path ./include/generated \
		-o -path './arch/*/include/generated' "$@" \) -prune -o \
		\( -type f -o -type l \) ! -path './vmlinux*' ! -path './.config*' \
		! -path ./System.map ! -path './modules.*' ! -path './.version' \
		! -name '.*.cmd' ! -name '.*.d' ! -name '.tmp_*' ! -name '.vmlinux*' \
		! -name vmlinux ! -name vmlinux.lds ! -name bzImage ! -name zoffset.h \
		! -name '*.o' ! -name '*.a' ! -name '*.ko' ! -name '*.mod' ! -name '*.mod.c' \
		! -name '*.order' ! -name '*.symvers' ! -name '*.s' ! -name '*.i' ! -name '*.so' \
		! -name '*.dbg' ! -name '*.bin' ! -name '*.elf' ! -name '*.lst' ! -name '*.lex.c' \
		! -name '*.tab.[ch]' ! -name '*.dtb' ! -name '*.gz' ! -name '*.xz' \
		! -name '*
*' ! \( -type f -perm -100 ! -name '*.*' -exec grep -qs "^$elf" {} \; \) \
		-printf '%p\t%s %T@ %m\n' | LC_ALL=C sort
}


# Makes $tree what the kernel tree $1 is now. What has not changed there is left alone, and its
# objects with it.
copy_tree() {
	(cd "$1" && sources) >"$tree.sources.new" || die "cannot read all of $1"
	if [ -f "$tree/.unpacked" ] && [ -f "$tree.sources" ]; then
		note "bringing the copy of $1 up to date"
	else
		note "copying $1"
		rm -rf "$tree"
		mkdir -p "$tree"
		: >"$tree.sources"
	fi
	# Times are those of the copy: an older file, put back, has to be compiled, too.
	LC_ALL=C comm -13 "$tree.sources" "$tree.sources.new" | cut -f 1 >"$tree.changed"
	{
		tar -C "$1" --mode=u+rwX --no-recursion --verbatim-files-from \
			-T "$tree.changed" -cf - 2>>"$log" || rm "$tree.changed"
	} | tar -C "$tree" -xmf - 2>>"$log" || rm -f "$tree.changed"
	[ -f "$tree.changed" ] || die "cannot copy $1 to $tree"
	cut -f 1 "$tree.sources.new" >"$tree.changed"
	cut -f 1 "$tree.sources" | LC_ALL=C comm -23 - "$tree.changed" | tr '\n' '\0' |
		(cd "$tree" && xargs -0 -r rm -f --)
	rm "$tree.changed"
	mv "$tree.sources.new" "$tree.sources"
	touch "$tree/.unpacked"
}
