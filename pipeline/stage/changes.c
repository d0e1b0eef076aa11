#include "stage/changes.h"

#include <stdlib.h>
#include <string.h>

void
od_changes_load(const struct od_stage_ctx *ctx, struct od_artefacts *before)
{
	static const char ending[] = ".sqlite";
	const char *previous = ctx->wd.previous;
	size_t n = strlen(previous);
	struct od_err ignored = {0};
	const char *path;

	*before = (struct od_artefacts){0};
	if (n < sizeof(ending) ||
	    strcmp(previous + n - (sizeof(ending) - 1), ending) != 0)
		return;
	/* state/snapshots/11.sqlite -> state/snapshots/11.artefacts.json */
	path = od_arena_printf(ctx->run, "%.*s.artefacts.json",
	                       (int)(n - (sizeof(ending) - 1)), previous);
	if (od_artefacts_load(before, path, ctx->run, &ignored))
		*before = (struct od_artefacts){0};
}

static int
by_path(const void *key, const void *element)
{
	return strcmp(key, ((const struct od_artefact *)element)->path);
}

const struct od_artefact *
od_changes_find(const struct od_artefacts *sorted, const char *path)
{
	return sorted->n
	           ? bsearch(path, sorted->v, sorted->n, sizeof(*sorted->v), by_path)
	           : NULL;
}

void
od_changes_date(const struct od_stage_ctx *ctx, const struct od_artefacts *before,
                struct od_artefacts *files)
{
	for (size_t i = 0; i < files->n; i++) {
		struct od_artefact *f = &files->v[i];
		const struct od_artefact *old = od_changes_find(before, f->path);

		if (f->changed[0])
			continue;
		f->changed = ctx->created;
		/* Also where the source was set back, no date goes back. */
		if (old && old->changed[0] &&
		    (!strcmp(old->sha256, f->sha256) ||
		     strcmp(old->changed, f->changed) > 0))
			f->changed = old->changed;
	}
}

static const char *
newest(const struct od_stage_ctx *ctx, const struct od_artefacts *files,
       const char *dataset)
{
	const char *date = "";

	for (size_t i = 0; i < files->n; i++) {
		const struct od_artefact *f = &files->v[i];

		if (f->role == OD_ROLE_DATA &&
		    (!dataset || !strcmp(f->dataset, dataset)) &&
		    strcmp(f->changed, date) > 0)
			date = f->changed;
	}
	return date[0] ? date : ctx->created;
}

const char *
od_changes_of(const struct od_stage_ctx *ctx, const struct od_artefacts *files,
              const char *dataset)
{
	return newest(ctx, files, dataset);
}

const char *
od_changes_newest(const struct od_stage_ctx *ctx, const struct od_artefacts *files)
{
	return newest(ctx, files, NULL);
}
