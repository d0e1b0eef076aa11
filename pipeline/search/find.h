/*
 * find.h - searches the files that build.h made, as the portal's search page does.
 *
 * The index says which records have a word and which may have it; of the latter the
 * texts are looked at. So what is found is what a look at every text would find.
 */
#ifndef OD_SEARCH_FIND_H
#define OD_SEARCH_FIND_H

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"
#include "search/docs.h"

enum od_search_where {
	OD_SEARCH_NAMES, /* columns `in: name` */
	OD_SEARCH_MAIN,  /* and `in: main` and words */
	OD_SEARCH_ALL,   /* and prose */
};

struct od_search;

/* `dir`: the portal's folder search/. */
OD_CHECKED enum od_rc od_search_open(const char *dir, struct od_arena *a,
                                     struct od_search **out, struct od_err *err);
void od_search_close(struct od_search *s);

struct od_search_query {
	struct od_span text;
	enum od_search_where where;
	const char *filters; /* "year=2567,province=50": all must hold; or NULL */
};

struct od_search_result {
	struct od_docs docs;
	size_t n;
	size_t looked_at; /* records whose texts were read */
};

/* The result lives in the arena. */
OD_CHECKED enum od_rc od_search_run(struct od_search *s,
                                    const struct od_search_query *q, struct od_arena *a,
                                    struct od_search_result *out, struct od_err *err);

/* The folder of the data, and the i-th column `like: text`: NULL beyond the last, or if
 * the release has no index for drafts (like.h). */
const char *od_search_folder(const struct od_search *s);
const char *od_search_like_column(const struct od_search *s, size_t i);

/* The value of a column of a record, as text; "" if there is no such column. */
OD_CHECKED enum od_rc od_search_value(struct od_search *s, uint32_t doc,
                                      const char *column, struct od_arena *a,
                                      struct od_span *value, struct od_err *err);

#endif
