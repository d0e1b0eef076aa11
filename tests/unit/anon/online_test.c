#include "anon_test.h"

#define EMAIL "[ปกปิด:อีเมล]"
#define LINE "[ปกปิด:ไลน์]"

static void
an_email_address_is_cut(void **state)
{
	static const struct rewrite cases[] = {
	    {"somchai.j@gmail.com", EMAIL},
	    {"อีเมล:somchai_99@hotmail.co.th.", "อีเมล:" EMAIL "."},
	    {"e-mail: Som-Chai+x@Sub.Domain.GO.TH ครับ", "e-mail: " EMAIL " ครับ"},
	    {"somchai @ gmail.com", EMAIL},
	    {"somchai(at)gmail(dot)com", EMAIL},
	    {"somchai [at] gmail.com", EMAIL},
	    {"somchai@gmail .com", EMAIL},
	    {"ｓｏｍ＠ｇｍａｉｌ．ｃｏｍ", EMAIL},
	    {"saraban@nesdc.go.th", EMAIL},
	    {"อีเมลsomchai@gmail.comโทร", "อีเมล" EMAIL "โทร"},
	    {"'-somchai@gmail.com'", "'-" EMAIL "'"},
	    {"somchai@gmail.com. ติดต่อ", EMAIL ". ติดต่อ"},
	    {"<a@b.co>", "<" EMAIL ">"},
	    {NULL, NULL},
	};
	static const char *const texts[] = {
	    "@gmail.com",   "a@b",   "ราคา @ 5.00", "[at] home",
	    "(attachment)", "user@", NULL,
	};

	(void)state;
	assert_redacted(cases);
	assert_kept(texts);
}

static void
a_line_account_is_cut_where_it_is_called_one(void **state)
{
	static const struct rewrite cases[] = {
	    {"Line ID: nn_pntuctl วันนี้", "Line ID: " LINE " วันนี้"},
	    {"LINE : nn_kkyfisl", "LINE : " LINE},
	    {"ไลน์ไอดี nn_x12", "ไลน์ไอดี " LINE},
	    {"ไอดีไลน์ somchai", "ไอดีไลน์ " LINE},
	    {"ID Line : somchai", "ID Line : " LINE},
	    {"Line ID: abc.", "Line ID: " LINE "."},
	    {"line somchai99", "line " LINE},
	    {"Line: 0899999", "Line: " LINE},
	    {"ไลน์: ~somchai", "ไลน์: " LINE},
	    {NULL, NULL},
	};
	static const char *const texts[] = {
	    "LINE @OICConnect",
	    "Line @วัฒนธรรม",
	    "Line@antifakenewscenter",
	    "LINE Official Account",
	    "LINE: Official",
	    "online somchai99",
	    "ออนไลน์ : modern99",
	    "pipeline: abc_def",
	    "รถไฟฟ้า Line 2",
	    "LINE : https://lin.ee/abc",
	    NULL,
	};

	(void)state;
	assert_redacted(cases);
	assert_kept(texts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_email_address_is_cut),
	    cmocka_unit_test(a_line_account_is_cut_where_it_is_called_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
