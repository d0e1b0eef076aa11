#include "draft.h"

#include <stdbool.h>

/* What is decided before any text is. */
struct frame {
	unsigned slot, topic;
	int year_be, years;
	int64_t start, end;
	unsigned nplaces;
	struct od_place places[OD_PLACES_MAX];
};

/* Projects by fiscal year from 2561 on, in thousandths. */
static const uint32_t year_rates[] = {23, 66, 104, 136, 153, 159, 155, 132, 72};

/* One word for another, for near-duplicates. */
static const struct {
	const char *from, *to;
} synonyms[] = {
    {"ก่อสร้าง", "งานก่อสร้าง"},
    {"ปรับปรุง", "ปรับปรุงและพัฒนา"},
    {"ส่งเสริม", "สนับสนุน"},
    {"ประชาชน", "ราษฎร"},
    {"เพิ่มขึ้น", "สูงขึ้น"},
    {"ลดลง", "น้อยลง"},
    {"จังหวัด", "จ."},
    {"อำเภอ", "อ."},
    {"ตำบล", "ต."},
    {"หมู่ที่", "ม."},
    {"จำนวน ", ""},
    {"ดำเนินการ", "จัดทำ"},
    {"เกษตรกร", "ผู้ทำการเกษตร"},
    {"หน่วยงาน", "ส่วนราชการ"},
    {"นอกจากนี้ ", "อีกทั้ง "},
    {"ผู้สูงอายุ", "ผู้สูงวัย"},
    {"โรงเรียน", "สถานศึกษา"},
    {"ประจำปีงบประมาณ พ.ศ.", "ปี"},
    {"พัฒนา", "ยกระดับ"},
    {"กิโลเมตร", "กม."},
};

int64_t
od_today(void)
{
	return od_day_of(2026, 6, 30);
}

static int
draw_year(struct od_rng *rng)
{
	uint32_t at = od_rng_below(rng, 1000);
	int year = 2561;

	for (unsigned i = 0; i < 8 && at >= year_rates[i]; i++) {
		at -= year_rates[i];
		year++;
	}
	return year;
}

/* A division that exists on the day; early ones have more projects. */
static unsigned
draw_owner(const struct od_world *w, struct od_rng *rng, uint64_t k, int64_t day)
{
	unsigned n = od_org_divisions(k);

	return od_org_division_on(w->org, od_rng_below(rng, n), n, day);
}

static void
draw_frame(const struct od_world *w, uint64_t k, struct od_rng *rng, struct frame *f)
{
	const struct od_department *dept;
	uint32_t wide;

	f->year_be = draw_year(rng);
	/* a fiscal year begins on 1 October of the year before */
	f->start = od_day_of(f->year_be - 544, 10, 1) + od_rng_below(rng, 75);
	if (od_rng_chance(rng, 120))
		f->start += od_rng_below(rng, 150);
	f->years = 1;
	if (od_rng_chance(rng, 300))
		f->years += 1 + (int)od_rng_below(rng, od_rng_chance(rng, 200) ? 5 : 2);
	f->end = od_day_of(f->year_be - 544 + f->years, 9, 30) - od_rng_below(rng, 60);
	if (f->end < f->start + 20)
		f->end = f->start + 20;
	f->slot = draw_owner(w, rng, k, f->start);
	f->topic = od_org_topic(w->org, f->slot, od_rng_next(rng));
	dept = od_org_department(w->org, od_org_department_of(w->org, f->slot));
	wide = dept->province >= 0 ? 10 : 150;
	f->nplaces = od_rng_chance(rng, wide) ? 0 : 1;
	if (f->nplaces && od_rng_chance(rng, 340))
		f->nplaces += 1 + od_rng_below(rng, OD_PLACES_MAX - 1);
	for (unsigned i = 0; i < OD_PLACES_MAX; i++) {
		if (dept->province >= 0)
			od_place_within(rng, &od_provinces[dept->province],
			                &f->places[i]);
		else if (i && od_rng_chance(rng, 500))
			od_place_within(rng, f->places[0].province, &f->places[i]);
		else
			od_place_draw(rng, &f->places[i]);
	}
}

unsigned
od_draft_owner(const struct od_world *w, uint64_t k, int *year_be)
{
	struct od_rng rng;
	struct frame f;

	od_rng_init(&rng, w->seed, OD_STREAM_DRAFT, k);
	draw_frame(w, k, &rng, &f);
	*year_be = f.year_be;
	return f.slot;
}

static void
set_scene(const struct od_world *w, const struct frame *f, struct od_rng *rng,
          struct od_draft *d)
{
	struct od_text *v = d->vars;

