/* portal_model.c - see portal_model.h */
#include "stage/portal_model.h"

#include <stdio.h>
#include <string.h>

#include "anon/anon.h"
#include "fmt/format.h"
#include "stage/advice.h"
#include "stage/describe.h"
#include "stage/portal_privacy.h"
#include "stage/score.h"

static struct od_value
str(const char *s)
{
	return od_value_str(s);
}

static struct od_value
u64(struct od_arena *a, uint64_t v)
{
	return str(od_arena_printf(a, "%llu", (unsigned long long)v));
}

static struct od_value
tenths(struct od_arena *a, int64_t v)
{
	return str(
	    od_arena_printf(a, "%lld.%lld", (long long)v / 10, (long long)v % 10));
}

static struct od_value
flag(bool b)
{
	return str(b ? "true" : "");
}

static const char *
join(const char *const *words, const char *by, struct od_arena *a)
{
	const char *out = "";

	for (size_t i = 0; words && words[i]; i++)
		out = i ? od_arena_printf(a, "%s%s%s", out, by, words[i]) : words[i];
	return out;
}

#define BUILDER(names)                                                                 \
	{                                                                              \
		.t = {.columns = names, .n_columns = OD_ARRAY_LEN(names) }             \
	}

/* ---- datasets, fields */

static const char *const dataset_columns[] = {"id",
                                              "version",
                                              "title_th",
                                              "title_en",
                                              "catalog_title_th",
                                              "catalog_title_en",
                                              "description_th",
                                              "description_en",
                                              "grain_th",
                                              "grain_en",
                                              "keywords_th",
                                              "keywords_en",
                                              "theme",
                                              "frequency",
                                              "key",
                                              "parent",
                                              "derived",
                                              "about_th",
                                              "about_en",
                                              "rows",
                                              "read",
                                              "fields",
                                              "formats",
                                              "partitioned"};

static const char *
key_names(const struct od_dataset *d, struct od_arena *a)
{
	const char *out = "";

	for (size_t i = 0; i < d->n_key; i++)
		out = od_arena_printf(a, "%s%s%s", out, i ? ", " : "", d->key[i]->name);
	return out;
}

static enum od_rc
counts(struct od_snapshot *s, const char *id, int64_t *published, int64_t *read,
       struct od_arena *a, struct od_err *err)
{
	enum od_rc rc = od_snapshot_number(
	    s,
	    od_arena_printf(a, "select published from _counts where dataset = '%s'",
	                    id),
	    published, err);

	return rc ? rc
	          : od_snapshot_number(
			s,
			od_arena_printf(
			    a, "select read from _counts where dataset = '%s'", id),
			read, err);
}

static const char *
format_names(const struct od_spec *spec, const struct od_dataset *d, uint64_t rows,
             struct od_arena *a)
{
	const struct od_format *formats[OD_FORMATS_MAX];
	const char *names[OD_FORMATS_MAX + 1] = {NULL};
	size_t n = od_formats_of_table(&spec->catalog, d, rows, formats);

	for (size_t i = 0; i < n; i++)
		names[i] = formats[i]->name;
	return join(names, ", ", a);
}

static enum od_rc
datasets(struct od_stage_ctx *ctx, struct od_snapshot *s, struct od_table *out,
         struct od_err *err)
{
	struct od_table_builder b = BUILDER(dataset_columns);
	struct od_arena *a = ctx->run;

	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];
		int64_t published, read;
		struct od_value *v;
		enum od_rc rc = counts(s, d->id, &published, &read, a, err);

		if (rc)
			return rc;
		v = od_table_add(&b, a);
		*v++ = str(d->id);
		*v++ = str(d->version);
		*v++ = str(d->title.th);
		*v++ = str(d->title.en);
		*v++ = str(od_latin_title(a, d)); /* as catalog.ttl names it */
		*v++ = str(d->title.en);
		*v++ = str(d->description.th);
		*v++ = str(d->description.en);
		*v++ = str(d->grain.th);
		*v++ = str(d->grain.en);
		*v++ = str(join(d->keywords_th, ", ", a));
		*v++ = str(join(d->keywords_en, ", ", a));
		*v++ = str(d->theme);
		*v++ = str(d->frequency);
		*v++ = str(key_names(d, a));
		*v++ = str(d->parent ? d->parent->id : "");
		*v++ = flag(d->derived);
		*v++ = str(d->about_th);
		*v++ = str(d->about_en);
		*v++ = u64(a, (uint64_t)published);
		*v++ = u64(a, (uint64_t)read);
		*v++ = u64(a, d->n_fields);
		*v++ = str(format_names(ctx->spec, d, (uint64_t)published, a));
		*v++ = flag(d->n_partitions > 0);
	}
	*out = b.t;
	return OD_OK;
}

