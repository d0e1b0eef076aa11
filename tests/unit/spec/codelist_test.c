/* Controlled lists: schemas/vocab/<id>.csv. */
#include "../core/cmocka_first.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "spec/load.h"

static char dir[64];

static int
make_dir(void **state)
{
	char vocab[80];

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/odp-codelist-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(vocab, sizeof(vocab), "%s/vocab", dir);
	return mkdir(vocab, 0700);
}

static int
remove_dir(void **state)
{
	struct od_err err;

	(void)state;
	return od_dir_remove(dir, &err);
}

static void
put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/vocab/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
codes_are_found_whatever_their_order_in_the_file(void **state)
{
	struct od_arena a = {0};
	struct od_spec s = {0};
	struct od_err err;
	const struct od_codelist *list;
	const struct od_code *code;

	(void)state;
	put("v.csv",
	    "code,name_th,name_en,valid_from,valid_to\n"
	    "20,ข,b,2020-01-01,2021-01-01\n1,ก,\"a, b\",,\n2,ค,c,2022-01-01,\n");
	put("w.csv", "code,name_th,name_en\nx,ก,a\n");
	put("notes.txt", "no list");
	assert_int_equal(od_codelists_load(dir, &a, &s, &err), OD_OK);
	assert_int_equal(s.n_codelists, 2);
	list = od_codelist_get(&s, "v");
	assert_non_null(list);
	assert_int_equal(list->n, 3);
	for (size_t i = 0; i < list->n; i++)
		assert_ptr_equal(
		    od_codelist_find(list, od_span_str(list->codes[i].code)),
		    &list->codes[i]);
	code = od_codelist_find(list, OD_SPAN("1"));
	assert_string_equal(code->name_en, "a, b");
	assert_string_equal(code->valid_from, "");
	code = od_codelist_find(list, OD_SPAN("20"));
	assert_string_equal(code->valid_to, "2021-01-01");
	assert_null(od_codelist_find(list, OD_SPAN("")));
	assert_null(od_codelist_find(list, OD_SPAN("200")));
	assert_null(od_codelist_find(list, OD_SPAN("0")));
	list = od_codelist_get(&s, "w");
	assert_string_equal(list->codes[0].valid_from, "");
	assert_null(od_codelist_get(&s, "notes"));
	od_arena_release(&a);
}

static void
a_fault_is_told_with_file_and_row(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
	    {"code\n1\n", "row 1: the header must be"},
	    {"code,name_th,name_en,valid_from,valid_to,more\n1,ก,a,,,\n",
	     "row 1: the header must be"},
	    {"code,name_en,name_th\n1,ก,a\n", "row 1: the header must be"},
	    {"code,name_th,name_en\n1,ก\n", "row 2: not as many cells"},
	    {"code,name_th,name_en\n1,ก,a\n2,,b\n", "row 3: code and both names"},
	    {"code,name_th,name_en\n1,ก,a\n1,ข,b\n", "code '1' stands twice"},
	    {"code,name_th,name_en\n1,\"ก,a\n", "row 2: "},
	    {"code,name_th,name_en\n1,\xff,a\n", "not UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_arena a = {0};
		struct od_spec s = {0};
		struct od_err err;

		put("v.csv", cases[i].text);
		assert_int_not_equal(od_codelists_load(dir, &a, &s, &err), OD_OK);
		assert_int_equal(err.kind, OD_KIND_SCHEMA);
		assert_non_null(strstr(err.msg, "/vocab/v.csv: "));
		if (!strstr(err.msg, cases[i].why))
			fail_msg("%s: %s", cases[i].why, err.msg);
		od_arena_release(&a);
	}
}

static void
the_folder_must_be_there(void **state)
{
	struct od_arena a = {0};
	struct od_spec s = {0};
	struct od_err err;

	(void)state;
	assert_int_not_equal(od_codelists_load("/nowhere", &a, &s, &err), OD_OK);
	assert_int_equal(err.kind, OD_KIND_SCHEMA);
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		codes_are_found_whatever_their_order_in_the_file, make_dir, remove_dir),
	    cmocka_unit_test_setup_teardown(a_fault_is_told_with_file_and_row, make_dir,
	                                    remove_dir),
	    cmocka_unit_test(the_folder_must_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
