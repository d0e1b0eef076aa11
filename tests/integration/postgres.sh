#!/bin/sh
# The real source: a private PostgreSQL. The same release as from SQLite, by a role that
# may only read, while others write. With ../shared/opdb/sample-20k.tar.zst also the
# large sample, compared with what was planted in it.
. "${0%/*}/lib.sh"

if ! pg_start; then
	skip 'PostgreSQL as the source' 'no PostgreSQL server is installed'
	finish
fi
small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 300
"$ODP_BUILD/opdb" --projects 300 --out "$T/demo" || exit 2
pg_sql postgres 'create database demo'
ok 'load.sh loads what the generator wrote' sh tests/opdb/load.sh "$T/demo" "$pg/demo"
ok 'cron/source-role.sql makes the reading role' psql -X -q -v ON_ERROR_STOP=1 -d "$pg/demo" -f cron/source-role.sql
reader=postgresql://odp_reader@127.0.0.1:$pg_port

# ---- the same release --------------------------------------------------------------

run --source "sqlite:$T/a.sqlite"
released 1 || { cat "$T/err"; exit 2; }
output=$T/pg/output state=$T/pg/state
mkdir -p "$T/run"
output=$T/run/output state=$T/run/state
database_print() {
	for t in project project_budget disbursement person; do
		pg_sql demo "select md5(string_agg(t::text, '|' order by t::text)) from $t t"
	done
}
before=$(database_print)
run --source "$reader/demo" --jobs 3
ok 'a role that sees the views alone is enough' released 1
ok 'the data is that from SQLite, byte for byte' same "$T/output/releases/1/data" "$output/releases/1/data"
ok 'the pages, too' same "$T/output/releases/1/en" "$output/releases/1/en"
ok 'nothing was written into the source' test "$before" = "$(database_print)"
run --source "$reader/demo"
ok 'a second run changes nothing' eval 'released 1 && says "nothing changed"'
run --source "$reader/demo" --jobs 1 --force
ok 'one connection reads the same as three' same "$output/releases/1/data" "$output/releases/2/data"

# ---- what is wrong with it ---------------------------------------------------------

pg_sql demo 'revoke select on odp.project_budget from odp_reader'
run --source "$reader/demo"
ok 'a table that may not be read: status 5, one message' fails 5 .
ok '... and the live release verifies' live 2
pg_sql demo 'grant select on odp.project_budget to odp_reader'
run --source "$reader/nosuch"
ok 'a database that is not there: status 5, one message' fails 5 .
pg_sql demo 'alter view odp.project rename column name_en to title_en'
run --source "$reader/demo"
ok 'a column that is gone: status 5, the message names it' fails 5 'name_en'
pg_sql demo 'alter view odp.project rename column title_en to name_en'

secret=swordfish-$$
pg_sql postgres "alter role odp_reader password '$secret'"
as_pg sed -i '1i host all odp_reader 127.0.0.1/32 scram-sha-256' "$T/pg/data/pg_hba.conf"
pg_sql postgres 'select pg_reload_conf()' >/dev/null
run --source "$reader/demo"
ok 'a password that is missing: status 5, one message' fails 5 .
ODP_SOURCE="postgresql://odp_reader:wrong-$secret@127.0.0.1:$pg_port/demo"
export ODP_SOURCE
run
ok 'a wrong password: status 5, one message' fails 5 .
ok '... and it is not repeated' not grep -q "wrong-$secret" "$T/out" "$T/err"
ODP_SOURCE="postgresql://odp_reader:$secret@127.0.0.1:$pg_port/demo"
# What ps shows of every process, over and over, while a run is at work.
(
	while :; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | grep -c "$secret" >>"$T/seen"; done
) 2>/dev/null &
watcher=$!
run --force
kill $watcher
wait $watcher 2>/dev/null
unset ODP_SOURCE
ok 'a password in ODP_SOURCE works' is_status 0
# The watcher's own grep has the word in its arguments; nobody else may.
ok '... and ps never shows it' eval '[ "$(wc -l <"$T/seen")" -gt 3 ] && ! grep -q "^[2-9]" "$T/seen"'
ok '... nor is it kept anywhere' not grep -r -q -a "$secret" "$state" "$output"
as_pg sed -i 1d "$T/pg/data/pg_hba.conf"
pg_sql postgres 'select pg_reload_conf()' >/dev/null

