#include "spec/spec.h"

#include <string.h>

#include "core/file.h"
#include "spec/load.h"

enum { HASHED_BYTES = 8 * 1024 * 1024 };

const char *const od_type_names[] = {
    "id", "code", "text", "integer", "decimal", "boolean", "date", "datetime", NULL};

const char *
od_type_sql(enum od_type t)
{
	return t == OD_TYPE_ID || t == OD_TYPE_INTEGER ? "INTEGER" : "TEXT";
}

const struct od_dataset *
od_dataset_find(const struct od_spec *s, const char *id)
{
	for (size_t i = 0; i < s->n_datasets; i++)
		if (!strcmp(s->datasets[i].id, id))
			return &s->datasets[i];
	return NULL;
}

const struct od_field *
od_field_find(const struct od_dataset *d, const char *name)
{
	for (size_t i = 0; i < d->n_fields; i++)
		if (!strcmp(d->fields[i].name, name))
			return &d->fields[i];
	return NULL;
}

size_t
od_field_index(const struct od_dataset *d, const struct od_field *f)
{
	return (size_t)(f - d->fields);
}

struct hashing {
	struct od_sha256 *h;
	struct od_arena *a;
};

static enum od_rc
hash_file(const struct od_walk_file *f, void *u, struct od_err *err)
{
	struct hashing *x = u;
	struct od_span text;
	enum od_rc rc;

	if (!strcmp(f->rel, "README.md"))
		return OD_OK;
	rc = od_file_read(f->path, HASHED_BYTES, x->a, &text, OD_KIND_SCHEMA, err);
	if (rc)
		return rc;
	od_sha256_field(x->h, od_span_str(f->rel));
	od_sha256_field(x->h, text);
	return OD_OK;
}

static enum od_rc
hash_all(struct od_spec *s, struct od_err *err)
{
	struct od_arena a = {0};
	struct hashing x = {od_sha256_open(), &a};
	enum od_rc rc = od_dir_walk(s->dir, hash_file, &x, err);

	od_sha256_close(x.h, s->hash);
	od_arena_release(&a);
	if (rc)
		err->kind = OD_KIND_SCHEMA;
	return rc;
}

static enum od_rc
load_datasets(struct od_spec *s, const struct od_node *ids, struct od_arena *a,
              struct od_err *err)
{
	struct od_dataset *datasets = od_arena_array(a, ids->n, sizeof(*datasets));
	struct od_draft *drafts = od_arena_array(a, ids->n, sizeof(*drafts));
	enum od_rc rc = OD_OK;

	s->datasets = datasets;
	for (size_t i = 0; i < ids->n && !rc; i++) {
		drafts[i].d = &datasets[i];
		rc = od_dataset_load(s, &ids->items[i], a, &drafts[i], err);
		if (!rc && od_dataset_find(s, datasets[i].id))
			rc = od_node_error(&ids->items[i], err,
			                   "dataset '%s' stands twice", datasets[i].id);
		datasets[i].catalog = &s->catalog;
		s->n_datasets++;
	}
	for (size_t i = 0; i < ids->n && !rc; i++)
		rc = od_dataset_resolve(s, a, &drafts[i], err);
	return rc;
}

enum od_rc
od_spec_load(const char *dir, struct od_arena *a, const struct od_spec **out,
             struct od_err *err)
{
	struct od_spec *s = od_arena_alloc(a, sizeof(*s));
	const struct od_node *ids;
	enum od_rc rc;

	s->dir = od_arena_str(a, dir);
	if (!od_file_is_dir(dir))
		return od_err_set(err, OD_KIND_SCHEMA, "cannot read directory '%s'",
		                  dir);
	rc = od_codelists_load(dir, a, s, err);
	if (!rc)
		rc = od_catalog_load(dir, a, &s->catalog, &ids, err);
	if (!rc)
		rc = load_datasets(s, ids, a, err);
	if (!rc)
		rc = od_catalog_resolve(s, err);
	if (!rc)
		rc = od_exports_load(s, a, err);
	if (!rc)
		rc = od_advice_load(s, a, err);
	if (!rc)
		rc = hash_all(s, err);
	*out = s;
	return rc;
}
