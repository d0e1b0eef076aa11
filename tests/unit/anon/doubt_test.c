/* Texts that are withheld after redaction, and texts that must not be. */
#include "anon_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "anon/doubt.h"

#define NAME "[ปกปิด:ชื่อบุคคล]"

/* A text as redaction left it, and the rule; NULL: it is published. */
static const struct {
	const char *text, *rule;
} cases[] = {
    {"เลขประจำตัวประชาชน 1-2345-67890-12", "id_mistyped"},
    {"เลขประจำตัวประชาชน 123456789012345", "id_mistyped"},
    {"เลขบัตร ๑๒๓๔๕๖๗๘๙๐๑๒", "id_mistyped"},
    {"Citizen ID: 12345678901", "id_mistyped"},
    {"เลขบัตร 1234567890", NULL},                         /* too short */
    {"เลขบัตร 12345678901234567", NULL},                  /* too long */
    {"เลขประจำตัวผู้เสียภาษี 123456789012", NULL},            /* no word of a person */
    {"123456789012", NULL},                              /* no word at all */
    {"บัตรประชาชน [ปกปิด:เลขประจำตัว] 123456789012", NULL}, /* not of that word */
    {"บัตรประชาชน\n123456789012", NULL},
    {"บัตรประชาชน 2561 2562 2563", NULL}, /* years */
    {"บัตรประชาชน 12,345,678,901 ใบ", NULL},

    {"โทร. 08-1234-567", "phone_mistyped"},
    {"โทร 081234567", "phone_mistyped"},
    {"มือถือ 081 234 56789", "phone_mistyped"},
    {"Tel. (081) 234-56", "phone_mistyped"},
    {"โทร. 1111", NULL},
    {"โทร. 12345678", NULL}, /* begins with no 0 */
    {"โทรศัพท์ 2561-2565", NULL},
    {"โทรมาตร รหัสครุภัณฑ์ของหน่วยงาน 012345678", NULL}, /* the word is far */

    {"เลขที่บัญชี 1234567", "account_mistyped"},
    {"พร้อมเพย์ 12345678901234567", "account_mistyped"},
    {"เลขที่บัญชี 123456", NULL},
    {"บัญชีรายจ่าย 1234567", NULL},

    {"หนังสือเดินทางเลขที่ 123456789", "passport_mistyped"},
    {"passport no. 1234567", "passport_mistyped"},
    {"หนังสือเดินทาง 123456 เล่ม", NULL},

    {"นาย ก. ใจดี", "title_without_name"},
    {"นาย \"สมชาย\"", "title_without_name"},
    {"นางสาว (สมหญิง)", "title_without_name"},
    {"นางสาว Somying Jaidee", "title_without_name"},
    {"MR. S. Jaidee", "title_without_name"},
    {"ด.ช. ABC", NULL},
    {"นายกเทศมนตรี", NULL},
    {"อำเภอนางรอง", NULL},
    {"นางสาวไทย", NULL},
    {"นาย (25 คน)", NULL},
    {"เจ้านาย ก. ข.", NULL}, /* the end of another word */
    {"items. Are", NULL},
    {"นาย ก", NULL},

    {"น า ย ส ม ช า ย", "title_spaced"},
    {"กานา น า ย ก", "title_spaced"},
    {"กาน า ย ", NULL}, /* the end of another word */
    {"somchai gmail.com", "mail_in_words"},
    {"somchai AT Hotmail.com", "mail_in_words"},
    {"Gmail และ Yahoo", NULL},

    {NAME " อายุ 54 ปี ทุพพลภาพ", "health_of_person"},
    {NAME " วัย 54 ปี ทุพพลภาพ", NULL},
    {NAME " อายุราชการ พิการ", NULL},
    {NAME " อายุ 54 ปี เกษตรกร", NULL},
    {"ผู้สูงอายุ 54 คน ทุพพลภาพ", NULL},
    {NAME " อธิบดีกรมควบคุมโรค", NULL},

    {"", NULL},
    {"น", NULL},
    {"นา", NULL},
    {"[", NULL},
    {"โทร 0", NULL},
    {"นาย", NULL},
    {"\xe0\xb8", NULL}, /* cut in a letter: no text, but nothing is read past it */
};

static void
doubtful_texts_are_told_by_their_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		/* of its own, so that a sanitizer sees a byte too far */
		size_t n = strlen(cases[i].text);
		char *copy = memcpy(od_alloc(n + 1), cases[i].text, n + 1);
		char *p = memmove(copy + 1, copy, n);
		const struct od_doubt *d = od_doubt_find((struct od_span){p, n});

		if (!d != !cases[i].rule || (d && strcmp(d->name, cases[i].rule) != 0))
			printf("'%s': %s\n", cases[i].text, d ? d->name : "published");
		assert_true(!d == !cases[i].rule);
		if (d)
			assert_string_equal(d->name, cases[i].rule);
		free(copy);
	}
}

/* Every rule but the one that no text is known for has its case above. */
static void
each_rule_has_a_case(void **state)
{
	(void)state;
	assert_string_equal(od_doubts[0]->name, OD_DOUBT_REMAINS);
	for (size_t i = 1; od_doubts[i]; i++) {
		bool found = false;

		for (size_t k = 0; k < OD_ARRAY_LEN(cases); k++)
			found |=
			    cases[k].rule && !strcmp(cases[k].rule, od_doubts[i]->name);
		assert_true(found);
		assert_true(strlen(od_doubts[i]->help) > 0);
	}
}

/* What was cut is no doubt; what a marker stands beside is judged by itself. */
static void
redaction_tells_the_doubt(void **state)
{
	const struct od_anon_method *redact = od_anon_method_find(OD_SPAN("redact"));
	struct od_arena row = {0};
	struct od_anon_note note = {0};
	struct od_pub out;

	(void)state;
	assert_null(redact->apply(NULL,
	                          (struct od_raw){OD_SPAN("โทร 0812345678"), false},
	                          &row, &out, &note));
	assert_null(note.doubt);
	assert_null(redact->apply(NULL,
	                          (struct od_raw){OD_SPAN("โทร 081\xe2\x80\x8b"
	                                                  "234567"),
	                                          false},
	                          &row, &out, &note));
	assert_string_equal(note.doubt, "phone_mistyped");
	assert_false(out.null); /* whoever asks decides */
	od_arena_release(&row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(doubtful_texts_are_told_by_their_rule),
	    cmocka_unit_test(each_rule_has_a_case),
	    cmocka_unit_test(redaction_tells_the_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
