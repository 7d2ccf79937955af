#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Whether kubectl knows every field of tests/fleet/kubernetes/job.yaml, and takes its value.

Usage: kubernetes.py KUBECTL JOB.yaml

No server takes part: "kubectl set image --local" reads the file into the types of the API, where a wrong
type is an error and a field that is none is lost, and prints it. What comes back has to be all that
went in.
"""
import json
import subprocess
import sys

import yaml

IMAGE = "registry.example.org/xsavage:1"


def lost(what, is_there, path=""):
    """Paths of what is not there any more, or is another value."""
    if isinstance(what, dict) and isinstance(is_there, dict):
        for key, value in what.items():
            if key in is_there:
                yield from lost(value, is_there[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif isinstance(what, list) and isinstance(is_there, list) and len(what) == len(is_there):
        for i, value in enumerate(what):
            yield from lost(value, is_there[i], f"{path}[{i}]")
    elif what != is_there:
        yield path


def main():
    kubectl, path = sys.argv[1:]
    with open(path, encoding="ascii") as file:
        job = yaml.safe_load(file)
    code = 0
    # The second one shows that this would see a field that is none.
    for spoilt in False, True:
        if spoilt:
            job["spec"]["template"]["spec"]["restartPolice"] = "Never"
        job["spec"]["template"]["spec"]["containers"][0]["image"] = "another"
        done = subprocess.run([kubectl, "set", "image", "--local", "-f", "-", f"xsavage={IMAGE}",
                               "-o", "json"], input=json.dumps(job), capture_output=True,
                              text=True, errors="replace", check=False)
        # Without a change it would have printed nothing.
        job["spec"]["template"]["spec"]["containers"][0]["image"] = IMAGE
        gone = ["all of it: " + done.stderr] if done.returncode else list(
            lost(job, json.loads(done.stdout)))
        if spoilt and gone != [".spec.template.spec.restartPolice"]:
            print(f"{path}: a field that is none is not seen: {gone}")
            code = 1
        for field in () if spoilt else gone:
            print(f"{path}: kubectl does not know {field}")
            code = 1
    return code


sys.exit(main())
