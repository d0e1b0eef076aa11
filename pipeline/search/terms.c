#include "search/terms.h"

#include <stdlib.h>

#include "core/deflate.h"
#include "search/grams.h"

enum { FIRST = 0x3f, DIGIT_BITS = 5, DIGIT = 1 << DIGIT_BITS };

struct od_terms {
	struct od_snapshot *snapshot;
	struct od_query *q;
	struct od_grams *lists;
	struct od_gram_set set; /* of the record taken last */
};

bool
od_terms_wanted(const struct od_search_decl *d)
{
	unsigned has = 0;

	for (size_t i = 0; i < d->n; i++)
		has |= 1u << d->columns[i].like;
	return has >> OD_LIKE_KEY & has >> OD_LIKE_TEXT & 1;
}

enum od_rc
od_terms_open(struct od_snapshot *s, struct od_terms **out, struct od_err *err)
{
	struct od_terms *t;
	int64_t n = 0;
	enum od_rc rc = od_snapshot_number(
	    s, "select count(*) from sqlite_master where name in ('_terms', '_grams')",
	    &n, err);

	*out = NULL;
	if (rc || n != 2)
		return rc;
	t = *out = od_alloc(sizeof(*t));
	*t = (struct od_terms){.snapshot = s, .lists = od_grams_open()};
	return od_query_open(s, "select terms from _terms where project_id = :id",
	                     "_terms", &t->q, err);
}

void
od_terms_close(struct od_terms *t)
{
	if (!t)
		return;
	od_query_close(t->q);
	od_grams_close(t->lists);
	od_gram_set_release(&t->set);
	free(t);
}

enum od_rc
od_terms_read(struct od_terms *t, struct od_span id, struct od_arena *a,
              struct od_span *list, struct od_err *err)
{
	bool more;
	enum od_rc rc;

	*list = (struct od_span){0};
	if (!t)
		return OD_OK;
	od_query_restart(t->q);
	od_query_bind(t->q, 0, (struct od_pub){.v = id});
	rc = od_query_next(t->q, &more, err);
	if (!rc && more)
		*list = od_arena_dup(a, od_query_cell(t->q, 0).v);
	return rc;
}

void
od_terms_take(struct od_terms *t, uint32_t record, struct od_span list)
{
	uint32_t next = 0, gap = 0;
	unsigned shift = 0;
	char key[OD_TERM_KEY];

	if (!t)
		return;
	od_gram_set_clear(&t->set);
	for (size_t i = 0; i < list.n; i++) {
		unsigned digit = (unsigned char)list.p[i] - FIRST;

		gap |= digit % DIGIT << shift;
		shift += DIGIT_BITS;
		if (digit >= DIGIT)
			continue;
		od_terms_key((uint16_t)(next + gap), key);
		od_gram_set_put(&t->set, key);
		next += gap + 1;
		gap = shift = 0;
	}
	od_grams_add(t->lists, record, &t->set);
}

void
od_terms_write(const struct od_terms *t, struct od_index *to)
{
	od_grams_write(t->lists, to);
}

static void
put_gram(struct od_buf *b, uint32_t gap, unsigned term, unsigned weight)
{
	for (; gap >= 128; gap >>= 7)
		od_buf_putc(b, (char)(gap & 127) | (char)128);
	od_buf_putc(b, (char)gap);
	od_buf_putc(b, (char)(term & 255));
	od_buf_putc(b, (char)(term >> 8));
	od_buf_putc(b, (char)weight);
}

enum od_rc
od_terms_grams(struct od_terms *t, struct od_buf *out, struct od_err *err)
{
	struct od_buf plain = {0};
	struct od_query *q;
	uint32_t last = 0;
	bool more = false;
	enum od_rc rc = od_query_open(
	    t->snapshot, "select gram, term, weight from _grams order by gram",
	    "_grams", &q, err);

	if (rc)
		return rc;
	while (!(rc = od_query_next(q, &more, err)) && more) {
		uint32_t gram = (uint32_t)od_query_int(q, 0);

		put_gram(&plain, gram - last, (unsigned)od_query_int(q, 1),
		         (unsigned)od_query_int(q, 2));
		last = gram;
	}
	od_query_close(q);
	od_buf_put(out, OD_SHARD_MAGIC, OD_SHARD_HEAD);
	od_gzip(od_buf_view(&plain), out);
	od_buf_release(&plain);
	return rc;
}
