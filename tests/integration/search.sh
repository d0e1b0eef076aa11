#!/bin/sh
# Search from static files: odp search and the page's program find what a plain look at every text
# finds (search_scan.py, from the published CSV), and nothing else; filters; equal bytes; damage.
. "${0%/*}/lib.sh"

judge=tests/integration/search_scan.py
demo "$T/a.sqlite" 400
small_schemas "$sch"
keys "$T/keys"
run --source "sqlite:$T/a.sqlite"
ok 'a run makes a release' released 1
cur=$output/current
n=${QUERIES:-1000}

# ---- against a scan ----------------------------------------------------------------

python3 $judge make "$cur" "$n" "${SEED:-1}" >"$T/queries"
[ "$(wc -l <"$T/queries")" = "$n" ] || exit 2

# agrees WHERE: odp's answers to all queries are the scan's.
agrees() {
	python3 $judge scan "$cur" "$1" <"$T/queries" >"$T/scan.$1" || return 1
	"$ODP" search "$cur" - --in "$1" --limit 1000000 <"$T/queries" | python3 $judge sort >"$T/odp.$1"
	cmp "$T/scan.$1" "$T/odp.$1"
}
ok "names: $n queries, as a scan answers them" agrees name
ok '... names, codes, places, agencies and plans' agrees main
ok '... and prose' agrees all
not_all_alike() {
	[ "$(cut -d ' ' -f 1 "$T/scan.main" | sort -u | wc -l)" -gt 20 ] && ! cmp -s "$T/scan.name" "$T/scan.main" &&
		! cmp -s "$T/scan.main" "$T/scan.all" && [ "$(grep -c '^[1-9]' "$T/scan.name")" -gt $((n / 3)) ]
}
ok '... which find something, and not the same' not_all_alike

# ---- the page's program ------------------------------------------------------------

# It runs in node as it does in a browser; fewer queries, since each opens its files again.
node_agrees() {
	head -200 "$T/queries" >"$T/some"
	node tests/integration/search_node.mjs "$cur" "$1" <"$T/some" >"$T/node.$1" || return 1
	python3 $judge sort <"$T/node.$1" >"$T/node.sorted"
	head -200 "$T/scan.$1" | cmp - "$T/node.sorted"
}
# Texts of all sorts: C's normal form of each is JavaScript's.
same_norm() {
	python3 - >"$T/texts" <<-'P'
		import json, random
		random.seed(5)
		pools = [range(0xe01, 0xe5b), range(0x20, 0x7f), [0xe31, 0xe34, 0xe38, 0xe48, 0xe49, 0xe4c, 0xe4d, 0xe33, 0xe32],
		         range(0xa0, 0x250), range(0x300, 0x370), range(0x370, 0x530), range(0x1e00, 0x2000), [0x200b, 0x2060, 0xfeff, 0xa0, 0x3000, 9],
		         range(0xac00, 0xac80), range(0x1100, 0x1200), range(0x900, 0xa00), range(0x1f600, 0x1f640)]
		for _ in range(20000):
		    print(json.dumps(''.join(chr(random.choice(random.choice(random.sample(pools, 2)))) for _ in range(random.randrange(1, 12)))))
	P
	node tests/integration/search_node.mjs norm <"$T/texts" >"$T/norm.node" &&
		"$ODP_BUILD/tests/fakes/normal" <"$T/texts" >"$T/norm.c" && cmp "$T/norm.node" "$T/norm.c"
}
# The numbers beside the filters are those of a search with the filter.
counts_agree() {
	node tests/integration/search_node.mjs "$cur" counts ถนน </dev/null >"$T/counts" || return 1
	[ "$(wc -l <"$T/counts")" -gt 100 ] || return 1
	awk 'NR % 9 == 0' "$T/counts" >"$T/some"
	while read -r filter want; do
		got=$("$ODP" search "$cur" ถนน --in name --count --where "$filter")
		[ "$got" = "$want" ] || { echo "$filter: $want, not $got"; return 1; }
	done <"$T/some"
}
if have node; then
	ok 'filters say how many they would leave' counts_agree
	ok 'the page finds the same: names' node_agrees name
	ok '... names, codes, places, agencies and plans' node_agrees main
	ok '... and prose' node_agrees all
	ok '20,000 texts have one normal form in C and JavaScript' same_norm
else
	skip 'the page finds the same' 'there is no node'
fi

