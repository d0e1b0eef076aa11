#include "run/ledger.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct od_ledger {
	sqlite3 *db;
	char *path;
};

static const char tables[] =
    "pragma journal_mode=delete; pragma synchronous=full; pragma busy_timeout=5000;"
    "create table if not exists runs(id integer primary key, began text, ended text,"
    " status integer, serial integer, summary text);"
    "create table if not exists failures(run integer primary key, step text);"
    "create table if not exists releases(serial integer primary key, state text,"
    " created text, source_hash text, data_serial integer, emit_serial integer,"
    " root text, reason text);"
    "create table if not exists stages(serial integer, stage text, input text, note "
    "text,"
    " rows integer, files integer, bytes integer, seconds real, peak integer,"
    " primary key(serial, stage)) without rowid;";

static enum od_rc
db_error(struct od_ledger *l, struct od_err *err)
{
	int code = sqlite3_errcode(l->db) & 0xff;

	if (od_err_set(err, OD_KIND_IO, "the ledger '%s' failed: %s", l->path,
	               sqlite3_errmsg(l->db)) &&
	    (code == SQLITE_CORRUPT || code == SQLITE_NOTADB))
		return od_err_hint(
		    err, "move the file away: the next run makes a new one and "
			 "builds everything again");
	return err->rc;
}

enum od_rc
od_ledger_open(const char *state, struct od_ledger **out, struct od_err *err)
{
	struct od_ledger *l = od_alloc(sizeof(*l));
	size_t n = strlen(state) + sizeof("/ledger.sqlite");
	enum od_rc rc = OD_OK;

	*l = (struct od_ledger){.path = od_alloc(n)};
	snprintf(l->path, n, "%s/ledger.sqlite", state);
	if (sqlite3_open_v2(l->path, &l->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	                    NULL) != SQLITE_OK ||
	    chmod(l->path, 0600) != 0 ||
	    sqlite3_exec(l->db, tables, NULL, NULL, NULL) != SQLITE_OK) {
		rc = db_error(l, err);
		od_ledger_close(l);
		return rc;
	}
	*out = l;
	return OD_OK;
}

void
od_ledger_close(struct od_ledger *l)
{
	if (!l)
		return;
	sqlite3_close(l->db);
	free(l->path);
	free(l);
}

/* Binds by letters: i int64, d double, s text (NULL allowed). */
static sqlite3_stmt *
prepare(struct od_ledger *l, const char *sql, const char *types, va_list ap)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(l->db, sql, -1, &st, NULL) != SQLITE_OK)
		return NULL;
	for (int i = 0; types[i]; i++) {
		if (types[i] == 'i')
			sqlite3_bind_int64(st, i + 1, va_arg(ap, int64_t));
		else if (types[i] == 'd')
			sqlite3_bind_double(st, i + 1, va_arg(ap, double));
		else
			sqlite3_bind_text(st, i + 1, va_arg(ap, const char *), -1,
			                  SQLITE_TRANSIENT);
	}
	return st;
}

static sqlite3_stmt *
query(struct od_ledger *l, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, types);
	st = prepare(l, sql, types, ap);
	va_end(ap);
	return st;
}

static enum od_rc
execute(struct od_ledger *l, struct od_err *err, const char *sql, const char *types,
        ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int code;

	va_start(ap, types);
	st = prepare(l, sql, types, ap);
	va_end(ap);
	if (!st)
		return db_error(l, err);
	code = sqlite3_step(st);
	if (code != SQLITE_DONE) {
		enum od_rc rc = db_error(l, err);

		sqlite3_finalize(st);
		return rc;
	}
	sqlite3_finalize(st);
	return OD_OK;
}

static const char *
column(sqlite3_stmt *st, int i, struct od_arena *a)
{
	const char *p = (const char *)sqlite3_column_text(st, i);

	return od_arena_str(a, p ? p : "");
}

static enum od_rc
read_release(struct od_ledger *l, sqlite3_stmt *st, struct od_arena *a,
             struct od_release *out, struct od_err *err)
{
	int code;

