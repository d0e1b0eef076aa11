#!/bin/bash
# The stage `upload` against a scripted CKAN (tests/fakes/ckan.py), each fault in turn; with
#   ODP_TEST_CKAN=URL ODP_TEST_CKAN_ORG=NAME ODP_TEST_CKAN_TOKEN=FILE
# the same promises, without the faults, against a real one (its packages open-d-first-table and open-d-second must be
# absent or left by an earlier run, its limit 10 MiB).
set -u
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
fake=
pass=0 fail=0
secret=tok-$$-SECRET-$RANDOM$RANDOM
org=nesdc

cleanup() {
    [ -z "$fake" ] || kill "$fake" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT

check() { # TEXT STATUS
    if [ "$2" = 0 ]; then
        pass=$((pass + 1))
    else
        fail=$((fail + 1))
        echo "FAILED: $1"
        [ ! -s "$work/out" ] || sed 's/^/    /' "$work/out"
    fi
}

tiny=${ODP_BUILD:-build}/tests/fakes/ckan_tiny
[ -x "$tiny" ] || make -s "$tiny" || exit 2

# fresh [OPTION ...]: an empty fake in $dir, its address in $url
fresh() {
    [ -z "$fake" ] || { kill "$fake"; wait "$fake" 2>/dev/null; }
    dir=$(mktemp -d "$work/fake.XXXX")
    python3 tests/fakes/ckan.py "$dir" --token "$secret" --org "$org" "$@" 2>"$work/fake.err" &
    fake=$!
    for _ in {1..200}; do [ -e "$dir/port" ] && break; sleep 0.02; done
    url=http://127.0.0.1:$(cat "$dir/port")
    rm -rf "$work/r/state/upload.json"
}
make_release() { "$tiny" "$work/r" make "$1" >"$work/out" 2>&1 || { cat "$work/out"; exit 2; }; }
send() { "$tiny" "$work/r" send "$url" "$org" "$token" --no-sleep "$@" >"$work/out" 2>&1; }
forget() { rm -f "$work/r/state/upload.json"; }
holds() { python3 tests/fakes/ckan_check.py "$url" "$token" "$work/r/output/current" open-d "$@"; }
same() { holds first_table second >"$work/out" 2>&1; }
writes() { grep -cs ' write ' "$dir/log" || true; }
action() { # NAME JSON
    curl -sS -H "Authorization: $(cat "$token")" -H 'Content-Type: application/json' -d "$2" "$url/api/3/action/$1"
}

token=$work/token
if [ "${ODP_TEST_CKAN:-}" ]; then
    url=$ODP_TEST_CKAN org=$ODP_TEST_CKAN_ORG token=$ODP_TEST_CKAN_TOKEN
    action package_delete '{"id":"open-d-first-table"}' >/dev/null
    action package_delete '{"id":"open-d-second"}' >/dev/null
    action package_delete '{"id":"open-d-third"}' >/dev/null
    action dataset_purge '{"id":"open-d-third"}' >/dev/null
    action dataset_purge '{"id":"open-d-first-table"}' >/dev/null
    action dataset_purge '{"id":"open-d-second"}' >/dev/null
    # shellcheck disable=SC2120
    fresh() { forget; }
else
    (umask 077 && echo "$secret" >"$token")
    fresh
fi
dates_now() { python3 tests/fakes/ckan_check.py "$url" "$token" x open-d --dates first_table second; }
# A real server moves them for a while by itself: a job loads each file into its datastore.
dates() {
    local last now
    now=$(dates_now)
    while [ "${ODP_TEST_CKAN:-}" ] && [ "${last:-}" != "$now" ]; do last=$now; sleep 3; now=$(dates_now); done
    echo "$now"
}

# Promises that hold on every CKAN.

make_release v1
send --dry-run
[ $? = 0 ] && grep -q '^create package open-d-second$' "$work/out" &&
    grep -q '^create resource data/second/second.csv in open-d-second' "$work/out"
check "a dry run prints the plan" $?
python3 - "$url" <<'PY'
import sys, urllib.request, urllib.error
try:
    urllib.request.urlopen(sys.argv[1] + '/api/3/action/package_show?id=open-d-second')
    sys.exit(1)
except urllib.error.HTTPError as e:
    sys.exit(e.code != 404)
PY
check "a dry run writes nothing" $?
send
check "the first upload succeeds" $?
same
check "the first upload leaves every file, byte for byte" $?
before=$(dates)
send && [ "$before" = "$(dates)" ]
check "the second upload writes nothing" $?
forget
send && [ "$before" = "$(dates)" ]
check "nor does it when the journal is lost" $?
make_release v2
send && same
check "changed bytes replace the files" $?
foreign=$(action resource_create "{\"package_id\":\"open-d-second\",\"name\":\"by hand\",\"url\":\"https://x.example/a\"}" |
    python3 -c 'import json,sys; print(json.load(sys.stdin)["result"]["id"])')
make_release v2-fewer
send && same
check "a file that is no longer made is deleted" $?
action resource_show "{\"id\":\"$foreign\"}" | grep -q '"by hand"'
check "a resource that others added survives" $?
make_release v2
send && same
check "a deleted file comes back under its id" $?
dates >/dev/null
send --dry-run && [ "$(cat "$work/out")" = 'CKAN is up to date' ]
check "a plan of an unchanged release is empty" $?
action package_patch '{"id":"open-d-second","title":"edited by hand"}' | grep -q '"success": *true' && send --dry-run &&
    [ "$(cat "$work/out")" = $'patch package open-d-second (title)\n2 packages, 1 changes planned' ]
check "a plan names what a person changed by hand, and nothing else" $?
send &&
    action package_show '{"id":"open-d-second"}' | grep -q 'Table second'
check "metadata changed by hand are set right" $?
before=$(dates)
(umask 077 && echo wrong-token >"$work/wrong")
"$tiny" "$work/r" send "$url" "$org" "$work/wrong" --no-sleep >"$work/out" 2>&1
[ $? = 13 ] && [ "$before" = "$(dates)" ]
check "a wrong token is told apart, before any write" $?
"$tiny" "$work/r" send "$url" no-such-org "$token" --no-sleep >"$work/out" 2>&1
[ $? = 3 ]
check "an unknown organization is a fault of the configuration" $?
make_release v3
python3 - "$work/r" <<'PY'
import hashlib, json, sys
root = sys.argv[1]
path = root + '/state/snapshots/1.artefacts.json'
doc = json.load(open(path))
data = b'x,y\r\n' * 2200000
open(root + '/output/current/data/second/second.csv', 'wb').write(data)
def walk(v):
    for one in v if isinstance(v, list) else v.values() if isinstance(v, dict) else ():
        if isinstance(one, dict) and one.get('path') == 'data/second/second.csv':
            one['bytes'], one['sha256'] = len(data), hashlib.sha256(data).hexdigest()
        walk(one)
walk(doc)
json.dump(doc, open(path, 'w'))
PY
send
[ $? = 9 ] && grep -q 'too large' "$work/out" && grep -q max_resource_size "$work/out" &&
    holds first_table >"$work/out" 2>&1 &&
    [ "$(holds second)" = "$(printf 'open-d-second: data/second/second.csv: %s\n' 'the bytes differ' 'sha256 or size is wrong')" ]
check "a file above the limit is told; all others are sent" $?
make_release v4
send && same
check "and the next release goes through" $?
make_release v5 && printf 'tampered' >>"$work/r/output/current/data/second/second.csv"
send
[ $? = 11 ]
check "a file that is not the sealed one is not sent" $?
make_release v4
export CKAN_TINY_DATASETS=3
make_release v4 && send && holds first_table second third >"$work/out" 2>&1
check "a dataset more is a package more" $?
foreign=$(action resource_create '{"package_id":"open-d-third","name":"by hand","url":"https://x.example/b"}' |
    python3 -c 'import json,sys; print(json.load(sys.stdin)["result"]["id"])')
export CKAN_TINY_DATASETS=2
make_release v4 && { send; [ $? = 9 ]; } && grep -q "'open-d-third' is of a dataset that is published no more" "$work/out" &&
    action package_show '{"id":"open-d-third"}' | grep -q '"by hand"'
check "the package of a dataset that is published no more stays, and is told, while others have a resource in it" $?
action resource_delete "{\"id\":\"$foreign\"}" >/dev/null
export CKAN_TINY_DATASETS=1
make_release v4 && { send; [ $? = 9 ]; } && grep -q 'has 1 packages and would delete 2' "$work/out" &&
    action package_show '{"id":"open-d-third"}' | grep -q '"state": *"active"'
check "a release that would delete more packages than it has deletes none" $?
export CKAN_TINY_DATASETS=2
make_release v4 && send --dry-run && [ "$(head -1 "$work/out")" = 'delete package open-d-third' ]
check "a plan tells the package that will be deleted" $?
shown() { curl -sS -o /dev/null -w '%{http_code}' "$url/api/3/action/package_show?id=$1"; }
[ "$(shown open-d-third)" = 200 ] && send && [ "$(shown open-d-third)" != 200 ] && same
check "the package of a dataset that is published no more is deleted" $?
send && [ "$(cat "$work/out")" = 'CKAN is up to date' ]
check "and is forgotten" $?
unset CKAN_TINY_DATASETS
chmod 0640 "$token" && { send; [ $? = 13 ]; }
check "a token that others may read is refused" $?
chmod 0600 "$token"

if [ "${ODP_TEST_CKAN:-}" ]; then
    send && action package_delete '{"id":"open-d-second"}' >/dev/null && { send; [ $? = 9 ]; } &&
        grep -q 'was deleted on the server' "$work/out"
    check "a package that a person deleted is not brought back" $?
    echo "$pass passed, $fail failed"
    exit $((fail > 0))
fi

# Faults. ACTION NTH FAULT [ARG] | how the first run ends: 0, or another status, or any (*)
fresh
make_release v1
send
made=$(writes)
while read -r line; do
    rule=${line%|*} want=${line#*| }
    for start in empty full; do
        fresh
        if [ $start = full ]; then
            make_release v1
            send || exit 2
            case $rule in package_create* | resource_create* | package_revise*) continue ;; esac
        fi
        make_release v2
        before=$(writes)
        echo "$rule" | tr ';' '\n' >"$dir/faults"
        timeout 20 "$tiny" "$work/r" send "$url" "$org" "$token" --no-sleep >"$work/out" 2>&1
        got=$?
        case $rule in resource_patch*) [ $start = full ] || continue ;; esac
        [ "$want" = '*' ] || [ "$want" = $got ]
        check "$rule, server $start: the run ends with $want (got $got)" $?
        grep -q "$secret" "$work/out"
        check "$rule: the token is in no message" $((! $?))
        rm "$dir/faults"
        send && same
        check "$rule, server $start: the next run converges" $?
        before=$(writes)
        send && forget && send && [ "$(writes)" = "$before" ]
        check "$rule, server $start: and then nothing is written" $?
    done
