#include "stage/delta.h"

#include <stdlib.h>
#include <string.h>

#include "anon/anon.h"
#include "core/file.h"
#include "core/log.h"
#include "core/pool.h"
#include "row/snapshot.h"
#include "stage/changes.h"
#include "stage/emit_files.h"
#include "stage/versions.h"

enum { NONE = -1 };

static const struct od_pub nothing = {.null = true};

/* One dataset, compared in a thread of its own. */
struct compared {
	const struct od_stage_ctx *ctx;
	const struct od_dataset *d;
	const struct od_json
	    *old; /* as the live release declared it; NULL: not at all */
	const struct od_retraction *retracted;
	bool rules_changed;
	struct od_arena arena;
	struct od_delta_table t;
	struct od_delta_gone gone;
	/* while both tables are read */
	struct od_query *then, *now;
	int *was;    /* column -> column of `then`, or NONE */
	size_t *key; /* columns of the key */
	size_t *key_was;
	struct od_pub *row, *keys;
	struct od_delta_cell *cells;
	struct od_delta_out *out;
};

struct work {
	const struct od_stage_ctx *ctx;
	struct od_artefacts *files;
	struct od_retraction retracted;
	const struct od_json *schemas; /* schema-changes.json of the live release */
	bool rules_changed;
	struct compared *tables; /* one a dataset */
	struct od_deltas deltas;
};

/* ---- may an old value be told? */

static bool
has_marker(struct od_span v)
{
	return memmem(v.p, v.n, OD_MARKER_HEAD, sizeof(OD_MARKER_HEAD) - 1) != NULL;
}

static bool
is_open(const struct od_field *f)
{
	return !strcmp(f->anonymize, "public") && !f->suppress_below;
}

static bool
is_withheld(const struct compared *c, const struct od_field *f, struct od_pub old,
            struct od_pub now)
{
	if (old.null)
		return false;
	if (c->retracted->n_texts && od_retract_has_text(c->retracted, old.v))
		return true;
	return !is_open(f) && (c->rules_changed || now.null || has_marker(now.v));
}

/* ---- both tables side by side */

/* Empty texts and nulls are one: the CSV does not tell them apart. */
static struct od_pub
cell_of(struct od_query *q, size_t column)
{
	struct od_pub v = od_query_cell(q, column);

	if (!v.null && !v.v.n)
		v.null = true;
	return v;
}

static bool
is_integer(const struct od_field *f)
{
	return !strcmp(od_type_sql(f->type), "INTEGER");
}

static int
compare_keys(const struct compared *c)
{
	for (size_t i = 0; i < c->d->n_key; i++) {
		struct od_span x, y;
		size_t n;
		int order;

		if (is_integer(c->d->key[i])) {
			int64_t a = od_query_int(c->then, c->key_was[i]);
			int64_t b = od_query_int(c->now, c->key[i]);

			if (a != b)
				return a < b ? -1 : 1;
			continue;
		}
		x = od_query_cell(c->then, c->key_was[i]).v;
		y = od_query_cell(c->now, c->key[i]).v;
		n = x.n < y.n ? x.n : y.n;
		order = n ? memcmp(x.p, y.p, n) : 0;
		if (order || x.n != y.n)
			return order ? order : x.n < y.n ? -1 : 1;
	}
	return 0;
}

static void
read_key(struct compared *c, struct od_query *q, const size_t *columns)
{
	for (size_t i = 0; i < c->d->n_key; i++)
		c->keys[i] = cell_of(q, columns[i]);
}

static void
add_row(struct compared *c)
{
	for (size_t i = 0; i < c->d->n_fields; i++)
		c->row[i] = cell_of(c->now, i);
	od_delta_added(c->out, c->row);
}

static void
remove_row(struct compared *c)
{
	read_key(c, c->then, c->key_was);
	od_delta_gone_add(&c->gone, c->keys, c->d->n_key, NULL);
	for (size_t i = 0; i < c->d->n_key; i++)
		if (c->retracted->n_texts && !c->keys[i].null &&
		    od_retract_has_text(c->retracted, c->keys[i].v)) {
			c->t.lessened = true;
			return;
		}
	od_delta_removed(c->out, c->keys);
}

