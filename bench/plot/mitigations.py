# SPDX-License-Identifier: GPL-2.0-only
"""The mitigations, their cost and their effect side by side, in Markdown."""

import re

from reports import Failure, plain, show

MITIGATION = re.compile("(mitigate/[^/]+/|effect/[^/]+/[^/]+/)([a-z-]+)(/.*)?")
COSTS = (  # head; benchmark, with % for the mitigation; counter
    ("set-up, ns a thread", "mitigate/setup/%", "setup_ns"),
    ("thread creation, ratio", "mitigate/thread/%", "ratio"),
    ("a signal, ns", "mitigate/signal/%", "warm_p50"),
    ("its pages dropped, ns", "mitigate/signal/%", "p50"),
    ("memcpy at 10,000/s, %", "mitigate/memcpy/%/10000", "percent"),
    ("locked pages a thread", "mitigate/setup/%", "locked_pages"),
    ("threads at 64 KiB", "mitigate/limit/%/64KiB", "protected"),
    ("threads at 8 MiB", "mitigate/limit/%/8MiB", "protected"))


def mitigations(files):
    names, effects, summaries = {}, {}, {}
    for file in files:
        for bench in file.benches.values():
            match = MITIGATION.fullmatch(bench.name)
            if match:
                names[match[2]] = None
                if match[1].startswith("effect/"):
                    effects[file, match[1]] = None
                if match[1] == "mitigate/setup/" and bench.label:
                    summaries.setdefault(match[2], bench.label)
    if not names:
        raise Failure("no mitigation in these files; xsavage-bench --benchmark_filter=mitigate "
                      "measures them")

    def find(name):
        """In the first file that has numbers of it."""
        found = [file.benches[name] for file in files if name in file.benches]
        return next((bench for bench in found if bench.runs), None)

    def costs(mitigation, rate="10000"):
        for _, pattern, counter in COSTS:
            bench = find(pattern.replace("%", mitigation).replace("/10000", "/" + rate))
            prefix = "all " if bench and "/limit/" in pattern and bench.is_unlimited() else ""
            yield prefix + show(bench.median(counter) if bench else None)

    def effect(file, prefix, mitigation):
        bench = file.benches.get(prefix + mitigation)
        if not bench or not bench.runs:
            return "-"
        share = bench.median("faulted")
        return "%s [%s, %s]; %s %%" % (*(show(v) for v in bench.rate() or [None] * 3),
                                       show(share * 100 if share is not None else None))

    rows = [["mitigation", *(cost[0] for cost in COSTS),
             *(f"`{plain(prefix[7:-1])}` on `{file.label}`" for file, prefix in effects)]]
    rows.append(["---"] + ["---:"] * (len(rows[0]) - 1))
    rows += [[f"`{name}`", *costs(name), *(effect(*key, name) for key in effects)]
             for name in names]
    # A signal costs and hits as without any mitigation; there are fewer.
    if find("mitigate/memcpy/none/100"):
        rows.append(["100 signals/s, not 10,000", *costs("none", "100"),
                     *["as `none` a signal, a 100th an hour"] * len(effects)])
    text = "".join(f"| {' | '.join(row)} |\n" for row in rows) + "\n"
    legend = {name: plain(summaries[name], "'|") for name in names if name in summaries}
    text += "".join(f"- `{name}`: {summary}\n" for name, summary in legend.items())
    if effects:
        text += ("- `CASE/LIFE` on `KERNEL`: hits per million signals [95 % interval]; share of "
                 "the signals\n  that faulted\n")
    text += "\n" + "".join(f"- `{file.label}`: `{plain(file.head('cpu'))}`; "
                           f"`{plain(file.head('kernel').split(' ')[0])}`\n" for file in files)
    return text
