#!/bin/sh
# What the reading role can see of the operational database, and what happens when others
# change its rows and its columns.  RUNS=N extractions beside a writer, 200 if not given.
. "${0%/*}/lib.sh"
: "${RUNS:=200}"

if ! pg_start; then
	skip 'the rights of the reading role' 'no PostgreSQL server is installed'
	finish
fi
small_schemas "$sch"
"$ODP_BUILD/opdb" --projects 100 --out "$T/demo" || exit 2
pg_sql postgres 'create database demo'
sh tests/opdb/load.sh "$T/demo" "$pg/demo" || exit 2
role() { psql -X -q -v ON_ERROR_STOP=1 -d "$pg/demo" -f cron/source-role.sql; }
ok 'cron/source-role.sql makes the role and its views' role
ok '... and may be run again' role
reader=postgresql://odp_reader@127.0.0.1:$pg_port/demo
as_reader() { psql -X -q -t -A -v ON_ERROR_STOP=1 "$reader" -c "$1"; }
cannot() { as_reader "$1" >"$T/psql" 2>&1 && { cat "$T/psql"; return 1; } || grep -q "$2" "$T/psql"; }

# ---- rights, as the catalogue knows them -------------------------------------------

views='activity disbursement indicator org_unit plan_item progress_report project project_approval project_area
project_budget project_plan_link proposal'
may() { # PRIVILEGE: the relations outside the system's schemas on which the role has it
	as_reader "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'v', 'm', 'f', 'p', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
		and case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'usage') or has_sequence_privilege(c.oid, 'update')
		         else has_table_privilege(c.oid, '$1') or has_any_column_privilege(c.oid, '$1') end order by 1"
}
# shellcheck disable=SC2086
printf 'odp.%s\n' $views | sort >"$T/want"
may select >"$T/got"
ok 'it may SELECT from the twelve views and nothing else' diff "$T/want" "$T/got"
for right in insert update references; do
	may $right >"$T/got"
	ok "it may $right nowhere" test ! -s "$T/got"
done
rights() {
	as_reader "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname in ('public', 'odp') and c.relkind in ('r', 'v')
		and (has_table_privilege(c.oid, 'delete') or has_table_privilege(c.oid, 'truncate') or has_table_privilege(c.oid, 'trigger'))"
}
ok 'it may delete, truncate and trigger nowhere' eval '[ "$(rights)" = 0 ]'
ok 'it may make nothing: no schema, no table, no temporary table' eval '
	[ "$(as_reader "select has_database_privilege(current_database(), '"'create'"') or has_database_privilege(current_database(), '"'temp'"')
		or has_schema_privilege('"'public'"', '"'create'"') or has_schema_privilege('"'odp'"', '"'create'"')")" = f ]'
ok 'it is a member of no role and has no attribute' eval '
	[ "$(as_reader "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = current_user")" = 0 ] &&
	[ "$(as_reader "select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls from pg_roles
		where rolname = current_user")" = f ]'
ok 'officers are not to be seen' cannot 'select * from public.person' 'permission denied'
ok 'nor are contacts, approvers and comments' eval "
	cannot 'select contact_text from public.project' 'permission denied' && cannot 'select contact_text from project' 'does not exist' &&
	cannot 'select comment_th from project_approval' 'does not exist' && cannot 'select reporter_id from progress_report' 'does not exist'"
hidden() { # the ids that the view shows beside those that may be published
	pg_sql demo "select project_id from odp.project except select project_id from public.project p
		where status in ('approved', 'in_progress', 'completed', 'cancelled') and not is_classified and not exists
		(select from public.project_approval a where a.project_id = p.project_id and decision <> 'approved')"
	pg_sql demo "select project_id from odp.project_budget where project_id not in (select project_id from odp.project)"
}
ok 'projects that may not be published are not to be seen' eval '
	[ "$(pg_sql demo "select count(*) from odp.project")" -lt "$(pg_sql demo "select count(*) from public.project")" ] &&
	hidden >"$T/hidden" && [ ! -s "$T/hidden" ]'

# ---- money that moves during extractions -------------------------------------------

extract() {
	rm -rf "$T/x"
	odp extract --source "$reader" --output "$T/x/output" --state "$T/x/state" --schemas "$sch" --sign-key "$key"
	snapshot=$(find "$T/x/state/snapshots" -name '*.sqlite' 2>/dev/null | head -1)
}
keys "$T/keys"
extract
ok 'the views are enough for an extraction' eval 'is_status 0 && [ -n "$snapshot" ]'
cents() { echo "cast(replace($1, '.', '') as integer)"; }
totals() {
	sql "$snapshot" "select sum($(cents budget_total)) from projects"
	sql "$snapshot" "select sum($(cents amount)) from project_budgets"
	sql "$snapshot" "select count(*) from projects p where $(cents budget_total) <>
		coalesce((select sum($(cents amount)) from project_budgets b where b.project_id = p.project_id), 0)"
}
cp "$snapshot" "$T/first.sqlite"
totals >"$T/totals0"
ids=$(sql "$snapshot" 'select group_concat(project_id) from projects')
pg_sql demo "create table ring as select project_id, seq, row_number() over (order by project_id, seq) n
	from project_budget where amount > 1000 and project_id in ($ids)" >/dev/null
