/*
 * vectors.h - what texts are about, as vectors whose angle is their likeness.
 *
 * A document is a fixed number of texts (name, objective, ...). A gram weighs
 * (1 + ln of how often the text has it) times its rarity, ln(documents / those that
 * have it), to the power of 1.5: phrases of a template are in many documents and weigh
 * next to nothing. Each text's vector is brought to length 1 and multiplied by the
 * weight of that text, so that a long objective does not drown the name; their sum is
 * the document's vector. It is kept in whole numbers, the largest 255: their products
 * are exact, and so the same on every machine and in every order. What weighs less than
 * 16 is left out: two fifths of the grams, the words of templates, which find no pair.
 *
 * Memory: a byte a symbol and three a gram. A gram of one document alone is left out:
 * it is like nothing. If there are more than 65,535 others, the rarest share numbers.
 */
#ifndef OD_ANALYZE_VECTORS_H
#define OD_ANALYZE_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum { OD_TEXTS_MAX = 16, OD_TERMS_MAX = 65536 };

struct od_vector {
	const uint16_t *terms; /* each once */
	const uint8_t *weights;
	size_t n;
	double length; /* > 0 if n > 0 */
};

struct od_vectors {
	size_t n_docs, n_terms;
	size_t *start;     /* n_docs + 1: a document's vector lies there */
	uint16_t *terms;   /* of all vectors */
	uint8_t *weights;  /* of all vectors */
	double *lengths;   /* one a document */
	uint32_t *df;      /* one a term: how many documents have it */
	uint16_t *of_gram; /* OD_GRAMS: its term, or OD_TERM_NONE */
};
enum { OD_TERM_NONE = 65535 };

/*
 * Makes the vectors of `n` documents. docs[i] has n_texts texts in symbols, one behind
 * the other (grams.h); text k weighs weights[k].
 */
struct od_vectors *od_vectors_open(const uint8_t *const *docs, size_t n,
                                   const double *weights, size_t n_texts,
                                   unsigned jobs);
void od_vectors_close(struct od_vectors *v);

static inline struct od_vector
od_vector_of(const struct od_vectors *v, size_t doc)
{
	size_t at = v->start[doc];

	return (struct od_vector){v->terms + at, v->weights + at,
	                          v->start[doc + 1] - at, v->lengths[doc]};
}

/* ln of n/d for 0 < d <= n, by whole numbers: no library's last digit is in it. */
double od_log_ratio(uint64_t n, uint64_t d);

#endif
