#include "cmocka_first.h"

#include "core/buf.h"
#include "core/err.h"

static bool
is_thai(const char *s)
{
	return strstr(s, "\xe0\xb8") || strstr(s, "\xe0\xb9");
}

static void
every_status_says_cause_and_next_action_in_both_languages(void **state)
{
	(void)state;
	for (const struct od_status *s = od_statuses; s->name; s++) {
		assert_true(*s->meaning && *s->action);
		assert_true(is_thai(s->meaning_th) && is_thai(s->action_th));
		assert_false(is_thai(s->meaning) || is_thai(s->action));
	}
}

static const char *
text_of(const struct od_err *err, struct od_buf *b)
{
	b->n = 0;
	od_err_text(err, b);
	return od_buf_str(b);
}

static void
a_failure_of_a_step_has_seven_lines_and_any_other_only_message_and_hint(void **state)
{
	struct od_err err = {0};
	struct od_buf b = {0};
	size_t lines = 0;

	(void)state;
	assert_string_equal(text_of(&err, &b), "");
	assert_int_equal(od_err_set(&err, OD_KIND_IO, "cannot write '%s'", "x"),
	                 OD_RUN);
	assert_string_equal(text_of(&err, &b), "odp: cannot write 'x'\n");
	assert_int_equal(od_err_hint(&err, "look there"), OD_RUN);
	assert_string_equal(text_of(&err, &b),
	                    "odp: cannot write 'x'\n     hint: look there\n");
	err.step = "emit";
	err.step_th = "เขียนไฟล์";
	text_of(&err, &b);
	for (size_t i = 0; i < b.n; i++)
		lines += b.p[i] == '\n';
	assert_int_equal(lines, 7);
	assert_non_null(strstr(b.p, "step: emit; cause: reading or writing"));
	assert_non_null(strstr(b.p, "next: free space"));
	assert_non_null(strstr(b.p, "ขั้นตอน: เขียนไฟล์\n"));
	assert_non_null(strstr(b.p, "สาเหตุ: อ่านหรือเขียน"));
	assert_non_null(strstr(b.p, "สิ่งที่ต้องทำ: เพิ่มพื้นที่ว่าง"));
	/* the next failure is no longer that of the step */
	assert_int_equal(od_err_set(&err, OD_KIND_KEY, "no key"), OD_RUN);
	assert_string_equal(text_of(&err, &b), "odp: no key\n");
	od_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_status_says_cause_and_next_action_in_both_languages),
	    cmocka_unit_test(
		a_failure_of_a_step_has_seven_lines_and_any_other_only_message_and_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
