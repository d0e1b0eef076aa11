/* pages.c - see pages.h */
#include "site/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec/yaml.h"

static enum od_rc
parse_hole(const struct od_node *at, char *hole, struct od_path_part *part,
           struct od_err *err)
{
	char *slash = strchr(hole, '/');

	part->hole = true;
	part->text = hole;
	if (slash) {
		char *end;

		*slash = 0;
		part->divide = strtoull(slash + 1, &end, 10);
		if (*end || part->divide < 2)
			return od_node_error(at, err, "cannot divide by '%s'",
			                     slash + 1);
	}
	if (!*hole)
		return od_node_error(at, err, "an empty hole in a path");
	return OD_OK;
}

static enum od_rc
parse_path(const struct od_node *at, const char *pattern, struct od_arena *a,
           struct od_path *out, struct od_err *err)
{
	struct od_path_part *parts =
	    od_arena_array(a, strlen(pattern) + 1, sizeof(*parts));
	const char *p = pattern;

	*out = (struct od_path){.parts = parts, .pattern = pattern};
	if (*p == '/' || !*p || strstr(p, "..") || strstr(p, "//"))
		return od_node_error(at, err,
		                     "a path is relative and stays in the release");
	while (*p) {
		size_t n = strcspn(p, "{}");

		if (n) {
			parts[out->n++].text =
			    od_arena_dup(a, (struct od_span){p, n}).p;
			for (size_t i = 0; i < n; i++)
				out->depth += p[i] == '/';
			p += n;
			continue;
		}
		n = strcspn(p, "}");
		if (*p == '}' || p[n] != '}')
			return od_node_error(at, err, "unpaired brace in '%s'",
			                     pattern);
		{
			struct od_span hole = {p + 1, n - 1};
			char *text = od_arena_printf(a, "%.*s", (int)hole.n, hole.p);
			enum od_rc rc = parse_hole(at, text, &parts[out->n++], err);

			if (rc)
				return rc;
		}
		p += n + 1;
	}
	return OD_OK;
}

static enum od_rc
load_list(const struct od_node *node, const char *name, struct od_list_decl *out,
          struct od_err *err)
{
	static const char *const keys[] = {"sql", "from", "by", "one", NULL};
	enum od_rc rc;

	*out = (struct od_list_decl){.name = name, .node = node};
	if (node->kind == OD_NODE_SCALAR) {
		out->sql = node->text.p;
		return OD_OK;
	}
	rc = od_node_keys(node, keys, err);
	if (!rc)
		rc = od_node_text(node, "sql", false, &out->sql, err);
	if (!rc)
		rc = od_node_text(node, "from", false, &out->from, err);
	if (!rc)
		rc = od_node_text(node, "by", false, &out->by, err);
	if (!rc)
		rc = od_node_bool(node, "one", false, &out->one, err);
	if (!rc && !out->sql == !out->from)
		rc = od_node_error(node, err, "list '%s' needs either 'sql' or 'from'",
		                   name);
	return rc;
}

static enum od_rc
load_lists(const struct od_node *map, struct od_arena *a,
           const struct od_list_decl **out, size_t *n, struct od_err *err)
{
	struct od_list_decl *lists;

	*n = 0;
	if (!map)
		return OD_OK;
	if (map->kind != OD_NODE_MAP)
		return od_node_error(map, err, "lists are a map of names");
	*out = lists = od_arena_array(a, map->n + 1, sizeof(*lists));
	for (size_t i = 0; i < map->n; i++) {
		enum od_rc rc =
		    load_list(&map->items[i], map->keys[i].text.p, &lists[i], err);

		if (rc)
			return rc;
	}
	*n = map->n;
	return OD_OK;
}

