#!/bin/sh
# Same input, same bytes: whatever the time zone, locale, home, umask, directory, number
# of threads and order of rows in the source.
# lib.sh reads status, output and state
# shellcheck disable=SC2034
. "${0%/*}/lib.sh"

demo "$T/a.sqlite" 400
small_schemas "$sch"
keys "$T/keys"

# The same rows inserted in another order, so that a scan without ORDER BY differs.
shuffle() { # FROM TO
	sqlite3 "$1" .schema | grep -v sqlite_stat >"$T/schema.sql"
	{
		echo 'pragma foreign_keys = off;'
		cat "$T/schema.sql"
		echo "attach '$1' as old; begin;"
		for t in $(sqlite3 "$1" "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"); do
			echo "insert into $t select * from old.$t order by rowid * 7919 % 10007 desc;"
		done
		echo 'commit;'
	} | sqlite3 -bail "$2"
}
shuffle "$T/a.sqlite" "$T/shuffled.sqlite"
in_other_order() {
	a=$(sql "$T/a.sqlite" 'select amount from disbursement limit 20')
	b=$(sql "$T/shuffled.sqlite" 'select amount from disbursement limit 20')
	[ "$a" != "$b" ]
}
ok 'the shuffled source gives its rows in another order' in_other_order

build() { # NAME SOURCE ENV... -- OPTION...
	name=$1 from=$2
	shift 2
	mkdir -p "$T/$name"
	vars=
	while [ "$1" != -- ]; do
		vars="$vars $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	env $vars "$ODP" run --source "sqlite:$from" --output "$T/$name/output" --state "$T/$name/state" \
		--schemas "$sch" --sign-key "$key" "$@" >"$T/out" 2>"$T/err"
	status=$?
	rel=$T/$name/output/releases/1
}

build plain "$T/a.sqlite" TZ=UTC LC_ALL=C -- --jobs 1
ok 'a release' is_status 0
reference=$rel

# again WHAT NAME SOURCE ENV... -- OPTION...
again() {
	what=$1
	shift
	build "$@"
	ok "$what: a release" is_status 0
	ok "$what: the same bytes and modes" same "$reference" "$rel"
	rm -rf "${T:?}/$1"
}
again 'four threads' jobs4 "$T/a.sqlite" TZ=UTC LC_ALL=C -- --jobs 4
again 'four threads once more' jobs4 "$T/a.sqlite" TZ=UTC LC_ALL=C -- --jobs 4
again 'another time zone' tz "$T/a.sqlite" TZ=Asia/Bangkok LC_ALL=C --
again 'another locale' locale "$T/a.sqlite" TZ=America/Caracas LC_ALL=th_TH.UTF-8 LANG=th_TH.UTF-8 LC_NUMERIC=de_DE.UTF-8 --
again 'another home and an environment that is almost empty' home "$T/a.sqlite" -i HOME=/nonexistent PATH=/nonexistent --
umask 077
again 'umask 077' umask77 "$T/a.sqlite" TZ=UTC --
umask 000
again 'umask 000' umask0 "$T/a.sqlite" TZ=UTC --
umask 022
again 'another path' "a longer/path with spaces/and ไทย" "$T/a.sqlite" TZ=UTC --
again 'rows in another order' shuffled "$T/shuffled.sqlite" TZ=UTC -- --jobs 3

# From another working directory, by paths that are relative.
mkdir -p "$T/rel/site-templates"
cp -r "$sch" "$T/rel/schemas"
[ ! -d site-templates ] || cp -r site-templates "$T/rel/"
cp "$T/a.sqlite" "$T/rel/db.sqlite"
(cd "$T/rel" && "$ODP" run --source sqlite:db.sqlite --sign-key ../keys/odp.key >"$T/out" 2>"$T/err")
# shellcheck disable=SC2034
status=$?
ok 'from another directory: a release' is_status 0
ok 'from another directory: the same bytes and modes' same "$reference" "$T/rel/output/releases/1"
rm -rf "$T/rel"

# A second way to the same place: changed, then changed back.
cp "$T/a.sqlite" "$T/b.sqlite"
sql "$T/b.sqlite" "update project set name_th = 'อย่างอื่น' where project_id % 50 = 1"
# shellcheck disable=SC2034
output=$T/w/output state=$T/w/state
run --source "sqlite:$T/b.sqlite"
run --source "sqlite:$T/a.sqlite"
ok 'changed and changed back: a release' released 2
ok 'changed and changed back: the same data' same "$reference/data" "$output/releases/2/data"
run --source "sqlite:$T/a.sqlite" --force
ok 'built again by force: the same data and bundles' eval 'released 3 && same "$reference/data" "$output/releases/3/data" &&
	same "$reference/bundles" "$output/releases/3/bundles"'
SOURCE_DATE_EPOCH=1700000000
export SOURCE_DATE_EPOCH
build dated "$T/a.sqlite" TZ=UTC --
ok 'SOURCE_DATE_EPOCH dates a release' grep -q '"created":"2023-11-1[45]T' "$rel/manifest.json"

finish
