#include "site/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"

static const struct {
	const char *filter;
	const char *in;
	const char *arg; /* or NULL */
	const char *th, *en;
} cases[] = {
    {"number", "1234567.50", NULL, "1,234,567.5", "1,234,567.5"},
    {"number", "1000", NULL, "1,000", "1,000"},
    {"number", "999", NULL, "999", "999"},
    {"number", "-1234.00", NULL, "−1,234", "−1,234"},
    {"number", "007", NULL, "7", "7"},
    {"number", "0", NULL, "0", "0"},
    {"number", "12a", NULL, "12a", "12a"},
    {"number", "-", NULL, "-", "-"},
    {"number", "1.", NULL, "1.", "1."},
    {"money", "1234.00", NULL, "1,234.00", "1,234.00"},
    {"money", "1234", NULL, "1,234", "1,234"},
    {"baht", "1234.00", NULL, "1,234 บาท", "1,234 baht"},
    {"baht", "1234.50", NULL, "1,234.50 บาท", "1,234.50 baht"},
    {"millions", "1234567.89", NULL, "1.23", "1.23"},
    {"millions", "5000.00", NULL, "0.01", "0.01"},
    {"millions", "4999.99", NULL, "0.00", "0.00"},
    {"millions", "999999999.99", NULL, "1,000.00", "1,000.00"},
    {"millions", "0", NULL, "0.00", "0.00"},
    {"money_short", "999999.99", NULL, "999,999.99 บาท", "999,999.99 baht"},
    {"money_short", "1000000.00", NULL, "1.00 ล้านบาท", "1.00 million baht"},
    {"money_short", "5086868.57", NULL, "5.09 ล้านบาท", "5.09 million baht"},
    {"money_short", "1234567890.00", NULL, "1,234.6 ล้านบาท", "1,234.6 million baht"},
    {"money_short", "972131123456.78", NULL, "972,131 ล้านบาท", "972,131 million baht"},
    {"money_short", "-5086868.57", NULL, "−5.09 ล้านบาท", "−5.09 million baht"},
    {"satang", "123456", NULL, "1234.56", "1234.56"},
    {"satang", "5", NULL, "0.05", "0.05"},
    {"satang", "56", NULL, "0.56", "0.56"},
    {"satang", "-123456", NULL, "-1234.56", "-1234.56"},
    {"satang", "0", NULL, "0.00", "0.00"},
    {"percent", "45.50", NULL, "45.5%", "45.5%"},
    {"date", "2026-03-02", NULL, "2 มีนาคม พ.ศ. 2569", "2 March 2026"},
    {"date", "2026-03-02T23:00:00+07:00", NULL, "2 มีนาคม พ.ศ. 2569", "2 March 2026"},
    {"date", "2026-13-02", NULL, "2026-13-02", "2026-13-02"},
    {"date", "วันนี้", NULL, "วันนี้", "วันนี้"},
    {"date_short", "2020-12-31", NULL, "31 ธ.ค. 2563", "31 Dec 2020"},
    {"date_time", "2026-03-02T23:00:00", NULL, "2 มีนาคม พ.ศ. 2569 เวลา 23:00 น.",
     "2 March 2026, 23:00"},
    {"iso_date", "2026-03-02T23:00:00+07:00", NULL, "2026-03-02", "2026-03-02"},
    {"rfc3339", "2026-03-02T23:00:00", NULL, "2026-03-02T23:00:00+07:00",
     "2026-03-02T23:00:00+07:00"},
    {"rfc3339", "2026-03-02T23:00:00+07:00", NULL, "2026-03-02T23:00:00+07:00",
     "2026-03-02T23:00:00+07:00"},
    {"rfc3339", "2026-03-02", NULL, "2026-03-02T00:00:00+07:00",
     "2026-03-02T00:00:00+07:00"},
    {"month", "10", NULL, "ต.ค.", "Oct"},
    {"month", "13", NULL, "13", "13"},
    {"bytes", "999", NULL, "999 ไบต์", "999 bytes"},
    {"bytes", "1000", NULL, "1.0 KB", "1.0 KB"},
    {"bytes", "1234567", NULL, "1.2 MB", "1.2 MB"},
    {"bytes", "12345678", NULL, "12 MB", "12 MB"},
    {"bytes", "1234567890123", NULL, "1.2 TB", "1.2 TB"},
    {"fiscal_year", "2567", NULL, "2567", "2024 (B.E. 2567)"},
    {"fiscal_year", "", NULL, "", ""},
    {"ce", "2567", NULL, "2024", "2024"},
    {"truncate", "กำกับดูแล", "3", "กำกั…", "กำกั…"},
    {"truncate", "abc", "3", "abc", "abc"},
    {"default", "", "–", "–", "–"},
    {"default", "x", "–", "x", "x"},
    {"label", "x", "none", "x", "x"},
    {"url_query", "a b&c", NULL, "a%20b%26c", "a%20b%26c"},
    {"paragraphs", "one\ntwo\n\nthree <b>", NULL, "<p>one<br>two<p>three &lt;b&gt;",
     "<p>one<br>two<p>three &lt;b&gt;"},
    {"paragraphs", "\n\n  \n", NULL, "", ""},
    {"paragraphs", "\r\n a \r\n", NULL, "<p>a", "<p>a"},
};