static enum od_rc
load_languages(const struct od_node *node, struct od_page_kind *k, struct od_err *err)
{
	const struct od_node *list = od_node_find(node, "languages");

	if (!list) {
		k->langs[OD_LANG_TH] = k->langs[OD_LANG_EN] = true;
		return OD_OK;
	}
	if (list->kind != OD_NODE_LIST || list->n == 0)
		return od_node_error(list, err,
		                     "languages are a list of th, en, or both");
	for (size_t i = 0; i < list->n; i++) {
		size_t lang = 0;

		while (od_lang_names[lang] &&
		       !od_span_is(list->items[i].text, od_lang_names[lang]))
			lang++;
		if (!od_lang_names[lang])
			return od_node_error(&list->items[i], err,
			                     "languages are th, en, or both");
		k->langs[lang] = true;
	}
	if (k->langs[OD_LANG_BOTH] && list->n > 1)
		return od_node_error(list, err, "'both' is one page and stands alone");
	return OD_OK;
}

static enum od_rc
load_per_page(const struct od_node *node, struct od_arena *a, struct od_page_kind *k,
              struct od_err *err)
{
	static const char *const keys[] = {"list", "size", "path", NULL};
	const struct od_node *map = od_node_find(node, "per_page");
	const char *path = NULL;
	int64_t size = 0;
	enum od_rc rc;

	if (!map)
		return OD_OK;
	rc = od_node_keys(map, keys, err);
	if (!rc)
		rc = od_node_text(map, "list", true, &k->per_page_list, err);
	if (!rc)
		rc = od_node_int(map, "size", true, &size, err);
	if (!rc)
		rc = od_node_text(map, "path", true, &path, err);
	if (!rc && (size < 1 || size > 10000))
		rc = od_node_error(map, err, "a page holds 1 to 10000 rows");
	k->per_page = (size_t)size;
	return rc ? rc : parse_path(map, path, a, &k->more, err);
}

static enum od_rc
load_rows(const struct od_node *node, struct od_page_kind *k, struct od_err *err)
{
	static const char *const keys[] = {"sql", "from", "key", "order", "cuts", NULL};
	static const char *const orders[] = {"text", "number", NULL};
	const struct od_node *map = od_node_find(node, "rows");
	const char *order = "text";
	enum od_rc rc;

	if (!map)
		return OD_OK;
	k->rows = (struct od_list_decl){.name = "", .node = map};
	rc = od_node_keys(map, keys, err);
	if (!rc)
		rc = od_node_text(map, "sql", false, &k->rows.sql, err);
	if (!rc)
		rc = od_node_text(map, "from", false, &k->rows.from, err);
	if (!rc)
		rc = od_node_text(map, "key", true, &k->key, err);
	if (!rc)
		rc = od_node_text(map, "cuts", false, &k->cuts, err);
	if (!rc)
		rc = od_node_text(map, "order", false, &order, err);
	if (!rc && !k->rows.sql == !k->rows.from)
		rc = od_node_error(map, err, "rows need either 'sql' or 'from'");
	if (!rc && strcmp(order, orders[0]) != 0 && strcmp(order, orders[1]) != 0)
		rc = od_node_error(map, err, "order is text or number");
	k->numeric = !rc && !strcmp(order, orders[1]);
	return rc;
}

static enum od_rc
load_kind(const struct od_node *node, struct od_arena *a, struct od_page_kind *k,
          struct od_err *err)
{
	static const char *const keys[] = {
	    "id",       "path",    "template", "languages", "rows", "lists",
	    "per_page", "sitemap", "lastmod",  "absolute",  NULL};
	const char *path = NULL;
	enum od_rc rc = od_node_keys(node, keys, err);

