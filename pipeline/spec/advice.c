#include <string.h>

#include "core/file.h"
#include "spec/load.h"

static enum od_rc
load_one(const struct od_node *root, size_t i, struct od_advice *to, struct od_err *err)
{
	static const char *const keys[] = {"title", "mend", NULL};
	enum od_rc rc = od_node_keys(&root->items[i], keys, err);

	to->rule = root->keys[i].text.p;
	if (!rc)
		rc = od_node_text2(&root->items[i], "title", &to->title, err);
	return rc ? rc : od_node_text2(&root->items[i], "mend", &to->mend, err);
}

enum od_rc
od_advice_load(struct od_spec *s, struct od_arena *a, struct od_err *err)
{
	const char *path = od_arena_printf(a, "%s/advice.yaml", s->dir);
	const struct od_node *root;
	struct od_advice *v;
	enum od_rc rc;

	if (!od_file_exists(path))
		return OD_OK;
	rc = od_yaml_load(path, OD_KIND_SCHEMA, a, &root, err);
	if (!rc && root->kind != OD_NODE_MAP)
		rc = od_node_error(root, err, "must be a map of rules");
	if (rc)
		return rc;
	s->advice = v = od_arena_array(a, root->n + 1, sizeof(*v));
	for (; s->n_advice < root->n && !rc; s->n_advice++)
		rc = load_one(root, s->n_advice, &v[s->n_advice], err);
	return rc;
}

const struct od_advice *
od_advice_find(const struct od_spec *s, const char *rule)
{
	for (size_t i = 0; i < s->n_advice; i++)
		if (!strcmp(s->advice[i].rule, rule))
			return &s->advice[i];
	return NULL;
}