	*out = (struct od_release){
	    .state = "", .created = "", .source_hash = "", .root = "", .reason = ""};
	if (!st)
		return db_error(l, err);
	code = sqlite3_step(st);
	if (code == SQLITE_ROW)
		*out = (struct od_release){.serial = sqlite3_column_int64(st, 0),
		                           .state = column(st, 1, a),
		                           .created = column(st, 2, a),
		                           .source_hash = column(st, 3, a),
		                           .data_serial = sqlite3_column_int64(st, 4),
		                           .emit_serial = sqlite3_column_int64(st, 5),
		                           .root = column(st, 6, a),
		                           .reason = column(st, 7, a)};
	sqlite3_finalize(st);
	return code == SQLITE_ROW || code == SQLITE_DONE ? OD_OK : db_error(l, err);
}

#define RELEASE_COLUMNS                                                                \
	"serial, state, created, source_hash, data_serial, emit_serial, root, reason"

enum od_rc
od_ledger_release(struct od_ledger *l, int64_t serial, struct od_arena *a,
                  struct od_release *out, struct od_err *err)
{
	return read_release(
	    l,
	    query(l, "select " RELEASE_COLUMNS " from releases where serial = ?", "i",
	          serial),
	    a, out, err);
}

enum od_rc
od_ledger_newest(struct od_ledger *l, const char *state, struct od_arena *a,
                 struct od_release *out, struct od_err *err)
{
	return read_release(
	    l,
	    query(l,
	          "select " RELEASE_COLUMNS
	          " from releases where state = ? order by serial desc limit 1",
	          "s", state),
	    a, out, err);
}

enum od_rc
od_ledger_highest(struct od_ledger *l, int64_t *serial, struct od_err *err)
{
	sqlite3_stmt *st = query(l, "select max(serial) from releases", "");

	*serial = 0;
	if (!st || sqlite3_step(st) != SQLITE_ROW) {
		sqlite3_finalize(st);
		return db_error(l, err);
	}
	*serial = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return OD_OK;
}

enum od_rc
od_ledger_put(struct od_ledger *l, const struct od_release *r, struct od_err *err)
{
	return execute(l, err,
	               "insert or replace into releases(" RELEASE_COLUMNS
	               ") values(?,?,?,?,?,?,?,?)",
	               "isssiiss", r->serial, r->state, r->created, r->source_hash,
	               r->data_serial, r->emit_serial, r->root, r->reason);
}

enum od_rc
od_ledger_stage(struct od_ledger *l, int64_t serial, const char *stage,
                struct od_arena *a, const char **input, struct od_err *err)
{
	sqlite3_stmt *st =
	    query(l, "select input from stages where serial = ? and stage = ?", "is",
	          serial, stage);
	int code;

	*input = "";
	if (!st)
		return db_error(l, err);
	code = sqlite3_step(st);
	if (code == SQLITE_ROW)
		*input = column(st, 0, a);
	sqlite3_finalize(st);
	return code == SQLITE_ROW || code == SQLITE_DONE ? OD_OK : db_error(l, err);
}

enum od_rc
od_ledger_done(struct od_ledger *l, int64_t serial, const struct od_stage_done *d,
               struct od_err *err)
{
	return execute(
	    l, err, "insert or replace into stages values(?,?,?,?,?,?,?,?,?)",
	    "isssiiidi", serial, d->stage, d->input, d->note, (int64_t)d->rows,
	    (int64_t)d->files, (int64_t)d->bytes, d->seconds, (int64_t)d->peak);
}

enum od_rc
od_ledger_copy_stages(struct od_ledger *l, int64_t from, int64_t to, struct od_err *err)
{
	return execute(
	    l, err,
	    "insert or ignore into stages select ?2, stage, input, note, rows, "
	    "files, bytes, seconds, peak from stages where serial = ?1 and "
	    "stage in ('validate', 'analyze', 'emit', 'portal')",
	    "ii", from, to);
}

enum od_rc
od_ledger_forget(struct od_ledger *l, int64_t serial, const char *stage,
                 struct od_err *err)
{
	enum od_rc rc;

	if (stage)
		return execute(l, err,
		               "delete from stages where serial = ? and stage = ?",
		               "is", serial, stage);
	rc = execute(l, err, "delete from stages where serial = ?", "i", serial);
	if (!rc)
		rc = execute(l, err, "delete from releases where serial = ?", "i",
		             serial);
	return rc;
}

#define NOW "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"

enum od_rc
od_ledger_begin_run(struct od_ledger *l, int64_t *run, struct od_err *err)
{
	enum od_rc rc = execute(l, err, "insert into runs(began) values(" NOW ")", "");

	*run = sqlite3_last_insert_rowid(l->db);
	return rc;
}

