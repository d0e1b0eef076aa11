#include "search/decl.h"

#include <string.h>

#include "core/file.h"
#include "spec/yaml.h"

static const char *const top_keys[] = {"rows", "columns", "words", NULL};
static const char *const column_keys[] = {"in",   "words", "facet", "number",
                                          "many", "like",  NULL};
static const char *const ins[] = {"", "name", "main", "prose", NULL};
static const char *const numbers[] = {"", "money", "date", NULL};
static const char *const likes[] = {"", "key", "text", NULL};

/* The place of an optional word among those known. */
static enum od_rc
word_of(const struct od_node *map, const char *key, const char *const *known,
        unsigned *out, struct od_err *err)
{
	const char *text = "";
	enum od_rc rc = od_node_text(map, key, false, &text, err);

	for (unsigned i = 0; known[i] && !rc; i++)
		if (!strcmp(known[i], text)) {
			*out = i;
			return OD_OK;
		}
	return rc ? rc
	          : od_node_error(od_node_find(map, key), err, "'%s' is not known here",
	                          text);
}

static enum od_rc
read_words(const struct od_node *map, struct od_search_decl *d, struct od_arena *a,
           struct od_err *err)
{
	size_t n = map ? map->n : 0;
	struct od_search_words *v = od_arena_array(a, n + 1, sizeof(*v));
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < n && !rc; i++) {
		v[i].name = map->keys[i].text.p;
		rc = od_node_text(map, v[i].name, true, &v[i].sql, err);
	}
	d->words = v;
	d->n_words = n;
	return rc;
}

static enum od_rc
read_column(const struct od_node *map, const struct od_search_decl *d,
            struct od_search_column *c, struct od_err *err)
{
	const char *words = NULL;
	unsigned in = 0, number = 0, like = 0;
	enum od_rc rc = od_node_keys(map, column_keys, err);

	if (!rc)
		rc = word_of(map, "in", ins, &in, err);
	if (!rc)
		rc = word_of(map, "number", numbers, &number, err);
	if (!rc)
		rc = word_of(map, "like", likes, &like, err);
	if (!rc)
		rc = od_node_text(map, "words", false, &words, err);
	if (!rc)
		rc = od_node_text(map, "facet", false, &c->facet, err);
	if (!rc)
		rc = od_node_bool(map, "many", false, &c->many, err);
	if (rc)
		return rc;
	c->in = (enum od_search_in)in;
	c->number = (enum od_search_number)number;
	c->like = (enum od_search_like)like;
	for (size_t i = 0; i < d->n_words && words; i++)
		if (!strcmp(d->words[i].name, words))
			c->words = &d->words[i];
	return words && !c->words ? od_node_error(od_node_find(map, "words"), err,
	                                          "there is no word list '%s'", words)
	                          : OD_OK;
}

static enum od_rc
read_columns(const struct od_node *map, struct od_search_decl *d, struct od_arena *a,
             struct od_err *err)
{
	struct od_search_column *v = od_arena_array(a, map->n + 1, sizeof(*v));
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < map->n && !rc; i++) {
		v[i].name = map->keys[i].text.p;
		rc = read_column(&map->items[i], d, &v[i], err);
	}
	d->columns = v;
	d->n = map->n;
	return rc;
}

enum od_rc
od_search_decl_load(const char *templates, struct od_arena *a,
                    const struct od_search_decl **out, struct od_err *err)
{
	const char *path = od_arena_printf(a, "%s/search.yaml", templates);
	struct od_search_decl *d = od_arena_alloc(a, sizeof(*d));
	const struct od_node *root, *columns;
	enum od_rc rc;

	*out = NULL;
	if (!od_file_exists(path))
		return OD_OK;
	rc = od_yaml_load(path, OD_KIND_TEMPLATE, a, &root, err);
	if (!rc)
		rc = od_node_keys(root, top_keys, err);
	if (!rc)
		rc = od_node_text(root, "rows", true, &d->rows, err);
	if (!rc)
		rc = read_words(od_node_find(root, "words"), d, a, err);
	if (rc)
		return rc;
	columns = od_node_find(root, "columns");
	if (!columns || columns->kind != OD_NODE_MAP || !columns->n)
		return od_node_error(columns ? columns : root, err,
		                     "columns must be a map of columns");
	rc = read_columns(columns, d, a, err);
	*out = d;
	return rc;
}
