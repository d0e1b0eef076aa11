/*
 * The types of Table Schema. Each reads a cell as the standard's implementation does
 * (frictionless-py 5.21), and makes a key of it if one is needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/number.h"
#include "check/shapes.h"
#include "check/temporal.h"
#include "check/tload.h"
#include "check/tschema.h"
#include "core/utf8.h"

static bool
is_default(const struct od_tfield *f)
{
	return !strcmp(f->format, "default");
}

static struct od_span
big_endian(const int64_t *v, size_t n, struct od_arena *a)
{
	char *key = od_arena_text(a, n * 8);

	for (size_t i = 0; i < n; i++) {
		uint64_t u = (uint64_t)v[i] + ((uint64_t)1 << 63);

		for (size_t k = 0; k < 8; k++)
			key[8 * i + k] = (char)(u >> (56 - 8 * k));
	}
	return (struct od_span){key, n * 8};
}

/* ---- text ---------------------------------------------------------------------------
 */

static const char *
read_text(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
          struct od_value *v)
{
	(void)row;
	v->key = cell;
	if (f->min_length || f->max_length != SIZE_MAX)
		v->length = od_utf8_count(cell);
	return f->shape && !od_pattern_match(f->shape, cell, NULL) ? "type" : NULL;
}

static const char *
read_wkt(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
         struct od_value *v)
{
	return od_shape_wkt(cell) ? read_text(f, cell, row, v) : "type";
}

static const char *
read_base64(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
            struct od_value *v)
{
	return od_shape_base64(cell) ? read_text(f, cell, row, v) : "type";
}

/* Characters of Latin letters with marks, as the standard's checker of addresses has
 * them. */
#define LATIN "\\x{a0}-\\x{ff}\\x{100}-\\x{24f}"
#define ATOM "[" LATIN "0-9a-z!#$%&'*+/=?^_`{}|~\\-]+"
#define LABEL "[a-z0-9\\x{80}-\\x{10ffff}]"
#define INNER "[a-z0-9\\x{80}-\\x{10ffff}-]"

static const struct od_ttype text_wkt = {.read = read_wkt},
			     text_base64 = {.read = read_base64};

static const struct {
	const char *format, *shape;
	const struct od_ttype *as;
} text_formats[] = {
    {"default", NULL, NULL},
    {"uri", "[a-zA-Z][a-zA-Z0-9+.-]*:", NULL},
    {"email",
     "(?s)(?=[^@]{1,64}@[^@]{1,253}$)"
     "(?:" ATOM "(?:\\." ATOM ")*|"
     "\"(?:[" LATIN "\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f!#-\\[\\]-\\x7f]|\\\\[\\t.])*\")@"
     "(?:" LABEL "(?:" INNER "{0,61}" LABEL ")?\\.)+" LABEL INNER "{0,61}"
     "[a-z\\x{80}-\\x{10ffff}]\\z",
     NULL},
    {"uuid", "(?:urn:)?(?:uuid:)?[{}]*-*(?:[0-9a-f]-*){32}[{}]*$", NULL},
    {"binary", NULL, &text_base64},
    {"wkt", NULL, &text_wkt},
};

static enum od_rc
prepare_text(struct od_tfield *f, const struct od_json *j, struct od_arena *a,
             struct od_err *err)
{
	char why[128];

	(void)j;
	(void)a;
	for (size_t i = 0; i < OD_ARRAY_LEN(text_formats); i++) {
		if (strcmp(text_formats[i].format, f->format) != 0)
			continue;
		f->as = text_formats[i].as;
		if (!text_formats[i].shape)
			return OD_OK;
		f->shape = od_pattern_open(od_span_str(text_formats[i].shape), true,
		                           why, sizeof(why));
		return f->shape ? OD_OK
		                : od_err_set(err, OD_KIND_INTERNAL, "format '%s': %s",
		                             f->format, why);
	}
	return od_tfield_error(f, err, "there is no format '%s' of a string",
	                       f->format);
}

static const char *
read_any(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
         struct od_value *v)
{
	(void)f;
	(void)row;
	v->key = cell;
	return NULL;
}

