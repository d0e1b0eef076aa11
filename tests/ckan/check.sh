#!/bin/bash
# What meets a real CKAN: uploads, CKAN's own harvesters, ckanapi. `make check-ckan` runs it.
#
# The first run installs CKAN into build/ckan (lab.py); where that cannot be, all is skipped and says why.
. "${0%/*}/../integration/lib.sh"

here=$ROOT/tests/ckan
tools=$ROOT/build/ckan
lab() { python3 "$here/lab.py" "$@"; }
if ! timeout "${INSTALL_SECONDS:-600}" python3 "$here/lab.py" install "$tools" >"$T/install" 2>&1; then
	skip 'a real CKAN' "it cannot be installed on this machine: $(tail -1 "$T/install" | cut -c 1-200)"
	finish
fi
# A new CKAN in the place of the last one.
new_ckan() {
	lab stop "$T/ckan"
	lab start "$tools" "$T/ckan" || return 1
	url=$(cat "$T/ckan/url")
	(umask 077; cp "$T/ckan/token" "$T/token")
}
at_exit 'lab stop "$T/ckan"'
ok 'CKAN starts' new_ckan
[ "$failed" = 0 ] || finish

action() { # NAME JSON
	curl -sSf -H "Authorization: $(cat "$T/token")" -H 'Content-Type: application/json' -d "$2" "$url/api/3/action/$1"
}

# Our organization, and nothing in it. A job of what was there may still hold it for a moment.
cleared() {
	for name in first-table second; do action dataset_purge "{\"id\":\"open-d-$name\"}" >/dev/null 2>&1; done
	rm -f "$T/r/state/upload.json"
	not action package_show '{"id":"open-d-first-table"}' >/dev/null 2>&1 && not action package_show '{"id":"open-d-second"}' >/dev/null 2>&1
}
fresh() {
	until_true 5 cleared
}

# ---- uploads -----------------------------------------------------------------------

promises_hold() {
	action organization_create '{"name":"nesdc","title":"สศช."}' >/dev/null || return 1
	ODP_TEST_CKAN=$url ODP_TEST_CKAN_ORG=nesdc ODP_TEST_CKAN_TOKEN=$T/token bash tests/integration/ckan_upload.sh
}
ok 'a first, a second and a changed upload, what others added, what a person deleted, wrong tokens, too large a file' promises_hold

