#include "anon_test.h"

static void
a_null_stays_null(void **state)
{
	struct od_arena row = {0};

	(void)state;
	for (size_t i = 0; od_anon_methods[i]; i++) {
		struct od_anon_note note = {0};
		struct od_pub out = {OD_SPAN("x"), false};

		assert_null(od_anon_methods[i]->apply(
		    NULL, (struct od_raw){{NULL, 0}, true}, &row, &out, &note));
		assert_true(out.null);
		assert_int_equal(note.cleaned, 0);
	}
	od_arena_release(&row);
}

static void
an_empty_text_becomes_null(void **state)
{
	struct od_arena row = {0};

	(void)state;
	assert_string_equal(publish("public", OD_SPAN(""), &row, NULL), "(null)");
	assert_string_equal(publish("redact", OD_SPAN(" \xc2\xa0\n"), &row, NULL),
	                    "(null)");
	od_arena_release(&row);
}

static void
public_text_is_cleaned_but_not_scanned(void **state)
{
	struct od_arena row = {0};
	struct od_anon_note note = {0};

	(void)state;
	assert_string_equal(
	    publish("public", OD_SPAN("โทร.\u00a00812345678 "), &row, &note),
	    "โทร. 0812345678");
	assert_int_equal(note.cleaned, 1);
	assert_int_equal(note.cut[OD_PII_PHONE], 0);
	assert_string_equal(publish("public", OD_SPAN("a\xff"), &row, NULL),
	                    "!not UTF-8");
	assert_string_equal(publish("redact", OD_SPAN("a\0"), &row, NULL),
	                    "!holds a NUL");
	od_arena_release(&row);
}

static void
what_was_cut_is_counted_by_kind(void **state)
{
	struct od_arena row = {0};
	struct od_anon_note note = {0};

	(void)state;
	assert_string_equal(
	    publish("redact",
	            OD_SPAN("นายสมชาย ใจดี โทร. 0812345678, 02-123-4567 a@b.co"), &row,
	            &note),
	    "[ปกปิด:ชื่อบุคคล] โทร. [ปกปิด:โทรศัพท์], [ปกปิด:โทรศัพท์] "
	    "[ปกปิด:อีเมล]");
	assert_int_equal(note.cut[OD_PII_NAME], 1);
	assert_int_equal(note.cut[OD_PII_PHONE], 2);
	assert_int_equal(note.cut[OD_PII_EMAIL], 1);
	assert_int_equal(note.cut[OD_PII_CITIZEN_ID], 0);
	assert_int_equal(note.cleaned, 0);
	od_arena_release(&row);
}

static void
what_cutting_brings_together_is_cut_too(void **state)
{
	struct od_arena row = {0};
	const char *once = redact("นายก 0812345678 มล ใจดี LINE a@b.co: x_1", &row);

	(void)state;
	assert_string_equal(redact(once, &row), once);
	od_arena_release(&row);
}

static void
any_number_of_things_is_cut(void **state)
{
	struct od_arena row = {0};
	struct od_anon_note note = {0};
	struct od_span in =
	    OD_SPAN("a@b.co a@b.co a@b.co a@b.co a@b.co a@b.co a@b.co a@b.co "
	            "a@b.co a@b.co a@b.co a@b.co a@b.co a@b.co a@b.co a@b.co "
	            "a@b.co a@b.co a@b.co a@b.co");

	(void)state;
	publish("redact", in, &row, &note);
	assert_int_equal(note.cut[OD_PII_EMAIL], 20);
	od_arena_release(&row);
}

static void
a_marker_is_safe_wherever_it_is_printed(void **state)
{
	struct od_arena row = {0};

	(void)state;
	for (size_t i = 0; i < OD_PII_KINDS; i++) {
		const char *m = od_pii_kinds[i].marker;

		assert_null(strpbrk(m, ",\"'<>&;|\t\n"));
		assert_null(strchr("=+-@", m[0]));
		assert_string_equal(redact(m, &row), m);
		for (size_t k = 0; k < OD_PII_KINDS; k++) {
			const char *both = od_arena_printf(&row, "%s%s %s", m,
			                                   od_pii_kinds[k].marker, m);

			assert_string_equal(redact(both, &row), both);
			assert_true(i == k || strcmp(m, od_pii_kinds[k].marker) != 0);
		}
		assert_non_null(od_pii_kinds[i].name);
		assert_non_null(od_pii_kinds[i].title_th);
		assert_non_null(od_pii_kinds[i].title_en);
	}
	od_arena_release(&row);
}

static void
methods_are_found_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; od_anon_methods[i]; i++) {
		assert_ptr_equal(
		    od_anon_method_find(od_span_str(od_anon_methods[i]->name)),
		    od_anon_methods[i]);
		assert_non_null(od_anon_methods[i]->help);
	}
	assert_null(od_anon_method_find(OD_SPAN("yeer")));
	assert_null(od_anon_method_find(OD_SPAN("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_null_stays_null),
	    cmocka_unit_test(an_empty_text_becomes_null),
	    cmocka_unit_test(public_text_is_cleaned_but_not_scanned),
	    cmocka_unit_test(what_was_cut_is_counted_by_kind),
	    cmocka_unit_test(what_cutting_brings_together_is_cut_too),
	    cmocka_unit_test(any_number_of_things_is_cut),
	    cmocka_unit_test(a_marker_is_safe_wherever_it_is_printed),
	    cmocka_unit_test(methods_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
