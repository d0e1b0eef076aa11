#!/bin/sh
# shellcheck disable=SC2046
# Calls that the house does without, dataset ids in C, words that mark unfinished work, and other
# people's names for things that have one of ours.
set -u
cd "$(dirname "$0")/../.." || exit 2
bad=0
no() { # pattern, why, files...
	pattern=$1 why=$2; shift 2
	found=$(grep -nE "$pattern" "$@" /dev/null) || return 0
	echo "$found" | sed "s|\$| <- $why|"
	bad=1
}
no '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|system|popen|tmpnam|mktemp|localtime|gmtime|rand|setjmp|longjmp|setlocale)\(' \
	'not used here' pipeline/*.c pipeline/*/*.[ch]
no '\bmalloc\(|\bcalloc\(|\brealloc\(|\bstrdup\(' 'od_alloc() or an arena' \
	$(find pipeline -name "*.c" ! -path pipeline/core/arena.c)
no '\b(TODO|FIXME|XXX|HACK)\b' 'finish it or file it' pipeline/*.c pipeline/*/*.[ch] tests/*/*.[ch] Makefile
no 'typedef (struct|enum|union)' 'say struct' pipeline/*/*.[ch]
for dir in schemas/datasets/*/; do
	id=$(basename "$dir")
	case $id in projects|progress|indicators|activities|approvals|proposals) quoted="\"$id\"" ;; *) quoted=$id ;; esac
	no "$quoted" "a dataset's id: declare it in schemas/ or site-templates/" pipeline/*.c pipeline/*/*.[ch]
done
exit $bad
