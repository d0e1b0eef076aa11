#!/bin/sh
# Deltas between releases, told in CSV and NDJSON: replayed they give the newer table; what they must not tell; how
# long they stay; the notes and pages made of them. Versions of schemas: what is refused, what the history says.
. "${0%/*}/lib.sh"

small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 600
# nights of a few hundred projects: the gates would hold each of them
sed -i '/^limits:/,/^[a-z]/{s/max_group_change: [0-9.]*%/max_group_change: 100%/;s/max_sum_change: [0-9.]*%/max_sum_change: 100%/;s/max_drop: [0-9.]*%/max_drop: 50%/;s/max_growth: [0-9.]*%/max_growth: 100%/;s/max_redaction_change: [0-9.]*%/max_redaction_change: 100%/;s/max_group_fill_drop: [0-9.]*%/max_group_fill_drop: 100%/;s/max_fill_drop: [0-9.]*%/max_fill_drop: 100%/}' "$sch"/datasets/*/dataset.yaml
cur=$output/current
night() { python3 tests/integration/nights.py "$T/a.sqlite" night "$1" && run --source "sqlite:$T/a.sqlite"; }
index() { python3 -c "
import json, sys
deltas = json.load(open('$cur/changes/index.json'))['deltas']
$1"; }
live_sql() { sqlite3 "$(find "$state/snapshots" -name '*.sqlite' | sort -V | tail -1)" "$1"; }

# ---- what they tell ----------------------------------------------------------------------

run --source "sqlite:$T/a.sqlite"
ok 'the first release has no delta' eval 'released 1 && index "assert deltas == []" && grep -q "first release" "$cur/CHANGES.en.md"'
cp "$cur/schema-changes.json" "$T/schemas1.json"
for n in 1 2 3; do
	night $n
	[ "$n" != 2 ] || sql "$T/a.sqlite" "delete from project_area where rowid % 97 = 5"
done
ok 'three nights make three releases' released 4
ok 'their deltas make of each older table the newest, byte for byte' python3 tests/integration/deltas_replay.py \
	"$output/releases/1" "$output/releases/2" "$output/releases/3" "$output/releases/4"
ok 'each says between which releases it stands' index '
assert [(d["release"], d["since"]) for d in deltas] == [(2, 1), (3, 2), (4, 3)]
assert all(t["csv_before"] != t["csv_after"] for d in deltas for t in d["datasets"])
kinds = {k for d in deltas for t in d["datasets"] for k in ("added", "changed", "removed") if t[k]}
assert kinds == {"added", "changed", "removed"}, kinds'
ok 'an earlier delta is the same file in the next release' eval \
	'[ "$(stat -c %i "$output/releases/3/changes/2/projects.ndjson")" = "$(stat -c %i "$cur/changes/2/projects.ndjson")" ]'
ok 'the notes tell it in both languages' eval 'grep -q "^## Release 4 · 20" "$cur/CHANGES.en.md" &&
	grep -q "^## ชุดเผยแพร่ที่ 4 · 20" "$cur/CHANGES.th.md" && grep -q "^- \*\*.* (\`projects\`): .*added" "$cur/CHANGES.en.md"'
feeds() { python3 tests/integration/feeds.py "$@"; }
ok 'feeds of ministries, provinces and plan items tell whose projects changed' eval 'feeds "$cur" | grep -q "[1-9][0-9]* entries"'
pages_lead() {
	for page in updates en/updates; do
		grep -o 'href="[^"]*/atom.xml"' "$cur/$page/index.html" | sort -u | wc -l
		grep -q '/p/[0-9]*/[0-9]*.html' "$cur/$page/index.html" || echo 'no project'
	done | uniq
}
ok '... and the page of updates leads to them, in both languages' eval '[ "$(pages_lead)" = "$(find "$cur/" -name atom.xml | wc -l)" ]'
cp -a "$cur/changes" "$T/changes"
run --source "sqlite:$T/a.sqlite"
ok 'an unchanged night changes nothing' eval 'live 4 && diff -r "$T/changes" "$cur/changes"'
run --source "sqlite:$T/a.sqlite" --base-url https://other.example/
ok 'another address alone is no delta: they are carried as they are' eval 'released 5 && diff -r "$T/changes" "$cur/changes"'
ok '... and so do the feeds' feeds "$cur"
ok 'same input, same bytes' eval 'verifies && [ "$(cat "$T/changes/index.json")" = "$(cat "$cur/changes/index.json")" ]'

