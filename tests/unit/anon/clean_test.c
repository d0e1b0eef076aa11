#include "anon_test.h"

static void
assert_cleaned(const struct rewrite *cases)
{
	struct od_arena row = {0};

	for (; cases->in; cases++) {
		struct od_span in = od_span_str(cases->in), out, again;

		assert_null(od_clean(in, &row, &out));
		assert_int_equal(out.n, strlen(cases->out));
		assert_memory_equal(out.p, cases->out, out.n);
		assert_null(od_clean(out, &row, &again));
		assert_true(again.p == out.p && again.n == out.n);
	}
	od_arena_release(&row);
}

static void
sara_am_has_one_spelling(void **state)
{
	static const struct rewrite cases[] = {
	    {"น\u0e4d\u0e32", "นำ"},
	    {"น\u0e49\u0e4d\u0e32", "น้ำ"},
	    {"น\u0e4d\u0e49\u0e32", "น้ำ"},
	    {"น\u0e33\u0e49", "น้ำ"},
	    {"น\u0e33\u0e33", "นำ"},
	    {"อ\u0e4d", "อ\u0e4d"},
	    {NULL, NULL},
	};

	(void)state;
	assert_cleaned(cases);
}

static void
marks_stand_in_one_order_and_once(void **state)
{
	static const struct rewrite cases[] = {
	    {"ท\u0e48\u0e35", "ที่"},
	    {"ผ\u0e49\u0e39", "ผู้"},
	    {"ที\u0e48\u0e48", "ที่"},
	    {"กิ\u0e34น", "กิน"},
	    {"เด\u0e47\u0e47ก", "เด็ก"},
	    {"ศุกร\u0e4c\u0e4c", "ศุกร์"},
	    {"เเละ", "และ"},
	    {"พันธ\u0e4c\u0e38", "พันธุ์"},
	    {NULL, NULL},
	};

	(void)state;
	assert_cleaned(cases);
}

static void
invisible_characters_are_dropped(void **state)
{
	static const struct rewrite cases[] = {
	    {"ก\u200bข\u200cค\u200dง", "กขคง"},
	    {"\ufeffก\u2060ข", "กข"},
	    {"a\u00adb", "ab"},
	    {"a\u202eb\u202c\u2066c\u2069\u200e\u200f\u061c", "abc"},
	    {"a\x01\x08\x0e\x1f\x7f"
	     "b",
	     "ab"},
	    {"a\xc2\x80\xc2\x9f b", "a b"},
	    {"a\ue000b\uf8ffc", "abc"},
	    {"a\ufdd0b\uffffc", "abc"},
	    {"1\ufe0f2", "12"},
	    {"a\U000e0041b\U000f0000c\U0001fffe", "abc"},
	    {NULL, NULL},
	};

	(void)state;
	assert_cleaned(cases);
}

static void
emoji_keep_what_joins_them(void **state)
{
	static const struct rewrite cases[] = {
	    {"👩\u200d🌾 ไร่", "👩\u200d🌾 ไร่"},
	    {"☀\ufe0f", "☀\ufe0f"},
	    {"👩\u200dก", "👩ก"},
	    {"ก\u200d👩", "ก👩"},
	    {NULL, NULL},
	};

	(void)state;
	assert_cleaned(cases);
}

static void
spaces_and_line_ends_have_one_form(void **state)
{
	static const struct rewrite cases[] = {
	    {"a\u00a0b\u2003c\u3000d\u202fe", "a b c d e"},
	    {"a\r\nb\rc\u2028d\u2029e\xc2\x85"
	     "f\fg",
	     "a\nb\nc\nd\ne\nf\ng"},
	    {"\t a \n", "a"},
	    {" \u00a0\u200b ", ""},
	    {"a\tb", "a\tb"},
	    {"", ""},
	    {NULL, NULL},
	};

	(void)state;
	assert_cleaned(cases);
}

static void
latin_letters_are_composed(void **state)
{
	static const struct rewrite cases[] = {
	    {"Cafe\u0301", "Café"},
	    {"A\u030a\u212b", "ÅÅ"},
	    {"\u2126 \u212a", "Ω K"},
	    {"x\u0301", "x\u0301"},
	    {"e\u0301\u0301", "é\u0301"},
	    {"o\u031b", "o\u031b"},
	    {NULL, NULL},
	};

	(void)state;
	assert_cleaned(cases);
}

static void
glyphs_of_old_fonts_become_letters(void **state)
{
	static const struct rewrite cases[] = {
	    {"ที\uf70a", "ที่"},
	    {"ป\uf701\uf714", "ปิ้"},
	    {"\uf700\uf70f", "ฐญ"},
	    {NULL, NULL},
	};

	(void)state;
	assert_cleaned(cases);
}

