#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# LAVA's own dispatcher runs the job on its QEMU device, on a good kernel and on a bad one; it sees the
# results of each, and no server, no KVM and no network take part.
# Usage: tests/fleet/lava.sh XSAVAGE
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

xsavage=$(realpath "${1?which xsavage?}")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../live/run_and_say.sh"
says() { grep -q -e "$1" "$tmp/out" || fail "it does not say '$1'"; }
trap 'rm -rf "$tmp"; rmdir -p /var/lib/lava/dispatcher/tmp 2>/dev/null || true' EXIT
skip() { echo "$*"; exit 77; }

[ "$(id -u)" -eq 0 ] || skip "not root, which lava-run asks for"
for tool in qemu-system-x86_64 cpio git busybox apt-get dpkg-deb; do
	command -v $tool >/dev/null || skip "no $tool; apt-get install qemu-system-x86 cpio git busybox-static"
done

# The packages themselves, not installed: they depend on udev, systemd, LVM, and kernel headers.
cache=${XSAVAGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/xsavage}/lava
lava_run() {
	PYTHONPATH=$cache/usr/lib/python3/dist-packages LD_LIBRARY_PATH=$cache/usr/lib/x86_64-linux-gnu:$cache/lib/x86_64-linux-gnu \
		/usr/bin/python3 "$cache/usr/bin/lava-run" "$@"
}
if ! lava_run --help >/dev/null 2>&1; then
	mkdir "$tmp/debs" "$tmp/lava"
	(cd "$tmp/debs" && apt-get -q download lava-dispatcher lava-dispatcher-host lava-common python3-guestfs libguestfs0 libvirt0 \
		libfuse2 libyajl2 libssh-4 python3-aiohttp python3-configobj python3-jinja2 python3-magic \
		python3-netifaces python3-pexpect python3-pyudev python3-requests python3-setproctitle \
		python3-tz python3-voluptuous python3-markupsafe python3-multidict python3-yarl \
		python3-async-timeout python3-frozenlist python3-aiosignal python3-certifi \
		python3-charset-normalizer python3-idna python3-urllib3 python3-six python3-chardet python3-ptyprocess \
		python3-yaml) >"$tmp/out" 2>&1 || {
		tail -n 3 "$tmp/out"
		skip "lava-dispatcher cannot be downloaded (above): Debian 12 has it"
	}
	for deb in "$tmp"/debs/*.deb; do
		dpkg-deb -x "$deb" "$tmp/lava"
	done
	mkdir -p "$(dirname "$cache")"
	rm -rf "$cache"
	mv "$tmp/lava" "$cache"
fi

# What a fleet has built: a root file system with a shell and the program.
root=$tmp/root
mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/root" "$root/etc"
cp "$(command -v busybox)" "$root/bin/busybox"
"$root/bin/busybox" --list | grep -v '^busybox$' | while read -r name; do
	ln -s busybox "$root/bin/$name"
done
for file in "$xsavage" $(ldd "$xsavage" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^\t\(\/[^ ]*\) .*/\1/p'); do
	mkdir -p "$root$(dirname "$file")"
	cp -L "$file" "$root$file"
done
ln -sf "$xsavage" "$root/bin/xsavage"
cat >"$root/init" <<'END'
#!/bin/sh
export PATH=/bin HOME=/root PS1='lava# '
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
while :; do setsid cttyhack sh -i; done
END
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$tmp/rootfs.cpio.gz"

git init -q "$tmp/repository"
mkdir -p "$tmp/repository/tests/fleet"
cp -r "$here/lava" "$tmp/repository/tests/fleet"
git -C "$tmp/repository" add . && git -C "$tmp/repository" -c user.name=x -c user.email=x@localhost commit -qm x

# Usage: job KERNEL
job() {
	code=0
	image=$(sh "$here/../kernels/build" "$1") || code=$?
	[ $code -ne 4 ] || exit 77
	[ $code -eq 0 ] || fail "no kernel $1"
	sed "s|@KERNEL@|file://$image|; s|@ROOTFS@|file://$tmp/rootfs.cpio.gz|; s|@REPOSITORY@|$tmp/repository|" \
		"$here/lava/job.yaml" >"$tmp/job.yaml"
	lava_run --job-id 1 --output-dir "$tmp/output" --device "$here/lava/device.yaml" "$tmp/job.yaml" \
		>"$tmp/out" 2>&1 || true
}

# The job ended well, whatever it found, and with a result for each case and one for all.
ends_with() {
	says '"case": "job", "definition": "lava", "result": "pass"'
	says "\"case\": \"verdict\", .*\"measurement\": .*\"[1-9][0-9.]*\", \"result\": \"$1\".*\"units\": \"signals\""
	[ "$(grep -c '"case": "\(check\|corrupt\)-.*"result": ' "$tmp/out")" -gt 3 ] || fail "few results"
}

# As docs/fleet.md has it.
take_report() { sed -n 's/.*xsavage.json.gz: \([A-Za-z0-9+=/]*\).*/\1/p' "$tmp/out" | base64 -d | gunzip >"$1"; }

job none
ends_with pass
if grep -q '"result": "fail"' "$tmp/out"; then
	fail "something failed"
fi
take_report "$tmp/none.json"
job stale-owner
ends_with fail
says '"case": "corrupt-.*"result": "fail"'
take_report "$tmp/stale-owner.json"

run "$xsavage" pool "$tmp/none.json" "$tmp/stale-owner.json"
[ "$code" -eq 1 ] || fail "exit code $code"
says '^2 runs on [12] kinds* of machine: corrupt$'
says 'corrupt frame foreign wide other'
