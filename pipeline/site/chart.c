/* chart.c - see chart.h */
#include "site/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/escape.h"

struct mark {
	struct od_span label;
	struct od_span value;
	double size; /* share of the largest, 0..1: geometry only, never shown */
};

static struct od_span
column(const struct od_table *t, size_t row, size_t i)
{
	if (i == (size_t)-1)
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

/* Marks of a list; returns their number. */
static size_t
read_marks(const struct od_table *t, const struct od_chart *c,
           struct mark marks[OD_CHART_ROWS])
{
	size_t label = od_column_find(t->columns, t->n_columns, OD_SPAN("label"));
	size_t english = od_column_find(t->columns, t->n_columns, OD_SPAN("label_en"));
	size_t value = od_column_find(t->columns, t->n_columns, OD_SPAN("value"));
	size_t n = t->n_rows < OD_CHART_ROWS ? t->n_rows : OD_CHART_ROWS;
	double most = 0;

	if (label == (size_t)-1 || value == (size_t)-1)
		return 0;
	for (size_t i = 0; i < n; i++) {
		struct od_span en = column(t, i, english);

		marks[i].label = column(t, i, label);
		if (c->env->lang == OD_LANG_EN && en.n)
			marks[i].label = en;
		marks[i].value = column(t, i, value);
		marks[i].size = to_double(marks[i].value);
		if (marks[i].size < 0)
			marks[i].size = 0;
		if (marks[i].size > most)
			most = marks[i].size;
	}
	for (size_t i = 0; i < n; i++)
		marks[i].size = most > 0 ? marks[i].size / most : 0;
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

/* "label: value", the tooltip of a mark. */
static void
put_tip(struct od_buf *b, const struct od_chart *c, const struct mark *m)
{
	od_buf_puts(b, "<title>");
	put_label(b, c, m, 0);
	od_buf_puts(b, ": ");
	put_value(b, c, m);
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
has_thai(const struct od_chart *c, const struct mark *marks, size_t n)
{
	if (c->env->lang != OD_LANG_EN || c->label)
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_thai(marks[i].label))
			return true;
	return false;
}

enum {
	BAR_ROW = 50,
	HEIGHT = 270, /* of column and line charts */
	BASE = 234,
	TOP = 28,
};

/* Percent of the width that the longest bar takes: its value stands to the right. */
#define BAR_SHARE 60.0

static void
bars(struct od_buf *b, const struct od_chart *c, const struct mark *marks, size_t n)
{
	begin(b, c, marks, n, (unsigned)n * BAR_ROW, "bars");
	for (size_t i = 0; i < n; i++) {
		unsigned y = (unsigned)i * BAR_ROW;

		od_buf_puts(b, "<g class=\"mark\">");
		put_tip(b, c, &marks[i]);
		od_buf_printf(b, "<text class=\"label\" x=\"0\" y=\"%u\">", y + 18);
		put_label(b, c, &marks[i], 46);
		od_buf_printf(
		    b,
		    "</text><rect class=\"track\" x=\"0\" y=\"%u\" "
		    "width=\"%.0f%%\" height=\"12\" rx=\"2\"/>"
		    "<rect class=\"bar\" x=\"0\" y=\"%u\" width=\"%.2f%%\" "
		    "height=\"12\" rx=\"2\"/><text class=\"value\" x=\"%.0f%%\" "
		    "y=\"%u\">",
		    y + 26, BAR_SHARE, y + 26, marks[i].size * BAR_SHARE, BAR_SHARE + 2,
		    y + 37);
		put_value(b, c, &marks[i]);
		od_buf_puts(b, "</text></g>\n");
	}
	od_buf_puts(b, "</svg>\n");
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
columns(struct od_buf *b, const struct od_chart *c, const struct mark *marks, size_t n)
{
	double step = 100.0 / (double)n, width = step * 0.64;

	if (width > 10)
		width = 10;
	begin(b, c, marks, n, HEIGHT, "columns");
	scale(b, c, marks, n);
	for (size_t i = 0; i < n; i++) {
		double middle = step * ((double)i + 0.5),
		       high = marks[i].size * (BASE - TOP);

		od_buf_puts(b, "<g class=\"mark\">");
		put_tip(b, c, &marks[i]);
		od_buf_printf(b,
		              "<rect class=\"bar\" x=\"%.2f%%\" y=\"%.1f\" "
		              "width=\"%.2f%%\" height=\"%.1f\"/>",
		              middle - width / 2, BASE - high, width, high);
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

void
od_chart(struct od_buf *b, const struct od_chart *c, const struct od_table *t)
{
	struct mark marks[OD_CHART_ROWS];
	size_t n = read_marks(t, c, marks);
	bool thai = has_thai(c, marks, n);

	if (n == 0)
		return;
	if (thai)
		od_buf_puts(b, "<div lang=\"th\">\n");
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
	if (thai)
		od_buf_puts(b, "</div>\n");
}
