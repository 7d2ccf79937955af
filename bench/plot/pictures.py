# SPDX-License-Identifier: GPL-2.0-only
"""Pictures: pictures.json says which benchmarks each shows, and how; gnuplot draws them."""

import json
import math
import pathlib
import re
import statistics
import subprocess

from reports import Failure, plain

HERE = pathlib.Path(__file__).resolve().parent
RECIPES = json.loads((HERE / "pictures.json").read_text())


class Point:
    """A number of a picture: median and spread, or what the recipe has instead."""

    def __init__(self, recipe, bench, counter):
        values = bench.values(counter)
        spread = [statistics.median(values), values[0], values[-1]] if values else None
        if recipe.get("rate"):
            spread = bench.rate()
        if spread and "low" in recipe:
            spread[1] = min(bench.values(recipe["low"]), default=spread[0])
            spread[2] = max(bench.values(recipe["high"]), default=spread[0])
        if spread:
            middle = spread[0]
            spread = [middle, min(spread[1], middle), max(spread[2], middle)]
            # No number that is measured is beyond.
            spread = [min(max(v, -1e15 if v <= 0 else 1e-15), 1e15) for v in spread]
        self.spread = spread
        self.runs = sum(bench.values("runs")) if recipe.get("found") else 0
        self.missed = self.runs - sum(bench.values("found")) if recipe.get("found") else 0
        self.unlimited = bench.is_unlimited()

    def __bool__(self):
        return self.spread is not None or self.runs > 0


def expand(pattern, bench, counter=""):
    """What a recipe's "$3 $c" is: $1 is the first part of the name, $c the counter, $f the file."""
    parts = bench.name.split("/")

    def word(match):
        if match[1] in "cf":
            return counter if match[1] == "c" else bench.file.label
        return parts[int(match[1]) - 1] if int(match[1]) <= len(parts) else ""

    return plain(re.sub(r"\$([cf1-9])", word, pattern))


def takes(recipe, bench):
    """Whether a benchmark has numbers for a recipe's pictures."""
    pattern = re.escape(recipe["names"]).replace(r"\*", "[^/]*")
    return (bench.runs and re.fullmatch(pattern, bench.name, re.S) and
            any(Point(recipe, bench, counter) for counter in recipe["counters"]))


def place(category, index):
    """Where a percentile is: each step of the axis is ten times rarer, "max" one more."""
    try:
        if category == "max":
            return 5
        if category.startswith("p"):
            return -math.log10(1 - float(category[1:]) / 100)
        return float(category) if abs(float(category)) < 1e15 else index
    except ValueError:
        return index


def array(name, values):
    """A gnuplot array."""
    values = [f'"{value}"' if isinstance(value, str) else "%.9g" % value for value in values]
    return f"array {name}[{len(values)}] = [{', '.join(values)}]\n"


def script(recipe, benches, name):
    """What gnuplot draws a picture by: its numbers, and a template."""
    points = {}  # series, category
    for bench in benches:
        for counter in recipe["counters"]:
            point = Point(recipe, bench, counter)
            if point:
                series = points.setdefault(expand(recipe["series"], bench, counter), {})
                series[expand(recipe["category"], bench, counter)] = point
    categories = list({category: None for series in points.values() for category in series})
    linear, along = recipe.get("linear", False), recipe.get("along")
    shown = [point for series in points.values() for point in series.values()]
    values = [value for point in shown for value in point.spread or ()]
    scaled = [v for v in values if linear or v > 0] or [1]
    data = ""
    for series in points.values():
        for category, point in series.items():
            # Without a number it is left of what is shown.
            spread = point.spread or [min(scaled) / 1e6] * 3
            hollow = point.missed > 0 or point.unlimited or (not linear and spread[0] <= 0)
            note = f"not found in {point.missed:.0f} of {point.runs:.0f}" * (point.missed > 0)
            row = categories.index(category)
            data += '%d %.9g %.9g %.9g %d "%s"\n' % (row, *spread, hollow, note)
        data += "\n\n"
    high = 360 if along else 90 + 12 * len(categories) * (len(points) + 1)
    missed = any(point.missed > 0 for point in shown)
    return (f'set terminal svg size 720,{high} dynamic noenhanced font "sans-serif,12" '
            f'background rgb "white" name "{name}"\n'
            f'axis = "{"y" if along else "x"}"; unit = "{recipe["unit"]}"; along = "{along}"\n'
            f"linear = {linear:d}; zero = {min(values, default=1) <= 0 and not linear:d}; "
            f"note = {missed:d}; low = {min(scaled):.9g}; high = {max(scaled):.9g}\n" +
            array("series", points) + array("category", categories) +
            array("place", [place(category, i) for i, category in enumerate(categories)]) +
            f"$points << EOD\n{data}EOD\n" + (HERE / "axis.gp").read_text() +
            (HERE / ("lines.gp" if along else "dots.gp")).read_text())


def draw(text):
    """What gnuplot makes of a script, without the user's own settings."""
    try:
        svg = subprocess.run(["gnuplot", "-d"], input=text, stdout=subprocess.PIPE, check=True,
                             encoding="utf-8").stdout
    except FileNotFoundError as error:
        raise Failure("gnuplot cannot be run; on Debian: apt-get install gnuplot-nox") from error
    except subprocess.CalledProcessError as error:
        raise Failure("gnuplot failed; what it says is above") from error
    if "</svg>" not in svg:
        raise Failure("gnuplot's picture is not whole")
    return svg
