/* One field of a Table Schema, from its description to what judges a cell. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/number.h"
#include "check/shapes.h"
#include "check/tload.h"
#include "core/buf.h"

static const struct {
	const char *rule;
	bool upper, exclusive;
} bounds[OD_BOUNDS] = {{"minimum", false, false},
                       {"maximum", true, false},
                       {"exclusiveMinimum", false, true},
                       {"exclusiveMaximum", true, true}};

enum od_rc
od_tfield_error(const struct od_tfield *f, struct od_err *err, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return od_err_set(err, OD_KIND_SCHEMA, "field '%s': %s", f->name, why);
}

enum od_rc
od_tfield_words(const struct od_tfield *f, const struct od_json *j, const char *name,
                struct od_arena *a, struct od_words *out, struct od_err *err)
{
	const struct od_json *list = od_json_find(j, name);
	struct od_span *items;

	if (!list)
		return OD_OK;
	if (list->kind != OD_JSON_ARRAY)
		return od_tfield_error(f, err, "'%s' must be a list of texts", name);
	items = od_arena_array(a, list->n, sizeof(*items));
	for (size_t i = 0; i < list->n; i++) {
		const struct od_json *item = &list->items[i];

		/* A missing value may carry a label: {"value": "-99", "label": ...} */
		if (item->kind == OD_JSON_OBJECT)
			item = od_json_find(item, "value");
		if (!item || item->kind != OD_JSON_STRING)
			return od_tfield_error(f, err, "'%s' must be a list of texts",
			                       name);
		items[i] = item->text;
	}
	*out = (struct od_words){items, list->n};
	return OD_OK;
}

/* A value of the schema as the key that cells of the type have; false: it is none. */
static bool
key_of(const struct od_tfield *f, const struct od_json *j, struct od_arena *a,
       struct od_span *key)
{
	struct od_value v = {.key = {"", 0}};
	struct od_number n;
	int64_t whole;

	if (f->type->kin == 'j' && j->kind != OD_JSON_STRING) {
		*key = od_json_key(j, a);
		return true;
	}
	if (f->type->kin == 'n' && j->kind == OD_JSON_NUMBER) {
		if (!od_number_read_decimal(j->text, a, &n) ||
		    (strcmp(f->type->name, "number") && !od_number_int64(&n, &whole)))
			return false;
		*key = od_number_key(&n, a);
		return true;
	}
	if (f->type->kin == 'b' && j->kind == OD_JSON_BOOL) {
		*key = j->boolean ? OD_SPAN("t") : OD_SPAN("f");
		return true;
	}
	if (j->kind != OD_JSON_STRING || f->type->read(f, j->text, a, &v) ||
	    v.unordered)
		return false;
	*key = od_arena_dup(a, v.key);
	return true;
}

static int
by_key(const void *a, const void *b)
{
	return od_tkey_compare(*(const struct od_span *)a, *(const struct od_span *)b);
}

static enum od_rc
load_enum(struct od_tfield *f, const struct od_json *list, struct od_arena *a,
          struct od_err *err)
{
	struct od_span *keys;

	if (list->kind != OD_JSON_ARRAY)
		return od_tfield_error(f, err, "'enum' must be a list");
	keys = od_arena_array(a, list->n + 1, sizeof(*keys));
	/* What is no value of the type equals no cell. */
	for (size_t i = 0; i < list->n; i++)
		f->n_allowed += key_of(f, &list->items[i], a, &keys[f->n_allowed]);
	qsort(keys, f->n_allowed, sizeof(*keys), by_key);
	f->allowed = keys;
	return OD_OK;
}

static enum od_rc
load_pattern(struct od_tfield *f, const struct od_json *j, struct od_err *err)
{
	struct od_buf b = {0};
	char why[128];

	if (j->kind != OD_JSON_STRING)
		return od_tfield_error(f, err, "'pattern' must be a text");
	/*
	 * As the standard's implementation writes it, without parentheses: "a|b" then
	 * means "begins with a, or ends with b".
	 */
	od_buf_putc(&b, '^');
	od_buf_span(&b, j->text);
	od_buf_putc(&b, '$');
	f->pattern = od_pattern_open(od_buf_view(&b), false, why, sizeof(why));
	od_buf_release(&b);
	return f->pattern ? OD_OK : od_tfield_error(f, err, "bad pattern: %s", why);
}

static enum od_rc
load_length(struct od_tfield *f, const char *name, const struct od_json *j,
            struct od_err *err)
{
	struct od_arena a = {0};
	struct od_number n;
	int64_t v = 0;
	bool good = j->kind == OD_JSON_NUMBER &&
	            od_number_read_decimal(j->text, &a, &n) && od_number_int64(&n, &v);

