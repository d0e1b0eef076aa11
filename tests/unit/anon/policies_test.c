/* Methods that publish less of a value: drop, generalize, round, code. */
#include "anon_test.h"

#include <stdio.h>
#include <stdlib.h>

static const unsigned char key[OD_ANON_KEY] = "an example of thirty-two bytes..";

/* A field that declares METHOD: ARGUMENT. */
static struct od_field
field(const char *method, const char *argument, enum od_type type)
{
	return (struct od_field){.name = "f",
	                         .type = type,
	                         .anonymize = method,
	                         .anonymize_to = argument,
	                         .scale = 9};
}

/* What is published of `in`; "!" and the reason if it is refused. */
static const char *
apply(const struct od_field *f, const char *in, struct od_arena *row)
{
	struct od_anon_note note = {0};
	struct od_anon_use use;
	struct od_pub out;
	const char *why;

	assert_null(od_anon_prepare(f, key, &use));
	why = use.method->apply(&use, (struct od_raw){od_span_str(in), false}, row,
	                        &out, &note);
	if (why)
		return od_arena_printf(row, "!%s", why);
	return out.null ? "(null)" : od_arena_dup(row, out.v).p;
}

static const struct {
	const char *method, *argument;
	enum od_type type;
	const char *in, *out;
} cases[] = {
    {"drop", NULL, OD_TYPE_TEXT, "anything", "(null)"},

    {"generalize", "year", OD_TYPE_CODE, "1984-03-09", "1984"},
    {"generalize", "year", OD_TYPE_INTEGER, "1984-03-09 23:00:00", "1984"},
    {"generalize", "month", OD_TYPE_CODE, "1984-03-09T23:00:00", "1984-03"},
    {"generalize", "year", OD_TYPE_CODE, "1984-3-9", "!not an ISO 8601 date"},
    {"generalize", "year", OD_TYPE_CODE, "1984-03-091", "!not an ISO 8601 date"},
    {"generalize", "year", OD_TYPE_CODE, "1984x03-09", "!not an ISO 8601 date"},
    {"generalize", "month", OD_TYPE_CODE, "", "!not an ISO 8601 date"},

    {"generalize", "province", OD_TYPE_CODE, "50", "50"},
    {"generalize", "province", OD_TYPE_CODE, "500107", "50"},
    {"generalize", "district", OD_TYPE_CODE, "50010703", "5001"},
    {"generalize", "district", OD_TYPE_CODE, "50", "!not the code of such a place"},
    {"generalize", "district", OD_TYPE_CODE, "50010", "!not the code of such a place"},
    {"generalize", "province", OD_TYPE_CODE, "5x", "!not the code of such a place"},
    {"generalize", "province", OD_TYPE_CODE, "", "!not the code of such a place"},

    {"generalize", "0.01", OD_TYPE_DECIMAL, "18.788342", "18.785"},
    {"generalize", "0.01", OD_TYPE_DECIMAL, "18.78", "18.785"},
    {"generalize", "0.01", OD_TYPE_DECIMAL, "18.789999999", "18.785"},
    {"generalize", "0.01", OD_TYPE_DECIMAL, "-0.001", "-0.005"},
    {"generalize", "0.01", OD_TYPE_DECIMAL, "0", "0.005"},
    {"generalize", "0.5", OD_TYPE_DECIMAL, "100.49", "100.25"},
    {"generalize", "1", OD_TYPE_DECIMAL, "-100.49", "-100.5"},
    {"generalize", "0.05", OD_TYPE_DECIMAL, "0.07", "0.075"},
    {"generalize", "1", OD_TYPE_DECIMAL, "x", "!not a number of at most 18 digits"},
    {"generalize", "0.01", OD_TYPE_DECIMAL, "123456789012345678",
     "!not a number of at most 18 digits"},

    {"round", "1000", OD_TYPE_INTEGER, "1499", "1000"},
    {"round", "1000", OD_TYPE_INTEGER, "1500", "2000"},
    {"round", "1000", OD_TYPE_INTEGER, "499", "0"},
    {"round", "1000", OD_TYPE_INTEGER, "-1500", "-2000"},
    {"round", "1000", OD_TYPE_INTEGER, "-1499", "-1000"},
    {"round", "1000", OD_TYPE_DECIMAL, "1499.99", "1000"},
    {"round", "1000", OD_TYPE_DECIMAL, "1500.00", "2000"},
    {"round", "0.25", OD_TYPE_DECIMAL, "1.12", "1.00"},
    {"round", "0.25", OD_TYPE_DECIMAL, "1.125", "1.25"},
    {"round", "5", OD_TYPE_INTEGER, "7", "5"},
    {"round", "5", OD_TYPE_INTEGER, "8", "10"},
    {"round", "5", OD_TYPE_INTEGER, "1.", "!not a number of at most 18 digits"},
    {"round", "5", OD_TYPE_INTEGER, ".5", "!not a number of at most 18 digits"},
    {"round", "5", OD_TYPE_INTEGER, "-", "!not a number of at most 18 digits"},
    {"round", "5", OD_TYPE_INTEGER, "", "!not a number of at most 18 digits"},
    {"round", "5", OD_TYPE_INTEGER, "1.2.3", "!not a number of at most 18 digits"},
    {"round", "5", OD_TYPE_INTEGER, "1234567890123456789",
     "!not a number of at most 18 digits"},
    {"round", "0.01", OD_TYPE_DECIMAL, "999999999999999999",
     "!not a number of at most 18 digits"},
    {"round", "5", OD_TYPE_INTEGER, "999999999999999998", "1000000000000000000"},

    {"code", "vendor", OD_TYPE_CODE, " \xc2\xa0", "(null)"},
    {"code", "vendor", OD_TYPE_CODE, "a\xff", "!not UTF-8"},
};

