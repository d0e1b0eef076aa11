#!/bin/sh
# `odp doctor`: each planted fault is found, with a fix in words; a sound installation has
# no finding. The machine's own clock is left out: a container's is its host's.
. "${0%/*}/lib.sh"

demo "$T/A.sqlite" 100
small_schemas "$sch"
keys "$T/keys"
export LANG=C.UTF-8

doctor() { # OPTION...
	odp doctor --json --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" --source "sqlite:$T/A.sqlite" "$@"
}
# findings CHECK: the texts and fixes that a check told
findings() {
	python3 -c '
import json, sys
for c in json.load(open(sys.argv[1]))["checks"]:
    if c["result"] == "finding":
        assert c["fix"] and c["text"], c
        if c["check"] == sys.argv[2] or (sys.argv[2] == "any" and c["check"] != "clock"):
            print(c["check"] + ": " + c["text"] + " | " + c["fix"])
' "$T/out" "$1"
}
well() { findings any >"$T/found"; [ ! -s "$T/found" ] || { cat "$T/found"; return 1; }; }
finds() { # CHECK TEXT FIX: the check has one finding of this kind; status 3
	is_status 3 || return 1
	findings "$1" >"$T/found"
	grep -q "^$1: .*$2.* | .*$3" "$T/found" || { echo "$1 does not find '$2'"; cat "$T/found" "$T/err"; return 1; }
}

doctor
ok 'before the first run: no state, no output' eval 'finds state "no state directory" "install -d" && finds output "no output" "make it"'
run --source "sqlite:$T/A.sqlite"
released 1 >/dev/null || exit 2
find "$output" "$state" -type f -printf '%p %T@ %s\n' | sort >"$T/before"
doctor
ok 'a sound installation has no finding' well
ok '... says so of each check' python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
assert [c["check"] for c in d["checks"] if c["check"] != "clock"] == "state output disk schemas templates keys source locale ckan".split(), d
assert [c["result"] for c in d["checks"] if c["check"] == "ckan"] == ["skipped"]' "$T/out"
find "$output" "$state" -type f -printf '%p %T@ %s\n' | sort >"$T/after"
ok '... and changes nothing' cmp "$T/before" "$T/after"
odp doctor --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" --source "sqlite:$T/A.sqlite"
ok '... as text too' says '^ok       state      .* is private'

# ---- one fault at a time -----------------------------------------------------------

chmod 755 "$state"
doctor
ok 'a state directory that others may read' finds state 'open to others (mode 0755)' 'chmod 700'
chmod 700 "$state"
chmod 644 "$state/ledger.sqlite"
doctor
ok 'a private file that others may read' finds state 'ledger.sqlite.* is open' 'chmod 600'
chmod 600 "$state/ledger.sqlite"
mkdir "$output/state"
doctor --state "$output/state"
ok 'a state below what is served' finds output 'lies below' 'move it'
rmdir "$output/state"
mv "$output/releases/1/manifest.json.minisig" "$T/sig"
doctor
ok 'a live release without a signature' finds output 'not signed' 'sign-key'
mv "$T/sig" "$output/releases/1/manifest.json.minisig"
chmod 640 "$key"
doctor
ok 'a signing key that others may read' finds keys 'may be read by others (mode 0640)' 'chmod 600'
chmod 600 "$key"
keys "$T/other"
doctor --sign-key "$T/other/odp.key"
ok 'a key that is not that of the live release' finds keys 'another key' 'tell the mirrors'
echo token >"$T/token"
chmod 644 "$T/token"
doctor --ckan-token "$T/token"
ok 'a token that others may read' finds keys 'token' .
sed -i.good 's/^version:/verison:/' "$sch/datasets/projects/dataset.yaml"
doctor
ok 'a schema with a slip' finds schemas "dataset.yaml:[0-9]*" 'did you mean'
mv "$sch/datasets/projects/dataset.yaml.good" "$sch/datasets/projects/dataset.yaml"
doctor --templates "$T/none"
ok 'templates that are not there' finds templates 'cannot read' .
doctor --source "sqlite:$T/none.sqlite"
ok 'a database that is not there' finds source 'cannot read the database' 'check the path'
sql "$T/A.sqlite" 'alter table project rename column name_en to was_name_en'
doctor
ok 'a database that lacks a column' finds source 'projects: .*name_en' .
sql "$T/A.sqlite" 'alter table project rename column was_name_en to name_en'
chmod 666 "$T/A.sqlite"
doctor
ok 'a database file that everybody may write' finds source 'everybody may write' 'chmod o-w'
chmod 644 "$T/A.sqlite"
LC_ALL=C doctor
ok 'a locale that is not UTF-8' finds locale 'not UTF-8' 'LANG=C.UTF-8'
sql "$state/ledger.sqlite" "update stages set bytes = 1e15 where stage = 'seal'"
doctor
ok 'a disk that is too small for the next release' finds disk 'needs .* MB' 'retention'
sql "$state/ledger.sqlite" "update stages set bytes = 1e6 where stage = 'seal'"

