#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/grams.h"
#include "analyze/near.h"
#include "analyze/shared.h"
#include "core/log.h"
#include "core/pool.h"
#include "core/utf8.h"
#include "stage/analyze.h"

enum {
	NEAREST = 10,
	SLICE = 256,
	PHRASES = 2,
	PHRASES_TO_RANK = 3, /* they are most of a row: only where a reader looks */
	PHRASE_MOST = 40,    /* characters shown of one */
	CELLS = 10,
};

/* The fields of such a dataset, in this order. */
static const char *const field_names[CELLS] = {
    NULL,         NULL,          "rank",         "score",        "shared_text",
    "same_place", "same_target", "overlap_days", "budget_ratio", "agency",
};

struct similar {
	const struct od_subjects *s;
	const struct od_vectors *vectors;
	const struct od_near *near;
	double threshold;
	/*
	 * Under the lock: the snapshot, which is read and written through one
	 * connection, since SQLite lets no other one read while much is written. Slices
	 * are written in their order by whoever has the next.
	 */
	pthread_mutex_t lock;
	struct od_snapshot *snapshot;
	struct slice *slices;
	size_t next;
	struct od_query *insert;
	struct od_buf *pairs;
	int64_t rows;
};

/* The rows of a slice: CELLS spans each, as offsets into the text. */
struct slice {
	struct od_buf text, ends, pairs;
	bool done;
};

/* ---- reasons */

/* How many of the parts between '/' are the same from the left. */
static size_t
same_levels(const char *a, const char *b)
{
	size_t n = 0;

	while (*a && *b) {
		size_t i = strcspn(a, "/"), j = strcspn(b, "/");

		if (i != j || memcmp(a, b, i) != 0)
			break;
		n++;
		a += i + (a[i] == '/');
		b += j + (b[j] == '/');
	}
	return n;
}

/* The longest common beginning of a code of `a` and one of `b`, in whole pairs. */
static size_t
same_place(const char *a, const char *b)
{
	size_t best = 0;

	for (; *a; a += strcspn(a, " "), a += *a == ' ')
		for (const char *c = b; *c; c += strcspn(c, " "), c += *c == ' ') {
			size_t n = 0;

			while (a[n] && a[n] != ' ' && a[n] == c[n])
				n++;
			n /= 2;
			best = n > best ? n : best;
		}
	return best;
}

/* The first code of `a` that is one of `b`. */
static struct od_span
same_target(const char *a, const char *b)
{
	for (; *a; a += strcspn(a, " "), a += *a == ' ') {
		size_t n = strcspn(a, " ");

		for (const char *c = b; *c; c += strcspn(c, " "), c += *c == ' ')
			if (strcspn(c, " ") == n && !memcmp(a, c, n))
				return (struct od_span){a, n};
	}
	return (struct od_span){"", 0};
}

static void
put_overlap(struct od_buf *out, const struct od_subject *a, const struct od_subject *b)
{
	int64_t from = a->start_day > b->start_day ? a->start_day : b->start_day;
	int64_t to = a->end_day < b->end_day ? a->end_day : b->end_day;

	if (!a->start_day || !b->start_day || !a->end_day || !b->end_day)
		return;
	od_buf_printf(out, "%" PRId64, to >= from ? to - from + 1 : 0);
}

/* The smaller of two budgets as hundredths of the larger. */
static void
put_ratio(struct od_buf *out, const struct od_subject *a, const struct od_subject *b)
{
	int64_t less = a->satang < b->satang ? a->satang : b->satang;
	int64_t more = a->satang < b->satang ? b->satang : a->satang;
	unsigned hundredths;

	if (less <= 0)
		return;
	hundredths = (unsigned)((double)less * 100 / (double)more + 0.5);
	od_buf_printf(out, "%u.%02u", hundredths / 100, hundredths % 100);
}

/* ---- shared phrases, as they stand in the project's own text */

/* The texts of the project in hand: each, and where its symbols begin in it. */
struct page {
	struct od_span texts[16];
	struct od_buf at[16], symbols;
};