/* ---- numbers ------------------------------------------------------------------------
 */

/* The text without any `what`, and with `from` made '.'. */
static struct od_span
without(struct od_span in, struct od_span what, struct od_span from, struct od_arena *a)
{
	char *to = od_arena_text(a, in.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < in.n;) {
		if (what.n && in.n - i >= what.n && !memcmp(in.p + i, what.p, what.n)) {
			i += what.n;
		} else if (from.n && in.n - i >= from.n &&
		           !memcmp(in.p + i, from.p, from.n)) {
			to[n++] = '.';
			i += from.n;
		} else {
			to[n++] = in.p[i++];
		}
	}
	return (struct od_span){to, n};
}

/* As the options of the field ask; false: a point where there may be none. */
static bool
prepare_number(const struct od_tfield *f, struct od_span *cell, struct od_arena *row)
{
	static const struct od_span none = {"", 0};

	*cell = od_number_trim(*cell);
	if (!f->bare)
		*cell = od_number_bare(*cell);
	*cell = without(*cell, f->group_char, none, row);
	if (od_span_is(f->decimal_char, "."))
		return true;
	if (cell->n && memchr(cell->p, '.', cell->n))
		return false;
	*cell = without(*cell, none, f->decimal_char, row);
	return true;
}

static const char *
number_value(const struct od_tfield *f, const struct od_number *n, struct od_arena *row,
             struct od_value *v)
{
	v->unordered = n->kind == OD_NUMBER_NAN;
	if (f->valued && !v->unordered)
		v->key = od_number_key(n, row);
	return NULL;
}

static const char *
read_number(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
            struct od_value *v)
{
	struct od_number n;

	if ((f->processed && !prepare_number(f, &cell, row)) ||
	    !od_number_read_decimal(cell, row, &n))
		return "type";
	return number_value(f, &n, row, v);
}

static const char *
read_integer(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
             struct od_value *v)
{
	struct od_number n;

	if ((f->processed && !prepare_number(f, &cell, row)) ||
	    !od_number_read_integer(cell, row, &n))
		return "type";
	return number_value(f, &n, row, v);
}

static const char *
read_year(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
          struct od_value *v)
{
	struct od_number n;
	int64_t year;

	if (cell.n < 4 || od_utf8_count(cell) != 4 ||
	    !od_number_read_integer(cell, row, &n) || !od_number_int64(&n, &year) ||
	    year < 0)
		return "type";
	return number_value(f, &n, row, v);
}

static enum od_rc
prepare_numeric(struct od_tfield *f, const struct od_json *j, struct od_arena *a,
                struct od_err *err)
{
	static const char *const options[] = {"bareNumber", "decimalChar", "groupChar"};
	bool whole = !strcmp(f->type->name, "integer");
	const struct od_json *o;

	(void)a;
	f->bare = true;
	f->decimal_char = OD_SPAN(".");
	for (size_t i = 0; i < OD_ARRAY_LEN(options); i++) {
		o = od_json_find(j, options[i]);
		if (!o || (whole && i == 1))
			continue;
		if (o->kind != (i ? OD_JSON_STRING : OD_JSON_BOOL))
			return od_tfield_error(f, err, "'%s' must be %s", options[i],
			                       i ? "a text" : "true or false");
		f->processed = true;
		if (i == 0)
			f->bare = o->boolean;
		else
			*(i == 1 ? &f->decimal_char : &f->group_char) = o->text;
	}
	return OD_OK;
}

/* ---- boolean ------------------------------------------------------------------------
 */

static bool
has_word(const struct od_words *w, struct od_span s)
{
	for (size_t i = 0; i < w->n; i++)
		if (od_span_equal(w->items[i], s))
			return true;
	return false;
}

static const char *
read_boolean(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
             struct od_value *v)
{
	bool no = has_word(&f->false_values, cell);

	(void)row;
	v->key = no ? OD_SPAN("f") : OD_SPAN("t");
	return no || has_word(&f->true_values, cell) ? NULL : "type";
}

