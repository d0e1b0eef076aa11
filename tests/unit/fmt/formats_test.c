#include "fmt_test.h"

static void
a_small_table_has_more_forms(void **state)
{
	static const char *const own[] = {"parquet", "csv", NULL};
	static const char *const small[] = {"xlsx", "csv", "json", NULL};
	static const struct {
		uint64_t rows, limit;
		const char *names;
	} cases[] = {
	    {0, 100, "csv json xlsx parquet "},
	    {100, 100, "csv json xlsx parquet "},
	    {101, 100, "csv parquet "},
	};
	const struct od_format *formats[OD_FORMATS_MAX];

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_catalog c = {.small_rows = cases[i].limit,
		                       .small_formats = small};
		struct od_dataset d = {.formats = own};
		size_t n = od_formats_of_table(&c, &d, cases[i].rows, formats);
		char names[200] = "";

		for (size_t k = 0; k < n; k++)
			strcat(strcat(names, formats[k]->name), " ");
		assert_string_equal(names, cases[i].names);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_small_table_has_more_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
