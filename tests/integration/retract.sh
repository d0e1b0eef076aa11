#!/bin/sh
# odp retract: which files held it and since when; the next release is without it, every retained
# one that had it is gone, nothing in output/ or the state's snapshots has it, mirrors are told.
. "${0%/*}/lib.sh"

small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 300
secret='สายบ้านลุงหมายมั่นคงทรัพย์'
run --source "sqlite:$T/a.sqlite"
released 1 || { cat "$T/err"; exit 2; }
live_sql() { sqlite3 "$(find "$state/snapshots" -name '*.sqlite' | sort -V | tail -1)" "$1"; }
id=$(live_sql 'select project_id from projects order by 1 limit 1')
other=$(live_sql 'select project_id from projects order by 1 limit 1 offset 3')
third=$(live_sql 'select project_id from projects order by 1 limit 1 offset 5')
code=$(live_sql "select project_code from projects where project_id = $id")
# release 1 has the project alone, 2 and 3 the text too, and 3 in a second place
sql "$T/a.sqlite" "update project set rationale_th = 'ก่อสร้างถนน $secret ระยะทาง 2 กิโลเมตร' where project_id = $other"
run --source "sqlite:$T/a.sqlite"
sql "$T/a.sqlite" "update project set name_th = name_th || ' $secret' where project_id = $third"
run --source "sqlite:$T/a.sqlite"
ok 'three releases are kept' eval 'released 3 && [ -d "$output/releases/1" ] && [ -d "$output/releases/2" ]'

