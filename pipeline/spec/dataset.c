#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "spec/load.h"

enum { SQL_BYTES = 256 * 1024, ABOUT_BYTES = 256 * 1024 };

static const char *const dataset_keys[] = {
    "version", "title",     "description", "grain",    "keywords",
    "theme",   "frequency", "key",         "parent",   "on_reject",
    "formats", "bundle",    "partitions",  "sums",     "limits",
    "fields",  "rules",     "gdc",         "persons",  "adds_up_to",
    "quasi",   "k",         "owner",       "analysis", NULL};

static const char *const field_keys[] = {
    "name",       "type",     "title",          "description", "public",
    "anonymize",  "required", "unique",         "minimum",     "maximum",
    "max_length", "pattern",  "codelist",       "references",  "scale",
    "unit",       "example",  "suppress_below", "deprecated",  NULL};

static bool
is_identifier(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 63 && s[0] >= 'a' && s[0] <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

/* `anonymize: METHOD` or `anonymize: {METHOD: ARGUMENT}`. */
static enum od_rc
load_method(const struct od_node *n, struct od_arena *a, struct od_field *f,
            struct od_err *err)
{
	const struct od_node *v = od_node_find(n, "anonymize");

	if (!v)
		return OD_OK;
	if (v->kind == OD_NODE_SCALAR) {
		f->anonymize = f->policy = v->text.p;
		return OD_OK;
	}
	if (v->kind != OD_NODE_MAP || v->n != 1 || v->items[0].kind != OD_NODE_SCALAR)
		return od_node_error(
		    v, err,
		    "'anonymize' must be a method such as redact, or "
		    "one with its argument such as {generalize: year}");
	f->anonymize = v->keys[0].text.p;
	f->anonymize_to = v->items[0].text.p;
	f->policy = od_arena_printf(a, "%s: %s", f->anonymize, f->anonymize_to);
	return OD_OK;
}

/* Small counts of persons: an empty cell stands for them, so none can be required. */
static enum od_rc
load_suppression(const struct od_node *n, struct od_arena *a, struct od_field *f,
                 struct od_err *err)
{
	enum od_rc rc =
	    od_node_int(n, "suppress_below", false, &f->suppress_below, err);

	if (rc || !od_node_find(n, "suppress_below"))
		return rc;
	if (f->type != OD_TYPE_INTEGER || f->suppress_below < 2 ||
	    f->suppress_below > 1000)
		return od_node_error(od_node_find(n, "suppress_below"), err,
		                     "'suppress_below' must be 2 to 1000, on an "
		                     "integer field");
	if (f->required || f->unique)
		return od_node_error(n, err,
		                     "field '%s' cannot be required or unique: small "
		                     "counts become empty",
		                     f->name);
	f->policy = od_arena_printf(a, "%s, suppress_below: %lld", f->policy,
	                            (long long)f->suppress_below);
	return OD_OK;
}

static enum od_rc
load_policy(const struct od_node *n, struct od_arena *a, struct od_field *f,
            struct od_err *err)
{
	bool open = false;
	enum od_rc rc = od_node_bool(n, "public", false, &open, err);

	if (!rc)
		rc = load_method(n, a, f, err);
	if (rc)
		return rc;
	if (open && f->anonymize)
		return od_node_error(n, err, "field '%s' is both public and anonymized",
		                     f->name);
	if (open)
		f->anonymize = f->policy = "public";
	if (!f->anonymize && od_node_error(n, err,
	                                   "field '%s' has neither 'public: true' nor "
	                                   "'anonymize'",
	                                   f->name))
		return od_err_hint(err,
		                   "say what may be published of it; nothing becomes "
		                   "public by being forgotten");
	return OD_OK;
}

static enum od_rc
load_pattern(const struct od_node *n, struct od_arena *a, struct od_field *f,
             struct od_err *err)
{
	enum od_rc rc = od_node_text(n, "pattern", false, &f->pattern, err);
	char why[128];
	regex_t re;
	int code;

	if (rc || !f->pattern)
		return rc;
	f->pattern = od_arena_printf(a, "^(%s)$", f->pattern);
	code = regcomp(&re, f->pattern, REG_EXTENDED | REG_NOSUB);
	if (code == 0) {
		regfree(&re);
		return OD_OK;
	}
	regerror(code, &re, why, sizeof(why));
	return od_node_error(od_node_find(n, "pattern"), err, "bad pattern: %s", why);
}

static enum od_rc
load_type(const struct od_node *n, struct od_field *f, struct od_err *err)
{
	const char *type, *near;
	int64_t scale = 0;
	enum od_rc rc = od_node_text(n, "type", true, &type, err);
	size_t i = 0;

	if (rc)
		return rc;
	while (od_type_names[i] && strcmp(od_type_names[i], type) != 0)
		i++;
	if (!od_type_names[i]) {
		if (od_node_error(od_node_find(n, "type"), err, "unknown type '%s'",
		                  type) &&
		    (near = od_nearest(type, od_type_names)))
			return od_err_hint(err, "did you mean '%s'?", near);
		return err->rc;
	}
	f->type = (enum od_type)i;
	rc = od_node_int(n, "scale", f->type == OD_TYPE_DECIMAL, &scale, err);
	if (!rc && (scale < 0 || scale > 9))
		rc = od_node_error(n, err, "scale must be 0 to 9");
	f->scale = (unsigned)scale;
	return rc;
}

static bool
is_date(const char *s)
{
	static const char shape[] = "dddd-dd-dd";

	if (strlen(s) != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != '-')
			return false;
	return true;
}

static enum od_rc
load_deprecation(const struct od_node *n, struct od_field *f, struct od_err *err)
{
	static const char *const keys[] = {"since", "until", "use", NULL};
	const struct od_node *v = od_node_find(n, "deprecated");
	enum od_rc rc;

	if (!v)
		return OD_OK;
	rc = od_node_keys(v, keys, err);
	if (!rc)
		rc = od_node_text(v, "since", true, &f->deprecated.since, err);
	if (!rc)
		rc = od_node_text(v, "until", false, &f->deprecated.until, err);
	if (!rc)
		rc = od_node_text(v, "use", false, &f->deprecated.use, err);
	if (rc)
		return rc;
	if (!is_date(f->deprecated.since) ||
	    (f->deprecated.until && !is_date(f->deprecated.until)))
		return od_node_error(v, err,
		                     "'since' and 'until' must be dates such as "
		                     "2027-01-31");
	if (f->deprecated.until && strcmp(f->deprecated.until, f->deprecated.since) < 0)
		return od_node_error(v, err, "'until' is before 'since'");
	return OD_OK;
}

static enum od_rc
load_field(const struct od_spec *s, const struct od_node *n, struct od_arena *a,
           struct od_field *f, struct od_err *err)
{
	const char *list = NULL, *near;
	int64_t length = 0;
	enum od_rc rc = od_node_keys(n, field_keys, err);

	if (!rc)
		rc = od_node_text(n, "name", true, &f->name, err);
	if (!rc && !is_identifier(f->name))
		rc = od_node_error(od_node_find(n, "name"), err,
		                   "'%s' is not a name in ASCII snake_case", f->name);
	if (!rc)
		rc = load_type(n, f, err);
	if (!rc)
		rc = od_node_text2(n, "title", &f->title, err);
	if (!rc)
		rc = od_node_text2(n, "description", &f->description, err);
	if (!rc)
		rc = load_policy(n, a, f, err);
	if (!rc)
		rc = od_node_bool(n, "required", false, &f->required, err);
	if (!rc)
		rc = od_node_bool(n, "unique", false, &f->unique, err);
	if (!rc)
		rc = load_suppression(n, a, f, err);
	if (!rc)
		rc = od_node_text(n, "minimum", false, &f->minimum, err);
	if (!rc)
		rc = od_node_text(n, "maximum", false, &f->maximum, err);
	if (!rc)
		rc = od_node_int(n, "max_length", false, &length, err);
	if (!rc)
		rc = load_deprecation(n, f, err);
	if (!rc)
		rc = load_pattern(n, a, f, err);
	if (!rc)
		rc = od_node_text(n, "unit", false, &f->unit, err);
	if (!rc)
		rc = od_node_text(n, "example", false, &f->example, err);
	if (!rc)
		rc = od_node_text(n, "codelist", false, &list, err);
	if (rc)
		return rc;
	f->max_length = length > 0 ? (size_t)length : 0;
	if (list && !(f->codelist = od_codelist_get(s, list))) {
		const char **ids = od_arena_array(a, s->n_codelists + 1, sizeof(*ids));

		for (size_t i = 0; i < s->n_codelists; i++)
			ids[i] = s->codelists[i].id;
		if (od_node_error(od_node_find(n, "codelist"), err,
		                  "there is no codelist '%s' in vocab/", list) &&
		    (near = od_nearest(list, ids)))
			return od_err_hint(err, "did you mean '%s'?", near);
		return err->rc;
	}
	return OD_OK;
}

static enum od_rc
load_fields(const struct od_spec *s, const struct od_node *root, struct od_arena *a,
            struct od_draft *draft, struct od_err *err)
{
	const struct od_node *list = od_node_find(root, "fields");
	struct od_dataset *d = draft->d;
	struct od_field *fields;
	enum od_rc rc;

	if (!list || list->kind != OD_NODE_LIST || !list->n)
		return od_node_error(list ? list : root, err,
		                     "'fields' must list the fields");
	fields = od_arena_array(a, list->n, sizeof(*fields));
	d->fields = draft->fields = fields;
	for (size_t i = 0; i < list->n; i++) {
		rc = load_field(s, &list->items[i], a, &fields[i], err);
		if (rc)
			return rc;
		if (od_field_find(d, fields[i].name))
			return od_node_error(&list->items[i], err,
			                     "field '%s' stands twice", fields[i].name);
		d->n_fields++;
	}
	return OD_OK;
}

static enum od_rc
load_key(const struct od_node *root, struct od_arena *a, struct od_dataset *d,
         struct od_err *err)
{
	const struct od_field **key;
	const char *const *words = NULL;
	enum od_rc rc = od_node_words(root, "key", a, &words, err);

	if (rc)
		return rc;
	if (!words || !words[0])
		return od_node_error(root, err,
		                     "'key' must name the columns of the key");
	while (words[d->n_key])
		d->n_key++;
	key = od_arena_array(a, d->n_key, sizeof(*key));
	for (size_t i = 0; i < d->n_key; i++) {
		key[i] = od_field_find(d, words[i]);
		if (!key[i])
			return od_node_error(od_node_find(root, "key"), err,
			                     "the key's column '%s' is not declared",
			                     words[i]);
		if (!key[i]->required)
			return od_node_error(od_node_find(root, "key"), err,
			                     "the key's column '%s' must be required",
			                     words[i]);
	}
	d->key = key;
	return OD_OK;
}

static enum od_rc
load_percent(const struct od_node *map, const char *key, double *out,
             struct od_err *err)
{
	const char *text = NULL;
	enum od_rc rc = od_node_text(map, key, false, &text, err);
	char *end;
	double v;

	if (rc || !text)
		return rc;
	v = strtod(text, &end);
	if (end == text || strcmp(end, "%") != 0 || v < 0 || v > 100)
		return od_node_error(od_node_find(map, key), err,
		                     "'%s' must be a percentage such as 0.5%%", key);
	*out = v / 100;
	return OD_OK;
}

static const struct {
	const char *key;
	size_t offset; /* of a double in struct od_limits */
} limit_keys[] = {
    {"max_rejected", offsetof(struct od_limits, max_rejected)},
    {"max_withheld", offsetof(struct od_limits, max_withheld)},
    {"max_drop", offsetof(struct od_limits, max_drop)},
    {"max_growth", offsetof(struct od_limits, max_growth)},
    {"max_fill_drop", offsetof(struct od_limits, max_fill_drop)},
    {"max_sum_change", offsetof(struct od_limits, max_sum_change)},
    {"max_redaction_change", offsetof(struct od_limits, max_redaction_change)},
    {"max_group_change", offsetof(struct od_limits, max_group_change)},
    {"max_group_fill_drop", offsetof(struct od_limits, max_group_fill_drop)},
};

static enum od_rc
load_limits(const struct od_node *root, struct od_arena *a, struct od_dataset *d,
            struct od_err *err)
{
	static const char *const none[] = {NULL};
	const struct od_node *v = od_node_find(root, "limits");
	const char *keys[OD_ARRAY_LEN(limit_keys) + 2] = {"groups"};
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < OD_ARRAY_LEN(limit_keys); i++) {
		*(double *)(void *)((char *)&d->limits + limit_keys[i].offset) = -1;
		keys[i + 1] = limit_keys[i].key;
	}
	d->limits.groups = none;
	if (!v)
		return OD_OK;
	rc = od_node_keys(v, keys, err);
	for (size_t i = 0; i < OD_ARRAY_LEN(limit_keys) && !rc; i++)
		rc = load_percent(
		    v, limit_keys[i].key,
		    (double *)(void *)((char *)&d->limits + limit_keys[i].offset), err);
	if (!rc)
		rc = od_node_words(v, "groups", a, &d->limits.groups, err);
	return rc;
}

