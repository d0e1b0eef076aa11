#!/bin/sh
# The Debian package: what is in it, its manual page and completion; installed over this
# system (in an overlay that goes with the test), it publishes the demo as the user odp,
# and purged it leaves nothing. lintian's word on it is part of `make deb`.
. "${0%/*}/lib.sh"

case $ODP_BUILD in
*/asan) skip 'the package' 'a build under sanitizers is not handed out'; finish ;;
esac
if ! have dpkg-deb || ! have dpkg-shlibdeps || ! have strip; then
	skip 'the package' 'dpkg-dev is not installed'
	finish
fi
mkdir "$T/one" "$T/two"
cp "$ODP" "$T/one/odp"
cp "$ODP" "$T/two/odp"
export SOURCE_DATE_EPOCH=1700000000
ok 'the package is made' cron/deb/build.sh "$T/one" 1.2.3
(TZ=Asia/Bangkok; export TZ; umask 077; cron/deb/build.sh "$T/two" 1.2.3 >/dev/null)
unset SOURCE_DATE_EPOCH
deb=$(ls "$T"/one/odp_1.2.3_*.deb)
ok '... twice the same bytes' cmp "$deb" "$(ls "$T"/two/odp_1.2.3_*.deb)"
dpkg-deb -x "$deb" "$T/root"
dpkg-deb -I "$deb" >"$T/info"
ok '... depends on what it is linked with' eval 'for p in libpq5 libsqlite3-0 libcurl4 libarchive13; do
	grep -q "^ Depends: .*$p" "$T/info" || { echo "$p"; cat "$T/info"; exit 1; }; done'
ok '... has the units, the schemas, the templates and the runbook' eval 'for f in lib/systemd/system/odp.service lib/systemd/system/odp.timer \
	usr/share/odp/schemas/catalog.yaml usr/share/odp/site-templates/pages.yaml usr/share/doc/odp/cron/README.md etc/odp/odp.env; do
	[ -s "$T/root/$f" ] || { echo "$f"; exit 1; }; done'
ok '... no secret and no variable that holds one' eval '! grep -r "^[^#]*\(ODP_SOURCE\|ODP_SIGN_KEY\|ODP_CKAN_TOKEN\)=" "$T/root/etc"'

# ---- odp(1) and the completion -----------------------------------------------------

"$ODP" help --man >"$T/odp.1"
if have mandoc; then
	ok 'the manual page is well formed' eval '! mandoc -T lint -W warning "$T/odp.1" | grep -v "missing date"'
elif have man; then
	ok 'the manual page is well formed' eval '[ -z "$(man --warnings -l "$T/odp.1" 2>&1 >/dev/null)" ]'
else
	skip 'the manual page is well formed' 'neither mandoc nor man is installed'
fi
"$ODP" help >"$T/help"
plain() { sed 's/\\-/-/g; s/\\f[BIR]//g' "$T/odp.1"; }
plain >"$T/manual"
for word in $(sed -n 's/^  \(--[a-z-]*\) .*/\1/p; s/^  \([a-z]*\)  *[a-z].*/\1/p' "$T/help"); do
	grep -q -- "^$word\( \|$\)" "$T/manual" || echo "$word"
done >"$T/untold"
ok '... and has every command and option of `odp help`' eval '[ ! -s "$T/untold" ] && grep -q "^--sign-key FILE$" "$T/manual" && grep -q "^13 key$" "$T/manual"'
"$ODP" help --completion >"$T/completion"
completes() { # LINE WORD...: what bash offers after LINE
	line=$1
	shift
	bash -c '. "$1"; COMP_WORDS=($2); [ "${2% }" = "$2" ] || COMP_WORDS+=(""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _odp
		printf "%s\n" "${COMPREPLY[@]}"' - "$T/completion" "$line" >"$T/offered"
	for word in "$@"; do grep -qx -- "$word" "$T/offered" || { echo "'$line' does not offer $word"; cat "$T/offered"; return 1; }; done
}
if have bash; then
	ok 'bash completes commands' completes 'odp r' run release retract rollback
	ok '... the options of one' eval 'completes "odp verify --" --public-key --part && ! grep -qx -- --source "$T/offered"'
	ok '... stages and directories' eval 'completes "odp run --from " extract seal && completes "odp run --schemas sch" schemas'
