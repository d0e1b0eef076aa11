#include "site/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"

struct pair {
	const char *in, *out;
};

static void
check(const struct pair *cases, size_t n,
      void (*escape)(struct od_buf *b, struct od_span s))
{
	struct od_buf b = {0};

	for (size_t i = 0; i < n; i++) {
		b.n = 0;
		escape(&b, od_span_str(cases[i].in));
		assert_string_equal(od_buf_str(&b), cases[i].out);
	}
	od_buf_release(&b);
}

static void
text_cannot_become_markup(void **state)
{
	static const struct pair cases[] = {
	    {"", ""},
	    {"โครงการ", "โครงการ"},
	    {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
	    {"a & b \"c\"", "a &amp; b &quot;c&quot;"},
	    {"&lt;", "&amp;lt;"},
	    {"it's", "it's"},
	    {"a\tb\nc", "a\tb\nc"},
	    {"a\r\nb\rc", "a\nb\nc"},
	    {"\x01\x1b\x7f", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
	    {"\xc2\x85", "\xef\xbf\xbd"},             /* a C1 control */
	    {"\xc2\xa0", "\xc2\xa0"},                 /* no-break space */
	    {"\xef\xb7\x90", "\xef\xbf\xbd"},         /* U+FDD0, a noncharacter */
	    {"\xef\xbf\xbe", "\xef\xbf\xbd"},         /* U+FFFE */
	    {"\xf0\x9f\xbf\xbf", "\xef\xbf\xbd"},     /* U+1FFFF */
	    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"}, /* U+1F600 */
	    {"\xc0\xbc", "\xef\xbf\xbd\xbc"},         /* overlong '<' */
	    {"\xe0\xb8", "\xe0\xb8"},                 /* cut, but harmless */
	};

	(void)state;
	check(cases, OD_ARRAY_LEN(cases), od_escape_html);
}

static void
json_text_cannot_end_its_string_or_script(void **state)
{
	static const struct pair cases[] = {
	    {"โครงการ", "โครงการ"},
	    {"a\"b\\c", "a\\\"b\\\\c"},
	    {"</script><!--", "\\u003c/script\\u003e\\u003c!--"},
	    {"a&b'c", "a\\u0026b\\u0027c"},
	    {"a\nb\tc\x01", "a\\nb\\tc\\ufffd"},
	    {"\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029"},
	};

	(void)state;
	check(cases, OD_ARRAY_LEN(cases), od_escape_json);
}

static void
only_four_kinds_of_link_lead_anywhere(void **state)
{
	static const struct pair cases[] = {
	    {"https://example.com/a?b=c&d=e#f", "https://example.com/a?b=c&amp;d=e#f"},
	    {"http://example.com/", "http://example.com/"},
	    {"HTTPS://example.com/", "HTTPS://example.com/"},
	    {"mailto:a@example.com", "mailto:a@example.com"},
	    {"../../p/0/5.html", "../../p/0/5.html"},
	    {"#files", "#files"},
	    {"", ""},
	    {"ก", "%E0%B8%81"},
	    {"a\"b", "a%22b"},
	    {"javascript:alert(1)", "about:invalid"},
	    {"JaVaScRiPt:alert(1)", "about:invalid"},
	    {" javascript:alert(1)", "about:invalid"},
	    {"java\tscript:alert(1)", "about:invalid"},
	    {"java\nscript:alert(1)", "about:invalid"},
	    {"\x01javascript:alert(1)", "about:invalid"},
	    {"javascript&colon;alert(1)", "about:invalid"},
	    {"data:text/html,<script>", "about:invalid"},
	    {"vbscript:x", "about:invalid"},
	    {"//attacker.invalid/x", "about:invalid"},
	    {"/\\attacker.invalid/x", "about:invalid"},
	    {"\\\\attacker.invalid/x", "about:invalid"},
	    {"ftp://example.com/", "about:invalid"},
	};

	(void)state;
	check(cases, OD_ARRAY_LEN(cases), od_escape_url);
}

static void
a_piece_of_a_path_stays_in_the_path(void **state)
{
	static const struct pair cases[] = {
	    {"data/projects/province_code=50/projects.csv",
	     "data/projects/province_code=50/projects.csv"},
	    {"javascript:x", "javascript%3Ax"},
	    {"a?b#c", "a%3Fb%23c"},
	    {"a\"<>&'", "a%22%3C%3E%26%27"},
	};

	(void)state;
	check(cases, OD_ARRAY_LEN(cases), od_escape_url_path);
}

static void
a_piece_of_a_query_cannot_begin_another(void **state)
{
	static const struct pair cases[] = {
	    {"a&b=c", "a%26b%3Dc"},
	    {"https://x/y?z", "https%3A%2F%2Fx%2Fy%3Fz"},
	};

	(void)state;
	check(cases, OD_ARRAY_LEN(cases), od_escape_url_query);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_cannot_become_markup),
	    cmocka_unit_test(json_text_cannot_end_its_string_or_script),
	    cmocka_unit_test(only_four_kinds_of_link_lead_anywhere),
	    cmocka_unit_test(a_piece_of_a_path_stays_in_the_path),
	    cmocka_unit_test(a_piece_of_a_query_cannot_begin_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
