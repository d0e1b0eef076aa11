/*
 * emit: from the snapshot to the files that people download. Loose files and parts of
 * all datasets, dictionaries and codelists, then the bundles made of these files, then
 * the descriptions of them all.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/file.h"
#include "core/log.h"
#include "core/pool.h"
#include "stage/artefacts.h"
#include "stage/bundle.h"
#include "stage/changes.h"
#include "stage/delta.h"
#include "stage/describe.h"
#include "stage/emit_files.h"
#include "stage/emit_privacy.h"
#include "stage/emit_table.h"
#include "stage/export.h"
#include "stage/facade.h"
#include "stage/stage.h"
#include "stage/versions.h"

struct emit {
	struct od_stage_ctx *ctx;
	struct od_emit_table *tables; /* one a dataset */
	size_t *order;                /* numbers of tables, the most work first */
	uint64_t *weights;
	struct od_lookup *lookups;
	size_t n_lookups;
	struct od_artefacts files;
	const char *
	    *newest; /* one a file of the tables: the newest change of its rows */
	size_t n_newest;
};

/* Parts keep many files open at once. */
static void
allow_many_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static enum od_rc
remove_earlier(const struct od_stage_ctx *ctx, struct od_err *err)
{
	static const char *const names[] = {"data",
	                                    "bundles",
	                                    "dictionary",
	                                    "vocab",
	                                    "sync",
	                                    "quality.json",
	                                    "privacy.json",
	                                    "LICENSE.txt",
	                                    "CITATION.cff",
	                                    "data.json",
	                                    "api",
	                                    "changes",
	                                    "CHANGES.th.md",
	                                    "CHANGES.en.md",
	                                    OD_VERSIONS_NAME,
	                                    "datapackage.json",
	                                    "csv-metadata.json",
	                                    "void.ttl"};
	char **there = od_dir_list(ctx->wd.release, ctx->run);
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < OD_ARRAY_LEN(names) && !rc; i++)
		rc = od_dir_remove(
		    od_arena_printf(ctx->run, "%s/%s", ctx->wd.release, names[i]), err);
	for (size_t i = 0; there && there[i] && !rc; i++)
		if (!strncmp(there[i], "catalog", strlen("catalog"))) /* its pages */
			rc = od_dir_remove(od_arena_printf(ctx->run, "%s/%s",
			                                   ctx->wd.release, there[i]),
			                   err);
	for (size_t i = 0; i < ctx->spec->n_exports && !rc; i++) {
		const char *path = ctx->spec->exports[i].path;

		rc = od_dir_remove(od_arena_printf(ctx->run, "%s/%.*s", ctx->wd.release,
		                                   (int)strcspn(path, "/{"), path),
		                   err);
	}
	return rc;
}

/* Equal lookups are shared. */
static enum od_rc
find_lookup(struct emit *e, struct od_snapshot *s, const struct od_partition *p,
            const struct od_lookup **out, struct od_err *err)
{
	enum od_rc rc;

	for (size_t i = 0; i < e->n_lookups; i++)
		if (e->lookups[i].via == p->via && !strcmp(e->lookups[i].on, p->on) &&
		    !strcmp(e->lookups[i].by, p->by)) {
			*out = &e->lookups[i];
			return OD_OK;
		}
	rc = od_lookup_load(&e->lookups[e->n_lookups], s, p, err);
	*out = &e->lookups[e->n_lookups++];
	return rc;
}

static enum od_rc
plan_lookups(struct emit *e, struct od_snapshot *s, struct od_err *err)
{
	const struct od_spec *spec = e->ctx->spec;
	size_t n = 0;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < spec->n_datasets; i++)
		n += spec->datasets[i].n_partitions;
	e->lookups = od_arena_array(e->ctx->run, n + 1, sizeof(*e->lookups));
	for (size_t i = 0; i < spec->n_datasets && !rc; i++) {
		const struct od_dataset *d = &spec->datasets[i];
		const struct od_lookup **own =
		    od_arena_array(e->ctx->run, d->n_partitions + 1, sizeof(*own));

		for (size_t k = 0; k < d->n_partitions && !rc; k++)
			if (d->partitions[k].via)
				rc = find_lookup(e, s, &d->partitions[k], &own[k], err);
		e->tables[i].lookups = own;
	}
	return rc;
}

/* Rows times width: prose weighs more. */
static enum od_rc
plan_weights(struct emit *e, struct od_snapshot *s, uint64_t *total, struct od_err *err)
{
	const struct od_spec *spec = e->ctx->spec;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < spec->n_datasets && !rc; i++) {
		const struct od_dataset *d = &spec->datasets[i];
		uint64_t width = 1;
		int64_t rows = 0;

		for (size_t k = 0; k < d->n_fields; k++)
			width += d->fields[k].type == OD_TYPE_TEXT ? 20 : 3;
		rc = od_snapshot_number(
		    s,
		    od_arena_printf(e->ctx->run, "select count(*) from \"%s\"", d->id),
		    &rows, err);
		e->weights[i] = (uint64_t)rows * width;
		*total += (uint64_t)rows;
	}
	return rc;
}