# ---- CKAN --------------------------------------------------------------------------

chmod 600 "$T/token"
mkdir "$T/fake"
python3 tests/fakes/ckan.py "$T/fake" --token token --org nesdc 2>"$T/fake.err" &
fake=$!
at_exit "kill $fake"
until_true 10 test -e "$T/fake/port"
ckan=http://127.0.0.1:$(cat "$T/fake/port")
doctor --ckan "$ckan" --ckan-org nesdc --ckan-token "$T/token"
ok 'a CKAN that answers has no finding' well
doctor --ckan "$ckan" --ckan-org nobody --ckan-token "$T/token"
ok 'an organization that is not there' finds ckan "organization 'nobody'" .
echo wrong >"$T/token"
doctor --ckan "$ckan" --ckan-org nesdc --ckan-token "$T/token"
ok 'a token that does not hold' finds ckan 'token is not valid' 'new token'

# ---- rights in PostgreSQL ----------------------------------------------------------

if ! pg_start; then
	skip 'the rights of the reading role' 'no PostgreSQL server is installed'
	finish
fi
"$ODP_BUILD/opdb" --projects 30 --out "$T/demo" || exit 2
pg_sql postgres 'create database demo'
sh tests/opdb/load.sh "$T/demo" "$pg/demo" || exit 2
psql -X -q -v ON_ERROR_STOP=1 -d "$pg/demo" -f cron/source-role.sql >/dev/null 2>&1
reader=postgresql://odp_reader@127.0.0.1:$pg_port/demo
doctor --source "$reader"
ok 'the role of cron/source-role.sql has no finding' well
# right GRANT TEXT FIX UNDO: one right more is found, and its fix is the statement that takes it away
right() {
	pg_sql demo "$1"
	doctor --source "$reader"
	ok "found: $1" finds source "$2" "$3"
	pg_sql demo "$4"
}
right 'grant insert on odp.project to odp_reader' 'may insert odp.project' 'revoke insert on odp.project from odp_reader' \
	'revoke insert on odp.project from odp_reader'
right 'grant select on public.person to odp_reader' 'may read public.person' 'revoke select' \
	'revoke select on public.person from odp_reader'
right 'grant select (contact_text) on public.project to odp_reader' 'may read public.project' 'revoke select' \
	'revoke select (contact_text) on public.project from odp_reader'
right 'grant create on schema public to odp_reader' 'create objects in schema public' 'revoke create' \
	'revoke create on schema public from odp_reader'
right 'grant temporary on database demo to public' 'temporary tables' 'revoke temporary' \
	'revoke temporary on database demo from public'
right 'grant pg_read_server_files to odp_reader' 'member of pg_read_server_files' 'revoke pg_read_server_files' \
	'revoke pg_read_server_files from odp_reader'
right 'alter role odp_reader createdb' 'attribute createdb' 'nocreatedb' 'alter role odp_reader nocreatedb'
right 'alter role odp_reader superuser' 'attribute superuser' 'nosuperuser' 'alter role odp_reader nosuperuser'
right 'revoke select on odp.indicator from odp_reader' 'indicators: .*permission denied' . \
	'grant select on odp.indicator to odp_reader'
doctor --source "$reader"
ok 'with each taken back there is no finding' well
doctor --source "postgresql://odp_reader@127.0.0.1:1/demo"
ok 'a server that does not answer' finds source 'cannot reach the source' 'check address'
finish
