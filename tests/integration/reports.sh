#!/bin/sh
# What a release tells: quality scores and the findings of each data owner, privacy.json against
# the tables and the schemas, and the advice that stands beside findings.
. "${0%/*}/lib.sh"

small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 600
run --source "sqlite:$T/a.sqlite"
released 1 || { cat "$T/err"; exit 2; }
# ---- findings for the owners -----------------------------------------------------------

owners=$state/findings/1.owners
ok 'the files of owners are private' eval '[ -d "$owners" ] && [ -z "$(find "$owners" -type f ! -perm 600 -o -type d ! -perm 700)" ]'
ok '... and nothing of them is in the output' eval '[ -z "$(find "$output" -name "*.owners" -o -name "*.ndjson" -path "*findings*")" ]'
each_finding() {
	python3 - "$state" "$owners" "$T/a.sqlite" <<-'P'
		import collections, csv, glob, json, os, sqlite3, sys
		state, owners, source = sys.argv[1:]
		db = sqlite3.connect(source)
		codes = {str(k): (m, d) for k, m, d in db.execute(
		    'select p.project_id, m.code, d.code from project p join org_unit v on v.org_unit_id = p.owner_unit_id'
		    ' join org_unit d on d.org_unit_id = v.parent_id join org_unit m on m.org_unit_id = d.parent_id')}
		member = ('dataset', 'row', 'key', 'field', 'rule', 'effect')
		told = collections.Counter()
		rejected = 0
		for line in open(state + '/findings/1.ndjson', encoding='utf-8'):
		    f = json.loads(line)
		    project = f.get('parent') or (f['key'] if f['dataset'] == 'projects' else '')
		    m, d = codes.get(project, ('none', 'none'))
		    told[(f'{m}/{d}' if m != 'none' else m, *(str(f.get(x, '')) for x in member))] += 1
		    rejected += f['effect'] != 'warn' and m != 'none'
		seen = collections.Counter()
		for path in glob.glob(owners + '/**/*.csv', recursive=True):
		    owner = os.path.relpath(path, owners)[:-4]
		    for r in csv.DictReader(open(path, encoding='utf-8-sig')):
		        seen[(owner, *(r[x] for x in member))] += 1
		        assert r['title_th'] and r['mend_th'] and r['title_en'] and r['mend_en'], r
		assert seen == told, (list((seen - told).items())[:3], list((told - seen).items())[:3])
		assert rejected > 5 and len({k[0] for k in seen}) > 3, rejected
	P
}
ok 'each finding is its owner'"'"'s, also of rows that are not published, with what it means and how to mend it' each_finding
values() { # of rejected cells: none is in the private files
	! grep -r -q -F -f "$T/values" "$owners" "$state/findings"
}
sqlite3 "$T/a.sqlite" "select name_th from project where name_th is not null union select rationale_th from project where rationale_th <> '' limit 500" |
	awk 'length($0) > 20' >"$T/values"
ok 'no value stands in them' eval '[ -s "$T/values" ] && values'
ok 'the snapshot keeps no owners of what is not published' eval '[ "$(sqlite3 "$state/snapshots/1.sqlite" "select count(*) from _owners")" = 0 ]'

# ---- quality scores -------------------------------------------------------------------

score() {
	python3 - "$output/current" "$state/snapshots/1.sqlite" <<-'P'
		import json, sqlite3, sys
		root, db = sys.argv[1], sqlite3.connect(sys.argv[2])
		page = open(root + '/en/quality/index.html', encoding='utf-8').read()
		thai = open(root + '/quality/index.html', encoding='utf-8').read()
		below = 0
		def tenths(good, all):
		    return max(0, 1000 * good // all)
		for d in json.load(open(root + '/quality.json'))['datasets']:
		    s = {k: round(10 * v) for k, v in d['score'].items()}
		    names = [r[1] for r in db.execute(f'pragma table_info("{d["dataset"]}")')]
		    rows = d['published']
		    own = sum(n for r, n in d['rules'].items() if r != 'parent_missing')
		    filled = sum(db.execute(f'select count("{n}") from "{d["dataset"]}"').fetchone()[0] for n in names)
		    assert s['valid'] == tenths(d['read'] - own, d['read']), d['dataset']
		    assert s['clean'] == tenths(rows - sum(d['warnings'].values()) - sum(d['withheld'].values()), rows), d['dataset']
		    assert s['filled'] == tenths(filled, rows * len(names)), d['dataset']
		    assert s['total'] == (50 * s['valid'] + 30 * s['clean'] + 20 * s['filled']) // 100, d['dataset']
		    below += s['valid'] < 1000
		    assert sum(f['n'] for f in d['findings']) == sum(d['rules'].values()) + sum(d['warnings'].values()) + sum(d['withheld'].values())
		    for f in d['findings']:
		        assert f['mend']['en'].replace('"', '&#34;').split("'")[0] in page and f['mend']['th'].split('"')[0] in thai, f
		    assert f'<td class="n">{s["total"] // 10}.{s["total"] % 10}</td>' in page, d['dataset']
		assert below > 0
	P
}
ok 'quality.json has the score of each dataset and how to mend what was found, and so have the pages' score

# ---- privacy.json --------------------------------------------------------------------

# Without the projects that are not published: then all that was cut is published too.
sql "$T/a.sqlite" "attach '$state/snapshots/1.sqlite' as s;
	delete from project where project_id not in (select project_id from s.projects)"
rm -rf "$output" "$state"
run --source "sqlite:$T/a.sqlite"
released 1 || { cat "$T/err"; exit 2; }
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
broken 's/valid: 50/valid: 51/' catalog.yaml "catalog.yaml:[0-9]*:[0-9]*: the weights of 'score' must add up to 100" 'weights that are not 100: status 6'
broken 's/^owner: .*/owner: [ministry]/' datasets/projects/dataset.yaml "there is no public column 'ministry'" 'an owner that is no column: status 6'
broken 's/^owner: .*/owner: [name_th]/' datasets/projects/dataset.yaml "there is no public column 'name_th'" '... or one that is not public'
broken 's/^key: .*/&\nowner: [seq]/' datasets/project_budgets/dataset.yaml "'owner' is one or two columns" 'an owner of a dataset with two columns as its key: status 6'
finish
