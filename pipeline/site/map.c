/* map.c - see map.h */
#include "site/map.h"

#include <stdlib.h>
#include <string.h>

#include "site/escape.h"
#include "spec/yaml.h"

enum { SHADES = 5 };

/* ---- the shapes */

static bool
is_path(const char *s)
{
	return *s == 'M' && s[strspn(s, "MlLz0123456789,- ")] == '\0';
}

static enum od_rc
load_shapes(const struct od_node *list, struct od_map *m, struct od_arena *a,
            struct od_err *err)
{
	struct od_shape_path *v = od_arena_array(a, list->n + 1, sizeof(*v));

	if (list->kind != OD_NODE_MAP)
		return od_node_error(list, err, "shapes are a map of paths");
	for (size_t i = 0; i < list->n; i++) {
		const struct od_node *n = &list->items[i];

		if (n->kind != OD_NODE_SCALAR || !is_path(n->text.p))
			return od_node_error(n, err, "'%s' has no path of M, l and z",
			                     list->keys[i].text.p);
		v[i].code = list->keys[i].text;
		v[i].path = n->text;
	}
	m->shapes = v;
	m->n = list->n;
	return OD_OK;
}

enum od_rc
od_map_load(const char *dir, struct od_arena *a, const struct od_map **out,
            struct od_err *err)
{
	static const char *const keys[] = {"width", "height", "shapes", NULL};
	struct od_map *m = od_arena_alloc(a, sizeof(*m));
	const char *path = od_arena_printf(a, "%s/maps/provinces.yaml", dir);
	const struct od_node *root, *shapes;
	int64_t width = 0, height = 0;
	enum od_rc rc = od_yaml_load(path, OD_KIND_TEMPLATE, a, &root, err);

	if (!rc)
		rc = od_node_keys(root, keys, err);
	if (!rc)
		rc = od_node_int(root, "width", true, &width, err);
	if (!rc)
		rc = od_node_int(root, "height", true, &height, err);
	if (rc)
		return rc;
	if (width < 1 || height < 1 || width > 100000 || height > 100000)
		return od_node_error(root, err, "width and height are 1 to 100000");
	shapes = od_node_find(root, "shapes");
	if (!shapes)
		return od_node_error(root, err, "'shapes' is missing");
	m->width = (unsigned)width;
	m->height = (unsigned)height;
	*out = m;
	return load_shapes(shapes, m, a, err);
}

/* ---- the picture */

struct place {
	struct od_span code, value;
	double size;
};

static int
by_size(const void *a, const void *b)
{
	double x = ((const struct place *)a)->size, y = ((const struct place *)b)->size;

	return (x > y) - (x < y);
}

static struct place *
read_places(const struct od_table *t, size_t *n)
{
	size_t label = od_column_find(t->columns, t->n_columns, OD_SPAN("label"));
	size_t value = od_column_find(t->columns, t->n_columns, OD_SPAN("value"));
	struct place *v;

	*n = 0;
	if (label == (size_t)-1 || value == (size_t)-1 || !t->n_rows)
		return NULL;
	v = od_alloc(t->n_rows * sizeof(*v));
	for (size_t i = 0; i < t->n_rows; i++) {
		const struct od_value *row = od_table_row(t, i);
		char text[48] = "";

		if (row[value].v.n < sizeof(text))
			memcpy(text, row[value].v.p, row[value].v.n);
		v[i] = (struct place){row[label].v, row[value].v, strtod(text, NULL)};
	}
	qsort(v, t->n_rows, sizeof(*v), by_size);
	*n = t->n_rows;
	return v;
}

static void
put_text(struct od_buf *b, const struct od_filter *f, struct od_span s,
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

/* Places are sorted: the i-th of n belongs to this shade, 0 the palest. */
static size_t
shade(size_t i, size_t n)
{
	return i * SHADES / n;
}

static void
put_legend(struct od_buf *b, const struct place *v, size_t n,
           const struct od_filter *format, const struct od_filter_env *env)
{
	static const struct od_span none = {"", 0};

	od_buf_puts(b, "<ul class=\"legend\">");
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && shade(next, n) == shade(i, n);)
			next++;
		od_buf_printf(b,
		              "<li><svg width=\"16\" height=\"16\" "
		              "aria-hidden=\"true\"><rect class=\"shade-%zu\" "
		              "width=\"16\" height=\"16\"/></svg> ",
		              shade(i, n));
		put_text(b, format, v[i].value, none, env);
		if (next - i > 1) {
			od_buf_puts(b, " – ");
			put_text(b, format, v[next - 1].value, none, env);
		}
		od_buf_puts(b, "</li>");
	}
	od_buf_puts(b, "</ul>\n");
}

void
od_map_draw(struct od_buf *b, const struct od_table *t, struct od_span title,
            const struct od_filter *format, struct od_span names, struct od_span page,
            const struct od_filter_env *env)
{
	static const struct od_span none = {"", 0};
	const struct od_map *m = env->map;
	size_t n;
	struct place *v = m ? read_places(t, &n) : NULL;

	if (!v)
		return;
	od_buf_printf(b,
	              "<svg class=\"map\" viewBox=\"-4 -4 %u %u\" role=\"group\" "
	              "aria-label=\"",
	              m->width + 8, m->height + 8);
	od_escape_html(b, title);
	od_buf_puts(b, "\">\n");
	for (size_t i = 0; i < m->n; i++) {
		const struct od_shape_path *s = &m->shapes[i];
		size_t k = 0;

		while (k < n && !od_span_equal(v[k].code, s->code))
			k++;
		if (k == n) {
			od_buf_puts(b, "<path class=\"shade-none\" d=\"");
			od_buf_span(b, s->path);
			od_buf_puts(b, "\"/>\n");
			continue;
		}
		od_buf_puts(b, "<a href=\"");
		put_text(b, od_filter_find(OD_SPAN("page")), s->code, page, env);
		od_buf_printf(b, "\"><path class=\"shade-%zu\" d=\"", shade(k, n));
		od_buf_span(b, s->path);
		od_buf_puts(b, "\"><title>");
		put_text(b, od_filter_find(OD_SPAN("label")), s->code, names, env);
		od_buf_puts(b, ": ");
		put_text(b, format, v[k].value, none, env);
		od_buf_puts(b, "</title></path></a>\n");
	}
	od_buf_puts(b, "</svg>\n");
	put_legend(b, v, n, format, env);
	free(v);
}
