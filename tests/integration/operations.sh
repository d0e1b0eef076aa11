#!/bin/sh
# What an operator and a monitor are told: status as JSON, figures for Prometheus, a
# failure in two languages, the notification command.
. "${0%/*}/lib.sh"

demo "$T/A.sqlite" 120
cp "$T/A.sqlite" "$T/B.sqlite"
sql "$T/B.sqlite" "update project set name_th = name_th || ' ระยะที่ 2'"
cp "$T/A.sqlite" "$T/empty.sqlite"
sql "$T/empty.sqlite" "update project set status = 'draft' where project_id % 3 <> 0"
small_schemas "$sch"
keys "$T/keys"
prom=$T/odp.prom

# The notification command writes down what it was given.
cat >"$T/tell" <<'X'
#!/bin/sh
{ echo "args:$#:$*"; env | sort; echo "stdin:"; cat; } >"$TOLD"
X
chmod 755 "$T/tell"
sed -i "s#\\\$TOLD#$T/told#" "$T/tell"
notified() { # RUN-OPTION...: with figures and the notification
	rm -f "$T/told"
	ODP_SOURCE_SECRET=hidden PGPASSWORD=hidden run --metrics "$prom" --notify "$T/tell one  'two" "$@"
}
told() { grep -q -- "$1" "$T/told" || { echo "not told: $1"; cat "$T/told"; return 1; }; }
figure() { # NAME VALUE
	[ "$(sed -n "s/^$1 //p" "$prom")" = "$2" ] || { echo "$1 is not $2"; cat "$prom"; return 1; }
}

# ---- a first release ---------------------------------------------------------------

notified --source "sqlite:$T/A.sqlite"
ok 'a run with figures and a notification makes its release' released 1
ok '... which is told: event, status, serial' eval \
	'told "^ODP_EVENT=released$" && told "^ODP_STATUS=0$" && told "^ODP_SERIAL=1$" && told "^odp: release 1 is live"'
ok '... the words of the command are split at blanks; no shell reads them' told "^args:2:one 'two$"
ok '... and no secret reaches it' eval '! grep -q "hidden\|sqlite\|^ODP_SOURCE\|^PG" "$T/told"'

# The text format of Prometheus: each name has one HELP and one TYPE before its figures, no series comes twice.
cat >"$T/promcheck.py" <<'P'
import re, sys
text = open(sys.argv[1], encoding='utf-8').read()
assert text.endswith('\n')
helped, typed, seen, last = set(), {}, set(), None
for line in text.splitlines():
    m = re.fullmatch(r'# HELP ([a-z_:][a-z0-9_:]*) (\S.*)', line)
    if m:
        assert m[1] not in helped, line
        helped.add(m[1]); last = m[1]; continue
    m = re.fullmatch(r'# TYPE ([a-z_:][a-z0-9_:]*) (gauge|counter)', line)
    if m:
        assert m[1] == last and m[1] not in typed, line
        typed[m[1]] = m[2]; continue
    m = re.fullmatch(r'([a-z_:][a-z0-9_:]*)(\{[a-z_]+="[^"\\\n]*"\})? (-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?)', line)
    assert m, line
    assert m[1] == last and m[1] in typed, line
    assert (m[1], m[2]) not in seen, line
    assert (typed[m[1]] == 'counter') == m[1].endswith('_total'), line
    assert not m[1].endswith('_timestamp_seconds') or float(m[3]) > 1e9, line
    seen.add((m[1], m[2]))
assert len(seen) > 20, len(seen)
P
ok 'the figures are in the format of Prometheus' python3 "$T/promcheck.py" "$prom"
ok '... they are those of the release' eval 'figure odp_live_serial 1 && figure odp_last_run_status 0 &&
	figure odp_runs_total 1 && figure odp_runs_failed_total 0 && figure odp_held_serial 0 &&
	figure odp_live_files "$(($(find "$output/releases/1" -type f | wc -l) - 2 - $(ls "$output/releases/1/parts" | wc -l)))"'
for name in $(sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$prom"); do
	grep -q "\`$name\`" cron/README.md || echo "$name"
done >"$T/untold"
ok '... and cron/README.md names each of them' test ! -s "$T/untold"
ok '... nothing is left beside the file' eval '[ "$(ls "$T"/odp.prom* "$T"/.odp.prom* 2>/dev/null | wc -l)" = 1 ]'

notified --source "sqlite:$T/A.sqlite"
ok 'a night without news tells nobody' eval 'is_status 0 && [ ! -e "$T/told" ]'

# ---- status as JSON ----------------------------------------------------------------

json() { # PYTHON-EXPRESSION over the document d
	odp status --json --output "$output" --state "$state"
	is_status 0 && python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); assert eval("(" + sys.argv[2] + ")"), d' "$T/out" "$1"
}
ok 'status --json: live, stages, runs, room' json "d['live']['serial'] == 1 and d['live']['files'] > 100
	and [s['stage'] for s in d['stages']] == ['extract', 'validate', 'analyze', 'emit', 'portal', 'seal'] and d['held'] == []
	and [r['status'] for r in d['runs']] == [0, 0] and d['free_bytes']['output'] > 0"

# ---- failures ----------------------------------------------------------------------

notified --source "sqlite:$T/empty.sqlite"
ok 'a held release: status 4, one message with its advice in both languages' eval 'fails 4 . &&
	grep -q "^     step: validate; cause: " "$T/err" && grep -q "^     next: " "$T/err" &&
	grep -q "^     ขั้นตอน: ตรวจข้อมูล" "$T/err" && grep -q "^     สาเหตุ: " "$T/err" && grep -q "^     สิ่งที่ต้องทำ: " "$T/err"'
ok '... the command is told the same' eval 'told "^ODP_EVENT=held$" && told "^ODP_STATUS=4$" && told "^ODP_STEP=validate$" &&
	told "^ODP_NEXT_TH=ดู" && sed "1,/^stdin:/d" "$T/told" | cmp - "$T/err"'
ok '... the figures say so' eval 'figure odp_last_run_status 4 && figure odp_runs_failed_total 1 && figure odp_held_serial 2 &&
	figure "odp_last_run_failed_step{step=\"validate\"}" 1 && python3 "$T/promcheck.py" "$prom"'
ok '... and status --json' json "d['held'][0]['serial'] == 2 and d['runs'][0]['step'] == 'validate' and d['live']['serial'] == 1"
notified --source "sqlite:$T/B.sqlite"
ok 'the next night that succeeds is told as recovered' eval 'is_status 0 && told "^ODP_EVENT=recovered$"'

mv "$sch/catalog.yaml" "$T/catalog.yaml"
notified --source "sqlite:$T/B.sqlite"
ok 'a failure before the stages is told too' eval 'is_status 6 && told "^ODP_STATUS_NAME=schema$" && figure odp_last_run_status 6'
mv "$T/catalog.yaml" "$sch/catalog.yaml"
ODP_LOG=journal run --source "sqlite:$T/none.sqlite"
ok 'for journald each line has its priority' eval 'is_status 5 && grep -q "^<3>odp: " "$T/err" && grep -q "^<3>     สาเหตุ" "$T/err" &&
	! grep -qv "^<[346]>" "$T/err"'
ODP_LOG=json run --source "sqlite:$T/none.sqlite"
ok 'as JSON each is an object' eval 'is_status 5 && python3 -c "
import json, sys
e = [json.loads(l) for l in open(sys.argv[1])]
assert [x[\"event\"] for x in e if x[\"level\"] == \"error\"] == [\"failed\"] + [\"advice\"] * 6" "$T/err"'

# ---- each stage gives up what it does not need -------------------------------------

# Looks at the run's child processes while they work.
cat >"$T/watch.py" <<'P'
import subprocess, sys
run = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
seen = {}
while run.poll() is None:
    try:
        for child in open(f'/proc/{run.pid}/task/{run.pid}/children').read().split():
            stage = open(f'/proc/{child}/cmdline').read().split('\0')[1]
            facts = dict(line.split(':\t') for line in open(f'/proc/{child}/status').read().splitlines())
            if (facts['NoNewPrivs'], facts['Seccomp']) == ('1', '2'):
                seen[stage] = True
    except (OSError, IndexError):
        pass
assert run.returncode == 0
assert list(seen) == ['@extract', '@validate', '@analyze', '@emit', '@portal', '@seal'], seen
P
if grep -q '^Seccomp:' /proc/self/status && [ -r /proc/$$/task/$$/children ]; then
	ok 'every stage has given up privileges and system calls' python3 "$T/watch.py" "$ODP" run --source "sqlite:$T/B.sqlite" \
		--output "$output" --state "$state" --schemas "$sch" --sign-key "$key" --force
else
	skip 'every stage has given up privileges and system calls' 'this kernel does not say'
fi

# ---- what must not change how a run ends -------------------------------------------

run --source "sqlite:$T/B.sqlite" --notify "$T/nowhere" --metrics "$prom" --force
ok 'a command that is not there costs a warning, not the run' eval 'is_status 0 && grep -q "^odp: warning: the notification .*is it there" "$T/err"'
chmod 644 "$T/tell"
mkdir "$T/dir.prom"
run --source "sqlite:$T/none.sqlite" --notify "$T/tell" --metrics "$T/dir.prom"
ok '... nor do both change the status of a failure' eval 'is_status 5 && [ "$(grep -c "^odp: warning: " "$T/err")" = 2 ]'
finish