fi

# ---- installed, run, purged --------------------------------------------------------

mkdir "$T/over"
cat >"$T/install.sh" <<'X'
# In a mount namespace of its own: $1 the overlay's folder, $2 the package, $3 the demo database, $4 keys, $5 schemas.
set -e
mount -t tmpfs -o size=600m tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount --rbind /dev "$1/root/dev"
mount -t proc proc "$1/root/proc"
mount -t tmpfs tmpfs "$1/root/tmp"
cp "$2" "$1/root/tmp/odp.deb"
cp "$3" "$1/root/tmp/demo.sqlite"
cp -r "$5" "$1/root/tmp/schemas"
within() { chroot "$1/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 TMPDIR=/tmp sh -ec "$2"; }
within "$1" 'dpkg -i /tmp/odp.deb'
echo INSTALLED
within "$1" 'chmod 755 /tmp/schemas && chmod 644 /tmp/demo.sqlite
	install -d -o odp -m 700 /etc/odp/keys && setpriv --reuid=odp --regid=odp --init-groups odp keygen /etc/odp/keys >/dev/null
	cat >/tmp/night <<N
set -a; . /etc/odp/odp.env; ODP_SCHEMAS=/tmp/schemas ODP_SOURCE=sqlite:/tmp/demo.sqlite ODP_SIGN_KEY=/etc/odp/keys/odp.key
odp run && odp verify /srv/open-d/output/current --public-key /etc/odp/keys/odp.pub
N
	cd / && setpriv --reuid=odp --regid=odp --init-groups sh /tmp/night && cat /srv/open-d/output/current/index.html >/dev/null'
within "$1" 'stat -c "%a %U:%G %n" /var/lib/odp /etc/odp /srv/open-d/output'
echo RAN
within "$1" 'dpkg -P odp 2>&1; ! getent passwd odp'
# What is there now and was not before; dpkg's own books and caches aside.
cd "$1/upper" && find . \( -iname '*odp*' -o -path './srv/*' -o -path './etc/*' \) ! -type c | while read -r f; do
	cmp -s "$f" "/$f" || [ -d "/$f" ] || echo "left: $f"
done | grep -v 'etc/\(passwd\|group\|shadow\|gshadow\|subuid\|subgid\)-\{0,1\}$' | grep -v '/etc/ld.so.cache' || true
echo PURGED
X
keys "$T/keys"
demo "$T/demo.sqlite" 60
small_schemas "$sch"
if [ "$(id -u)" != 0 ] || ! have unshare || ! unshare -m sh -c "mount -t tmpfs tmpfs '$T/over' && mkdir '$T/over/u' '$T/over/w' '$T/over/r' &&
	mount -t overlay overlay -o 'lowerdir=/,upperdir=$T/over/u,workdir=$T/over/w' '$T/over/r'" 2>/dev/null; then
	skip 'installed, run and purged' 'this user may not mount an overlay'
	finish
fi
unshare -m sh "$T/install.sh" "$T/over" "$deb" "$T/demo.sqlite" "$T/keys" "$sch" >"$T/log" 2>&1
at() { grep -q "^$1$" "$T/log" || { cat "$T/log"; return 1; }; }
ok 'dpkg installs it' at INSTALLED
ok 'the user odp publishes with it, and the release verifies' eval 'at RAN && grep -q "release 1 is live" "$T/log"'
ok '... the state is private, keys are for root and odp, the output for the web server' eval 'at "700 odp:odp /var/lib/odp" &&
	at "750 root:odp /etc/odp" && at "2750 odp:www-data /srv/open-d/output"'
ok 'purged it leaves nothing' eval 'at PURGED && ! grep "^left:" "$T/log"'
finish
