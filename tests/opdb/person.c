#include "person.h"

#include <stdio.h>

/* Each title as often as it stands here. */
static const char *const titles_male[] = {
    "นาย",      "นาย",      "นาย",     "นาย",    "นาย",       "นาย",    "นาย",
    "ดร.",      "นพ.",      "ผศ.ดร.",  "รศ.ดร.", "พ.ต.อ.",    "พ.ต.ท.", "พ.อ.",
    "ว่าที่ ร.ต.", "ว่าที่ร้อยตรี", "พล.อ.",   "พลเอก",  "พลตำรวจตรี", "ร.อ.",   "ด.ช.",
    "ม.ล.",     "ศ.",       "นายแพทย์", "คุณ",     "จ.ส.อ.",    "ร.ต.อ.", "พันเอก",
};
static const char *const titles_female[] = {
    "นาง",    "นาง",         "นาง", "นางสาว", "นางสาว",  "นางสาว", "น.ส.",
    "น.ส.",   "น.ส.",        "ดร.", "พญ.",    "ผศ.ดร.",  "รศ.",    "ด.ญ.",
    "ม.ร.ว.", "ว่าที่ ร.ต.หญิง", "คุณ",  "คุณหญิง",  "แพทย์หญิง", "ทพญ.",   "ภญ.",
};

static const char given_front[] =
    "กิตติ จักร ชัย ณัฐ ธน ธีร นพ บุญ ปรีชา พงศ์ พัฒน ภาณุ มงคล รัชต วรา วิชา ศักดิ์ สม สิทธิ สุ "
    "อภิ อนุ อัคร เกรียง เจต เดช ไพ ไกร วัชร ภูมิ ปิย ปฐม นิติ ทิน ดนัย ชลิต คม กฤษ อิทธิ เอก";
static const char given_back_male[] =
    "วัฒน์ ชัย พงษ์ ศักดิ์ เดช พันธ์ ภพ นันท์ พล กร ยุทธ ชาติ วิทย์ ภัทร รัตน์ ธร ณรงค์ ฤทธิ์ โชติ สิน "
    "เกียรติ วุฒิ สรณ์ ชนะ ทัต เทพ นาท บดี พร้อม ลักษณ์";
static const char given_front_female[] =
    "กัญ จิรา ชนิ ฐิติ ดวง ทิพย์ ธิดา นภา นิภา ปวี ปาริ พรรณ พิม เพ็ญ ภัทรา มณี มาลี ยุพา รัตนา ละออ "
    "วรรณ "
    "วิมล ศศิ ศิริ สุดา สุภา สุนี อร อัญ อุบล เบญจ แสง จันทร์ ขวัญ กมล นุช บุษ ประภา ปราณี โสภา";
static const char given_back_female[] =
    "พร วดี ภา รัตน์ ลักษณ์ ทิพย์ วรรณ มาศ ชนก นันท์ ญา ธิดา กานต์ จิต ใจ ดา นุช มณี วิมล ศรี สุดา "
    "ลดา รดี ชฎา ณิชา ฤดี ยา พิศ พักตร์ อร";
static const char given_short[] =
    "ก้อง แก้ว ขจร คำ จำเริญ เฉลา ชื่น ดารา ตรี ถวิล ทอง นวล บัว ผัน ผดุง ฟอง ยอด ริน ลำไย วาด สน "
    "สวย หมื่น อิ่ม เอื้อ ปุ่น ยิ้ม สายใจ อุ่น ขาว มูฮำหมัด อับดุลเลาะ ฟาตีเมาะ นูรีซัน ซูไฮลา อามีเนาะ จะลอ "
    "หมี่จู ปริ๊นซ์ สแตมป์";

static const char family_front[] = "กาญจน กิจ แก้ว ขุน คง คำ งาม จันทร์ จิตร เจริญ ชัย ชื่น ชู "
				   "ไชย ดวง ดี เดช ตรี ถาวร ทรัพย์ ทอง ไทย ธนา ธรรม นคร "
				   "นาค นิล บัว บุญ บุตร ประเสริฐ ปัญญา ปาน พงษ์ พร พรหม พฤกษ์ "
				   "พันธุ์ พิทักษ์ พูล เพชร โพธิ์ ไพร ภักดี มณี มหา มั่น มี "
				   "เมฆ ยอด ยั่ง ยิ่ง รักษ์ รัตน รุ่ง เรือง ลาภ เลิศ วงศ์ วิจิตร "
				   "วิเศษ วัฒนา ศรี ศิลา ศิริ สกุล สมบัติ สร้อย สังข์ สาย สิงห์ สิทธิ "
				   "สุข สุนทร สุวรรณ แสง หงส์ หอม เหล่า อินทร์ อุดม เอี่ยม โอภาส";
static const char family_back[] = "กุล โชติ ชาติ ชัย เดช ดี ตระกูล ทอง ธรรม นนท์ นาค นิยม บุรี "
				  "ประภา ปรีชา ผล พงศ์ พันธ์ พานิช พิพัฒน์ เพียร ไพศาล "
				  "ภักดี มงคล มาก มี โยธา รักษ์ รัตน์ เรือง ลักษณ์ วงษ์ วัฒน์ วิไล "
				  "วิทย์ เวช ศรี ศักดิ์ ศิริ สกุล สมบูรณ์ สวัสดิ์ สาร สิทธิ์ สิริ "
				  "สุข สุวรรณ เสถียร แสน โสภณ หาญ อนันต์ อุดม อ่อน เอก";
