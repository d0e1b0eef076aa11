#!/bin/sh
# What a schema may say of a field, on a small database of its own: each policy publishes what
# it promises, what it cannot be is refused, and a table about persons reaches its k or is held.
. "${0%/*}/lib.sh"

python3 - "$T/source.sqlite" <<-'P'
	import sqlite3, sys
	db = sqlite3.connect(sys.argv[1])
	db.execute('create table visit(id integer, born text, place text, lat text, fee text, staff text, vendor text,'
	           ' note text, visitors integer, changed_at text)')
	for i in range(1, 41):
	    db.execute('insert into visit values(?,?,?,?,?,?,?,?,?,?)', (
	        i, f'{1980 + i % 2}-{i % 12 + 1:02}-17', f'50{i % 2 + 1:02}07', f'18.7{i:02}', f'{i * 100}.00',
	        'นายสมชาย ใจดี', f'01055360003{i % 3:02}', 'โทร. 0812345678', i - 1, '2025-01-01 09:00:00'))
	db.commit()
P

# field NAME TYPE POLICY...
field() {
	printf '  - name: %s\n    type: %s\n    title: {th: ก, en: a}\n    description: {th: ก, en: a}\n' "$1" "$2"
	shift 2
	printf '    %s\n' "$@"
}

# schema: what stands in $head (keys of the dataset) and $extra (a field)
head='persons: false' extra=''
schema() {
	rm -rf "$sch"
	mkdir -p "$sch/datasets/visits"
	cp -r schemas/vocab "$sch/"
	sed '/^exports:/,$d; /^datasets:/,$d; s/^created: .*/created: {dataset: visits, field: changed_at}/' schemas/catalog.yaml >"$sch/catalog.yaml"
	printf 'datasets: [visits]\n' >>"$sch/catalog.yaml"
	echo text >"$sch/datasets/visits/about.th.md"
	echo text >"$sch/datasets/visits/about.en.md"
	{
		cat <<-'Y'
			version: 1.0.0
			title: {th: ก, en: a}
			description: {th: ก, en: a}
			grain: {th: ก, en: a}
			keywords: {th: [ก], en: [a]}
			theme: GOVE
			frequency: DAILY
			key: [id]
			formats: [csv]
		Y
		echo "$head"
		echo fields:
		field id id 'public: true' 'required: true'
		field born code 'anonymize: {generalize: year}'
		field place code 'anonymize: {generalize: district}'
		field lat decimal 'scale: 3' 'anonymize: {generalize: 0.05}'
		field fee decimal 'scale: 2' 'anonymize: {round: 1000}'
		field staff text 'anonymize: drop'
		field vendor code "$vendor"
		field note text 'anonymize: redact'
		field visitors integer 'public: true' 'suppress_below: 11'
		field changed_at datetime 'public: true' 'required: true'
		printf '%s' "$extra"
	} >"$sch/datasets/visits/dataset.yaml"
	echo 'select id, born, place, lat, fee, staff, vendor, note, visitors, changed_at from visit' \
		>"$sch/datasets/visits/extract.sql"
}
vendor='anonymize: {code: vendor}'

# stage NAME [OPTION...]: that stage alone, on the source
stage() {
	odp "$@" --unsigned --source "sqlite:$T/source.sqlite" --output "$output" --state "$state" --schemas "$sch"
}
rows() {
	sqlite3 -separator '|' "$(find "$state/snapshots" -name '*.sqlite' | sort | tail -1)" "$1"
}

schema
stage extract
ok 'a schema with every policy is extracted' is_status 0
ok 'generalize: a year, a district, the middle of a cell' eval \
	'[ "$(rows "select born, place, lat from visits where id = 1")" = "1981|5002|18.725" ]'
ok 'round: the nearest thousand' eval '[ "$(rows "select group_concat(distinct fee) from visits where id in (1, 5, 14)")" = "0.00,1000.00" ]'
ok 'drop: nothing' eval '[ "$(rows "select count(staff) from visits")" = 0 ]'
ok 'redact: the number is gone' eval '[ "$(rows "select count(*) from visits where note like \"%0812345678%\"")" = 0 ]'
ok 'code: three vendors, three codes of 32 digits' eval \
	'[ "$(rows "select count(distinct vendor), min(length(vendor)), max(length(vendor)) from visits")" = "3|32|32" ]'
ok 'suppress_below: 1 to 10 are empty, 0 and 11 are not' eval \
	'[ "$(rows "select count(*), min(id), max(id) from visits where visitors is null")" = "10|2|11" ]'