static void
change_row(struct compared *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->d->n_fields; i++) {
		struct od_delta_cell *x = &c->cells[n];
		const struct od_field *f = &c->d->fields[i];

		x->column = i;
		x->now = cell_of(c->now, i);
		x->old =
		    c->was[i] == NONE ? nothing : cell_of(c->then, (size_t)c->was[i]);
		if (x->old.null == x->now.null &&
		    (x->old.null || od_span_equal(x->old.v, x->now.v)))
			continue;
		if (!n++)
			read_key(c, c->now, c->key);
		x->withheld = is_withheld(c, f, x->old, x->now);
		if (x->withheld)
			od_delta_gone_add(&c->gone, c->keys, c->d->n_key, f->name);
	}
	if (n)
		od_delta_changed(c->out, c->keys, c->cells, n);
}

/* Merges two tables in the order of the key. */
static enum od_rc
merge(struct compared *c, struct od_err *err)
{
	bool then, now;
	enum od_rc rc = od_query_next(c->then, &then, err);

	if (!rc)
		rc = od_query_next(c->now, &now, err);
	while (!rc && (then || now)) {
		int order = !then ? 1 : !now ? -1 : compare_keys(c);

		if (order < 0)
			remove_row(c);
		else if (order > 0)
			add_row(c);
		else
			change_row(c);
		if (order <= 0)
			rc = od_query_next(c->then, &then, err);
		if (!rc && order >= 0)
			rc = od_query_next(c->now, &now, err);
	}
	return rc;
}

/* ---- one dataset */

static void
put_sql(struct od_buf *b, const struct od_dataset *d, const int *was)
{
	bool begun = false;

	b->n = 0;
	for (size_t i = 0; i < d->n_fields; i++) {
		if (was && was[i] == NONE)
			continue;
		od_buf_printf(b, "%s\"%s\"", begun ? "," : "select ",
		              d->fields[i].name);
		begun = true;
	}
	od_buf_printf(b, " from \"%s\" order by ", d->id);
	for (size_t i = 0; i < d->n_key; i++)
		od_buf_printf(b, "%s\"%s\"", i ? "," : "", d->key[i]->name);
}

/* False: the rows of the two tables cannot be told to be the same. */
static bool
find_columns(struct compared *c)
{
	const struct od_dataset *d = c->d;
	const struct od_json *key = od_json_find(c->old, "key");
	int n = 0;

	c->was = od_arena_array(&c->arena, d->n_fields + 1, sizeof(*c->was));
	c->key = od_arena_array(&c->arena, d->n_key + 1, sizeof(*c->key));
	c->key_was = od_arena_array(&c->arena, d->n_key + 1, sizeof(*c->key_was));
	for (size_t i = 0; i < d->n_fields; i++)
		c->was[i] = od_versions_field(c->old, d->fields[i].name) ? n++ : NONE;
	if (!key || key->n != d->n_key)
		return false;
	for (size_t i = 0; i < d->n_key; i++) {
		const struct od_json *f = od_versions_field(c->old, d->key[i]->name);

		c->key[i] = od_field_index(d, d->key[i]);
		if (!f || !od_span_is(key->items[i].text, d->key[i]->name) ||
		    strcmp(od_json_text(f, "type"), od_type_names[d->key[i]->type]) !=
		        0)
			return false;
		c->key_was[i] = (size_t)c->was[c->key[i]];
	}
	return true;
}

static enum od_rc
compare_tables(struct compared *c, struct od_snapshot *then, struct od_snapshot *now,
               struct od_err *err)
{
	const struct od_dataset *d = c->d;
	struct od_buf sql = {0};
	struct od_err other = {0};
	enum od_rc rc;

