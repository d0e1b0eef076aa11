#!/bin/sh
# Loads the CSV files that opdb wrote into an empty PostgreSQL database.
#	load.sh DIR postgresql://user@host/db
# DIR is the folder given to --out, or its csv folder.
set -eu
if [ $# -ne 2 ]; then
	echo "usage: load.sh DIR postgresql://..." >&2
	exit 2
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
csv=$1
[ -d "$csv/csv" ] && csv=$csv/csv
csv=$(CDPATH='' cd -- "$csv" && pwd)
db=$2
tables="org_unit person plan_item project project_approval project_plan_link
	project_area project_budget disbursement activity indicator progress_report
	proposal"
# One transaction: a database that was not empty, or a file that does not fit,
# leaves everything as it was.
{
	echo 'begin;'
	cat "$here/schema.sql"
	for t in $tables; do
		printf "\\\\copy %s from '%s/%s.csv' csv header\n" "$t" "$csv" "$t"
	done
	echo 'commit;'
	echo 'analyze;'
} | PGCLIENTENCODING=UTF8 psql -X -q -v ON_ERROR_STOP=1 "$db" -f -
