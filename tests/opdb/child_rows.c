/* Rows that say what a project is: steps, links, places, money, plans. */
#include <string.h>

#include "maker.h"

/* Begins a child row; every one starts with the project. */
static struct od_sink *
child(struct od_maker *m, enum od_table_id table)
{
	od_sink_begin(m->sink, table);
	od_sink_int(m->sink, (int64_t)m->k);
	return m->sink;
}

/* One sentence, with noise and now and then personal data, in m->text. */
static struct od_text *
sentence(struct od_maker *m, enum od_phrase phrase, enum od_table_id table,
         const char *column, uint32_t permille)
{
	od_text_clear(&m->text);
	od_grammar_say(m->world->grammar, phrase, &m->draft.scene, &m->text);
	od_maker_spoil(m, table, column, permille, &m->text);
	return &m->text;
}

/* What step `step` of `steps` says; NULL if it was never reached. */
static const char *
decision(const struct od_maker *m, int step, int steps, uint32_t chance)
{
	switch (m->fate.class) {
	case OD_DRAFT:
		return step == 1 && chance < 500 ? "pending" : NULL;
	case OD_SUBMITTED:
		return step == 1 ? "approved" : step == 2 ? "pending" : NULL;
	case OD_RETURNED:
		return step == 1 ? "approved" : step == 2 ? "returned" : NULL;
	case OD_STEP_PENDING:
		return step == steps ? "pending" : "approved";
	case OD_STEP_RETURNED:
		return step == steps ? "returned" : "approved";
	case OD_PUBLIC:
	case OD_DELETED:
	case OD_CLASSIFIED:
		break;
	}
	return "approved";
}

void
od_write_approvals(struct od_maker *m)
{
	int steps = od_rng_chance(&m->rng, 200) ? 2 : 3;
	uint32_t chance = od_rng_below(&m->rng, 1000);
	int64_t at = (m->draft.start + 5) * 86400 + 34000;

	for (int step = 1; step <= steps; step++) {
		const char *said = decision(m, step, steps, chance);
		bool pending = said && !strcmp(said, "pending");
		struct od_sink *s;

		if (!said)
			return;
		at += 86400 * (1 + (int64_t)od_rng_below(&m->rng, 24));
		at += od_rng_below(&m->rng, 9000);
		s = child(m, OD_PROJECT_APPROVAL);
		od_sink_int(s, step);
		od_sink_int(s, 4 - step);
		od_sink_int(s, (int64_t)od_maker_anybody(m));
		od_sink_str(s, said);
		od_sink_stamp(s, pending ? INT64_MAX : at);
		od_text_clear(&m->text);
		if (!pending)
			sentence(m,
			         *said == 'a' ? OD_SAY_COMMENT_OK : OD_SAY_COMMENT_BACK,
			         OD_PROJECT_APPROVAL, "comment_th", 20);
		od_sink_maybe(s, &m->text);
		od_sink_end(s);
	}
}

static void
write_link(struct od_maker *m, unsigned item, bool primary)
{
	struct od_sink *s;

	if (!item)
		return;
	s = child(m, OD_PROJECT_PLAN_LINK);
	od_sink_int(s, item);
	od_sink_bool(s, primary);
	if (od_rng_chance(&m->rng, 220))
		od_sink_text(s, sentence(m, OD_SAY_SERVE, OD_PROJECT_PLAN_LINK,
		                         "contribution_th", 8));
	else
		od_sink_null(s);
	od_sink_end(s);
}

