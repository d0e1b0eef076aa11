#include "search/like.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/grams.h"
#include "analyze/shared.h"
#include "core/deflate.h"
#include "core/file.h"
#include "search/index.h"
#include "search/terms.h"

enum { GRAMS_LIMIT = 64 << 20, TERMS = 1 << 16, NO_TERM = TERMS - 1 };

struct od_like {
	struct od_search *s;
	struct od_index_in *lists;
	uint16_t *of_gram; /* OD_GRAMS: its term, or NO_TERM */
	uint8_t *weights;  /* TERMS */
	uint32_t *seen;    /* OD_GRAMS: the mark of the text that had it last */
	uint32_t mark;
	size_t n_texts;
	struct od_shared *shared;
	struct od_buf symbols, grams; /* of the project looked at */
};

/* ---- opening */

static bool
read_grams(struct od_like *like, struct od_span bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p, *end = p + bytes.n;
	uint32_t gram = 0;

	while (p < end) {
		uint32_t gap = 0;
		unsigned shift = 0;

		for (; p < end && *p & 128 && shift < 28; shift += 7)
			gap |= (uint32_t)(*p++ & 127) << shift;
		if (end - p < 4)
			return false;
		gram += gap | (uint32_t)*p << shift;
		if (gram >= OD_GRAMS)
			return false;
		like->of_gram[gram] = (uint16_t)(p[1] | p[2] << 8);
		like->weights[like->of_gram[gram]] = p[3];
		p += 4;
	}
	like->weights[NO_TERM] = 0;
	return true;
}

static enum od_rc
load_grams(struct od_like *like, struct od_arena *a, struct od_err *err)
{
	struct od_buf plain = {0};
	struct od_span file;
	enum od_rc rc = od_file_read(
	    od_arena_printf(a, "%s/" OD_TERMS_GRAMS, od_search_folder(like->s)),
	    GRAMS_LIMIT, a, &file, OD_KIND_IO, err);

	if (rc)
		return rc;
	memset(like->of_gram, 0xff, OD_GRAMS * sizeof(*like->of_gram));
	memset(like->weights, 0, TERMS);
	memset(like->seen, 0, OD_GRAMS * sizeof(*like->seen));
	if (file.n <= OD_SHARD_HEAD ||
	    !od_gunzip((struct od_span){file.p + OD_SHARD_HEAD, file.n - OD_SHARD_HEAD},
	               GRAMS_LIMIT, &plain) ||
	    !read_grams(like, od_buf_view(&plain)))
		rc = od_err_set(err, OD_KIND_VERIFY, "the search index is damaged");
	od_buf_release(&plain);
	return rc;
}

enum od_rc
od_like_open(struct od_search *s, struct od_arena *a, struct od_like **out,
             struct od_err *err)
{
	struct od_like *like;
	enum od_rc rc;

	*out = NULL;
	if (!od_search_like_column(s, 0)) {
		rc = od_err_set(err, OD_KIND_CONFIG,
		                "the release has no index for drafts");
		return od_err_hint(err, "make it with the stages `analyze` and "
		                        "`portal` of this program");
	}
	like = *out = od_arena_alloc(a, sizeof(*like));
	*like = (struct od_like){.s = s, .shared = od_shared_open()};
	like->of_gram = od_alloc(OD_GRAMS * sizeof(*like->of_gram));
	like->weights = od_alloc(TERMS);
	like->seen = od_alloc(OD_GRAMS * sizeof(*like->seen));
	while (od_search_like_column(s, like->n_texts))
		like->n_texts++;
	rc = load_grams(like, a, err);
	if (!rc)
		rc = od_index_in_open(od_search_folder(s), OD_TERMS_INDEX, a,
		                      &like->lists, err);
	return rc;
}

void
od_like_close(struct od_like *like)
{
	if (!like)
		return;
	od_index_in_close(like->lists);
	od_shared_close(like->shared);
	od_buf_release(&like->symbols);
	od_buf_release(&like->grams);
	free(like->of_gram);
	free(like->weights);
	free(like->seen);
}

/* ---- grams */

static uint64_t
weight_of(const struct od_like *like, uint32_t gram)
{
	return like->weights[like->of_gram[gram]];
}

