#!/bin/sh
# odp mirror: fetches what differs, goes on where it was cut, switches only to what verifies, and
# refuses what a bad server, an old copy or a wrong key shows it; odp verify --against.
. "${0%/*}/lib.sh"
: "${CUTS:=40}" "${KILLS:=10}" "${SEED:=1}"

small_schemas "$sch"
keys "$T/keys"
keys "$T/other"
demo "$T/a.sqlite" 60
run --source "sqlite:$T/a.sqlite"
released 1 || { cat "$T/err"; exit 2; }
ok 'a run writes a signed timestamp beside current' eval \
	'minisign -Vm "$output/timestamp.json" -p "$pub" -q && grep -q "\"serial\":1," "$output/timestamp.json"'
cp -a "$output" "$T/one"
cp "$output/timestamp.json" "$T/before"
sleep 1
run --source "sqlite:$T/a.sqlite"
ok '... also on a night without change, for the same release' eval \
	'released 1 && ! cmp -s "$T/before" "$output/timestamp.json" && minisign -Vm "$output/timestamp.json" -p "$pub" -q'
sql "$T/a.sqlite" "update project set name_th = name_th || ' ระยะที่ 2' where project_id in
	(select project_id from project order by 1 limit 3 offset 10)"
run --source "sqlite:$T/a.sqlite"
released 2 || { cat "$T/err"; exit 2; }
cp -a "$output" "$T/two"
# A province whose part is another now, and a file of it that is.
part=$(cd "$T/two/current/parts" && for f in province-*.json; do
	cmp -s "$f" "$T/one/current/parts/$f" || { echo "${f%.json}"; break; }
done)
changed=$(cd "$T/two/current" && for f in data/projects/province_code="${part#province-}"/*.csv; do
	cmp -s "$f" "$T/one/current/$f" || { echo "$f"; break; }
done)
[ -n "$changed" ] || { echo "no part changed"; exit 2; }

# ---- a server ---------------------------------------------------------------------------

: >"$T/control"
: >"$T/log"
mkdir "$T/site"
python3 tests/integration/mirror_server.py "$T/site" "$T/control" "$T/log" >"$T/port" 2>"$T/server.err" &
at_exit "kill $! 2>/dev/null"
until_true 10 test -s "$T/port" || { cat "$T/server.err"; exit 2; }
web=http://127.0.0.1:$(cat "$T/port")
unset http_proxy https_proxy all_proxy no_proxy

# shows DIR: from now on the server serves this output. mode WORDS: and behaves so.
shows() {
	rm -rf "$T/site"
	ln -s "$1" "$T/site"
	mode
}
mode() {
	printf '%s\n' "$@" >"$T/control.new"
	mv "$T/control.new" "$T/control"
	: >"$T/log"
}
m=$T/m
mirror() {
	odp mirror "${from:-$web/}" "$m" --key "${with:-$pub}" "$@"
}
# serves N [PART]: the mirror has release N, and it verifies
serves() {
	grep -q "^{\"serial\":$1," "$m/current/manifest.json" || { head -c 200 "$m/current/manifest.json"; return 1; }
	"$ODP" verify "$m/current" --public-key "$pub" ${2:+--part "$2"}
}
mirrored() {
	is_status 0 && serves "$@"
}
fetched() {
	grep -c '^20' "$T/log"
}

shows "$T/one"
mirror
ok 'a whole release is mirrored' mirrored 1
ok '... the same bytes' eval 'diff -r "$T/one/releases/1" "$m/current/" >/dev/null'
ok '... each file asked for once' eval '[ -z "$(cut -d" " -f 4 "$T/log" | sort | uniq -d | head -1)" ]'
mode
mirror
ok 'a second time nothing is fetched but the news' eval 'mirrored 1 && says "stays live" && [ "$(fetched)" -le 6 ]'
shows "$T/two"
mirror
ok 'the next release' mirrored 2
ok '... costs what changed' eval '[ "$(fetched)" -lt "$(($(find "$T/two/releases/2" -type f | wc -l) / 2))" ]'
ok '... unchanged files are links, the release before stays' eval \
	'[ "$(find "$m/releases/2" -type f -links +1 | wc -l)" -gt 100 ] && [ "$(ls "$m/releases" | xargs)" = "1 2" ]'
ok '... nothing is left over' eval '[ "$(ls -A "$m/.mirror")" = lock ]'
ok 'a mirror can be mirrored' eval 'm=$T/mm from=file://$T/m mirror && m=$T/mm mirrored 2'
ok 'a mirror and its publisher are the same' eval 'odp verify "$m/current" --public-key "$pub" --against "$web/" && is_status 0 && says "^odp: the same as"'
shows "$T/one"
odp verify "$m/current" --public-key "$pub" --against "$web/"
ok 'two that differ: status 11, and the parts are named' eval 'fails 11 "release 2.*release 1: [1-9][0-9]* parts differ" &&
	says "^differs    dataset-projects$" && ! says " dataset-provinces$"'
odp verify "$m/current" --public-key "$T/other/odp.pub" --against "$web/"
ok '... and another key is no comparison' fails 11 'another key'

# ---- what is refused --------------------------------------------------------------------

mirror --tries 1
ok 'an older release than before: status 11' eval 'fails 11 "release 1, but 2 was seen" && hints "release 2 stays live" && serves 2'
shows "$T/two"
with=$T/other/odp.pub mirror --tries 1
ok 'a wrong key: status 11' eval 'fails 11 "another key" && serves 2'
with=$T/none mirror --tries 1
ok 'no key: status 13' fails 13 'none'

# bad NAME: a copy of release 2's output to damage, and a mirror that has release 1
bad() {
	rm -rf "$T/bad" "$m"
	mkdir -p "$T/bad/releases"
	cp -al "$T/two/releases/2" "$T/bad/releases/"
	cp -a "$T/two/"timestamp.json* "$T/two/current" "$T/bad/"
	cp -a "$T/m1" "$m"
	shows "$T/bad"
}
m=$T/m1
shows "$T/one"
mirror --part "$part"
ok 'one part alone is mirrored' mirrored 1 "$part"
ok '... and no other' eval '[ "$(ls "$m/current/parts" | wc -l)" = 1 ] && [ "$(find "$m/current/" -type f | wc -l)" -lt 60 ]'
m=$T/m
bad
mirror --part province-99
ok 'a part that is not there: status 3' fails 3 "no part 'province-99'"
refused() { # TEXT WORD [STATUS]: by a mirror that has release 1, and goes on serving it
	mirror --part "$part" --tries 1
	ok "$1" eval "fails ${3:-11} \"$2\" && serves 1 $part"
}
cp --remove-destination "$T/one/current/manifest.json" "$T/one/current/manifest.json.minisig" "$T/bad/releases/2/"
refused 'news of one release, bytes of another' 'another release than its timestamp'
bad
cp --remove-destination "$T/one/current/manifest.json.minisig" "$T/bad/releases/2/"
refused 'the signature of another manifest' "signature of 'manifest.json' is wrong"
bad
cp "$T/two/releases/2/manifest.json" "$T/bad/timestamp.json"
cp "$T/two/releases/2/manifest.json.minisig" "$T/bad/timestamp.json.minisig"
refused 'a manifest in the place of the news' 'larger\|timestamp.json\|more of' 
bad
rm "$T/bad/timestamp.json"
refused 'no news at all' 'there is no timestamp.json'
bad
rm "$T/bad/timestamp.json.minisig"
refused 'news that nobody signed' 'is not signed'
bad
mode 'wrong timestamp.json'
refused 'a wrong bit in the news' 'timestamp.json'
mode "wrong parts/$part.json"
refused 'a wrong bit in a part' 'SHA-256 differs'
mode 'wrong projects.csv'
refused 'a wrong bit in a file' 'SHA-256 differs'
mode 'short projects.csv'
refused 'a file that lacks a byte' 'ended too early' 9
mode 'endless timestamp.json'
refused 'news without end' 'more of .timestamp.json'
mode 'endless manifest.json'
refused 'a manifest without end' 'more of'
mode 'endless projects.csv'
refused 'a file without end' 'more of'
mode 'absent projects.csv'
refused 'a file that is missing' 'has no ' 9
mode 'redirect http://localhost:1'
refused 'a redirect to another server' 'another server' 9
mode 'redirect file:///etc'
refused 'a redirect to a file' 'cannot fetch' 9
mode "redirect $web"
refused 'a redirect in a circle' 'circle' 9
mode "redirect $web/there"
mirror --part "$part"
ok 'a redirect on the same server is followed' mirrored 2 "$part"
bad
mode 'busy 1'
mirror --part "$part" --tries 2
ok 'a busy server is asked again' mirrored 2 "$part"
bad
from=http://127.0.0.1:1/ mirror --tries 1
ok 'no server: status 9' eval 'fails 9 "cannot fetch" && hints "release 1 stays live" && serves 1 "$part"'
from=ftp://127.0.0.1/ mirror
ok 'another protocol: status 3' fails 3 'must begin with https'
from=http://user:word@127.0.0.1/ mirror
ok 'a password in the address: status 3' eval 'fails 3 "user name or password" && ! grep -q word@ "$T/err"'
mirror --part "$part" --tries 1
mode
ok 'a plain server is believed again' eval 'mirror --part "$part"; mirrored 2 "$part"'

# Below the folder of a stick no link is followed: neither of a file nor of a folder.
bad
ln -sf /etc/passwd "$T/bad/releases/2/data/projects/projects.csv"
from=file://$T/bad mirror
ok 'a stick with a symlink: status 11' eval 'fails 11 "symlink" && serves 1 "$part"'
bad
mv "$T/bad/releases/2/data" "$T/bad/elsewhere"
ln -s ../../elsewhere "$T/bad/releases/2/data"
from=file://$T/bad mirror
ok '... a folder behind one' eval 'fails 11 "symlink" && serves 1 "$part"'
bad
rm "$T/bad/releases/2/index.html"
mkfifo "$T/bad/releases/2/index.html"
from=file://$T/bad mirror
ok '... a pipe' eval 'fails 11 "not a regular file" && serves 1 "$part"'
bad
from=file://$T/bad mirror
ok 'a plain stick' mirrored 2

# ---- the clock ---------------------------------------------------------------------------

# signed BACK: a timestamp of release 2, as if signed BACK hours ago
signed() {
	python3 - "$T/two" "$1" <<-'P' >"$T/bad/timestamp.json"
		import hashlib, os, sys, time
		b = open(sys.argv[1] + '/current/manifest.json', 'rb').read()
		at = time.time() - 3600 * float(sys.argv[2])
		f = lambda t: time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(t))
		print('{"serial":2,"root":"%s","bytes":%d,\n"created":"%s","expires":"%s"}' %
		      (hashlib.sha256(b).hexdigest(), len(b), f(at), f(at + 72 * 3600)))
	P
	expires=$(sed -n 's/.*"expires":"\([^"]*\)".*/\1/p' "$T/bad/timestamp.json")
	sign timestamp.json "$(printf 'serial:2\texpires:%s\tfile:timestamp.json' "$expires")"
}
# sign FILE COMMENT: minisign, with our key, which has no password
sign() {
	rm -f "$T/bad/$1.minisig"
	minisign -S -W -s "$key" -m "$T/bad/$1" -t "$2" </dev/null >/dev/null 2>&1
}
bad
signed 80
refused 'news that expired' 'expired at .*last heard 3 days ago'
mirror --part "$part" --accept-stale
ok '... are taken if asked for' mirrored 2 "$part"
bad
signed -30
refused 'news from tomorrow' 'from now'
bad
signed 40
mirror --part "$part"
ok 'a publisher that missed a night: a warning, and the release' eval 'mirrored 2 "$part" && grep -q "last heard 40 hours ago" "$T/err"'
bad
signed 1
sign timestamp.json "$(printf 'serial:3\texpires:%s\tfile:timestamp.json' "$expires")"
refused 'news whose signed comment is of others' 'trusted comment'

