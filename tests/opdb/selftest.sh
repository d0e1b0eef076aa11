#!/bin/sh
# Checks the generator against itself: what it writes is what its truth says.
#	selftest.sh [OPDB]
# OPDB is the program, build/opdb of this repository if not given. Needs the
# sqlite3 shell. Ends with the line `N passed, N failed`; 1 if anything failed.
set -u
LC_ALL=C
export LC_ALL
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
opdb=${1:-$here/../../build/opdb}
n=2000
passed=0
failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# check NAME COMMAND...: the command succeeds
check() {
	name=$1
	shift
	if "$@" > "$work/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $name"
		head -n 5 "$work/log"
	fi
}

# none NAME SQL: the query on the database finds no row
none() {
	sqlite3 -bail "$work/truth.db" \
		"attach '$work/a.db' as db; $2" > "$work/rows" 2>&1
	rc=$?
	check "$1" [ "$rc" -eq 0 -a ! -s "$work/rows" ]
	[ -s "$work/rows" ] && head -n 5 "$work/rows"
	return 0
}

# same NAME SQL SQL: both queries give the same set
same() {
	none "$1" "select * from ($2) except select * from ($3);
		select * from ($3) except select * from ($2);"
}

exits() {
	want=$1
	shift
	"$@"
	[ $? -eq "$want" ]
}

begins_with() { # the first file is the beginning of the second
	[ "$(wc -c < "$1")" -lt "$(wc -c < "$2")" ] &&
		cmp -n "$(wc -c < "$1")" "$1" "$2"
}

[ -x "$opdb" ] || { echo "selftest.sh: no program '$opdb'" >&2; exit 1; }

# --- the command line ------------------------------------------------------
check 'help is there' sh -c '"$1" --help | grep -q "^usage: opdb"' - "$opdb"
check 'no option is a usage error' exits 2 "$opdb"
check 'an unknown option is a usage error' exits 2 "$opdb" --projects 1 --bad 1
check 'no projects is a usage error' exits 2 "$opdb" --projects 0 --out "$work/x"
check 'a folder is not replaced' exits 8 "$opdb" --projects 1 --sqlite "$work"
"$opdb" --schema > "$work/schema.sql"
check 'schema.sql is what --schema prints' cmp "$work/schema.sql" "$here/schema.sql"

# --- the same seed, the same bytes -----------------------------------------
check 'generates CSV' "$opdb" --projects $n --seed 5 --out "$work/a"
check 'generates CSV again' "$opdb" --projects $n --seed 5 --out "$work/b"
check 'generates SQLite' "$opdb" --projects $n --seed 5 --sqlite "$work/a.db" \
	--truth "$work/t"
check 'generates SQLite again' "$opdb" --projects $n --seed 5 --sqlite "$work/b.db"
check 'generates another seed' "$opdb" --projects $n --seed 6 --out "$work/c"
check 'generates more' "$opdb" --projects 2500 --seed 5 --out "$work/d"
check 'generates one' "$opdb" --projects 1 --seed 5 --out "$work/e"
check 'same seed, same CSV and truth' diff -r "$work/a" "$work/b"
check 'same seed, same SQLite' cmp "$work/a.db" "$work/b.db"
check 'the truth is the same in both forms' diff -r "$work/a/truth" "$work/t"
for f in project person org_unit progress_report; do
	check "other seed, other $f" exits 1 cmp -s "$work/a/csv/$f.csv" \
		"$work/c/csv/$f.csv"
done
for f in project project_approval project_area project_budget disbursement activity \
	indicator progress_report proposal project_plan_link person org_unit; do
	check "more projects only add to $f" begins_with "$work/a/csv/$f.csv" \
		"$work/d/csv/$f.csv"
done
check 'no file is left half-written' [ -z "$(find "$work" -name '*.part')" ]
for f in "$work"/a/csv/*.csv "$work"/a/truth/*.tsv; do
	check "${f##*/} is UTF-8" iconv -f UTF-8 -t UTF-8 "$f"
done

