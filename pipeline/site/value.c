/* value.c - see value.h */
#include "site/value.h"

#include <string.h>

const char *const od_lang_names[] = {"th", "en", "both", NULL};

size_t
od_column_find(const char *const *columns, size_t n, struct od_span name)
{
	for (size_t i = 0; i < n; i++)
		if (od_span_is(name, columns[i]))
			return i;
	return (size_t)-1;
}

struct od_value *
od_table_add(struct od_table_builder *b, struct od_arena *a)
{
	struct od_value *row;

	if (b->t.n_rows == b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 16;
		struct od_value *cells =
		    od_arena_array(a, cap * b->t.n_columns, sizeof(*cells));

		if (b->t.n_rows)
			memcpy(cells, b->cells,
			       b->t.n_rows * b->t.n_columns * sizeof(*cells));
		b->cells = cells;
		b->cap = cap;
		b->t.cells = cells;
	}
	row = b->cells + b->t.n_rows++ * b->t.n_columns;
	for (size_t i = 0; i < b->t.n_columns; i++)
		row[i] = (struct od_value){{"", 0}, true};
	return row;
}

struct od_value
od_value_str(const char *s)
{
	return s ? (struct od_value){od_span_str(s), false}
	         : (struct od_value){{"", 0}, true};
}

bool
od_value_is_true(struct od_value v)
{
	if (v.null || v.v.n == 0)
		return false;
	return !od_span_is(v.v, "0") && !od_span_is(v.v, "false");
}
