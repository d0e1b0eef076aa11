#include "stage/figures.h"

#include <stdlib.h>
#include <string.h>

#include "anon/anon.h"
#include "risk/classes.h"
#include "stage/emit_words.h"

/* Of one field, over the rows of a group. */
struct figure {
	int64_t filled, sum, redacted;
};

/* The values of one column, each with its rows and one figure a field. */
struct group {
	const char *name; /* a column; "": all rows */
	struct od_words values;
	int64_t *rows;          /* by value */
	struct figure *figures; /* by value, then field */
	size_t cap, last;       /* of values; the value of the row before */
};

struct measuring {
	const struct od_dataset *d;
	struct group *groups; /* the first is the whole */
	size_t n_groups;
	bool *summed, *redacted; /* by field */
	struct figure *row; /* of the row at hand, by field: 0 or 1 and the value */
	struct od_arena arena;
};

enum od_rc
od_figures_tables(struct od_snapshot *s, struct od_err *err)
{
	return od_snapshot_exec(
	    s,
	    "create table if not exists _stats(dataset text, field text, kind text, n "
	    "integer, primary key(dataset, field, kind)) without rowid;"
	    "create table if not exists _groups(dataset text, grp text, value text, "
	    "field text, kind text, n integer, primary key(dataset, grp, value, field, "
	    "kind)) without rowid",
	    NULL, err);
}

bool
od_is_summed(const struct od_dataset *d, const struct od_field *f)
{
	for (const char *const *s = d->sums; *s; s++)
		if (!strcmp(*s, f->name))
			return true;
	return false;
}

static void
prepare(struct measuring *m, const struct od_dataset *d)
{
	const char *const *g = d->limits.groups;

	*m = (struct measuring){.d = d, .n_groups = 1};
	while (g[m->n_groups - 1])
		m->n_groups++;
	m->groups = od_arena_array(&m->arena, m->n_groups, sizeof(*m->groups));
	m->groups[0].name = "";
	for (size_t i = 1; i < m->n_groups; i++)
		m->groups[i].name = g[i - 1];
	m->summed = od_arena_array(&m->arena, d->n_fields, sizeof(*m->summed));
	m->redacted = od_arena_array(&m->arena, d->n_fields, sizeof(*m->redacted));
	m->row = od_arena_array(&m->arena, d->n_fields, sizeof(*m->row));
	for (size_t i = 0; i < d->n_fields; i++) {
		const struct od_field *f = &d->fields[i];

		m->summed[i] = od_is_summed(d, f);
		m->redacted[i] = f->anonymize && !strcmp(f->anonymize, "redact");
	}
}

static void
release(struct measuring *m)
{
	for (size_t i = 0; i < m->n_groups; i++) {
		od_words_release(&m->groups[i].values);
		free(m->groups[i].rows);
		free(m->groups[i].figures);
	}
	od_arena_release(&m->arena);
}

/* The fields in order, then the groups' values. Only what is looked into is asked for
 * as text; of the rest, whether it is there. */
static void
put_query(const struct measuring *m, struct od_buf *sql)
{
	const struct od_dataset *d = m->d;
	bool parent = false;

	od_buf_puts(sql, "select ");
	for (size_t i = 0; i < d->n_fields; i++)
		od_buf_printf(sql, "%sr.\"%s\"%s", i ? ", " : "", d->fields[i].name,
		              m->summed[i] || m->redacted[i] ? "" : " is not null");
	for (size_t i = 1; i < m->n_groups; i++) {
		bool own = od_field_find(d, m->groups[i].name) != NULL;

		od_buf_printf(sql, ", %s.\"%s\"", own ? "r" : "p", m->groups[i].name);
		parent |= !own;
	}
	od_buf_printf(sql, " from \"%s\" r", d->id);
	if (parent)
		od_buf_printf(sql, " left join \"%s\" p on p.\"%s\" = r.\"%s\"",
		              d->parent->id, d->parent_on, d->parent_on);
}

/* "-12.30" as -1230; the text is canonical (check/canon.h). */
static int64_t
units(struct od_span v)
{
	bool minus = v.n && v.p[0] == '-';
	int64_t n = 0;

	for (size_t i = minus; i < v.n; i++)
		if (v.p[i] != '.')
			n = n * 10 + (v.p[i] - '0');
	return minus ? -n : n;
}

