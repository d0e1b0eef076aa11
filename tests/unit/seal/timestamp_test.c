#include "tree.h"

#include "seal/timestamp.h"

#define HASH "85668a23dac88b336bab326583fa50dbaa00f1cbb02480b9273f237bbc2f3fa2"

static const struct od_timestamp example = {.serial = 12,
                                            .bytes = 4711,
                                            .root = HASH,
                                            .created = 1772475900,
                                            .expires = 1772475900 + 72 * 3600,
                                            .has_retractions = true,
                                            .retractions_bytes = 812,
                                            .retractions = HASH};

static void
times_are_read_as_they_are_written(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
	    {"1970-01-01T00:00:00Z", 0},          {"2026-03-02T18:25:00Z", 1772475900},
	    {"2024-02-29T23:59:59Z", 1709251199}, {"2023-02-29T00:00:00Z", -1},
	    {"2026-13-01T00:00:00Z", -1},         {"2026-03-02T24:00:00Z", -1},
	    {"2026-03-02T18:25:00+07:00", -1},    {"2026-03-02 18:25:00Z", -1},
	    {"1969-12-31T23:59:59Z", -1},         {"", -1}};
	char text[21];

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		assert_int_equal(od_time_get(od_span_str(cases[i].text)),
		                 cases[i].seconds);
		if (cases[i].seconds < 0)
			continue;
		od_time_put(text, cases[i].seconds);
		assert_string_equal(text, cases[i].text);
	}
}

static void
a_timestamp_is_read_as_it_is_written(void **state)
{
	struct od_arena a = {0};
	struct od_timestamp t;
	struct od_buf b = {0};
	struct od_err err;

	(void)state;
	od_timestamp_put(&b, &example);
	assert_int_equal(od_timestamp_parse(od_buf_view(&b), &a, &t, &err), OD_OK);
	assert_int_equal(t.serial, 12);
	assert_int_equal(t.bytes, 4711);
	assert_int_equal(t.created, example.created);
	assert_int_equal(t.expires, example.expires);
	assert_string_equal(t.root, HASH);
	assert_true(t.has_retractions);
	assert_int_equal(t.retractions_bytes, 812);
	assert_string_equal(t.retractions, HASH);
	od_buf_release(&b);
	od_arena_release(&a);
}

static void
another_form_is_refused(void **state)
{
	static const char *const cases[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"serial\":12}",
#define HEAD(serial, root, bytes, created, expires)                                    \
	"{\"serial\":" serial ",\"root\":\"" root "\",\"bytes\":" bytes                \
	",\"created\":\"" created "\",\"expires\":\"" expires "\""
	    HEAD("0", HASH, "1", "2026-03-02T18:25:00Z", "2026-03-05T18:25:00Z") "}",
	    HEAD("1", "85", "1", "2026-03-02T18:25:00Z", "2026-03-05T18:25:00Z") "}",
	    HEAD("1", HASH, "0", "2026-03-02T18:25:00Z", "2026-03-05T18:25:00Z") "}",
	    HEAD("1", HASH, "99999999", "2026-03-02T18:25:00Z",
	         "2026-03-05T18:25:00Z") "}",
	    HEAD("1", HASH, "1", "2026-03-02", "2026-03-05T18:25:00Z") "}",
	    HEAD("1", HASH, "1", "2026-03-02T18:25:00Z", "2026-03-01T18:25:00Z") "}",
	    HEAD("1", HASH, "1", "2026-03-02T18:25:00Z",
	         "2026-03-05T18:25:00Z") ",\"retractions\":7}",
	    HEAD("1", HASH, "1", "2026-03-02T18:25:00Z",
	         "2026-03-05T18:25:00Z") ",\"retractions\":{\"bytes\":1,\"sha256\":\".."
					 "/x\"}}",
	};
	struct od_arena a = {0};
	struct od_timestamp t;
	struct od_err err;

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		if (!od_timestamp_parse(od_span_str(cases[i]), &a, &t, &err))
			fail_msg("read: %s", cases[i]);
		assert_int_equal(err.kind, OD_KIND_VERIFY);
	}
	od_arena_release(&a);
}

/* Written for what `current` is, signed, and nothing else passes for it. */
static void
what_is_written_beside_a_release_verifies(void **state)
{
	struct od_secret_key *key;
	struct od_public_key pub;
	struct od_span text, signature;
	struct od_timestamp t;
	struct od_err err;
	struct tree x;

	(void)state;
	tree_open(&x);
	tree_release(&x);
	assert_int_equal(symlink("r", tree_path(&x, "current")), 0);
	tree_put(&x, "retractions.json", "{}\n");
	assert_int_equal(od_secret_key_open(x.key, &key, &err), OD_OK);
	od_secret_key_public(key, &pub);
	assert_int_equal(od_timestamp_write(x.top, key, 1772475900, &err), OD_OK);
	text = tree_get(&x, "timestamp.json");
	signature = tree_get(&x, "timestamp.json.minisig");
	assert_int_equal(od_timestamp_verify(&pub, text, signature, &x.a, &t, &err),
	                 OD_OK);
	assert_int_equal(t.serial, 7);
	assert_int_equal(t.bytes, tree_get(&x, "r/manifest.json").n);
	assert_int_equal(t.expires - t.created, OD_TIMESTAMP_HOURS * 3600);
	assert_int_equal(t.retractions_bytes, 3);
	tree_flip(&x, "timestamp.json", 90);
	assert_int_not_equal(od_timestamp_verify(&pub, tree_get(&x, "timestamp.json"),
	                                         signature, &x.a, &t, &err),
	                     OD_OK);
	/* signed by the same key for something else */
	signature = od_minisign_sign(key, text, "serial:7\tfile:manifest.json", &x.a);
	assert_int_not_equal(od_timestamp_verify(&pub, text, signature, &x.a, &t, &err),
	                     OD_OK);
	assert_non_null(strstr(err.msg, "trusted comment"));
	od_secret_key_close(key);
	tree_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(times_are_read_as_they_are_written),
	    cmocka_unit_test(a_timestamp_is_read_as_it_is_written),
	    cmocka_unit_test(another_form_is_refused),
	    cmocka_unit_test(what_is_written_beside_a_release_verifies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
