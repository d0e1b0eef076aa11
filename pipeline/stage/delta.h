/*
 * delta.h - what changed from release to release, row by row: changes/ of a release.
 *
 *   changes/index.json                   what there is, newest last; columns, counts,
 *                                        SHA-256 of each CSV before and after
 *   changes/12/<dataset>-added.csv       rows, in the columns of the table
 *   changes/12/<dataset>-changed.csv     key, field, old, new, old_withheld: a line a
 *                                        cell
 *   changes/12/<dataset>-removed.csv     keys
 *   changes/12/<dataset>.ndjson          all three, one object a row
 *
 * Cells are text, as in the CSV. Applied in order to the CSV of release `since`, they
 * give that of the newest byte for byte. A file without lines is not there.
 *
 * They are made of the rows as published, never of the source, and tell no more than is
 * public today:
 *   - a removed row is told by its key alone;
 *   - an old value is withheld where the new one had something cut out, is empty by a
 *     rule for persons, or holds what was retracted; and of all such columns where the
 *     rules changed;
 *   - deltas of earlier releases, carried along, lose every cell whose old value is
 *     withheld tonight, every row that was removed, and what was retracted. Only states
 *     in between change by that: the end is the same. If the rules changed, they go.
 */
#ifndef OD_STAGE_DELTA_H
#define OD_STAGE_DELTA_H

#include "core/buf.h"
#include "core/json.h"
#include "row/cell.h"
#include "stage/artefacts.h"
#include "stage/retract.h"
#include "stage/stage.h"

#define OD_DELTA_DIR "changes"
#define OD_DELTA_INDEX OD_DELTA_DIR "/index.json"

enum { OD_DELTA_ADDED, OD_DELTA_CHANGED, OD_DELTA_REMOVED, OD_DELTA_NDJSON };
enum { OD_DELTA_FILES = 4 };

/* One table in one delta. */
struct od_delta_table {
	const char *dataset;
	const char *const *columns;
	size_t n_columns;
	const char *const *key;
	size_t n_key;
	uint64_t added, changed, removed; /* rows */
	uint64_t *cells;                  /* changed ones, one a column */
	uint64_t withheld;                /* old values that are not told */
	bool whole;                       /* nothing row by row: take the whole table */
	bool lessened;                    /* lost lines since it was made */
	const char *before, *after;       /* SHA-256 of the CSV; or "" */
	bool has[OD_DELTA_FILES];
	uint64_t bytes;
};

struct od_delta {
	uint64_t release, since;
	const char *created, *before;  /* dates of both */
	struct od_delta_table *tables; /* those that changed */
	size_t n;
	uint64_t bytes;
};

/* Oldest first. */
struct od_deltas {
	struct od_delta *v;
	size_t n;
	const char *rules; /* version of what makes rows publishable; "" : no index */
	const struct od_json *tables; /* as read: dataset -> SHA-256 of its CSV */
};

/* "changes/12/<dataset>-added.csv" */
const char *od_delta_path(struct od_arena *a, uint64_t release, const char *dataset,
                          int file);

/*
 * Makes this release's delta, carries earlier ones, writes the index and the notes, and
 * lists all. `files` already holds the tables; `before_date` is the live release's.
 */
OD_CHECKED enum od_rc od_delta_all(const struct od_stage_ctx *ctx,
                                   const char *before_date, struct od_artefacts *files,
                                   struct od_err *err);

/* ---- the index (delta_index.c) */

/* Of the release in `dir`; without one, none. */
OD_CHECKED enum od_rc od_deltas_load(const char *dir, struct od_arena *a,
                                     struct od_deltas *out, struct od_err *err);
/* `files` holds the tables of this release. */
void od_deltas_put(const struct od_deltas *d, const struct od_artefacts *files,
                   struct od_buf *b);

/* CHANGES.th.md, CHANGES.en.md: `history` is that of schema-changes.json, or NULL. */
void od_deltas_notes(const struct od_spec *spec, const struct od_deltas *d,
                     const struct od_json *history, bool english, struct od_buf *b);

/* ---- writing a table's files (delta_write.c) */

struct od_delta_cell {
	size_t column;
	struct od_pub old, now;
	bool withheld;
};

struct od_delta_out;

/* The counts, `has` and `bytes` of t are set by the calls. */
struct od_delta_out *od_delta_open(const char *release_dir, uint64_t release,
                                   struct od_delta_table *t, struct od_arena *a);
void od_delta_added(struct od_delta_out *o, const struct od_pub *cells);
void od_delta_removed(struct od_delta_out *o, const struct od_pub *key);
void od_delta_changed(struct od_delta_out *o, const struct od_pub *key,
                      const struct od_delta_cell *cells, size_t n);
OD_CHECKED enum od_rc od_delta_close(struct od_delta_out *o, struct od_err *err);

/* ---- carrying (delta_carry.c) */

/* What must go from earlier deltas of a dataset. */
struct od_delta_gone {
	struct od_buf text; /* keys, and keys with a column; NUL after each */
	const char **v;     /* sorted once od_delta_gone_sort() was called */
	size_t n;
};
/* `field` NULL: the row; else a cell of it. */
void od_delta_gone_add(struct od_delta_gone *g, const struct od_pub *key, size_t n_key,
                       const char *field);
void od_delta_gone_sort(struct od_delta_gone *g, struct od_arena *a);

/* Takes a table's files over from `from`: linked, or written anew without what is gone.
 */
OD_CHECKED enum od_rc od_delta_carry(const char *from, const char *to,
                                     const struct od_delta *delta,
                                     struct od_delta_table *t,
                                     const struct od_delta_gone *gone,
                                     const struct od_retraction *retracted,
                                     struct od_arena *a, struct od_err *err);

#endif