	for (unsigned i = 0; i < OD_VAR_COUNT; i++)
		od_text_clear(&v[i]);
	if (f->nplaces) {
		const struct od_place *p = &f->places[0];

		od_place_province_name(p->province, &v[OD_VAR_PROVINCE]);
		od_place_district_name(p->province, p->district, &v[OD_VAR_DISTRICT]);
		od_place_subdistrict_name(p, &v[OD_VAR_SUBDISTRICT]);
		od_place_village_name(rng, &v[OD_VAR_VILLAGE]);
	} else {
		od_text_puts(&v[OD_VAR_PROVINCE], "พื้นที่เป้าหมายทั่วประเทศ");
		od_text_puts(&v[OD_VAR_DISTRICT], "อำเภอนำร่อง");
		od_text_puts(&v[OD_VAR_SUBDISTRICT], "ตำบลเป้าหมาย");
		od_text_puts(&v[OD_VAR_VILLAGE], "ชุมชนต้นแบบ");
	}
	od_org_division_name(w->org, d->slot, &v[OD_VAR_AGENCY]);
	od_org_department_name(w->org, od_org_department_of(w->org, d->slot),
	                       &v[OD_VAR_DEPARTMENT]);
	d->scene = (struct od_scene){.topic = f->topic, .year_be = d->year_be};
	for (unsigned i = 0; i < OD_VAR_COUNT; i++)
		d->scene.var[i] = od_text_view(&v[i]);
}

static void
replace(struct od_rng *rng, struct od_text *t)
{
	for (unsigned i = 0; i < sizeof(synonyms) / sizeof(*synonyms); i++) {
		size_t from = strlen(synonyms[i].from), to = strlen(synonyms[i].to);
		char *hit = t->n ? memmem(t->p, t->n, synonyms[i].from, from) : NULL;
		size_t at;

		if (!hit || od_rng_chance(rng, 500))
			continue;
		at = (size_t)(hit - t->p);
		if (to > from)
			od_text_insert(t, at + from, synonyms[i].to, to - from);
		memcpy(t->p + at, synonyms[i].to, to);
		if (to < from) {
			memmove(t->p + at + to, t->p + at + from, t->n - at - from);
			t->n -= from - to;
		}
	}
}

/* What the sentences of a field are written with. */
struct pen {
	const struct od_world *w;
	struct od_draft *d;
	struct od_rng *rng;    /* of the origin, or of the project itself */
	struct od_rng *reword; /* NULL: as it comes */
};

/* One sentence, with a mark before it. */
static void
say(struct pen *p, enum od_phrase phrase, const char *mark, struct od_text *out)
{
	struct od_text *s = &p->d->sentence;

	od_text_clear(s);
	p->d->scene.rng = p->rng;
	od_grammar_say(p->w->grammar, phrase, &p->d->scene, s);
	if (p->reword) {
		uint32_t what = od_rng_below(p->reword, 100);

		if (what < 10 && out->n)
			return;
		if (what < 20) {
			od_text_clear(s);
			p->d->scene.rng = p->reword;
			od_grammar_say(p->w->grammar, phrase, &p->d->scene, s);
		} else if (what < 70) {
			replace(p->reword, s);
		}
	}
	if (out->n)
		od_text_put(out, " ", 1);
	od_text_puts(out, mark);
	od_text_put(out, s->p, s->n);
}

/* `n` sentences as a list in one of the usual styles. */
static void
say_list(struct pen *p, enum od_phrase phrase, enum od_phrase more, unsigned n,
         struct od_text *out)
{
	static const char *const styles[] = {"%. ", "%) ", "(%) ", "- ", "", "ข้อ % "};
	const char *style = styles[od_rng_below(p->rng, 6)];

	for (unsigned i = 0; i < n; i++) {
		char mark[32];
		size_t k = 0;

		for (const char *c = style; *c && n > 1; c++) {
			memcpy(mark + k, c, 1);
			if (*c == '%')
				mark[k] = (char)('1' + i);
			k++;
		}
		mark[k] = '\0';
		say(p, phrase, mark, out);
		if (more != OD_SAY_NOTHING && od_rng_chance(p->rng, 420))
			say(p, more, "", out);
	}
}