retract() { odp retract --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" --source "sqlite:$T/a.sqlite" "$@"; }
echo "$secret" >"$T/match"

# ---- what cannot be -------------------------------------------------------------------

retract
ok 'neither project nor text: status 2' fails 2 'usage'
odp retract --project "$id" --output "$output" --state "$state" --schemas "$sch"
ok 'no source: status 2' fails 2 'makes a new release'
retract --project "1' or 1"
ok 'no id: status 2' fails 2 'takes the id'
printf 'ก\n' >"$T/short"
retract --match "$T/short"
ok 'a text that hits too much: status 3' fails 3 'short: line 1 is shorter'
printf '\nเสียง "ดัง" มาก\n' >"$T/quoted"
retract --match "$T/quoted"
ok 'a text that files write in other ways: status 3' fails 3 'quoted: line 2 has a sign'
: >"$T/empty"
retract --match "$T/empty"
ok 'no text: status 3' fails 3 'holds no text'
retract --match "$T/none"
ok 'no file: status 3' fails 3 'none'
ok '... and nothing is retracted' not test -e "$state/retract.list"

# ---- the question ---------------------------------------------------------------------

cp -a "$output" "$T/before"
retract --match "$T/match" --dry-run
ok 'a dry run tells which files of which releases hold a text, and since when' eval 'is_status 0 &&
	! says "^release 1 " && says "^release 2 of 20" && says "^release 3 of 20" &&
	says "^  data/project_texts/project_texts.csv$" && says "^  data/projects/projects.csv$" && says "^  bundles/"'
ok '... without the text' not grep -q "$secret" "$T/out" "$T/err"
ok '... and changes nothing' eval 'same "$T/before" "$output" && [ ! -e "$state/retract.list" ]'

# ---- a text ---------------------------------------------------------------------------

# bytes PATTERN PATH...: no file below, also inside archives, has them
bytes() {
	printf '%s\n' "$1" >"$T/needle"
	shift
	no_canary "$T/needle" "$@"
}
ok 'the deltas tell the text too' grep -rq "$secret" "$output/current/changes/2" "$output/current/changes/3"
retract --match "$T/match"
ok 'a text is retracted: a release without it is live' eval 'is_status 0 && live 4'
ok '... the proof is told' says '^odp: 0 hits in [0-9]* files of 2 releases'
ok '... releases that held it are gone, others stay' eval \
	'[ "$(ls "$output/releases" | xargs)" = "1 4" ] && verifies "$output/releases/1"'
ok '... no byte of the output has it' bytes "$secret" "$output"
ok '... the deltas are there without it' eval '[ -d "$output/current/changes/4" ] && grep -q lessened.:true "$output/current/changes/index.json" &&
	python3 tests/integration/deltas_replay.py "$output/releases/1" "$output/releases/4"'
ok '... nor of the snapshots, findings and ledger' bytes "$secret" "$state/snapshots" "$state/findings" "$state/ledger.sqlite"
cell() { python3 -c 'import csv, sys
csv.field_size_limit(1 << 30)
print([r[sys.argv[2]] for r in csv.DictReader(open(sys.argv[1], encoding="utf-8-sig")) if r["project_id"] == sys.argv[3]][0])' \
	"$output/current/data/$1/$1.csv" "$2" "$3"; }
ok '... the rows are there without the cells' eval \
	'[ -z "$(cell project_texts rationale_th "$other")" ] && [ "$(cell projects name_th "$third")" = "[ปกปิด:รอตรวจสอบ]" ]'
ok '... the list is private' eval '[ "$(stat -c %a "$state/retract.list")" = 600 ]'
told() {
	minisign -Vm "$output/retractions.json" -p "$pub" -q &&
		python3 - "$output/retractions.json" "$T/before/releases" "$@" <<-'P'
			import glob, hashlib, json, os, sys
			j = json.load(open(sys.argv[1]))
			withdrawn, rows, texts = json.loads(sys.argv[3]), json.loads(sys.argv[4]), json.loads(sys.argv[5])
			assert [w['serial'] for w in j['withdrawn']] == withdrawn, j['withdrawn']
			assert all(w['created'].startswith('20') for w in j['withdrawn'])
			assert [r['rows'] for r in j['retractions']] == rows and [r['texts'] for r in j['retractions']] == texts
			assert j['serial'] == j['retractions'][-1]['serial']
			have = {}
			for p in glob.glob(sys.argv[2] + '/*/data/project*/project*.csv'):
			    have[hashlib.sha256(open(p, 'rb').read()).hexdigest()] = p
			named = [have[f] for f in j['files'] if f in have]
			assert any('/2/data/project_texts/' in p for p in named), named
			assert len(set(j['files'])) == len(j['files'])
		P
}
ok '... and retractions.json, which minisign believes, names releases and files, not the text' eval \
	'told "[2, 3]" "[[]]" "[1]" && ! grep -q "$secret" "$output/retractions.json"'
run --source "sqlite:$T/a.sqlite"
ok 'the next run keeps to it' live 4
sql "$T/a.sqlite" "update project set objective_th = 'อีกครั้ง $secret' where project_id = $id"
run --source "sqlite:$T/a.sqlite"
ok 'typed again at the source, it stays out' eval 'is_status 0 && live 5 && bytes "$secret" "$output"'
odp review --state "$state"
grep ' retracted ' "$T/out" >"$T/allow"
odp review --state "$state" --allow "$T/allow"
run --source "sqlite:$T/a.sqlite"
ok '... also if an officer allows it' eval '[ -s "$T/allow" ] && is_status 0 && bytes "$secret" "$output"'

# ---- a project ------------------------------------------------------------------------

page=p/$((id / 1000))/$id.html
ok 'a project has its page' test -e "$output/current/$page"
retract --project "$id"
ok 'a project is retracted' is_status 0
ok '... releases that held it are told, the oldest too' says '^release 1 of 20'
ok '... the live one is without it, in every table' eval \
	'verifies && ! grep -rq "\"$id\"\|^$id," "$output/current/data/projects" "$output/current/data/project_budgets"'
ok '... its page says that it is published no more, and nothing of what it was' eval \
	'grep -q "no longer published" "$output/current/$page" && grep -q "^$id,20" "$output/current/withdrawn.csv" &&
	! grep -q "$(live_sql "select division_name_th from projects limit 1")" "$output/current/$page"'
ok '... and its code is in no byte' bytes "$code" "$output" "$state/snapshots"
ok '... only the new release is left' eval '[ "$(ls "$output/releases" | wc -l)" = 1 ]'
ok 'both retractions are told' told '[2, 3, 1, 4, 5, 6]' "[[], [\"$id\"]]" '[1, 1]'
ok 'quality.json counts the row as retracted' python3 -c '
import json, sys
d = {x["dataset"]: x for x in json.load(open(sys.argv[1]))["datasets"]}
assert d["projects"]["rules"]["retracted"] == 1 and d["project_texts"]["rules"]["parent_missing"] >= 1' "$output/current/quality.json"
retract --project "$id"
ok 'again: nothing is found, nothing changes' eval 'is_status 0 && says "^odp: 0 files held it" && verifies'

# ---- a list that is lost or damaged ----------------------------------------------------

echo x >>"$state/retract.list"
run --source "sqlite:$T/a.sqlite"
ok 'a damaged list: status 3, nothing is published' fails 3 'retract.list'
finish
