#!/bin/sh
# sbom.sh BINARY VERSION: what BINARY is linked with, as CycloneDX 1.5 (JSON): each shared library with its Debian
# package, source package, version and SHA-256; which of them the binary names itself. The same machine gives the same
# bytes. Needs binutils and dpkg.
set -eu
binary=$1 version=$2
direct=$(readelf -dW "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p')
hash() { sha256sum "$1" | cut -d ' ' -f 1; }
# shellcheck source=/dev/null
distro=$(. /etc/os-release && echo "$ID-${VERSION_ID:-unstable}")

printf '{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,\n'
printf '"metadata":{"component":{"type":"application","bom-ref":"odp","name":"odp","version":"%s",' "$version"
printf '"licenses":[{"license":{"id":"MIT"}}],"hashes":[{"alg":"SHA-256","content":"%s"}]}},\n"components":[' "$(hash "$binary")"
comma=
ldd "$binary" | sed -n 's/^[[:space:]]*\([^ ]*\) => \(\/[^ ]*\) .*/\1 \2/p' | LC_ALL=C sort | while read -r soname path; do
	# The file as dpkg knows it: /lib may be a link to /usr/lib.
	real=$(readlink -f "$path")
	owner=$(dpkg-query -S "$real" 2>/dev/null || dpkg-query -S "${real#/usr}" 2>/dev/null || dpkg-query -S "/usr$real")
	package=${owner%%: *}
	# shellcheck disable=SC2046 # words without blanks
	set -- $(dpkg-query -W -f='${binary:Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n' "$package" | head -1)
	case " $(echo "$direct" | tr '\n' ' ')" in *" $soname "*) how=direct ;; *) how=indirect ;; esac
	printf '%s\n{"type":"library","bom-ref":"%s","name":"%s","version":"%s",' "$comma" "$soname" "${1%:*}" "$2"
	printf '"purl":"pkg:deb/debian/%s@%s?arch=%s&distro=%s",' "${1%:*}" "$(echo "$2" | sed 's/:/%3A/; s/+/%2B/g')" "$3" "$distro"
	printf '"hashes":[{"alg":"SHA-256","content":"%s"}],' "$(hash "$real")"
	printf '"properties":[{"name":"soname","value":"%s"},{"name":"linked","value":"%s"},' "$soname" "$how"
	printf '{"name":"source","value":"%s %s"}]}' "$4" "$5"
	comma=,
done
printf '],\n"dependencies":[{"ref":"odp","dependsOn":['
comma=
for soname in $(echo "$direct" | LC_ALL=C sort); do
	printf '%s"%s"' "$comma" "$soname"
	comma=,
done
printf ']}]}\n'