/* Marks that stand above, below or behind another letter, and never first. */
static bool
is_mark(uint32_t c)
{
	return c == 0xE31 || c == 0xE33 || (c >= 0xE34 && c <= 0xE3A) || c == 0xE45 ||
	       (c >= 0xE47 && c <= 0xE4E);
}

static bool
mark_at(const char *p, const char *end)
{
	uint32_t c;

	return p < end && (od_utf8_get(p, end, &c), is_mark(c));
}

/* Whether the last letter is a vowel that is written before its consonant. */
static bool
ends_leading(const char *p, const char *end)
{
	uint32_t c;

	return end - p >= 3 && od_utf8_get(end - 3, end, &c) == 3 && c >= 0xE40 &&
	       c <= 0xE44;
}

/* Appends bytes [from, to) of a text without torn letters and without edges of blanks.
 */
static void
put_phrase(struct od_buf *out, struct od_span text, size_t from, size_t to)
{
	const char *p = text.p + from, *end = text.p + to, *all = text.p + text.n;
	const char *last = p;
	uint32_t c;
	size_t n = 0, before = out->n;

	while (mark_at(p, end) || (p < end && (unsigned char)*p <= ' '))
		p += od_utf8_get(p, end, &c);
	/* `last` is where a letter with all its marks ends */
	for (const char *q = last = p; q < end && n < PHRASE_MOST; n++) {
		q += od_utf8_get(q, end, &c);
		if (!mark_at(q, all))
			last = q;
	}
	while (last > p && ((unsigned char)last[-1] <= ' ' || ends_leading(p, last)))
		last -= (unsigned char)last[-1] <= ' ' ? 1 : 3;
	for (; p < last; p++)
		od_buf_putc(out, (unsigned char)*p < ' ' ? ' ' : *p);
	if (out->n == before && before)
		out->n -= 3; /* the divider before a phrase of which nothing is left */
}

static void
put_phrases(struct od_buf *out, const struct page *page, const struct od_phrase *v,
            size_t n)
{
	size_t start = out->n;

	for (size_t i = 0; i < n; i++) {
		size_t from = v[i].from, text = 0, length;
		const uint32_t *at;

		while (from >= (length = page->at[text].n / sizeof(*at))) {
			from -= length;
			text++;
		}
		at = (const uint32_t *)(const void *)page->at[text].p;
		if (out->n > start)
			od_buf_puts(out, " | ");
		put_phrase(out, page->texts[text], at[from], at[from + v[i].n]);
	}
}

static void
turn_page(struct page *page, const struct od_span *texts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		page->texts[i] = texts[i];
		page->at[i].n = page->symbols.n = 0;
		od_gram_symbols(&page->symbols, &page->at[i], page->texts[i]);
	}
}

static void
close_page(struct page *page)
{
	for (size_t i = 0; i < OD_ARRAY_LEN(page->at); i++)
		od_buf_release(&page->at[i]);
	od_buf_release(&page->symbols);
}

/* ---- a slice of projects */

static void
end_cell(struct slice *out)
{
	uint32_t end = (uint32_t)out->text.n;

	od_buf_put(&out->ends, &end, sizeof(end));
}

static void
put_row(struct similar *w, struct slice *out, const struct page *page,
        struct od_shared *shared, size_t doc, const struct od_hit *hit, size_t rank)
{
	static const char *const places[] = {"", "province", "district", "subdistrict"};
	static const char *const agencies[] = {"other", "ministry", "department",
	                                       "division"};
	const struct od_subject *a = &w->s->v[doc], *b = &w->s->v[hit->doc];
	struct od_phrase phrases[OD_PHRASES_MAX] = {{0}};
	size_t place = same_place(a->places, b->places);
	size_t levels = same_levels(a->agency, b->agency);
	unsigned score = (unsigned)(hit->score * 1000 + 0.5);
	struct od_buf *t = &out->text;

