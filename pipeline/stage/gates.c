#include "stage/gates.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "stage/figures.h"
#include "stage/gate_groups.h"

/* Reasons to hold, gathered: an operator wants to see them all at once. */
struct verdict {
	struct od_buf reasons;
	unsigned n;
	bool exposes; /* a person: no reason makes that right */
};

static OD_PRINTF(2, 3) void hold(struct verdict *v, const char *fmt, ...);

static void
hold(struct verdict *v, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (v->n++ < 4) {
		od_buf_puts(&v->reasons, v->n > 1 ? "; " : "");
		od_buf_puts(&v->reasons, text);
	}
}

static enum od_rc
number(struct od_snapshot *s, int64_t *out, struct od_err *err, const char *table,
       const char *what, const char *where)
{
	char sql[400];

	snprintf(sql, sizeof(sql), "select %s from %s where %s", what, table, where);
	return od_snapshot_number(s, sql, out, err);
}

/* Of `rows`, are `n` more than the limit? */
static bool
is_much(int64_t n, int64_t rows, double limit)
{
	return limit >= 0 && (double)n > limit * (double)rows &&
	       (n >= OD_GATE_ROWS || 2 * n > rows);
}

static enum od_rc
check_rejected(const struct od_dataset *d, struct od_snapshot *s, struct verdict *v,
               struct od_err *err)
{
	char where[256];
	int64_t read, published, rejected;
	enum od_rc rc;

	snprintf(where, sizeof(where), "dataset = '%s'", d->id);
	rc = number(s, &read, err, "_counts", "read", where);
	if (!rc)
		rc = number(s, &published, err, "_counts", "published", where);
	/* What went with its parent is the parent's loss, counted there. */
	snprintf(where, sizeof(where),
	         "dataset = '%s' and effect in ('reject', 'parent') and rule not in "
	         "('parent_missing', 'retracted')",
	         d->id);
	if (!rc)
		rc =
		    number(s, &rejected, err, "_quality", "coalesce(sum(n), 0)", where);
	if (rc)
		return rc;
	if (!published && !d->parent && !d->derived)
		hold(v, "dataset '%s' is empty", d->id);
	else if (is_much(rejected, read, d->limits.max_rejected))
		hold(v,
		     "dataset '%s' lost %lld of %lld rows to checks, more than %.2f%%",
		     d->id, (long long)rejected, (long long)read,
		     d->limits.max_rejected * 100);
	return OD_OK;
}

/* So many doubts at once are no doubts: the source writes in another way. */
static enum od_rc
check_withheld(const struct od_dataset *d, struct od_snapshot *s, struct verdict *v,
               struct od_err *err)
{
	char where[128];
	int64_t read, withheld = 0;
	enum od_rc rc;

	snprintf(where, sizeof(where), "dataset = '%s'", d->id);
	rc = number(s, &read, err, "_counts", "read", where);
	snprintf(where, sizeof(where), "dataset = '%s' and effect = 'withheld'", d->id);
	if (!rc)
		rc =
		    number(s, &withheld, err, "_quality", "coalesce(sum(n), 0)", where);
	if (!rc && is_much(withheld, read, d->limits.max_withheld))
		hold(v,
		     "%lld texts of dataset '%s' are doubtful, of %lld rows, more "
		     "than %.2f%%",
		     (long long)withheld, d->id, (long long)read,
		     d->limits.max_withheld * 100);
	return rc;
}

static enum od_rc
check_persons(const struct od_dataset *d, struct od_snapshot *s, struct verdict *v,
              struct od_err *err)
{
	char where[128];
	int64_t k, known;
	enum od_rc rc;

	if (!d->persons.are)
		return OD_OK;
	snprintf(where, sizeof(where), "dataset = '%s' and kind = 'k'", d->id);
	rc = number(s, &known, err, "_stats", "count(*)", where);
	if (!rc)
		rc = number(s, &k, err, "_stats", "n", where);
	if (!rc && known && k < d->persons.k) {
		hold(v,
		     "dataset '%s' has a group of only %lld persons who are alike, "
		     "k is %lld",
		     d->id, (long long)k, (long long)d->persons.k);
		v->exposes = true;
	}
	return rc;
}

