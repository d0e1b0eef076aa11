#include "check/shapes.h"

#include <stdlib.h>
#include <string.h>

#include "check/number.h"

enum { WKT_DEPTH = 64 };

struct wkt {
	const char *at, *end;
	unsigned depth;
};

static void
skip_space(struct wkt *w)
{
	while (w->at < w->end && strchr(" \t\r\n\f\v", *w->at) && *w->at)
		w->at++;
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
token(struct wkt *w, const char *word)
{
	size_t n = strlen(word);

	skip_space(w);
	if ((size_t)(w->end - w->at) < n || memcmp(w->at, word, n) != 0)
		return false;
	if (is_letter(*word) && w->at + n < w->end && is_letter(w->at[n]))
		return false; /* a longer word */
	w->at += n;
	return true;
}

static size_t
digits(struct wkt *w)
{
	const char *from = w->at;

	while (w->at < w->end && *w->at >= '0' && *w->at <= '9')
		w->at++;
	return (size_t)(w->at - from);
}

static bool
wkt_number(struct wkt *w)
{
	const char *from, *mantissa;
	size_t n;

	skip_space(w);
	from = w->at;
	w->at += w->at < w->end && (*w->at == '+' || *w->at == '-');
	n = digits(w);
	if (w->at < w->end && *w->at == '.') {
		w->at++;
		n += digits(w);
	}
	mantissa = w->at;
	if (n && w->at < w->end && (*w->at == 'e' || *w->at == 'E')) {
		w->at++;
		w->at += w->at < w->end && (*w->at == '+' || *w->at == '-');
		if (!digits(w))
			w->at = mantissa;
	}
	if (!n)
		w->at = from;
	return n > 0;
}

static bool
point(struct wkt *w)
{
	if (!wkt_number(w) || !wkt_number(w))
		return false;
	if (wkt_number(w))
		wkt_number(w);
	return true;
}

/* What may stand between the parentheses of a geometry. */
enum wkt_part {
	WKT_POINTS,   /* x y, x y */
	WKT_POINT,    /* x y */
	WKT_POINT_IN, /* (x y), (x y) */
	WKT_LINES,    /* (x y, x y), (...) */
	WKT_LINE,     /* (x y, ...) once */
	WKT_CURVES,   /* lines, or CIRCULARSTRING, or COMPOUNDCURVE */
	WKT_ARCS,     /* lines, or CIRCULARSTRING */
	WKT_POLYGONS, /* ((...)), ((...)) */
	WKT_TRIANGLES,
	WKT_SURFACES, /* polygons, or CURVEPOLYGON */
	WKT_ANY,      /* geometries with their names */
};

static bool wkt_text(struct wkt *w, enum wkt_part part);
static bool wkt_geometry(struct wkt *w);

static bool
curve(struct wkt *w, bool compound)
{
	static const char *const marks[] = {"ZM", "Z", "M"};

	if (compound && token(w, "COMPOUNDCURVE")) {
		for (size_t i = 0; i < 3 && !token(w, marks[i]); i++)
			continue;
		return wkt_text(w, WKT_ARCS);
	}
	if (token(w, "CIRCULARSTRING"))
		for (size_t i = 0; i < 3 && !token(w, marks[i]); i++)
			continue;
	return wkt_text(w, WKT_POINTS);
}

static bool
wkt_item(struct wkt *w, enum wkt_part part)
{
	switch (part) {
	case WKT_POINT:
	case WKT_POINTS:
		return point(w);
	case WKT_POINT_IN:
		return wkt_text(w, WKT_POINT);
	case WKT_LINE:
	case WKT_LINES:
		return wkt_text(w, WKT_POINTS);
	case WKT_CURVES:
		return curve(w, true);
	case WKT_ARCS:
		return curve(w, false);
	case WKT_POLYGONS:
		return wkt_text(w, WKT_LINES);
	case WKT_TRIANGLES:
		return wkt_text(w, WKT_LINE);
	case WKT_SURFACES:
		return token(w, "CURVEPOLYGON") ? wkt_text(w, WKT_CURVES)
		                                : wkt_text(w, WKT_LINES);
	case WKT_ANY:
		return wkt_geometry(w);
	}
	return false;
}

static bool
wkt_text(struct wkt *w, enum wkt_part part)
{
	bool good;

	if (token(w, "EMPTY"))
		return true;
	if (!token(w, "(") || ++w->depth > WKT_DEPTH)
		return false;
	do
		good = wkt_item(w, part);
	while (good && part != WKT_POINT && part != WKT_LINE && token(w, ","));
	w->depth--;
	return good && token(w, ")");
}

static bool
wkt_geometry(struct wkt *w)
{
	static const struct {
		const char *name;
		enum wkt_part part;
	} kinds[] = {{"POINT", WKT_POINT},
	             {"LINESTRING", WKT_POINTS},
	             {"CIRCULARSTRING", WKT_POINTS},
	             {"COMPOUNDCURVE", WKT_ARCS},
	             {"CURVEPOLYGON", WKT_CURVES},
	             {"POLYGON", WKT_LINES},
	             {"TRIANGLE", WKT_LINE},
	             {"MULTIPOINT", WKT_POINT_IN},
	             {"MULTICURVE", WKT_CURVES},
	             {"MULTILINESTRING", WKT_LINES},
	             {"MULTISURFACE", WKT_SURFACES},
	             {"MULTIPOLYGON", WKT_POLYGONS},
	             {"POLYHEDRALSURFACE", WKT_POLYGONS},
	             {"TIN", WKT_TRIANGLES},
	             {"GEOMETRYCOLLECTION", WKT_ANY}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!token(w, kinds[i].name))
			continue;
		if (!token(w, "ZM") && !token(w, "Z"))
			token(w, "M");
		return wkt_text(w, kinds[i].part);
	}
	return false;
}

