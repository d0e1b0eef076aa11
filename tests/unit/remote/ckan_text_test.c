#include "remote/ckan_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
names_are_slugs_of_at_most_seventy_characters(void **state)
{
	static const char sixty[] =
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	static const struct {
		const char *catalog, *dataset, *name; /* name NULL: refused */
	} cases[] = {
	    {"open-d", "plan_items", "open-d-plan-items"},
	    {"open_d", "x", "open-d-x"},
	    {"nine12345", sixty,
	     "nine12345-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {"ten1234567", sixty, NULL},
	    {"Open-D", "x", NULL},
	    {"open-d", "x y", NULL},
	    {"open-d", "โครงการ", NULL},
	    {"open-d", "", NULL},
	    {"", "x", NULL},
	};
	char name[OD_CKAN_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool good = od_ckan_name(cases[i].catalog, cases[i].dataset, name);

		assert_int_equal(good, cases[i].name != NULL);
		if (good)
			assert_string_equal(name, cases[i].name);
	}
}

static void
thai_marks_are_tags_only_where_the_form_takes_them(void **state)
{
	static const struct {
		const char *tag;
		bool core, marks;
	} cases[] = {
	    {"ประชากร", true, true},
	    {"ถนน", true, true},
	    {"ที่ดิน", false, true},
	    {"จัดซื้อจัดจ้าง", false, true},
	    {"รายได้", false, true},
	    {"พ.ศ. 2568", true, true},
	    {"๒๕๖๘", true, true},
	    {"budget 2568", true, true},
	    {"a-b_c.d", true, true},
	    {"R&D", false, false},
	    {"a/b", false, false},
	    {"a,b", false, false},
	    {"a", false, false},
	    {"", false, false},
	    {" ab", false, false},
	    {"ab ", false, false},
	    {"฿ บาท", false, false},
	    {"a\xff"
	     "b",
	     false, false},
	    {"zero\xe2\x80\x8bwidth", false, false},
	};
	char hundred[101];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(od_ckan_is_tag(od_span_str(cases[i].tag), false),
		                 cases[i].core);
		assert_int_equal(od_ckan_is_tag(od_span_str(cases[i].tag), true),
		                 cases[i].marks);
	}
	memset(hundred, 'a', sizeof(hundred));
	assert_true(od_ckan_is_tag((struct od_span){hundred, 100}, false));
	assert_false(od_ckan_is_tag((struct od_span){hundred, 101}, false));
}

static void
text_is_shown_as_it_is_by_a_reader_of_markdown(void **state)
{
	static const struct {
		const char *text, *markdown;
	} cases[] = {
	    {"plain text, ไทย.", "plain text, ไทย."},
	    {"<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y"},
	    {"[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"},
	    {"![x](http://x)", "\\!\\[x\\](http://x)"},
	    {"*a* `b` _c_", "\\*a\\* \\`b\\` \\_c\\_"},
	    {"fiscal_year_be", "fiscal_year_be"},
	    {"# title\n- item\n + item\n1. one\n12) two",
	     "\\# title\n\\- item\n \\+ item\n1\\. one\n12\\) two"},
	    {"a - b # c + d. 1.5", "a - b # c + d. 1.5"},
	    {"back\\slash", "back\\\\slash"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct od_buf b = {0};

		od_ckan_markdown(&b, od_span_str(cases[i].text));
		assert_string_equal(od_buf_str(&b), cases[i].markdown);
		od_buf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_slugs_of_at_most_seventy_characters),
	    cmocka_unit_test(thai_marks_are_tags_only_where_the_form_takes_them),
	    cmocka_unit_test(text_is_shown_as_it_is_by_a_reader_of_markdown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