/* What an attacker needs to find one of 12 is a risk of at most 9 % (EMA/90915/2016).
 */
enum { LEAST_K = 5, USUAL_K = 12 };

static enum od_rc
load_persons(const struct od_node *root, struct od_arena *a, struct od_dataset *d,
             struct od_err *err)
{
	struct od_persons *p = &d->persons;
	const struct od_field **quasi;
	const char *const *words = NULL;
	enum od_rc rc = od_node_bool(root, "persons", false, &p->are, err);

	p->said = od_node_find(root, "persons") != NULL;
	p->k = USUAL_K;
	if (!rc)
		rc = od_node_int(root, "k", false, &p->k, err);
	if (!rc)
		rc = od_node_words(root, "quasi", a, &words, err);
	if (rc)
		return rc;
	if (!p->are)
		return words || od_node_find(root, "k")
		           ? od_node_error(root, err,
		                           "'quasi' and 'k' need 'persons: true'")
		           : OD_OK;
	if (!words || !words[0])
		return od_node_error(
		    root, err,
		    "a dataset about persons must name in 'quasi' what "
		    "an outsider may know of one");
	if (p->k < LEAST_K)
		return od_node_error(od_node_find(root, "k"), err,
		                     "'k' must be at least %d", LEAST_K);
	while (words[p->n_quasi])
		p->n_quasi++;
	p->quasi = quasi = od_arena_array(a, p->n_quasi, sizeof(*quasi));
	for (size_t i = 0; i < p->n_quasi; i++) {
		quasi[i] = od_field_find(d, words[i]);
		if (!quasi[i])
			return od_node_error(od_node_find(root, "quasi"), err,
			                     "the column '%s' is not declared",
			                     words[i]);
	}
	return OD_OK;
}

