#include "stage/smallcells.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "risk/cells.h"

/* One dataset's column among the linked ones: its cells, in the order of the key. */
struct table {
	const struct od_dataset *d;
	const struct od_field *f; /* NULL: the dataset has no part in this */
	size_t from, n;
};

struct group {
	const struct od_spec *spec;
	struct od_snapshot *s;
	struct od_cells *cells;
	struct table *tables; /* one a dataset */
	struct od_buf sql;
};

static bool
is_linked(const struct od_spec *spec, const struct od_dataset *d)
{
	if (d->derived || d->n_totals)
		return true;
	for (size_t i = 0; i < spec->n_datasets; i++)
		for (size_t t = 0; t < spec->datasets[i].n_totals; t++)
			if (spec->datasets[i].totals[t].dataset == d)
				return true;
	return false;
}

/* The field of that name whose small counts have to be looked after here, or NULL. */
static const struct od_field *
find_field(const struct od_spec *spec, const struct od_dataset *d, const char *name)
{
	const struct od_field *f = od_field_find(d, name);

	return f && f->suppress_below && is_linked(spec, d) ? f : NULL;
}

static void
key_columns(const struct od_dataset *d, struct od_buf *b)
{
	for (size_t i = 0; i < d->n_key; i++)
		od_buf_printf(b, "%s\"%s\"", i ? ", " : "", d->key[i]->name);
}

static enum od_rc
load_table(struct group *g, struct table *t, struct od_err *err)
{
	struct od_query *q;
	bool row;
	enum od_rc rc;

	g->sql.n = 0;
	od_buf_printf(&g->sql, "select \"%s\" from \"%s\" order by ", t->f->name,
	              t->d->id);
	key_columns(t->d, &g->sql);
	rc = od_query_open(g->s, od_buf_str(&g->sql), t->d->id, &q, err);
	if (rc)
		return rc;
	while (!(rc = od_query_next(q, &row, err)) && row) {
		int64_t value = od_query_int(q, 0);
		size_t cell;

		if (od_query_cell(q, 0).null)
			value = t->d->derived ? 0 : OD_CELL_UNKNOWN;
		else if (value < 0)
			value =
			    0; /* no count: nothing to hide, nothing to hide behind */
		cell = od_cells_add(g->cells, value);
		if (!t->n++)
			t->from = cell;
	}
	od_query_close(q);
	return rc;
}

/* A subquery: the number of each row in the order of the key, and the columns `on`. */
static void
numbered(const struct od_dataset *d, const char *const *on, struct od_buf *b)
{
	od_buf_puts(b, "(select row_number() over (order by ");
	key_columns(d, b);
	od_buf_puts(b, ") - 1 as _n");
	for (; *on; on++)
		od_buf_printf(b, ", \"%s\"", *on);
	od_buf_printf(b, " from \"%s\")", d->id);
}

static enum od_rc
relate(struct group *g, const struct table *parts, const struct table *totals,
       const char *const *on, struct od_err *err)
{
	size_t *cells, n = 0, total = 0;
	struct od_query *q;
	bool row;
	enum od_rc rc;

	g->sql.n = 0;
	od_buf_puts(&g->sql, "select t._n, p._n from ");
	numbered(totals->d, on, &g->sql);
	od_buf_puts(&g->sql, " t join ");
	numbered(parts->d, on, &g->sql);
	od_buf_puts(&g->sql, " p on ");
	for (const char *const *c = on; *c; c++)
		od_buf_printf(&g->sql, "%st.\"%s\" is p.\"%s\"", c == on ? "" : " and ",
		              *c, *c);
	od_buf_puts(&g->sql, " order by 1, 2");
	rc = od_query_open(g->s, od_buf_str(&g->sql), totals->d->id, &q, err);
	if (rc)
		return rc;
	cells = od_alloc((parts->n + 1) * sizeof(*cells));
	while (!(rc = od_query_next(q, &row, err)) && row) {
		size_t at = totals->from + (size_t)od_query_int(q, 0);

		if (n && at != total) {
			od_cells_relate(g->cells, total, cells, n);
			n = 0;
		}
		total = at;
		cells[n++] = parts->from + (size_t)od_query_int(q, 1);
	}
	if (!rc && n)
		od_cells_relate(g->cells, total, cells, n);
	od_query_close(q);
	free(cells);
	if (!rc && od_cells_faults(g->cells))
		rc = od_err_set(
		    err, OD_KIND_SCHEMA,
		    "%s/dataset.yaml: '%s' does not add up to that of '%s' in "
		    "%zu rows",
		    parts->d->dir, parts->f->name, totals->d->id,
		    od_cells_faults(g->cells));
	return rc;
}

