#include "stage/emit_files.h"

#include <string.h>

#include "core/json.h"
#include "core/out.h"
#include "fmt/format.h"
#include "row/snapshot.h"
#include "stage/advice.h"
#include "stage/score.h"

/* data/ holds tables of data alone: a reader may take every CSV there for one. */
const char *
od_dictionary_path(struct od_arena *a, const struct od_dataset *d)
{
	return od_arena_printf(a, "dictionary/%s-dictionary.csv", d->id);
}

const char *
od_codelist_path(struct od_arena *a, const struct od_codelist *l)
{
	return od_arena_printf(a, "vocab/%s.csv", l->id);
}

void
od_put_path_value(struct od_buf *b, struct od_span v)
{
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || (c == '.' && i))
			od_buf_putc(b, (char)c);
		else
			od_buf_printf(b, "%%%02X", c);
	}
}

/* A table of texts that no schema declares. */
static struct od_dataset
plain_table(struct od_arena *a, const char *id, const char *const *names, size_t n)
{
	struct od_field *fields = od_arena_array(a, n, sizeof(*fields));

	for (size_t i = 0; i < n; i++)
		fields[i] = (struct od_field){.name = names[i], .type = OD_TYPE_TEXT};
	return (struct od_dataset){.id = id, .fields = fields, .n_fields = n};
}

static struct od_pub
cell(const char *text)
{
	return (struct od_pub){.v = od_span_str(text), .null = !text || !text[0]};
}

static const char *const dictionary_names[] = {
    "name",           "type",     "title_th", "title_en", "description_th",
    "description_en", "required", "unique",   "unit",     "codelist",
    "references",     "example",  "anonymize"};

static void
put_field(struct od_format_file *f, struct od_arena *a, const struct od_field *d)
{
	const struct od_pub cells[OD_ARRAY_LEN(dictionary_names)] = {
	    cell(d->name),
	    cell(od_type_names[d->type]),
	    cell(d->title.th),
	    cell(d->title.en),
	    cell(d->description.th),
	    cell(d->description.en),
	    cell(d->required ? "true" : "false"),
	    cell(d->unique ? "true" : "false"),
	    cell(d->unit),
	    cell(d->codelist ? d->codelist->id : ""),
	    cell(d->ref_dataset ? od_arena_printf(a, "%s.%s", d->ref_dataset->id,
	                                          d->ref_field->name)
	                        : ""),
	    cell(d->example),
	    cell(d->policy),
	};

	od_format_csv.row(f, cells);
}

static enum od_rc
close_listed(struct od_format_file *f, const struct od_stage_ctx *ctx,
             struct od_artefacts *files, struct od_artefact one, struct od_err *err)
{
	struct od_out_fact fact;
	enum od_rc rc = od_format_csv.close(f, &fact, err);

	one.format = od_format_csv.name;
	one.media_type = od_format_csv.media_type;
	one.bytes = fact.bytes;
	one.sha256 = fact.sha256;
	if (!rc)
		od_artefacts_add(files, ctx->run, &one);
	return rc;
}

enum od_rc
od_emit_dictionaries(const struct od_stage_ctx *ctx, struct od_artefacts *files,
                     struct od_err *err)
{
	struct od_dataset table = plain_table(ctx->run, "dictionary", dictionary_names,
	                                      OD_ARRAY_LEN(dictionary_names));
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < ctx->spec->n_datasets && !rc; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];
		const char *path = od_dictionary_path(ctx->run, d);
		struct od_format_file *f = od_format_csv.open(
		    od_arena_printf(ctx->run, "%s/%s", ctx->wd.release, path), &table);

		for (size_t k = 0; k < d->n_fields; k++)
			put_field(f, ctx->run, &d->fields[k]);
		rc = close_listed(f, ctx, files,
		                  (struct od_artefact){.path = path,
		                                       .role = OD_ROLE_DICTIONARY,
		                                       .dataset = d->id,
		                                       .rows = d->n_fields},
		                  err);
	}
	return rc;
}

