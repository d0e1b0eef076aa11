#include "anon/titles.h"

#include <stddef.h>

/*
 * Will: what follows is a verb. Names of the Lahu begin like it (จะลอ, จะแฮ), so verbs
 * are listed.
 */
#define WILL                                                                           \
	"จะ ", "จะได้", "จะต้อง", "จะมี", "จะไม่", "จะเป็น", "จะทำ", "จะเห็น", "จะพบ",       \
	    "จะสามารถ", "จะช่วย", "จะไป", "จะมา", "จะรู้", "จะใช้", "จะเข้า", "จะรับ",       \
	    "จะดำเนิน", "จะเดิน", "จะร่วม", "จะจัด", "จะให้", "จะนำ", "จะเปิด", "จะลง",      \
	    "จะเสนอ", "จะพิจารณา", "จะกล่าว", "จะสอน", "จะตรวจ", "จะส่ง", "จะออก",        \
	    "จะขอ", "จะอยู่", "จะถูก", "จะเกิด", "จะแจ้ง", "จะประชุม", "จะสร้าง", "จะพัฒนา",   \
	    "จะเริ่ม", "จะบริหาร", "จะปฏิบัติ", "จะทราบ"

/*
 * What may not follow นาย: the head of something, not a person's title. Words that
 * begin real given names are left out (พล, พัน, สนาม, เมือง, เรือ); นายก has its own list.
 */
static const char *const traps_nai[] = {
    "จ้าง",     "อำเภอ",  "ทะเบียน", "ช่าง",    "หน้า",  "ตรวจ",  "ท่า ",     "ท่าเรือ",
    "สถานี",    "ประกัน",  "ทหาร",   "ตำรวจ",  "ร้อย",  "แพทย์",  "สัตวแพทย์", "ด่าน",
    "เวร",     "พลทหาร", "สิบ",     "ธนาคาร", "ทุน",   "หัว",    "แบบ",     "งาน",
    "ไปรษณีย์",  "พราน",   "โรง",    "ยาม",    "ประตู", "ห้าง",   "ศุลกากร",  "ใหญ่",
    "เรือ ",    "เงิน ",   "หมู่",     "หมวด",   "กอง",  "จังหวัด", "ความ",    "ท้าย",
    "แพทยสภา", "อากร",   "คลัง",    "วง ",    "ดาบ",  "ทัพ",    "ปกครอง",  NULL,
};

/* What may not follow นาง: kinds of women, birds and spirits. */
static const char *const traps_nang[] = {
    "แบบ",  "พญา",    "ฟ้า",      "เอก ",   "ร้าย",  "พยาบาล", "กำนัล", "นวล ",
    "แอ่น",  "ตะเคียน", "สงกรานต์", "รำ",     "ละคร", "ในวรรณ", "รอง ", "เลิ้ง",
    "กวัก",  "นพมาศ",  "อัปสร",    "เอกสาว", "งาม ", "เธอ",    "ไม้",   "เงือก",
    "สนม",  "โลม",    "เล็ด",     "คนิคม",   "กวาง", "หวาน",   "ยักษ์",  "สิบสอง",
    "ลาว ", "ช้าง",    "แมว ",    "รองพิทย", "นอน",  NULL,
};

/* The beauty queen. */
static const char *const traps_nangsao[] = {"ไทย ", "ไทยปี", "ไทยแลนด์", NULL};

static const char *const traps_child[] = {"ขอบ", "แดน", "พิการ",  "เมียนมา", "ไทย",
                                          "วัย",  "ชาว", "กำพร้า", "เร่ร่อน",  NULL};

/* เรือเอกชน is a private ship. */
static const char *const traps_rank[] = {"ชน", NULL};

/* What may not follow คุณ: qualities. */
static const char *const traps_khun[] = {
    "ภาพ",    "สมบัติ", "ธรรม", "ค่า",   "ลักษณะ", "วุฒิ",    "ประโยชน์", "แม่",  "พ่อ",   "ครู",
    "หมอ",    "ลุง",   "ป้า",   "อนันต์", "วิเศษ",  "ความดี", "งาม",     "โทษ", WILL,   "ได้",
    "สามารถ", "ต้อง",  "มี",    "ไม่",   "คือ",    "ก็",     "ยัง",      "เป็น", "ูปการ", NULL,
};

