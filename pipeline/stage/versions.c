#include "stage/versions.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/log.h"
#include "stage/emit_files.h"

enum { MAX_BYTES = 64 << 20 };

/* How much of a version a change asks for. */
enum weight { WEIGHT_NONE, WEIGHT_MINOR, WEIGHT_BREAKING };

struct change {
	const char *field; /* "" for the dataset itself */
	const char *what;
	enum weight weight;
};

struct comparison {
	struct od_arena *a;
	const struct od_dataset *d;
	const struct od_json *old;
	const char *created; /* date of the release that is being made */
	struct change *v;
	size_t n, cap;
	const struct change *early; /* a column that goes before its time, or NULL */
};

/* ---- what binds a reader, as texts: equal texts are equal promises */

struct member {
	const char *key;
	const char *value; /* NULL: none */
	enum { SAME, FREE, AT_LEAST, AT_MOST, PROMISE } kind;
};
enum { MEMBERS = 11 };

static size_t
members(const struct od_field *f, struct od_arena *a, struct member to[MEMBERS])
{
	size_t n = 0;

	to[n++] = (struct member){"type", od_type_names[f->type], SAME};
	/* What protects persons never waits for a version. */
	to[n++] = (struct member){"policy", f->policy, FREE};
	to[n++] = (struct member){
	    "scale",
	    f->type == OD_TYPE_DECIMAL ? od_arena_printf(a, "%u", f->scale) : NULL,
	    SAME};
	to[n++] = (struct member){"unit", f->unit, SAME};
	to[n++] =
	    (struct member){"codelist", f->codelist ? f->codelist->id : NULL, SAME};
	to[n++] = (struct member){"pattern", f->pattern, SAME};
	to[n++] = (struct member){"minimum", f->minimum, AT_LEAST};
	to[n++] = (struct member){"maximum", f->maximum, AT_MOST};
	to[n++] = (struct member){
	    "max_length",
	    f->max_length ? od_arena_printf(a, "%zu", f->max_length) : NULL, AT_MOST};
	to[n++] = (struct member){"required", f->required ? "yes" : NULL, PROMISE};
	to[n++] = (struct member){"unique", f->unique ? "yes" : NULL, PROMISE};
	return n;
}

/* Numbers and ISO dates: by length of the whole part, then as text. */
static int
compare_bounds(const char *x, const char *y)
{
	bool x_minus = *x == '-', y_minus = *y == '-';
	size_t nx, ny;
	int order;

	if (x_minus != y_minus)
		return x_minus ? -1 : 1;
	x += x_minus;
	y += y_minus;
	nx = strcspn(x, ".-");
	ny = strcspn(y, ".-");
	order = nx != ny ? (nx > ny) - (nx < ny) : strcmp(x, y);
	return x_minus ? -order : order;
}

static enum weight
weigh(const struct member *m, const char *old)
{
	bool less = !m->value && old, more = m->value && !old;

	switch (m->kind) {
	case FREE:
		return WEIGHT_MINOR;
	case PROMISE: /* that was given up, or given */
		return less ? WEIGHT_BREAKING : WEIGHT_MINOR;
	case AT_LEAST:
	case AT_MOST: /* fewer values than before is narrower */
		if (more)
			return WEIGHT_BREAKING;
		if (less)
			return WEIGHT_MINOR;
		return (compare_bounds(m->value, old) > 0) == (m->kind == AT_LEAST)
		           ? WEIGHT_BREAKING
		           : WEIGHT_MINOR;
	default:
		return WEIGHT_BREAKING;
	}
}

static const struct change *
add(struct comparison *c, const char *field, const char *what, enum weight weight)
{
	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 16;
		struct change *v = od_arena_array(c->a, cap, sizeof(*v));

		if (c->n)
			memcpy(v, c->v, c->n * sizeof(*v));
		c->v = v;
		c->cap = cap;
	}
	c->v[c->n] = (struct change){field, what, weight};
	return &c->v[c->n++];
}

