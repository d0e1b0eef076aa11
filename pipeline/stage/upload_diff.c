#include "stage/upload_diff.h"

#include <string.h>
#include <strings.h>

#include "stage/upload_table.h"

/* Writing it as JSON. */

static void
put_key(struct od_buf *b, const char *key)
{
	if (b->n && b->p[b->n - 1] != '{')
		od_buf_putc(b, ',');
	od_json_string(b, od_span_str(key));
	od_buf_putc(b, ':');
}

static void
put_text(struct od_buf *b, const char *key, const char *value)
{
	put_key(b, key);
	od_json_string(b, od_span_str(value));
}

static void
put_value(struct od_buf *b, const struct od_want_field *f)
{
	put_key(b, f->key);
	if (!f->list) {
		od_json_string(b, od_span_str(f->values[0]));
		return;
	}
	od_buf_putc(b, '[');
	for (size_t i = 0; i < f->n; i++) {
		if (i)
			od_buf_putc(b, ',');
		od_json_string(b, od_span_str(f->values[i]));
	}
	od_buf_putc(b, ']');
}

static void
write_tags(struct od_buf *b, const struct od_want_field *t)
{
	put_key(b, "tags");
	od_buf_putc(b, '[');
	for (size_t i = 0; i < t->n; i++) {
		od_buf_puts(b, i ? ",{" : "{");
		put_text(b, "name", t->values[i]);
		od_buf_putc(b, '}');
	}
	od_buf_putc(b, ']');
}

/* A form of ckanext-scheming asks for this field; CKAN makes tags of it. */
static void
write_tag_string(struct od_buf *b, const struct od_want_field *t)
{
	struct od_buf list = {0};

	for (size_t i = 0; i < t->n; i++) {
		if (i)
			od_buf_putc(&list, ',');
		od_buf_puts(&list, t->values[i]);
	}
	put_text(b, "tag_string", od_buf_str(&list));
	od_buf_release(&list);
}

static bool
is_our_extra(const struct od_want_field *ours, const char *key)
{
	for (size_t i = 0; i < ours->n; i += 2)
		if (strcmp(ours->values[i], key) == 0)
			return true;
	return false;
}

/* The whole list, since CKAN replaces it whole: first the foreign ones of `have`. */
static void
write_extras(struct od_buf *b, const struct od_want_field *ours,
             const struct od_json *have)
{
	const struct od_json *list = od_json_find(have, "extras");
	const char *comma = "";

	put_key(b, "extras");
	od_buf_putc(b, '[');
	for (size_t i = 0; list && list->kind == OD_JSON_ARRAY && i < list->n; i++) {
		const char *key = od_json_text(&list->items[i], "key");

		if (is_our_extra(ours, key))
			continue;
		od_buf_puts(b, comma);
		od_buf_putc(b, '{');
		put_text(b, "key", key);
		put_text(b, "value", od_json_text(&list->items[i], "value"));
		od_buf_putc(b, '}');
		comma = ",";
	}
	for (size_t i = 0; i < ours->n; i += 2) {
		od_buf_puts(b, comma);
		od_buf_putc(b, '{');
		put_text(b, "key", ours->values[i]);
		put_text(b, "value", ours->values[i + 1]);
		od_buf_putc(b, '}');
		comma = ",";
	}
	od_buf_putc(b, ']');
}

void
od_want_create(const struct od_want_package *p, bool scheming, struct od_buf *b)
{
	od_buf_putc(b, '{');
	put_text(b, "name", p->name);
	put_text(b, "owner_org", p->owner_org);
	put_key(b, "private");
	od_buf_puts(b, "false");
	for (size_t i = 0; i < p->n_fields; i++)
		put_value(b, &p->fields[i]);
	if (scheming)
		write_tag_string(b, &p->tags);
	else
		write_tags(b, &p->tags);
	write_extras(b, &p->extras, NULL);
	od_buf_putc(b, '}');
}

/* Comparing. */

static bool
list_has(const struct od_json *list, const char *member, const char *value)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct od_json *v = &list->items[i];

		if (member ? strcmp(od_json_text(v, member), value) == 0
		           : v->kind == OD_JSON_STRING && od_span_is(v->text, value))
			return true;
	}
	return false;
}

