#include "check/tschema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check/tload.h"
#include "core/file.h"

enum { SCHEMA_BYTES = 16 * 1024 * 1024, MAX_FIELDS = 4096 };

/* What one description is read from. */
struct source {
	const char *path, *dir;         /* of the file that says it */
	const struct od_json *package;  /* NULL: there is none */
	const struct od_json *resource; /* NULL: a bare schema */
	const char *file;               /* the table */
	const struct od_spec *codelists;
	struct od_arena *a;
	bool is_other; /* only its fields matter: no keys of its own */
};

static enum od_rc load_resource(const struct source *from, struct od_tschema **out,
                                struct od_err *err);

/* ---- reading files
 * -------------------------------------------------------------------- */

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), e = strlen(end);

	return n >= e && !strcmp(s + n - e, end);
}

const struct od_json *
od_json_of_yaml(const struct od_node *n, struct od_arena *a)
{
	struct od_json *j = od_arena_alloc(a, sizeof(*j)), *items;
	const struct od_json *plain;
	struct od_span *keys;
	struct od_err err;

	if (n->kind == OD_NODE_SCALAR) {
		/* A plain word means what it would mean in JSON. */
		if (!n->quoted &&
		    !od_json_parse(n->text, n->file, OD_KIND_SCHEMA, a, &plain, &err))
			return plain;
		j->kind = OD_JSON_STRING;
		j->text = n->text;
		return j;
	}
	j->kind = n->kind == OD_NODE_MAP ? OD_JSON_OBJECT : OD_JSON_ARRAY;
	j->n = n->n;
	items = od_arena_array(a, n->n, sizeof(*items));
	keys = od_arena_array(a, n->n, sizeof(*keys));
	for (size_t i = 0; i < n->n; i++) {
		items[i] = *od_json_of_yaml(&n->items[i], a);
		if (n->kind == OD_NODE_MAP)
			keys[i] = n->keys[i].text;
	}
	j->items = items;
	j->keys = keys;
	return j;
}

static enum od_rc
read_description(const char *path, struct od_arena *a, const struct od_json **out,
                 struct od_err *err)
{
	const struct od_node *root;
	struct od_span text;
	enum od_rc rc;

	if (ends_with(path, ".yaml") || ends_with(path, ".yml")) {
		rc = od_yaml_load(path, OD_KIND_SCHEMA, a, &root, err);
		if (!rc)
			*out = od_json_of_yaml(root, a);
		return rc;
	}
	rc = od_file_read(path, SCHEMA_BYTES, a, &text, OD_KIND_SCHEMA, err);
	return rc ? rc : od_json_parse(text, path, OD_KIND_SCHEMA, a, out, err);
}

static const char *
folder(const char *path, struct od_arena *a)
{
	const char *slash = strrchr(path, '/');

	return slash ? od_arena_dup(a, (struct od_span){path, (size_t)(slash - path)}).p
	             : ".";
}

/* A package may name files beside and below it, nothing else. */
static enum od_rc
beside(const struct source *from, const struct od_json *path, const char **out,
       struct od_err *err)
{
	const char *p;

	if (path->kind == OD_JSON_ARRAY && path->n == 1)
		path = &path->items[0];
	if (path->kind != OD_JSON_STRING || !path->text.n)
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "%s: a path must be one text; a table in several "
		                  "files is not read",
		                  from->path);
	p = path->text.p;
	if (*p == '/' || strstr(p, "..") || strstr(p, "://"))
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "%s: the path '%s' must lie below the description",
		                  from->path, p);
	*out = od_arena_printf(from->a, "%s/%s", from->dir, p);
	return OD_OK;
}

/* A member that is an object, or the path of a file that holds it. */
static enum od_rc
object_or_file(const struct source *from, const struct od_json *holder,
               const char *name, const struct od_json **out, struct od_err *err)
{
	const struct od_json *j = od_json_find(holder, name);
	const char *path;
	enum od_rc rc;

	*out = j;
	if (!j || j->kind == OD_JSON_OBJECT)
		return OD_OK;
	rc = beside(from, j, &path, err);
	if (!rc)
		rc = read_description(path, from->a, out, err);
	if (!rc && (*out)->kind != OD_JSON_OBJECT)
		rc = od_err_set(err, OD_KIND_SCHEMA, "%s: not an object", path);
	return rc;
}

/* ---- the dialect
 * ----------------------------------------------------------------------- */

