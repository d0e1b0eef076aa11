#include "stage/news.h"

#include <string.h>

#include "core/file.h"
#include "row/snapshot.h"
#include "stage/delta.h"

enum { MAX_BYTES = 1 << 30 };

static const char tables_sql[] =
    "create table releases(release integer, since integer, at text, dataset text, "
    "title_th text, title_en text, added integer, changed integer, removed integer, "
    "whole integer, primary key(release, dataset)) without rowid;"
    "create table changes(dataset text, id integer, release integer, at text, "
    "change text, what_th text, what_en text, primary key(dataset, id, release)) "
    "without rowid;";

static const char release_sql[] =
    "insert into releases values(:release, :since, :at, :dataset, :title_th, "
    ":title_en, :added, :changed, :removed, :whole)";

/* What is told of a record twice is told once; that it is new or gone says more. */
#define JOINED(what)                                                                   \
	what " = case when instr(', ' || " what " || ', ', ', ' || excluded." what     \
	     " || ', ') > 0 or excluded." what " = '' then " what " when " what        \
	     " = '' then excluded." what " else " what " || ', ' || excluded." what    \
	     " end"
static const char change_sql[] =
    "insert into changes values(:dataset, :id, :release, :at, :change, :what_th, "
    ":what_en) on conflict do update set change = case excluded.change when 'changed' "
    "then change else excluded.change end, " JOINED("what_th") ", " JOINED("what_en");

struct news {
	const struct od_stage_ctx *ctx;
	const struct od_delta *delta;
	const struct od_dataset *d, *record; /* the table; what its rows belong to */
	const char *id;                      /* column of the key that names it */
	struct od_query *changes, *releases;
	struct od_arena line; /* of one line of NDJSON */
};

/* ---- writing rows */

static void
bind_number(struct od_query *q, size_t param, uint64_t v, struct od_arena *a)
{
	const char *text = od_arena_printf(a, "%llu", (unsigned long long)v);

	od_query_bind(q, param, (struct od_pub){.v = od_span_str(text)});
}

static void
bind_text(struct od_query *q, size_t param, const char *text)
{
	od_query_bind(q, param, (struct od_pub){.v = od_span_str(text)});
}

static enum od_rc
run_query(struct od_query *q, struct od_err *err)
{
	bool row;
	enum od_rc rc = od_query_next(q, &row, err);

	od_query_restart(q);
	return rc;
}

static enum od_rc
put_release(struct news *n, const struct od_delta_table *t, struct od_err *err)
{
	const struct od_dataset *d = od_dataset_find(n->ctx->spec, t->dataset);
	struct od_arena *a = n->ctx->run;
	struct od_query *q = n->releases;

	bind_number(q, 0, n->delta->release, a);
	bind_number(q, 1, n->delta->since, a);
	bind_text(q, 2, n->delta->created);
	bind_text(q, 3, t->dataset);
	bind_text(q, 4, d ? d->title.th : t->dataset);
	bind_text(q, 5, d ? d->title.en : t->dataset);
	bind_number(q, 6, t->added, a);
	bind_number(q, 7, t->changed, a);
	bind_number(q, 8, t->removed, a);
	bind_number(q, 9, t->whole, a);
	return run_query(q, err);
}

static const char *
join(struct od_arena *a, const char *list, const char *word)
{
	return *list ? od_arena_printf(a, "%s, %s", list, word) : word;
}

/* Titles of the columns that a line names. That its date moved is no news. */
static struct od_text2
changed_columns(struct news *n, const struct od_json *fields)
{
	struct od_text2 what = {"", ""};

	for (size_t i = 0; fields && i < fields->n; i++) {
		const struct od_field *f = od_field_find(n->d, fields->keys[i].p);

		if (!f || f == n->ctx->spec->catalog.created_field)
			continue;
		what.th = join(&n->line, what.th, f->title.th);
		what.en = join(&n->line, what.en, f->title.en);
	}
	return what;
}