static enum od_rc
load_effect(const struct od_node *n, enum od_effect *out, struct od_err *err)
{
	static const char *const names[] = {"reject", "parent", "warn", NULL};
	const char *effect;
	enum od_rc rc = od_node_text(n, "effect", true, &effect, err);

	if (rc)
		return rc;
	for (int i = 0; names[i]; i++)
		if (!strcmp(names[i], effect)) {
			*out = (enum od_effect)i;
			return OD_OK;
		}
	return od_node_error(od_node_find(n, "effect"), err,
	                     "effect must be reject, parent or warn, not '%s'", effect);
}

static enum od_rc
load_rules(const struct od_node *root, struct od_arena *a, struct od_dataset *d,
           struct od_err *err)
{
	static const char *const keys[] = {"name",  "where", "effect",
	                                   "title", "mend",  NULL};
	const struct od_node *list = od_node_find(root, "rules");
	struct od_rule *rules;
	enum od_rc rc;

	if (!list)
		return OD_OK;
	if (list->kind != OD_NODE_LIST)
		return od_node_error(list, err, "'rules' must be a list");
	d->rules = rules = od_arena_array(a, list->n, sizeof(*rules));
	for (; d->n_rules < list->n; d->n_rules++) {
		const struct od_node *n = &list->items[d->n_rules];
		struct od_rule *r = &rules[d->n_rules];

		rc = od_node_keys(n, keys, err);
		if (!rc)
			rc = od_node_text(n, "name", true, &r->name, err);
		if (!rc)
			rc = od_node_text(n, "where", true, &r->where, err);
		if (!rc)
			rc = load_effect(n, &r->effect, err);
		if (!rc)
			rc = od_node_text2(n, "title", &r->title, err);
		if (!rc)
			rc = od_node_text2(n, "mend", &r->mend, err);
		if (!rc && !is_identifier(r->name))
			rc = od_node_error(
			    n, err, "'%s' is not a name in ASCII snake_case", r->name);
		if (rc)
			return rc;
	}
	return OD_OK;
}

