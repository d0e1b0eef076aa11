/*
 * grams.h - which blocks of records have three symbols side by side.
 *
 * For long prose: a tenth of the size of an index of suffixes. It says of a word in
 * which blocks it may be; their texts are then looked at.
 *
 * Memory: about a byte for each block of each trigram.
 */
#ifndef OD_SEARCH_GRAMS_H
#define OD_SEARCH_GRAMS_H

#include "core/span.h"
#include "search/index.h"

enum { OD_GRAM = 3 };

/* The trigrams of the texts of one block, once each; one a thread. */
struct od_gram_set {
	uint64_t *seen; /* a bit a trigram */
	uint32_t *v;
	size_t n, cap;
};

/* Adds the trigrams of a text: symbols without 0. Short ones end with 0. */
void od_gram_set_add(struct od_gram_set *s, struct od_span text);
/* Adds one, of OD_GRAM symbols, that the set does not have. */
void od_gram_set_put(struct od_gram_set *s, const char *gram);
void od_gram_set_clear(struct od_gram_set *s);
void od_gram_set_release(struct od_gram_set *s);

struct od_grams;

struct od_grams *od_grams_open(void);

/* Blocks come in ascending order. */
void od_grams_add(struct od_grams *g, uint32_t block, const struct od_gram_set *s);
void od_grams_write(const struct od_grams *g, struct od_index *to);
void od_grams_close(struct od_grams *g);

#endif