static void
less_is_published_or_the_cell_is_refused(void **state)
{
	struct od_arena row = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_field f =
		    field(cases[i].method, cases[i].argument, cases[i].type);
		const char *out = apply(&f, cases[i].in, &row);

		if (strcmp(out, cases[i].out) != 0)
			printf("%s: %s of '%s'\n", cases[i].method,
			       cases[i].argument ? cases[i].argument : "", cases[i].in);
		assert_string_equal(out, cases[i].out);
	}
	od_arena_release(&row);
}

/* Values of one cell of the grid become one, and the next cell begins where it ends. */
static void
a_grid_has_no_seams(void **state)
{
	struct od_field f = field("generalize", "0.03", OD_TYPE_DECIMAL);
	struct od_arena row = {0};
	double last = -1;

	(void)state;
	for (int i = -1000; i < 1000; i++) {
		const char *in =
		    od_arena_printf(&row, "%d.%02d", i / 100, abs(i % 100));
		double at = i / 100.0, middle;

		if (i < 0 && i > -100)
			in = od_arena_printf(&row, "-0.%02d", -i);
		middle = atof(apply(&f, in, &row));
		assert_true(middle - at > -0.0150001 && middle - at < 0.0150001);
		assert_true(i == -1000 || middle >= last);
		last = middle;
	}
	od_arena_release(&row);
}

/* With Python: hmac.new(key, b"vendor\0" + text, "sha256").hexdigest()[:32] */
static void
codes_are_equal_for_equal_values_of_one_name(void **state)
{
	struct od_field vendor = field("code", "vendor", OD_TYPE_CODE);
	struct od_field account = field("code", "account", OD_TYPE_CODE);
	struct od_arena row = {0};
	const char *code = apply(&vendor, "0105536000315", &row);

	(void)state;
	assert_string_equal(code, "994bc71995ee7ccff73de9ee7dd0b144");
	assert_string_equal(apply(&vendor, " 0105536000315\u200b", &row), code);
	assert_string_not_equal(apply(&vendor, "0105536000316", &row), code);
	assert_string_not_equal(apply(&account, "0105536000315", &row), code);
	od_arena_release(&row);
}

static void
what_cannot_be_is_refused_when_schemas_are_loaded(void **state)
{
	static const struct {
		const char *method, *argument;
		enum od_type type;
		bool required;
	} wrong[] = {
	    {"public", "x", OD_TYPE_TEXT, false},
	    {"redact", "x", OD_TYPE_TEXT, false},
	    {"drop", "x", OD_TYPE_TEXT, false},
	    {"drop", NULL, OD_TYPE_TEXT, true},
	    {"generalize", NULL, OD_TYPE_CODE, false},
	    {"generalize", "yeer", OD_TYPE_CODE, false},
	    {"generalize", "year", OD_TYPE_DATE, false},
	    {"generalize", "month", OD_TYPE_INTEGER, false},
	    {"generalize", "district", OD_TYPE_INTEGER, false},
	    {"generalize", "0.01", OD_TYPE_TEXT, false},
	    {"generalize", "10", OD_TYPE_INTEGER, false},
	    {"generalize", "0", OD_TYPE_DECIMAL, false},
	    {"generalize", "-1", OD_TYPE_DECIMAL, false},
	    {"generalize", "0.000000001", OD_TYPE_DECIMAL, false}, /* needs scale 10 */
	    {"generalize", "0.0000000001", OD_TYPE_DECIMAL, false},
	    {"round", NULL, OD_TYPE_INTEGER, false},
	    {"round", "0.5", OD_TYPE_INTEGER, false},
	    {"round", "ten", OD_TYPE_INTEGER, false},
	    {"code", NULL, OD_TYPE_CODE, false},
	    {"code", "", OD_TYPE_CODE, false},
	    {"code", "x", OD_TYPE_TEXT, false},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(wrong); i++) {
		struct od_field f =
		    field(wrong[i].method, wrong[i].argument, wrong[i].type);
		struct od_anon_use use;

		f.required = wrong[i].required;
		assert_non_null(od_anon_prepare(&f, NULL, &use));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(less_is_published_or_the_cell_is_refused),
	    cmocka_unit_test(a_grid_has_no_seams),
	    cmocka_unit_test(codes_are_equal_for_equal_values_of_one_name),
	    cmocka_unit_test(what_cannot_be_is_refused_when_schemas_are_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