static void
compare_field(struct comparison *c, const struct od_field *f, const struct od_json *old)
{
	struct member m[MEMBERS];
	size_t n = members(f, c->a, m);

	for (size_t i = 0; i < n; i++) {
		const struct od_json *was = od_json_find(old, m[i].key);
		const char *text = was ? was->text.p : NULL;

		if ((!m[i].value && !text) ||
		    (m[i].value && text && !strcmp(m[i].value, text)))
			continue;
		add(c, f->name, m[i].key, weigh(&m[i], text));
	}
	if (f->deprecated.since && !od_json_find(old, "deprecated"))
		add(c, f->name, "deprecated", WEIGHT_MINOR);
}

static bool
same_key(const struct od_dataset *d, const struct od_json *key)
{
	if (!key || key->n != d->n_key)
		return false;
	for (size_t i = 0; i < d->n_key; i++)
		if (!od_span_is(key->items[i].text, d->key[i]->name))
			return false;
	return true;
}

/* All differences, columns that are gone first. */
static void
compare(struct comparison *c)
{
	const struct od_json *fields = od_json_find(c->old, "fields");
	size_t last = 0;

	for (size_t i = 0; fields && i < fields->n; i++) {
		const struct od_json *was = &fields->items[i];
		const char *name = od_json_text(was, "name");
		const struct od_field *f = od_field_find(c->d, name);
		const char *until =
		    od_json_text(od_json_find(was, "deprecated"), "until");

		if (!f) {
			const struct change *gone =
			    add(c, name, "removed", WEIGHT_BREAKING);

			if (*until && strncmp(c->created, until, strlen(until)) < 0)
				c->early = gone;
			continue;
		}
		if (od_field_index(c->d, f) < last)
			add(c, name, "moved", WEIGHT_BREAKING);
		else
			last = od_field_index(c->d, f);
		compare_field(c, f, was);
	}
	for (size_t i = 0; i < c->d->n_fields; i++)
		if (!od_versions_field(c->old, c->d->fields[i].name))
			add(c, c->d->fields[i].name, "added", WEIGHT_MINOR);
	if (!same_key(c->d, od_json_find(c->old, "key")))
		add(c, "", "key", WEIGHT_BREAKING);
}

/* ---- versions */

/* MAJOR.MINOR.PATCH; what is no number counts as 0. */
static void
parse(const char *text, unsigned long v[3])
{
	for (size_t i = 0; i < 3; i++) {
		char *end;

		v[i] = strtoul(text, &end, 10);
		text = *end == '.' ? end + 1 : end;
	}
}

static int
compare_versions(const char *x, const char *y, size_t places)
{
	unsigned long a[3], b[3];

	parse(x, a);
	parse(y, b);
	for (size_t i = 0; i < places; i++)
		if (a[i] != b[i])
			return a[i] > b[i] ? 1 : -1;
	return 0;
}

static enum od_rc
judge(const struct comparison *c, struct od_err *err)
{
	const char *id = c->d->id, *now = c->d->version;
	const char *was = od_json_text(c->old, "version");
	const struct change *worst = NULL;
	int first = compare_versions(now, was, 1),
	    second = compare_versions(now, was, 2);

	if (compare_versions(now, was, 3) < 0)
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "dataset '%s': version %s is older than the live "
		                  "release's %s",
		                  id, now, was);
	if (c->early) {
		if (od_err_set(err, OD_KIND_SCHEMA,
		               "dataset '%s': column '%s' goes before the day until "
		               "which it is promised",
		               id, c->early->field))
			return od_err_hint(err, "leave it until then, or empty it with "
			                        "'anonymize: drop'");
	}
	for (size_t i = 0; i < c->n; i++)
		if (!worst || c->v[i].weight > worst->weight)
			worst = &c->v[i];
	if (!worst)
		return OD_OK;
	if (worst->weight == WEIGHT_BREAKING && first <= 0) {
		if (od_err_set(err, OD_KIND_SCHEMA,
		               "dataset '%s': a breaking change under version %s: "
		               "%s%s%s (%s)",
		               id, now, *worst->field ? "column '" : "the dataset",
		               worst->field, *worst->field ? "'" : "", worst->what))
			return od_err_hint(
			    err,
			    "the live release has version %s: programs "
			    "that read it may fail. Undo the change, or "
			    "give the next first number, such as %lu.0.0",
			    was, strtoul(was, NULL, 10) + 1);
	}
	if (worst->weight == WEIGHT_MINOR && second <= 0)
		od_log_warn("dataset '%s': column '%s' (%s) is new since version %s: "
		            "give the next second number",
		            id, worst->field, worst->what, was);
	return OD_OK;
}

