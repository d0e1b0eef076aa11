#!/bin/sh
# Line coverage by folder of what ran in a build with --coverage: coverage.sh BUILD (`make coverage`)
# Then, of the folders that are to be whole, each line that was not reached. Nothing here is asserted.
set -eu
cd "$(dirname "$0")/.."
build=$1 whole='pipeline/anon/'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Headers are read from each object that has them: their lines count once, reached if any object did.
find "$build/pipeline" -name '*.gcda' | sort | while read -r data; do
	gcov --stdout --preserve-paths --object-file "$data" "$data" 2>/dev/null
done >"$work/lines"
awk -F: -v whole="$whole" '
$2 ~ /^ *0$/ && $3 == "Source" { file = $4; next }
file !~ /^pipeline\// { next }
{ n = $1; gsub(/[ *]/, "", n); line = $2 + 0 }
n == "-" || line == 0 { next }
{ at = file ":" line; if (!(at in seen)) { seen[at] = 0 } if (n !~ /^[#=]/) seen[at] = 1 }
END {
	for (at in seen) {
		folder = at; sub(/[^\/]*$/, "", folder)
		all[folder]++; reached[folder] += seen[at]
		if (!seen[at] && index(at, whole) == 1) print "9 " at
	}
	for (folder in all)
		printf "1 %-22s %6.2f %% (%d of %d lines)\n", folder, 100 * reached[folder] / all[folder], reached[folder], all[folder]
}' "$work/lines" | sort -V | sed 's/^1 //; s/^9 /not reached: /'
