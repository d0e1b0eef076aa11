#include "remote/ckan.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define JSON "application/json"
#define HTML "text/html"

static void
replies_are_judged_by_status_and_keys(void **state)
{
	static const struct {
		long status;
		const char *type, *body;
		enum od_ckan_answer answer;
		const char *fields;
	} cases[] = {
	    {200, JSON, "{\"success\": true, \"result\": {\"id\": \"x\"}}", OD_CKAN_OK,
	     ""},
	    {200, JSON, "{\"success\": true, \"result\": null}", OD_CKAN_OK, ""},
	    {200, JSON, "{\"success\": false, \"error\": {}}", OD_CKAN_UNCLEAR, ""},
	    {200, JSON, "{\"success\": \"true\", \"result\": 1}", OD_CKAN_UNCLEAR, ""},
	    {200, JSON, "{\"success\": true}", OD_CKAN_UNCLEAR, ""},
	    {200, JSON, "{\"success\": true, \"result\": ", OD_CKAN_UNCLEAR, ""},
	    {200, JSON, "", OD_CKAN_UNCLEAR, ""},
	    {200, HTML, "{\"success\": true, \"result\": 1}", OD_CKAN_UNCLEAR, ""},
	    {204, JSON, "", OD_CKAN_UNCLEAR, ""},
	    {302, HTML, "", OD_CKAN_REFUSED, ""},
	    {400, JSON, "\"คำขอไม่เหมาะสม - Action name not known\"", OD_CKAN_REFUSED,
	     ""},
	    {401, HTML, "", OD_CKAN_DENIED, ""},
	    {403, JSON, "{\"error\": {\"__type\": \"Authorization Error\"}}",
	     OD_CKAN_DENIED, ""},
	    {403, HTML, "<h1>WAF</h1>", OD_CKAN_DENIED, ""},
	    {404, JSON, "{\"error\": {\"__type\": \"Not Found Error\"}}",
	     OD_CKAN_MISSING, ""},
	    {404, HTML, "<h1>nginx</h1>", OD_CKAN_REFUSED, ""},
	    {404, JSON, "{}", OD_CKAN_REFUSED, ""},
	    {409, JSON,
	     "{\"error\": {\"title\": [\"x\"], \"__type\": \"Validation Error\", "
	     "\"name\": [\"y\"]}}",
	     OD_CKAN_INVALID, "title, name"},
	    {409, JSON,
	     "{\"error\": {\"resources\": [{}, {\"name\": [\"x\"], \"format\": "
	     "[\"y\"]}]}}",
	     OD_CKAN_INVALID, "resources.1.name, resources.1.format"},
	    {409, JSON, "{\"error\": {\"สวัสดี\": [\"x\"], \"<b>\": 1}}", OD_CKAN_INVALID,
	     "?, ?"},
	    {409, JSON, "{\"error\": {\"match\": [\"metadata_modified\"]}}",
	     OD_CKAN_STALE, ""},
	    {409, JSON, "{\"error\": {\"upload\": [\"File upload too large\"]}}",
	     OD_CKAN_TOO_LARGE, ""},
	    {409, JSON, "{}", OD_CKAN_REFUSED, ""},
	    {409, HTML, "", OD_CKAN_REFUSED, ""},
	    {413, HTML, "<html>", OD_CKAN_TOO_LARGE, ""},
	    {429, HTML, "", OD_CKAN_UNCLEAR, ""},
	    {500, JSON, "{\"error\": {\"__type\": \"Search Index Error\"}}",
	     OD_CKAN_UNCLEAR, ""},
	    {502, HTML, "", OD_CKAN_UNCLEAR, ""},
	    {504, HTML, "", OD_CKAN_UNCLEAR, ""},
	    {599, HTML, "", OD_CKAN_UNCLEAR, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct od_http_reply http = {.status = cases[i].status};
		struct od_ckan_reply r;
		struct od_arena a = {0};

		snprintf(http.type, sizeof(http.type), "%s", cases[i].type);
		od_buf_puts(&http.body, cases[i].body);
		od_ckan_judge(&http, &a, &r);
		if (r.answer != cases[i].answer)
			fail_msg("case %zu: %s", i, od_ckan_answers[r.answer]);
		assert_string_equal(r.fields, cases[i].fields);
		assert_int_equal(r.result != NULL, r.answer == OD_CKAN_OK);
		od_http_reply_release(&http);
		od_arena_release(&a);
	}
}

static void
a_cut_connection_is_unclear(void **state)
{
	struct od_http_reply http = {.outcome = OD_HTTP_CUT, .reason = "x"};
	struct od_ckan_reply r;
	struct od_arena a = {0};

	(void)state;
	od_ckan_judge(&http, &a, &r);
	assert_int_equal(r.answer, OD_CKAN_UNCLEAR);
	assert_string_equal(r.reason, "x");
	od_arena_release(&a);
}

static void
many_refused_fields_do_not_overflow(void **state)
{
	struct od_http_reply http = {.status = 409, .type = JSON};
	struct od_ckan_reply r;
	struct od_arena a = {0};

	(void)state;
	od_buf_puts(&http.body, "{\"error\": {");
	for (int i = 0; i < 400; i++)
		od_buf_printf(&http.body, "%s\"field_%d\": [\"x\"]", i ? "," : "", i);
	od_buf_puts(&http.body, "}}");
	od_ckan_judge(&http, &a, &r);
	assert_int_equal(r.answer, OD_CKAN_INVALID);
	assert_true(strlen(r.fields) < sizeof(r.fields));
	od_http_reply_release(&http);
	od_arena_release(&a);
}

static void
a_token_is_one_line_that_its_owner_alone_can_read(void **state)
{
	static const struct {
		const char *text;
		mode_t mode;
		const char *token; /* NULL: refused */
	} cases[] = {
	    {"abc.DEF-123\n", 0400, "abc.DEF-123"},
	    {"abc\r\n", 0600, "abc"},
	    {"abc", 0700, "abc"},
	    {"abc\n", 0440, NULL},
	    {"abc\n", 0604, NULL},
	    {"", 0400, NULL},
	    {"\n", 0400, NULL},
	    {"two words\n", 0400, NULL},
	    {"Bearer abc\n", 0400, NULL},
	    {"two\nlines\n", 0400, NULL},
	    {"injected\r\nX-Header: 1", 0400, NULL},
	    {"กุญแจ\n", 0400, NULL},
	};
	char path[] = "/tmp/ckan_token_XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct od_arena a = {0};
		struct od_err err;
		char *token = NULL;
		enum od_rc rc;

		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, cases[i].text, strlen(cases[i].text), 0),
		                 strlen(cases[i].text));
		assert_int_equal(fchmod(fd, cases[i].mode), 0);
		rc = od_ckan_token_load(path, &a, &token, &err);
		assert_int_equal(rc == OD_OK, cases[i].token != NULL);
		if (rc == OD_OK)
			assert_string_equal(token, cases[i].token);
		else
			assert_int_equal(err.kind, OD_KIND_KEY);
		od_arena_release(&a);
	}
	close(fd);
	unlink(path);
}