done <<'FAULTS'
* * slow 0.01| 0
read 3 429 1| 0
read 3 503 1| 0
read 4 500| 0
read 6 502| 0
read 6 504| 0
read 6 cut| 0
read 6 half| 0
read 6 html200| 0
read 6 false200| 0
read 6 badjson| 0
read 2 html502| 0
read 2 huge| 9
read 7 403| 9
read 1 redirect http://127.0.0.1:1/| 9
read * cut| 9
read * 503| 9
read 2 503 9999| 9
write * 503| 9
write * cut-body| 9
write 1 409| 9
package_create 1 500| 0
package_create 1 500-after| 0
package_create 1 503-after 1| 0
package_create 1 cut| 0
package_create 1 cut-after| 0
package_create 1 cut-body| 0
package_create 1 html200-after| 0
package_create 1 badjson-after| 0
package_create 1 half-after| 0
package_create 1 409-after| 0
package_create 1 429 1| 0
package_create 1 403| 9
package_create 1 409| 9
package_create 1 redirect http://127.0.0.1:1/| 9
resource_create 1 500| 0
resource_create 1 500-after| 0
resource_create 2 503-after 1| 0
resource_create 1 cut| 0
resource_create 2 cut-after| 0
resource_create 1 cut-body| 0
resource_create 2 half-after| 0
resource_create 1 html200-after| 0
resource_create 1 html413| 9
resource_create 1 html502-after| 0
resource_create 1 false200| 0
resource_create 1 403| 9
resource_create 1 409| 9
resource_create 1 404| 9
resource_create * cut-after| 0
resource_patch 1 500| 0
resource_patch 1 500-after| 0
resource_patch 2 503-after 1| 0
resource_patch 1 torn| 0
resource_patch 1 cut| 0
resource_patch 2 cut-after| 0
resource_patch 1 cut-body| 0
resource_patch 1 half-after| 0
resource_patch 1 badjson-after| 0
resource_patch 1 false200-after| 0
resource_patch 1 html413| 9
resource_patch 1 html504-after| 0
resource_patch 1 429 1| 0
resource_patch 1 slow 3| 0
resource_patch 1 redirect http://127.0.0.1:1/| 9
resource_patch 1 cut-after;download 1 cut| 0
resource_patch 1 cut-after;download 1 404| 0
resource_patch 1 cut-after;read 7 503| 0
FAULTS

