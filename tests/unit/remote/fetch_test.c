#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/compiler.h"
#include "remote/address.h"
#include "remote/fetch.h"

static void
a_piece_begins_where_its_header_says(void **state)
{
	static const struct {
		const char *header;
		int64_t start;
	} cases[] = {{"Content-Range: bytes 5-9/10\r\n", 5},
	             {"content-range:bytes 0-9/*\r\n", 0},
	             {"Content-Range: BYTES 17-", 17},
	             {"Content-Range: bytes */10\r\n", -1},
	             {"Content-Range: bytes -5/10\r\n", -1},
	             {"Content-Range: bytes 5", -1},
	             {"Content-Range: bytes 99999999999999999999-9/10\r\n", -1},
	             {"Content-Range: lines 5-9/10\r\n", -1},
	             {"Content-Length: 10\r\n", -1},
	             {"", -1}};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		assert_int_equal(od_fetch_range_start(od_span_str(cases[i].header)),
		                 cases[i].start);
}

static void
a_redirect_stays_on_its_server(void **state)
{
	static const struct {
		const char *from, *to;
		bool may;
	} cases[] = {
	    {"https://a.go.th/x", "https://a.go.th/y", true},
	    {"https://a.go.th/x", "https://A.go.th:443/y", true},
	    {"http://a.go.th/x", "https://a.go.th/x", true},
	    {"http://a.go.th:8000/x", "http://a.go.th:8000/y/", true},
	    {"https://a.go.th/x", "http://a.go.th/x", false},
	    {"https://a.go.th/x", "https://b.go.th/x", false},
	    {"https://a.go.th/x", "https://a.go.th:8443/x", false},
	    {"http://a.go.th:8000/x", "https://a.go.th/x", false},
	    {"http://a.go.th/x", "http://169.254.169.254/x", false},
	    {"http://a.go.th/x", "file:///etc/passwd", false},
	    {"http://a.go.th/x", "http://a.go.th@b.go.th/x", false},
	    {"http://a.go.th/x", "", false},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		if (od_address_may_follow(cases[i].from, cases[i].to) != cases[i].may)
			fail_msg("%s to %s", cases[i].from, cases[i].to);
}

static void
an_address_is_one_of_the_web_without_secrets(void **state)
{
	static const struct {
		const char *url;
		bool good;
	} cases[] = {{"https://a.go.th", true},
	             {"http://a.go.th/open-d/", true},
	             {"ftp://a.go.th/", false},
	             {"file:///etc", false},
	             {"https://u:p@a.go.th", false},
	             {"https://a.go.th/?x", false},
	             {"https://a.go.th/#x", false},
	             {"a.go.th", false},
	             {"", false}};
	struct od_arena a = {0};
	struct od_fetch *f;
	struct od_err err;

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		enum od_rc rc = od_fetch_open(cases[i].url, 1, &a, &f, &err);

		if ((rc == OD_OK) != cases[i].good)
			fail_msg("%s", cases[i].url);
		if (rc)
			assert_int_equal(err.kind, OD_KIND_CONFIG);
		od_fetch_close(f);
	}
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_piece_begins_where_its_header_says),
	    cmocka_unit_test(a_redirect_stays_on_its_server),
	    cmocka_unit_test(an_address_is_one_of_the_web_without_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
