#!/bin/sh
# Small counts of persons in linked tables, and an attack on what is released: for each hidden
# small count a linear programme (GLPK) asks for the least and the greatest value that the
# published cells and totals allow. TABLES=1000 random tables of 2 to 6 rows and columns.
. "${0%/*}/lib.sh"
: "${TABLES:=1000}" "${SEED:=1}"

python3 - "$T/source.sqlite" "$TABLES" "$SEED" <<-'P'
	import random, sqlite3, sys
	random.seed(int(sys.argv[3]))
	db = sqlite3.connect(sys.argv[1])
	db.executescript('create table inner_cell(k text, block int, r int, c int, n int);'
	                 'create table row_sum(k text, block int, r int, n int);'
	                 'create table column_sum(k text, block int, c int, n int);'
	                 'create table block_sum(k text, block int, n int, changed_at text);')
	for b in range(int(sys.argv[2])):
	    rows, columns = random.randint(2, 6), random.randint(2, 6)
	    small = random.choice([.05, .2, .5])
	    t = [[0 if random.random() < .1 else random.randint(1, 10) if random.random() < small
	          else random.choice([11, 12, 19, 20, 21, random.randint(11, 40), random.randint(11, 5000)])
	          for _ in range(columns)] for _ in range(rows)]
	    for r in range(rows):
	        db.execute('insert into row_sum values(?,?,?,?)', (f'{b}-{r}', b, r, sum(t[r])))
	        for c in range(columns):
	            db.execute('insert into inner_cell values(?,?,?,?,?)', (f'{b}-{r}-{c}', b, r, c, t[r][c]))
	    for c in range(columns):
	        db.execute('insert into column_sum values(?,?,?,?)', (f'{b}-{c}', b, c, sum(row[c] for row in t)))
	    db.execute('insert into block_sum values(?,?,?,?)', (str(b), b, sum(map(sum, t)), '2025-01-01 09:00:00'))
	db.commit()
P

# dataset ID SQL COLUMNS ADDS_UP_TO...
dataset() {
	id=$1 sql=$2 columns=$3
	shift 3
	mkdir -p "$sch/datasets/$id"
	echo text >"$sch/datasets/$id/about.th.md"
	echo text >"$sch/datasets/$id/about.en.md"
	echo "$sql" >"$sch/datasets/$id/$by.sql"
	{
		printf '%s: %s\n' version 1.0.0 title '{th: ก, en: a}' description '{th: ก, en: a}' grain '{th: ก, en: a}' \
			keywords '{th: [ก], en: [a]}' theme GOVE frequency DAILY key '[k]' formats '[csv]'
		[ $# = 0 ] || { echo adds_up_to:; printf '  - {dataset: %s, on: [%s]}\n' "$@"; }
		echo fields:
		for column in $columns; do
			printf '  - name: %s\n    type: %s\n    title: {th: ก, en: a}\n    description: {th: ก, en: a}\n    public: true\n' \
				"${column%:*}" "${column#*:}"
			case $column in k:*) echo '    required: true' ;; n:*) echo '    suppress_below: 11' ;; esac
		done
	} >"$sch/datasets/$id/dataset.yaml"
}

schema() {
	rm -rf "$sch"
	mkdir -p "$sch"
	cp -r schemas/vocab "$sch/"
	sed '/^exports:/,$d; /^datasets:/,$d; s/^created: .*/created: {dataset: blocks, field: changed_at}/' schemas/catalog.yaml >"$sch/catalog.yaml"
	by=extract
	dataset blocks 'select k, block, n, changed_at from block_sum' 'k:code block:integer n:integer changed_at:datetime'
	dataset by_row 'select k, block, r, n from row_sum' 'k:code block:integer r:integer n:integer' blocks block
	dataset by_column 'select k, block, c, n from column_sum' 'k:code block:integer c:integer n:integer' blocks block
	dataset inner_cells 'select k, block, r, c, n from inner_cell' \
		'k:code block:integer r:integer c:integer n:integer' by_row 'block, r' by_column 'block, c'
	echo 'datasets: [blocks, by_row, by_column, inner_cells]' >>"$sch/catalog.yaml"
}
stage() {
	odp "$@" --unsigned --source "sqlite:$T/source.sqlite" --output "$output" --state "$state" --schemas "$sch"
}
snapshot() {
	find "$state/snapshots" -name '*.sqlite' | sort -V | tail -1
}