tiny=$ODP_BUILD/tests/fakes/ckan_tiny
send() { # URL: one upload of the two small tables
	"$tiny" "$T/r" send "$1" nesdc "$T/token" >"$T/sent" 2>&1
}
writes() { # of one upload that goes through a counting proxy
	timeout 60 python3 "$here/kill_at.py" 0 after "$url" "$tiny" "$T/r" send URL nesdc "$T/token" | tail -1
}
holds() { # the next upload leaves the bytes of the release, and the one after it writes nothing
	send "$url" || { cat "$T/sent"; return 1; }
	python3 tests/fakes/ckan_check.py "$url" "$T/token" "$T/r/output/current" open-d first_table second || return 1
	rm -f "$T/r/state/upload.json"
	n=$(writes)
	[ "$n" = 0 ] || { echo "$n writes when all was there"; return 1; }
}
# Every write of an upload in turn, with the request lost and with the answer lost.
killed_at_each_write() { # before|after
	kills=0
	while :; do
		fresh || return 1
		timeout 60 python3 "$here/kill_at.py" $((kills + 1)) "$1" "$url" \
			"$tiny" "$T/r" send URL nesdc "$T/token" >"$T/sent" 2>&1
		case $? in
		0) kills=$((kills + 1)); holds || { echo "killed $1 write $kills"; return 1; } ;;
		3) break ;;
		*) cat "$T/sent"; return 1 ;;
		esac
	done
	echo "killed at $kills writes"
	[ $kills -ge 4 ]
}
"$tiny" "$T/r" make v1 >/dev/null || exit 2
table_is() { # DATASET ROWS [EXPRESSION]: its CSV as the DataStore has it; f: fields, rows: the first
	action package_show "{\"id\":\"open-d-$1\"}" >"$T/package" || return 1
	id=$(python3 -c 'import json, sys; print(next(r["id"] for r in json.load(open(sys.argv[1]))["result"]["resources"]
		if r.get("release_path", "").endswith("/'"${1//-/_}"'.csv")))' "$T/package") || return 1
	action datastore_search "{\"resource_id\":\"$id\",\"limit\":5,\"sort\":\"_id\"}" >"$T/table" || return 1
	python3 - "$T/table" "$2" "${3:-True}" <<-'P'
		import json, sys
		t = json.load(open(sys.argv[1]))['result']
		f, rows = {c['id']: c for c in t['fields']}, t['records']
		assert t['total'] == int(sys.argv[2]), t['total']
		assert eval('(%s)' % sys.argv[3]), t
	P
}
idle() { # the rows stand before the job has ended
	action xloader_status "{\"resource_id\":\"$id\"}" | grep -q '"status": "complete"'
}
declared() { # types and labels of the small tables
	table_is "$1" 2000 "[f[k]['type'] for k in ('number', 'table_name', 'variant', 'word')] == ['numeric', 'text', 'text', 'text']
		and f['number']['info']['label'] == 'ลำดับที่' and 'คำว่าโครงการ' in f['word']['info']['notes'] and rows[0]['word'] == 'โครงการ'" && idle
}
declared_both() {
	declared first-table && declared second
}
loaded() { # within half a minute: loading is the work of a queue
	for _ in $(seq 30); do
		declared_both >/dev/null 2>&1 && return
		sleep 1
	done
	declared_both
}
first_tables() {
	fresh || return 1
	send "$url" && loaded || return 1
	rm -f "$T/r/state/upload.json"
	[ "$(writes)" = 0 ]
}
ok 'each CSV stands in the DataStore with its declared types and Thai labels, every row; a second upload writes nothing' first_tables
tables_again() { # new bytes, and a table that was dropped
	"$tiny" "$T/r" make v2 >/dev/null
	action datastore_delete "{\"resource_id\":\"$id\",\"force\":true}" >/dev/null
	send "$url" && loaded || return 1
	"$tiny" "$T/r" make v1 >/dev/null
	table_is second 2000 "rows[0]['variant'] == 'v2'"
}
ok '... and keeps them when its bytes change, or its table was dropped' tables_again
dropped_alone() { # the file is as it was
	"$tiny" "$T/r" make v2 >/dev/null
	action datastore_delete "{\"resource_id\":\"$id\",\"force\":true}" >/dev/null
	send "$url" && loaded || return 1
	"$tiny" "$T/r" make v1 >/dev/null
}
ok '... a table dropped under a file that did not change is made and loaded again' dropped_alone
ok 'killed before each write: the next upload brings the same bytes, no resource twice, and then nothing' killed_at_each_write before
ok 'killed after each write, the answer lost: the same' killed_at_each_write after
two_at_once() {
	fresh || return 1
	cp -r "$T/r" "$T/r2"
	"$tiny" "$T/r2" send "$url" nesdc "$T/token" >"$T/sent2" 2>&1 &
	other=$!
	send "$url"
	wait $other
	holds
}
ok 'two clients at once: the next upload converges' two_at_once

# ---- the catalogue, harvested ------------------------------------------------------

port=$(free_port)
base=http://127.0.0.1:$port/open-d/
demo "$T/a.sqlite" 300
small_schemas "$sch"
keys "$T/keys"
release() {
	run --source "sqlite:$T/a.sqlite" --base-url "$base"
}
release
ok 'a run makes a release' released 1

# The servers with the rules that stand in cron/.
serve_nginx() {
	mkdir -p "$T/nginx"
	sed "s|/srv/open-d/output|$output|" cron/nginx-ckan.conf.example >"$T/nginx/ckan.conf"
	sed -n '/^types {/,/^}/p' cron/nginx.conf.example >"$T/nginx/types.conf"
	cat >"$T/nginx/nginx.conf" <<-N
		daemon off; master_process off; pid $T/nginx/pid; error_log $T/nginx/error.log;
		events {}
		http {
			access_log $T/nginx/log; client_body_temp_path $T/nginx/1; proxy_temp_path $T/nginx/2;
			fastcgi_temp_path $T/nginx/3; uwsgi_temp_path $T/nginx/4; scgi_temp_path $T/nginx/5;
			include $T/nginx/types.conf; charset utf-8; charset_types text/turtle text/csv;
			server { listen 127.0.0.1:$port; include $T/nginx/ckan.conf; location /open-d/ { alias $output/current/; } }
		}
	N
	nginx -e "$T/nginx/error.log" -c "$T/nginx/nginx.conf" 2>"$T/nginx/said" &
	at_exit "kill $! 2>/dev/null"
	until_true 5 curl -sfo /dev/null "${base}catalog.ttl"
}
harvest() { # OUT ARGS...
	timeout 120 python3 "$here/lab.py" harvest "$tools" "$T/ckan" "${@:2}" >"$T/$1.json" 2>"$T/$1.err" || { tail -40 "$T/$1.json"; tail -5 "$T/$1.err"; return 1; }
}
told() { # OUT EXPRESSION: holds of the outcome s (stats) and j (all)
	python3 -c "import json, sys; j = json.load(open(sys.argv[1])); s = j['stats']; print(s); assert $2" "$T/$1.json"
}
packages() { # what the server holds of them, without its own dates
	action package_search '{"rows":1000}' | python3 -c '
import json, sys
for p in sorted(json.load(sys.stdin)["result"]["results"], key=lambda p: p["id"]):
    print(p["id"], p["name"], *("%s=%s" % (r["id"], r["name"]) for r in p["resources"]))'
}
count=$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["dataset"]))' "$output/current/data.json")

if have nginx; then
	ok 'nginx serves the release' serve_nginx
	ok 'a new CKAN' new_ckan
	ok "ckanext-dcat's harvester takes the catalogue" harvest dcat1 "${base}catalog.ttl"
	ok '... every dataset of every page' told dcat1 "s['added'] == $count and not s.get('errored')"
	packages >"$T/first"
	ok '... each under a Latin name that says what it is' not grep -q '^[^ ]* _' "$T/first"
	ok '... again' harvest dcat2 "${base}catalog.ttl"
	ok '... and none is new or gone' told dcat2 "not s.get('added') and not s.get('deleted')"
	packages >"$T/second"
	ok '... the ids and names of datasets and resources are the same' cmp "$T/first" "$T/second"

	sed -i '/^  *- summary_plan_target_year *$/d' "$sch/catalog.yaml"
	dropped=$(grep -c '' "$T/first")
	release
	ok 'a release with one dataset less' released 2
	ok '... is harvested' harvest dcat3 "${base}catalog.ttl"
	ok '... and the one is deleted' told dcat3 "s.get('deleted') == 1 and not s.get('added')"
	packages >"$T/third"
	ok '... the others stay as they were' eval '[ $(comm -12 "$T/first" "$T/third" | wc -l) = $((dropped - 1)) ]'
	cp -r "$sch" "$T/none"
	sed -i '/^datasets:/,/^[a-z]/{/^  *- /d}' "$T/none/catalog.yaml"
	odp run --output "$output" --state "$state" --schemas "$T/none" --sign-key "$key" --source "sqlite:$T/a.sqlite" --base-url "$base"
	ok 'a catalogue without datasets is refused' fails 6 'datasets'
	ok '... and the live one stays' live 2

	ok 'a new CKAN' new_ckan
	ok "CKAN's own harvester takes the facade" harvest ckan1 "${base%/}" ckan '{}'
	ok '... every dataset' told ckan1 "s['added'] == $((count - 1)) and not s.get('errored')"
	packages >"$T/first"
	ok '... under our ids and names' python3 - "$T/first" "$output/current/api/3/package_search/0.json" <<-'P'
		import json, sys
		ours = {(p['id'], p['name']) for p in json.load(open(sys.argv[2]))['result']['results']}
		theirs = {tuple(line.split()[:2]) for line in open(sys.argv[1])}
		assert theirs == ours, theirs ^ ours
	P
	ok '... again, all of it' harvest ckan2 "${base%/}" ckan '{"force_all":true}'
	packages >"$T/second"
	ok '... and nothing is another' cmp "$T/first" "$T/second"

	ckanapi() {
		PATH=$tools/venv/bin:$PATH timeout 60 ckanapi "$@"
	}
	ok 'ckanapi dumps the facade' eval 'ckanapi dump datasets --all -g -r "${base%/}" >"$T/dump" 2>"$T/dump.err" || { cat "$T/dump.err"; false; }'
	ok '... every dataset once' eval '[ $(sort -u "$T/dump" | wc -l) = $((count - 1)) ]'
	ok '... its search ends' eval 'ckanapi search datasets -g -r "${base%/}" >"$T/found" && [ $(wc -l <"$T/found") = $((count - 1)) ]'
else
	skip 'harvests' 'nginx is not installed'
fi

finish
