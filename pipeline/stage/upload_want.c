#include "stage/upload_want.h"

#include <stdio.h>
#include <string.h>

#include "spec/yaml.h"
#include "stage/changes.h"
#include "stage/describe.h"
#include "stage/upload_form.h"

/* Identifiers. */

struct od_uuid
od_want_namespace(const struct od_catalog *catalog)
{
	return od_uuid_v5(od_uuid_url, od_span_str(catalog->base_url));
}

void
od_want_dataset_id(const struct od_catalog *catalog, const char *dataset,
                   char to[OD_UUID_TEXT])
{
	od_uuid_text(od_uuid_v5(od_want_namespace(catalog), od_span_str(dataset)), to);
}

void
od_want_resource_id(const struct od_catalog *catalog, const char *dataset,
                    const char *path, char to[OD_UUID_TEXT])
{
	struct od_buf name = {0};

	od_buf_printf(&name, "%s|%s", dataset, path);
	od_uuid_text(od_uuid_v5(od_want_namespace(catalog), od_buf_view(&name)), to);
	od_buf_release(&name);
}

bool
od_want_is_ours(const struct od_catalog *catalog, const char *dataset,
                const struct od_json *resource)
{
	const char *path = od_json_text(resource, "release_path");
	char id[OD_UUID_TEXT];

	if (!path[0])
		return false;
	od_want_resource_id(catalog, dataset, path, id);
	return strcmp(id, od_json_text(resource, "id")) == 0;
}

const struct od_json *
od_want_find(const struct od_json *package, const char *id)
{
	const struct od_json *list = od_json_find(package, "resources");

	for (size_t i = 0; list && list->kind == OD_JSON_ARRAY && i < list->n; i++)
		if (strcmp(od_json_text(&list->items[i], "id"), id) == 0)
			return &list->items[i];
	return NULL;
}

/* The server's form. */

static const struct od_json *
form_fields(const struct od_want_form *f)
{
	const struct od_json *list = od_json_find(f->schema, "dataset_fields");

	return list && list->kind == OD_JSON_ARRAY ? list : NULL;
}

bool
od_want_form_has(const struct od_want_form *f, const char *field)
{
	const struct od_json *list = form_fields(f);

	for (size_t i = 0; list && i < list->n; i++)
		if (strcmp(od_json_text(&list->items[i], "field_name"), field) == 0)
			return true;
	return false;
}

/* The wanted package. */

static struct od_want_field *
find_field(struct od_want_package *p, const char *key)
{
	for (size_t i = 0; i < p->n_fields; i++)
		if (strcmp(p->fields[i].key, key) == 0)
			return &p->fields[i];
	return NULL;
}

/* Adds a field or replaces its value. p->fields has room for all. */
static void
put_field(struct od_want_package *p, struct od_arena *a, const char *key,
          const char *value)
{
	struct od_want_field *f = find_field(p, key);

	if (!value || !value[0])
		return;
	if (!f) {
		f = &p->fields[p->n_fields++];
		f->key = key;
	}
	f->list = false;
	f->values = od_arena_array(a, 1, sizeof(*f->values));
	f->values[0] = value;
	f->n = 1;
}

static const char *
both_titles(const struct od_text2 *t, struct od_arena *a)
{
	if (strcmp(t->th, t->en) == 0)
		return t->th;
	return od_arena_printf(a, "%s (%s)", t->th, t->en);
}

static const char *
notes(const struct od_dataset *d, struct od_arena *a)
{
	const char *const parts[] = {d->description.th, d->grain.th, d->description.en,
	                             d->grain.en};
	struct od_buf b = {0};
	const char *text;

	for (size_t i = 0; i < OD_ARRAY_LEN(parts); i++) {
		if (!parts[i] || !parts[i][0])
			continue;
		if (b.n)
			od_buf_puts(&b, "\n\n");
		od_ckan_markdown(&b, od_span_str(parts[i]));
		while (b.n && (b.p[b.n - 1] == '\n' || b.p[b.n - 1] == ' '))
			b.n--;
	}
	text = od_arena_str(a, od_buf_str(&b));
	od_buf_release(&b);
	return text;
}

