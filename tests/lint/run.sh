#!/bin/sh
# All static checks; says which failed. Arguments: the C files whose format is checked.
set -u
cd "$(dirname "$0")/../.." || exit 2
bad=0
step() { name=$1; shift; "$@" || { echo "lint: $name failed"; bad=1; }; }
step format clang-format --dry-run -Werror "$@"
step layers tests/lint/layers.sh
step banned tests/lint/banned.sh
step headers tests/lint/headers.sh
step docs tests/lint/docs.sh
step shell shellcheck -S warning -e SC1091,SC2154,SC2218,SC2034,SC2120,SC2010,SC2046 tests/*.sh tests/*/*.sh .ci/run
step cppcheck cppcheck --quiet --enable=warning,portability --inline-suppr --std=c11 -Ipipeline \
	--suppress=missingIncludeSystem --error-exitcode=1 -j 2 pipeline
[ $bad = 0 ] && echo "lint: clean"
exit $bad
