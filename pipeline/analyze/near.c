#include "analyze/near.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/pool.h"

enum {
	BLOCK = 16384, /* documents: 32 KiB of sums stay in the nearest cache */
	GROUP = 32,    /* sums that are looked at together */
	IMPACT = 728,  /* a part of 1.0 of a vector of length 1; 255 is the most */
	SHIFT = 5,     /* so a whole likeness of 1.0 sums up to 16,562 */
	APART = 2,     /* of chosen grams, that many on both sides are not chosen */
	CANDIDATES = 200,
	CANDIDATES_MOST = 1024,
	STEPS =
	    256, /* of the histogram that finds the line above which candidates are */
	STEP = 64,
	BUDGET_LEAST = 20000,
	LINE = 64, /* bytes that memory hands over at once */
};
/* Share of the documents whose entries are read for one. */
static const double budget_share = 0.3;
/* A term of a larger share is in no list: too long to be read for what it tells. */
static const double longest_share = 0.2;

struct od_near {
	const struct od_vectors *v;
	size_t n_blocks, budget;
	size_t *start;    /* [term * n_blocks + block]: its documents of the block */
	uint16_t *docs;   /* of all lists: number within the block */
	uint8_t *impacts; /* of all lists */
	bool *listed;     /* one a term */
};

struct od_near_desk {
	int16_t *partial; /* all documents, groups whole */
	int16_t *group;   /* largest sum of each group */
	uint8_t *weights; /* OD_TERMS_MAX: of the document asked for */
	size_t doc;       /* whose they are; SIZE_MAX: nobody's */
	struct choice *choices;
	uint8_t *near_chosen;
	uint32_t *candidates;
	const struct od_vectors *v;
};

/* A term of the document, and what it tells for what it costs. */
struct choice {
	uint64_t worth;
	uint32_t at;
	uint16_t term;
	uint8_t weight;
};

static size_t
n_groups(size_t n_docs)
{
	return (n_docs + GROUP - 1) / GROUP;
}

static uint8_t
impact_of(uint8_t weight, double length)
{
	double x = weight * (double)IMPACT / length + 0.5;

	return x > 255 ? 255 : (uint8_t)x;
}

/* ---- the lists */

/* The documents of a block. */
static void
block_range(const struct od_near *near, size_t i, size_t *from, size_t *to)
{
	*from = i * BLOCK;
	*to = *from + BLOCK < near->v->n_docs ? *from + BLOCK : near->v->n_docs;
}

/* Leaves in start how many entries each list has in the block. */
static enum od_rc
count_block(size_t i, void *u, struct od_err *err)
{
	struct od_near *near = u;
	const struct od_vectors *v = near->v;
	size_t from, to;

	(void)err;
	block_range(near, i, &from, &to);
	for (size_t k = v->start[from]; k < v->start[to]; k++)
		near->start[v->terms[k] * near->n_blocks + i] +=
		    near->listed[v->terms[k]];
	return OD_OK;
}

static enum od_rc
fill_block(size_t i, void *u, struct od_err *err)
{
	struct od_near *near = u;
	const struct od_vectors *v = near->v;
	size_t *at = od_alloc((v->n_terms + 1) * sizeof(*at)), from, to;

	(void)err;
	block_range(near, i, &from, &to);
	for (size_t t = 0; t < v->n_terms; t++)
		at[t] = near->start[t * near->n_blocks + i];
	for (size_t d = from; d < to; d++)
		for (size_t k = v->start[d]; k < v->start[d + 1]; k++) {
			uint16_t t = v->terms[k];

			if (!near->listed[t])
				continue;
			near->docs[at[t]] = (uint16_t)(d - from);
			near->impacts[at[t]++] =
			    impact_of(v->weights[k], v->lengths[d]);
		}
	free(at);
	return OD_OK;
}

