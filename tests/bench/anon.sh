#!/bin/sh
# What the detector finds and what it cuts without a reason, on ../shared/pii and the texts of
# ../shared/opdb/sample-20k; persons by cross-validation, so that no text is measured on that the
# model was trained on.
#   make anon-bench       FOLDS=5 by default; KEEP=DIR keeps models and texts; VERBOSE=-v tells
# Prints one line a figure. Nothing here is asserted.
set -eu
cd "$(dirname "$0")/../.."
build=$1 pii=../shared/pii folds=${FOLDS:-5}
work=${KEEP:-$(mktemp -d)}
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
[ -e $pii/thai-ner-train.txt ] || { echo "skipped: $pii is not here"; exit 0; }
tests/bench/anon_texts.sh "$work/official.txt" "$work/planted" || { echo "skipped: no sample of official text"; exit 0; }

# The product's objects (OBJECTS, LIBS: from the Makefile) with another model in them.
with_model() { # model.inc, program
	# shellcheck disable=SC2086
	gcc -std=c11 -D_GNU_SOURCE -Ipipeline -I. -O2 "-DOD_GUESS_MODEL=\"$1\"" -o "$2" \
		tests/bench/anon_measure.c pipeline/anon/guess.c $OBJECTS $LIBS
}
: >"$work/counts"
fold=0
while [ "$fold" -lt "$folds" ]; do
	"$build/tests/bench/anon_train" -f "$fold/$folds" $pii "$work/official.txt" >"$work/$fold.inc" 2>"$work/$fold.log"
	with_model "$work/$fold.inc" "$work/measure"
	# shellcheck disable=SC2086
	{
		"$work/measure" -f "$fold/$folds" ${VERBOSE:-} ner $pii/thai-ner-train.txt
		"$work/measure" -f "$fold/$folds" ${VERBOSE:-} plain "$work/official.txt" "$work/planted"
	} >"$work/out"
	grep -a "$(printf '\t')" "$work/out" || true
	grep -aE '^[a-z_]+ [0-9]+$' "$work/out" >>"$work/counts"
	fold=$((fold + 1))
done
awk '{ n[$1] += $2 }
function rate(what, part, whole) { printf "%-54s %6.2f %% (%d of %d)\n", what, 100 * n[part] / n[whole], n[part], n[whole] }
END {
	rate("persons with a title in news, touched", "titled_touched", "titled")
	rate("persons with a title in news, fully covered", "titled_covered", "titled")
	rate("all persons in news, touched", "persons_touched", "persons")
	rate("all persons in news, fully covered", "persons_covered", "persons")
	rate("sentences of news without a person, changed", "news_changed", "news_lines")
	rate("pieces of official text without a person, changed", "plain_changed", "plain_lines")
}' "$work/counts"

# Places, with the product's own model: alone, and as an address has them.
syllables='นาย|นาง|คุณ|ดร|พระ|พล|ท่าน|ครู|หมอ|ขุน|หลวง|เจ้า|แม่|พ่อ'
cut -d, -f2 $pii/districts.csv >"$work/places"
cut -d, -f3 $pii/sub_districts.csv >>"$work/places"
cut -f2 $pii/place_hard_negatives.tsv >>"$work/places"
grep -E 'นาย|นาง|คุณ|ดร' "$work/places" | sort -u >"$work/titled"
grep -E "$syllables" "$work/places" | sort -u >"$work/titles"
sort -u "$work/places" >"$work/all"
for list in titled titles all; do
	{ cat "$work/$list"; sed 's/.*/ตำบล& อำเภอ& จังหวัดตาก/' "$work/$list"; sed 's/.*/บ้าน& หมู่ 4 ต.& อ.&/' "$work/$list"; } >"$work/text"
	n=$(wc -l <"$work/text")
	changed=$("$build/tests/bench/anon_bench" --hits "$work/text" | cut -f1 | sort -u | wc -l)
	case $list in
	titled) what='places with นาย นาง คุณ ดร, changed' ;;
	titles) what='places with any syllable of a title, changed' ;;
	all) what='all districts and sub-districts, changed' ;;
	esac
	awk -v what="$what" -v a="$changed" -v b="$n" 'BEGIN { printf "%-54s %6.2f %% (%d of %d)\n", what, 100 * a / b, a, b }'
done

# Numbers: each vector is one cell, that may hold a line end.
for list in positive negative; do
	python3 -c 'import json, sys
for line in open(sys.argv[1], encoding="utf-8"): sys.stdout.write(json.loads(line)["text"] + "\0")' $pii/tnin_$list.jsonl >"$work/text"
	n=$(tr -cd '\0' <"$work/text" | wc -c)
	if [ $list = positive ]; then what='written forms of an id, cut' kind=citizen_id; else what='other numbers, cut' kind=; fi
	changed=$("$build/tests/bench/anon_bench" -0 --hits "$work/text" | grep -a "	$kind" | cut -f1 | sort -u | wc -l)
	awk -v what="$what" -v a="$changed" -v b="$n" 'BEGIN { printf "%-54s %6.2f %% (%d of %d)\n", what, 100 * a / b, a, b }'
done
"$build/tests/bench/anon_bench" --speed 5 "$work/official.txt"
