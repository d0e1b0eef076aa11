#include "stage/upload_form.h"

#include <stdio.h>
#include <string.h>

#include "spec/yaml.h"

static struct od_want_field *
find_field(struct od_want_package *p, const char *key)
{
	for (size_t i = 0; i < p->n_fields; i++)
		if (strcmp(p->fields[i].key, key) == 0)
			return &p->fields[i];
	return NULL;
}

static const struct od_json *
fields_of(const struct od_want_form *form)
{
	const struct od_json *list = od_json_find(form->schema, "dataset_fields");

	return list && list->kind == OD_JSON_ARRAY ? list : NULL;
}

static bool
is_choice(const struct od_json *choices, const char *value)
{
	for (size_t i = 0; i < choices->n; i++)
		if (strcmp(od_json_text(&choices->items[i], "value"), value) == 0)
			return true;
	return false;
}

static const char *
alternative(const struct od_catalog *c, const char *key, const char *value,
            const struct od_json *choices)
{
	const struct od_node *field =
	    od_node_find(od_node_find(c->node, "gdc_alternatives"), key);
	const struct od_node *list = od_node_find(field, value);

	for (size_t i = 0; list && list->kind == OD_NODE_LIST && i < list->n; i++)
		if (is_choice(choices, list->items[i].text.p))
			return list->items[i].text.p;
	return NULL;
}

/* The first values of a form are no secret, and say what to write. */
static enum od_rc
refuse_choice(const struct od_want_package *p, const char *key, const char *value,
              const struct od_json *choices, struct od_err *err)
{
	char some[400] = "";

	for (size_t i = 0; i < choices->n && i < 8; i++) {
		size_t n = strlen(some);
		const char *one = od_json_text(&choices->items[i], "value");

		if (n + strlen(one) + 3 < sizeof(some))
			snprintf(some + n, sizeof(some) - n, "%s%s", n ? ", " : "",
			         one);
	}
	(void)!od_err_set(err, OD_KIND_SCHEMA,
	                  "dataset '%s': '%s' is no choice of the CKAN server for '%s'",
	                  p->dataset->id, value, key);
	return od_err_hint(err,
	                   "its form has: %s; correct gdc: in %s/dataset.yaml, or give "
	                   "the server's word in gdc_alternatives of catalog.yaml",
	                   some, p->dataset->dir);
}

/* "others" of the form says nothing without the field beside it. */
static enum od_rc
check_other(struct od_want_package *p, const struct od_want_form *form, const char *key,
            const char *value, struct od_err *err)
{
	static const char other[] = "อื่นๆ";
	char name[100];

	snprintf(name, sizeof(name), "%.80s_other", key);
	if (strcmp(value, other) != 0 || !od_want_form_has(form, name) ||
	    find_field(p, name))
		return OD_OK;
	(void)!od_err_set(err, OD_KIND_SCHEMA,
	                  "dataset '%s': '%s' is '%s' without a text in '%s'",
	                  p->dataset->id, key, value, name);
	return od_err_hint(err, "declare it below gdc: in %s/dataset.yaml",
	                   p->dataset->dir);
}

static enum od_rc
check_choices(struct od_want_package *p, const struct od_want_form *form,
              const struct od_catalog *c, const struct od_json *f, struct od_err *err)
{
	const struct od_json *choices = od_json_find(f, "choices");
	const char *key = od_json_text(f, "field_name");
	struct od_want_field *have = find_field(p, key);
	enum od_rc rc = OD_OK;

	if (!have || !choices || choices->kind != OD_JSON_ARRAY || !choices->n)
		return OD_OK;
	for (size_t i = 0; i < have->n && !rc; i++) {
		if (!is_choice(choices, have->values[i])) {
			const char *value =
			    alternative(c, key, have->values[i], choices);

			if (!value)
				return refuse_choice(p, key, have->values[i], choices,
				                     err);
			have->values[i] = value;
		}
		rc = check_other(p, form, key, have->values[i], err);
	}
	return rc;
}

/* Fields that the form demands and the declaration lacks. */
static enum od_rc
check_required(struct od_want_package *p, const struct od_json *list,
               struct od_err *err)
{
	char missing[200] = "";

	for (size_t i = 0; i < list->n; i++) {
		const struct od_json *f = &list->items[i],
				     *required = od_json_find(f, "required");
		const char *key = od_json_text(f, "field_name");
		size_t n = strlen(missing);

		if (!required || required->kind != OD_JSON_BOOL || !required->boolean)
			continue;
		if (find_field(p, key) || strcmp(key, "name") == 0 ||
		    strcmp(key, "owner_org") == 0 ||
		    (strcmp(key, "tag_string") == 0 && p->tags.n))
			continue;
		snprintf(missing + n, sizeof(missing) - n, "%s%.40s", n ? ", " : "",
		         key);
	}
	if (!missing[0])
		return OD_OK;
	(void)!od_err_set(err, OD_KIND_SCHEMA,
	                  "dataset '%s' lacks fields that the CKAN server requires: %s",
	                  p->dataset->id, missing);
	return od_err_hint(err, "declare them below gdc: in %s/dataset.yaml",
	                   p->dataset->dir);
}

enum od_rc
od_form_check(struct od_want_package *p, const struct od_want_form *form,
              const struct od_catalog *catalog, struct od_err *err)
{
	const struct od_json *list = fields_of(form);
	enum od_rc rc = list ? check_required(p, list, err) : OD_OK;

	for (size_t i = 0; list && i < list->n && !rc; i++)
		rc = check_choices(p, form, catalog, &list->items[i], err);
	return rc;
}