static enum od_rc
dialect_char(const struct source *from, const struct od_json *j, const char *name,
             char *out, struct od_err *err)
{
	const struct od_json *c = od_json_find(j, name);

	if (!c || c->kind == OD_JSON_NULL)
		return OD_OK;
	if (c->kind != OD_JSON_STRING || c->text.n > 1)
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "%s: '%s' must be one ASCII character", from->path,
		                  name);
	*out = c->text.n ? c->text.p[0] : '\0';
	return OD_OK;
}

static enum od_rc
dialect_flag(const struct source *from, const struct od_json *j, const char *name,
             bool *out, struct od_err *err)
{
	const struct od_json *b = od_json_find(j, name);

	if (!b)
		return OD_OK;
	if (b->kind != OD_JSON_BOOL)
		return od_err_set(err, OD_KIND_SCHEMA, "%s: '%s' must be true or false",
		                  from->path, name);
	*out = b->boolean;
	return OD_OK;
}

static enum od_rc
dialect_part(const struct source *from, const struct od_json *j, struct od_dialect *d,
             struct od_err *err)
{
	static const char *const refused[] = {"headerRows", "commentRows",
	                                      "nullSequence"};
	static const struct {
		const char *name;
		size_t at;
		bool is_char;
	} known[] = {
	    {"delimiter", offsetof(struct od_dialect, delimiter), true},
	    {"quoteChar", offsetof(struct od_dialect, quote), true},
	    {"escapeChar", offsetof(struct od_dialect, escape), true},
	    {"commentChar", offsetof(struct od_dialect, comment), true},
	    {"doubleQuote", offsetof(struct od_dialect, double_quote), false},
	    {"skipInitialSpace", offsetof(struct od_dialect, skip_initial), false},
	    {"header", offsetof(struct od_dialect, header), false},
	    {"skipBlankRows", offsetof(struct od_dialect, skip_blank), false},
	};
	const struct od_json *rows = od_json_find(j, "headerRows");
	bool cased = true;
	enum od_rc rc = dialect_flag(from, j, "headerCase", &cased, err);

	for (size_t i = 0; i < OD_ARRAY_LEN(known) && !rc; i++) {
		char *at = (char *)d + known[i].at;

		rc = known[i].is_char ? dialect_char(from, j, known[i].name, at, err)
		                      : dialect_flag(from, j, known[i].name,
		                                     (bool *)(void *)at, err);
	}
	d->fold_header |= !cased;
	/* [1] is what a header is anyway. */
	for (size_t i = 0; i < OD_ARRAY_LEN(refused) && !rc; i++)
		if (od_json_find(j, refused[i]) &&
		    !(i == 0 && rows->n == 1 && od_span_is(rows->items[0].text, "1")))
			rc = od_err_set(err, OD_KIND_SCHEMA,
			                "%s: the dialect's '%s' is not supported",
			                from->path, refused[i]);
	return rc;
}

static enum od_rc
load_dialect(const struct source *from, struct od_dialect *d, struct od_err *err)
{
	const struct od_json *j = NULL, *encoding;
	enum od_rc rc = OD_OK;

	*d = od_dialect_default;
	if (ends_with(from->file, ".tsv"))
		d->delimiter = '\t';
	encoding = od_json_find(from->resource, "encoding");
	if (encoding && strcasecmp(od_json_text(from->resource, "encoding"), "utf-8") &&
	    strcasecmp(od_json_text(from->resource, "encoding"), "utf8"))
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "%s: the encoding must be utf-8, not '%s'",
		                  from->path, od_json_text(from->resource, "encoding"));
	rc = object_or_file(from, from->resource, "dialect", &j, err);
	if (!rc && j)
		rc = dialect_part(from, j, d, err);
	if (!rc && od_json_find(j, "csv"))
		rc = dialect_part(from, od_json_find(j, "csv"), d, err);
	if (!rc && d->escape)
		d->double_quote = false;
	if (!rc && !od_dialect_is_usable(d))
		rc = od_err_set(err, OD_KIND_SCHEMA,
		                "%s: the dialect's characters are not ASCII, or one "
		                "has two jobs",
		                from->path);
	return rc;
}

/* ---- keys
 * ------------------------------------------------------------------------------- */

static size_t
field_index(const struct od_tschema *s, struct od_span name)
{
	size_t i = 0;

	while (i < s->n && !od_span_is(name, s->fields[i].name))
		i++;
	return i;
}

