#!/bin/sh
# The whole pipeline on a demo database: what a release holds, what a second run does,
# what the commands say, and that nothing planted comes out.
. "${0%/*}/lib.sh"

demo "$T/a.sqlite" 300 --truth "$T/truth"
small_schemas "$sch"
keys "$T/keys"
src=sqlite:$T/a.sqlite

# ---- options and the first run -----------------------------------------------------

odp run --source "$src" --output "$output" --state "$state" --schemas "$sch"
ok 'a run without a key is refused' fails 2 'key'
ok '... and says how to make one' hints 'odp keygen'
ok '... and makes nothing' not test -e "$output/current"

odp plan --output "$output" --state "$state" --schemas "$sch" --source "$src" --sign-key "$key"
ok 'plan before the first run: no release is live' says '^live release: none'
ok '... and every stage would run' eval '(is_status 0 && for s in extract validate analyze emit portal seal; do
	says "^$s *runs: not done yet" || exit 1; done)'

run --source "$src"
ok 'a run makes a signed release' released 1
ok '... tells it in one line' eval '[ "$(wc -l <"$T/out")" = 1 ] && says "^odp: release 1 is live: "'
ok '... and nothing on standard error' not test -s "$T/err"
cp "$T/out" "$T/said"

cur=$output/current
for f in index.html en/index.html favicon.ico catalog.ttl catalog.jsonld data.json datapackage.json \
	quality.json privacy.json manifest.json manifest.json.minisig LICENSE.txt CITATION.cff; do
	ok "the release holds $f" test -s "$cur/$f"
done
datasets=$(sed -n '/^datasets:/,$s/^  - //p' schemas/catalog.yaml)
every_dataset_has_its_csv() {
	for d in $datasets; do
		[ -s "$cur/data/$d/$d.csv" ] || { echo "data/$d/$d.csv is missing"; return 1; }
	done
}
ok 'every dataset has data/<id>/<id>.csv' every_dataset_has_its_csv
ok 'there are bundles of datasets, years and provinces' eval 'test -s "$cur/bundles/projects.zip" &&
	ls "$cur"/bundles/fiscal-year-*.zip "$cur"/bundles/province-*.zip'
