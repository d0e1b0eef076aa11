#!/bin/sh
# Official text for the model of persons, from ../shared/opdb/sample-20k: anon_texts.sh FILE PLANTED
# PLANTED gets the numbers of the lines with personal data planted in them.
# Ends with 1 if the sample or zstd is not here.
set -eu
cd "$(dirname "$0")/../.."
sample=../shared/opdb/sample-20k.tar.zst
{ [ -e $sample ] && command -v zstd >/dev/null; } || exit 1
csv=$(mktemp -d)
trap 'rm -rf "$csv"' EXIT
tar --zstd -xf $sample -C "$csv"
python3 tests/bench/anon_official.py "$csv/csv" "$csv/truth/canary.tsv" "$2" >"$1"