enum od_rc
od_emit_codelists(const struct od_stage_ctx *ctx, struct od_artefacts *files,
                  struct od_err *err)
{
	static const char *const names[] = {"code", "name_th", "name_en", "valid_from",
	                                    "valid_to"};
	struct od_dataset table =
	    plain_table(ctx->run, "codelist", names, OD_ARRAY_LEN(names));
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < ctx->spec->n_codelists && !rc; i++) {
		const struct od_codelist *l = &ctx->spec->codelists[i];
		const char *path = od_codelist_path(ctx->run, l);
		struct od_format_file *f = od_format_csv.open(
		    od_arena_printf(ctx->run, "%s/%s", ctx->wd.release, path), &table);

		for (size_t k = 0; k < l->n; k++)
			od_format_csv.row(f, (const struct od_pub[]){
						 cell(l->codes[k].code),
						 cell(l->codes[k].name_th),
						 cell(l->codes[k].name_en),
						 cell(l->codes[k].valid_from),
						 cell(l->codes[k].valid_to),
					     });
		rc = close_listed(f, ctx, files,
		                  (struct od_artefact){.path = path,
		                                       .role = OD_ROLE_METADATA,
		                                       .value = l->id,
		                                       .rows = l->n},
		                  err);
	}
	return rc;
}

enum od_rc
od_emit_metadata(const struct od_stage_ctx *ctx, const char *path,
                 const char *media_type, struct od_span bytes,
                 struct od_artefacts *files, struct od_err *err)
{
	struct od_out *o =
	    od_out_open(od_arena_printf(ctx->run, "%s/%s", ctx->wd.release, path),
	                &(struct od_out_opts){.sha256 = true});
	struct od_out_fact fact;
	enum od_rc rc;

	od_out_span(o, bytes);
	rc = od_out_close(o, &fact, err);
	if (!rc)
		od_artefacts_add(files, ctx->run,
		                 &(struct od_artefact){.path = path,
		                                       .role = OD_ROLE_METADATA,
		                                       .media_type = media_type,
		                                       .bytes = fact.bytes,
		                                       .sha256 = fact.sha256});
	return rc;
}

/* ---- quality.json */

/* Rows of a query as members of an object: `"rule": n`; returns the sum. */
static enum od_rc
put_numbers(struct od_buf *b, struct od_snapshot *s, const char *sql,
            const struct od_dataset *d, struct od_err *err)
{
	struct od_query *q;
	enum od_rc rc = od_query_open(s, sql, "_quality", &q, err);
	bool row, begun = false;

	if (rc)
		return rc;
	od_query_bind(q, 0, (struct od_pub){.v = od_span_str(d->id)});
	od_buf_putc(b, '{');
	while (!(rc = od_query_next(q, &row, err)) && row) {
		od_buf_puts(b, begun ? "," : "");
		od_json_string(b, od_query_cell(q, 0).v);
		od_buf_printf(b, ":%lld", (long long)od_query_int(q, 1));
		begun = true;
	}
	od_buf_putc(b, '}');
	od_query_close(q);
	return rc;
}

static enum od_rc
put_counts(struct od_buf *b, struct od_snapshot *s, const struct od_dataset *d,
           uint64_t written, struct od_err *err)
{
	struct od_query *q;
	enum od_rc rc =
	    od_query_open(s, "select read, published from _counts where dataset = :d",
	                  "_counts", &q, err);
	int64_t read = (int64_t)written, published = (int64_t)written;
	bool row = false;

	if (rc)
		return rc;
	od_query_bind(q, 0, (struct od_pub){.v = od_span_str(d->id)});
	rc = od_query_next(q, &row, err);
	if (!rc && row) {
		read = od_query_int(q, 0);
		published = od_query_int(q, 1);
	}
	od_query_close(q);
	od_buf_printf(b, ",\n  \"read\":%lld,\"published\":%lld,\"missing\":%lld",
	              (long long)read, (long long)published,
	              (long long)(read - published));
	return rc;
}

static void
put_text2(struct od_buf *b, const char *key, const struct od_text2 *t)
{
	od_buf_printf(b, ",\"%s\":{\"th\":", key);
	od_json_string(b, od_span_str(t->th));
	od_buf_puts(b, ",\"en\":");
	od_json_string(b, od_span_str(t->en));
	od_buf_putc(b, '}');
}

/* What was found, what it means, and how to mend it. */
static enum od_rc
put_findings(struct od_buf *b, struct od_snapshot *s, const struct od_spec *spec,
             const struct od_dataset *d, struct od_err *err)
{
	struct od_query *q;
	bool row, begun = false;
	enum od_rc rc = od_query_open(s,
	                              "select rule, effect, n from _quality where "
	                              "dataset = :d order by n desc, rule, effect",
	                              "_quality", &q, err);

	if (rc)
		return rc;
	od_query_bind(q, 0, (struct od_pub){.v = od_span_str(d->id)});
	od_buf_puts(b, ",\n  \"findings\":[");
	while (!(rc = od_query_next(q, &row, err)) && row) {
		const char *rule = (const char *)od_query_cell(q, 0).v.p;
		const struct od_text2 *title = od_rule_title(spec, d, rule);
		const struct od_text2 *mend = od_rule_mend(spec, d, rule);

		od_buf_puts(b, begun ? ",\n    {\"rule\":" : "\n    {\"rule\":");
		od_json_string(b, od_span_str(rule));
		od_buf_puts(b, ",\"effect\":");
		od_json_string(b, od_query_cell(q, 1).v);
		od_buf_printf(b, ",\"n\":%lld", (long long)od_query_int(q, 2));
		if (title)
			put_text2(b, "title", title);
		if (mend)
			put_text2(b, "mend", mend);
		od_buf_putc(b, '}');
		begun = true;
	}
	od_buf_putc(b, ']');
	od_query_close(q);
	return rc;
}

