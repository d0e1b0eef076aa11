#include "fmt_test.h"

#include "fmt/thrift.h"

static const char *
hex(const struct od_buf *b)
{
	static char text[1024];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < b->n && at + 3 < sizeof(text); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%02x",
		                       (unsigned char)b->p[i]);
	return text;
}

static void
numbers_take_seven_bits_a_byte(void **state)
{
	static const struct {
		uint64_t v;
		const char *out;
	} cases[] = {
	    {0, "00"},
	    {127, "7f"},
	    {128, "8001"},
	    {300, "ac02"},
	    {UINT32_MAX, "ffffffff0f"},
	    {UINT64_MAX, "ffffffffffffffffff01"},
	};
	struct od_buf b = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		b.n = 0;
		od_varint_put(&b, cases[i].v);
		assert_string_equal(hex(&b), cases[i].out);
	}
	od_buf_release(&b);
}

static void
signed_numbers_are_folded(void **state)
{
	static const struct {
		int64_t v;
		const char *out;
	} cases[] = {
	    {0, "1600"},
	    {-1, "1601"},
	    {1, "1602"},
	    {-64, "167f"},
	    {64, "168001"},
	    {INT64_MAX, "16feffffffffffffffff01"},
	    {INT64_MIN, "16ffffffffffffffffff01"},
	};
	struct od_buf b = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_thrift t = {.to = &b};

		b.n = 0;
		od_thrift_i64(&t, 1, cases[i].v);
		assert_string_equal(hex(&b), cases[i].out);
	}
	od_buf_release(&b);
}

static void
a_field_tells_the_step_from_the_last_one(void **state)
{
	struct od_buf b = {0};
	struct od_thrift t = {.to = &b};

	(void)state;
	od_thrift_i32(&t, 1, 1);
	od_thrift_i32(&t, 16, 1); /* fifteen further: still in the head */
	od_thrift_i32(&t, 32, 1); /* sixteen further: the id follows */
	od_thrift_bool(&t, 33, true);
	od_thrift_bool(&t, 34, false);
	od_thrift_byte(&t, 35, 64);
	od_thrift_binary(&t, 36, OD_SPAN("ab"));
	od_thrift_end(&t);
	assert_string_equal(hex(&b), "1502"
	                             "f502"
	                             "054002"
	                             "11"
	                             "12"
	                             "1340"
	                             "18026162"
	                             "00");
	od_buf_release(&b);
}

static void
ids_begin_anew_in_a_struct_and_go_on_after_it(void **state)
{
	struct od_buf b = {0};
	struct od_thrift t = {.to = &b};

	(void)state;
	od_thrift_begin(&t, 3);
	od_thrift_i32(&t, 1, 0);
	od_thrift_begin(&t, 2);
	od_thrift_end(&t);
	od_thrift_end(&t);
	od_thrift_i32(&t, 4, 0);
	od_thrift_end(&t);
	assert_string_equal(hex(&b), "3c"
	                             "1500"
	                             "1c00"
	                             "00"
	                             "1500"
	                             "00");
	od_buf_release(&b);
}

static void
a_list_tells_type_and_length(void **state)
{
	struct od_buf b = {0};
	struct od_thrift t = {.to = &b};

	(void)state;
	od_thrift_list(&t, 1, OD_THRIFT_I32, 2);
	od_thrift_item_i32(&t, 0);
	od_thrift_item_i32(&t, -1);
	od_thrift_list(&t, 2, OD_THRIFT_BINARY, 1);
	od_thrift_item_binary(&t, OD_SPAN("x"));
	od_thrift_list(&t, 3, OD_THRIFT_STRUCT, 15);
	for (size_t i = 0; i < 15; i++) {
		od_thrift_item_begin(&t);
		od_thrift_end(&t);
	}
	od_thrift_end(&t);
	assert_string_equal(hex(&b), "19250001"
	                             "19180178"
	                             "19fc0f000000000000000000000000000000"
	                             "00");
	od_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_take_seven_bits_a_byte),
	    cmocka_unit_test(signed_numbers_are_folded),
	    cmocka_unit_test(a_field_tells_the_step_from_the_last_one),
	    cmocka_unit_test(ids_begin_anew_in_a_struct_and_go_on_after_it),
	    cmocka_unit_test(a_list_tells_type_and_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