enum od_rc
od_ledger_end_run(struct od_ledger *l, int64_t run, int status, int64_t serial,
                  const char *summary, const char *step, struct od_err *err)
{
	enum od_rc rc = execute(l, err,
	                        "update runs set ended = " NOW
	                        ", status = ?, serial = ?, summary = ? where id = ?",
	                        "iisi", (int64_t)status, serial, summary, run);

	if (!rc && step)
		rc = execute(l, err, "insert or replace into failures values(?, ?)",
		             "is", run, step);
	return rc;
}

enum od_rc
od_ledger_status_before(struct od_ledger *l, int64_t run, int *status,
                        struct od_err *err)
{
	sqlite3_stmt *st =
	    query(l, "select status from runs where id < ? order by id desc limit 1",
	          "i", run);
	int code;

	*status = 0;
	if (!st)
		return db_error(l, err);
	code = sqlite3_step(st);
	if (code == SQLITE_ROW)
		*status = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return code == SQLITE_ROW || code == SQLITE_DONE ? OD_OK : db_error(l, err);
}

enum od_rc
od_ledger_rows(struct od_ledger *l, const char *sql, int64_t serial,
               void (*fn)(const char *const *columns, void *u), void *u,
               struct od_err *err)
{
	sqlite3_stmt *st = query(l, sql, "");
	const char *columns[8];
	int code;

	if (!st)
		return db_error(l, err);
	if (sqlite3_bind_parameter_count(st))
		sqlite3_bind_int64(st, 1, serial);
	while ((code = sqlite3_step(st)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(st) && i < 8; i++) {
			columns[i] = (const char *)sqlite3_column_text(st, i);
			columns[i] = columns[i] ? columns[i] : "";
		}
		fn(columns, u);
	}
	sqlite3_finalize(st);
	return code == SQLITE_DONE ? OD_OK : db_error(l, err);
}

static enum od_rc
print_rows(struct od_ledger *l, FILE *to, const char *heading, const char *sql,
           struct od_err *err)
{
	sqlite3_stmt *st = query(l, sql, "");
	int code;

	if (!st)
		return db_error(l, err);
	fprintf(to, "%s\n", heading);
	while ((code = sqlite3_step(st)) == SQLITE_ROW)
		fprintf(to, "  %s\n", (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return code == SQLITE_DONE ? OD_OK : db_error(l, err);
}

enum od_rc
od_ledger_print(struct od_ledger *l, FILE *to, struct od_err *err)
{
	enum od_rc rc = print_rows(
	    l, to, "last runs (newest first):",
	    "select began || '  ' || case when ended is null then 'not ended' else "
	    "'status ' || status || '  ' || coalesce(summary, '') end from runs "
	    "order by id desc limit 10",
	    err);

	if (!rc)
		rc = print_rows(
		    l, to, "releases made (newest first):",
		    "select serial || '  ' || created || '  ' || root from releases "
		    "where state = 'live' order by serial desc limit 10",
		    err);
	if (!rc)
		rc = print_rows(
		    l, to, "stages of the newest release:",
		    "select printf('%-9s %7.1f s  %5.0f MB of memory  %s', "
		    "stage, seconds, "
		    "peak / 1e6, note) from stages where serial = (select "
		    "max(serial) from "
		    "stages) order by instr('extract validate analyze emit portal "
		    "seal upload', stage)",
		    err);
	if (!rc)
		rc = print_rows(
		    l, to, "held releases:",
		    "select serial || '  ' || created || '  ' || reason from releases "
		    "where state = 'held' order by serial desc limit 10",
		    err);
	return rc;
}

enum od_rc
od_ledger_wanted(struct od_ledger *l, int64_t *serials, size_t *n, struct od_err *err)
{
	sqlite3_stmt *st =
	    query(l,
	          "select data_serial from (select * from releases where state = "
	          "'live' order by "
	          "serial desc limit 2) union select emit_serial from (select * from "
	          "releases where "
	          "state = 'live' order by serial desc limit 2) union select serial "
	          "from (select * "
	          "from releases where state in ('building', 'held') order by serial "
	          "desc limit 2) "
	          "union select data_serial from releases where state = 'building'",
	          "");
	size_t room = *n;
	int code;

	if (!st)
		return db_error(l, err);
	*n = 0;
	while ((code = sqlite3_step(st)) == SQLITE_ROW)
		if (*n < room)
			serials[(*n)++] = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return code == SQLITE_DONE ? OD_OK : db_error(l, err);
}