static enum od_rc
put_score(struct od_buf *b, struct od_snapshot *s, const struct od_spec *spec,
          const struct od_dataset *d, struct od_err *err)
{
	struct od_score score;
	enum od_rc rc = od_score(spec, s, d, &score, err);
	const struct {
		const char *key;
		int64_t tenths;
	} parts[] = {{"total", score.total},
	             {"valid", score.valid},
	             {"clean", score.clean},
	             {"filled", score.filled}};

	od_buf_puts(b, ",\n  \"score\":{");
	for (size_t i = 0; i < OD_ARRAY_LEN(parts); i++)
		od_buf_printf(b, "%s\"%s\":%lld.%lld", i ? "," : "", parts[i].key,
		              (long long)parts[i].tenths / 10,
		              (long long)parts[i].tenths % 10);
	od_buf_putc(b, '}');
	return rc;
}

static enum od_rc
put_quality(struct od_buf *b, struct od_snapshot *s, const struct od_spec *spec,
            const struct od_dataset *d, uint64_t written, struct od_err *err)
{
	static const struct {
		const char *key, *sql;
	} parts[] = {
	    {"rules",
	     "select rule, sum(n) from _quality where dataset = :d and effect in "
	     "('reject', 'parent') group by rule order by rule"},
	    {"warnings",
	     "select rule, sum(n) from _quality where dataset = :d and effect = "
	     "'warn' group by rule order by rule"},
	    {"withheld",
	     "select rule, sum(n) from _quality where dataset = :d and effect = "
	     "'withheld' group by rule order by rule"},
	    {"privacy",
	     "select field || '.' || kind, sum(n) from _privacy where dataset = :d "
	     "group by field, kind order by field, kind"},
	};
	enum od_rc rc;

	od_buf_puts(b, "{\"dataset\":");
	od_json_string(b, od_span_str(d->id));
	rc = put_counts(b, s, d, written, err);
	if (!rc)
		rc = put_score(b, s, spec, d, err);
	for (size_t i = 0; i < OD_ARRAY_LEN(parts) && !rc; i++) {
		od_buf_printf(b, ",\n  \"%s\":", parts[i].key);
		rc = put_numbers(b, s, parts[i].sql, d, err);
	}
	if (!rc)
		rc = put_findings(b, s, spec, d, err);
	od_buf_putc(b, '}');
	return rc;
}

static uint64_t
rows_written(const struct od_artefacts *files, const struct od_dataset *d)
{
	for (size_t i = 0; i < files->n; i++)
		if (files->v[i].role == OD_ROLE_DATA &&
		    !strcmp(files->v[i].dataset, d->id))
			return files->v[i].rows;
	return 0;
}

enum od_rc
od_emit_quality(const struct od_stage_ctx *ctx, struct od_artefacts *files,
                struct od_err *err)
{
	struct od_snapshot *s;
	struct od_err other = {0};
	struct od_buf b = {0};
	enum od_rc rc = od_snapshot_open(ctx->wd.snapshot, false, &s, err);

	if (rc)
		return rc;
	od_buf_puts(&b, "{\"created\":");
	od_json_string(&b, od_span_str(ctx->created));
	od_buf_puts(&b, ",\"datasets\":[");
	for (size_t i = 0; i < ctx->spec->n_datasets && !rc; i++) {
		const struct od_dataset *d = &ctx->spec->datasets[i];

		od_buf_puts(&b, i ? ",\n" : "\n");
		rc = put_quality(&b, s, ctx->spec, d, rows_written(files, d), err);
	}
	od_buf_puts(&b, "\n]}\n");
	if (od_snapshot_close(s, false, rc ? &other : err) && !rc)
		rc = err->rc;
	if (!rc)
		rc = od_emit_metadata(ctx, "quality.json", "application/json",
		                      od_buf_view(&b), files, err);
	od_buf_release(&b);
	return rc;
}
