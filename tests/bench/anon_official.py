#!/usr/bin/env python3
"""Official text to train and to measure on: anon_official.py CSVDIR CANARIES PLANTED

Prints the texts of a demo database's CSV files in pieces, a line each, each once. A cell is cut
before every word whose checksum is a multiple of 8: the same sentence in two cells gives the same
pieces, so that none is both trained and measured on. Writes into the file PLANTED the numbers,
from 0, of the lines that share a word with personal data planted there, by the database's
CANARIES (kind, value, form in the text, place).
"""
import collections
import csv
import sys
import zlib

FIELDS = {
    "project.csv": "name_th rationale_th objective_th output_th outcome_th target_group_th",
    "progress_report.csv": "result_th problem_th",
    "activity.csv": "name_th",
    "indicator.csv": "name_th",
}


def pieces(words):
    """Runs of words, as (from, to)."""
    start = 0
    for i, word in enumerate(words):
        if i > start and zlib.crc32(word.encode()) % 8 == 0:
            yield start, i
            start = i
    yield start, len(words)


def planted_words(words, forms):
    """Which words share a letter with one of the forms."""
    text, found = " ".join(words), set()
    for form in forms:
        at = text.find(form)
        while at >= 0:
            first = text.count(" ", 0, at)
            found.update(range(first, first + form.count(" ") + 1))
            at = text.find(form, at + 1)
    return found


csv.field_size_limit(1 << 30)
forms = collections.defaultdict(set)
with open(sys.argv[2], encoding="utf-8") as f:
    for line in f:
        _, _, form, place = line.rstrip("\n").split("\t")[:4]
        if form.strip():
            forms[place].add(" ".join(form.split()))
lines, planted = {}, set()
for name, fields in FIELDS.items():
    with open(f"{sys.argv[1]}/{name}", encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            for field in fields.split():
                words = (row.get(field) or "").split()
                marked = planted_words(words, forms[name.replace("csv", field)])
                for start, end in pieces(words):
                    n = lines.setdefault(" ".join(words[start:end]), len(lines))
                    if not marked.isdisjoint(range(start, end)):
                        planted.add(n)
for piece in lines:
    print(piece)
with open(sys.argv[3], "w", encoding="utf-8") as f:
    f.writelines(f"{n}\n" for n in sorted(planted))
