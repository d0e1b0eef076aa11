#!/bin/sh
# Similar projects and groups of likely duplicates: planted near-duplicates are found, and every
# reason and every sum is what the other tables say. PROJECTS=1500, SEED=1.
. "${0%/*}/lib.sh"
: "${PROJECTS:=1500}" "${SEED:=1}"

"$ODP_BUILD/opdb" --projects "$PROJECTS" --seed "$SEED" --sqlite "$T/a.sqlite" --truth "$T/truth" >/dev/null
export ODP_SOURCE="sqlite:$T/a.sqlite"
cp -r schemas "$sch"
keys "$T/keys"
run >/dev/null
ok 'a run makes the analysis' live 1

check() { python3 - "$output/current/data" "$T/truth" "$1" <<-'P'
	import csv, datetime, sys
	data, truth, what = sys.argv[1:]
	def table(name):
	    with open(f'{data}/{name}/{name}.csv', encoding='utf-8', newline='') as f:
	        return list(csv.DictReader(f))
	projects = {p['project_id']: p for p in table('projects')}
	similar = table('similar_projects')
	groups = table('duplicate_groups')
	rows = {}
	for r in similar:
	    rows.setdefault(r['project_id'], []).append(r)

	def many(name, column, only=lambda r: True):
	    found = {}
	    for r in table(name):
	        if only(r):
	            found.setdefault(r['project_id'], set()).add(r[column] if isinstance(column, str) else column(r))
	    return found

	def ten():
	    assert set(rows) == set(projects), 'projects without rows'
	    for id, v in rows.items():
	        assert [int(r['rank']) for r in v] == list(range(1, 11)), f'ranks of {id}'
	        assert [float(r['score']) for r in v] == sorted((float(r['score']) for r in v), reverse=True), f'scores of {id}'
	        others = [r['similar_project_id'] for r in v]
	        assert len(set(others)) == 10 and id not in others and set(others) <= set(projects), f'others of {id}'
	        assert all(not r['shared_text'] for r in v[3:]), f'phrases of {id}'

	def planted():
	    pairs = [l.split('\t')[:2] for l in open(f'{truth}/duplicate.tsv').read().splitlines()]
	    pairs = [(a, b) for a, b in pairs if a in projects and b in projects]
	    first = {id: [r['similar_project_id'] for r in v[:3]] for id, v in rows.items()}
	    found = sum(b in first[a] or a in first[b] for a, b in pairs)
	    assert len(pairs) >= 5 and found >= .98 * len(pairs), f'{found} of {len(pairs)} pairs'

	def reasons():
	    places = many('project_areas', lambda r: r['subdistrict_code'] or r['district_code'] or r['province_code'])
	    targets = many('project_plan_links', 'plan_code', lambda r: r['plan_kind'] == 'target_y1')
	    day = datetime.date.fromisoformat
	    for r in similar:
	        a, b = projects[r['project_id']], projects[r['similar_project_id']]
	        best = 0
	        for p in places.get(r['project_id'], ()):
	            for q in places.get(r['similar_project_id'], ()):
	                n = 0
	                while n < min(len(p), len(q)) // 2 and p[2 * n:2 * n + 2] == q[2 * n:2 * n + 2]:
	                    n += 1
	                best = max(best, n)
	        assert r['same_place'] == ('', 'province', 'district', 'subdistrict')[best], f"place {r}"
	        common = targets.get(r['project_id'], set()) & targets.get(r['similar_project_id'], set())
	        assert r['same_target'] in common or (not common and not r['same_target']), f"target {r}"
	        dates = [a['start_date'], a['end_date'], b['start_date'], b['end_date']]
	        days = str(max(0, (min(day(dates[1]), day(dates[3])) - max(day(dates[0]), day(dates[2]))).days + 1)) if all(dates) else ''
	        assert r['overlap_days'] == days, f"days {r} {days}"
	        less, more = sorted(round(float(p['budget_total'] or 0) * 100) for p in (a, b))
	        assert (r['budget_ratio'] == '') == (less <= 0), f"ratio {r}"
	        if less > 0:
	            assert abs(float(r['budget_ratio']) - less / more) < .0051, f"ratio {r}"
	        level = 'division' if a['division_code'] == b['division_code'] else \
	            'department' if a['department_code'] == b['department_code'] else \
	            'ministry' if a['ministry_code'] == b['ministry_code'] else 'other'
	        assert r['agency'] == level, f"agency {r}"

	def phrases():
	    texts = {t['project_id']: ' '.join(t.values()) for t in table('project_texts')}
	    plain = lambda s: ' '.join(s.split())
	    said = 0
	    for r in similar:
	        own = plain(projects[r['project_id']]['name_th'] + ' ' + texts.get(r['project_id'], ''))
	        for phrase in filter(None, r['shared_text'].split(' | ')):
	            assert plain(phrase) in own, f"phrase {r}"
	            said += 1
	    assert said > len(projects)

	def alike():
	    member = {g['project_id']: g for g in groups}
	    sizes = {}
	    for g in groups:
	        sizes.setdefault(g['group_id'], []).append(g)
	    assert len(groups) >= 6
	    for r in similar:
	        if float(r['score']) >= .6005 and r['agency'] in ('other', 'ministry'):
	            a, b = member.get(r['project_id']), member.get(r['similar_project_id'])
	            assert a and b or max(map(len, sizes.values())) == 20, f"not grouped {r}"
	            assert a['group_id'] == b['group_id'] or len(sizes[a['group_id']]) + len(sizes[b['group_id']]) > 20, f"apart {r}"
	    money = {}
	    for id, v in sizes.items():
	        assert id == min((g['project_id'] for g in v), key=int) and 2 <= len(v) <= 20, id
	        money[id] = sum(round(float(g['budget_total']) * 100) for g in v)
	        for g in v:
	            assert round(float(g['group_budget']) * 100) == money[id] and int(g['group_projects']) == len(v), id
	            assert member[g['near_id']]['group_id'] == id and float(g['score']) >= .6, g
	    order = sorted(money, key=lambda id: (-money[id], int(id)))
	    assert [int(sizes[id][0]['group_rank']) for id in order] == list(range(1, len(order) + 1)), 'ranks'
	globals()[what]()
P
}
ok 'every project has ten others, the nearest first' check ten
ok 'planted near-duplicates are among the first three' check planted
ok 'places, targets, dates, money and agencies of a pair are those of the tables' check reasons
ok 'shared phrases stand in the project'"'"'s own texts' check phrases
ok 'groups hold the pairs above the threshold; sums and ranks are right' check alike
first=$(sed -n 2p "$output/current/data/duplicate_groups/duplicate_groups.csv" | cut -d, -f2)
ok 'the page of groups links a member' grep -q "/$first.html" "$output/current/similar/index.html"
ok '... in English too' grep -q "/$first.html" "$output/current/en/similar/index.html"
near=$(grep "^$first,[0-9]*,1," "$output/current/data/similar_projects/similar_projects.csv" | cut -d, -f2)
page=$(find "$output/current/p" -name "$first.html")
ok 'a project'"'"'s page links its nearest' grep -q "id=similar>" "$page"
ok '... by its page' grep -q "/$near.html" "$page"

run >/dev/null
ok 'nothing changed, nothing analyzed' live 1
odp plan --output "$output" --state "$state" --schemas "$sch" --sign-key "$key"
ok 'the plan says so' says '^analyze *skipped'
finish
