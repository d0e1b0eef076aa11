#!/bin/sh
# odp risk: what it prints is what the definitions say, computed again in Python, and what ARX
# publishes of its example data. Damaged files and wrong columns are refused.
. "${0%/*}/lib.sh"

# figure NAME: what the last command printed of it
figure() {
	awk -v name="$1" '$1 == name { print $2 }' "$T/out"
}

# is NAME VALUE: to 1e-12
is() {
	python3 -c 'import sys; a, b = map(float, sys.argv[1:]); sys.exit(not (a == b or abs(a - b) <= 1e-12))' \
		"$(figure "$1")" "$2" || { echo "$1 is $(figure "$1"), not $2"; return 1; }
}

# ---- by hand -----------------------------------------------------------------------
# Classes: north/f 3 (a a b), north/m 2 (b b), south/f 1 (c), south/m 4 (a b c c)

cat >"$T/small.csv" <<-'C'
	id,area,sex,ill
	1,north,f,a
	2,south,m,c
	3,north,f,a
	4,north,m,b
	5,south,f,c
	6,south,m,a
	7,north,f,b
	8,south,m,b
	9,north,m,b
	10,south,m,c
C
odp risk "$T/small.csv" --quasi area,sex --sensitive ill --threshold 0.4
ok 'a table by hand: ten records in four classes' eval 'is_status 0 && is records 10 && is classes 4 &&
	is k 1 && is largest_class 4 && is uniques 1 && is uniques_share 0.1'
ok '... risks' eval 'is prosecutor_highest 1 && is prosecutor_average 0.4 && is records_at_risk 0.3 &&
	is journalist_highest 1 && is marketer 0.4'
ok '... distinction and separation: 10 of 45 pairs are in one class' eval 'is distinction 0.4 &&
	is separation "$(python3 -c "print(1 - 10 / 45)")"'
ok '... diversity: one class knows one illness only' eval 'is ill.l_distinct 1 && is ill.l_entropy 1 &&
	is ill.c_recursive inf && is ill.t_closeness 0.7'
odp risk - --quasi area,sex <"$T/small.csv"
ok 'standard input is a file too' is classes 4
odp risk "$T/small.csv" --quasi area --k 5
ok 'a wanted k that is reached' is_status 0
odp risk "$T/small.csv" --quasi area --k 6
ok '... and one that is not' fails 4 'k is 5, less than 6'

# ---- an independent computation ----------------------------------------------------

python3 - "$T/random.csv" "$T/want" <<-'P'
	import collections, csv, itertools, math, random, sys
	random.seed(4)
	words = ['', 'a', 'b,c', 'd"e', 'บ้าน', 'two\nlines', 'x' * 300]
	rows = [(random.choice(words), random.choice('12345'), random.choice(words[:3]),
	         random.choice('uvw' if random.random() < .5 else 'xyzu')) for _ in range(5000)]
	with open(sys.argv[1], 'w', encoding='utf-8', newline='') as f:
	    w = csv.writer(f)
	    w.writerow(['p', 'q', 'r', 's'])
	    w.writerows(rows)
	groups = collections.defaultdict(list)
	for p, q, r, s in rows:
	    groups[p, q, r].append(s)
	n, sizes = len(rows), [len(g) for g in groups.values()]
	whole = collections.Counter(r[3] for r in rows)
	def shares(g):
	    return sorted((c / len(g) for c in collections.Counter(g).values()), reverse=True)
	want = {
	    'records': n, 'classes': len(groups), 'k': min(sizes), 'largest_class': max(sizes),
	    'uniques': sizes.count(1), 'prosecutor_highest': max(1 / s for s in sizes),
	    # on average over records, as El Emam defines it, not by the number of classes
	    'prosecutor_average': math.fsum(1 / len(groups[r[:3]]) for r in rows) / n,
	    'records_at_risk': sum(1 / len(groups[r[:3]]) > 0.02 for r in rows) / n,
	    'separation': 1 - sum(math.comb(s, 2) for s in sizes) / math.comb(n, 2),
	    's.l_distinct': min(len(set(g)) for g in groups.values()),
	    's.l_entropy': min(math.exp(-math.fsum(p * math.log(p) for p in shares(g))) for g in groups.values()),
	    's.c_recursive': max(shares(g)[0] / math.fsum(shares(g)[1:]) for g in groups.values()),
	    's.t_closeness': max(math.fsum(abs(g.count(v) / len(g) - c / n) for v, c in whole.items()) / 2
	                         for g in groups.values()),
	}
	with open(sys.argv[2], 'w') as f:
	    for name, value in want.items():
	        print(name, repr(value), file=f)