enum od_rc
od_tkey_load(const struct od_json *names, const char *what, const struct od_tschema *s,
             struct od_arena *a, struct od_tkey *out, struct od_err *err)
{
	const struct od_json *items = names;
	size_t n = 1, *fields;

	if (names && names->kind == OD_JSON_ARRAY) {
		items = names->items;
		n = names->n;
	}
	if (!names || n == 0)
		return od_err_set(err, OD_KIND_SCHEMA, "%s names no field", what);
	fields = od_arena_array(a, n, sizeof(*fields));
	for (size_t i = 0; i < n; i++) {
		if (items[i].kind != OD_JSON_STRING)
			return od_err_set(err, OD_KIND_SCHEMA,
			                  "%s must be names of fields", what);
		fields[i] = field_index(s, items[i].text);
		if (fields[i] == s->n)
			return od_err_set(err, OD_KIND_SCHEMA,
			                  "%s: there is no field '%s'", what,
			                  items[i].text.p);
		s->fields[fields[i]].valued = true;
	}
	*out = (struct od_tkey){fields, n};
	return OD_OK;
}

static enum od_rc
load_uniques(const struct od_json *list, struct od_arena *a, struct od_tschema *s,
             struct od_err *err)
{
	struct od_tkey *keys;
	enum od_rc rc = OD_OK;

	if (!list)
		return OD_OK;
	if (list->kind != OD_JSON_ARRAY)
		return od_err_set(err, OD_KIND_SCHEMA, "'uniqueKeys' must be a list");
	s->uniques = keys = od_arena_array(a, list->n, sizeof(*keys));
	for (; s->n_uniques < list->n && !rc; s->n_uniques++)
		rc = od_tkey_load(&list->items[s->n_uniques], "a unique key", s, a,
		                  &keys[s->n_uniques], err);
	return rc;
}

static const struct od_json *
find_resource(const struct od_json *package, const char *name)
{
	const struct od_json *list = od_json_find(package, "resources");

	for (size_t i = 0; list && list->kind == OD_JSON_ARRAY && i < list->n; i++)
		if (!strcmp(od_json_text(&list->items[i], "name"), name))
			return &list->items[i];
	return NULL;
}

/* The table that `reference` names, with the key there. */
static enum od_rc
load_other(const struct source *from, const struct od_json *reference, const char *keys,
           struct od_tschema *s, struct od_tother *out, struct od_err *err)
{
	struct source there = *from;
	struct od_tschema *other = s;
	const char *own = od_json_text(from->resource, "name"), *path;
	enum od_rc rc = OD_OK;

	out->resource = od_json_text(reference, "resource");
	if (!*out->resource || !strcmp(out->resource, own)) {
		out->resource = "";
		out->path = from->file;
	} else {
		there.resource = find_resource(from->package, out->resource);
		if (!there.resource || !od_json_find(there.resource, "path"))
			return od_err_set(
			    err, OD_KIND_SCHEMA,
			    "%s: there is no resource '%s' with a path in "
			    "a package around it",
			    from->path, out->resource);
		rc = beside(from, od_json_find(there.resource, "path"), &path, err);
		if (rc)
			return rc;
		out->path = there.file = path;
		there.is_other = true;
		rc = load_resource(&there, &other, err);
		if (rc)
			return rc;
		other->loaded = s->loaded;
		s->loaded = other;
	}
	out->schema = other;
	return od_tkey_load(od_json_find(reference, keys), "a reference", other,
	                    from->a, &out->key, err);
}

static enum od_rc
one_field(const struct od_json *j, const char *name, const struct od_tschema *s,
          struct od_arena *a, size_t *out, struct od_err *err)
{
	struct od_tkey key;
	enum od_rc rc = od_tkey_load(od_json_find(j, name), name, s, a, &key, err);

	if (!rc)
		*out = key.fields[0];
	return rc;
}

static enum od_rc
day_field(const struct od_json *j, const char *name, const struct od_tschema *s,
          struct od_arena *a, size_t *out, struct od_err *err)
{
	enum od_rc rc = one_field(j, name, s, a, out, err);
	enum od_ekind kind = rc ? OD_E_DAY : od_tfield_kind(&s->fields[*out]);

	if (rc || kind == OD_E_DAY || kind == OD_E_MOMENT)
		return rc;
	return od_err_set(err, OD_KIND_SCHEMA, "'%s' must name a date", name);
}