	c->row = od_arena_array(&c->arena, d->n_fields + 1, sizeof(*c->row));
	c->keys = od_arena_array(&c->arena, d->n_key + 1, sizeof(*c->keys));
	c->cells = od_arena_array(&c->arena, d->n_fields + 1, sizeof(*c->cells));
	put_sql(&sql, d, c->was);
	rc = od_query_open(then, od_buf_str(&sql), d->id, &c->then, err);
	put_sql(&sql, d, NULL);
	if (!rc)
		rc = od_query_open(now, od_buf_str(&sql), d->id, &c->now, err);
	od_buf_release(&sql);
	c->out = od_delta_open(c->ctx->wd.release, c->ctx->serial, &c->t, &c->arena);
	if (!rc)
		rc = merge(c, err);
	if (od_delta_close(c->out, rc ? &other : err) && !rc)
		rc = err->rc;
	od_query_close(c->then);
	od_query_close(c->now);
	return rc;
}

static void
name_columns(struct compared *c)
{
	const char **columns =
	    od_arena_array(&c->arena, c->d->n_fields + 1, sizeof(*columns));
	const char **key = od_arena_array(&c->arena, c->d->n_key + 1, sizeof(*key));

	for (size_t i = 0; i < c->d->n_fields; i++)
		columns[i] = c->d->fields[i].name;
	for (size_t i = 0; i < c->d->n_key; i++)
		key[i] = c->d->key[i]->name;
	c->t.dataset = c->d->id;
	c->t.columns = columns;
	c->t.n_columns = c->d->n_fields;
	c->t.key = key;
	c->t.n_key = c->d->n_key;
}

/* More than may be kept of all deltas: whoever wants that takes the table. */
static enum od_rc
drop_large(struct compared *c, struct od_err *err)
{
	struct od_delta_table *t = &c->t;
	enum od_rc rc = OD_OK;

	if (t->bytes <= c->ctx->spec->catalog.keep_change_bytes)
		return OD_OK;
	for (int i = 0; i < OD_DELTA_FILES && !rc; i++) {
		rc = od_dir_remove(
		    od_arena_printf(
			&c->arena, "%s/%s", c->ctx->wd.release,
			od_delta_path(&c->arena, c->ctx->serial, t->dataset, i)),
		    err);
		t->has[i] = false;
	}
	t->whole = true;
	t->bytes = 0;
	return rc;
}

static enum od_rc
compare_one(size_t i, void *u, struct od_err *err)
{
	struct compared *c = &((struct work *)u)->tables[i];
	struct od_snapshot *then = NULL, *now = NULL;
	struct od_err other = {0};
	enum od_rc rc;

	name_columns(c);
	if (!c->old || !find_columns(c)) {
		c->t.whole = true;
		return OD_OK;
	}
	rc = od_snapshot_open(c->ctx->wd.previous, false, &then, err);
	if (!rc)
		rc = od_snapshot_open(c->ctx->wd.snapshot, false, &now, err);
	if (!rc)
		rc = compare_tables(c, then, now, err);
	if (then && od_snapshot_close(then, false, rc ? &other : err) && !rc)
		rc = err->rc;
	if (now && od_snapshot_close(now, false, rc ? &other : err) && !rc)
		rc = err->rc;
	return rc ? rc : drop_large(c, err);
}

/* ---- the release */

/*
 * Would the same rows be published otherwise now? By another version of the program, by
 * another policy of a column; or a column that was public is declared no longer.
 */
static bool
rules_differ(const struct work *w)
{
	const struct od_json *tables = od_json_find(w->schemas, "datasets");

	if (strcmp(w->deltas.rules, od_stage_extract.version) != 0)
		return true;
	for (size_t i = 0; tables && i < tables->n; i++) {
		const struct od_json *t = &tables->items[i],
				     *fields = od_json_find(t, "fields");
		const struct od_dataset *d =
		    od_dataset_find(w->ctx->spec, od_json_text(t, "dataset"));

		if (!d)
			return true;
		for (size_t k = 0; fields && k < fields->n; k++) {
			const struct od_field *f =
			    od_field_find(d, od_json_text(&fields->items[k], "name"));

			if (!f || strcmp(f->policy, od_json_text(&fields->items[k],
			                                         "policy")) != 0)
				return true;
		}
	}
	return false;
}