void
od_write_links(struct od_maker *m)
{
	const struct od_plan *plan = m->world->plan;
	const unsigned char *issues = od_topics[m->draft.scene.topic].plan;
	int64_t day = m->draft.start;
	unsigned n = 1, issue;

	while (n < 3 && issues[n])
		n++;
	issue = issues[od_rng_below(&m->rng, n)];
	m->target =
	    od_plan_pick(plan, OD_PLAN_Y1, issue, day, od_rng_next(&m->rng) >> 1);
	write_link(m,
	           od_plan_pick(plan, OD_PLAN_STRATEGY, 0, day,
	                        od_plan_strategy_of(issue) - 1),
	           false);
	write_link(m, od_plan_pick(plan, OD_PLAN_MASTER, issue, day, 0), false);
	write_link(m, m->target, true);
	if (m->draft.year_be >= 2566) {
		if (od_rng_chance(&m->rng, 850))
			write_link(m,
			           od_plan_pick(plan, OD_PLAN_MILESTONE, 0, day,
			                        od_rng_below(&m->rng, 13)),
			           false);
		if (od_rng_chance(&m->rng, 150)) {
			bool component = od_rng_chance(&m->rng, 500);

			write_link(
			    m,
			    od_plan_pick(plan,
			                 component ? OD_PLAN_COMPONENT : OD_PLAN_FACTOR,
			                 issue, day, od_rng_below(&m->rng, 64)),
			    false);
		}
	} else if (od_rng_chance(&m->rng, 300)) {
		write_link(m,
		           od_plan_pick(plan, OD_PLAN_REFORM, 0, day,
		                        od_rng_below(&m->rng, 13)),
		           false);
	}
	if (od_rng_chance(&m->rng, 60))
		write_link(m, od_plan_pick(plan, OD_PLAN_Y2, issue, day, m->k), false);
	if (od_rng_chance(&m->rng, 120))
		write_link(m, od_plan_pick(plan, OD_PLAN_SUB, issue, day, m->k), false);
}

static void
put_place_text(struct od_maker *m, const struct od_place *p)
{
	uint32_t how = od_rng_below(&m->rng, 10);
	struct od_text *t = &m->text;

	od_text_clear(t);
	if (how < 2) {
		od_place_village_name(&m->rng, t);
		od_text_put(t, " ", 1);
	}
	if (how < 9) {
		od_place_subdistrict_name(p, t);
		od_text_put(t, " ", 1);
		od_place_district_name(p->province, p->district, t);
	}
	od_maker_spoil(m, OD_PROJECT_AREA, "place_th", 9, t);
	od_sink_maybe(m->sink, t);
}

/* Six decimals around the middle of the province. */
static void
put_coordinates(struct od_maker *m, const struct od_province *p)
{
	if (od_rng_chance(&m->rng, 60)) {
		od_sink_null(m->sink);
		od_sink_null(m->sink);
		return;
	}
	od_sink_fixed(m->sink, p->lat * 10000 + od_rng_range(&m->rng, -260000, 260000),
	              6);
	od_sink_fixed(m->sink, p->lon * 10000 + od_rng_range(&m->rng, -260000, 260000),
	              6);
}

static void
write_area(struct od_maker *m, unsigned i)
{
	static const char *const unknown[] = {"99", "00", "28", "59", "69", "97", "7"};
	const struct od_place *p = &m->draft.places[i];
	const char *province = p->province->code, *district = p->district_code;
	bool village = !od_rng_chance(&m->rng, 140);
	struct od_sink *s = child(m, OD_PROJECT_AREA);
	struct od_place other;

	od_sink_int(s, i + 1);
	if (!i && m->fate.defect == OD_PROVINCE_UNKNOWN)
		province = unknown[od_rng_below(&m->rng, 7)];
	if (!i && m->fate.defect == OD_DISTRICT_ELSEWHERE) {
		do
			od_place_draw(&m->rng, &other);
		while (other.province == p->province);
		district = other.district_code;
		village = false;
	}
	od_sink_str(s, province);
	od_sink_str(s, district);
	od_sink_str(s, village ? p->subdistrict_code : NULL);
	put_place_text(m, p);
	put_coordinates(m, p->province);
	od_sink_end(s);
}

void
od_write_areas(struct od_maker *m)
{
	struct od_sink *s;

	for (unsigned i = 0; i < m->draft.nplaces; i++)
		write_area(m, i);
	if (m->draft.nplaces)
		return;
	s = child(m, OD_PROJECT_AREA);
	od_sink_int(s, 1);
	od_sink_null(s);
	od_sink_null(s);
	od_sink_null(s);
	od_sink_str(s, od_rng_chance(&m->rng, 300) ? "ทั่วประเทศ" : NULL);
	od_sink_null(s);
	od_sink_null(s);
	od_sink_end(s);
}

