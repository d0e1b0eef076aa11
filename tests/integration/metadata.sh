#!/bin/sh
# What programs and catalogues read beside the tables: packages, CSVW, exports (OC4IDS).
# Where the standards' checker lies beside the checkout (../shared) and is installed, it judges too.
. "${0%/*}/lib.sh"

base=https://opendata.example.go.th/open-d/
demo "$T/a.sqlite" 300
small_schemas "$sch"
keys "$T/keys"
run --source "sqlite:$T/a.sqlite" --base-url "$base"
ok 'a run makes a release' released 1
cur=$output/current
first=$(readlink -f "$cur")

# py NAME: runs the Python on standard input with the release as its folder; it fails by assert.
py() {
	( cd "$cur" && BASE=$base python3 - )
}

# ---- packages ----------------------------------------------------------------------

csvw_tells_the_header() {
	py <<-'P'
		import csv, glob, json
		def header(path): return next(csv.reader(open(path, encoding='utf-8', newline='')))
		alone = glob.glob('data/*/csv-metadata.json')
		assert len(alone) == len(glob.glob('data/*')), len(alone)
		for f in alone:
		    m = json.load(open(f))
		    got = header(f.rsplit('/', 1)[0] + '/' + m['url'])
		    assert got == [c['titles'] for c in m['tableSchema']['columns']], f
		    assert set(m['tableSchema']['primaryKey']) <= set(got), f
		    assert all({t['@language'] for t in c['dc:title']} == {'th', 'en'} for c in m['tableSchema']['columns']), f
		    assert 'foreignKeys' not in m['tableSchema'], f
		whole = {t['url']: t for t in json.load(open('csv-metadata.json'))['tables']}
		assert len(whole) == len(alone)
		keys = [(t, k) for t in whole.values() for k in t['tableSchema'].get('foreignKeys', [])]
		assert keys
		for t, k in keys:
		    assert k['reference']['columnReference'] in header(k['reference']['resource']), k
	P
}
ok 'CSVW describes each table as its header is, and the keys between them' csvw_tells_the_header

bundles_are_documented() {
	py <<-'P'
		import glob, hashlib, json, zipfile
		for f in glob.glob('bundles/*.zip'):
		    z = zipfile.ZipFile(f)
		    names = set(z.namelist())
		    for n in ('README.th.txt', 'README.en.txt', 'LICENSE.txt', 'CITATION.cff', 'datapackage.json',
		              'csv-metadata.json', 'SHA256SUMS'):
		        assert n in names, (f, n)
		    assert any(n.startswith('dictionary/') for n in names), f
		    assert all(i.flag_bits & 0x800 for i in z.infolist()), f
		    sums = dict(reversed(l.split('  ')) for l in z.read('SHA256SUMS').decode().splitlines())
		    assert set(sums) == names - {'SHA256SUMS'}, f
		    for n, s in sums.items():
		        assert hashlib.sha256(z.read(n)).hexdigest() == s, (f, n)
		    tables = {t['url'] for t in json.loads(z.read('csv-metadata.json'))['tables']}
		    assert tables == {n for n in names if n.startswith('data/')}, f
	P
}
ok 'each bundle holds its documents and checksums, all names marked as UTF-8' bundles_are_documented

# ---- the catalogue -----------------------------------------------------------------

pages_are_one_catalogue() {
	py <<-'P'
		import glob, json, os, re
		base = os.environ['BASE']
		for ext in ('ttl', 'jsonld', 'rdf'):
		    path, seen, datasets = 'catalog.' + ext, [], []
		    while path:
		        text = open(path, encoding='utf-8').read()
		        seen.append(path)
		        assert os.path.getsize(path) < 50e6 and not text.startswith('\ufeff'), path
		        ids = sorted(set(re.findall(re.escape(base) + r'datasets/(\w+)/#dataset', text)))
		        assert 0 < len(ids) <= 10, (path, len(ids))
		        datasets += ids
		        nxt = re.search(r'hydra:next.{1,20}?%s(catalog[^">]+)' % re.escape(base), text)
		        path = nxt and nxt[1]
		    assert sorted(seen) == sorted(glob.glob('catalog*.' + ext)), (ext, seen)
		    assert len(datasets) == len(set(datasets)) == len(glob.glob('data/*')), (ext, len(datasets))
		assert json.load(open('catalog.jsonld'))['@graph'] and len(json.load(open('data.json'))['dataset']) == len(datasets)
	P
}
ok 'the pages of each form lead to each other and hold each dataset once' pages_are_one_catalogue