/* ---- the file of the live release */

enum od_rc
od_versions_load(const struct od_stage_ctx *ctx, const struct od_json **out,
                 struct od_err *err)
{
	const char *path =
	    od_arena_printf(ctx->run, "%s/" OD_VERSIONS_NAME, ctx->wd.live);
	struct od_span text;
	enum od_rc rc;

	*out = NULL;
	if (!ctx->wd.live[0] || !od_file_exists(path))
		return OD_OK;
	rc = od_file_read(path, MAX_BYTES, ctx->run, &text, OD_KIND_CONFIG, err);
	return rc ? rc : od_json_parse(text, path, OD_KIND_CONFIG, ctx->run, out, err);
}

static const struct od_json *
find_named(const struct od_json *list, const char *key, const char *name)
{
	for (size_t i = 0; list && i < list->n; i++)
		if (!strcmp(od_json_text(&list->items[i], key), name))
			return &list->items[i];
	return NULL;
}

const struct od_json *
od_versions_dataset(const struct od_json *file, const char *id)
{
	return find_named(od_json_find(file, "datasets"), "dataset", id);
}

const struct od_json *
od_versions_field(const struct od_json *dataset, const char *name)
{
	return find_named(od_json_find(dataset, "fields"), "name", name);
}

enum od_rc
od_versions_check(const struct od_stage_ctx *ctx, struct od_err *err)
{
	const struct od_json *file;
	enum od_rc rc = od_versions_load(ctx, &file, err);

	for (size_t i = 0; i < ctx->spec->n_datasets && !rc; i++) {
		struct comparison c = {.a = ctx->run,
		                       .d = &ctx->spec->datasets[i],
		                       .created = ctx->created};

		c.old = od_versions_dataset(file, c.d->id);
		if (!c.old)
			continue; /* new to the world: anything goes */
		compare(&c);
		rc = judge(&c, err);
	}
	return rc;
}

/* ---- writing */

static void
put_string(struct od_buf *b, const char *key, const char *value)
{
	od_buf_printf(b, ",\"%s\":", key);
	od_json_string(b, od_span_str(value));
}

static void
put_field(struct od_buf *b, const struct od_field *f, struct od_arena *a)
{
	struct member m[MEMBERS];
	size_t n = members(f, a, m);

	od_buf_puts(b, "{\"name\":");
	od_json_string(b, od_span_str(f->name));
	for (size_t i = 0; i < n; i++)
		if (m[i].value)
			put_string(b, m[i].key, m[i].value);
	if (f->deprecated.since) {
		od_buf_puts(b, ",\"deprecated\":{\"since\":");
		od_json_string(b, od_span_str(f->deprecated.since));
		if (f->deprecated.until)
			put_string(b, "until", f->deprecated.until);
		if (f->deprecated.use)
			put_string(b, "use", f->deprecated.use);
		od_buf_putc(b, '}');
	}
	od_buf_putc(b, '}');
}

static void
put_dataset(struct od_buf *b, const struct od_dataset *d, struct od_arena *a)
{
	od_buf_puts(b, "{\"dataset\":");
	od_json_string(b, od_span_str(d->id));
	put_string(b, "version", d->version);
	od_buf_puts(b, ",\"key\":[");
	for (size_t i = 0; i < d->n_key; i++)
		od_buf_printf(b, "%s\"%s\"", i ? "," : "", d->key[i]->name);
	od_buf_puts(b, "],\"fields\":[");
	for (size_t i = 0; i < d->n_fields; i++) {
		od_buf_puts(b, i ? ",\n  " : "\n  ");
		put_field(b, &d->fields[i], a);
	}
	od_buf_puts(b, "]}");
}

