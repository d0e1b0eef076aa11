#include "../seal/tree.h"

#include <sys/stat.h>

#include "seal/known.h"
#include "stage/portal_tree.h"

/* Release 1 with pages/one.html and pages/two.html. */
static void
seal_first(struct tree *t)
{
	tree_put(t, "1/pages/one.html", "one");
	tree_put(t, "1/pages/two.html", "two");
	usleep(20000); /* more than a tick of the file system's clock */
	tree_seal(t, "1", "", 1, "2026-03-02T23:00:00+07:00");
}

static ino_t
inode_of(struct tree *t, const char *path)
{
	struct stat st;

	assert_int_equal(lstat(tree_path(t, path), &st), 0);
	return st.st_ino;
}

static void
a_page_equal_to_the_live_one_is_a_link_and_never_written_into(void **state)
{
	struct od_known *known;
	struct od_tree hand;
	struct od_err err;
	struct tree t;

	(void)state;
	tree_open(&t);
	seal_first(&t);
	known = od_known_load(NULL, tree_path(&t, "1"), NULL);
	assert_non_null(known);
	od_tree_init(&hand, tree_path(&t, "2.part"), known);
	assert_int_equal(od_tree_put(&hand, "pages/one.html", od_span_str("one"), &err),
	                 OD_OK);
	assert_int_equal(od_tree_put(&hand, "pages/two.html", od_span_str("TWO"), &err),
	                 OD_OK);
	assert_int_equal(od_tree_put(&hand, "pages/new.html", od_span_str("one"), &err),
	                 OD_OK);
	assert_int_equal(inode_of(&t, "1/pages/one.html"),
	                 inode_of(&t, "2.part/pages/one.html"));
	assert_int_not_equal(inode_of(&t, "1/pages/two.html"),
	                     inode_of(&t, "2.part/pages/two.html"));
	assert_string_equal(tree_get(&t, "2.part/pages/two.html").p, "TWO");
	/* made again, with other bytes: the live page keeps its own */
	assert_int_equal(od_tree_put(&hand, "pages/one.html", od_span_str("1"), &err),
	                 OD_OK);
	assert_string_equal(tree_get(&t, "2.part/pages/one.html").p, "1");
	assert_string_equal(tree_get(&t, "1/pages/one.html").p, "one");
	od_tree_release(&hand);
	od_known_close(known);
	tree_close(&t);
}

static void
a_live_release_that_is_not_what_its_manifest_says_is_not_linked_to(void **state)
{
	struct od_arena a = {0};
	struct od_known *known;
	const char *one;
	struct tree t;

	(void)state;
	tree_open(&t);
	seal_first(&t);
	known = od_known_load(NULL, tree_path(&t, "1"), NULL);
	assert_non_null(known);
	od_known_close(known);
	/* with rules, the private note must vouch for it */
	assert_null(od_known_load(tree_path(&t, "state"), tree_path(&t, "1"), "x"));
	one = od_part_name("pages/one.html", &a);
	tree_put(&t, od_arena_printf(&a, "1/parts/%s.json", one), "{}");
	assert_null(od_known_load(NULL, tree_path(&t, "1"), NULL));
	assert_null(od_known_load(NULL, "", NULL));
	od_arena_release(&a);
	tree_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_page_equal_to_the_live_one_is_a_link_and_never_written_into),
	    cmocka_unit_test(
		a_live_release_that_is_not_what_its_manifest_says_is_not_linked_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
