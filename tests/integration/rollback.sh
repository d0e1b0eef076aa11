#!/bin/sh
# `odp rollback`: an earlier release under a new serial, signed anew; what was retracted
# or damaged never comes back; the next run goes on from there.
. "${0%/*}/lib.sh"

demo "$T/A.sqlite" 120
cp "$T/A.sqlite" "$T/B.sqlite"
sql "$T/B.sqlite" "update project set name_th = name_th || ' ระยะที่ 2'"
small_schemas "$sch"
keys "$T/keys"
run --source "sqlite:$T/A.sqlite"
run --source "sqlite:$T/B.sqlite"
released 2 >/dev/null || exit 2

back() { # SERIAL [OPTION...]
	odp rollback "$@" --output "$output" --state "$state" --schemas "$sch" --sign-key "$key"
}
content() { # RELEASE: every file but the manifests
	(cd "$output/releases/$1" && find . -type f ! -path './parts/*' ! -name 'manifest.json*' -exec sha256sum {} + | sort -k 2)
}
root() { sed -n 's/.*"serial":\([0-9]*\).*/\1/p' "$output/current/manifest.json" | head -1; }

back 1
ok 'release 1 is published again as release 3' released 3
ok '... says so' says 'release 3 is live: the files of release 1'
content 1 >"$T/was"
content 3 >"$T/is"
ok '... with the same files' eval 'test -s "$T/is" && cmp "$T/was" "$T/is"'
ok '... linked, not copied' eval '[ "$(stat -c %i "$output/releases/1/index.html")" = "$(stat -c %i "$output/releases/3/index.html")" ]'
ok '... and a manifest with the new serial' test "$(root)" = 3
ok '... release 1 and 2 still verify' eval 'verifies "$output/releases/1" && verifies "$output/releases/2"'
ok '... nothing half-built is left' nothing_half_built
run --source "sqlite:$T/A.sqlite"
ok 'a run that finds its rows has nothing to do' eval 'released 3 && says "nothing changed"'
run --source "sqlite:$T/B.sqlite"
ok 'a run that finds others publishes them' released 4
run --source "sqlite:$T/B.sqlite" --force
released 5 >/dev/null || exit 2

# ---- refused -----------------------------------------------------------------------

back 5
ok 'the live release: status 3' fails 3 'release 5 is live'
back 9
ok 'a release that is not kept: status 3' fails 3 'release 9 is not kept'
back x
ok 'no number: status 2' fails 2 usage
odp rollback 1 --output "$output" --state "$state" --schemas "$sch" --unsigned
ok 'without a key: status 2' fails 2 'signed anew'
page=$(cd "$output/releases/2" && find p -type f | head -1)
cp "$output/releases/2/$page" "$T/page"
rm "$output/releases/2/$page"
echo changed >"$output/releases/2/$page"
back 2
ok 'a release of which a file was changed: status 11' eval 'fails 11 "$page" && live 5'
rm "$output/releases/2/$page"
cp "$T/page" "$output/releases/2/$page"
keys "$T/other"
back 2 --public-key "$T/other/odp.pub"
ok 'a release that was signed with another key: status 11' eval 'fails 11 . && live 5'

# ---- an old one, beside what a killed run left -------------------------------------

mkdir -p "$output/releases/6.part/p"
echo half >"$output/releases/6.part/p/half.html"
back 2
ok 'a release whose rows are no longer kept' eval 'released 6 && grep -q "^odp: warning: the rows of release 2" "$T/err"'
ok '... holds nothing of what a killed run left' test ! -e "$output/releases/6/p/half.html"
ok '... and its list for CKAN is there' test -s "$state/snapshots/2.artefacts.json"
run --source "sqlite:$T/A.sqlite"
ok '... the next run goes on from it' released 7

# ---- what was retracted ------------------------------------------------------------

cp -al "$output/releases/6" "$T/six"
project=$(sql "$(ls "$state"/snapshots/*.sqlite | tail -1)" 'select project_id from projects limit 1')
odp retract --project "$project" --source "sqlite:$T/A.sqlite" --output "$output" --state "$state" --schemas "$sch" --sign-key "$key"
ok 'a project is retracted' eval 'is_status 0 && says "0 hits"'
last=$(readlink "$output/current")
last=${last#releases/}
back 6
ok 'a release that held it is gone for good: status 7' eval 'fails 7 "release 6 was withdrawn" && live "$last"'
cp -al "$T/six" "$output/releases/6"
back 6
ok '... also if somebody brings its folder back' eval 'fails 7 "release 6 was withdrawn" && live "$last"'
mv "$output/retractions.json" "$T/list"
back 6
sed -i '/^odp: warning: the rows of/d' "$T/err"
ok '... and if the public list is lost too, the scan finds it' eval 'fails 7 "retracted text" && live "$last" && nothing_half_built'
finish
