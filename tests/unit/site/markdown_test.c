#include "site/markdown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"

static const struct {
	const char *in, *out;
} cases[] = {
    {"# a\n\n## b\n", "<h2>a</h2>\n<h3>b</h3>\n"},
    {"###### deep\n", "<h6>deep</h6>\n"},
    {"one\ntwo", "<p>one\ntwo</p>\n"},
    {"- a\n- b\n", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"},
    {"*a* **b** `c<d`", "<p><em>a</em> <strong>b</strong> <code>c&lt;d</code></p>\n"},
    {"```\na <b>\n```\n", "<pre tabindex=\"0\"><code>a &lt;b&gt;\n</code></pre>\n"},
    {"> q\n", "<blockquote>\n<p>q</p>\n</blockquote>\n"},
    {"[x](https://example.com/)", "<p><a href=\"https://example.com/\">x</a></p>\n"},
    {"[x](/about/index.html)", "<p><a href=\"../about/index.html\">x</a></p>\n"},
    {"[x](/)", "<p><a href=\"../index.html\">x</a></p>\n"},
    {"<https://example.com/>",
     "<p><a href=\"https://example.com/\">https://example.com/</a></p>\n"},
    /* hostile */
    {"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
    {"<b onclick=x>y</b>", "<p>&lt;b onclick=x&gt;y&lt;/b&gt;</p>\n"},
    {"[x](javascript:alert(1))", "<p><a href=\"about:invalid\">x</a></p>\n"},
    {"[x](JAVASCRIPT:alert(1))", "<p><a href=\"about:invalid\">x</a></p>\n"},
    {"[x](java&#115;cript:alert(1))", "<p><a href=\"about:invalid\">x</a></p>\n"},
    {"[x](&#x6a;avascript:alert(1))", "<p><a href=\"about:invalid\">x</a></p>\n"},
    {"[x](data:text/html,x)", "<p><a href=\"about:invalid\">x</a></p>\n"},
    {"[x](//attacker.invalid/)", "<p><a href=\"about:invalid\">x</a></p>\n"},
    {"[x](<https://e.com/\"onclick=\"x>)",
     "<p><a href=\"https://e.com/%22onclick=%22x\">x</a></p>\n"},
    {"<javascript:alert(1)>",
     "<p><a href=\"about:invalid\">javascript:alert(1)</a></p>\n"},
    {"![alt *text*](https://attacker.invalid/x.png)", "<p>alt text</p>\n"},
    {"&lt;b&gt;", "<p>&amp;lt;b&amp;gt;</p>\n"},
};

static void
our_texts_become_pages_and_nothing_else(void **state)
{
	struct od_buf b = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		b.n = 0;
		od_markdown(&b, od_span_str(cases[i].in), 2, "../");
		assert_string_equal(od_buf_str(&b), cases[i].out);
	}
	od_buf_release(&b);
}

static void
a_wide_table_scrolls_in_its_own_box(void **state)
{
	struct od_buf b = {0};

	(void)state;
	od_markdown(&b, OD_SPAN("| a | b |\n|---|---|\n| 1 | 2 |\n"), 2, "./");
	assert_string_equal(
	    od_buf_str(&b),
	    "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead>\n"
	    "<tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr>\n"
	    "</thead>\n<tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody>\n"
	    "</table></div>\n");
	od_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(our_texts_become_pages_and_nothing_else),
	    cmocka_unit_test(a_wide_table_scrolls_in_its_own_box),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