# ---- others write meanwhile --------------------------------------------------------

# writer SQL: runs the statements in transactions of their own, on and on.
writer() {
	psql -X -q "$pg/demo" -c "set application_name = 'writer'" -c "do \$\$ begin
		loop $1 end loop; end \$\$" >/dev/null 2>&1 &
	writers="$writers $!"
	until_true 10 eval '[ "$(pg_sql demo "select count(*) from pg_stat_activity where application_name = '"'writer'"'")" != 0 ]'
}
end_writers() {
	pg_sql postgres "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'writer'" >/dev/null
	# shellcheck disable=SC2086
	wait $writers
	writers=
}
writers=
published=$(tail -n +2 "$output/current/data/projects/projects.csv" | wc -l)
# The money of the published projects moves from row to row: the sum of them all stays.
ids=$(tail -n +2 "$output/current/data/projects/projects.csv" | cut -d , -f 1 | paste -sd ,)
pg_sql demo "create table ring as select project_id, seq, row_number() over (order by project_id, seq) n
	from project_budget where amount > 1000 and project_id in ($ids)" >/dev/null
total=$(pg_sql demo 'select sum(amount) from project_budget')
writer "update project_budget b set amount = amount + case r.n % 2 when 0 then 100 else -100 end
		from ring r where r.project_id = b.project_id and r.seq = b.seq and r.n <= 2 * ((select max(n) from ring) / 2);
	commit;
	update project_budget b set amount = amount + case r.n % 2 when 0 then -100 else 100 end
		from ring r where r.project_id = b.project_id and r.seq = b.seq and r.n <= 2 * ((select max(n) from ring) / 2);
	commit;"
sums_agree() {
	python3 - "$output/current/data" "$published" <<-'P'
		import collections, csv, sys
		from decimal import Decimal
		def rows(name): return csv.DictReader(open(f'{sys.argv[1]}/{name}/{name}.csv', encoding='utf-8-sig', newline=''))
		parts = collections.defaultdict(Decimal)
		for r in rows('project_budgets'): parts[r['project_id']] += Decimal(r['amount'])
		n = 0
		for r in rows('projects'):
		    n += 1
		    assert Decimal(r['budget_total']) == parts[r['project_id']], 'torn: project ' + r['project_id']
		assert n == int(sys.argv[2]), f'{n} projects instead of {sys.argv[2]}'
		print(sum(parts.values()))
	P
}
sums_agree >"$T/sum0" || { cat "$T/sum0"; exit 2; }
torn=0 n=0
while [ "$n" -lt 4 ]; do
	n=$((n + 1))
	run --source "$reader/demo"
	[ "$status" = 0 ] || { torn=$((torn + 1)); cat "$T/err"; }
	sums_agree >"$T/sum" || { torn=$((torn + 1)); cat "$T/sum"; }
	cmp -s "$T/sum" "$T/sum0" || { torn=$((torn + 1)); echo "# the total is $(cat "$T/sum") after $(cat "$T/sum0")"; }
done
end_writers
ok 'money that moves during a run: every project agrees with its rows, the total stays' test $torn = 0
ok '... as it does in the database' test "$total" = "$(pg_sql demo 'select sum(amount) from project_budget')"

