/*
 * span.h - a piece of text with its length.
 *
 * A span owns nothing and is not NUL-terminated; whoever made it says how long its
 * bytes live. Text from data travels as spans; a `char *` without a length is a
 * NUL-terminated constant or path.
 */
#ifndef OD_CORE_SPAN_H
#define OD_CORE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct od_span {
	const char *p;
	size_t n;
};

/* A span over a string literal. */
#define OD_SPAN(literal) ((struct od_span){"" literal, sizeof(literal) - 1})

static inline struct od_span
od_span_str(const char *s)
{
	return (struct od_span){s, s ? strlen(s) : 0};
}

static inline bool
od_span_equal(struct od_span a, struct od_span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
od_span_is(struct od_span a, const char *s)
{
	return od_span_equal(a, od_span_str(s));
}

#endif