static const char *const field_columns[] = {
    "dataset",        "name",           "type",      "title_th",   "title_en",
    "description_th", "description_en", "required",  "unique",     "key",
    "codelist",       "ref_dataset",    "ref_field", "unit",       "example",
    "pattern",        "minimum",        "maximum",   "max_length", "redacted"};

static bool
is_key(const struct od_dataset *d, const struct od_field *f)
{
	for (size_t i = 0; i < d->n_key; i++)
		if (d->key[i] == f)
			return true;
	return false;
}

static struct od_table
fields(struct od_stage_ctx *ctx)
{
	struct od_table_builder b = BUILDER(field_columns);
	struct od_arena *a = ctx->run;

	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];

		for (size_t k = 0; k < d->n_fields; k++) {
			const struct od_field *f = &d->fields[k];
			struct od_value *v = od_table_add(&b, a);

			*v++ = str(d->id);
			*v++ = str(f->name);
			*v++ = str(od_type_names[f->type]);
			*v++ = str(f->title.th);
			*v++ = str(f->title.en);
			*v++ = str(f->description.th);
			*v++ = str(f->description.en);
			*v++ = flag(f->required);
			*v++ = flag(f->unique);
			*v++ = flag(is_key(d, f));
			*v++ = str(f->codelist ? f->codelist->id : "");
			*v++ = str(f->ref_dataset ? f->ref_dataset->id : "");
			*v++ = str(f->ref_field ? f->ref_field->name : "");
			*v++ = str(f->unit);
			*v++ = str(f->example);
			*v++ = str(f->pattern);
			*v++ = str(f->minimum);
			*v++ = str(f->maximum);
			*v++ = u64(a, f->max_length);
			*v++ =
			    flag(f->anonymize && strcmp(f->anonymize, "public") != 0);
		}
	}
	return b.t;
}

/* ---- files */

static const char *const file_columns[] = {"dataset",
                                           "role",
                                           "path",
                                           "url",
                                           "name",
                                           "format",
                                           "format_title_th",
                                           "format_title_en",
                                           "media_type",
                                           "by",
                                           "value",
                                           "bytes",
                                           "rows",
                                           "sha256"};

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static struct od_table
files(struct od_stage_ctx *ctx, const struct od_artefacts *list, enum od_role role)
{
	struct od_table_builder b = BUILDER(file_columns);
	struct od_arena *a = ctx->run;

	for (size_t i = 0; i < list->n; i++) {
		const struct od_artefact *f = &list->v[i];
		const struct od_format *format = od_format_find(f->format);
		struct od_value *v;

		if (f->role != role)
			continue;
		v = od_table_add(&b, a);
		*v++ = str(f->dataset);
		*v++ = str(od_role_names[f->role]);
		*v++ = str(f->path);
		*v++ = str(od_download_url(a, ctx, f));
		*v++ = str(base_name(f->path));
		*v++ = str(f->format);
		*v++ = str(format ? format->title.th : f->format);
		*v++ = str(format ? format->title.en : f->format);
		*v++ = str(f->media_type);
		*v++ = str(f->by);
		*v++ = str(f->value);
		*v++ = u64(a, f->bytes);
		*v++ = u64(a, f->rows);
		*v++ = str(f->sha256);
	}
	return b.t;
}

/* ---- rules with what they found, codes, previews */

static const char *const rule_columns[] = {"dataset",  "name",    "effect",  "title_th",
                                           "title_en", "mend_th", "mend_en", "n"};
static const char *const effects[] = {"reject", "parent", "warn"};

