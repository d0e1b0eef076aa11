/* maker.c - see maker.h */
#include "site/maker.h"

#include <stdio.h>
#include <string.h>

#include "row/snapshot.h"
#include "site/lexicon.h"
#include "site/template.h"
#include "spec/spec.h"
#include "spec/yaml.h"

enum { CHUNK = 2048 }; /* main rows of one task */

static const char *const page_columns[] = {
    "root", "base",   "lang",  "path", "url",  "url_th", "url_en",
    "twin", "number", "count", "prev", "next", "kind"};
enum page_column {
	PAGE_ROOT,
	PAGE_BASE,
	PAGE_LANG,
	PAGE_PATH,
	PAGE_URL,
	PAGE_URL_TH,
	PAGE_URL_EN,
	PAGE_TWIN,
	PAGE_NUMBER,
	PAGE_COUNT,
	PAGE_PREV,
	PAGE_NEXT,
	PAGE_KIND,
	PAGE_COLUMNS,
};
static const char *const number_columns[] = {"number", "href", "current", "gap"};

enum list_mode { LIST_SHARED, LIST_MODEL, LIST_STREAM, LIST_PAGE };

struct list {
	const struct od_list_decl *decl;
	enum list_mode mode;
	const char *what; /* for messages */
	const char *const *columns;
	size_t n_columns;
	struct od_table table; /* shared, model */
	size_t by;             /* column, or (size_t)-1 */
};

struct kind {
	const struct od_page_kind *decl;
	struct list rows;
	size_t key; /* main column */
	size_t lastmod;
	struct list *lists;
	size_t n_lists;
	size_t per_page; /* index in lists, or (size_t)-1 */
	struct od_path path, more;
	struct od_scope scope;
	const struct od_template *templates[OD_LANGS];
};

struct task {
	const struct kind *kind;
	struct od_value from, to; /* keys, both inclusive; null: all */
};

struct od_maker {
	struct od_maker_input in;
	struct kind *kinds;
	size_t n_kinds;
	struct list *shared;
	size_t n_shared;
	struct task *tasks;
	size_t n_tasks;
};

/*
 * A connection for reading much, with room for a table's inner pages. The file is not
 * mapped, though that reads a quarter faster: mapped pages count as the process's own
 * memory, and a snapshot of the full size is 2.2 GB.
 */
static enum od_rc
open_snapshot(const struct od_maker_input *in, struct od_snapshot **out,
              struct od_err *err)
{
	enum od_rc rc = od_snapshot_open(in->snapshot, false, out, err);
	struct od_err ignored;

	if (rc)
		return rc;
	rc = od_snapshot_exec(*out, "pragma cache_size = -32768", NULL, err);
	if (!rc && in->news)
		rc = od_snapshot_attach(*out, in->news, "news", err);
	if (rc && od_snapshot_close(*out, false, &ignored))
		return rc;
	return rc;
}

/* ---- getting ready */

static struct od_value
copy(struct od_arena *a, struct od_pub cell)
{
	if (cell.null)
		return (struct od_value){{"", 0}, true};
	return (struct od_value){od_arena_dup(a, cell.v), false};
}

static const char *const *
copy_columns(const struct od_query *q, struct od_arena *a)
{
	size_t n = od_query_columns(q);
	const char **names = od_arena_array(a, n + 1, sizeof(*names));

	for (size_t i = 0; i < n; i++)
		names[i] = od_arena_str(a, od_query_column(q, i));
	return names;
}

static enum od_rc
read_all(struct od_query *q, struct od_arena *a, struct od_table_builder *b,
         struct od_err *err)
{
	for (;;) {
		struct od_value *row;
		bool more;
		enum od_rc rc = od_query_next(q, &more, err);

		if (rc || !more)
			return rc;
		row = od_table_add(b, a);
		for (size_t i = 0; i < b->t.n_columns; i++)
			row[i] = copy(a, od_query_cell(q, i));
	}
}

