#!/bin/sh
# What is wrong outside the program: each fault has its exit status and exactly one
# message, and after each the live release still verifies.
. "${0%/*}/lib.sh"

demo "$T/a.sqlite" 300
small_schemas "$sch"
keys "$T/keys"
src=sqlite:$T/a.sqlite
good_sch=$sch
run --source "$src"
released 1 || { cat "$T/err"; exit 2; }

# refused STATUS TEXT BEHAVIOUR: of the last command.
refused() {
	ok "$3: status $1, one message" fails "$1" "$2"
	ok '... and the live release verifies' live 1
}

# ---- the source --------------------------------------------------------------------

cp "$T/a.sqlite" "$T/bad.sqlite"
sql "$T/bad.sqlite" 'alter table project rename column name_th to title_th'
run --source "sqlite:$T/bad.sqlite"
refused 5 'name_th' 'the source lacks a column'
run --source "sqlite:$T/none.sqlite"
refused 5 "none.sqlite" 'the source file is missing'
ok '... and no empty database is made in its place' not test -e "$T/none.sqlite"
head -c 5000 /dev/urandom >"$T/noise.sqlite"
run --source "sqlite:$T/noise.sqlite"
refused 5 'noise.sqlite' 'the source file is no database'
cp "$T/a.sqlite" "$T/bad.sqlite"
python3 - "$T/bad.sqlite" <<'P'
import sys
with open(sys.argv[1], 'r+b') as f:
    f.seek(0, 2)
    size = f.tell()
    for at in range(40960, size, 8192):
        f.seek(at)
        f.write(b'\xff' * 4096)
P
run --source "sqlite:$T/bad.sqlite"
refused 5 . 'the source file is damaged'
mkdir -p "$T/dir"
run --source "sqlite:$T/dir"
refused 5 . 'the source file is a directory'
run --source "postgresql://nobody@127.0.0.1:1/none?connect_timeout=3"
refused 5 . 'no PostgreSQL answers'
run --source "oracle:x"
refused 3 'no known kind' 'a source of an unknown kind'
run
refused 2 'no source' 'no source'

# ---- what the gates hold -----------------------------------------------------------

cp "$T/a.sqlite" "$T/bad.sqlite"
sql "$T/bad.sqlite" 'delete from project; delete from org_unit; delete from plan_item;'
run --source "sqlite:$T/bad.sqlite"
refused 4 "held: .*empty" 'an empty source'
cp "$T/a.sqlite" "$T/bad.sqlite"
sql "$T/bad.sqlite" 'delete from project where project_id % 2 = 0'
run --source "sqlite:$T/bad.sqlite"
refused 4 "'projects' has [0-9]* rows after" 'a source that lost half of its projects'
ok '... the hint says how to publish all the same' hints 'odp release --accept'
run --source "sqlite:$T/bad.sqlite"
refused 4 "'projects' has [0-9]* rows after" 'the same again'
odp status --output "$output" --state "$state"
ok 'status tells what is held and why' says "'projects' has"
cp "$T/a.sqlite" "$T/bad.sqlite"
sql "$T/bad.sqlite" 'update project_budget set amount = amount * 2'
run --source "sqlite:$T/bad.sqlite"
refused 4 'sum of .* changed by +' 'money that doubled'
cp "$T/a.sqlite" "$T/bad.sqlite"
sql "$T/bad.sqlite" 'update project set objective_th = null'
run --source "sqlite:$T/bad.sqlite"
refused 4 'filled in' 'a column that lost its values'
cp -r schemas "$T/strict"
sch=$T/strict
cp "$T/a.sqlite" "$T/bad.sqlite"
sql "$T/bad.sqlite" "update project set start_date = '2564-01-01' where project_id % 10 = 1"
run --source "sqlite:$T/bad.sqlite"
refused 4 'lost [0-9]* of [0-9]* rows to checks' 'too many rows that break a rule'
sch=$good_sch
rm -r "$T/strict"
ok 'held releases do not pile up: the state keeps few snapshots' eval \
	'ls "$state/snapshots"; [ "$(ls "$state/snapshots" | grep -c "sqlite$")" -le 4 ]'
