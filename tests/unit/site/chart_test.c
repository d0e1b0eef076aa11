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
	for (int kind = OD_CHART_COLUMNS; kind <= OD_CHART_LINE; kind++) {
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
bars_are_a_named_list_of_words_and_figures(void **state)
{
	struct od_buf b = {0};
	const char *list = draw(OD_CHART_BARS, &two, OD_LANG_EN, &b);

	(void)state;
	assert_non_null(
	    strstr(list, "<ul class=\"chart bars\" aria-label=\"Title &amp; more\">"));
	assert_int_equal(count(list, "<li>"), 2);
	assert_int_equal(count(list, "aria-hidden=\"true\""), 2);
	assert_non_null(strstr(list, "<span class=\"label\">&lt;b&gt;</span>"));
	assert_non_null(strstr(list, "<span class=\"value\">200</span>"));
	od_buf_release(&b);
}

static const char *const parted[] = {"label", "value", "part"};

static void
a_part_is_drawn_within_its_value_and_told_in_percent(void **state)
{
	static const struct od_value in[] = {V("a"), V("200"), V("50"),
	                                     V("b"), V("0"),   V("0"),
	                                     V("c"), V("100"), V("400")};
	const struct od_table t = {parted, 3, in, 3};
	struct od_buf b = {0};
	const char *out = draw(OD_CHART_BARS, &t, OD_LANG_EN, &b);

	(void)state;
	assert_non_null(strstr(out, "class=\"whole\" width=\"50.00%\""));
	assert_non_null(strstr(out, "class=\"bar\" width=\"12.50%\""));
	assert_non_null(strstr(out, "200 <span class=\"of\">25%</span>"));
	/* more than the whole: the longest of all, and no bar leaves the picture */
	assert_non_null(strstr(out, "class=\"bar\" width=\"100.00%\""));
	assert_non_null(strstr(out, "<span class=\"of\">400%</span>"));
	/* of nothing there is no share */
	assert_int_equal(count(out, "class=\"of\""), 2);
	out = draw(OD_CHART_COLUMNS, &t, OD_LANG_EN, &b);
	assert_non_null(strstr(out, "<title>a: 200 (25%)</title>"));
	od_buf_release(&b);
}

static void
small_multiples_share_one_scale(void **state)
{
	static const char *const names[] = {"label", "tick_en", "value"};
	static const struct od_value in[] = {V("a"),    V("2564"), V("50"),   V("a"),
	                                     V("2565"), V("100"),  V("<b>"),  V("2564"),
	                                     V("-3"),   V("<b>"),  V("2565"), V("25")};
	const struct od_table t = {names, 3, in, 4}, none = {names, 3, in, 0};
	const struct od_filter_env env = {.lang = OD_LANG_EN, .root = "./"};
	const struct od_chart c = {.title = OD_SPAN("T"), .env = &env};
	struct od_buf b = {0};
	const char *out;

	(void)state;
	od_chart_multiples(&b, &c, &none);
	assert_int_equal(b.n, 0);
	od_chart_multiples(&b, &c, &t);
	out = od_buf_str(&b);
	assert_int_equal(count(out, "<li>"), 2);
	assert_int_equal(count(out, "<rect "), 4);
	assert_int_equal(count(out, "height=\"56.0\""), 1);
	assert_int_equal(count(out, "height=\"28.0\""), 1);
	assert_int_equal(count(out, "height=\"14.0\""), 1);
	assert_int_equal(count(out, "height=\"0.0\""), 1);
	assert_non_null(strstr(out, "2565: <b>25</b>"));
	assert_null(strstr(out, "<b>:"));
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
	assert_non_null(strstr(svg, "class=\"bar\" width=\"25.00%\""));
	assert_non_null(strstr(svg, "class=\"bar\" width=\"100.00%\""));
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
	assert_non_null(strstr(draw(OD_CHART_BARS, &t, OD_LANG_EN, &b),
	                       "<span class=\"label\" lang=\"th\">"));
	assert_null(strstr(draw(OD_CHART_BARS, &t, OD_LANG_TH, &b), "lang="));
	assert_null(strstr(draw(OD_CHART_BARS, &two, OD_LANG_EN, &b), "lang="));
	assert_memory_equal(draw(OD_CHART_COLUMNS, &t, OD_LANG_EN, &b),
	                    "<div lang=\"th\">", 15);
	assert_memory_equal(draw(OD_CHART_COLUMNS, &t, OD_LANG_TH, &b), "<svg ", 5);
	od_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_chart_is_one_named_picture),
	    cmocka_unit_test(bars_are_a_named_list_of_words_and_figures),
	    cmocka_unit_test(a_part_is_drawn_within_its_value_and_told_in_percent),
	    cmocka_unit_test(small_multiples_share_one_scale),
	    cmocka_unit_test(nothing_needs_a_style_or_a_script),
	    cmocka_unit_test(bars_are_in_proportion_to_the_largest),
	    cmocka_unit_test(what_cannot_be_drawn_is_left_out),
	    cmocka_unit_test(thai_labels_on_an_english_page_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
