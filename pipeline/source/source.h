/*
 * source.h - the operational database: read only, one snapshot, row by row.
 *
 * URLs: postgresql://... (or postgres://...), sqlite:FILE. A source is one read
 * transaction; a PostgreSQL source can be opened again on the same exported snapshot,
 * so that two connections read side by side and agree. Nothing is ever written.
 *
 * Messages carry SQLSTATE and its name, never the text of a server's error: that could
 * hold a value. The one exception is a statement that does not compile: then the text
 * can only name what the statement names.
 */
#ifndef OD_SOURCE_SOURCE_H
#define OD_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/hash.h"
#include "row/cell.h"

struct od_source;
struct od_cursor;

/* `snapshot`: NULL, or what od_source_snapshot() of another connection gave. */
OD_CHECKED enum od_rc od_source_open(const char *url, const char *snapshot,
                                     struct od_source **out, struct od_err *err);

/* The name of an exported snapshot, or NULL: then the source has one connection only.
 */
const char *od_source_snapshot(const struct od_source *s);

void od_source_close(struct od_source *s);

/*
 * Starts a query. Its columns must be exactly `columns` (n of them), in this order;
 * otherwise an OD_KIND_SOURCE error names what is missing or too much. `what` names the
 * query in messages. One cursor at a time on a source.
 */
OD_CHECKED enum od_rc od_cursor_open(struct od_source *s, const char *sql,
                                     const char *what, const char *const *columns,
                                     size_t n, struct od_cursor **out,
                                     struct od_err *err);

/* The next row's cells, valid until the next call; *cells is NULL at the end. */
OD_CHECKED enum od_rc od_cursor_next(struct od_cursor *c, const struct od_raw **cells,
                                     struct od_err *err);

/* Lets all rows that are left pass, for their hash alone; adds their number to *rows.
 */
OD_CHECKED enum od_rc od_cursor_drain(struct od_cursor *c, uint64_t *rows,
                                      struct od_err *err);

/* Hashes rows as they pass; ask for it before the first row. */
void od_cursor_hash(struct od_cursor *c);

/* Ends the cursor. `hex` (may be NULL) takes the hash of all rows that passed. */
void od_cursor_close(struct od_cursor *c, char hex[OD_SHA256_HEX]);

#endif