ok '... and counted' eval '[ "$(rows "select n from _privacy where field = \"visitors\" and kind = \"suppressed\"")" = 10 ]'
ok 'no raw value is left in any byte of the state' eval '! grep -a -r -q "สมชาย\|0812345678\|01055360003" "$state"'
ok 'the key of codes is private' eval '[ "$(stat -c %a "$state/code.key")" = 600 ] && [ "$(wc -c <"$state/code.key")" = 65 ]'
codes=$(rows 'select id, vendor from visits')
stage extract --force
ok 'codes stay what they are' eval '[ "$(rows "select id, vendor from visits")" = "$codes" ]'
by_python() {
	python3 - "$state/code.key" "$(rows 'select vendor from visits where id = 1')" <<-'P'
		import hmac, sys
		key = bytes.fromhex(open(sys.argv[1]).read())
		assert hmac.new(key, b'vendor\0' + b'0105536000301', 'sha256').hexdigest()[:32] == sys.argv[2]
	P
}
ok '... and are HMAC-SHA-256 under that key' by_python
chmod 640 "$state/code.key"
stage extract --force
ok 'a key that others may read is refused' fails 13 'code.key'
chmod 600 "$state/code.key"
echo x >"$state/code.key"
stage extract --force
ok '... and one that is none' fails 13 'code.key'
rm "$state/code.key"
stage extract --force
ok 'another key makes other codes' eval 'is_status 0 && [ "$(rows "select id, vendor from visits")" != "$codes" ]'
vendor='anonymize: drop'
schema
rm -rf "$state"
stage extract
ok 'without codes no key is made' eval 'is_status 0 && [ ! -e "$state/code.key" ]'

# ---- what cannot be ----------------------------------------------------------------

refused() { # TEXT BEHAVIOUR
	schema
	stage extract
	ok "$2" fails 6 "$1"
	head='persons: false' extra='' vendor='anonymize: drop'
}
vendor='anonymize: {code: vendor}' head='persons: true
quasi: [born]'
refused 'must not be published of persons' 'a code of persons'
vendor='anonymize: {code: vendor}' head=''
refused 'must not be published of persons' 'a code where nothing is said of persons'
head='persons: true'
refused 'quasi' 'persons without quasi-identifiers'
head='persons: true
quasi: [borned]'
refused "column 'borned' is not declared" 'a quasi-identifier that is no column'
head='persons: true
quasi: [born]
k: 4'
refused "'k' must be at least 5" 'a k that is too small'
head='k: 9'
refused "need 'persons: true'" 'k without persons'
vendor='anonymize: {generalize: yeer}'
refused "field 'vendor': 'generalize' needs" 'a level that is none'
vendor='anonymize: yeer'
refused "unknown anonymization method 'yeer'" 'a method that is none'
vendor='anonymize: {code: a, drop: b}'
refused "must be a method" 'two methods'
extra=$(field more text 'public: true' 'suppress_below: 11')
refused 'on an integer field' 'suppress_below of a text'
extra=$(field more integer 'public: true' 'suppress_below: 11' 'required: true')
refused 'small counts become empty' 'suppress_below of what must not be empty'
extra=$(field more integer 'public: true' 'suppress_below: 1')
refused '2 to 1000' 'suppress_below of nothing'

# ---- the gate ----------------------------------------------------------------------
# 20 persons each of (1980, 5002) and (1981, 5001), then one alone

head='persons: true
quasi: [born, place]'
schema
rm -rf "$state"
stage extract
stage validate
ok 'two groups of twenty reach k 12' is_status 0
ok '... and k is kept with the figures of the release' eval '[ "$(rows "select n from _stats where kind = \"k\"")" = 20 ]'
stage emit
reached() {
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))["datasets"][0]
assert d["persons"] == {"quasi": ["born", "place"], "k": 12, "reached": 20}, d["persons"]
assert d["policies"]["born"] == "generalize: year" and d["policies"]["note"] == "redact" and "id" not in d["policies"]
assert d["suppressed"] == {"visitors": {"small": 10, "complementary": 0}}
assert d["redacted"] == {"note": {"phone": {"places": 40, "cells": 40}}}' "$(find "$output" -name privacy.json)"
}
ok '... which privacy.json tells, beside policies, cuts and small counts' reached
sql "$T/source.sqlite" "update visit set place = '500907' where id <= 11"
stage extract --force
stage validate
ok 'a group below k holds the release' fails 4 'a group of only 5 persons who are alike, k is 12'
head='persons: true
quasi: [born, place]
k: 5'
schema
stage extract --force
stage validate
ok 'a lower k is the schema'"'"'s to say' is_status 0

finish
