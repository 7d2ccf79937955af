#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Slurm itself, a cluster of this machine alone, runs the array; the reports of its tasks are pooled.
# Usage: tests/fleet/slurm.sh XSAVAGE
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

xsavage=$(realpath "${1?which xsavage?}")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../live/run_and_say.sh"
daemons=
trap '[ -z "$daemons" ] || kill $daemons; rm -rf "$tmp"' EXIT
[ "$(id -u)" -eq 0 ] || { echo "not root, which slurmd asks for"; exit 77; }

# The packages themselves, not installed: they would start daemons.
mkdir "$tmp/debs" "$tmp/slurm" "$tmp/state" "$tmp/spool" "$tmp/work"
(cd "$tmp/debs" && apt-get -q download slurmctld slurmd slurm-client slurm-wlm-basic-plugins) \
	>"$tmp/out" 2>&1 || {
	tail -n 3 "$tmp/out"
	echo "slurmctld cannot be downloaded (above): Debian has it; it takes a network, and apt's lists"
	exit 77
}
for deb in "$tmp"/debs/*.deb; do
	dpkg-deb -x "$deb" "$tmp/slurm"
done
plugins=$(dirname "$(find "$tmp/slurm" -name auth_none.so)")
export LD_LIBRARY_PATH="$plugins" SLURM_CONF="$tmp/slurm.conf" PATH="$tmp/slurm/usr/bin:$PATH"
if ldd "$tmp/slurm/usr/sbin/slurmd-wlm" | grep 'not found'; then
	echo "slurmd lacks libraries (above)"
	exit 77
fi
node=$(uname -n)
# Ports that nobody else has, most likely.
port=$((20000 + $$ % 20000))
cat >"$SLURM_CONF" <<END
ClusterName=xsavage
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
StateSaveLocation=$tmp/state
SlurmdSpoolDir=$tmp/spool
SlurmctldPidFile=$tmp/slurmctld.pid
SlurmdPidFile=$tmp/slurmd.pid
PluginDir=$plugins
SelectType=select/linear
MailProg=/bin/true
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
# What has become of the tasks of the array.
states() { scontrol show job "$job" | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p' | sort -u; }

"$tmp/slurm/usr/sbin/slurmctld-wlm" -D >"$tmp/err" 2>&1 &
daemons=$!
"$tmp/slurm/usr/sbin/slurmd-wlm" -D -d "$tmp/slurm/usr/sbin/slurmstepd-wlm" >>"$tmp/err" 2>&1 &
daemons="$daemons $!"
for second in $(seq 60); do
	! sinfo -h -o %t 2>/dev/null | grep -q idle || break
	[ "$second" -lt 60 ] || fail "the node did not come up"
	sleep 1
done

# Usage: array COMMAND STATE: the array of two, with COMMAND as xsavage, ends in STATE.
array() {
	job=$(cd "$tmp/work" && XSAVAGE="$1" XSAVAGE_SECONDS=3 sbatch --parsable --array=0-1 \
		"$here/slurm/xsavage.sbatch")
	for second in $(seq 300); do
		case $(states) in *RUNNING*|*PENDING*|*CONFIGURING*|*COMPLETING*) ;; *) break ;; esac
		[ "$second" -lt 300 ] || fail "the array did not end"
		sleep 1
	done
	[ "$(states)" = "$2" ] || fail "the array ended as $(states), not $2"
}

array "$xsavage" COMPLETED
set -- "$tmp"/work/*-"$node".json
[ $# -eq 2 ] || fail "$# reports of two"
run "$xsavage" pool "$@"
[ "$code" -eq 0 ] || fail "exit code $code"
grep -q '^2 runs on 1 kind of machine: pass$' "$tmp/out" || fail "they are not pooled"
# A verdict that is bad is a task that has failed.
printf '#!/bin/sh\nexit 1\n' >"$tmp/bad"
chmod +x "$tmp/bad"
array "$tmp/bad" FAILED
