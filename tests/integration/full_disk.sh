#!/bin/sh
# A disk that fills up while a run is at work: status 8, what is live stays whole, and
# once there is room the next run succeeds. Needs root, to mount small file systems.
# STEPS=12 sizes are tried for the output and for the state.
. "${0%/*}/lib.sh"
STEPS=${STEPS:-12}

mkdir "$T/small"
if ! mount -t tmpfs -o size=600m tmpfs "$T/small" 2>/dev/null; then
	skip 'a full disk' 'this user may not mount a file system'
	finish
fi
at_exit "umount -l '$T/small'"

demo "$T/A.sqlite" 100
cp "$T/A.sqlite" "$T/B.sqlite"
sql "$T/B.sqlite" "update project set name_th = name_th || ' ระยะที่ 2'"
small_schemas "$sch"
keys "$T/keys"

used() { # KiB
	df -P "$T/small" | awk 'NR == 2 { print $3 }'
}
room_for() { # KiB more than is used now
	mount -o remount,size=$(($(used) + $1))k "$T/small"
}

# sweep WHAT: the file system holds $output or $state, as set before.
sweep() {
	run --source "sqlite:$T/A.sqlite"
	released 1 || { cat "$T/err"; exit 2; }
	before=$(used)
	run --source "sqlite:$T/B.sqlite"
	released 2 || { cat "$T/err"; exit 2; }
	need=$(($(used) - before)) # at least: for a time there is more
	version=A serial=2 full=0 wrong=0 stuck=0 k=0
	while [ "$k" -lt "$STEPS" ]; do
		room_for $((need * k / STEPS + 8))
		k=$((k + 1))
		# --from: else the estimate would end it before it begins
		run --source "sqlite:$T/$version.sqlite" --from extract
		if [ "$status" = 0 ]; then
			# enough after all: an old release went, or parts of it are shared
			serial=$(readlink "$output/current")
			serial=${serial#releases/}
		else
			full=$((full + 1))
			# the ledger could not note it either: told as a warning
			sed -i '/^odp: warning: the ledger /d' "$T/err"
			fails 8 . >"$T/why" 2>&1 && live "$serial" >>"$T/why" 2>&1 || {
				wrong=$((wrong + 1))
				echo "# step $k of $1: status $status, $(head -1 "$T/why")"
				sed 's/^/#   /' "$T/err"
			}
		fi
		mount -o remount,size=600m "$T/small"
		run --source "sqlite:$T/$version.sqlite"
		if is_status 0 >/dev/null && verifies >/dev/null; then
			serial=$(readlink "$output/current")
			serial=${serial#releases/}
		else
			stuck=$((stuck + 1))
			echo "# after step $k of $1 the next run: status $status"
			sed 's/^/#   /' "$T/err"
		fi
		[ $version = A ] && version=B || version=A
	done
	echo "# $1: needs $need KiB, the disk was full $full of $STEPS times"
	ok "no room for $1: the disk was full at several places" test $full -ge $((STEPS / 2))
	ok '... status 8, one message, the live release whole' test $wrong = 0
	ok '... with room again the next run succeeds' test $stuck = 0
	ok '... and nothing half-built is left' nothing_half_built
}

output=$T/small/output state=$T/state
sweep 'the output'
rm -rf "$T/small/output"
output=$T/output2 state=$T/small/state
sweep 'the state'

# Told before anything is read, by what the last release needed.
rm -rf "$T/small/state"
output=$T/small/output3 state=$T/state3
run --source "sqlite:$T/A.sqlite"
released 1 || exit 2
room_for 100
ODP_METRICS=$T/odp.prom run --source "sqlite:$T/none.sqlite"
ok 'no room for a release like the last one: status 8 before the source is looked at' eval '
	fails 8 "a release like the last one needs .* MB in .*small/output3" && hints retention'
figure() { sed -n "s/^odp_$1_bytes{directory=\"output\"} //p" "$T/odp.prom"; }
ok '... the figures for the monitor say it too' test "$(figure needed)" -gt "$(figure free)"
mount -o remount,size=600m "$T/small"
run --source "sqlite:$T/B.sqlite"
ok '... with room the next run succeeds' released 2
rm -rf "$T/small/output3"

# All of it on one disk, without a byte left.
rm -rf "$T/small/state"
output=$T/small/output state=$T/small/state
run --source "sqlite:$T/A.sqlite"
released 1 || exit 2
cat /dev/zero >"$T/small/filler" 2>/dev/null
run --source "sqlite:$T/B.sqlite" --from extract
ok 'not a byte left: status 8' eval 'is_status 8 && [ "$(grep -c "^odp: " "$T/err")" -ge 1 ]'
ok '... the live release verifies' live 1
odp status --output "$output" --state "$state"
ok '... status still answers' says '^live release: 1'
rm "$T/small/filler"
run --source "sqlite:$T/B.sqlite"
ok '... with room again the next run succeeds' eval 'is_status 0 && verifies'

finish
