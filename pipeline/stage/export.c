#include "stage/export.h"

#include <stdlib.h>
#include <string.h>

#include "core/deflate.h"
#include "core/file.h"
#include "core/json.h"
#include "core/log.h"
#include "core/out.h"
#include "core/pool.h"
#include "row/snapshot.h"
#include "stage/emit_files.h"

enum { MAX_COLUMNS = 4, NONE = -1, CUT = 128 /* keys of one task */ };

struct task {
	const struct od_stage_ctx *ctx;
	const struct od_export *e;
	const char *from, *to; /* of the keys of `cuts`; NULL: all rows */
	struct od_arena arena;
	struct od_artefacts files;
	struct od_query *q;
	int columns[MAX_COLUMNS]; /* of the result: those of the path, in its order */
	int json, changed;
	/* the file that is being gathered */
	struct od_buf path, body;
	char newest[40];
	uint64_t rows;
	/* the one with the newest change so far */
	struct od_buf example;
	char example_newest[40];
	uint64_t example_rows;
};

/* ---- text with names in braces; a brace of JSON is followed by no letter */

/* The name after an opening brace, if one stands there whole; its length in *n. */
static const char *
name_at(const char *p, size_t *n)
{
	if (*p != '{')
		return NULL;
	*n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_");
	return *n && p[1 + *n] == '}' ? p + 1 : NULL;
}

static bool
is_name(const char *p, size_t n, const char *name)
{
	return strlen(name) == n && !memcmp(p, name, n);
}

static void
put_frame(const struct task *t, struct od_buf *b, const char *text, const char *path)
{
	const struct od_catalog *c = &t->ctx->spec->catalog;
	const struct {
		const char *name, *value;
	} values[] = {
	    {"base_url", t->ctx->base_url},
	    {"path", path},
	    {"changed", t->newest},
	    {"publisher_th", c->publisher.th},
	    {"publisher_en", c->publisher.en},
	    {"publisher_homepage", c->publisher_homepage},
	    {"license_uri", c->license_uri},
	};

	while (*text) {
		size_t n = 0;
		const char *name = name_at(text, &n);

		for (size_t i = 0; name && i < OD_ARRAY_LEN(values); i++)
			if (is_name(name, n, values[i].name)) {
				od_json_escape(b, od_span_str(values[i].value));
				break;
			}
		if (name)
			text += n + 2;
		else
			od_buf_putc(b, *text++);
	}
}

/* ---- one file */

static bool
is_packed(const char *path)
{
	size_t n = strlen(path);

	return n > 3 && !strcmp(path + n - 3, ".gz");
}

static enum od_rc
write_file(struct task *t, const char *path, struct od_span text, uint64_t rows,
           struct od_err *err)
{
	bool packed = is_packed(path);
	const char *target =
	    od_arena_printf(&t->arena, "%s/%s", t->ctx->wd.release, path);
	struct od_buf bytes = {0};
	struct od_out_fact fact;
	struct od_out *o;
	enum od_rc rc;

	if (od_file_exists(target))
		return od_err_set(
		    err, OD_KIND_SCHEMA,
		    "export '%s': the rows of one file do not follow each "
		    "other",
		    t->e->id);
	o = od_out_open(target, &(struct od_out_opts){.sha256 = true});
	if (packed)
		od_gzip(text, &bytes);
	od_out_span(o, packed ? od_buf_view(&bytes) : text);
	od_buf_release(&bytes);
	rc = od_out_close(o, &fact, err);
	if (!rc)
		od_artefacts_add(
		    &t->files, &t->arena,
		    &(struct od_artefact){
			.path = path,
			.role = OD_ROLE_EXPORT,
			.dataset = t->e->id,
			.format = packed ? "json.gz" : "json",
			.media_type = packed ? "application/gzip" : "application/json",
			.rows = rows,
			.bytes = fact.bytes,
			.sha256 = fact.sha256,
		    });
	return rc;
}

static enum od_rc
flush(struct task *t, struct od_err *err)
{
	const char *path;
	struct od_buf text = {0};
	enum od_rc rc;

	if (!t->rows)
		return OD_OK;
	path = od_buf_str(&t->path);
	put_frame(t, &text, t->e->head, path);
	od_buf_span(&text, od_buf_view(&t->body));
	put_frame(t, &text, t->e->tail, path);
	od_buf_putc(&text, '\n');
	rc = write_file(t, path, od_buf_view(&text), t->rows, err);
	/* The file with the newest change also stands as an example. */
	if (t->e->example && strcmp(t->newest, t->example_newest) > 0) {
		memcpy(t->example_newest, t->newest, sizeof(t->newest));
		t->example.n = 0;
		od_buf_span(&t->example, od_buf_view(&text));
		t->example_rows = t->rows;
	}
	od_buf_release(&text);
	t->rows = 0;
	t->body.n = 0;
	t->newest[0] = '\0';
	return rc;
}

