#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The jobs that a Markdown file shows: their form, their commands, and the options of these."""
import os
import re
import subprocess
import sys

import yaml


def commands(job, name):
    """Of a job of GitHub's or GitLab's: texts for a shell."""
    if "steps" in job:
        for step in job["steps"]:
            if ("run" in step) == ("uses" in step):
                sys.exit(f"{name}: a step is either run or uses: {step}")
        return [step["run"] for step in job["steps"] if "run" in step]
    if not isinstance(job.get("script"), list):
        sys.exit(f"{name}: neither steps nor a script")
    return job["script"]


def check_command(line, build):
    """That the program of ours which @line calls is there, and has its options."""
    call = re.search(r"(?:sh )?(?:xsavage/)?((?:harness|tests)/[a-z/.]+|build/[a-z-]+) *(.*)", line)
    if not call:
        return 0
    program, rest = call.groups()
    program = re.sub("^build", build, program)
    if not os.path.exists(program):
        sys.exit(f"no {program}: {line}")
    inner = rest.split(" -- ")[1:] if " -- " in rest else []
    # What the scripts pass on: a check's options, or ctest's.
    asked = {"harness/run.sh": [f"{build}/xsavage", "check"], "tests/run.sh": ["ctest"]}.get(
        program, [program] + ([rest.split()[0]] if program.endswith("/xsavage") else []))
    for help_of, words in [(asked, rest.split(" -- ")[0])] + [
            ([f"{build}/xsavage", text.split()[0]], text) for text in inner]:
        known = subprocess.run(help_of + ["--help"], capture_output=True, text=True).stdout
        for option in re.findall(r"(?<!\S)(-[-a-zA-Z]+)", words.split("||")[0]):
            if not re.search(rf"(?<![-\w]){option}(?![-\w])", known):
                sys.exit(f"{help_of} has no {option}: {line}")
    return 1


def main(path, build):
    with open(path, encoding="utf-8") as f:
        blocks = re.findall(r"^```yaml\n(.*?)^```", f.read(), re.M | re.S)
    calls = 0
    for block in blocks:
        root = yaml.safe_load(block)
        jobs = root.get("jobs") or {k: v for k, v in root.items() if isinstance(v, dict)}
        for name, job in jobs.items():
            for text in commands(job, name):
                subprocess.run(["sh", "-n", "-c", text], check=True)
                calls += sum(check_command(line, build) for line in text.splitlines())
    if len(blocks) < 2 or calls < 5:
        sys.exit(f"{path}: {len(blocks)} jobs, {calls} commands of ours: that is not all")
    print(f"{len(blocks)} files, {calls} commands of ours")


main(*sys.argv[1:])