# ---- what was taken back -----------------------------------------------------------------

# take_back FILE...: retractions.json names release 1 and the hashes of these files of it
take_back() {
	{
		printf '{"serial":2,\n"retractions":[],\n"withdrawn":[{"serial":1,"created":"x"}],\n"files":['
		sep=
		for f; do
			printf '%s"%s"' "$sep" "$(sha256sum <"$f" | cut -c 1-64)"
			sep=,
		done
		printf ']}\n'
	} >"$T/bad/retractions.json"
	sign retractions.json "$(printf 'serial:2\tfile:retractions.json')"
	signed 0
	sed -i 's/}$/,\n"retractions":{"bytes":'"$(stat -c %s "$T/bad/retractions.json")"',"sha256":"'"$(sha256sum <"$T/bad/retractions.json" | cut -c 1-64)"'"}}/' \
		"$T/bad/timestamp.json"
	sign timestamp.json "$(printf 'serial:2\texpires:%s\tfile:timestamp.json' "$expires")"
}
held=$T/m1/current/$changed
bad
take_back "$held"
mirror --part "$part"
ok 'the release that was withdrawn does not stay beside the new one' eval 'mirrored 2 "$part" && [ "$(ls "$m/releases")" = 2 ]'
ok '... the list is passed on' cmp -s "$T/bad/retractions.json" "$m/retractions.json"
bad
take_back "$held"
rm -r "$T/bad/releases/2/data"
mirror --part "$part" --tries 1
ok 'no new release can be had: the files that were taken back go all the same' eval \
	'is_status 9 && [ ! -e "$m/current/$changed" ] && [ -e "$m/current/manifest.json" ]'
