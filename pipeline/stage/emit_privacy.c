#include "stage/emit_privacy.h"

#include <string.h>

#include "anon/anon.h"
#include "anon/doubt.h"
#include "core/json.h"
#include "row/snapshot.h"
#include "stage/advice.h"
#include "stage/emit_files.h"

struct report {
	const struct od_stage_ctx *ctx;
	struct od_snapshot *s;
	struct od_buf b;
	struct od_err *err;
};

static void
put_text(struct report *r, const char *key, const char *text)
{
	od_buf_printf(&r->b, "\"%s\":", key);
	od_json_string(&r->b, od_span_str(text));
}

static void
put_title(struct report *r, const char *th, const char *en)
{
	od_buf_puts(&r->b, "\"title\":{");
	put_text(r, "th", th);
	od_buf_putc(&r->b, ',');
	put_text(r, "en", en);
	od_buf_putc(&r->b, '}');
}

static enum od_rc
number(struct report *r, const char *sql, int64_t *out)
{
	return od_snapshot_number(r->s, sql, out, r->err);
}

static enum od_rc
put_kinds(struct report *r)
{
	enum od_rc rc = OD_OK;

	od_buf_puts(&r->b, ",\n\"kinds\":[");
	for (size_t i = 0; i < OD_PII_KINDS && !rc; i++) {
		const struct od_pii_kind *k = &od_pii_kinds[i];
		int64_t places = 0, cells = 0;

		rc = number(r,
		            od_arena_printf(r->ctx->run,
		                            "select coalesce(sum(n), 0) from _privacy "
		                            "where kind = '%s'",
		                            k->name),
		            &places);
		if (!rc)
			rc = number(r,
			            od_arena_printf(r->ctx->run,
			                            "select coalesce(sum(cells), 0) "
			                            "from _privacy where kind = '%s'",
			                            k->name),
			            &cells);
		od_buf_puts(&r->b, i ? ",\n{" : "\n{");
		put_text(r, "kind", k->name);
		od_buf_putc(&r->b, ',');
		put_text(r, "marker", k->marker);
		od_buf_putc(&r->b, ',');
		put_title(r, k->title_th, k->title_en);
		od_buf_printf(&r->b, ",\"places\":%lld,\"cells\":%lld}",
		              (long long)places, (long long)cells);
	}
	od_buf_puts(&r->b, "]");
	return rc;
}

static enum od_rc
put_doubts(struct report *r)
{
	enum od_rc rc = OD_OK;

	od_buf_puts(&r->b, ",\n\"doubts\":[");
	for (size_t i = 0; od_doubts[i] && !rc; i++) {
		const char *rule = od_doubts[i]->name;
		const struct od_text2 *title = od_rule_title(r->ctx->spec, NULL, rule);
		int64_t texts = 0;

		rc = number(r,
		            od_arena_printf(r->ctx->run,
		                            "select coalesce(sum(n), 0) from _quality "
		                            "where effect = 'withheld' and rule = '%s'",
		                            rule),
		            &texts);
		od_buf_puts(&r->b, i ? ",\n{" : "\n{");
		put_text(r, "rule", rule);
		od_buf_putc(&r->b, ',');
		put_title(r, title ? title->th : rule,
		          title ? title->en : od_doubts[i]->help);
		od_buf_printf(&r->b, ",\"texts\":%lld}", (long long)texts);
	}
	od_buf_puts(&r->b, "]");
	return rc;
}

/*
 * A member for each row of a query that gives one or two names and some numbers: with
 * two names the rows of one first name are an object of its own.
 */
static enum od_rc
put_members(struct report *r, const char *key, unsigned names,
            const char *const *numbers, const char *sql)
{
	struct od_buf last = {0};
	struct od_query *q;
	bool row, begun = false;
	enum od_rc rc = od_query_open(r->s, sql, key, &q, r->err);

	if (rc)
		return rc;
	od_buf_printf(&r->b, ",\"%s\":{", key);
	while (!(rc = od_query_next(q, &row, r->err)) && row) {
		struct od_span first = od_query_cell(q, 0).v;

		if (names == 2 &&
		    (!begun || !od_span_equal(first, od_buf_view(&last)))) {
			od_buf_puts(&r->b, begun ? "}," : "");
			od_json_string(&r->b, first);
			od_buf_puts(&r->b, ":{");
			last.n = 0;
			od_buf_span(&last, first);
		} else if (begun) {
			od_buf_putc(&r->b, ',');
		}
		begun = true;
		od_json_string(&r->b, od_query_cell(q, names - 1).v);
		od_buf_putc(&r->b, ':');
		if (!numbers[1]) {
			od_buf_printf(&r->b, "%lld", (long long)od_query_int(q, names));
			continue;
		}
		for (unsigned i = 0; numbers[i]; i++)
			od_buf_printf(&r->b, "%s\"%s\":%lld", i ? "," : "{", numbers[i],
			              (long long)od_query_int(q, names + i));
		od_buf_putc(&r->b, '}');
	}
	od_buf_puts(&r->b, names == 2 && begun ? "}}" : "}");
	od_query_close(q);
	od_buf_release(&last);
	return rc;
}

