#include "tree.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEAD "{\"serial\":3,\"created\":\"2026-03-02T23:00:00+07:00\","
#define FILE_OF(path) "{\"path\":\"" path "\",\"bytes\":1,\"sha256\":\"" HASH "\"}"

static const struct {
	const char *text;
	bool good;
} documents[] = {
    {HEAD "\"files\":[],\"parts\":[]}", true},
    {HEAD "\"files\":[" FILE_OF("a/b.csv") "],\"parts\":[" FILE_OF("parts/x.json") "]}",
     true},
    {HEAD "\"more\":1,\"files\":[],\"parts\":[]}", true},
    {HEAD "\"files\":[]}", false},
    {HEAD "\"files\":{},\"parts\":[]}", false},
    {HEAD "\"files\":[],\"parts\":[],\"serial\":4}", false},
    {"{\"serial\":0,\"created\":\"2026-03-02T23:00:00+07:00\",\"files\":[],\"parts\":[]"
     "}",
     false},
    {"{\"serial\":-3,\"created\":\"2026-03-02T23:00:00+07:00\",\"files\":[],\"parts\":["
     "]}",
     false},
    {"{\"serial\":3.0,\"created\":\"2026-03-02T23:00:00+07:00\",\"files\":[],\"parts\":"
     "[]}",
     false},
    {"{\"serial\":3,\"created\":\"yesterday\",\"files\":[],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("/etc/passwd") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("../x") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("a/../x") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("a//x") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("a/./x") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("a/") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("a\\\\b") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("a\\u0000b") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("a\\nb") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("manifest.json") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("manifest.json.minisig") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("parts/x.json") "],\"parts\":[]}", false},
    {HEAD "\"files\":[],\"parts\":[" FILE_OF("x.json") "]}", false},
    {HEAD "\"files\":[" FILE_OF("b") "," FILE_OF("a") "],\"parts\":[]}", false},
    {HEAD "\"files\":[" FILE_OF("a") "," FILE_OF("a") "],\"parts\":[]}", false},
    {HEAD "\"files\":[{\"path\":\"a\",\"bytes\":1,\"sha256\":\"00\"}],\"parts\":[]}",
     false},
    {HEAD "\"files\":[{\"path\":\"a\",\"bytes\":\"1\",\"sha256\":\"" HASH
          "\"}],\"parts\":[]}",
     false},
    {HEAD "\"files\":[{\"path\":\"a\",\"bytes\":1e9,\"sha256\":\"" HASH
          "\"}],\"parts\":[]}",
     false},
    {HEAD "\"files\":[{\"path\":\"a\",\"bytes\":9999999999999999,\"sha256\":\"" HASH
          "\"}],\"parts\":[]}",
     false},
    {HEAD "\"files\":[],\"parts\":[]} x", false},
    {"[]", false},
    {"", false},
};

static void
only_what_is_exactly_a_manifest_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(documents); i++) {
		struct od_arena a = {0};
		struct od_manifest m;
		struct od_err err = {0};
		bool good = od_manifest_parse(od_span_str(documents[i].text), "x", &a,
		                              &m, &err) == OD_OK;

		if (good != documents[i].good)
			fail_msg("%s: %s", good ? "read" : err.msg, documents[i].text);
		if (!good)
			assert_int_equal(err.kind, OD_KIND_VERIFY);
		od_arena_release(&a);
	}
}

static void
what_is_written_is_read_back(void **state)
{
	struct od_manifest_file files[] = {{"a \"quoted\"", 0, -1, HASH},
	                                   {"data/ข้อมูล.csv", 12345678901, 42, HASH}};
	struct od_manifest m = {.serial = 5,
	                        .created = "2026-03-02T23:00:00+07:00",
	                        .preview = true,
	                        .accepted = "งบ \"ใหม่\"",
	                        .accepted_gates = "two gates",
	                        .files = files,
	                        .n_files = 2},
			   again;
	struct od_arena a = {0};
	struct od_buf b = {0};
	struct od_err err;

	(void)state;
	od_manifest_put(&b, &m);
	assert_int_equal(od_manifest_parse(od_buf_view(&b), "x", &a, &again, &err),
	                 OD_OK);
	assert_int_equal(again.serial, 5);
	assert_true(again.preview);
	assert_string_equal(again.accepted, m.accepted);
	assert_string_equal(again.accepted_gates, m.accepted_gates);
	assert_true(od_manifest_files_equal(files, 2, again.files, again.n_files));
	od_buf_release(&b);
	od_arena_release(&a);
}