static enum od_rc
load_number(const struct od_node *n, const char *key, double *out, struct od_err *err)
{
	const char *text = NULL;
	char *end;
	enum od_rc rc = od_node_text(n, key, false, &text, err);

	if (rc || !text)
		return rc;
	*out = strtod(text, &end);
	if (*end || end == text || !(*out >= 0) || *out > 100)
		return od_node_error(od_node_find(n, key), err,
		                     "'%s' must be a number from 0 to 100", key);
	return OD_OK;
}

/* analysis: {kind: similar, texts: {name: 1.5, ...}, phrases_in: 3} */
static enum od_rc
load_analysis(const struct od_node *root, struct od_arena *a, struct od_dataset *d,
              struct od_err *err)
{
	static const char *const keys[] = {"kind", "texts", "phrases_in", "threshold",
	                                   NULL};
	const struct od_node *n = od_node_find(root, "analysis"), *texts;
	struct od_analysis *x = &d->analysis;
	const char **names;
	double *weights;
	int64_t phrases = 0;
	enum od_rc rc;

	if (!n)
		return OD_OK;
	rc = od_node_keys(n, keys, err);
	if (!rc)
		rc = od_node_text(n, "kind", true, &x->kind, err);
	if (!rc)
		rc = od_node_int(n, "phrases_in", false, &phrases, err);
	if (!rc)
		rc = load_number(n, "threshold", &x->threshold, err);
	texts = od_node_find(n, "texts");
	if (rc || !texts)
		return rc;
	if (texts->kind != OD_NODE_MAP)
		return od_node_error(texts, err, "'texts' must give a weight to each");
	names = od_arena_array(a, texts->n, sizeof(*names));
	weights = od_arena_array(a, texts->n, sizeof(*weights));
	for (; x->n_texts < texts->n && !rc; x->n_texts++) {
		names[x->n_texts] = texts->keys[x->n_texts].text.p;
		rc = load_number(texts, names[x->n_texts], &weights[x->n_texts], err);
	}
	x->texts = names;
	x->weights = weights;
	if (!rc && (phrases < 0 || (size_t)phrases > x->n_texts))
		rc =
		    od_node_error(n, err, "'phrases_in' counts the first of the texts");
	x->n_phrases = (size_t)phrases;
	return rc;
}