static enum od_rc
rules(struct od_stage_ctx *ctx, struct od_snapshot *s, struct od_table *out,
      struct od_err *err)
{
	struct od_table_builder b = BUILDER(rule_columns);
	struct od_arena *a = ctx->run;

	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];

		for (size_t k = 0; k < d->n_rules; k++) {
			const struct od_rule *r = &d->rules[k];
			struct od_value *v;
			int64_t n;
			enum od_rc rc = od_snapshot_number(
			    s,
			    od_arena_printf(
				a,
				"select sum(n) from _quality where dataset = "
				"'%s' and rule = '%s'",
				d->id, r->name),
			    &n, err);

			if (rc)
				return rc;
			v = od_table_add(&b, a);
			*v++ = str(d->id);
			*v++ = str(r->name);
			*v++ = str(effects[r->effect]);
			*v++ = str(r->title.th);
			*v++ = str(r->title.en);
			*v++ = str(r->mend.th);
			*v++ = str(r->mend.en);
			*v++ = u64(a, (uint64_t)n);
		}
	}
	*out = b.t;
	return OD_OK;
}

/* Every finding of the release; a check of the pipeline's own has no title. */
static const char *const quality_columns[] = {
    "dataset", "rule", "effect", "title_th", "title_en", "mend_th", "mend_en", "n"};

static enum od_rc
quality(struct od_stage_ctx *ctx, struct od_snapshot *s, struct od_table *out,
        struct od_err *err)
{
	struct od_table_builder b = BUILDER(quality_columns);
	struct od_arena *a = ctx->run;
	struct od_query *q;
	enum od_rc rc =
	    od_query_open(s,
	                  "select dataset, rule, effect, sum(n) from _quality "
	                  "where n > 0 group by dataset, rule, effect "
	                  "order by dataset, effect, rule",
	                  "findings", &q, err);

	if (rc)
		return rc;
	for (;;) {
		const struct od_dataset *d;
		const struct od_text2 *title, *mend;
		struct od_value *v;
		bool more;

		rc = od_query_next(q, &more, err);
		if (rc || !more)
			break;
		v = od_table_add(&b, a);
		v[0] = str(od_arena_dup(a, od_query_cell(q, 0).v).p);
		v[1] = str(od_arena_dup(a, od_query_cell(q, 1).v).p);
		v[2] = str(od_arena_dup(a, od_query_cell(q, 2).v).p);
		d = od_dataset_find(ctx->spec, v[0].v.p);
		title = od_rule_title(ctx->spec, d, v[1].v.p);
		v[3] = str(title ? title->th : "");
		v[4] = str(title ? title->en : "");
		mend = od_rule_mend(ctx->spec, d, v[1].v.p);
		v[5] = str(mend ? mend->th : "");
		v[6] = str(mend ? mend->en : "");
		v[7] = u64(a, (uint64_t)od_query_int(q, 3));
	}
	od_query_close(q);
	*out = b.t;
	return rc;
}

/* The quality score of each dataset (stage/score.h), in percent with one decimal. */
static const char *const score_columns[] = {"id",    "title_th", "title_en", "total",
                                            "valid", "clean",    "filled"};

static enum od_rc
scores(struct od_stage_ctx *ctx, struct od_snapshot *s, struct od_table *out,
       struct od_err *err)
{
	struct od_table_builder b = BUILDER(score_columns);
	struct od_arena *a = ctx->run;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < ctx->spec->n_datasets && !rc; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];
		struct od_score x;
		struct od_value *v;

		rc = od_score(ctx->spec, s, d, &x, err);
		v = od_table_add(&b, a);
		v[0] = str(d->id);
		v[1] = str(d->title.th);
		v[2] = str(d->title.en);
		v[3] = tenths(a, x.total);
		v[4] = tenths(a, x.valid);
		v[5] = tenths(a, x.clean);
		v[6] = tenths(a, x.filled);
	}
	*out = b.t;
	return rc;
}

/* What was cut out of texts: kinds of personal data, and where. */
static const char *const pii_columns[] = {"kind",     "marker", "title_th",
                                          "title_en", "n",      "cells"};
static const char *const removed_columns[] = {"dataset",  "field", "kind", "title_th",
                                              "title_en", "n",     "cells"};

static enum od_rc
pii(struct od_stage_ctx *ctx, struct od_snapshot *s, struct od_table *kinds,
    struct od_table *removed, struct od_err *err)
{
	struct od_table_builder all = BUILDER(pii_columns),
				cells = BUILDER(removed_columns);
	struct od_arena *a = ctx->run;