static bool
has_marker(struct od_span v)
{
	const char *at = v.p, *end = v.p + v.n;
	const size_t n = sizeof(OD_MARKER_HEAD) - 1;

	/* A bracket is rare in prose: looking for that alone is many times faster. */
	while ((at = memchr(at, OD_MARKER_HEAD[0], (size_t)(end - at)))) {
		if ((size_t)(end - at) >= n && !memcmp(at, OD_MARKER_HEAD, n))
			return true;
		at++;
	}
	return false;
}

static void
look_at(struct measuring *m, struct od_query *q)
{
	for (size_t i = 0; i < m->d->n_fields; i++) {
		struct figure *f = &m->row[i];
		struct od_pub cell;

		*f = (struct figure){0};
		if (!m->summed[i] && !m->redacted[i]) {
			f->filled = od_query_int(q, i);
			continue;
		}
		cell = od_query_cell(q, i);
		if (cell.null)
			continue;
		f->filled = 1;
		if (m->summed[i])
			f->sum = units(cell.v);
		if (m->redacted[i])
			f->redacted = has_marker(cell.v);
	}
}

static size_t
value_of(struct measuring *m, struct group *g, struct od_span value)
{
	size_t n = m->d->n_fields;

	/* Rows of one project follow each other. */
	if (g->values.n && od_span_equal(g->values.v[g->last], value))
		return g->last;
	g->last = od_words_put(&g->values, &m->arena, value);
	if (g->last < g->cap)
		return g->last;
	g->rows = od_realloc(g->rows, g->values.cap * sizeof(*g->rows));
	g->figures = od_realloc(g->figures, g->values.cap * n * sizeof(*g->figures));
	memset(g->rows + g->cap, 0, (g->values.cap - g->cap) * sizeof(*g->rows));
	memset(g->figures + g->cap * n, 0,
	       (g->values.cap - g->cap) * n * sizeof(*g->figures));
	g->cap = g->values.cap;
	return g->last;
}

static enum od_rc
add_row(struct measuring *m, struct group *g, struct od_span value, struct od_err *err)
{
	size_t at = value_of(m, g, value), n = m->d->n_fields;

	g->rows[at]++;
	for (size_t i = 0; i < n; i++) {
		struct figure *to = &g->figures[at * n + i];

		to->filled += m->row[i].filled;
		to->redacted += m->row[i].redacted;
		if (__builtin_add_overflow(to->sum, m->row[i].sum, &to->sum))
			return od_err_set(err, OD_KIND_SCHEMA,
			                  "dataset '%s': the sum of '%s' is too large",
			                  m->d->id, m->d->fields[i].name);
	}
	return OD_OK;
}

static enum od_rc
add_rows(struct measuring *m, struct od_snapshot *s, struct od_err *err)
{
	struct od_buf sql = {0};
	struct od_query *q;
	enum od_rc rc;
	bool row;

	put_query(m, &sql);
	rc = od_query_open(s, od_buf_str(&sql), m->d->id, &q, err);
	od_buf_release(&sql);
	if (rc)
		return rc;
	value_of(m, &m->groups[0], OD_SPAN("")); /* the whole, also of no rows */
	while (!rc && !(rc = od_query_next(q, &row, err)) && row) {
		look_at(m, q);
		rc = add_row(m, &m->groups[0], OD_SPAN(""), err);
		for (size_t i = 1; i < m->n_groups && !rc; i++) {
			struct od_pub value = od_query_cell(q, m->d->n_fields + i - 1);

			rc = add_row(m, &m->groups[i],
			             value.null ? OD_SPAN("") : value.v, err);
		}
	}
	od_query_close(q);
	return rc;
}

static void
put_stat(const struct od_dataset *d, const char *field, const char *kind, int64_t n,
         struct od_buf *sql)
{
	od_buf_printf(sql, "insert into main._stats values('%s', '%s', '%s', %lld);",
	              d->id, field, kind, (long long)n);
}

