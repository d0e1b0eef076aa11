#!/bin/sh
# kill -9 at any moment: what is live stays whole, the next run needs no hands, nothing
# piles up. KILLS=100 and SEED=1 may be set.
. "${0%/*}/lib.sh"
KILLS=${KILLS:-100}
random=${SEED:-1}

demo "$T/A.sqlite" 300
cp "$T/A.sqlite" "$T/B.sqlite"
sql "$T/B.sqlite" "update project set name_th = name_th || ' ระยะที่ 2' where project_id % 20 = 3"
small_schemas "$sch"
keys "$T/keys"

# Below N.
draw() {
	random=$(((random * 1103515245 + 12345) % 2147483648))
	drawn=$((random / 65536 % $1))
}

# What a release holds, whatever its serial is and what was before it: its data.
print_of() {
	cat "$1"/parts/*.json | grep '"path":"\(data/\|quality\)' | sort | sha256sum
}

# The releases that may be seen, each made in one go.
for v in A B; do
	output=$T/whole.$v state=$T/whole.$v.state
	run --source "sqlite:$T/$v.sqlite"
	released 1 || { cat "$T/err"; exit 2; }
done
print_A=$(print_of "$T/whole.A/current") print_B=$(print_of "$T/whole.B/current")
output=$T/output state=$T/state

# The stage at work now, or "-".
stage_of() {
	stage=-
	kids=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
	for kid in $kids; do
		word=$(tr '\0' '\n' 2>/dev/null <"/proc/$kid/cmdline" | sed -n 2p)
		case $word in @*) stage=${word#@} ;; esac
	done
}

begin_run() { # VERSION
	"$ODP" run --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" \
		--source "sqlite:$T/$1.sqlite" >"$T/out" 2>"$T/err" &
	runner=$!
}

# Only the runner is killed: its stage must end by itself, and with it the lock.
kill_run() {
	stage_of "$runner"
	if kill -9 "$runner" 2>/dev/null; then :; else stage=finished; fi
	wait "$runner" 2>/dev/null
	until_true 5 flock -n "$state/lock" true
}

# Kills a run of VERSION as soon as STAGE is at work; fails if that is never seen.
kill_at() { # VERSION STAGE
	begin_run "$1"
	while kill -0 "$runner" 2>/dev/null; do
		stage_of "$runner"
		[ "$stage" != "$2" ] || break
	done
	kill_run
	[ "$stage" = "$2" ]
}

holds_version() { # A, B, or either
	now=$(print_of "$output/current")
	case $1 in
	A) [ "$now" = "$print_A" ] ;;
	B) [ "$now" = "$print_B" ] ;;
	*) [ "$now" = "$print_A" ] || [ "$now" = "$print_B" ] ;;
	esac || { echo "what is live is not version $1"; return 1; }
}

whole() {
	verifies >"$T/verified" 2>&1 || { cat "$T/verified"; return 1; }
	holds_version "$1"
}

run_to_end() { # VERSION
	from=$(date +%s%N)
	run --source "sqlite:$T/$1.sqlite"
	took=$((($(date +%s%N) - from) / 1000000))
	is_status 0 && [ ! -s "$T/err" ] && whole "$1"
}

# ---- one kill in each stage, and then the other version ----------------------------

ok 'the first run' run_to_end A
for s in extract validate analyze emit portal seal; do
	ok "killed in $s" kill_at B $s
	ok '... its stage ended by itself' flock -n "$state/lock" true
	ok '... version A is still live, whole' whole A
	ok '... a run of A finds nothing to do' eval 'run_to_end A && says "nothing changed"'
	ok '... a run of B makes B' run_to_end B
	ok '... killed there again' kill_at A $s
	ok '... a run goes on to A' run_to_end A
done

# ---- random moments ----------------------------------------------------------------

: >"$T/hit"
broken=0 stuck=0 orphans=0 n=0 late=0 version=B
while [ "$n" -lt "$KILLS" ] && [ "$late" -lt $((3 * KILLS + 30)) ]; do
	draw "$took"
	begin_run $version
	sleep "$((drawn / 1000)).$(printf %03d $((drawn % 1000)))"
	kill_run || orphans=$((orphans + 1))
	# $took is how long the last run took: one that was faster has escaped.
	[ "$stage" != finished ] && n=$((n + 1)) || late=$((late + 1))
	echo "$stage" >>"$T/hit"
	if ! whole either >"$T/why" 2>&1; then
		broken=$((broken + 1))
		echo "# kill $n after $drawn ms in $stage:" && cat "$T/why"
	fi
	# Two of three times the next run goes to its end, at times with the other version;
	# else the next one is killed too.
	draw 3
	[ "$drawn" != 0 ] || [ "$stage" = finished ] || continue
	draw 3
	[ "$drawn" != 0 ] || [ "$stage" = finished ] || { [ $version = A ] && version=B || version=A; }
	if ! run_to_end $version >"$T/why" 2>&1; then
		stuck=$((stuck + 1))
		echo "# the run after kill $n ($stage), version $version: status $status" && cat "$T/why" "$T/err"
	fi
	[ $version = A ] && version=B || version=A
	[ "$took" -gt 200 ] || took=200 # it found nothing to do
done
echo "# $n kills; at work was: $(sort "$T/hit" | uniq -c | awk '{ printf "%s=%s ", $2, $1 }')"
ok "$KILLS runs were killed" test $n = "$KILLS"
ok "after each kill what is live is a whole release" test $broken = 0
ok '... the next run succeeds without hands' test $stuck = 0
ok '... no stage outlives its runner' test $orphans = 0
ok '... stages were hit, not only gaps' test "$(grep -c '^[a-z]' "$T/hit")" -gt $((KILLS / 3))

run_to_end A >/dev/null
ok 'a last run of B' run_to_end B
ok 'no half-built release is left' nothing_half_built
ok 'old releases are pruned' test "$(ls "$output/releases" | wc -l)" -le 10
ok 'old snapshots are pruned' eval 'ls "$state/snapshots"; [ "$(ls "$state/snapshots" | wc -l)" -le 12 ]'
ok 'nothing piles up in the state' eval '
	find "$state" -type f | sort
	[ "$(find "$state" -type f ! -path "*.owners/*" | wc -l)" -le 30 ] &&
	[ "$(find "$state/findings" -name "*.owners" | wc -l)" -le 2 ]'

# ---- signals that ask --------------------------------------------------------------

for sig in TERM INT; do
	draw $((took / 2))
	# timeout(1) sends it to the whole group, as a terminal does
	timeout -s $sig "0.$(printf %03d $((100 + drawn % 400)))" "$ODP" run --force --output "$output" --state "$state" \
		--schemas "$sch" --sign-key "$key" --source "sqlite:$T/A.sqlite" >"$T/out" 2>"$T/err"
	status=$?
	ok "SIG$sig ends a run" is_status 124
	ok '... and its stage' until_true 5 flock -n "$state/lock" true
	ok '... and leaves what is live' whole either
	ok '... and the next run succeeds' run_to_end A
	run_to_end B >/dev/null
done
begin_run A
until_true 20 eval 'stage_of "$runner"; [ "$stage" = emit ]'
kill -TERM "$runner"
wait "$runner"
ok 'SIGTERM to the runner alone ends it' test $? = 143
ok '... and its stage' until_true 5 flock -n "$state/lock" true
ok '... and the next run succeeds' run_to_end A

finish