static enum od_rc
count(struct group *g, const struct table *t, const char *kind, size_t n,
      struct od_err *err)
{
	if (!n)
		return OD_OK;
	g->sql.n = 0;
	od_buf_printf(&g->sql,
	              "insert or replace into _privacy "
	              "values('%s','%s','%s',%zu,%zu)",
	              t->d->id, t->f->name, kind, n, n);
	return od_snapshot_exec(g->s, od_buf_str(&g->sql), NULL, err);
}

static enum od_rc
hide(struct group *g, const struct table *t, struct od_err *err)
{
	size_t n[OD_CELL_COMPLEMENT + 1] = {0};
	enum od_rc rc;

	g->sql.n = 0;
	od_buf_puts(&g->sql,
	            "drop table if exists temp._hide; create temp table _hide(n "
	            "integer primary key);");
	for (size_t i = 0; i < t->n; i++) {
		enum od_cell_state state = od_cells_state(g->cells, t->from + i);

		n[state]++;
		if (state != OD_CELL_OPEN)
			od_buf_printf(&g->sql, "insert into temp._hide values(%zu);",
			              i);
	}
	if (n[OD_CELL_SMALL] + n[OD_CELL_COMPLEMENT] == 0)
		return OD_OK;
	od_buf_printf(&g->sql, "update \"%s\" set \"%s\" = null where (", t->d->id,
	              t->f->name);
	key_columns(t->d, &g->sql);
	od_buf_puts(&g->sql, ") in (select ");
	key_columns(t->d, &g->sql);
	od_buf_puts(&g->sql, " from (select ");
	key_columns(t->d, &g->sql);
	od_buf_puts(&g->sql, ", row_number() over (order by ");
	key_columns(t->d, &g->sql);
	od_buf_printf(&g->sql,
	              ") - 1 as _n from \"%s\") where _n in temp._hide); drop table "
	              "temp._hide;",
	              t->d->id);
	rc = od_snapshot_exec(g->s, od_buf_str(&g->sql), NULL, err);
	/* Those of an extracted table were counted when they were read. */
	if (!rc && t->d->derived)
		rc = count(g, t, "suppressed", n[OD_CELL_SMALL], err);
	return rc ? rc : count(g, t, "complement", n[OD_CELL_COMPLEMENT], err);
}

static enum od_rc
settle(struct group *g, struct od_err *err)
{
	const struct od_spec *spec = g->spec;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < spec->n_datasets && !rc; i++)
		if (g->tables[i].f)
			rc = load_table(g, &g->tables[i], err);
	for (size_t i = 0; i < spec->n_datasets && !rc; i++) {
		const struct od_dataset *d = &spec->datasets[i];

		for (size_t k = 0; k < d->n_totals && g->tables[i].f && !rc; k++) {
			const struct table *total =
			    &g->tables[d->totals[k].dataset - spec->datasets];

			if (total->f)
				rc = relate(g, &g->tables[i], total, d->totals[k].on,
				            err);
		}
	}
	if (rc)
		return rc;
	od_cells_protect(g->cells);
	for (size_t i = 0; i < spec->n_datasets && !rc; i++)
		if (g->tables[i].f)
			rc = hide(g, &g->tables[i], err);
	return rc;
}

/* All columns of that name are settled together: their sums are linked. */
static enum od_rc
settle_name(const struct od_spec *spec, struct od_snapshot *s, const char *name,
            struct od_err *err)
{
	struct group g = {.spec = spec, .s = s};
	int64_t below = 0;
	enum od_rc rc;

	g.tables = od_alloc(spec->n_datasets * sizeof(*g.tables));
	for (size_t i = 0; i < spec->n_datasets; i++) {
		const struct od_dataset *d = &spec->datasets[i];
		const struct od_field *f = find_field(spec, d, name);

		g.tables[i] = (struct table){.d = d, .f = f};
		if (f && f->suppress_below > below)
			below = f->suppress_below;
	}
	g.cells = od_cells_open(below);
	rc = settle(&g, err);
	od_cells_close(g.cells);
	od_buf_release(&g.sql);
	free(g.tables);
	return rc;
}

/* Is this the first dataset with a field of that name? */
static bool
is_first(const struct od_spec *spec, size_t dataset, const char *name)
{
	for (size_t i = 0; i < dataset; i++)
		if (find_field(spec, &spec->datasets[i], name))
			return false;
	return true;
}

enum od_rc
od_small_cells(const struct od_spec *spec, struct od_snapshot *s, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < spec->n_datasets; i++) {
		const struct od_dataset *d = &spec->datasets[i];

		for (size_t k = 0; k < d->n_fields && !rc; k++)
			if (find_field(spec, d, d->fields[k].name) &&
			    is_first(spec, i, d->fields[k].name))
				rc = settle_name(spec, s, d->fields[k].name, err);
	}
	return rc;
}
