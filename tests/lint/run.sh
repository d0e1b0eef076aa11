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
	--suppress=missingIncludeSystem --error-exitcode=1 -j 2 -i pipeline/anon/guess.c pipeline
# With the model itself, 65,536 weights, it takes more than ten minutes.
step cppcheck cppcheck --quiet --enable=warning,portability --inline-suppr --std=c11 -I. -Ipipeline \
	'-DOD_GUESS_MODEL="tests/bench/anon_blank.inc"' --suppress=missingIncludeSystem --error-exitcode=1 \
	pipeline/anon/guess.c
[ $bad = 0 ] && echo "lint: clean"
exit $bad
