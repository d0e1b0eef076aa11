#include "tree.h"

#include "row/snapshot.h"
#include "seal/known.h"
#include "seal/publish.h"
#include "stage/stage.h"

struct run {
	struct tree t;
	struct od_spec spec;
	struct od_stage_ctx ctx;
	struct od_arena a;
};

static void
run_open(struct run *r)
{
	struct od_snapshot *s;
	struct od_err err;

	*r = (struct run){0};
	tree_open(&r->t);
	r->spec.catalog.contact_email = "opendata@office.example";
	r->spec.catalog.keep_newest = 7;
	r->spec.catalog.keep_months = 12;
	r->ctx.spec = &r->spec;
	r->ctx.jobs = 2;
	r->ctx.run = &r->a;
	r->ctx.sign_key = r->t.key;
	r->ctx.wd.output = r->t.top;
	r->ctx.wd.artefacts = "";
	r->ctx.wd.state = tree_path(&r->t, "state");
	r->ctx.wd.snapshot = tree_path(&r->t, "1.sqlite");
	if (od_snapshot_create(r->ctx.wd.snapshot, &r->spec, &s, &err) ||
	    od_snapshot_close(s, false, &err))
		fail_msg("%s", err.msg);
}

static void
run_close(struct run *r)
{
	od_arena_release(&r->a);
	tree_close(&r->t);
}

static enum od_rc
seal(struct run *r, uint64_t serial, struct od_err *err)
{
	const char *live = od_live_name(r->t.top, &r->a);

	*err = (struct od_err){0};
	r->ctx.serial = serial;
	r->ctx.created = "2026-03-02T23:00:00+07:00";
	r->ctx.wd.release =
	    tree_path(&r->t, od_arena_printf(&r->a, "releases/%d.part", (int)serial));
	r->ctx.wd.live =
	    live[0] ? tree_path(&r->t, od_arena_printf(&r->a, "releases/%s", live))
		    : "";
	return od_stage_seal.run(&r->ctx, err);
}

static void
build(struct run *r, int serial, const char *text)
{
	tree_put(&r->t, od_arena_printf(&r->a, "releases/%d.part/index.html", serial),
	         text);
	tree_put(&r->t, od_arena_printf(&r->a, "releases/%d.part/data/x/x.csv", serial),
	         "id\n1\n");
}

