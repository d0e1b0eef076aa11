/* chart.c - see chart.h */
#include "site/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/escape.h"

#define NONE ((size_t)-1)

struct mark {
	struct od_span label;
	struct od_span value;
	struct od_span key;
	double size, part; /* shares of the largest, 0..1: geometry only, never shown */
	int percent;       /* part of value, or -1: there is none */
};

static struct od_span
column(const struct od_table *t, size_t row, size_t i)
{
	if (i == NONE)
		return (struct od_span){"", 0};
	return od_table_row(t, row)[i].v;
}

static double
to_double(struct od_span s)
{
	char text[48];

	if (s.n == 0 || s.n >= sizeof(text))
		return 0;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	return strtod(text, NULL);
}

static double
positive(struct od_span s)
{
	double d = to_double(s);

	return d > 0 ? d : 0;
}

/* Marks of a list; returns their number. */
static size_t
read_marks(const struct od_table *t, const struct od_chart *c,
           struct mark marks[OD_CHART_ROWS])
{
	size_t label = od_column_find(t->columns, t->n_columns, OD_SPAN("label"));
	size_t english = od_column_find(t->columns, t->n_columns, OD_SPAN("label_en"));
	size_t value = od_column_find(t->columns, t->n_columns, OD_SPAN("value"));
	size_t part = od_column_find(t->columns, t->n_columns, OD_SPAN("part"));
	size_t key = od_column_find(t->columns, t->n_columns, OD_SPAN("key"));
	size_t n = t->n_rows < OD_CHART_ROWS ? t->n_rows : OD_CHART_ROWS;
	double most = 0;

	if (label == NONE || value == NONE)
		return 0;
	for (size_t i = 0; i < n; i++) {
		struct mark *m = &marks[i];
		struct od_span en = column(t, i, english);

		*m = (struct mark){.label = column(t, i, label),
		                   .value = column(t, i, value),
		                   .key = column(t, i, key),
		                   .percent = -1};
		if (c->env->lang == OD_LANG_EN && en.n)
			m->label = en;
		m->size = positive(m->value);
		m->part = positive(column(t, i, part));
		if (part != NONE && m->size > 0 && m->part < m->size * 10)
			m->percent = (int)(m->part / m->size * 100 + .5);
		most = m->size > most ? m->size : most;
		most = m->part > most ? m->part : most;
	}
	for (size_t i = 0; i < n && most > 0; i++) {
		marks[i].size /= most;
		marks[i].part /= most;
	}
	return n;
}

static void
put_filtered(struct od_buf *b, const struct od_filter *f, struct od_span s,
             struct od_span arg, const struct od_filter_env *env)
{
	struct od_buf text = {0};

	if (f && f->kind == OD_FILTER_TEXT)
		f->text(&text, s, &arg, 1, env);
	else
		od_buf_span(&text, s);
	od_escape_html(b, od_buf_view(&text));
	od_buf_release(&text);
}

static void
put_label(struct od_buf *b, const struct od_chart *c, const struct mark *m,
          size_t limit)
{
	struct od_buf text = {0};
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%zu", limit);

	if (c->label)
		c->label->text(&text, m->label, &c->label_arg, 1, c->env);
	else
		od_buf_span(&text, m->label);
	put_filtered(b, limit ? od_filter_find(OD_SPAN("truncate")) : NULL,
	             od_buf_view(&text), (struct od_span){digits, (size_t)n}, c->env);
	od_buf_release(&text);
}

static void
put_value(struct od_buf *b, const struct od_chart *c, const struct mark *m)
{
	put_filtered(b, c->format, m->value, (struct od_span){"", 0}, c->env);
}

/* "label: value (62%)", the tooltip of a mark. */
static void
put_tip(struct od_buf *b, const struct od_chart *c, const struct mark *m)
{
	od_buf_puts(b, "<title>");
	put_label(b, c, m, 0);
	od_buf_puts(b, ": ");
	put_value(b, c, m);
	if (m->percent >= 0)
		od_buf_printf(b, " (%d%%)", m->percent);
	od_buf_puts(b, "</title>");
}

