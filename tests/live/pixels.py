#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""How many pixels of a picture have a colour.

Usage: pixels.py PNG RRGGBB...
Prints a number for each colour. PNG: ISO/IEC 15948, 8 bits a channel, not interlaced."""

import struct
import sys
import zlib


def chunks(data):
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    at = 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + size]
        at += 12 + size


def unfilter(kind, line, above, step):
    """A line of bytes as it was before its filter (9.2)."""
    for i in range(len(line)):
        a = line[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        if kind == 1:
            line[i] = line[i] + a & 255
        elif kind == 2:
            line[i] = line[i] + b & 255
        elif kind == 3:
            line[i] = line[i] + (a + b) // 2 & 255
        elif kind == 4:
            p = a + b - c
            near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))
            line[i] = line[i] + near[2] & 255


def count(path, colours):
    packed, counts = b"", dict.fromkeys(colours, 0)
    with open(path, "rb") as f:
        for kind, data in chunks(f.read()):
            if kind == b"IHDR":
                width, height, depth, form, _, _, laced = struct.unpack(">IIBBBBB", data)
                if depth != 8 or form not in (2, 6) or laced:
                    raise ValueError("another form of PNG")
                step = 3 if form == 2 else 4
            elif kind == b"IDAT":
                packed += data
    raw, size = zlib.decompress(packed), width * step
    above = bytearray(size)
    for y in range(height):
        at = y * (size + 1)
        line = bytearray(raw[at + 1:at + 1 + size])
        if raw[at]:
            unfilter(raw[at], line, above, step)
        for x in range(0, size, step):
            colour = bytes(line[x:x + 3])
            if colour in counts:
                counts[colour] += 1
        above = line
    return counts


wanted = [bytes.fromhex(text) for text in sys.argv[2:]]
found = count(sys.argv[1], wanted)
print(*(found[colour] for colour in wanted))
