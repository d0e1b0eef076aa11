/*
 * analyze: what the projects' texts say of each other. Reads the validated snapshot and
 * fills in it the tables of the datasets that declare an `analysis:`.
 *
 * All in one transaction, with a mark behind it: a killed run leaves the tables empty,
 * and a snapshot that is analyzed already is left as it is.
 */
#include "stage/analyze.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/log.h"
#include "stage/figures.h"

struct analysis {
	struct od_stage_ctx *ctx;
	struct od_snapshot *to;
	const struct od_dataset *similar, *groups; /* or NULL */
	struct od_subjects subjects;
	struct od_buf pairs;
	int64_t rows;
};

static enum od_rc
find_datasets(struct analysis *x, struct od_err *err)
{
	const struct od_spec *spec = x->ctx->spec;

	for (size_t i = 0; i < spec->n_datasets; i++) {
		const struct od_dataset *d = &spec->datasets[i];
		const struct od_dataset **to;

		if (!d->analysis.kind)
			continue;
		if (!strcmp(d->analysis.kind, "similar"))
			to = &x->similar;
		else if (!strcmp(d->analysis.kind, "groups"))
			to = &x->groups;
		else
			return od_err_set(err, OD_KIND_SCHEMA,
			                  "%s/dataset.yaml: there is no analysis '%s'",
			                  d->dir, d->analysis.kind);
		if (*to)
			return od_err_set(err, OD_KIND_SCHEMA,
			                  "datasets '%s' and '%s' are the same "
			                  "analysis",
			                  (*to)->id, d->id);
		*to = d;
	}
	if (x->groups && !x->similar)
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "dataset '%s' needs one with the analysis 'similar'",
		                  x->groups->id);
	return OD_OK;
}

static enum od_rc
empty_table(struct analysis *x, const struct od_dataset *d, struct od_err *err)
{
	return od_snapshot_exec(
	    x->to, od_arena_printf(x->ctx->run, "delete from \"%s\"", d->id), NULL,
	    err);
}

static enum od_rc
count_table(struct analysis *x, const struct od_dataset *d, struct od_err *err)
{
	struct od_buf sql = {0};
	enum od_rc rc = od_snapshot_exec(
	    x->to,
	    od_arena_printf(x->ctx->run,
	                    "insert or replace into _counts select '%s', count(*), "
	                    "count(*) from \"%s\"",
	                    d->id, d->id),
	    NULL, err);

	if (!rc)
		rc = od_figures_measure(d, x->to, &sql, err);
	if (!rc)
		rc = od_snapshot_exec(x->to, od_buf_str(&sql), NULL, err);
	od_buf_release(&sql);
	return rc;
}

static enum od_rc
make_tables(struct analysis *x, struct od_err *err)
{
	double threshold = x->groups ? x->groups->analysis.threshold : 2;
	enum od_rc rc = empty_table(x, x->similar, err);

	if (!rc && x->groups)
		rc = empty_table(x, x->groups, err);
	if (!rc)
		rc = od_similar_make(x->ctx, &x->subjects, x->to, threshold, &x->pairs,
		                     &x->rows, err);
	if (!rc)
		rc = count_table(x, x->similar, err);
	if (!rc && x->groups)
		rc = od_groups_make(x->groups, &x->subjects, &x->pairs, x->to, err);
	if (!rc && x->groups)
		rc = count_table(x, x->groups, err);
	return rc;
}

/* The texts are read by other connections, so before this one begins to write. */
static enum od_rc
analyze(struct analysis *x, struct od_err *err)
{
	struct od_stage_ctx *ctx = x->ctx;
	const char *done = "", *validated;
	enum od_rc rc =
	    od_snapshot_meta_get(x->to, "validated", ctx->run, &validated, err);

	if (!rc && !*validated) {
		if (od_err_set(err, OD_KIND_CONFIG,
		               "the snapshot is not validated yet"))
			return od_err_hint(err,
			                   "run `odp validate` or `odp run` first");
	}
	if (!rc)
		rc = od_snapshot_meta_get(x->to, "analyzed", ctx->run, &done, err);
	if (rc || !strcmp(done, od_stage_analyze.version))
		return rc;
	rc = od_subjects_load(ctx, x->similar, &x->subjects, err);
	od_progress_begin("analyze", "records", x->subjects.n);
	if (!rc)
		rc = od_snapshot_exec(x->to, "begin immediate", NULL, err);
	if (!rc)
		rc = make_tables(x, err);
	if (!rc)
		rc = od_snapshot_meta_put(x->to, "analyzed", od_stage_analyze.version,
		                          err);
	if (!rc)
		rc = od_snapshot_exec(x->to, "commit", NULL, err);
	od_progress_end();
	ctx->rows = (uint64_t)x->rows;
	return rc;
}

static enum od_rc
run(struct od_stage_ctx *ctx, struct od_err *err)
{
	struct analysis x = {.ctx = ctx};
	struct od_err closing;
	enum od_rc rc;

	if (!od_file_exists(ctx->wd.snapshot)) {
		rc = od_err_set(err, OD_KIND_CONFIG, "there is no snapshot '%s'",
		                ctx->wd.snapshot);
		return od_err_hint(err, "run `odp extract` or `odp run` first");
	}
	rc = find_datasets(&x, err);
	if (rc || !x.similar)
		return rc;
	rc = od_snapshot_open(ctx->wd.snapshot, true, &x.to, err);
	if (rc)
		return rc;
	rc = analyze(&x, err);
	if (od_snapshot_close(x.to, !rc, rc ? &closing : err) && !rc)
		rc = err->rc;
	od_subjects_release(&x.subjects);
	od_buf_release(&x.pairs);
	return rc;
}

const struct od_stage od_stage_analyze = {
    .name = "analyze",
    .summary = "find similar projects and likely duplicates in the published texts",
    .summary_th = "ค้นหาโครงการที่คล้ายกันและที่อาจซ้ำซ้อน",
    .version = "2",
    .run = run,
};
