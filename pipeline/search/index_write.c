/* index_write.c - see index.h */
#include <stdlib.h>
#include <string.h>

#include "core/deflate.h"
#include "search/index.h"
#include "search/rice.h"

/* A run of pages that share `depth` symbols; it began with page `start`. */
struct run {
	size_t depth;
	uint32_t start;
	struct od_docs docs; /* of its pages that are complete */
};

/* Where a list lies that was written before: the same list is written once. */
struct known {
	char hash[OD_SHA256_HEX];
	uint32_t place, bytes;
};

struct od_index {
	struct od_shards pages, lists;
	struct od_sha256 *hash;
	char *path; /* of the root */
	uint32_t bound;

	struct od_rice page;
	char first[OD_KEY_MAX], key[OD_KEY_MAX]; /* of the page; the last one put */
	size_t first_n, key_n, refs;
	bool open;
	struct od_docs page_docs;

	struct od_rice root, runs;
	char before[OD_KEY_MAX]; /* first key of the page before */
	size_t before_n;
	uint32_t n_pages, n_runs, last_run;

	struct run stack[OD_KEY_MAX + 1];
	size_t depth;
	uint32_t *list;

	struct known *known; /* open addressing */
	size_t n_known, cap_known;
	struct od_index_fact fact;
};

static struct od_docs
no_docs(uint32_t bound)
{
	size_t n = (od_docs_words(bound) + 1) * 8;

	return (struct od_docs){memset(od_alloc(n), 0, n), bound};
}

struct od_index *
od_index_open(const char *dir, const char *name, uint32_t bound, struct od_sha256 *hash)
{
	struct od_index *x = od_alloc(sizeof(*x));
	struct od_buf b = {0};

	memset(x, 0, sizeof(*x));
	x->hash = hash;
	x->bound = bound;
	od_shards_init(&x->pages, dir, name, OD_SHARD_BIN, hash);
	od_buf_printf(&b, "%sl", name);
	od_shards_init(&x->lists, dir, od_buf_str(&b), OD_SHARD_BIN, hash);
	b.n = 0;
	od_buf_printf(&b, "%s/%s.root", dir, name);
	x->path = memcpy(od_alloc(b.n + 1), od_buf_str(&b), b.n + 1);
	od_buf_release(&b);
	x->list = od_alloc(((size_t)bound + 1) * sizeof(*x->list));
	x->page_docs = no_docs(bound);
	return x;
}

/* ---- lists beside the pages */

static size_t
slot_of(const struct od_index *x, const char *hash)
{
	uint64_t h = 0;
	size_t i;

	for (size_t k = 0; k < 12; k++)
		h = h * 37 + (unsigned char)hash[k];
	for (i = h % x->cap_known; x->known[i].bytes; i = (i + 1) % x->cap_known)
		if (!memcmp(x->known[i].hash, hash, OD_SHA256_HEX))
			break;
	return i;
}

static void
grow_known(struct od_index *x)
{
	struct known *old = x->known;
	size_t n = x->cap_known;

	x->cap_known = n ? n * 2 : 1024;
	x->known = od_alloc(x->cap_known * sizeof(*x->known));
	memset(x->known, 0, x->cap_known * sizeof(*x->known));
	for (size_t i = 0; i < n; i++)
		if (old[i].bytes)
			x->known[slot_of(x, old[i].hash)] = old[i];
	free(old);
}

static struct known
put_list(struct od_index *x, const uint32_t *docs, size_t n)
{
	struct od_rice w = {0};
	struct known k;
	size_t at;

	od_rice_list(&w, docs, n, x->bound);
	od_rice_flush(&w);
	/* The number of records is part of what a list says. */
	od_rice_put(&w, (uint32_t)n, 32);
	od_sha256_hex(od_buf_view(&w.b), k.hash);
	w.b.n -= 4;
	if (2 * x->n_known >= x->cap_known)
		grow_known(x);
	at = slot_of(x, k.hash);
	if (!x->known[at].bytes) {
		k.place = od_place_pack(od_shards_put(&x->lists, od_buf_view(&w.b)));
		k.bytes = (uint32_t)w.b.n;
		x->known[at] = k;
		x->n_known++;
	}
	od_buf_release(&w.b);
	return x->known[at];
}

/* ---- runs of pages */

static void
end_run(struct od_index *x, struct run *r)
{
	uint32_t last = x->n_pages - 1;
	struct known k;
	size_t n;

	if (last - r->start < OD_RUN_PAGES)
		return;
	n = od_docs_list(&r->docs, x->list);
	k = put_list(x, x->list, n);
	od_rice_gamma(&x->runs, last - x->last_run + 1);
	od_rice_gamma(&x->runs, last - r->start);
	od_rice_gamma(&x->runs, (uint32_t)n);
	od_rice_put(&x->runs, k.place, 32);
	od_rice_gamma(&x->runs, k.bytes);
	x->last_run = last;
	x->n_runs++;
}

/*
 * The page that is complete and the next one share `lcp` symbols: runs that share more
 * end with the complete page, and its records belong to those that go on.
 */
static void
next_page(struct od_index *x, size_t lcp)
{
	uint32_t start = x->n_pages - 1;

	while (x->depth && x->stack[x->depth - 1].depth > lcp) {
		struct run *r = &x->stack[--x->depth];

		end_run(x, r);
		start = r->start;
		if (x->depth && x->stack[x->depth - 1].depth >= lcp) {
			od_docs_or(&x->stack[x->depth - 1].docs, &r->docs);
			free(r->docs.w);
		} else {
			/* A new run takes over what the shorter one had. */
			x->stack[x->depth++] = (struct run){lcp, start, r->docs};
			break;
		}
	}
	if (!x->depth || x->stack[x->depth - 1].depth < lcp)
		x->stack[x->depth++] = (struct run){lcp, start, no_docs(x->bound)};
	od_docs_or(&x->stack[x->depth - 1].docs, &x->page_docs);
	memset(x->page_docs.w, 0, od_docs_words(x->bound) * 8);
}