run --source "$src"
ok 'once the source is right again, a run needs no hands' eval 'is_status 0 && verifies'
run --source "$src"
ok '... and settles' eval 'is_status 0 && says "nothing changed"'
now=$(readlink "$output/current")
live_now=${now#releases/}
refused() {
	ok "$3: status $1, one message" fails "$1" "$2"
	ok '... and the live release verifies' live "$live_now"
}

# ---- declarations ------------------------------------------------------------------

# schema STATUS TEXT BEHAVIOUR FILE SED-SCRIPT: a run with a changed declaration.
schema() {
	rm -rf "$T/changed"
	cp -r "$good_sch" "$T/changed"
	sed -i "$5" "$T/changed/$4"
	! cmp -s "$T/changed/$4" "$good_sch/$4" || { echo "the change to $4 changed nothing"; exit 2; }
	sch=$T/changed
	run --source "$src"
	refused "$1" "$2" "$3"
	sch=$good_sch
}
p=datasets/projects/dataset.yaml
schema 6 "dataset.yaml:[0-9]*:[0-9]*: .*titel" 'an unknown key' $p '0,/^title:/s//titel:/'
ok '... is told with the nearest known one' hints "did you mean 'title'"
schema 6 "dataset.yaml:[0-9]*:[0-9]*: .*en" 'a missing translation' $p '0,/, en: [^}]*}/s//}/'
schema 6 "dataset.yaml:[0-9]*:[0-9]*: " 'a field without a policy' $p '0,/^    public: true/{/^    public: true/d}'
schema 6 "dataset.yaml:[0-9]*:[0-9]*: .*version" 'a key given twice' $p '1s/.*/&\n&/'
schema 6 "dataset.yaml:[0-9]*:[0-9]*: " 'a broken YAML file' $p '5s/.*/  : : [/'
schema 6 "dataset.yaml:[0-9]*:[0-9]*: " 'an anchor' $p '0,/^key: /s//key: \&a /'
schema 6 "dataset.yaml:[0-9]*:[0-9]*: .*nosuch" 'an unknown type' $p '0,/^    type: id/s//    type: nosuch/'
schema 6 'nosuch' 'an unknown method of anonymization' $p '0,/^    public: true/s//    anonymize: nosuch/'
schema 6 'nosuch' 'an unknown format' $p 's/^formats: .*/formats: [csv, nosuch]/'
schema 6 'nosuch' 'an unknown format of small tables' catalog.yaml 's/^small_tables: .*/small_tables: {up_to_rows: 10, formats: [nosuch]}/'
schema 6 'nosuch' 'a key of a column that is not there' $p 's/^key: .*/key: [nosuch]/'
schema 6 'nosuch' 'a dataset that is not there' catalog.yaml 's/^  - projects$/  - nosuch/'
schema 5 'projects' 'a query that does not compile' datasets/projects/extract.sql 's/^select$/selekt/'
schema 5 'project_code' 'a query that lacks a declared column' datasets/projects/extract.sql '/^    p.project_code,$/d'
schema 5 'declared' 'a query with a column that nobody declared' datasets/projects/extract.sql \
	's/^    p.project_code,$/&\n    p.contact_text,/'
schema 6 . 'a rule that is no SQL' datasets/org_units/dataset.yaml 's/where: r.active_to < r.active_from/where: r.nosuch < 1/'
sch=$T/nowhere
run --source "$src"
refused 6 nowhere 'schemas that are not there'
sch=$good_sch

# ---- templates ---------------------------------------------------------------------

if [ -d site-templates ]; then
	cp -r site-templates "$T/templates"
	printf '{{ no_such_variable }}\n' >>"$T/templates/$(cd site-templates && find . -name 'home.html' | head -1)"
	run --source "$src" --templates "$T/templates"
	refused 12 'home.html:[0-9]*:[0-9]*: .*no_such_variable' 'a variable that no template has'
	printf '{{ if }}\n' >>"$T/templates/dataset.html"
	cp site-templates/home.html "$T/templates/home.html"
	run --source "$src" --templates "$T/templates"
	refused 12 'dataset.html:[0-9]*' 'a template that does not parse'
else
	skip 'a variable that no template has' 'there are no templates yet'
fi
run --source "$src" --templates "$T/nowhere"
refused 12 nowhere 'templates that are not there'

# ---- keys --------------------------------------------------------------------------

good_key=$key
key=$T/keys/none.key
run --source "$src" --force
refused 13 'none.key' 'a key file that is missing'
cp "$good_key" "$T/open.key"
chmod 644 "$T/open.key"
key=$T/open.key
run --source "$src" --force
refused 13 'open.key' 'a key file that others can read'
head -c 300 /dev/urandom >"$T/noise.key"
chmod 600 "$T/noise.key"
key=$T/noise.key
run --source "$src" --force
refused 13 'noise.key' 'a key file of noise'
key=$T/keys/odp.pub
run --source "$src" --force
refused 13 . 'the public key in place of the secret one'
key=$good_key
keys "$T/other"
odp verify "$output/current" --public-key "$T/other/odp.pub"
refused 11 . 'the public key of somebody else'
odp keygen "$T/keys"
ok 'keygen never overwrites a key' fails 13 .
ok '... and the old one still works' verifies

# ---- secrets on the command line ---------------------------------------------------

secret=hunter2-$$
run --source "postgresql://odp:$secret@127.0.0.1:1/x"
refused 2 'password must not' 'a password on the command line'
ok '... is not repeated' not grep -q "$secret" "$T/out" "$T/err"
run --source="host=127.0.0.1 password=$secret"
ok 'a password in a connection string is not repeated' not grep -q "$secret" "$T/out" "$T/err"
run "--sourcee=postgresql://odp:$secret@127.0.0.1:1/x"
ok 'a password after a mistyped option is not repeated' not grep -q "$secret" "$T/out" "$T/err"
ODP_SOURCE="postgresql://odp:$secret@127.0.0.1:1/x?connect_timeout=3"
export ODP_SOURCE
run
unset ODP_SOURCE
refused 5 . 'a password in the environment, and no server'
ok '... is not repeated' not grep -q "$secret" "$T/out" "$T/err"
ok '... nor kept' not grep -r -q -a "$secret" "$state"

# ---- directories -------------------------------------------------------------------

: >"$T/file"
odp run --output "$T/file" --state "$state" --schemas "$sch" --sign-key "$key" --source "$src"
refused 8 . 'an output that is a file'
odp run --output "$output" --state "$T/file" --schemas "$sch" --sign-key "$key" --source "$src"
refused 8 . 'a state directory that is a file'
odp status --state "$T/nowhere" --output "$output"
refused 3 nowhere 'status of a state directory that is not there'
odp verify "$T/nowhere" --public-key "$pub"
refused 11 . 'verify of a release that is not there'
mv "$state/ledger.sqlite" "$T/ledger.kept"
head -c 5000 /dev/urandom >"$state/ledger.sqlite"
run --source "$src"
refused 8 'ledger' 'a damaged ledger'
ok '... the hint says what to do' hints 'move the file away'
mv "$T/ledger.kept" "$state/ledger.sqlite"

# ---- another run -------------------------------------------------------------------

flock -o "$state/lock" sleep 60 >/dev/null 2>&1 &
holder=$!
at_exit "kill $holder 2>/dev/null"
until_true 10 not flock -n "$state/lock" true
run --source "$src"
refused 10 'another run' 'a second run at the same time'
odp status --output "$output" --state "$state"
ok 'status is readable meanwhile' eval 'is_status 0 && says "^live release: $live_now"'
kill $holder
wait $holder 2>/dev/null
until_true 10 flock -n "$state/lock" true
run --source "$src"
ok 'afterwards a run succeeds' released "$live_now"

finish
