#include "place.h"

#include <stdio.h>
#include <stdlib.h>

/* Our own material for village and sub-district names. */
static const char heads[] =
    "หนอง โนน ดอน นา ทุ่ง ห้วย โคก บึง คลอง ท่า วัง บาง เขา ป่า ดง โพน คำ แม่ สระ เกาะ "
    "ปาก ไร่ สวน กุด ลำ หัว หลัก ศาลา สัน ควน ถ้ำ เนิน มาบ ซับ แก่ง ลาด ตลาด วัด บ่อ พรุ";
static const char tails[] =
    "ใหญ่ น้อย แก้ว ไผ่ บัว ขาม ม่วง สูง งาม ทอง ยาว แดง ขาว ดำ หวาย กระโดน ตาล มะขาม "
    "ประดู่ ยาง เสือ ช้าง กวาง ปลา เต่า หอย ทราย หิน กลาง เหนือ ใต้ ชัย เจริญ สมบูรณ์ "
    "สามัคคี พัฒนา ศรี คูณ มะนาว กระเบา สะแก ตูม หว้า ไทร จิก แสง นกยูง ตะเคียน สองห้อง "
    "สะเดา พลวง กอก โพธิ์ ปรือ รัง เม็ก แค ยอ ตะแบก มะค่า ชุมแสง โดน ผักชี กระทุ่ม";
/* Places whose names begin or contain what looks like the title of a person. */
static const char titled[] =
    "นางแล นางลือ นางบวช นางตะเคียน นายม นายาง นางิ้ว นางาม นางั่ว นายาว ดอนนางหงส์ "
    "ทุ่งนางโอก บางแม่นาง เกาะนางคำ หนองนาง หัวนาคำ โพนางดำ นางเลิ้ง คุณสมบัติ หันนางาม";

static unsigned
count_words(const char *list)
{
	unsigned n = 1;

	for (; *list; list++)
		n += *list == ' ';
	return n;
}

static struct od_slice
word_at(const char *list, unsigned i)
{
	const char *p = list;

	while (i) {
		p = strchr(p, ' ') + 1;
		i--;
	}
	return (struct od_slice){p, strcspn(p, " ")};
}

static void
put_word(struct od_text *out, const char *list, uint64_t pick)
{
	od_text_slice(out, word_at(list, (unsigned)(pick % count_words(list))));
}

/* The same name for the same `x`. */
static void
put_name(struct od_text *out, uint64_t x)
{
	if (x % 41 == 0) {
		put_word(out, titled, x >> 8);
		return;
	}
	put_word(out, heads, x >> 8);
	put_word(out, tails, x >> 24);
	if (x % 5 == 0)
		put_word(out, tails, x >> 40);
}

unsigned
od_place_districts(const struct od_province *p)
{
	return count_words(p->districts);
}

void
od_place_within(struct od_rng *rng, const struct od_province *p, struct od_place *out)
{
	*out = (struct od_place){.province = p};
	out->district = 1 + od_rng_below(rng, od_place_districts(p));
	out->subdistrict = 1 + od_rng_below(rng, 12);
	snprintf(out->district_code, sizeof(out->district_code), "%.2s%02u", p->code,
	         out->district % 100);
	snprintf(out->subdistrict_code, sizeof(out->subdistrict_code), "%.4s%02u",
	         out->district_code, out->subdistrict % 100);
}

void
od_place_draw(struct od_rng *rng, struct od_place *out)
{
	unsigned a = od_rng_below(rng, OD_PROVINCES),
		 b = od_rng_below(rng, OD_PROVINCES);

	/* of two, the one with more districts: larger provinces do more */
	if (od_place_districts(&od_provinces[b]) > od_place_districts(&od_provinces[a]))
		a = b;
	od_place_within(rng, &od_provinces[a], out);
}

void
od_place_province_name(const struct od_province *p, struct od_text *out)
{
	if (strcmp(p->code, "10"))
		od_text_puts(out, "จังหวัด");
	od_text_puts(out, p->name);
}

void
od_place_district_name(const struct od_province *p, unsigned district,
                       struct od_text *out)
{
	od_text_puts(out, strcmp(p->code, "10") ? "อำเภอ" : "เขต");
	od_text_slice(out, word_at(p->districts, district - 1));
}

void
od_place_subdistrict_name(const struct od_place *place, struct od_text *out)
{
	uint64_t code = strtoull(place->subdistrict_code, NULL, 10);

	od_text_puts(out, strcmp(place->province->code, "10") ? "ตำบล" : "แขวง");
	put_name(out, od_rng_mix(code));
}

void
od_place_village_name(struct od_rng *rng, struct od_text *out)
{
	od_text_puts(out, "บ้าน");
	put_name(out, od_rng_next(rng));
}
