#!/bin/sh
# What the documents say is what the program has: options, commands, exit statuses, make targets.
set -u
cd "$(dirname "$0")/../.." || exit 2
bad=0
miss() { echo "$1: '$2' is not told"; bad=1; }
for name in $(sed -n 's/^    {"\([a-z-]*\)", OD_OPTION_.*/\1/p' pipeline/run/options.c); do
	grep -A4 "^    {\"$name\"," pipeline/run/options.c | tr '\n' ' ' | grep -q 'OD_USE_INNER}.*' &&
		! grep -A4 "^    {\"$name\"," pipeline/run/options.c | tr '\n' ' ' | sed 's/}.*//' | grep -q 'OD_USE_\(RUN\|STATUS\|VERIFY\)' && continue
	env=ODP_$(echo "$name" | tr 'a-z-' 'A-Z_')
	case $name in plan|watch|key|against|accept-stale|tries|public-key|part|schema|limit|only|from|force|dry-run|unsigned|in|where|text|count|quasi|sensitive|threshold|k|delimiter|allow|withdraw|project|match|json|man|completion) ;; *) grep -q "$env" cron/env.example || miss cron/env.example "$env" ;; esac
done
for status in $(sed -n 's/^    {OD_KIND_[A-Z]*, \([0-9]*\), ".*/\1/p' pipeline/core/err.c); do
	grep -qE "(^|[^0-9])$status([^0-9]|\$)" cron/README.md || miss cron/README.md "exit status $status"
done
for target in demo serve check lint bench fuzz asan deb; do
	grep -q "make $target" README.md CONTRIBUTING.md || miss README.md "make $target"
done
for dir in pipeline schemas site-templates output cron tests; do
	grep -q "\`*$dir/" README.md || miss README.md "$dir/"
	[ -e "$dir/README.md" ] || miss "$dir/README.md" "this folder"
done
exit $bad
