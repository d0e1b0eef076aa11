#include "site/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/compiler.h"
#include "site/pages.h"

#define V(s)                                                                           \
	{                                                                              \
		{"" s, sizeof(s) - 1}, false                                           \
	}

#define S(s)                                                                           \
	{                                                                              \
		"" s, sizeof(s) - 1                                                    \
	}

static const struct od_shape_path shapes[] = {
    {S("10"), S("M0,0l1,0 0,1z")},
    {S("50"), S("M5,5l1,0 0,1z")},
    {S("90"), S("M9,9l1,0 0,1z")},
};
static const struct od_map drawn = {10, 20, shapes, OD_ARRAY_LEN(shapes)};

static const char *const columns[] = {"label", "value"};
static const struct od_value cells[] = {V("50"), V("2000"), V("10"), V("3")};

static const struct od_pages no_pages = {0};

static const char *
draw(const struct od_table *t, const struct od_map *m, struct od_buf *b)
{
	const struct od_filter_env env = {
	    .lang = OD_LANG_EN, .root = "./", .pages = &no_pages, .map = m};

	b->n = 0;
	od_map_draw(b, t, OD_SPAN("Budget & more"), od_filter_find(OD_SPAN("number")),
	            OD_SPAN("provinces"), OD_SPAN("province"), &env);
	return od_buf_str(b);
}

static void
shades_are_by_rank_and_figures_are_told(void **state)
{
	const struct od_table two = {columns, 2, cells, 2};
	struct od_buf b = {0};
	const char *svg;

	(void)state;
	svg = draw(&two, &drawn, &b);
	assert_non_null(strstr(svg, "viewBox=\"-4 -4 18 28\""));
	assert_non_null(strstr(svg, "aria-label=\"Budget &amp; more\""));
	assert_non_null(strstr(svg, "<path class=\"shade-0\" d=\"M0,0l1,0 0,1z\">"
	                            "<title>10: 3</title>"));
	assert_non_null(strstr(svg, "<path class=\"shade-2\" d=\"M5,5l1,0 0,1z\">"
	                            "<title>50: 2,000</title>"));
	assert_non_null(
	    strstr(svg, "<path class=\"shade-none\" d=\"M9,9l1,0 0,1z\"/>"));
	assert_non_null(strstr(svg, "</svg> 3</li>"));
	assert_non_null(strstr(svg, "</svg> 2,000</li>"));
	assert_null(strstr(svg, "style="));
	od_buf_release(&b);
}

static void
of_nothing_there_is_no_map(void **state)
{
	const struct od_table none = {columns, 2, cells, 0},
			      two = {columns, 2, cells, 2};
	struct od_buf b = {0};

	(void)state;
	draw(&none, &drawn, &b);
	assert_int_equal(b.n, 0);
	draw(&two, NULL, &b);
	assert_int_equal(b.n, 0);
	od_buf_release(&b);
}

static void
a_file_of_shapes_is_checked(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
	    {"width: 5\nheight: 6\nshapes: {\"10\": \"M1,1l2,0 0,-2z\"}\n", true},
	    {"width: 5\nheight: 6\nshapes: {\"10\": \"M1,1z\\\" onload=\"}\n", false},
	    {"width: 5\nheight: 6\nshapes: {\"10\": \"l1,1z\"}\n", false},
	    {"width: 0\nheight: 6\nshapes: {}\n", false},
	    {"width: 5\nheight: 6\nshapes: []\n", false},
	    {"width: 5\nheight: 6\n", false},
	    {"width: 5\nheight: 6\nshapes: {}\ncolour: red\n", false},
	};
	char dir[] = "/tmp/map_test.XXXXXX", path[80];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/maps", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/maps/provinces.yaml", dir);
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_arena a = {0};
		const struct od_map *m;
		struct od_err err = {0};
		FILE *f = fopen(path, "w");
		enum od_rc rc;

		assert_non_null(f);
		fputs(cases[i].text, f);
		fclose(f);
		rc = od_map_load(dir, &a, &m, &err);
		assert_int_equal(rc == OD_OK, cases[i].good);
		if (rc)
			assert_non_null(strstr(err.msg, "provinces.yaml"));
		else
			assert_int_equal(m->n, 1);
		od_arena_release(&a);
	}
	unlink(path);
	snprintf(path, sizeof(path), "%s/maps", dir);
	rmdir(path);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shades_are_by_rank_and_figures_are_told),
	    cmocka_unit_test(of_nothing_there_is_no_map),
	    cmocka_unit_test(a_file_of_shapes_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