/* Equal as sets: CKAN sorts tags and choices in its own way. */
static bool
is_same_list(const struct od_json *have, const char *member,
             const struct od_want_field *f)
{
	if (!have || have->kind != OD_JSON_ARRAY)
		return f->n == 0 && (!have || have->kind == OD_JSON_NULL);
	if (have->n != f->n)
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (!list_has(have, member, f->values[i]))
			return false;
	return true;
}

static bool
is_same(const struct od_json *package, const struct od_want_field *f)
{
	const struct od_json *v = od_json_find(package, f->key);

	if (f->list)
		return is_same_list(v, NULL, f);
	return v && v->kind == OD_JSON_STRING && od_span_is(v->text, f->values[0]);
}

static bool
has_extras(const struct od_json *package, const struct od_want_field *ours)
{
	const struct od_json *list = od_json_find(package, "extras");

	for (size_t i = 0; i < ours->n; i += 2) {
		bool found = false;

		for (size_t k = 0; list && list->kind == OD_JSON_ARRAY && k < list->n;
		     k++)
			found = found || (strcmp(od_json_text(&list->items[k], "key"),
			                         ours->values[i]) == 0 &&
			                  strcmp(od_json_text(&list->items[k], "value"),
			                         ours->values[i + 1]) == 0);
		if (!found)
			return false;
	}
	return true;
}

static void
put_name(struct od_buf *names, const char *key)
{
	if (names->n)
		od_buf_puts(names, ", ");
	od_buf_puts(names, key);
}

bool
od_want_update(const struct od_want_package *p, const struct od_json *have,
               bool scheming, struct od_buf *b, struct od_buf *names)
{
	bool same_tags = is_same_list(od_json_find(have, "tags"), "name", &p->tags);
	size_t before = names->n;

	for (size_t i = 0; i < p->n_fields; i++)
		if (!is_same(have, &p->fields[i])) {
			put_value(b, &p->fields[i]);
			put_name(names, p->fields[i].key);
		}
	if (!same_tags)
		put_name(names, "tags");
	if (!has_extras(have, &p->extras)) {
		write_extras(b, &p->extras, have);
		put_name(names, "extras");
	}
	/* A form checks the whole package at each change, and its tag_string is not
	 * kept: it goes along with every update. Both lists are one set to CKAN. */
	if (!same_tags || (scheming && names->n != before))
		write_tags(b, &p->tags);
	if (scheming && names->n != before)
		write_tag_string(b, &p->tags);
	return names->n != before;
}

bool
od_want_resource_update(const struct od_want_resource *r, const struct od_json *have,
                        struct od_buf *b, struct od_buf *names)
{
	const struct {
		const char *key, *value;
		bool any_case;
	} fields[] = {
	    {"name", r->name, false},           {"description", r->description, false},
	    {"format", r->format, true}, /* CKAN writes known formats its own way */
	    {"mimetype", r->media_type, false}, {"release_path", r->path, false},
	};
	size_t before = names->n;

	for (size_t i = 0; i < OD_ARRAY_LEN(fields); i++) {
		const char *now = od_json_text(have, fields[i].key);

		if (fields[i].any_case ? strcasecmp(now, fields[i].value) == 0
		                       : strcmp(now, fields[i].value) == 0)
			continue;
		put_text(b, fields[i].key, fields[i].value);
		put_name(names, fields[i].key);
	}
	return names->n != before;
}

void
od_want_hash(const struct od_want_package *p, bool scheming, char hex[OD_SHA256_HEX])
{
	struct od_sha256 *h = od_sha256_open();
	struct od_buf b = {0};

	od_want_create(p, scheming, &b);
	od_sha256_field(h, od_buf_view(&b));
	for (size_t i = 0; i < p->n_resources; i++) {
		const struct od_want_resource *r = &p->resources[i];
		const char *const fields[] = {r->id,          r->path,   r->name,
		                              r->description, r->format, r->media_type,
		                              r->sha256};

		for (size_t k = 0; k < OD_ARRAY_LEN(fields); k++)
			od_sha256_field(h, od_span_str(fields[k]));
		if (r->table) {
			b.n = 0;
			od_table_fields(p->dataset, &b);
			od_sha256_field(h, od_buf_view(&b));
		}
	}
	od_sha256_close(h, hex);
	od_buf_release(&b);
}