# In a browser, from a server that knows no ranges.
total() {
	chromium --headless --no-sandbox --disable-gpu --user-data-dir="$T/chromium" --virtual-time-budget=20000 --dump-dom \
		"http://127.0.0.1:$port/$1" 2>/dev/null >"$T/dom"
	grep -o 'data-search-state="done"[^>]*' "$T/dom" | grep -o 'data-search-total="[0-9]*"' | tr -dc 0-9
}
browser_agrees() {
	for q in โครงการ ถนน ร.ร.; do
		want=$("$ODP" search "$cur" "$q" --in "$1" --count)
		[ "$(total "$2?q=$q&in=$1")" = "$want" ] || { echo "$q: not $want"; return 1; }
		[ "$(grep -o '<li data-project-id=' "$T/dom" | wc -l)" = $((want < 10 ? want : 10)) ] || { echo "$q: results"; return 1; }
	done
}
if have chromium; then
	port=$(free_port)
	(cd "$cur" && exec python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1) &
	at_exit "kill $!"
	until_true 5 curl -sf "http://127.0.0.1:$port/search/index.json"
	ok 'in Chromium: names' browser_agrees name search/index.html
	ok '... and more, on the English page' browser_agrees main en/search/index.html
	ok '... and filters, in the address' eval '[ "$(total "search/index.html?q=โครงการ&in=name&year=2567&min=1000000")" = \
		"$("$ODP" search "$cur" โครงการ --in name --where year=2567 --limit 9999 | awk -F "\t" "\$3 >= 1000000" | wc -l)" ]'
else
	skip 'in Chromium' 'there is no chromium'
fi

# ---- filters and order -------------------------------------------------------------

filters() {
	python3 - "$cur" "$ODP" <<-'P'
		import collections, csv, subprocess, sys
		cur, odp = sys.argv[1:]
		rows = list(csv.DictReader(open(f'{cur}/data/projects/projects.csv', encoding='utf-8', newline='')))
		places = collections.defaultdict(set)
		for r in csv.DictReader(open(f'{cur}/data/project_areas/project_areas.csv', encoding='utf-8', newline='')):
		    places[r['project_id']].add(r['province_code'])
		def found(*args):
		    out = subprocess.run([odp, 'search', cur, 'ก', '--in', 'name', '--limit', '100000', *args], check=True,
		                         stdout=subprocess.PIPE, encoding='utf-8').stdout
		    return [line.split('\t')[0] for line in out.splitlines()]
		base = [r for r in rows if 'ก' in r['name_th']]
		def same(got, want):
		    assert got and sorted(got) == sorted(r['project_id'] for r in want), (len(got), len(want))
		for value in {r['fiscal_year_be'] for r in base}:
		    same(found('--where', 'year=' + value), [r for r in base if r['fiscal_year_be'] == value])
		for value in {r['status'] for r in base}:
		    same(found('--where', 'status=' + value), [r for r in base if r['status'] == value])
		for value in sorted({p for s in places.values() for p in s if p})[:20]:
		    want = [r for r in base if value in places[r['project_id']]]
		    if want: same(found('--where', 'province=' + value), want)
		one = base[0]
		same(found('--where', f"ministry={one['ministry_code']},year={one['fiscal_year_be']}"),
		     [r for r in base if r['ministry_code'] == one['ministry_code'] and r['fiscal_year_be'] == one['fiscal_year_be']])
		assert found('--where', 'year=1') == []
		key = {r['project_id']: (-int(r['fiscal_year_be']), -float(r['budget_total']), int(r['project_id'])) for r in rows}
		got = found()
		assert got == sorted(got, key=key.get)
	P
}
ok 'filters count exactly; newest year and largest budget come first' filters
odp search "$cur" โครงการ --in name --count
ok '--count prints a number alone' eval 'is_status 0 && [ "$(wc -c <"$T/out")" -lt 8 ] &&
	[ "$(cat "$T/out")" = "$(cut -d, -f 1-3 "$cur/data/projects/projects.csv" | grep -c โครงการ)" ]'
odp search "$cur" โครงการ --limit 3
ok '--limit prints so many' eval '[ "$(wc -l <"$T/out")" = 3 ]'

# ---- files -------------------------------------------------------------------------

files_are_few() {
	[ "$(find "$cur/search" -name "*[0-9].*" -size +257k | wc -l)" = 0 ] && [ "$(find "$cur/search" -type f | wc -l)" -lt 60 ]
}
ok 'few files, none large' files_are_few
cp -r "$cur/search" "$T/first"
output=$T/again state=$T/again.state
run --source "sqlite:$T/a.sqlite" --jobs 1
ok 'made again on one thread: the same bytes' eval 'is_status 0 && same "$T/first" "$T/again/current/search"'
mkdir "$T/broken"
cp -r "$T/first" "$T/broken/search"
find "$T/broken/search" -name "*.bin" -exec truncate -s 20 {} \;
odp search "$T/broken" โครงการ
ok 'damaged files are told' fails 11 'index is damaged'
odp search "$T" โครงการ
ok 'a folder without search' fails 8 'index.json'
odp search "$cur" โครงการ --in titles
ok 'an unknown place to look in' fails 2 'usage: odp search DIR QUERY'

finish
