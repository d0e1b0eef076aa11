#include "tree.h"

static void
expect_fault(struct tree *t, const char *part, const char *word)
{
	struct od_err err = {0};

	if (tree_verify(t, "r", part, &err) == OD_OK)
		fail_msg("verified, though: %s", word);
	assert_int_equal(err.kind, OD_KIND_VERIFY);
	if (!strstr(err.msg, word))
		fail_msg("'%s' is not in: %s", word, err.msg);
}

static void
a_release_verifies_whole_by_part_and_through_a_symlink(void **state)
{
	struct tree t;
	struct od_err err;

	(void)state;
	tree_open(&t);
	tree_release(&t);
	assert_int_equal(tree_verify(&t, "r", NULL, &err), OD_OK);
	assert_int_equal(tree_verify(&t, "r", "province-50", &err), OD_OK);
	assert_int_equal(tree_verify(&t, "r/parts/province-50.json", NULL, &err),
	                 OD_OK);
	assert_int_equal(symlink("r", tree_path(&t, "current")), 0);
	assert_int_equal(tree_verify(&t, "current", NULL, &err), OD_OK);
	assert_int_equal(tree_verify(&t, "r", "province-99", &err), OD_RUN);
	tree_close(&t);
}

static void
a_part_needs_only_its_own_files(void **state)
{
	struct tree t;
	struct od_err err;

	(void)state;
	tree_open(&t);
	tree_release(&t);
	assert_int_equal(unlink(tree_path(&t, "r/data/projects/projects.csv")), 0);
	assert_int_equal(unlink(tree_path(&t, "r/parts/dataset-projects.json")), 0);
	assert_int_equal(tree_verify(&t, "r", "province-50", &err), OD_OK);
	expect_fault(&t, NULL, "dataset-projects.json' is missing");
	tree_flip(&t, "r/bundles/province-50.zip", 3);
	expect_fault(&t, "province-50", "province-50.zip");
	tree_close(&t);
}

/* Every bit of every file, but the unsigned comment of the signature. */
static void
a_flipped_bit_anywhere_is_found(void **state)
{
	static const char *const files[] = {
	    "r/manifest.json", "r/parts/province-50.json", "r/parts/site.json",
	    "r/data/projects/projects.csv", "r/p/12/1.html"};
	struct tree t;
	struct od_err err;

	(void)state;
	tree_open(&t);
	tree_release(&t);
	for (size_t i = 0; i < OD_ARRAY_LEN(files); i++) {
		size_t n = tree_get(&t, files[i]).n;

		for (size_t bit = 0; bit < 8 * n; bit++) {
			tree_flip(&t, files[i], bit);
			if (tree_verify(&t, "r", NULL, &err) == OD_OK)
				fail_msg("bit %zu of %s may be flipped", bit, files[i]);
			tree_flip(&t, files[i], bit);
		}
	}
	assert_int_equal(tree_verify(&t, "r", NULL, &err), OD_OK);
	tree_close(&t);
}

static void
files_missing_cut_grown_or_added_are_found(void **state)
{
	struct tree t;

	(void)state;
	tree_open(&t);
	tree_release(&t);
	tree_put(&t, "r/extra.html", "x");
	expect_fault(&t, NULL, "'extra.html' is in no manifest");
	unlink(tree_path(&t, "r/extra.html"));
	tree_put(&t, "r/parts/extra.json", "{}");
	expect_fault(&t, NULL, "'parts/extra.json' is in no manifest");
	unlink(tree_path(&t, "r/parts/extra.json"));
	tree_put(&t, "r/p/12/1.html", "<p>one</p>");
	expect_fault(&t, NULL, "p/12/1.html");
	tree_put(&t, "r/p/12/1.html", "<p>one</p>\n\n");
	expect_fault(&t, NULL, "p/12/1.html");
	unlink(tree_path(&t, "r/p/12/1.html"));
	expect_fault(&t, NULL, "'p/12/1.html' is missing");
	tree_close(&t);
}

static void
links_and_special_files_are_refused(void **state)
{
	struct tree t;

	(void)state;
	tree_open(&t);
	tree_release(&t);
	/* The same bytes behind a symlink: file, then folder; then a pipe in its place.
	 */
	tree_put(&t, "copy.html", "<p>one</p>\n");
	unlink(tree_path(&t, "r/p/12/1.html"));
	assert_int_equal(symlink("../../../copy.html", tree_path(&t, "r/p/12/1.html")),
	                 0);
	expect_fault(&t, NULL, "neither a file nor a directory");
	expect_fault(&t, "pages-12", "symlink");
	unlink(tree_path(&t, "r/p/12/1.html"));
	assert_int_equal(mkfifo(tree_path(&t, "r/p/12/1.html"), 0644), 0);
	expect_fault(&t, "pages-12", "not a regular file");
	unlink(tree_path(&t, "r/p/12/1.html"));
	rmdir(tree_path(&t, "r/p/12"));
	tree_put(&t, "elsewhere/1.html", "<p>one</p>\n");
	assert_int_equal(symlink("../../elsewhere", tree_path(&t, "r/p/12")), 0);
	expect_fault(&t, "pages-12", "symlink");
	tree_close(&t);
}

static void
another_key_an_older_release_and_a_missing_signature_are_refused(void **state)
{
	struct tree t, other;
	struct od_verify_opts opts = {.jobs = 1, .min_serial = 8};
	struct od_verify_fact fact;
	struct od_err err;

	(void)state;
	tree_open(&t);
	tree_open(&other);
	tree_release(&t);
	opts.public_key = t.pub;
	assert_int_equal(od_verify(tree_path(&t, "r"), &opts, &fact, &err), OD_RUN);
	assert_non_null(strstr(err.msg, "older than 8"));
	opts.min_serial = 7;
	assert_int_equal(od_verify(tree_path(&t, "r"), &opts, &fact, &err), OD_OK);
	assert_int_equal(fact.serial, 7);
	assert_string_equal(fact.created, "2026-03-02T23:00:00+07:00");
	assert_int_equal(fact.files, 7);
	opts.public_key = other.pub;
	assert_int_equal(od_verify(tree_path(&t, "r"), &opts, &fact, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_VERIFY);
	unlink(tree_path(&t, "r/manifest.json.minisig"));
	expect_fault(&t, NULL, "not signed");
	tree_close(&other);
	tree_close(&t);
}

/* Parts of one night with the root of another. */
static void
parts_of_another_release_are_refused(void **state)
{
	struct tree t;
	struct od_span old;

	(void)state;
	tree_open(&t);
	tree_release(&t);
	old = tree_get(&t, "r/parts/pages-12.json");
	tree_put(&t, "r/p/12/1.html", "<p>new</p>\n");
	tree_seal(&t, "r", "", 8, "2026-03-03T23:00:00+07:00");
	tree_put(&t, "r/parts/pages-12.json", old.p);
	expect_fault(&t, NULL, "parts/pages-12.json");
	tree_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_release_verifies_whole_by_part_and_through_a_symlink),
	    cmocka_unit_test(a_part_needs_only_its_own_files),
	    cmocka_unit_test(a_flipped_bit_anywhere_is_found),
	    cmocka_unit_test(files_missing_cut_grown_or_added_are_found),
	    cmocka_unit_test(links_and_special_files_are_refused),
	    cmocka_unit_test(
		another_key_an_older_release_and_a_missing_signature_are_refused),
	    cmocka_unit_test(parts_of_another_release_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