static enum od_rc
prepare_boolean(struct od_tfield *f, const struct od_json *j, struct od_arena *a,
                struct od_err *err)
{
	static const struct od_span
	    yes[] = {{"true", 4}, {"True", 4}, {"TRUE", 4}, {"1", 1}},
	    no[] = {{"false", 5}, {"False", 5}, {"FALSE", 5}, {"0", 1}};
	enum od_rc rc;

	f->true_values = (struct od_words){yes, OD_ARRAY_LEN(yes)};
	f->false_values = (struct od_words){no, OD_ARRAY_LEN(no)};
	rc = od_tfield_words(f, j, "trueValues", a, &f->true_values, err);
	return rc ? rc : od_tfield_words(f, j, "falseValues", a, &f->false_values, err);
}

/* ---- days and times -----------------------------------------------------------------
 */

/*
 * Format "any" stands for whatever a parser may guess. We try what is written in
 * practice, the day before the month only where no month could be meant.
 */
static const char *const guesses[] = {
    "%Y-%m-%d",          "%Y/%m/%d",       "%Y.%m.%d",           "%m/%d/%Y",
    "%d/%m/%Y",          "%m-%d-%Y",       "%d-%m-%Y",           "%m.%d.%Y",
    "%d.%m.%Y",          "%m/%d/%y",       "%d/%m/%y",           "%Y%m%d",
    "%d %b %Y",          "%d %B %Y",       "%b %d %Y",           "%B %d %Y",
    "%b %d, %Y",         "%B %d, %Y",      "%d-%b-%Y",           "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",    "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M",     "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S", "%H:%M",          "%H:%M:%S",           "%H:%M:%S.%f",
    "%I:%M %p",          "%I:%M:%S %p",    "%Y-%m-%dT%H:%M:%S%z"};

static enum od_rc
prepare_temporal(struct od_tfield *f, const struct od_json *j, struct od_arena *a,
                 struct od_err *err)
{
	const char *format = is_default(f) ? "%Y-%m-%d" : f->format;
	struct od_strptime **others;
	char why[128];

	(void)j;
	if (is_default(f) && strcmp(f->type->name, "date") != 0)
		return OD_OK;
	if (strcmp(f->format, "any") != 0) {
		f->strptime = od_strptime_open(format, why, sizeof(why));
		return f->strptime ? OD_OK
		                   : od_tfield_error(f, err, "bad format: %s", why);
	}
	others = od_arena_array(a, OD_ARRAY_LEN(guesses), sizeof(*others));
	f->others = others;
	for (; f->n_others < OD_ARRAY_LEN(guesses); f->n_others++) {
		others[f->n_others] =
		    od_strptime_open(guesses[f->n_others], why, sizeof(why));
		if (!others[f->n_others])
			return od_err_set(err, OD_KIND_INTERNAL, "format '%s': %s",
			                  guesses[f->n_others], why);
	}
	return OD_OK;
}

static bool
by_pattern(const struct od_tfield *f, struct od_span cell, struct od_moment *m)
{
	if (f->strptime)
		return od_strptime_read(f->strptime, cell, m);
	for (size_t i = 0; i < f->n_others; i++)
		if (od_strptime_read(f->others[i], cell, m))
			return true;
	return f->n_others && od_iso_datetime(cell, m);
}

static const char *
read_date(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
          struct od_value *v)
{
	struct od_moment m;

	if (!(is_default(f) && od_iso_date(cell, &m.day)) && !by_pattern(f, cell, &m))
		return "type";
	if (f->valued)
		v->key = big_endian(&m.day, 1, row);
	return NULL;
}

static const char *
read_datetime(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
              struct od_value *v)
{
	struct od_moment m;

	if (is_default(f) ? !od_iso_datetime(cell, &m) : !by_pattern(f, cell, &m))
		return "type";
	if (f->valued)
		v->key = big_endian(
		    &(int64_t){m.day * od_day_micros + m.micro - m.offset}, 1, row);
	return NULL;
}

static const char *
read_time(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
          struct od_value *v)
{
	struct od_moment m;

	if (is_default(f) ? !od_iso_time(cell, &m) : !by_pattern(f, cell, &m))
		return "type";
	if (f->valued)
		v->key = big_endian(&(int64_t){m.micro - m.offset}, 1, row);
	return NULL;
}