static void
make_lists(struct od_near *near, unsigned jobs)
{
	size_t cells = near->v->n_terms * near->n_blocks, n = 0;
	struct od_err none;

	near->start = od_alloc((cells + 1) * sizeof(*near->start));
	memset(near->start, 0, (cells + 1) * sizeof(*near->start));
	/* neither pass can fail */
	if (od_pool_run(jobs, near->n_blocks, count_block, near, &none))
		abort();
	for (size_t i = 0; i <= cells; i++) {
		size_t here = near->start[i];

		near->start[i] = n;
		n += here;
	}
	near->docs = od_alloc_table(n * sizeof(*near->docs) + 1);
	near->impacts = od_alloc_table(n + 1);
	if (od_pool_run(jobs, near->n_blocks, fill_block, near, &none))
		abort();
}

struct od_near *
od_near_open(const struct od_vectors *v, unsigned jobs)
{
	struct od_near *near = od_alloc(sizeof(*near));
	double longest = (double)v->n_docs * longest_share;

	*near = (struct od_near){.v = v, .n_blocks = (v->n_docs + BLOCK - 1) / BLOCK};
	near->budget = (size_t)((double)v->n_docs * budget_share);
	if (near->budget < BUDGET_LEAST)
		near->budget = BUDGET_LEAST;
	near->listed = od_alloc((v->n_terms + 1) * sizeof(*near->listed));
	for (size_t t = 0; t < v->n_terms; t++)
		near->listed[t] = v->df[t] <= longest || v->df[t] <= BUDGET_LEAST;
	make_lists(near, jobs);
	return near;
}

void
od_near_close(struct od_near *near)
{
	if (!near)
		return;
	free(near->start);
	free(near->docs);
	free(near->impacts);
	free(near->listed);
	free(near);
}

struct od_near_desk *
od_near_desk_open(const struct od_near *near)
{
	struct od_near_desk *desk = od_alloc(sizeof(*desk));
	size_t groups = n_groups(near->v->n_docs) + 1;

	*desk = (struct od_near_desk){.v = near->v, .doc = SIZE_MAX};
	desk->partial = od_alloc_table(groups * GROUP * sizeof(*desk->partial));
	desk->group = od_alloc(groups * sizeof(*desk->group));
	desk->weights = od_alloc(OD_TERMS_MAX);
	memset(desk->weights, 0, OD_TERMS_MAX);
	desk->choices = od_alloc(OD_TERMS_MAX * sizeof(*desk->choices));
	desk->near_chosen = od_alloc(OD_TERMS_MAX + 2 * APART);
	desk->candidates = od_alloc(CANDIDATES_MOST * sizeof(*desk->candidates));
	return desk;
}

void
od_near_desk_close(struct od_near_desk *desk)
{
	if (!desk)
		return;
	free(desk->partial);
	free(desk->group);
	free(desk->weights);
	free(desk->choices);
	free(desk->near_chosen);
	free(desk->candidates);
	free(desk);
}

const uint8_t *
od_near_weights(const struct od_near *near, struct od_near_desk *desk, size_t doc)
{
	if (desk->doc == doc)
		return desk->weights;
	if (desk->doc != SIZE_MAX) {
		struct od_vector old = od_vector_of(near->v, desk->doc);

		for (size_t i = 0; i < old.n; i++)
			desk->weights[old.terms[i]] = 0;
	}
	if (doc != SIZE_MAX) {
		struct od_vector x = od_vector_of(near->v, doc);

		for (size_t i = 0; i < x.n; i++)
			desk->weights[x.terms[i]] = x.weights[i];
	}
	desk->doc = doc;
	return desk->weights;
}

/* ---- which lists to read */

static bool
is_worth_more(const struct choice *a, const struct choice *b)
{
	return a->worth != b->worth ? a->worth > b->worth : a->term < b->term;
}

static void
sift_down(struct choice *heap, size_t n, size_t i)
{
	struct choice x = heap[i];

	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		child += child + 1 < n && is_worth_more(&heap[child + 1], &heap[child]);
		if (!is_worth_more(&heap[child], &x))
			break;
		heap[i] = heap[child];
	}
	heap[i] = x;
}

/*
 * Puts the terms to read at the end of desk->choices[0 .. *n), the most worth last, and
 * returns how many they are: a heap from which the best is taken until the budget is
 * spent. The first is always taken.
 *
 * A vector's terms stand in the order of the text, and a gram beside a chosen one tells
 * of the same word again: passing over it spends the budget on other words. With that,
 * half the budget finds as many.
 */
