/*
 * value.h - what a template can show: values, rows, tables.
 *
 * A value is text that may be missing (null). A table is rows of values under named
 * columns; a shape is the names alone. Nothing here owns memory: values live in the
 * arena of whoever read them, at least as long as the page is being made.
 */
#ifndef OD_SITE_VALUE_H
#define OD_SITE_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/span.h"

/* The language of a page. A bilingual page shows Thai words with English beside them.
 */
enum od_lang { OD_LANG_TH, OD_LANG_EN, OD_LANG_BOTH };
enum { OD_LANGS = 3 };
extern const char *const od_lang_names[]; /* "th", "en", "both"; NULL-terminated */

struct od_value {
	struct od_span v;
	bool null;
};

struct od_shape {
	const char *name; /* "" for a page's own row */
	const char *const *columns;
	size_t n;
};

struct od_table {
	const char *const *columns;
	size_t n_columns;
	const struct od_value *cells; /* n_rows * n_columns */
	size_t n_rows;
};

/* Position of a column, or (size_t)-1. */
size_t od_column_find(const char *const *columns, size_t n, struct od_span name);

static inline const struct od_value *
od_table_row(const struct od_table *t, size_t row)
{
	return t->cells + row * t->n_columns;
}

/* A table that grows by whole rows. Zeroed but for `columns` and `n_columns` is empty.
 */
struct od_table_builder {
	struct od_table t;
	struct od_value *cells;
	size_t cap;
};

/* A new row of null values, to be filled by the caller before the next call. */
struct od_value *od_table_add(struct od_table_builder *b, struct od_arena *a);

/* A value of constant or arena text; NULL gives null. */
struct od_value od_value_str(const char *s);

/* Empty, null, "0" and "false" are not. */
bool od_value_is_true(struct od_value v);

#endif