static void
a_token_is_at_most_a_kilobyte(void **state)
{
	char path[] = "/tmp/ckan_token_XXXXXX", text[1100];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	memset(text, 'a', sizeof(text));
	for (size_t n = 1023; n <= 1100; n++) {
		struct od_arena a = {0};
		struct od_err err;
		char *token = NULL;

		assert_int_equal(pwrite(fd, text, n, 0), n);
		assert_int_equal(od_ckan_token_load(path, &a, &token, &err) == OD_OK,
		                 n <= 1024);
		od_arena_release(&a);
	}
	close(fd);
	unlink(path);
}

static void
a_missing_token_or_a_folder_is_a_key_fault(void **state)
{
	struct od_arena a = {0};
	struct od_err err;
	char *token = NULL;

	(void)state;
	assert_int_equal(od_ckan_token_load("/nowhere/token", &a, &token, &err),
	                 OD_RUN);
	assert_int_equal(err.kind, OD_KIND_KEY);
	assert_int_equal(od_ckan_token_load("/tmp", &a, &token, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_KEY);
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(replies_are_judged_by_status_and_keys),
	    cmocka_unit_test(a_cut_connection_is_unclear),
	    cmocka_unit_test(many_refused_fields_do_not_overflow),
	    cmocka_unit_test(a_token_is_one_line_that_its_owner_alone_can_read),
	    cmocka_unit_test(a_token_is_at_most_a_kilobyte),
	    cmocka_unit_test(a_missing_token_or_a_folder_is_a_key_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