static void
put_stats(const struct measuring *m, struct od_buf *sql)
{
	for (size_t i = 0; i < m->d->n_fields; i++) {
		const struct figure *f = &m->groups[0].figures[i];

		put_stat(m->d, m->d->fields[i].name, "filled", f->filled, sql);
		if (m->summed[i])
			put_stat(m->d, m->d->fields[i].name, "sum", f->sum, sql);
	}
}

static void
put_group_row(const struct measuring *m, const struct group *g, size_t value,
              const char *field, const char *kind, int64_t n, struct od_buf *sql)
{
	struct od_span v = g->values.v[value];

	od_buf_printf(sql, "insert into main._groups values('%s', '%s', '", m->d->id,
	              g->name);
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '\'')
			od_buf_putc(sql, '\'');
		od_buf_putc(sql, v.p[i]);
	}
	od_buf_printf(sql, "', '%s', '%s', %lld);", field, kind, (long long)n);
}

static void
put_group(const struct measuring *m, const struct group *g, struct od_buf *sql)
{
	bool own = *g->name && od_field_find(m->d, g->name);

	for (size_t v = 0; v < g->values.n; v++) {
		if (!g->rows[v])
			continue;
		put_group_row(m, g, v, "", "rows", g->rows[v], sql);
		for (size_t i = 0; i < m->d->n_fields; i++) {
			const struct figure *f = &g->figures[v * m->d->n_fields + i];
			const char *name = m->d->fields[i].name;

			if (m->redacted[i])
				put_group_row(m, g, v, name, "redacted", f->redacted,
				              sql);
			if (!*g->name)
				continue;
			put_group_row(m, g, v, name, "filled", f->filled, sql);
			if (m->summed[i] && own)
				put_group_row(m, g, v, name, "sum", f->sum, sql);
		}
	}
}

static void
put_groups(const struct measuring *m, struct od_buf *sql)
{
	bool redacts = false;

	for (size_t i = 0; i < m->d->n_fields; i++)
		redacts |= m->redacted[i];
	for (size_t i = !redacts; i < m->n_groups; i++)
		put_group(m, &m->groups[i], sql);
}

/* The smallest class of a dataset about persons. An empty one has none. */
static enum od_rc
measure_persons(const struct od_dataset *d, struct od_snapshot *s, struct od_buf *sql,
                struct od_err *err)
{
	const struct od_persons *p = &d->persons;
	struct od_buf select = {0};
	struct od_classes *classes;
	struct od_span *cells;
	struct od_query *q;
	struct od_risk risk;
	bool row;
	enum od_rc rc;

	if (!p->are)
		return OD_OK;
	for (size_t i = 0; i < p->n_quasi; i++)
		od_buf_printf(&select, "%s\"%s\"", i ? ", " : "select ",
		              p->quasi[i]->name);
	od_buf_printf(&select, " from \"%s\"", d->id);
	rc = od_query_open(s, od_buf_str(&select), d->id, &q, err);
	od_buf_release(&select);
	if (rc)
		return rc;
	classes = od_classes_open(p->n_quasi, 0);
	cells = od_alloc(p->n_quasi * sizeof(*cells));
	while (!(rc = od_query_next(q, &row, err)) && row) {
		for (size_t i = 0; i < p->n_quasi; i++)
			cells[i] = od_query_cell(q, i).v;
		od_classes_add(classes, cells, NULL);
	}
	od_query_close(q);
	od_classes_risk(classes, 0, &risk);
	od_classes_close(classes);
	free(cells);
	if (!rc && risk.records)
		put_stat(d, "", "k", (int64_t)risk.k, sql);
	return rc;
}

enum od_rc
od_figures_measure(const struct od_dataset *d, struct od_snapshot *s,
                   struct od_buf *sql, struct od_err *err)
{
	struct measuring m;
	enum od_rc rc;

	prepare(&m, d);
	rc = add_rows(&m, s, err);
	if (!rc) {
		od_buf_printf(sql,
		              "delete from main._stats where dataset = '%s';"
		              "delete from main._groups where dataset = '%s';",
		              d->id, d->id);
		put_stats(&m, sql);
		put_groups(&m, sql);
		rc = measure_persons(d, s, sql, err);
	}
	release(&m);
	return rc;
}
