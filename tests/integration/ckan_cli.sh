#!/bin/bash
# `odp run` and `odp upload` from a demo database to a scripted CKAN, with the binaries of build/.
# ODP_TEST_PROJECTS: size of the database (1000).
set -u
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
fake=
pass=0 fail=0
secret=tok-$$-SECRET-$RANDOM$RANDOM
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
        sed 's/^/    /' "$work/out"
    fi
}
export ODP_OUTPUT=$work/output ODP_STATE=$work/state ODP_SIGN_KEY=$work/keys/odp.key ODP_SOURCE=sqlite:$work/demo.sqlite
export ODP_SCHEMAS=schemas ODP_TEMPLATES=site-templates
{
    build/opdb --projects "${ODP_TEST_PROJECTS:-1000}" --sqlite "$work/demo.sqlite" --truth "$work/truth" &&
        build/odp keygen "$work/keys" && build/odp run
} >"$work/out" 2>&1
check "a release to upload is made" $?
[ $fail = 0 ] || { echo "$pass passed, $fail failed"; exit 1; }

mkdir "$work/fake"
python3 tests/fakes/ckan.py "$work/fake" --token "$secret" --max-bytes 100000000 2>"$work/fake.err" &
fake=$!
for _ in {1..200}; do [ -e "$work/fake/port" ] && break; sleep 0.02; done
(umask 077 && echo "$secret" >"$work/token")
unset ODP_SOURCE ODP_SIGN_KEY
port=$(cat "$work/fake/port")
export ODP_CKAN=http://127.0.0.1:$port ODP_CKAN_ORG=nesdc ODP_CKAN_TOKEN=$work/token
writes() { grep -cs ' write ' "$work/fake/log" || true; }
mapfile -t ids < <(cd "$work/output/current/data" && ls)

build/odp upload --dry-run >"$work/out" 2>&1
[ $? = 0 ] && [ "$(writes)" = 0 ] && [ "$(grep -c '^create package' "$work/out")" = ${#ids[@]} ]
check "a dry run needs neither source nor key, plans every dataset and writes nothing" $?
grep ' open-d' "$work/out" >"$work/planned"
build/odp upload --plan >"$work/out" 2>&1 && [ "$(writes)" = 0 ] && grep ' open-d' "$work/out" | cmp - "$work/planned"
check "so does a plan, in the same words" $?
build/odp upload >"$work/out" 2>&1
check "upload succeeds" $?
first=$(writes)
build/odp upload >"$work/out" 2>&1 && [ "$(writes)" = "$first" ]
check "a second upload writes nothing" $?
build/odp upload --plan >"$work/out" 2>&1 && ! grep -Eq '^(create|patch|replace|delete|load|describe) ' "$work/out" && grep -q 'CKAN is up to date' "$work/out"
check "and a plan says that nothing is to be done" $?
rm "$work/state/upload.json"
build/odp upload >"$work/out" 2>&1 && [ "$(writes)" = "$first" ]
check "nor does one that has lost its journal" $?

python3 - "$work" <<'PY' >"$work/out" 2>&1
import hashlib, json, os, re, sys
work = sys.argv[1]
packages, _ = json.load(open(work + '/fake/state.json'))
faults = []
for p in packages.values():
    if not re.fullmatch('open-d-[a-z0-9-]{1,63}', p['name']):
        faults.append(p['name'])
    if len({r['id'] for r in p['resources']}) != len(p['resources']) or len(p['resources']) > 20:
        faults.append(p['name'] + ': resources')
    for r in p['resources']:
        data = open(f'{work}/fake/files/{r["id"]}', 'rb').read()
        if data != open(f'{work}/output/current/{r["release_path"]}', 'rb').read():
            faults.append(r['release_path'] + ': bytes')
        if hashlib.sha256(data).hexdigest() != r['sha256']:
            faults.append(r['release_path'] + ': sha256')
        if not r['format'].isupper() or not re.fullmatch(r'[\w.-]+', r['url'].rsplit('/', 1)[1]):
            faults.append(r['release_path'] + ': format or name')
names = {p['name'] for p in packages.values()}
for d in os.listdir(work + '/output/current/data'):
    if 'open-d-' + d.replace('_', '-') not in names:
        faults.append(d + ': no package')
print('\n'.join(faults))
sys.exit(1 if faults else 0)
PY
check "every dataset is a package, every file equal byte for byte" $?

# What has left the house: received bodies hold no planted personal data (column 3: as typed) and no token.
python3 - "$work" <<'PY' >"$work/out" 2>&1
import glob, sys
work = sys.argv[1]
bodies = b''.join(open(f, 'rb').read() for f in sorted(glob.glob(work + '/fake/received/*.body')))
canaries = [c for line in open(work + '/truth/canary.tsv', encoding='utf-8').read().splitlines()
            for c in line.split('\t')[1:3] if len(c) > 5 and line.split('\t')[0] in ('citizen_id', 'mobile', 'email')]
hits = [c for c in set(canaries) if c.encode() in bodies]
print(len(canaries), 'planted values,', len(hits), 'found in', len(bodies), 'bytes')
sys.exit(0 if canaries and not hits else 1)
PY
check "no planted personal data was sent" $?
! grep -rlF "$secret" "$work/state" "$work/output" "$work"/fake/received/*.body
check "the token is in no file of ours and in no body" $?

# A retraction reaches the CKAN too: no file that stands there has the project any more, inside archives either.
on_ckan() { # CODE: how many files hold it
    rm -rf "$work/stands" && cp -r "$work/fake/files" "$work/stands"
    for f in "$work"/stands/*; do unzip -q -o "$f" -d "$f.d" 2>"$work/unzip"; done
    { grep -rlaF "$1" "$work/stands"; grep -aF "$1" "$work/fake/state.json"; } | wc -l
}
read -r project code < <(python3 -c 'import csv, sys
row = next(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
print(row["project_id"], row["project_code"])' "$work/output/current/data/projects/projects.csv")
before=$(on_ckan "$code")
build/odp retract --project "$project" --source "sqlite:$work/demo.sqlite" --sign-key "$work/keys/odp.key" >"$work/out" 2>&1
status=$?
[ $status = 0 ] && [ "$before" -gt 2 ] && [ "$(on_ckan "$code")" = 0 ]
check "a retracted project is in no file of the CKAN (before: in $before)" $?
build/odp upload --plan >"$work/out" 2>&1 && grep -q 'CKAN is up to date' "$work/out"
check "and the CKAN has the release without it" $?

echo "$pass passed, $fail failed (${#ids[@]} datasets, $first writes)"
exit $((fail > 0))
