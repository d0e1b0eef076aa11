/*
 * sink.h - where rows go: a folder of CSV files or a SQLite database.
 *
 * A row is begun, gets one value for each column in order, and is ended. Text
 * given to a row must stay where it is until the row ends. Failures stick: the
 * first one silences all later calls and od_sink_close() reports it. Nothing
 * stands under its final name before a close that succeeded.
 */
#ifndef OD_OPDB_SINK_H
#define OD_OPDB_SINK_H

#include <stdbool.h>

#include "table.h"
#include "text.h"

struct od_sink;

struct od_sink_ops {
	void (*begin)(struct od_sink *s, enum od_table_id table);
	void (*text)(struct od_sink *s, const char *p, size_t n); /* p NULL: null */
	void (*integer)(struct od_sink *s, int64_t v);
	void (*boolean)(struct od_sink *s, bool v);
	void (*end)(struct od_sink *s);
	/* Frees everything; on `keep` the result gets its final name. */
	void (*close)(struct od_sink *s, bool keep);
};

/* The beginning of every sink; the rest is its own. */
struct od_sink {
	const struct od_sink_ops *ops;
	enum od_table_id table;
	unsigned column;
	struct od_text cells[OD_COLUMNS_MAX]; /* formatted values of the row */
	uint64_t rows[OD_TABLES];
	char error[512]; /* empty while all is well */
};

/* NULL after a line on stderr. */
struct od_sink *od_sink_csv(const char *dir);
struct od_sink *od_sink_sqlite(const char *file);

void od_sink_begin(struct od_sink *s, enum od_table_id table);
void od_sink_end(struct od_sink *s);
void od_sink_null(struct od_sink *s);
void od_sink_int(struct od_sink *s, int64_t v);
/* 0 is null: for references. */
void od_sink_ref(struct od_sink *s, uint64_t id);
void od_sink_bool(struct od_sink *s, bool v);
/* NULL is null. */
void od_sink_str(struct od_sink *s, const char *v);
void od_sink_slice(struct od_sink *s, struct od_slice v);
void od_sink_text(struct od_sink *s, const struct od_text *v);
/* An empty text is null. */
void od_sink_maybe(struct od_sink *s, const struct od_text *v);
/* `v` units of 10^-dp */
void od_sink_fixed(struct od_sink *s, int64_t v, int dp);
/* Days, seconds; INT64_MAX is null. */
void od_sink_date(struct od_sink *s, int64_t day);
void od_sink_stamp(struct od_sink *s, int64_t second);

/* Remembers the first failure: "cannot <verb> '<subject>': <reason>". */
__attribute__((format(printf, 2, 3))) void od_sink_fail(struct od_sink *s,
                                                        const char *fmt, ...);

/* False after a line on stderr. */
bool od_sink_close(struct od_sink *s);

/* Makes the folder if it is not there. */
bool od_folder_make(const char *path);

#endif