static size_t
choose_terms(const struct od_near *near, struct od_near_desk *desk, size_t doc,
             size_t *all)
{
	const struct od_vectors *v = near->v;
	struct od_vector x = od_vector_of(v, doc);
	struct choice *heap = desk->choices;
	uint8_t *near_chosen = desk->near_chosen; /* [i + APART]: of the i-th term */
	size_t n = 0, chosen = 0, spent = 0;

	for (size_t i = 0; i < x.n; i++) {
		uint64_t w = x.weights[i];

		if (near->listed[x.terms[i]])
			heap[n++] =
			    (struct choice){(w * w << 32) / v->df[x.terms[i]],
			                    (uint32_t)i, x.terms[i], x.weights[i]};
	}
	memset(near_chosen, 0, x.n + 2 * APART);
	*all = n;
	for (size_t i = n / 2; i-- > 0;)
		sift_down(heap, n, i);
	for (size_t left = n; left;) {
		struct choice best = heap[0];

		heap[0] = heap[--left];
		sift_down(heap, left, 0);
		if (near_chosen[best.at + APART])
			continue;
		spent += v->df[best.term];
		if (spent > near->budget && chosen)
			break;
		memset(near_chosen + best.at, 1, 2 * APART + 1);
		heap[n - ++chosen] = best;
	}
	return chosen;
}

/* ---- what the lists say of each document */

/* The part of a term's list that tells of a block. */
static void
read_list(int16_t *sum, const struct od_near *near, uint16_t term, size_t block,
          unsigned impact)
{
	const size_t *start = near->start + term * near->n_blocks + block;

	for (size_t p = start[0], end = start[1]; p < end; p++) {
		unsigned x = impact * near->impacts[p] + (1u << (SHIFT - 1));
		int16_t *to = &sum[near->docs[p]];

		*to = (int16_t)(*to + (int)(x >> SHIFT));
	}
}

/* The beginning of a list that is read soon; the rest comes by itself. */
static void
fetch_list(const struct od_near *near, uint16_t term, size_t block)
{
	size_t p = near->start[term * near->n_blocks + block];

	__builtin_prefetch(near->docs + p);
	__builtin_prefetch((const char *)(near->docs + p) + LINE);
	__builtin_prefetch(near->impacts + p);
}

static int16_t
largest_of_group(const int16_t *v)
{
	int16_t most = 0;

	for (size_t i = 0; i < GROUP; i++)
		most = v[i] > most ? v[i] : most;
	return most;
}

/* Block by block, so that the sums stay in the processor's own memory. */
static void
add_up(const struct od_near *near, struct od_near_desk *desk, size_t doc)
{
	size_t all, n = choose_terms(near, desk, doc, &all);
	struct choice *choices = desk->choices + all - n;

	for (size_t k = 0; k < n; k++)
		choices[k].weight = impact_of(choices[k].weight, near->v->lengths[doc]);
	for (size_t b = 0; b < near->n_blocks; b++) {
		size_t from, to, groups;
		int16_t *sum;

		block_range(near, b, &from, &to);
		groups = n_groups(to - from);
		sum = desk->partial + from;
		memset(sum, 0, groups * GROUP * sizeof(*sum));
		for (size_t k = 0; k < n; k++) {
			if (k + 1 < n)
				fetch_list(near, choices[k + 1].term, b);
			read_list(sum, near, choices[k].term, b, choices[k].weight);
		}
		if (doc >= from && doc < to)
			sum[doc - from] = 0; /* itself */
		for (size_t g = 0; g < groups; g++)
			desk->group[from / GROUP + g] =
			    largest_of_group(sum + g * GROUP);
	}
}

/* ---- candidates */

/* The line that at least CANDIDATES groups reach, or 1. */
static int
line_of(const struct od_near_desk *desk, size_t groups)
{
	uint32_t reach[STEPS + 1] = {0};
	size_t n = 0, step = STEPS;

	for (size_t g = 0; g < groups; g++) {
		unsigned s = (unsigned)desk->group[g] / STEP;

		reach[s < STEPS ? s : STEPS]++;
	}
	while (step && (n += reach[step]) < CANDIDATES)
		step--;
	return step ? (int)(step * STEP) : 1;
}

