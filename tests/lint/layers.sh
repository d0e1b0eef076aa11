#!/bin/sh
# Includes point down only, and each library is included by the folders that layers.txt names.
set -u
cd "$(dirname "$0")/../.." || exit 2
awk '
FNR == NR {
	if ($0 ~ /^#/ || !NF) next
	split($0, side, "|"); sub(/:.*/, "", side[1]); layer = side[1]; known[layer] = 1
	line = $0; sub(/^[^:]*:/, "", line); split(line, halves, "|")
	n = split(halves[1], may, " "); for (i = 1; i <= n; i++) allow[layer, may[i]] = 1
	n = split(halves[2], lib, " "); for (i = 1; i <= n; i++) { third[lib[i]] = 1; libs[layer, lib[i]] = 1 }
	next
}
/^#include/ {
	n = split(FILENAME, path, "/"); layer = n == 2 ? "main" : path[2]
	match($0, /[<"][^>"]*[>"]/); inc = substr($0, RSTART + 1, RLENGTH - 2)
	if ($0 ~ /"/) {
		to = inc; sub(/\/.*/, "", to)
		if (to != layer && !((layer, to) in allow)) { print FILENAME ":" FNR ": " layer "/ may not include " inc; bad = 1 }
	} else for (l in third)
		if (index(inc, l) == 1 && !((layer, l) in libs)) { print FILENAME ":" FNR ": " layer "/ may not include <" inc ">"; bad = 1 }
}
END { exit bad }' tests/lint/layers.txt pipeline/*.[ch] pipeline/*/*.[ch]
