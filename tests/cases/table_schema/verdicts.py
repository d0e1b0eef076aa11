#!/usr/bin/env python3
"""Asks the standard's own implementation for the verdicts of cells.json and tables.json.

    pip install 'frictionless[wkt]==5.21.0'; python3 tests/cases/table_schema/verdicts.py

Prints each case whose verdict is another one, and how many there are. With --write the
files get the verdicts as they are now. Not part of `make check`: it needs a package that
the project does not.
"""
import json
import os
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
from frictionless import Package, Resource  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
V2 = "https://datapackage.org/profiles/2.0/"
TOP = ("header", "headerCase", "commentChar", "skipBlankRows")


def cell(field, value):
    resource = {"$schema": V2 + "dataresource.json", "name": "r", "data": [["k", "v"], ["x", value]],
                "schema": {"fields": [{"name": "k", "type": "string"}, field]}}
    try:
        return Resource.from_descriptor(resource).validate().valid
    except Exception:
        return False


def table(case):
    """A dialect that is not declared is the default one: nothing is guessed from the file."""
    package = json.loads(json.dumps(case["package"]))
    for r in package["resources"]:
        declared = r.get("dialect", {})
        csv = {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False, "doubleQuote": True}
        csv.update({k: v for k, v in declared.items() if k not in TOP and k != "csv"})
        csv.update(declared.get("csv", {}))
        r["dialect"] = {**{k: v for k, v in declared.items() if k in TOP}, "csv": csv}
        r.update(type="table", format="csv", encoding="utf-8")
    with tempfile.TemporaryDirectory() as d:
        for name, text in case["files"].items():
            with open(os.path.join(d, name), "w", newline="", encoding="utf-8") as f:
                f.write(text)
        path = os.path.join(d, "datapackage.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(package, f)
        try:
            return bool(Package(path).validate().valid)
        except Exception:
            return False


def load(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return json.load(f)


def save(name, value):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, indent=0)
        f.write("\n")


def main():
    cells, tables = load("cells.json"), load("tables.json")
    changed = total = 0
    for group in cells:
        values = [(v, True) for v in group["accept"]] + [(v, False) for v in group["refuse"]]
        judged = [(v, was, cell(group["field"], v)) for v, was in values]
        for v, was, now in judged:
            total += 1
            if was != now:
                changed += 1
                print("cell", group["field"], repr(v), "accepted" if now else "refused")
        group["accept"] = [v for v, _, now in judged if now]
        group["refuse"] = [v for v, _, now in judged if not now]
    for case in tables:
        now = table(case)
        total += 1
        if now != case["accept"]:
            changed += 1
            print("table", repr(case["name"]), "accepted" if now else "refused")
        case["accept"] = now
    print(f"{total} verdicts, {changed} other than written")
    if "--write" in sys.argv:
        save("cells.json", cells)
        save("tables.json", tables)
    return changed != 0


if __name__ == "__main__":
    sys.exit(main())
