#!/bin/sh
# The units of systemd: systemd reads them without a complaint, and its own measure of
# what a service could do stays low.
. "${0%/*}/lib.sh"

if ! have systemd-analyze; then
	skip 'the units of systemd' 'systemd-analyze is not installed'
	finish
fi
mkdir "$T/units"
cp cron/*.service cron/*.socket cron/*.timer "$T/units"
sed -i "s#/usr/bin/odp #$ODP #" "$T"/units/*
# proxyd comes with systemd itself, which may not be the one that runs here
[ -x /lib/systemd/systemd-socket-proxyd ] || sed -i 's#/lib/systemd/systemd-socket-proxyd#/bin/true#' "$T/units/odp-db.service"
cd "$T/units" || exit 2
ok 'systemd finds no fault in them' eval 'systemd-analyze verify --man=no ./*.service ./*.socket ./*.timer >"$T/verify" 2>&1 &&
	! grep "^[^ ]*odp" "$T/verify"'
cd "$ROOT" || exit 2
exposure() { # UNIT TENTHS
	systemd-analyze security --offline=true --no-pager --threshold="$2" "cron/$1" | tail -2
	systemd-analyze security --offline=true --no-pager --threshold="$2" "cron/$1" >/dev/null
}
ok 'the builder is exposed by at most 0.5' exposure odp.service 5
ok 'the uploader by at most 1.5' exposure odp-upload.service 15
ok 'the way to the database by at most 1.5' exposure odp-db.service 15
ok 'the builder has no network of the machine' grep -q '^PrivateNetwork=yes' cron/odp.service
ok 'neither service can read what only the other needs' eval '
	grep -q "^InaccessiblePaths=.*-/etc/odp/ckan.token" cron/odp.service && grep -q "^InaccessiblePaths=.*-/etc/odp/upload.env" cron/odp.service &&
	for f in build.env pgpass odp.key; do grep -q "^InaccessiblePaths=.*-/etc/odp/$f" cron/odp-upload.service || exit 1; done'
# A unit that names an option or variable which is not there would fail at night.
for name in $(grep -ho 'ODP_[A-Z_]*' cron/*.service cron/env.example | sort -u); do
	case $name in ODP_MAILTO | ODP_DB | ODP_LOG) continue ;; esac
	"$ODP" help | grep -q -- "--$(echo "${name#ODP_}" | tr 'A-Z_' 'a-z-') " || echo "$name"
done >"$T/unknown"
ok 'every variable of the units and of env.example is an option' test ! -s "$T/unknown"
finish
