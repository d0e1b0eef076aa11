/*
 * query.h - what a query means.
 *
 * Words are separated by white space and all must occur; "a phrase" must occur as it
 * stands; -word and -"a phrase" must not. A word that is nothing in normal form counts
 * for nothing; a query without a wanted word finds nothing.
 */
#ifndef OD_SEARCH_QUERY_H
#define OD_SEARCH_QUERY_H

#include "core/arena.h"
#include "core/span.h"

struct od_term {
	struct od_span text; /* symbols, norm.h */
	bool unwanted;
};

struct od_query_terms {
	const struct od_term *v;
	size_t n, wanted;
};

/* Everything lives in the arena. */
struct od_query_terms od_query_parse(struct od_span query, struct od_arena *a);

#endif