flipped=$(pg_sql demo "select project_id from project where status = 'in_progress' and not is_classified and project_id in
	(select project_id from project_budget) and project_id > 200 order by project_id limit 1")
writer "update project set status = 'draft' where project_id = $flipped; commit;
	update project set status = 'in_progress' where project_id = $flipped; commit;"
whole_or_absent() {
	python3 - "$output/current/data" "$flipped" <<-'P'
		import csv, glob, os, sys
		csv.field_size_limit(1 << 30)
		count = {}
		for d in sorted(os.listdir(sys.argv[1])):
		    r = csv.DictReader(open(f'{sys.argv[1]}/{d}/{d}.csv', encoding='utf-8-sig', newline=''))
		    if 'project_id' in r.fieldnames: count[d] = sum(1 for x in r if x['project_id'] == sys.argv[2])
		print(count)
	P
}
run --source "$reader/demo" # may have it or not
: >"$T/states"
n=0 bad=0
while [ "$n" -lt 6 ]; do
	n=$((n + 1))
	run --source "$reader/demo"
	[ "$status" = 0 ] || { bad=$((bad + 1)); cat "$T/err"; }
	whole_or_absent >>"$T/states"
done
end_writers
sort "$T/states" | uniq -c
ok 'a project that flips its status during runs: the runs succeed' test $bad = 0
ok '... it is there with all its rows or not at all' eval '[ "$(sort -u "$T/states" | wc -l)" -le 2 ] &&
	! sort -u "$T/states" | grep "'"'projects': 1"'" | grep "'"'project_texts': 0\\|'project_budgets': 0"'" &&
	! sort -u "$T/states" | grep "'"'projects': 0"'" | grep ": [1-9]"'

# A server that goes away in the middle: one message, nothing changed.
pg_sql demo "update project set status = 'in_progress' where project_id = $flipped"
now=$(readlink "$output/current")
pg_sql demo 'alter view odp.disbursement rename to disbursement_rows'
pg_sql demo 'create view odp.disbursement as select * from odp.disbursement_rows where pg_sleep(0.005)::text is not null' >/dev/null
pg_sql demo 'grant select on odp.disbursement to odp_reader'
"$ODP" run --force --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" --source "$reader/demo" \
	>"$T/out" 2>"$T/err" &
runner=$!
until_true 20 eval '[ "$(pg_sql postgres "select count(*) from pg_stat_activity where usename = '"'odp_reader'"' and query like '"'%disbursement%'"' and state = '"'active'"'")" != 0 ]'
pg_sql postgres "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'odp_reader'" >/dev/null
wait $runner
status=$?
ok 'a connection that breaks in the middle: status 5, one message' fails 5 .
ok '... and the live release verifies' live "${now#releases/}"
pg_sql demo 'drop view odp.disbursement'
pg_sql demo 'alter view odp.disbursement_rows rename to disbursement'
run --source "$reader/demo"
ok '... and the next run succeeds' eval 'is_status 0 && verifies'
pg_sql postgres 'drop database demo'

# ---- the large sample --------------------------------------------------------------

sample=../shared/opdb/sample-20k.tar.zst
if [ ! -e "$sample" ] || ! have zstd; then
	skip 'the sample of 20,000 projects' 'it is not here'
	finish
fi
rm -rf "$T/run" "$T/output"
mkdir "$T/sample"
tar --zstd -xf "$sample" -C "$T/sample" || exit 2
pg_sql postgres 'create database sample'
ok 'the sample is loaded' sh ../shared/opdb/load.sh "$T/sample/csv" "$pg/sample"
psql -X -q -v ON_ERROR_STOP=1 -d "$pg/sample" -f cron/source-role.sql >"$T/out" || exit 2
output=$T/run/output state=$T/run/state
odp run --source "$reader/sample" --output "$output" --state "$state" --sign-key "$key"
ok 'the sample makes a release, under the limits as declared' released 1
ids() {
	python3 -c 'import csv, sys
csv.field_size_limit(1 << 30)
for r in csv.DictReader(open(sys.argv[1], encoding="utf-8-sig", newline="")): print("\t".join(r[c] for c in sys.argv[2:]))' "$@" | sort
}
if [ "$status" = 0 ]; then
	awk -F '\t' '$3 ~ /^(ok|control_char|district_elsewhere|province_unknown|progress_over_100)$/ { print $1 }' \
		"$T/sample/truth/published.tsv" | sort >"$T/want"
	ids "$output/current/data/projects/projects.csv" project_id >"$T/got"
	ok 'the sample: exactly the publishable projects without a defect' diff "$T/want" "$T/got"
	ids "$output/current/data/progress/progress.csv" project_id fiscal_year_be quarter >"$T/got"
	sort "$T/sample/truth/approved_reports.tsv" | comm -13 - "$T/got" >"$T/beside"
	ok 'the sample: every published report is an approved one' eval 'test -s "$T/got" && ! grep . "$T/beside"'
	sort "$T/sample/truth/approved_reports.tsv" >"$T/approved"
	comm -23 "$T/approved" "$T/got" | cut -f 1 | sort -u | comm -12 - "$T/want" >"$T/missing"
	ok '... and few are missing' eval 'wc -l "$T/missing"; [ "$(wc -l <"$T/missing")" -lt 30 ]'
	canary_list "$T/sample/truth" "$T/canaries"
	ok 'the sample: no canary in the output, also inside archives' no_canary "$T/canaries" "$output"
	ok 'the sample: no canary in the state' no_canary "$T/canaries" "$state"
fi
finish
