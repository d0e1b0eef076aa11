#include "run/tidy.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "run/setup.h"

enum { MAX_KEPT = 64 };

struct keeping {
	const struct od_options *o;
	struct od_arena *a;
	int64_t v[MAX_KEPT]; /* all of these serials */
	size_t n;
	int64_t *lists; /* and the lists of files of these */
	size_t n_lists, cap;
};

static bool
is_among(int64_t serial, const int64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == serial)
			return true;
	return false;
}

/* A release that is kept can be published again: CKAN is brought back by its list. */
static void
keep_list(const char *const *columns, void *u)
{
	struct keeping *k = u;

	if (!od_file_is_dir(od_path_release(k->o, strtoll(columns[0], NULL, 10), k->a)))
		return;
	if (k->n_lists == k->cap) {
		size_t cap = k->cap ? 2 * k->cap : 64;
		int64_t *v = od_arena_array(k->a, cap, sizeof(*v));

		if (k->n_lists)
			memcpy(v, k->lists, k->n_lists * sizeof(*v));
		k->lists = v;
		k->cap = cap;
	}
	k->lists[k->n_lists++] = strtoll(columns[1], NULL, 10);
}

static enum od_rc
tidy_dir(const char *dir, const struct keeping *k, struct od_arena *a,
         struct od_err *err)
{
	char **names = od_dir_list(dir, a);
	enum od_rc rc = OD_OK;

	for (; names && *names && !rc; names++) {
		char *end;
		long long serial = strtoll(*names, &end, 10);
		bool wanted = serial <= 0 || is_among(serial, k->v, k->n) ||
		              (!strcmp(end, ".artefacts.json") &&
		               is_among(serial, k->lists, k->n_lists));

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
	struct keeping k = {.o = o, .a = a, .n = MAX_KEPT};
	enum od_rc rc = od_ledger_wanted(l, k.v, &k.n, err);

	if (!rc)
		rc = od_ledger_rows(
		    l,
		    "select serial, emit_serial from releases where state "
		    "= 'live'",
		    0, keep_list, &k, err);
	if (!rc)
		rc = tidy_dir(od_arena_printf(a, "%s/snapshots", o->state), &k, a, err);
	if (!rc)
		rc = tidy_dir(od_arena_printf(a, "%s/findings", o->state), &k, a, err);
	return rc;
}
