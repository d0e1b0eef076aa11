#!/bin/sh
# One run at a time: of runs that start together exactly one works; a killed one leaves
# no lock behind. PAIRS=50 may be set.
. "${0%/*}/lib.sh"
PAIRS=${PAIRS:-50}

demo "$T/a.sqlite" 60
small_schemas "$sch"
keys "$T/keys"
src=sqlite:$T/a.sqlite

begin() { # NAME: a run that waits for the other at a gate, so that both start together
	(
		read -r _ <"$T/gate.$1"
		exec "$ODP" run --force --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" \
			--source "$src" >"$T/out.$1" 2>"$T/err.$1"
	) &
}
mkfifo "$T/gate.a" "$T/gate.b"
worked=0 both=0 neither=0 other=0 n=0
while [ "$n" -lt "$PAIRS" ]; do
	n=$((n + 1))
	begin a
	a=$!
	begin b
	b=$!
	echo go >"$T/gate.a"
	echo go >"$T/gate.b"
	wait $a
	sa=$?
	wait $b
	sb=$?
	case $sa,$sb in
	0,10 | 10,0) worked=$((worked + 1)) ;;
	0,0) both=$((both + 1)) ;;
	10,10) neither=$((neither + 1)) ;;
	*) other=$((other + 1)) && echo "# statuses $sa and $sb" && cat "$T/err.a" "$T/err.b" ;;
	esac
done
echo "# $PAIRS pairs: one worked $worked, both $both, neither $neither, other $other"
# Both may succeed only one after the other, if the first was done before the second began.
ok "of $PAIRS pairs started together one works and one is told that it is busy" eval \
	'[ $((worked + both)) = "$PAIRS" ] && [ "$worked" -ge $((PAIRS * 9 / 10)) ]'
ok '... as many releases were made as runs worked' test "$(readlink "$output/current")" = "releases/$((worked + 2 * both))"
ok '... and the last one is whole' verifies

"$ODP" run --force --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" --source "$src" >/dev/null 2>&1 &
runner=$!
until_true 10 not flock -n "$state/lock" true
kill -9 $runner
wait $runner 2>/dev/null
ok 'after kill -9 the lock is free at once' until_true 1 flock -n "$state/lock" true
run --source "$src"
ok '... and the next run succeeds' eval 'is_status 0 && verifies'

flock -o "$state/lock" sleep 60 >/dev/null 2>&1 &
holder=$!
at_exit "kill $holder 2>/dev/null"
until_true 10 not flock -n "$state/lock" true
run --source "$src"
ok 'while another holds the lock: status 10' fails 10 'another run'
odp extract --output "$output" --state "$state" --schemas "$sch" --source "$src"
ok '... also for one stage alone' fails 10 'another run'
output=$T/output2 state=$T/state2
run --source "$src"
ok '... but not in another state directory' released 1

finish