static void
write_name(struct pen *p)
{
	static const char before[] = "โครงการ";
	static const char *const after[] = {" (ต่อเนื่อง)", " ระยะที่ 2", " ประจำปี",
	                                    " เพิ่มเติม"};
	struct od_text *name = &p->d->fields[OD_NAME];
	bool wide = p->d->nplaces == 0 || od_rng_chance(p->rng, 90);

	if (wide) {
		say(p, OD_SAY_TITLE_WIDE, "", name);
	} else {
		p->d->scene.rng = p->rng;
		od_grammar_slot(p->w->grammar, OD_SLOT_TITLE, &p->d->scene, name);
	}
	p->d->scene.rng = p->rng;
	if (od_rng_chance(p->rng, wide ? 800 : 500))
		od_grammar_say(p->w->grammar, OD_SAY_TITLE_TAIL, &p->d->scene, name);
	if (od_rng_chance(p->rng, 80)) {
		od_text_puts(name, " ประจำปีงบประมาณ พ.ศ. ");
		od_text_int(name, p->d->year_be);
	}
	while (name->n && name->p[name->n - 1] == ' ')
		name->n--;
	if (!p->reword)
		return;
	replace(p->reword, name);
	if (od_rng_chance(p->reword, 300) &&
	    memcmp(name->p, before, sizeof(before) - 1))
		od_text_insert(name, 0, before, sizeof(before) - 1);
	if (od_rng_chance(p->reword, 400))
		od_text_puts(name, after[od_rng_below(p->reword, 4)]);
}

static void
write_rationale(struct pen *p)
{
	struct od_text *out = &p->d->fields[OD_RATIONALE];
	unsigned facts = od_rng_chance(p->rng, 500);

	say(p, OD_SAY_WHY_OPEN, "", out);
	for (unsigned i = 0; i < facts; i++)
		say(p, OD_SAY_WHY_FACT, "", out);
	say(p, OD_SAY_WHY_TROUBLE, "", out);
	if (od_rng_chance(p->rng, 300))
		say(p, OD_SAY_WHY_EFFECT, "", out);
	say(p, OD_SAY_WHY_DO, "", out);
	if (od_rng_chance(p->rng, 450))
		say(p, OD_SAY_WHY_CLOSE, "", out);
}

static void
write_english(struct pen *p)
{
	const struct od_draft *d = p->d;

	if (!od_rng_chance(p->rng, 60))
		return;
	p->d->scene.rng = p->rng;
	od_grammar_slot(p->w->grammar, OD_SLOT_ENGLISH, &d->scene, &p->d->name_en);
	if (d->nplaces) {
		od_text_puts(&p->d->name_en, ", ");
		od_text_puts(&p->d->name_en, d->places[0].province->name_en);
	}
}

void
od_draft_make(const struct od_world *w, uint64_t k, uint64_t origin, struct od_draft *d)
{
	struct od_rng own, base, reword;
	struct frame f, g;
	struct pen pen = {.w = w, .d = d, .rng = &base};

	for (unsigned i = 0; i < OD_FIELDS; i++)
		od_text_clear(&d->fields[i]);
	od_text_clear(&d->name_en);
	od_rng_init(&own, w->seed, OD_STREAM_DRAFT, k);
	draw_frame(w, k, &own, &f);
	base = own;
	g = f;
	if (origin) {
		od_rng_init(&base, w->seed, OD_STREAM_DRAFT, origin);
		draw_frame(w, origin, &base, &g);
		od_rng_init(&reword, w->seed, OD_STREAM_REWORD, ~k);
		pen.reword = &reword;
		if (od_org_department_of(w->org, f.slot) ==
		    od_org_department_of(w->org, g.slot)) /* by another agency */
			f.slot = od_org_division_on(w->org, f.slot + 1,
			                            od_org_divisions(k), f.start);
	}
	d->slot = f.slot;
	d->year_be = f.year_be;
	d->years = f.years;
	d->start = f.start;
	d->end = f.end;
	d->nplaces = g.nplaces;
	memcpy(d->places, g.places, sizeof(g.places));
	set_scene(w, &g, &base, d);
	write_name(&pen);
	write_rationale(&pen);
	say_list(&pen, OD_SAY_AIM, OD_SAY_AIM_NOTE, 2 + od_rng_below(&base, 3),
	         &d->fields[OD_OBJECTIVE]);
	say_list(&pen, OD_SAY_MADE, OD_SAY_MADE_MORE, 1 + od_rng_below(&base, 4),
	         &d->fields[OD_OUTPUT]);
	say_list(&pen, OD_SAY_GAIN, OD_SAY_NOTHING, 1 + od_rng_below(&base, 3),
	         &d->fields[OD_OUTCOME]);
	say(&pen, OD_SAY_GROUP, "", &d->fields[OD_TARGET_GROUP]);
	write_english(&pen);
	d->scene.rng = NULL;
}

void
od_draft_release(struct od_draft *d)
{
	for (unsigned i = 0; i < OD_VAR_COUNT; i++)
		od_text_release(&d->vars[i]);
	for (unsigned i = 0; i < OD_FIELDS; i++)
		od_text_release(&d->fields[i]);
	od_text_release(&d->name_en);
	od_text_release(&d->sentence);
}