static enum od_rc
load_texts(struct od_arena *a, struct od_dataset *d, struct od_err *err)
{
	char *extract = od_arena_printf(a, "%s/extract.sql", d->dir);
	char *derive = od_arena_printf(a, "%s/derive.sql", d->dir);
	char *file;
	struct od_span text;
	enum od_rc rc;

	if (d->analysis.kind)
		file = od_arena_printf(a, "%s/analyze.sql", d->dir);
	else if (od_file_exists(derive) == od_file_exists(extract))
		return od_err_set(
		    err, OD_KIND_SCHEMA,
		    "%s: exactly one of extract.sql and derive.sql must be there",
		    d->dir);
	else
		file = od_file_exists(derive) ? derive : extract;
	d->derived = file != extract;
	rc = od_file_read(file, SQL_BYTES, a, &text, OD_KIND_SCHEMA, err);
	if (rc)
		return rc;
	d->sql = text.p;
	if (strchr(text.p, ';'))
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "%s: the SQL must be one SELECT without a semicolon",
		                  d->dir);
	rc = od_file_read(od_arena_printf(a, "%s/about.th.md", d->dir), ABOUT_BYTES, a,
	                  &text, OD_KIND_SCHEMA, err);
	d->about_th = text.p;
	if (!rc)
		rc = od_file_read(od_arena_printf(a, "%s/about.en.md", d->dir),
		                  ABOUT_BYTES, a, &text, OD_KIND_SCHEMA, err);
	d->about_en = text.p;
	return rc;
}