static const char family_end[] = "กุล วงศ์ รัตน์ ชัย ศรี พันธุ์ สกุล ไพบูลย์ ทรัพย์ เจริญ";

static const char mail_hosts[] =
    "gmail.com gmail.com gmail.com hotmail.com hotmail.com outlook.co.th yahoo.co.th "
    "yahoo.com icloud.com personal.mail.go.th";
static const char roman[] =
    "som kit nat wan pim chai dao ploy nok art bee fah gun jib may noi pat rat sun tik";

static struct od_slice
word(struct od_rng *rng, const char *list)
{
	unsigned n = 1, pick;
	const char *p = list;

	for (; *p; p++)
		n += *p == ' ';
	for (p = list, pick = od_rng_below(rng, n); pick; pick--)
		p = strchr(p, ' ') + 1;
	return (struct od_slice){p, strcspn(p, " ")};
}

static void
join(char *out, size_t size, struct od_slice a, struct od_slice b, struct od_slice c)
{
	snprintf(out, size, "%.*s%.*s%.*s", (int)a.n, a.p, (int)b.n, b.p, (int)c.n,
	         c.p);
}

static void
make_name(struct od_rng *rng, struct od_person *out)
{
	bool female = od_rng_below(rng, 100) < 55;
	struct od_slice none = {"", 0}, a, b, c = none;

	out->title = female ? titles_female[od_rng_below(
				  rng, sizeof(titles_female) / sizeof(*titles_female))]
	                    : titles_male[od_rng_below(rng, sizeof(titles_male) /
	                                                        sizeof(*titles_male))];
	a = word(rng, female ? given_front_female : given_front);
	b = word(rng, female ? given_back_female : given_back_male);
	if (od_rng_chance(rng, 90)) {
		a = word(rng, given_short);
		b = none;
	}
	join(out->first, sizeof(out->first), a, b, none);
	a = word(rng, family_front);
	b = word(rng, family_back);
	if (od_rng_chance(rng, 180))
		c = word(rng, family_end);
	if (od_rng_chance(rng, 8)) {
		/* as in names granted by royal favour: the blank belongs to the name */
		c = b;
		b = a;
		a = od_slice_of("ณ ");
	}
	join(out->last, sizeof(out->last), a, b, c);
}

static char
check_digit(const char *d)
{
	int sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (13 - i) * (d[i] - '0');
	return (char)('0' + (11 - sum % 11) % 10);
}

/* Digits whose last is the sum of the others: what lets us keep look-alikes apart. */
static char
sum_digit(const char *d, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += d[i] - '0';
	return (char)('0' + sum % 10);
}

static void
digits(struct od_rng *rng, char *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (char)('0' + od_rng_below(rng, 10));
	out[n] = '\0';
}

static void
make_numbers(struct od_rng *rng, struct od_person *out)
{
	static const char second[] = "6889999";

	digits(rng, out->citizen_id, 13);
	out->citizen_id[0] = (char)('1' + od_rng_below(rng, 8));
	out->citizen_id[3] = '6';
	out->citizen_id[4] = '5';
	out->citizen_id[12] = check_digit(out->citizen_id);

	digits(rng, out->mobile, 10);
	out->mobile[0] = '0';
	out->mobile[1] = second[od_rng_below(rng, sizeof(second) - 1)];
	if (out->mobile[1] == '6')
		out->mobile[2] = (char)('1' + od_rng_below(rng, 6));
	out->mobile[9] = sum_digit(out->mobile, 9);

	digits(rng, out->account, 10);
	out->account[9] = sum_digit(out->account, 9);
}

void
od_person_make(struct od_rng *rng, struct od_person *out)
{
	struct od_slice a = word(rng, roman), b = word(rng, roman);
	struct od_slice host = word(rng, mail_hosts);
	unsigned number, part;
	char tail[8];
	bool dot;

	memset(out, 0, sizeof(*out));
	make_name(rng, out);
	make_numbers(rng, out);
	for (size_t i = 0; i < 6; i++)
		tail[i] = (char)('b' + od_rng_below(rng, 25));
	tail[6] = '\0';
	dot = od_rng_chance(rng, 500);
	number = od_rng_below(rng, 90) + 10;
	snprintf(out->email, sizeof(out->email), "%.*s%s%.*s_%s%u@%.*s", (int)a.n, a.p,
	         dot ? "." : "", (int)b.n, b.p, tail, number, (int)host.n, host.p);
	number = od_rng_below(rng, 90) + 10;
	snprintf(out->line_id, sizeof(out->line_id), "%.*s_%s%u", (int)b.n, b.p,
	         tail + 1, number);
	number = od_rng_below(rng, 390) + 2;
	part = od_rng_below(rng, 96) + 3;
	snprintf(out->house, sizeof(out->house), "%u/%u หมู่ที่ %u", number, part,
	         od_rng_below(rng, 14) + 1);
}

bool
od_digits_are_free(const char *d, size_t n)
{
	for (size_t i = 0; i + 10 <= n; i++)
		if (d[i + 9] == sum_digit(d + i, 9))
			return false;
	for (size_t i = 0; i + 13 <= n; i++)
		if (d[i + 3] == '6' && d[i + 4] == '5' &&
		    d[i + 12] == check_digit(d + i))
			return false;
	return true;
}
