/*
 * snapshot.h - the publishable rows of one release, in one SQLite file.
 *
 * One table a dataset, named like it, columns named like its fields: INTEGER for id,
 * integer; TEXT for everything else (decimals are exact text with `scale` digits,
 * booleans "true"/"false", dates ISO 8601). Primary key = the dataset's key, so rows
 * read in key order cost no sort. Tables whose name begins with '_' are about the
 * release:
 *   _meta(key, value)                     created, source_hash, schema_hash, validated
 *   _counts(dataset, read, published)     rows that the source gave, rows that are left
 *   _quality(dataset, rule, effect, n)    findings by rule: 'reject', 'parent', 'warn',
 *                                       'withheld' (a text, not its row)
 *   _privacy(dataset, field, kind, n, cells)   by kind: places cut, and the cells that
 *                                         have them; 'cleaned' and 'withheld' texts,
 *                                         counts 'suppressed' and hidden for another's
 *                                         sake ('complement')
 *   _owners(dataset, key, a, b)           of rows that are not published: the values of
 *                                         `owner`; emptied by validate
 *   _withheld(dataset, key)               rows that validate has yet to take out
 * because a row that belongs to them failed a check
 *
 * A writer has the file for itself. Readers may be many: one od_snapshot per thread.
 */
#ifndef OD_ROW_SNAPSHOT_H
#define OD_ROW_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "row/cell.h"
#include "spec/spec.h"

struct od_snapshot;
struct od_query;

/*
 * A new file with the tables of all datasets that are not derived, and no journal: a
 * snapshot that was not closed is worthless and is made again. Replaces what is there.
 */
OD_CHECKED enum od_rc od_snapshot_create(const char *path, const struct od_spec *spec,
                                         struct od_snapshot **out, struct od_err *err);

/*
 * Opens a finished snapshot read-only, or for writing by validate: with a journal, and
 * so that what is deleted or overwritten is gone from the file.
 */
OD_CHECKED enum od_rc od_snapshot_open(const char *path, bool writable,
                                       struct od_snapshot **out, struct od_err *err);

/* The tables of another finished file as NAME.table, for reading. */
OD_CHECKED enum od_rc od_snapshot_attach(struct od_snapshot *s, const char *path,
                                         const char *name, struct od_err *err);

/*
 * Adds a row: one cell a field, canonical (row/canon.h). *duplicate tells that a row
 * with the same key is already there, and the row was not added.
 */
OD_CHECKED enum od_rc od_snapshot_add(struct od_snapshot *s, const struct od_dataset *d,
                                      const struct od_pub *cells, bool *duplicate,
                                      struct od_err *err);

/* Runs SQL statements without result. `changes` (may be NULL): rows of the last one. */
OD_CHECKED enum od_rc od_snapshot_exec(struct od_snapshot *s, const char *sql,
                                       int64_t *changes, struct od_err *err);

/* Reads or writes _meta. A missing key gives "". */
OD_CHECKED enum od_rc od_snapshot_meta_get(struct od_snapshot *s, const char *key,
                                           struct od_arena *a, const char **value,
                                           struct od_err *err);
OD_CHECKED enum od_rc od_snapshot_meta_put(struct od_snapshot *s, const char *key,
                                           const char *value, struct od_err *err);

/* Writes everything out; with `sync`, durably. Frees `s` also on failure. */
OD_CHECKED enum od_rc od_snapshot_close(struct od_snapshot *s, bool sync,
                                        struct od_err *err);

/* Compiles a query; parameters are :names. `what` names it in error messages. */
OD_CHECKED enum od_rc od_query_open(struct od_snapshot *s, const char *sql,
                                    const char *what, struct od_query **out,
                                    struct od_err *err);

/* Number and names of result columns; of parameters (names without the colon). */
size_t od_query_columns(const struct od_query *q);
const char *od_query_column(const struct od_query *q, size_t i);
size_t od_query_params(const struct od_query *q);
const char *od_query_param(const struct od_query *q, size_t i);

/* Starts the query again with new parameters; index as od_query_param(). The bytes of
 * the value must live until the next restart. All-digit text binds as an integer too,
 * so that it compares with id columns. */
void od_query_restart(struct od_query *q);
void od_query_bind(struct od_query *q, size_t param, struct od_pub value);

/* *row is false at the end. Cells are valid until the next call on q. */
OD_CHECKED enum od_rc od_query_next(struct od_query *q, bool *row, struct od_err *err);
struct od_pub od_query_cell(struct od_query *q, size_t column);
int64_t od_query_int(struct od_query *q, size_t column);

void od_query_close(struct od_query *q);

/* A single number: the first column of the first row; 0 if there is none. */
OD_CHECKED enum od_rc od_snapshot_number(struct od_snapshot *s, const char *sql,
                                         int64_t *out, struct od_err *err);

#endif