static size_t
collect(const struct od_near_desk *desk, size_t groups, int line)
{
	size_t n = 0;

	for (size_t g = 0; g < groups; g++) {
		if (desk->group[g] < line)
			continue;
		for (size_t d = g * GROUP; d < (g + 1) * GROUP; d++) {
			if (desk->partial[d] < line)
				continue;
			if (n == CANDIDATES_MOST)
				return n + 1;
			desk->candidates[n++] = (uint32_t)d;
		}
	}
	return n;
}

/*
 * At least CANDIDATES documents if so many share anything, at most CANDIDATES_MOST.
 * Among very many equals those with the lowest numbers stay.
 */
static size_t
choose_candidates(struct od_near_desk *desk, size_t n_docs)
{
	size_t groups = n_groups(n_docs), n;
	int line = line_of(desk, groups);

	n = collect(desk, groups, line);
	while (n > CANDIDATES_MOST) {
		size_t fewer;

		line += STEP;
		fewer = collect(desk, groups, line);
		if (fewer < CANDIDATES) {
			n = collect(desk, groups, line - STEP);
			break;
		}
		n = fewer;
	}
	return n > CANDIDATES_MOST ? CANDIDATES_MOST : n;
}

/* ---- the exact comparison */

static double
compare(const struct od_vectors *v, const uint8_t *weights, double length, size_t with)
{
	struct od_vector x = od_vector_of(v, with);
	uint64_t dot = 0;

	for (size_t i = 0; i < x.n; i++)
		dot += (uint32_t)weights[x.terms[i]] * x.weights[i];
	return dot ? (double)dot / (length * x.length) : 0;
}

/* A vector that is compared soon: from anywhere in memory, so nothing else fetches it.
 */
static void
fetch_vector(const struct od_vectors *v, size_t doc)
{
	struct od_vector x = od_vector_of(v, doc);
	const char *terms = (const char *)x.terms, *weights = (const char *)x.weights;

	for (size_t i = 0; i < x.n * sizeof(*x.terms); i += LINE)
		__builtin_prefetch(terms + i);
	for (size_t i = 0; i < x.n; i += LINE)
		__builtin_prefetch(weights + i);
}

/* Keeps the best k of what is offered in the order of documents. */
static size_t
keep(struct od_hit *hits, size_t n, size_t k, struct od_hit x)
{
	size_t at;

	if (x.score <= 0 || (n == k && x.score <= hits[n - 1].score))
		return n;
	at = n < k ? n++ : n - 1;
	for (; at && hits[at - 1].score < x.score; at--)
		hits[at] = hits[at - 1];
	hits[at] = x;
	return n;
}

size_t
od_near_find(const struct od_near *near, struct od_near_desk *desk, size_t doc,
             struct od_hit *hits, size_t k)
{
	const struct od_vectors *v = near->v;
	const uint8_t *weights = od_near_weights(near, desk, doc);
	size_t n = 0, candidates;

	if (!od_vector_of(v, doc).n)
		return 0;
	add_up(near, desk, doc);
	candidates = choose_candidates(desk, v->n_docs);
	for (size_t i = 0; i < candidates; i++) {
		uint32_t d = desk->candidates[i];

		if (i + 2 < candidates)
			fetch_vector(v, desk->candidates[i + 2]);
		n = keep(hits, n, k,
		         (struct od_hit){d, compare(v, weights, v->lengths[doc], d)});
	}
	return n;
}

size_t
od_near_find_all(const struct od_near *near, struct od_near_desk *desk, size_t doc,
                 struct od_hit *hits, size_t k)
{
	const struct od_vectors *v = near->v;
	const uint8_t *weights = od_near_weights(near, desk, doc);
	size_t n = 0;

	for (size_t d = 0; d < v->n_docs; d++)
		if (d != doc)
			n = keep(
			    hits, n, k,
			    (struct od_hit){(uint32_t)d,
			                    compare(v, weights, v->lengths[doc], d)});
	return n;
}