bool
od_shape_wkt(struct od_span s)
{
	struct wkt w = {s.p, s.p + s.n, 0};

	return wkt_geometry(&w);
}

bool
od_shape_base64(struct od_span s)
{
	unsigned in_quad = 0, pads = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((unsigned char)c > 127)
			return false;
		if (c == '=') {
			if (in_quad >= 2 && in_quad + ++pads >= 4)
				return true; /* what follows is passed over too */
		} else if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		           (c >= '0' && c <= '9') || c == '+' || c == '/') {
			pads = 0;
			in_quad = (in_quad + 1) % 4;
		}
	}
	return in_quad == 0;
}

/* ---- GeoJSON and TopoJSON ----------------------------------------------------------
 */

static bool
is_kind(const struct od_json *j, enum od_json_kind kind)
{
	return j && j->kind == kind;
}

static bool
all(const struct od_json *j, size_t least, bool (*each)(const struct od_json *))
{
	if (!is_kind(j, OD_JSON_ARRAY) || j->n < least)
		return false;
	for (size_t i = 0; i < j->n; i++)
		if (!each(&j->items[i]))
			return false;
	return true;
}

static bool
is_number(const struct od_json *j)
{
	return j->kind == OD_JSON_NUMBER;
}

/* Of the fourth draft of JSON Schema: 1.0 is none. */
static bool
is_whole(const struct od_json *j)
{
	return is_number(j) && !strpbrk(j->text.p, ".eE");
}

static bool
is_position(const struct od_json *j)
{
	return all(j, 2, is_number) && j->n == 2;
}

static bool
is_positions(const struct od_json *j)
{
	return all(j, 0, is_position);
}

static bool
is_line(const struct od_json *j)
{
	return all(j, 2, is_position);
}

static bool
is_lines(const struct od_json *j)
{
	return all(j, 0, is_line);
}

static bool
is_ring(const struct od_json *j)
{
	return all(j, 4, is_position);
}

static bool
is_polygon(const struct od_json *j)
{
	return all(j, 0, is_ring);
}

