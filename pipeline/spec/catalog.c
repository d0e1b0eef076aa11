#include <string.h>

#include "spec/load.h"

enum od_rc
od_node_text2(const struct od_node *map, const char *key, struct od_text2 *out,
              struct od_err *err)
{
	static const char *const languages[] = {"th", "en", NULL};
	const struct od_node *v = od_node_find(map, key);
	enum od_rc rc;

	if (!v)
		return od_node_error(map, err, "key '%s' is missing", key);
	rc = od_node_keys(v, languages, err);
	if (!rc)
		rc = od_node_text(v, "th", true, &out->th, err);
	if (!rc)
		rc = od_node_text(v, "en", true, &out->en, err);
	return rc;
}

enum od_rc
od_node_words(const struct od_node *map, const char *key, struct od_arena *a,
              const char *const **out, struct od_err *err)
{
	const struct od_node *v = od_node_find(map, key);
	const char **words;

	if (!v)
		return OD_OK;
	if (v->kind != OD_NODE_LIST)
		return od_node_error(v, err, "'%s' must be a list", key);
	words = od_arena_array(a, v->n + 1, sizeof(*words));
	for (size_t i = 0; i < v->n; i++) {
		if (v->items[i].kind != OD_NODE_SCALAR || !v->items[i].text.n)
			return od_node_error(&v->items[i], err,
			                     "'%s' must be a list of words", key);
		words[i] = v->items[i].text.p;
	}
	*out = words;
	return OD_OK;
}

static const char *const catalog_keys[] = {
    "id",         "title",         "description",
    "publisher",  "publisher_uri", "publisher_homepage",
    "contact",    "contact_email", "contact_phone",
    "license_id", "license_uri",   "license_title",
    "base_url",   "spatial",       "created",
    "retention",  "catalog_page",  "gdc_alternatives",
    "api",        "exports",       "small_tables",
    "score",      "changes",       "datasets",
    NULL};

static enum od_rc
load_retention(const struct od_node *root, struct od_catalog *c, struct od_err *err)
{
	static const char *const keys[] = {"newest", "months", "days", "gigabytes",
	                                   NULL};
	const struct od_node *v = od_node_find(root, "retention");
	int64_t newest = 7, months = 12, days = 0, gigabytes = 0;
	enum od_rc rc = OD_OK;

	if (v) {
		rc = od_node_keys(v, keys, err);
		if (!rc)
			rc = od_node_int(v, "newest", false, &newest, err);
		if (!rc)
			rc = od_node_int(v, "months", false, &months, err);
		if (!rc)
			rc = od_node_int(v, "days", false, &days, err);
		if (!rc)
			rc = od_node_int(v, "gigabytes", false, &gigabytes, err);
		if (!rc && (newest < 0 || months < 0 || days < 0 || gigabytes < 0 ||
		            newest > 10000 || months > 1200 || days > 36500 ||
		            gigabytes > 1000000))
			rc = od_node_error(v, err, "retention is out of range");
	}
	c->keep_newest = (unsigned)newest;
	c->keep_months = (unsigned)months;
	c->keep_days = (unsigned)days;
	c->keep_bytes = (uint64_t)gigabytes * 1000000000;
	return rc;
}

static enum od_rc
load_page(const struct od_node *root, struct od_catalog *c, struct od_err *err)
{
	int64_t page = 100;
	enum od_rc rc = od_node_int(root, "catalog_page", false, &page, err);

	if (!rc && (page < 1 || page > 10000))
		rc = od_node_error(od_node_find(root, "catalog_page"), err,
		                   "catalog_page is from 1 to 10000");
	c->page = (unsigned)page;
	return rc;
}

/* `{field: {our value: [what forks of the form write]}}` */
static enum od_rc
check_alternatives(const struct od_node *root, struct od_err *err)
{
	const struct od_node *v = od_node_find(root, "gdc_alternatives");

	if (!v)
		return OD_OK;
	for (size_t i = 0; i < v->n; i++) {
		const struct od_node *field = &v->items[i];

		for (size_t k = 0; k < field->n; k++)
			for (size_t j = 0; j < field->items[k].n; j++)
				if (field->kind != OD_NODE_MAP ||
				    field->items[k].kind != OD_NODE_LIST ||
				    field->items[k].items[j].kind != OD_NODE_SCALAR)
					return od_node_error(
					    field, err,
					    "'gdc_alternatives' is fields, and below "
					    "each its values with a list of words");
	}
	return OD_OK;
}

static enum od_rc
load_small_tables(const struct od_node *root, struct od_arena *a, struct od_catalog *c,
                  struct od_err *err)
{
	static const char *const keys[] = {"up_to_rows", "formats", NULL};
	static const char *const none[] = {NULL};
	const struct od_node *v = od_node_find(root, "small_tables");
	int64_t rows = 0;
	enum od_rc rc;

	c->small_formats = none;
	if (!v)
		return OD_OK;
	rc = od_node_keys(v, keys, err);
	if (!rc)
		rc = od_node_int(v, "up_to_rows", true, &rows, err);
	if (!rc && rows < 0)
		rc = od_node_error(v, err, "up_to_rows is out of range");
	if (!rc)
		rc = od_node_words(v, "formats", a, &c->small_formats, err);
	c->small_rows = (uint64_t)rows;
	return rc;
}