static const char *
csv_hash(const struct od_artefacts *list, const struct od_dataset *d)
{
	const struct od_artefact *f =
	    od_artefacts_find(list, OD_ROLE_DATA, d->id, "csv", "", "");

	return f ? f->sha256 : "";
}

static enum od_rc
compare_all(struct work *w, struct od_delta *now, struct od_err *err)
{
	const struct od_stage_ctx *ctx = w->ctx;
	size_t n = ctx->spec->n_datasets;
	enum od_rc rc;

	for (size_t i = 0; i < n; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];

		w->tables[i] =
		    (struct compared){.ctx = ctx,
		                      .d = d,
		                      .old = od_versions_dataset(w->schemas, d->id),
		                      .retracted = &w->retracted,
		                      .rules_changed = w->rules_changed};
		w->tables[i].t.before = od_json_text(w->deltas.tables, d->id);
		w->tables[i].t.after = csv_hash(w->files, d);
	}
	od_progress_begin("emit", "changes", 0);
	rc = od_pool_run(ctx->jobs, n, compare_one, w, err);
	od_progress_end();
	now->tables = od_arena_array(ctx->run, n + 1, sizeof(*now->tables));
	for (size_t i = 0; i < n; i++) {
		const struct od_delta_table *t = &w->tables[i].t;

		od_delta_gone_sort(&w->tables[i].gone, ctx->run);
		if (!t->added && !t->changed && !t->removed && !t->whole &&
		    !t->lessened)
			continue;
		now->tables[now->n++] = *t;
		now->bytes += t->bytes;
	}
	return rc;
}

/* The newest first, as many as the rule keeps. */
static size_t
first_kept(const struct od_catalog *c, const struct od_deltas *d)
{
	uint64_t bytes = 0;
	size_t i = d->n;

	while (i && d->n - i < c->keep_changes) {
		bytes += d->v[i - 1].bytes;
		if (i < d->n && bytes > c->keep_change_bytes)
			break;
		i--;
	}
	return i;
}

/* All but the newest if that is this release's own. */
static enum od_rc
carry(struct work *w, struct od_err *err)
{
	static const struct od_delta_gone none;
	const struct od_stage_ctx *ctx = w->ctx;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < w->deltas.n && !rc; i++) {
		struct od_delta *d = &w->deltas.v[i];

		for (size_t k = 0; k < d->n && !rc && d->release != ctx->serial; k++) {
			const struct od_dataset *t =
			    od_dataset_find(ctx->spec, d->tables[k].dataset);
			const struct od_delta_gone *gone =
			    t ? &w->tables[t - ctx->spec->datasets].gone : &none;

			rc = od_delta_carry(ctx->wd.live, ctx->wd.release, d,
			                    &d->tables[k], gone, &w->retracted,
			                    ctx->run, err);
		}
	}
	return rc;
}

static enum od_rc
list_files(const struct work *w, struct od_err *err)
{
	const struct od_stage_ctx *ctx = w->ctx;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < w->deltas.n; i++)
		for (size_t k = 0; k < w->deltas.v[i].n; k++)
			for (int f = 0; f < OD_DELTA_FILES && !rc; f++) {
				const struct od_delta *d = &w->deltas.v[i];
				struct od_artefact one = {
				    .path = od_delta_path(ctx->run, d->release,
				                          d->tables[k].dataset, f),
				    .role = OD_ROLE_METADATA,
				    .media_type = f == OD_DELTA_NDJSON
				                      ? "application/x-ndjson"
				                      : "text/csv"};
				char hex[OD_SHA256_HEX];

				if (!d->tables[k].has[f])
					continue;
				rc = od_sha256_file(od_arena_printf(ctx->run, "%s/%s",
				                                    ctx->wd.release,
				                                    one.path),
				                    hex, &one.bytes, err);
				one.sha256 = hex;
				if (!rc)
					od_artefacts_add(w->files, ctx->run, &one);
			}
	return rc;
}

