#include "anon/words.h"

#include <stddef.h>

/* Any of these makes 13 digits a person's, also with a leading 0 or a wrong check
 * digit. */
const char *const od_words_id[] = {
    "ประจำตัวประชาชน", "บัตรประชาชน", "เลขบัตร", "เลขประชาชน",
    "citizen id",     "id card",    NULL,
};

/* A number of a telephone may follow, in whatever groups. */
const char *const od_words_phone[] = {
    "โทร", "มือถือ",  "ติดต่อ",   "เบอร์", "แฟกซ์", "สายตรง",
    "tel", "phone", "mobile", "fax",  NULL,
};

const char *const od_words_bank[] = {
    "บัญชี", "พร้อมเพย์", "promptpay", "account no", "a/c", NULL,
};

const char *const od_words_passport[] = {
    "หนังสือเดินทาง",
    "พาสปอร์ต",
    "passport",
    NULL,
};

const char *const od_words_extension[] = {
    "ต่อ", "กด", "ext.", "ext", "#", "ถึง", NULL,
};

const char *const od_words_contact[] = {
    "ผู้ประสาน", "ติดต่อ", "สอบถาม", "ผู้รับผิดชอบ", "ชื่อ", "ผู้จัดทำ", "ผู้รายงาน", NULL,
};

/* Private homes by name: the number goes whatever follows. */
const char *const od_words_home[] = {
    "บ้านเลขที่", "บ้านพักเลขที่", "ห้องเลขที่", "ห้องชุดเลขที่", NULL,
};

/* Before a number and a village's: somebody lives there. */
const char *const od_words_lives[] = {"อยู่ที่", "ที่อยู่", "อาศัยอยู่", NULL};

const char *const od_words_moo[] = {
    "หมู่ที่", "หมู่ ที่", "หมู่", "ม.", NULL,
};

/* What may follow in an address, before the sub-district, which stays. */
const char *const od_words_street[] = {
    "ซอย", "ซ.", "ถนน", "ถ.", "ตรอก", "หมู่บ้าน", "อาคาร", "ชั้น", "ห้อง", NULL,
};

/* Before a number with a slash that is no house: works are named after roads. */
const char *const od_words_not_house[] = {
    "ซอย",  "ซ",    "ถนน", "ถ",       "สาย", "แยก", "แปลง",
    "ระยะ", "ครั้งที่", "ปี",   "โครงการ", "ช่วง", NULL,
};

/* Online, airline, hotline, timeline, deadline, pipeline. */
const char *const od_words_not_line[] = {"ออน", "แอร์", "ฮอต", "ฮ็อต",  "ไทม์",
                                         "เดด", "ไปป์", "บาย", "เอาท์", NULL};

const char *const od_words_line_product[] = {
    "official", "oa",      "group",  "chat",  "openchat", "open",       "bot",
    "today",    "pay",     "man",    "bk",    "shopping", "notify",     "add",
    "id",       "app",     "http",   "https", "account",  "sticker",    "user",
    "webtoon",  "connect", "and",    "or",    "api",      "liff",       "facebook",
    "website",  "email",   "e-mail", "tel",   "www",      "production", NULL,
};