static enum od_rc
load_keywords(const struct od_node *root, struct od_arena *a, struct od_dataset *d,
              struct od_err *err)
{
	static const char *const languages[] = {"th", "en", NULL};
	static const char *const none[] = {NULL};
	const struct od_node *v = od_node_find(root, "keywords");
	enum od_rc rc;

	d->keywords_th = d->keywords_en = none;
	if (!v)
		return od_node_error(root, err, "key 'keywords' is missing");
	rc = od_node_keys(v, languages, err);
	if (!rc)
		rc = od_node_words(v, "th", a, &d->keywords_th, err);
	if (!rc)
		rc = od_node_words(v, "en", a, &d->keywords_en, err);
	return rc;
}

static enum od_rc
load_scalars(const struct od_node *root, struct od_arena *a, struct od_dataset *d,
             struct od_err *err)
{
	static const char *const none[] = {NULL};
	const char *on_reject = "row";
	enum od_rc rc = od_node_keys(root, dataset_keys, err);

	d->formats = d->bundle = d->sums = none;
	if (!rc)
		rc = od_node_text(root, "version", true, &d->version, err);
	if (!rc)
		rc = od_node_text2(root, "title", &d->title, err);
	if (!rc)
		rc = od_node_text2(root, "description", &d->description, err);
	if (!rc)
		rc = od_node_text2(root, "grain", &d->grain, err);
	if (!rc)
		rc = load_keywords(root, a, d, err);
	if (!rc)
		rc = od_node_text(root, "theme", true, &d->theme, err);
	if (!rc)
		rc = od_node_text(root, "frequency", true, &d->frequency, err);
	if (!rc)
		rc = od_node_text(root, "on_reject", false, &on_reject, err);
	if (!rc)
		rc = od_node_words(root, "formats", a, &d->formats, err);
	if (!rc)
		rc = od_node_words(root, "bundle", a, &d->bundle, err);
	if (!rc)
		rc = od_node_words(root, "sums", a, &d->sums, err);
	if (rc)
		return rc;
	d->reject_parent = !strcmp(on_reject, "parent");
	if (!d->reject_parent && strcmp(on_reject, "row") != 0)
		return od_node_error(od_node_find(root, "on_reject"), err,
		                     "on_reject must be row or parent, not '%s'",
		                     on_reject);
	d->gdc = od_node_find(root, "gdc");
	return OD_OK;
}

/* Findings of a row, and of rows that hang on it, are its owner's. */
static enum od_rc
load_owner(const struct od_node *root, struct od_arena *a, struct od_dataset *d,
           struct od_err *err)
{
	const struct od_node *v = od_node_find(root, "owner");
	const char *const *names = NULL;
	const struct od_field **fields = od_arena_array(a, 2, sizeof(*fields));
	enum od_rc rc = od_node_words(root, "owner", a, &names, err);

	d->owner = fields;
	for (; !rc && names && *names; names++) {
		const struct od_field *f = od_field_find(d, *names);

		if (d->n_owner == 2 || d->n_key != 1)
			return od_node_error(v, err,
			                     "'owner' is one or two columns, of a "
			                     "dataset with one column as its key");
		if (!f || strcmp(f->anonymize, "public") != 0)
			return od_node_error(v, err, "there is no public column '%s'",
			                     *names);
		fields[d->n_owner++] = f;
	}
	return rc;
}

enum od_rc
od_dataset_load(const struct od_spec *s, const struct od_node *id, struct od_arena *a,
                struct od_draft *draft, struct od_err *err)
{
	struct od_dataset *d = draft->d;
	enum od_rc rc;