static enum od_rc
write_index(const struct work *w, struct od_err *err)
{
	static const char *const names[] = {"CHANGES.th.md", "CHANGES.en.md"};
	const struct od_json *schemas = NULL;
	struct od_stage_ctx made = *w->ctx;
	struct od_buf b = {0};
	enum od_rc rc;

	od_deltas_put(&w->deltas, w->files, &b);
	rc = od_emit_metadata(w->ctx, OD_DELTA_INDEX, "application/json",
	                      od_buf_view(&b), w->files, err);
	made.wd.live = made.wd.release; /* whose history has tonight's too */
	if (!rc)
		rc = od_versions_load(&made, &schemas, err);
	for (size_t i = 0; i < OD_ARRAY_LEN(names) && !rc; i++) {
		b.n = 0;
		od_deltas_notes(w->ctx->spec, &w->deltas,
		                od_json_find(schemas, "history"), i == 1, &b);
		rc = od_emit_metadata(w->ctx, names[i], "text/markdown",
		                      od_buf_view(&b), w->files, err);
	}
	od_buf_release(&b);
	return rc;
}

/* Are the tables those of the live release? */
static bool
same_tables(const struct work *w)
{
	for (size_t i = 0; i < w->ctx->spec->n_datasets; i++)
		if (strcmp(od_json_text(w->deltas.tables, w->ctx->spec->datasets[i].id),
		           csv_hash(w->files, &w->ctx->spec->datasets[i])) != 0)
			return false;
	return true;
}

static const char *
serial_of(const char *dir)
{
	const char *slash = strrchr(dir, '/');

	return slash ? slash + 1 : dir;
}

/* Tonight's delta behind those of before, as many as the rule keeps. */
static void
chain(struct work *w, const struct od_delta *now)
{
	struct od_deltas *d = &w->deltas;
	struct od_delta *v = od_arena_array(w->ctx->run, d->n + 1, sizeof(*v));
	size_t first;

	/* A chain with a link missing leads nowhere. */
	if (w->rules_changed || (!now && !same_tables(w)))
		d->n = 0;
	if (d->n)
		memcpy(v, d->v, d->n * sizeof(*v));
	if (now)
		v[d->n++] = *now;
	d->v = v;
	d->rules = od_stage_extract.version;
	first = first_kept(&w->ctx->spec->catalog, d);
	d->v += first;
	d->n -= first;
}

enum od_rc
od_delta_all(const struct od_stage_ctx *ctx, const char *before_date,
             struct od_artefacts *files, struct od_err *err)
{
	struct work w = {.ctx = ctx, .files = files};
	struct od_delta now = {.release = ctx->serial,
	                       .since = strtoull(serial_of(ctx->wd.live), NULL, 10),
	                       .created = ctx->created,
	                       .before = before_date ? before_date : ""};
	bool compared;
	enum od_rc rc = od_versions_load(ctx, &w.schemas, err);

	if (!rc)
		rc = od_deltas_load(ctx->wd.live, ctx->run, &w.deltas, err);
	if (!rc)
		rc = od_retract_load(ctx->wd.state, ctx->run, &w.retracted, err);
	if (rc)
		return rc;
	w.tables =
	    od_arena_array(ctx->run, ctx->spec->n_datasets + 1, sizeof(*w.tables));
	w.rules_changed = rules_differ(&w);
	compared = *w.deltas.rules && w.schemas && ctx->wd.previous[0] &&
	           od_file_exists(ctx->wd.previous);
	if (compared)
		rc = compare_all(&w, &now, err);
	chain(&w, compared ? &now : NULL);
	if (!rc)
		rc = carry(&w, err);
	if (!rc)
		rc = list_files(&w, err);
	if (!rc)
		rc = write_index(&w, err);
	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		od_buf_release(&w.tables[i].gone.text);
		od_arena_release(&w.tables[i].arena);
	}
	return rc;
}