# ---- what they must not tell -------------------------------------------------------------

id=$(live_sql 'select p.project_id from projects p join project_texts t using (project_id) where t.rationale_th is not null order by 1 limit 1 offset 7')
gone=$(live_sql 'select project_id from projects order by 1 limit 1 offset 20')
plain='ก่อสร้างถนนคอนกรีตเสริมเหล็กสายคลองมะขามเทศระยะทางสองกิโลเมตร'
# told once, then edited to hold a person: the old text differs by what was cut out alone
sql "$T/a.sqlite" "update project set rationale_th = '$plain' where project_id = $id; update project set name_th = '$plain' where project_id = $gone"
run --source "sqlite:$T/a.sqlite"
ok 'a text that is public is told' eval 'released 6 && grep -q "$plain" "$cur/changes/6/project_texts-changed.csv" && grep -q "$plain" "$cur/changes/6/projects-changed.csv"'
sql "$T/a.sqlite" "update project set rationale_th = '$plain ผู้ประสานงาน นายสมชาย ใจดี โทร 081-234-5678' where project_id = $id; update project set status = 'draft' where project_id = $gone"
run --source "sqlite:$T/a.sqlite"
changed() { # RELEASE DATASET ID FIELD: its line
	python3 -c "import csv; print([(r['old'], r['new'], r['old_withheld']) for r in csv.DictReader(open('$cur/changes/$1/$2-changed.csv', encoding='utf-8')) if r['project_id'] == '$3' and r['field'] == '$4'])"
}
ok 'where something was cut out, the change is told without the old value' eval \
	'released 7 && changed 7 project_texts "$id" rationale_th | grep -q "^\[(.., .*ปกปิด.*, .true.)\]$"'
