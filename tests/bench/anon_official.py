#!/usr/bin/env python3
"""Official text to train and to measure on: anon_official.py CSVDIR

Prints the texts of a demo database's CSV files in pieces, a line each, each once. A cell is cut
before every word whose checksum is a multiple of 8: the same sentence in two cells gives the same
pieces, so that none is both trained and measured on.
"""
import csv
import sys
import zlib

FIELDS = {
    "project.csv": "name_th rationale_th objective_th output_th outcome_th target_group_th",
    "progress_report.csv": "result_th problem_th",
    "activity.csv": "name_th",
    "indicator.csv": "name_th",
}


def pieces(text):
    piece = []
    for word in text.split():
        if piece and zlib.crc32(word.encode()) % 8 == 0:
            yield " ".join(piece)
            piece = []
        piece.append(word)
    yield " ".join(piece)


csv.field_size_limit(1 << 30)
seen = set()
for name, fields in FIELDS.items():
    with open(f"{sys.argv[1]}/{name}", encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            for field in fields.split():
                for piece in pieces(row.get(field) or ""):
                    if piece not in seen:
                        seen.add(piece)
                        print(piece)