bad
take_back "$T/two/releases/2/$changed"
refused 'a release that still holds what was taken back' 'was taken back' '11'
bad
take_back "$held"
echo '{"serial":2,"retractions":[],"withdrawn":[],"files":[]}' >"$T/bad/retractions.json"
refused 'a list that was kept from us' 'more of\|not the one'

# ---- cut, throttled, killed --------------------------------------------------------------

bad
mode 'throttle 400000'
mirror --part "$part"
ok 'a slow line' mirrored 2 "$part"
bad
bytes=$(find "$T/two/current/" -type f \( -path "*parts/$part*" -o -path "*province_code=${part#province-}/*" -o -name "$part.zip" \) -exec cat {} + | wc -c)
bytes=$((bytes + $(cat "$T/two/current/manifest.json" "$T/two/timestamp.json" | wc -c)))
torn=0 early=0 cut=0
for point in $(python3 -c "import random
random.seed($SEED)
print(*sorted(random.randrange($bytes) for _ in range($CUTS)))"); do
	mode "cut $point"
	mirror --part "$part" --tries 1
	cut=$((cut + 1))
	if [ "$status" = 0 ]; then early=$((early + 1)); fi
	case $status in 0 | 9) ;; *) torn=$((torn + 1)); cat "$T/err" ;; esac
	serves "$([ "$status" = 0 ] && echo 2 || echo 1)" "$part" >/dev/null 2>&1 || torn=$((torn + 1))
	[ "$status" != 0 ] || { rm -rf "$m"; cp -a "$T/m1" "$m"; }
	[ $((cut % 3)) != 0 ] || rm -rf "$m/.mirror/objects"
