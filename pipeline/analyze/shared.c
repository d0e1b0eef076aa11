#include "analyze/shared.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/grams.h"
#include "analyze/vectors.h"
#include "core/arena.h"
#include "core/buf.h"

struct od_shared {
	const uint8_t *doc, *weights;
	const uint16_t *of_gram;
	size_t n_texts;
	uint32_t *table; /* 1 + where such a phrase begins first in doc; 0: none */
	size_t room;     /* a power of two, or 0 */
};

struct od_shared *
od_shared_open(void)
{
	struct od_shared *s = od_alloc(sizeof(*s));

	*s = (struct od_shared){0};
	return s;
}

void
od_shared_close(struct od_shared *s)
{
	if (!s)
		return;
	free(s->table);
	free(s);
}

static size_t
length_of(const uint8_t *doc, size_t n_texts)
{
	size_t n = 0;

	for (; n_texts; n++)
		n_texts -= doc[n] == OD_SYMBOL_END;
	return n;
}

static size_t
slot_of(const struct od_shared *s, const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	x *= 0x9E3779B97F4A7C15u;
	return (size_t)(x >> 32) & (s->room - 1);
}

static size_t
find(const struct od_shared *s, const uint8_t *p)
{
	size_t i = slot_of(s, p);

	while (s->table[i] && memcmp(s->doc + s->table[i] - 1, p, OD_PHRASE_LEAST) != 0)
		i = (i + 1) & (s->room - 1);
	return i;
}

/* Symbols from `p` to the end of its text. */
static size_t
rest(const uint8_t *p)
{
	size_t n = 0;

	while (p[n] != OD_SYMBOL_END)
		n++;
	return n;
}

void
od_shared_set(struct od_shared *s, const uint8_t *doc, size_t n_texts,
              const uint8_t *weights, const uint16_t *of_gram)
{
	size_t n = length_of(doc, n_texts), room = 64;

	while (room < 2 * n)
		room *= 2;
	if (room > s->room) {
		free(s->table);
		s->table = od_alloc(room * sizeof(*s->table));
	}
	s->room = room;
	memset(s->table, 0, room * sizeof(*s->table));
	s->doc = doc;
	s->weights = weights;
	s->of_gram = of_gram;
	s->n_texts = n_texts;
	for (size_t at = 0; n_texts; n_texts--) {
		size_t left = rest(doc + at);

		for (; left >= OD_PHRASE_LEAST; left--, at++) {
			size_t i = find(s, doc + at);

			if (!s->table[i])
				s->table[i] = (uint32_t)at + 1;
		}
		at += left + 1;
	}
}

static uint64_t
worth_of(const struct od_shared *s, const uint8_t *p, size_t n)
{
	uint64_t worth = 0;

	for (size_t i = 0; i + 3 <= n; i++) {
		uint16_t t = s->of_gram[od_gram(p + i)];

		worth += t == OD_TERM_NONE ? 0 : s->weights[t];
	}
	return worth;
}

/* A phrase that lies within a better one is no second reason. */
static size_t
keep(struct od_phrase *best, size_t n, size_t max, struct od_phrase x)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (x.from < best[i].from + best[i].n && best[i].from < x.from + x.n) {
			if (x.worth <= best[i].worth)
				return n;
			memmove(best + i, best + i + 1, (--n - i) * sizeof(*best));
			i--;
		}
	if (n == max && x.worth <= best[n - 1].worth)
		return n;
	n += n < max;
	for (i = n - 1; i && best[i - 1].worth < x.worth; i--)
		best[i] = best[i - 1];
	best[i] = x;
	return n;
}

/* Symbols before both that are the same: a phrase may begin within an earlier one. */
static size_t
shared_before(const struct od_shared *s, uint32_t at, const uint8_t *begin,
              const uint8_t *other)
{
	size_t n = 0;

	while (n < at && other - n > begin && s->doc[at - n - 1] == other[-1 - (long)n])
		n++;
	return n;
}

size_t
od_shared_find(struct od_shared *s, const uint8_t *other,
               struct od_phrase phrases[OD_PHRASES_MAX], size_t max)
{
	size_t found = 0;

	for (size_t k = 0; k < s->n_texts; k++) {
		const uint8_t *begin = other;
		size_t left = rest(other);

		while (left >= OD_PHRASE_LEAST) {
			uint32_t at = s->table[find(s, other)];
			size_t n = 0;

			if (at--) {
				size_t back = shared_before(s, at, begin, other);
				const uint8_t *p = s->doc + at;

				while (n < left && p[n] == other[n])
					n++;
				found = keep(phrases, found, max,
				             (struct od_phrase){
						 at - back, back + n,
						 worth_of(s, p - back, back + n)});
			}
			n = n ? n : 1;
			other += n;
			left -= n;
		}
		other += left + 1;
	}
	return found;
}