static void
every_filter_says_it_in_both_languages(void **state)
{
	struct od_filter_env env = {.root = "./"};
	struct od_buf b = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		const struct od_filter *f =
		    od_filter_find(od_span_str(cases[i].filter));
		struct od_span arg = od_span_str(cases[i].arg);

		assert_non_null(f);
		for (int lang = OD_LANG_TH; lang <= OD_LANG_EN; lang++) {
			env.lang = (enum od_lang)lang;
			b.n = 0;
			f->text(&b, od_span_str(cases[i].in), &arg,
			        cases[i].arg != NULL, &env);
			assert_string_equal(od_buf_str(&b), lang == OD_LANG_EN
			                                        ? cases[i].en
			                                        : cases[i].th);
		}
	}
	od_buf_release(&b);
}

/* Amounts are rounded as decimals: no double can lose a satang. */
static void
rounding_carries_through_every_digit(void **state)
{
	const struct od_filter *f = od_filter_find(OD_SPAN("millions"));
	const struct od_filter_env env = {.lang = OD_LANG_TH};
	struct od_buf b = {0};

	(void)state;
	f->text(&b, OD_SPAN("9999999999999995000.00"), NULL, 0, &env);
	assert_string_equal(od_buf_str(&b), "10,000,000,000,000.00");
	b.n = 0;
	f->text(&b, OD_SPAN("0.000000000000000000000000000000000001"), NULL, 0, &env);
	assert_string_equal(od_buf_str(&b), "0.00");
	b.n = 0;
	f->text(&b, OD_SPAN("12345678901234567890123456789012345678901"), NULL, 0,
	        &env);
	assert_string_equal(od_buf_str(&b),
	                    "12345678901234567890123456789012345678901");
	od_buf_release(&b);
}

static void
paragraphs_of_thai_say_so_on_an_english_page(void **state)
{
	const struct od_filter_env env = {.lang = OD_LANG_EN, .thai = true};
	struct od_buf b = {0};

	(void)state;
	od_filter_find(OD_SPAN("paragraphs"))->text(&b, OD_SPAN("ก"), NULL, 0, &env);
	assert_string_equal(od_buf_str(&b), "<p lang=\"th\">ก");
	od_buf_release(&b);
}

static void
an_unknown_filter_is_none(void **state)
{
	(void)state;
	assert_null(od_filter_find(OD_SPAN("raw")));
	assert_null(od_filter_find(OD_SPAN("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_filter_says_it_in_both_languages),
	    cmocka_unit_test(rounding_carries_through_every_digit),
	    cmocka_unit_test(paragraphs_of_thai_say_so_on_an_english_page),
	    cmocka_unit_test(an_unknown_filter_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