done
ok "cut at $CUTS points: never an unverifiable tree" eval '[ "$torn" = 0 ] && [ "$early" -lt "$CUTS" ]'
mode
mirror --part "$part"
ok '... and the next time it arrives' mirrored 2 "$part"

resume() { # WORDS: cut in the middle of some files, then on, by a server that behaves so
	rm -rf "$m"
	mode 'half projects.csv'
	mirror --part "$part" --tries 1
	is_status 9 || return 1
	left=$(find "$m/.mirror/objects" -name '*.part' -size +0 | wc -l)
	mode "$@"
	mirror --part "$part"
	[ "$left" -gt 0 ] && mirrored 2 "$part"
}
ok 'a cut file goes on where it ended' eval 'resume && grep -q "^206 [1-9]" "$T/log"'
ok '... from a server without ranges, from its start' eval 'resume norange && ! grep -q "^206" "$T/log"'
ok '... from one that sends another piece, from its start' eval 'resume badrange'
damaged() {
	rm -rf "$m"
	mode 'half projects.csv'
	mirror --part "$part" --tries 1
	find "$m/.mirror/objects" -name '*.part' -size +0 -exec sh -c 'for f; do printf X | dd of="$f" conv=notrunc 2>/dev/null; done' - {} +
	mode
	mirror --part "$part"
	mirrored 2 "$part"
}
ok '... if what lay here is damaged, anew' damaged
rot() {
	shows "$T/one"
	rm -rf "$m"
	mirror
	f=$(find "$m/current/" -name 'index.html' -path '*/provinces/*' | sort | tail -1)
	printf X | dd of="$f" conv=notrunc 2>/dev/null
	shows "$T/two"
	mirror
	mirrored 2
}
ok 'a file that rotted on our disk is fetched again' rot

killed=0 torn=0
shows "$T/two"
rm -rf "$m"
from=file://$T/one mirror
cp -al "$m" "$T/killed"
for ms in $(python3 -c "import random
random.seed($SEED)
print(*[random.randrange(2, 250) for _ in range($KILLS)])"); do
	"$ODP" mirror "file://$T/two" "$m" --key "$pub" >/dev/null 2>&1 &
	pid=$!
	sleep "0.$(printf %03d "$ms")"
	kill -9 "$pid" 2>/dev/null && killed=$((killed + 1))
	wait "$pid" 2>/dev/null
	n=$(sed -n 's/^{"serial":\([0-9]*\),.*/\1/p' "$m/current/manifest.json")
	serves "$n" >/dev/null 2>&1 || torn=$((torn + 1))
	[ "$n" = 1 ] || { rm -rf "$m"; cp -al "$T/killed" "$m"; }
done
ok "killed $KILLS times: never an unverifiable tree" eval '[ "$torn" = 0 ]'
mirror
ok '... and the next time it arrives' mirrored 2

flock "$m/.mirror/lock" sleep 3 &
sleep 0.2
mirror
ok 'two at once: status 10' fails 10 'another run'

# ---- through a proxy ---------------------------------------------------------------------

rm -rf "$m"
mode proxy
http_proxy=$web "$ODP" mirror http://publisher.invalid/ "$m" --part "$part" --key "$pub" >"$T/out" 2>"$T/err"
status=$?
ok 'through a proxy' mirrored 2 "$part"

"$ODP" mirror --help >"$T/out" 2>"$T/err"
ok 'the help names the options' eval 'says "--key FILE" && says "--part NAME" && says "--accept-stale"'
finish