/* After a profession: a rank or a place of work. */
static const char *const traps_doctor[] = {
    "สาธารณสุข", "ชำนาญการ", "ทรงคุณวุฒิ", "เชี่ยวชาญ", "ปฏิบัติ", "ประจำ", "ใหญ่", "พี่เลี้ยง",
    "สภา",      "ศาสตร",    "รม",      "รรม",     "เอง",  "อาวุโส", "สสจ", "ผู้",
    "และ",      "สมาคม",    "แห่ง",     "ทั่วไป",    "ไทย",  "แผน",   NULL,
};

static const char *const traps_monk[] = {
    "กษัตริย์",    "กรุณา", "ธาตุ",   "ชนก", "วิหาร",  "มงกุฎ", "เถร",    "เจดีย์", "สงฆ์",
    "ภาคฤดูร้อน", "มณฑป", "ราช",   "สมณ", "อุป",    "เจ้า",  "และ",    "ใน",   "ที่",
    "แห่ง",      "ผู้",    "ประจำ", "ทั่ว",  "จำนวน", "ของ",  "ประมาณ", NULL,
};

/* After a religious office or a village head's: a place, others in office, an honour.
 */
static const char *const traps_office[] = {
    "ประจำ", "ตำบล",   "หมู่",   "บ้าน",  "ใน", "และ",     "หรือ",  "ที่",    "แห่ง",  "ชาว",
    "คณะ",   "คาทอลิก", "โรมัน", "มัสยิด", "วัด", "ยอดเยี่ยม", "แหนบ", "ดีเด่น", "ท้องที่", NULL,
};

static const char *const traps_private[] = {"กอง", "ประจำ", "ใหม่ ", "รุ่น", NULL};