# Faults of the last step: metadata.
while read -r line; do
    rule=${line%|*} want=${line#*| }
    fresh
    make_release v1
    send
    action package_patch '{"id":"open-d-second","title":"x"}' >/dev/null
    action package_patch '{"id":"open-d-first-table","extras":[{"key":"theirs","value":"1"}]}' >/dev/null
    echo "$rule" >"$dir/faults"
    send
    got=$?
    [ "$want" = $got ]
    check "$rule: the run ends with $want (got $got)" $?
    rm "$dir/faults"
    send && same && ! grep -q '"title": "x"' "$dir/state.json" && grep -q theirs "$dir/state.json"
    check "$rule: the next run converges, extras of others stay" $?
    before=$(writes)
    send && [ "$(writes)" = "$before" ]
    check "$rule: and then nothing is written" $?
done <<'FAULTS'
package_revise 1 stale| 0
package_revise 1 500| 0
package_revise 1 500-after| 0
package_revise 1 cut-after| 0
package_revise 1 half-after| 0
package_revise 2 html503 1| 0
package_revise 1 409| 9
package_revise * stale| 9
FAULTS

# Faults of the tables, on a server that loads them: made, lost, of other types, with other words.
table_holds() {
    python3 - "$dir/state.json" <<'PY'
import json, sys
packages = json.load(open(sys.argv[1]))[0].values()
tables = [r for p in packages for r in p['resources'] if r.get('release_path', '').endswith('.csv')]
assert len(tables) == 2
for r in tables:
    assert [c['type'] for c in r['columns']] == ['numeric', 'text', 'text', 'text'], r['columns']
    assert r['columns'][3]['info']['label'] == 'คำ' and r['total'] == 2000, r
PY
}
spoil() { # HOW: by hand, in what the server holds
    local id
    id=$(python3 -c 'import json, sys; print(next(r["id"] for p in json.load(open(sys.argv[1]))[0].values()
        for r in p["resources"] if r.get("release_path") == "data/second/second.csv"))' "$dir/state.json")
    case $1 in
    nothing) return ;;
    lost) action datastore_delete "{\"resource_id\":\"$id\"}" ;;
    text) action datastore_delete "{\"resource_id\":\"$id\"}" && action xloader_submit "{\"resource_id\":\"$id\",\"ignore_hash\":true}" ;;
    words) action datastore_create "{\"resource_id\":\"$id\",\"force\":true,\"fields\":[{\"id\":\"number\",\"type\":\"numeric\"},
        {\"id\":\"table_name\",\"type\":\"text\"},{\"id\":\"variant\",\"type\":\"text\"},{\"id\":\"word\",\"type\":\"text\"}]}" ;;
    esac >/dev/null
}
make_release v1
while read -r state rule; do
    fresh --tables
    [ "$state" = nothing ] || { send && spoil "$state"; }
    echo "${rule%|*}" >"$dir/faults"
    send
    got=$?
    [ $got = "${rule#*| }" ]
    check "table $state, $rule (got $got)" $?
    rm "$dir/faults"
    send && same && table_holds >>"$work/out" 2>&1
    check "table $state, $rule: the next run converges" $?
    before=$(writes)
    forget
    send && [ "$(writes)" = "$before" ]
    check "table $state, $rule: and then nothing is written" $?
