#include <string.h>

#include "core/json.h"
#include "spec/load.h"

static const char *const export_keys[] = {"title",   "description", "path",    "rows",
                                          "head",    "tail",        "example", "schema",
                                          "columns", "cuts",        NULL};

static bool
is_word(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n && !id[n];
}

/* Paths lie in a folder of the release and are plain ASCII beside their columns. */
static bool
is_path(const char *path)
{
	if (!path[strcspn(path, "/{")] || path[strcspn(path, "/{")] == '{' ||
	    !path[0] || path[0] == '/' || strstr(path, "..") || strstr(path, "//"))
		return false;
	for (; *path; path++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789._-/{}", *path))
			return false;
	return true;
}

/* Each column of the path is told what it means, and no other. */
static enum od_rc
check_columns(const struct od_export *e, const struct od_node *root, struct od_err *err)
{
	size_t n = 0;

	for (const char *p = e->path; (p = strchr(p, '{')); n++) {
		size_t k = strcspn(++p, "}");
		struct od_arena a = {0};
		struct od_text2 ignored;
		const char *name = od_arena_dup(&a, (struct od_span){p, k}).p;
		enum od_rc rc =
		    od_node_text2(e->columns ? e->columns : root, name, &ignored, err);

		od_arena_release(&a);
		if (rc)
			return rc;
	}
	if (e->columns && e->columns->n != n)
		return od_node_error(e->columns, err,
		                     "'columns' are those in the braces of 'path'");
	return OD_OK;
}

static enum od_rc
load_export(const struct od_spec *s, const struct od_node *id, struct od_arena *a,
            struct od_export *e, struct od_err *err)
{
	const struct {
		const char *key;
		bool required;
		const char **to;
	} texts[] = {{"path", true, &e->path},    {"rows", true, &e->rows},
	             {"cuts", false, &e->cuts},   {"head", false, &e->head},
	             {"tail", false, &e->tail},   {"example", false, &e->example},
	             {"schema", true, &e->schema}};
	const struct od_json *schema;
	const struct od_node *root;
	enum od_rc rc;

	*e = (struct od_export){.id = id->text.p, .head = "", .tail = ""};
	if (id->kind != OD_NODE_SCALAR || !is_word(e->id))
		return od_node_error(id, err, "an export is named by a word");
	rc = od_yaml_load(od_arena_printf(a, "%s/exports/%s.yaml", s->dir, e->id),
	                  OD_KIND_SCHEMA, a, &root, err);
	if (!rc)
		rc = od_node_keys(root, export_keys, err);
	if (!rc)
		rc = od_node_text2(root, "title", &e->title, err);
	if (!rc)
		rc = od_node_text2(root, "description", &e->description, err);
	for (size_t i = 0; i < OD_ARRAY_LEN(texts) && !rc; i++)
		rc = od_node_text(root, texts[i].key, texts[i].required, texts[i].to,
		                  err);
	if (rc)
		return rc;
	e->columns = od_node_find(root, "columns");
	if (!is_path(e->path) || (e->example && !is_path(e->example)))
		return od_node_error(
		    root, err,
		    "'path' and 'example' are relative, in a folder, of "
		    "a-z, 0-9 and . _ - /");
	rc = check_columns(e, root, err);
	if (rc)
		return rc;
	return od_json_parse(od_span_str(e->schema),
	                     od_arena_printf(a, "%s: schema", root->file),
	                     OD_KIND_SCHEMA, a, &schema, err);
}

enum od_rc
od_exports_load(struct od_spec *s, struct od_arena *a, struct od_err *err)
{
	const struct od_node *list = od_node_find(s->catalog.node, "exports");
	struct od_export *exports;
	enum od_rc rc = OD_OK;

	if (!list)
		return OD_OK;
	if (list->kind != OD_NODE_LIST)
		return od_node_error(list, err, "'exports' must be a list");
	s->exports = exports = od_arena_array(a, list->n + 1, sizeof(*exports));
	for (size_t i = 0; i < list->n && !rc; i++) {
		rc = load_export(s, &list->items[i], a, &exports[i], err);
		for (size_t k = 0; k < i && !rc; k++)
			if (!strcmp(exports[k].path, exports[i].path))
				rc =
				    od_node_error(&list->items[i], err,
				                  "exports '%s' and '%s' have one path",
				                  exports[k].id, exports[i].id);
		s->n_exports++;
	}
	return rc;
}
