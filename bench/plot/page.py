# SPDX-License-Identifier: GPL-2.0-only
"""The page: one file with all pictures and numbers in it, and each picture as a file beside."""

import os
import re
import sys

from pictures import HERE, RECIPES, draw, expand, script, takes
from reports import heads, show, table, tag


def save(path, text):
    """Whole or not at all, and through no link."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(new, "x", encoding="utf-8") as f:
            f.write(text)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def numbers(recipe, benches):
    """The table below a picture: medians, and the spread where there are repetitions."""
    def cell(bench, counter):
        values = bench.values(counter)
        if len(values) < 2:
            return show(bench.median(counter))
        return (f"{show(bench.median(counter))}<br/><small>{show(values[0])} to "
                f"{show(values[-1])}</small>",)

    columns = [c for c in recipe["columns"] if any(bench.values(c) for bench in benches)]
    return table(["benchmark", "file", *columns, "remark"],
                 [[b.name, b.file.label, *(cell(b, c) for c in columns), b.label] for b in benches])


def section(recipe, files, folder, first):
    """The pictures of a recipe: one for each panel, and for each file unless they share it."""
    shared = "$f" in recipe["series"] + recipe["category"]
    figures = {}
    for i, file in enumerate(files):
        for bench in file.benches.values():
            if takes(recipe, bench):
                key = expand(recipe.get("panel", ""), bench), -1 if shared else i
                figures.setdefault(key, []).append(bench)
    panels = list({panel: None for panel, _ in figures})
    text = tag("h2", recipe["title"]) + "\n" + tag("p", " ".join(recipe["text"])) + "\n" if figures else ""
    figures = sorted(figures.items(), key=lambda item: (panels.index(item[0][0]), item[0][1]))
    for n, ((panel, i), benches) in enumerate(figures):
        name = f"{recipe['id']}_{n + 1}"
        if sys.stderr.isatty():
            sys.stderr.write(f"\rpicture {name}\033[K")
        svg = draw(script(recipe, benches, name))
        save(folder / f"{name}.svg", svg)
        # Without what only a file of its own needs, and what must not be there twice.
        svg = re.sub('<(title|desc)>.*?</(title|desc)>| id="gnuplot_canvas"', "", svg, flags=re.S)
        if not first or n:
            svg = re.sub("<defs>.*?</defs>", "", svg, flags=re.S)
        of_file = files[i].label if i >= 0 and len(files) > 1 else ""
        caption = ", ".join(filter(None, [panel, of_file]))
        text += (f"<figure>\n{tag('figcaption', caption)}\n" + svg[svg.index("<svg"):] +
                 numbers(recipe, benches) + "</figure>\n")
    return text


def other(bench):
    """All numbers of a benchmark, and its remark."""
    parts = [f"{key}{' (us)' if key == 'real_time' else ''} {show(bench.median(key))}"
             for key in bench.counters()]
    return "; ".join(parts + [bench.label] * bool(bench.label))


def write_page(files, folder, comparison):
    benches = [bench for file in files for bench in file.benches.values()]
    rest = [b for b in benches if not any(takes(recipe, b) for recipe in RECIPES)]
    folder.mkdir(exist_ok=True)
    lines = heads(files)
    text = ('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
            '<meta name="viewport" content="width=device-width"/>\n<title>xsavage-bench</title>\n'
            f"<style>\n{(HERE / 'page.css').read_text()}</style>\n</head>\n<body>\n"
            "<h1>xsavage-bench</h1>\n<p>Numbers are medians of the repetitions, with the least and "
            "the most of them below. docs/bench.md explains the benchmarks.</p>\n"
            "<h2>The machine</h2>\n")
    text += table(["file", *(file.path for file in files)],
                  [[key + " *" * (len(set(texts)) > 1), *texts] for key, texts in lines.items()])
    text += "<p>* differs between the files.</p>\n" if len(files) > 1 else ""
    text += comparison
    drawn = ""
    for recipe in RECIPES:
        drawn += section(recipe, files, folder, not drawn)
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    text += drawn
    for title, head, benches in (
            ("Other benchmarks", "medians", [b for b in rest if not b.skipped]),
            ("Skipped benchmarks", "reason", [b for b in rest if b.skipped])):
        if benches:
            text += tag("h2", title) + table(
                ["benchmark", "file", head],
                [[b.name, b.file.label, b.skipped or other(b)] for b in benches])
    save(folder / "index.html", text + "</body>\n</html>\n")
