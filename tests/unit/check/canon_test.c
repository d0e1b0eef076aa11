#include "../core/cmocka_first.h"

#include "check/canon.h"

struct canon {
	const char *in;
	const char *out; /* NULL: not a value of that type */
};

static struct od_arena a;

static void
judge(const struct canon *c, bool good, struct od_span out)
{
	if (good != (c->out != NULL) ||
	    (good && (out.n != strlen(c->out) || memcmp(out.p, c->out, out.n) != 0)))
		fail_msg("'%s' gives %s%.*s", c->in, good ? "" : "nothing ",
		         good ? (int)out.n : 0, good ? out.p : "");
	od_arena_reset(&a);
}

static const struct canon integers[] = {
    {"0", "0"},
    {"-0", "0"},
    {"007", "7"},
    {"-007", "-7"},
    {"000", "0"},
    {"123456789012345678", "123456789012345678"},
    {"0000123456789012345678", "123456789012345678"},
    {"1234567890123456789", NULL},
    {"", NULL},
    {"-", NULL},
    {"+1", NULL},
    {"1.0", NULL},
    {"1e3", NULL},
    {" 1", NULL},
    {"1 ", NULL},
    {"1,000", NULL},
    {"0x10", NULL},
    {"๑๒", NULL},
    {"--1", NULL},
};

static const struct canon decimals[] = {
    {"20", "20.00"},
    {"20.0", "20.00"},
    {"20.00", "20.00"},
    {"20.5", "20.50"},
    {"20.500000", "20.50"},
    {"20.501", NULL}, /* a digit would be lost */
    {"-0.00", "0.00"},
    {"-0.01", "-0.01"},
    {"00012.3", "12.30"},
    {"0", "0.00"},
    {"999999999999999999999999999999", "999999999999999999999999999999.00"},
    {"9999999999999999999999999999999", NULL},
    {".5", NULL},
    {"5.", NULL},
    {"1.2.3", NULL},
    {"1e3", NULL},
    {"1,000.00", NULL},
    {"", NULL},
    {"-", NULL},
    {"-.", NULL},
    {"NaN", NULL},
    {"Infinity", NULL},
};

static const struct canon booleans[] = {
    {"t", "true"},      {"1", "true"}, {"true", "true"}, {"f", "false"}, {"0", "false"},
    {"false", "false"}, {"T", NULL},   {"yes", NULL},    {"", NULL},     {"01", NULL},
};

static const struct canon dates[] = {
    {"2024-02-29", "2024-02-29"},
    {"2023-02-29", NULL},
    {"2000-02-29", "2000-02-29"},
    {"1900-02-29", NULL},
    {"2567-02-28", "2567-02-28"}, /* a Buddhist year is a day; `maximum` tells it */
    {"2024-12-31", "2024-12-31"},
    {"2024-04-31", NULL},
    {"2024-13-01", NULL},
    {"2024-00-10", NULL},
    {"2024-01-00", NULL},
    {"2024-1-1", NULL},
    {"24-01-01", NULL},
    {"2024/01/01", NULL},
    {"2024-01-01 00:00:00", "2024-01-01"},
    {"2024-01-01T00:00:00", "2024-01-01"},
    {"2024-01-01 10:00:00", NULL},
    {"2024-01-01Z", NULL},
    {"infinity", NULL},
    {"", NULL},
};

static const struct canon datetimes[] = {
    {"2024-12-28 23:00:00", "2024-12-28T23:00:00"},
    {"2024-12-28T23:00:00", "2024-12-28T23:00:00"},
    {"2024-12-28", "2024-12-28T00:00:00"},
    {"2024-12-28 23:00:00.123456", "2024-12-28T23:00:00"},
    {"2024-12-28 23:00:00+07", NULL}, /* the source keeps no zone */
    {"2024-12-28 23:00:00Z", NULL},
    {"2024-12-28 24:00:00", NULL},
    {"2024-12-28 23:60:00", NULL},
    {"2024-12-28 23:00:60", NULL},
    {"2024-12-28 23:00", NULL},
    {"2024-02-30 23:00:00", NULL},
    {"2024-12-28 23:00:00.", NULL},
    {"2024-12-28 23:00:00.12x", NULL},
    {"2024-12-28 23:00:00.12345678901234", NULL},
    {"", NULL},
};

#define EACH(table, call)                                                              \
	for (size_t i = 0; i < sizeof(table) / sizeof(*(table)); i++) {                \
		struct od_span in = od_span_str((table)[i].in), out = {"", 0};         \
		judge(&(table)[i], call, out);                                         \
	}

static void
whole_numbers(void **state)
{
	(void)state;
	EACH(integers, od_canon_integer(in, &a, &out))
}

static void
decimals_keep_every_digit(void **state)
{
	(void)state;
	EACH(decimals, od_canon_decimal(in, 2, &a, &out))
}

static void
decimals_without_a_point(void **state)
{
	struct od_span out;

	(void)state;
	assert_true(od_canon_decimal(OD_SPAN("7.000"), 0, &a, &out));
	assert_true(od_span_is(out, "7"));
	assert_false(od_canon_decimal(OD_SPAN("7.001"), 0, &a, &out));
	assert_true(od_canon_decimal(OD_SPAN("13.756331"), 6, &a, &out));
	assert_true(od_span_is(out, "13.756331"));
}

static void
truth_values(void **state)
{
	(void)state;
	EACH(booleans, od_canon_boolean(in, &out))
}

static void
days_that_exist(void **state)
{
	(void)state;
	EACH(dates, od_canon_date(in, &a, &out))
}

static void
moments_without_a_zone(void **state)
{
	(void)state;
	EACH(datetimes, od_canon_datetime(in, &a, &out))
}

static void
a_nul_is_no_end(void **state)
{
	struct od_span out;

	(void)state;
	assert_false(od_canon_integer((struct od_span){"12\0", 3}, &a, &out));
	assert_false(od_canon_decimal((struct od_span){"1.5\0", 4}, 2, &a, &out));
	assert_false(od_canon_boolean((struct od_span){"t\0", 2}, &out));
	assert_false(od_canon_date((struct od_span){"2024-01-01\0", 11}, &a, &out));
}

static int
release(void **state)
{
	(void)state;
	od_arena_release(&a);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_numbers),
	    cmocka_unit_test(decimals_keep_every_digit),
	    cmocka_unit_test(decimals_without_a_point),
	    cmocka_unit_test(truth_values),
	    cmocka_unit_test(days_that_exist),
	    cmocka_unit_test(moments_without_a_zone),
	    cmocka_unit_test(a_nul_is_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
