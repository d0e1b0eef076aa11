#!/bin/sh
# The program as a file: hardened, the same bytes wherever it is built, and a list of what
# it is linked with. `make reproducible` builds all of it twice; here a part is.
. "${0%/*}/lib.sh"

if ! have readelf; then
	skip 'the program as a file' 'readelf is not installed'
	finish
fi
case $ODP_BUILD in
*/asan) skip 'hardening' 'a build under sanitizers is not handed out'; finish ;;
esac
readelf -W -h -l -d -s "$ODP" >"$T/elf"
elf() { grep -q -- "$1" "$T/elf" || { echo "not there: $1"; return 1; }; }
ok 'it lies anywhere in memory (PIE)' elf 'Type: *DYN (Position-Independent Executable file)'
ok 'its tables are read-only once it runs (full RELRO)' eval 'elf GNU_RELRO && elf "(FLAGS_1).*NOW"'
ok 'its stack cannot be run' eval 'elf "GNU_STACK .* RW  *0x" && ! elf "GNU_STACK .* RWE" >/dev/null'
ok 'no segment can be written and run' eval '! grep "LOAD .* RWE" "$T/elf"'
ok 'its stack is watched' elf '__stack_chk_fail'
fortified=$(grep -o '__[a-z]*_chk' "$T/elf" | grep -v stack | sort -u | wc -l)
ok 'calls of the C library know the size of what they write (fortify)' test "$fortified" -ge 4
ok 'it loads libraries from nowhere but the system' eval '! grep -E "RPATH|RUNPATH" "$T/elf"'
ok 'it allocates large frames page by page' eval 'strings -a "$ODP" | grep -q "^GNU C11 .*-fstack-clash-protection"'

# ---- two builds, one hash ----------------------------------------------------------

targets='build/opdb build/pipeline/main.o build/pipeline/core/err.o build/pipeline/run/ledger.o'
build() { # DIR ENVIRONMENT...
	mkdir -p "$1/tests" && cp -r Makefile pipeline "$1" && cp -r tests/opdb "$1/tests" || return 1
	dir=$1
	shift
	# shellcheck disable=SC2086
	(cd "$dir" && env "$@" make -s VERSION=test $targets >/dev/null && sha256sum $targets)
}
build "$T/a" TZ=UTC LC_ALL=C >"$T/first"
build "$T/a longer place/b" TZ=Asia/Bangkok LC_ALL=C.UTF-8 HOME=/nonexistent >"$T/second"
ok 'built in two places at two times: the same bytes' eval '[ "$(wc -l <"$T/first")" = 4 ] && cmp "$T/first" "$T/second"'
ok 'no path of the machine is in it' eval '! strings -a "$ODP" | grep -F "$ROOT"'

# ---- what is linked ----------------------------------------------------------------

if ! have dpkg-query; then
	skip 'the list of what is linked' 'this is not Debian'
	finish
fi
cron/deb/sbom.sh "$ODP" 1.2.3 >"$T/sbom.json"
cat >"$T/check.py" <<'P'
import hashlib, json, subprocess, sys
bom = json.load(open(sys.argv[1]))
odp = sys.argv[2]
assert bom['bomFormat'] == 'CycloneDX' and bom['specVersion'] == '1.5'
needed = [l.split('[')[1].rstrip(']') for l in subprocess.run(['readelf', '-dW', odp], capture_output=True, text=True).stdout.splitlines()
          if '(NEEDED)' in l]
prop = lambda c, n: next(p['value'] for p in c['properties'] if p['name'] == n)
assert len(needed) > 5
assert bom['dependencies'][0]['dependsOn'] == sorted(needed)
assert sorted(prop(c, 'soname') for c in bom['components'] if prop(c, 'linked') == 'direct') == sorted(needed)
for c in bom['components']:
    got = subprocess.run(['dpkg-query', '-W', '-f=${Version}\n', c['name']], capture_output=True, text=True).stdout.split('\n')[0]
    assert got == c['version'], c
    assert len(c['hashes'][0]['content']) == 64 and prop(c, 'source')
assert bom['metadata']['component']['hashes'][0]['content'] == hashlib.sha256(open(odp, 'rb').read()).hexdigest()
P
ok 'the list names each library with package, version and hash' python3 "$T/check.py" "$T/sbom.json" "$ODP"
cron/deb/sbom.sh "$ODP" 1.2.3 >"$T/again.json"
ok '... the same each time' cmp "$T/sbom.json" "$T/again.json"
finish