/* ---- rows */

static void
put_path(struct task *t, struct od_buf *b)
{
	const char *p = t->e->path;
	size_t column = 0;

	b->n = 0;
	while (*p) {
		size_t n = 0;

		if (name_at(p, &n)) {
			od_put_path_value(
			    b, od_query_cell(t->q, (size_t)t->columns[column++]).v);
			p += n + 2;
		} else {
			od_buf_putc(b, *p++);
		}
	}
}

static void
keep_newest(struct task *t)
{
	struct od_pub when = od_query_cell(t->q, (size_t)t->changed);

	if (!when.null && when.v.n < sizeof(t->newest) &&
	    strncmp(t->newest, when.v.p, when.v.n) < 0) {
		memcpy(t->newest, when.v.p, when.v.n);
		t->newest[when.v.n] = '\0';
	}
}

static enum od_rc
read_rows(struct task *t, struct od_err *err)
{
	struct od_buf path = {0};
	enum od_rc rc;
	bool row;

	while (!(rc = od_query_next(t->q, &row, err)) && row) {
		struct od_pub json;

		put_path(t, &path);
		if (t->rows &&
		    !od_span_equal(od_buf_view(&path), od_buf_view(&t->path)))
			rc = flush(t, err);
		if (rc)
			break;
		if (!t->rows) {
			t->path.n = 0;
			od_buf_span(&t->path, od_buf_view(&path));
		}
		json = od_query_cell(t->q, (size_t)t->json);
		if (t->rows++)
			od_buf_puts(&t->body, ",\n");
		od_buf_span(&t->body, json.v);
		if (t->changed != NONE)
			keep_newest(t);
		od_progress_add(1);
	}
	if (!rc)
		rc = flush(t, err);
	od_buf_release(&path);
	return rc;
}

static int
find_column(const struct od_query *q, const char *name, size_t n)
{
	for (size_t i = 0; i < od_query_columns(q); i++)
		if (is_name(name, n, od_query_column(q, i)))
			return (int)i;
	return NONE;
}

static enum od_rc
find_columns(struct task *t, struct od_err *err)
{
	size_t k = 0, n;

	t->json = find_column(t->q, "json", 4);
	t->changed = find_column(t->q, "changed", 7);
	if (t->json == NONE)
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "export '%s': the query has no column 'json'",
		                  t->e->id);
	for (const char *p = t->e->path; *p; p++) {
		const char *name = name_at(p, &n);

		if (!name)
			continue;
		if (k == MAX_COLUMNS)
			return od_err_set(
			    err, OD_KIND_SCHEMA,
			    "export '%s': more than %d columns in the path", t->e->id,
			    MAX_COLUMNS);
		t->columns[k] = find_column(t->q, name, n);
		if (t->columns[k++] == NONE)
			return od_err_set(err, OD_KIND_SCHEMA,
			                  "export '%s': the query has no column '%.*s'",
			                  t->e->id, (int)n, name);
	}
	return OD_OK;
}

/* ---- a task: an export, or the rows of some of its keys */

static void
bind(struct task *t)
{
	const struct {
		const char *name, *value;
	} params[] = {
	    {"base_url", t->ctx->base_url},
	    {"from", t->from},
	    {"to", t->to},
	};

	for (size_t k = 0; k < od_query_params(t->q); k++)
		for (size_t i = 0; i < OD_ARRAY_LEN(params); i++)
			if (!strcmp(od_query_param(t->q, k), params[i].name) &&
			    params[i].value)
				od_query_bind(
				    t->q, k,
				    (struct od_pub){.v = od_span_str(params[i].value)});
}