static enum od_rc
compare_field(const struct od_dataset *d, const struct od_field *f,
              struct od_snapshot *s, struct od_snapshot *old, int64_t rows,
              int64_t old_rows, struct verdict *v, struct od_err *err)
{
	char where[256];
	int64_t now, then, known, lost;
	enum od_rc rc;

	snprintf(where, sizeof(where),
	         "dataset = '%s' and field = '%s' and kind = 'filled'", d->id, f->name);
	rc = number(old, &known, err, "_stats", "count(*)", where);
	if (rc || !known)
		return rc; /* a column that is new has nothing to be compared with */
	rc = number(s, &now, err, "_stats", "n", where);
	if (!rc)
		rc = number(old, &then, err, "_stats", "n", where);
	if (rc)
		return rc;
	if (rows < OD_GROUP_ROWS || old_rows < OD_GROUP_ROWS)
		return OD_OK;
	/* Rows that are empty now and would not be, were they filled as before. */
	lost = (int64_t)((double)then / (double)old_rows * (double)rows) - now;
	if (is_much(lost, rows, d->limits.max_fill_drop))
		hold(v, "'%s.%s' is filled in %.1f%% of rows after %.1f%%", d->id,
		     f->name, 100 * (double)now / (double)rows,
		     100 * (double)then / (double)old_rows);
	if (d->limits.max_sum_change < 0 || !od_is_summed(d, f))
		return OD_OK;
	snprintf(where, sizeof(where),
	         "dataset = '%s' and field = '%s' and kind = 'sum'", d->id, f->name);
	rc = number(s, &now, err, "_stats", "n", where);
	if (!rc)
		rc = number(old, &then, err, "_stats", "n", where);
	if (!rc && then &&
	    fabs((double)now - (double)then) >
	        d->limits.max_sum_change * fabs((double)then))
		hold(v, "the sum of '%s.%s' changed by %+.1f%%", d->id, f->name,
		     100 * ((double)now - (double)then) / fabs((double)then));
	return rc;
}

static enum od_rc
compare_dataset(const struct od_dataset *d, struct od_snapshot *s,
                struct od_snapshot *old, struct verdict *v, struct od_err *err)
{
	char where[128];
	int64_t rows, old_rows;
	enum od_rc rc;

	snprintf(where, sizeof(where), "dataset = '%s'", d->id);
	rc = number(s, &rows, err, "_counts", "published", where);
	if (!rc)
		rc = number(old, &old_rows, err, "_counts", "published", where);
	if (!rc && (is_much(old_rows - rows, old_rows, d->limits.max_drop) ||
	            is_much(rows - old_rows, old_rows, d->limits.max_growth)))
		hold(v, "dataset '%s' has %lld rows after %lld", d->id, (long long)rows,
		     (long long)old_rows);
	for (size_t i = 0; i < d->n_fields && !rc; i++)
		rc = compare_field(d, &d->fields[i], s, old, rows, old_rows, v, err);
	return rc;
}

static enum od_rc
compare_with(const char *previous, const struct od_spec *spec, struct od_snapshot *s,
             struct verdict *v, struct od_err *err)
{
	struct od_err closing = {0};
	struct od_snapshot *old;
	enum od_rc rc = od_snapshot_open(previous, false, &old, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < spec->n_datasets && !rc; i++)
		if (!spec->datasets[i].analysis.kind) /* not made yet */
			rc = compare_dataset(&spec->datasets[i], s, old, v, err);
	if (od_snapshot_close(old, false, &closing) && !rc) {
		*err = closing;
		rc = err->rc;
	}
	return rc;
}

static enum od_rc
hold_release(struct verdict *v, struct od_err *err)
{
	if (od_err_set(err, OD_KIND_HELD, "the release is held: %s",
	               od_buf_str(&v->reasons)))
		return od_err_hint(
		    err,
		    v->exposes
			? "the live release stays; generalize or drop columns in "
			  "the dataset's schema until no person stands out"
			: "the live release stays; if the change is right, publish "
			  "it with `odp release --accept REASON`");
	return err->rc;
}

static enum od_rc
accept_release(struct verdict *v, struct od_snapshot *s, const char *accept,
               struct od_err *err)
{
	enum od_rc rc = od_snapshot_meta_put(s, "accepted", accept, err);

	return rc ? rc
	          : od_snapshot_meta_put(s, "accepted_gates", od_buf_str(&v->reasons),
	                                 err);
}

enum od_rc
od_gates_check(const struct od_spec *spec, struct od_snapshot *s, const char *previous,
               const char *accept, struct od_arena *a, struct od_err *err)
{
	struct verdict v = {0};
	const char *before;
	enum od_rc rc = od_snapshot_meta_get(s, "accepted", a, &before, err);

	if (rc || *before)
		return rc;
	for (size_t i = 0; i < spec->n_datasets && !rc; i++) {
		rc = check_rejected(&spec->datasets[i], s, &v, err);
		if (!rc)
			rc = check_withheld(&spec->datasets[i], s, &v, err);
		if (!rc)
			rc = check_persons(&spec->datasets[i], s, &v, err);
	}
	if (!rc && *previous && od_file_exists(previous))
		rc = compare_with(previous, spec, s, &v, err);
	if (!rc && *previous && od_file_exists(previous))
		rc = od_groups_compare(spec, s, previous, &v.reasons, &v.n, err);
	if (v.n > 4)
		od_buf_printf(&v.reasons, "; and %u more", v.n - 4);
	if (!rc && v.n)
		rc = *accept && !v.exposes ? accept_release(&v, s, accept, err)
		                           : hold_release(&v, err);
	od_buf_release(&v.reasons);
	return rc;
}