done <<'FAULTS'
nothing none 1 500| 0
nothing datastore_search 1 500| 0
nothing datastore_create 1 500| 0
nothing datastore_create 1 500-after| 0
nothing datastore_create 2 cut-after| 0
nothing datastore_create * 503| 9
nothing datastore_create 1 403| 9
nothing datastore_create 1 409| 9
lost none 1 500| 0
lost xloader_submit 1 cut| 0
lost xloader_submit 1 409| 9
lost xloader_status 1 404| 0
text none 1 500| 0
text datastore_delete 1 500| 0
text datastore_delete 1 500-after| 0
text datastore_create 1 cut-after| 0
text datastore_create 1 403| 9
words none 1 500| 0
words datastore_create 1 half-after| 0
FAULTS

# A load that is on its way is left alone; one that has been silent for long is asked for again.
fresh --tables
send && spoil lost
loading() { # SECONDS: since the loader said something
    printf '{"status":"running","last_updated":"%s"}' "$(date -u -d "-$1 seconds" +%FT%T.%6N)" >"$dir/task"
}
loading 600
send && ! table_holds 2>/dev/null && send && grep -q 'tables that it still fills: 1' "$work/out"
check "a table that the server still fills is waited for, and told" $?
loading 3700
send && table_holds >>"$work/out" 2>&1
check "a load that has been silent for an hour is asked for again" $?