	if (id->kind != OD_NODE_SCALAR || !is_identifier(id->text.p))
		return od_node_error(id, err,
		                     "a dataset's id must be ASCII snake_case");
	d->id = id->text.p;
	d->dir = od_arena_printf(a, "%s/datasets/%s", s->dir, d->id);
	rc = od_yaml_load(od_arena_printf(a, "%s/dataset.yaml", d->dir), OD_KIND_SCHEMA,
	                  a, &draft->root, err);
	if (!rc)
		rc = load_scalars(draft->root, a, d, err);
	if (!rc)
		rc = load_fields(s, draft->root, a, draft, err);
	if (!rc)
		rc = load_key(draft->root, a, d, err);
	if (!rc)
		rc = load_limits(draft->root, a, d, err);
	if (!rc)
		rc = load_persons(draft->root, a, d, err);
	if (!rc)
		rc = load_rules(draft->root, a, d, err);
	if (!rc)
		rc = load_owner(draft->root, a, d, err);
	if (!rc)
		rc = load_analysis(draft->root, a, d, err);
	if (!rc)
		rc = load_texts(a, d, err);
	for (size_t i = 0; d->sums && d->sums[i] && !rc; i++)
		if (!od_field_find(d, d->sums[i]))
			rc = od_node_error(od_node_find(draft->root, "sums"), err,
			                   "the column '%s' is not declared",
			                   d->sums[i]);
	return rc;
}

static enum od_rc
find_dataset(const struct od_spec *s, const struct od_node *map, const char *key,
             const struct od_dataset **out, struct od_err *err)
{
	const char *id;
	enum od_rc rc = od_node_text(map, key, true, &id, err);

	if (rc)
		return rc;
	*out = od_dataset_find(s, id);
	if (!*out)
		return od_node_error(map, err, "there is no dataset '%s'", id);
	return OD_OK;
}

static enum od_rc
resolve_parent(const struct od_spec *s, const struct od_draft *draft,
               struct od_err *err)
{
	static const char *const keys[] = {"dataset", "on", NULL};
	const struct od_node *v = od_node_find(draft->root, "parent");
	struct od_dataset *d = draft->d;
	enum od_rc rc;

	if (!v)
		return d->reject_parent
		           ? od_node_error(draft->root, err,
		                           "on_reject: parent needs a parent")
		           : OD_OK;
	rc = od_node_keys(v, keys, err);
	if (!rc)
		rc = find_dataset(s, v, "dataset", &d->parent, err);
	if (!rc)
		rc = od_node_text(v, "on", true, &d->parent_on, err);
	if (!rc && (!od_field_find(d, d->parent_on) ||
	            !od_field_find(d->parent, d->parent_on)))
		rc = od_node_error(v, err, "both datasets must have the column '%s'",
		                   d->parent_on);
	return rc;
}

static enum od_rc
resolve_groups(const struct od_draft *draft, struct od_err *err)
{
	const struct od_dataset *d = draft->d;

	for (const char *const *g = d->limits.groups; *g; g++)
		if (!od_field_find(d, *g) &&
		    (!d->parent || !od_field_find(d->parent, *g)))
			return od_node_error(
			    od_node_find(od_node_find(draft->root, "limits"), "groups"),
			    err,
			    "neither the dataset nor its parent has the column '%s'",
			    *g);
	return OD_OK;
}

static enum od_rc
resolve_references(const struct od_spec *s, const struct od_draft *draft,
                   struct od_err *err)
{
	static const char *const keys[] = {"dataset", "field", NULL};
	const struct od_node *list = od_node_find(draft->root, "fields");
	struct od_field *fields = draft->fields;

	for (size_t i = 0; i < list->n; i++) {
		const struct od_node *v = od_node_find(&list->items[i], "references");
		const char *field;
		enum od_rc rc;

		if (!v)
			continue;
		rc = od_node_keys(v, keys, err);
		if (!rc)
			rc = find_dataset(s, v, "dataset", &fields[i].ref_dataset, err);
		if (!rc)
			rc = od_node_text(v, "field", true, &field, err);
		if (rc)
			return rc;
		fields[i].ref_field = od_field_find(fields[i].ref_dataset, field);
		if (!fields[i].ref_field)
			return od_node_error(v, err, "'%s' has no field '%s'",
			                     fields[i].ref_dataset->id, field);
	}
	return OD_OK;
}

