#include "analyze/vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/grams.h"
#include "core/arena.h"
#include "core/pool.h"

enum {
	TF_MAX = 4096,
	SLICE = 2048,
	LEAST = 16, /* of 255: what weighs less is left out */
};

struct making {
	const uint8_t *const *docs;
	const double *weights;
	size_t n_texts;
	struct od_vectors *v;
	uint32_t **df; /* one table a slice of the first pass */
	size_t n_slices;
	double *rarity; /* one a term */
	double *often;  /* TF_MAX: 1 + ln i */
	struct piece {
		uint16_t *terms;
		uint8_t *weights;
		size_t n;
	} * pieces;
};

/*
 * Binary digits of log2 one by one: a mantissa in [1, 2) is squared, and a square of 2
 * or more is a digit. 24 of them.
 */
double
od_log_ratio(uint64_t n, uint64_t d)
{
	static const double ln2 = 0.69314718055994530942;
	uint64_t mantissa, whole = 0, part = 0;

	while (n >> 1 >= d) {
		d <<= 1;
		whole++;
	}
	mantissa = (n << 30) / d; /* n < 2^33 documents */
	for (int i = 0; i < 24; i++) {
		mantissa = mantissa * mantissa >> 30;
		part <<= 1;
		if (mantissa >> 31) {
			part |= 1;
			mantissa >>= 1;
		}
	}
	return ((double)whole + (double)part / (1 << 24)) * ln2;
}

/* ---- first pass: in how many documents a gram stands */

static void
count_document(const uint8_t *s, size_t n_texts, uint32_t *df, uint32_t *seen,
               uint32_t mark)
{
	for (size_t k = 0; k < n_texts; k++) {
		for (; s[0] != OD_SYMBOL_END; s++) {
			uint32_t g;

			if (s[1] == OD_SYMBOL_END || s[2] == OD_SYMBOL_END)
				continue;
			g = od_gram(s);
			if (seen[g] != mark) {
				seen[g] = mark;
				df[g]++;
			}
		}
		s++;
	}
}

static enum od_rc
count_slice(size_t i, void *u, struct od_err *err)
{
	struct making *m = u;
	size_t n = m->v->n_docs, from = n * i / m->n_slices,
	       to = n * (i + 1) / m->n_slices;
	uint32_t *df = od_alloc(OD_GRAMS * sizeof(*df));
	uint32_t *seen = od_alloc(OD_GRAMS * sizeof(*seen));

	(void)err;
	memset(df, 0, OD_GRAMS * sizeof(*df));
	memset(seen, 0, OD_GRAMS * sizeof(*seen));
	for (size_t d = from; d < to; d++)
		count_document(m->docs[d], m->n_texts, df, seen,
		               (uint32_t)(d - from + 1));
	free(seen);
	m->df[i] = df;
	return OD_OK;
}

/*
 * Numbers the grams of two documents or more. Those with df above a line that fits get
 * a number each; the others share what is left, by a hash.
 */
static void
number_grams(struct making *m)
{
	enum { SHARED = 4096, OWN = OD_TERM_NONE - SHARED };
	struct od_vectors *v = m->v;
	uint32_t *df = m->df[0];
	size_t kept = 0, line = 2;

	for (size_t i = 1; i < m->n_slices; i++)
		for (size_t g = 0; g < OD_GRAMS; g++)
			df[g] += m->df[i][g];
	do {
		kept = 0;
		for (size_t g = 0; g < OD_GRAMS; g++)
			kept += df[g] >= line;
		line += kept > OWN;
	} while (kept > OWN);
	v->of_gram = od_alloc(OD_GRAMS * sizeof(*v->of_gram));
	v->df = od_alloc(OD_TERMS_MAX * sizeof(*v->df));
	memset(v->df, 0, OD_TERMS_MAX * sizeof(*v->df));
	v->n_terms = 0;
	for (size_t g = 0; g < OD_GRAMS; g++) {
		uint16_t term = OD_TERM_NONE;

		if (df[g] >= line)
			term = (uint16_t)v->n_terms++;
		else if (df[g] >= 2)
			term = (uint16_t)(OWN + (uint32_t)g * 2654435761u % SHARED);
		v->of_gram[g] = term;
		if (term != OD_TERM_NONE)
			v->df[term] += df[g];
	}
	if (line > 2)
		v->n_terms = OD_TERM_NONE;
	for (size_t t = 0; t < v->n_terms; t++)
		if (v->df[t] > v->n_docs)
			v->df[t] = (uint32_t)v->n_docs;
}