bundles_are_whole() {
	for z in "$cur"/bundles/*.zip; do
		unzip -tq "$z" || return 1
	done
}
ok 'every bundle unzips' bundles_are_whole
ok 'the JSON files are JSON' eval '(for f in "$cur"/*.json "$cur"/*.jsonld "$cur"/parts/*.json; do
	python3 -m json.tool "$f" /dev/null || exit 1; done)'

# ---- signature, hashes, parts ------------------------------------------------------

if have minisign; then
	ok 'minisign agrees with the signature' minisign -Vm "$cur/manifest.json" -p "$pub"
else
	skip 'minisign agrees with the signature' 'minisign is not installed'
fi
ok 'odp verify agrees' verifies
sha_of_manifest_parts() {
	python3 - "$cur" <<-'P'
		import hashlib, json, os, sys
		root = sys.argv[1]
		def sha(p): return hashlib.sha256(open(os.path.join(root, p), 'rb').read()).hexdigest()
		seen = {'manifest.json', 'manifest.json.minisig'}
		m = json.load(open(os.path.join(root, 'manifest.json')))
		files = list(m['files'])
		for p in m['parts']:
		    seen.add(p['path'])
		    assert sha(p['path']) == p['sha256'], p['path']
		    files += json.load(open(os.path.join(root, p['path'])))['files']
		for f in files:
		    assert f['path'] not in seen, 'twice: ' + f['path']
		    seen.add(f['path'])
		    assert sha(f['path']) == f['sha256'], f['path']
		    assert os.path.getsize(os.path.join(root, f['path'])) == f['bytes'], f['path']
		have = {os.path.relpath(os.path.join(d, n), root) for d, _, ns in os.walk(root) for n in ns}
		have -= {p for p in have if p.startswith('parts/') and p.endswith('.minisig')}
		assert have == seen, have ^ seen
	P
}
ok 'every file is listed once with its hash and size' sha_of_manifest_parts

part=$(ls "$cur/parts" | sed -n 's/^\(province-[0-9]*\)\.json$/\1/p' | head -1)
odp verify "$cur" --part "$part" --public-key "$pub"
ok 'a part verifies alone' is_status 0

# ---- damage ------------------------------------------------------------------------

copy=$T/copy
fresh_copy() {
	rm -rf "$copy"
	cp -a "$output/releases/1" "$copy"
}
damaged() { # TEXT COMMAND
	fresh_copy
	eval "$2" || exit 2
	odp verify "$copy" --public-key "$pub"
	ok "verify: $1" fails 11 .
}
flip() { # FILE OFFSET: one bit of it
	python3 - "$1" "$2" <<-'P'
		import sys
		with open(sys.argv[1], 'r+b') as f:
		    data = f.read()
		    at = int(sys.argv[2]) % len(data)
		    f.seek(at)
		    f.write(bytes([data[at] ^ 1]))
	P
}
fresh_copy
odp verify "$copy" --public-key "$pub"
ok 'a copy of a release verifies' is_status 0
damaged 'a bit of a data file' 'flip "$copy/data/projects/projects.csv" 4711'
damaged 'a bit of the last byte of a bundle' 'flip "$copy/bundles/projects.zip" -1'
damaged 'a bit of the manifest' 'flip "$copy/manifest.json" 12'
damaged 'a bit of the signature' 'flip "$copy/manifest.json.minisig" 90'
damaged 'a bit of the trusted comment' 'flip "$copy/manifest.json.minisig" 190'
damaged 'a bit of a part' 'flip "$copy/parts/dataset-projects.json" 40'
damaged 'a file that nobody listed' 'echo x >"$copy/data/extra.csv"'
damaged 'a hidden file' 'echo x >"$copy/.hidden"'
damaged 'a file that is gone' 'rm "$copy/data/org_units/org_units.csv"'
damaged 'a symlink in place of a file' 'mv "$copy/index.html" "$T/page"; ln -s "$T/page" "$copy/index.html"'
damaged 'a symlink beside the files' 'ln -s /etc/passwd "$copy/data/link"'
damaged 'a file cut short' 'truncate -s -1 "$copy/data/projects/projects.csv"'
damaged 'an empty file' ': >"$copy/quality.json"'
damaged 'a manifest that is gone' 'rm "$copy/manifest.json"'
damaged 'a signature that is gone' 'rm "$copy/manifest.json.minisig"'
keys "$T/other"
odp verify "$cur" --public-key "$T/other/odp.pub"
ok 'verify: the key of somebody else' fails 11 .
rm -rf "$copy"

# ---- a second run, a third ---------------------------------------------------------

ls -li --time-style=full-iso "$output/releases/1" >"$T/ls1"
run --source "$src"
ok 'a second run changes nothing' eval 'released 1 && says "nothing changed, release 1 stays live"'
ls -li --time-style=full-iso "$output/releases/1" >"$T/ls2"
ok '... and leaves the release alone' cmp "$T/ls1" "$T/ls2"
ok '... and no half-built one' test "$(ls "$output/releases")" = 1

odp plan --output "$output" --state "$state" --schemas "$sch" --source "$src" --sign-key "$key"
ok 'plan names the live release' says '^live release: 1, 2'
ok 'plan: extract looks whether the source changed' says '^extract *reads the source'
ok 'plan: the others are skipped' eval '(for s in validate emit portal seal; do says "^$s *skipped" || exit 1; done)'
odp plan --output "$output" --state "$state" --schemas "$sch" --source "$src" --sign-key "$key" \
	--base-url https://example.org/
ok 'plan: another base URL makes the files anew, and says why' says '^emit *runs: changed: base'
odp run --dry-run --output "$output" --state "$state" --schemas "$sch" --source "$src" --sign-key "$key" --force
ok 'a dry run says what would be done' eval 'is_status 0 && says "^seal *runs: asked for"'
ok '... and does not do it' live 1

cp "$T/a.sqlite" "$T/b.sqlite"
sql "$T/b.sqlite" "update project set name_th = 'โครงการทดสอบเปลี่ยนชื่อ' where project_id = 2"
run --source "sqlite:$T/b.sqlite"
ok 'a changed row makes release 2' released 2
ok '... which shows the change' grep -q '^2,.*โครงการทดสอบเปลี่ยนชื่อ' "$cur/data/projects/projects.csv"
ok '... the old release stays and verifies' verifies "$output/releases/1"
same_parts() {
	n=0 all=0
	for p in "$output"/releases/1/parts/*.json; do
		all=$((all + 1))
		! cmp -s "$p" "$output/releases/2/parts/${p##*/}" || n=$((n + 1))
	done
	echo "$n of $all parts are as before"
	[ "$n" -ge $((all / 2)) ]
}
ok '... and most parts stay as they were' same_parts