	for (size_t i = 0; i < OD_PII_KINDS; i++) {
		const struct od_pii_kind *k = &od_pii_kinds[i];
		const char *sql =
		    od_arena_printf(a,
		                    "select dataset, field, sum(n), sum(cells) from "
		                    "_privacy where "
		                    "kind = '%s' and n > 0 "
		                    "group by dataset, field order by dataset, field",
		                    k->name);
		struct od_query *q;
		struct od_value *v;
		uint64_t n = 0, in = 0;
		enum od_rc rc = od_query_open(s, sql, "removed", &q, err);

		if (rc)
			return rc;
		for (;;) {
			bool more;

			rc = od_query_next(q, &more, err);
			if (rc || !more)
				break;
			v = od_table_add(&cells, a);
			v[0] = str(od_arena_dup(a, od_query_cell(q, 0).v).p);
			v[1] = str(od_arena_dup(a, od_query_cell(q, 1).v).p);
			v[2] = str(k->name);
			v[3] = str(k->title_th);
			v[4] = str(k->title_en);
			v[5] = u64(a, (uint64_t)od_query_int(q, 2));
			v[6] = u64(a, (uint64_t)od_query_int(q, 3));
			n += (uint64_t)od_query_int(q, 2);
			in += (uint64_t)od_query_int(q, 3);
		}
		od_query_close(q);
		if (rc)
			return rc;
		v = od_table_add(&all, a);
		v[0] = str(k->name);
		v[1] = str(k->marker);
		v[2] = str(k->title_th);
		v[3] = str(k->title_en);
		v[4] = u64(a, n);
		v[5] = u64(a, in);
	}
	*kinds = all.t;
	*removed = cells.t;
	return OD_OK;
}

static const char *const code_columns[] = {"dataset", "codelist", "code", "name_th",
                                           "name_en", "first",    "last"};

static bool
is_first_use(const struct od_dataset *d, size_t field)
{
	for (size_t i = 0; i < field; i++)
		if (d->fields[i].codelist == d->fields[field].codelist)
			return false;
	return d->fields[field].codelist != NULL;
}

/* The codes of each list that a dataset uses, list after list. */
static struct od_table
codes(struct od_stage_ctx *ctx)
{
	struct od_table_builder b = BUILDER(code_columns);

	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];

		for (size_t f = 0; f < d->n_fields; f++) {
			const struct od_codelist *l = d->fields[f].codelist;

			for (size_t k = 0; is_first_use(d, f) && k < l->n; k++) {
				struct od_value *v = od_table_add(&b, ctx->run);

				*v++ = str(d->id);
				*v++ = str(l->id);
				*v++ = str(l->codes[k].code);
				*v++ = str(l->codes[k].name_th);
				*v++ = str(l->codes[k].name_en);
				*v++ = flag(k == 0);
				*v++ = flag(k + 1 == l->n);
			}
		}
	}
	return b.t;
}

/* The cells of the first rows of each dataset, one after the other. */
static const char *const preview_columns[] = {"dataset", "field", "value",
                                              "number",  "first", "last"};
enum { PREVIEW_ROWS = 10 };

static enum od_rc
preview_one(struct od_stage_ctx *ctx, struct od_snapshot *s, const struct od_dataset *d,
            struct od_table_builder *b, struct od_err *err)
{
	const char *sql =
	    od_arena_printf(ctx->run, "select * from \"%s\" order by %s limit %d",
	                    d->id, key_names(d, ctx->run), PREVIEW_ROWS);
	struct od_query *q;
	enum od_rc rc = od_query_open(s, sql, "preview", &q, err);

	if (rc)
		return rc;
	for (;;) {
		size_t n = od_query_columns(q);
		bool more;

		rc = od_query_next(q, &more, err);
		if (rc || !more)
			break;
		for (size_t i = 0; i < n && i < d->n_fields; i++) {
			struct od_pub cell = od_query_cell(q, i);
			enum od_type type = d->fields[i].type;
			struct od_value *v = od_table_add(b, ctx->run);

			*v++ = str(d->id);
			*v++ = str(d->fields[i].name);
			*v++ = cell.null ? str(NULL)
			                 : str(od_arena_dup(ctx->run, cell.v).p);
			*v++ = flag(type == OD_TYPE_INTEGER || type == OD_TYPE_DECIMAL);
			*v++ = flag(i == 0);
			*v++ = flag(i + 1 == n);
		}
	}
	od_query_close(q);
	return rc;
}

