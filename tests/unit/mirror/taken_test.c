#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mirror/taken.h"

#define A "85668a23dac88b336bab326583fa50dbaa00f1cbb02480b9273f237bbc2f3fa2"
#define B "05668a23dac88b336bab326583fa50dbaa00f1cbb02480b9273f237bbc2f3fa2"
#define C "95668a23dac88b336bab326583fa50dbaa00f1cbb02480b9273f237bbc2f3fa2"

static void
files_and_releases_are_found(void **state)
{
	static const char text[] =
	    "{\"serial\":3,\"retractions\":[],"
	    "\"withdrawn\":[{\"serial\":1,\"created\":\"x\"},{\"serial\":2}],"
	    "\"files\":[\"" A "\",\"" B "\"]}";
	struct od_arena a = {0};
	struct od_taken t;
	struct od_err err;

	(void)state;
	assert_int_equal(od_taken_parse(od_span_str(text), &a, &t, &err), OD_OK);
	assert_true(od_taken_has_file(&t, A));
	assert_true(od_taken_has_file(&t, B));
	assert_false(od_taken_has_file(&t, C));
	assert_true(od_taken_has_release(&t, 1));
	assert_true(od_taken_has_release(&t, 2));
	assert_false(od_taken_has_release(&t, 3));
	od_arena_release(&a);
}

static void
nothing_taken_back_is_nothing(void **state)
{
	const struct od_taken t = {0};

	(void)state;
	assert_false(od_taken_has_file(&t, A));
	assert_false(od_taken_has_release(&t, 1));
}

static void
another_form_is_refused(void **state)
{
	static const char *const cases[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"files\":[]}",
	    "{\"files\":[],\"withdrawn\":7}",
	    "{\"files\":[\"../../x\"],\"withdrawn\":[]}",
	    "{\"files\":[7],\"withdrawn\":[]}",
	    "{\"files\":[],\"withdrawn\":[{\"serial\":0}]}",
	    "{\"files\":[],\"withdrawn\":[3]}"};
	struct od_arena a = {0};
	struct od_taken t;
	struct od_err err;

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		if (!od_taken_parse(od_span_str(cases[i]), &a, &t, &err))
			fail_msg("read: %s", cases[i]);
		assert_int_equal(err.kind, OD_KIND_VERIFY);
	}
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_and_releases_are_found),
	    cmocka_unit_test(nothing_taken_back_is_nothing),
	    cmocka_unit_test(another_form_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