static void
put_tags(struct od_want_package *p, bool marks, struct od_arena *a)
{
	const char *const *const lists[] = {p->dataset->keywords_th,
	                                    p->dataset->keywords_en};
	struct od_want_field *t = &p->tags;
	size_t room = 0;

	t->key = "tags";
	t->list = true;
	for (size_t i = 0; i < OD_ARRAY_LEN(lists); i++)
		for (size_t k = 0; lists[i] && lists[i][k]; k++)
			room++;
	t->values = od_arena_array(a, room + 1, sizeof(*t->values));
	for (size_t i = 0; i < OD_ARRAY_LEN(lists); i++)
		for (size_t k = 0; lists[i] && lists[i][k]; k++) {
			const char *tag = lists[i][k];
			bool seen = false;

			for (size_t j = 0; j < t->n; j++)
				seen = seen || strcmp(t->values[j], tag) == 0;
			if (!seen && od_ckan_is_tag(od_span_str(tag), marks))
				t->values[t->n++] = tag;
		}
}

/* `uri` and `identifier` as in DCAT: a server with ckanext-dcat gives them out again.
 */
static void
put_extras(const struct od_want_frame *frame, struct od_want_package *p,
           struct od_arena *a)
{
	const struct od_dataset *d = p->dataset;
	const char *const pairs[] = {
	    "uri",
	    od_dataset_iri(a, frame->ctx, d, "dataset"),
	    "identifier",
	    od_arena_printf(a, "%s-%s", frame->ctx->spec->catalog.id, d->id),
	    "schema_version",
	    d->version,
	};

	p->extras.key = "extras";
	p->extras.n = OD_ARRAY_LEN(pairs);
	p->extras.values = od_arena_array(a, p->extras.n, sizeof(*p->extras.values));
	for (size_t i = 0; i < p->extras.n; i++)
		p->extras.values[i] = pairs[i];
}

/* Decided here and not by a declaration: what others identify the package by. */
static const char *const reserved[] = {"id",
                                       "name",
                                       "title",
                                       "owner_org",
                                       "state",
                                       "private",
                                       "resources",
                                       "extras",
                                       "tags",
                                       "type",
                                       "url",
                                       "tag_string",
                                       "groups",
                                       "metadata_created",
                                       "metadata_modified",
                                       NULL};

static enum od_rc
put_declared(struct od_want_package *p, const struct od_node *key,
             const struct od_node *value, struct od_arena *a, struct od_err *err)
{
	struct od_want_field *f;

	if (value->kind == OD_NODE_MAP)
		return od_node_error(
		    value, err, "'%s' must be a text or a list of texts", key->text.p);
	if (value->kind == OD_NODE_SCALAR) {
		put_field(p, a, key->text.p, value->text.p);
		return OD_OK;
	}
	f = find_field(p, key->text.p);
	if (!f)
		f = &p->fields[p->n_fields++];
	f->key = key->text.p;
	f->list = true;
	f->values = od_arena_array(a, value->n + 1, sizeof(*f->values));
	f->n = 0;
	for (size_t i = 0; i < value->n; i++) {
		if (value->items[i].kind != OD_NODE_SCALAR)
			return od_node_error(&value->items[i], err,
			                     "'%s' must be a text or a list of texts",
			                     key->text.p);
		f->values[f->n++] = value->items[i].text.p;
	}
	return OD_OK;
}

/* Adds what dataset.yaml declares of the fields that the server's form has. */
static enum od_rc
put_gdc(struct od_want_package *p, const struct od_want_form *form, struct od_arena *a,
        struct od_err *err)
{
	const struct od_node *gdc = p->dataset->gdc;

	for (size_t i = 0; gdc && gdc->kind == OD_NODE_MAP && i < gdc->n; i++) {
		const char *key = gdc->keys[i].text.p;
		enum od_rc rc;

		for (size_t k = 0; reserved[k]; k++)
			if (strcmp(reserved[k], key) == 0)
				return od_node_error(&gdc->keys[i], err,
				                     "'%s' is decided by the publisher",
				                     key);
		if (!od_want_form_has(form, key))
			continue;
		rc = put_declared(p, &gdc->keys[i], &gdc->items[i], a, err);
		if (rc != OD_OK)
			return rc;
	}
	return OD_OK;
}

/*
 * What the data say of themselves: when they changed, and in statistics the first and
 * the last year, which the form wants in the Buddhist Era.
 */
static void
put_dates(const struct od_want_frame *frame, struct od_want_package *p,
          struct od_arena *a)
{
	const struct od_dataset *d = p->dataset;
	const char *changed = od_changes_of(frame->ctx, frame->artefacts, d->id);
	struct od_period period;