ok '... and earlier deltas lose that cell' eval 'not grep -rq "$plain" "$cur/changes/6/" && index "
t = {(d[\"release\"], t[\"dataset\"]): t for d in deltas for t in d[\"datasets\"]}
assert t[6, \"project_texts\"][\"lessened\"] and t[7, \"project_texts\"][\"withheld\"] >= 1 and not t[7, \"project_texts\"][\"lessened\"]"'
ok 'a row that was withdrawn is told by its key alone, and no earlier delta has it' eval \
	'grep -qx "$gone" "$cur/changes/7/projects-removed.csv" && ! grep -rq "^$gone," "$cur"/changes/*/projects-changed.csv "$cur"/changes/*/projects-added.csv'
page=p/$((gone / 1000))/$gone.html
ok '... and its address keeps a page that says so, not in the sitemap' eval \
	'grep -q "no longer published" "$cur/$page" && grep -q "^$gone,20" "$cur/withdrawn.csv" && ! grep -q "$page" "$cur"/sitemap-*.xml'
withdrawn=$(grep "^$gone," "$cur/withdrawn.csv")
ok 'the end is the same, from each release that is kept' python3 tests/integration/deltas_replay.py \
	"$output/releases/1" "$output/releases/4" "$output/releases/6" "$output/releases/7"
sed -i '/^  - name: objective_th/,/^  - name/s/    anonymize: redact/    anonymize: drop/' "$sch/datasets/project_texts/dataset.yaml"
run --source "sqlite:$T/a.sqlite"
ok 'a new policy of a column: its old values are not told, and earlier deltas go' eval 'released 8 && index "
assert [d[\"release\"] for d in deltas] == [8]
t = {t[\"dataset\"]: t for t in deltas[0][\"datasets\"]}[\"project_texts\"]
assert t[\"cells\"][\"objective_th\"] == t[\"withheld\"] > 100"'

# ---- how long they stay -------------------------------------------------------------------

sed -i 's/^changes: .*/changes: {releases: 2, megabytes: 64}/' "$sch/catalog.yaml"
night 9
night 10
ok 'as many are kept as the rule says' eval 'released 10 && index "assert [d[\"release\"] for d in deltas] == [9, 10]" &&
	[ "$(ls "$cur/changes" | xargs)" = "10 9 index.json" ]'
ok '... and lead from the oldest of them' python3 tests/integration/deltas_replay.py "$output/releases/8" "$cur"

sql "$T/a.sqlite" "update project set name_th = name_th || ' (ปรับปรุง)', updated_at = '2026-08-01 09:00:00' where project_id = $id"
run --source "sqlite:$T/a.sqlite"
cat >"$T/own.sql" <<SQL
select 'ministries/' || ministry_code || '/atom.xml' from projects where project_id = $id
union select 'provinces/' || province_code || '/atom.xml' from project_areas where project_id = $id and province_code is not null
union select 'plans/' || plan_item_id || '/atom.xml' from project_plan_links where project_id = $id
order by 1;
SQL
own() { sqlite3 "$(find "$state/snapshots" -name '*.sqlite' | sort -V | tail -1)" <"$T/own.sql"; }
sed -i 's/^changes: .*/changes: {releases: 30, megabytes: 64}/' "$sch/catalog.yaml"
sql "$T/a.sqlite" "update project set name_th = name_th || ' 2', updated_at = '2026-08-02 09:00:00' where project_id = $id"
run --source "sqlite:$T/a.sqlite"
ok 'a project that changed moves its own feeds alone' eval 'released 12 && feeds "$cur" "$output/releases/11" >"$T/moved" && [ -s "$T/moved" ] && own | diff - "$T/moved"'

# ---- versions of schemas ------------------------------------------------------------------

ok 'the schema of each dataset is told' python3 -c '
import json, sys
j = json.load(open(sys.argv[1]))
assert j["history"] == [] and len(j["datasets"]) > 10
assert all(d["version"].count(".") == 2 and d["key"] and d["fields"] for d in j["datasets"])' "$T/schemas1.json"
yaml=$sch/datasets/indicators/dataset.yaml
cp "$yaml" "$T/yaml" && cp "$sch/datasets/indicators/extract.sql" "$T/sql"
refused() { # SED WORD
	cp "$T/yaml" "$yaml"
	sed -i "$1" "$yaml"
	run --source "sqlite:$T/a.sqlite"
	fails 6 "$2" && live 12
}
ok 'a column of another type without a first number is refused' refused '/name: unit_th/,/- name/s/type: text/type: code/' "breaking change.*'unit_th' (type)"
ok '... and one that holds less' refused '/name: name_th/,/- name/s/max_length: 4000/max_length: 3999/' "breaking change.*'name_th' (max_length)"
ok '... and an older version' refused 's/^version: .*/version: 0.9.0/' 'older than the live'
cp "$T/yaml" "$yaml"
sed -i 's/^version: .*/version: 2.0.0/;/name: unit_th/,/- name/s/type: text/type: code/;/name: unit_th/,/- name/s/anonymize: redact/public: true/;/name: target_value/s/.*name: target_value/&\n    deprecated: {since: 2026-01-01, until: 2999-12-31, use: actual_value}/' "$yaml"
run --source "sqlite:$T/a.sqlite"
ok 'with a new first number it is published, and the history tells it' eval 'is_status 0 && verifies && python3 -c "
import json
j = json.load(open(\"$cur/schema-changes.json\"))
h, = [x for x in j[\"history\"] if x[\"to\"] == \"2.0.0\"]
assert (h[\"dataset\"], h[\"from\"], h[\"to\"]) == (\"indicators\", \"1.0.0\", \"2.0.0\"), h
assert {(c[\"field\"], c[\"change\"]) for c in h[\"changes\"]} >= {(\"unit_th\", \"type\"), (\"target_value\", \"deprecated\")}, h
f = {f[\"name\"]: f for d in j[\"datasets\"] if d[\"dataset\"] == \"indicators\" for f in d[\"fields\"]}
assert f[\"target_value\"][\"deprecated\"] == {\"since\": \"2026-01-01\", \"until\": \"2999-12-31\", \"use\": \"actual_value\"}"'
ok '... and the notes' grep -q 'indicators.*1.0.0 → 2.0.0' "$cur/CHANGES.en.md"
# ---- what was withdrawn ------------------------------------------------------------------

ok 'what was withdrawn is still told, with its first day' grep -qx "$withdrawn" "$cur/withdrawn.csv"
sql "$T/a.sqlite" "update project set status = 'approved' where project_id = $gone"
run --source "sqlite:$T/a.sqlite"
ok 'published again, it has its page again, and leaves the list' eval \
	'is_status 0 && ! grep -q "no longer published" "$cur/$page" && ! grep -q "^$gone," "$cur/withdrawn.csv"'

finish