static void
weigh_terms(struct making *m)
{
	const struct od_vectors *v = m->v;

	m->rarity = od_alloc((v->n_terms + 1) * sizeof(*m->rarity));
	for (size_t t = 0; t < v->n_terms; t++) {
		double r = v->df[t] ? od_log_ratio(v->n_docs, v->df[t]) : 0;

		m->rarity[t] = r * sqrt(r);
	}
	m->often = od_alloc(TF_MAX * sizeof(*m->often));
	m->often[0] = 0;
	for (unsigned i = 1; i < TF_MAX; i++)
		m->often[i] = 1 + od_log_ratio(i, 1);
}

/* ---- second pass: the vectors */

/* Room for one document: how often it has each term, what each weighs in it. */
struct desk {
	uint16_t *tf;      /* OD_TERMS_MAX, 0 between texts */
	double *sum;       /* OD_TERMS_MAX, 0 between documents */
	struct od_buf in;  /* terms of the text */
	struct od_buf all; /* terms of the document */
};

/* Adds a text's vector to the document's; returns where the next text begins. */
static const uint8_t *
add_text(struct making *m, struct desk *k, const uint8_t *s, double weight)
{
	const uint16_t *terms;
	size_t n;
	double square = 0, scale;

	k->in.n = 0;
	for (; s[0] != OD_SYMBOL_END; s++) {
		uint16_t t;

		if (s[1] == OD_SYMBOL_END || s[2] == OD_SYMBOL_END)
			continue;
		t = m->v->of_gram[od_gram(s)];
		if (t == OD_TERM_NONE || m->rarity[t] <= 0)
			continue;
		if (!k->tf[t])
			od_buf_put(&k->in, &t, sizeof(t));
		k->tf[t] = (uint16_t)(k->tf[t] + (k->tf[t] < TF_MAX - 1));
	}
	terms = (const uint16_t *)(const void *)k->in.p;
	n = k->in.n / sizeof(*terms);
	for (size_t i = 0; i < n; i++) {
		double w = m->often[k->tf[terms[i]]] * m->rarity[terms[i]];

		square += w * w;
	}
	scale = n ? weight / sqrt(square) : 0;
	for (size_t i = 0; i < n; i++) {
		uint16_t t = terms[i];

		if (k->sum[t] == 0)
			od_buf_put(&k->all, &t, sizeof(t));
		k->sum[t] += m->often[k->tf[t]] * m->rarity[t] * scale;
		k->tf[t] = 0;
	}
	return s + 1;
}

/* Rounds the document's vector so that its largest part is 255; appends it. */
static void
finish_document(struct desk *k, struct od_buf *terms, struct od_buf *weights,
                double *length)
{
	const uint16_t *all = (const uint16_t *)(const void *)k->all.p;
	size_t n = k->all.n / sizeof(*all);
	double most = 0;
	uint64_t square = 0;

	for (size_t i = 0; i < n; i++)
		most = k->sum[all[i]] > most ? k->sum[all[i]] : most;
	for (size_t i = 0; i < n; i++) {
		unsigned w = (unsigned)(k->sum[all[i]] * 255 / most + 0.5);

		k->sum[all[i]] = 0;
		if (w < LEAST)
			continue;
		square += (uint64_t)w * w;
		od_buf_put(terms, &all[i], sizeof(all[i]));
		od_buf_putc(weights, (char)w);
	}
	*length = sqrt((double)square);
}