/*
 * Widths are percentages and heights pixels: a chart fits a telephone and a wide screen
 * with letters of the same size, and needs no script.
 */
static void
begin(struct od_buf *b, const struct od_chart *c, const struct mark *marks, size_t n,
      unsigned height, const char *name)
{
	size_t most = 0;

	for (size_t i = 1; i < n; i++)
		if (marks[i].size > marks[most].size)
			most = i;
	od_buf_printf(b,
	              "<svg class=\"chart chart-%s\" width=\"100%%\" height=\"%u\" "
	              "role=\"img\" aria-label=\"",
	              name, height);
	od_escape_html(b, c->title);
	od_buf_puts(b, c->env->lang == OD_LANG_EN ? ". Largest: " : " มากที่สุด: ");
	put_label(b, c, &marks[most], 0);
	od_buf_puts(b, ", ");
	put_value(b, c, &marks[most]);
	od_buf_puts(b, "\">\n");
}

/* Whether a text holds a Thai letter: U+0E00 to U+0E7F are E0 B8 80 to E0 B9 BF. */
static bool
is_thai(struct od_span s)
{
	for (size_t i = 0; i + 2 < s.n; i++)
		if ((unsigned char)s.p[i] == 0xe0 &&
		    ((unsigned char)s.p[i + 1] & 0xfe) == 0xb8)
			return true;
	return false;
}

/* Labels from data are Thai on an English page too. An SVG element has no lang. */
static bool
shows_thai(const struct od_chart *c, const struct mark *m)
{
	return c->env->lang == OD_LANG_EN && !c->label && is_thai(m->label);
}

static bool
has_thai(const struct od_chart *c, const struct mark *marks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (shows_thai(c, &marks[i]))
			return true;
	return false;
}

enum {
	HEIGHT = 270, /* of column and line charts */
	BASE = 234,
	TOP = 28,
	BAR = 14,   /* thickness of a bar */
	SMALL = 56, /* height of one of many */
};

/* A list's own markup: its words wrap, and are read out as a list of names and values.
 */
static void
begin_list(struct od_buf *b, const struct od_chart *c, const char *name)
{
	od_buf_printf(b, "<ul class=\"chart %s\" aria-label=\"", name);
	od_escape_html(b, c->title);
	od_buf_puts(b, "\">\n");
}

static void
item_label(struct od_buf *b, const struct od_chart *c, const struct mark *m)
{
	struct od_buf link = {0};

	if (c->link)
		c->link->text(&link, m->key, &c->link_arg, 1, c->env);
	od_buf_puts(b, "<li><span class=\"label\"");
	od_buf_puts(b, shows_thai(c, m) ? " lang=\"th\">" : ">");
	if (link.n) {
		od_buf_puts(b, "<a href=\"");
		od_escape_url(b, od_buf_view(&link));
		od_buf_puts(b, "\">");
	}
	put_label(b, c, m, 0);
	od_buf_puts(b, link.n ? "</a></span>" : "</span>");
	od_buf_release(&link);
}

static void
bars(struct od_buf *b, const struct od_chart *c, const struct mark *marks, size_t n)
{
	begin_list(b, c, "bars");
	for (size_t i = 0; i < n; i++) {
		const struct mark *m = &marks[i];

		item_label(b, c, m);
		od_buf_printf(b,
		              "<svg class=\"plot\" width=\"100%%\" height=\"%d\" "
		              "aria-hidden=\"true\"><rect class=\"track\" "
		              "width=\"100%%\" height=\"%d\"/><rect class=\"%s\" "
		              "width=\"%.2f%%\" height=\"%d\"/>",
		              BAR, BAR, m->percent < 0 ? "bar" : "whole", m->size * 100,
		              BAR);
		if (m->percent >= 0)
			od_buf_printf(b,
			              "<rect class=\"bar\" width=\"%.2f%%\" y=\"3\" "
			              "height=\"%d\"/>",
			              m->part * 100, BAR - 6);
		od_buf_puts(b, "</svg><span class=\"value\">");
		put_value(b, c, m);
		if (m->percent >= 0)
			od_buf_printf(b, " <span class=\"of\">%d%%</span>", m->percent);
		od_buf_puts(b, "</span></li>\n");
	}
	od_buf_puts(b, "</ul>\n");
}