static bool
is_polygons(const struct od_json *j)
{
	return all(j, 0, is_polygon);
}

static bool
is_geometry(const struct od_json *j)
{
	static const struct {
		const char *type;
		bool (*fits)(const struct od_json *);
	} kinds[] = {{"Point", is_position},  {"MultiPoint", is_positions},
	             {"LineString", is_line}, {"MultiLineString", is_lines},
	             {"Polygon", is_polygon}, {"MultiPolygon", is_polygons}};
	const struct od_json *at = od_json_find(j, "coordinates");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (at && is_kind(od_json_find(j, "type"), OD_JSON_STRING) &&
		    !strcmp(od_json_text(j, "type"), kinds[i].type))
			return kinds[i].fits(at);
	return false;
}

static bool
is_type(const struct od_json *j, const char *type)
{
	const struct od_json *t = od_json_find(j, "type");

	return is_kind(t, OD_JSON_STRING) && od_span_is(t->text, type);
}

static bool
is_feature(const struct od_json *j)
{
	const struct od_json *g = od_json_find(j, "geometry");
	const struct od_json *p = od_json_find(j, "properties");

	/* A member of a collection may leave its type out. */
	return g && p && (is_type(j, "Feature") || !od_json_find(j, "type")) &&
	       (g->kind == OD_JSON_NULL || is_geometry(g)) &&
	       (p->kind == OD_JSON_OBJECT || p->kind == OD_JSON_NULL);
}

static bool
is_crs(const struct od_json *crs)
{
	const struct od_json *p = od_json_find(crs, "properties");

	if (!is_kind(p, OD_JSON_OBJECT) || crs->n != 2)
		return false;
	if (is_type(crs, "name"))
		return p->n == 1 && is_kind(od_json_find(p, "name"), OD_JSON_STRING);
	return is_type(crs, "link") &&
	       is_kind(od_json_find(p, "href"), OD_JSON_STRING) &&
	       (!od_json_find(p, "type") ||
	        is_kind(od_json_find(p, "type"), OD_JSON_STRING));
}

bool
od_shape_geojson(const struct od_json *j)
{
	const struct od_json *bbox = od_json_find(j, "bbox"),
			     *crs = od_json_find(j, "crs");

	if (!is_kind(j, OD_JSON_OBJECT) || !od_json_find(j, "type") ||
	    (bbox && !all(bbox, 0, is_number)) || (crs && !is_crs(crs)))
		return false;
	if (is_type(j, "GeometryCollection"))
		return all(od_json_find(j, "geometries"), 0, is_geometry);
	if (is_type(j, "FeatureCollection"))
		return all(od_json_find(j, "features"), 0, is_feature);
	return is_feature(j) || is_geometry(j);
}

static bool
is_topo_position(const struct od_json *j)
{
	return all(j, 2, is_number);
}

static bool
is_topo_positions(const struct od_json *j)
{
	return all(j, 0, is_topo_position);
}

static bool
is_arcs(const struct od_json *j)
{
	return all(j, 0, is_whole);
}

static bool
is_arcs_2(const struct od_json *j)
{
	return all(j, 0, is_arcs);
}

static bool
is_arcs_3(const struct od_json *j)
{
	return all(j, 0, is_arcs_2);
}

static bool
is_topo_geometry(const struct od_json *j)
{
	static const struct {
		const char *type, *member;
		bool (*fits)(const struct od_json *);
	} kinds[] = {{"Point", "coordinates", is_topo_position},
	             {"MultiPoint", "coordinates", is_topo_positions},
	             {"LineString", "arcs", is_arcs},
	             {"MultiLineString", "arcs", is_arcs_2},
	             {"Polygon", "arcs", is_arcs_2},
	             {"MultiPolygon", "arcs", is_arcs_3}};
	const struct od_json *id = od_json_find(j, "id"),
			     *p = od_json_find(j, "properties");

	if ((id && id->kind != OD_JSON_STRING && !is_whole(id)) ||
	    (p && p->kind != OD_JSON_OBJECT))
		return false;
	if (is_type(j, "GeometryCollection"))
		return all(od_json_find(j, "geometries"), 0, is_topo_geometry);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (is_type(j, kinds[i].type) && od_json_find(j, kinds[i].member))
			return kinds[i].fits(od_json_find(j, kinds[i].member));
	return false;
}

