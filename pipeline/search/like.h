/*
 * like.h - the projects that a draft is most like, from the files of a release.
 *
 * site-templates/assets/draft.js does the same; tests/integration/similar.sh holds the
 * two together. Nothing but whole numbers, and the root, division and product of them,
 * is in a score: IEEE 754 makes these alike everywhere.
 *
 * 1. The draft is taken as grams (analyze/grams.h). What no two projects have, and what
 *    most have, weighs nothing (term.num).
 * 2. Of its OD_LIKE_TERMS heaviest grams the lists of records are read; the
 *    OD_LIKE_LOOKED records with the largest sum of weights are looked at.
 * 3. Their texts (columns `like: text`) are taken as grams too. With D, P and B as the
 *    sums of squared weights of the grams of the draft, of the project and of both, the
 *    score is B / sqrt(D * sqrt(D * P)): the share of the draft that the project has
 *    too, less where the project says much else. 1 is equality.
 * 4. A reason is a phrase that both have (analyze/shared.h).
 */
#ifndef OD_SEARCH_LIKE_H
#define OD_SEARCH_LIKE_H

#include "search/find.h"

enum {
	OD_LIKE_TERMS = 64,
	OD_LIKE_LOOKED = 32,
	OD_LIKE_HITS = 10,
	OD_LIKE_PHRASES = 3,
};

struct od_like_hit {
	uint32_t doc;
	double score;
	unsigned percent; /* as it is shown */
	struct od_span phrases[OD_LIKE_PHRASES];
	size_t n_phrases;
};

struct od_like;

/* OD_KIND_CONFIG if the search was made without an analysis. */
OD_CHECKED enum od_rc od_like_open(struct od_search *s, struct od_arena *a,
                                   struct od_like **out, struct od_err *err);
void od_like_close(struct od_like *like);

/*
 * The best of the records, the nearest first; of equals the one that comes first in the
 * order of results. `text` is valid UTF-8. Phrases live in the arena.
 */
OD_CHECKED enum od_rc od_like_find(struct od_like *like, struct od_span text,
                                   struct od_arena *a,
                                   struct od_like_hit hits[OD_LIKE_HITS], size_t *n,
                                   struct od_err *err);

#endif
