#include "../core/cmocka_first.h"

#include "core/buf.h"
#include "search/norm.h"
#include "search/query.h"

/* "[a][b c]-[d]": the terms as they are understood. */
static const struct {
	const char *query, *terms;
} cases[] = {
    {"", ""},
    {"  ", ""},
    {"ถนน", "[ถนน]"},
    {"ถนน  สะพาน", "[ถนน][สะพาน]"},
    {"\"ถนน สาย\" 7", "[ถนน สาย][7]"},
    {"-ถนน", "-[ถนน]"},
    {"ก -\"ข ค\"", "[ก]-[ข ค]"},
    {"ก - ข", "[ก][-][ข]"},
    {"-", "[-]"},
    {"--ก", "-[-ก]"},
    {"ก-ข", "[ก-ข]"},
    {"\"ยังไม่ปิด คำ", "[ยังไม่ปิด ค\u0e4dา]"},
    {"\"\" ก", "[ก]"},
    {"-\"\" ก", "[ก]"},
    {"\"", ""},
    {"-\"", ""},
    {"ก\"ข ค\"", "[ก\"ข][ค\"]"},
    {"\"ก\"ข", "[ก][ข]"},
    {"ๆ ก", "[ก]"},
    {"-ๆ ก", "[ก]"},
    {"ร.ร.", "[ร ร]"},
    {"ก\u3000ข", "[ก][ข]"},
    {"ก\u200bข", "[กข]"},
};

static void
a_query_means_what_it_says(void **state)
{
	struct od_arena a = {0};
	struct od_buf b = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_query_terms t =
		    od_query_parse(od_span_str(cases[i].query), &a);
		size_t wanted = 0;

		b.n = 0;
		for (size_t k = 0; k < t.n; k++) {
			od_buf_puts(&b, t.v[k].unwanted ? "-[" : "[");
			od_symbols_text(&b, t.v[k].text);
			od_buf_putc(&b, ']');
			wanted += !t.v[k].unwanted;
		}
		assert_string_equal(od_buf_str(&b), cases[i].terms);
		assert_int_equal(t.wanted, wanted);
	}
	od_buf_release(&b);
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_query_means_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
