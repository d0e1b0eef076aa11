/* lexicon.c - see lexicon.h */
#include "site/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "spec/yaml.h"

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct od_word *)a)->key,
	              ((const struct od_word *)b)->key);
}

static size_t
count(const struct od_node *map)
{
	size_t n = 0;

	for (size_t i = 0; i < map->n; i++)
		n += map->items[i].kind == OD_NODE_MAP ? count(&map->items[i]) : 1;
	return n;
}

/* Collects the words of a map; `at` points to the next free one. */
static enum od_rc
collect(const struct od_node *map, const char *prefix, enum od_lang lang,
        struct od_word **at, struct od_arena *a, struct od_err *err)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct od_node *value = &map->items[i];
		const char *key =
		    od_arena_printf(a, "%s%s", prefix, map->keys[i].text.p);
		enum od_rc rc;

		if (value->kind == OD_NODE_MAP) {
			rc = collect(value, od_arena_printf(a, "%s.", key), lang, at, a,
			             err);
			if (rc)
				return rc;
			continue;
		}
		if (value->kind != OD_NODE_SCALAR || value->text.n == 0)
			return od_node_error(value, err, "word '%s' is empty", key);
		**at = (struct od_word){.key = key};
		(*at)->text[lang] = value->text;
		(*at)->file[lang] = value->file;
		(*at)->line[lang] = value->line;
		(*at)++;
	}
	return OD_OK;
}

static enum od_rc
load_one(const char *dir, enum od_lang lang, struct od_arena *a, struct od_lexicon *w,
         struct od_err *err)
{
	const struct od_node *root;
	struct od_word *v, *at;
	const char *path =
	    od_arena_printf(a, "%s/i18n/%s.yaml", dir, od_lang_names[lang]);
	enum od_rc rc = od_yaml_load(path, OD_KIND_TEMPLATE, a, &root, err);

	if (rc)
		return rc;
	if (root->kind != OD_NODE_MAP)
		return od_node_error(root, err, "words are a map");
	v = at = od_arena_array(a, count(root) + 1, sizeof(*v));
	rc = collect(root, "", lang, &at, a, err);
	if (rc)
		return rc;
	w->v = v;
	w->n = (size_t)(at - v);
	qsort(v, w->n, sizeof(*v), by_key);
	return OD_OK;
}

static enum od_rc
missing(const struct od_word *one, enum od_lang here, struct od_err *err)
{
	enum od_rc rc = od_err_set(
	    err, OD_KIND_TEMPLATE, "%s:%u: word '%s' has no %s form", one->file[here],
	    one->line[here], one->key, here == OD_LANG_TH ? "English" : "Thai");

	return rc ? od_err_hint(err, "Add it to i18n/%s.yaml.",
	                        od_lang_names[here == OD_LANG_TH])
	          : rc;
}

enum od_rc
od_lexicon_load(const char *dir, struct od_arena *a, const struct od_lexicon **out,
                struct od_err *err)
{
	struct od_lexicon th = {0}, en = {0}, *all = od_arena_alloc(a, sizeof(*all));
	struct od_word *v;
	size_t n = 0;
	enum od_rc rc = load_one(dir, OD_LANG_TH, a, &th, err);

	if (!rc)
		rc = load_one(dir, OD_LANG_EN, a, &en, err);
	if (rc)
		return rc;
	v = od_arena_array(a, th.n + 1, sizeof(*v));
	for (size_t i = 0, k = 0; i < th.n || k < en.n;) {
		int order = i == th.n   ? 1
		            : k == en.n ? -1
		                        : strcmp(th.v[i].key, en.v[k].key);

		if (order < 0)
			return missing(&th.v[i], OD_LANG_TH, err);
		if (order > 0)
			return missing(&en.v[k], OD_LANG_EN, err);
		v[n] = th.v[i++];
		v[n].text[OD_LANG_EN] = en.v[k].text[OD_LANG_EN];
		v[n].file[OD_LANG_EN] = en.v[k].file[OD_LANG_EN];
		v[n++].line[OD_LANG_EN] = en.v[k++].line[OD_LANG_EN];
	}
	*all = (struct od_lexicon){v, n};
	*out = all;
	return OD_OK;
}

const struct od_word *
od_lexicon_find(const struct od_lexicon *w, struct od_span key)
{
	size_t lo = 0, hi = w ? w->n : 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *k = w->v[mid].key;
		size_t n = strlen(k);
		int order = memcmp(k, key.p, n < key.n ? n : key.n);

		if (order == 0 && n == key.n)
			return &w->v[mid];
		if (order < 0 || (order == 0 && n < key.n))
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}