odp status --output "$output" --state "$state"
ok 'status names the live release' says '^live release: 2 '
ok 'status lists the runs' says 'status 0 .*release 2 is live'
ok 'status lists the releases' says '^  1  20'

odp run --unsigned --output "$output" --state "$state" --schemas "$sch" --source "$src"
ok 'a preview is built' is_status 0
ok '... and never replaces a signed release' live 2
odp run --unsigned --output "$T/preview" --state "$T/preview.state" --schemas "$sch" --source "$src"
ok 'a preview alone is live' eval 'is_status 0 && test -s "$T/preview/current/index.html"'
ok '... without a signature' not test -e "$T/preview/current/manifest.json.minisig"
odp verify "$T/preview/current" --public-key "$pub"
ok '... so that it does not verify' fails 11 .
run --source "sqlite:$T/b.sqlite"
ok 'after a preview a run finds the signed release' eval 'is_status 0 && verifies'

# ---- pages alone -------------------------------------------------------------------

sums() { (cd "$cur" && find p data bundles search -type f | sort | xargs sha256sum); }
sums >"$T/before"
run --source "sqlite:$T/b.sqlite" --from portal
ok 'pages alone are made over the files of the live release' eval 'is_status 0 && verifies && [ "$(readlink -f "$cur")" != "$(readlink -f "$output/releases/2")" ]'
sums >"$T/after"
ok '... with the data, the project pages and the search as they were' eval '[ -s "$T/before" ] && cmp "$T/before" "$T/after"'
run --source "sqlite:$T/b.sqlite" --from portal --base-url https://example.org/
ok 'pages alone, over files that would be others now: refused' fails 3 'no files to make pages of'
ok '... and says what to run' hints 'odp emit'

# ---- rows: nothing lost, nothing too much ------------------------------------------