enum od_rc
od_portal_models(struct od_stage_ctx *ctx, const struct od_artefacts *list,
                 struct od_snapshot *s, struct od_model models[OD_PORTAL_MODELS],
                 size_t *n, struct od_err *err)
{
	struct od_table_builder preview = BUILDER(preview_columns);
	struct od_table all, checks = {0}, found = {0}, kinds = {0}, removed = {0},
			     scored = {0};
	enum od_rc rc = datasets(ctx, s, &all, err);

	if (!rc)
		rc = rules(ctx, s, &checks, err);
	if (!rc)
		rc = quality(ctx, s, &found, err);
	if (!rc)
		rc = scores(ctx, s, &scored, err);
	if (!rc)
		rc = pii(ctx, s, &kinds, &removed, err);
	for (size_t i = 0; i < ctx->spec->n_datasets && !rc; i++)
		rc = preview_one(ctx, s, &ctx->spec->datasets[i], &preview, err);
	if (rc)
		return rc;
	*n = 0;
	rc = od_portal_privacy(ctx, s, models, n, err);
	if (rc)
		return rc;
	models[(*n)++] = (struct od_model){"datasets", all};
	models[(*n)++] = (struct od_model){"fields", fields(ctx)};
	models[(*n)++] = (struct od_model){"data", files(ctx, list, OD_ROLE_DATA)};
	models[(*n)++] =
	    (struct od_model){"parts", files(ctx, list, OD_ROLE_PARTITION)};
	models[(*n)++] = (struct od_model){"bundles", files(ctx, list, OD_ROLE_BUNDLE)};
	models[(*n)++] =
	    (struct od_model){"dictionaries", files(ctx, list, OD_ROLE_DICTIONARY)};
	models[(*n)++] = (struct od_model){"rules", checks};
	models[(*n)++] = (struct od_model){"quality", found};
	models[(*n)++] = (struct od_model){"scores", scored};
	models[(*n)++] = (struct od_model){"pii", kinds};
	models[(*n)++] = (struct od_model){"removed", removed};
	models[(*n)++] = (struct od_model){"codes", codes(ctx)};
	models[(*n)++] = (struct od_model){"preview", preview.t};
	return OD_OK;
}

/* ---- the row `site` */

static const char *const site_columns[] = {
    "id",           "title_th",     "title_en",      "description_th", "description_en",
    "publisher_th", "publisher_en", "publisher_uri", "homepage",       "contact_th",
    "contact_en",   "email",        "phone",         "license_id",     "license_uri",
    "license_th",   "license_en",   "base_url",      "serial",         "created",
    "preview",      "policy"};

struct od_fixed_row
od_portal_site(struct od_stage_ctx *ctx, const struct od_pages *pages)
{
	const struct od_catalog *c = &ctx->spec->catalog;
	struct od_value *row =
	    od_arena_array(ctx->run, OD_ARRAY_LEN(site_columns), sizeof(*row));
	struct od_value *v = row;

	*v++ = str(c->id);
	*v++ = str(c->title.th);
	*v++ = str(c->title.en);
	*v++ = str(c->description.th);
	*v++ = str(c->description.en);
	*v++ = str(c->publisher.th);
	*v++ = str(c->publisher.en);
	*v++ = str(c->publisher_uri);
	*v++ = str(c->publisher_homepage);
	*v++ = str(c->contact.th);
	*v++ = str(c->contact.en);
	*v++ = str(c->contact_email);
	*v++ = str(c->contact_phone);
	*v++ = str(c->license_id);
	*v++ = str(c->license_uri);
	*v++ = str(c->license_title.th);
	*v++ = str(c->license_title.en);
	*v++ = str(ctx->base_url);
	*v++ = u64(ctx->run, ctx->serial);
	*v++ = str(ctx->created);
	*v++ = flag(ctx->unsigned_preview);
	*v++ = str(pages->policy);
	return (struct od_fixed_row){{"site", site_columns, OD_ARRAY_LEN(site_columns)},
	                             row};
}
