#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/arena.h"
#include "source/driver.h"

struct lite {
	struct od_source base;
	sqlite3 *db;
};

struct lite_cursor {
	struct od_cursor base;
	sqlite3 *db;
	sqlite3_stmt *st;
};

static void
lite_close(struct od_source *s)
{
	struct lite *l = (struct lite *)s;

	sqlite3_close_v2(l->db);
	free(l);
}

static enum od_rc
lite_open(const char *url, const char *snapshot, struct od_source **out,
          struct od_err *err)
{
	struct lite *l = od_alloc(sizeof(*l));
	const char *file = url + strlen("sqlite:");
	int code;

	(void)snapshot;
	*l = (struct lite){.base.driver = &od_driver_sqlite};
	code = sqlite3_open_v2(file, &l->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
	                       NULL);
	/* The transaction begins with the first read: one consistent view from then on.
	 */
	if (code == SQLITE_OK)
		code = sqlite3_exec(l->db,
		                    "pragma query_only=1; pragma cache_size=-65536;"
		                    "pragma busy_timeout=10000; begin;"
		                    "select count(*) from sqlite_master",
		                    NULL, NULL, NULL);
	if (code != SQLITE_OK) {
		lite_close(&l->base);
		if (od_err_set(err, OD_KIND_SOURCE, "cannot read the database '%s': %s",
		               file, sqlite3_errstr(code)))
			return od_err_hint(
			    err, "check the path after 'sqlite:' and that the file "
				 "is a SQLite database");
	}
	*out = &l->base;
	return OD_OK;
}

static const char *
column_name(const void *u, size_t i)
{
	return sqlite3_column_name(((const struct lite_cursor *)u)->st, (int)i);
}

static void
lite_cursor_close(struct od_cursor *c)
{
	struct lite_cursor *l = (struct lite_cursor *)c;

	sqlite3_finalize(l->st);
	free(c->cells);
	free(l);
}

static enum od_rc
lite_cursor_open(struct od_source *s, const char *sql, const char *what,
                 const char *const *columns, size_t n, struct od_cursor **out,
                 struct od_err *err)
{
	struct lite *l = (struct lite *)s;
	struct lite_cursor *c = od_alloc(sizeof(*c));
	enum od_rc rc;

	*c = (struct lite_cursor){
	    .base = {.driver = &od_driver_sqlite, .what = what, .n = n}, .db = l->db};
	c->base.cells = od_alloc((n + 1) * sizeof(*c->base.cells));
	if (sqlite3_prepare_v2(l->db, sql, -1, &c->st, NULL) != SQLITE_OK)
		rc = od_err_set(err, OD_KIND_SOURCE,
		                "%s: the source cannot run the query: %s", what,
		                sqlite3_errmsg(l->db));
	else
		rc = od_columns_check(what, columns, n, column_name, c,
		                      (size_t)sqlite3_column_count(c->st), err);
	if (rc) {
		lite_cursor_close(&c->base);
		return rc;
	}
	*out = &c->base;
	return OD_OK;
}

static enum od_rc
lite_cursor_next(struct od_cursor *c, const struct od_raw **cells, struct od_err *err)
{
	struct lite_cursor *l = (struct lite_cursor *)c;
	int code = sqlite3_step(l->st);

	*cells = NULL;
	if (code == SQLITE_DONE)
		return OD_OK;
	if (code != SQLITE_ROW)
		return od_err_set(err, OD_KIND_SOURCE, "%s: reading failed: %s",
		                  c->what, sqlite3_errstr(code));
	for (size_t i = 0; i < c->n; i++) {
		const unsigned char *p = sqlite3_column_text(l->st, (int)i);
		size_t length = (size_t)sqlite3_column_bytes(l->st, (int)i);

		c->cells[i] =
		    (struct od_raw){.v = {(const char *)p, p ? length : 0}, .null = !p};
		if (c->hash) {
			od_sha256_put(c->hash, p ? "v" : "n", 1);
			od_sha256_field(c->hash, c->cells[i].v);
		}
	}
	*cells = c->cells;
	return OD_OK;
}

static enum od_rc
lite_cursor_drain(struct od_cursor *c, uint64_t *rows, struct od_err *err)
{
	const struct od_raw *cells;
	enum od_rc rc;

	for (;; ++*rows) {
		rc = lite_cursor_next(c, &cells, err);
		if (rc || !cells)
			return rc;
	}
}

static enum od_rc
lite_attempt(struct od_source *s, const char *sql, const char *what,
             const char *const *columns, size_t n, struct od_err *err)
{
	struct od_cursor *c;
	enum od_rc rc = lite_cursor_open(s, sql, what, columns, n, &c, err);

	if (!rc)
		lite_cursor_close(c);
	return rc;
}

/* A file has no roles: its mode decides. */
static enum od_rc
lite_rights(struct od_source *s, void (*tell)(const struct od_right *r, void *u),
            void *u, struct od_err *err)
{
	const char *file = sqlite3_db_filename(((struct lite *)s)->db, "main");
	struct stat st;

	(void)err;
	if (file && stat(file, &st) == 0 && (st.st_mode & 002))
		tell(&(struct od_right){.what = "everybody may write the database file",
		                        .fix = "chmod o-w the file"},
		     u);
	return OD_OK;
}

const struct od_driver od_driver_sqlite = {
    .prefixes = (const char *const[]){"sqlite:", NULL},
    .open = lite_open,
    .close = lite_close,
    .cursor_open = lite_cursor_open,
    .cursor_next = lite_cursor_next,
    .cursor_drain = lite_cursor_drain,
    .cursor_close = lite_cursor_close,
    .attempt = lite_attempt,
    .rights = lite_rights,
};