	od_buf_printf(t, "%" PRId64, a->id);
	end_cell(out);
	od_buf_printf(t, "%" PRId64, b->id);
	end_cell(out);
	od_buf_printf(t, "%zu", rank);
	end_cell(out);
	od_buf_printf(t, "%u.%03u", score / 1000, score % 1000);
	end_cell(out);
	if (rank <= PHRASES_TO_RANK)
		put_phrases(t, page, phrases,
		            od_shared_find(shared, b->symbols, phrases, PHRASES));
	end_cell(out);
	od_buf_puts(t, places[place < 4 ? place : 3]);
	end_cell(out);
	od_buf_span(t, same_target(a->targets, b->targets));
	end_cell(out);
	put_overlap(t, a, b);
	end_cell(out);
	put_ratio(t, a, b);
	end_cell(out);
	od_buf_puts(t, agencies[levels < 4 ? levels : 3]);
	end_cell(out);
	if (hit->score >= w->threshold && levels < 2) {
		struct od_likeness pair = {(uint32_t)doc, hit->doc, hit->score};

		if (pair.a > pair.b) {
			pair.a = hit->doc;
			pair.b = (uint32_t)doc;
		}
		od_buf_put(&out->pairs, &pair, sizeof(pair));
	}
}

static void
make_rows(struct similar *w, size_t from, size_t to, const struct od_span *texts,
          struct slice *out)
{
	struct od_near_desk *desk = od_near_desk_open(w->near);
	struct od_shared *shared = od_shared_open();
	struct page page = {0};
	size_t n_phrases = w->s->d->analysis.n_phrases;

	for (size_t doc = from; doc < to; doc++, texts += n_phrases) {
		struct od_hit hits[NEAREST];
		size_t n = od_near_find(w->near, desk, doc, hits, NEAREST);

		turn_page(&page, texts, n_phrases);
		od_shared_set(shared, w->s->v[doc].symbols, n_phrases,
		              od_near_weights(w->near, desk, doc), w->vectors->of_gram);
		for (size_t k = 0; k < n; k++)
			put_row(w, out, &page, shared, doc, &hits[k], k + 1);
	}
	close_page(&page);
	od_shared_close(shared);
	od_near_desk_close(desk);
}

/* The texts in which phrases are looked for, of subjects [from, to). */
static enum od_rc
read_texts(struct similar *w, size_t from, size_t to, struct od_arena *a,
           struct od_span *texts, struct od_err *err)
{
	struct od_subject_row row = {0};
	size_t n = w->s->d->analysis.n_phrases;
	bool more;
	enum od_rc rc = od_subject_row_open(w->snapshot, w->s->d, w->s->v[from].id,
	                                    w->s->v[to - 1].id, &row, err);

	for (; from < to && !rc; from++) {
		rc = od_query_next(row.q, &more, err);
		for (size_t i = 0; i < n && !rc && more; i++)
			*texts++ =
			    od_arena_dup(a, od_query_cell(row.q, row.texts[i]).v);
	}
	od_query_close(row.q);
	return rc;
}

static enum od_rc
write_slice(struct similar *w, struct slice *x, struct od_err *err)
{
	const uint32_t *ends = (const uint32_t *)(const void *)x->ends.p;
	size_t n = x->ends.n / sizeof(*ends) / CELLS;
	uint32_t at = 0;
	bool more;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < n && !rc; i++) {
		od_query_restart(w->insert);
		for (size_t c = 0; c < CELLS; c++, ends++) {
			struct od_pub cell = {.v = {x->text.p + at, *ends - at}};

			cell.null = !cell.v.n;
			od_query_bind(w->insert, c, cell);
			at = *ends;
		}
		rc = od_query_next(w->insert, &more, err);
		w->rows++;
	}
	od_buf_put(w->pairs, x->pairs.p, x->pairs.n);
	od_buf_release(&x->text);
	od_buf_release(&x->ends);
	od_buf_release(&x->pairs);
	return rc;
}

