/* Data Package 2.0: https://datapackage.org/standard/ */
#include <string.h>

#include "core/json.h"
#include "stage/describe.h"

/* A longer codelist is a table of its own, not a part of a schema. */
enum { MAX_CATEGORIES = 200 };

static void
put(struct od_buf *b, const char *key, const char *text)
{
	od_buf_printf(b, ",\"%s\":", key);
	od_json_string(b, od_span_str(text));
}

static const char *
type_name(enum od_type t)
{
	switch (t) {
	case OD_TYPE_INTEGER:
		return "integer";
	case OD_TYPE_DECIMAL:
		return "number";
	case OD_TYPE_BOOLEAN:
		return "boolean";
	case OD_TYPE_DATE:
		return "date";
	case OD_TYPE_DATETIME:
		return "datetime";
	case OD_TYPE_ID:
	case OD_TYPE_CODE:
	case OD_TYPE_TEXT:
		break;
	}
	return "string";
}

/* Bounds are numbers for numbers and text for dates; a day bounds a time from 00:00. */
static void
put_bound(struct od_buf *b, const char *key, const struct od_field *f,
          const char *value)
{
	if (!value || f->type == OD_TYPE_ID || f->type == OD_TYPE_CODE ||
	    f->type == OD_TYPE_TEXT)
		return;
	if (f->type == OD_TYPE_INTEGER || f->type == OD_TYPE_DECIMAL)
		od_buf_printf(b, ",\"%s\":%s", key, value);
	else if (f->type == OD_TYPE_DATETIME && strlen(value) == 10)
		od_buf_printf(b, ",\"%s\":\"%sT00:00:00\"", key, value);
	else
		put(b, key, value);
}

static void
put_constraints(struct od_buf *b, const struct od_field *f)
{
	bool text = !strcmp(type_name(f->type), "string");

	od_buf_printf(b, ",\"constraints\":{\"required\":%s",
	              f->required ? "true" : "false");
	if (f->unique)
		od_buf_puts(b, ",\"unique\":true");
	put_bound(b, "minimum", f, f->minimum);
	put_bound(b, "maximum", f, f->maximum);
	if (f->max_length && text)
		od_buf_printf(b, ",\"maxLength\":%zu", f->max_length);
	if (f->pattern && text)
		put(b, "pattern", f->pattern);
	od_buf_putc(b, '}');
}

static void
put_categories(struct od_buf *b, const struct od_codelist *l)
{
	if (!l || l->n == 0 || l->n > MAX_CATEGORIES)
		return;
	od_buf_puts(b, ",\"categories\":[");
	for (size_t i = 0; i < l->n; i++) {
		od_buf_puts(b, i ? ",{\"value\":" : "{\"value\":");
		od_json_string(b, od_span_str(l->codes[i].code));
		put(b, "label", l->codes[i].name_th);
		od_buf_putc(b, '}');
	}
	od_buf_putc(b, ']');
}

static void
put_field(struct od_buf *b, const struct od_field *f)
{
	bool text = !strcmp(type_name(f->type), "string");

	od_buf_puts(b, "{\"name\":");
	od_json_string(b, od_span_str(f->name));
	put(b, "type", type_name(f->type));
	put(b, "title", f->title.th);
	put(b, "title_en", f->title.en);
	put(b, "description", f->description.th);
	put(b, "description_en", f->description.en);
	if (f->example && text)
		put(b, "example", f->example);
	if (f->unit)
		put(b, "unit", f->unit);
	put_constraints(b, f);
	if (text)
		put_categories(b, f->codelist);
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

		if (!f->ref_dataset || !p->whole || !table_of(p, f->ref_dataset))
			continue;
		od_buf_puts(b, begun ? ",{\"fields\":["
		                     : ",\"foreignKeys\":[{\"fields\":[");
		od_json_string(b, od_span_str(f->name));
		od_buf_puts(b, "],\"reference\":{\"fields\":[");
		od_json_string(b, od_span_str(f->ref_field->name));
		od_buf_putc(b, ']');
		if (f->ref_dataset != d)
			put(b, "resource", f->ref_dataset->id);
		od_buf_puts(b, "}}");
		begun = true;
	}
	if (begun)
		od_buf_putc(b, ']');
}

