/*
 * Persons without a title. What the model says of a text is measured by
 * tests/bench/anon.sh; here is what holds for any model, and sentences that are as
 * clear as they come.
 */
#include "anon/guess.h"

#include "anon_test.h"

#define NAME "[ปกปิด:ชื่อบุคคล]"

static void
a_whole_name_without_a_title_is_cut(void **state)
{
	static const struct rewrite cases[] = {
	    {"สมชาย ศรีสุวรรณ", NAME},
	    {"ผู้ประสานงาน สมชาย ศรีสุวรรณ โทร. 081-234-5678",
	     "ผู้ประสานงาน " NAME " โทร. [ปกปิด:โทรศัพท์]"},
	    {"ติดต่อ: วิชัย ทองสุข (หัวหน้าโครงการ)", "ติดต่อ: " NAME " (หัวหน้าโครงการ)"},
	    {"“สมชาย ศรีสุวรรณ”", "“" NAME "”"},
	    {"– สมชาย ศรีสุวรรณ", "– " NAME},
	    {"๕สมชาย ศรีสุวรรณ", "๕" NAME},
	    {"CEO สมชาย ศรีสุวรรณ CEO", "CEO " NAME " CEO"},
	    {"\"สมศักดิ์\" เผยผลการประชุม", "\"" NAME "\" เผยผลการประชุม"},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
near_a_telephone_less_will_do(void **state)
{
	static const struct rewrite cases[] = {
	    {"ฝ่าย กษมา (โทร. 081-234-5678)", "ฝ่าย " NAME " (โทร. [ปกปิด:โทรศัพท์])"},
	    {"ฝ่าย กษมา (รายเดือน)", "ฝ่าย กษมา (รายเดือน)"},
	    {"สอบถาม วรรณา โทร. 081-234-5678", "สอบถาม " NAME " โทร. [ปกปิด:โทรศัพท์]"},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
a_weak_title_is_cut_with_its_name(void **state)
{
	static const struct rewrite cases[] = {
	    {"อ.สมชาย ศรีสุวรรณ", "อ." NAME},
	    {"พบกับครูสมชาย ศรีสุวรรณ", "พบกับ" NAME},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
official_words_are_no_persons(void **state)
{
	static const char *const texts[] = {
	    "โครงการพัฒนาคุณภาพชีวิตผู้สูงอายุ จังหวัดเชียงใหม่",
	    "สำนักงานเศรษฐกิจการเกษตร กระทรวงเกษตรและสหกรณ์",
	    "ประชาชนในพื้นที่ ได้รับประโยชน์ ร้อยละ 80",
	    "ตำบลท่าศาลา อำเภอเมือง จังหวัดนครราชสีมา",
	    "ต.สุรศักดิ์ อ.ศรีราชา จ.ชลบุรี",
	    "ต.หนองขาม อ.กาญจนา จ.ชลบุรี",
	    "ถ.สมชาย ใจดี",
	    "ครูผู้สอน นักเรียน และผู้ปกครอง",
	    "หมอดิน อาสาสมัครสาธารณสุข",
	    "คุณธรรม จริยธรรม และธรรมาภิบาล",
	    "ชื่อ สกุล วันเดือนปีเกิด",
	    "ชื่อ นามสกุล ที่อยู่",
	    "บ้านนางแล หมู่ 4",
	    "นางแล",
	    "นายูง",
	    "พระราชบัญญัติ พระพุทธศาสนา",
	    NULL,
	};

	(void)state;
	assert_kept(texts);
}

/* The end of a guess from the begin of `text`, its given name and its family name. */
static void
assert_guess(const char *text, const char *given, const char *family)
{
	struct od_guess g;
	const char *end = text + strlen(text), *title, *at;

	at = od_guess_begin(text, text, end, &title);
	if (!given) {
		assert_true(!at || !od_guess_read(&g, text, at, end));
		return;
	}
	assert_non_null(at);
	assert_true(od_guess_read(&g, text, at, end));
	assert_int_equal(g.given_to - g.given, strlen(given));
	assert_memory_equal(g.given, given, strlen(given));
	assert_int_equal(g.family == NULL, family == NULL);
	if (!family)
		return;
	assert_int_equal(g.family_to - g.family, strlen(family));
	assert_memory_equal(g.family, family, strlen(family));
}

static void
a_guess_ends_with_its_run_or_before_prose(void **state)
{
	(void)state;
	assert_guess("สมชาย ใจดี ครู", "สมชาย", "ใจดี");
	assert_guess("สมชาย  ใจดีกล่าว", "สมชาย", "ใจดี");
	assert_guess("สมชายกล่าวว่า", "สมชาย", NULL);
	assert_guess("สมชาย", "สมชาย", NULL);
	assert_guess("สมชาย-", "สมชาย", NULL);
	assert_guess("น้องสมชาย ใจดี", "สมชาย", "ใจดี");
	assert_guess("ชื่อสมชาย", "สมชาย", NULL);
	assert_guess("ก ใจดี", NULL, NULL);
	assert_guess("ะมา ใจดี", NULL, NULL);
	assert_guess("กกกกกกกกกกกกกกกก", "กกกกกกกกกกกกกกกก", NULL);
	assert_guess("กกกกกกกกกกกกกกกกก", NULL, NULL);
	assert_guess("นายก", NULL, NULL);
	assert_guess("น้อง", "น้อง", NULL);
}

static void
features_stay_in_their_table(void **state)
{
	static const char text[] =
	    "\"กกกกกกกกกกกกกกกก ขขขขขขขขขขขขขขขข\" 12 มมมมมมมมมมมมมมมม";
	uint16_t v[OD_GUESS_FEATURES];
	struct od_guess g;

	(void)state;
	assert_true(od_guess_read(&g, text, text + 1, text + sizeof(text) - 1));
	assert_non_null(g.family);
	assert_in_range(od_guess_features(&g, v), 64, OD_GUESS_FEATURES - 1);
	assert_in_range(od_guess_start(text + 1, text + sizeof(text) - 1), 0,
	                (1 << OD_GUESS_START_BITS) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_name_without_a_title_is_cut),
	    cmocka_unit_test(near_a_telephone_less_will_do),
	    cmocka_unit_test(a_weak_title_is_cut_with_its_name),
	    cmocka_unit_test(official_words_are_no_persons),
	    cmocka_unit_test(a_guess_ends_with_its_run_or_before_prose),
	    cmocka_unit_test(features_stay_in_their_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