static void
each_path_has_its_part(void **state)
{
	static const struct {
		const char *path, *part;
	} cases[] = {
	    {"data/projects/projects.csv", "dataset-projects"},
	    {"data/projects/fiscal_year_be=2566/projects.csv", "dataset-projects"},
	    {"data/projects/province_code=50/projects.csv", "province-50"},
	    {"bundles/province-50.zip", "province-50"},
	    {"bundles/projects.zip", "dataset-projects"},
	    {"p/12/12345.html", "pages-12"},
	    {"en/p/12/12345.html", "pages-en-12"},
	    {"provinces/50/index.html", "province-50"},
	    {"en/provinces/50/index.html", "province-50"},
	    {"provinces/index.html", "site-provinces"},
	    {"bundles/fiscal-year-2566.zip", "year-2566"},
	    {"divisions/070512.html", "site-divisions"},
	    {"en/about.html", "site-en"},
	    {"en/divisions/070512/2.html", "site-en-divisions"},
	    {"catalog.ttl", "site"},
	};
	struct od_arena a = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		assert_string_equal(od_part_name(cases[i].path, &a), cases[i].part);
	od_arena_release(&a);
}

/* The pages of 12,000 divisions: parts by ministry, none above the limit. */
static void
a_large_part_is_cut_by_the_first_letters_of_its_names(void **state)
{
	enum { N = 12000 };
	struct od_manifest_file *files;
	struct od_assembly as = {
	    .live = "", .serial = 1, .created = "2026-03-02T23:00:00+07:00"};
	struct od_manifest m;
	struct tree t;
	size_t parts, kept;
	struct od_err err;

	(void)state;
	tree_open(&t);
	as.dir = tree_path(&t, "r");
	files = od_arena_array(&t.a, N, sizeof(*files));
	for (size_t i = 0; i < N; i++) {
		files[i].path =
		    od_arena_printf(&t.a, "divisions/%02zu%04zu.html", i % 4, i);
		files[i].rows = -1;
		memcpy(files[i].sha256, HASH, 65);
	}
	as.files = files;
	as.n_files = N;
	assert_int_equal(od_assemble(&as, &parts, &kept, &err), OD_OK);
	assert_int_equal(parts, 4);
	assert_int_equal(
	    od_manifest_parse(tree_get(&t, "r/parts/site-divisions-03.json"), "x", &t.a,
	                      &m, &err),
	    OD_OK);
	assert_int_equal(m.n_files, N / 4);
	tree_close(&t);
}

static void
a_part_that_did_not_change_keeps_its_bytes(void **state)
{
	struct tree t;
	struct od_span before, changed;

	(void)state;
	tree_open(&t);
	tree_release(&t);
	assert_int_equal(rename(tree_path(&t, "r"), tree_path(&t, "live")), 0);
	tree_release(&t);
	tree_put(&t, "r/data/projects/province_code=10/projects.csv", "id,name\n2,c\n");
	tree_seal(&t, "r", "live", 8, "2026-03-03T23:00:00+07:00");
	before = tree_get(&t, "live/parts/province-50.json");
	assert_true(od_span_equal(before, tree_get(&t, "r/parts/province-50.json")));
	changed = tree_get(&t, "r/parts/province-10.json");
	assert_non_null(strstr(changed.p, "\"serial\":8"));
	assert_non_null(strstr(tree_get(&t, "r/manifest.json").p, "\"serial\":8"));
	tree_close(&t);
}

static void
sealing_again_gives_the_same_bytes(void **state)
{
	struct tree t;
	struct od_span root, signature;

	(void)state;
	tree_open(&t);
	tree_release(&t);
	root = tree_get(&t, "r/manifest.json");
	signature = tree_get(&t, "r/manifest.json.minisig");
	tree_seal(&t, "r", "", 7, "2026-03-02T23:00:00+07:00");
	assert_true(od_span_equal(root, tree_get(&t, "r/manifest.json")));
	assert_true(od_span_equal(signature, tree_get(&t, "r/manifest.json.minisig")));
	tree_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_what_is_exactly_a_manifest_is_read),
	    cmocka_unit_test(what_is_written_is_read_back),
	    cmocka_unit_test(each_path_has_its_part),
	    cmocka_unit_test(a_large_part_is_cut_by_the_first_letters_of_its_names),
	    cmocka_unit_test(a_part_that_did_not_change_keeps_its_bytes),
	    cmocka_unit_test(sealing_again_gives_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