# These defects cost a row that hangs on the project, or are cleaned; others the project.
csv_ids() { python3 -c 'import csv, sys
for r in csv.DictReader(open(sys.argv[1], encoding="utf-8-sig", newline="")): print(r["project_id"])' "$1"; }
awk -F '\t' '$3 ~ /^(ok|control_char|district_elsewhere|province_unknown|progress_over_100)$/ { print $1 }' \
	"$T/truth/published.tsv" | sort >"$T/want"
csv_ids "$output/releases/1/data/projects/projects.csv" | sort >"$T/got"
ok 'projects.csv holds exactly the publishable projects without a defect' diff "$T/want" "$T/got"
cut -f 1 "$T/truth/published.tsv" | sort >"$T/publishable"
none_beside() {
	for d in $datasets; do
		head -1 "$output/releases/1/data/$d/$d.csv" | grep -q project_id || continue
		csv_ids "$output/releases/1/data/$d/$d.csv" | sort -u | comm -23 - "$T/want" >"$T/beside"
		[ ! -s "$T/beside" ] || { echo "$d holds rows of projects that are not published"; return 1; }
	done
}
ok 'no dataset holds a row of an unpublished project' none_beside
reports_are_approved() {
	python3 - "$output/releases/1/data/progress/progress.csv" <<-'P' | sort >"$T/reports"
		import csv, sys
		for r in csv.DictReader(open(sys.argv[1], encoding='utf-8-sig', newline='')):
		    print(r['project_id'], r['fiscal_year_be'], r['quarter'], sep='\t')
	P
	[ -s "$T/reports" ] && sort "$T/truth/approved_reports.tsv" | comm -13 - "$T/reports" | (! grep .)
}
ok 'every published report is an approved one' reports_are_approved
every_row_is_explained() {
	python3 - "$output/releases/1" <<-'P'
		import csv, json, sys
		csv.field_size_limit(1 << 30)
		root = sys.argv[1]
		for d in json.load(open(root + '/quality.json'))['datasets']:
		    name = d['dataset']
		    n = sum(1 for _ in csv.reader(open(f'{root}/data/{name}/{name}.csv', encoding='utf-8-sig', newline=''))) - 1
		    assert n == d['published'], (name, n, d['published'])
		    assert d['read'] - d['published'] == d['missing'] == sum(d['rules'].values()), name
	P
}
ok 'quality.json explains every missing row' every_row_is_explained
codes_stay_text() {
	python3 - "$output/releases/1" "$T/a.sqlite" <<-'P'
		import csv, sqlite3, sys
		from decimal import Decimal
		db = sqlite3.connect(sys.argv[2])
		rows = list(csv.DictReader(open(sys.argv[1] + '/data/projects/projects.csv', encoding='utf-8-sig', newline='')))
		for r in rows:
		    want = db.execute('select coalesce(sum(cast(round(amount * 100) as int)), 0) from project_budget where project_id = ?',
		                      (r['project_id'],)).fetchone()[0]
		    assert Decimal(r['budget_total']) * 100 == want, r['project_id']
		    assert len(r['ministry_code']) == 2, 'a code lost its zeros'
	P
}
ok 'sums agree with the source to the satang' codes_stay_text

# ---- privacy -----------------------------------------------------------------------

canary_list "$T/truth" "$T/canaries"
ok 'there are canaries to look for' test "$(wc -l <"$T/canaries")" -gt 300
ok '... which the source holds' eval 'LC_ALL=C grep -q -a -F -f "$T/canaries" "$T/a.sqlite"'
# --force and a log: everything a run may say
ODP_LOG=json
export ODP_LOG
run --source "$src" --force
unset ODP_LOG
ok 'a forced run with a log makes release after release' is_status 0
cp "$T/err" "$T/said.log"
sqlite3 "$state/ledger.sqlite" .dump >"$T/said.ledger"
for f in "$state"/snapshots/*.sqlite; do
	sqlite3 "$f" .dump >>"$T/said.snapshots"
done
ok 'no canary in the output, also inside archives' no_canary "$T/canaries" "$output" "$T/preview"
ok 'no canary in the state: ledger, snapshots, findings, work' no_canary "$T/canaries" "$state" "$T/preview.state"
ok 'no canary in what was said, the ledger or a dump of the snapshots' \
	no_canary "$T/canaries" "$T/said" "$T/said.log" "$T/said.ledger" "$T/said.snapshots"
ok 'the state is private' eval '[ "$(stat -c %a "$state")" = 700 ] &&
	[ -z "$(find "$state" -name "*.ndjson" -perm /077)" ] && [ "$(stat -c %a "$state/ledger.sqlite")" = 600 ]'
ok 'released files are readable by all and writable by their owner only' eval \
	'[ -z "$(find "$output/releases/" -type f ! -perm 0644 -o -type d ! -perm 0755)" ]'

# ---- help and runbook --------------------------------------------------------------

odp help
cp "$T/out" "$T/help"
ok 'help succeeds' is_status 0
names_of_options() { # those for people: not the ones between the runner and a stage
	awk '/^const struct od_option od_options_table/,/^};/' pipeline/run/options.c | tr '\n' ' ' |
		sed 's/},/}\n/g' | grep -v 'bytes *$' | grep 'OD_USE_\(RUN\|VERIFY\|STATUS\|RISK\)' |
		sed -n 's/.*{"\([a-z-]*\)", *OD_OPTION.*/\1/p'
}
every_option_is_in_help() {
	[ "$(names_of_options | wc -l)" -gt 10 ] || { echo 'the table of options was not found'; return 1; }
	for o in $(names_of_options); do
		grep -q -- "^  --$o " "$T/help" || { echo "--$o is not in odp help"; return 1; }
	done
}
ok 'every option is in odp help' every_option_is_in_help
every_command_has_help() {
	for c in $(sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$T/help"); do
		"$ODP" help "$c" | grep -q "^usage: odp $c" || return 1
		"$ODP" "$c" --help | grep -q "^usage: odp $c" || return 1
	done
}
ok 'every command has its help' every_command_has_help
every_status_is_in_runbook() {
	sed -n '/^exit statuses:/,$s/^ *\([0-9][0-9]*\) .*/\1/p' "$T/help" >"$T/statuses"
	[ "$(wc -l <"$T/statuses")" -gt 10 ] || return 1
	while read -r s; do
		grep -q "^#* $s " cron/README.md || { echo "status $s is not in cron/README.md"; return 1; }
	done <"$T/statuses"
}
if [ -e cron/README.md ]; then
	ok 'every exit status is in the runbook' every_status_is_in_runbook
else
	skip 'every exit status is in the runbook' 'cron/README.md is not written yet'
fi
odp --version
ok 'there is a version' eval 'is_status 0 && says "^odp [^ ]"'
odp
ok 'without a command: help and status 2' eval 'is_status 2 && says "^usage:"'
odp rum
ok 'an unknown command is refused' fails 2 "no command 'rum'"
odp run --sorce x
ok 'an unknown option is refused' fails 2 "unknown option '--sorce'"
ok '... and the nearest one is named' hints '\-\-source'
odp run --jobs two
ok 'a number must be one' fails 2 'whole number'

finish