	if (changed && strlen(changed) >= 10 &&
	    od_want_form_has(&frame->form, "last_updated_date"))
		put_field(p, a, "last_updated_date",
		          od_arena_printf(a, "%.10s", changed));
	if (!find_field(p, "disaggregate") || !find_field(p, "unit_of_measure") ||
	    !od_dataset_period(frame->artefacts, d, &period))
		return;
	if (od_want_form_has(&frame->form, "first_year_of_data"))
		put_field(p, a, "first_year_of_data",
		          od_arena_printf(a, "%d", period.first_be));
	if (od_want_form_has(&frame->form, "last_year_of_data"))
		put_field(p, a, "last_year_of_data",
		          od_arena_printf(a, "%d", period.last_be));
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void
put_resource(const struct od_want_frame *frame, struct od_want_package *p,
             const struct od_artefact *f, const char *format,
             const struct od_text2 *title, struct od_arena *a)
{
	const struct od_dataset *d = p->dataset;
	struct od_want_resource *r = &p->resources[p->n_resources++];

	od_want_resource_id(&frame->ctx->spec->catalog, d->id, f->path, r->id);
	r->path = f->path;
	r->file_name = base_name(f->path);
	r->media_type = f->media_type;
	r->sha256 = f->sha256;
	r->bytes = f->bytes;
	r->rows = f->rows;
	r->table =
	    frame->tables && f->role == OD_ROLE_DATA && strcmp(f->format, "csv") == 0;
	r->format = format;
	r->name = od_arena_printf(a, "%s – %s", d->title.th, title->th);
	r->description = od_arena_printf(a, "%s – %s", d->title.en, title->en);
}

/* What DCAT lists, so that both catalogues tell the same; and the dictionary. */
static void
put_resources(const struct od_want_frame *frame, struct od_want_package *p,
              struct od_arena *a)
{
	static const struct od_text2 dictionary = {"พจนานุกรมข้อมูล", "data dictionary"};
	const struct od_dataset *d = p->dataset;
	struct od_listed listed[OD_MAX_LISTED];
	size_t n = od_listed_files(frame->artefacts, d, listed, OD_MAX_LISTED);
	const struct od_artefact *f;

	p->resources = od_arena_array(a, OD_MAX_LISTED + 1, sizeof(*p->resources));
	for (size_t i = 0; i < n; i++)
		put_resource(frame, p, listed[i].file, listed[i].eu_file_type,
		             &listed[i].title, a);
	f = n ? od_artefacts_find(frame->artefacts, OD_ROLE_DICTIONARY, d->id, "csv",
	                          "", "")
	      : NULL;
	if (f)
		put_resource(frame, p, f, "CSV", &dictionary, a);
}

enum od_rc
od_want_package(const struct od_want_frame *frame, const struct od_dataset *d,
                struct od_arena *a, struct od_want_package *out, struct od_err *err)
{
	const struct od_catalog *c = &frame->ctx->spec->catalog;
	bool scheming = frame->form.schema != NULL;
	const char *landing;
	enum od_rc rc;

	memset(out, 0, sizeof(*out));
	out->dataset = d;
	out->owner_org = frame->owner_org;
	if (!od_ckan_name(c->id, d->id, out->name))
		return od_err_set(
		    err, OD_KIND_SCHEMA,
		    "'%s-%s' is no name that CKAN takes: at most %d of a-z, 0-9 "
		    "and '-'",
		    c->id, d->id, OD_CKAN_NAME_MAX);
	out->fields =
	    od_arena_array(a, 12 + (d->gdc ? d->gdc->n : 0), sizeof(*out->fields));
	landing = od_landing_url(a, frame->ctx, d);
	put_field(out, a, "title", both_titles(&d->title, a));
	put_field(out, a, "notes", notes(d, a));
	put_field(out, a, "url", landing);
	put_field(out, a, "license_id", frame->license_id);
	put_field(out, a, "maintainer", c->contact.th);
	put_field(out, a, "maintainer_email", c->contact_email);
	put_tags(out, scheming, a);
	put_extras(frame, out, a);
	if (scheming) {
		rc = put_gdc(out, &frame->form, a, err);
		if (rc != OD_OK)
			return rc;
		put_dates(frame, out, a);
		rc = od_form_check(out, &frame->form, c, err);
		if (rc != OD_OK)
			return rc;
	}
	put_resources(frame, out, a);
	return OD_OK;
}