/* What stands in _privacy and _quality of the dataset. */
static enum od_rc
put_counts(struct report *r, const struct od_dataset *d)
{
	static const char *const cut[] = {"places", "cells", NULL};
	static const char *const hidden[] = {"small", "complementary", NULL};
	static const char *const texts[] = {"texts", NULL};
	const char *id = d->id;
	struct od_arena *a = r->ctx->run;
	enum od_rc rc = put_members(
	    r, "redacted", 2, cut,
	    od_arena_printf(
		a,
		"select field, kind, n, cells from _privacy where dataset = "
		"'%s' and kind not in ('cleaned', 'withheld', "
		"'suppressed', 'complement') order by field, kind",
		id));

	if (!rc)
		rc = put_members(
		    r, "suppressed", 1, hidden,
		    od_arena_printf(
			a,
			"select field, sum(case kind when 'suppressed' then n else 0 "
			"end), sum(case kind when 'complement' then n else 0 end) "
			"from _privacy where dataset = '%s' and kind in ('suppressed', "
			"'complement') group by field order by field",
			id));
	if (!rc)
		rc = put_members(
		    r, "withheld", 1, texts,
		    od_arena_printf(a,
		                    "select field, n from _privacy where dataset = "
		                    "'%s' and kind = 'withheld' order by field",
		                    id));
	return rc ? rc
	          : put_members(
			r, "doubts", 1, texts,
			od_arena_printf(a,
	                                "select rule, n from _quality where dataset = "
	                                "'%s' and effect = 'withheld' order by rule",
	                                id));
}

static void
put_policies(struct report *r, const struct od_dataset *d)
{
	bool begun = false;

	od_buf_puts(&r->b, ",\"policies\":{");
	for (size_t i = 0; i < d->n_fields; i++) {
		if (!strcmp(d->fields[i].anonymize, "public"))
			continue;
		od_buf_puts(&r->b, begun ? "," : "");
		put_text(r, d->fields[i].name, d->fields[i].policy);
		begun = true;
	}
	od_buf_puts(&r->b, "},\"suppress_below\":{");
	begun = false;
	for (size_t i = 0; i < d->n_fields; i++) {
		if (!d->fields[i].suppress_below)
			continue;
		od_buf_printf(&r->b, "%s\"%s\":%lld", begun ? "," : "",
		              d->fields[i].name,
		              (long long)d->fields[i].suppress_below);
		begun = true;
	}
	od_buf_putc(&r->b, '}');
}

/* The k of an empty dataset is none. */
static enum od_rc
put_persons(struct report *r, const struct od_dataset *d)
{
	int64_t k = 0;
	enum od_rc rc;

	od_buf_puts(&r->b, ",\"persons\":");
	if (!d->persons.are) {
		od_buf_puts(&r->b, "null");
		return OD_OK;
	}
	rc = number(
	    r,
	    od_arena_printf(
		r->ctx->run,
		"select coalesce(sum(n), 0) from _stats where dataset = '%s' and "
		"kind = 'k'",
		d->id),
	    &k);
	od_buf_puts(&r->b, "{\"quasi\":[");
	for (size_t i = 0; i < d->persons.n_quasi; i++)
		od_buf_printf(&r->b, "%s\"%s\"", i ? "," : "",
		              d->persons.quasi[i]->name);
	od_buf_printf(&r->b, "],\"k\":%lld,\"reached\":", (long long)d->persons.k);
	if (k)
		od_buf_printf(&r->b, "%lld}", (long long)k);
	else
		od_buf_puts(&r->b, "null}");
	return rc;
}

static enum od_rc
put_datasets(struct report *r)
{
	const struct od_spec *spec = r->ctx->spec;
	enum od_rc rc = OD_OK;

	od_buf_puts(&r->b, ",\n\"datasets\":[");
	for (size_t i = 0; i < spec->n_datasets && !rc; i++) {
		od_buf_puts(&r->b, i ? ",\n{" : "\n{");
		put_text(r, "dataset", spec->datasets[i].id);
		put_policies(r, &spec->datasets[i]);
		rc = put_counts(r, &spec->datasets[i]);
		if (!rc)
			rc = put_persons(r, &spec->datasets[i]);
		od_buf_putc(&r->b, '}');
	}
	od_buf_puts(&r->b, "]");
	return rc;
}

static enum od_rc
put_accepted(struct report *r)
{
	struct od_arena *a = r->ctx->run;
	const char *reason, *gates = "";
	enum od_rc rc = od_snapshot_meta_get(r->s, "accepted", a, &reason, r->err);

	if (!rc)
		rc = od_snapshot_meta_get(r->s, "accepted_gates", a, &gates, r->err);
	if (rc)
		return rc;
	od_buf_puts(&r->b, ",\n\"accepted\":");
	if (!*reason) {
		od_buf_puts(&r->b, "null");
		return OD_OK;
	}
	od_buf_putc(&r->b, '{');
	put_text(r, "reason", reason);
	od_buf_putc(&r->b, ',');
	put_text(r, "gates", gates);
	od_buf_putc(&r->b, '}');
	return OD_OK;
}

enum od_rc
od_emit_privacy(const struct od_stage_ctx *ctx, struct od_artefacts *files,
                struct od_err *err)
{
	struct report r = {.ctx = ctx, .err = err};
	struct od_err other = {0};
	enum od_rc rc = od_snapshot_open(ctx->wd.snapshot, false, &r.s, err);

	if (rc)
		return rc;
	od_buf_putc(&r.b, '{');
	put_text(&r, "created", ctx->created);
	rc = put_kinds(&r);
	if (!rc)
		rc = put_doubts(&r);
	if (!rc)
		rc = put_datasets(&r);
	if (!rc)
		rc = put_accepted(&r);
	od_buf_puts(&r.b, "}\n");
	if (od_snapshot_close(r.s, false, rc ? &other : err) && !rc)
		rc = err->rc;
	if (!rc)
		rc = od_emit_metadata(ctx, "privacy.json", "application/json",
		                      od_buf_view(&r.b), files, err);
	od_buf_release(&r.b);
	return rc;
}