static const char *
read_yearmonth(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
               struct od_value *v)
{
	const char *dash = cell.n ? memchr(cell.p, '-', cell.n) : NULL;
	struct od_span year, month;
	struct od_number n;
	int64_t parts[2];

	if (!dash)
		return "type";
	year = (struct od_span){cell.p, (size_t)(dash - cell.p)};
	month = (struct od_span){dash + 1, cell.n - year.n - 1};
	if (!od_number_read_integer(year, row, &n) || !od_number_int64(&n, &parts[0]) ||
	    !od_number_read_integer(month, row, &n) ||
	    !od_number_int64(&n, &parts[1]) || parts[1] < 1 || parts[1] > 12)
		return "type";
	if (f->valued)
		v->key = big_endian(parts, 2, row);
	return NULL;
}

static const char *
read_duration(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
              struct od_value *v)
{
	struct od_duration d;

	if (!od_iso_duration(cell, &d))
		return "type";
	if (f->valued)
		v->key = big_endian((int64_t[]){d.months, d.micros}, 2, row);
	return NULL;
}

/* ---- structures ---------------------------------------------------------------------
 */

static const struct od_json *
parse(struct od_span cell, struct od_arena *row)
{
	const struct od_json *j;
	struct od_err err;

	return od_json_parse(cell, "a cell", OD_KIND_VERIFY, row, &j, &err) ? NULL : j;
}

static const char *
structure(const struct od_tfield *f, const struct od_json *j, struct od_arena *row,
          struct od_value *v)
{
	if (!j)
		return "type";
	v->length = j->n;
	if (f->valued)
		v->key = od_json_key(j, row);
	return NULL;
}

static const char *
read_object(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
            struct od_value *v)
{
	const struct od_json *j = parse(cell, row);

	return structure(f, j && j->kind == OD_JSON_OBJECT ? j : NULL, row, v);
}

static const char *
read_array(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
           struct od_value *v)
{
	const struct od_json *j = parse(cell, row);

	return structure(f, j && j->kind == OD_JSON_ARRAY ? j : NULL, row, v);
}

static const char *
read_geojson(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
             struct od_value *v)
{
	const struct od_json *j = parse(cell, row);

	if (j && !(is_default(f) ? od_shape_geojson(j) : od_shape_topojson(j)))
		j = NULL;
	return structure(f, j, row, v);
}

static enum od_rc
prepare_geojson(struct od_tfield *f, const struct od_json *j, struct od_arena *a,
                struct od_err *err)
{
	(void)j;
	(void)a;
	if (is_default(f) || !strcmp(f->format, "topojson"))
		return OD_OK;
	return od_tfield_error(f, err, "there is no format '%s' of geojson", f->format);
}

static const char *
read_list(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
          struct od_value *v)
{
	const char *at = cell.p, *end = cell.p + cell.n;

	v->key = cell;
	for (;;) {
		const char *stop =
		    memmem(at, (size_t)(end - at), f->delimiter.p, f->delimiter.n);
		struct od_span item = {at, (size_t)((stop ? stop : end) - at)};
		struct od_value one = {0};

		if (f->item->type->read(f->item, item, row, &one))
			return "type";
		v->length++;
		if (!stop)
			return NULL;
		at = stop + f->delimiter.n;
	}
}

static enum od_rc
prepare_list(struct od_tfield *f, const struct od_json *j, struct od_arena *a,
             struct od_err *err)
{
	static const char *const items[] = {"string",   "integer", "boolean", "number",
	                                    "datetime", "date",    "time",    NULL};
	const struct od_json *type = od_json_find(j, "itemType"),
			     *delimiter = od_json_find(j, "delimiter");
	const char *name = type ? od_json_text(j, "itemType") : "string";
	size_t i = 0;