static void
put_resource(struct od_buf *b, const struct od_package *p, const struct od_dataset *d,
             const struct od_artefact *f)
{
	od_buf_puts(b, "{\"name\":");
	od_json_string(b, od_span_str(d->id));
	put(b, "path", f->path);
	od_buf_puts(b, ",\"type\":\"table\"");
	put(b, "title", d->title.th);
	put(b, "title_en", d->title.en);
	put(b, "description", d->description.th);
	put(b, "description_en", d->description.en);
	od_buf_puts(
	    b, ",\"format\":\"csv\",\"mediatype\":\"text/csv\",\"encoding\":\"utf-8\"");
	od_buf_printf(b, ",\"bytes\":%llu", (unsigned long long)f->bytes);
	put(b, "hash", "sha256:");
	b->n--;
	od_buf_puts(b, f->sha256);
	od_buf_puts(
	    b,
	    "\",\n \"schema\":{\"$schema\":"
	    "\"https://datapackage.org/profiles/2.0/tableschema.json\",\"fields\":[");
	for (size_t i = 0; i < d->n_fields; i++) {
		od_buf_puts(b, i ? ",\n  " : "\n  ");
		put_field(b, &d->fields[i]);
	}
	od_buf_puts(b, "],\n \"primaryKey\":[");
	for (size_t i = 0; i < d->n_key; i++) {
		od_buf_puts(b, i ? "," : "");
		od_json_string(b, od_span_str(d->key[i]->name));
	}
	od_buf_putc(b, ']');
	put_foreign_keys(b, p, d);
	od_buf_puts(b, "}}");
}

static void
put_words(struct od_buf *b, const char *const *words, bool *begun)
{
	for (size_t i = 0; words && words[i]; i++) {
		od_buf_puts(b, *begun ? "," : "");
		od_json_string(b, od_span_str(words[i]));
		*begun = true;
	}
}

void
od_describe_package(const struct od_stage_ctx *ctx, const struct od_package *p,
                    struct od_buf *b)
{
	const struct od_catalog *c = &ctx->spec->catalog;
	bool begun = false;

	od_buf_puts(
	    b,
	    "{\"$schema\":\"https://datapackage.org/profiles/2.0/datapackage.json\"");
	put(b, "name", p->name);
	put(b, "title", p->title.th);
	put(b, "title_en", p->title.en);
	put(b, "description", p->description.th);
	put(b, "description_en", p->description.en);
	put(b, "homepage", ctx->base_url);
	if (p->created[0])
		put(b, "created", p->created);
	od_buf_puts(b, ",\n\"licenses\":[{\"name\":");
	od_json_string(b, od_span_str(c->license_id));
	put(b, "path", c->license_uri);
	put(b, "title", c->license_title.en);
	od_buf_puts(b, "}],\n\"contributors\":[{\"title\":");
	od_json_string(b, od_span_str(c->publisher.th));
	put(b, "path", c->publisher_homepage);
	put(b, "email", c->contact_email);
	od_buf_puts(b, ",\"roles\":[\"publisher\"]}]");
	if (p->n == 1) {
		const struct od_dataset *d =
		    od_dataset_find(ctx->spec, p->tables[0]->dataset);

		od_buf_puts(b, ",\n\"keywords\":[");
		put_words(b, d->keywords_th, &begun);
		put_words(b, d->keywords_en, &begun);
		od_buf_putc(b, ']');
	}
	od_buf_puts(b, ",\n\"resources\":[");
	for (size_t i = 0; i < p->n; i++) {
		od_buf_puts(b, i ? ",\n" : "\n");
		put_resource(b, p, od_dataset_find(ctx->spec, p->tables[i]->dataset),
		             p->tables[i]);
	}
	od_buf_puts(b, "\n]}\n");
}
