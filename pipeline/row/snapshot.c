#include "row/snapshot.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"

struct od_snapshot {
	sqlite3 *db;
	char *path;
	const struct od_spec *spec; /* of a file being made */
	sqlite3_stmt **insert;      /* one a dataset, by position in spec */
};

struct od_query {
	sqlite3_stmt *st;
	char what[64];
};

static enum od_rc
db_error(struct od_snapshot *s, const char *what, struct od_err *err)
{
	/* SQLite's messages name tables and columns, never values. */
	int code = sqlite3_errcode(s->db) & 0xff;
	enum od_kind kind = code == SQLITE_FULL || code == SQLITE_IOERR ||
	                            code == SQLITE_CANTOPEN || code == SQLITE_READONLY
	                        ? OD_KIND_IO
	                    : code == SQLITE_ERROR ? OD_KIND_SCHEMA
	                                           : OD_KIND_INTERNAL;

	return od_err_set(err, kind, "%s in snapshot '%s': %s", what, s->path,
	                  sqlite3_errmsg(s->db));
}

enum od_rc
od_snapshot_exec(struct od_snapshot *s, const char *sql, int64_t *changes,
                 struct od_err *err)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_error(s, "a statement failed", err);
	if (changes)
		*changes = sqlite3_changes64(s->db);
	return OD_OK;
}

static struct od_snapshot *
allocate(const char *path)
{
	struct od_snapshot *s = od_alloc(sizeof(*s));
	size_t n = strlen(path) + 1;

	*s = (struct od_snapshot){.path = memcpy(od_alloc(n), path, n)};
	return s;
}

static void
free_snapshot(struct od_snapshot *s)
{
	if (s->insert)
		for (size_t i = 0; i < s->spec->n_datasets; i++)
			sqlite3_finalize(s->insert[i]);
	free(s->insert);
	sqlite3_close_v2(s->db);
	free(s->path);
	free(s);
}

/*
 * A single integer key is SQLite's own row number. Other tables keep their rows in the
 * key's tree itself; the page size of 16 KiB lets a row with prose of up to 4 KiB stay
 * in its leaf.
 */
static void
table_sql(const struct od_dataset *d, struct od_buf *b)
{
	bool rowid = d->n_key == 1 && !strcmp(od_type_sql(d->key[0]->type), "INTEGER");

	od_buf_printf(b, "create table \"%s\"(", d->id);
	for (size_t i = 0; i < d->n_fields; i++)
		od_buf_printf(b, "%s\"%s\" %s", i ? ", " : "", d->fields[i].name,
		              od_type_sql(d->fields[i].type));
	od_buf_puts(b, ", primary key(");
	for (size_t i = 0; i < d->n_key; i++)
		od_buf_printf(b, "%s\"%s\"", i ? ", " : "", d->key[i]->name);
	od_buf_puts(b, rowid ? "));" : ")) without rowid;");
}

static void
insert_sql(const struct od_dataset *d, struct od_buf *b)
{
	od_buf_printf(b, "insert into \"%s\" values(", d->id);
	for (size_t i = 0; i < d->n_fields; i++)
		od_buf_puts(b, i ? ",?" : "?");
	od_buf_puts(b, ")");
}

static enum od_rc
make_tables(struct od_snapshot *s, struct od_err *err)
{
	static const char about[] =
	    "create table _meta(key text primary key, value text) without rowid;"
	    "create table _counts(dataset text primary key, read integer, published "
	    "integer)"
	    " without rowid;"
	    "create table _quality(dataset text, rule text, effect text, n integer,"
	    " primary key(dataset, rule, effect)) without rowid;"
	    "create table _privacy(dataset text, field text, kind text, n integer, "
	    "cells integer,"
	    " primary key(dataset, field, kind)) without rowid;"
	    "create table _owners(dataset text, key text, a text, b text,"
	    " primary key(dataset, key)) without rowid;"
	    "create table _withheld(dataset text, key, primary key(dataset, key))"
	    " without rowid;";
	struct od_buf b = {0};
	enum od_rc rc;

	od_buf_puts(&b, about);
	for (size_t i = 0; i < s->spec->n_datasets; i++)
		if (!s->spec->datasets[i].derived)
			table_sql(&s->spec->datasets[i], &b);
	rc = od_snapshot_exec(s, od_buf_str(&b), NULL, err);
	for (size_t i = 0; i < s->spec->n_datasets && !rc; i++) {
		if (s->spec->datasets[i].derived)
			continue;
		b.n = 0;
		insert_sql(&s->spec->datasets[i], &b);
		if (sqlite3_prepare_v3(s->db, od_buf_str(&b), -1,
		                       SQLITE_PREPARE_PERSISTENT, &s->insert[i],
		                       NULL) != SQLITE_OK)
			rc = db_error(s, "cannot prepare a table", err);
	}
	od_buf_release(&b);
	return rc;
}