static enum od_rc
set_model(const struct od_maker *m, struct list *l, struct od_err *err)
{
	const char *names[64];
	const char *near;
	size_t n = 0;
	enum od_rc rc;

	for (size_t i = 0; i < m->in.n_models; i++) {
		if (!strcmp(m->in.models[i].name, l->decl->from)) {
			l->mode = LIST_MODEL;
			l->table = m->in.models[i].table;
			l->columns = l->table.columns;
			l->n_columns = l->table.n_columns;
			return OD_OK;
		}
		if (n + 1 < OD_ARRAY_LEN(names))
			names[n++] = m->in.models[i].name;
	}
	names[n] = NULL;
	near = od_nearest(l->decl->from, names);
	rc =
	    od_node_error(l->decl->node, err, "no model is called '%s'", l->decl->from);
	return near ? od_err_hint(err, "Did you mean '%s'?", near) : rc;
}

/* Learns the columns of a list, decides how it is read, reads it if it is shared. */
static enum od_rc
open_list(struct od_maker *m, struct od_snapshot *s, const struct od_list_decl *decl,
          bool main, struct list *l, struct od_err *err)
{
	struct od_arena *a = m->in.arena;
	struct od_query *q;
	enum od_rc rc;

	*l = (struct list){.decl = decl, .by = (size_t)-1};
	l->what = od_arena_printf(a, "%s:%u: list '%s'", decl->node->file,
	                          decl->node->line, decl->name);
	if (decl->from) {
		rc = set_model(m, l, err);
	} else {
		rc = od_query_open(s, decl->sql, l->what, &q, err);
		if (rc) {
			err->kind = OD_KIND_TEMPLATE;
			return rc;
		}
		l->columns = copy_columns(q, a);
		l->n_columns = od_query_columns(q);
		l->mode = decl->by                 ? LIST_STREAM
		          : od_query_params(q) > 0 ? LIST_PAGE
		                                   : LIST_SHARED;
		if (l->mode == LIST_SHARED && !main) {
			struct od_table_builder b = {
			    .t = {.columns = l->columns, .n_columns = l->n_columns}};

			rc = read_all(q, a, &b, err);
			l->table = b.t;
		}
		od_query_close(q);
	}
	if (rc || !decl->by)
		return rc;
	l->by = od_column_find(l->columns, l->n_columns, od_span_str(decl->by));
	if (l->by == (size_t)-1)
		return od_node_error(decl->node, err, "list '%s' has no column '%s'",
		                     decl->name, decl->by);
	return OD_OK;
}

static enum od_rc
bind_path(const struct kind *k, struct od_path *path, struct od_arena *a,
          struct od_err *err)
{
	struct od_path_part *parts = od_arena_array(a, path->n + 1, sizeof(*parts));

	if (path->n)
		memcpy(parts, path->parts, path->n * sizeof(*parts));
	for (size_t i = 0; i < path->n; i++) {
		if (!parts[i].hole || !strcmp(parts[i].text, "page"))
			continue;
		parts[i].column = od_column_find(k->rows.columns, k->rows.n_columns,
		                                 od_span_str(parts[i].text));
		if (parts[i].column == (size_t)-1)
			return od_node_error(k->decl->node, err,
			                     "path '%s': the rows have no column '%s'",
			                     path->pattern, parts[i].text);
	}
	path->parts = parts;
	return OD_OK;
}

static enum od_rc
main_column(const struct kind *k, const char *name, size_t *out, struct od_err *err)
{
	*out = (size_t)-1;
	if (!name)
		return OD_OK;
	*out = od_column_find(k->rows.columns, k->rows.n_columns, od_span_str(name));
	if (*out == (size_t)-1)
		return od_node_error(k->decl->node, err, "the rows have no column '%s'",
		                     name);
	return OD_OK;
}

static enum od_rc
open_rows(struct od_maker *m, struct od_snapshot *s, struct kind *k, struct od_err *err)
{
	const struct od_page_kind *d = k->decl;
	enum od_rc rc = OD_OK;

	if (d->rows.node)
		rc = open_list(m, s, &d->rows, true, &k->rows, err);
	k->path = d->path;
	k->more = d->more;
	if (!rc)
		rc = main_column(k, d->key, &k->key, err);
	if (!rc)
		rc = main_column(k, d->lastmod, &k->lastmod, err);
	if (!rc)
		rc = bind_path(k, &k->path, m->in.arena, err);
	if (!rc && d->per_page_list)
		rc = bind_path(k, &k->more, m->in.arena, err);
	return rc;
}