/* The line of the largest value, with its figure, and the base line. */
static void
scale(struct od_buf *b, const struct od_chart *c, const struct mark *marks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (marks[i].size < 1)
			continue;
		od_buf_printf(b,
		              "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%d\" "
		              "y2=\"%d\"/><text class=\"value\" x=\"0\" y=\"%d\">",
		              TOP, TOP, TOP - 9);
		put_value(b, c, &marks[i]);
		od_buf_puts(b, "</text>\n");
		break;
	}
	od_buf_printf(b,
	              "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>"
	              "<line class=\"axis\" x1=\"0\" x2=\"100%%\" y1=\"%d\" "
	              "y2=\"%d\"/>\n",
	              (TOP + BASE) / 2, (TOP + BASE) / 2, BASE, BASE);
}

/* The label below a mark; of many, some make room on a narrow screen. */
static void
put_tick(struct od_buf *b, const struct od_chart *c, const struct mark *marks, size_t n,
         size_t i, double x)
{
	size_t every = n > 24 ? n / 12 : 1;

	if (i % every)
		return;
	od_buf_printf(b,
	              "<text class=\"label%s\" x=\"%.2f%%\" y=\"%d\" "
	              "text-anchor=\"middle\">",
	              n > 6 && (i / every) % 2 ? " minor" : "", x, BASE + 24);
	put_label(b, c, &marks[i], 14);
	od_buf_puts(b, "</text>");
}

static void
put_column(struct od_buf *b, const char *class, double middle, double width,
           double high)
{
	od_buf_printf(b,
	              "<rect class=\"%s\" x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" "
	              "height=\"%.1f\"/>",
	              class, middle - width / 2, BASE - high, width, high);
}

static void
columns(struct od_buf *b, const struct od_chart *c, const struct mark *marks, size_t n)
{
	double step = 100.0 / (double)n, width = step * 0.64;

	if (width > 10)
		width = 10;
	begin(b, c, marks, n, HEIGHT, "columns");
	scale(b, c, marks, n);
	for (size_t i = 0; i < n; i++) {
		double middle = step * ((double)i + 0.5);

		od_buf_puts(b, "<g class=\"mark\">");
		put_tip(b, c, &marks[i]);
		put_column(b, marks[i].percent < 0 ? "bar" : "whole", middle, width,
		           marks[i].size * (BASE - TOP));
		if (marks[i].percent >= 0)
			put_column(b, "bar", middle, width * .6,
			           marks[i].part * (BASE - TOP));
		put_tick(b, c, marks, n, i, middle);
		od_buf_puts(b, "</g>\n");
	}
	od_buf_puts(b, "</svg>\n");
}

static void
line(struct od_buf *b, const struct od_chart *c, const struct mark *marks, size_t n)
{
	double step = 100.0 / (double)n, most = BASE - TOP;

	begin(b, c, marks, n, HEIGHT, "line");
	scale(b, c, marks, n);
	for (size_t i = 1; i < n; i++)
		od_buf_printf(b,
		              "<line class=\"line\" x1=\"%.2f%%\" y1=\"%.1f\" "
		              "x2=\"%.2f%%\" y2=\"%.1f\"/>\n",
		              step * ((double)i - 0.5), BASE - marks[i - 1].size * most,
		              step * ((double)i + 0.5), BASE - marks[i].size * most);
	for (size_t i = 0; i < n; i++) {
		double x = step * ((double)i + 0.5);

		od_buf_puts(b, "<g class=\"mark\">");
		put_tip(b, c, &marks[i]);
		od_buf_printf(
		    b, "<circle class=\"dot\" cx=\"%.2f%%\" cy=\"%.1f\" r=\"5\"/>", x,
		    BASE - marks[i].size * most);
		put_tick(b, c, marks, n, i, x);
		od_buf_puts(b, "</g>\n");
	}
	od_buf_puts(b, "</svg>\n");
}