	f->delimiter = delimiter ? delimiter->text : OD_SPAN(",");
	if (delimiter && (delimiter->kind != OD_JSON_STRING || !delimiter->text.n))
		return od_tfield_error(f, err, "'delimiter' must be a text");
	while (items[i] && strcmp(items[i], name) != 0)
		i++;
	if (!items[i])
		return od_tfield_error(f, err, "'itemType' must not be '%s'", name);
	f->item = od_arena_alloc(a, sizeof(*f->item));
	*f->item = (struct od_tfield){.name = f->name,
	                              .format = "default",
	                              .max_length = SIZE_MAX,
	                              .type = od_ttype_find(name)};
	return f->item->type->prepare ? f->item->type->prepare(f->item, NULL, a, err)
	                              : OD_OK;
}

/* Within -limit and limit. */
static bool
is_degree(const struct od_number *n, int64_t limit, struct od_arena *a)
{
	struct od_number edge = *n;
	struct od_span text, mine;
	int c;

	if (n->kind != OD_NUMBER_FINITE)
		return false;
	text = od_span_str(od_arena_printf(a, "%lld", (long long)limit));
	edge = (struct od_number){.whole = text};
	mine = od_number_key(&(struct od_number){.whole = n->whole,
	                                         .fraction = n->fraction,
	                                         .exponent = n->exponent},
	                     a);
	text = od_number_key(&edge, a);
	c = memcmp(mine.p, text.p, mine.n < text.n ? mine.n : text.n);
	return c < 0 || (c == 0 && mine.n <= text.n);
}

static bool
point_parts(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
            struct od_span part[2])
{
	const char *comma = cell.n ? memchr(cell.p, ',', cell.n) : NULL;
	const struct od_json *j, *lon, *lat;

	if (is_default(f)) {
		if (!comma)
			return false;
		part[0] = (struct od_span){cell.p, (size_t)(comma - cell.p)};
		part[1] = (struct od_span){comma + 1, cell.n - part[0].n - 1};
		return true;
	}
	j = parse(cell, row);
	if (!j || j->n != 2 ||
	    j->kind != (strcmp(f->format, "array") ? OD_JSON_OBJECT : OD_JSON_ARRAY))
		return false;
	lon = j->kind == OD_JSON_ARRAY ? &j->items[0] : od_json_find(j, "lon");
	lat = j->kind == OD_JSON_ARRAY ? &j->items[1] : od_json_find(j, "lat");
	if (!lon || !lat ||
	    (lon->kind != OD_JSON_NUMBER && lon->kind != OD_JSON_STRING) ||
	    (lat->kind != OD_JSON_NUMBER && lat->kind != OD_JSON_STRING))
		return false;
	part[0] = lon->text;
	part[1] = lat->text;
	return true;
}

static const char *
read_geopoint(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
              struct od_value *v)
{
	struct od_span part[2];
	struct od_number lon, lat;

	if (!point_parts(f, cell, row, part) ||
	    !od_number_read_decimal(part[0], row, &lon) ||
	    !od_number_read_decimal(part[1], row, &lat) || !is_degree(&lon, 180, row) ||
	    !is_degree(&lat, 90, row))
		return "type";
	if (f->valued) {
		struct od_buf b = {0};

		od_buf_span(&b, od_number_key(&lon, row));
		od_buf_putc(&b, ',');
		od_buf_span(&b, od_number_key(&lat, row));
		v->key = od_arena_dup(row, od_buf_view(&b));
		od_buf_release(&b);
	}
	return NULL;
}

static enum od_rc
prepare_geopoint(struct od_tfield *f, const struct od_json *j, struct od_arena *a,
                 struct od_err *err)
{
	(void)j;
	(void)a;
	if (is_default(f) || !strcmp(f->format, "array") ||
	    !strcmp(f->format, "object"))
		return OD_OK;
	return od_tfield_error(f, err, "there is no format '%s' of a geopoint",
	                       f->format);
}

/* ---- fields of our own datasets
 * ------------------------------------------------------ */

/* The od_pub is judged here and never written: the file is somebody else's already. */
static const char *
read_own(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
         struct od_value *v)
{
	struct od_pub pub = {.v = cell};
	const char *rule = od_checker_cell(f->checker, f->index, row, &pub);

	v->key = pub.v;
	return rule;
}

const struct od_ttype od_ttype_own = {.name = "own", .kin = 'o', .read = read_own};

/* ---- the table
 * ----------------------------------------------------------------------- */