void
od_write_budgets(struct od_maker *m)
{
	for (unsigned i = 0; i < m->nbudgets; i++) {
		const struct od_budget *b = &m->budgets[i];
		struct od_sink *s = child(m, OD_PROJECT_BUDGET);

		od_sink_int(s, i + 1);
		od_sink_int(s, b->year_be);
		od_sink_str(s, b->source);
		od_sink_str(s, b->gfmis[0] ? b->gfmis : NULL);
		od_sink_fixed(s, b->satang, 2);
		od_sink_end(s);
	}
}

void
od_write_activities(struct od_maker *m)
{
	unsigned n = 1 + od_rng_below(&m->rng, 5);
	int64_t days = (m->draft.end - m->draft.start) / n, left = 10000;

	for (unsigned i = 0; i < n; i++) {
		int64_t weight = i + 1 < n ? left / (n - i) / 50 * 50 : left;
		int64_t start = m->draft.start + days * i;
		struct od_sink *s = child(m, OD_ACTIVITY);

		left -= weight;
		od_sink_int(s, i + 1);
		od_sink_text(s, sentence(m, OD_SAY_STEP, OD_ACTIVITY, "name_th", 2));
		od_sink_date(s, start);
		od_sink_date(s, start + days);
		od_sink_fixed(s, weight, 2);
		od_sink_end(s);
	}
}

/* "name#unit" of the topic: the name to m->text, the unit to m->more. */
static void
draw_metric(struct od_maker *m)
{
	char *hash;

	od_text_clear(&m->text);
	od_text_clear(&m->more);
	od_grammar_slot(m->world->grammar, OD_SLOT_METRIC, &m->draft.scene, &m->text);
	hash = memchr(m->text.p, '#', m->text.n);
	if (!hash)
		return;
	od_text_put(&m->more, hash + 1, (size_t)(m->text.p + m->text.n - hash - 1));
	m->text.n = (size_t)(hash - m->text.p);
}

void
od_write_indicators(struct od_maker *m)
{
	unsigned n = 1 + od_rng_below(&m->rng, 3);

	for (unsigned i = 0; i < n; i++) {
		struct od_sink *s = child(m, OD_INDICATOR);
		bool percent;
		int64_t target;

		draw_metric(m);
		percent = m->more.n == strlen("ร้อยละ") &&
		          !memcmp(m->more.p, "ร้อยละ", m->more.n);
		target = percent ? od_rng_range(&m->rng, 20, 100)
		                 : od_rng_range(&m->rng, 1, 40);
		if (!percent && od_rng_chance(&m->rng, 400))
			target *= 25;
		if (od_rng_chance(&m->rng, 500)) {
			od_text_put(&m->text, " ", 1);
			od_grammar_slot(m->world->grammar, OD_SLOT_GROUP,
			                &m->draft.scene, &m->text);
		}
		od_maker_spoil(m, OD_INDICATOR, "name_th", 2, &m->text);
		od_sink_int(s, i + 1);
		od_sink_text(s, &m->text);
		od_sink_maybe(s, &m->more);
		od_sink_fixed(s, target * 10000, 4);
		if (m->started && od_rng_chance(&m->rng, 600))
			od_sink_fixed(s, target * 100 * od_rng_range(&m->rng, 20, 115),
			              4);
		else
			od_sink_null(s);
		od_sink_end(s);
	}
}

void
od_write_proposals(struct od_maker *m)
{
	int rounds = od_rng_chance(&m->rng, 80) ? 2 : 1;

	if (m->draft.year_be < 2565 || !od_rng_chance(&m->rng, 150))
		return;
	for (int round = 1; round <= rounds; round++) {
		struct od_sink *s = child(m, OD_PROPOSAL);
		int64_t score = 100 + od_rng_below(&m->rng, 201);

		score += od_rng_below(&m->rng, 200);
		od_sink_int(s, m->draft.year_be);
		od_sink_int(s, round);
		od_sink_ref(s, m->target);
		od_sink_fixed(s, score, 2);
		od_sink_bool(s, round == rounds && score > 345);
		/* two years before the fiscal year begins */
		od_sink_stamp(s, (od_day_of(m->draft.year_be - 546, 3, 1) + round * 40 +
		                  od_rng_below(&m->rng, 30)) *
		                     86400);
		od_sink_end(s);
	}
}
