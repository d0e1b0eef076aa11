#!/bin/sh
# The portal in Chromium: search, filters, languages, charts, map, downloads, back, keyboard, no script, a narrow
# window; and 1,000 hostile texts in every field of the source, of which none runs, asks for anything or breaks the policy.
. "${0%/*}/lib.sh"

if ! have chromium || ! have node; then
	skip 'the portal in a browser' 'there is no chromium or no node'
	finish
fi
small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 600
run --source "sqlite:$T/a.sqlite"
ok 'a run makes a release' released 1
mkdir "$T/downloads"
node tests/browser/portal.mjs "$output/current" "$T/downloads" >"$T/said" 2>"$T/said.err"
while read -r line; do
	case $line in
	'ok - '*) ok "${line#ok - }" true ;;
	'not ok - '*) ok "${line#not ok - }" grep -A1 -F "$line" "$T/said" /dev/null/none ;;
	esac
done <"$T/said"
ok 'all of them were tried' eval '[ "$(grep -c "^\(not \)*ok - " "$T/said")" = "$(grep -c "^await check(" tests/browser/portal.mjs)" ]'

demo "$T/hostile.sqlite" 1300
python3 tests/browser/hostile.py "$T/hostile.sqlite" "$T/payloads"
ok 'there are 1,000 payloads' eval '[ "$(sort -u "$T/payloads" | wc -l)" = 1000 ]'
output=$T/hostile state=$T/hostile.state
run --source "sqlite:$T/hostile.sqlite"
ok 'a source full of them makes a release' eval 'is_status 0 && verifies'
ok 'in the browser they are the texts they are: nothing runs, nothing is fetched, no report of the policy' \
	node tests/browser/hostile.mjs "$output/current" "$T/payloads" "${EVERY:-20}"
finish
