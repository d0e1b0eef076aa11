#include "stage/gate_groups.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/*
 * When a figure changed too much. Of a group `now` and `before` are the figure, `rows`
 * and `old_rows` its rows; `lim` and `few` are the limit and OD_GROUP_ROWS. A group
 * that came or went has 0 on one side. Shares of redacted rows are compared as ratios,
 * and below one in fifty as if they were that: noise of a few texts is no news.
 */
static const struct comparison {
	const char *kind, *where;
	size_t limit;     /* offset in struct od_limits */
	const char *what; /* in the message */
} comparisons[] = {
    {"rows", "abs(now - before) > lim * before and abs(now - before) >= few",
     offsetof(struct od_limits, max_group_change), "rows"},
    {"sum",
     "min(rows, old_rows) >= few and before <> 0 and abs(now - before) > abs(before) * "
     "lim * case when min(rows, old_rows) >= 4 * few then 1 else 10 end",
     offsetof(struct od_limits, max_group_change), "the sum"},
    {"filled",
     "min(rows, old_rows) >= few and before * 1.0 / old_rows - now * 1.0 / rows > lim "
     "and before * 1.0 * rows / old_rows - now >= few",
     offsetof(struct od_limits, max_group_fill_drop), "rows with a value"},
    {"redacted",
     "min(rows, old_rows) >= few and abs(now * 1.0 / rows - before * 1.0 / old_rows) > "
     "lim * max(before * 1.0 / old_rows, 0.02) and abs(now - before * 1.0 * rows / "
     "old_rows) >= few",
     offsetof(struct od_limits, max_redaction_change), "rows with something cut"},
};

static void
put_query(const struct od_dataset *d, const struct comparison *c, double limit,
          struct od_buf *sql)
{
	od_buf_printf(
	    sql,
	    "with figure as (select grp, value, field, coalesce(a.n, 0) as now, "
	    "coalesce(b.n, 0) as before from (select grp, value, field, n from "
	    "main._groups where dataset = '%s' and kind = '%s') a full join "
	    "(select grp, value, field, n from last._groups where dataset = '%s' "
	    "and kind = '%s') b using (grp, value, field)), ",
	    d->id, c->kind, d->id, c->kind);
	od_buf_printf(
	    sql,
	    "judged as (select f.*, %f as lim, %d as few, coalesce(x.n, 0) as rows, "
	    "coalesce(y.n, 0) as old_rows from figure f left join main._groups x on "
	    "x.dataset = '%s' and x.grp = f.grp and x.value = f.value and x.kind = "
	    "'rows' "
	    "left join last._groups y on y.dataset = '%s' and y.grp = f.grp and "
	    "y.value = "
	    "f.value and y.kind = 'rows') ",
	    limit, OD_GROUP_ROWS, d->id, d->id);
	od_buf_printf(
	    sql,
	    "select case when grp = '' then '' else ' of ' || grp || ' ' || value "
	    "end, case when field = '' then '' else '.' || field end, now, "
	    "before from judged where %s order by abs(now - before) desc, grp, "
	    "value, field",
	    c->where);
}

static enum od_rc
compare(const struct od_dataset *d, const struct comparison *c, struct od_snapshot *s,
        struct od_buf *reasons, unsigned *n, struct od_err *err)
{
	double limit =
	    *(const double *)(const void *)((const char *)&d->limits + c->limit);
	struct od_buf sql = {0};
	struct od_query *q;
	enum od_rc rc;
	bool row;

	if (limit < 0)
		return OD_OK;
	put_query(d, c, limit, &sql);
	rc = od_query_open(s, od_buf_str(&sql), d->id, &q, err);
	od_buf_release(&sql);
	if (rc)
		return rc;
	while (!(rc = od_query_next(q, &row, err)) && row)
		if ((*n)++ < OD_GROUP_REASONS)
			od_buf_printf(
			    reasons, "%s'%s%.*s'%.*s: %s %lld after %lld",
			    reasons->n ? "; " : "", d->id, (int)od_query_cell(q, 1).v.n,
			    od_query_cell(q, 1).v.p, (int)od_query_cell(q, 0).v.n,
			    od_query_cell(q, 0).v.p, c->what,
			    (long long)od_query_int(q, 2),
			    (long long)od_query_int(q, 3));
	od_query_close(q);
	return rc;
}

static enum od_rc
attach(struct od_snapshot *s, const char *previous, struct od_err *err)
{
	struct od_query *q;
	enum od_rc rc =
	    od_query_open(s, "attach database :path as last", previous, &q, err);
	bool row;

	if (rc)
		return rc;
	od_query_bind(q, 0, (struct od_pub){.v = od_span_str(previous)});
	rc = od_query_next(q, &row, err);
	od_query_close(q);
	return rc;
}

enum od_rc
od_groups_compare(const struct od_spec *spec, struct od_snapshot *s,
                  const char *previous, struct od_buf *reasons, unsigned *n,
                  struct od_err *err)
{
	int64_t known = 0;
	enum od_rc rc = attach(s, previous, err);

	if (rc)
		return rc;
	rc = od_snapshot_number(
	    s, "select count(*) from last.sqlite_master where name = '_groups'", &known,
	    err);
	for (size_t i = 0; i < spec->n_datasets && known && !rc; i++)
		for (size_t k = 0; k < OD_ARRAY_LEN(comparisons) && !rc; k++)
			rc = compare(&spec->datasets[i], &comparisons[k], s, reasons, n,
			             err);
	return rc ? rc : od_snapshot_exec(s, "detach database last", NULL, err);
}
