#include "tree.h"

#include <stdlib.h>
#include <unistd.h>

#include "seal/publish.h"
#include "seal/retain.h"

static void
the_newest_and_one_a_month_are_kept(void **state)
{
	/* Falling serials; x: to be removed. */
	static const struct {
		uint64_t serial;
		const char *created, *name;
		bool keep;
	} cases[] = {
	    {102, "", "102.part", true}, /* newer than the live one: being built */
	    {101, "2026-03-21T23:00:00+07:00", "101",
	     true}, /* finished, not switched to */
	    {100, "2026-03-20T23:00:00+07:00", "100", true}, /* live */
	    {100, "", "100.part", false},
	    {99, "2026-03-19T23:00:00+07:00", "99", true},
	    {98, "", "98.held", false},
	    {97, "2026-03-18T23:00:00+07:00", "97", true},
	    {96, "2026-03-17T23:00:00+07:00", "96", false},
	    {95, "2026-02-28T23:00:00+07:00", "95", true}, /* newest of February */
	    {94, "2026-02-27T23:00:00+07:00", "94", false},
	    {93, "2026-01-31T23:00:00+07:00", "93", true},
	    {92, "2025-12-31T23:00:00+07:00", "92", false}, /* more than three months */
	    {91, "", "91", false},                          /* no date: of no month */
	};
	struct od_retained v[OD_ARRAY_LEN(cases)];
	struct od_retention r = {.newest = 2, .months = 3};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		v[i] = (struct od_retained){cases[i].name, cases[i].created,
		                            cases[i].serial,
		                            !strchr(cases[i].name, '.'), false};
	od_retain_mark(v, OD_ARRAY_LEN(v), 100, &r);
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		if (v[i].keep != cases[i].keep)
			fail_msg("%s is %s", cases[i].name,
			         v[i].keep ? "kept" : "removed");
}

static void
pruning_removes_old_releases_and_never_the_live_one(void **state)
{
	struct od_retention r = {.newest = 0, .months = 0};
	struct od_err err;
	struct tree t;
	size_t removed;

	(void)state;
	tree_open(&t);
	tree_put(&t, "releases/1/x", "");
	tree_put(&t, "releases/2/x", "");
	tree_put(&t, "releases/2.part/x", "");
	tree_put(&t, "releases/3.part/x", "");
	tree_put(&t, "releases/notes/x", "");
	/* Nothing is live: nothing is old. */
	assert_int_equal(od_retain_prune(t.top, &r, &removed, &err), OD_OK);
	assert_int_equal(removed, 0);
	assert_int_equal(od_live_switch(t.top, "2", &err), OD_OK);
	assert_int_equal(od_retain_prune(t.top, &r, &removed, &err), OD_OK);
	assert_int_equal(removed, 2);
	assert_false(od_file_exists(tree_path(&t, "releases/1")));
	assert_true(od_file_exists(tree_path(&t, "releases/2")));
	assert_false(od_file_exists(tree_path(&t, "releases/2.part")));
	assert_true(od_file_exists(tree_path(&t, "releases/3.part")));
	assert_true(od_file_exists(tree_path(&t, "releases/notes")));
	tree_close(&t);
}

static void
what_is_older_than_the_days_goes_whatever_else_would_keep_it(void **state)
{
	static const struct {
		uint64_t serial;
		const char *created;
		bool keep;
	} cases[] = {
	    {9, "2026-03-01T23:00:00+07:00", true}, /* live */
	    {8, "2026-02-28T23:00:00+07:00", true},
	    {7, "2026-01-30T23:00:00+07:00", true},  /* 30 days */
	    {6, "2026-01-29T23:00:00+07:00", false}, /* 31 */
	    {5, "2025-12-31T23:00:00+07:00",
	     false},       /* newest of its month, yet too old */
	    {4, "", true}, /* no date: only the count */
	    {3, "2024-02-29T23:00:00+07:00", false},
	};
	struct od_retained v[OD_ARRAY_LEN(cases)];
	struct od_retention r = {.newest = 9, .months = 12, .days = 30};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		v[i] = (struct od_retained){"", cases[i].created, cases[i].serial, true,
		                            false};
	od_retain_mark(v, OD_ARRAY_LEN(v), 9, &r);
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		if (v[i].keep != cases[i].keep)
			fail_msg("%d is %s", (int)cases[i].serial,
			         v[i].keep ? "kept" : "removed");
}

/* Three releases of a file of 40 kB each, and one of 40 kB that all share. */
static void
put_sharing(struct tree *t)
{
	char *text = malloc(40961);

	assert_non_null(text);
	memset(text, 'x', 40960);
	text[40960] = '\0';
	tree_put(t, "releases/1/own", text);
	tree_put(t, "releases/2/own", text);
	tree_put(t, "releases/3/own", text);
	tree_put(t, "releases/1/shared", text);
	assert_int_equal(
	    link(tree_path(t, "releases/1/shared"), tree_path(t, "releases/2/shared")),
	    0);
	assert_int_equal(
	    link(tree_path(t, "releases/1/shared"), tree_path(t, "releases/3/shared")),
	    0);
	free(text);
}

static void
the_oldest_go_until_the_bytes_fit_and_a_shared_file_counts_once(void **state)
{
	static const struct {
		uint64_t bytes;
		size_t removed;
	} cases[] = {
	    {0, 0},      {170000, 0}, {130000, 1},
	    {100000, 2}, {1, 2}, /* never the live one */
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_retention r = {.newest = 9, .bytes = cases[i].bytes};
		struct od_err err;
		struct tree t;
		size_t removed;

		tree_open(&t);
		put_sharing(&t);
		assert_int_equal(od_live_switch(t.top, "3", &err), OD_OK);
		assert_int_equal(od_retain_prune(t.top, &r, &removed, &err), OD_OK);
		assert_int_equal(removed, cases[i].removed);
		assert_int_equal(od_file_exists(tree_path(&t, "releases/1")),
		                 cases[i].removed < 1);
		assert_int_equal(od_file_exists(tree_path(&t, "releases/2")),
		                 cases[i].removed < 2);
		assert_true(od_file_exists(tree_path(&t, "releases/3/shared")));
		tree_close(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_newest_and_one_a_month_are_kept),
	    cmocka_unit_test(
		what_is_older_than_the_days_goes_whatever_else_would_keep_it),
	    cmocka_unit_test(
		the_oldest_go_until_the_bytes_fit_and_a_shared_file_counts_once),
	    cmocka_unit_test(pruning_removes_old_releases_and_never_the_live_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
