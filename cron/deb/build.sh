#!/bin/sh
# build.sh BUILD VERSION: makes BUILD/odp_VERSION_ARCH.deb of BUILD/odp and of what lies in this tree. No root, no
# debhelper; the same tree gives the same bytes (SOURCE_DATE_EPOCH, by default the time of the last commit).
set -eu
cd "$(dirname "$0")/../.."
build=$(cd "$1" && pwd) version=$2
arch=$(dpkg --print-architecture)
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || echo 1)}"
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root doc=$work/root/usr/share/doc/odp

put() { # MODE FILE TARGET: installs, making directories
	install -D -m "$1" "$2" "$root/$3"
}
packed() { # FILE TARGET
	mkdir -p "$(dirname "$root/$2")"
	gzip -9nc "$1" >"$root/$2"
}

put 755 "$build/odp" usr/bin/odp
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/odp"
mkdir -p "$root/usr/share/odp"
cp -r schemas site-templates "$root/usr/share/odp"
find "$root/usr/share/odp" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +

for unit in cron/*.service cron/*.socket cron/*.timer; do
	put 644 "$unit" "lib/systemd/system/${unit#cron/}"
done
# The part of env.example that is no secret; the rest the administrator makes.
sed '/^# --- /,$d' cron/env.example >"$work/odp.env"
put 644 "$work/odp.env" etc/odp/odp.env

"$build/odp" help --man >"$work/odp.1"
packed "$work/odp.1" usr/share/man/man1/odp.1.gz
"$build/odp" help --completion >"$work/completion"
put 644 "$work/completion" usr/share/bash-completion/completions/odp

for file in cron/README.md cron/source-role.sql cron/*.example cron/odp.crontab; do
	put 644 "$file" "usr/share/doc/odp/$file"
done
{
	cat cron/deb/copyright
	sed '/^MIT License$/d; /^Copyright/d; s/^/ /; s/^ $/ ./' LICENSE | sed '1,/^ \.$/{/^ \.$/d}'
} >"$work/copyright"
put 644 "$work/copyright" usr/share/doc/odp/copyright
cron/deb/sbom.sh "$root/usr/bin/odp" "$version" >"$doc/odp.cdx.json"
packed CHANGELOG.md usr/share/doc/odp/CHANGELOG.md.gz
printf 'odp (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- %s  %s\n' "$version" \
	"$(sed -n 's/^Maintainer: //p' cron/deb/control)" "$(date -u -d "@$SOURCE_DATE_EPOCH" -R)" >"$work/changelog"
packed "$work/changelog" usr/share/doc/odp/changelog.gz

# What it is linked with, as packages and the versions that have the functions it calls.
mkdir -p "$work/src/debian"
printf 'Source: odp\n\nPackage: odp\nArchitecture: any\n' >"$work/src/debian/control"
depends=$(cd "$work/src" && dpkg-shlibdeps -O -e"$root/usr/bin/odp" 2>/dev/null | sed 's/^shlibs:Depends=//')

mkdir "$root/DEBIAN"
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@DEPENDS@/$depends/" \
	-e "s/@SIZE@/$(du -k -s --apparent-size "$root" | cut -f 1)/" cron/deb/control >"$root/DEBIAN/control"
echo /etc/odp/odp.env >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do
	install -m 755 "cron/deb/$script" "$root/DEBIAN/$script"
done
(cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) \
	>"$root/DEBIAN/md5sums"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
rm -f "$build"/odp_*.deb
dpkg-deb --root-owner-group -Zxz -b "$root" "$build/odp_${version}_$arch.deb" >/dev/null
echo "$build/odp_${version}_$arch.deb"