static enum od_rc
plan(struct emit *e, uint64_t *total, struct od_err *err)
{
	struct od_stage_ctx *ctx = e->ctx;
	size_t n = ctx->spec->n_datasets;
	struct od_err other = {0};
	struct od_snapshot *s;
	enum od_rc rc = od_snapshot_open(ctx->wd.snapshot, false, &s, err);

	if (rc)
		return rc;
	e->tables = od_arena_array(ctx->run, n, sizeof(*e->tables));
	e->order = od_arena_array(ctx->run, n, sizeof(*e->order));
	e->weights = od_arena_array(ctx->run, n, sizeof(*e->weights));
	rc = plan_lookups(e, s, err);
	if (!rc)
		rc = plan_weights(e, s, total, err);
	if (od_snapshot_close(s, false, rc ? &other : err) && !rc)
		rc = err->rc;
	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		e->tables[i].ctx = ctx;
		e->tables[i].d = &ctx->spec->datasets[i];
		for (; at && e->weights[e->order[at - 1]] < e->weights[i]; at--)
			e->order[at] = e->order[at - 1];
		e->order[at] = i;
	}
	return rc;
}

static enum od_rc
emit_one(size_t i, void *u, struct od_err *err)
{
	struct emit *e = u;

	return od_emit_table(&e->tables[e->order[i]], err);
}

static void
gather(struct emit *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->ctx->spec->n_datasets; i++)
		n += e->tables[i].n_newest;
	e->newest = od_arena_array(e->ctx->run, n + 1, sizeof(*e->newest));
	for (size_t i = 0; i < e->ctx->spec->n_datasets; i++) {
		struct od_emit_table *t = &e->tables[i];

		for (size_t k = 0; k < t->files.n; k++) {
			od_artefacts_add(&e->files, e->ctx->run, &t->files.v[k]);
			e->newest[e->n_newest++] =
			    od_arena_str(e->ctx->run, t->newest[k]);
		}
		e->ctx->rows += t->rows;
		od_arena_release(&t->arena);
	}
}

static void
count(struct emit *e)
{
	for (size_t i = 0; i < e->files.n; i++)
		e->ctx->bytes += e->files.v[i].bytes;
	e->ctx->files = e->files.n;
}

static enum od_rc
run(struct od_stage_ctx *ctx, struct od_err *err)
{
	struct emit e = {.ctx = ctx};
	struct od_artefacts before;
	uint64_t total = 0;
	enum od_rc rc;

	allow_many_files();
	od_changes_load(ctx, &before);
	rc = remove_earlier(ctx, err);
	if (!rc)
		rc = plan(&e, &total, err);
	if (!rc) {
		od_progress_begin("emit", "rows", total);
		rc = od_pool_run(ctx->jobs, ctx->spec->n_datasets, emit_one, &e, err);
		gather(&e);
		od_progress_end();
	}
	for (size_t i = 0; i < e.n_lookups; i++)
		od_lookup_release(&e.lookups[i]);
	if (!rc)
		rc = od_emit_dictionaries(ctx, &e.files, err);
	if (!rc)
		rc = od_emit_codelists(ctx, &e.files, err);
	if (!rc)
		rc = od_emit_quality(ctx, &e.files, err);
	if (!rc)
		rc = od_emit_privacy(ctx, &e.files, err);
	if (!rc)
		rc = od_bundle_documents(ctx, &e.files, err);
	if (!rc)
		rc = od_bundle_all(ctx, &e.files, &before, e.newest, e.n_newest, err);
	if (!rc)
		rc = od_versions_emit(ctx, &e.files, err);
	if (!rc)
		rc = od_delta_all(ctx, before.created, &e.files, err);
	if (!rc)
		rc = od_export_all(ctx, &e.files, err);
	od_changes_date(ctx, &before, &e.files);
	if (!rc)
		rc = od_facade(ctx, &e.files, err);
	if (!rc)
		rc = od_describe(ctx, &e.files, err);
	od_changes_date(ctx, &before, &e.files);
	if (!rc)
		rc = od_describe_sync(ctx, &before, &e.files, err);
	od_changes_date(ctx, &before, &e.files);
	e.files.created = ctx->created;
	if (!rc)
		rc = od_artefacts_save(&e.files, ctx->wd.artefacts, err);
	count(&e);
	return rc;
}

const struct od_stage od_stage_emit = {
    .name = "emit",
    .summary = "write the files that people download, and describe them",
    .summary_th = "เขียนไฟล์ให้ดาวน์โหลดและคำอธิบาย",
    .version = "7",
    .run = run,
};