static const struct od_ttype
    string = {"string", OD_ON_LENGTH | OD_ON_PATTERN | OD_ON_ENUM, 's', prepare_text,
              read_text},
    any = {"any", OD_ON_ENUM, 's', NULL, read_any},
    number = {"number", OD_ON_BOUNDS | OD_ON_ENUM, 'n', prepare_numeric, read_number},
    integer = {"integer", OD_ON_BOUNDS | OD_ON_ENUM, 'n', prepare_numeric,
               read_integer},
    boolean = {"boolean", OD_ON_ENUM, 'b', prepare_boolean, read_boolean},
    object = {"object", OD_ON_LENGTH | OD_ON_ENUM, 'j', NULL, read_object},
    array = {"array", OD_ON_LENGTH | OD_ON_ENUM, 'j', NULL, read_array},
    list = {"list", OD_ON_LENGTH, 'l', prepare_list, read_list},
    date = {"date", OD_ON_BOUNDS | OD_ON_ENUM, 'd', prepare_temporal, read_date},
    time_of_day = {"time", OD_ON_BOUNDS | OD_ON_ENUM, 't', prepare_temporal, read_time},
    datetime = {"datetime", OD_ON_BOUNDS | OD_ON_ENUM, 'm', prepare_temporal,
                read_datetime},
    year = {"year", OD_ON_BOUNDS | OD_ON_ENUM, 'n', NULL, read_year},
    yearmonth = {"yearmonth", OD_ON_BOUNDS | OD_ON_ENUM, 'y', NULL, read_yearmonth},
    duration = {"duration", OD_ON_ENUM, 'p', NULL, read_duration},
    geopoint = {"geopoint", OD_ON_ENUM, 'g', prepare_geopoint, read_geopoint},
    geojson = {"geojson", OD_ON_ENUM, 'j', prepare_geojson, read_geojson};

const struct od_ttype *const od_ttypes[] = {
    &string,    &any,      &number,   &integer,     &boolean,  &object,
    &array,     &list,     &date,     &time_of_day, &datetime, &year,
    &yearmonth, &duration, &geopoint, &geojson,     NULL};

const struct od_ttype *
od_ttype_find(const char *name)
{
	for (const struct od_ttype *const *t = od_ttypes; *t; t++)
		if (!strcmp((*t)->name, name))
			return *t;
	return NULL;
}

/* ---- judging
 * ------------------------------------------------------------------------- */

bool
od_tfield_is_missing(const struct od_tfield *f, struct od_span cell)
{
	for (size_t i = 0; i < f->missing.n; i++)
		if (od_span_equal(f->missing.items[i], cell))
			return true;
	return false;
}

int
od_tkey_compare(struct od_span a, struct od_span b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static bool
within(const struct od_bound *b, const struct od_value *v)
{
	int c = v->unordered ? 0 : od_tkey_compare(v->key, b->key);

	if (v->unordered || (b->exclusive && c == 0))
		return false;
	return b->upper ? c <= 0 : c >= 0;
}

static bool
is_allowed(const struct od_tfield *f, struct od_span key)
{
	size_t lo = 0, hi = f->n_allowed;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = od_tkey_compare(f->allowed[mid], key);

		if (c == 0)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

const char *
od_tfield_judge(const struct od_tfield *f, struct od_span cell, struct od_arena *row,
                struct od_value *v)
{
	const struct od_ttype *type = f->as ? f->as : f->type;
	const char *rule;

	*v = (struct od_value){.key = {"", 0}};
	rule = type->read(f, cell, row, v);
	if (rule) {
		v->key.p = NULL; /* no value: null in keys and conditions */
		return rule;
	}
	if (v->length < f->min_length)
		return "minLength";
	if (v->length > f->max_length)
		return "maxLength";
	for (size_t i = 0; i < OD_BOUNDS; i++)
		if (f->bounds[i].set && !within(&f->bounds[i], v))
			return f->bounds[i].rule;
	if (f->pattern && !od_pattern_match(f->pattern, cell, NULL))
		return "pattern";
	if (f->allowed && (v->unordered || !is_allowed(f, v->key)))
		return "enum";
	return NULL;
}