enum od_rc
od_snapshot_create(const char *path, const struct od_spec *spec,
                   struct od_snapshot **out, struct od_err *err)
{
	struct od_snapshot *s = allocate(path);
	enum od_rc rc;

	s->spec = spec;
	s->insert = od_alloc((spec->n_datasets + 1) * sizeof(sqlite3_stmt *));
	memset(s->insert, 0, (spec->n_datasets + 1) * sizeof(sqlite3_stmt *));
	unlink(path);
	if (sqlite3_open_v2(path, &s->db,
	                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	                        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
	                    NULL) != SQLITE_OK)
		rc = db_error(s, "cannot create the file", err);
	else
		rc = od_snapshot_exec(
		    s,
		    "pragma page_size=16384; pragma journal_mode=off; pragma "
		    "synchronous=off;"
		    "pragma locking_mode=exclusive; pragma cache_size=-65536; begin;",
		    NULL, err);
	if (!rc)
		rc = make_tables(s, err);
	if (rc) {
		free_snapshot(s);
		return rc;
	}
	*out = s;
	return OD_OK;
}

enum od_rc
od_snapshot_open(const char *path, bool writable, struct od_snapshot **out,
                 struct od_err *err)
{
	struct od_snapshot *s = allocate(path);
	int flags = writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	enum od_rc rc;

	if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		rc = db_error(s, "cannot open the file", err);
	else
		rc = od_snapshot_exec(
		    s,
		    "pragma cache_size=-65536; pragma temp_store=memory;"
		    "pragma mmap_size=0; pragma secure_delete=on;",
		    NULL, err);
	if (rc) {
		free_snapshot(s);
		return rc;
	}
	*out = s;
	return OD_OK;
}

enum od_rc
od_snapshot_attach(struct od_snapshot *s, const char *path, const char *name,
                   struct od_err *err)
{
	char *sql = sqlite3_mprintf("attach %Q as \"%w\"", path, name);
	enum od_rc rc =
	    sql ? od_snapshot_exec(s, sql, NULL, err)
		: od_err_set(err, OD_KIND_IO, "no memory to open '%s'", path);

	sqlite3_free(sql);
	return rc;
}

static int64_t
to_integer(struct od_span v)
{
	bool minus = v.n && v.p[0] == '-';
	int64_t n = 0;

	for (size_t i = minus; i < v.n; i++)
		n = n * 10 + (v.p[i] - '0');
	return minus ? -n : n;
}

enum od_rc
od_snapshot_add(struct od_snapshot *s, const struct od_dataset *d,
                const struct od_pub *cells, bool *duplicate, struct od_err *err)
{
	sqlite3_stmt *st = s->insert[d - s->spec->datasets];
	int code = SQLITE_OK;

	for (size_t i = 0; i < d->n_fields && code == SQLITE_OK; i++) {
		enum od_type type = d->fields[i].type;

		if (cells[i].null)
			code = sqlite3_bind_null(st, (int)i + 1);
		else if (type == OD_TYPE_ID || type == OD_TYPE_INTEGER)
			code =
			    sqlite3_bind_int64(st, (int)i + 1, to_integer(cells[i].v));
		else
			code = sqlite3_bind_text(st, (int)i + 1, cells[i].v.p,
			                         (int)cells[i].v.n, SQLITE_STATIC);
	}
	if (code == SQLITE_OK)
		code = sqlite3_step(st);
	*duplicate = (code & 0xff) == SQLITE_CONSTRAINT;
	sqlite3_reset(st);
	if (code != SQLITE_DONE && !*duplicate)
		return db_error(s, "cannot add a row", err);
	return OD_OK;
}

enum od_rc
od_snapshot_meta_get(struct od_snapshot *s, const char *key, struct od_arena *a,
                     const char **value, struct od_err *err)
{
	struct od_query *q;
	enum od_rc rc = od_query_open(s, "select value from _meta where key = :key",
	                              "_meta", &q, err);
	bool row = false;

	*value = "";
	if (rc)
		return rc;
	od_query_bind(q, 0, (struct od_pub){.v = od_span_str(key)});
	rc = od_query_next(q, &row, err);
	if (!rc && row)
		*value = od_arena_dup(a, od_query_cell(q, 0).v).p;
	od_query_close(q);
	return rc;
}

