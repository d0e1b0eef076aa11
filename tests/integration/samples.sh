#!/bin/sh
# The code samples of the page for developers, as published: Python, SQL and R give the sums of summary_year.csv.
. "${0%/*}/lib.sh"

small_schemas "$sch"
keys "$T/keys"
demo "$T/a.sqlite" 300
port=$(free_port)
run --source "sqlite:$T/a.sqlite" --base-url "http://127.0.0.1:$port/"
ok 'a run makes a release' released 1
cur=$output/current
(cd "$cur" && exec python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1) &
at_exit "kill $!"
until_true 5 curl -sf "http://127.0.0.1:$port/index.html"

# sample PAGE WORD: the first block of code of the page that has the word.
sample() {
	python3 - "$cur/$1" "$2" <<-'P'
		import html, re, sys
		blocks = re.findall(r'<pre[^>]*><code[^>]*>(.*?)</code></pre>', open(sys.argv[1], encoding='utf-8').read(), re.S)
		print(html.unescape([b for b in blocks if sys.argv[2] in b][0]))
	P
}
python3 - "$cur/data/summary_year/summary_year.csv" >"$T/want" <<-'P'
	import csv, sys
	for r in csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')):
	    print(r['fiscal_year_be'], r['budget_total'])
P
sums() { # COMMAND... runs in an empty folder
	rm -rf "$T/work" && mkdir "$T/work" && (cd "$T/work" && "$@") >"$T/got" && [ -s "$T/want" ] && diff "$T/want" "$T/got"
}
for page in developers/index.html en/developers/index.html; do
	sample "$page" 'import csv' >"$T/sample.py"
	sample "$page" 'sqlite3 open-d' >"$T/sample.sh"
	sample "$page" 'read.csv' >"$T/sample.R"
	sample "$page" 'api/v1' >"$T/api.sh"
	ok "$page: Python" sums python3 "$T/sample.py"
	if have sqlite3; then ok '... SQL' sums sh "$T/sample.sh"; else skip '... SQL' 'there is no sqlite3'; fi
	if have Rscript; then
		ok '... R' eval 'Rscript "$T/sample.R" >"$T/got" && grep -q "$(sed -n "1s/ .*//p" "$T/want")" "$T/got"'
	else
		skip '... R' 'there is no R'
	fi
	ok '... the API' eval 'sh "$T/api.sh" | python3 -c "import json, sys; assert json.load(sys.stdin)"'
	ok '... Excel: the query names columns that there are' eval 'sample "$page" Csv.Document | grep -o "{\"[a-z_]*\"" | tr -dc "a-z_\n" |
		while read -r c; do head -1 "$cur/data/projects/projects.csv" | tr , "\n" | grep -qx "$c" || exit 1; done'
done
finish