	od_arena_release(&a);
	if (!good)
		return od_tfield_error(f, err, "'%s' must be a whole number", name);
	if (!strcmp(name, "minLength"))
		f->min_length = v > 0 ? (size_t)v : 0;
	else if (v >= 0)
		f->max_length = (size_t)v;
	else
		return od_tfield_error(f, err, "'%s' must not be negative", name);
	return OD_OK;
}

static enum od_rc
load_bound(struct od_tfield *f, size_t i, const struct od_json *j, struct od_arena *a,
           struct od_err *err)
{
	struct od_bound *b = &f->bounds[i];

	*b = (struct od_bound){
	    bounds[i].rule, true, bounds[i].exclusive, bounds[i].upper, {"", 0}};
	if (!key_of(f, j, a, &b->key))
		return od_tfield_error(f, err, "'%s' is no value of the type '%s'",
		                       b->rule, f->type->name);
	return OD_OK;
}

/* What a constraint needs of a type; 0: every type has it. */
static const struct {
	const char *name;
	unsigned on;
} constraints[] = {
    {"required", 0},
    {"unique", 0},
    {"minLength", OD_ON_LENGTH},
    {"maxLength", OD_ON_LENGTH},
    {"minimum", OD_ON_BOUNDS},
    {"maximum", OD_ON_BOUNDS},
    {"exclusiveMinimum", OD_ON_BOUNDS},
    {"exclusiveMaximum", OD_ON_BOUNDS},
    {"pattern", OD_ON_PATTERN},
    {"enum", OD_ON_ENUM},
};

static enum od_rc
load_constraint(struct od_tfield *f, const char *name, const struct od_json *j,
                struct od_arena *a, struct od_err *err)
{
	size_t i = 0;

	while (i < OD_ARRAY_LEN(constraints) && strcmp(constraints[i].name, name) != 0)
		i++;
	if (i == OD_ARRAY_LEN(constraints) ||
	    (constraints[i].on & f->type->constraints) != constraints[i].on)
		return od_tfield_error(f, err, "the type '%s' has no constraint '%s'",
		                       f->type->name, name);
	if (!constraints[i].on) {
		if (j->kind != OD_JSON_BOOL)
			return od_tfield_error(f, err, "'%s' must be true or false",
			                       name);
		*(i ? &f->unique : &f->required) = j->boolean;
		f->valued |= f->unique;
		return OD_OK;
	}
	if (constraints[i].on == OD_ON_LENGTH)
		return load_length(f, name, j, err);
	if (constraints[i].on == OD_ON_PATTERN)
		return load_pattern(f, j, err);
	f->valued = true;
	if (constraints[i].on == OD_ON_ENUM)
		return load_enum(f, j, a, err);
	for (size_t k = 0; k < OD_BOUNDS; k++)
		if (!strcmp(bounds[k].rule, name))
			return load_bound(f, k, j, a, err);
	return OD_OK;
}

static enum od_rc
load_type(struct od_tfield *f, const struct od_json *j, struct od_err *err)
{
	const struct od_json *type = od_json_find(j, "type"),
			     *format = od_json_find(j, "format");
	const char *names[32], *near;
	size_t n = 0;

	if ((type && type->kind != OD_JSON_STRING) ||
	    (format && format->kind != OD_JSON_STRING))
		return od_tfield_error(f, err, "'type' and 'format' must be texts");
	f->type = od_ttype_find(type ? type->text.p : "string");
	f->format = format ? format->text.p : "default";
	if (!strncmp(f->format,
	             "fmt:", 4)) /* as the first version of the standard had */
		f->format += 4;
	if (f->type)
		return OD_OK;
	for (const struct od_ttype *const *t = od_ttypes; *t; t++)
		names[n++] = (*t)->name;
	names[n] = NULL;
	if (od_tfield_error(f, err, "unknown type '%s'", type->text.p) &&
	    (near = od_nearest(type->text.p, names)))
		return od_err_hint(err, "did you mean '%s'?", near);
	return err->rc;
}

enum od_rc
od_tfield_load(const struct od_json *j, struct od_arena *a, struct od_tfield *f,
               struct od_err *err)
{
	const struct od_json *name = od_json_find(j, "name"),
			     *list = od_json_find(j, "constraints");
	enum od_rc rc;

