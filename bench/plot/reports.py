# SPDX-License-Identifier: GPL-2.0-only
"""What xsavage-bench has written, and foreign text that is harmless where it is shown."""

import html
import json
import math
import os
import re
import statistics

# What Google Benchmark appends to a name, and writes beside the counters.
OPTIONS = re.compile("/(iterations:|repeats:|min_time:|min_warmup_time:|manual_time).*", re.S)
NOT_COUNTERS = {"family_index", "per_family_instance_index", "repetitions", "repetition_index",
                "repetition_count", "threads", "iterations", "cpu_time"}
SCALE = {"ns": 1e-3, "ms": 1e3, "s": 1e6}  # to us


class Failure(Exception):
    """What is said on standard error, with exit code 2."""


def ascii_only(text):
    """What no terminal stumbles over."""
    return re.sub("[^ -~]", "?", text)


def plain(text, more=""):
    """A name for gnuplot and Markdown, none of which can be a command there."""
    text = re.sub(f"[^A-Za-z0-9 ./_+:=,(){more}-]", "?", text)
    return text if len(text) < 96 else text[:92] + "..."


def shown(text):
    """As HTML shows it, whatever it is."""
    return html.escape(ascii_only(text))


def show(value):
    """A number in about four digits."""
    if value is None:
        return "-"
    size = abs(value)
    return "%.3e" % value if size >= 1e12 else "%.0f" % value if size >= 1000 else "%.4g" % value


class Bench:
    """A benchmark of a file, in all its repetitions."""

    def __init__(self, name, file):
        self.name, self.file = name, file
        self.runs, self.label, self.error = [], "", None

    def add(self, run):
        if isinstance(run.get("label"), str):
            self.label = self.label or run["label"]
        if run.get("error_occurred") is True:
            self.error = str(run.get("error_message", "no reason is given"))
        else:
            self.runs.append(run)

    @property
    def skipped(self):
        """Why there are no numbers, or None."""
        return None if self.runs else self.error

    def counters(self):
        return [key for key in (self.runs[0] if self.runs else ())
                if key not in NOT_COUNTERS and self.values(key)]

    def values(self, counter):
        """The finite values, in ascending order; times in us."""
        values = []
        for run in self.runs:
            value, unit = run.get(counter), run.get("time_unit")
            if type(value) in (int, float) and abs(value) <= 1e300:
                values.append(value * (SCALE.get(str(unit), 1) if counter == "real_time" else 1))
        return sorted(values)

    def median(self, counter):
        values = self.values(counter)
        return statistics.median(values) if values else None

    def rate(self):
        """Hits per million signals with their 95 % interval, or None. Of all repetitions together:
        the middle of several rates, or of intervals' ends, says nothing of rare hits."""
        hits, signals = sum(self.values("hits")), sum(self.values("signals"))
        if not (0 <= hits <= signals and 1 <= signals < 2 ** 53):
            return None
        share, z = hits / signals, 1.959963984540054
        middle = share + z * z / (2 * signals)
        spread = z * math.sqrt(share * (1 - share) / signals + (z / (2 * signals)) ** 2)
        low, high = ((middle + sign * spread) / (1 + z * z / signals) for sign in (-1, 1))
        low, high = low if hits else 0, high if hits < signals else 1
        return [1e6 * share, 1e6 * low, 1e6 * high]

    def is_unlimited(self):
        """Whether it met no limit in as many threads as it tried: bench/signals/limit.c says so."""
        return self.label.startswith("no failure")


class File:
    """What xsavage-bench has written."""

    def __init__(self, path):
        self.path, self.benches = path, {}
        # For legends: effect-stale-owner.json is stale-owner.
        self.label = plain(re.sub("^(effect|first)-|[.]json$", "", os.path.basename(path)))
        try:
            with open(path, encoding="utf-8") as f:
                root = json.load(f)
            self.context = root.get("context", {})
            for run in root["benchmarks"]:
                self.add(run)
        except (OSError, ValueError, RecursionError) as error:
            raise Failure(f"{path}: {getattr(error, 'strerror', None) or error}") from error
        except (AttributeError, KeyError, TypeError) as error:
            raise Failure(f"{path}: no file of --benchmark_out: no benchmarks") from error
        if not self.benches:
            raise Failure(f"{path}: no benchmark in it")

    def add(self, run):
        if not isinstance(run.get("name"), str) or "\0" in run["name"]:
            raise ValueError("a benchmark without a name; is it a file of --benchmark_out?")
        if run.get("run_type") != "aggregate":
            name = OPTIONS.sub("", run["name"])
            self.benches.setdefault(name, Bench(name, self)).add(run)

    def head(self, key):
        """A line of its head as text, "-" for what is not there and for lists."""
        value = self.context.get(key) if isinstance(self.context, dict) else None
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return value
        return "%.10g" % value if isinstance(value, (int, float)) else "-"


def read(paths):
    files = [File(path) for path in paths]
    for file in files:  # the same name in two folders
        if sum(os.path.basename(other.path) == os.path.basename(file.path) for other in files) > 1:
            file.label = plain(file.path)
    return files


def heads(files):
    """The lines of the heads of all files: key, and a text of each."""
    keys = {key: None for file in files if isinstance(file.context, dict) for key in file.context}
    lines = {key: [file.head(key) for file in files] for key in keys}
    return {key: texts for key, texts in lines.items() if set(texts) != {"-"}}


def tag(name, text, attributes=""):
    return f"<{name}{attributes}>{shown(text)}</{name}>"


def table(head, rows):
    """Rows of texts, or of what is HTML already, in which case it is a tuple."""
    def cell(text):
        if isinstance(text, tuple):
            return f"<td>{text[0]}</td>"
        return tag("td", text, "" if re.match("[-+]?[0-9]|-$", text) else ' class="text"')

    lines = ["<tr>" + "".join(cell(text) for text in row) + "</tr>\n" for row in rows]
    return ('<div class="wide"><table>\n<tr>' + "".join(tag("th", text) for text in head) +
            "</tr>\n" + "".join(lines) + "</table></div>\n")
