#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kubectl knows each field of the Job, and takes its value. No cluster takes part.
# Usage: tests/fleet/kubernetes.sh
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../live/run_and_say.sh"
python3 -c 'import yaml' 2>/dev/null || { echo "no yaml of Python; apt-get install python3-yaml"; exit 77; }
kubectl=$(command -v kubectl) || {
	(cd "$tmp" && apt-get -q download kubernetes-client) >"$tmp/out" 2>&1 || {
		tail -n 3 "$tmp/out"
		echo "no kubectl, and kubernetes-client cannot be downloaded (above)"
		exit 77
	}
	dpkg-deb -x "$tmp"/kubernetes-client_*.deb "$tmp"
	kubectl=$tmp/usr/bin/kubectl
}
python3 "$here/kubernetes.py" "$kubectl" "$here/kubernetes/job.yaml"
