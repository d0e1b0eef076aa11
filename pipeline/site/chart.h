/*
 * chart.h - small static charts as SVG, drawn into the page.
 *
 * A list with the columns `label` and `value` (and `label_en`, shown on English pages
 * where it is not empty) becomes one picture with a title, a description and a tooltip
 * on each mark. Where there is a column `part` (disbursed, of a budget), it is drawn
 * within the value, and its share is told in percent. Bars are a list of words, each
 * with a picture of its bar, so that long names wrap. Colours and fonts come from
 * classes, never from style attributes, so that the pages' policy holds and the dark
 * scheme works. A picture is never the only form: the template puts the table beside
 * it.
 */
#ifndef OD_SITE_CHART_H
#define OD_SITE_CHART_H

#include "core/buf.h"
#include "site/filter.h"

enum od_chart_kind {
	OD_CHART_BARS,    /* horizontal, for names */
	OD_CHART_COLUMNS, /* vertical, for a few years */
	OD_CHART_LINE,    /* for a run of months */
};

/* Beyond so many rows the rest is left out: a picture of more says nothing. */
enum { OD_CHART_ROWS = 60 };

struct od_chart {
	enum od_chart_kind kind;
	struct od_span title;
	const struct od_filter *format; /* of the values; NULL: as they are */
	const struct od_filter *label;  /* of the labels; NULL: as they are */
	struct od_span label_arg;
	const struct od_filter
	    *link; /* of the column `key`, bars only; NULL: no links */
	struct od_span link_arg;
	const struct od_filter_env *env;
};

/* Nothing for an empty list, or one without `label` and `value`. */
void od_chart(struct od_buf *b, const struct od_chart *c, const struct od_table *t);

/*
 * One small column chart for each `label` (rows of one stand together), a column for
 * each `tick` (`tick_en` on English pages), all on one scale: to compare shapes.
 */
void od_chart_multiples(struct od_buf *b, const struct od_chart *c,
                        const struct od_table *t);

#endif