static enum od_rc
load_foreign(const struct source *from, const struct od_json *j, struct od_tschema *s,
             struct od_tforeign *f, struct od_err *err)
{
	const struct od_json *valid = od_json_find(j, "valid");
	enum od_rc rc = od_tkey_load(od_json_find(j, "fields"), "a foreign key", s,
	                             from->a, &f->key, err);

	f->on = SIZE_MAX;
	if (!rc)
		rc = load_other(from, od_json_find(j, "reference"), "fields", s,
		                &f->other, err);
	if (!rc && f->other.key.n != f->key.n)
		rc = od_err_set(err, OD_KIND_SCHEMA,
		                "a foreign key and its reference differ in length");
	if (!rc && valid) {
		rc = day_field(valid, "on", s, from->a, &f->on, err);
		if (!rc)
			rc = day_field(valid, "from", f->other.schema, from->a,
			               &f->from, err);
		if (!rc)
			rc = day_field(valid, "to", f->other.schema, from->a, &f->to,
			               err);
	}
	return rc;
}

static enum od_rc
load_foreigns(const struct source *from, const struct od_json *list,
              struct od_tschema *s, struct od_err *err)
{
	struct od_tforeign *f;
	enum od_rc rc = OD_OK;

	if (!list)
		return OD_OK;
	if (list->kind != OD_JSON_ARRAY)
		return od_err_set(err, OD_KIND_SCHEMA, "'foreignKeys' must be a list");
	s->foreigns = f = od_arena_array(from->a, list->n, sizeof(*f));
	for (; s->n_foreigns < list->n && !rc; s->n_foreigns++)
		rc = load_foreign(from, &list->items[s->n_foreigns], s,
		                  &f[s->n_foreigns], err);
	return rc;
}

static enum od_rc
load_sum(const struct source *from, const struct od_json *j, struct od_tschema *s,
         struct od_tsum *sum, struct od_err *err)
{
	const struct od_json *equals = od_json_find(j, "equals");
	enum od_rc rc;

	sum->name = od_json_text(j, "name");
	if (!*sum->name)
		return od_err_set(err, OD_KIND_SCHEMA, "a sum has no 'name'");
	rc = one_field(j, "field", s, from->a, &sum->field, err);
	if (!rc)
		rc = od_tkey_load(od_json_find(j, "by"), "a sum's 'by'", s, from->a,
		                  &sum->key, err);
	if (!rc)
		rc = load_other(from, equals, "by", s, &sum->other, err);
	if (!rc)
		rc = one_field(equals, "field", sum->other.schema, from->a,
		               &sum->addend, err);
	if (!rc &&
	    (od_tfield_kind(&s->fields[sum->field]) != OD_E_NUMBER ||
	     od_tfield_kind(&sum->other.schema->fields[sum->addend]) != OD_E_NUMBER ||
	     sum->key.n != sum->other.key.n))
		rc = od_err_set(err, OD_KIND_SCHEMA,
		                "sum '%s': numbers and keys of one length are needed",
		                sum->name);
	return rc;
}

static enum od_rc
load_sums(const struct source *from, const struct od_json *list, struct od_tschema *s,
          struct od_err *err)
{
	struct od_tsum *sums;
	enum od_rc rc = OD_OK;

	if (!list)
		return OD_OK;
	if (list->kind != OD_JSON_ARRAY)
		return od_err_set(err, OD_KIND_SCHEMA, "'sums' must be a list");
	s->sums = sums = od_arena_array(from->a, list->n, sizeof(*sums));
	for (; s->n_sums < list->n && !rc; s->n_sums++)
		rc = load_sum(from, &list->items[s->n_sums], s, &sums[s->n_sums], err);
	return rc;
}

/* ---- conditions
 * --------------------------------------------------------------------------- */

static enum od_rc
compile(const char *name, const char *text, const struct od_spec *codelists,
        struct od_arena *a, struct od_tschema *s, struct od_check *c,
        struct od_err *err)
{
	const char **names = od_arena_array(a, s->n, sizeof(*names));
	enum od_ekind *kinds = od_arena_array(a, s->n, sizeof(*kinds));
	struct od_escope scope = {names, kinds, s->n, codelists, NULL, NULL};
	enum od_rc rc;

