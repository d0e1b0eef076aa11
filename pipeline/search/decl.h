/*
 * decl.h - site-templates/search.yaml: what can be searched, and how.
 *
 *   rows: a query; a row is a record, and the order of rows is the order of results
 *   columns: for each column of the query, in its order, a map of
 *     in: name | main | prose   where its text is looked for (default: nowhere)
 *     words: NAME               its values are keys of a word list, whose texts are
 *                               looked for in their place
 *     facet: NAME               a filter by its value
 *     number: money | date      a filter by range, and an order of results
 *     many: true                several values, parted by char(31)
 *     like: key | text          the id by which `analyze` knows a record; a text that a
 *                               draft is compared with (like.h)
 *   words: NAME: a query; the key and its texts
 *
 * Columns `in: prose` are stored apart from the others: they are long.
 */
#ifndef OD_SEARCH_DECL_H
#define OD_SEARCH_DECL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

enum od_search_in {
	OD_IN_NOTHING,
	OD_IN_NAME,
	OD_IN_MAIN,
	OD_IN_PROSE,
};

enum od_search_like { OD_LIKE_NOTHING, OD_LIKE_KEY, OD_LIKE_TEXT };

enum od_search_number { OD_NUMBER_NONE, OD_NUMBER_MONEY, OD_NUMBER_DATE };

struct od_search_words {
	const char *name, *sql;
};

struct od_search_column {
	const char *name;
	enum od_search_in in;
	const struct od_search_words *words; /* or NULL */
	const char *facet;                   /* or NULL */
	enum od_search_number number;
	enum od_search_like like;
	bool many;
};

struct od_search_decl {
	const char *rows;
	const struct od_search_column *columns;
	size_t n;
	const struct od_search_words *words;
	size_t n_words;
};

/* *out is NULL if there is no such file: a portal without search. */
OD_CHECKED enum od_rc od_search_decl_load(const char *templates, struct od_arena *a,
                                          const struct od_search_decl **out,
                                          struct od_err *err);

#endif
