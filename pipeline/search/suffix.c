#include "search/suffix.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/pool.h"

enum { BUCKETS = 1 << 16, SMALL = 48, MOST_DEPTH = OD_KEY_MAX - 1, NEAR = 6 };

struct suffix {
	uint32_t at, text;
};

/* Suffixes from..from+n of the sorted ones share `depth` symbols, and no others do. */
struct leaf {
	uint32_t from, n, depth;
};

struct od_suffix {
	struct od_buf blob; /* the distinct texts, each with a 0 behind it */
	uint32_t *begin;    /* of each text in the blob; one more at the end */
	uint32_t *known;    /* hash table of text numbers + 1 */
	size_t n, cap, slots;
	struct pair {
		uint32_t text, doc;
	} * pairs;
	size_t n_pairs, cap_pairs;
	uint32_t *docs,
	    *docs_at; /* docs of text t: docs[docs_at[t] .. docs_at[t + 1]] */
};

struct od_suffix *
od_suffix_open(void)
{
	struct od_suffix *s = od_alloc(sizeof(*s));

	memset(s, 0, sizeof(*s));
	return s;
}

void
od_suffix_close(struct od_suffix *s)
{
	if (!s)
		return;
	od_buf_release(&s->blob);
	free(s->begin);
	free(s->known);
	free(s->pairs);
	free(s->docs);
	free(s->docs_at);
	free(s);
}

/* ---- texts */