	f->max_length = SIZE_MAX;
	if (!name || name->kind != OD_JSON_STRING)
		return od_err_set(err, OD_KIND_SCHEMA, "a field has no 'name'");
	f->name = name->text.p;
	if (od_json_find(j, "required"))
		return od_tfield_error(f, err, "'required' belongs into 'constraints'");
	if (list && list->kind != OD_JSON_OBJECT)
		return od_tfield_error(f, err, "'constraints' must be an object");
	rc = load_type(f, j, err);
	if (!rc)
		rc = od_tfield_words(f, j, "missingValues", a, &f->missing, err);
	if (!rc && f->type->prepare)
		rc = f->type->prepare(f, j, a, err);
	for (size_t i = 0; list && i < list->n && !rc; i++)
		rc = load_constraint(f, list->keys[i].p, &list->items[i], a, err);
	return rc;
}

void
od_tfield_release(struct od_tfield *f)
{
	od_pattern_close(f->pattern);
	od_pattern_close(f->shape);
	od_strptime_close(f->strptime);
	for (size_t i = 0; i < f->n_others; i++)
		od_strptime_close(f->others[i]);
	if (f->item)
		od_tfield_release(f->item);
}

/* ---- for conditions
 * ------------------------------------------------------------------ */

enum od_ekind
od_tfield_kind(const struct od_tfield *f)
{
	static const struct {
		char kin;
		enum od_ekind kind;
	} kinds[] = {
	    {'n', OD_E_NUMBER}, {'d', OD_E_DAY}, {'m', OD_E_MOMENT}, {'b', OD_E_BOOL}};
	static const enum od_ekind own[] = {
	    [OD_TYPE_ID] = OD_E_NUMBER,      [OD_TYPE_CODE] = OD_E_TEXT,
	    [OD_TYPE_TEXT] = OD_E_TEXT,      [OD_TYPE_INTEGER] = OD_E_NUMBER,
	    [OD_TYPE_DECIMAL] = OD_E_NUMBER, [OD_TYPE_BOOLEAN] = OD_E_BOOL,
	    [OD_TYPE_DATE] = OD_E_DAY,       [OD_TYPE_DATETIME] = OD_E_MOMENT};

	if (f->own)
		return own[f->own->type];
	for (size_t i = 0; i < OD_ARRAY_LEN(kinds); i++)
		if (kinds[i].kin == f->type->kin)
			return kinds[i].kind;
	return OD_E_TEXT;
}

static int64_t
from_key(struct od_span key)
{
	uint64_t u = 0;

	for (size_t i = 0; i < 8; i++)
		u = u << 8 | (unsigned char)key.p[i];
	return (int64_t)(u - ((uint64_t)1 << 63));
}

/* A key of number.h back into a number. */
static void
number_of_key(struct od_span key, struct od_evalue *out)
{
	char text[64] = {0};
	size_t n = 0, digits = key.n > 10 ? key.n - 10 : 0;
	bool minus = (unsigned char)key.p[0] < 0x80;
	struct od_span point = {key.p + 1, 8};
	char bytes[8];
	int64_t at;

	out->wide = key.n == 10 || digits > 19; /* infinite, or too long */
	if (digits == 0 || out->wide)
		return;
	for (size_t i = 0; i < 8 && minus; i++)
		bytes[i] = (char)~key.p[1 + i];
	if (minus)
		point.p = bytes;
	at = from_key(point);
	if (at > 18 || at < -18) {
		out->wide = true;
		return;
	}
	text[n++] = minus ? '-' : '+';
	text[n++] = '.';
	for (size_t i = 0; i < digits; i++)
		text[n++] = (char)(minus ? ~key.p[9 + i] : key.p[9 + i]);
	snprintf(text + n, sizeof(text) - n, "e%d", (int)at);
	od_evalue_number(od_span_str(text), out);
}

void
od_tfield_evalue(const struct od_tfield *f, struct od_span cell,
                 const struct od_value *v, struct od_evalue *out)
{
	struct od_moment m;

	*out = (struct od_evalue){.kind = od_tfield_kind(f)};
	switch (out->kind) {
	case OD_E_NUMBER:
		if (f->own)
			od_evalue_number(v->key, out);
		else if (v->unordered)
			out->wide = true;
		else
			number_of_key(v->key, out);
		break;
	case OD_E_DAY:
		if (f->own)
			od_iso_date(v->key, &out->n);
		else
			out->n = from_key(v->key);
		break;
	case OD_E_MOMENT:
		if (!f->own)
			out->n = from_key(v->key);
		else if (od_iso_datetime(v->key, &m))
			out->n = m.day * od_day_micros + m.micro;
		break;
	case OD_E_BOOL:
		out->n = v->key.n && v->key.p[0] == 't';
		break;
	case OD_E_TEXT:
	case OD_E_NULL:
		out->text = f->own ? v->key : cell;
		break;
	}
}
