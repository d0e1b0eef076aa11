/* index_read.c - see index.h */
#include <string.h>

#include "core/deflate.h"
#include "core/file.h"
#include "search/index.h"
#include "search/rice.h"

enum { ROOT_LIMIT = 256 << 20 };

struct page {
	struct od_span key;
	struct od_place_at at;
	uint32_t bytes;
};

struct list {
	uint32_t place, bytes, n;
};

struct run {
	uint32_t last, pages;
	struct list list;
};

struct od_index_in {
	struct od_shards_in pages_in, lists_in;
	struct page *pages;
	struct run *runs; /* ordered by last page */
	uint32_t n_pages, n_runs, bound;
	uint32_t *docs;
	struct od_arena tmp;
};

static enum od_rc
damaged(struct od_err *err)
{
	return od_err_set(err, OD_KIND_VERIFY, "the search index is damaged");
}

/* ---- the root */

static bool
read_pages(struct od_index_in *x, struct od_rice_in *r, struct od_arena *a)
{
	struct od_place_at end = {0};

	x->pages = od_arena_array(a, x->n_pages + 1, sizeof(*x->pages));
	for (uint32_t i = 0; i < x->n_pages; i++) {
		struct page *p = &x->pages[i];
		uint32_t lcp = od_rice_get_gamma(r) - 1;
		uint32_t rest = od_rice_get_gamma(r) - 1;
		char *key;

		if (r->bad || lcp > (i ? x->pages[i - 1].key.n : 0) ||
		    lcp + rest > OD_KEY_MAX)
			return false;
		key = od_arena_text(a, lcp + rest + 1);
		if (lcp)
			memcpy(key, x->pages[i - 1].key.p, lcp);
		for (uint32_t k = 0; k < rest; k++)
			key[lcp + k] = (char)od_rice_get(r, 8);
		p->key = (struct od_span){key, lcp + rest};
		p->bytes = od_rice_get_gamma(r);
		p->at = od_place_next(&end, p->bytes, OD_SHARD_BIN);
	}
	return !r->bad;
}

static bool
read_runs(struct od_index_in *x, struct od_rice_in *r, struct od_arena *a)
{
	uint32_t last = 0;

	x->runs = od_arena_array(a, x->n_runs + 1, sizeof(*x->runs));
	for (uint32_t i = 0; i < x->n_runs; i++) {
		struct run *u = &x->runs[i];

		last += od_rice_get_gamma(r) - 1;
		u->last = last;
		u->pages = od_rice_get_gamma(r);
		u->list.n = od_rice_get_gamma(r);
		u->list.place = od_rice_get(r, 32);
		u->list.bytes = od_rice_get_gamma(r);
		if (r->bad || last >= x->n_pages || u->pages > last)
			return false;
	}
	return true;
}

enum od_rc
od_index_in_open(const char *dir, const char *name, struct od_arena *a,
                 struct od_index_in **out, struct od_err *err)
{
	struct od_index_in *x = od_arena_alloc(a, sizeof(*x));
	struct od_buf plain = {0};
	struct od_rice_in r;
	struct od_span file;
	bool good;
	enum od_rc rc = od_file_read(od_arena_printf(a, "%s/%s.root", dir, name),
	                             ROOT_LIMIT, a, &file, OD_KIND_IO, err);

	if (rc)
		return rc;
	x->pages_in =
	    (struct od_shards_in){.dir = dir, .name = name, .kind = OD_SHARD_BIN};
	x->lists_in = (struct od_shards_in){
	    .dir = dir, .name = od_arena_printf(a, "%sl", name), .kind = OD_SHARD_BIN};
	good =
	    file.n > OD_SHARD_HEAD &&
	    od_gunzip((struct od_span){file.p + OD_SHARD_HEAD, file.n - OD_SHARD_HEAD},
	              ROOT_LIMIT, &plain);
	r = (struct od_rice_in){(const unsigned char *)plain.p, plain.n, 0, false};
	if (good) {
		x->bound = od_rice_get_gamma(&r) - 1;
		x->n_pages = od_rice_get_gamma(&r) - 1;
		good = !r.bad && x->n_pages <= plain.n && read_pages(x, &r, a);
	}
	if (good) {
		x->n_runs = od_rice_get_gamma(&r) - 1;
		good = !r.bad && x->n_runs <= plain.n && read_runs(x, &r, a);
	}
	od_buf_release(&plain);
	if (!good)
		return damaged(err);
	x->docs = od_arena_array(a, (size_t)x->bound + 1, sizeof(*x->docs));
	*out = x;
	return OD_OK;
}

uint32_t
od_index_in_bound(const struct od_index_in *x)
{
	return x->bound;
}

void
od_index_in_close(struct od_index_in *x)
{
	if (!x)
		return;
	od_shards_in_close(&x->pages_in);
	od_shards_in_close(&x->lists_in);
	od_arena_release(&x->tmp);
}

/* ---- finding */

static int
compare(struct od_span a, struct od_span b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return c ? c : a.n < b.n ? -1 : a.n > b.n;
}

