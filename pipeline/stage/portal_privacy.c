#include "stage/portal_privacy.h"

#include <string.h>

#include "stage/advice.h"

#define BUILDER(names)                                                                 \
	{                                                                              \
		.t = {.columns = names, .n_columns = OD_ARRAY_LEN(names) }             \
	}

static const char *const policy_columns[] = {"dataset", "field", "policy"};
static const char *const hidden_columns[] = {"dataset", "field", "below", "small",
                                             "complementary"};
static const char *const withheld_columns[] = {"dataset", "rule", "title_th",
                                               "title_en", "n"};
static const char *const person_columns[] = {"dataset", "k", "reached"};
static const char *const accepted_columns[] = {"reason", "gates"};

static struct od_value
number(struct od_arena *a, int64_t v)
{
	return od_value_str(od_arena_printf(a, "%lld", (long long)v));
}

static struct od_table
policies(struct od_stage_ctx *ctx)
{
	struct od_table_builder b = BUILDER(policy_columns);

	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];

		for (size_t k = 0; k < d->n_fields; k++) {
			struct od_value *v;

			if (!strcmp(d->fields[k].anonymize, "public"))
				continue;
			v = od_table_add(&b, ctx->run);
			v[0] = od_value_str(d->id);
			v[1] = od_value_str(d->fields[k].name);
			v[2] = od_value_str(d->fields[k].policy);
		}
	}
	return b.t;
}

/* Of one field: how many cells of that kind. */
static enum od_rc
count(struct od_stage_ctx *ctx, struct od_snapshot *s, const struct od_dataset *d,
      const struct od_field *f, const char *kind, struct od_value *out,
      struct od_err *err)
{
	int64_t n = 0;
	enum od_rc rc = od_snapshot_number(
	    s,
	    od_arena_printf(ctx->run,
	                    "select coalesce(sum(n), 0) from _privacy where "
	                    "dataset = '%s' and field = '%s' and kind = '%s'",
	                    d->id, f->name, kind),
	    &n, err);

	*out = number(ctx->run, n);
	return rc;
}

static enum od_rc
hidden(struct od_stage_ctx *ctx, struct od_snapshot *s, struct od_table *out,
       struct od_err *err)
{
	struct od_table_builder b = BUILDER(hidden_columns);
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];

		for (size_t k = 0; k < d->n_fields && !rc; k++) {
			const struct od_field *f = &d->fields[k];
			struct od_value *v;

			if (!f->suppress_below)
				continue;
			v = od_table_add(&b, ctx->run);
			v[0] = od_value_str(d->id);
			v[1] = od_value_str(f->name);
			v[2] = number(ctx->run, f->suppress_below);
			rc = count(ctx, s, d, f, "suppressed", &v[3], err);
			if (!rc)
				rc = count(ctx, s, d, f, "complement", &v[4], err);
		}
	}
	*out = b.t;
	return rc;
}

static enum od_rc
withheld(struct od_stage_ctx *ctx, struct od_snapshot *s, struct od_table *out,
         struct od_err *err)
{
	struct od_table_builder b = BUILDER(withheld_columns);
	struct od_query *q;
	bool row;
	enum od_rc rc = od_query_open(s,
	                              "select dataset, rule, n from _quality where "
	                              "effect = 'withheld' order by dataset, rule",
	                              "withheld", &q, err);

	if (rc)
		return rc;
	while (!(rc = od_query_next(q, &row, err)) && row) {
		struct od_value *v = od_table_add(&b, ctx->run);
		const struct od_text2 *title;

		v[0] = od_value_str(od_arena_dup(ctx->run, od_query_cell(q, 0).v).p);
		v[1] = od_value_str(od_arena_dup(ctx->run, od_query_cell(q, 1).v).p);
		title = od_rule_title(ctx->spec, NULL, v[1].v.p);
		v[2] = od_value_str(title ? title->th : v[1].v.p);
		v[3] = od_value_str(title ? title->en : v[1].v.p);
		v[4] = number(ctx->run, od_query_int(q, 2));
	}
	od_query_close(q);
	*out = b.t;
	return rc;
}

static enum od_rc
persons(struct od_stage_ctx *ctx, struct od_snapshot *s, struct od_table *out,
        struct od_err *err)
{
	struct od_table_builder b = BUILDER(person_columns);
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < ctx->spec->n_datasets && !rc; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];
		struct od_value *v;
		int64_t k = 0;

		if (!d->persons.are)
			continue;
		rc = od_snapshot_number(
		    s,
		    od_arena_printf(ctx->run,
		                    "select coalesce(sum(n), 0) from _stats where "
		                    "dataset = '%s' and kind = 'k'",
		                    d->id),
		    &k, err);
		v = od_table_add(&b, ctx->run);
		v[0] = od_value_str(d->id);
		v[1] = number(ctx->run, d->persons.k);
		v[2] = k ? number(ctx->run, k) : od_value_str("");
	}
	*out = b.t;
	return rc;
}

static enum od_rc
accepted(struct od_stage_ctx *ctx, struct od_snapshot *s, struct od_table *out,
         struct od_err *err)
{
	struct od_table_builder b = BUILDER(accepted_columns);
	const char *reason, *gates;
	enum od_rc rc = od_snapshot_meta_get(s, "accepted", ctx->run, &reason, err);

	if (!rc)
		rc = od_snapshot_meta_get(s, "accepted_gates", ctx->run, &gates, err);
	if (!rc && *reason) {
		struct od_value *v = od_table_add(&b, ctx->run);

		v[0] = od_value_str(reason);
		v[1] = od_value_str(gates);
	}
	*out = b.t;
	return rc;
}

enum od_rc
od_portal_privacy(struct od_stage_ctx *ctx, struct od_snapshot *s,
                  struct od_model *models, size_t *n, struct od_err *err)
{
	static const struct {
		const char *name;
		enum od_rc (*make)(struct od_stage_ctx *ctx, struct od_snapshot *s,
		                   struct od_table *out, struct od_err *err);
	} lists[] = {{"hidden", hidden},
	             {"withheld", withheld},
	             {"persons", persons},
	             {"accepted", accepted}};
	enum od_rc rc = OD_OK;

	models[(*n)++] = (struct od_model){"policies", policies(ctx)};
	for (size_t i = 0; i < OD_ARRAY_LEN(lists) && !rc; i++) {
		struct od_table t = {0};

		rc = lists[i].make(ctx, s, &t, err);
		models[(*n)++] = (struct od_model){lists[i].name, t};
	}
	return rc;
}