half="where r.project_id = b.project_id and r.seq = b.seq and r.n <= 2 * ((select max(n) from ring) / 2)"
move="update project_budget b set amount = amount + case r.n % 2 when 0 then 100 else -100 end from ring r $half"
back="update project_budget b set amount = amount + case r.n % 2 when 0 then -100 else 100 end from ring r $half"
psql -X -q "$pg/demo" -c "do \$\$ begin loop $move; commit; $back; commit; end loop; end \$\$" >/dev/null 2>&1 &
writer=$!
n=0 torn=0 moved=0
while [ "$n" -lt "$RUNS" ]; do
	n=$((n + 1))
	extract
	[ "$status" = 0 ] || { torn=$((torn + 1)); cat "$T/err"; continue; }
	totals >"$T/totals"
	cmp -s "$T/totals" "$T/totals0" || { torn=$((torn + 1)); cat "$T/totals"; }
	[ "$(sql "$snapshot" "attach '$T/first.sqlite' as f; select count(*) from project_budgets b join f.project_budgets a
		using (project_id, seq) where a.amount <> b.amount")" = 0 ] || moved=$((moved + 1))
done
pg_sql postgres "select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'do %' and pid <> pg_backend_pid()" >/dev/null
wait $writer 2>/dev/null
ok "$RUNS extractions beside a writer that moves money: no total is torn" test "$torn" = 0
ok '... and the writer was at work' test "$moved" -gt 0

# ---- columns that come and go ------------------------------------------------------

extract
sql "$snapshot" 'select * from projects order by 1; select * from project_texts order by 1' >"$T/before"
python3 - >"$T/drift.sql" <<'P'
import random
random.seed(4)
tables = 'org_unit plan_item project project_approval project_area project_budget disbursement activity indicator progress_report'.split()
kinds = {'text': "'CANARY-DRIFT-0812345678'", 'bigint': '1101700230708', 'jsonb': '\'{"name": "CANARY-DRIFT"}\''}
for n in range(50):
    kind = random.choice(list(kinds))
    print(f'alter table {random.choice(tables)} add column drift_{n} {kind} default {kinds[kind]};')
P
ok 'fifty new columns' psql -X -q -v ON_ERROR_STOP=1 -d "$pg/demo" -f "$T/drift.sql"
extract
sql "$snapshot" 'select * from projects order by 1; select * from project_texts order by 1' >"$T/after"
ok '... change nothing' eval 'is_status 0 && cmp "$T/before" "$T/after"'
ok '... and nothing of them comes out' eval '! LC_ALL=C grep -r -a -l "CANARY-DRIFT\|1101700230708\|drift_" "$T/x"'

# Twenty columns change their names, some for the name of another: views follow the
# column, so that what was called name_th is still what is read.
pg_sql demo "alter table project rename column name_en to old_name_en;
	alter table project rename column contact_text to name_en;
	alter table project rename column rationale_th to background;
	alter table project rename column beneficiary_count to people"
pg_sql demo "alter table project_approval rename column decided_at to decided;
	alter table project_approval rename column comment_th to decision_text;
	alter table org_unit rename column name_th to title; alter table org_unit rename column abbr_th to short;
	alter table plan_item rename column name_th to title; alter table plan_item rename column code to no;
	alter table project_area rename column place_th to place; alter table project_area rename column lat to y;
	alter table project_area rename column lon to x; alter table project_budget rename column gfmis_code to gfmis;
	alter table disbursement rename column posted_at to posted; alter table activity rename column name_th to title;
	alter table indicator rename column name_th to title; alter table progress_report rename column result_th to result;
	alter table progress_report rename column problem_th to problem; alter table progress_report rename column spent to paid"
extract
sql "$snapshot" 'select * from projects order by 1; select * from project_texts order by 1' >"$T/after"
ok 'twenty renamed columns below the views change nothing' eval 'is_status 0 && cmp "$T/before" "$T/after"'
# Without the views the same change must end the run, not publish the contact as a name.
pg_sql demo 'grant usage on schema public to odp_reader; grant select on all tables in schema public to odp_reader;
	alter role odp_reader set search_path = public'
extract
ok 'without views they end the extraction: status 5, one message' fails 5 .
ok "... with no snapshot" eval '[ -z "$snapshot" ] || { find "$T/x"; false; }'
finish
