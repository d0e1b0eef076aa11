#include "stage/changes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"

static void
give(struct od_artefacts *list, struct od_arena *a, const char *path,
     const char *sha256, const char *changed)
{
	od_artefacts_add(list, a,
	                 &(struct od_artefact){.path = path,
	                                       .role = OD_ROLE_DATA,
	                                       .dataset = "d",
	                                       .sha256 = sha256,
	                                       .changed = changed});
}

/* The list of the live release lies beside its snapshot. */
static void
what_is_saved_is_found_again_by_path(void **state)
{
	char dir[] = "/tmp/changes_test.XXXXXX";
	struct od_arena a = {0};
	struct od_stage_ctx ctx = {.run = &a, .created = "2026-01-02"};
	struct od_artefacts live = {.created = "2026-01-01"}, before;
	struct od_err err = {0};

	(void)state;
	assert_non_null(mkdtemp(dir));
	give(&live, &a, "z.csv", "1", "2025-12-31");
	give(&live, &a, "a.csv", "2", "2026-01-01");
	assert_int_equal(
	    od_artefacts_save(&live, od_arena_printf(&a, "%s/7.artefacts.json", dir),
	                      &err),
	    OD_OK);
	ctx.wd.previous = od_arena_printf(&a, "%s/7.sqlite", dir);
	od_changes_load(&ctx, &before);
	assert_string_equal(before.created, "2026-01-01");
	assert_string_equal(od_changes_find(&before, "z.csv")->changed, "2025-12-31");
	assert_null(od_changes_find(&before, "y.csv"));
	ctx.wd.previous = "";
	od_changes_load(&ctx, &before);
	assert_int_equal(before.n, 0);
	assert_null(od_changes_find(&before, "z.csv"));
	assert_int_equal(od_dir_remove(dir, &err), OD_OK);
	od_arena_release(&a);
}

static void
a_date_moves_with_the_bytes_alone(void **state)
{
	static const struct {
		const char *sha256, *before_sha256, *before, *want;
	} cases[] = {
	    {"1", NULL, NULL, "2026-01-02"},        /* new */
	    {"1", "1", "2025-01-01", "2025-01-01"}, /* the same */
	    {"1", "0", "2025-01-01", "2026-01-02"}, /* changed */
	    {"1", "0", "2027-01-01", "2027-01-01"}, /* changed, the source set back */
	    {"1", "1", "", "2026-01-02"},           /* the old list knew no date */
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_arena a = {0};
		struct od_stage_ctx ctx = {.run = &a, .created = "2026-01-02"};
		struct od_artefacts before = {0}, files = {0};

		if (cases[i].before)
			give(&before, &a, "d.csv", cases[i].before_sha256,
			     cases[i].before);
		give(&files, &a, "d.csv", cases[i].sha256, "");
		od_changes_date(&ctx, &before, &files);
		assert_string_equal(files.v[0].changed, cases[i].want);
		ctx.created = "2028-01-01";
		od_changes_date(&ctx, &before, &files); /* a date once given stays */
		assert_string_equal(od_changes_of(&ctx, &files, "d"), cases[i].want);
		assert_string_equal(od_changes_of(&ctx, &files, "x"), "2028-01-01");
		assert_string_equal(od_changes_newest(&ctx, &files), cases[i].want);
		od_arena_release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_saved_is_found_again_by_path),
	    cmocka_unit_test(a_date_moves_with_the_bytes_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
