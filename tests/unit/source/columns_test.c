#include "../core/cmocka_first.h"

#include "source/driver.h"

static const char *
name_of(const void *u, size_t i)
{
	return ((const char *const *)u)[i];
}

static const struct {
	const char *want[4], *got[4];
	const char *tells; /* NULL: they agree */
} cases[] = {
    {{"a", "b"}, {"a", "b"}, NULL},
    {{"a", "b"}, {"a"}, "the declared column 'b'"},
    {{"a", "b"}, {"a", "b", "c"}, "'c' that is not declared"},
    {{"a", "b"}, {"b", "a"}, "column 1 of the query must be 'a'"},
    {{"a", "b"}, {"a", "B"}, "the declared column 'b'"},
    {{"a", "b"}, {"a", "b", "a"}, "must be"},
    {{"a"}, {"a", "a"}, "must be"},
    {{"a"}, {NULL}, "the declared column 'a'"},
};

static size_t
count(const char *const *names)
{
	size_t n = 0;

	while (n < 4 && names[n])
		n++;
	return n;
}

static void
a_query_gives_exactly_the_declared_columns(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct od_err err = {0};
		enum od_rc rc =
		    od_columns_check("projects", cases[i].want, count(cases[i].want),
		                     name_of, cases[i].got, count(cases[i].got), &err);

		assert_int_equal(rc == OD_OK, cases[i].tells == NULL);
		if (!rc)
			continue;
		assert_int_equal(err.kind, OD_KIND_SOURCE);
		assert_memory_equal(err.msg, "projects: ", 10);
		if (!strstr(err.msg, cases[i].tells))
			fail_msg("case %zu: %s", i, err.msg);
		assert_true(strlen(err.hint) > 0);
	}
}

static void
an_unknown_kind_of_source_is_not_repeated(void **state)
{
	struct od_source *s;
	struct od_err err;

	(void)state;
	assert_int_equal(od_source_open("mysql://u:secret@h/d", NULL, &s, &err),
	                 OD_RUN);
	assert_int_equal(err.kind, OD_KIND_CONFIG);
	assert_null(strstr(err.msg, "secret"));
}

static void
a_missing_file_is_not_made(void **state)
{
	struct od_source *s;
	struct od_err err;

	(void)state;
	assert_int_equal(od_source_open("sqlite:/nonexistent/x.sqlite", NULL, &s, &err),
	                 OD_RUN);
	assert_int_equal(err.kind, OD_KIND_SOURCE);
	assert_non_null(strstr(err.msg, "/nonexistent/x.sqlite"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_query_gives_exactly_the_declared_columns),
	    cmocka_unit_test(an_unknown_kind_of_source_is_not_repeated),
	    cmocka_unit_test(a_missing_file_is_not_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
