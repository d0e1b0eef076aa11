/* shapes.h - texts with a form of their own: WKT, base64, GeoJSON, TopoJSON. */
#ifndef OD_CHECK_SHAPES_H
#define OD_CHECK_SHAPES_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/json.h"
#include "core/span.h"

/* Geometry in the text form of ISO 19125; the grammar ends where a geometry ends. */
bool od_shape_wkt(struct od_span s);

/* As Python decodes it: what is not of the alphabet is passed over. */
bool od_shape_base64(struct od_span s);

/* By the rules of the two schemas that the standard's implementation applies. */
bool od_shape_geojson(const struct od_json *j);
bool od_shape_topojson(const struct od_json *j);

/*
 * One text for all texts of a JSON value: members sorted, numbers as keys. For
 * comparing, not for reading.
 */
struct od_span od_json_key(const struct od_json *j, struct od_arena *a);

#endif
