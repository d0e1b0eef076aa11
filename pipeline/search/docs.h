/*
 * docs.h - sets of records, as bitmaps: a record is known by its place in the order of
 * results, from 0.
 */
#ifndef OD_SEARCH_DOCS_H
#define OD_SEARCH_DOCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

struct od_docs {
	uint64_t *w;
	uint32_t bound; /* every member is smaller */
};

static inline size_t
od_docs_words(uint32_t bound)
{
	return ((size_t)bound + 63) / 64;
}

static inline struct od_docs
od_docs_make(uint32_t bound, struct od_arena *a)
{
	return (struct od_docs){od_arena_array(a, od_docs_words(bound) + 1, 8), bound};
}

static inline void
od_docs_add(struct od_docs *s, uint32_t doc)
{
	s->w[doc / 64] |= UINT64_C(1) << (doc % 64);
}

static inline bool
od_docs_has(const struct od_docs *s, uint32_t doc)
{
	return s->w[doc / 64] >> (doc % 64) & 1;
}

static inline void
od_docs_or(struct od_docs *s, const struct od_docs *other)
{
	for (size_t i = 0; i < od_docs_words(s->bound); i++)
		s->w[i] |= other->w[i];
}

/* Writes the members, ascending; returns how many there are. */
static inline size_t
od_docs_list(const struct od_docs *s, uint32_t *to)
{
	size_t n = 0;

	for (size_t i = 0; i < od_docs_words(s->bound); i++)
		for (uint64_t w = s->w[i]; w; w &= w - 1)
			to[n++] = (uint32_t)(i * 64 + (unsigned)__builtin_ctzll(w));
	return n;
}

#endif
