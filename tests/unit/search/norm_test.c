#include "../core/cmocka_first.h"

#include "core/buf.h"
#include "search/norm.h"

/* The normal form, as text again. */
static const char *
normal(const char *text, struct od_buf *out)
{
	struct od_norm m = {0};
	struct od_buf symbols = {0};

	out->n = 0;
	od_norm_put(&m, &symbols, od_span_str(text));
	od_symbols_text(out, od_buf_view(&symbols));
	od_norm_release(&m);
	od_buf_release(&symbols);
	return od_buf_str(out);
}

static const struct {
	const char *in, *out;
} cases[] = {
    {"", ""},
    {"Road 7", "road 7"},
    {"ร.ร.", "ร ร"},
    {"  ก \t\n\u00a0ข ", "ก ข"},
    {"กฯ", "ก"},
    {"ต่าง ๆ กัน", "ต่าง กัน"},
    {"พ.ศ. ๒๕๖๗", "พ ศ 2567"},
    {"น้ำ", "น\u0e4d\u0e49า"},
    {"น\u0e49\u0e4dา", "น\u0e4d\u0e49า"},
    {"น\u0e4d\u0e49า", "น\u0e4d\u0e49า"},
    {"กุำx", "กุ\u0e4dาx"},
    {"ำ", "\u0e4dา"},
    {"ก่่", "ก่"},
    {"ก\u0e48\u0e34", "ก\u0e34\u0e48"},
    {"ก\u0e4c\u0e38\u0e48", "ก\u0e38\u0e48\u0e4c"},
    {"ก\u0e34\u200b\u0e34", "ก\u0e34"},
    {"\ufeffถนน\u2060", "ถนน"},
    {"e\u0301", "é"},
    {"E\u0301COLE", "école"},
    {"a\u0323\u0302", "ậ"},
    {"\u1100\u1161\u11a8", "각"},
    {"\u212b", "å"},
    {"\u0130", "i\u0307"},
    {"ΟΔΟΣ", "οδος"},
    {"Σ", "σ"},
    {"ЖИЗНЬ", "жизнь"},
    {"a\u3000b", "a b"},
    {"1.000.000", "1 000 000"},
    {"😀 Ok", "😀 ok"},
};

static void
texts_that_people_call_the_same_are_made_the_same(void **state)
{
	struct od_buf out = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		assert_string_equal(normal(cases[i].in, &out), cases[i].out);
		/* ... and stay so */
		assert_string_equal(normal(cases[i].out, &out), cases[i].out);
	}
	od_buf_release(&out);
}

static void
a_symbol_is_a_byte_and_none_is_part_of_another(void **state)
{
	struct od_norm m = {0};
	struct od_buf thai = {0}, other = {0};

	(void)state;
	od_norm_put(&m, &thai, OD_SPAN("ถนน7"));
	assert_int_equal(thai.n, 4);
	od_norm_put(&m, &other, OD_SPAN("\u4e00"));
	assert_int_equal(other.n, 7);
	for (size_t i = 0; i < other.n; i++)
		assert_true((unsigned char)other.p[i] < 0x20 && other.p[i] != 0);
	od_norm_release(&m);
	od_buf_release(&thai);
	od_buf_release(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_that_people_call_the_same_are_made_the_same),
	    cmocka_unit_test(a_symbol_is_a_byte_and_none_is_part_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
