#!/bin/sh
# The finder for drafts: odp similar and the page's program give one answer; a project's own text finds it; what
# is looked at loses nothing that a look at every project would find first; hostile drafts; damage.
. "${0%/*}/lib.sh"

demo "$T/a.sqlite" 400
small_schemas "$sch"
keys "$T/keys"
run --source "sqlite:$T/a.sqlite"
ok 'a run makes a release' released 1
cur=$output/current
mkdir "$T/drafts"

# Drafts of projects: all four texts; the name; objective and output without every fifth word; two projects mixed. And
# some that are no proposal at all.
python3 - "$cur" "$T/drafts" <<'P'
import csv, random, sys
release, to = sys.argv[1:]
csv.field_size_limit(1 << 26)
def rows(name):
    with open(f'{release}/data/{name}/{name}.csv', encoding='utf-8-sig', newline='') as f:
        return list(csv.DictReader(f))
texts = {r['project_id']: r for r in rows('project_texts')}
random.seed(7)
some = random.sample([r for r in rows('projects') if r['project_id'] in texts], 40)
def put(name, text):
    with open(f'{to}/{name}', 'w', encoding='utf-8', newline='') as f:
        f.write(text)
for p in some:
    i, t = p['project_id'], texts[p['project_id']]
    put(f'whole-{i}', '\n'.join((p['name_th'], t['objective_th'], t['output_th'], t['target_group_th'])))
    put(f'name-{i}', p['name_th'])
    body = t['objective_th'] + ' ' + t['output_th']
    put(f'some-{i}', p['name_th'] + '\n' + ''.join(body[k:k + 16] for k in range(0, len(body), 20)))
    other = random.choice(some)
    put(f'both-{i}', p['name_th'] + ' ' + other['name_th'])
put('odd-empty', '')
put('odd-blank', ' \r\n\t ')
put('odd-latin', 'Zebra crossing quux <script>alert(1)</script> \'; drop table')
put('odd-cut', '[ปกปิด:ชื่อบุคคล] ก่อสร้างถนน [ปกปิด ไม่มีที่สิ้นสุด ก่อสร้างถนนคอนกรีต')
put('odd-emoji', '😀ก่อสร้าง😀ถนน\u200bคอนกรีต\ufeff\u0e50\u0e51\u0e52 ' * 40)
put('odd-long', 'โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก ' * 5000)
put('odd-symbols', ''.join(chr(c) for c in [*range(1, 0x250), *range(0xe01, 0xe5c), *range(0x2000, 0x2100)]))
P
ok 'there are drafts' eval '[ "$(ls "$T/drafts" | wc -l)" = 167 ]'
answers() {
	for f in "$T"/drafts/*; do
		echo "# $f"
		"$ODP" similar "$cur" --text "$f" || return 1
	done >"$T/odp"
}
ok 'odp similar answers each' answers
its_own_is_first() {
	awk -F '\t' -v n=0 '/^# / { sub(".*/", ""); split($0, p, "-"); wanted = p[1] == "whole" ? p[2] : ""; next }
		wanted { if ($2 != wanted && $1 < 90) { print "not " wanted ": " $0; bad++ } n++; wanted = "" }
		END { exit bad || n != 40 }' "$T/odp"
}
ok "a project's own text finds it, over 90 % alike" its_own_is_first
named_first() {
	awk -F '\t' '/^# / { sub(".*/", ""); split($0, p, "-"); wanted = p[1] == "some" ? p[2] : ""; place = 0; next }
		wanted { place++; if ($2 == wanted && place <= 3) n++ } END { print n " of 40"; exit n < 39 }' "$T/odp"
}
ok 'a part of it finds it among the first three' named_first
ok 'reasons are phrases of the draft' awk -F '\t' '!/^# / { n++; with += $6 != "" } END { exit n < 1000 || with < n / 2 }' "$T/odp"
ok 'a draft without letters finds nothing' eval '! "$ODP" similar "$cur" --text "$T/drafts/odd-blank" | grep . &&
	! "$ODP" similar "$cur" --text "$T/drafts/odd-empty" | grep .'

if have node; then
	node tests/integration/similar_node.mjs "$cur" "$T"/drafts/* >"$T/node" 2>"$T/node.err"
	ok "the page's program gives the same lines" cmp "$T/odp" "$T/node"
	node tests/integration/similar_node.mjs "$cur" --all "$T"/drafts/* >"$T/all" 2>"$T/node.err"
	first() { awk -F '\t' '/^# / { getline x; split(x, f, "\t"); print $0, x ~ /^#/ ? "" : f[2] }' "$1"; }
	first_is_kept() {
		first "$T/odp" >"$T/odp.first" && first "$T/all" >"$T/all.first" && [ "$(wc -l <"$T/all.first")" -gt 150 ] &&
			[ "$(diff "$T/odp.first" "$T/all.first" | grep -c '^>')" -le 3 ]
	}
	ok 'what is looked at has the nearest of all projects for 98 of 100 drafts' first_is_kept
else
	skip "the page's program" 'there is no node'
fi

odp similar "$cur" --text "$T/none"
ok 'a draft that is not there' fails 2 'none'
printf 'ก\377ข' >"$T/bytes"
odp similar "$cur" --text "$T/bytes"
ok 'a draft that is not UTF-8' fails 2 'UTF-8'
odp similar "$cur"
ok 'no draft' fails 2 'usage'
odp similar "$T/drafts" --text "$T/drafts/odd-cut"
ok 'no release' eval '[ "$status" != 0 ]'
cp -rL "$cur" "$T/bad"
data=$(echo "$T"/bad/search/*/term.num)
cuts() {
	for n in 0 7 8 40 1000; do
		head -c "$n" "$cur/${data#"$T/bad/"}" >"$data"
		odp similar "$T/bad" --text "$T/drafts/odd-cut"
		fails 11 'damaged' || return 1
	done
}
chmod -R u+w "$T/bad"
ok 'a damaged index is told' cuts
finish
