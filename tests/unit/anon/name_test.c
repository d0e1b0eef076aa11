#include "anon/scan.h"
#include "anon/titles.h"
#include "anon_test.h"

#define NAME "[ปกปิด:ชื่อบุคคล]"

static void
a_list_is_not_read_behind_the_end(void **state)
{
	static const char text[] = "ก";
	static const char *const words[] = {"ก", NULL};

	(void)state;
	assert_true(od_begins_any(text, text + 3, words));
	assert_false(od_begins_any(text, text + 2, words));
	assert_false(od_begins_any(text, text + 3, NULL));
}

static void
a_titled_name_is_cut(void **state)
{
	static const struct rewrite cases[] = {
	    {"นายสมชาย ใจดี", NAME},
	    {"นาง สมศรี ใจดี", NAME},
	    {"นางสาวมาลี  ณ อยุธยา ครู", NAME " ครู"},
	    {"น.ส.เป็นไท แซ่อึ้ง", NAME},
	    {"น. ส. มาลี ใจดี", NAME},
	    {"ด.ช.กล้า หาญสู้", NAME},
	    {"เด็กหญิงฟ้า ใสสด", NAME},
	    {"ผศ.ดร.สมชาย ใจดี", NAME},
	    {"รศ. ดร. สมชาย ใจดี", NAME},
	    {"ศ.(พิเศษ) ดร.สมชาย ใจดี", NAME},
	    {"พล.ต.อ. สมชาย ใจดี ผบ.ตร.", NAME " ผบ.ตร."},
	    {"พ.ต.อ.หญิง ศิริกุล กล่าว", NAME " กล่าว"},
	    {"ว่าที่ ร.ต.มูฮัมมะซายดี มุ่งมาจน", NAME},
	    {"ว่าที่ร้อยตรีสมชาย ใจดี", NAME},
	    {"พันตำรวจเอก สมชาย ใจดี", NAME},
	    {"นพ.สมชาย ใจดี", NAME},
	    {"ม.ร.ว.สมชาย ใจดี", NAME},
	    {"พระครูสิริพัฒนาภรณ์", NAME},
	    {"คุณหญิงจารุวรรณ", NAME},
	    {"นายป.เสฎฐวุฒิ ขจรกิตติฤทธิ์", NAME},
	    {"นายสมชาย ใจดี-มีสุข", NAME},
	    {"นายลี เซียน ลุง", NAME},
	    {"นางพนิตา กำภู ณ อยุธยา", NAME},
	    {"นายจตุพรฯ", NAME},
	    {"Mr. John A. Smith กล่าว", NAME " กล่าว"},
	    {"Asst. Prof. Dr. Somchai Jaidee", NAME},
	    {"Mr.สมชาย ใจดี", NAME},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
a_title_behind_another_word_is_seen(void **state)
{
	static const struct rewrite cases[] = {
	    {"โดยนายสมชาย ใจดี ประธาน", "โดย" NAME " ประธาน"},
	    {"สายบ้านนายแดง - บ้านนางดำรง", "สายบ้าน" NAME " - บ้าน" NAME},
	    {"ซ่อมแซมบ้าน รายนางสมศรี ใจดี", "ซ่อมแซมบ้าน ราย" NAME},
	    {"จ้างเหมานายสมชาย ใจดี ทำความสะอาดอาคาร",
	     "จ้างเหมา" NAME " ทำความสะอาดอาคาร"},
	    {"ตามที่น.พ.เสรี", "ตามที่" NAME},
	    {"3 ก.พ.น.พ.เสรี ตู้จินดา", "3 ก.พ." NAME},
	    {"จำนวน 5 บาทนายสมชาย ใจดี", "จำนวน 5 บาท" NAME},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
a_name_ends_where_prose_begins(void **state)
{
	static const struct rewrite cases[] = {
	    {"นายสมชายกล่าวว่าวันนี้", NAME "กล่าวว่าวันนี้"},
	    {"นายสมชาย กล่าวว่าวันนี้", NAME " กล่าวว่าวันนี้"},
	    {"นายสมชาย ใจดีรองผู้ว่าราชการ", NAME "รองผู้ว่าราชการ"},
	    {"นายสมชาย ใจดี อายุ 54 ปี", NAME " อายุ 54 ปี"},
	    {"นายสมชาย ใจดีนายสมศักดิ์ มีสุข", NAME NAME},
	    {"นายสมชาย ใจดีพ.ต.ท.สมศักดิ์ มีสุข", NAME NAME},
	    {"นายสมชาย ใจดีและพันตำรวจเอก เอก มีสุข", NAME "และ" NAME},
	    {"นายสมชาย จึงรุ่งเรืองกิจ", NAME},
	    {"นายสมชาย จึงเดินทาง", NAME " จึงเดินทาง"},
	    {"เรือเอก สาโรจน์ มือถือ 0944746213 คมคาย", NAME " มือถือ [ปกปิด:โทรศัพท์] คมคาย"},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
what_is_written_carelessly_is_a_name_too(void **state)
{
	static const struct rewrite cases[] = {
	    {"น.ส สมศรี ใจดี", NAME},
	    {"ว่า ที่ ร.ต.สมชาย ใจดี", NAME},
	    {"นายพลเอกสมชาย ใจดี", NAME},
	    {"นายสมชาย 5 คน", NAME " 5 คน"},
	    {"นายสมชาย นางสมศรี ใจดี", NAME " " NAME},
	    {"นายสมชาย ดร.แก้ว", NAME " " NAME},
	    {"นายสมชาย ผบ.ตร.", NAME " ผบ.ตร."},
	    {"นายสมชาย ณ อยุธยา", NAME},
	    {"นายสมชาย ตรวจเยี่ยมสถานีอนามัย", NAME " ตรวจเยี่ยมสถานีอนามัย"},
	    {"นายสมชาย กกกกกกกกกกกกกกกกกกกกกกกกำ", NAME "กกำ"},
	    {"นายสมชาย กกกกกกกกกกกกกกกกกกกกกกิก", NAME "ก"},
	    {"นายสมชาย เรือโทแก้ว", NAME " " NAME},
	    {"โดยคุณสมชาย ใจดี", "โดย" NAME},
	    {"นายสมชาย กกกกกกกกกกกกกกกกกกกกกกการ", NAME "การ"},
	    {"นายขขขขขขขขขขขขขขขขขขขขำขขข", NAME "ขขข"},
	    {"นายขขขขขขขขขขขขขขขขขขขขการ", NAME "การ"},
	    {"1 นายสมชาย ใจดี 2 นายสมศักดิ์ มีสุข", "1 " NAME " 2 " NAME},
	    {"๑ นายสมชาย ใจดี", "๑ " NAME},
	    {"สนามนางสมศรี ใจดี", "สนาม" NAME},
	    {"โดยพลทหารสมชาย ใจดี", "โดย" NAME},
	    {"โดยสิบเอกสมชาย", "โดย" NAME},
	    {"Dr. สมชาย", NAME},
	    {"Mr. Li", NAME},
	    {"นายพระครูแก้ว ใจดี", NAME},
	    {NULL, NULL},
	};

	(void)state;
	assert_redacted(cases);
}

static void
offices_and_trades_are_no_titles(void **state)
{
	static const char *const texts[] = {
	    "นายกรัฐมนตรี",
	    "นายกฯ เดินทาง",
	    "นายกเทศมนตรีเมือง",
	    "นายก อบต.",
	    "นายกสมาคม",
	    "พัฒนายกระดับคุณภาพ",
	    "นายจ้างและลูกจ้าง",
	    "นายอำเภอเมือง",
	    "นายทะเบียน",
	    "นายช่างโยธา",
	    "นายทหารสัญญาบัตร",
	    "นายแพทย์สาธารณสุขจังหวัด",
	    "ตำรวจ 110 นาย ไปช่วย",
	    "เดือนมิถุนายน 2565",
	    "ทนายความ",
	    "ขุนนางไทย",
	    "นางแบบ นางฟ้า นางพยาบาล",
	    "นางสาวไทย",
	    "พัฒนางบประมาณ รายจ่าย",
	    "คุณภาพชีวิต",
	    "พ.ศ. 2565 ค.ศ. 2022",
	    "พ.ร.บ. พ.ต. ม.ล.",
	    "ขนาด 15 มล. การรถไฟ",
	    "พระราชบัญญัติ พระมหากษัตริย์",
	    "สมเด็จพระนางเจ้าสิริกิติ์",
	    "องค์การเภสัชกรรมควรผลิตโฟลิก",
	    "เรือหลวงและเรือเอกชน",
	    "ผศ. และ รศ. จำนวน 5 คน",
	    "จังหวัดอุดร.เมือง",
	    "นพ.สสจ.เชียงใหม่",
	    "น.ศ.แม้แต่คนเดียว ทุกคน",
	    "สนามนางสมศรี",
	    "๔๕ นาย ไปช่วย",
	    "อุดร.เมือง ใหญ่",
	    "ว่าที่ผู้ใหญ่บ้าน",
	    "เภสัชกร ดูแล ผู้ป่วย",
	    "ทั้งนาย สามคน",
	    "รองศาสตราจารย์สมชาย",
	    "คำว่านายก",
	    "Dr. ่ก",
	    "Dr. และคณะ",
	    "AMr. Li",
	    "Dr. no",
	    "Mr.",
	    NULL,
	};

	(void)state;
	assert_kept(texts);
}

static void
places_are_no_persons(void **state)
{
	static const char *const texts[] = {
	    "อำเภอนางรอง จังหวัดบุรีรัมย์",
	    "นางรอง",
	    "ตำบลนายายอาม อำเภอนายายอาม",
	    "อำเภอนายูง",
	    "คันนายาว",
	    "เดิมบางนางบวช อู่ทอง",
	    "นางเลิ้ง",
	    "บ้านนางแล",
	    "เสนางคนิคม",
	    "เมืองนครนายก",
	    "ทุ่งนางโอก",
	    "นางแก้ว",
	    NULL,
	};

	(void)state;
	assert_kept(texts);
}

static void
longer_titles_stand_before_those_they_begin_with(void **state)
{
	(void)state;
	for (size_t i = 0; i < 128; i++) {
		const struct od_title *t = od_titles[i];

		for (; t && t->word; t++) {
			assert_int_equal(od_letter(t->word), i);
			for (const struct od_title *u = t + 1; u->word; u++)
				assert_true(
				    strlen(u->word) <= strlen(t->word) ||
				    strncmp(u->word, t->word, strlen(t->word)) != 0);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_list_is_not_read_behind_the_end),
	    cmocka_unit_test(a_titled_name_is_cut),
	    cmocka_unit_test(a_title_behind_another_word_is_seen),
	    cmocka_unit_test(a_name_ends_where_prose_begins),
	    cmocka_unit_test(what_is_written_carelessly_is_a_name_too),
	    cmocka_unit_test(offices_and_trades_are_no_titles),
	    cmocka_unit_test(places_are_no_persons),
	    cmocka_unit_test(longer_titles_stand_before_those_they_begin_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
