#include "../core/cmocka_first.h"

#include "analyze/grams.h"
#include "core/compiler.h"

static struct od_buf symbols, places;

static void
read_text(const char *text)
{
	symbols.n = places.n = 0;
	od_gram_symbols(&symbols, &places, od_span_str(text));
}

static void
equal_texts_have_equal_symbols(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
	    {"Solar Pump", "solar pump", true},
	    {"ปี 2568", "ปี ๒๕๖๘", true},
	    {"ก - ข", "ก\n\n/ข", true},
	    {"ก ข", "กข", false},
	    {"นาย [ปกปิด:ชื่อบุคคล] มา", "นาย มา", true},
	    {"ก่อ", "กอ", false},
	    {"จำนวน", "จานวน", false},
	    {"[ปกปิด", "", false}, /* not closed: the rest of the text was cut */
	    {"ก [ปกปิด ข ค", "ก", true},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_buf first = {0};

		read_text(cases[i].a);
		od_buf_span(&first, od_buf_view(&symbols));
		read_text(cases[i].b);
		assert_int_equal(first.n == symbols.n &&
		                     !memcmp(first.p, symbols.p, symbols.n),
		                 cases[i].same);
		od_buf_release(&first);
	}
}

static void
each_symbol_knows_where_it_begins(void **state)
{
	const char *text = "กข  a๑";
	static const uint32_t want[] = {0, 0, 3, 6, 8, 9, 12, 12};
	uint32_t at;

	(void)state;
	read_text(text);
	assert_int_equal(symbols.n, OD_ARRAY_LEN(want));
	assert_int_equal(places.n, sizeof(want));
	for (size_t i = 0; i < OD_ARRAY_LEN(want); i++) {
		memcpy(&at, places.p + i * sizeof(at), sizeof(at));
		assert_int_equal(at, want[i]);
	}
	assert_int_equal(symbols.p[0], OD_SYMBOL_OTHER);
	assert_int_equal(symbols.p[symbols.n - 2], OD_SYMBOL_OTHER);
	assert_int_equal(symbols.p[symbols.n - 1], OD_SYMBOL_END);
}

static void
an_empty_text_is_its_end(void **state)
{
	(void)state;
	read_text("");
	assert_int_equal(symbols.n, 1);
	assert_int_equal(symbols.p[0], OD_SYMBOL_END);
}

static void
every_gram_has_its_number(void **state)
{
	static const uint8_t first[] = {0, 0, 0}, last[] = {127, 127, 127},
			     one[] = {1, 2, 3};

	(void)state;
	assert_int_equal(od_gram(first), 0);
	assert_int_equal(od_gram(last), OD_GRAMS - 1);
	assert_int_equal(od_gram(one), (1 << 14) + (2 << 7) + 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_texts_have_equal_symbols),
	    cmocka_unit_test(each_symbol_knows_where_it_begins),
	    cmocka_unit_test(an_empty_text_is_its_end),
	    cmocka_unit_test(every_gram_has_its_number),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	od_buf_release(&symbols);
	od_buf_release(&places);
	return failed;
}