static uint64_t
hash_text(struct od_span t)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < t.n; i++)
		h = (h ^ (unsigned char)t.p[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

static struct od_span
text_of(const struct od_suffix *s, uint32_t i)
{
	return (struct od_span){s->blob.p + s->begin[i],
	                        s->begin[i + 1] - s->begin[i] - 1};
}

static void
grow(struct od_suffix *s)
{
	size_t slots = s->slots ? s->slots * 2 : 4096;

	free(s->known);
	s->known = od_alloc(slots * sizeof(*s->known));
	memset(s->known, 0, slots * sizeof(*s->known));
	s->slots = slots;
	for (uint32_t i = 0; i < s->n; i++) {
		size_t at = hash_text(text_of(s, i)) & (slots - 1);

		while (s->known[at])
			at = (at + 1) & (slots - 1);
		s->known[at] = i + 1;
	}
}

static uint32_t
number_of(struct od_suffix *s, struct od_span text)
{
	size_t at;

	if (s->n * 2 >= s->slots)
		grow(s);
	at = hash_text(text) & (s->slots - 1);
	for (; s->known[at]; at = (at + 1) & (s->slots - 1))
		if (od_span_equal(text_of(s, s->known[at] - 1), text))
			return s->known[at] - 1;
	if (s->n + 2 > s->cap) {
		s->cap = s->cap ? s->cap * 2 : 4096;
		s->begin = od_realloc(s->begin, s->cap * sizeof(*s->begin));
		s->begin[0] = 0;
	}
	od_buf_span(&s->blob, text);
	od_buf_putc(&s->blob, 0);
	s->known[at] = (uint32_t)++s->n;
	s->begin[s->n] = (uint32_t)s->blob.n;
	return (uint32_t)s->n - 1;
}

void
od_suffix_add(struct od_suffix *s, uint32_t doc, struct od_span text)
{
	if (!text.n)
		return;
	if (s->n_pairs == s->cap_pairs) {
		s->cap_pairs = s->cap_pairs ? s->cap_pairs * 2 : 4096;
		s->pairs = od_realloc(s->pairs, s->cap_pairs * sizeof(*s->pairs));
	}
	s->pairs[s->n_pairs++] = (struct pair){number_of(s, text), doc};
}

/* The records of each text, side by side and ascending. */
static void
gather_docs(struct od_suffix *s)
{
	size_t n = (s->n + 2) * sizeof(uint32_t);
	uint32_t *at;

	s->docs_at = memset(od_alloc(n), 0, n);
	s->docs = od_alloc((s->n_pairs + 1) * sizeof(*s->docs));
	for (size_t i = 0; i < s->n_pairs; i++)
		s->docs_at[s->pairs[i].text + 1]++;
	for (size_t i = 0; i < s->n; i++)
		s->docs_at[i + 1] += s->docs_at[i];
	at = memcpy(od_alloc(n), s->docs_at, n);
	for (size_t i = 0; i < s->n_pairs; i++)
		s->docs[at[s->pairs[i].text]++] = s->pairs[i].doc;
	free(at);
	free(s->pairs);
	s->pairs = NULL;
	s->cap_pairs = 0;
}

/* ---- where a suffix begins */

static bool
begins_here(unsigned char c)
{
	bool follows = c == 0xb0 || c == 0xb1 || c == 0xb2 ||
	               (c >= 0xb4 && c <= 0xba) || c == 0xc5 ||
	               (c >= 0xc7 && c <= 0xce);

	return c >= 2 && !(c >= 0x10 && c <= ' ') && !follows;
}

size_t
od_suffix_start(struct od_span word)
{
	size_t i = 0;

	while (i < word.n && !begins_here((unsigned char)word.p[i]))
		i++;
	return i;
}

/* ---- sorting a part of the suffixes */

struct part {
	uint32_t from, to; /* of buckets: the first two symbols */
	size_t n;
	struct suffix *v, *spare;
	struct leaf *leaves;
	size_t n_leaves, cap_leaves;
};

static unsigned
symbol(const struct od_suffix *s, struct suffix x, uint32_t depth)
{
	return (unsigned char)s->blob.p[x.at + depth];
}

static void
put_leaf(struct part *p, uint32_t from, uint32_t n, uint32_t depth)
{
	if (p->n_leaves == p->cap_leaves) {
		p->cap_leaves = p->cap_leaves ? p->cap_leaves * 2 : 4096;
		p->leaves = od_realloc(p->leaves, p->cap_leaves * sizeof(*p->leaves));
	}
	p->leaves[p->n_leaves++] = (struct leaf){from, n, depth};
}

static void sort(const struct od_suffix *s, struct part *p, uint32_t from, uint32_t n,
                 uint32_t depth);

/* These n share `depth` symbols, the last of which is `last`. */
static void
split(const struct od_suffix *s, struct part *p, uint32_t from, uint32_t n,
      uint32_t depth, unsigned last)
{
	uint32_t docs = 0;

	for (uint32_t i = 0; i < n && docs <= OD_FEW; i++) {
		uint32_t t = p->v[from + i].text;

		docs += s->docs_at[t + 1] - s->docs_at[t];
	}
	if (last == 0 || docs <= OD_FEW || depth >= MOST_DEPTH)
		put_leaf(p, from, n, depth);
	else
		sort(s, p, from, n, depth);
}

static void
sort_few(const struct od_suffix *s, struct part *p, uint32_t from, uint32_t n,
         uint32_t depth)
{
	struct suffix *v = p->v + from;

	for (uint32_t i = 1; i < n; i++) {
		struct suffix x = v[i];
		unsigned c = symbol(s, x, depth);
		uint32_t k = i;

		for (; k && symbol(s, v[k - 1], depth) > c; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
	for (uint32_t i = 0, k; i < n; i = k) {
		unsigned c = symbol(s, v[i], depth);

		for (k = i + 1; k < n && symbol(s, v[k], depth) == c; k++)
			continue;
		split(s, p, from + i, k - i, depth + 1, c);
	}
}

static void
sort(const struct od_suffix *s, struct part *p, uint32_t from, uint32_t n,
     uint32_t depth)
{
	uint32_t begin[257] = {0}, at[256];

	if (n < SMALL) {
		sort_few(s, p, from, n, depth);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		begin[symbol(s, p->v[from + i], depth) + 1]++;
	for (unsigned c = 0; c < 256; c++) {
		begin[c + 1] += begin[c];
		at[c] = begin[c];
	}
	for (uint32_t i = 0; i < n; i++) {
		struct suffix x = p->v[from + i];

		p->spare[at[symbol(s, x, depth)]++] = x;
	}
	memcpy(p->v + from, p->spare, n * sizeof(*p->v));
	for (unsigned c = 0; c < 256; c++)
		if (begin[c + 1] > begin[c])
			split(s, p, from + begin[c], begin[c + 1] - begin[c], depth + 1,
			      c);
}

static uint32_t
bucket(const char *p)
{
	return (uint32_t)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static void
sort_part(const struct od_suffix *s, struct part *p)
{
	size_t n = 0;

	p->v = od_alloc((p->n + 1) * sizeof(*p->v));
	p->spare = od_alloc((p->n + 1) * sizeof(*p->spare));
	for (uint32_t t = 0; t < s->n; t++)
		for (uint32_t at = s->begin[t]; at + 1 < s->begin[t + 1]; at++) {
			uint32_t b = bucket(s->blob.p + at);

			if (b >= p->from && b < p->to &&
			    begins_here((unsigned char)s->blob.p[at]))
				p->v[n++] = (struct suffix){at, t};
		}
	if (n)
		sort(s, p, 0, (uint32_t)n, 0);
	free(p->spare);
	p->spare = NULL;
}

/* ---- leaves */

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorted lists, a few long ones or many short ones: ascending and once each. */
static size_t
unite(uint32_t *v, size_t n)
{
	size_t to = 0;
	bool sorted = true;

	for (size_t i = 1; i < n && sorted; i++)
		sorted = v[i - 1] < v[i];
	if (sorted)
		return n;
	if (n <= NEAR * NEAR) {
		for (size_t i = 1; i < n; i++) {
			uint32_t x = v[i];
			size_t k = i;

			for (; k && v[k - 1] > x; k--)
				v[k] = v[k - 1];
			v[k] = x;
		}
	} else {
		qsort(v, n, sizeof(*v), by_number);
	}
	for (size_t i = 0; i < n; i++)
		if (!to || v[to - 1] != v[i])
			v[to++] = v[i];
	return to;
}

struct room {
	uint32_t *p;
	size_t cap;
};

static void
emit(const struct od_suffix *s, const struct part *p, const struct leaf *l,
     struct room *room, struct od_index *to)
{
	struct od_span key = {s->blob.p + p->v[l->from].at, l->depth};
	size_t n = 0;

	for (uint32_t i = 0; i < l->n; i++) {
		uint32_t t = p->v[l->from + i].text;

		n += s->docs_at[t + 1] - s->docs_at[t];
	}
	if (n > room->cap) {
		room->cap = n * 2;
		room->p = od_realloc(room->p, room->cap * sizeof(*room->p));
	}
	n = 0;
	for (uint32_t i = 0; i < l->n; i++) {
		uint32_t t = p->v[l->from + i].text;
		size_t k = s->docs_at[t + 1] - s->docs_at[t];

		memcpy(room->p + n, s->docs + s->docs_at[t], k * sizeof(*room->p));
		n += k;
	}
	od_index_put(to, key, room->p, unite(room->p, n));
}

static void
emit_part(const struct od_suffix *s, struct part *p, struct room *room,
          struct od_index *to)
{
	for (size_t i = 0; i < p->n_leaves; i++)
		emit(s, p, &p->leaves[i], room, to);
	free(p->v);
	free(p->leaves);
	*p = (struct part){0};
}

/* ---- all of it */

/* Cuts the buckets into parts of about OD_SORT suffixes. */
static struct part *
cut(const struct od_suffix *s, size_t *n_parts)
{
	uint32_t *count = od_alloc(BUCKETS * sizeof(*count));
	struct part *parts = NULL;
	size_t n = 0, cap = 0;

	memset(count, 0, BUCKETS * sizeof(*count));
	for (size_t i = 0; i + 1 < s->blob.n; i++)
		if (begins_here((unsigned char)s->blob.p[i]))
			count[bucket(s->blob.p + i)]++;
	for (uint32_t b = 0; b < BUCKETS; b++) {
		if (!count[b])
			continue;
		if (!n || parts[n - 1].n + count[b] > OD_SORT) {
			if (n == cap) {
				cap = cap ? cap * 2 : 16;
				parts = od_realloc(parts, cap * sizeof(*parts));
			}
			parts[n++] = (struct part){.from = b};
		}
		parts[n - 1].n += count[b];
		parts[n - 1].to = b + 1;
	}
	free(count);
	*n_parts = n;
	return parts;
}

/* Parts are sorted while those before them, which must stay in order, are written. */
struct round {
	const struct od_suffix *s;
	struct od_index *to;
	struct room room;
	struct part *sorted, *sorting;
	size_t n_sorted;
};

static enum od_rc
run_task(size_t i, void *u, struct od_err *err)
{
	struct round *r = u;

	(void)err;
	if (i)
		sort_part(r->s, &r->sorting[i - 1]);
	for (size_t k = 0; !i && k < r->n_sorted; k++)
		emit_part(r->s, &r->sorted[k], &r->room, r->to);
	return OD_OK;
}

enum od_rc
od_suffix_write(struct od_suffix *s, unsigned jobs, struct od_index *to,
                struct od_err *err)
{
	struct round r = {.s = s, .to = to};
	struct part *parts;
	size_t n, k;
	enum od_rc rc = OD_OK;

	gather_docs(s);
	parts = cut(s, &n);
	for (size_t i = 0; (i < n || r.n_sorted) && !rc; i += k) {
		k = n - i < jobs ? n - i : jobs;
		r.sorting = parts + i;
		rc = od_pool_run(jobs, k + 1, run_task, &r, err);
		r.sorted = r.sorting;
		r.n_sorted = k;
	}
	free(parts);
	free(r.room.p);
	return rc;
}

static int
by_text(const void *a, const void *b, void *u)
{
	const struct od_suffix *s = u;

	/* Texts end with 0, which no text holds. */
	return strcmp(s->blob.p + s->begin[*(const uint32_t *)a],
	              s->blob.p + s->begin[*(const uint32_t *)b]);
}

void
od_suffix_write_whole(struct od_suffix *s, struct od_index *to)
{
	uint32_t *order = od_alloc((s->n + 1) * sizeof(*order));

	gather_docs(s);
	for (uint32_t i = 0; i < s->n; i++)
		order[i] = i;
	qsort_r(order, s->n, sizeof(*order), by_text, s);
	for (size_t i = 0; i < s->n; i++) {
		uint32_t t = order[i], *docs = s->docs + s->docs_at[t];
		size_t n = unite(docs, s->docs_at[t + 1] - s->docs_at[t]);

		od_index_put(to,
		             (struct od_span){s->blob.p + s->begin[t],
		                              s->begin[t + 1] - s->begin[t]},
		             docs, n);
	}
	free(order);
}
