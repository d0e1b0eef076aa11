"""The feeds of a release against its deltas: who changed stands in the feeds of its ministry, provinces and plan items,
newest first, at most 50; each feed has what RFC 4287 demands.

usage: feeds.py RELEASE | feeds.py RELEASE OLDER: prints the feeds that differ
"""
import csv, io, json, pathlib, re, sys, xml.etree.ElementTree as ET, zipfile

A = '{http://www.w3.org/2005/Atom}'
DATE = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d')
DERIVED = ('similar_projects', 'duplicate_groups', 'covid_loan_projects')
root = pathlib.Path(sys.argv[1])
feeds = {str(p.relative_to(root)): p for p in root.rglob('atom.xml')}


def table(name):
    with zipfile.ZipFile(root / f'bundles/{name}.zip') as z:
        with z.open(f'data/{name}/{name}.csv') as f:
            yield from csv.DictReader(io.TextIOWrapper(f, encoding='utf-8'))


def one(parent, tag):
    found = parent.findall(A + tag)
    assert len(found) == 1, (tag, len(found))
    return found[0]


def is_valid(path):
    feed = ET.parse(path).getroot()
    assert feed.tag == A + 'feed'
    ids = [one(feed, 'id').text] + [one(e, 'id').text for e in feed.findall(A + 'entry')]
    assert all(i.startswith('https://') for i in ids) and len(set(ids)) == len(ids), path
    links = {x.get('rel'): x.get('href') for x in feed.findall(A + 'link')}
    assert links['self'] == ids[0] and ids[0].endswith('/' + str(path.relative_to(root))) and links['alternate'], path
    assert feed.find(A + 'author/' + A + 'name').text
    base = ids[0][:-len(str(path.relative_to(root)))]
    for x in [feed] + feed.findall(A + 'entry'):
        assert one(x, 'title').text.strip() and DATE.fullmatch(one(x, 'updated').text), path
        href = [y.get('href') for y in x.findall(A + 'link') if y.get('rel') == 'alternate']
        there = root / href[0][len(base):]
        assert len(href) == 1 and (there / 'index.html' if there.is_dir() else there).is_file(), (path, href)
    dates = [one(e, 'updated').text for e in feed.findall(A + 'entry')]
    assert dates == sorted(dates, reverse=True) and one(feed, 'updated').text >= max(dates, default=''), path
    return ids[1:]


def expected():
    projects = {r['project_id']: r['ministry_code'] for r in table('projects')}
    of = {}  # feed -> projects
    for p, ministry in projects.items():
        of.setdefault(f'ministries/{ministry}/atom.xml', set()).add(p)
    for r in table('project_areas'):
        if r['province_code']:
            of.setdefault(f'provinces/{r["province_code"]}/atom.xml', set()).add(r['project_id'])
    for r in table('project_plan_links'):
        of.setdefault(f'plans/{r["plan_item_id"]}/atom.xml', set()).add(r['project_id'])
    told = set()
    for d in json.loads((root / 'changes/index.json').read_text())['deltas']:
        for t in d['datasets']:
            if 'project_id' in t['key'] and t['dataset'] not in DERIVED:
                for name in t['files']:
                    if name.endswith('.ndjson'):
                        for line in (root / name).read_text().splitlines():
                            p = json.loads(line)['key']['project_id']
                            if p in projects:
                                told.add((d['release'], int(p)))
    told = sorted(told, reverse=True)
    return {f: [f'{p}.html#release-{r}' for r, p in told if str(p) in of[f]][:50] for f in of}


if len(sys.argv) > 2:
    older = pathlib.Path(sys.argv[2])
    for name, path in sorted(feeds.items()):
        if name != 'atom.xml' and path.read_bytes() != (older / name).read_bytes():
            print(name)
    sys.exit()
want = expected()
assert set(want) == set(feeds) - {'atom.xml'}, set(want) ^ (set(feeds) - {'atom.xml'})
n = 0
for name, path in feeds.items():
    entries = is_valid(path)
    if name != 'atom.xml':
        assert [e.rsplit('/', 1)[1] for e in entries] == want[name], (name, entries[:3], want[name][:3])
        n += len(entries)
print(len(feeds), 'feeds,', n, 'entries')
