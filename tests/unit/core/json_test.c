#include "cmocka_first.h"

#include "core/file.h"
#include "core/json.h"

#define CORPUS "../shared/corpora/json/test_parsing"

static enum od_rc
parse(const char *p, size_t n, struct od_arena *a, const struct od_json **out,
      struct od_err *err)
{
	return od_json_parse((struct od_span){p, n}, "a test", OD_KIND_VERIFY, a, out,
	                     err);
}

static const struct {
	const char *text;
	bool good;
} documents[] = {
    {"null", true},
    {" [ ] ", true},
    {"{\"a\":1}", true},
    {"[1,2.5,-0,1e9,1E+9,-1.5e-9]", true},
    {"\"\\u0e01\\ud83d\\ude00\\n\"", true},
    {"", false},
    {" ", false},
    {"[1,]", false},
    {"{\"a\":1,}", false},
    {"{a:1}", false},
    {"{'a':1}", false},
    {"[01]", false},
    {"[1.]", false},
    {"[.5]", false},
    {"[+1]", false},
    {"[NaN]", false},
    {"[\"\t\"]", false},
    {"[\"\\x41\"]", false},
    {"[\"\\ud83d\"]", false}, /* half a pair: not a character */
    {"[\"\\ude00\\ud83d\"]", false},
    {"[1] x", false},
    {"[1][2]", false},
    {"{\"a\":1,\"a\":2}", false}, /* which one is meant? */
    {"{\"a\":1,\"\\u0061\":2}", false},
    {"\xef\xbb\xbf[]", false},
    {"[\"\xff\"]", false},
    {"[\"\xed\xa0\x80\"]", false},
    {"[1, // two\n2]", false},
};

static void
documents_are_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(*documents); i++) {
		struct od_arena a = {0};
		const struct od_json *j;
		struct od_err err;
		enum od_rc rc =
		    parse(documents[i].text, strlen(documents[i].text), &a, &j, &err);

		if ((rc == OD_OK) != documents[i].good)
			print_message("%s\n", documents[i].text);
		assert_int_equal(rc == OD_OK, documents[i].good);
		if (rc)
			assert_int_equal(err.kind, OD_KIND_VERIFY);
		od_arena_release(&a);
	}
}

static void
a_nul_inside_is_no_end(void **state)
{
	struct od_arena a = {0};
	const struct od_json *j;
	struct od_err err;

	(void)state;
	assert_int_equal(parse("[]\0[]", 5, &a, &j, &err), OD_RUN);
	assert_int_equal(parse("[\"a\0b\"]", 7, &a, &j, &err), OD_RUN);
	od_arena_release(&a);
}

static void
depth_has_a_limit(void **state)
{
	struct od_arena a = {0};
	const struct od_json *j;
	struct od_err err;
	char text[20000];

	(void)state;
	memset(text, '[', 64);
	memset(text + 64, ']', 64);
	assert_int_equal(parse(text, 128, &a, &j, &err), OD_OK);
	memset(text, '[', 65);
	memset(text + 65, ']', 65);
	assert_int_equal(parse(text, 130, &a, &j, &err), OD_RUN);
	memset(text, '[', sizeof(text));
	assert_int_equal(parse(text, sizeof(text), &a, &j, &err), OD_RUN);
	od_arena_release(&a);
}

static void
members_are_found_by_name(void **state)
{
	static const char text[] =
	    "{\"s\":\"\\u0e01\\/\",\"n\":12.50,\"i\":9007199254740993,\"z\":null,"
	    "\"l\":[true,false,{}],\"neg\":-1}";
	struct od_arena a = {0};
	const struct od_json *j, *l;
	struct od_err err;

	(void)state;
	assert_int_equal(parse(text, sizeof(text) - 1, &a, &j, &err), OD_OK);
	assert_string_equal(od_json_text(j, "s"), "ก/");
	assert_string_equal(od_json_text(j, "n"), "12.50"); /* not a double */
	assert_true(od_json_int(j, "i") == INT64_C(9007199254740993));
	assert_int_equal(od_json_int(j, "n"), -1);
	assert_int_equal(od_json_int(j, "nosuch"), -1);
	assert_string_equal(od_json_text(j, "nosuch"), "");
	assert_string_equal(od_json_text(j, "z"), "");
	l = od_json_find(j, "l");
	assert_non_null(l);
	assert_int_equal(l->n, 3);
	assert_true(l->items[0].boolean);
	assert_false(l->items[1].boolean);
	assert_int_equal(l->items[2].kind, OD_JSON_OBJECT);
	assert_null(od_json_find(l, "s"));
	assert_null(od_json_find(NULL, "s"));
	od_arena_release(&a);
}

static void
what_is_written_reads_back(void **state)
{
	static const char raw[] =
	    "a\"b\\c/\b\f\n\r\t\x01\x1f\x7f ก😀\xe2\x80\xa8\xe2\x80\xa9</script>";
	struct od_arena a = {0};
	struct od_buf b = {0};
	const struct od_json *j;
	struct od_err err;

	(void)state;
	od_json_string(&b, (struct od_span){raw, sizeof(raw) - 1});
	assert_null(
	    strstr(od_buf_str(&b), "\xe2\x80\xa8")); /* ends a line in JavaScript */
	assert_int_equal(parse(b.p, b.n, &a, &j, &err), OD_OK);
	assert_int_equal(j->text.n, sizeof(raw) - 1);
	assert_memory_equal(j->text.p, raw, sizeof(raw));
	od_buf_release(&b);
	od_arena_release(&a);
}

static void
the_public_corpus_is_judged_right(void **state)
{
	struct od_arena names = {0};
	char **n = od_dir_list(CORPUS, &names);
	unsigned yes = 0, no = 0, wrong = 0;

	(void)state;
	if (!n) {
		od_arena_release(&names);
		skip();
	}
	for (; *n; n++) {
		struct od_arena a = {0};
		const struct od_json *j;
		struct od_span text;
		struct od_err err;
		enum od_rc rc = od_file_read(od_arena_printf(&a, CORPUS "/%s", *n),
		                             1 << 20, &a, &text, OD_KIND_IO, &err);

		assert_int_equal(rc, OD_OK);
		rc = parse(text.p, text.n, &a, &j, &err);
		yes += **n == 'y';
		no += **n == 'n';
		/* Twice the same key is JSON, and yet refused here. */
		if (**n == 'y' && rc && !strstr(*n, "duplicated_key")) {
			print_message("refused: %s: %s\n", *n, err.msg);
			wrong++;
		}
		if (**n == 'n' && !rc) {
			print_message("accepted: %s\n", *n);
			wrong++;
		}
		od_arena_release(&a);
	}
	od_arena_release(&names);
	assert_true(yes > 90 && no > 180);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(documents_are_read_or_refused),
	    cmocka_unit_test(a_nul_inside_is_no_end),
	    cmocka_unit_test(depth_has_a_limit),
	    cmocka_unit_test(members_are_found_by_name),
	    cmocka_unit_test(what_is_written_reads_back),
	    cmocka_unit_test(the_public_corpus_is_judged_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
