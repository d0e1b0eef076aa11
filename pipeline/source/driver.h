/* driver.h - what a kind of source does; one table entry each. */
#ifndef OD_SOURCE_DRIVER_H
#define OD_SOURCE_DRIVER_H

#include "source/rights.h"
#include "source/source.h"

struct od_source {
	const struct od_driver *driver;
	const char *snapshot; /* NULL if it cannot be shared */
};

struct od_cursor {
	const struct od_driver *driver;
	const char *what;
	size_t n;
	struct od_raw *cells;
	struct od_sha256 *hash;
};

struct od_driver {
	const char *const *prefixes; /* of a URL; NULL-terminated */
	OD_CHECKED enum od_rc (*open)(const char *url, const char *snapshot,
	                              struct od_source **out, struct od_err *err);
	void (*close)(struct od_source *s);
	OD_CHECKED enum od_rc (*cursor_open)(struct od_source *s, const char *sql,
	                                     const char *what,
	                                     const char *const *columns, size_t n,
	                                     struct od_cursor **out,
	                                     struct od_err *err);
	OD_CHECKED enum od_rc (*cursor_next)(struct od_cursor *c,
	                                     const struct od_raw **cells,
	                                     struct od_err *err);
	OD_CHECKED enum od_rc (*cursor_drain)(struct od_cursor *c, uint64_t *rows,
	                                      struct od_err *err);
	void (*cursor_close)(struct od_cursor *c);
	OD_CHECKED enum od_rc (*attempt)(struct od_source *s, const char *sql,
	                                 const char *what, const char *const *columns,
	                                 size_t n, struct od_err *err);
	OD_CHECKED enum od_rc (*rights)(struct od_source *s,
	                                void (*tell)(const struct od_right *r, void *u),
	                                void *u, struct od_err *err);
};

extern const struct od_driver od_driver_postgres, od_driver_sqlite;

/* Compares a query's columns with the declared ones; `got(u, i)` names the i-th. */
OD_CHECKED enum od_rc od_columns_check(const char *what, const char *const *want,
                                       size_t n_want,
                                       const char *(*got)(const void *u, size_t i),
                                       const void *u, size_t n_got, struct od_err *err);

#endif
