#include "run/tidy.h"

#include <stdlib.h>

#include "core/file.h"

enum { MAX_KEPT = 64 };

static enum od_rc
tidy_dir(const char *dir, const int64_t *keep, size_t n, struct od_arena *a,
         struct od_err *err)
{
	char **names = od_dir_list(dir, a);
	enum od_rc rc = OD_OK;

	for (; names && *names && !rc; names++) {
		long long serial = strtoll(*names, NULL, 10);
		bool wanted = serial <= 0;

		for (size_t i = 0; i < n; i++)
			wanted |= keep[i] == serial;
		if (!wanted)
			rc = od_dir_remove(od_arena_printf(a, "%s/%s", dir, *names),
			                   err);
	}
	return rc;
}

enum od_rc
od_tidy_state(const struct od_options *o, struct od_ledger *l, struct od_arena *a,
              struct od_err *err)
{
	int64_t keep[MAX_KEPT];
	size_t n = MAX_KEPT;
	enum od_rc rc = od_ledger_wanted(l, keep, &n, err);

	if (!rc)
		rc = tidy_dir(od_arena_printf(a, "%s/snapshots", o->state), keep, n, a,
		              err);
	if (!rc)
		rc = tidy_dir(od_arena_printf(a, "%s/findings", o->state), keep, n, a,
		              err);
	return rc;
}
