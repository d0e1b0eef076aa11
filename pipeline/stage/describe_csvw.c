/*
 * CSVW: metadata for tabular data on the web (W3C, 2015). A column's title is the text
 * of the header; what people read stands in dc:title and dc:description, by language.
 */
#include <string.h>

#include "core/json.h"
#include "stage/describe.h"

static void
put(struct od_buf *b, const char *key, const char *text)
{
	od_buf_printf(b, ",\"%s\":", key);
	od_json_string(b, od_span_str(text));
}

static void
put_text2(struct od_buf *b, const char *key, struct od_text2 text)
{
	od_buf_printf(b, ",\"%s\":[{\"@value\":", key);
	od_json_string(b, od_span_str(text.th));
	od_buf_puts(b, ",\"@language\":\"th\"},{\"@value\":");
	od_json_string(b, od_span_str(text.en));
	od_buf_puts(b, ",\"@language\":\"en\"}]");
}

static const char *
base_of(enum od_type t)
{
	switch (t) {
	case OD_TYPE_INTEGER:
		return "integer";
	case OD_TYPE_DECIMAL:
		return "decimal";
	case OD_TYPE_BOOLEAN:
		return "boolean";
	case OD_TYPE_DATE:
		return "date";
	case OD_TYPE_DATETIME:
		return "dateTime";
	case OD_TYPE_ID:
	case OD_TYPE_CODE:
	case OD_TYPE_TEXT:
		break;
	}
	return "string";
}

/* A day bounds a time from 00:00. */
static void
put_bound(struct od_buf *b, const char *key, const struct od_field *f,
          const char *value)
{
	bool day = f->type == OD_TYPE_DATETIME && value && strlen(value) == 10;

	if (value)
		od_buf_printf(b, ",\"%s\":\"%s%s\"", key, value,
		              day ? "T00:00:00" : "");
}

static void
put_datatype(struct od_buf *b, const struct od_field *f)
{
	bool text = !strcmp(base_of(f->type), "string");

	od_buf_printf(b, ",\"datatype\":{\"base\":\"%s\"", base_of(f->type));
	if (text && f->max_length)
		od_buf_printf(b, ",\"maxLength\":%zu", f->max_length);
	if (text && f->pattern)
		put(b, "format", f->pattern);
	if (!text) {
		put_bound(b, "minimum", f, f->minimum);
		put_bound(b, "maximum", f, f->maximum);
	}
	od_buf_putc(b, '}');
}

static void
put_column(struct od_buf *b, const struct od_field *f)
{
	od_buf_puts(b, "{\"name\":");
	od_json_string(b, od_span_str(f->name));
	put(b, "titles", f->name);
	put_text2(b, "dc:title", f->title);
	put_text2(b, "dc:description", f->description);
	put_datatype(b, f);
	if (f->required)
		od_buf_puts(b, ",\"required\":true");
	od_buf_putc(b, '}');
}

static const struct od_artefact *
table_of(const struct od_package *p, const struct od_dataset *d)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->tables[i]->dataset, d->id))
			return p->tables[i];
	return NULL;
}

/* Between parts a key may point outside; between whole tables it holds. */
static void
put_foreign_keys(struct od_buf *b, const struct od_package *p,
                 const struct od_dataset *d)
{
	bool begun = false;

	for (size_t i = 0; i < d->n_fields; i++) {
		const struct od_field *f = &d->fields[i];
		const struct od_artefact *target =
		    f->ref_dataset && p->whole ? table_of(p, f->ref_dataset) : NULL;

		if (!target)
			continue;
		od_buf_puts(b, begun ? "," : ",\n \"foreignKeys\":[");
		od_buf_printf(b,
		              "{\"columnReference\":\"%s\",\"reference\":{"
		              "\"resource\":",
		              f->name);
		od_json_string(b, od_span_str(target->path));
		od_buf_printf(b, ",\"columnReference\":\"%s\"}}", f->ref_field->name);
		begun = true;
	}
	if (begun)
		od_buf_putc(b, ']');
}

static void
put_table(struct od_buf *b, const struct od_stage_ctx *ctx, const struct od_package *p,
          const struct od_artefact *f, const char *url)
{
	const struct od_catalog *c = &ctx->spec->catalog;
	const struct od_dataset *d = od_dataset_find(ctx->spec, f->dataset);

	od_buf_puts(b, "\"url\":");
	od_json_string(b, od_span_str(url));
	put_text2(b, "dc:title", d->title);
	put_text2(b, "dc:description", d->description);
	put_text2(b, "dc:publisher", c->publisher);
	od_buf_puts(b, ",\"dc:license\":{\"@id\":");
	od_json_string(b, od_span_str(c->license_uri));
	od_buf_puts(b, "},\n\"tableSchema\":{\"columns\":[");
	for (size_t i = 0; i < d->n_fields; i++) {
		od_buf_puts(b, i ? ",\n  " : "\n  ");
		put_column(b, &d->fields[i]);
	}
	od_buf_puts(b, "],\n \"primaryKey\":[");
	for (size_t i = 0; i < d->n_key; i++) {
		od_buf_puts(b, i ? "," : "");
		od_json_string(b, od_span_str(d->key[i]->name));
	}
	od_buf_putc(b, ']');
	put_foreign_keys(b, p, d);
	od_buf_putc(b, '}');
}

void
od_describe_csvw(const struct od_stage_ctx *ctx, const struct od_package *p,
                 struct od_buf *b)
{
	od_buf_puts(b, "{\"@context\":\"http://www.w3.org/ns/csvw\",\n\"tables\":[");
	for (size_t i = 0; i < p->n; i++) {
		od_buf_puts(b, i ? ",\n{" : "\n{");
		put_table(b, ctx, p, p->tables[i], p->tables[i]->path);
		od_buf_putc(b, '}');
	}
	od_buf_puts(b, "]}\n");
}

void
od_describe_csvw_table(const struct od_stage_ctx *ctx, const struct od_artefact *table,
                       struct od_buf *b)
{
	const struct od_package alone = {.tables = &table, .n = 1};
	const char *slash = strrchr(table->path, '/');

	od_buf_puts(b, "{\"@context\":\"http://www.w3.org/ns/csvw\",\n");
	put_table(b, ctx, &alone, table, slash ? slash + 1 : table->path);
	od_buf_puts(b, "}\n");
}
