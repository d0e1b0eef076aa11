#include "site/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"

#define V(s)                                                                           \
	{                                                                              \
		{"" s, sizeof(s) - 1}, false                                           \
	}
static const char *const columns[] = {"label", "value"};
static const struct od_value cells[] = {V("2564"), V("50"), V("<b>"), V("200.00")};
static const struct od_table two = {columns, 2, cells, 2};

static const char *
draw(enum od_chart_kind kind, const struct od_table *t, enum od_lang lang,
     struct od_buf *b)
{
	const struct od_filter_env env = {.lang = lang, .root = "./"};
	const struct od_chart c = {.kind = kind,
	                           .title = OD_SPAN("Title & more"),
	                           .format = od_filter_find(OD_SPAN("number")),
	                           .env = &env};

	b->n = 0;
	od_chart(b, &c, t);
	return od_buf_str(b);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

static void
a_chart_is_one_named_picture(void **state)
{
	struct od_buf b = {0};

	(void)state;
	for (int kind = OD_CHART_BARS; kind <= OD_CHART_LINE; kind++) {
		const char *svg = draw((enum od_chart_kind)kind, &two, OD_LANG_EN, &b);

		assert_int_equal(count(svg, "<svg "), 1);
		assert_int_equal(count(svg, "</svg>"), 1);
		assert_int_equal(count(svg, "role=\"img\""), 1);
		assert_non_null(strstr(
		    svg, "aria-label=\"Title &amp; more. Largest: &lt;b&gt;, 200\""));
		assert_int_equal(count(svg, "<g class=\"mark\">"), 2);
		assert_non_null(strstr(svg, "<title>2564: 50</title>"));
	}
	od_buf_release(&b);
}

static void
nothing_needs_a_style_or_a_script(void **state)
{
	struct od_buf b = {0};

	(void)state;
	for (int kind = OD_CHART_BARS; kind <= OD_CHART_LINE; kind++) {
		const char *svg = draw((enum od_chart_kind)kind, &two, OD_LANG_TH, &b);

		assert_null(strstr(svg, "style"));
		assert_null(strstr(svg, "<b>"));
		assert_null(strstr(svg, "fill="));
	}
	od_buf_release(&b);
}

static void
bars_are_in_proportion_to_the_largest(void **state)
{
	struct od_buf b = {0};
	const char *svg;

	(void)state;
	svg = draw(OD_CHART_BARS, &two, OD_LANG_TH, &b);
	assert_non_null(strstr(svg, "width=\"15.00%\" height=\"12\""));
	assert_non_null(strstr(svg, "width=\"60.00%\" height=\"12\""));
	od_buf_release(&b);
}

static void
what_cannot_be_drawn_is_left_out(void **state)
{
	static const char *const others[] = {"a", "b"};
	static const struct od_value odd[] = {V("x"),   V("-5"), V("y"),
	                                      V("abc"), V("z"),  V("")};
	const struct od_table empty = {columns, 2, NULL, 0},
			      wrong = {others, 2, cells, 2},
			      strange = {columns, 2, odd, 3};
	struct od_buf b = {0};

	(void)state;
	assert_string_equal(draw(OD_CHART_BARS, &empty, OD_LANG_TH, &b), "");
	assert_string_equal(draw(OD_CHART_BARS, &wrong, OD_LANG_TH, &b), "");
	assert_null(strstr(draw(OD_CHART_COLUMNS, &strange, OD_LANG_TH, &b), "nan"));
	assert_null(strstr(od_buf_str(&b), "\"-"));
	od_buf_release(&b);
}

static void
thai_labels_on_an_english_page_say_so(void **state)
{
	static const struct od_value thai[] = {V("กรม"), V("1")};
	const struct od_table t = {columns, 2, thai, 1};
	struct od_buf b = {0};

	(void)state;
	assert_memory_equal(draw(OD_CHART_BARS, &t, OD_LANG_EN, &b),
	                    "<div lang=\"th\">", 15);
	assert_memory_equal(draw(OD_CHART_BARS, &t, OD_LANG_TH, &b), "<svg ", 5);
	assert_memory_equal(draw(OD_CHART_BARS, &two, OD_LANG_EN, &b), "<svg ", 5);
	od_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_chart_is_one_named_picture),
	    cmocka_unit_test(nothing_needs_a_style_or_a_script),
	    cmocka_unit_test(bars_are_in_proportion_to_the_largest),
	    cmocka_unit_test(what_cannot_be_drawn_is_left_out),
	    cmocka_unit_test(thai_labels_on_an_english_page_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
