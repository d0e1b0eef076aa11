# shellcheck shell=sh
# lib.sh - what the integration scripts share: counting, a demo database, a private
# PostgreSQL. A script sources it, states behaviours with `ok`, and ends with `finish`:
#
#	. "${0%/*}/lib.sh"
#	demo "$T/a.sqlite" 300
#	run --source "sqlite:$T/a.sqlite"
#	ok 'a run makes a release' released 1
#	finish
#
# Every file a test makes lies in $T, which is removed at exit. The binaries are those of
# $ODP_BUILD; without it, of build/.
case $0 in
*/lib.sh) echo '0 passed, 0 failed'; exit 0 ;;
esac

set -u
cd "$(dirname "$0")/../.." || exit 2
ROOT=$(pwd)
: "${ODP_BUILD:=$ROOT/build}"
ODP=$ODP_BUILD/odp
unset ODP_SOURCE ODP_OUTPUT ODP_STATE ODP_SIGN_KEY ODP_CKAN ODP_CKAN_ORG ODP_CKAN_TOKEN ODP_LOG
unset SOURCE_DATE_EPOCH
# Not the caller's: a password file or a service could answer for the test.
unset PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGSERVICE
export LC_ALL=C.UTF-8

# In memory where there is room: fsync costs nothing there, and nothing here depends on it.
roomy() {
	[ "$(df -P "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')" -gt 4000000 ] 2>/dev/null && [ -w "$1" ]
}
if [ -z "${TMPDIR:-}" ] && roomy /dev/shm; then
	TMPDIR=/dev/shm
	export TMPDIR
fi
T=$(mktemp -d) || exit 2
chmod 755 "$T"
passed=0 failed=0 skipped=0 status=0
cleanups=:

# Runs CMD... at exit, the last one given first.
at_exit() {
	cleanups="$*; $cleanups"
}

leave() {
	trap - EXIT
	eval "$cleanups"
	rm -rf "$T"
}
trap leave EXIT
trap 'exit 130' INT TERM HUP

# ok TEXT CMD...: the behaviour TEXT holds if CMD succeeds. What CMD says is shown only
# if it does not.
ok() {
	ok_text=$1
	shift
	if "$@" >"$T/.said" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $ok_text"
	else
		failed=$((failed + 1))
		echo "not ok - $ok_text"
		sed 's/^/#   /' "$T/.said" | tail -20
		[ ! -s "$T/err" ] || sed 's/^/#   stderr: /' "$T/err" | head -5
	fi
}

# skip TEXT WHY: the behaviour cannot be tried on this machine.
skip() {
	skipped=$((skipped + 1))
	echo "ok - $1 # SKIP $2"
}

finish() {
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
	exit
}

# The opposite of a command's status.
not() {
	if "$@"; then return 1; fi
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# ---- the demo ----------------------------------------------------------------------

# demo FILE PROJECTS [OPTION...]: a demo database in SQLite.
demo() {
	demo_file=$1 demo_n=$2
	shift 2
	rm -f "$demo_file"
	"$ODP_BUILD/opdb" --projects "$demo_n" --sqlite "$demo_file" "$@" || exit 2
}

# sql FILE STATEMENT: changes or asks a SQLite database.
sql() {
	sqlite3 -bail "$1" "$2"
}

# small_schemas DIR: the schemas for a database of a few hundred projects. Its planted
# defects are more of it than the gate for rejected rows lets pass; all else is as it is.
small_schemas() {
	rm -rf "$1"
	cp -r schemas "$1"
	sed -i 's/max_rejected: [0-9.]*%/max_rejected: 20%/' "$1"/datasets/*/dataset.yaml
}

# keys DIR: a key pair.
keys() {
	"$ODP" keygen "$1" >/dev/null || exit 2
}

# ---- runs --------------------------------------------------------------------------

# Where `run` works; a script may set them anew.
output=$T/output state=$T/state sch=$T/schemas key=$T/keys/odp.key pub=$T/keys/odp.pub

# odp ARGS...: sets $status; stdout and stderr are in $T/out and $T/err.
odp() {
	"$ODP" "$@" >"$T/out" 2>"$T/err"
	status=$?
}

# run [OPTION...]: a signed run on $output and $state.
run() {
	odp run --output "$output" --state "$state" --schemas "$sch" --sign-key "$key" "$@"
}

is_status() {
	[ "$status" = "$1" ] || { echo "status $status, not $1"; return 1; }
}

# fails STATUS TEXT: the last command ended with STATUS and told exactly one error, which
# holds TEXT (a basic regular expression), and nothing else but the advice below it.
fails() {
	is_status "$1" || return 1
	[ "$(grep -c '^odp: ' "$T/err")" = 1 ] || { echo 'not exactly one message'; return 1; }
	[ "$(grep -cv '^odp: \|^     ' "$T/err")" = 0 ] || { echo 'more than a message'; return 1; }
	grep -q "^odp: .*$2" "$T/err" || { echo "the message lacks '$2'"; return 1; }
}

says() {
	grep -q -- "$1" "$T/out" || { echo "standard output lacks '$1'"; cat "$T/out"; return 1; }
}

hints() {
	grep -q "^     hint: .*$1" "$T/err" || { echo "the hint lacks '$1'"; return 1; }
}

# verifies [DIR]: DIR, or what is live.
# shellcheck disable=SC2120
verifies() {
	"$ODP" verify "${1:-$output/current}" --public-key "$pub"
}

# live N: release N is live and verifies.
live() {
	[ "$(readlink "$output/current")" = "releases/$1" ] ||
		{ echo "live is '$(readlink "$output/current")', not $1"; return 1; }
	verifies
}

# released N: the last run succeeded and made release N live.
released() {
	is_status 0 && live "$1"
}

# same A B: the two trees hold the same files, bytes and modes.
same() {
	diff -r "$1" "$2" | head -20 >"$T/.diff"
	[ ! -s "$T/.diff" ] || { cat "$T/.diff"; return 1; }
	modes "$1" >"$T/.modes1"
	modes "$2" >"$T/.modes2"
	diff "$T/.modes1" "$T/.modes2"
}

modes() {
	(cd "$1" && find . -printf '%m %y %p\n' | sort -k 3)
}

# until_true SECONDS CMD...: tries CMD until it succeeds.
until_true() {
	tries=$(($1 * 50))
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.02
	done
}

# nothing_half_built: neither a release nor a link that a run was at work on.
nothing_half_built() {
	find "$output" -maxdepth 2 \( -name '*.part' -o -name '*.gone' -o -name '*.next' \) >"$T/.half"
	[ ! -s "$T/.half" ] || { cat "$T/.half"; return 1; }
}

# Compiles with the C compiler of the build: compile OUT ARG...
compile() {
	compile_out=$1
	shift
	${CC:-gcc} -std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -o "$compile_out" "$@"
}

# ---- a private PostgreSQL ----------------------------------------------------------

pg_bin() {
	for pg_dir in "$(pg_config --bindir 2>/dev/null)" /usr/lib/postgresql/*/bin; do
		[ ! -x "$pg_dir/initdb" ] || [ ! -x "$pg_dir/pg_ctl" ] || { echo "$pg_dir"; return; }
	done
}

# A server refuses to run as root: then it runs as the user postgres.
as_pg() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
	else
		"$@"
	fi
}

# A port that nobody listens on now; somebody may take it, so pg_start tries a few.
free_port() {
	python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

pg_try() {
	pg_port=$(free_port)
	as_pg "$pg_dir/pg_ctl" -D "$T/pg/data" -l "$T/pg/log" -w -t 60 -s -o "-p $pg_port \
		-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
		-c full_page_writes=off -c synchronous_commit=off -c logging_collector=off" start
}

# pg_start: a cluster of its own, stopped at exit. Sets $pg, its address without a
# database: postgresql://postgres@127.0.0.1:PORT. Fails if there is no server here.
pg_start() {
	pg_dir=$(pg_bin)
	[ -n "$pg_dir" ] || return 1
	mkdir -p "$T/pg"
	[ "$(id -u)" != 0 ] || chown postgres "$T/pg"
	as_pg "$pg_dir/initdb" -D "$T/pg/data" -U postgres -A trust -E UTF8 --no-locale -N \
		>"$T/pg.init" 2>&1 || { cat "$T/pg.init"; return 1; }
	pg_try || pg_try || pg_try || { cat "$T/pg/log"; return 1; }
	at_exit "pg_stop"
	pg=postgresql://postgres@127.0.0.1:$pg_port
}

pg_stop() {
	as_pg "$pg_dir/pg_ctl" -D "$T/pg/data" -m immediate -s -w stop >/dev/null 2>&1
}

# pg_sql DATABASE STATEMENT
pg_sql() {
	psql -X -q -t -A -v ON_ERROR_STOP=1 "$pg/$1" -c "$2"
}

# ---- privacy -----------------------------------------------------------------------

# canary_list TRUTH_DIR FILE: both forms of all that was planted, one a line.
canary_list() {
	cut -f 2,3 "$1/canary.tsv" | tr '\t' '\n' | grep -v '^$' | LC_ALL=C sort -u >"$2"
}

# no_canary LIST PATH...: no byte below the paths, also inside zip and xlsx, holds a
# line of LIST. What was found is not told, only where. Releases share files: each is
# looked at once.
no_canary() {
	canaries=$1
	shift
	rm -rf "$T/.unzipped"
	find "$@" -type f -printf '%i\t%p\n' | sort -u -t "$(printf '\t')" -k 1,1n | cut -f 2- >"$T/.files"
	n_zip=0
	grep '\.zip$\|\.xlsx$' "$T/.files" >"$T/.zips"
	while read -r zip; do
		n_zip=$((n_zip + 1))
		mkdir -p "$T/.unzipped/$n_zip"
		unzip -q -o "$zip" -d "$T/.unzipped/$n_zip" || return 1
	done <"$T/.zips"
	if [ "$n_zip" -gt 0 ]; then
		find "$T/.unzipped" -name '*.xlsx' -exec unzip -p {} \; >"$T/.unzipped/inner"
	fi
	tr '\n' '\0' <"$T/.files" | LC_ALL=C xargs -0 grep -l -a -F -f "$canaries" -- >"$T/.hits"
	[ "$n_zip" = 0 ] || LC_ALL=C grep -r -l -a -F -f "$canaries" -- "$T/.unzipped" |
		sed "s#^$T/.unzipped/#inside of archive #" >>"$T/.hits"
	rm -rf "$T/.unzipped"
	[ ! -s "$T/.hits" ] || { cat "$T/.hits"; return 1; }
}
