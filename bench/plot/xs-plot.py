#!/usr/bin/python3 -I
# SPDX-License-Identifier: GPL-2.0-only
"""xs-plot: pictures, comparisons and tables of what xsavage-bench has measured."""

import argparse
import os
import pathlib
import signal
import sys

# As -I leaves out the script's own folder, in which nothing is to be left.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from comparison import compare, present
from mitigations import mitigations
from page import write_page
from reports import Failure, ascii_only, read


def main():
    parser = argparse.ArgumentParser(
        prog="xs-plot", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Draws what xsavage-bench has measured, with gnuplot (Debian: gnuplot-nox).",
        epilog="""\
All that the files have numbers for is drawn: latency of signals, cost and effect of mitigations,
threads until RLIMIT_MEMLOCK, time to detect, growth. The page is one file, which needs nothing
beside it; each picture is an SVG file, too. A file's name is the name of its line:
effect-stale-owner.json is "stale-owner".

  $ xsavage-bench --benchmark_repetitions=10 --benchmark_out=before.json
  $ xs-plot -o pictures before.json
  $ xs-plot --compare before.json after.json
  $ xs-plot --mitigations cost.json effect-*.json >table.md

--compare needs repetitions: 4 of each at least, better 10. Every number is a test (Mann-Whitney U,
by Google Benchmark's compare.py; Debian: libbenchmark-tools, python3-scipy), and the limit of
significance is adjusted for their number (Benjamini-Hochberg, 5 %).

Exit codes: 0 done, whatever differs; 2 a file could not be read or written, or what draws or
compares is missing.""")
    parser.add_argument("-o", "--output", metavar="DIR", type=pathlib.Path,
                        help="folder for the pictures and the page, index.html (default: plots)")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("-c", "--compare", action="store_true",
                      help="compare two files, with significance, on standard output; with -o on "
                           "a page, too")
    mode.add_argument("-m", "--mitigations", action="store_true",
                      help="print the mitigations' cost and effect as a table in Markdown")
    parser.add_argument("files", metavar="FILE.json", nargs="+",
                        help="of xsavage-bench --benchmark_out=FILE.json")
    args = parser.parse_args()
    if args.compare and len(args.files) != 2:
        parser.error("--compare takes two files")
    if args.mitigations and args.output:
        parser.error("--mitigations writes to standard output")
    files = read(args.files)
    text = page = ""
    if args.mitigations:
        text = mitigations(files)
    elif args.compare:
        text, page = present(files, compare(*files))
    if args.output or not text:
        write_page(files, args.output or pathlib.Path("plots"), page)
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        main()
    except (Failure, OSError) as error:
        why = str(error)
        if isinstance(error, OSError):
            why = f"{error.filename or 'standard output'}: {error.strerror}"
        print(f"xs-plot: {ascii_only(why)}", file=sys.stderr, flush=True)
        os._exit(2)  # what could not be written is not to be tried again