/* The grams of n texts that weigh something, each once; marks them as seen. */
static void
gather(struct od_like *like, const uint8_t *s, size_t n, struct od_buf *to)
{
	to->n = 0;
	like->mark++;
	for (; n; s++) {
		uint32_t g;

		if (*s == OD_SYMBOL_END) {
			n--;
			continue;
		}
		if (s[1] == OD_SYMBOL_END || s[2] == OD_SYMBOL_END)
			continue;
		g = od_gram(s);
		if (like->seen[g] == like->mark || !weight_of(like, g))
			continue;
		like->seen[g] = like->mark;
		od_buf_put(to, &g, sizeof(g));
	}
}

struct heavy {
	uint32_t gram, weight;
};

static int
by_weight(const void *a, const void *b)
{
	const struct heavy *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->gram > y->gram) - (x->gram < y->gram);
}

/* The draft's grams, the heaviest first; D. */
static struct heavy *
weigh_draft(struct od_like *like, const uint8_t *symbols, struct od_arena *a, size_t *n,
            uint64_t *square)
{
	const uint32_t *grams;
	struct heavy *v;

	gather(like, symbols, 1, &like->grams);
	grams = (const uint32_t *)(const void *)like->grams.p;
	*n = like->grams.n / sizeof(*grams);
	v = od_arena_array(a, *n + 1, sizeof(*v));
	*square = 0;
	for (size_t i = 0; i < *n; i++) {
		v[i] = (struct heavy){grams[i], (uint32_t)weight_of(like, grams[i])};
		*square += (uint64_t)v[i].weight * v[i].weight;
	}
	if (*n)
		qsort(v, *n, sizeof(*v), by_weight);
	return v;
}

/* ---- whom to look at */

/* Adds the weight to all records of the term's list. */
static enum od_rc
add_list(struct od_like *like, struct heavy x, uint32_t *sums, uint32_t *listed,
         struct od_err *err)
{
	struct od_arena tmp = {0};
	uint32_t bound = od_index_in_bound(like->lists);
	struct od_docs has = od_docs_make(bound, &tmp), no = od_docs_make(bound, &tmp);
	char key[OD_TERM_KEY];
	enum od_rc rc;

	od_terms_key(like->of_gram[x.gram], key);
	rc = od_index_find(like->lists, (struct od_span){key, OD_TERM_KEY}, &has, &no,
	                   err);
	if (!rc) {
		size_t n = od_docs_list(&has, listed);

		for (size_t i = 0; i < n; i++)
			sums[listed[i]] += x.weight;
	}
	od_arena_release(&tmp);
	return rc;
}

/* The OD_LIKE_LOOKED records with the largest sums, in no order that matters. */
static size_t
choose(const uint32_t *sums, uint32_t n_docs, uint32_t chosen[OD_LIKE_LOOKED])
{
	size_t n = 0;

	for (uint32_t d = 0; d < n_docs; d++) {
		size_t at;

		if (!sums[d] || (n == OD_LIKE_LOOKED && sums[d] <= sums[chosen[n - 1]]))
			continue;
		at = n < OD_LIKE_LOOKED ? n++ : n - 1;
		for (; at && sums[chosen[at - 1]] < sums[d]; at--)
			chosen[at] = chosen[at - 1];
		chosen[at] = d;
	}
	return n;
}

static enum od_rc
candidates(struct od_like *like, const struct heavy *v, size_t n,
           uint32_t chosen[OD_LIKE_LOOKED], size_t *found, struct od_err *err)
{
	uint32_t docs = od_index_in_bound(like->lists);
	uint32_t *sums = od_alloc(((size_t)docs + 1) * sizeof(*sums));
	uint32_t *listed = od_alloc(((size_t)docs + 1) * sizeof(*listed));
	enum od_rc rc = OD_OK;

	memset(sums, 0, ((size_t)docs + 1) * sizeof(*sums));
	for (size_t i = 0; i < n && i < OD_LIKE_TERMS && !rc; i++)
		rc = add_list(like, v[i], sums, listed, err);
	*found = rc ? 0 : choose(sums, docs, chosen);
	free(sums);
	free(listed);
	return rc;
}

/* ---- looking */

/* The record's texts as symbols. */
static enum od_rc
read_texts(struct od_like *like, uint32_t doc, struct od_err *err)
{
	struct od_arena tmp = {0};
	enum od_rc rc = OD_OK;

	like->symbols.n = 0;
	for (size_t i = 0; i < like->n_texts && !rc; i++) {
		struct od_span text;

		rc = od_search_value(like->s, doc, od_search_like_column(like->s, i),
		                     &tmp, &text, err);
		if (!rc)
			od_gram_symbols(&like->symbols, NULL, text);
	}
	od_arena_release(&tmp);
	return rc;
}

