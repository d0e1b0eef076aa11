#!/bin/bash
# Runs the tests and ends with one line: N passed, M failed[, K skipped].
#   run.sh BUILD [unit|integration]...     BUILD: build or build/asan
# A unit test speaks TAP (cmocka: `not ok N # SKIP` is a skipped one); a script ends with a line of the same form as ours.
set -u
cd "$(dirname "$0")/.." || exit 2
build=$1; shift
tiers=${*:-unit integration}
passed=0 failed=0 skipped=0
logs=$build/test-logs; mkdir -p "$logs"
ODP_BUILD=$(pwd)/$build; export ODP_BUILD
unset ODP_SOURCE ODP_OUTPUT ODP_STATE ODP_SIGN_KEY ODP_CKAN ODP_CKAN_ORG ODP_CKAN_TOKEN ODP_LOG

unit() {
	for t in tests/unit/*/*_test.c; do
		name=$(basename "$t" .c) log=$logs/$(basename "$t" .c).log
		CMOCKA_MESSAGE_OUTPUT=TAP "$build/${t%.c}" >"$log" 2>&1
		status=$?
		ok=$(grep -c '^ok' "$log") bad=$(grep -c '^not ok [0-9]* -' "$log") skip=$(grep -c '^not ok .*# SKIP' "$log")
		[ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
		[ $((ok + bad + skip)) -gt 0 ] || bad=1 # said nothing
		passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
		[ "$bad" = 0 ] || { echo "FAILED $name"; tail -30 "$log"; }
	done
	echo "unit: $passed passed, $failed failed, $skipped skipped"
}

# One script; what it says comes in one piece, as others run beside it.
script() {
	local name log from status line counts
	name=$(basename "$1" .sh) log=$logs/$(basename "$1" .sh).log from=$(date +%s)
	bash "$1" >"$log" 2>&1
	status=$?
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -1)
	read -ra counts < <(sed -E 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?.*/\1 \2 \4/' <<<"$line")
	ok=${counts[0]:-0} bad=${counts[1]:-1}
	[ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
	echo "$ok $bad ${counts[2]:-0}" >"$logs/$name.count"
	echo "$name: ${line:-no result} ($(($(date +%s) - from)) s)
$([ "$bad" = 0 ] || { grep -E '^(not ok|FAIL|odp:)' "$log" | head -20; tail -15 "$log"; })" | sed '/^$/d'
}

# The scripts share nothing (ports, files, servers are each one's own), so as many run at once as there are processors.
integration() {
	local scripts ok bad skip
	mapfile -t scripts < <(printf '%s\n' tests/opdb/selftest.sh tests/integration/*.sh | grep -v /lib.sh)
	rm -f "$logs"/*.count
	export -f script; export logs
	printf '%s\n' "${scripts[@]}" | xargs -P "$(nproc)" -I '{}' bash -c 'script {}'
	for t in "${scripts[@]}"; do
		read -r ok bad skip <"$logs/$(basename "$t" .sh).count" || ok=0 bad=1 skip=0
		passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	done
}

for tier in $tiers; do $tier; done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
