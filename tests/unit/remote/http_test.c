#include "remote/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
only_https_and_loopback_may_be_spoken_to(void **state)
{
	static const struct {
		const char *base;
		const char *host; /* NULL: refused */
	} cases[] = {
	    {"https://opendata.example.go.th", "opendata.example.go.th"},
	    {"https://opendata.example.go.th:8443/ckan/",
	     "opendata.example.go.th:8443"},
	    {"http://127.0.0.1:5000", "127.0.0.1:5000"},
	    {"http://localhost", "localhost"},
	    {"http://[::1]:80", "[::1]:80"},
	    {"http://opendata.example.go.th", NULL},
	    {"http://127.0.0.1.evil.example", NULL},
	    {"http://localhost.evil.example", NULL},
	    {"http://128.0.0.1", NULL},
	    {"http://0.0.0.0", NULL},
	    {"https://user:pw@opendata.example.go.th", NULL},
	    {"https://user@opendata.example.go.th", NULL},
	    {"https://opendata.example.go.th/?x=1", NULL},
	    {"https://opendata.example.go.th/#x", NULL},
	    {"ftp://opendata.example.go.th", NULL},
	    {"file:///etc/passwd", NULL},
	    {"opendata.example.go.th", NULL},
	    {"https://", NULL},
	    {"", NULL},
	    {NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct od_http_opts opts = {.base = cases[i].base, .token = "secret"};
		struct od_arena a = {0};
		struct od_http *h = NULL;
		struct od_err err = {0};
		enum od_rc rc = od_http_open(&opts, &a, &h, &err);

		assert_int_equal(rc == OD_OK, cases[i].host != NULL);
		if (rc == OD_OK)
			assert_string_equal(od_http_host(h), cases[i].host);
		else
			assert_int_equal(err.kind, OD_KIND_CONFIG);
		assert_null(strstr(err.msg, "pw"));
		od_http_close(h);
		od_arena_release(&a);
	}
}

static void
waits_double_up_to_a_limit_and_differ_between_clients(void **state)
{
	static const struct {
		unsigned next, least, most;
	} cases[] = {
	    {1, 500, 999},    {2, 1000, 1999},   {3, 2000, 3999},    {4, 4000, 7999},
	    {5, 8000, 15999}, {6, 15000, 29999}, {99, 15000, 29999},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(od_http_backoff(cases[i].next, 0), cases[i].least);
		assert_int_equal(od_http_backoff(cases[i].next, UINT32_MAX),
		                 cases[i].most);
	}
}

static unsigned slept[64];
static size_t n_slept;

static void
note_sleep(unsigned ms, void *u)
{
	(void)u;
	slept[n_slept++ % 64] = ms;
}

static uint32_t
no_chance(void *u)
{
	(void)u;
	return 0;
}

static void
retry_after_is_obeyed_within_limits(void **state)
{
	struct od_http_opts opts = {
	    .base = "https://x.example",
	    .sleep_ms = note_sleep,
	    .random = no_chance,
	};
	struct od_http_reply r = {.retry_after = 7};
	struct od_arena a = {0};
	struct od_http *h = NULL;
	struct od_err err;

	(void)state;
	n_slept = 0;
	assert_int_equal(od_http_open(&opts, &a, &h, &err), OD_OK);
	assert_int_equal(od_http_wait(h, 1, &r, &err), OD_OK);
	assert_int_equal(slept[0], 7000);
	r.retry_after = 1; /* shorter than our own schedule */
	assert_int_equal(od_http_wait(h, 4, &r, &err), OD_OK);
	assert_int_equal(slept[1], 4000);
	r.retry_after = OD_HTTP_WAIT_MAX;
	assert_int_equal(od_http_wait(h, 1, &r, &err), OD_OK);
	r.retry_after = OD_HTTP_WAIT_MAX + 1;
	assert_int_equal(od_http_wait(h, 1, &r, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_REMOTE);
	od_http_close(h);
	od_arena_release(&a);
}

static void
a_client_does_not_wait_for_ever(void **state)
{
	struct od_http_opts opts = {
	    .base = "https://x.example",
	    .sleep_ms = note_sleep,
	    .random = no_chance,
	};
	struct od_arena a = {0};
	struct od_http *h = NULL;
	struct od_err err;
	unsigned n = 0;

	(void)state;
	assert_int_equal(od_http_open(&opts, &a, &h, &err), OD_OK);
	while (n < 1000 && od_http_wait(h, 9, NULL, &err) == OD_OK)
		n++;
	assert_int_equal(n, OD_HTTP_WAIT_TOTAL / 15);
	od_http_close(h);
	od_arena_release(&a);
}

static void
a_port_where_nobody_listens_has_seen_nothing(void **state)
{
	struct od_http_opts opts = {.base = "http://127.0.0.1:1"};
	struct od_http_request q = {.path = "/", .write = true, .json = OD_SPAN("{}")};
	struct od_http_reply r = {0};
	struct od_arena a = {0};
	struct od_http *h = NULL;
	struct od_err err;

	(void)state;
	assert_int_equal(od_http_open(&opts, &a, &h, &err), OD_OK);
	assert_int_equal(od_http_send(h, &q, &r, &err), OD_OK);
	assert_int_equal(r.outcome, OD_HTTP_UNSENT);
	od_http_reply_release(&r);
	od_http_close(h);
	od_arena_release(&a);
}

static void
all_but_unreserved_characters_are_escaped(void **state)
{
	struct od_buf b = {0};

	(void)state;
	od_http_escape(&b, OD_SPAN("aZ9-._~ &=?/%\xe0\xb8\x81\0+"));
	assert_string_equal(od_buf_str(&b), "aZ9-._~%20%26%3D%3F%2F%25%E0%B8%81%00%2B");
	od_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_https_and_loopback_may_be_spoken_to),
	    cmocka_unit_test(waits_double_up_to_a_limit_and_differ_between_clients),
	    cmocka_unit_test(retry_after_is_obeyed_within_limits),
	    cmocka_unit_test(a_client_does_not_wait_for_ever),
	    cmocka_unit_test(a_port_where_nobody_listens_has_seen_nothing),
	    cmocka_unit_test(all_but_unreserved_characters_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
