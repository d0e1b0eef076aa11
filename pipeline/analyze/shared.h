/*
 * shared.h - the phrases that two documents have in common, the most telling first.
 *
 * A phrase is a row of symbols (grams.h), at least OD_PHRASE_LEAST of them, that stands
 * in a text of both. It is worth what its grams weigh in the first document, so that
 * words of templates lose. Only the first `n_texts` texts of a document are looked at.
 */
#ifndef OD_ANALYZE_SHARED_H
#define OD_ANALYZE_SHARED_H

#include <stddef.h>
#include <stdint.h>

enum { OD_PHRASE_LEAST = 8, OD_PHRASES_MAX = 4 };

struct od_shared; /* the first document's phrases, and scratch memory */

struct od_phrase {
	size_t from, n; /* symbols of the first document, counted from its beginning */
	uint64_t worth;
};

struct od_shared *od_shared_open(void);
void od_shared_close(struct od_shared *s);

/*
 * Sets the first document. weights[of_gram[g]] is what gram g weighs in it. All must
 * live as long as phrases are asked for.
 */
void od_shared_set(struct od_shared *s, const uint8_t *doc, size_t n_texts,
                   const uint8_t *weights, const uint16_t *of_gram);

/* The best phrases shared with `other`, at most `max`; returns how many. */
size_t od_shared_find(struct od_shared *s, const uint8_t *other,
                      struct od_phrase phrases[OD_PHRASES_MAX], size_t max);

#endif