static enum od_rc
export_rows(struct task *t, struct od_err *err)
{
	struct od_snapshot *s;
	struct od_err other = {0};
	enum od_rc rc = od_snapshot_open(t->ctx->wd.snapshot, false, &s, err);

	if (rc)
		return rc;
	rc = od_query_open(s, t->e->rows, t->e->id, &t->q, err);
	if (!rc) {
		bind(t);
		rc = find_columns(t, err);
	}
	if (!rc)
		rc = read_rows(t, err);
	od_query_close(t->q);
	if (od_snapshot_close(s, false, rc ? &other : err) && !rc)
		rc = err->rc;
	od_buf_release(&t->path);
	od_buf_release(&t->body);
	return rc;
}

/* ---- all exports */

/* Tasks stand in the order of exports and keys, which is that of the files. */
struct tasks {
	struct task *v;
	size_t n, cap;
	size_t *order; /* in which they are started */
};

static struct task *
add_task(struct tasks *all, const struct od_stage_ctx *ctx, const struct od_export *e)
{
	if (all->n == all->cap) {
		all->cap = 2 * all->cap + 16;
		all->v = od_realloc(all->v, all->cap * sizeof(*all->v));
	}
	all->v[all->n] = (struct task){.ctx = ctx, .e = e};
	return &all->v[all->n++];
}

/* One task for each CUT keys. */
static enum od_rc
cut(struct tasks *all, const struct od_stage_ctx *ctx, const struct od_export *e,
    struct od_snapshot *s, struct od_err *err)
{
	struct od_query *q;
	struct task *t = NULL;
	size_t n = 0;
	bool row;
	enum od_rc rc = od_query_open(s, e->cuts, e->id, &q, err);

	if (rc)
		return rc;
	while (!(rc = od_query_next(q, &row, err)) && row) {
		const char *key = od_arena_dup(ctx->run, od_query_cell(q, 0).v).p;

		if (n++ % CUT == 0) {
			t = add_task(all, ctx, e);
			t->from = key;
		}
		t->to = key;
	}
	od_query_close(q);
	return rc;
}

/* Whole exports are started first: the many short tasks then fill all threads. */
static void
order_tasks(struct tasks *all)
{
	size_t n = 0;

	all->order = od_alloc((all->n + 1) * sizeof(*all->order));
	for (unsigned cuts = 0; cuts < 2; cuts++)
		for (size_t i = 0; i < all->n; i++)
			if ((all->v[i].from != NULL) == cuts)
				all->order[n++] = i;
}

static enum od_rc
plan(struct tasks *all, const struct od_stage_ctx *ctx, struct od_err *err)
{
	struct od_snapshot *s;
	struct od_err other;
	enum od_rc rc = od_snapshot_open(ctx->wd.snapshot, false, &s, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < ctx->spec->n_exports && !rc; i++) {
		const struct od_export *e = &ctx->spec->exports[i];

		if (e->cuts)
			rc = cut(all, ctx, e, s, err);
		else
			add_task(all, ctx, e);
	}
	if (od_snapshot_close(s, false, rc ? &other : err) && !rc)
		rc = err->rc;
	order_tasks(all);
	return rc;
}

static enum od_rc
run_task(size_t i, void *u, struct od_err *err)
{
	struct tasks *all = u;

	return export_rows(&all->v[all->order[i]], err);
}

/* Of the examples that an export's tasks have kept, the newest; of equals the first. */
static enum od_rc
write_examples(struct tasks *all, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	for (size_t i = 0, to; i < all->n && !rc; i = to) {
		struct task *best = &all->v[i];

		for (to = i + 1; to < all->n && all->v[to].e == best->e; to++)
			if (strcmp(all->v[to].example_newest, best->example_newest) > 0)
				best = &all->v[to];
		if (best->example.n)
			rc = write_file(best, best->e->example,
			                od_buf_view(&best->example), best->example_rows,
			                err);
	}
	return rc;
}

enum od_rc
od_export_all(const struct od_stage_ctx *ctx, struct od_artefacts *files,
              struct od_err *err)
{
	struct tasks all = {0};
	enum od_rc rc = plan(&all, ctx, err);

	od_progress_begin("emit", "exports", 0);
	if (!rc)
		rc = od_pool_run(ctx->jobs, all.n, run_task, &all, err);
	if (!rc)
		rc = write_examples(&all, err);
	od_progress_end();
	for (size_t i = 0; i < all.n; i++) {
		struct task *t = &all.v[i];

		for (size_t k = 0; k < t->files.n && !rc; k++)
			od_artefacts_add(files, ctx->run, &t->files.v[k]);
		od_buf_release(&t->example);
		od_arena_release(&t->arena);
	}
	free(all.v);
	free(all.order);
	return rc;
}
