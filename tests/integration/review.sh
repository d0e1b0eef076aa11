#!/bin/sh
# Texts that are withheld: what is published instead, what an officer is shown, how a
# decision is made, kept and withdrawn, and when so many doubts hold the release.
. "${0%/*}/lib.sh"

small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 300
# Three publishable projects; the second and third say the same.
run --source "sqlite:$T/a.sqlite"
released 1 || { cat "$T/err"; exit 2; }
snapshot() { sqlite3 -separator '|' "$(ls -t "$state"/snapshots/*.sqlite | head -1)" "$1"; }
ids=$(snapshot 'select project_id from projects order by project_id limit 3')
# shellcheck disable=SC2086
set -- $ids
a=$1 b=$2 c=$3
one='ติดต่อ นาย ก. ใจดี เรื่องงานเวทีชุมชน' two='เลขประจำตัวประชาชน 1-2345-67890-12 ของผู้รับ'
sql "$T/a.sqlite" "update project set name_th = '$one' where project_id = $a;
	update project set rationale_th = '$two' where project_id in ($b, $c);"
run --source "sqlite:$T/a.sqlite"
ok 'a run withholds doubtful texts and publishes' released 2

csv() { python3 -c 'import csv, sys
for r in csv.DictReader(open(sys.argv[1], encoding="utf-8-sig")):
    if r["project_id"] in sys.argv[3:]: print(r[sys.argv[2]])' "$output/current/data/$1/$1.csv" "$2" "$3"; }
ok 'a cell that may be empty is empty' eval '[ -z "$(csv project_texts rationale_th "$b")" ]'
ok '... and its row is there' eval '[ "$(snapshot "select count(*) from project_texts where project_id in ($b, $c)")" = 2 ]'
ok 'where a cell must not be empty a marker stands' eval '[ "$(csv projects name_th "$a")" = "[ปกปิด:รอตรวจสอบ]" ]'
ok 'quality.json counts them by rule' python3 -c '
import json, sys
d = {x["dataset"]: x for x in json.load(open(sys.argv[1]))["datasets"]}
assert d["projects"]["withheld"] == {"title_without_name": 1}, d["projects"]
assert d["project_texts"]["withheld"] == {"id_mistyped": 2}
assert d["project_texts"]["privacy"]["rationale_th.withheld"] == 2
assert "id_mistyped" not in d["project_texts"]["rules"]' "$output/current/quality.json"
ok 'privacy.json and the page on privacy tell of them' eval 'python3 -c "
import json, sys
p = json.load(open(sys.argv[1]))
assert {d[\"rule\"]: d[\"texts\"] for d in p[\"doubts\"] if d[\"texts\"]} == {\"id_mistyped\": 2, \"title_without_name\": 1}
d = {x[\"dataset\"]: x for x in p[\"datasets\"]}
assert d[\"project_texts\"][\"withheld\"] == {\"rationale_th\": 2} and d[\"project_texts\"][\"doubts\"] == {\"id_mistyped\": 2}
assert p[\"accepted\"] is None" "$output/current/privacy.json" && grep -q "a digit too many or too few" "$output/current/en/about/privacy/index.html"'
no_text() { ! grep -r -a -l -F -e 'นาย ก. ใจดี' -e '67890-12' "$state" "$output/releases/2" "$T/out" "$T/err"; }
ok 'no byte of the release or the state holds the texts' no_text

# ---- what an officer sees and decides ------------------------------------------------

review() { odp review --state "$state" "$@"; }
review
ok 'review lists references, rows, keys, fields and rules' eval 'is_status 0 &&
	[ "$(grep -c "^[0-9a-f]\{32\} [a-z_]* [0-9]* [0-9]* [a-z_]* [a-z_]* withheld$" "$T/out")" = 3 ] &&
	grep -q " projects [0-9]* $a name_th title_without_name withheld" "$T/out" &&
	grep -q " project_texts [0-9]* $b rationale_th id_mistyped withheld" "$T/out"'
cp "$T/out" "$T/list"
ok 'equal texts have one reference, others another' eval \
	'[ "$(grep -v "^#" "$T/list" | cut -d " " -f 1 | sort | uniq -c | awk "{print \$1}" | sort | xargs)" = "1 2" ]'
by_python() {
	python3 - "$state/review.key" "$two" "$(grep id_mistyped "$T/list" | head -1)" <<-'P'
		import hmac, sys
		key = bytes.fromhex(open(sys.argv[1]).read())
		assert hmac.new(key, sys.argv[2].encode(), 'sha256').hexdigest()[:32] == sys.argv[3].split()[0]
	P
}
ok 'a reference is the HMAC-SHA-256 of the text' by_python
echo 'id_mistyped' >"$T/bad"
review --allow "$T/bad"
ok 'a line without a reference: status 3, and the line' fails 3 'bad: line 1'
printf '# looked at\n\n%032d\n' 7 >"$T/bad"
review --allow "$T/bad"
ok 'a reference of no withheld text: status 3' fails 3 'line 3 names no text that is withheld'
ok '... and nothing was decided' not test -e "$state/review.allow"
review --allow "$T/none"
ok 'no such file: status 3' fails 3 'none'
odp review --state "$T/nowhere"
ok 'no such state: status 3' fails 3 'nowhere'

grep '^#\|id_mistyped' "$T/list" >"$T/allow"
review --allow "$T/allow"
ok 'lines of the list are decisions' eval 'is_status 0 && says "1 texts are allowed"'
ok 'the decisions are private, and hold the reference alone' eval \
	'[ "$(stat -c %a "$state/review.allow" "$state/review.key" | xargs)" = "600 600" ] && [ "$(wc -c <"$state/review.allow")" = 33 ]'
review
ok 'the list says what is decided' eval '[ "$(grep -c "allowed$" "$T/out")" = 2 ]'
odp plan --source "sqlite:$T/a.sqlite" --output "$output" --state "$state" --schemas "$sch"
ok 'plan knows why the next run works' says '^extract .*decisions'
run --source "sqlite:$T/a.sqlite"
ok 'the next run, on the same rows, publishes both' eval 'released 3 &&
	[ "$(csv project_texts rationale_th "$b")" = "$two" ] && [ "$(csv project_texts rationale_th "$c")" = "$two" ]'
ok '... and not what was not allowed' eval '[ "$(csv projects name_th "$a")" = "[ปกปิด:รอตรวจสอบ]" ]'
run --source "sqlite:$T/a.sqlite"
ok 'another run changes nothing' live 3
sql "$T/a.sqlite" "update project set rationale_th = rationale_th || ' สองราย' where project_id = $b"
run --source "sqlite:$T/a.sqlite"
ok 'a text that changed is withheld again' eval 'is_status 0 && [ -z "$(csv project_texts rationale_th "$b")" ] && [ -n "$(csv project_texts rationale_th "$c")" ]'
review --withdraw "$T/allow"
ok 'a decision can be withdrawn' eval 'is_status 0 && says "0 texts are allowed, 1 before"'
run --source "sqlite:$T/a.sqlite"
ok '... and the text is withheld' eval 'is_status 0 && [ -z "$(csv project_texts rationale_th "$c")" ]'
review --withdraw "$T/allow"
ok '... once' fails 3 'names no text that is allowed'
echo x >"$state/review.allow"
run --source "sqlite:$T/a.sqlite"
ok 'a damaged list of decisions: status 3' fails 3 'review.allow'
rm "$state/review.allow"
chmod 644 "$state/review.key"
run --source "sqlite:$T/a.sqlite" --force
ok 'a key that others may read: status 13' fails 13 'review.key'
chmod 600 "$state/review.key"

# ---- too many ------------------------------------------------------------------------

sql "$T/a.sqlite" "update project set name_th = name_th || ' นาย ข. ใจดี' where project_id in (select project_id from project order by 1 limit 40)"
live_before=$(basename "$(readlink "$output/current")")
run --source "sqlite:$T/a.sqlite"
ok 'more than 0.5 % of doubtful texts hold the release' fails 4 "texts of dataset 'projects' are doubtful"
ok '... and the old one stays' live "$live_before"
odp review --help
ok 'help tells of the options' eval 'says "--allow FILE" && says "--withdraw FILE"'
finish
