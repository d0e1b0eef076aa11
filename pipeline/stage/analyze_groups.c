/*
 * Groups: projects linked by pairs of likely duplicates. A pair joins two groups if
 * they stay small: chains of slightly different projects would else grow into one heap
 * that says nothing. Pairs come the most alike first, so what is cut off is the least
 * alike.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage/analyze.h"

enum { MEMBERS_MOST = 20 };

static int
by_likeness(const void *a, const void *b)
{
	const struct od_likeness *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* The lowest number of the group stands for it. */
static uint32_t
root_of(uint32_t *group, uint32_t i)
{
	while (group[i] != i)
		i = group[i] = group[group[i]];
	return i;
}

static enum od_rc
put_member(struct od_query *q, int64_t group, int64_t id, double score, int64_t near_id,
           struct od_err *err)
{
	char text[4][24];
	bool more;

	snprintf(text[0], sizeof(text[0]), "%" PRId64, group);
	snprintf(text[1], sizeof(text[1]), "%" PRId64, id);
	snprintf(text[2], sizeof(text[2]), "%.3f", score);
	snprintf(text[3], sizeof(text[3]), "%" PRId64, near_id);
	od_query_restart(q);
	for (size_t i = 0; i < 4; i++)
		od_query_bind(q, i, (struct od_pub){.v = od_span_str(text[i])});
	return od_query_next(q, &more, err);
}

/* Fills temp._groups: each member with its nearest fellow. */
static enum od_rc
put_groups(const struct od_subjects *s, const struct od_likeness *pairs, size_t n,
           struct od_snapshot *to, struct od_err *err)
{
	uint32_t *group = od_alloc((s->n + 1) * sizeof(*group));
	uint32_t *size = od_alloc((s->n + 1) * sizeof(*size));
	const struct od_likeness **best = od_alloc((s->n + 1) * sizeof(*best));
	struct od_query *q = NULL;
	enum od_rc rc = od_snapshot_exec(
	    to,
	    "drop table if exists temp._groups; create temp table _groups(group_id "
	    "integer, project_id integer primary key, score text, near_id integer)",
	    NULL, err);

	if (!rc)
		rc = od_query_open(
		    to, "insert into temp._groups values(:group, :id, :score, :near)",
		    "_groups", &q, err);
	for (uint32_t i = 0; i < s->n; i++) {
		group[i] = i;
		size[i] = 1;
		best[i] = NULL;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t a = root_of(group, pairs[i].a), b = root_of(group, pairs[i].b);

		if (a != b && size[a] + size[b] > MEMBERS_MOST)
			continue;
		best[pairs[i].a] = best[pairs[i].a] ? best[pairs[i].a] : &pairs[i];
		best[pairs[i].b] = best[pairs[i].b] ? best[pairs[i].b] : &pairs[i];
		if (a == b)
			continue;
		group[a > b ? a : b] = a > b ? b : a;
		size[a > b ? b : a] = size[a] + size[b];
	}
	for (uint32_t i = 0; i < s->n && !rc; i++)
		if (best[i])
			rc = put_member(
			    q, s->v[root_of(group, i)].id, s->v[i].id, best[i]->score,
			    s->v[best[i]->a == i ? best[i]->b : best[i]->a].id, err);
	od_query_close(q);
	free(group);
	free(size);
	free(best);
	return rc;
}

enum od_rc
od_groups_make(const struct od_dataset *d, const struct od_subjects *s,
               const struct od_buf *pairs, struct od_snapshot *to, struct od_err *err)
{
	size_t n = pairs->n / sizeof(struct od_likeness);
	struct od_likeness *sorted = od_alloc(pairs->n + 1);
	struct od_buf sql = {0};
	enum od_rc rc;

	if (n) {
		memcpy(sorted, pairs->p, pairs->n);
		qsort(sorted, n, sizeof(*sorted), by_likeness);
	}
	rc = put_groups(s, sorted, n, to, err);
	free(sorted);
	if (rc)
		return rc;
	od_buf_printf(&sql, "insert into \"%s\" %s", d->id, d->sql);
	rc = od_snapshot_exec(to, od_buf_str(&sql), NULL, err);
	od_buf_release(&sql);
	return rc ? od_err_wrap(err, "dataset '%s'", d->id) : OD_OK;
}
