#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "source/driver.h"

/*
 * COPY (query) TO STDOUT in text form: twice as fast to read as rows of the extended
 * protocol, and flat in memory on both sides. See the manual, "COPY", text format.
 */

struct pg {
	struct od_source base;
	PGconn *conn;
	char snapshot[64];
};

struct pg_cursor {
	struct od_cursor base;
	PGconn *conn;
	char *line;         /* of PQgetCopyData */
	struct od_buf text; /* unescaped cells of a line that has escapes */
	bool done;
};

/* Long enough for the slowest query at full scale, short enough to notice a hang. */
static const char session[] =
    "set statement_timeout = '30min'; set idle_in_transaction_session_timeout = "
    "'10min';"
    "set lock_timeout = '1min'; set timezone = 'UTC'; set datestyle = 'ISO, YMD';"
    "set extra_float_digits = 1; set standard_conforming_strings = on;"
    /* the server's own workers would fight with ours for the same cores */
    "set max_parallel_workers_per_gather = 0; set work_mem = '128MB'; set jit = off;"
    "begin isolation level repeatable read, read only";

/* 42xxx at compile time names only what the statement names: safe to repeat. */
static enum od_rc
pg_error(const char *what, const PGresult *r, bool compiling, struct od_err *err)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (compiling && state && text && !strncmp(state, "42", 2))
		return od_err_set(
		    err, OD_KIND_SOURCE,
		    "%s: the source cannot run the query: %s (SQLSTATE %s)", what, text,
		    state);
	if (od_err_set(err, OD_KIND_SOURCE, "%s: the source failed: SQLSTATE %s", what,
	               state ? state : "08006, connection lost"))
		return od_err_hint(
		    err, "the server's own log has the text; it is not repeated "
			 "here because it may hold data");
	return err->rc;
}

static enum od_rc
run(PGconn *conn, const char *sql, const char *what, struct od_err *err)
{
	PGresult *r = PQexec(conn, sql);
	enum od_rc rc = OD_OK;

	if (PQresultStatus(r) != PGRES_COMMAND_OK &&
	    PQresultStatus(r) != PGRES_TUPLES_OK)
		rc = pg_error(what, r, false, err);
	PQclear(r);
	return rc;
}

static void
pg_close(struct od_source *s)
{
	struct pg *p = (struct pg *)s;

	PQfinish(p->conn);
	free(p);
}

static enum od_rc
share_snapshot(struct pg *p, const char *snapshot, struct od_err *err)
{
	char sql[128];
	PGresult *r;
	enum od_rc rc = OD_OK;

	if (snapshot) {
		snprintf(sql, sizeof(sql), "set transaction snapshot '%s'", snapshot);
		rc = run(p->conn, sql, "joining the snapshot", err);
		snprintf(p->snapshot, sizeof(p->snapshot), "%s", snapshot);
		return rc;
	}
	r = PQexec(p->conn, "select pg_export_snapshot()");
	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		rc = pg_error("exporting the snapshot", r, false, err);
	else
		snprintf(p->snapshot, sizeof(p->snapshot), "%s", PQgetvalue(r, 0, 0));
	PQclear(r);
	return rc;
}

/* libpq's own text on a failed connection names host, port, role: no data, no password.
 */