	*k = (struct od_page_kind){.sitemap = true, .node = node};
	if (!rc)
		rc = od_node_text(node, "id", true, &k->id, err);
	if (!rc)
		rc = od_node_text(node, "path", true, &path, err);
	if (!rc)
		rc = od_node_text(node, "template", true, &k->template, err);
	if (!rc)
		rc = od_node_bool(node, "sitemap", false, &k->sitemap, err);
	if (!rc)
		rc = od_node_bool(node, "absolute", false, &k->absolute, err);
	if (!rc)
		rc = od_node_text(node, "lastmod", false, &k->lastmod, err);
	if (!rc)
		rc = parse_path(node, path, a, &k->path, err);
	if (!rc)
		rc = load_languages(node, k, err);
	if (!rc)
		rc = load_rows(node, k, err);
	if (!rc)
		rc = load_per_page(node, a, k, err);
	if (!rc)
		rc = load_lists(od_node_find(node, "lists"), a, &k->lists, &k->n_lists,
		                err);
	return rc;
}

enum od_rc
od_pages_load(const char *dir, struct od_arena *a, const struct od_pages **out,
              struct od_err *err)
{
	static const char *const keys[] = {"policy", "policy_header", "shared", "pages",
	                                   NULL};
	struct od_pages *p = od_arena_alloc(a, sizeof(*p));
	struct od_page_kind *kinds;
	const struct od_node *root, *list;
	enum od_rc rc = od_yaml_load(od_arena_printf(a, "%s/pages.yaml", dir),
	                             OD_KIND_TEMPLATE, a, &root, err);

	if (!rc)
		rc = od_node_keys(root, keys, err);
	if (!rc)
		rc = od_node_text(root, "policy", true, &p->policy, err);
	if (!rc)
		rc = od_node_text(root, "policy_header", true, &p->policy_header, err);
	if (!rc)
		rc = load_lists(od_node_find(root, "shared"), a, &p->shared,
		                &p->n_shared, err);
	if (rc)
		return rc;
	list = od_node_find(root, "pages");
	if (!list || list->kind != OD_NODE_LIST)
		return od_node_error(root, err, "'pages' is a list of page kinds");
	p->kinds = kinds = od_arena_array(a, list->n + 1, sizeof(*kinds));
	for (size_t i = 0; i < list->n; i++) {
		rc = load_kind(&list->items[i], a, &kinds[i], err);
		if (rc)
			return rc;
		if (od_page_kind_find(p, od_span_str(kinds[i].id)))
			return od_node_error(&list->items[i], err,
			                     "page kind '%s' is declared twice",
			                     kinds[i].id);
		p->n++;
	}
	*out = p;
	return OD_OK;
}

const struct od_page_kind *
od_page_kind_find(const struct od_pages *p, struct od_span id)
{
	for (size_t i = 0; i < p->n; i++)
		if (od_span_is(id, p->kinds[i].id))
			return &p->kinds[i];
	return NULL;
}

const char *
od_path_head(const struct od_path *p, struct od_arena *a)
{
	return od_arena_printf(a, "%.*s", (int)strcspn(p->pattern, "/{"), p->pattern);
}

/* Letters, digits, '-', '_' and '.', but no leading '.': a name in any file system. */
static bool
is_file_name(struct od_span s)
{
	if (s.n == 0 || s.n > 100 || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && c != '-' && c != '_' && c != '.')
			return false;
	}
	return true;
}

static bool
put_divided(struct od_buf *b, struct od_span s, uint64_t by)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 18)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	od_buf_u64(b, v / by);
	return true;
}

bool
od_path_put(struct od_buf *b, const struct od_path *p, const struct od_value *row,
            struct od_span one, size_t page)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct od_path_part *part = &p->parts[i];
		struct od_span v = one;

		if (!part->hole) {
			od_buf_puts(b, part->text);
			continue;
		}
		if (!strcmp(part->text, "page")) {
			od_buf_u64(b, page);
			continue;
		}
		if (row)
			v = row[part->column].v;
		if (part->divide) {
			if (!put_divided(b, v, part->divide))
				return false;
		} else if (is_file_name(v)) {
			od_buf_span(b, v);
		} else {
			return false;
		}
	}
	return true;
}

const char *
od_page_folder(const struct od_page_kind *k, enum od_lang lang)
{
	return lang == OD_LANG_EN && k->langs[OD_LANG_EN] ? "en/" : "";
}
