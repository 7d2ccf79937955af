# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# How tests/vm/run boots a guest in Bochs. Sourced by it, whose variables it uses.

bochs=${BOCHS:-bochs-bin}
bochs_lib=/usr/share/bochs
iso_lib=/usr/lib/ISOLINUX
syslinux_lib=/usr/lib/syslinux/modules/bios

# What has to be there.
need_bochs() {
	for tool in "$bochs" xorriso gzip; do
		command -v "$tool" >/dev/null || bochs_missing "$tool"
	done
	for file in $bochs_lib/BIOS-bochs-latest $bochs_lib/VGABIOS-lgpl-latest \
		$iso_lib/isolinux.bin $syslinux_lib/ldlinux.c32 \
		$syslinux_lib/mboot.c32 $syslinux_lib/libcom32.c32; do
		[ -f "$file" ] || bochs_missing "$file"
	done
	bochs_version=$("$bochs" --help 2>&1 | sed -n 's/^ *\(Bochs\) x86 Emulator \([0-9.]*\).*/\1 \2/p')
}

bochs_missing() {
	die "missing: $1 (apt-get install bochs bochs-term bochsbios vgabios xorriso isolinux" \
		"syslinux-common)"
}

bochs_models() { "$bochs" --help cpu 2>&1 | grep -x '[a-z][a-z0-9_]*'; }

# A reboot is a triple fault, which ends Bochs.
bochs_parameters='intel_pstate=disable idle=halt tsc_early_khz=50000 reboot=t'

# Says what the model has, and hides from the kernel what the probe finds wrong: the numbers are those
# of arch/x86/include/asm/cpufeatures.h.
hide_wrong() {
	: "${cpu:=corei7_haswell_4770}"
	bochs_models | grep -qxF -e "$cpu" ||
		die "$bochs_version has no model '$cpu': $me --list-cpus has its models"
	probe_model bochs "$cpu" again ||
		{ cat "$tmp/said" >&2; explain_failure; die "the probe does not run in $cpu"; }
	! grep -q '^only 32-bit$' "$facts" || die "$cpu runs no 64-bit code"
	say "$bochs_version, $cpu: $(fact has), $(fact size) bytes; $(fact forms)"
	clear='' shown=''
	for word in $(wrong_words); do
		hides=''
		case $word in
		fsrm) hides=580 ;;
		xsaveopt) hides=320 ;;
		xgetbv1) hides=322 ;;
		xsavec|xrstor-compacted|compacted-size) hides=321,323 ;; # XSAVES compacts, too
		xsaves|xrstors) hides=323 ;;
		avx) hides=156 ;;
		opmask|zmm-*) hides=304 ;;
		bnd*) hides=302 ;;
		pkru) hides=515 ;;
		cet-?) hides=519,596 ;;
		esac
		first=$(sed -n "s/^wrong $word: //p" "$facts" | head -n 1)
		if [ -n "$hides" ]; then
			say "hidden from the kernel: $word, wrong here ($first)"
			clear=$clear,$hides
		else
			shown="$shown $word"
		fi
	done
	for word in $shown; do
		say "wrong here, and not hidden: $word ($(sed -n "s/^wrong $word: //p" "$facts" |
			sed ':more; N; $!b more; s/\n/, /g'))"
	done
	[ -z "$shown" ] || say "what check finds because of that is in corpus/known/bochs.known" \
		"(--file that, -- check --known bochs.known)"
	clear=$(printf %s "$clear" | tr ',' '\n' | sort -nu | tr '\n' ',')
	clear=${clear#,}
	[ -z "$clear" ] || bochs_parameters="clearcpuid=${clear%,} $bochs_parameters"
}

# A CD with the kernel and the initramfs $1, or with the probe: Bochs has no other way to boot one.
make_cd() {
	mkdir -p "$tmp/cd/isolinux"
	cp -L "$kernel" "$tmp/cd/kernel"
	cp "$iso_lib/isolinux.bin" "$syslinux_lib/ldlinux.c32" "$syslinux_lib/mboot.c32" \
		"$syslinux_lib/libcom32.c32" "$tmp/cd/isolinux/"
	if [ -n "$1" ]; then
		gzip -1 <"$1" >"$tmp/cd/initrd"
		printf '%s\n' 'DEFAULT guest' 'LABEL guest' ' KERNEL /kernel' ' INITRD /initrd' \
			" APPEND console=ttyS0 panic=-1 $bochs_parameters $append"
	else
		printf '%s\n' 'SERIAL 0' 'DEFAULT probe' 'LABEL probe' ' KERNEL mboot.c32' \
			' APPEND /kernel'
	fi >"$tmp/cd/isolinux/isolinux.cfg"
	xorriso -as mkisofs -quiet -o "$tmp/cd.iso" -b isolinux/isolinux.bin \
		-c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
		"$tmp/cd" 2>"$tmp/xorriso" || { cat "$tmp/xorriso" >&2; die "xorriso makes no CD"; }
}

# Boots with the initramfs $1, the time limit $2 and the --out folder $3. The console is the
# first serial port, as ever; the second is what Bochs has for standard output here.
boot_bochs() {
	make_cd "$1"
	rm -f "$tmp/done" "$tmp/emulator" "$tmp/bochs.log" "$tmp/console"
	cat >"$tmp/bochsrc" <<END
config_interface: textconfig
display_library: term
romimage: file=$bochs_lib/BIOS-bochs-latest
vgaromimage: file=$bochs_lib/VGABIOS-lgpl-latest
cpu: model=$cpu, count=$cpus:1:1, quantum=16, ips=50000000, reset_on_triple_fault=0
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
	case $("$bochs" --help 2>&1) in
	*' -rc '*) debugger="-rc $tmp/continue" ;;
	*) debugger='' ;;
	esac
	# shellcheck disable=SC2016,SC2086 # for the inner shell; two words
	TERM=vt100 "$host" "$2" "$3" '' "$tmp/console" "$tmp/bochs.log" "$tmp/done" sh -c \
		'exec 5>&1 >/dev/null; exec "$0" -q "$@"' \
		"$bochs" -f "$tmp/bochsrc" $debugger </dev/null &
	host_pid=$!
	code=0
	wait "$host_pid" || code=$?
	host_pid=
	sed -n '/^Bochs is exiting/,/^===/p' "$tmp/bochs.log" | sed '1d; $d' >"$tmp/emulator"
}