static void
other_text_stays_as_it_is(void **state)
{
	static const struct rewrite cases[] = {
	    {"ที่ผู้น้ำ สิทธิ์ ก็ ๆ ฯ ๑๒๓ ฿", "ที่ผู้น้ำ สิทธิ์ ก็ ๆ ฯ ๑๒๓ ฿"},
	    {"“ก” – ข — … • ½ № １２", "“ก” – ข — … • ½ № １２"},
	    {"日本 한국 Việt عربي", "日本 한국 Việt عربي"},
	    {"\ufffd", "\ufffd"},
	    {NULL, NULL},
	};

	(void)state;
	assert_cleaned(cases);
}

static void
clean_text_is_not_copied(void **state)
{
	static const char text[] = " โครงการ ที่ 1 – ก่อสร้าง\n";
	struct od_arena row = {0};
	struct od_span in = od_span_str(text), out;

	(void)state;
	assert_null(od_clean(in, &row, &out));
	assert_ptr_equal(out.p, text + 1);
	assert_int_equal(out.n, in.n - 2);
	od_arena_release(&row);
}

static void
a_text_that_is_not_utf8_is_refused(void **state)
{
	static const char *const bad[] = {
	    "\xff",         "a\x80",        "\xc0\xaf",
	    "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
	    "ก\xe0\xb8",    "\xe0\xb8",     "\xe0",
	    "\xc3",         "\xe2\x80",     "\xf0\x9f\x98",
	    "\xe4\xb8",     "\xe2\x28\xa1", "\xe3\x80\x41",
	    NULL,
	};
	struct od_arena row = {0};
	struct od_span out;

	(void)state;
	for (size_t i = 0; bad[i]; i++)
		assert_string_equal(od_clean(od_span_str(bad[i]), &row, &out),
		                    "not UTF-8");
	od_arena_release(&row);
}

static void
a_text_with_a_nul_is_refused(void **state)
{
	struct od_arena row = {0};
	struct od_span out;

	(void)state;
	assert_string_equal(od_clean(OD_SPAN("a\0b"), &row, &out), "holds a NUL");
	od_arena_release(&row);
}

/* 32 bytes are looked at together: what is wrong must not hide where two such meet. */
static void
a_broken_character_is_refused_at_every_place(void **state)
{
	static const char *const broken[] = {"\xe0", "\xe0\xb8", "\xb8", "\xe0\xb8\xe0",
	                                     "\xe0\xe0\xb8\x81"};
	static const char *const behind[] = {"'", "ก",
	                                     "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	                                     "กกกกกกกกกกกกกกกกกกกกกกกก"};
	struct od_arena row = {0};

	(void)state;
	for (size_t n = 0; n < 120; n++) {
		for (size_t i = 0; i < OD_ARRAY_LEN(broken); i++) {
			for (size_t k = 0; k < OD_ARRAY_LEN(behind); k++) {
				char text[512] = {0};

				for (size_t j = 0; j < n; j++)
					text[j] = 'a';
				if (n % 3 == 0)
					for (size_t j = 0; j < n; j += 3)
						memcpy(text + j, "ก", 3);
				strcat(text, broken[i]);
				strcat(text, behind[k]);
				assert_string_equal(
				    publish("public", od_span_str(text), &row, NULL),
				    "!not UTF-8");
			}
		}
		od_arena_reset(&row);
	}
	od_arena_release(&row);
}

/* Likewise marks in the wrong order. */
static void
marks_are_put_in_order_at_every_place(void **state)
{
	struct od_arena row = {0};

	(void)state;
	for (size_t n = 0; n < 120; n++) {
		char in[512] = {0}, out[512] = {0};

		memset(in, 'a', n);
		memset(out, 'a', n);
		strcat(in, "กุ่ำที่ ก\u0e48\u0e38กกกกกกกกกกกกกกกกกกกกกก\u0e4d\u0e32ก");
		strcat(out, "กุ่ำที่ ก\u0e38\u0e48กกกกกกกกกกกกกกกกกกกกกก\u0e33ก");
		assert_string_equal(publish("public", od_span_str(in), &row, NULL),
		                    out);
		od_arena_reset(&row);
	}
	od_arena_release(&row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sara_am_has_one_spelling),
	    cmocka_unit_test(marks_stand_in_one_order_and_once),
	    cmocka_unit_test(invisible_characters_are_dropped),
	    cmocka_unit_test(emoji_keep_what_joins_them),
	    cmocka_unit_test(spaces_and_line_ends_have_one_form),
	    cmocka_unit_test(latin_letters_are_composed),
	    cmocka_unit_test(glyphs_of_old_fonts_become_letters),
	    cmocka_unit_test(other_text_stays_as_it_is),
	    cmocka_unit_test(clean_text_is_not_copied),
	    cmocka_unit_test(a_text_that_is_not_utf8_is_refused),
	    cmocka_unit_test(a_broken_character_is_refused_at_every_place),
	    cmocka_unit_test(marks_are_put_in_order_at_every_place),
	    cmocka_unit_test(a_text_with_a_nul_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
