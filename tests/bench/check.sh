#!/bin/sh
# Rows a second of `odp check` on one core, on a typed table of six columns, and whether memory is flat.
#   check.sh BUILD        (`make check-bench`) ROWS=2000000 by default
# Prints one line a table: all valid, one row in ten invalid, a tenth of the rows. Nothing here is asserted.
set -eu
cd "$(dirname "$0")/../.."
build=$(pwd)/$1 rows=${ROWS:-2000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/schema.json" <<'JSON'
{ "fields": [
  { "name": "id", "type": "integer", "constraints": { "required": true } },
  { "name": "name", "type": "string", "constraints": { "maxLength": 100 } },
  { "name": "budget", "type": "number", "constraints": { "minimum": 0 } },
  { "name": "start", "type": "date" },
  { "name": "active", "type": "boolean" },
  { "name": "province", "type": "string", "constraints": { "enum": ["TH-10", "TH-50", "TH-90"] } } ] }
JSON
table() { # rows, every how many an invalid one (0: none)
	awk -v rows="$1" -v every="$2" 'BEGIN {
		srand(1); split("TH-10 TH-50 TH-90", province, " ")
		print "id,name,budget,start,active,province"
		for (i = 1; i <= rows; i++)
			printf "%d,โครงการพัฒนาแหล่งน้ำ %d,%d.%02d,20%02d-%02d-%02d,%s,%s\n", i, i % 977, rand() * 1e9, rand() * 100,
				10 + rand() * 20, 1 + rand() * 12, every && i % every == 0 ? 31 : 1 + rand() * 28, rand() < 0.5 ? "true" : "false",
				every && i % every == 0 ? "TH-00" : province[1 + int(rand() * 3)]
	}' >"$work/table.csv"
}
measure() { # what
	cat "$work/table.csv" >/dev/null
	for _ in 1 2 3; do # the best of three: the rest is somebody else's load
		env time -f '%e %M' taskset -c 0 "$build/odp" check "$work/table.csv" --schema "$work/schema.json" --limit 1 >/dev/null 2>"$work/said" || true
		tail -1 "$work/said"
	done | sort -n | head -1 | awk -v what="$1" -v rows="$(($(wc -l <"$work/table.csv") - 1))" \
		'{ printf "odp check, %-26s %5.2f million rows/s, %d rows in %.2f s, %.1f MB of memory\n", what ":", rows / $1 / 1e6, rows, $1, $2 / 1024 }'
}
table "$rows" 0; measure 'all valid'
table "$rows" 10; measure 'one row in ten invalid'
table "$((rows / 10))" 0; measure 'a tenth of the rows'
