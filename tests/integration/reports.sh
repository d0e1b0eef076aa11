#!/bin/sh
# What a release tells of itself: privacy.json against the tables and the schemas, and the advice
# that stands beside findings.
. "${0%/*}/lib.sh"

small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 600
run --source "sqlite:$T/a.sqlite"
released 1 || { cat "$T/err"; exit 2; }
# Without the projects that are not published: then all that was cut is published too.
sql "$T/a.sqlite" "attach '$state/snapshots/1.sqlite' as s;
	delete from project where project_id not in (select project_id from s.projects)"
rm -rf "$output" "$state"
run --source "sqlite:$T/a.sqlite"
released 1 || { cat "$T/err"; exit 2; }

# ---- privacy.json --------------------------------------------------------------------

privacy() {
	python3 - "$output/current" "$state/snapshots/1.sqlite" "$sch" <<-'P'
		import csv, glob, json, re, sqlite3, sys
		root, snapshot, sch = sys.argv[1:]
		csv.field_size_limit(1 << 30)
		p = json.load(open(root + '/privacy.json'))
		kinds = {k['kind']: k for k in p['kinds']}
		total = {k: [0, 0] for k in kinds}
		checked = 0
		db = sqlite3.connect(snapshot)
		for d in p['datasets']:
		    yaml = open(f'{sch}/datasets/{d["dataset"]}/dataset.yaml', encoding='utf-8').read()
		    assert yaml.count('anonymize:') == len(d['policies']), d['dataset']
		    assert yaml.count('suppress_below: 11') == len(d['suppress_below']), d['dataset']
		    for field, by in d['redacted'].items():
		        assert field in d['policies']
		        for k, n in by.items():
		            total[k][0] += n['places']
		            total[k][1] += n['cells']
		    read, published = db.execute('select read, published from _counts where dataset = ?', (d['dataset'],)).fetchone()
		    files = glob.glob(f'{root}/data/{d["dataset"]}/{d["dataset"]}.csv')
		    rows = list(csv.DictReader(open(files[0], encoding='utf-8-sig')))
		    for field in d['policies']:
		        for k in kinds:
		            marker = kinds[k]['marker']
		            cells = [r[field] for r in rows if marker in r[field]]
		            n = d['redacted'].get(field, {}).get(k, {'places': 0, 'cells': 0})
		            # what was cut in rows that are not published is counted too
		            if read == published and d['policies'][field] == 'redact' and n['places']:
		                assert len(cells) == n['cells'] and sum(c.count(marker) for c in cells) == n['places'], (d['dataset'], field, k)
		                checked += 1
		for k in kinds:
		    assert [kinds[k]['places'], kinds[k]['cells']] == total[k], k
		small = next(d for d in p['datasets'] if d['dataset'] == 'projects')['suppressed']['beneficiary_count']
		assert small['small'] > 0 and set(small) == {'small', 'complementary'}
		assert all(d['persons'] is None for d in p['datasets']) and p['accepted'] is None
		assert checked > 3, checked
	P
}
ok 'privacy.json agrees with the schemas and the published tables, cut by cut' privacy
ok '... and with the page, in both languages' python3 -c '
import json, re, sys
p = json.load(open(sys.argv[1] + "/privacy.json"))
for lang, path in (("th", "/about/privacy/index.html"), ("en", "/en/about/privacy/index.html")):
    page = open(sys.argv[1] + path, encoding="utf-8").read()
    for k in p["kinds"]:
        assert re.search(re.escape(k["title"][lang]) + "</th><td[^>]*>[^<]*</td><td class=\"n\">%d</td><td class=\"n\">%d</td>" % (k["places"], k["cells"]), page), k' "$output/current"
ok 'it lists every rule of doubt with its title' python3 -c '
import json, sys
p = json.load(open(sys.argv[1]))
assert len(p["doubts"]) == 9 and all(d["title"]["th"] and d["title"]["en"] and d["texts"] == 0 for d in p["doubts"])' \
	"$output/current/privacy.json"

# ---- advice --------------------------------------------------------------------------

broken() { # SED-PROGRAM FILE TEXT BEHAVIOUR
	small_schemas "$sch"
	sed -i "$1" "$sch/$2"
	run --source "sqlite:$T/a.sqlite"
	ok "$4" fails 6 "$3"
	small_schemas "$sch"
}
broken 's/^codelist:/codelists:/' advice.yaml "the rule 'codelist' is missing" 'a rule without advice: status 6'
broken '$a\codelists: {title: {th: ก, en: a}, mend: {th: ก, en: a}}' advice.yaml "no rule 'codelists'" 'advice on no rule: status 6'
ok '... and the nearest name' hints 'codelist'
broken '/^required:/,/^type:/{/    en: Fill/d}' advice.yaml "advice.yaml:[0-9]*:[0-9]*: .*'en'" 'advice in one language: status 6'
broken '/^    mend:/{N;N;/Correct the start or the end/d}' datasets/projects/dataset.yaml "dataset.yaml:[0-9]*:[0-9]*: .*'mend'" 'a rule of a dataset that does not say how to mend it: status 6'
finish