static bool
is_arc_point(const struct od_json *j)
{
	return j->kind == OD_JSON_NULL || is_topo_position(j);
}

static bool
is_arc(const struct od_json *j)
{
	return all(j, 2, is_arc_point);
}

static bool
is_extent(const struct od_json *j)
{
	return all(j, 0, is_number);
}

bool
od_shape_topojson(const struct od_json *j)
{
	const struct od_json *bbox = od_json_find(j, "bbox"),
			     *objects = od_json_find(j, "objects"),
			     *transform = od_json_find(j, "transform");

	if (!is_kind(j, OD_JSON_OBJECT) ||
	    (bbox && (!all(bbox, 2, is_extent) || bbox->n != 2)))
		return false;
	if (!is_type(j, "Topology"))
		return is_topo_geometry(j);
	if (!is_kind(objects, OD_JSON_OBJECT) ||
	    !all(od_json_find(j, "arcs"), 0, is_arc))
		return false;
	for (size_t i = 0; i < objects->n; i++)
		if (!is_topo_geometry(&objects->items[i]))
			return false;
	return !transform || (all(od_json_find(transform, "scale"), 2, is_number) &&
	                      all(od_json_find(transform, "translate"), 2, is_number));
}

/* ---- comparing ----------------------------------------------------------------------
 */

static void put_key(struct od_buf *b, const struct od_json *j, struct od_arena *a);

static int
by_name(const void *x, const void *y)
{
	const struct od_span *a = *(const struct od_span *const *)x,
			     *b = *(const struct od_span *const *)y;
	int c = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);

	return c ? c : (a->n > b->n) - (a->n < b->n);
}

static void
put_object(struct od_buf *b, const struct od_json *j, struct od_arena *a)
{
	const struct od_span **names = od_arena_array(a, j->n, sizeof(*names));

	for (size_t i = 0; i < j->n; i++)
		names[i] = &j->keys[i];
	if (j->n)
		qsort(names, j->n, sizeof(*names), by_name);
	od_buf_putc(b, '{');
	for (size_t i = 0; i < j->n; i++) {
		od_json_string(b, *names[i]);
		put_key(b, &j->items[names[i] - j->keys], a);
	}
	od_buf_putc(b, '}');
}

static void
put_key(struct od_buf *b, const struct od_json *j, struct od_arena *a)
{
	struct od_number n;

	switch (j->kind) {
	case OD_JSON_NULL:
		od_buf_putc(b, 'n');
		break;
	case OD_JSON_BOOL:
		od_buf_putc(b, j->boolean ? 't' : 'f');
		break;
	case OD_JSON_NUMBER:
		od_buf_putc(b, '#');
		if (od_number_read_decimal(j->text, a, &n)) {
			struct od_span key = od_number_key(&n, a);

			od_buf_u64(b, key.n);
			od_buf_putc(b, ':');
			od_buf_span(b, key);
		}
		break;
	case OD_JSON_STRING:
		od_json_string(b, j->text);
		break;
	case OD_JSON_ARRAY:
		od_buf_putc(b, '[');
		for (size_t i = 0; i < j->n; i++)
			put_key(b, &j->items[i], a);
		od_buf_putc(b, ']');
		break;
	case OD_JSON_OBJECT:
		put_object(b, j, a);
		break;
	}
}

struct od_span
od_json_key(const struct od_json *j, struct od_arena *a)
{
	struct od_buf b = {0};
	struct od_span key;

	put_key(&b, j, a);
	key = od_arena_dup(a, od_buf_view(&b));
	od_buf_release(&b);
	return key;
}