static void
a_sealed_release_is_live_and_verifies(void **state)
{
	struct od_err err;
	struct run r;

	(void)state;
	run_open(&r);
	build(&r, 1, "<p>one</p>");
	chmod(tree_path(&r.t, "releases/1.part/index.html"), 0600);
	chmod(tree_path(&r.t, "releases/1.part/data"), 0700);
	if (seal(&r, 1, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(od_live_name(r.t.top, &r.a), "1");
	assert_int_equal(tree_verify(&r.t, "current", NULL, &err), OD_OK);
	assert_false(od_file_exists(tree_path(&r.t, "releases/1.part")));
	build(&r, 2, "<p>two</p>");
	assert_int_equal(seal(&r, 2, &err), OD_OK);
	assert_string_equal(od_live_name(r.t.top, &r.a), "2");
	assert_int_equal(tree_verify(&r.t, "current", NULL, &err), OD_OK);
	assert_non_null(
	    strstr(tree_get(&r.t, "current/parts/dataset-x.json").p, "\"serial\":1"));
	run_close(&r);
}

static void
personal_data_holds_the_release_and_is_not_repeated(void **state)
{
	struct od_err err;
	struct run r;

	(void)state;
	run_open(&r);
	build(&r, 1, "<p>opendata@office.example</p>");
	assert_int_equal(seal(&r, 1, &err), OD_OK);
	build(&r, 2, "<p>8486553464628 and somchai@example.com</p>");
	assert_int_equal(seal(&r, 2, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_PRIVACY);
	assert_non_null(
	    strstr(err.msg, "'index.html' (citizen id 1, e-mail address 1)"));
	assert_null(strstr(err.msg, "8486"));
	assert_null(strstr(err.hint, "8486"));
	assert_string_equal(od_live_name(r.t.top, &r.a), "1");
	/* Put right, the same release can be sealed. */
	build(&r, 2, "<p>two</p>");
	assert_int_equal(seal(&r, 2, &err), OD_OK);
	assert_string_equal(od_live_name(r.t.top, &r.a), "2");
	run_close(&r);
}

static void
a_run_killed_before_the_switch_is_finished_by_the_next(void **state)
{
	struct od_err err;
	struct run r;

	(void)state;
	run_open(&r);
	build(&r, 1, "<p>one</p>");
	assert_int_equal(seal(&r, 1, &err), OD_OK);
	build(&r, 2, "<p>two</p>");
	assert_int_equal(seal(&r, 2, &err), OD_OK);
	assert_int_equal(od_live_switch(r.t.top, "1", &err), OD_OK); /* as if killed */
	assert_int_equal(seal(&r, 2, &err), OD_OK);
	assert_string_equal(od_live_name(r.t.top, &r.a), "2");
	/* The same, but built anew: the older finished tree makes way. */
	assert_int_equal(od_live_switch(r.t.top, "1", &err), OD_OK);
	build(&r, 2, "<p>two again</p>");
	tree_put(&r.t, "releases/2.part/manifest.json", "half of o");
	tree_put(&r.t, "releases/2.part/parts/old.json", "");
	assert_int_equal(seal(&r, 2, &err), OD_OK);
	assert_int_equal(tree_verify(&r.t, "current", NULL, &err), OD_OK);
	assert_string_equal(tree_get(&r.t, "current/index.html").p, "<p>two again</p>");
	run_close(&r);
}

static void
a_preview_takes_no_signed_release_s_place(void **state)
{
	struct od_err err;
	struct run r;

	(void)state;
	run_open(&r);
	r.ctx.unsigned_preview = true;
	build(&r, 1, "<p>one</p>");
	assert_int_equal(seal(&r, 1, &err), OD_OK);
	assert_string_equal(od_live_name(r.t.top, &r.a), "1");
	assert_int_equal(tree_verify(&r.t, "current", NULL, &err), OD_RUN);
	assert_non_null(
	    strstr(tree_get(&r.t, "current/manifest.json").p, "\"preview\":true"));
	r.ctx.unsigned_preview = false;
	build(&r, 2, "<p>two</p>");
	assert_int_equal(seal(&r, 2, &err), OD_OK);
	r.ctx.unsigned_preview = true;
	build(&r, 3, "<p>three</p>");
	assert_int_equal(seal(&r, 3, &err), OD_OK);
	assert_string_equal(od_live_name(r.t.top, &r.a), "2");
	assert_true(
	    od_file_exists(tree_path(&r.t, "releases/3.preview/manifest.json")));
	assert_non_null(strstr(r.ctx.note, "3.preview"));
	run_close(&r);
}

/* Would the stage pass this file over, were releases/<live> the live one? */
static bool
is_known(struct run *r, const char *live, const char *rel, const char *path)
{
	const char *allowed[] = {r->spec.catalog.contact_email, NULL};
	struct od_known *k;
	struct od_scanner *scanner;
	struct od_err err;
	bool is;

	assert_int_equal(od_scanner_open(allowed, &r->a, &scanner, &err), OD_OK);
	k = od_known_load(r->ctx.wd.state,
	                  tree_path(&r->t, od_arena_printf(&r->a, "releases/%s", live)),
	                  od_scanner_id(scanner));
	is = od_known_find(k, rel, tree_path(&r->t, path)) != NULL;
	od_known_close(k);
	od_scanner_close(scanner);
	return is;
}

static void
a_hard_link_to_a_live_file_is_not_read_again_unless_it_changed(void **state)
{
	struct od_err err;
	struct run r;
	const char *page;

	(void)state;
	run_open(&r);
	build(&r, 1, "<p>one</p>");
	assert_int_equal(seal(&r, 1, &err), OD_OK);
	build(&r, 2, "<p>one</p>");
	unlink(tree_path(&r.t, "releases/2.part/index.html"));
	page = tree_path(&r.t, "releases/1/index.html");
	assert_int_equal(link(page, tree_path(&r.t, "releases/2.part/index.html")), 0);
	assert_int_equal(seal(&r, 2, &err), OD_OK);
	assert_int_equal(tree_verify(&r.t, "current", NULL, &err), OD_OK);
	assert_true(is_known(&r, "2", "index.html", "releases/2/index.html"));
	assert_false(is_known(&r, "2", "index.html", "releases/2/data/x/x.csv"));
	assert_false(is_known(&r, "1", "index.html", "releases/1/index.html"));
	/* Written to after it was sealed: read again, and held. */
	build(&r, 3, "x");
	unlink(tree_path(&r.t, "releases/3.part/index.html"));
	tree_put(&r.t, "releases/2/index.html", "8486553464628");
	assert_int_equal(link(tree_path(&r.t, "releases/2/index.html"),
	                      tree_path(&r.t, "releases/3.part/index.html")),
	                 0);
	assert_int_equal(seal(&r, 3, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_PRIVACY);
	run_close(&r);
}

static ino_t
inode_of(struct run *r, const char *path)
{
	struct stat st;

	assert_int_equal(lstat(tree_path(&r->t, path), &st), 0);
	return st.st_ino;
}

static void
a_file_equal_to_the_live_one_becomes_a_link_to_it(void **state)
{
	struct od_err err;
	struct run r;

	(void)state;
	run_open(&r);
	build(&r, 1, "<p>one</p>");
	assert_int_equal(seal(&r, 1, &err), OD_OK);
	build(&r, 2, "<p>two</p>");
	assert_int_equal(seal(&r, 2, &err), OD_OK);
	assert_int_equal(tree_verify(&r.t, "current", NULL, &err), OD_OK);
	assert_int_equal(inode_of(&r, "releases/1/data/x/x.csv"),
	                 inode_of(&r, "releases/2/data/x/x.csv"));
	/* of the same size, but other bytes */
	assert_int_not_equal(inode_of(&r, "releases/1/index.html"),
	                     inode_of(&r, "releases/2/index.html"));
	assert_false(od_file_exists(tree_path(&r.t, "releases/2/parts/0.twin")));
	/* The live file is not what was sealed: no link is made to it. */
	tree_put(&r.t, "releases/2/index.html", "<p>six</p>");
	build(&r, 3, "<p>two</p>");
	assert_int_equal(seal(&r, 3, &err), OD_OK);
	assert_int_not_equal(inode_of(&r, "releases/2/index.html"),
	                     inode_of(&r, "releases/3/index.html"));
	assert_string_equal(tree_get(&r.t, "current/index.html").p, "<p>two</p>");
	assert_int_equal(tree_verify(&r.t, "current", NULL, &err), OD_OK);
	/* Other rules: what was scanned by the old ones is scanned again, and held. */
	build(&r, 4, "<p>0812345678</p>");
	tree_put(&r.t, "state/sealed.json", "{}");
	assert_int_equal(seal(&r, 4, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_PRIVACY);
	run_close(&r);
}

static void
without_a_key_nothing_is_touched(void **state)
{
	struct od_err err;
	struct run r;

	(void)state;
	run_open(&r);
	build(&r, 1, "<p>one</p>");
	r.ctx.sign_key = NULL;
	assert_int_equal(seal(&r, 1, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_KEY);
	r.ctx.sign_key = r.t.key;
	chmod(r.t.key, 0644);
	assert_int_equal(seal(&r, 1, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_KEY);
	assert_false(od_file_exists(tree_path(&r.t, "current")));
	run_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sealed_release_is_live_and_verifies),
	    cmocka_unit_test(personal_data_holds_the_release_and_is_not_repeated),
	    cmocka_unit_test(a_run_killed_before_the_switch_is_finished_by_the_next),
	    cmocka_unit_test(a_preview_takes_no_signed_release_s_place),
	    cmocka_unit_test(
		a_hard_link_to_a_live_file_is_not_read_again_unless_it_changed),
	    cmocka_unit_test(a_file_equal_to_the_live_one_becomes_a_link_to_it),
	    cmocka_unit_test(without_a_key_nothing_is_touched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