# Killed at each request in turn.
fresh
make_release v1
send
total=$(wc -l <"$dir/log")
for n in $(seq 6 "$total"); do
    fresh
    make_release v1
    echo "* $n slow 0.5" >"$dir/faults"
    { timeout -s KILL 0.3 "$tiny" "$work/r" send "$url" "$org" "$token" --no-sleep >"$work/out" 2>&1; } 2>/dev/null
    rm -f "$dir/faults"
    sleep 0.6 # the server still finishes the request of the dead client
    send && same
    check "killed at request $n of $total: the next run converges" $?
    before=$(writes)
    send && [ "$(writes)" = "$before" ]
    check "killed at request $n: and then nothing is written" $?
done

# Two clients at once.
fresh
make_release v1
"$tiny" "$work/r" send "$url" "$org" "$token" >"$work/out1" 2>&1 &
other=$!
"$tiny" "$work/r" send "$url" "$org" "$token" >"$work/out" 2>&1
wait $other
send && same
check "two clients at once: the next run converges" $?

# The token goes to one host, in one header.
fresh
main=$dir main_pid=$fake fake=
fresh
other=$url other_dir=$dir
url=http://127.0.0.1:$(cat "$main/port")
make_release v1
for rule in "read 1 redirect $other/api/3/action/status_show" "package_create 1 redirect $other/" \
    "resource_create 1 redirect $other/"; do
    echo "$rule" >"$main/faults"
    send
    [ $? = 9 ] && [ ! -e "$other_dir/log" ]
    check "${rule%% http*}: not followed" $?
done
rm "$main/faults"
send
grep -l "$secret" "$main"/received/*.body
check "the token is in no body" $((! $?))
awk -v t="$secret" 'index($0, t) && $0 != "Authorization: " t' "$main"/received/*.head | grep -q .
check "the token is in the Authorization header alone" $((! $?))
grep -il '^expect:\|^transfer-encoding:' "$main"/received/*.head
check "no chunked body, no Expect" $((! $?))
kill "$main_pid"

# A form as the government catalogue has it.
cat >"$work/form.json" <<'FORM'
{"dataset_type": "dataset", "dataset_fields": [
 {"field_name": "title", "required": true}, {"field_name": "name", "required": true},
 {"field_name": "owner_org", "required": true}, {"field_name": "notes", "required": true},
 {"field_name": "maintainer", "required": true}, {"field_name": "maintainer_email", "required": true},
 {"field_name": "tag_string", "required": true}, {"field_name": "license_id", "required": true}]}
FORM
fresh --form "$work/form.json"
send && same && grep -q 'ที่ดิน' "$dir/state.json"
check "a form with tag_string: tags with Thai marks are sent" $?
before=$(writes)
forget
send && [ "$(writes)" = "$before" ]
check "and then nothing is written" $?
sed -i 's/{"field_name": "title"/{"field_name": "data_type", "required": true}, &/' "$work/form.json"
fresh --form "$work/form.json"
send
[ $? = 6 ] && grep -q data_type "$work/out" && [ "$(writes)" = 0 ]
check "a field that the form demands and nobody declared is told before any write" $?

echo "$pass passed, $fail failed ($made writes in a first upload)"
exit $((fail > 0))
