#include "cmocka_first.h"

#include "core/buf.h"

static void
bytes_stay_in_order_while_it_grows(void **state)
{
	struct od_buf b = {0};

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		od_buf_putc(&b, (char)('a' + i % 26));
	assert_int_equal(b.n, 100000);
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], 'a' + i % 26);
	od_buf_release(&b);
	assert_null(b.p);
	assert_int_equal(b.n, 0);
	od_buf_release(&b);
}

static void
the_terminating_nul_is_not_counted(void **state)
{
	struct od_buf b = {0};

	(void)state;
	assert_string_equal(od_buf_str(&b), "");
	od_buf_puts(&b, "ab");
	assert_string_equal(od_buf_str(&b), "ab");
	od_buf_puts(&b, "c");
	assert_string_equal(od_buf_str(&b), "abc");
	assert_int_equal(b.n, 3);
	od_buf_release(&b);
}

static void
numbers_are_decimal(void **state)
{
	static const struct {
		uint64_t v;
		const char *text;
	} cases[] = {{0, "0"},
	             {7, "7"},
	             {10, "10"},
	             {4294967296, "4294967296"},
	             {UINT64_MAX, "18446744073709551615"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct od_buf b = {0};

		od_buf_u64(&b, cases[i].v);
		assert_string_equal(od_buf_str(&b), cases[i].text);
		od_buf_release(&b);
	}
}

static void
formatted_text_longer_than_the_room_fits(void **state)
{
	struct od_buf b = {0};

	(void)state;
	od_buf_puts(&b, "x");
	od_buf_printf(&b, "%05000d", 1);
	assert_int_equal(b.n, 5001);
	assert_int_equal(b.p[5000], '1');
	od_buf_put(&b, NULL, 0);
	assert_int_equal(b.n, 5001);
	od_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_stay_in_order_while_it_grows),
	    cmocka_unit_test(the_terminating_nul_is_not_counted),
	    cmocka_unit_test(numbers_are_decimal),
	    cmocka_unit_test(formatted_text_longer_than_the_room_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
