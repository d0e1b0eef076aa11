/* The lists every project refers to: units, plan items, officers. */
#include <string.h>

#include "maker.h"

static const char *const positions[] = {
    "นักวิเคราะห์นโยบายและแผนปฏิบัติการ",
    "นักวิเคราะห์นโยบายและแผนชำนาญการ",
    "นักวิเคราะห์นโยบายและแผนชำนาญการพิเศษ",
    "ผู้อำนวยการกอง",
    "นักจัดการงานทั่วไป",
    "วิศวกรโยธาชำนาญการ",
    "นายช่างโยธาอาวุโส",
    "นักวิชาการสาธารณสุข",
    "หัวหน้ากลุ่มแผนงาน",
    "เจ้าพนักงานธุรการชำนาญงาน",
    "รองอธิบดี",
    "อธิบดี",
    "รองปลัดกระทรวง",
    "อาจารย์",
    "พนักงานราชการ",
    "นักวิชาการเงินและบัญชี",
};

static void
write_ministries(struct od_maker *m)
{
	struct od_sink *s = m->sink;

	for (unsigned i = 0; i < od_org_ministries(m->world->org); i++) {
		const struct od_ministry *min = &od_ministries[i];
		int64_t to = min->active_to;

		od_sink_begin(s, OD_ORG_UNIT);
		od_sink_int(s, od_org_ministry_id(i));
		od_sink_null(s);
		od_sink_int(s, 1);
		od_sink_str(s, min->code);
		od_sink_str(s, min->name);
		od_sink_str(s, min->name_en);
		od_sink_str(s, min->abbr);
		od_sink_str(s, i < 20 ? "10" : NULL);
		/* the ministry that took over a closed one begins when that ends */
		od_sink_date(s, strcmp(min->code, "07") ? od_day_of(2002, 10, 3)
		                                        : od_day_of(2019, 5, 2));
		od_sink_date(s, to ? od_day_of(to / 10000, (int)(to / 100 % 100),
		                               (int)(to % 100))
		                   : INT64_MAX);
		od_sink_end(s);
	}
}

static void
write_departments(struct od_maker *m)
{
	const struct od_org *org = m->world->org;
	struct od_sink *s = m->sink;

	for (unsigned i = 0; i < od_org_departments(org); i++) {
		const struct od_department *d = od_org_department(org, i);

		od_text_clear(&m->code);
		od_text_clear(&m->text);
		od_org_department_code(org, i, &m->code);
		od_org_department_name(org, i, &m->text);
		od_sink_begin(s, OD_ORG_UNIT);
		od_sink_int(s, od_org_department_id(org, i));
		od_sink_int(s, od_org_ministry_id(d->ministry));
		od_sink_int(s, 2);
		od_sink_text(s, &m->code);
		od_sink_text(s, &m->text);
		od_sink_str(s, d->province >= 0 ? od_provinces[d->province].name_en
		                                : NULL);
		od_sink_null(s);
		od_sink_str(s,
		            d->province >= 0 ? od_provinces[d->province].code : NULL);
		od_sink_date(s, od_day_of(2002, 10, 3));
		od_sink_date(s, od_org_department_end(org, i));
		od_sink_end(s);
	}
}

static void
write_divisions(struct od_maker *m, uint64_t projects)
{
	const struct od_org *org = m->world->org;
	struct od_sink *s = m->sink;
	unsigned n = od_org_divisions(projects);

	for (unsigned i = 0; i < n; i++) {
		int64_t from, to;
		int province;

		od_text_clear(&m->code);
		od_text_clear(&m->text);
		od_org_division_code(org, i, &m->code);
		province = od_org_division_name(org, i, &m->text);
		od_org_division_life(org, i, &from, &to);
		od_sink_begin(s, OD_ORG_UNIT);
		od_sink_int(s, od_org_division_id(org, i));
		od_sink_int(s, od_org_department_id(org, od_org_department_of(org, i)));
		od_sink_int(s, 3);
		od_sink_text(s, &m->code);
		od_sink_text(s, &m->text);
		od_sink_null(s);
		od_sink_null(s);
		od_sink_str(s, province >= 0 ? od_provinces[province].code : NULL);
		od_sink_date(s, from);
		od_sink_date(s, to);
		od_sink_end(s);
	}
}

static void
write_plan_items(struct od_maker *m)
{
	struct od_sink *s = m->sink;

	for (unsigned id = 1; id <= od_plan_count(m->world->plan); id++) {
		const struct od_plan_item *item = od_plan_item(m->world->plan, id);

		od_sink_begin(s, OD_PLAN_ITEM);
		od_sink_int(s, id);
		od_sink_str(s, od_plan_kind_name(item->kind));
		od_sink_str(s, item->code);
		od_sink_ref(s, item->parent);
		od_sink_text(s, &item->name);
		od_sink_str(s, item->name_en);
		od_sink_date(s, item->from);
		od_sink_date(s, item->to);
		od_sink_end(s);
	}
}

static void
write_person(struct od_maker *m, uint64_t id, unsigned divisions)
{
	struct od_sink *s = m->sink;
	struct od_person who;
	struct od_rng *rng = &m->rng;
	bool line;

	od_rng_init(rng, m->world->seed, OD_STREAM_PERSON, ~id);
	od_person_at(m->world, id, &who);
	od_text_clear(&m->text);
	od_text_clear(&m->more);
	if (od_rng_chance(rng, 850))
		od_text_puts(&m->text, who.citizen_id);
	else
		od_form_citizen_id(rng, who.citizen_id, &m->text);
	od_form_mobile(rng, who.mobile, &m->more);
	line = od_rng_chance(rng, 200);
	m->planter.column = "person.line_id";
	m->planter.key = id;
	od_plant_person(&m->planter, &who, od_text_view(&m->text),
	                od_text_view(&m->more));
	if (line)
		od_truth_canary(m->truth, "line", od_slice_of(who.line_id),
		                od_slice_of(who.line_id), m->planter.column, id);
	od_sink_begin(s, OD_PERSON);
	od_sink_int(s, (int64_t)id);
	od_sink_int(s, od_org_division_id(m->world->org, od_rng_below(rng, divisions)));
	od_sink_str(s, who.title);
	od_sink_str(s, who.first);
	od_sink_str(s, who.last);
	od_sink_str(
	    s, positions[od_rng_below(rng, sizeof(positions) / sizeof(*positions))]);
	od_sink_text(s, &m->text);
	od_sink_text(s, &m->more);
	od_sink_str(s, who.email);
	od_sink_str(s, line ? who.line_id : NULL);
	od_sink_end(s);
}

void
od_maker_lists(struct od_maker *m, uint64_t projects)
{
	uint64_t persons = od_persons_at(projects);

	write_ministries(m);
	write_departments(m);
	write_divisions(m, projects);
	write_plan_items(m);
	for (uint64_t id = 1; id <= persons; id++) {
		/* the division is one that was there when the officer was */
		uint64_t k = id > 20 ? (id - 20) * 285 / 10 : 1;

		write_person(m, id, od_org_divisions(k < projects ? k : projects));
	}
}
