#include "stage/advice.h"

#include <string.h>

#include "anon/anon.h"
#include "anon/doubt.h"
#include "check/check.h"
#include "spec/yaml.h"
#include "stage/retract.h"

/* Checks over the whole set: extract.c and validate.c. */
static const char *const set_rules[] = {
    "duplicate_key", "unique",     "reference", "parent_missing",
    "part_rejected", OD_RETRACTED, NULL};

enum { MAX_RULES = 64 };

static void
add(const char **names, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(names[i], name))
			return;
	names[(*n)++] = name;
}

static size_t
all_rules(const char *names[MAX_RULES])
{
	size_t n = 0;

	for (size_t i = 0; od_check_rules[i]; i++)
		add(names, &n, od_check_rules[i]);
	for (size_t i = 0; set_rules[i]; i++)
		add(names, &n, set_rules[i]);
	for (size_t i = 0; od_anon_methods[i]; i++)
		if (od_anon_methods[i]->rule)
			add(names, &n, od_anon_methods[i]->rule);
	for (size_t i = 0; od_doubts[i]; i++)
		add(names, &n, od_doubts[i]->name);
	names[n] = NULL;
	return n;
}

enum od_rc
od_advice_check(const struct od_spec *spec, struct od_err *err)
{
	const char *names[MAX_RULES + 1], *near;
	size_t n = all_rules(names);

	for (size_t i = 0; i < n && spec->n_advice; i++)
		if (!od_advice_find(spec, names[i]))
			return od_err_set(err, OD_KIND_SCHEMA,
			                  "%s/advice.yaml: the rule '%s' is missing",
			                  spec->dir, names[i]);
	for (size_t i = 0; i < spec->n_advice; i++) {
		const char *rule = spec->advice[i].rule;
		size_t k = 0;

		while (k < n && strcmp(names[k], rule) != 0)
			k++;
		if (k < n)
			continue;
		near = od_nearest(rule, names);
		if (od_err_set(err, OD_KIND_SCHEMA,
		               "%s/advice.yaml: there is no rule '%s'", spec->dir,
		               rule) &&
		    near)
			return od_err_hint(err, "did you mean '%s'?", near);
		return err->rc;
	}
	return OD_OK;
}

static const struct od_rule *
own_rule(const struct od_dataset *d, const char *rule)
{
	for (size_t i = 0; d && i < d->n_rules; i++)
		if (!strcmp(d->rules[i].name, rule))
			return &d->rules[i];
	return NULL;
}

const struct od_text2 *
od_rule_title(const struct od_spec *spec, const struct od_dataset *d, const char *rule)
{
	const struct od_rule *own = own_rule(d, rule);
	const struct od_advice *advice = od_advice_find(spec, rule);

	return own ? &own->title : advice ? &advice->title : NULL;
}

const struct od_text2 *
od_rule_mend(const struct od_spec *spec, const struct od_dataset *d, const char *rule)
{
	const struct od_rule *own = own_rule(d, rule);
	const struct od_advice *advice = od_advice_find(spec, rule);

	return own ? &own->mend : advice ? &advice->mend : NULL;
}
