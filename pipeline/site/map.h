/*
 * map.h - a list by province as a map: shaded shapes, drawn into the page as SVG.
 *
 * The shapes are data, site-templates/maps/provinces.yaml: {width, height, shapes:
 * {"10": an SVG path}}, the y axis to the south. Shades are quintiles of the values, so
 * that one capital does not leave the rest pale; the legend says their ranges. Each
 * shape is a link to the page of its province, with the figure in its name: the map is
 * read by keyboard and by ear too. The template puts the table beside it.
 */
#ifndef OD_SITE_MAP_H
#define OD_SITE_MAP_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "site/filter.h"

struct od_shape_path {
	struct od_span code, path;
};

struct od_map {
	unsigned width, height;
	const struct od_shape_path *shapes;
	size_t n;
};

/* From `dir`/maps/provinces.yaml, a template error if it is not as above. */
OD_CHECKED enum od_rc od_map_load(const char *dir, struct od_arena *a,
                                  const struct od_map **out, struct od_err *err);

/*
 * A list with the columns `label` (a code) and `value`. `format` puts the values into
 * words; codes are named by the codelist `names` and lead to pages of the kind `page`.
 * Shapes without a row are drawn without a shade. Nothing for an empty list, or if
 * env->map is NULL.
 */
void od_map_draw(struct od_buf *b, const struct od_table *t, struct od_span title,
                 const struct od_filter *format, struct od_span names,
                 struct od_span page, const struct od_filter_env *env);

#endif
