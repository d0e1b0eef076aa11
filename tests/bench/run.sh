#!/bin/sh
# The cost of a run at full scale from PostgreSQL, beside the floors of the same machine and moment.
#   run.sh BUILD        PROJECTS=274016 by default; KEEP=DIR keeps what was made
# Prints one line a figure: what, seconds, and how it compares. Nothing here is asserted.
set -eu
cd "$(dirname "$0")/../.."
build=$(pwd)/$1 projects=${PROJECTS:-274016}
work=${KEEP:-$(mktemp -d)}
mkdir -p "$work"
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
port=${BENCH_PORT:-54329}
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
stop() { as "$bin/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1 || true; [ -n "${KEEP:-}" ] || rm -rf "$work"; }
trap stop EXIT
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }'; }

chmod 755 "$work"; mkdir -p "$work/pg"; [ "$(id -u)" != 0 ] || chown postgres "$work/pg"
url=postgresql://postgres@127.0.0.1:$port/opdb
if [ ! -e "$work/pg/data" ]; then
	as "$bin/initdb" -D "$work/pg/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 >/dev/null
	new=1
fi
as "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w start \
	-o "-p $port -k $work/pg -c listen_addresses=127.0.0.1 -c shared_buffers=1GB -c max_wal_size=8GB -c fsync=off" >/dev/null
if [ -n "${new:-}" ]; then
	t=$(now); "$build/opdb" --projects "$projects" --out "$work/opdb"
	echo "demo database of $projects publishable projects, as CSV: $(since "$t") s, $(du -sh "$work/opdb/csv" | cut -f1)"
	psql -q "postgresql://postgres@127.0.0.1:$port/postgres" -c 'create database opdb'
	sh tests/opdb/load.sh "$work/opdb" "$url"
	rm -rf "$work/opdb/csv"
fi
t=$(now)
for table in $(psql -Atq "$url" -c "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"); do
	psql -q "$url" -c "copy $table to stdout" >/dev/null
done
copy=$(since "$t"); echo "floor: COPY of all tables to nowhere, one connection: $copy s"

[ -e "$work/keys/odp.key" ] || "$build/odp" keygen "$work/keys" >/dev/null
rm -rf "$work/output" "$work/state"
odp() { ODP_SOURCE=$url "$build/odp" "$@" --output "$work/output" --state "$work/state"; }
t=$(now); odp run --sign-key "$work/keys/odp.key"
full=$(since "$t"); echo "odp run, everything new: $full s = $(ratio "$full" "$copy") x COPY"
odp status | sed -n '/^stages/,/^held/p' | grep -v '^held'
t=$(now); odp run --sign-key "$work/keys/odp.key"
same=$(since "$t"); echo "odp run, nothing changed: $same s = $(ratio "$same" "$copy") x COPY"
release=$(readlink -f "$work/output/current")
echo "release: $(find "$release" -type f | wc -l) files, $(du -s --apparent-size -BM "$release" | cut -f1)"
t=$(now); "$build/odp" verify "$release" --public-key "$work/keys/odp.pub"; echo "odp verify: $(since "$t") s"
t=$(now); cp -r "$release" "$work/copy"; sync -f "$work"; floor=$(since "$t"); rm -rf "$work/copy"
echo "floor: cp -r of the release and sync: $floor s; the full run = $(ratio "$full" "$floor") x"
