#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sink.h"

struct sqlite_sink {
	struct od_sink base;
	char file[4000], part[4096];
	sqlite3 *db;
	sqlite3_stmt *insert[OD_TABLES];
	sqlite3_stmt *at; /* that of the row's table */
};

static void
fail(struct sqlite_sink *q, const char *what)
{
	od_sink_fail(&q->base, "cannot %s '%s': %s", what, q->part,
	             sqlite3_errmsg(q->db));
}

static void
run(struct sqlite_sink *q, const char *sql)
{
	if (!q->base.error[0] &&
	    sqlite3_exec(q->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail(q, "write");
}

static void
begin(struct od_sink *s, enum od_table_id table)
{
	struct sqlite_sink *q = (struct sqlite_sink *)s;

	q->at = q->insert[table];
}

static void
put_text(struct od_sink *s, const char *p, size_t n)
{
	struct sqlite_sink *q = (struct sqlite_sink *)s;

	if (s->error[0])
		return;
	/* the text outlives the row: SQLite need not copy it */
	if ((p ? sqlite3_bind_text64(q->at, (int)s->column + 1, p, n, SQLITE_STATIC,
	                             SQLITE_UTF8)
	       : sqlite3_bind_null(q->at, (int)s->column + 1)) != SQLITE_OK)
		fail(q, "bind a value for");
}

static void
put_integer(struct od_sink *s, int64_t v)
{
	struct sqlite_sink *q = (struct sqlite_sink *)s;

	if (!s->error[0] &&
	    sqlite3_bind_int64(q->at, (int)s->column + 1, v) != SQLITE_OK)
		fail(q, "bind a value for");
}

static void
put_boolean(struct od_sink *s, bool v)
{
	put_integer(s, v);
}

static void
end(struct od_sink *s)
{
	struct sqlite_sink *q = (struct sqlite_sink *)s;

	if (s->error[0])
		return;
	if (sqlite3_step(q->at) != SQLITE_DONE)
		fail(q, "insert into");
	sqlite3_reset(q->at);
}

static void
close_database(struct od_sink *s, bool keep)
{
	struct sqlite_sink *q = (struct sqlite_sink *)s;

	for (unsigned i = 0; i < OD_TABLES; i++)
		sqlite3_finalize(q->insert[i]);
	if (keep) {
		run(q, "commit; analyze");
	}
	if (sqlite3_close(q->db) != SQLITE_OK)
		fail(q, "close");
	if (!keep || s->error[0])
		remove(q->part);
	else if (rename(q->part, q->file))
		od_sink_fail(s, "cannot rename '%s': %s", q->part, strerror(errno));
}

static const struct od_sink_ops ops = {
    .begin = begin,
    .text = put_text,
    .integer = put_integer,
    .boolean = put_boolean,
    .end = end,
    .close = close_database,
};

static void
prepare(struct sqlite_sink *q, unsigned table)
{
	struct od_text sql = {0};

	od_text_puts(&sql, "insert into ");
	od_text_puts(&sql, od_tables[table].name);
	od_text_puts(&sql, " values (?");
	for (unsigned i = 1; i < od_tables[table].ncolumns; i++)
		od_text_puts(&sql, ",?");
	od_text_puts(&sql, ")");
	if (!q->base.error[0] &&
	    sqlite3_prepare_v2(q->db, sql.p, (int)sql.n, &q->insert[table], NULL) !=
	        SQLITE_OK)
		fail(q, "prepare for");
	od_text_release(&sql);
}

struct od_sink *
od_sink_sqlite(const char *file)
{
	struct sqlite_sink *q = calloc(1, sizeof(*q));
	struct od_text ddl = {0};
	struct stat st;

	if (!q) {
		fprintf(stderr, "opdb: out of memory\n");
		return NULL;
	}
	q->base.ops = &ops;
	snprintf(q->file, sizeof(q->file), "%s", file);
	snprintf(q->part, sizeof(q->part), "%s.part", q->file);
	/* a rename over a device or a folder would replace it, or fail at the end */
	if (!stat(file, &st) && !S_ISREG(st.st_mode))
		od_sink_fail(&q->base, "cannot replace '%s': it is not a file", file);
	remove(q->part);
	if (!q->base.error[0] &&
	    sqlite3_open_v2(q->part, &q->db,
	                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	                        SQLITE_OPEN_NOMUTEX,
	                    NULL) != SQLITE_OK)
		fail(q, "create");
	/*
	 * The file is worth nothing before the rename: no journal, no sync. A page
	 * of 16 KiB holds a project whole, texts and all.
	 */
	run(q, "pragma page_size = 16384;"
	       "pragma journal_mode = off; pragma synchronous = off;"
	       "pragma locking_mode = exclusive; pragma cache_size = -65536; begin");
	for (unsigned i = 0; od_schema_tables[i]; i++)
		od_text_puts(&ddl, od_schema_tables[i]);
	/*
	 * The indices come first: two of the three keys arrive in order and the
	 * third is short, while making them afterwards reads all the long texts.
	 */
	for (unsigned i = 0; od_schema_indices[i]; i++)
		od_text_puts(&ddl, od_schema_indices[i]);
	od_text_put(&ddl, "", 1);
	run(q, ddl.p);
	od_text_release(&ddl);
	for (unsigned i = 0; i < OD_TABLES; i++)
		prepare(q, i);
	if (q->base.error[0]) {
		od_sink_close(&q->base);
		return NULL;
	}
	return &q->base;
}