# --- CSV and SQLite agree, row for row -------------------------------------
tables=$(sqlite3 "$work/a.db" "select name from sqlite_master where type = 'table'
	and name not like 'sqlite%'")
{
	cat "$here/schema.sql"
	echo 'pragma synchronous = off;'
	for t in $tables; do
		echo ".import --csv --skip 1 '$work/a/csv/$t.csv' $t"
		# an empty field is a null, a boolean is t or f
		sqlite3 "$work/a.db" "select 'update $t set ' || group_concat(name ||
			case type when 'boolean' then ' = ' || name || ' = ''t'''
			else ' = nullif(' || name || ', '''')' end, ', ') || ';'
			from pragma_table_info('$t')
			where type = 'boolean' or not (\"notnull\" or pk) having count(*)"
	done
} > "$work/load.sql"
check 'the CSV files load' sqlite3 -bail "$work/csv.db" ".read $work/load.sql"
sqlite3 "$work/truth.db" 'create table none(x)'
for t in $tables; do
	none "$t is the same in both forms" "attach '$work/csv.db' as csv;
		select * from csv.$t except select * from db.$t limit 3;
		select * from db.$t except select * from csv.$t limit 3;
		select a, b from (select count(*) a from csv.$t),
			(select count(*) b from db.$t) where a <> b or a = 0;"
done
for c in project_budget.amount disbursement.amount progress_report.spent \
	activity.weight_pct indicator.target_value project.beneficiary_count; do
	none "the sum of $c is the same in both forms" "attach '$work/csv.db' as csv;
		select a, b from (select sum(${c#*.}) a from csv.${c%.*}),
			(select sum(${c#*.}) b from db.${c%.*})
			where a is null or abs(a - b) > 0.005;"
done

# --- the truth files -------------------------------------------------------
{
	echo 'create table published(project_id integer primary key, code, verdict);'
	echo 'create table approved_reports(project_id integer, year_be integer, quarter integer);'
	echo 'create table canary(kind, plain, form, place, key integer);'
	echo 'create table defect(project_id integer, kind);'
	echo 'create table duplicate(a integer, b integer);'
	echo '.mode ascii'
	printf '.separator "\\t" "\\n"\n'
	for t in published approved_reports canary defect duplicate; do
		echo ".import '$work/t/$t.tsv' $t"
	done
} > "$work/truth.sql"
check 'the truth files load' sqlite3 -bail "$work/truth.db" ".read $work/truth.sql"

rule="select project_id from db.project p
	where status in ('approved', 'in_progress', 'completed', 'cancelled')
	and not is_classified and not exists (select 1 from db.project_approval a
		where a.project_id = p.project_id and decision <> 'approved')"
none 'exactly N projects may be published' \
	"select c from (select count(*) c from ($rule)) where c <> $n"
same 'published.tsv is the publication rule' "$rule" 'select project_id from published'
none '13 to 15 % of all projects may not be published' "select c from
	(select 100.0 * (count(*) - $n) / count(*) c from db.project)
	where c not between 10 and 16"
none 'published codes are those of the projects' "select project_id from published
	join db.project using (project_id) where code <> project_code"
same 'approved_reports.tsv is what the tables say' \
	'select * from approved_reports' \
	'select project_id, fiscal_year_be, quarter from db.progress_report
	join published using (project_id) where approved'
same 'defect.tsv is in published.tsv' 'select * from defect' \
	"select project_id, verdict from published where verdict <> 'ok'"
none 'no project has two defects' 'select project_id from defect
	group by 1 having count(*) > 1'

# --- every planted value stands where the truth says ------------------------
none 'all seven kinds are planted' "select * from (select count(distinct kind) c
	from canary) where c <> 7"
for place in $(sqlite3 "$work/truth.db" 'select distinct place from canary'); do
	case $place in
	person) source="db.person r where r.person_id = c.key
		and instr(r.first_name_th || ' ' || r.last_name_th, c.form)" ;;
	person.*) source="db.person r where r.person_id = c.key
		and instr(r.${place#*.}, c.form)" ;;
	*) source="db.${place%.*} r where r.project_id = c.key
		and instr(r.${place#*.}, c.form)" ;;
	esac
	none "every canary stands in $place" "select c.form from canary c
		where place = '$place' and not exists (select 1 from $source)"
done
none 'canaries are planted in every column that can hold them' "select * from
	(select count(distinct place) c from canary) where c <> 19"
none 'citizen numbers are valid and nobody'"'"'s' "with recursive
	digit(plain, i, total) as (
		select distinct plain, 0, 0 from canary where kind = 'citizen_id'
		union all
		select plain, i + 1, total + (13 - i) * substr(plain, i + 1, 1)
			from digit where i < 12)
	select plain from digit where i = 12 and (length(plain) <> 13
		or plain glob '*[^0-9]*' or substr(plain, 4, 2) <> '65'
		or plain like '0%' or (11 - total % 11) % 10 <> cast(substr(plain, 13, 1) as int))"
none 'mobile numbers are mobile numbers' "select plain from canary where kind = 'mobile'
	and plain not glob '0[689][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'"
none 'numbers are written in many ways' "select kind, c from (select kind,
	count(distinct replace(replace(replace(replace(replace(replace(replace(replace(
	replace(replace(form, '0', '9'), '1', '9'), '2', '9'), '3', '9'), '4', '9'),
	'5', '9'), '6', '9'), '7', '9'), '8', '9'), '๑', '๒')) c from canary
	where kind in ('citizen_id', 'mobile') group by 1) where c < 16"

# --- every defect is there, and nowhere else --------------------------------
defect() { # KIND SQL: the projects of the query are those of the truth
	none "$1 is planted" "select 'no $1' where not exists
		(select 1 from defect where kind = '$1')"
	same "$1 is where the truth says" \
		"select project_id from defect where kind = '$1'" \
		"select project_id from ($2) join published using (project_id)"
}
defect end_before_start "select project_id from db.project
	where end_date < start_date and start_date glob '20*'"
defect negative_amount 'select distinct project_id from db.project_budget
	where amount < 0'
defect progress_over_100 'select distinct project_id from db.progress_report
	where progress_pct > 100'
defect date_in_be "select project_id from db.project where start_date glob '25*'"
defect province_unknown "select distinct project_id from db.project_area
	where province_code is not null and not (length(province_code) = 2 and (
	province_code between '10' and '27' or province_code between '30' and '49'
	or province_code between '50' and '58' or province_code between '60' and '67'
	or province_code between '70' and '77' or province_code between '80' and '86'
	or province_code between '90' and '96'))"
defect district_elsewhere "select distinct a.project_id from db.project_area a
	where substr(district_code, 1, 2) <> province_code
	and a.project_id not in (select project_id from defect
		where kind = 'province_unknown')"
defect duplicate_code 'select max(project_id) project_id from db.project
	join published using (project_id) group by project_code having count(*) > 1'
defect year_ce_in_be 'select project_id from db.project where fiscal_year_be < 2500'
defect name_empty "select project_id from db.project
	where trim(name_th, ' ' || char(160)) = ''"
defect control_char "select project_id from db.project where name_th glob
	'*[' || char(1) || '-' || char(8) || char(11) || char(12) || char(14) || '-' ||
	char(31) || char(127) || '-' || char(159) || ']*'"

# --- near-duplicates ---------------------------------------------------------
none 'near-duplicates are there' "select c from (select count(*) c from duplicate)
	where c not between $n / 200 and $n / 50"
none 'near-duplicates are sound public projects' "select a, b from duplicate
	where (select verdict from published where project_id = a) is not 'ok'
	or (select verdict from published where project_id = b) is not 'ok' or a >= b"
none 'near-duplicates have another agency' "select a, b from duplicate
	join db.project p on p.project_id = a join db.project q on q.project_id = b
	join db.org_unit u on u.org_unit_id = p.owner_unit_id
	join db.org_unit v on v.org_unit_id = q.owner_unit_id
	where u.parent_id = v.parent_id"

# --- the data hold together ---------------------------------------------------
check 'no reference hangs' [ -z "$(sqlite3 "$work/a.db" 'pragma foreign_key_check')" ]
check 'the database is whole' [ "$(sqlite3 "$work/a.db" 'pragma integrity_check')" = ok ]
none 'projects cite plan items that were valid when they began' "select p.project_id
	from db.project p join db.project_plan_link using (project_id)
	join db.plan_item i using (plan_item_id) where start_date glob '20*'
	and not start_date between valid_from and coalesce(valid_to, '9999-12-31')"
none 'some of those have been cancelled since' "select 'none' where not exists (select 1
	from db.project_plan_link join db.plan_item using (plan_item_id)
	where kind = 'target_y1' and valid_to is not null)"
none 'each project has one primary plan item' 'select project_id from db.project p
	where (select sum(is_primary) from db.project_plan_link l
		where l.project_id = p.project_id) <> 1'
none 'owners existed when the project began' "select project_id from db.project
	join db.org_unit on org_unit_id = owner_unit_id where start_date glob '20*'
	and not start_date between active_from and coalesce(active_to, '9999-12-31')"
none 'owners are divisions' 'select project_id from db.project
	join db.org_unit on org_unit_id = owner_unit_id where level <> 3'
none 'sub-districts lie in their districts' 'select project_id from db.project_area
	where substr(subdistrict_code, 1, 4) <> district_code'
none 'activities weigh 100 percent together' 'select project_id from db.activity
	group by 1 having abs(sum(weight_pct) - 100) > 0.001'
none 'GFMIS codes have 16 digits' "select gfmis_code from db.project_budget
	where length(gfmis_code) <> 16 or gfmis_code glob '*[^0-9]*'"
none 'the mean project has more than 2 KiB of prose' 'select m from (select avg(length(
	cast(rationale_th || objective_th || output_th || outcome_th || target_group_th
	as blob))) m from db.project) where m < 2048'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