static enum od_rc
make_slice(size_t i, void *u, struct od_err *err)
{
	struct making *m = u;
	struct od_vectors *v = m->v;
	size_t from = i * SLICE,
	       to = from + SLICE < v->n_docs ? from + SLICE : v->n_docs;
	struct od_buf terms = {0}, weights = {0};
	struct desk k = {od_alloc(OD_TERMS_MAX * sizeof(*k.tf)),
	                 od_alloc(OD_TERMS_MAX * sizeof(*k.sum)),
	                 {0},
	                 {0}};
	struct piece *p = &m->pieces[i];

	(void)err;
	memset(k.tf, 0, OD_TERMS_MAX * sizeof(*k.tf));
	for (size_t t = 0; t < OD_TERMS_MAX; t++)
		k.sum[t] = 0;
	for (size_t d = from; d < to; d++) {
		const uint8_t *s = m->docs[d];
		size_t before = weights.n;

		k.all.n = 0;
		for (size_t x = 0; x < m->n_texts; x++)
			s = add_text(m, &k, s, m->weights[x]);
		finish_document(&k, &terms, &weights, &v->lengths[d]);
		v->start[d + 1] = weights.n - before;
	}
	*p = (struct piece){od_alloc(terms.n + 1), od_alloc(weights.n + 1), weights.n};
	if (p->n) {
		memcpy(p->terms, terms.p, terms.n);
		memcpy(p->weights, weights.p, weights.n);
	}
	od_buf_release(&terms);
	od_buf_release(&weights);
	od_buf_release(&k.in);
	od_buf_release(&k.all);
	free(k.tf);
	free(k.sum);
	return OD_OK;
}

/* The pieces in one row; each is freed when it is copied. */
static void
join_pieces(struct making *m, size_t n_pieces)
{
	struct od_vectors *v = m->v;
	size_t at = 0;

	v->start[0] = 0;
	for (size_t d = 0; d < v->n_docs; d++)
		v->start[d + 1] += v->start[d];
	v->terms = od_alloc_table(v->start[v->n_docs] * sizeof(*v->terms) + 1);
	v->weights = od_alloc_table(v->start[v->n_docs] + 1);
	for (size_t i = 0; i < n_pieces; i++) {
		struct piece *p = &m->pieces[i];

		memcpy(v->terms + at, p->terms, p->n * sizeof(*v->terms));
		memcpy(v->weights + at, p->weights, p->n);
		at += p->n;
		free(p->terms);
		free(p->weights);
	}
}

struct od_vectors *
od_vectors_open(const uint8_t *const *docs, size_t n, const double *weights,
                size_t n_texts, unsigned jobs)
{
	size_t n_pieces = (n + SLICE - 1) / SLICE;
	struct od_vectors *v = od_alloc(sizeof(*v));
	struct making m = {.docs = docs,
	                   .weights = weights,
	                   .n_texts = n_texts,
	                   .v = v,
	                   .n_slices = jobs ? jobs : 1};
	struct od_err none;

	*v = (struct od_vectors){.n_docs = n};
	v->start = od_alloc((n + 1) * sizeof(*v->start));
	v->lengths = od_alloc((n + 1) * sizeof(*v->lengths));
	m.df = od_alloc(m.n_slices * sizeof(*m.df));
	m.pieces = od_alloc((n_pieces + 1) * sizeof(*m.pieces));
	/* neither pass can fail */
	if (od_pool_run(jobs, m.n_slices, count_slice, &m, &none))
		abort();
	number_grams(&m);
	for (size_t i = 0; i < m.n_slices; i++)
		free(m.df[i]);
	weigh_terms(&m);
	if (od_pool_run(jobs, n_pieces, make_slice, &m, &none))
		abort();
	join_pieces(&m, n_pieces);
	free(m.pieces);
	free(m.df);
	free(m.rarity);
	free(m.often);
	return v;
}

void
od_vectors_close(struct od_vectors *v)
{
	if (!v)
		return;
	free(v->start);
	free(v->terms);
	free(v->weights);
	free(v->lengths);
	free(v->df);
	free(v->of_gram);
	free(v);
}