static const struct od_title at_19[] = {
    {"นายสัตวแพทย์", OD_GLUE_FAMILY, false, false, false, traps_doctor},
    {"นาวาอากาศเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นาวาอากาศตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นาวาอากาศโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นายกองใหญ่", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"นายหมวดเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นายหมวดตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นายหมู่เอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นายหมู่ตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นายกองเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"นายกองตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"นายหมวดโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นายหมู่โท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นายแพทย์", OD_GLUE_ALWAYS, true, true, false, traps_doctor},
    {"นายกองโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"นาวาเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นาวาตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"นางสาว", OD_GLUE_ALWAYS, true, true, false, traps_nangsao},
    {"นาวาโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"น.สพ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"นก.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"น.ส.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"น.พ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"นสพ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"น.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"น.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"น.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"นาย", OD_GLUE_ALWAYS, true, false, false, traps_nai},
    {"นาง", OD_GLUE_ALWAYS, true, false, false, traps_nang},
    {"นส.", OD_GLUE_NEVER, true, true, false, NULL},
    {"นพ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_14[] = {
    {"ด็อกเตอร์", OD_GLUE_FAMILY, false, true, false, NULL},
    {"ดาบตำรวจ", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"ด.ช.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ด.ญ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ด.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ดช.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ดญ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ดร.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_40[] = {
    {"เรืออากาศเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"เรืออากาศตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"เจ้าอธิการ", OD_GLUE_FAMILY, true, false, false, traps_monk},
    {"เภสัชกรหญิง", OD_GLUE_FAMILY, false, false, false, traps_doctor},
    {"เรืออากาศโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"เด็กหญิง", OD_GLUE_FAMILY, false, true, false, traps_child},
    {"เด็กชาย", OD_GLUE_FAMILY, false, true, false, traps_child},
    {"เภสัชกร", OD_GLUE_FAMILY, false, false, false, traps_doctor},
    {"เรือเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"เรือตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"เรือโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_04[] = {
    {"คอเต็บ", OD_GLUE_FAMILY, false, false, false, traps_office},
    {"คุณหญิง", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"คุณ", OD_GLUE_NEVER, false, true, false, traps_khun},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_17[] = {
    {"ทันตแพทย์หญิง", OD_GLUE_FAMILY, false, false, false, traps_doctor},
    {"ท่านผู้หญิง", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ทันตแพทย์", OD_GLUE_FAMILY, false, false, false, traps_doctor},
    {"ท.พ.ญ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ทนพญ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ท.พ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ทพญ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ทนพ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ทพ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ทญ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_2b[] = {
    {"หม่อมราชวงศ์", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"หม่อมหลวง", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"หม่อมเจ้า", OD_GLUE_ALWAYS, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_21[] = {
    {"มิสเตอร์", OD_GLUE_NEVER, false, true, false, NULL},
    {"ม.ร.ว.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"มิสซิส", OD_GLUE_NEVER, false, true, false, NULL},
    {"มว.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ม.ล.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ม.จ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"มรว.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"มิส", OD_GLUE_NEVER, false, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_1c[] = {
    {"ผู้ช่วยศาสตราจารย์", OD_GLUE_FAMILY, false, true, false, NULL},
    {"ผ.ศ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ผศ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_23[] = {
    {"รองศาสตราจารย์", OD_GLUE_FAMILY, false, true, false, NULL},
    {"ร้อยตำรวจเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร้อยตำรวจตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร้อยตำรวจโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร้อยเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร้อยตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร้อยโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร.ต.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร.ต.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร.ต.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร.ศ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ร.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"รศ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_28[] = {
    {"ศาสตราจารย์เกียรติคุณ", OD_GLUE_FAMILY, false, true, false, NULL},
    {"ศาสตราจารย์กิตติคุณ", OD_GLUE_FAMILY, false, true, false, NULL},
    {"ศาสตราจารย์คลินิก", OD_GLUE_FAMILY, false, true, false, NULL},
    {"ศาสตราจารย์", OD_GLUE_FAMILY, false, true, false, NULL},
    {"ศจ.", OD_GLUE_NEVER, true, true, false, NULL},
    {"ศ.", OD_GLUE_NEVER, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_2d[] = {
    {"อิหม่าม", OD_GLUE_FAMILY, false, false, false, traps_office},
    {"อาจารย์", OD_GLUE_NEVER, false, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_41[] = {
    {"แพทย์หญิง", OD_GLUE_ALWAYS, true, true, false, traps_doctor},
    {"แม่ชี", OD_GLUE_FAMILY, false, false, false, traps_office},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_2a[] = {
    {"สัตวแพทย์หญิง", OD_GLUE_FAMILY, false, false, false, traps_doctor},
    {"สิบตำรวจเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"สิบตำรวจตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"สิบตำรวจโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"สัตวแพทย์", OD_GLUE_FAMILY, false, false, false, traps_doctor},
    {"สิบเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"สิบตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"ส.ต.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ส.ต.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ส.ต.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"สามเณร", OD_GLUE_NEVER, false, false, false, traps_monk},
    {"สพ.ญ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"สิบโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"สพญ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ส.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ส.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"ส.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_1e[] = {
    {"พันจ่าอากาศเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พันจ่าอากาศตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พันจ่าอากาศโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลตำรวจจัตวา", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พระสังฆรักษ์", OD_GLUE_NEVER, true, false, false, traps_monk},
    {"พันตำรวจเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พันตำรวจตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลอากาศเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลอากาศตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลตำรวจเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลตำรวจตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พันตำรวจโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พระอาจารย์", OD_GLUE_NEVER, true, false, false, traps_monk},
    {"พลเรือเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลเรือตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พันจ่าเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พันจ่าตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลอากาศโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลตำรวจโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พระใบฎีกา", OD_GLUE_NEVER, true, false, false, traps_monk},
    {"พระอธิการ", OD_GLUE_NEVER, true, false, false, traps_monk},
    {"พลเรือโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พันจ่าโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พระสมุห์", OD_GLUE_NEVER, true, false, false, traps_monk},
    {"พระภิกษุ", OD_GLUE_NEVER, false, false, false, traps_monk},
    {"พลจัตวา", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลตำรวจ", OD_GLUE_FAMILY, false, true, false, NULL},
    {"พล.ร.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.ร.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.ร.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.อ.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.อ.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.อ.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.ต.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.ต.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.ต.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.ต.จ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พระปลัด", OD_GLUE_NEVER, true, false, false, traps_monk},
    {"พันเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พันตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลทหาร", OD_GLUE_FAMILY, false, true, false, traps_private},
    {"พ.จ.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.จ.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.จ.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.อ.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.อ.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.อ.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.ต.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.ต.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.ต.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พระครู", OD_GLUE_ALWAYS, true, false, false, traps_monk},
    {"พระมหา", OD_GLUE_NEVER, true, false, false, traps_monk},
    {"พท.ป.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"พลเอก", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลตรี", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พันโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พล.จ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.ญ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พลโท", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พ.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พญ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"พว.", OD_GLUE_FAMILY, false, true, false, NULL},
    {"พลฯ", OD_GLUE_FAMILY, false, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_20[] = {
    {"ภ.ก.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ภ.ญ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ภก.", OD_GLUE_FAMILY, true, true, false, NULL},
    {"ภญ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_1a[] = {
    {"บิหลั่น", OD_GLUE_FAMILY, false, false, false, traps_office},
    {"บาทหลวง", OD_GLUE_FAMILY, false, false, false, traps_office},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_2e[] = {
    {"ฮัจญะห์", OD_GLUE_FAMILY, true, false, false, traps_office},
    {"ฮัจยี", OD_GLUE_FAMILY, true, false, false, traps_office},
    {"ฮัจญี", OD_GLUE_FAMILY, true, false, false, traps_office},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_42[] = {
    {"โต๊ะอิหม่าม", OD_GLUE_FAMILY, false, false, false, traps_office},
    {"โต๊ะครู", OD_GLUE_FAMILY, false, false, false, traps_office},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_01[] = {
    {"กำนัน", OD_GLUE_FAMILY, false, false, false, traps_office},
    {"กภ.", OD_GLUE_FAMILY, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_08[] = {
    {"จ่าอากาศเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ่าอากาศตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ่าสิบตำรวจ", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ่าอากาศโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ่าสิบเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ่าสิบตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ่าสิบโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ่าเอก", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ่าตรี", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ.ส.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"จ.ส.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"จ.ส.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"จ่าโท", OD_GLUE_FAMILY, true, true, false, traps_rank},
    {"จ.อ.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"จ.ท.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {"จ.ต.", OD_GLUE_ALWAYS, true, true, false, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

static const struct od_title at_27[] = {
    {"ว่า ที่", OD_GLUE_FAMILY, true, true, true, NULL},
    {"ว่าที่", OD_GLUE_FAMILY, true, true, true, NULL},
    {NULL, OD_GLUE_NEVER, false, false, false, NULL},
};

const struct od_title *const od_titles[128] = {
    [U'ก' - 0xe00] = at_01, [U'ค' - 0xe00] = at_04, [U'จ' - 0xe00] = at_08,
    [U'ด' - 0xe00] = at_14, [U'ท' - 0xe00] = at_17, [U'น' - 0xe00] = at_19,
    [U'ผ' - 0xe00] = at_1c, [U'พ' - 0xe00] = at_1e, [U'ภ' - 0xe00] = at_20,
    [U'ม' - 0xe00] = at_21, [U'ร' - 0xe00] = at_23, [U'ว' - 0xe00] = at_27,
    [U'ศ' - 0xe00] = at_28, [U'ส' - 0xe00] = at_2a, [U'ห' - 0xe00] = at_2b,
    [U'อ' - 0xe00] = at_2d, [U'เ' - 0xe00] = at_40, [U'แ' - 0xe00] = at_41,
    [U'บ' - 0xe00] = at_1a, [U'ฮ' - 0xe00] = at_2e, [U'โ' - 0xe00] = at_42,
};

/* Functions, numbers and conjunctions: no given name begins with them. */
const char *const od_not_given[] = {
    "และ",     "หรือ",     "ที่",       "ใน",     "ของ",    "จำนวน",   "ระดับ",
    "ตำแหน่ง",  "ประจำ",   "คณะ",     "สาขา",   "ผู้",      "เพื่อ",     "โดย",
    "จาก",     "ซึ่ง",      "ได้",      "เป็น",    "ให้",     "ไม่",      "มหาวิทยาลัย",
    "สำนักงาน", "กระทรวง", "พร้อมด้วย", "อายุ",    "ทั้ง",     "ท่าน",     "คน",
    "เท่านั้น",   "ดังกล่าว",  "ต้อง",     WILL,     "กับ",     "ว่า",      "ต่อ",
    "ตาม",     "แห่ง",     "เมื่อ",     "แล้ว",    "ด้วย",    "ก็",       "คือ",
    "เช่น",     "อีก",      "แต่ ",     "แต่ละ",   "ทุก",     "พิเศษ",    "ชำนาญการ",
    "ปฏิบัติการ", "หลาย",    "พื้นที่",     "บาง",    "เหล่า",   "กลุ่ม",     "สังกัด",
    "พ.ศ",     "มิใช่",     "อัตรา",    "ประเภท", "ตั้งครรภ์", "อื่น",      "ใด",
    "เผย",     "นี้",       "นั้น",      "ระหว่าง", "นอก",    "สัญญาบัตร", "ประทวน",
    NULL,
};

/*
 * Given names in k + consonant. The many presidents (นายกรัฐมนตรี, นายกสมาคม, นายก อบต.)
 * and "พัฒนายกระดับ" outnumber them by far, so names are listed, not traps.
 */
const char *const od_given_ko[] = {
    "กมล",    "กมุท",      "กรกฎ",   "กรกต",   "กรกช",   "กรกริช", "กรณ์",    "กรด",
    "กรต",    "กรณพ",     "กรพ",    "กรภ",    "กรวิ",    "กรวี",   "กรวุ",    "กริ",
    "กรี",     "กรุ",       "กรัณ",    "กรัน",    "กรัส",    "กรช",   "กรศ",    "กรรณ",
    "กรรชัย",  "กรองแก้ว",  "กฤ",     "กวิ",     "กวี",     "กวน ",  "กนก",    "กนิษฐ์",
    "กนธี",    "กล้า",      "กลม",    "กลิ่น",    "กลิน",    "กสิ",    "กสานติ์",  "กอบกุล",
    "กอบชัย",  "กอบเกียรติ", "กอบโชค", "กอบศักดิ์", "กอบกิจ",  "กอบสุข", "กอบพงษ์", "กองแก้ว",
    "กองชัย",  "กองพล",    "กองศรี",  "กองสิน",  "กอปร",   "กอล์ฟ",  "กษิ",     "กษม",
    "กชก",    "กชพ",      "กชวร",   "กตั",     "กตัญ",    "กต์",    "กณ",     "กฐิน",
    "กพล",    "กษาปณ์",    "กฤษ",    "กรธวัช",  "กรวรรณ", "กรวัฒน์", "กรทิพย์",  "กรวิชญ์",
    "กรสิริ",   "กรชนก",    "กรธัช",   "กรอนงค์", "กรมิษฐ์",  "กรทัก",  "กองนี",   "กระสุน",
    "กระจ่าง", NULL,
};

const char *const od_name_ends[] = {
    "กล่าว",     "เปิดเผย",   "เผยว่า",   "สะท้อนว่า", "ระบุว่า",      "ชี้แจง",      "ยืนยัน",
    "ได้",       "ลงพื้นที่",    "ที่",       "ให้",      "และคณะ",     "และนาย",    "และนาง",
    "และพล",    "และดร",    "พร้อมด้วย", "พร้อมคณะ", "รองผู้",       "ผู้อำนวยการ", "ผู้ว่า",
    "ผู้บัญชาการ", "ผู้จัดการ",   "ผู้ได้",     "ผู้ต้อง",    "ผู้เสีย",       "รัฐมนตรี",    "อธิบดี",
    "นายกรัฐ",   "เลขาธิการ", "โฆษก",    "ประธาน",  "กรรมการ",    "หัวหน้า",     "อายุ",
    "จึง",       "แล้ว",      "ด้วย",     "ต้อง",     "ไม่",         "โดย",       "ซึ่ง",
    "เพื่อ",      "เมื่อ",      "กับ",      "เข้า",     "เดินทาง",     "แถลง",      "สั่ง",
    "เสนอ",     "ตอบ",      "เป็นผู้",    "เป็นประ",  "เป็นหัว",      "เป็นนาย",    "เป็นการ",
    "เป็นคน",    "เป็นเจ้า",   "เป็นกรรม", "เป็นตัว",   "เป็นพยาน",    "เป็นที่",      "เป็นอดีต",
    "เป็นสมาชิก", "เป็นรอง",   "เพราะ",   "อดีต",     "สมาชิก",      "จังหวัด",     "ตำบล",
    "อำเภอ",    "หมู่ที่",      "หลังจาก",  "นั้น",      "ขณะ",        "ในฐานะ",    "ว่าจะ",
    "ว่าการ",    "ยังได้",     "ยังไม่",    "ยังคง",    "ยังติด",       "คือ",        "ดังกล่าว",
    "ทั้ง",       "ถูก",       "เสียชีวิต",  "อยู่บ้าน",   "อยู่ที่",        "ก็",         "ไปที่",
    "ไปยัง",     "ไปร่วม",    "เห็น",     "เรียก",    "ทราบ",       "กำลัง",      "น่าจะ",
    "อาจจะ",    "ยอมรับ",    "ปฏิเสธ",   "ร้อยเวร",  "ปลัดกระทรวง", "พนักงานสอบ", "พนักงานอัย",
    "นักศึกษา",   "นักวิชาการ", "ทั้งหมด",   NULL,
};

const char *const od_particles[] = {"ณ ", "บิน ", "บินตี ", "บินติ ", "บินเต๊ะ ", NULL};

/* Families that begin like prose. */
const char *const od_families[] = {
    "จึงรุ่ง", "จึงรุง",  "การย์", "การุณ",  "จึงประ", "จึงเจริญ", "จึงสว", "ได้ดี",
    "ได้ผล", "กับแก้ว", "ที่รัก",  "ส่วนบุญ", "จะแร",  "จะนู",    NULL,
};

/* Positions, places and verbs that follow a given name behind a space. */
const char *const od_not_family[] = {
    "ผู้อำนวย",    "ผู้ว่า",       "ผู้บัญชา",     "ผู้จัด",      "ผู้ช่วย",     "ผู้ใหญ่บ้าน",
    "ผู้แทน",      "ผู้ตรวจ",     "ผู้เชี่ยว",     "ผู้บริหาร",   "ผู้ต้อง",     "ผู้เสีย",
    "ผู้ที่",        "ผู้เป็น",      "ผู้นำ",       "ผู้สื่อ",      "ผู้ประสาน",  "ผู้รับ",
    "ผู้ปก",       "ผู้สมัคร",     "รองผู้",      "รองนายก",  "รองปลัด",   "รองประธาน",
    "รองอธิบดี",   "รองเลขา",   "รองหัวหน้า",  "รัฐมนตรี",   "อธิบดี",     "อธิการ",
    "เลขา",      "โฆษก",      "ประธาน",    "กรรมการ",  "ปลัด ",     "ปลัดกระ",
    "ปลัดอำ",     "ปลัดจัง",     "ปลัดเทศ",    "ปลัดอบ",    "ปลัดองค์",   "ปลัดสำ",
    "หัวหน้า",     "สมาชิก",     "อดีต",       "เจ้าหน้าที่",  "เจ้าของ",   "เจ้าพนักงาน",
    "จังหวัด",     "อำเภอ",     "ตำบล",      "หมู่ ",      "หมู่ที่",      "บ้านเลขที่",
    "เลขที่",      "อายุ",       "กล่าว",      "เปิดเผย",   "ระบุ",      "ชี้แจง",
    "ยืนยัน",      "พร้อมด้วย",   "พร้อมคณะ",   "ได้",       "และ",      "กับ",
    "หรือ",       "ซึ่ง",        "โดย",       "ที่",        "เพื่อ",      "เมื่อ",
    "จึง",        "แล้ว",       "ด้วย",       "ต้อง",      "ไม่",       "ให้",
    "เป็นผู้",      "เป็นประธาน", "เข้า",       "เดินทาง",   "แถลง",     "ตำแหน่ง",
    "สังกัด",      "กระทรวง",   "กรมการ",    "สำนักงาน",  "โรงเรียน",  "โรงพยาบาล",
    "มหาวิทยาลัย", "บริษัท",      "มูลนิธิ",      "สมาคม",    "องค์การ",   "ลงพื้นที่",
    "โทร",       "มือถือ",      "ติดต่อ",      "ไลน์",      "เลขบัตร",   "เลขประจำ",
    "บัญชี",       "ระยะทาง",   "ประจำปี",    "เจ้าคณะ",   "เจ้าอาวาส", "เบอร์",
    "จัดกิจกรรม",  "จัดทำ",      "จัดโครงการ", "ถนน",      "สะพาน",    "เหมือง",
    "ถึงบ้าน",     "ถึงที่",       "อีเมล",      "นายก ",    "นายกฯ",    "นายกรัฐ",
    "นายกเทศ",   "นายกองค์",   "นายกสมาคม", "นายกสภา",  "นายกเหล่า", "นายกอบ",
    "นักวิชาการ",  "นักวิเคราะห์", "นักศึกษา",    "นักเรียน",   "ครู",       "อาจารย์",
    "คณะ ",      "คณะกรรม",   "คณะทำงาน",  "คณะผู้",     "คณะรัฐ",    "คณะวิ",
    "คณะแพทย์",   "พื้นที่",       "เห็นชอบ",    "รัฐบาลไทย", "ประชาชน",  "เกษตรกร",
    "บุคลากร",    "ครั้งที่",      "โครงการ",   "นำทีม",     "ในฐานะ",   "ว่า",
    "ระหว่าง",    "หลังจาก",    "จำนวน",     "ฐานะ",     "ขณะที่",     "ทั้งนี้",
    "ส่วน",       "แต่ ",       "แต่ว่า",      "ก็",        "ตั้งแต่",     "จะ ",
    "จะได้",      "จะเป็น",     "จะต้อง",     "จะเดิน",    "จะมี",      "จะไป",
    "เพราะ",     "ในวัน",      "แกนนำ",     "พนักงาน",   "กำนัน",     "ทนาย",
    "ผบ",        "รมว",       "รมช",       "อ.",       "ต.",       "จ.",
    "ม.",        NULL,
};

const char *const od_prose[] = {
    "ผู้",     "จะ",     "เป็น",   "มีการ",  "มีความ", "มีผู้",     "มีนโย",  "มีมติ",   "มีหนังสือ",
    "มีแนว",  "มีจำนวน", "มีส่วน",  "มีคำ",   "มีข้อ",   "มีอำนาจ", "มีหน้าที่", "มีชื่อ",   "แต่",
    "ใน",    "จาก",    "ตาม",   "ของ",   "ขอ",    "รับ",     "นำ",    "ร่วม",   "มาที่",
    "มาเป็น", "มาจาก",  "มาร่วม", "มายัง",  "ไป",    "ต่อ",     "ถึง",    "ทำ",    "ยัง",
    "ว่า",    "ถูก",     "อยู่",    "พร้อม",  "คือ",    "เห็น",    "รอง",   "ลง",    "มอบ",
    "สั่ง",    "ประชุม",  "ตรวจ",  "เสนอ",  "การ",   "ตอบ",    "บอก",   "พบ",    "ทั้ง",
    "หลัง",   "ก่อน",    "นี้",     "นั้น",    "เปิด",   "ส่ง",     "ออก",   "เดิน",   "เรียก",
    "เคย",   "สามารถ", "ใช้",    "อีก",    "ชาว",   "ฝ่าย",    "กลุ่ม",   "ทีม",    "รัฐ",
    "กรม",   "สำนัก",   "ศูนย์",   "สถาบัน", "เจ้า",   "พ่อ",     "แม่",    "หมู่",    "บ้าน",
    "ย้ำ",    "ชี้",      "เผย",   "เน้น",   "หนุน",   "ดัน",     "แจง",   "ติดตาม", "กำชับ",
    "หารือ",  "ยินดี",    "ชื่นชม",  "ห่วง",   "ปฏิบัติ",  "ดำเนิน",  NULL,
};

const char *const od_leads[] = {
    "โดย",  "และ", "กับ",   "ให้",  "ของ",   "คือ",   "ที่",   "ว่า",     "แก่",  "ด้วย", "บ้าน",
    "ราย",  "จ้าง", "เหมา", "จาก", "หรือ",   "หมาย", "มอบ", "สาย",    "เป็น", "แทน", "ต่อ",
    "พบ",   "นำ",  "เช่น",  "เมื่อ", "เพราะ", "ถึง",   "ตาม", "ซึ่ง",     "ส่วน", "เชิญ", "ขอ",
    "ทั้ง",   "แต่",  "ทราบ", "ชื่อ",  "ตัว",    "รับ",   "หา",  "ตั้ง",     "ส่ง",  "พา",  "ด่า",
    "เรียก", "ไม่",  "ก่อน",  "หลัง", "ขณะ",   "ทาง",  "หน้า", "ระหว่าง", "ใช้",  "ยิง",  "ฆ่า",
    "จับ",   "เห็น", "ตรี",   "การ", "กรรม",  "สวน",  "นา",  "ร้าน",    NULL,
};

/*
 * Words that end before the n of นาย or นาง: พัฒนา, วัฒนา, สัมมนา, ศาสนา, ทัศนา, ทำนาย,
 * มิถุนายน, ขุนนาง; and counted officers (ทุกนาย), the ring finger.
 */
const char *const od_misleads[] = {
    "พัฒ",  "วัฒ", "สัมม", "ศาส",      "ทัศ", "วาส", "ภาว", "จินต",  "ปรารถ", "โฆษ",
    "ทำ",  "ขุน", "มิถุ",  "สมเด็จพระ", "โพ", "เส",  "ร้อย", "ทุก",   "หลาย",  "นิ้ว",
    "เวส", "คัน", "หัน",  "ชาว",      "ไร่", "เวท", "ถ้ำ",  "กลอย", NULL,
};

/* What places and other beings begin with: a family name must follow. */
const char *const od_place_heads[] = {
    "หนอง", "บาง", "ทุ่ง",   "ดอน", "เกาะ", "แม่",   "ตำบล", "อำเภอ", "แขวง",
    "เขต",  "ห้วย", "คลอง", "บึง",  "โคก",  "นคร",  "ป่า",   "เขา",   "นก",
    "วัด",   "ท่า",  "ต.",   "อ.",  "เมือง", "สนาม", "ยาย",  "เจ้า",   "ลำ",
    "หาด",  "วัง",  "หัว",   "ปลา", "น้ำ",   "สร้าง", "แวง",  NULL,
};

const char *const od_places[] = {
    "แก้ว", "รอง", "เลิ้ง", "บวช", "โอก", "ดำตก", "ดำ",  "คำ",  "หงส์", "แล",  "ทอง",
    "ยูง",  "ยม",  "ลือ",  "หลง", "แดด", "ตุง",   "ขาว", "เบ้า", "นอน", "ย่อน", NULL,
};

const char *const od_weak_titles[] = {
    "น้อง", "เสี่ย", "ครูบา", "ครู",  "หมอ", "หลวงพ่อ", "หลวงปู่", "หลวงตา", "หลวงพี่", "พระ",
    "คุณ",  "จ่า",  "เจ๊",   "เฮีย", "ป้า",  "ลุง",     "น้า",    "กำนัน",   "เสธ.",  NULL,
};

const char *const od_weak_leads[] = {
    "หรือ", "นำโดย", "อธิบดี", "ชื่อ", NULL,
};

/*
 * What the rules of titles did not take for a person, the heads of forms ("ชื่อ
 * นามสกุล") and what stands around a person who is to be called.
 */
const char *const od_no_guess[] = {
    "นาย",  "นาง",  "สกุล ", "นามสกุล", "สอบถาม", "ติดต่อ", "ประสาน", "โทร", "มือถือ",
    "เบอร์", "อีเมล", "แฟกซ์", "ชื่อ",     "ผู้",      "เภสัช", "บัญชี",    NULL,
};

const char *const od_guess_ends[] = {
    "กล่าว", "เปิด", "เผย",  "ระบุ", "ชี้",   "ยืนยัน", "เตือน", "สั่ง",  "แถลง",
    "แจง",  "ที่",   "ได้",   "ให้",  "และ", "หรือ",  "ผู้",    "เป็น", "ไม่",
    "จึง",   "ก็",   "พร้อม", "อายุ", "โดย", "ซึ่ง",   "กับ",   "ว่า",  NULL,
};
