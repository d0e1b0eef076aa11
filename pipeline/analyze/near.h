/*
 * near.h - the documents most like one, found through an index.
 *
 * Likeness is the cosine of two vectors, from exact whole-number products. The index
 * only chooses whom to compare: it reads the lists of a document's most telling terms
 * (weight squared by length of the list) until their length adds up to a budget, sums
 * up what they say of every document, and hands the best few hundred to the exact
 * comparison. What is lost so is measured (analyze/README.md); what is found has the
 * score and the place among the found that brute force would give it.
 *
 * The cost of one document is the budget, a share of all documents, and one look at a
 * row of 2 bytes a document; that of all grows with the square, slowly: 10 times the
 * documents cost about 100 times the sums. See the README for what is done about it.
 */
#ifndef OD_ANALYZE_NEAR_H
#define OD_ANALYZE_NEAR_H

#include "analyze/vectors.h"

struct od_near;
struct od_near_desk; /* scratch memory of one thread */

struct od_hit {
	uint32_t doc;
	double score; /* 0 to 1 */
};

/* `v` is used as long as the index is open. */
struct od_near *od_near_open(const struct od_vectors *v, unsigned jobs);
void od_near_close(struct od_near *near);

struct od_near_desk *od_near_desk_open(const struct od_near *near);
void od_near_desk_close(struct od_near_desk *desk);

/*
 * The `k` documents most like `doc`, the nearest first; of equals the one with the
 * lower number first. Returns how many there are: those that share nothing are none.
 */
size_t od_near_find(const struct od_near *near, struct od_near_desk *desk, size_t doc,
                    struct od_hit *hits, size_t k);

/* The same by comparing with every document: for tests and measurements. */
size_t od_near_find_all(const struct od_near *near, struct od_near_desk *desk,
                        size_t doc, struct od_hit *hits, size_t k);

/*
 * The weight of each term of `doc`, by term: valid until the desk is used for another.
 */
const uint8_t *od_near_weights(const struct od_near *near, struct od_near_desk *desk,
                               size_t doc);

#endif
