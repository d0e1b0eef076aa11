/*
 * What the finder for drafts (search/like.h) takes from the analysis: which grams there
 * are and what each weighs, and the most telling terms of every project.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyze/grams.h"
#include "core/arena.h"
#include "stage/analyze.h"

enum {
	KEPT = 64,    /* terms of a project: those of a template would find everybody */
	FIRST = 0x3f, /* characters of a list; none is a digit */
	DIGIT = 1 << 5 /* of a gap */
};

static const char tables[] =
    "drop table if exists _grams; drop table if exists _terms;"
    "create table _grams(gram integer primary key, term integer, weight integer);"
    "create table _terms(project_id integer primary key, terms text)";

/* What a term weighs: its rarity to the power of 1.5 (vectors.h), the most is 255. */
static void
weigh(const struct od_vectors *v, uint8_t *weights)
{
	double most = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t t = 0; t < OD_TERMS_MAX; t++) {
			double r = v->df[t] ? od_log_ratio(v->n_docs, v->df[t]) : 0;
			double w = r * sqrt(r);

			if (pass)
				weights[t] =
				    most > 0 ? (uint8_t)(w * 255 / most + 0.5) : 0;
			else
				most = w > most ? w : most;
		}
}

static enum od_rc
put_grams(const struct od_vectors *v, struct od_snapshot *to, struct od_err *err)
{
	uint8_t *weights = od_alloc(OD_TERMS_MAX);
	struct od_query *q;
	char text[3][24];
	bool more;
	enum od_rc rc = od_query_open(to, "insert into _grams values(:gram, :term, :w)",
	                              "_grams", &q, err);

	weigh(v, weights);
	for (uint32_t g = 0; g < OD_GRAMS && !rc; g++) {
		uint16_t t = v->of_gram[g];

		if (t == OD_TERM_NONE || !weights[t])
			continue;
		snprintf(text[0], sizeof(text[0]), "%" PRIu32, g);
		snprintf(text[1], sizeof(text[1]), "%u", (unsigned)t);
		snprintf(text[2], sizeof(text[2]), "%u", (unsigned)weights[t]);
		od_query_restart(q);
		for (size_t i = 0; i < 3; i++)
			od_query_bind(q, i, (struct od_pub){.v = od_span_str(text[i])});
		rc = od_query_next(q, &more, err);
	}
	od_query_close(q);
	free(weights);
	return rc;
}

static int
by_number(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* The KEPT terms that weigh most, ascending; of equals those that come first. */
static size_t
choose(struct od_vector x, uint16_t kept[KEPT])
{
	size_t reach[256] = {0}, n = 0, above = 0;
	int line = 255;

	for (size_t i = 0; i < x.n; i++)
		reach[x.weights[i]]++;
	for (; line && above + reach[line] <= KEPT; line--)
		above += reach[line];
	for (size_t i = 0, equals = KEPT - above; i < x.n; i++) {
		if (x.weights[i] < line || (x.weights[i] == line && !equals))
			continue;
		equals -= x.weights[i] == line;
		kept[n++] = x.terms[i];
	}
	qsort(kept, n, sizeof(*kept), by_number);
	return n;
}

static void
put_list(struct od_buf *b, const uint16_t *terms, size_t n)
{
	unsigned next = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned gap = terms[i] - next;

		for (; gap >= DIGIT; gap /= DIGIT)
			od_buf_putc(b, (char)(FIRST + DIGIT + gap % DIGIT));
		od_buf_putc(b, (char)(FIRST + gap));
		next = terms[i] + 1u;
	}
}

enum od_rc
od_terms_put(const struct od_subjects *s, const struct od_vectors *v,
             struct od_snapshot *to, struct od_err *err)
{
	struct od_query *q = NULL;
	struct od_buf list = {0};
	uint16_t kept[KEPT];
	char id[24];
	bool more;
	enum od_rc rc = od_snapshot_exec(to, tables, NULL, err);

	if (!rc)
		rc = put_grams(v, to, err);
	if (!rc)
		rc = od_query_open(to, "insert into _terms values(:id, :terms)",
		                   "_terms", &q, err);
	for (size_t d = 0; d < s->n && !rc; d++) {
		list.n = 0;
		put_list(&list, kept, choose(od_vector_of(v, d), kept));
		snprintf(id, sizeof(id), "%" PRId64, s->v[d].id);
		od_query_restart(q);
		od_query_bind(q, 0, (struct od_pub){.v = od_span_str(id)});
		od_query_bind(q, 1, (struct od_pub){.v = od_buf_view(&list)});
		rc = od_query_next(q, &more, err);
	}
	od_query_close(q);
	od_buf_release(&list);
	return rc;
}
