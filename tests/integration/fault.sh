#!/bin/sh
# A call of the operating system fails, somewhere: each time a status and one message,
# the live release whole, and the next run succeeds. tests/fault/fault.c makes them fail.
# PER_KIND=9 places are tried of each kind of call.
. "${0%/*}/lib.sh"
PER_KIND=${PER_KIND:-9}
random=${SEED:-1}

compile "$T/fault.so" -shared -fPIC tests/fault/fault.c -ldl || exit 2
demo "$T/A.sqlite" 30
cp "$T/A.sqlite" "$T/B.sqlite"
sql "$T/B.sqlite" "update project set name_th = name_th || ' ระยะที่ 2' where project_id = 3"
small_schemas "$sch"
keys "$T/keys"
run --source "sqlite:$T/A.sqlite"
released 1 || { cat "$T/err"; exit 2; }
cp -a "$output" "$T/output.1"
cp -a "$state" "$T/state.1"

as_before() { # release 1 is live, nothing else was done
	rm -rf "$output" "$state"
	cp -a "$T/output.1" "$output"
	cp -a "$T/state.1" "$state"
}

faulty_run() { # KIND N ERRNO STICKY
	: >"$T/failed"
	head -c 64 /dev/zero >"$T/count"
	LD_PRELOAD=$T/fault.so FAULT_COUNT=$T/count FAULT_KIND=$1 FAULT_N=$2 FAULT_ERRNO=$3 FAULT_STICKY=$4 \
		FAULT_LOG=$T/failed "$ODP" run --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" \
		--source "sqlite:$T/B.sqlite" --jobs 2 >"$T/out" 2>"$T/err"
	status=$?
}
calls() {
	od -A n -t d8 -N 8 "$T/count" | tr -d ' '
}

# One error. On a disk that stays full the ledger cannot note it: that is told as a warning.
one_message() {
	grep -v '^odp: warning: the ledger ' "$T/err" >"$T/errors"
	[ "$(grep -c '^odp: ' "$T/errors")" = 1 ] && [ "$(grep -cv '^odp: \|^     ' "$T/errors")" = 0 ]
}

# What happened is right? The release that is live is 1 or, if the fault came after the
# switch, 2; both whole.
judge() { # KIND
	now=$(readlink "$output/current")
	case $now in releases/1 | releases/2) : ;; *) echo "live is '$now'"; return 1 ;; esac
	verifies >"$T/verified" 2>&1 || { cat "$T/verified"; return 1; }
	if [ "$status" = 0 ]; then
		# What SQLite can do without (it closes its files after it synced them), the end of
		# a run in the ledger (that is a warning), and the lock, which ends with the process.
		# A link to a file of the live release, where the file itself does as well.
		[ "$now" = releases/2 ] || { echo 'status 0, but release 1 is live'; return 1; }
		[ "$1" != link ] || return 0
		grep -q '^close .*sqlite\|^close .*/lock$\|^fdatasync ' "$T/failed" ||
			grep -q '^odp: warning: the ledger' "$T/err" || { echo 'the failure was not told'; return 1; }
	else
		[ "$status" = 8 ] || { echo "status $status, not 8"; return 1; }
		one_message || { echo 'not exactly one message'; return 1; }
	fi
}

next_run() {
	run --source "sqlite:$T/B.sqlite"
	is_status 0 && [ ! -s "$T/err" ] && verifies >/dev/null &&
		grep -q 'ระยะที่ 2' "$output/current/data/projects/projects.csv" &&
		nothing_half_built
}

draw() {
	random=$(((random * 1103515245 + 12345) % 2147483648))
	drawn=$((random / 65536 % $1))
}

sweep() { # KIND ERRNO STICKY NAME
	as_before
	faulty_run "$1" 0 "$2" "$3"
	all=$(calls)
	[ "$status" = 0 ] && [ "$all" -gt 0 ] || { cat "$T/err"; echo "# $1 is not counted"; }
	wrong=0 stuck=0 silent=0 k=0
	while [ "$k" -lt "$PER_KIND" ]; do
		# the first, the last, and one of each stretch between
		draw $((all / PER_KIND + 1))
		case $k in
		0) n=1 ;;
		1) n=$all ;;
		*) n=$(((all * (k - 1)) / PER_KIND + drawn + 1)) ;;
		esac
		k=$((k + 1))
		as_before
		faulty_run "$1" $n "$2" "$3"
		[ "$status" != 0 ] || silent=$((silent + 1))
		judge "$1" >"$T/why" 2>&1 || {
			wrong=$((wrong + 1))
			echo "# $1 $n of $all failed ($(sed "s#$T/##" "$T/failed")): status $status, $(head -1 "$T/why")"
			sed 's/^/#   /' "$T/err"
		}
		next_run || {
			stuck=$((stuck + 1))
			echo "# after $1 $n of $all ($(sed "s#$T/##" "$T/failed")) the next run: status $status"
			sed 's/^/#   /' "$T/err"
		}
	done
	echo "# $1: $all calls, $PER_KIND tried, $silent without consequence"
	case $1 in
	link) ok "$4: the file itself is kept, and the release is whole" test $wrong = 0 ;;
	*) ok "$4: status 8, one message, what is live is whole" test $wrong = 0 ;;
	esac
	ok '... and the next run succeeds' test $stuck = 0
}

sweep write 28 1 'the disk is full from the n-th write on'
sweep write 5 0 'the n-th write fails'
sweep sync 5 0 'the n-th fsync fails'
sweep rename 28 0 'the n-th rename fails'
sweep create 28 0 'the n-th file or directory cannot be made'
sweep link 31 0 'the n-th link cannot be made'
sweep create 28 1 'no file can be made from the n-th on'
sweep close 5 0 'the n-th close of a written file fails'

finish