/* What an earlier release told of itself, as it was told. */
static void
put_told(struct od_buf *b, const struct od_json *v)
{
	static const char *const texts[] = {"date", "dataset", "from", "to"};
	const struct od_json *changes = od_json_find(v, "changes");

	od_buf_printf(b, "{\"release\":%lld", (long long)od_json_int(v, "release"));
	for (size_t i = 0; i < OD_ARRAY_LEN(texts); i++)
		put_string(b, texts[i], od_json_text(v, texts[i]));
	od_buf_puts(b, ",\"changes\":[");
	for (size_t i = 0; changes && i < changes->n; i++) {
		od_buf_puts(b, i ? ",{\"field\":" : "{\"field\":");
		od_json_string(b,
		               od_span_str(od_json_text(&changes->items[i], "field")));
		put_string(b, "change", od_json_text(&changes->items[i], "change"));
		od_buf_putc(b, '}');
	}
	od_buf_puts(b, "]}");
}

static void
put_entry(struct od_buf *b, const struct od_stage_ctx *ctx, const struct comparison *c,
          const char *id, const char *to)
{
	od_buf_printf(b, "{\"release\":%llu", (unsigned long long)ctx->serial);
	put_string(b, "date", ctx->created);
	put_string(b, "dataset", id);
	put_string(b, "from", od_json_text(c->old, "version"));
	put_string(b, "to", to);
	od_buf_puts(b, ",\"changes\":[");
	for (size_t i = 0; i < c->n; i++) {
		od_buf_puts(b, i ? ",{\"field\":" : "{\"field\":");
		od_json_string(b, od_span_str(c->v[i].field));
		put_string(b, "change", c->v[i].what);
		od_buf_putc(b, '}');
	}
	od_buf_puts(b, "]}");
}

/* Adds what this release changed of the schemas; *n counts the entries. */
static void
put_changes(struct od_buf *b, const struct od_stage_ctx *ctx,
            const struct od_json *file, size_t *n)
{
	const struct od_json *old = od_json_find(file, "datasets");

	for (size_t i = 0; file && i < ctx->spec->n_datasets; i++) {
		struct comparison c = {.a = ctx->run,
		                       .d = &ctx->spec->datasets[i],
		                       .created = ctx->created};

		c.old = od_versions_dataset(file, c.d->id);
		if (c.old)
			compare(&c);
		else
			add(&c, "", "added", WEIGHT_MINOR);
		if (!c.n && !strcmp(od_json_text(c.old, "version"), c.d->version))
			continue;
		od_buf_puts(b, (*n)++ ? ",\n" : "\n");
		put_entry(b, ctx, &c, c.d->id, c.d->version);
	}
	for (size_t i = 0; old && i < old->n; i++) {
		struct comparison c = {.a = ctx->run, .old = &old->items[i]};
		const char *id = od_json_text(c.old, "dataset");

		if (od_dataset_find(ctx->spec, id))
			continue;
		add(&c, "", "removed", WEIGHT_BREAKING);
		od_buf_puts(b, (*n)++ ? ",\n" : "\n");
		put_entry(b, ctx, &c, id, "");
	}
}

enum od_rc
od_versions_emit(const struct od_stage_ctx *ctx, struct od_artefacts *files,
                 struct od_err *err)
{
	const struct od_json *file, *told;
	struct od_buf b = {0};
	size_t n = 0;
	enum od_rc rc = od_versions_load(ctx, &file, err);

	if (rc)
		return rc;
	told = od_json_find(file, "history");
	od_buf_puts(&b, "{\"datasets\":[");
	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		od_buf_puts(&b, i ? ",\n" : "\n");
		put_dataset(&b, &ctx->spec->datasets[i], ctx->run);
	}
	od_buf_puts(&b, "],\n\"history\":[");
	for (size_t i = 0; told && i < told->n; i++) {
		od_buf_puts(&b, n++ ? ",\n" : "\n");
		put_told(&b, &told->items[i]);
	}
	put_changes(&b, ctx, file, &n);
	od_buf_puts(&b, "]}\n");
	rc = od_emit_metadata(ctx, OD_VERSIONS_NAME, "application/json",
	                      od_buf_view(&b), files, err);
	od_buf_release(&b);
	return rc;
}