static enum od_rc
put_change(struct news *n, const struct od_json *line, struct od_err *err)
{
	const char *change = od_json_text(line, "change");
	bool own = n->d == n->record;
	struct od_text2 what =
	    own ? changed_columns(n, od_json_find(line, "fields")) : n->d->title;

	bind_text(n->changes, 0, n->record->id);
	bind_text(n->changes, 1, od_json_text(od_json_find(line, "key"), n->id));
	bind_number(n->changes, 2, n->delta->release, &n->line);
	bind_text(n->changes, 3, n->delta->created);
	bind_text(n->changes, 4, own ? change : "changed");
	bind_text(n->changes, 5, what.th);
	bind_text(n->changes, 6, what.en);
	return run_query(n->changes, err);
}

/* ---- reading changes/ */

/* Finds what the rows of a table belong to; false: nothing that has a number. */
static bool
find_record(struct news *n, const struct od_delta_table *t)
{
	n->d = od_dataset_find(n->ctx->spec, t->dataset);
	if (!n->d || n->d->derived || !t->has[OD_DELTA_NDJSON])
		return false;
	n->record = n->d->parent ? n->d->parent : n->d;
	n->id = n->d->parent ? n->d->parent_on : n->d->key[0]->name;
	if (n->record->parent || n->record->n_key != 1 ||
	    n->record->key[0]->type != OD_TYPE_ID)
		return false;
	for (size_t i = 0; i < t->n_key; i++)
		if (!strcmp(t->key[i], n->id))
			return true;
	return false;
}

static enum od_rc
read_lines(struct news *n, const char *path, struct od_span text, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	while (text.n && !rc) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t length = end ? (size_t)(end - text.p) : text.n;
		const struct od_json *line;

		od_arena_reset(&n->line);
		rc = od_json_parse((struct od_span){text.p, length}, path,
		                   OD_KIND_INTERNAL, &n->line, &line, err);
		if (!rc)
			rc = put_change(n, line, err);
		length += end != NULL;
		text.p += length;
		text.n -= length;
	}
	return rc;
}

static enum od_rc
read_table(struct news *n, const struct od_delta_table *t, struct od_err *err)
{
	struct od_arena a = {0};
	struct od_span text;
	const char *path;
	enum od_rc rc;

	if (!find_record(n, t))
		return OD_OK;
	path = od_arena_printf(
	    &a, "%s/%s", n->ctx->wd.release,
	    od_delta_path(&a, n->delta->release, t->dataset, OD_DELTA_NDJSON));
	rc = od_file_read(path, MAX_BYTES, &a, &text, OD_KIND_INTERNAL, err);
	if (!rc)
		rc = read_lines(n, path, text, err);
	od_arena_release(&a);
	return rc;
}

static enum od_rc
read_all(struct news *n, const struct od_deltas *deltas, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < deltas->n && !rc; i++) {
		n->delta = &deltas->v[i];
		for (size_t k = 0; k < n->delta->n && !rc; k++) {
			rc = put_release(n, &n->delta->tables[k], err);
			if (!rc)
				rc = read_table(n, &n->delta->tables[k], err);
		}
	}
	return rc;
}

enum od_rc
od_news_make(const struct od_stage_ctx *ctx, const char *path, struct od_err *err)
{
	static const struct od_spec none;
	struct news n = {.ctx = ctx};
	struct od_deltas deltas;
	struct od_snapshot *s;
	struct od_err other = {0};
	enum od_rc rc = od_deltas_load(ctx->wd.release, ctx->run, &deltas, err);

	if (!rc)
		rc = od_snapshot_create(path, &none, &s, err);
	if (rc)
		return rc;
	rc = od_snapshot_exec(s, tables_sql, NULL, err);
	if (!rc)
		rc = od_query_open(s, release_sql, "releases", &n.releases, err);
	if (!rc)
		rc = od_query_open(s, change_sql, "changes", &n.changes, err);
	if (!rc)
		rc = read_all(&n, &deltas, err);
	od_query_close(n.releases);
	od_query_close(n.changes);
	od_arena_release(&n.line);
	if (od_snapshot_close(s, false, rc ? &other : err) && !rc)
		rc = err->rc;
	return rc;
}
