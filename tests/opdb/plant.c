#include "plant.h"

#include <stdio.h>

static const char *const citizen_words[] = {
    "เลขประจำตัวประชาชน ",
    "เลขบัตรประชาชน ",
    "เลขประจำตัวประชาชน",
    "บัตรประชาชนเลขที่",
    "เลข 13 หลัก ",
    "ID ",
    "id_",
    "(เลขบัตร ",
    "",
    "เลขประจำตัวผู้เสียภาษี ",
    "ปชช. ",
    "เลขที่บัตร: ",
};
static const char *const mobile_words[] = {
    "โทร. ", "โทร.", "มือถือ ",     "โทรศัพท์ ", "เบอร์ติดต่อ ",
    "Tel. ", "",     "เบอร์โทร: ", "ติดต่อ ",   "☎ ",
};
static const char *const mail_words[] = {"e-mail: ", "อีเมล ",  "",
                                         "E-mail ",  "อีเมล์: ", "mailto:"};
static const char *const line_words[] = {
    "Line ID : ", "LINE : ", "ไลน์ไอดี ", "ID Line: ", "ไลน์ ", "Line ID ", "ไอดีไลน์: ",
};
static const char *const account_words[] = {
    "เลขที่บัญชี ",       "เลขที่บัญชี", "บัญชีธนาคารกรุงไทย เลขที่บัญชี ", "บัญชีออมทรัพย์ เลขที่บัญชี ",
    "โอนเข้าเลขที่บัญชี ",
};
static const char *const house_words[] = {"บ้านเลขที่ ", "บ้านเลขที่", "อยู่บ้านเลขที่ ",
                                          "ที่อยู่ บ้านเลขที่ "};
static const char *const name_words[] = {
    "",           "",           "",        "ผู้ประสานงาน ", "ผู้รับผิดชอบ: ",
    "เจ้าของที่ดิน ", "ร้องเรียนโดย", "ผู้ป่วยชื่อ ", "ติดต่อ ",       "ราย",
};
/* What may follow a number without a blank. */
static const char *const glue[] = {"",    "",  "",  "",  "ซึ่ง",
                                   "และ", ")", ",", ".", "ได้รับแล้ว"};

#define PICK(rng, list) (list)[od_rng_below((rng), sizeof(list) / sizeof(*(list)))]

/* Adds the form to the piece and records it. */
static void
add_form(struct od_planter *p, const char *kind, const char *plain)
{
	od_truth_canary(p->truth, kind, od_slice_of(plain), od_text_view(&p->form),
	                p->column, p->key);
	od_text_put(&p->piece, p->form.p, p->form.n);
	od_text_clear(&p->form);
}

static void
add_citizen_id(struct od_planter *p, const struct od_person *who)
{
	const char *word = PICK(p->rng, citizen_words);

	od_text_puts(&p->piece, word);
	od_form_citizen_id(p->rng, who->citizen_id, &p->form);
	add_form(p, "citizen_id", who->citizen_id);
	od_text_puts(&p->piece, *word == '(' ? ")" : PICK(p->rng, glue));
}

static void
add_mobile(struct od_planter *p, const struct od_person *who)
{
	od_text_puts(&p->piece, PICK(p->rng, mobile_words));
	od_form_mobile(p->rng, who->mobile, &p->form);
	add_form(p, "mobile", who->mobile);
	od_text_puts(&p->piece, PICK(p->rng, glue));
}

static void
add_mail(struct od_planter *p, const struct od_person *who)
{
	od_text_puts(&p->piece, PICK(p->rng, mail_words));
	od_text_puts(&p->form, who->email);
	if (od_rng_chance(p->rng, 60) && who->email[0] >= 'a' && who->email[0] <= 'z')
		p->form.p[0] = (char)(p->form.p[0] - 'a' + 'A');
	add_form(p, "email", who->email);
}

static void
add_line(struct od_planter *p, const struct od_person *who)
{
	od_text_puts(&p->piece, PICK(p->rng, line_words));
	od_text_puts(&p->form, who->line_id);
	add_form(p, "line", who->line_id);
}

static void
add_account(struct od_planter *p, const struct od_person *who)
{
	od_text_puts(&p->piece, PICK(p->rng, account_words));
	od_form_account(p->rng, who->account, &p->form);
	add_form(p, "bank", who->account);
}

static void
add_house(struct od_planter *p, const struct od_person *who)
{
	od_text_puts(&p->piece, PICK(p->rng, house_words));
	od_form_house(p->rng, who->house, &p->form);
	add_form(p, "address", who->house);
}

static void
add_name(struct od_planter *p, const struct od_person *who)
{
	char plain[256];
	uint32_t blank = od_rng_below(p->rng, 20);

	od_text_puts(&p->piece, PICK(p->rng, name_words));
	od_text_puts(&p->piece, who->title);
	if (od_rng_chance(p->rng, 200))
		od_text_put(&p->piece, " ", 1);
	od_text_puts(&p->form, who->first);
	od_text_puts(&p->form, blank == 0 ? "  " : blank == 1 ? "\u00a0" : " ");
	od_text_puts(&p->form, who->last);
	snprintf(plain, sizeof(plain), "%s %s", who->first, who->last);
	add_form(p, "name", plain);
}

