#include "fmt_test.h"

#include "core/json.h"

static void
types_are_written_as_what_they_are(void **state)
{
	static const enum od_type types[] = {
	    OD_TYPE_ID,      OD_TYPE_CODE,    OD_TYPE_TEXT, OD_TYPE_INTEGER,
	    OD_TYPE_DECIMAL, OD_TYPE_BOOLEAN, OD_TYPE_DATE, OD_TYPE_TEXT};
	struct od_dataset d = dataset_of(types, 8);
	const struct od_pub cells[] = {
	    cell("123456789012345678"), cell("007"),  cell("ก\"ข"),       cell("-42"),
	    cell("1500000.50"),         cell("true"), cell("2024-02-29"), cell(NULL)};

	(void)state;
	assert_string_equal(
	    encoded(&od_format_json, &d, cells),
	    "{\"a\":\"123456789012345678\",\"b\":\"007\",\"c\":\"ก\\\"ข\","
	    "\"d\":-42,\"e\":1500000.50,\"f\":true,\"g\":\"2024-02-29\","
	    "\"h\":null}");
	assert_ptr_equal(od_format_json.encode, od_format_ndjson.encode);
}

static void
what_is_no_json_number_stays_text(void **state)
{
	static const enum od_type types[] = {OD_TYPE_INTEGER, OD_TYPE_INTEGER,
	                                     OD_TYPE_DECIMAL, OD_TYPE_DECIMAL,
	                                     OD_TYPE_INTEGER, OD_TYPE_BOOLEAN};
	struct od_dataset d = dataset_of(types, 6);
	const struct od_pub cells[] = {cell("007"), cell(""),  cell("1."),
	                               cell(".5"),  cell("-"), cell("t")};

	(void)state;
	assert_string_equal(
	    encoded(&od_format_json, &d, cells),
	    "{\"a\":\"007\",\"b\":\"\",\"c\":\"1.\",\"d\":\".5\",\"e\":\"-\","
	    "\"f\":\"t\"}");
}

/* Wherever in a block of eight a byte stands, it comes back. */
static void
every_byte_in_every_place_reads_back(void **state)
{
	static const enum od_type types[] = {OD_TYPE_TEXT};
	static const char *const odd[] = {"\"",
	                                  "\\",
	                                  "\n",
	                                  "\x01",
	                                  "\x1f",
	                                  " ",
	                                  "\x7f",
	                                  "\xe2\x80\xa8",
	                                  "\xe2\x80\xa9",
	                                  "\xe2\x80\x9c",
	                                  "ก",
	                                  "\xf0\x9f\x98\x80"};
	struct od_dataset d = dataset_of(types, 1);
	struct od_arena a = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(odd); i++)
		for (int before = 0; before < 40; before++) {
			const struct od_json *v;
			struct od_err err = {0};
			char text[128];
			struct od_pub c;

			snprintf(text, sizeof(text), "%.*s%s%.*s", before,
			         "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH", odd[i],
			         39 - before,
			         "0123456789012345678901234567890123456789");
			c = cell(text);
			assert_int_equal(
			    od_json_parse(od_span_str(encoded(&od_format_json, &d, &c)),
			                  "row", OD_KIND_INTERNAL, &a, &v, &err),
			    OD_OK);
			assert_string_equal(od_json_text(v, "a"), text);
		}
	od_arena_release(&a);
}

static const char *
written(const struct od_format *form, size_t rows, struct od_arena *a)
{
	static const enum od_type types[] = {OD_TYPE_INTEGER};
	static const char *const numbers[] = {"1", "2", "3"};
	struct od_dataset d = dataset_of(types, 1);
	const char *path = new_path("t.json");
	struct od_format_file *f = form->open(path, &d);
	struct od_err err = {0};
	struct od_span text;

	for (size_t i = 0; i < rows; i++) {
		struct od_pub c = cell(numbers[i]);

		form->row(f, &c);
	}
	assert_int_equal(form->close(f, NULL, &err), OD_OK);
	text = read_file(path, a);
	remove_path(path);
	return text.p;
}

static void
files_have_one_object_a_line(void **state)
{
	struct od_arena a = {0};

	(void)state;
	assert_string_equal(written(&od_format_json, 0, &a), "[\n]\n");
	assert_string_equal(written(&od_format_json, 2, &a),
	                    "[\n{\"a\":1},\n{\"a\":2}\n]\n");
	assert_string_equal(written(&od_format_ndjson, 0, &a), "");
	assert_string_equal(written(&od_format_ndjson, 2, &a),
	                    "{\"a\":1}\n{\"a\":2}\n");
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(types_are_written_as_what_they_are),
	    cmocka_unit_test(what_is_no_json_number_stays_text),
	    cmocka_unit_test(every_byte_in_every_place_reads_back),
	    cmocka_unit_test(files_have_one_object_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
