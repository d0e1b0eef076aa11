#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/grams.h"
#include "core/pool.h"
#include "stage/analyze.h"

enum { SLICE = 4096 };

struct loading {
	const struct od_stage_ctx *ctx;
	struct od_subjects *s;
};

static enum od_rc
find_column(const struct od_query *q, const struct od_dataset *d, const char *name,
            size_t *out, struct od_err *err)
{
	for (size_t i = 0; i < od_query_columns(q); i++)
		if (!strcmp(od_query_column(q, i), name)) {
			*out = i;
			return OD_OK;
		}
	return od_err_set(err, OD_KIND_SCHEMA,
	                  "%s/analyze.sql: there is no column '%s'", d->dir, name);
}

static void
bind_range(struct od_query *q, int64_t from, int64_t to, char text[2][24])
{
	for (size_t i = 0; i < od_query_params(q); i++) {
		bool first = !strcmp(od_query_param(q, i), "from");

		snprintf(text[!first], 24, "%" PRId64, first ? from : to);
		od_query_bind(q, i, (struct od_pub){.v = od_span_str(text[!first])});
	}
}

enum od_rc
od_subject_row_open(struct od_snapshot *s, const struct od_dataset *d, int64_t from,
                    int64_t to, struct od_subject_row *row, struct od_err *err)
{
	const struct {
		const char *name;
		size_t *at;
	} facts[] = {{"agency", &row->agency},   {"places", &row->places},
	             {"targets", &row->targets}, {"start_day", &row->start_day},
	             {"end_day", &row->end_day}, {"satang", &row->satang}};
	char text[2][24];
	enum od_rc rc;

	*row = (struct od_subject_row){0};
	if (d->analysis.n_texts == 0 ||
	    d->analysis.n_texts > sizeof(row->texts) / sizeof(*row->texts))
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "%s/dataset.yaml: 'texts' must name 1 to 16 columns",
		                  d->dir);
	rc = od_query_open(s, d->sql, d->id, &row->q, err);
	for (size_t i = 0; i < d->analysis.n_texts && !rc; i++)
		rc = find_column(row->q, d, d->analysis.texts[i], &row->texts[i], err);
	for (size_t i = 0; i < OD_ARRAY_LEN(facts) && !rc; i++)
		rc = find_column(row->q, d, facts[i].name, facts[i].at, err);
	if (rc) {
		od_query_close(row->q);
		row->q = NULL;
		return rc;
	}
	bind_range(row->q, from, to, text);
	return OD_OK;
}

static const char *
keep_text(struct od_query *q, size_t column, struct od_arena *a)
{
	struct od_pub cell = od_query_cell(q, column);

	return cell.null || !cell.v.n ? "" : od_arena_dup(a, cell.v).p;
}

static void
keep_subject(struct od_subject_row *row, const struct od_analysis *x,
             struct od_subject *to, struct od_buf *symbols, struct od_arena *a)
{
	uint8_t *kept;

	symbols->n = 0;
	for (size_t i = 0; i < x->n_texts; i++)
		od_gram_symbols(symbols, NULL, od_query_cell(row->q, row->texts[i]).v);
	kept = (uint8_t *)od_arena_text(a, symbols->n);
	memcpy(kept, symbols->p, symbols->n);
	to->symbols = kept;
	to->agency = keep_text(row->q, row->agency, a);
	to->places = keep_text(row->q, row->places, a);
	to->targets = keep_text(row->q, row->targets, a);
	to->start_day = od_query_int(row->q, row->start_day);
	to->end_day = od_query_int(row->q, row->end_day);
	to->satang = od_query_int(row->q, row->satang);
}

/* Reads the subjects of a slice; each id that was counted must come again. */
static enum od_rc
load_slice(size_t i, void *u, struct od_err *err)
{
	struct loading *l = u;
	struct od_subjects *s = l->s;
	size_t at = i * SLICE, to = at + SLICE < s->n ? at + SLICE : s->n;
	struct od_buf symbols = {0};
	struct od_subject_row row = {0};
	struct od_snapshot *from;
	struct od_err closing;
	bool more = true;
	enum od_rc rc = od_snapshot_open(l->ctx->wd.snapshot, false, &from, err);

	if (rc)
		return rc;
	rc = od_subject_row_open(from, s->d, s->v[at].id, s->v[to - 1].id, &row, err);
	while (!rc && more) {
		rc = od_query_next(row.q, &more, err);
		if (rc || !more)
			break;
		if (at == to || od_query_int(row.q, 0) != s->v[at].id)
			rc = od_err_set(err, OD_KIND_SCHEMA,
			                "%s/analyze.sql: it must give one row a "
			                "project, in the order of the id",
			                s->d->dir);
		else
			keep_subject(&row, &s->d->analysis, &s->v[at++], &symbols,
			             &s->arenas[i]);
	}
	if (!rc && at != to)
		rc = od_err_set(err, OD_KIND_SCHEMA,
		                "%s/analyze.sql: some projects are missing", s->d->dir);
	od_query_close(row.q);
	if (od_snapshot_close(from, false, rc ? &closing : err) && !rc)
		rc = err->rc;
	od_buf_release(&symbols);
	return rc;
}

static enum od_rc
load_ids(const struct od_stage_ctx *ctx, struct od_subjects *s, struct od_err *err)
{
	const struct od_dataset *d = s->d;
	struct od_snapshot *from;
	struct od_query *q = NULL;
	struct od_err closing;
	int64_t n;
	bool more = true;
	char *sql;
	enum od_rc rc;

	if (!d->parent)
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "%s/dataset.yaml: an analysis needs a parent: whose "
		                  "rows are compared",
		                  d->dir);
	rc = od_snapshot_open(ctx->wd.snapshot, false, &from, err);
	if (rc)
		return rc;
	sql = od_arena_printf(ctx->run, "select count(*) from \"%s\"", d->parent->id);
	rc = od_snapshot_number(from, sql, &n, err);
	if (!rc) {
		s->v = od_alloc(((size_t)n + 1) * sizeof(*s->v));
		sql = od_arena_printf(ctx->run, "select \"%s\" from \"%s\" order by 1",
		                      d->parent_on, d->parent->id);
		rc = od_query_open(from, sql, d->id, &q, err);
	}
	while (!rc && more) {
		rc = od_query_next(q, &more, err);
		if (!rc && more)
			s->v[s->n++] = (struct od_subject){.id = od_query_int(q, 0)};
	}
	od_query_close(q);
	if (od_snapshot_close(from, false, rc ? &closing : err) && !rc)
		rc = err->rc;
	return rc;
}

enum od_rc
od_subjects_load(const struct od_stage_ctx *ctx, const struct od_dataset *d,
                 struct od_subjects *out, struct od_err *err)
{
	struct loading l = {.ctx = ctx, .s = out};
	enum od_rc rc;

	*out = (struct od_subjects){.d = d};
	rc = load_ids(ctx, out, err);
	if (rc)
		return rc;
	out->n_arenas = (out->n + SLICE - 1) / SLICE;
	out->arenas = od_alloc((out->n_arenas + 1) * sizeof(*out->arenas));
	memset(out->arenas, 0, (out->n_arenas + 1) * sizeof(*out->arenas));
	return od_pool_run(ctx->jobs, out->n_arenas, load_slice, &l, err);
}

void
od_subjects_release(struct od_subjects *s)
{
	for (size_t i = 0; i < s->n_arenas; i++)
		od_arena_release(&s->arenas[i]);
	free(s->arenas);
	free(s->v);
	*s = (struct od_subjects){0};
}