schema
stage extract
ok 'linked tables are extracted' is_status 0
cp "$(snapshot)" "$T/primary.sqlite" # small counts are hidden, nothing else is
ok 'no small count is in the snapshot, at any time' eval '[ "$(sqlite3 "$(snapshot)" "select count(*) from (select n from
	inner_cells union all select n from by_row union all select n from by_column union all select n from blocks)
	where n between 1 and 10")" = 0 ]'
stage validate
ok '... and validated' is_status 0
ok 'cells were hidden for others'"'"' sake, and counted' eval '[ "$(sqlite3 "$(snapshot)" \
	"select count(*) from _privacy where kind = \"complement\" and n > 0")" -ge 2 ]'

# ---- the attack --------------------------------------------------------------------

# attack SNAPSHOT KNOWS: "types" (which hidden cells are small) or "nothing"
attack() {
	python3 - "$T/source.sqlite" "$1" "$T" "$2" <<-'P'
		import sqlite3, subprocess, sys
		truth, released = sqlite3.connect(sys.argv[1]), sqlite3.connect(sys.argv[2])
		work, types = sys.argv[3], sys.argv[4] == 'types'
		tables = [('inner_cells', 'inner_cell'), ('by_row', 'row_sum'), ('by_column', 'column_sum'), ('blocks', 'block_sum')]
		true, seen = {}, {}
		for name, source in tables:
		    true |= {(name, k): n for k, n in truth.execute(f'select k, n from {source}')}
		    seen |= {(name, k): None if n is None else int(n) for k, n in released.execute(f'select k, n from {name}')}
		assert true.keys() == seen.keys()
		assert all(n is None or n == true[k] for k, n in seen.items()), 'a published cell is wrong'
		assert all(seen[k] is None for k, n in true.items() if 0 < n < 11), 'a small cell is published'
		blocks = {}
		for name, k in true:
		    blocks.setdefault(k.split('-')[0], []).append((name, k))
		def relations(cells):
		    total = ('blocks', cells[0][1].split('-')[0])
		    parts = lambda f: [c for c in cells if f(c)]
		    for name in ('by_row', 'by_column'):
		        yield total, parts(lambda c: c[0] == name)
		        place = 1 if name == 'by_row' else 2
		        for t in parts(lambda c: c[0] == name):
		            yield t, parts(lambda c: c[0] == 'inner_cells' and c[1].split('-')[place] == t[1].split('-')[1])
		# Independent copies of a table's unknowns, one a question: a single programme answers all.
		small = found = narrow = 0
		lines, bounds, goal, asked = [], [], [], []
		for b, cells in blocks.items():
		    hidden = [c for c in cells if seen[c] is None]
		    for target in (c for c in hidden if 0 < true[c] < 11):
		        small += 1
		        for sign in '+', '-':
		            var = {c: f'x{len(asked)}_{i}' for i, c in enumerate(hidden)}
		            asked.append((target, var[target]))
		            goal.append(f'{sign} {var[target]}')
		            for total, parts in relations(cells):
		                terms, rest = '', 0
		                for c, s in [(total, 1)] + [(p, -1) for p in parts]:
		                    if seen[c] is None:
		                        terms += f" {'+' if s > 0 else '-'} {var[c]}"
		                    else:
		                        rest -= s * seen[c]
		                if terms:
		                    lines.append(f'{terms} = {rest}')
		            for c in hidden:
		                # nobody believes in a group of more than a million
		                known = types and 0 < true[c] < 11
		                bounds.append(f'1 <= {var[c]} <= 10' if known else f'0 <= {var[c]} <= 1000000')
		    if len(asked) > 40 or (asked and b == list(blocks)[-1]):
		        with open(f'{work}/attack.lp', 'w') as f:
		            f.write('Minimize\n goal: ' + '\n '.join(goal) + '\nSubject To\n')
		            f.writelines(f' r{i}: {l}\n' for i, l in enumerate(lines))
		            f.write('Bounds\n ' + '\n '.join(bounds) + '\nEnd\n')
		        subprocess.run(['glpsol', '--lp', f'{work}/attack.lp', '-w', f'{work}/answer'], check=True,
		                       stdout=open(f'{work}/glpk', 'w'))
		        text, columns, value = open(f'{work}/attack.lp').read(), [], {}
		        for l in open(f'{work}/answer'):
		            w = l.split()
		            if w[0] == 's':
		                assert w[4] == 'f' and w[5] == 'f', 'the programme has no optimum'
		            if w[0] == 'j':
		                columns.append(float(w[3]))
		        order = list(dict.fromkeys(w for w in text.replace('\n', ' ').split() if w[0] == 'x' and '_' in w))
		        value = dict(zip(order, columns))
		        for (target, low), (_, high) in zip(asked[::2], asked[1::2]):
		            lo, hi = value[low], value[high]
		            assert lo - 1e-6 <= true[target] <= hi + 1e-6, (target, lo, hi)
		            found += hi - lo < 1
		            narrow += hi < 10 - 1e-6 or lo > 1 + 1e-6
		        lines, bounds, goal, asked = [], [], [], []
		hid = sum(n is None for n in seen.values())
		print(f'{len(blocks)} tables, {len(seen)} cells, {small} small, {hid - small} hidden for their sake;'
		      f' recovered {found}, bounded narrower than 1 to 10: {narrow}')
		sys.exit(found > 0 or small < len(blocks) or (narrow > 0 and not types))
	P
}
if have glpsol; then
	ok 'attack: it finds small counts where only they are hidden' eval '! attack "$T/primary.sqlite" nothing &&
		grep -q "recovered [1-9]" "$T/.said"'
	ok 'attack: an outsider who knows what is published learns of no small count more than that it is one' \
		attack "$(snapshot)" nothing
	cp "$T/.said" "$T/nothing"
	ok 'attack: one who also knows which cells are small recovers none' attack "$(snapshot)" types
	sed 's/^/# /' "$T/nothing" "$T/.said"