static bool
begins(struct od_span text, struct od_span with)
{
	return text.n >= with.n && !memcmp(text.p, with.p, with.n);
}

static void
add(struct od_docs *to, const uint32_t *docs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		od_docs_add(to, docs[i]);
}

static enum od_rc
add_list(struct od_index_in *x, struct list l, struct od_docs *to, struct od_err *err)
{
	struct od_span item;
	struct od_rice_in r;
	enum od_rc rc = od_shards_get(&x->lists_in, od_place_unpack(l.place), l.bytes,
	                              &x->tmp, &item, err);

	if (rc)
		return rc;
	r = (struct od_rice_in){(const unsigned char *)item.p, item.n, 0, false};
	if (!od_rice_get_list(&r, x->docs, l.n, x->bound))
		return damaged(err);
	add(to, x->docs, l.n);
	return OD_OK;
}

/* The leaf's records, into `to` if that is not NULL. */
static enum od_rc
take_docs(struct od_index_in *x, struct od_rice_in *r, struct od_docs *to,
          struct od_err *err)
{
	struct list l = {.n = od_rice_get_gamma(r)};

	if (r->bad || l.n > x->bound)
		return damaged(err);
	if (l.n <= OD_INLINE) {
		if (!od_rice_get_list(r, x->docs, l.n, x->bound))
			return damaged(err);
		if (to)
			add(to, x->docs, l.n);
		return OD_OK;
	}
	l.place = od_rice_get(r, 32);
	l.bytes = od_rice_get_gamma(r);
	return to ? add_list(x, l, to, err) : OD_OK;
}

static enum od_rc
look_into(struct od_index_in *x, uint32_t page, struct od_span word,
          struct od_docs *sure, struct od_docs *maybe, struct od_err *err)
{
	struct od_span item;
	struct od_rice_in r;
	char key[OD_KEY_MAX];
	size_t n = 0;
	enum od_rc rc = od_shards_get(&x->pages_in, x->pages[page].at,
	                              x->pages[page].bytes, &x->tmp, &item, err);

	if (rc)
		return rc;
	r = (struct od_rice_in){(const unsigned char *)item.p, item.n, 0, false};
	for (;;) {
		uint32_t lcp = od_rice_get_gamma(&r), rest;
		struct od_span k;

		if (lcp == 1)
			return r.bad ? damaged(err) : OD_OK;
		lcp -= 2;
		rest = od_rice_get_gamma(&r);
		if (r.bad || lcp > n || rest > OD_KEY_MAX - lcp)
			return damaged(err);
		for (uint32_t i = 0; i < rest; i++)
			key[lcp + i] = (char)od_rice_get(&r, 8);
		n = lcp + rest;
		k = (struct od_span){key, n};
		rc = take_docs(x, &r,
		               begins(k, word)   ? sure
		               : begins(word, k) ? maybe
		                                 : NULL,
		               err);
		if (rc)
			return rc;
	}
}

/* The last page whose first key is not greater than the word; 0 if there is none. */
static uint32_t
first_page(const struct od_index_in *x, struct od_span word)
{
	uint32_t from = 0, to = x->n_pages;

	while (from < to) {
		uint32_t at = from + (to - from) / 2;

		if (compare(x->pages[at].key, word) <= 0)
			from = at + 1;
		else
			to = at;
	}
	return from ? from - 1 : 0;
}

static uint32_t
last_page(const struct od_index_in *x, struct od_span word, uint32_t from)
{
	uint32_t to = x->n_pages - 1;

	while (from < to) {
		uint32_t at = from + (to - from + 1) / 2;

		if (begins(x->pages[at].key, word) ||
		    compare(x->pages[at].key, word) < 0)
			from = at;
		else
			to = at - 1;
	}
	return from;
}

/* The run whose last page is `last` and that begins with page `start`, or NULL. */
static const struct run *
find_run(const struct od_index_in *x, uint32_t start, uint32_t last)
{
	uint32_t from = 0, to = x->n_runs;

	while (from < to) {
		uint32_t at = from + (to - from) / 2;

		if (x->runs[at].last < last)
			from = at + 1;
		else
			to = at;
	}
	for (; from < x->n_runs && x->runs[from].last == last; from++)
		if (x->runs[from].pages == last - start)
			return &x->runs[from];
	return NULL;
}

enum od_rc
od_index_find(struct od_index_in *x, struct od_span word, struct od_docs *sure,
              struct od_docs *maybe, struct od_err *err)
{
	uint32_t first, last, page;
	const struct run *run;
	enum od_rc rc = OD_OK;

	if (!x->n_pages)
		return OD_OK;
	first = first_page(x, word);
	last = last_page(x, word, first);
	/* A run begins with the first page whose first key has the word. */
	page = begins(x->pages[first].key, word) ? first : first + 1;
	run = page <= last ? find_run(x, page, last) : NULL;
	if (run)
		rc = add_list(x, run->list, sure, err);
	for (uint32_t i = first; i <= last && !rc; i++)
		if (!run || i < page || i == last)
			rc = look_into(x, i, word, sure, maybe, err);
	od_arena_reset(&x->tmp);
	return rc;
}
