#include "search/query.h"

#include <string.h>

#include "core/buf.h"
#include "core/utf8.h"
#include "search/norm.h"

static size_t
blanks(struct od_span q)
{
	size_t at = 0;

	while (at < q.n) {
		uint32_t c;
		unsigned n = od_utf8_get(q.p + at, q.p + q.n, &c);

		if (!od_norm_is_space(c))
			break;
		at += n;
	}
	return at;
}

static size_t
word_length(struct od_span q)
{
	size_t at = 0;

	while (at < q.n) {
		uint32_t c;
		unsigned n = od_utf8_get(q.p + at, q.p + q.n, &c);

		if (od_norm_is_space(c))
			break;
		at += n;
	}
	return at;
}

static struct od_span
skip(struct od_span q, size_t n)
{
	return (struct od_span){q.p + n, q.n - n};
}

/* Takes the next term's text off the query; a minus alone is a word. */
static struct od_span
next(struct od_span *q, bool *unwanted)
{
	struct od_span text = *q, rest = *q;
	const char *end;
	size_t n;

	*unwanted = rest.p[0] == '-' && word_length(skip(rest, 1)) > 0;
	if (*unwanted)
		rest = skip(rest, 1);
	if (rest.p[0] != '"') {
		n = word_length(rest);
		text = (struct od_span){rest.p, n};
		*q = skip(rest, n);
		return text;
	}
	rest = skip(rest, 1);
	end = rest.n ? memchr(rest.p, '"', rest.n) : NULL;
	n = end ? (size_t)(end - rest.p) : rest.n;
	text = (struct od_span){rest.p, n};
	*q = skip(rest, n + (end != NULL));
	return text;
}

struct od_query_terms
od_query_parse(struct od_span query, struct od_arena *a)
{
	struct od_term *v = od_arena_array(a, query.n + 1, sizeof(*v));
	struct od_query_terms t = {v, 0, 0};
	struct od_norm norm = {0};
	struct od_buf b = {0};

	for (query = skip(query, blanks(query)); query.n;
	     query = skip(query, blanks(query))) {
		bool unwanted;
		struct od_span text = next(&query, &unwanted);

		b.n = 0;
		od_norm_put(&norm, &b, text);
		if (!b.n)
			continue;
		v[t.n++] = (struct od_term){od_arena_dup(a, od_buf_view(&b)), unwanted};
		t.wanted += !unwanted;
	}
	od_buf_release(&b);
	od_norm_release(&norm);
	return t;
}