enum od_rc
od_snapshot_meta_put(struct od_snapshot *s, const char *key, const char *value,
                     struct od_err *err)
{
	struct od_query *q;
	enum od_rc rc = od_query_open(
	    s, "insert or replace into _meta values(:key, :value)", "_meta", &q, err);
	bool row;

	if (rc)
		return rc;
	od_query_bind(q, 0, (struct od_pub){.v = od_span_str(key)});
	sqlite3_bind_text(q->st, 2, value, -1, SQLITE_STATIC);
	rc = od_query_next(q, &row, err);
	od_query_close(q);
	return rc;
}

enum od_rc
od_snapshot_close(struct od_snapshot *s, bool sync, struct od_err *err)
{
	enum od_rc rc = OD_OK;
	bool made = s->insert != NULL;
	char *path;

	if (made)
		rc = od_snapshot_exec(s, "commit", NULL, err);
	path = s->path;
	s->path = od_alloc(1);
	free_snapshot(s);
	if (!rc && sync)
		rc = od_file_sync(path, err);
	free(path);
	return rc;
}

enum od_rc
od_query_open(struct od_snapshot *s, const char *sql, const char *what,
              struct od_query **out, struct od_err *err)
{
	struct od_query *q = od_alloc(sizeof(*q));
	enum od_rc rc;

	*q = (struct od_query){0};
	snprintf(q->what, sizeof(q->what), "%s", what);
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->st,
	                       NULL) != SQLITE_OK) {
		rc = od_err_set(err, OD_KIND_SCHEMA, "%s: %s", what,
		                sqlite3_errmsg(s->db));
		free(q);
		return rc;
	}
	if (!q->st) {
		free(q);
		return od_err_set(err, OD_KIND_SCHEMA, "%s: the query is empty", what);
	}
	*out = q;
	return OD_OK;
}

size_t
od_query_columns(const struct od_query *q)
{
	return (size_t)sqlite3_column_count(q->st);
}

const char *
od_query_column(const struct od_query *q, size_t i)
{
	return sqlite3_column_name(q->st, (int)i);
}

size_t
od_query_params(const struct od_query *q)
{
	return (size_t)sqlite3_bind_parameter_count(q->st);
}

const char *
od_query_param(const struct od_query *q, size_t i)
{
	const char *name = sqlite3_bind_parameter_name(q->st, (int)i + 1);

	return name ? name + 1 : "";
}

void
od_query_restart(struct od_query *q)
{
	sqlite3_reset(q->st);
	sqlite3_clear_bindings(q->st);
}

static bool
is_integer(struct od_span v)
{
	if (v.n == 0 || v.n > 18 || (v.n > 1 && v.p[0] == '0'))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	return true;
}

void
od_query_bind(struct od_query *q, size_t param, struct od_pub value)
{
	int i = (int)param + 1;

	/* A column's affinity turns the integer back into text where it is text. */
	if (value.null)
		sqlite3_bind_null(q->st, i);
	else if (is_integer(value.v))
		sqlite3_bind_int64(q->st, i, to_integer(value.v));
	else
		sqlite3_bind_text(q->st, i, value.v.p, (int)value.v.n, SQLITE_STATIC);
}

enum od_rc
od_query_next(struct od_query *q, bool *row, struct od_err *err)
{
	int code = sqlite3_step(q->st);

	*row = code == SQLITE_ROW;
	if (code == SQLITE_ROW || code == SQLITE_DONE)
		return OD_OK;
	return od_err_set(err,
	                  (code & 0xff) == SQLITE_IOERR ? OD_KIND_IO : OD_KIND_SCHEMA,
	                  "%s: %s", q->what, sqlite3_errmsg(sqlite3_db_handle(q->st)));
}

struct od_pub
od_query_cell(struct od_query *q, size_t column)
{
	int i = (int)column;
	const unsigned char *p = sqlite3_column_text(q->st, i);

	if (!p)
		return (struct od_pub){.null = true};
	return (struct od_pub){
	    .v = {(const char *)p, (size_t)sqlite3_column_bytes(q->st, i)}};
}

int64_t
od_query_int(struct od_query *q, size_t column)
{
	return sqlite3_column_int64(q->st, (int)column);
}

void
od_query_close(struct od_query *q)
{
	if (!q)
		return;
	sqlite3_finalize(q->st);
	free(q);
}

enum od_rc
od_snapshot_number(struct od_snapshot *s, const char *sql, int64_t *out,
                   struct od_err *err)
{
	struct od_query *q;
	enum od_rc rc = od_query_open(s, sql, "a count", &q, err);
	bool row = false;

	*out = 0;
	if (rc)
		return rc;
	rc = od_query_next(q, &row, err);
	if (!rc && row)
		*out = od_query_int(q, 0);
	od_query_close(q);
	return rc;
}
