#include "stage/score.h"

#include <stdio.h>
#include <string.h>

static enum od_rc
number(struct od_snapshot *s, const char *id, const char *sql, int64_t *out,
       struct od_err *err)
{
	char text[512];

	snprintf(text, sizeof(text), "%s and dataset = '%s'", sql, id);
	return od_snapshot_number(s, text, out, err);
}

/* Tenths of a percent; more bad ones than all are all. */
static int64_t
share(int64_t good, int64_t all)
{
	return all <= 0 || good < 0 ? 0 : 1000 * good / all;
}

static int64_t
columns(const struct od_dataset *d)
{
	int64_t n = 0;

	for (size_t i = 0; i < d->n_fields; i++)
		n += strcmp(d->fields[i].anonymize, "drop") != 0;
	return n;
}

enum od_rc
od_score(const struct od_spec *spec, struct od_snapshot *s, const struct od_dataset *d,
         struct od_score *out, struct od_err *err)
{
	const struct od_weights *w = &spec->catalog.score;
	int64_t read = 0, published = 0, rejected = 0, warned = 0, filled = 0;
	const struct {
		const char *sql;
		int64_t *to;
	} figures[] = {
	    {"select read from _counts where true", &read},
	    {"select published from _counts where true", &published},
	    {"select coalesce(sum(n), 0) from _quality where effect "
	     "in ('reject', 'parent') and rule <> 'parent_missing'",
	     &rejected},
	    {"select coalesce(sum(n), 0) from _quality where effect "
	     "in ('warn', 'withheld')",
	     &warned},
	    {"select coalesce(sum(n), 0) from _stats where kind = "
	     "'filled'",
	     &filled},
	};
	enum od_rc rc = OD_OK;

	*out = (struct od_score){0};
	for (size_t i = 0; i < OD_ARRAY_LEN(figures) && !rc; i++)
		rc = number(s, d->id, figures[i].sql, figures[i].to, err);
	if (rc || !published)
		return rc;
	out->valid = share(read - rejected, read);
	out->clean = share(published - warned, published);
	out->filled = share(filled, published * columns(d));
	out->total =
	    (w->valid * out->valid + w->clean * out->clean + w->filled * out->filled) /
	    100;
	return OD_OK;
}
