#!/bin/sh
# Each header compiles alone and has a guard named after its path.
set -u
cd "$(dirname "$0")/../.." || exit 2
bad=0
for h in pipeline/*/*.h; do
	guard=OD_$(echo "${h#pipeline/}" | tr 'a-z/.' 'A-Z__')
	grep -q "^#ifndef $guard\$" "$h" || { echo "$h: its guard must be $guard"; bad=1; }
	printf '#include "%s"\nextern int od_lint_unit;\n' "${h#pipeline/}" |
		gcc -std=c11 -D_GNU_SOURCE -Ipipeline -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c - ||
		{ echo "$h: does not stand alone"; bad=1; }
done
exit $bad