/* How long what changed is told, row by row. */
static enum od_rc
load_changes(const struct od_node *root, struct od_catalog *c, struct od_err *err)
{
	static const char *const keys[] = {"releases", "megabytes", NULL};
	const struct od_node *v = od_node_find(root, "changes");
	int64_t releases = 30, megabytes = 64;
	enum od_rc rc = OD_OK;

	if (v) {
		rc = od_node_keys(v, keys, err);
		if (!rc)
			rc = od_node_int(v, "releases", false, &releases, err);
		if (!rc)
			rc = od_node_int(v, "megabytes", false, &megabytes, err);
		if (!rc && (releases < 1 || megabytes < 1 || releases > 1000 ||
		            megabytes > 10000))
			rc = od_node_error(v, err, "'changes' is out of range");
	}
	c->keep_changes = (unsigned)releases;
	c->keep_change_bytes = (uint64_t)megabytes * 1000000;
	return rc;
}

static enum od_rc
load_score(const struct od_node *root, struct od_catalog *c, struct od_err *err)
{
	static const char *const keys[] = {"valid", "clean", "filled", NULL};
	const struct od_node *v = od_node_find(root, "score");
	struct od_weights *w = &c->score;
	enum od_rc rc;

	*w = (struct od_weights){50, 30, 20};
	if (!v)
		return OD_OK;
	rc = od_node_keys(v, keys, err);
	if (!rc)
		rc = od_node_int(v, "valid", true, &w->valid, err);
	if (!rc)
		rc = od_node_int(v, "clean", true, &w->clean, err);
	if (!rc)
		rc = od_node_int(v, "filled", true, &w->filled, err);
	if (!rc && (w->valid < 0 || w->clean < 0 || w->filled < 0 ||
	            w->valid + w->clean + w->filled != 100))
		rc = od_node_error(v, err, "the weights of 'score' must add up to 100");
	return rc;
}

enum od_rc
od_catalog_load(const char *dir, struct od_arena *a, struct od_catalog *c,
                const struct od_node **ids, struct od_err *err)
{
	const struct {
		const char *key;
		const char **to;
	} texts[] = {{"id", &c->id},
	             {"publisher_uri", &c->publisher_uri},
	             {"publisher_homepage", &c->publisher_homepage},
	             {"contact_email", &c->contact_email},
	             {"contact_phone", &c->contact_phone},
	             {"license_id", &c->license_id},
	             {"license_uri", &c->license_uri},
	             {"base_url", &c->base_url}};
	const struct {
		const char *key;
		struct od_text2 *to;
	} pairs[] = {{"title", &c->title},
	             {"description", &c->description},
	             {"publisher", &c->publisher},
	             {"contact", &c->contact},
	             {"license_title", &c->license_title},
	             {"spatial", &c->spatial}};
	const struct od_node *root;
	enum od_rc rc = od_yaml_load(od_arena_printf(a, "%s/catalog.yaml", dir),
	                             OD_KIND_SCHEMA, a, &root, err);

	if (!rc)
		rc = od_node_keys(root, catalog_keys, err);
	for (size_t i = 0; i < OD_ARRAY_LEN(texts) && !rc; i++)
		rc = od_node_text(root, texts[i].key, true, texts[i].to, err);
	for (size_t i = 0; i < OD_ARRAY_LEN(pairs) && !rc; i++)
		rc = od_node_text2(root, pairs[i].key, pairs[i].to, err);
	if (!rc && c->base_url[strlen(c->base_url) - 1] != '/')
		rc = od_node_error(od_node_find(root, "base_url"), err,
		                   "base_url must end with '/'");
	if (!rc)
		rc = load_retention(root, c, err);
	if (!rc)
		rc = load_score(root, c, err);
	if (!rc)
		rc = load_page(root, c, err);
	if (!rc)
		rc = check_alternatives(root, err);
	if (!rc)
		rc = load_small_tables(root, a, c, err);
	if (!rc)
		rc = load_changes(root, c, err);
	if (!rc && od_node_find(root, "api"))
		rc = od_node_text2(root, "api", &c->api, err);
	if (rc)
		return rc;
	*ids = od_node_find(root, "datasets");
	if (!*ids || (*ids)->kind != OD_NODE_LIST || (*ids)->n == 0)
		return od_node_error(*ids ? *ids : root, err,
		                     "'datasets' must list the datasets to publish");
	c->node = root;
	return OD_OK;
}

enum od_rc
od_catalog_resolve(struct od_spec *s, struct od_err *err)
{
	static const char *const keys[] = {"dataset", "field", NULL};
	const struct od_node *v = od_node_find(s->catalog.node, "created");
	const char *dataset, *field;
	enum od_rc rc;

	if (!v)
		return od_node_error(s->catalog.node, err, "key 'created' is missing");
	rc = od_node_keys(v, keys, err);
	if (!rc)
		rc = od_node_text(v, "dataset", true, &dataset, err);
	if (!rc)
		rc = od_node_text(v, "field", true, &field, err);
	if (rc)
		return rc;
	s->catalog.created_dataset = od_dataset_find(s, dataset);
	if (!s->catalog.created_dataset)
		return od_node_error(v, err, "there is no dataset '%s'", dataset);
	s->catalog.created_field = od_field_find(s->catalog.created_dataset, field);
	if (!s->catalog.created_field ||
	    s->catalog.created_field->type != OD_TYPE_DATETIME)
		return od_node_error(v, err, "'%s' has no datetime field '%s'", dataset,
		                     field);
	return OD_OK;
}