static enum od_rc
open_lists(struct od_maker *m, struct od_snapshot *s, struct kind *k,
           struct od_err *err)
{
	const struct od_page_kind *d = k->decl;

	k->n_lists = d->n_lists + m->n_shared;
	k->lists = od_arena_array(m->in.arena, k->n_lists + 1, sizeof(*k->lists));
	k->per_page = (size_t)-1;
	for (size_t i = 0; i < d->n_lists; i++) {
		enum od_rc rc = open_list(m, s, &d->lists[i], false, &k->lists[i], err);

		if (rc)
			return rc;
		if (d->per_page_list && !strcmp(d->per_page_list, d->lists[i].name))
			k->per_page = i;
		if (d->lists[i].by && !d->key)
			return od_node_error(d->lists[i].node, err,
			                     "'by' needs rows with a key");
	}
	for (size_t i = 0; i < m->n_shared; i++)
		k->lists[d->n_lists + i] = m->shared[i];
	if (d->per_page_list && k->per_page == (size_t)-1)
		return od_node_error(d->node, err, "per_page: there is no list '%s'",
		                     d->per_page_list);
	return OD_OK;
}

/* Rows: "" (main), page, the fixed ones, then each list that is one row. */
static void
make_scope(struct od_maker *m, struct kind *k)
{
	struct od_arena *a = m->in.arena;
	size_t n_rows = 2 + m->in.n_fixed;
	struct od_shape *rows =
	    od_arena_array(a, n_rows + k->n_lists, sizeof(struct od_shape));
	struct od_shape *lists =
	    od_arena_array(a, k->n_lists + 1, sizeof(struct od_shape));

	rows[0] = (struct od_shape){"", k->rows.columns, k->rows.n_columns};
	rows[1] = (struct od_shape){"page", page_columns, PAGE_COLUMNS};
	for (size_t i = 0; i < m->in.n_fixed; i++)
		rows[2 + i] = m->in.fixed[i].shape;
	for (size_t i = 0; i < k->n_lists; i++) {
		const struct list *l = &k->lists[i];

		lists[i] = (struct od_shape){l->decl->name, l->columns, l->n_columns};
		if (l->decl->one)
			rows[n_rows++] = lists[i];
	}
	lists[k->n_lists] =
	    (struct od_shape){"pages", number_columns, OD_ARRAY_LEN(number_columns)};
	k->scope = (struct od_scope){rows, n_rows, lists, k->n_lists + 1};
}

static enum od_rc
open_kind(struct od_maker *m, struct od_snapshot *s, const struct od_page_kind *decl,
          struct kind *k, struct od_err *err)
{
	enum od_rc rc;

	*k = (struct kind){.decl = decl};
	rc = open_rows(m, s, k, err);
	if (!rc)
		rc = open_lists(m, s, k, err);
	if (rc)
		return rc;
	make_scope(m, k);
	for (size_t lang = 0; lang < OD_LANGS; lang++) {
		const struct od_template_source src = {
		    .dir = m->in.templates,
		    .lexicon = m->in.lexicon,
		    .pages = m->in.pages,
		    .lang = (enum od_lang)lang,
		    .read = od_template_read,
		};

		if (!decl->langs[lang])
			continue;
		rc = od_template_compile(&src, decl->template, &k->scope, m->in.arena,
		                         &k->templates[lang], err);
		if (rc)
			return rc;
	}
	return OD_OK;
}

/* Cuts the keys of a kind into tasks. */
static enum od_rc
cut(struct od_maker *m, struct od_snapshot *s, const struct kind *k,
    struct od_table_builder *tasks, struct od_err *err)
{
	struct od_query *q;
	struct od_value *row = NULL, last = {{"", 0}, true};
	size_t n = 0;
	enum od_rc rc = od_query_open(s, k->decl->cuts, "cuts", &q, err);