	if (!s->uses) {
		s->uses = od_arena_array(a, s->n, sizeof(*s->uses));
		s->uses_prev = od_arena_array(a, s->n, sizeof(*s->uses_prev));
	}
	scope.uses = s->uses;
	scope.uses_prev = s->uses_prev;
	for (size_t i = 0; i < s->n; i++) {
		names[i] = s->fields[i].name;
		kinds[i] = od_tfield_kind(&s->fields[i]);
	}
	c->name = name;
	rc = od_expr_compile(text, od_arena_printf(a, "check '%s'", name), &scope, a,
	                     &c->expr, err);
	for (size_t i = 0; i < s->n; i++)
		s->fields[i].valued |= s->uses[i] || s->uses_prev[i];
	return rc;
}

enum od_rc
od_checks_load(const struct od_json *list, const struct od_spec *codelists,
               struct od_arena *a, struct od_tschema *s, struct od_err *err)
{
	struct od_check *checks;
	enum od_rc rc = OD_OK;

	if (!list)
		return OD_OK;
	if (list->kind != OD_JSON_ARRAY)
		return od_err_set(err, OD_KIND_SCHEMA, "'checks' must be a list");
	s->checks = checks = od_arena_array(a, list->n, sizeof(*checks));
	for (; s->n_checks < list->n && !rc; s->n_checks++) {
		const struct od_json *j = &list->items[s->n_checks];
		struct od_check *c = &checks[s->n_checks];
		const char *name = od_json_text(j, "name");

		if (!*name || !*od_json_text(j, "expr"))
			return od_err_set(err, OD_KIND_SCHEMA,
			                  "a check needs 'name' and 'expr'");
		rc = compile(name, od_json_text(j, "expr"), codelists, a, s, c, err);
		if (!rc && od_json_find(j, "by"))
			rc = od_tkey_load(od_json_find(j, "by"), "a check's 'by'", s, a,
			                  &c->by, err);
	}
	return rc;
}

/* ---- the schema
 * ---------------------------------------------------------------------------- */

static enum od_rc
load_match(const struct source *from, const struct od_json *j, struct od_tschema *s,
           struct od_err *err)
{
	static const char *const modes[] = {"exact", "equal", "subset", "superset",
	                                    "partial"};
	const struct od_json *m = od_json_find(j, "fieldsMatch");

	/* The standard's text and its schema disagree: a word, or a list of one word.
	 */
	if (m && m->kind == OD_JSON_ARRAY && m->n == 1)
		m = &m->items[0];
	if (!m)
		return OD_OK;
	for (size_t i = 0; i < OD_ARRAY_LEN(modes); i++)
		if (m->kind == OD_JSON_STRING && od_span_is(m->text, modes[i])) {
			s->match = (enum od_match_mode)i;
			return OD_OK;
		}
	return od_err_set(err, OD_KIND_SCHEMA,
	                  "%s: 'fieldsMatch' must be exact, equal, subset, superset or "
	                  "partial",
	                  from->path);
}

static enum od_rc
load_fields(const struct source *from, const struct od_json *j, struct od_tschema *s,
            struct od_err *err)
{
	static const struct od_span empty[] = {{"", 0}};
	const struct od_json *list = od_json_find(j, "fields");
	struct od_tfield all = {.name = "(all)", .missing = {empty, 1}};
	enum od_rc rc;

	if (!list || list->kind != OD_JSON_ARRAY || list->n > MAX_FIELDS)
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "%s: 'fields' must list the fields", from->path);
	rc = od_tfield_words(&all, j, "missingValues", from->a, &all.missing, err);
	s->fields = od_arena_array(from->a, list->n, sizeof(*s->fields));
	for (size_t i = 0; i < list->n && !rc; i++) {
		s->n++; /* what was begun is released */
		s->fields[i].missing = all.missing;
		rc = od_tfield_load(&list->items[i], from->a, &s->fields[i], err);
		if (!rc && field_index(s, od_span_str(s->fields[i].name)) < i)
			rc = od_tfield_error(&s->fields[i], err, "stands twice");
	}
	return rc;
}

static enum od_rc
load_schema(const struct source *from, const struct od_json *j, struct od_tschema *s,
            struct od_err *err)
{
	const struct od_json *primary = od_json_find(j, "primaryKey");
	enum od_rc rc = load_dialect(from, &s->dialect, err);

	if (!rc)
		rc = load_match(from, j, s, err);
	if (!rc)
		rc = load_fields(from, j, s, err);
	if (rc || from->is_other)
		return rc;
	if (primary && !(primary->kind == OD_JSON_ARRAY && primary->n == 0))
		rc = od_tkey_load(primary, "the primary key", s, from->a, &s->primary,
		                  err);
	if (!rc)
		rc = load_uniques(od_json_find(j, "uniqueKeys"), from->a, s, err);
	if (!rc)
		rc = load_foreigns(from, od_json_find(j, "foreignKeys"), s, err);
	if (!rc)
		rc = load_sums(from, od_json_find(j, "sums"), s, err);
	if (!rc)
		rc = od_checks_load(od_json_find(j, "checks"), from->codelists, from->a,
		                    s, err);
	return rc;
}

