/* portal_withdrawn.c - see portal_withdrawn.h */
#include "stage/portal_withdrawn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/out.h"
#include "stage/retract.h"

enum { MAX_BYTES = 64 * 1024 * 1024, DAY = sizeof("2026-03-02") - 1 };

struct gone {
	uint64_t key;
	char day[DAY + 1];
};

struct list {
	struct gone *v;
	size_t n, cap;
	struct od_arena *a;
};

static void
add(struct list *l, uint64_t key, const char *day)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct gone *v = od_arena_array(l->a, cap, sizeof(*v));

		if (l->n)
			memcpy(v, l->v, l->n * sizeof(*v));
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n] = (struct gone){.key = key};
	memcpy(l->v[l->n++].day, day, DAY);
}

/* What the live release's list has; none if there is no list yet. */
static enum od_rc
read_list(struct od_stage_ctx *ctx, struct list *l, struct od_err *err)
{
	const char *path =
	    od_arena_printf(ctx->run, "%s/" OD_WITHDRAWN_NAME, ctx->wd.live);
	struct od_span text;
	enum od_rc rc;

	if (!ctx->wd.live[0] || !od_file_exists(path))
		return OD_OK;
	rc = od_file_read(path, MAX_BYTES, ctx->run, &text, OD_KIND_IO, err);
	if (rc)
		return rc;
	for (const char *p = text.p, *end = text.p + text.n; p < end;) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const char *comma;

		eol = eol ? eol : end;
		comma = memchr(p, ',', (size_t)(eol - p));
		if (*p >= '0' && *p <= '9' && comma && eol - comma == DAY + 1)
			add(l, strtoull(p, NULL, 10), comma + 1);
		p = eol + 1;
	}
	return OD_OK;
}

static const char *
keys_query(const struct od_stage_ctx *ctx)
{
	const struct od_dataset *d = ctx->spec->catalog.created_dataset;

	return od_arena_printf(ctx->run, "select \"%s\" from \"%s\" order by 1",
	                       d->key[0]->name, d->id);
}

/* Merges two ordered lists of keys: those of the last release that this one lacks. */
static enum od_rc
compare(struct od_query *before, struct od_query *now, struct list *l, const char *day,
        struct od_err *err)
{
	bool more, here;
	enum od_rc rc = od_query_next(now, &here, err);

	while (!rc) {
		rc = od_query_next(before, &more, err);
		if (rc || !more)
			break;
		while (!rc && here && od_query_int(now, 0) < od_query_int(before, 0))
			rc = od_query_next(now, &here, err);
		if (!rc && (!here || od_query_int(now, 0) > od_query_int(before, 0)))
			add(l, (uint64_t)od_query_int(before, 0), day);
	}
	return rc;
}

static enum od_rc
add_removed(struct od_stage_ctx *ctx, struct od_snapshot *s, struct list *l,
            struct od_err *err)
{
	const char *sql = keys_query(ctx);
	struct od_snapshot *last;
	struct od_query *before, *now;
	struct od_err ignored;
	enum od_rc rc, closed;

	if (!ctx->wd.previous[0] || !od_file_exists(ctx->wd.previous))
		return OD_OK;
	rc = od_snapshot_open(ctx->wd.previous, false, &last, err);
	if (rc)
		return rc;
	rc = od_query_open(last, sql, "keys of the last release", &before, err);
	if (!rc) {
		rc = od_query_open(s, sql, "keys of this release", &now, err);
		if (!rc) {
			rc = compare(before, now, l, ctx->created, err);
			od_query_close(now);
		}
		od_query_close(before);
	}
	closed = od_snapshot_close(last, false, rc ? &ignored : err);
	return rc ? rc : closed;
}

static enum od_rc
add_retracted(struct od_stage_ctx *ctx, struct list *l, struct od_err *err)
{
	struct od_retraction r;
	enum od_rc rc = od_retract_load(ctx->wd.state, ctx->run, &r, err);

	for (size_t i = 0; !rc && i < r.n_rows; i++)
		add(l, strtoull(od_arena_dup(ctx->run, r.rows[i]).p, NULL, 10),
		    ctx->created);
	return rc;
}

/* By key, and of one key the first day first. */
static int
by_key(const void *x, const void *y)
{
	const struct gone *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return strcmp(a->day, b->day);
}

/* The rows of the list that are not published now, each key once. */
static enum od_rc
rows(struct od_stage_ctx *ctx, struct od_query *now, const struct list *l,
     struct od_table_builder *b, struct od_err *err)
{
	bool here;
	enum od_rc rc = od_query_next(now, &here, err);

	for (size_t i = 0; i < l->n && !rc; i++) {
		const struct gone *g = &l->v[i];
		struct od_value *v;

		if (i && l->v[i - 1].key == g->key)
			continue;
		while (!rc && here && (uint64_t)od_query_int(now, 0) < g->key)
			rc = od_query_next(now, &here, err);
		if (rc || (here && (uint64_t)od_query_int(now, 0) == g->key))
			continue;
		v = od_table_add(b, ctx->run);
		*v++ = od_value_str(od_arena_printf(ctx->run, "%" PRIu64, g->key));
		*v++ = od_value_str(g->day);
	}
	return rc;
}

enum od_rc
od_portal_withdrawn(struct od_stage_ctx *ctx, struct od_snapshot *s,
                    struct od_model *out, struct od_err *err)
{
	const char **columns = od_arena_array(ctx->run, 2, sizeof(*columns));
	struct od_table_builder b = {.t = {.columns = columns, .n_columns = 2}};
	struct list l = {.a = ctx->run};
	struct od_query *now;
	enum od_rc rc = read_list(ctx, &l, err);

	columns[0] = ctx->spec->catalog.created_dataset->key[0]->name;
	columns[1] = "withdrawn_on";
	if (!rc)
		rc = add_removed(ctx, s, &l, err);
	if (!rc)
		rc = add_retracted(ctx, &l, err);
	if (!rc)
		rc = od_query_open(s, keys_query(ctx), "keys of this release", &now,
		                   err);
	if (rc)
		return rc;
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), by_key);
	rc = rows(ctx, now, &l, &b, err);
	od_query_close(now);
	*out = (struct od_model){"withdrawn", b.t};
	return rc;
}

enum od_rc
od_portal_withdrawn_write(struct od_stage_ctx *ctx, const struct od_model *m,
                          struct od_err *err)
{
	struct od_out *out = od_out_open(
	    od_arena_printf(ctx->run, "%s/" OD_WITHDRAWN_NAME, ctx->wd.release), NULL);

	od_out_puts(out, m->table.columns[0]);
	od_out_puts(out, ",withdrawn_on\n");
	for (size_t i = 0; i < m->table.n_rows; i++) {
		const struct od_value *row = od_table_row(&m->table, i);

		od_out_span(out, row[0].v);
		od_out_puts(out, ",");
		od_out_span(out, row[1].v);
		od_out_puts(out, "\n");
	}
	ctx->files++;
	return od_out_close(out, NULL, err);
}