/* Where the text can be opened: at a blank, or at its end. */
static size_t
opening(struct od_rng *rng, const struct od_text *t)
{
	size_t at = t->n ? od_rng_below(rng, (uint32_t)t->n) : 0;
	const char *hit = t->n ? memchr(t->p + at, ' ', t->n - at) : NULL;

	return hit ? (size_t)(hit - t->p) : t->n;
}

static void
put_piece(struct od_planter *p, struct od_text *t)
{
	uint32_t where = od_rng_below(p->rng, 10);

	if (where == 0 && t->n) { /* in front */
		od_text_put(&p->piece, " ", 1);
		od_text_insert(t, 0, p->piece.p, p->piece.n);
	} else {
		if (t->n)
			od_text_insert(&p->piece, 0, " ", 1);
		od_text_insert(t, where < 5 ? opening(p->rng, t) : t->n, p->piece.p,
		               p->piece.n);
	}
	od_text_clear(&p->piece);
}

void
od_plant(struct od_planter *p, const struct od_person *who, struct od_text *t)
{
	uint32_t at = od_rng_below(p->rng, 100);

	if (at < 34) {
		add_name(p, who);
		if (od_rng_chance(p->rng, 150)) {
			od_text_put(&p->piece, " ", 1);
			add_mobile(p, who);
		}
	} else if (at < 55) {
		add_citizen_id(p, who);
	} else if (at < 74) {
		add_mobile(p, who);
	} else if (at < 87) {
		add_mail(p, who);
	} else if (at < 92) {
		add_line(p, who);
	} else if (at < 96) {
		add_account(p, who);
	} else {
		add_house(p, who);
	}
	put_piece(p, t);
}

void
od_plant_contact(struct od_planter *p, const struct od_person *who, struct od_text *out)
{
	uint32_t how = od_rng_below(p->rng, 10);

	add_name(p, who);
	od_text_puts(&p->piece, how == 0 ? "\n" : how == 1 ? " / " : " ");
	add_mobile(p, who);
	if (how > 2) {
		od_text_put(&p->piece, " ", 1);
		add_mail(p, who);
	}
	if (how == 9) {
		od_text_put(&p->piece, " ", 1);
		add_line(p, who);
	}
	if (how == 8)
		od_text_puts(&p->piece, " หรือโทร 0 2280 4085 ต่อ 6210");
	od_text_put(out, p->piece.p, p->piece.n);
	od_text_clear(&p->piece);
}

void
od_plant_person(struct od_planter *p, const struct od_person *who,
                struct od_slice citizen_id, struct od_slice phone)
{
	char name[256];
	struct od_slice s;

	snprintf(name, sizeof(name), "%s %s", who->first, who->last);
	s = od_slice_of(name);
	od_truth_canary(p->truth, "citizen_id", od_slice_of(who->citizen_id),
	                citizen_id, "person.citizen_id", p->key);
	od_truth_canary(p->truth, "name", s, s, "person", p->key);
	s = od_slice_of(who->email);
	od_truth_canary(p->truth, "email", s, s, "person.email", p->key);
	od_truth_canary(p->truth, "mobile", od_slice_of(who->mobile), phone,
	                "person.phone", p->key);
}

void
od_free_digits(struct od_rng *rng, const char *begin, size_t n, char *out)
{
	size_t k = strlen(begin);

	memcpy(out, begin, k);
	out[n] = '\0';
	do {
		for (size_t i = k; i < n; i++)
			out[i] = (char)('0' + od_rng_below(rng, 10));
	} while (!od_digits_are_free(out, n));
}

void
od_plant_decoy(struct od_rng *rng, struct od_text *t)
{
	static const struct {
		const char *before, *begin, *after;
		size_t n;
	} kinds[] = {
	    {" เลขทะเบียนนิติบุคคล ", "01055", "", 13},
	    {" เลขประจำตัวผู้เสียภาษีของบริษัท ", "0", " (สำนักงานใหญ่)", 13},
	    {" รหัสงบประมาณ 16 หลัก ", "", "", 16},
	    {" รหัสงบประมาณ ", "00", "", 16},
	    {" เลขที่โครงการ e-GP ", "6", "", 11},
	    {" รหัสแหล่งของเงิน ", "", "", 20},
	    {" เลขคุมสัญญา ", "6", "", 12},
	    {" เลขที่หนังสือ กค ", "04", ".", 7},
	    {" วงเงิน ", "1", ".50 บาท", 9},
	    {" ราชกิจจานุเบกษา เล่ม ", "1", " ตอนพิเศษ 12 ง", 3},
	};
	unsigned i = od_rng_below(rng, sizeof(kinds) / sizeof(*kinds));
	char d[24];

	od_free_digits(rng, kinds[i].begin, kinds[i].n, d);
	od_text_puts(t, kinds[i].before);
	od_text_put(t, d, kinds[i].n);
	od_text_puts(t, kinds[i].after);
}

void
od_planter_release(struct od_planter *p)
{
	od_text_release(&p->piece);
	od_text_release(&p->form);
}
