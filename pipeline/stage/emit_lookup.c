#include "stage/emit_lookup.h"

#include <stdlib.h>

#include "core/buf.h"

struct pair {
	uint32_t key, value;
};

struct pairs {
	struct pair *v;
	size_t n, cap;
};

static void
add_pair(struct pairs *p, size_t key, size_t value)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 1024;
		p->v = od_realloc(p->v, p->cap * sizeof(*p->v));
	}
	p->v[p->n++] = (struct pair){(uint32_t)key, (uint32_t)value};
}

static enum od_rc
read_pairs(struct od_lookup *l, struct od_snapshot *s, struct pairs *pairs,
           struct od_err *err)
{
	struct od_buf sql = {0};
	struct od_query *q;
	enum od_rc rc;
	bool row;

	od_buf_printf(&sql, "select \"%s\", \"%s\" from \"%s\"", l->on, l->by,
	              l->via->id);
	rc = od_query_open(s, od_buf_str(&sql), l->via->id, &q, err);
	od_buf_release(&sql);
	if (rc)
		return rc;
	while (!(rc = od_query_next(q, &row, err)) && row) {
		struct od_pub key = od_query_cell(q, 0), value = od_query_cell(q, 1);

		if (!key.null && !value.null && value.v.n)
			add_pair(pairs, od_words_put(&l->keys, &l->arena, key.v),
			         od_words_put(&l->values, &l->arena, value.v));
	}
	od_query_close(q);
	return rc;
}

static bool
has_number(const uint32_t *v, size_t n, uint32_t number)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == number)
			return true;
	return false;
}

/* Pairs by key, each value once. */
static void
gather(struct od_lookup *l, const struct pairs *pairs)
{
	size_t *used = od_alloc((l->keys.n + 1) * sizeof(*used));
	size_t from = 0, to = 0;

	l->first = od_alloc((l->keys.n + 1) * sizeof(*l->first));
	l->numbers = od_alloc((pairs->n + 1) * sizeof(*l->numbers));
	memset(l->first, 0, (l->keys.n + 1) * sizeof(*l->first));
	memset(used, 0, (l->keys.n + 1) * sizeof(*used));
	for (size_t i = 0; i < pairs->n; i++)
		l->first[pairs->v[i].key + 1]++;
	for (size_t k = 0; k < l->keys.n; k++)
		l->first[k + 1] += l->first[k];
	for (size_t i = 0; i < pairs->n; i++) {
		struct pair p = pairs->v[i];
		uint32_t *at = l->numbers + l->first[p.key];

		if (!has_number(at, used[p.key], p.value))
			at[used[p.key]++] = p.value;
	}
	for (size_t k = 0; k < l->keys.n; k++) {
		from = l->first[k];
		l->first[k] = to;
		memmove(l->numbers + to, l->numbers + from,
		        used[k] * sizeof(*l->numbers));
		to += used[k];
	}
	l->first[l->keys.n] = to;
	free(used);
}

enum od_rc
od_lookup_load(struct od_lookup *l, struct od_snapshot *s, const struct od_partition *p,
               struct od_err *err)
{
	struct pairs pairs = {0};
	enum od_rc rc;

	*l = (struct od_lookup){.via = p->via, .on = p->on, .by = p->by};
	rc = read_pairs(l, s, &pairs, err);
	if (!rc)
		gather(l, &pairs);
	free(pairs.v);
	return rc;
}

const uint32_t *
od_lookup_find(const struct od_lookup *l, struct od_span key, size_t *n)
{
	size_t k = od_sentence_find(&l->keys, key);

	*n = k == OD_WORDS_NONE ? 0 : l->first[k + 1] - l->first[k];
	return *n ? l->numbers + l->first[k] : NULL;
}

void
od_lookup_release(struct od_lookup *l)
{
	od_words_release(&l->keys);
	od_words_release(&l->values);
	od_arena_release(&l->arena);
	free(l->first);
	free(l->numbers);
	*l = (struct od_lookup){0};
}