	if (rc)
		return rc;
	for (;;) {
		struct od_value key;
		bool more;

		rc = od_query_next(q, &more, err);
		if (rc || !more)
			break;
		key = copy(m->in.arena, od_query_cell(q, 0));
		if (n++ % CHUNK == 0) {
			if (row)
				row[1] = last;
			row = od_table_add(tasks, m->in.arena);
			row[0] = key;
		}
		last = key;
	}
	if (row)
		row[1] = last;
	od_query_close(q);
	return rc;
}

static const char *const cut_columns[] = {"from", "to"};

static enum od_rc
plan(struct od_maker *m, struct od_snapshot *s, struct od_err *err)
{
	struct od_arena *a = m->in.arena;
	struct od_table_builder *cuts =
	    od_arena_array(a, m->n_kinds + 1, sizeof(*cuts));
	size_t n = 0;

	for (size_t i = 0; i < m->n_kinds; i++) {
		cuts[i].t.columns = cut_columns;
		cuts[i].t.n_columns = OD_ARRAY_LEN(cut_columns);
		if (m->kinds[i].decl->cuts) {
			enum od_rc rc = cut(m, s, &m->kinds[i], &cuts[i], err);

			if (rc)
				return rc;
		}
		n += m->kinds[i].decl->cuts ? cuts[i].t.n_rows : 1;
	}
	m->tasks = od_arena_array(a, n + 1, sizeof(*m->tasks));
	/* Long tasks first: the many small ones then fill both threads to the end. */
	for (size_t i = 0; i < m->n_kinds; i++)
		if (!m->kinds[i].decl->cuts)
			m->tasks[m->n_tasks++] = (struct task){
			    &m->kinds[i], {{"", 0}, true}, {{"", 0}, true}};
	for (size_t i = 0; i < m->n_kinds; i++) {
		const struct od_table *t = &cuts[i].t;

		for (size_t r = 0; r < t->n_rows; r++)
			m->tasks[m->n_tasks++] = (struct task){
			    &m->kinds[i], od_table_row(t, r)[0], od_table_row(t, r)[1]};
	}
	return OD_OK;
}

enum od_rc
od_maker_open(const struct od_maker_input *in, struct od_maker **out,
              struct od_err *err)
{
	struct od_maker *m = od_arena_alloc(in->arena, sizeof(*m));
	struct od_snapshot *s;
	enum od_rc rc = open_snapshot(in, &s, err), closed;
	struct od_err ignored;

	if (rc)
		return rc;
	m->in = *in;
	m->shared =
	    od_arena_array(in->arena, in->pages->n_shared + 1, sizeof(*m->shared));
	m->kinds = od_arena_array(in->arena, in->pages->n + 1, sizeof(*m->kinds));
	for (size_t i = 0; i < in->pages->n_shared && !rc; i++) {
		rc = open_list(m, s, &in->pages->shared[i], false, &m->shared[i], err);
		if (!rc && m->shared[i].mode != LIST_SHARED &&
		    m->shared[i].mode != LIST_MODEL)
			rc = od_node_error(in->pages->shared[i].node, err,
			                   "a shared list takes no parameters");
		m->n_shared++;
	}
	for (size_t i = 0; i < in->pages->n && !rc; i++) {
		rc = open_kind(m, s, &in->pages->kinds[i], &m->kinds[i], err);
		m->n_kinds++;
	}
	if (!rc)
		rc = plan(m, s, err);
	closed = od_snapshot_close(s, false, rc ? &ignored : err);
	*out = m;
	return rc ? rc : closed;
}

size_t
od_maker_tasks(const struct od_maker *m)
{
	return m->n_tasks;
}

/* ---- one task */

struct stream {
	struct od_query *q;
	bool row;           /* a row is waiting */
	struct od_buf last; /* its key: to see that the order holds */
	size_t *params;     /* page: main column of each parameter */
};