/* ---- pages */

static size_t
common(const char *a, size_t an, const char *b, size_t bn)
{
	size_t n = 0;

	while (n < an && n < bn && a[n] == b[n])
		n++;
	return n;
}

static void
put_symbols(struct od_rice *w, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		od_rice_put(w, (unsigned char)p[i], 8);
}

static void
end_page(struct od_index *x)
{
	size_t lcp = common(x->before, x->before_n, x->first, x->first_n);

	od_rice_gamma(&x->page, 1);
	od_rice_flush(&x->page);
	od_rice_gamma(&x->root, (uint32_t)lcp + 1);
	od_rice_gamma(&x->root, (uint32_t)(x->first_n - lcp) + 1);
	put_symbols(&x->root, x->first + lcp, x->first_n - lcp);
	od_rice_gamma(&x->root, (uint32_t)x->page.b.n);
	od_shards_put(&x->pages, od_buf_view(&x->page.b));
	memcpy(x->before, x->first, x->first_n);
	x->before_n = x->first_n;
	x->n_pages++;
	x->page.b.n = 0;
	x->open = false;
	x->refs = 0;
}

static void
put_docs(struct od_index *x, const uint32_t *docs, size_t n)
{
	struct known k;

	od_rice_gamma(&x->page, (uint32_t)n);
	if (n <= OD_INLINE) {
		od_rice_list(&x->page, docs, n, x->bound);
		return;
	}
	k = put_list(x, docs, n);
	od_rice_put(&x->page, k.place, 32);
	od_rice_gamma(&x->page, k.bytes);
	x->refs++;
}

void
od_index_put(struct od_index *x, struct od_span key, const uint32_t *docs, size_t n)
{
	size_t lcp = 0;

	if (x->open && (x->page.b.n >= OD_PAGE || x->refs >= OD_PAGE_REFS)) {
		end_page(x);
		next_page(x, common(x->before, x->before_n, key.p, key.n));
	}
	if (!x->open) {
		memcpy(x->first, key.p, key.n);
		x->first_n = key.n;
		x->open = true;
	} else {
		lcp = common(x->key, x->key_n, key.p, key.n);
	}
	od_rice_gamma(&x->page, (uint32_t)lcp + 2);
	od_rice_gamma(&x->page, (uint32_t)(key.n - lcp));
	put_symbols(&x->page, key.p + lcp, key.n - lcp);
	put_docs(x, docs, n);
	for (size_t i = 0; i < n; i++)
		od_docs_add(&x->page_docs, docs[i]);
	memcpy(x->key, key.p, key.n);
	x->key_n = key.n;
	x->fact.leaves++;
}

/* ---- the root */

static void
append(struct od_rice *to, struct od_rice *from, uint32_t n)
{
	size_t whole = from->b.n;

	od_rice_gamma(to, n + 1);
	put_symbols(to, from->b.p, whole);
	od_rice_put(to, (uint32_t)(from->held & ((1u << from->n) - 1)), from->n);
}

static enum od_rc
write_root(struct od_index *x, struct od_err *err)
{
	struct od_rice w = {0};
	struct od_buf small = {0};
	struct od_out *out = od_out_open(x->path, NULL);

	od_rice_gamma(&w, x->bound + 1);
	append(&w, &x->root, x->n_pages);
	append(&w, &x->runs, x->n_runs);
	od_rice_flush(&w);
	od_gzip(od_buf_view(&w.b), &small);
	od_sha256_field(x->hash, od_buf_view(&small));
	od_out_put(out, OD_SHARD_MAGIC, OD_SHARD_HEAD);
	od_out_span(out, od_buf_view(&small));
	x->fact.root_bytes = small.n;
	od_buf_release(&w.b);
	od_buf_release(&small);
	return od_out_close(out, NULL, err);
}

enum od_rc
od_index_close(struct od_index *x, struct od_index_fact *fact, struct od_err *err)
{
	struct od_err ignored;
	enum od_rc rc, lists;

	if (x->open)
		end_page(x);
	while (x->depth) {
		struct run *r = &x->stack[--x->depth];

		end_run(x, r);
		if (x->depth)
			od_docs_or(&x->stack[x->depth - 1].docs, &r->docs);
		free(r->docs.w);
	}
	rc = od_shards_close(&x->pages, err);
	lists = od_shards_close(&x->lists, rc ? &ignored : err);
	rc = rc ? rc : lists;
	if (!rc)
		rc = write_root(x, err);
	x->fact.page_bytes = x->pages.bytes;
	x->fact.list_bytes = x->lists.bytes;
	x->fact.bytes = x->pages.bytes + x->lists.bytes + x->fact.root_bytes;
	x->fact.pages = x->n_pages;
	x->fact.runs = x->n_runs;
	x->fact.files = x->pages.files + x->lists.files + 1;
	*fact = x->fact;
	free(x->path);
	free(x->list);
	free(x->known);
	free(x->page_docs.w);
	od_buf_release(&x->page.b);
	od_buf_release(&x->root.b);
	od_buf_release(&x->runs.b);
	free(x);
	return rc;
}
