#include "search/grams.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

enum { TRIGRAMS = 1 << 24, ROWS = 1 << 16, ROW = 256 };

static void
make_seen(struct od_gram_set *s)
{
	if (s->seen)
		return;
	s->seen = od_alloc(TRIGRAMS / 8);
	memset(s->seen, 0, TRIGRAMS / 8);
}

static void
put_gram(struct od_gram_set *s, uint32_t g)
{
	s->seen[g / 64] |= UINT64_C(1) << (g % 64);
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 4096;
		s->v = od_realloc(s->v, s->cap * sizeof(*s->v));
	}
	s->v[s->n++] = g;
}

void
od_gram_set_put(struct od_gram_set *s, const char *gram)
{
	const unsigned char *p = (const unsigned char *)gram;

	make_seen(s);
	put_gram(s, (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2]);
}

void
od_gram_set_add(struct od_gram_set *s, struct od_span text)
{
	const unsigned char *p = (const unsigned char *)text.p;

	make_seen(s);
	for (size_t i = 0; i < text.n; i++) {
		uint32_t g = (uint32_t)p[i] << 16 |
		             (i + 1 < text.n ? (uint32_t)p[i + 1] << 8 : 0) |
		             (i + 2 < text.n ? p[i + 2] : 0);

		if (!(s->seen[g / 64] >> (g % 64) & 1))
			put_gram(s, g);
	}
}

void
od_gram_set_clear(struct od_gram_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->seen[s->v[i] / 64] = 0;
	s->n = 0;
}

void
od_gram_set_release(struct od_gram_set *s)
{
	free(s->seen);
	free(s->v);
	*s = (struct od_gram_set){0};
}

/* ---- of all blocks */

/* Gaps between the blocks of a trigram, 7 bits a byte, the low ones first. */
struct gaps {
	unsigned char *p;
	uint32_t n, cap, blocks, next;
};

struct od_grams {
	struct gaps *rows[ROWS]; /* by the first two symbols; NULL: none */
	uint32_t blocks;
};

struct od_grams *
od_grams_open(void)
{
	struct od_grams *g = od_alloc(sizeof(*g));

	memset(g, 0, sizeof(*g));
	return g;
}

void
od_grams_close(struct od_grams *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < ROWS; i++) {
		for (size_t k = 0; g->rows[i] && k < ROW; k++)
			free(g->rows[i][k].p);
		free(g->rows[i]);
	}
	free(g);
}

static void
put_gap(struct gaps *x, uint32_t v)
{
	if (x->cap - x->n < 5) {
		x->cap = x->cap ? x->cap + x->cap / 2 + 8 : 8;
		x->p = od_realloc(x->p, x->cap);
	}
	for (; v >= 128; v >>= 7)
		x->p[x->n++] = (unsigned char)(v & 127) | 128;
	x->p[x->n++] = (unsigned char)v;
}

void
od_grams_add(struct od_grams *g, uint32_t block, const struct od_gram_set *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct gaps **row = &g->rows[s->v[i] >> 8], *x;

		if (!*row) {
			*row = od_alloc(ROW * sizeof(**row));
			memset(*row, 0, ROW * sizeof(**row));
		}
		x = &(*row)[s->v[i] & 255];
		put_gap(x, block - x->next);
		x->next = block + 1;
		x->blocks++;
	}
	g->blocks = block + 1;
}

static void
write_one(const struct gaps *x, uint32_t gram, uint32_t *blocks, struct od_index *to)
{
	char key[OD_GRAM] = {(char)(gram >> 16), (char)(gram >> 8 & 255),
	                     (char)(gram & 255)};
	uint32_t next = 0, at = 0;
	size_t n = OD_GRAM;

	for (uint32_t i = 0; i < x->blocks; i++) {
		uint32_t gap = 0;
		unsigned shift = 0;

		for (; x->p[at] & 128; shift += 7)
			gap |= (uint32_t)(x->p[at++] & 127) << shift;
		gap |= (uint32_t)x->p[at++] << shift;
		blocks[i] = next + gap;
		next = blocks[i] + 1;
	}
	if (key[1] == 0)
		n = 2; /* one symbol and its end */
	od_index_put(to, (struct od_span){key, n}, blocks, x->blocks);
}

void
od_grams_write(const struct od_grams *g, struct od_index *to)
{
	uint32_t *blocks = od_alloc(((size_t)g->blocks + 1) * sizeof(*blocks));

	for (uint32_t i = 0; i < ROWS; i++)
		for (uint32_t k = 0; g->rows[i] && k < ROW; k++)
			if (g->rows[i][k].blocks)
				write_one(&g->rows[i][k], i << 8 | k, blocks, to);
	free(blocks);
}