else
	skip 'attack: an outsider who knows what is published recovers no small count' 'glpsol is not installed'
fi

# ---- a sum that is none ------------------------------------------------------------

sql "$T/source.sqlite" "update block_sum set n = n + 1 where block = (select min(block) from row_sum where n > 10)"
rm -rf "$state"
stage extract
stage validate
ok 'tables that do not add up are no linked tables' fails 6 "does not add up to that of 'blocks'"

# ---- the schemas of the project ----------------------------------------------------
# Small counts of beneficiaries are emptied in projects, before the first byte; summaries add up
# what is left. So they can tell of no hidden count: each is a function of published rows.

demo "$T/demo.sqlite" 400
small_schemas "$sch"
rm -rf "$state"
odp run --unsigned --source "sqlite:$T/demo.sqlite" --output "$output" --state "$state" --schemas "$sch"
ok 'a release of the demo database' is_status 0
summaries_tell_nothing_new() {
	python3 - "$T/demo.sqlite" "$output/current/data" <<-'P'
		import collections, csv, sqlite3, sys
		def rows(name):
		    return list(csv.DictReader(open(f'{sys.argv[2]}/{name}/{name}.csv', encoding='utf-8', newline='')))
		true = dict(sqlite3.connect(sys.argv[1]).execute('select cast(project_id as text), beneficiary_count from project'))
		projects = {p['project_id']: p for p in rows('projects')}
		small = [i for i in projects if true[i] is not None and 0 < true[i] < 11]
		assert len(small) > 10, 'the demo has no small counts'
		for i, p in projects.items():
		    want = '' if i in small or true[i] is None else str(true[i])
		    assert p['beneficiary_count'] == want, i
		places = collections.defaultdict(set)
		for a in rows('project_areas'):
		    places[a['project_id']].add(a['province_code'])
		groups = {
		    'summary_year': lambda p: [(p['fiscal_year_be'],)],
		    'summary_ministry_department_year': lambda p: [(p['fiscal_year_be'], p['ministry_code'], p['department_code'])],
		    'summary_province_year': lambda p: [(p['fiscal_year_be'], a) for a in places.get(p['project_id']) or {''}],
		}
		columns = {'summary_year': ['fiscal_year_be'], 'summary_province_year': ['fiscal_year_be', 'province_code'],
		           'summary_ministry_department_year': ['fiscal_year_be', 'ministry_code', 'department_code']}
		for name, of in groups.items():
		    sums = collections.Counter()
		    for p in projects.values():
		        for g in of(p):
		            sums[g] += int(p['beneficiary_count'] or 0)
		    table = rows(name)
		    assert len(table) == len(sums), name
		    for r in table:
		        n = int(r['beneficiary_count'] or 0)
		        assert n == sums[tuple(r[c] for c in columns[name])], (name, n)
		        assert not 0 < n < 11, 'a small sum'
		for name in 'summary_ministry_year', 'summary_plan_target_year':
		    assert all(not 0 < int(r['beneficiary_count'] or 0) < 11 for r in rows(name))
	P
}
ok 'no count of 1 to 10 beneficiaries is published, and sums tell of published rows alone' summaries_tell_nothing_new

finish
