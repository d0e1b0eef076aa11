#!/bin/sh
# The gates against the last release: ordinary nights pass, what went wrong at the source
# holds the release, and an operator may publish what was held.  NIGHTS=N, 12 if not given; 60 take minutes.
. "${0%/*}/lib.sh"
: "${NIGHTS:=12}"

small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 2000
edit() { python3 tests/integration/nights.py "$@"; }
run --source "sqlite:$T/a.sqlite"
released 1 || { cat "$T/err"; exit 2; }

# ---- twelve things that must not go out ----------------------------------------------

edit anomalies >"$T/anomalies"
ok 'there are twelve anomalies' test "$(wc -l <"$T/anomalies")" = 12
while read -r what; do
	cp "$T/a.sqlite" "$T/b.sqlite"
	edit "$T/b.sqlite" anomaly "$what"
	run --source "sqlite:$T/b.sqlite"
	ok "$what: held" fails 4 'the release is held: '
	grep '^odp: ' "$T/err" | sed 's/^/# /' | cut -c 1-160
done <"$T/anomalies"
ok 'the live release is the first one, whole' live 1

# ---- what was held may be published --------------------------------------------------

cp "$T/a.sqlite" "$T/b.sqlite"
edit "$T/b.sqlite" anomaly 'a ministry vanishes'
run --source "sqlite:$T/b.sqlite"
ok 'a release is held' is_status 4
ok 'the hint names the way' hints 'odp release --accept'
release() {
	odp release --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" "$@"
}
release
ok 'without a reason: status 2' fails 2 'reason'
release --accept "$(printf 'x%.0s' $(seq 501))"
ok 'a reason that is too long: status 2' fails 2 'reason'
release --accept 'ตรวจแล้วกับ นายสมชาย ใจดี โทร 081-234-5678'
ok 'a reason with personal data: status 2, not repeated' eval 'fails 2 "personal data" && ! grep -q "081-234" "$T/err"'
ok '... and nothing was published' live 1
release --accept 'ย้ายกระทรวงตาม พ.ร.ฎ. ตรวจกับ สศช. แล้ว "ครบ"'
held=$(basename "$(readlink "$output/current")")
ok 'with a reason it goes live' eval 'is_status 0 && [ "$held" != 1 ] && live "$held"'
manifest() { python3 -c 'import json, sys
a = json.load(open(sys.argv[1]))["accepted"]; print(a["reason"]); print(a["gates"])' "$output/current/manifest.json"; }
manifest >"$T/accepted"
ok '... its manifest has the reason and the gates' eval \
	'head -1 "$T/accepted" | grep -qxF "ย้ายกระทรวงตาม พ.ร.ฎ. ตรวจกับ สศช. แล้ว \"ครบ\"" && tail -1 "$T/accepted" | grep -q "ministry_code\|rows"'
ok '... and so have privacy.json and the page on privacy' eval 'grep -q "\"accepted\":{\"reason\":\"ย้ายกระทรวงตาม" "$output/current/privacy.json" &&
	grep -q "<dd>ย้ายกระทรวงตาม" "$output/current/about/privacy/index.html"'
ok '... nobody had to read the source' not grep -q 'reads' "$T/out"
release --accept 'อีกครั้ง'
ok 'there is nothing left to accept: status 3' fails 3 'no release is held'
run --source "sqlite:$T/b.sqlite"
ok 'the next run with the same rows stays' eval 'is_status 0 && live "$held"'
run --source "sqlite:$T/b.sqlite" --force
ok 'the same rows again pass the gate that was opened' eval 'is_status 0 && verifies'
run --source "sqlite:$T/a.sqlite"
ok 'rows that come back are a change as large: held' fails 4 'held'

# ---- ordinary nights -----------------------------------------------------------------

rm -rf "$output" "$state"
run --source "sqlite:$T/a.sqlite"
released 1 || exit 2
n=0 bad=0
while [ "$n" -lt "$NIGHTS" ]; do
	n=$((n + 1))
	edit "$T/a.sqlite" night "$n"
	run --source "sqlite:$T/a.sqlite"
	[ "$status" = 0 ] || { bad=$((bad + 1)); echo "# night $n: $(cat "$T/err")"; }
	says 'is live' >/dev/null || { bad=$((bad + 1)); echo "# night $n: nothing changed"; }
done
ok "$NIGHTS ordinary nights pass" test "$bad" = 0
ok '... and the last is whole' verifies
finish
