#include "stage/derive.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/pool.h"

/* The rows of one dataset, cell after cell. */
struct rows {
	struct od_pub *cells;
	size_t n, cap; /* of cells */
	struct od_arena arena;
};

struct derivation {
	const struct od_spec *spec;
	const char *path;
	struct rows *rows; /* by dataset */
};

static enum od_rc
check_columns(const struct od_dataset *d, const struct od_query *q, struct od_err *err)
{
	for (size_t i = 0; i < d->n_fields; i++)
		if (od_query_columns(q) != d->n_fields ||
		    strcmp(od_query_column(q, i), d->fields[i].name) != 0)
			return od_err_set(
			    err, OD_KIND_SCHEMA,
			    "%s/derive.sql: its columns must be the declared fields "
			    "in order; column %zu must be '%s'",
			    d->dir, i + 1, d->fields[i].name);
	return OD_OK;
}

static void
keep_row(struct rows *r, struct od_query *q, size_t n)
{
	if (r->n + n > r->cap) {
		r->cap = 2 * r->cap + n;
		r->cells = od_realloc(r->cells, r->cap * sizeof(*r->cells));
	}
	for (size_t i = 0; i < n; i++) {
		struct od_pub cell = od_query_cell(q, i);

		if (!cell.null)
			cell.v = od_arena_dup(&r->arena, cell.v);
		r->cells[r->n++] = cell;
	}
}

static enum od_rc
read_rows(const struct od_dataset *d, struct od_snapshot *s, struct rows *r,
          struct od_err *err)
{
	struct od_query *q;
	bool row;
	enum od_rc rc = od_query_open(s, d->sql, d->id, &q, err);

	if (rc)
		return od_err_wrap(err, "dataset '%s'", d->id);
	rc = check_columns(d, q, err);
	while (!rc && !(rc = od_query_next(q, &row, err)) && row)
		keep_row(r, q, d->n_fields);
	od_query_close(q);
	return rc;
}

static enum od_rc
read_dataset(size_t i, void *u, struct od_err *err)
{
	const struct derivation *x = u;
	const struct od_dataset *d = &x->spec->datasets[i];
	struct od_snapshot *s;
	struct od_err closing;
	enum od_rc rc;

	if (!d->derived || d->analysis.kind)
		return OD_OK;
	rc = od_snapshot_open(x->path, false, &s, err);
	if (rc)
		return rc;
	rc = read_rows(d, s, &x->rows[i], err);
	if (od_snapshot_close(s, false, &closing) && !rc) {
		*err = closing;
		rc = err->rc;
	}
	return rc;
}

static enum od_rc
create_table(const struct od_dataset *d, struct od_snapshot *s, size_t rows,
             struct od_err *err)
{
	struct od_buf sql = {0};
	enum od_rc rc;

	od_buf_printf(&sql, "drop table if exists \"%s\"; create table \"%s\"(", d->id,
	              d->id);
	for (size_t i = 0; i < d->n_fields; i++)
		od_buf_printf(&sql, "%s\"%s\" %s", i ? ", " : "", d->fields[i].name,
		              od_type_sql(d->fields[i].type));
	od_buf_puts(&sql, ", primary key(");
	for (size_t i = 0; i < d->n_key; i++)
		od_buf_printf(&sql, "%s\"%s\"", i ? ", " : "", d->key[i]->name);
	od_buf_printf(&sql,
	              ")) without rowid;"
	              "insert or replace into _counts values('%s', %zu, 0)",
	              d->id, rows);
	rc = od_snapshot_exec(s, od_buf_str(&sql), NULL, err);
	od_buf_release(&sql);
	return rc;
}

static enum od_rc
write_rows(const struct od_dataset *d, struct od_snapshot *s, const struct rows *r,
           struct od_err *err)
{
	struct od_buf sql = {0};
	struct od_query *q;
	bool row;
	enum od_rc rc = create_table(d, s, r->n / d->n_fields, err);

	if (rc)
		return rc;
	od_buf_printf(&sql, "insert into \"%s\" values(", d->id);
	for (size_t i = 0; i < d->n_fields; i++)
		od_buf_printf(&sql, "%s:c%zu", i ? ", " : "", i);
	od_buf_putc(&sql, ')');
	rc = od_query_open(s, od_buf_str(&sql), d->id, &q, err);
	od_buf_release(&sql);
	if (rc)
		return rc;
	for (size_t at = 0; at < r->n && !rc; at += d->n_fields) {
		for (size_t i = 0; i < d->n_fields; i++)
			od_query_bind(q, i, r->cells[at + i]);
		rc = od_query_next(q, &row, err);
		od_query_restart(q);
	}
	od_query_close(q);
	return rc ? od_err_wrap(err, "dataset '%s'", d->id) : OD_OK;
}

enum od_rc
od_derive(const struct od_spec *spec, struct od_snapshot *s, const char *path,
          unsigned jobs, struct od_err *err)
{
	struct derivation x = {.spec = spec,
	                       .path = path,
	                       .rows =
	                           od_alloc((spec->n_datasets + 1) * sizeof(*x.rows))};
	enum od_rc rc;

	memset(x.rows, 0, (spec->n_datasets + 1) * sizeof(*x.rows));
	rc = od_pool_run(jobs, spec->n_datasets, read_dataset, &x, err);
	for (size_t i = 0; i < spec->n_datasets && !rc; i++)
		if (spec->datasets[i].derived)
			rc = write_rows(&spec->datasets[i], s, &x.rows[i], err);
	for (size_t i = 0; i < spec->n_datasets; i++) {
		free(x.rows[i].cells);
		od_arena_release(&x.rows[i].arena);
	}
	free(x.rows);
	return rc;
}