static enum od_rc
do_slice(size_t i, void *u, struct od_err *err)
{
	struct similar *w = u;
	const struct od_subjects *s = w->s;
	size_t from = i * SLICE, to = from + SLICE < s->n ? from + SLICE : s->n;
	struct od_arena a = {0};
	struct od_span *texts = od_arena_array(
	    &a, (to - from) * s->d->analysis.n_phrases + 1, sizeof(*texts));
	enum od_rc rc;

	pthread_mutex_lock(&w->lock);
	rc = read_texts(w, from, to, &a, texts, err);
	pthread_mutex_unlock(&w->lock);
	if (!rc)
		make_rows(w, from, to, texts, &w->slices[i]);
	od_arena_release(&a);
	od_progress_add(to - from);
	if (rc)
		return rc;
	pthread_mutex_lock(&w->lock);
	w->slices[i].done = true;
	while (!rc && w->slices[w->next].done)
		rc = write_slice(w, &w->slices[w->next++], err);
	pthread_mutex_unlock(&w->lock);
	return rc;
}

/* ---- all of it */

static enum od_rc
check_fields(const struct od_dataset *d, struct od_err *err)
{
	bool fits = d->n_fields == CELLS;

	for (size_t i = 0; i < CELLS && fits; i++)
		fits = !field_names[i] || !strcmp(d->fields[i].name, field_names[i]);
	if (fits)
		return OD_OK;
	return od_err_set(
	    err, OD_KIND_SCHEMA,
	    "%s/dataset.yaml: the fields of an analysis 'similar' are two "
	    "ids, rank, score, shared_text, same_place, same_target, "
	    "overlap_days, budget_ratio and agency",
	    d->dir);
}

static enum od_rc
open_insert(struct similar *w, struct od_snapshot *to, struct od_err *err)
{
	struct od_buf sql = {0};
	enum od_rc rc;

	od_buf_printf(&sql, "insert into \"%s\" values(", w->s->d->id);
	for (int i = 0; i < CELLS; i++)
		od_buf_printf(&sql, "%s:c%d", i ? ", " : "", i);
	od_buf_puts(&sql, ")");
	rc = od_query_open(to, od_buf_str(&sql), w->s->d->id, &w->insert, err);
	od_buf_release(&sql);
	return rc;
}

enum od_rc
od_similar_make(const struct od_stage_ctx *ctx, const struct od_subjects *s,
                struct od_snapshot *to, double threshold, struct od_buf *pairs,
                int64_t *rows, struct od_err *err)
{
	struct similar w = {
	    .s = s, .threshold = threshold, .pairs = pairs, .snapshot = to};
	size_t n = (s->n + SLICE - 1) / SLICE;
	const uint8_t **docs = od_alloc((s->n + 1) * sizeof(*docs));
	struct od_vectors *vectors;
	struct od_near *near;
	enum od_rc rc = check_fields(s->d, err);

	if (!rc)
		rc = open_insert(&w, to, err);
	if (rc) {
		free(docs);
		return rc;
	}
	for (size_t i = 0; i < s->n; i++)
		docs[i] = s->v[i].symbols;
	w.vectors = vectors = od_vectors_open(docs, s->n, s->d->analysis.weights,
	                                      s->d->analysis.n_texts, ctx->jobs);
	rc = od_terms_put(s, vectors, to, err);
	w.near = near = od_near_open(vectors, ctx->jobs);
	w.slices = od_alloc((n + 1) * sizeof(*w.slices));
	memset(w.slices, 0, (n + 1) * sizeof(*w.slices));
	pthread_mutex_init(&w.lock, NULL);
	if (!rc)
		rc = od_pool_run(ctx->jobs, n, do_slice, &w, err);
	pthread_mutex_destroy(&w.lock);
	*rows = w.rows;
	for (size_t i = 0; i < n; i++) {
		od_buf_release(&w.slices[i].text);
		od_buf_release(&w.slices[i].ends);
		od_buf_release(&w.slices[i].pairs);
	}
	free(w.slices);
	free(docs);
	od_query_close(w.insert);
	od_near_close(near);
	od_vectors_close(vectors);
	return rc;
}
