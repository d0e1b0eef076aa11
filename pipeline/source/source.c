#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "source/driver.h"

static const struct od_driver *const drivers[] = {&od_driver_postgres,
                                                  &od_driver_sqlite, NULL};

enum od_rc
od_source_open(const char *url, const char *snapshot, struct od_source **out,
               struct od_err *err)
{
	for (const struct od_driver *const *d = drivers; *d; d++)
		for (const char *const *p = (*d)->prefixes; *p; p++)
			if (!strncmp(url, *p, strlen(*p)))
				return (*d)->open(url, snapshot, out, err);
	/* The URL may hold a password: it is not repeated. */
	if (od_err_set(err, OD_KIND_CONFIG, "the source is of no known kind"))
		return od_err_hint(err, "use postgresql://... or sqlite:FILE");
	return err->rc;
}

const char *
od_source_snapshot(const struct od_source *s)
{
	return s->snapshot;
}

void
od_source_close(struct od_source *s)
{
	if (s)
		s->driver->close(s);
}

enum od_rc
od_source_try(struct od_source *s, const char *sql, const char *what,
              const char *const *columns, size_t n, struct od_err *err)
{
	return s->driver->attempt(s, sql, what, columns, n, err);
}

enum od_rc
od_source_rights(struct od_source *s, void (*tell)(const struct od_right *r, void *u),
                 void *u, struct od_err *err)
{
	return s->driver->rights(s, tell, u, err);
}

enum od_rc
od_cursor_open(struct od_source *s, const char *sql, const char *what,
               const char *const *columns, size_t n, struct od_cursor **out,
               struct od_err *err)
{
	return s->driver->cursor_open(s, sql, what, columns, n, out, err);
}

enum od_rc
od_cursor_next(struct od_cursor *c, const struct od_raw **cells, struct od_err *err)
{
	return c->driver->cursor_next(c, cells, err);
}

enum od_rc
od_cursor_drain(struct od_cursor *c, uint64_t *rows, struct od_err *err)
{
	return c->driver->cursor_drain(c, rows, err);
}

void
od_cursor_hash(struct od_cursor *c)
{
	c->hash = od_sha256_open();
}

void
od_cursor_close(struct od_cursor *c, char hex[OD_SHA256_HEX])
{
	char unused[OD_SHA256_HEX];

	if (c->hash)
		od_sha256_close(c->hash, hex ? hex : unused);
	c->driver->cursor_close(c);
}

static bool
is_among(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

enum od_rc
od_columns_check(const char *what, const char *const *want, size_t n_want,
                 const char *(*got)(const void *u, size_t i), const void *u,
                 size_t n_got, struct od_err *err)
{
	const char **names = od_alloc((n_got + 1) * sizeof(*names));
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < n_got; i++)
		names[i] = got(u, i);
	for (size_t i = 0; i < n_want && !rc; i++)
		if (!is_among(want[i], names, n_got))
			rc = od_err_set(
			    err, OD_KIND_SOURCE,
			    "%s: the source does not give the declared column '%s'",
			    what, want[i]);
	for (size_t i = 0; i < n_got && !rc; i++)
		if (!is_among(names[i], want, n_want))
			rc = od_err_set(
			    err, OD_KIND_SOURCE,
			    "%s: the query gives a column '%s' that is not declared",
			    what, names[i]);
	for (size_t i = 0; i < n_want && !rc; i++)
		if (n_got != n_want || strcmp(names[i], want[i]) != 0)
			rc = od_err_set(err, OD_KIND_SOURCE,
			                "%s: column %zu of the query must be '%s'",
			                what, i + 1, want[i]);
	free(names);
	if (rc)
		return od_err_hint(
		    err, "extract.sql and the fields of dataset.yaml must name "
			 "the same columns in the same order");
	return OD_OK;
}