static void
draw(struct od_buf *b, const struct od_chart *c, const struct mark *marks, size_t n)
{
	switch (c->kind) {
	case OD_CHART_BARS:
		bars(b, c, marks, n);
		break;
	case OD_CHART_COLUMNS:
		columns(b, c, marks, n);
		break;
	case OD_CHART_LINE:
		line(b, c, marks, n);
		break;
	}
}

void
od_chart(struct od_buf *b, const struct od_chart *c, const struct od_table *t)
{
	struct mark marks[OD_CHART_ROWS];
	size_t n = read_marks(t, c, marks);
	bool thai = c->kind != OD_CHART_BARS && has_thai(c, marks, n);

	if (n == 0)
		return;
	if (thai)
		od_buf_puts(b, "<div lang=\"th\">\n");
	draw(b, c, marks, n);
	if (thai)
		od_buf_puts(b, "</div>\n");
}

/* ---- small multiples */

/* How many rows, from the first on, share a label. */
static size_t
same_label(const struct od_table *t, size_t label, size_t from)
{
	size_t n = from + 1;

	while (n < t->n_rows &&
	       od_span_equal(column(t, n, label), column(t, from, label)))
		n++;
	return n - from;
}

static double
largest(const struct od_table *t, size_t value)
{
	double most = 0;

	for (size_t i = 0; i < t->n_rows; i++) {
		double d = positive(column(t, i, value));

		most = d > most ? d : most;
	}
	return most > 0 ? most : 1;
}

/* One of many: a column a row, the first and the last of them named. */
static void
small(struct od_buf *b, const struct od_chart *c, const struct od_table *t, size_t from,
      size_t n, double most)
{
	size_t value = od_column_find(t->columns, t->n_columns, OD_SPAN("value"));
	size_t tick = od_column_find(t->columns, t->n_columns,
	                             c->env->lang == OD_LANG_EN ? OD_SPAN("tick_en")
	                                                        : OD_SPAN("tick"));
	double step = 100.0 / (double)n;
	struct mark last = {.value = column(t, from + n - 1, value)};

	od_buf_printf(b,
	              "<svg class=\"plot\" width=\"100%%\" height=\"%d\" "
	              "aria-hidden=\"true\">",
	              SMALL + 1);
	for (size_t i = 0; i < n; i++) {
		double high = positive(column(t, from + i, value)) / most * SMALL;

		od_buf_printf(b,
		              "<rect class=\"bar\" x=\"%.2f%%\" y=\"%.1f\" "
		              "width=\"%.2f%%\" height=\"%.1f\"/>",
		              step * ((double)i + .15), SMALL - high, step * .7, high);
	}
	od_buf_printf(b,
	              "<line class=\"axis\" x1=\"0\" x2=\"100%%\" y1=\"%d\" "
	              "y2=\"%d\"/></svg><span class=\"ends\"><span>",
	              SMALL, SMALL);
	od_escape_html(b, column(t, from, tick));
	od_buf_puts(b, "</span> <span>");
	od_escape_html(b, column(t, from + n - 1, tick));
	od_buf_puts(b, ": <b>");
	put_value(b, c, &last);
	od_buf_puts(b, "</b></span></span></li>\n");
}

void
od_chart_multiples(struct od_buf *b, const struct od_chart *c, const struct od_table *t)
{
	size_t label = od_column_find(t->columns, t->n_columns, OD_SPAN("label"));
	size_t english = od_column_find(t->columns, t->n_columns, OD_SPAN("label_en"));
	size_t value = od_column_find(t->columns, t->n_columns, OD_SPAN("value"));
	double most;

	if (t->n_rows == 0 || label == NONE || value == NONE)
		return;
	most = largest(t, value);
	begin_list(b, c, "multiples");
	for (size_t i = 0, n; i < t->n_rows; i += n) {
		struct od_span en = column(t, i, english);
		struct mark m = {.label = column(t, i, label)};

		n = same_label(t, label, i);
		if (c->env->lang == OD_LANG_EN && en.n)
			m.label = en;
		item_label(b, c, &m);
		small(b, c, t, i, n, most);
	}
	od_buf_puts(b, "</ul>\n");
}