lists_are_true() {
	py <<-'P'
		import hashlib, os, xml.etree.ElementTree as X
		base, rs = os.environ['BASE'], '{http://www.openarchives.org/rs/terms/}'
		s = '{http://www.sitemaps.org/schemas/sitemap/0.9}'
		for name in ('resourcelist', 'changelist'):
		    there, of = set(), X.parse('sync/%s.xml' % name).getroot()
		    assert of.find(rs + 'md').get('capability') == name
		    for u in of.iter(s + 'url'):
		        path, md = u.findtext(s + 'loc')[len(base):], u.find(rs + 'md')
		        raw = open(path, 'rb').read()
		        assert md.get('hash') == 'sha-256:' + hashlib.sha256(raw).hexdigest(), path
		        assert md.get('length') == str(len(raw)) and md.get('change') in (None, 'created'), path
		        there.add(path)
		    want = {os.path.relpath(os.path.join(d, f)) for top in ('data', 'bundles', 'dictionary', 'api') for d, _, fs in os.walk(top) for f in fs}
		    assert want <= there and 'catalog.ttl' in there and 'void.ttl' in there, want - there
	P
}
ok 'ResourceSync lists every file of data with its true hash; in a first release all are changes' lists_are_true

# ---- OC4IDS ------------------------------------------------------------------------