P
odp risk "$T/random.csv" --quasi p,q,r --sensitive s --threshold 0.02
all_as_computed() {
	[ "$(wc -l <"$T/want")" = 13 ] || return 1
	while read -r name value; do
		is "$name" "$value" || return 1
	done <"$T/want"
}
ok 'five thousand random records: every figure as Python computes it' eval 'is_status 0 && all_as_computed'

# ---- ARX ---------------------------------------------------------------------------
# arx-deidentifier/arx@aacd487, TestRiskMetrics: the example table, before and after it is made
# 2-anonymous, and data/adult.csv

printf '%s\n' age,gender,zipcode 34,male,81667 45,female,81675 66,male,81925 70,female,81931 \
	34,female,81931 70,male,81931 45,male,81931 >"$T/example.csv"
odp risk "$T/example.csv" --quasi age,gender,zipcode
ok 'ARX: highest and average risk of its example' eval 'is prosecutor_highest 1.0 && is prosecutor_average 1.0'
awk -F, 'NR == 1 { print; next } { print ($1 < 50 ? "<50" : ">=50") ",*," substr($3, 1, 3) "**" }' \
	"$T/example.csv" >"$T/anonymous.csv"
odp risk "$T/anonymous.csv" --quasi age,gender,zipcode
ok 'ARX: ... and of the 2-anonymous one' eval 'is prosecutor_highest 0.5 && is prosecutor_average 0.42857142857142855'
adult=../shared/data/adult.csv
if [ -e "$adult" ]; then
	odp risk "$adult" --delimiter ';' \
		--quasi sex,age,race,marital-status,education,native-country,workclass,occupation,salary-class
	ok 'ARX: average and highest risk of adult.csv' eval 'is prosecutor_average 0.6465751607983555 &&
		is prosecutor_highest 1.0 && is classes 19502 && is records 30162'
	ok 'ARX: its share of unique records' is uniques_share 0.5142895033485844
else
	skip 'ARX: figures of adult.csv' "there is no $adult"
fi

# ---- what is refused ---------------------------------------------------------------

odp risk "$T/small.csv"
ok 'quasi-identifiers must be named' fails 2 'usage: odp risk FILE --quasi'
odp risk "$T/small.csv" --quasi area,age
ok '... and be columns of the file' fails 2 "no column 'age'"
odp risk "$T/nothing.csv" --quasi area
ok 'a file that is not there' fails 8 'nothing.csv'
odp risk "$T/small.csv" --quasi area --threshold 9
ok 'a threshold beyond 1' fails 2 'threshold'
odp risk "$T/small.csv" --quasi area --delimiter ';;'
ok 'a delimiter of two characters' fails 2 'delimiter'
printf 'a,b\n1,2\n3\n' >"$T/ragged.csv"
odp risk "$T/ragged.csv" --quasi a
ok 'a row that lacks a cell, by its number' fails 3 'row 3 has 1 cells, the header 2'
printf 'a,b\n1,"2\n' >"$T/quote.csv"
odp risk "$T/quote.csv" --quasi a
ok 'a quote that is never closed' fails 3 'row 2 is damaged'
: >"$T/empty.csv"
odp risk "$T/empty.csv" --quasi a
ok 'an empty file' fails 3 'is empty'
echo a,b >"$T/header.csv"
odp risk "$T/header.csv" --quasi a
ok 'a header alone: no records, no risk' eval 'is_status 0 && is k 0 && is prosecutor_highest 0'

finish