struct job {
	const struct od_maker *m;
	const struct task *task;
	const struct kind *k;
	const struct od_page_sink *sink;
	struct od_snapshot *s;
	struct od_query *rows;
	struct stream *streams;
	struct od_table *tables;        /* parallel to the scope's lists */
	const struct od_value **frames; /* parallel to the scope's rows */
	struct od_value page[PAGE_COLUMNS];
	struct od_value *main;
	struct od_arena arena, row;
	struct od_render render;
	struct od_buf body, path;
};

static int
compare(const struct kind *k, struct od_span a, struct od_span b)
{
	int order;

	if (k->decl->numeric && a.n != b.n)
		return a.n < b.n ? -1 : 1;
	order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	if (order)
		return order;
	return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

/* Moves a stream to its next row. */
static enum od_rc
step(struct job *j, const struct list *l, struct stream *st, struct od_err *err)
{
	enum od_rc rc = od_query_next(st->q, &st->row, err);
	struct od_span key;

	if (rc || !st->row)
		return rc;
	key = od_query_cell(st->q, l->by).v;
	if (st->last.n && compare(j->k, key, od_buf_view(&st->last)) < 0)
		return od_err_set(err, OD_KIND_TEMPLATE, "%s: not ordered by '%s'",
		                  l->what, l->decl->by);
	st->last.n = 0;
	od_buf_span(&st->last, key);
	return OD_OK;
}

static void
bind_range(const struct task *t, struct od_query *q)
{
	for (size_t i = 0; i < od_query_params(q); i++) {
		const char *name = od_query_param(q, i);
		struct od_value v = !strcmp(name, "from") ? t->from : t->to;

		od_query_bind(q, i, (struct od_pub){v.v, v.null});
	}
}

static enum od_rc
open_stream(struct job *j, const struct list *l, struct stream *st, struct od_err *err)
{
	const struct kind *k = j->k;
	enum od_rc rc = od_query_open(j->s, l->decl->sql, l->what, &st->q, err);

	if (rc)
		return rc;
	if (l->mode == LIST_STREAM) {
		bind_range(j->task, st->q);
		return step(j, l, st, err);
	}
	st->params =
	    od_arena_array(&j->arena, od_query_params(st->q) + 1, sizeof(size_t));
	for (size_t i = 0; i < od_query_params(st->q); i++) {
		const char *name = od_query_param(st->q, i);

		st->params[i] = od_column_find(k->rows.columns, k->rows.n_columns,
		                               od_span_str(name));
		if (st->params[i] == (size_t)-1)
			return od_err_set(err, OD_KIND_TEMPLATE,
			                  "%s: the rows have no column for ':%s'",
			                  l->what, name);
	}
	return OD_OK;
}

static enum od_rc
read_stream(struct job *j, const struct list *l, struct stream *st, struct od_table *t,
            struct od_err *err)
{
	struct od_table_builder b = {
	    .t = {.columns = l->columns, .n_columns = l->n_columns}};
	struct od_span key = j->main[j->k->key].v;
	enum od_rc rc = OD_OK;

	while (st->row && compare(j->k, od_query_cell(st->q, l->by).v, key) < 0 && !rc)
		rc = step(j, l, st, err);
	while (!rc && st->row &&
	       compare(j->k, od_query_cell(st->q, l->by).v, key) == 0) {
		struct od_value *row = od_table_add(&b, &j->row);

		for (size_t i = 0; i < l->n_columns; i++)
			row[i] = copy(&j->row, od_query_cell(st->q, i));
		rc = step(j, l, st, err);
	}
	*t = b.t;
	return rc;
}

static enum od_rc
read_page_list(struct job *j, const struct list *l, struct stream *st,
               struct od_table *t, struct od_err *err)
{
	struct od_table_builder b = {
	    .t = {.columns = l->columns, .n_columns = l->n_columns}};
	enum od_rc rc;

	od_query_restart(st->q);
	for (size_t i = 0; i < od_query_params(st->q); i++) {
		struct od_value v = j->main[st->params[i]];

		od_query_bind(st->q, i, (struct od_pub){v.v, v.null});
	}
	rc = read_all(st->q, &j->row, &b, err);
	*t = b.t;
	return rc;
}

/* Rows of a model that belong to this page. */
static void
filter_model(struct job *j, const struct list *l, struct od_table *t)
{
	struct od_table_builder b = {
	    .t = {.columns = l->columns, .n_columns = l->n_columns}};
	struct od_span key = j->main[j->k->key].v;

	for (size_t r = 0; r < l->table.n_rows; r++) {
		const struct od_value *from = od_table_row(&l->table, r);

		if (od_span_equal(from[l->by].v, key))
			memcpy(od_table_add(&b, &j->row), from,
			       l->n_columns * sizeof(*from));
	}
	*t = b.t;
}

static enum od_rc
read_lists(struct job *j, struct od_err *err)
{
	size_t one = 2 + j->m->in.n_fixed;

	for (size_t i = 0; i < j->k->n_lists; i++) {
		const struct list *l = &j->k->lists[i];
		struct od_table *t = &j->tables[i];
		enum od_rc rc = OD_OK;

		if (l->mode == LIST_STREAM)
			rc = read_stream(j, l, &j->streams[i], t, err);
		else if (l->mode == LIST_PAGE)
			rc = read_page_list(j, l, &j->streams[i], t, err);
		else if (l->mode == LIST_MODEL && l->decl->by)
			filter_model(j, l, t);
		else
			*t = l->table;
		if (rc)
			return rc;
		if (l->decl->one)
			j->frames[one++] = t->n_rows ? od_table_row(t, 0) : NULL;
	}
	return OD_OK;
}

static void
set(struct job *j, enum page_column column, const char *text)
{
	j->page[column] = od_value_str(text);
}

/* The path of a page below its language's folder. */
static enum od_rc
page_path(struct job *j, size_t number, const char **out, struct od_err *err)
{
	const struct od_path *p = number > 1 ? &j->k->more : &j->k->path;

	j->path.n = 0;
	if (!od_path_put(&j->path, p, j->main, (struct od_span){"", 0}, number))
		return od_err_set(
		    err, OD_KIND_SCHEMA,
		    "page kind '%s': a value cannot name a file: path '%s'",
		    j->k->decl->id, p->pattern);
	*out = od_arena_str(&j->row, od_buf_str(&j->path));
	return OD_OK;
}

/* A folder's page is known by the folder. */
static const char *
page_url(struct job *j, const char *folder, const char *path)
{
	size_t n = strlen(path), index = strlen("index.html");

	if (n >= index && !strcmp(path + n - index, "index.html") &&
	    (n == index || path[n - index - 1] == '/'))
		n -= index;
	return od_arena_printf(&j->row, "%s%s%.*s", j->m->in.base_url, folder, (int)n,
	                       path);
}

/* From a page to the release: "./", "../", … or, for 404, the server's own path. */
static const char *
root_of(struct job *j, const char *folder, const char *path)
{
	const char *p = strstr(j->m->in.base_url, "://");
	char *up;
	size_t depth = *folder != 0;

	if (j->k->decl->absolute) {
		p = p ? strchr(p + 3, '/') : NULL;
		return p ? p : "/";
	}
	for (; *path; path++)
		depth += *path == '/';
	if (depth == 0)
		return "./";
	up = od_arena_text(&j->row, depth * 3 + 1);
	for (size_t i = 0; i < depth; i++)
		memcpy(up + i * 3, "../", 3);
	up[depth * 3] = 0;
	return up;
}

static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Links to the other pages of a long list: the first, the last, and those around. */
static enum od_rc
page_numbers(struct job *j, size_t number, size_t count, struct od_err *err)
{
	struct od_table_builder b = {.t = {.columns = number_columns,
	                                   .n_columns = OD_ARRAY_LEN(number_columns)}};
	bool gap = false;

	for (size_t i = 1; i <= count && count > 1; i++) {
		const char *path;
		struct od_value *row;
		enum od_rc rc;

		if (i != 1 && i != count && (i + 2 < number || i > number + 2)) {
			gap = true;
			continue;
		}
		rc = page_path(j, i, &path, err);
		if (rc)
			return rc;
		row = od_table_add(&b, &j->row);
		row[0] = od_value_str(od_arena_printf(&j->row, "%zu", i));
		row[1] = od_value_str(file_name(path));
		row[2] = od_value_str(i == number ? "true" : "");
		row[3] = od_value_str(gap ? "true" : "");
		gap = false;
	}
	j->tables[j->k->n_lists] = b.t;
	return OD_OK;
}

static enum od_rc
describe_page(struct job *j, enum od_lang lang, const char *path, size_t number,
              size_t count, struct od_err *err)
{
	const bool *langs = j->k->decl->langs;
	const char *folder = od_page_folder(j->k->decl, lang);
	const char *root = root_of(j, folder, path), *other;
	bool twins = langs[OD_LANG_TH] && langs[OD_LANG_EN];
	enum od_rc rc = OD_OK;

	set(j, PAGE_ROOT, root);
	set(j, PAGE_BASE, od_arena_printf(&j->row, "%s%s", root, folder));
	set(j, PAGE_LANG, lang == OD_LANG_EN ? "en" : "th");
	set(j, PAGE_PATH, od_arena_printf(&j->row, "%s%s", folder, path));
	set(j, PAGE_URL, page_url(j, folder, path));
	set(j, PAGE_URL_TH, twins ? page_url(j, "", path) : "");
	set(j, PAGE_URL_EN, twins ? page_url(j, "en/", path) : "");
	set(j, PAGE_TWIN,
	    twins ? od_arena_printf(&j->row, "%s%s%s", root,
	                            lang == OD_LANG_EN ? "" : "en/", path)
	          : "");
	set(j, PAGE_NUMBER, od_arena_printf(&j->row, "%zu", number));
	set(j, PAGE_COUNT, od_arena_printf(&j->row, "%zu", count));
	set(j, PAGE_KIND, j->k->decl->id);
	set(j, PAGE_PREV, "");
	set(j, PAGE_NEXT, "");
	if (number > 1) {
		rc = page_path(j, number - 1, &other, err);
		if (!rc)
			set(j, PAGE_PREV, file_name(other));
	}
	if (!rc && number < count) {
		rc = page_path(j, number + 1, &other, err);
		if (!rc)
			set(j, PAGE_NEXT, file_name(other));
	}
	return rc ? rc : page_numbers(j, number, count, err);
}

static enum od_rc
make_one(struct job *j, enum od_lang lang, size_t number, size_t count,
         struct od_err *err)
{
	const struct kind *k = j->k;
	const struct od_maker_input *in = &j->m->in;
	const struct od_data data = {j->frames, j->tables};
	struct od_filter_env env = {
	    .lang = lang, .spec = in->spec, .pages = in->pages, .map = in->map};
	struct od_page_out out = {.sitemap = k->decl->sitemap};
	const char *path;
	enum od_rc rc = page_path(j, number, &path, err);

	if (!rc)
		rc = describe_page(j, lang, path, number, count, err);
	if (rc)
		return rc;
	env.root = j->page[PAGE_ROOT].v.p;
	j->body.n = 0;
	od_template_render(k->templates[lang], &data, &env, &j->render, &j->body);
	out.path = j->page[PAGE_PATH].v.p;
	out.body = od_buf_view(&j->body);
	out.lastmod = od_span_str(in->created);
	if (k->lastmod != (size_t)-1 && j->main[k->lastmod].v.n >= 10)
		out.lastmod = j->main[k->lastmod].v;
	if (out.lastmod.n > 10)
		out.lastmod.n = 10;
	return j->sink->put(j->sink->u, &out, err);
}

/* All pages of one main row: its languages, and the parts of its long list. */
static enum od_rc
make_row(struct job *j, struct od_err *err)
{
	const struct kind *k = j->k;
	struct od_table whole = {0};
	size_t count = 1;
	enum od_rc rc = read_lists(j, err);

	if (rc)
		return rc;
	if (k->per_page != (size_t)-1) {
		whole = j->tables[k->per_page];
		count = (whole.n_rows + k->decl->per_page - 1) / k->decl->per_page;
		if (count == 0)
			count = 1;
	}
	for (size_t number = 1; number <= count && !rc; number++) {
		if (k->per_page != (size_t)-1) {
			struct od_table *t = &j->tables[k->per_page];
			size_t from = (number - 1) * k->decl->per_page;

			*t = whole;
			t->cells = whole.cells + from * whole.n_columns;
			t->n_rows = whole.n_rows - from < k->decl->per_page
			                ? whole.n_rows - from
			                : k->decl->per_page;
		}
		for (size_t lang = 0; lang < OD_LANGS && !rc; lang++)
			if (k->templates[lang])
				rc =
				    make_one(j, (enum od_lang)lang, number, count, err);
	}
	return rc;
}

static enum od_rc
make_queried(struct job *j, struct od_err *err)
{
	const struct list *rows = &j->k->rows;
	enum od_rc rc = od_query_open(j->s, rows->decl->sql, rows->what, &j->rows, err);

	if (rc)
		return rc;
	bind_range(j->task, j->rows);
	for (;;) {
		bool more;

		rc = od_query_next(j->rows, &more, err);
		if (rc || !more)
			return rc;
		od_arena_reset(&j->row);
		for (size_t i = 0; i < rows->n_columns; i++)
			j->main[i] = copy(&j->row, od_query_cell(j->rows, i));
		rc = make_row(j, err);
		if (rc)
			return rc;
	}
}

static enum od_rc
make_modelled(struct job *j, struct od_err *err)
{
	const struct list *rows = &j->k->rows;

	for (size_t r = 0; r < rows->table.n_rows; r++) {
		enum od_rc rc;

		od_arena_reset(&j->row);
		memcpy(j->main, od_table_row(&rows->table, r),
		       rows->n_columns * sizeof(*j->main));
		rc = make_row(j, err);
		if (rc)
			return rc;
	}
	return OD_OK;
}

static enum od_rc
start_job(struct job *j, struct od_err *err)
{
	const struct od_maker_input *in = &j->m->in;
	const struct kind *k = j->k;

	j->streams = od_arena_array(&j->arena, k->n_lists + 1, sizeof(*j->streams));
	j->tables = od_arena_array(&j->arena, k->n_lists + 1, sizeof(*j->tables));
	j->frames = od_arena_array(&j->arena, k->scope.n_rows + 1, sizeof(*j->frames));
	j->main = od_arena_array(&j->arena, k->rows.n_columns + 1, sizeof(*j->main));
	j->frames[0] = j->main;
	j->frames[1] = j->page;
	for (size_t i = 0; i < in->n_fixed; i++)
		j->frames[2 + i] = in->fixed[i].values;
	for (size_t i = 0; i < k->n_lists; i++) {
		const struct list *l = &k->lists[i];
		enum od_rc rc;

		if (l->mode != LIST_STREAM && l->mode != LIST_PAGE)
			continue;
		rc = open_stream(j, l, &j->streams[i], err);
		if (rc)
			return rc;
	}
	return OD_OK;
}

enum od_rc
od_maker_run(const struct od_maker *m, size_t task, const struct od_page_sink *sink,
             struct od_err *err)
{
	struct job j = {.m = m, .task = &m->tasks[task], .sink = sink};
	struct od_err ignored;
	enum od_rc rc, closed;

	j.k = j.task->kind;
	rc = open_snapshot(&m->in, &j.s, err);
	if (rc)
		return rc;
	rc = start_job(&j, err);
	if (rc)
		goto out;
	if (!j.k->decl->rows.node)
		rc = make_row(&j, err);
	else if (j.k->rows.mode == LIST_MODEL)
		rc = make_modelled(&j, err);
	else
		rc = make_queried(&j, err);
out:
	od_query_close(j.rows);
	for (size_t i = 0; j.streams && i < j.k->n_lists; i++) {
		od_query_close(j.streams[i].q);
		od_buf_release(&j.streams[i].last);
	}
	od_render_release(&j.render);
	od_buf_release(&j.body);
	od_buf_release(&j.path);
	od_arena_release(&j.row);
	od_arena_release(&j.arena);
	closed = od_snapshot_close(j.s, false, rc ? &ignored : err);
	return rc ? rc : closed;
}
