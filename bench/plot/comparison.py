# SPDX-License-Identifier: GPL-2.0-only
"""Which numbers of two files differ by more than chance. Google Benchmark's compare.py tests them;
what is added is the adjustment for the number of tests."""

import re
import statistics
import sys

from reports import Failure, heads, show, table, tag

SIGNIFICANT = 0.05
RELIABLE = 9  # repetitions, by compare.py
COMPARE = "/usr/share/benchmark"  # where Debian's libbenchmark-tools has its parts


class Row:
    """A number that both files have."""

    def __init__(self, before, after, counter):
        self.name, self.counter, self.p, self.q = before.name, counter, None, None
        self.samples = [before.values(counter), after.values(counter)]
        self.repetitions = min(len(sample) for sample in self.samples)
        # This does not depend on which value came from which file: leaving it out is no choice.
        self.same = len({*self.samples[0], *self.samples[1]}) == 1

    def cells(self):
        before, after = (statistics.median(sample) for sample in self.samples)
        change = "%+.1f %%" % ((after - before) / abs(before) * 100) if before else "-"
        how = "" if not self.is_significant() else "higher" if after > before else "lower"
        return [self.name, self.counter, show(before), show(after), change, show(self.p),
                show(self.q), how]

    def is_significant(self):
        return self.q is not None and self.q <= SIGNIFICANT


def adjust(rows):
    """p to q by Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995): of the tests with q <= 0.05,
    at most 5 % are expected to be chance."""
    least = 1
    rows = sorted(rows, key=lambda row: row.p)
    for rank in range(len(rows), 0, -1):
        least = min(least, rows[rank - 1].p * len(rows) / rank)
        rows[rank - 1].q = least


def compare(before, after):
    """All numbers of both files, tested."""
    rows = [Row(bench, after.benches[name], counter)
            for name, bench in before.benches.items() if name in after.benches
            for counter in bench.counters() if after.benches[name].values(counter)]
    tested = [row for row in rows if not row.same and row.repetitions > 1]
    if tested:
        sys.path.append(COMPARE)
        try:
            from gbench.report import calc_utest
        except ImportError as error:
            raise Failure("Google Benchmark's compare.py cannot be used (%s); on Debian: apt-get "
                          "install libbenchmark-tools python3-scipy" % error) from error
        for row in tested:
            row.p = float(calc_utest(row.samples, row.samples)[2])  # takes two times
    adjust(tested)
    return rows


def summary(rows):
    tests = [row for row in rows if row.p is not None]
    few = sum(row.repetitions < RELIABLE for row in tests)
    once = sum(not row.same and row.repetitions < 2 for row in rows)
    same = sum(row.same for row in rows)
    lines = [f"Of {len(tests)} tested numbers, {sum(row.is_significant() for row in rows)} differ "
             "significantly.",
             "Medians; two-sided Mann-Whitney U tests, by Google Benchmark's compare.py."]
    if tests:
        lines.append("q is p adjusted for the number of tests (Benjamini-Hochberg). Significant is "
                     f"q up to {SIGNIFICANT}: of these, at most 5 % are expected to be chance.")
    if few:
        lines.append(f"{few} have fewer than {RELIABLE} repetitions in a file, which compare.py "
                     "calls unreliable; with 3 nothing can be significant.")
    if once:
        lines.append(f"Not tested: {once} without repetitions (--benchmark_repetitions=10).")
    if same:
        lines.append(f"Not tested: {same}, which are the same in all runs.")
    return lines


def present(files, rows):
    """Return: text for a terminal, and a section of the page."""
    head = ["benchmark", "number", "before", "after", "change", "p", "q", ""]
    missing = [[bench.name, which, bench.skipped or "only in this file"]
               for which, file, other in zip(("before", "after"), files, reversed(files))
               for bench in file.benches.values()
               if bench.skipped or bench.name not in other.benches]
    text, page = "", "<h2>Comparison</h2>\n"
    for which, file in zip(("before", "after"), files):
        text += f"{which:16} {file.path}\n"
        page += tag("p", f"{which}: {file.path}")
    for key, texts in heads(files).items():
        if len(set(texts)) > 1 and key not in ("date", "executable"):
            text += f"{key:16} before: {texts[0]}\n{'':16} after:  {texts[1]}\n"
    text += "\n" + "\n".join(summary(rows)) + "\n"
    page += "".join(tag("p", line) for line in summary(rows))
    for significant in (True, False):
        title = "Differs significantly" if significant else "No significant difference"
        cells = [row.cells() for row in rows if row.is_significant() == significant]
        if cells:
            text += f"\n{title}:\n\n" + "".join(
                "{:40} {:16} {:>10} {:>10} {:>10} {:>9} {:>9}  {}".format(*row).rstrip() + "\n"
                for row in [head] + cells)
            page += tag("h3", title) + table(head, cells)
    if missing:
        text += "\nNot compared:\n\n" + "".join("{:40} {:6} {}\n".format(*row) for row in missing)
        page += tag("h3", "Not compared") + table(["benchmark", "file", "reason"], missing)
    return re.sub("[^\n -~]", "?", text), page
