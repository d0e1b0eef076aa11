#!/bin/sh
# odp portal beside a live release, once and with --watch: new pages of the same data when a template changes, mistakes told.
. "${0%/*}/lib.sh"

small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 60
cp -r site-templates "$T/templates"
run --source "sqlite:$T/a.sqlite" --templates "$T/templates"
ok 'a run makes a release' released 1
portal() { odp portal --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" --templates "$T/templates" "$@"; }

portal
ok 'the pages are made beside the live release' eval 'is_status 0 && [ -e "$output/releases/2.part/index.html" ] && live 1'
ok '... with its data files' same "$output/current/data" "$output/releases/2.part/data"
portal --only seal
ok 'it is one stage' fails 2 'is one stage'

"$ODP" portal --watch --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" --templates "$T/templates" >"$T/watch" 2>&1 &
watcher=$!
at_exit "kill $watcher 2>/dev/null"
home=$output/releases/2.part/index.html
ok 'a watch makes them, and says where' until_true 60 grep -q 'pages are in .*2.part; waiting' "$T/watch"
sed -i 's/<h1>/<h1>changed once /' "$T/templates/home.html"
ok 'a template changes: the page is made again' until_true 60 grep -q '<h1>changed once ' "$home"
sed -i 's/changed once {{ t.home.title }}/{{ t.home.titel }}/' "$T/templates/home.html"
ok 'a mistake is told with its place' until_true 60 grep -q "home.html:[0-9]*:[0-9]*: unknown word .*t.home.titel" "$T/watch"
sed -i 's/{{ t.home.titel }}/changed twice/' "$T/templates/home.html"
ok '... and its correction is seen' until_true 60 grep -q '<h1>changed twice' "$home"
kill "$watcher"
ok 'it ends when asked to' until_true 10 eval '! kill -0 "$watcher" 2>/dev/null'
run --source "sqlite:$T/a.sqlite" --templates "$T/templates"
ok 'the next run publishes what was tried' eval 'is_status 0 && live 2 && verifies && grep -q "<h1>changed twice" "$output/current/index.html"'
finish