/* All that is said of one table; from->resource may be a bare schema. */
static enum od_rc
load_resource(const struct source *from, struct od_tschema **out, struct od_err *err)
{
	struct od_tschema *s = od_arena_alloc(from->a, sizeof(*s));
	const struct od_json *schema = from->resource;
	struct source bare = *from;
	enum od_rc rc = OD_OK;

	if (od_json_find(schema, "fields"))
		bare.resource = NULL;
	else
		rc = object_or_file(from, from->resource, "schema", &schema, err);
	if (!rc && !schema)
		rc = od_err_set(err, OD_KIND_SCHEMA, "%s: there is no schema in it",
		                from->path);
	if (!rc)
		rc = load_schema(&bare, schema, s, err);
	if (rc)
		od_tschema_release(s);
	else
		*out = s;
	return rc;
}

/* The resource of a package that is the file's: by name, by path, or the only one. */
static enum od_rc
choose(struct source *from, const char *name, struct od_err *err)
{
	const struct od_json *list = od_json_find(from->package, "resources");
	const char *slash = strrchr(from->file, '/');
	const char *base = slash ? slash + 1 : from->file;

	from->resource = name ? find_resource(from->package, name) : NULL;
	if (list->kind == OD_JSON_ARRAY && !name) {
		if (list->n == 1)
			from->resource = &list->items[0];
		for (size_t i = 0; i < list->n && !from->resource; i++) {
			const char *path = od_json_text(&list->items[i], "path");

			slash = strrchr(path, '/');
			if (!strcmp(slash ? slash + 1 : path, base))
				from->resource = &list->items[i];
		}
	}
	if (!from->resource &&
	    od_err_set(err, OD_KIND_SCHEMA, "%s: no resource of the package is '%s'",
	               from->path, name ? name : base))
		return od_err_hint(err, "name one: --schema %s#NAME", from->path);
	return OD_OK;
}

static enum od_rc
load_from(struct source *from, const struct od_json *j, const char *name,
          struct od_tschema **out, struct od_err *err)
{
	enum od_rc rc;

	*out = NULL;
	from->dir = folder(from->path, from->a);
	from->resource = j;
	if (od_json_find(j, "resources")) {
		from->package = j;
		rc = choose(from, name, err);
		if (rc)
			return rc;
	}
	rc = load_resource(from, out, err);
	/* A field's message does not know the file it stands in. */
	if (rc && strncmp(err->msg, from->path, strlen(from->path)) != 0)
		rc = od_err_wrap(err, "%s", from->path);
	return rc;
}

enum od_rc
od_tschema_load(const char *source, const char *file, const struct od_spec *codelists,
                struct od_arena *a, struct od_tschema **out, struct od_err *err)
{
	const char *hash = strrchr(source, '#');
	struct source from = {
	    .path = source, .file = file, .codelists = codelists, .a = a};
	const struct od_json *j;
	enum od_rc rc;

	*out = NULL;
	if (hash && !od_file_exists(source))
		from.path =
		    od_arena_dup(a, (struct od_span){source, (size_t)(hash - source)})
			.p;
	else
		hash = NULL;
	rc = read_description(from.path, a, &j, err);
	return rc ? rc : load_from(&from, j, hash ? hash + 1 : NULL, out, err);
}

enum od_rc
od_tschema_parse(struct od_span text, const char *path, const char *file,
                 const struct od_spec *codelists, struct od_arena *a,
                 struct od_tschema **out, struct od_err *err)
{
	struct source from = {
	    .path = path, .file = file, .codelists = codelists, .a = a};
	const struct od_json *j;
	enum od_rc rc = od_json_parse(text, path, OD_KIND_SCHEMA, a, &j, err);

	*out = NULL;
	return rc ? rc : load_from(&from, j, NULL, out, err);
}

void
od_tschema_release(struct od_tschema *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		od_tfield_release(&s->fields[i]);
	if (s->checker)
		od_checker_close(s->checker);
	s->checker = NULL;
	s->n = 0;
	od_tschema_release(s->loaded);
	s->loaded = NULL;
}
