# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# How tests/vm/run boots a guest in Bochs 2.7, Debian 12's. Sourced by it, whose variables it uses.

bochs_lib=/usr/share/bochs
iso_lib=/usr/lib/ISOLINUX
syslinux_lib=/usr/lib/syslinux/modules/bios

# What has to be there.
need_bochs() {
	for tool in bochs-bin xorriso gzip; do
		command -v "$tool" >/dev/null || bochs_missing "$tool"
	done
	for file in $bochs_lib/BIOS-bochs-latest $bochs_lib/VGABIOS-lgpl-latest \
		$iso_lib/isolinux.bin $syslinux_lib/ldlinux.c32; do
		[ -f "$file" ] || bochs_missing "$file"
	done
	case $(bochs-bin --help 2>&1) in
	*'Bochs x86 Emulator 2.7'*) ;;
	*) die "this Bochs is not 2.7, with which alone --emulator bochs was seen to work" ;;
	esac
}

bochs_missing() {
	die "missing: $1 (apt-get install bochs bochs-term bochsbios vgabios xorriso isolinux" \
		"syslinux-common)"
}

# What this Bochs shows wrong is hidden from the kernel: FSRM without ERMS; the sizes of XSAVEC, and
# XSAVES, which loses state. A reboot is a triple fault, which ends Bochs.
bochs_parameters='clearcpuid=580,321,323 intel_pstate=disable idle=halt tsc_early_khz=50000 reboot=t'

# A CD with the kernel and the initramfs $1: Bochs has no other way to boot one.
make_cd() {
	mkdir -p "$tmp/cd/isolinux"
	gzip -1 <"$1" >"$tmp/cd/initrd"
	cp -L "$kernel" "$tmp/cd/kernel"
	cp "$iso_lib/isolinux.bin" "$syslinux_lib/ldlinux.c32" "$tmp/cd/isolinux/"
	printf '%s\n' 'DEFAULT guest' 'LABEL guest' ' KERNEL /kernel' ' INITRD /initrd' \
		" APPEND console=ttyS0 panic=-1 $bochs_parameters $append" \
		>"$tmp/cd/isolinux/isolinux.cfg"
	xorriso -as mkisofs -quiet -o "$tmp/cd.iso" -b isolinux/isolinux.bin \
		-c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
		"$tmp/cd" 2>"$tmp/xorriso" || { cat "$tmp/xorriso" >&2; die "xorriso makes no CD"; }
}

# Boots with the initramfs $1, the time limit $2 and the --out folder $3. The console is the
# first serial port, as ever; the second is what Bochs has for standard output here.
boot_bochs() {
	make_cd "$1"
	cat >"$tmp/bochsrc" <<END
config_interface: textconfig
display_library: term
romimage: file=$bochs_lib/BIOS-bochs-latest
vgaromimage: file=$bochs_lib/VGABIOS-lgpl-latest
cpu: model=${cpu:-corei7_haswell_4770}, count=$cpus:1:1, quantum=16, ips=50000000, reset_on_triple_fault=0
memory: guest=$memory, host=$memory
clock: sync=none
ata0-master: type=cdrom, path="$tmp/cd.iso", status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev="$tmp/console"
com2: enabled=1, mode=file, dev=/dev/fd/5
log: /dev/null
debug: action=ignore
info: action=ignore
error: action=ignore
panic: action=fatal
END
	# Debian's has the debugger in, which asks what to do.
	echo c >"$tmp/continue"
	# shellcheck disable=SC2016 # for the inner shell
	TERM=vt100 "$host" "$2" "$3" '' "$tmp/console" "$tmp/bochs.log" "$tmp/done" sh -c \
		'exec 5>&1 >/dev/null; exec bochs-bin -q -f "$0/bochsrc" -rc "$0/continue"' \
		"$tmp" </dev/null &
	host_pid=$!
	code=0
	wait "$host_pid" || code=$?
	host_pid=
	sed -n '/^Bochs is exiting/,/^===/p' "$tmp/bochs.log" | sed '1d; $d' >"$tmp/emulator"
}
