#include "cmocka_first.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/out.h"

static struct od_arena a;
static char top[64];

static int
make_top(void **state)
{
	(void)state;
	strcpy(top, "/tmp/odp-file-XXXXXX");
	return mkdtemp(top) ? 0 : -1;
}

static int
remove_top(void **state)
{
	struct od_err err;

	(void)state;
	if (od_dir_remove(top, &err))
		return -1;
	od_arena_release(&a);
	return access(top, F_OK) == 0;
}

static const char *
path(const char *rel)
{
	return od_arena_printf(&a, "%s/%s", top, rel);
}

static void
put(const char *rel, const char *text)
{
	struct od_err err;

	assert_int_equal(od_out_file(path(rel), od_span_str(text), &err), OD_OK);
}

static enum od_rc
gather(const struct od_walk_file *f, void *u, struct od_err *err)
{
	char *to = u;

	(void)err;
	sprintf(to + strlen(to), "%s:%d ", f->rel, (int)f->bytes);
	return OD_OK;
}

static void
a_walk_is_sorted_by_bytes(void **state)
{
	char seen[256] = "";
	struct od_err err;

	(void)state;
	put("b", "1");
	put("a/z", "12");
	put("a.x", "");
	put("a/B", "123");
	put("ก", "1");
	assert_int_equal(od_dir_walk(top, gather, seen, &err), OD_OK);
	assert_string_equal(seen, "a/B:3 a/z:2 a.x:0 b:1 ก:1 ");
}

static void
a_walk_refuses_what_is_no_file(void **state)
{
	char seen[256] = "";
	struct od_err err;

	(void)state;
	put("a", "1");
	assert_int_equal(symlink("a", path("link")), 0);
	assert_int_equal(od_dir_walk(top, gather, seen, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_VERIFY);
	unlink(path("link"));
	assert_int_equal(mkfifo(path("pipe"), 0600), 0);
	assert_int_equal(od_dir_walk(top, gather, seen, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_VERIFY);
}

static void
a_file_larger_than_the_limit_is_refused(void **state)
{
	struct od_span s;
	struct od_err err;

	(void)state;
	put("x", "12345");
	assert_int_equal(od_file_read(path("x"), 5, &a, &s, OD_KIND_KEY, &err), OD_OK);
	assert_int_equal(s.n, 5);
	assert_int_equal(s.p[5], '\0');
	assert_int_equal(od_file_read(path("x"), 4, &a, &s, OD_KIND_KEY, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_KEY);
	assert_int_equal(od_file_read(path("nosuch"), 4, &a, &s, OD_KIND_KEY, &err),
	                 OD_RUN);
	assert_int_equal(err.kind, OD_KIND_KEY);
	assert_int_equal(od_file_read(top, 4, &a, &s, OD_KIND_KEY, &err), OD_RUN);
}

static void
removal_does_not_follow_symlinks(void **state)
{
	struct od_err err;

	(void)state;
	put("keep/x", "1");
	put("go/y", "1");
	assert_int_equal(symlink("../keep", path("go/link")), 0);
	assert_int_equal(od_dir_remove(path("go"), &err), OD_OK);
	assert_false(od_file_exists(path("go")));
	assert_true(od_file_exists(path("keep/x")));
	assert_int_equal(od_dir_remove(path("go"), &err), OD_OK);
}

static void
directories_are_made_with_all_above_them(void **state)
{
	struct od_err err;
	struct stat st;

	(void)state;
	assert_int_equal(od_dir_make(path("a/b/c"), 0700, &err), OD_OK);
	assert_int_equal(od_dir_make(path("a/b/c"), 0700, &err), OD_OK);
	assert_true(od_file_is_dir(path("a/b/c")));
	assert_int_equal(stat(path("a/b/c"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	put("file", "");
	assert_int_equal(od_dir_make(path("file"), 0755, &err), OD_RUN);
	assert_int_equal(od_dir_make(path("file/x"), 0755, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_IO);
	assert_null(od_dir_list(path("nosuch"), &a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_walk_is_sorted_by_bytes, make_top,
	                                    remove_top),
	    cmocka_unit_test_setup_teardown(a_walk_refuses_what_is_no_file, make_top,
	                                    remove_top),
	    cmocka_unit_test_setup_teardown(a_file_larger_than_the_limit_is_refused,
	                                    make_top, remove_top),
	    cmocka_unit_test_setup_teardown(removal_does_not_follow_symlinks, make_top,
	                                    remove_top),
	    cmocka_unit_test_setup_teardown(directories_are_made_with_all_above_them,
	                                    make_top, remove_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