static double
compare(struct od_like *like, const struct heavy *v, size_t n, uint64_t square)
{
	const uint32_t *grams;
	uint64_t other = 0, both = 0;

	gather(like, (const uint8_t *)like->symbols.p, like->n_texts, &like->grams);
	grams = (const uint32_t *)(const void *)like->grams.p;
	for (size_t i = 0; i < like->grams.n / sizeof(*grams); i++)
		other += weight_of(like, grams[i]) * weight_of(like, grams[i]);
	for (size_t i = 0; i < n; i++)
		if (like->seen[v[i].gram] == like->mark)
			both += (uint64_t)v[i].weight * v[i].weight;
	if (!both)
		return 0;
	return (double)both /
	       sqrt((double)square * sqrt((double)square * (double)other));
}

static void
keep(struct od_like_hit *hits, size_t *n, struct od_like_hit x)
{
	size_t at = *n;

	while (at && (hits[at - 1].score < x.score ||
	              (hits[at - 1].score == x.score && hits[at - 1].doc > x.doc)))
		at--;
	if (x.score <= 0 || at == OD_LIKE_HITS)
		return;
	*n += *n < OD_LIKE_HITS;
	memmove(hits + at + 1, hits + at, (*n - at - 1) * sizeof(*hits));
	hits[at] = x;
}

/* ---- why */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A piece of the draft in one line. */
static struct od_span
in_one_line(struct od_span text, struct od_arena *a)
{
	char *p = od_arena_text(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (!is_blank(text.p[i]))
			p[n++] = text.p[i];
		else if (n && p[n - 1] != ' ')
			p[n++] = ' ';
	return (struct od_span){p, n - (n && p[n - 1] == ' ')};
}

static enum od_rc
give_reasons(struct od_like *like, struct od_span text, const uint32_t *at,
             struct od_like_hit *hit, struct od_arena *a, struct od_err *err)
{
	struct od_phrase phrases[OD_PHRASES_MAX];
	enum od_rc rc = read_texts(like, hit->doc, err);

	if (rc)
		return rc;
	hit->n_phrases = od_shared_find(like->shared, (const uint8_t *)like->symbols.p,
	                                phrases, OD_LIKE_PHRASES);
	for (size_t i = 0; i < hit->n_phrases; i++) {
		uint32_t from = at[phrases[i].from];
		uint32_t to = at[phrases[i].from + phrases[i].n];

		hit->phrases[i] =
		    in_one_line((struct od_span){text.p + from, to - from}, a);
	}
	return OD_OK;
}

enum od_rc
od_like_find(struct od_like *like, struct od_span text, struct od_arena *a,
             struct od_like_hit hits[OD_LIKE_HITS], size_t *n, struct od_err *err)
{
	uint32_t chosen[OD_LIKE_LOOKED];
	struct od_buf draft = {0}, at = {0};
	size_t n_grams, found = 0;
	uint64_t square;
	struct heavy *v;
	enum od_rc rc;

	*n = 0;
	od_gram_symbols(&draft, &at, text);
	/* so that it has as many texts as a project; they are empty */
	for (size_t i = 1; i < like->n_texts; i++)
		od_buf_putc(&draft, OD_SYMBOL_END);
	v = weigh_draft(like, (const uint8_t *)draft.p, a, &n_grams, &square);
	rc = candidates(like, v, n_grams, chosen, &found, err);
	for (size_t i = 0; i < found && !rc; i++) {
		rc = read_texts(like, chosen[i], err);
		if (!rc)
			keep(hits, n,
			     (struct od_like_hit){
				 .doc = chosen[i],
				 .score = compare(like, v, n_grams, square)});
	}
	od_shared_set(like->shared, (const uint8_t *)draft.p, like->n_texts,
	              like->weights, like->of_gram);
	for (size_t i = 0; i < *n && !rc; i++) {
		hits[i].percent = (unsigned)(hits[i].score * 100 + 0.5);
		rc = give_reasons(like, text, (const uint32_t *)(const void *)at.p,
		                  &hits[i], a, err);
	}
	od_buf_release(&draft);
	od_buf_release(&at);
	return rc;
}
