#include "stage/upload_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct od_field fields[] = {
    {.name = "project_id",
     .type = OD_TYPE_ID,
     .title = {"รหัส", "Id"},
     .description = {"เลขที่", "A \"number\""}},
    {.name = "budget", .type = OD_TYPE_DECIMAL, .title = {"งบ", "Budget"}},
    {.name = "ends_on", .type = OD_TYPE_DATE, .title = {"สิ้นสุด", "End"}},
};
static const struct od_dataset dataset = {
    .id = "x", .fields = fields, .n_fields = sizeof(fields) / sizeof(*fields)};

static void
test_fields(void **state)
{
	struct od_buf b = {0};

	(void)state;
	od_table_fields(&dataset, &b);
	assert_string_equal(
	    od_buf_str(&b),
	    "[{\"id\":\"project_id\",\"type\":\"text\",\"info\":{\"label\":\"รหัส\","
	    "\"notes\":\"เลขที่\\nId: A \\\"number\\\"\",\"type_override\":\"text\"}},"
	    "{\"id\":\"budget\",\"type\":\"numeric\",\"info\":{\"label\":\"งบ\","
	    "\"notes\":\"Budget\",\"type_override\":\"numeric\"}},"
	    "{\"id\":\"ends_on\",\"type\":\"timestamp\",\"info\":{\"label\":\"สิ้นสุด\","
	    "\"notes\":\"End\",\"type_override\":\"timestamp\"}}]");
	od_buf_release(&b);
}

#define ID "{\"id\":\"_id\",\"type\":\"int\"},"
#define FIRST                                                                            \
	"{\"id\":\"project_id\",\"type\":\"text\",\"info\":{\"label\":\"รหัส\"," \
	"\"notes\":\"เลขที่\\nId: A \\\"number\\\"\",\"type_override\":\"text\"}},"
#define SECOND                                                                         \
	"{\"id\":\"budget\",\"type\":\"numeric\",\"info\":{\"label\":\"งบ\","      \
	"\"notes\":"                                                                   \
	"\"Budget\",\"type_override\":\"numeric\"}},"
#define THIRD                                                                                       \
	"{\"id\":\"ends_on\",\"type\":\"timestamp\",\"info\":{\"label\":\"สิ้นสุด\"," \
	"\"notes\":\"End\",\"type_override\":\"timestamp\"}}"

static void
test_compare(void **state)
{
	static const struct {
		const char *answer;
		enum od_table_state is;
	} t[] = {
	    {"{\"fields\":[" ID FIRST SECOND THIRD "]}", OD_TABLE_CURRENT},
	    {"{\"fields\":[" FIRST SECOND THIRD "]}", OD_TABLE_CURRENT},
	    {"{\"fields\":[" ID SECOND FIRST THIRD "]}", OD_TABLE_OTHER},
	    {"{\"fields\":[" ID FIRST THIRD "]}", OD_TABLE_OTHER},
	    {"{\"fields\":[" ID FIRST SECOND THIRD ",{\"id\":\"more\"}]}",
	     OD_TABLE_OTHER},
	    {"{\"fields\":[" ID FIRST "{\"id\":\"budget\",\"type\":\"text\"}," THIRD
	     "]}",
	     OD_TABLE_OTHER},
	    {"{\"fields\":[" ID FIRST "{\"id\":\"budget\",\"type\":\"numeric\"}," THIRD
	     "]}",
	     OD_TABLE_WORDS},
	    {"{\"fields\":[" ID FIRST "{\"id\":\"budget\",\"type\":\"numeric\","
	     "\"info\":{\"label\":\"budget\"}}," THIRD "]}",
	     OD_TABLE_WORDS},
	    {"{\"fields\":[{\"id\":\"_id\"}]}", OD_TABLE_OTHER},
	    {"{\"fields\":{}}", OD_TABLE_OTHER},
	    {"{}", OD_TABLE_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct od_arena a = {0};
		const struct od_json *answer;
		struct od_err err;

		assert_int_equal(od_json_parse(od_span_str(t[i].answer), "t",
		                               OD_KIND_INTERNAL, &a, &answer, &err),
		                 OD_OK);
		assert_int_equal(od_table_compare(&dataset, answer), t[i].is);
		od_arena_release(&a);
	}
}

static void
test_served(void **state)
{
	static const struct {
		const char *status;
		bool is;
	} t[] = {
	    {"{\"extensions\":[\"datastore\",\"x\",\"xloader\"]}", true},
	    {"{\"extensions\":[\"datastore\"]}", false},
	    {"{\"extensions\":[\"xloader\",1,{}]}", false},
	    {"{\"extensions\":\"datastore xloader\"}", false},
	    {"{}", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct od_arena a = {0};
		const struct od_json *status;
		struct od_err err;

		assert_int_equal(od_json_parse(od_span_str(t[i].status), "t",
		                               OD_KIND_INTERNAL, &a, &status, &err),
		                 OD_OK);
		assert_int_equal(od_table_served(status), t[i].is);
		od_arena_release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_compare),
	    cmocka_unit_test(test_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
