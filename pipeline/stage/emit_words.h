/*
 * emit_words.h - texts numbered in the order of their first appearance.
 *
 * Serves the values of a partition and the keys of a lookup. Zeroed is empty.
 */
#ifndef OD_STAGE_EMIT_WORDS_H
#define OD_STAGE_EMIT_WORDS_H

#include <stdint.h>

#include "core/arena.h"
#include "core/span.h"

struct od_words {
	struct od_span *v;
	size_t n, cap;
	uint32_t *slots; /* number + 1, or 0 */
	size_t n_slots;  /* a power of two, or 0 */
};

#define OD_WORDS_NONE SIZE_MAX

/* The number of a text, or OD_WORDS_NONE. */
size_t od_sentence_find(const struct od_words *w, struct od_span s);

/* The number of a text, added (its bytes copied into the arena) if it is new. */
size_t od_words_put(struct od_words *w, struct od_arena *a, struct od_span s);

void od_words_release(struct od_words *w);

#endif