projects_are_in_their_shards() {
	py <<-'P'
		import csv, glob, gzip, json
		rows = {r['project_id']: r for r in csv.DictReader(open('data/projects/projects.csv', encoding='utf-8', newline=''))}
		seen = {}
		for f in glob.glob('api/v1/projects/*.json.gz'):
		    raw = open(f, 'rb').read()
		    assert raw[4:8] == b'\0\0\0\0', 'a time in ' + f
		    d = json.loads(gzip.decompress(raw))
		    assert d['version'] == '0.9' and d['uri'].endswith('/' + f), f
		    assert d['publishedDate'] == max(p['updated'] for p in d['projects']), f
		    for p in d['projects']:
		        i = p['id'].rpartition('-')[2]
		        assert i not in seen, i
		        assert f.endswith('/oc4ids-%d.json.gz' % (int(i) // 100)), (f, i)
		        seen[i] = p
		assert set(seen) == set(rows)
		def nulls(x):
		    return x is None or any(map(nulls, x.values() if isinstance(x, dict) else x if isinstance(x, list) else []))
		for i, p in seen.items():
		    r = rows[i]
		    assert not nulls(p), i
		    assert p['title'] == r['name_th'] and p['identifiers'][0]['id'] == r['project_code'], i
		    assert '%.2f' % p['budget']['amount']['amount'] == r['budget_total'], i
		    assert p['publicAuthority']['id'] == r['division_code'], i
		assert any(p.get('policyAlignment', {}).get('policies') == ['nationalPlan'] for p in seen.values())
		example = json.load(open('api/v1/projects/oc4ids-example.json'))
		assert gzip.decompress(open(example['uri'].split('/open-d/')[1], 'rb').read()).decode() == \
		    open('api/v1/projects/oc4ids-example.json', encoding='utf-8').read()
	P
}
ok 'every project is in the OC4IDS file that its id names, with the values of the table' projects_are_in_their_shards

# ---- the API -----------------------------------------------------------------------

answers_agree_with_the_tables() {
	py <<-'P'
		import collections, csv, json, os
		def table(i): return csv.DictReader(open('data/%s/%s.csv' % (i, i), encoding='utf-8', newline=''))
		def answer(p): return json.load(open('api/v1/%s.json' % p, encoding='utf-8'), parse_float=str)
		def same(got, want, text):
		    assert got == want, (text, got, want)
		def years(rows): return {(r['fiscal_year_be'], r['project_count'], r['budget_total'], r['disbursed_total']) for r in rows}
		def said(a): return {(str(y['fiscal_year_be']), str(y['project_count']), y['budget_total'], y['disbursed_total']) for y in a}
		projects = list(table('projects'))
		for r in table('summary_year'):
		    a = answer('years/' + r['fiscal_year_be'])
		    same(said([a]), years([r]), r['fiscal_year_be'])
		    same({str(i) for i in a['project_ids']}, {p['project_id'] for p in projects if p['fiscal_year_be'] == r['fiscal_year_be']}, 'ids')
		by = collections.defaultdict(list)
		for r in table('summary_province_year'):
		    by[r['province_code']].append(r)
		by.pop('', None)
		for code, rows in by.items():
		    same(said(answer('provinces/' + code)['years']), years(rows), code)
		by = collections.defaultdict(list)
		for r in table('summary_ministry_department_year'):
		    by[r['department_code']].append(r)
		units = [r['code'] for r in table('org_units')]
		same({f[:-5] for f in os.listdir('api/v1/units')}, set(units), 'units')
		for code, rows in by.items():
		    same(said(answer('units/' + code)['years']), years(rows), code)
		for code in units:
		    a = answer('units/' + code)
		    same({str(i) for i in a.get('project_ids', [])}, {p['project_id'] for p in projects if p['division_code'] == code}, code)
		linked = collections.defaultdict(set)
		for r in table('project_plan_links'):
		    linked[r['plan_item_id']].add(r['project_id'])
		for r in table('plan_items'):
		    items = answer('plans/%s/%s' % (r['kind'], r['code']))['items']
		    mine, = [i for i in items if str(i['plan_item_id']) == r['plan_item_id']]
		    same({str(i) for i in mine['project_ids']}, linked[r['plan_item_id']], r['code'])
		same(answer('index')['project_count'], len(projects), 'index')
	P
}
ok 'years, provinces, units and plan items say what the tables say, to the satang' answers_agree_with_the_tables

the_description_resolves() {
	py <<-'P'
		import json, os, re
		spec = json.load(open('api/openapi.json', encoding='utf-8'))
		assert spec['openapi'].startswith('3.1.') and spec['servers'][0]['url'] + '/' == os.environ['BASE']
		assert len(spec['paths']) > 6
		for path, item in spec['paths'].items():
		    values = {p['name']: p['example'] for p in item['get'].get('parameters', [])}
		    real = re.sub(r'{(\w+)}', lambda m: values[m[1]], path)
		    assert os.path.isfile(real.lstrip('/')), real
	P
}
ok 'each path of api/openapi.json has an example that is a file' the_description_resolves

# ---- CKAN's action API -------------------------------------------------------------

the_answers_are_one_catalogue() {
	py <<-'P'
		import glob, json, os
		def answer(p):
		    d = json.load(open('api/3/' + p, encoding='utf-8'))
		    assert d['success'] is True, p
		    return d['result']
		names, pages = answer('action/package_list'), answer('action/package_search')
		assert pages['count'] == len(names) == len(set(names)) == len(glob.glob('data/*'))
		assert pages == answer('package_search/0.json') and answer('package_search/end.json')['results'] == []
		shown = {p['name']: p for p in pages['results']}
		assert [p['id'] for p in pages['results']] == sorted(p['id'] for p in pages['results'])
		owner = answer('organization_show/%s.json' % answer('action/organization_list')[0])
		ttl = ''.join(open(f, encoding='utf-8').read() for f in glob.glob('catalog*.ttl'))
		for n in names:
		    p = answer('package_show/%s.json' % n)
		    assert p == shown[n] == answer('package_show/%s.json' % p['id']), n
		    assert p['owner_org'] == owner['id'] and p['license_id'] == 'cc-by', n
		    assert 'urn:uuid:' + p['id'] in ttl, n
		    for k, r in enumerate(p['resources']):
		        path = r['url'][len(os.environ['BASE']):].split('?')[0]
		        assert os.path.getsize(path) == r['size'] and r['package_id'] == p['id'], path
		        assert {**answer('resource_show/%s.json' % r['id']), 'position': k} == r, path
	P
}
ok "CKAN's answers agree with each other, with the catalogue and with the files" the_answers_are_one_catalogue

# The server's rules as they stand in cron/, on a real nginx.
serve() {
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	mkdir "$T/nginx"
	sed "s|/srv/open-d/output|$output|" cron/nginx-ckan.conf.example >"$T/nginx/ckan.conf"
	cat >"$T/nginx/nginx.conf" <<-N
		daemon off; master_process off; pid $T/nginx/pid; error_log $T/nginx/error.log;
		events {}
		http {
			access_log off; client_body_temp_path $T/nginx/1; proxy_temp_path $T/nginx/2;
			fastcgi_temp_path $T/nginx/3; uwsgi_temp_path $T/nginx/4; scgi_temp_path $T/nginx/5;
			server { listen 127.0.0.1:$port; include $T/nginx/ckan.conf; location /open-d/ { alias $output/current/; } }
		}
	N
	nginx -e "$T/nginx/error.log" -c "$T/nginx/nginx.conf" 2>"$T/nginx/said" &
	at_exit "kill $! 2>/dev/null"
	api=http://127.0.0.1:$port/open-d
	for _ in $(seq 50); do
		curl -so "$T/answer" "$api/catalog.ttl" && return
		sleep 0.1
	done
	return 1
}
asks() { # PATH STATUS FILE: the answer of the server is that file
	got=$(curl -so "$T/answer" -w '%{http_code} %{content_type}' "$api/api/$1")
	[ "$got" = "$2 application/json" ] || { echo "$1: $got"; return 1; }
	cmp "$T/answer" "$cur/api/3/$3"
}
# What ckanapi search does: pages by the rows it got, to an empty one.
pages_end() {
	python3 - "$api" <<-'P'
		import json, sys, urllib.request
		start, ids = 0, []
		for _ in range(10):
		    rows = json.load(urllib.request.urlopen('%s/api/action/package_search?start=%d&rows=1000' % (sys.argv[1], start)))['result']['results']
		    if not rows:
		        break
		    ids += [r['id'] for r in rows]
		    start += len(rows)
		else:
		    raise SystemExit('it never ends')
		assert len(ids) == len(set(ids)) > 10, len(ids)
	P
}
# Every question of a harvester or of ckanapi, to a server that runs.
answers() { # SERVER
	ok "$1: a package by its name" asks '3/action/package_show?id=open-d-projects' 200 package_show/open-d-projects.json
	ok '... and as ckanapi asks for it' asks 'action/package_show?id=open-d-projects&include_datasets=False' 200 package_show/open-d-projects.json
	ok '... a search as the harvester asks' asks '3/action/package_search?rows=100&start=0&sort=id+asc' 200 package_search/0.json
	ok '... its last page is empty' asks '3/action/package_search?rows=100&start=100&sort=id+asc' 200 package_search/end.json
	ok '... a list' asks 'action/package_list?include_private=False' 200 action/package_list
	ok '... what is not there' asks '3/action/package_show?id=nothing' 404 not_found.json
	ok '... a path for an id' asks '3/action/package_show?id=../../manifest' 404 not_found.json
	ok '... a client that pages comes to an end' pages_end
}
if have nginx; then
	ok "nginx takes the rules of cron/nginx-ckan.conf.example" serve
	answers nginx
else
	skip 'nginx takes the rules of cron/nginx-ckan.conf.example' 'nginx is not installed'
fi

apache=$(command -v apache2 || echo /usr/sbin/apache2)
serve_apache() {
	port=$(free_port)
	mods=/usr/lib/apache2/modules
	mkdir "$T/apache"
	cat >"$T/apache/httpd.conf" <<-A
		ServerName 127.0.0.1
		Listen 127.0.0.1:$port
		PidFile $T/apache/pid
		ErrorLog $T/apache/error.log
		DefaultRuntimeDir $T/apache
		LoadModule mpm_event_module $mods/mod_mpm_event.so
		LoadModule authz_core_module $mods/mod_authz_core.so
		LoadModule alias_module $mods/mod_alias.so
		LoadModule mime_module $mods/mod_mime.so
		LoadModule rewrite_module $mods/mod_rewrite.so
		TypesConfig /dev/null
		User nobody
		Group nogroup
		Alias /open-d $output/current
		<Directory $output/current/>
			Require all granted
			$(cat cron/apache.conf.example)
		</Directory>
	A
	"$apache" -f "$T/apache/httpd.conf" -DFOREGROUND 2>"$T/apache/said" &
	at_exit "kill $! 2>/dev/null"
	api=http://127.0.0.1:$port/open-d
	until_true 5 curl -sfo /dev/null "$api/catalog.ttl" || { cat "$T/apache/said" "$T/apache/error.log"; return 1; }
}
turtle() {
	curl -so /dev/null -w '%{content_type}' "$api/catalog.ttl" | grep -qx 'text/turtle.*'
}
if [ -x "$apache" ]; then
	ok 'Apache takes the rules of cron/apache.conf.example' serve_apache
	ok '... the catalogue has the type that harvesters ask for' turtle
	answers Apache
else
	skip 'Apache takes the rules of cron/apache.conf.example' 'apache2 is not installed'
fi

# ---- dates, the next night ---------------------------------------------------------

cp "$cur/data.json" "$T/first.json"
sql "$T/a.sqlite" "update project set name_en = 'A new name', updated_at = '2026-07-20 10:00:00'
	where project_id = (select min(project_id) from project where status = 'completed')"
run --source "sqlite:$T/a.sqlite" --base-url "$base"
ok 'a changed name makes another release' released 2

dates_moved_with_the_bytes() {
	FIRST=$T/first.json py <<-'P'
		import glob, json, os
		a, b = (({d['identifier'].rpartition('-')[2]: d for d in json.load(open(f))['dataset']}) for f in (os.environ['FIRST'], 'data.json'))
		links = lambda d: [x['downloadURL'] for x in d['distribution'] if not x['downloadURL'].split('?')[0].endswith('.zip')]
		moved = {i for i in a if a[i]['modified'] != b[i]['modified']}
		assert moved == {i for i in a if links(a[i]) != links(b[i])} == {'projects'}, moved
		assert b['projects']['modified'] == '2026-07-20T10:00:00+07:00'
		assert all(a[i] == b[i] for i in a if i not in moved)
		ttl = ''.join(open(f).read() for f in glob.glob('catalog*.ttl'))
		assert ttl.count(a['projects']['modified']) and ttl.count(b['projects']['modified'])
	P
}
ok 'the date of a dataset moves if its bytes do, and only then' dates_moved_with_the_bytes

change_list_says() { # PATH CHANGE, or PATH alone: it does not stand there
	py <<-P
		import xml.etree.ElementTree as X
		rs, s = '{http://www.openarchives.org/rs/terms/}', '{http://www.sitemaps.org/schemas/sitemap/0.9}'
		said = {u.findtext(s + 'loc')[len('$base'):]: u.find(rs + 'md').get('change') for u in X.parse('sync/changelist.xml').iter(s + 'url')}
		assert said.get('$1') == ('${2:-}' or None), said.get('$1')
	P
}
ok 'the list of changes tells what changed' change_list_says data/projects/projects.csv updated
ok '... and not what did not' change_list_says data/plan_items/plan_items.csv
sed -i '/^example: /d' "$sch/exports/oc4ids.yaml"
run --source "sqlite:$T/a.sqlite" --base-url "$base"
ok 'a file that is no longer declared goes' eval 'released 3 && not test -e "$cur/api/v1/projects/oc4ids-example.json"'
ok '... and the list tells it' change_list_says api/v1/projects/oc4ids-example.json deleted
cp schemas/exports/oc4ids.yaml "$sch/exports/"

# A declaration that cannot be is told with its place.
export_fails() { # SED HINT
	cp -r "$sch" "$T/bad"
	sed -i "$1" "$T/bad/exports/oc4ids.yaml"
	odp run --source "sqlite:$T/a.sqlite" --output "$T/bo" --state "$T/bs" --schemas "$T/bad" --sign-key "$key"
	fails 6 "$2"
	bad_status=$?
	rm -rf "$T/bad" "$T/bo" "$T/bs"
	return $bad_status
}
ok 'an export whose path has an untold column is refused' export_fails 's/{hundred}/{thousand}/' 'thousand'
ok '... and one that leaves the release' export_fails 's|^path: |path: ../|' 'relative'
ok '... and one whose schema is no JSON' export_fails '/"additionalClassifications"/s/{/[/' 'schema'
ok '... and rows in disorder' export_fails 's/^  order by p.project_id$/  order by p.project_id % 7/' 'follow each other'

# ---- the government catalogue's form -----------------------------------------------

# Every field that its form demands, for the kind of data, and no value that it lacks.
declarations_fit_the_form() {
	python3 - "$ROOT/../shared/data/gdc_fields.csv" <<-'P'
		import csv, glob, re, sys
		rows = {r['field_name']: r for r in csv.DictReader(open(sys.argv[1], encoding='utf-8')) if r['scope'] == 'dataset'}
		kinds = {'ข้อมูลระเบียน': 'rec', 'ข้อมูลสถิติ': 'stat', 'ข้อมูลภูมิสารสนเทศเชิงพื้นที่': 'geo', 'ข้อมูลหลากหลายประเภท': 'multi', 'ข้อมูลประเภทอื่นๆ': 'other'}
		# Made of the rest of dataset.yaml and of catalog.yaml: schemas/README.md.
		made = {'title', 'name', 'owner_org', 'maintainer', 'maintainer_email', 'tag_string', 'notes', 'url', 'last_updated_date'}
		for f in glob.glob('schemas/datasets/*/dataset.yaml'):
		    block = re.search(r'^gdc:\n((?:  .*\n?)+)', open(f, encoding='utf-8').read(), re.M)[1]
		    gdc = {}
		    for key, value in re.findall(r'^  (\w+): (.*)$', block, re.M):
		        gdc[key] = [v.strip().strip('"') for v in (value.strip('[]').split(', ') if value.startswith('[') else [value])]
		    kind = kinds[gdc['data_type'][0]]
		    for key, values in gdc.items():
		        assert key not in made and rows[key][kind] == 'Y', (f, key)
		        choices = [c.strip() for c in rows[key]['choices'].split('|') if c.strip()]
		        assert not choices or set(values) <= set(choices), (f, key, values)
		        assert 'อื่นๆ' not in values or key + '_other' in gdc, (f, key)
		        assert len(values) == 1 or rows[key]['multiple'] == 'Y', (f, key)
		    for key, r in rows.items():
		        assert r['required'] != 'Y' or key in made or key in gdc, (f, key)
	P
}
if [ -r "$ROOT/../shared/data/gdc_fields.csv" ]; then
	ok "every dataset declares what the government catalogue's form demands, in its words" declarations_fit_the_form
else
	skip "every dataset declares what the government catalogue's form demands, in its words" 'the list of its fields is not here'
fi

# ---- the standards' own schemas ----------------------------------------------------

checker=$ROOT/../shared/accept/standards/check.sh
tools=$([ ! -r "$checker" ] || for d in "${STANDARDS_TOOLS:-}" "${XDG_CACHE_HOME:-${HOME:-}/.cache}"/odp-standards-*; do
	[ ! -e "$d/ready" ] || { echo "$d"; break; }
done)
if [ -n "$tools" ]; then
	ok "the standards' schemas and other people's readers find no fault" sh -c \
		"'$checker' '$first' --base-url '$base' | tee '$T/checked' | grep '^FAIL\|passed'; ! grep -q '^FAIL' '$T/checked'"
else
	skip "the standards' schemas and other people's readers find no fault" 'the checker is not installed here'
fi

finish