static enum od_rc
connect_error(PGconn *conn, struct od_err *err)
{
	char text[400];
	size_t n;

	snprintf(text, sizeof(text), "%s", PQerrorMessage(conn));
	n = strlen(text);
	while (n && (text[n - 1] == '\n' || text[n - 1] == ' '))
		text[--n] = '\0';
	for (char *c = text; *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	if (od_err_set(err, OD_KIND_SOURCE, "cannot reach the source: %s", text))
		return od_err_hint(
		    err, "check address, port, role, password and pg_hba.conf");
	return err->rc;
}

/* What a server says beside its answers could hold data; libpq would print it. */
static void
say_nothing(void *u, const char *text)
{
	(void)u;
	(void)text;
}

static enum od_rc
pg_open(const char *url, const char *snapshot, struct od_source **out,
        struct od_err *err)
{
	const char *const keys[] = {"dbname", "fallback_application_name",
	                            "connect_timeout", "client_encoding", NULL};
	const char *const values[] = {url, "odp", "15", "UTF8", NULL};
	struct pg *p = od_alloc(sizeof(*p));
	enum od_rc rc;

	*p = (struct pg){.base.driver = &od_driver_postgres};
	p->conn = PQconnectdbParams(keys, values, 1);
	PQsetNoticeProcessor(p->conn, say_nothing, NULL);
	if (PQstatus(p->conn) != CONNECTION_OK)
		rc = connect_error(p->conn, err);
	else
		rc = run(p->conn, session, "starting a read-only transaction", err);
	if (!rc)
		rc = share_snapshot(p, snapshot, err);
	if (rc) {
		pg_close(&p->base);
		return rc;
	}
	p->base.snapshot = p->snapshot;
	*out = &p->base;
	return OD_OK;
}

static const char *
result_column(const void *u, size_t i)
{
	return PQfname((const PGresult *)u, (int)i);
}

static enum od_rc
check_columns(PGconn *conn, const char *sql, const char *what,
              const char *const *columns, size_t n, struct od_err *err)
{
	PGresult *r = PQprepare(conn, "", sql, 0, NULL);
	enum od_rc rc = OD_OK;

	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		rc = pg_error(what, r, true, err);
	PQclear(r);
	if (rc)
		return rc;
	r = PQdescribePrepared(conn, "");
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		rc = pg_error(what, r, true, err);
	else
		rc = od_columns_check(what, columns, n, result_column, r,
		                      (size_t)PQnfields(r), err);
	PQclear(r);
	return rc;
}

static void
pg_cursor_close(struct od_cursor *c)
{
	struct pg_cursor *p = (struct pg_cursor *)c;
	PGresult *r;

	PQfreemem(p->line);
	if (!p->done) {
		/* Given up in the middle: the server is told, then the rest is drained.
		 */
		PGcancel *cancel = PQgetCancel(p->conn);
		char why[256], *line;

		PQcancel(cancel, why, sizeof(why));
		PQfreeCancel(cancel);
		while (PQgetCopyData(p->conn, &line, 0) > 0)
			PQfreemem(line);
	}
	while ((r = PQgetResult(p->conn)))
		PQclear(r);
	od_buf_release(&p->text);
	free(c->cells);
	free(p);
}

static enum od_rc
pg_cursor_open(struct od_source *s, const char *sql, const char *what,
               const char *const *columns, size_t n, struct od_cursor **out,
               struct od_err *err)
{
	struct pg *p = (struct pg *)s;
	struct pg_cursor *c;
	struct od_buf copy = {0};
	enum od_rc rc = check_columns(p->conn, sql, what, columns, n, err);
	PGresult *r;

	if (rc)
		return rc;
	/* The line break ends a comment in the query's last line. */
	od_buf_printf(&copy, "copy (%s\n) to stdout", sql);
	r = PQexec(p->conn, od_buf_str(&copy));
	if (PQresultStatus(r) != PGRES_COPY_OUT)
		rc = pg_error(what, r, true, err);
	PQclear(r);
	od_buf_release(&copy);
	if (rc)
		return rc;
	c = od_alloc(sizeof(*c));
	*c = (struct pg_cursor){
	    .base = {.driver = &od_driver_postgres, .what = what, .n = n},
	    .conn = p->conn};
	c->base.cells = od_alloc((n + 1) * sizeof(*c->base.cells));
	*out = &c->base;
	return OD_OK;
}

static enum od_rc
end_of_copy(struct pg_cursor *p, struct od_err *err)
{
	PGresult *r = PQgetResult(p->conn);
	enum od_rc rc = OD_OK;

	p->done = true;
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		rc = pg_error(p->base.what, r, false, err);
	PQclear(r);
	return rc;
}

/* Copies a cell without its escapes; returns where it ends in `to`. */
static char *
unescape(const char *p, const char *end, char *to)
{
	static const char letters[256] = {['b'] = '\b', ['f'] = '\f', ['n'] = '\n',
	                                  ['r'] = '\r', ['t'] = '\t', ['v'] = '\v'};

	while (p < end) {
		const char *b = memchr(p, '\\', (size_t)(end - p));
		size_t n = (size_t)((b ? b : end) - p);

		memcpy(to, p, n);
		to += n;
		p += n;
		if (!b || b + 1 >= end)
			break;
		*to++ =
		    letters[(unsigned char)b[1]] ? letters[(unsigned char)b[1]] : b[1];
		p = b + 2;
	}
	return to;
}

static enum od_rc
split(struct pg_cursor *p, const char *line, size_t n, struct od_err *err)
{
	const char *at = line, *end = line + n;
	bool escaped = memchr(line, '\\', n) != NULL;
	char *to = NULL;

	if (escaped) {
		p->text.n = 0;
		to = od_buf_room(&p->text, n);
	}
	for (size_t i = 0; i < p->base.n; i++) {
		const char *tab = memchr(at, '\t', (size_t)(end - at));
		const char *stop = tab ? tab : end;
		struct od_raw *cell = &p->base.cells[i];

		if ((i + 1 < p->base.n) != (tab != NULL))
			return od_err_set(err, OD_KIND_SOURCE,
			                  "%s: a row does not have %zu columns",
			                  p->base.what, p->base.n);
		*cell = (struct od_raw){.v = {at, (size_t)(stop - at)}};
		if (escaped) {
			if (stop - at == 2 && at[0] == '\\' && at[1] == 'N') {
				*cell = (struct od_raw){.v = {"", 0}, .null = true};
			} else {
				char *from = to;

				to = unescape(at, stop, to);
				cell->v = (struct od_span){from, (size_t)(to - from)};
			}
		}
		at = stop + 1;
	}
	return OD_OK;
}

/* The next line, hashed; *n is 0 at the end. */
static enum od_rc
next_line(struct pg_cursor *p, size_t *n, struct od_err *err)
{
	int got;

	*n = 0;
	PQfreemem(p->line);
	p->line = NULL;
	got = PQgetCopyData(p->conn, &p->line, 0);
	if (got == -1)
		return end_of_copy(p, err);
	if (got < 1)
		return pg_error(p->base.what, NULL, false, err);
	*n = (size_t)got;
	if (p->base.hash)
		od_sha256_put(p->base.hash, p->line, *n);
	return OD_OK;
}

static enum od_rc
pg_cursor_next(struct od_cursor *c, const struct od_raw **cells, struct od_err *err)
{
	struct pg_cursor *p = (struct pg_cursor *)c;
	size_t n;

	*cells = NULL;
	if (next_line(p, &n, err))
		return err->rc;
	if (!n)
		return OD_OK;
	if (split(p, p->line, n - 1, err)) /* without the line's end */
		return err->rc;
	*cells = c->cells;
	return OD_OK;
}

static enum od_rc
pg_cursor_drain(struct od_cursor *c, uint64_t *rows, struct od_err *err)
{
	size_t n;

	for (;; ++*rows) {
		if (next_line((struct pg_cursor *)c, &n, err))
			return err->rc;
		if (!n)
			return OD_OK;
	}
}

static bool
is_this_machine(const char *host)
{
	return !host || !*host || *host == '/' || !strcmp(host, "localhost") ||
	       !strncmp(host, "127.", 4) || !strcmp(host, "::1");
}

/*
 * What the role may do, as the catalogue knows it: what, how to take it away, schema,
 * relation, whether it is visible. A superuser may do all: only that is told.
 */
static const char rights_sql[] =
    "with me as (select oid, rolname, quote_ident(rolname) q, rolsuper, rolcreatedb, "
    "rolcreaterole, rolreplication, rolbypassrls from pg_roles where rolname = "
    "current_user), "
    "rel as (select c.oid, c.relkind, n.nspname s, c.relname r, "
    "quote_ident(n.nspname) || '.' || quote_ident(c.relname) q "
    "from pg_class c join pg_namespace n on n.oid = c.relnamespace, me "
    "where c.relkind in ('r','v','m','f','p') and n.nspname !~ '^pg_' and n.nspname <> "
    "'information_schema' and not me.rolsuper) "
    "select * from ("
    "select 'the role has the attribute ' || a.attribute, 'alter role ' || me.q || ' "
    "no' || a.attribute, '' s, '' r, false v from me, lateral (values ('superuser', "
    "rolsuper), ('createdb', rolcreatedb), ('createrole', rolcreaterole), "
    "('replication', rolreplication), ('bypassrls', rolbypassrls)) a(attribute, held) "
    "where a.held "
    "union all select 'the role is a member of ' || quote_ident(g.rolname), 'revoke ' "
    "|| quote_ident(g.rolname) || ' from ' || me.q, '', '', false from me join "
    "pg_auth_members m on m.member = me.oid join pg_roles g on g.oid = m.roleid "
    "union all select 'the role may ' || p.p || ' ' || rel.q, 'revoke ' || p.p || ' on "
    "' || rel.q || ' from ' || me.q || ' (and from public)', '', '', false from me, "
    "rel, "
    "(values ('insert'), ('update'), ('delete'), ('truncate'), ('references'), "
    "('trigger')) p(p) where has_table_privilege(rel.oid, p.p) "
    "union all select 'the role may create objects in schema ' || "
    "quote_ident(n.nspname), 'revoke create on schema ' || quote_ident(n.nspname) || ' "
    "from ' || me.q || ' (and from public)', '', '', false from me, pg_namespace n "
    "where "
    "n.nspname !~ '^pg_' and not me.rolsuper and has_schema_privilege(n.oid, 'create') "
    "union all select 'the role may ' || p.t, 'revoke ' || p.p || ' on database ' || "
    "quote_ident(current_database()) || ' from ' || me.q || ' (and from public)', '', "
    "'', false from me, (values ('create', 'create schemas'), ('temporary', 'make "
    "temporary tables')) p(p, t) where not me.rolsuper and "
    "has_database_privilege(current_database(), p.p) "
    "union all select null, null, rel.s, rel.r, pg_table_is_visible(rel.oid) from rel "
    "where has_table_privilege(rel.oid, 'select') or has_any_column_privilege(rel.oid, "
    "'select')) x order by 1, 3, 4";

/* EXPLAIN starts the executor, which is where rights are checked. */
static enum od_rc
pg_attempt(struct od_source *s, const char *sql, const char *what,
           const char *const *columns, size_t n, struct od_err *err)
{
	struct pg *p = (struct pg *)s;
	struct od_buf b = {0};
	enum od_rc rc = run(p->conn, "savepoint attempt", what, err);
	struct od_err ignored;
	PGresult *r;

	if (rc)
		return rc;
	rc = check_columns(p->conn, sql, what, columns, n, err);
	if (!rc) {
		od_buf_printf(&b, "explain %s", sql);
		r = PQexec(p->conn, od_buf_str(&b));
		if (PQresultStatus(r) != PGRES_TUPLES_OK)
			rc = pg_error(what, r, true, err);
		PQclear(r);
	}
	od_buf_release(&b);
	/* the transaction goes on, for the next query */
	if (run(p->conn, "rollback to savepoint attempt", what, &ignored) && !rc) {
		*err = ignored;
		rc = err->rc;
	}
	return rc;
}

static enum od_rc
pg_rights(struct od_source *s, void (*tell)(const struct od_right *r, void *u), void *u,
          struct od_err *err)
{
	PGconn *conn = ((struct pg *)s)->conn;
	PGresult *r = PQexec(conn, rights_sql);
	enum od_rc rc = OD_OK;

	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		rc = pg_error("asking for the rights of the role", r, false, err);
	for (int i = 0; !rc && i < PQntuples(r); i++) {
		struct od_right right = {.schema = PQgetvalue(r, i, 2),
		                         .relation = PQgetvalue(r, i, 3),
		                         .visible = PQgetvalue(r, i, 4)[0] == 't'};

		if (!PQgetisnull(r, i, 0)) {
			right.what = PQgetvalue(r, i, 0);
			right.fix = PQgetvalue(r, i, 1);
		}
		tell(&right, u);
	}
	PQclear(r);
	if (!rc && !PQsslInUse(conn) && !is_this_machine(PQhost(conn)))
		tell(
		    &(struct od_right){
			.what = "the connection to another machine is not encrypted",
			.fix = "add sslmode=verify-full to the address, and hostssl in "
			       "pg_hba.conf"},
		    u);
	return rc;
}

const struct od_driver od_driver_postgres = {
    .prefixes = (const char *const[]){"postgresql://", "postgres://", NULL},
    .open = pg_open,
    .close = pg_close,
    .cursor_open = pg_cursor_open,
    .cursor_next = pg_cursor_next,
    .cursor_drain = pg_cursor_drain,
    .cursor_close = pg_cursor_close,
    .attempt = pg_attempt,
    .rights = pg_rights,
};
