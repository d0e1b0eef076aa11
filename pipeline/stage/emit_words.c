#include "stage/emit_words.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a: the texts are short, and the order of slots is never seen. */
static size_t
hash(struct od_span s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

/* The slot that holds s, or the empty one where it belongs. */
static size_t
slot_of(const struct od_words *w, struct od_span s)
{
	size_t at = hash(s) & (w->n_slots - 1);

	while (w->slots[at] && !od_span_equal(w->v[w->slots[at] - 1], s))
		at = (at + 1) & (w->n_slots - 1);
	return at;
}

size_t
od_sentence_find(const struct od_words *w, struct od_span s)
{
	uint32_t number = w->n_slots ? w->slots[slot_of(w, s)] : 0;

	return number ? number - 1 : OD_WORDS_NONE;
}

static void
grow(struct od_words *w)
{
	w->cap = w->cap ? 2 * w->cap : 32;
	w->v = od_realloc(w->v, w->cap * sizeof(*w->v));
	w->n_slots = 2 * w->cap;
	free(w->slots);
	w->slots = od_alloc(w->n_slots * sizeof(*w->slots));
	memset(w->slots, 0, w->n_slots * sizeof(*w->slots));
	for (size_t i = 0; i < w->n; i++)
		w->slots[slot_of(w, w->v[i])] = (uint32_t)i + 1;
}

size_t
od_words_put(struct od_words *w, struct od_arena *a, struct od_span s)
{
	size_t number = od_sentence_find(w, s);

	if (number != OD_WORDS_NONE)
		return number;
	if (w->n == w->cap)
		grow(w);
	w->v[w->n] = od_arena_dup(a, s);
	w->slots[slot_of(w, w->v[w->n])] = (uint32_t)w->n + 1;
	return w->n++;
}

void
od_words_release(struct od_words *w)
{
	free(w->v);
	free(w->slots);
	*w = (struct od_words){0};
}