static enum od_rc
resolve_partition(const struct od_spec *s, const struct od_node *n, struct od_arena *a,
                  const struct od_dataset *d, struct od_partition *p,
                  struct od_err *err)
{
	static const char *const keys[] = {"by", "via", "formats", NULL};
	static const char *const via_keys[] = {"dataset", "on", NULL};
	static const char *const none[] = {NULL};
	const struct od_node *via = od_node_find(n, "via");
	enum od_rc rc = od_node_keys(n, keys, err);

	p->formats = none;
	if (!rc)
		rc = od_node_text(n, "by", true, &p->by, err);
	if (!rc)
		rc = od_node_words(n, "formats", a, &p->formats, err);
	if (!rc && via) {
		rc = od_node_keys(via, via_keys, err);
		if (!rc)
			rc = find_dataset(s, via, "dataset", &p->via, err);
		if (!rc)
			rc = od_node_text(via, "on", true, &p->on, err);
		if (!rc && (!od_field_find(d, p->on) || !od_field_find(p->via, p->on)))
			rc = od_node_error(
			    via, err, "both datasets must have the column '%s'", p->on);
	}
	if (rc)
		return rc;
	p->field = od_field_find(p->via ? p->via : d, p->by);
	if (!p->field)
		return od_node_error(n, err, "there is no column '%s' to cut by",
		                     p->by);
	return OD_OK;
}

static enum od_rc
resolve_total(const struct od_spec *s, const struct od_node *n, struct od_arena *a,
              const struct od_dataset *d, struct od_total *t, struct od_err *err)
{
	static const char *const keys[] = {"dataset", "on", NULL};
	enum od_rc rc = od_node_keys(n, keys, err);

	if (!rc)
		rc = find_dataset(s, n, "dataset", &t->dataset, err);
	if (!rc)
		rc = od_node_words(n, "on", a, &t->on, err);
	if (rc)
		return rc;
	if (!t->on || !t->on[0])
		return od_node_error(n, err, "'on' must name the common columns");
	for (const char *const *on = t->on; *on; on++)
		if (!od_field_find(d, *on) || !od_field_find(t->dataset, *on))
			return od_node_error(
			    n, err, "both datasets must have the column '%s'", *on);
	return OD_OK;
}

static enum od_rc
resolve_totals(const struct od_spec *s, const struct od_draft *draft,
               struct od_arena *a, struct od_err *err)
{
	const struct od_node *list = od_node_find(draft->root, "adds_up_to");
	struct od_dataset *d = draft->d;
	struct od_total *totals;
	enum od_rc rc = OD_OK;

	if (!list)
		return OD_OK;
	if (list->kind != OD_NODE_LIST)
		return od_node_error(list, err, "'adds_up_to' must be a list");
	d->totals = totals = od_arena_array(a, list->n, sizeof(*totals));
	for (; d->n_totals < list->n && !rc; d->n_totals++)
		rc = resolve_total(s, &list->items[d->n_totals], a, d,
		                   &totals[d->n_totals], err);
	return rc;
}

enum od_rc
od_dataset_resolve(const struct od_spec *s, struct od_arena *a,
                   const struct od_draft *draft, struct od_err *err)
{
	const struct od_node *list = od_node_find(draft->root, "partitions");
	struct od_partition *parts;
	enum od_rc rc = resolve_parent(s, draft, err);

	if (!rc)
		rc = resolve_references(s, draft, err);
	if (!rc)
		rc = resolve_totals(s, draft, a, err);
	if (!rc)
		rc = resolve_groups(draft, err);
	if (rc || !list)
		return rc;
	if (list->kind != OD_NODE_LIST)
		return od_node_error(list, err, "'partitions' must be a list");
	draft->d->partitions = parts = od_arena_array(a, list->n, sizeof(*parts));
	for (size_t i = 0; i < list->n && !rc; i++) {
		rc = resolve_partition(s, &list->items[i], a, draft->d, &parts[i], err);
		draft->d->n_partitions++;
	}
	return rc;
}
