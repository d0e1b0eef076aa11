#include "anon_test.h"

#define ID "[ปกปิด:เลขประจำตัว]"
#define PHONE "[ปกปิด:โทรศัพท์]"
#define BANK "[ปกปิด:บัญชีธนาคาร]"
#define PASSPORT "[ปกปิด:หนังสือเดินทาง]"
#define ADDRESS "[ปกปิด:ที่อยู่]"

static void
a_national_id_is_cut_however_it_is_written(void **state)
{
	static const struct rewrite cases[] = {
	    {"1656512922045", ID},
	    {"7-4165-20117-99-8", ID},
	    {"8–5065–50501–76–9", ID},
	    {"1 5165 09251 48 9", ID},
	    {"7\u00a04065\u00a048746\u00a012\u00a04", ID},
	    {"4.8065.42108.39.0", ID},
	    {"52165\u200b42251820", ID},
	    {"2126564002802 และ ๓๑๐๖๕๓๔๙๗๑๕๐๓", ID " และ " ID},
	    {"๒-๑๐๖๕-๔๒๙๗๑-๖๓-๒", ID},
	    {"２１２６５６４００２８０２", ID},
	    {"234654๘๘๙๖๔๙๕", ID},
	    {"18365\n43781476", ID},
	    {"id_8576525688192", "id_" ID},
	    {"เลขบัตร2506594143621ของ", "เลขบัตร" ID "ของ"},
	    {"เลขที่1516569586452", "เลขที่" ID},
	    {"(4-8065-88279-54-5)", "(" ID ")"},
	    {"3 226524073439", ID},
	    {"1 6 5 6 5 1 2 9 2 2 0 4 5", ID},
	    {"วันที่ 13 4 1865 39091 45 3 คน", "วันที่ 13 " ID " คน"},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
a_number_called_an_id_is_cut_also_with_a_wrong_check_digit(void **state)
{
	static const struct rewrite cases[] = {
	    {"เลขประจำตัวประชาชน 8966568971444", "เลขประจำตัวประชาชน " ID},
	    {"บัตรประชาชนเลขที่ 0-1234-56789-01-2", "บัตรประชาชนเลขที่ " ID},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
numbers_of_companies_budgets_and_money_stay(void **state)
{
	static const char *const texts[] = {
	    "0105505024806",
	    "เลขทะเบียนนิติบุคคล 0-9940-00011-99-7",
	    "99572736503549717279",
	    "8966568971444",
	    "383656190543",
	    "39565951736187",
	    "33423893043.49",
	    "1,656,512,922,045",
	    "1656512922045.25",
	    "0.1656512922045",
	    "ปีงบประมาณ 2567-2570",
	    "พ.ศ. ๒๐๒๕-๒๐๒๗",
	    "รหัส 2100408006003110",
	    "อว 0746-68-000001",
	    "13.7563309, 100.5017651",
	    "13.0812345678, 100.0812345678",
	    "ที่ นร 0505/ว 123 ลงวันที่ 09-12-2565 10.30 น.",
	    "06 12 2565 12",
	    "08 2565 2566",
	    "จำนวน 1,234,567.89 บาท 12 แห่ง 300 เมตร",
	    "e-GP 65017234567",
	    "1656\n5129\n22045",
	    "1.656512922045",
	    NULL,
	};

	(void)state;
	assert_kept(texts);
}

static void
a_phone_number_is_cut_however_it_is_grouped(void **state)
{
	static const struct rewrite cases[] = {
	    {"0812345678", PHONE},
	    {"081-234-5678", PHONE},
	    {"08-1234-5678", PHONE},
	    {"081 2345678", PHONE},
	    {"081 234 5678", PHONE},
	    {"081.234.5678", PHONE},
	    {"(081) 234-5678", "(" PHONE},
	    {"๐๘๑-๒๓๔๕๖๗๘", PHONE},
	    {"０８１２３４５６７８", PHONE},
	    {"+66812345678", PHONE},
	    {"+66 (0) 81 234 5678", PHONE},
	    {"66812345678", PHONE},
	    {"0066 81 234 5678", PHONE},
	    {"06–3176–2654", PHONE},
	    {"02 123 4567", PHONE},
	    {"0 2448 9128-39", PHONE},
	    {"๐-๒๒๐๙-๓๕๐๔-๑๐", PHONE},
	    {"๐๗๕-๓๘๓๔๐๕", PHONE},
	    {"โทร. 038123456", "โทร. " PHONE},
	    {"โทร. 02 123 4567 ต่อ 123, 124", "โทร. " PHONE},
	    {"โทร 02-123-4567 ext. 89 ", "โทร " PHONE},
	    {"โทร. 234 5678", "โทร. " PHONE},
	    {"ติดต่อ 088 275 2026 68", "ติดต่อ " PHONE " 68"},
	    {"3.0812345678", "3." PHONE},
	    {"+1 415 555 2671", PHONE},
	    {"081\u2212234\u22125678", PHONE},
	    {"081\uff0d234\uff0d5678", PHONE},
	    {"081\ufe63234\ufe635678", PHONE},
	    {"＋66812345678", PHONE},
	    {"+66\n0812345678", "+66\n" PHONE},
	    {"0 8 1 2 3 4 5 6 7 8", PHONE},
	    {"มือถือ 08 1 2345 67 8", "มือถือ " PHONE},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
hotlines_and_codes_are_no_phone_numbers(void **state)
{
	static const char *const texts[] = {
	    "สายด่วน 1111 กด 12", "โทร. 1506",         "โทร 191",
	    "1800 123 456",      "012345678",         "รหัสงบประมาณ 0700348011000000",
	    "0.0812345678",      "5,0812345678",      "081--234--5678",
	    "081\n2345678",      "081.2345678",       "5/021234567-8",
	    "5-02-123-4567",     "97.0812345678",     "66.812345678",
	    "100.0812345678",    "วันที่ 02 03 2565 04", NULL,
	};

	(void)state;
	assert_kept(texts);
}

static void
a_bank_account_is_cut(void **state)
{
	static const struct rewrite cases[] = {
	    {"เลขที่บัญชี 142-0-28997-7", "เลขที่บัญชี " BANK},
	    {"049–2–01586-7", BANK},
	    {"บัญชี 1420289977 ธนาคาร", "บัญชี " BANK " ธนาคาร"},
	    {"บัญชีออมสิน 020012345678", "บัญชีออมสิน " BANK},
	    {"บัญชีเลขที่ ๑๔๒ ๐ ๒๘๙๙๗ ๗", "บัญชีเลขที่ " BANK},
	    {"พร้อมเพย์ 142028997712345", "พร้อมเพย์ " BANK},
	    {NULL, NULL},
	};
	static const char *const texts[] = {
	    "รอบปีบัญชี 2565",
	    "1420289977",
	    "บัญชี 1234\n5678901",
	    "บัญชี 123456.78 901",
	    "บัญชีรายการ 123,456,789.00 บาท",
	    NULL,
	};

	(void)state;
	assert_redacted(cases);
	assert_kept(texts);
}

static void
a_passport_is_cut_where_it_is_called_one(void **state)
{
	static const struct rewrite cases[] = {
	    {"หนังสือเดินทางเลขที่ AA1234567", "หนังสือเดินทางเลขที่ " PASSPORT},
	    {"Passport No. aa 123456 ", "Passport No. " PASSPORT},
	    {NULL, NULL},
	};
	static const char *const texts[] = {"รุ่น AA1234567", "หนังสือเดินทาง ABC1234567",
	                                    NULL};

	(void)state;
	assert_redacted(cases);
	assert_kept(texts);
}

static void
a_house_is_cut_up_to_its_sub_district(void **state)
{
	static const struct rewrite cases[] = {
	    {"บ้านเลขที่ 17/1 หมู่ที่ 13 ต.บ้านใหม่", "บ้านเลขที่ " ADDRESS " ต.บ้านใหม่"},
	    {"บ้านเลขที่ ๑๗/๑ หมู่ที่ ๑๓", "บ้านเลขที่ " ADDRESS},
	    {"บ้านเลขที่ 99 ได้รับ", "บ้านเลขที่ " ADDRESS " ได้รับ"},
	    {"เลขที่ 199/2 หมู่ 2 ซอยสุขใจ 5 ถนนมิตรภาพ ตำบลในเมือง",
	     "เลขที่ " ADDRESS " 5 ถนนมิตรภาพ ตำบลในเมือง"},
	    {"เลขที่ 12 ม.4 ต.ป่าแดด", "เลขที่ " ADDRESS " ต.ป่าแดด"},
	    {"17/1 หมู่ที่ 13", ADDRESS},
	    {"เลขที่ 12 ซอยกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกก",
	     "เลขที่ " ADDRESS "กกกกกก"},
	    {"บ้านเลขที่ 1/2-3 หมู่ 4 ถ.สุขุมวิท", "บ้านเลขที่ " ADDRESS},
	    {"บ้านเลขที่ 17, หมู่ที่ 13", "บ้านเลขที่ " ADDRESS},
	    {"เลขที่ 12 ซอยAกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกก",
	     "เลขที่ " ADDRESS "กกกกกกก"},
	    {NULL, NULL},
	};
	static const char *const texts[] = {
	    "หมู่ที่ 5 ตำบลดอนแก้ว",
	    "ซอย 5/1 หมู่ที่ 3",
	    "ถนนสาย 5 หมู่ที่ 3",
	    "สัญญาเลขที่ 12/2564",
	    "ครั้งที่ 1/2565 หมู่บ้าน",
	    "1/2 ไร่",
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
	    cmocka_unit_test(a_national_id_is_cut_however_it_is_written),
	    cmocka_unit_test(
		a_number_called_an_id_is_cut_also_with_a_wrong_check_digit),
	    cmocka_unit_test(numbers_of_companies_budgets_and_money_stay),
	    cmocka_unit_test(a_phone_number_is_cut_however_it_is_grouped),
	    cmocka_unit_test(hotlines_and_codes_are_no_phone_numbers),
	    cmocka_unit_test(a_bank_account_is_cut),
	    cmocka_unit_test(a_passport_is_cut_where_it_is_called_one),
	    cmocka_unit_test(a_house_is_cut_up_to_its_sub_district),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
