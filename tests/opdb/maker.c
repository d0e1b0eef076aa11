#include "maker.h"

#include <stdio.h>
#include <stdlib.h>

#include "noise.h"

static const char *const covid_plans[] = {"1.1", "1.2", "1.3", "1.4", "1.5", "2.1",
                                          "2.2", "3.1", "3.1", "3.2", "3.3", "3.4"};

void
od_maker_init(struct od_maker *m, const struct od_world *w, struct od_sink *sink,
              struct od_truth *truth)
{
	*m = (struct od_maker){.world = w, .sink = sink, .truth = truth};
	m->planter.rng = &m->plant_rng;
	m->planter.truth = truth;
}

void
od_maker_release(struct od_maker *m)
{
	od_draft_release(&m->draft);
	od_planter_release(&m->planter);
	od_text_release(&m->code);
	od_text_release(&m->text);
	od_text_release(&m->more);
	od_text_release(&m->spare);
	od_text_release(&m->contact);
}

uint64_t
od_persons_at(uint64_t k)
{
	return 20 + k * 10 / 285;
}

void
od_person_at(const struct od_world *w, uint64_t id, struct od_person *out)
{
	struct od_rng rng;

	od_rng_init(&rng, w->seed, OD_STREAM_PERSON, id);
	od_person_make(&rng, out);
}

uint64_t
od_maker_anybody(struct od_maker *m)
{
	return 1 + od_rng_below(&m->rng, (uint32_t)od_persons_at(m->k));
}

void
od_maker_spoil(struct od_maker *m, enum od_table_id table, const char *column,
               uint32_t permille, struct od_text *t)
{
	struct od_person who;
	char place[64];

	od_noise_apply(&m->plant_rng,
	               table == OD_PROJECT && !strcmp(column, "name_th")
	                   ? OD_NOISE_TITLE
	               : permille > 8 ? OD_NOISE_PROSE
	                              : OD_NOISE_LABEL,
	               t, &m->spare);
	if (!od_rng_chance(&m->plant_rng, permille))
		return;
	snprintf(place, sizeof(place), "%s.%s", od_tables[table].name, column);
	m->planter.column = place;
	m->planter.key = m->k;
	od_person_make(&m->plant_rng, &who);
	od_plant(&m->planter, &who, t);
}

static void
decide_status(struct od_maker *m)
{
	static const char *const by_class[] = {NULL,       "draft",   "submitted",
	                                       "returned", "deleted", NULL};
	uint32_t at = od_rng_below(&m->rng, 100);
	bool over = m->draft.end < od_today();

	m->classified = m->fate.class == OD_CLASSIFIED;
	if (m->fate.class <= OD_CLASSIFIED && by_class[m->fate.class]) {
		m->status = by_class[m->fate.class];
		m->classified = od_rng_chance(&m->rng, 4);
	} else if (m->fate.class > OD_CLASSIFIED) {
		m->status = at < 50 ? "approved" : "in_progress";
	} else if (m->fate.defect == OD_PROGRESS_OVER_100) {
		m->status = "in_progress";
	} else if (at < 3) {
		m->status = "cancelled";
	} else if (over) {
		m->status = at < 63   ? "completed"
		            : at < 92 ? "in_progress"
		                      : "approved";
	} else {
		m->status = at < 72 ? "in_progress" : "approved";
	}
	m->started =
	    !strcmp(m->status, "completed") || !strcmp(m->status, "in_progress");
}

/*
 * `base` times 2^(sixteenths / 16). Whole numbers throughout: exp() of two
 * machines may differ in its last bit.
 */
static int64_t
scaled(int64_t base, int sixteenths)
{
	static const int64_t steps[16] = {65536,  68438,  71468,  74632, 77936,  81386,
	                                  84990,  88752,  92682,  96785, 101070, 105545,
	                                  110218, 115098, 120194, 125515};
	int octaves = sixteenths >> 4;
	int64_t v = base * steps[sixteenths & 15];

	return octaves < 0 ? v >> (16 - octaves) : v >> 16 << octaves;
}

/* Log-normal around what such a thing costs; half of the amounts have satang. */
static int64_t
draw_amount(struct od_maker *m)
{
	static const int64_t base[] = {0,         12000000,  50000000,
	                               200000000, 900000000, 1800000000};
	unsigned scale = od_topics[m->draft.scene.topic].scale;
	int sum = 0;
	int64_t satang;

	for (int i = 0; i < 6; i++)
		sum += (int)od_rng_below(&m->rng, 100);
	satang = scaled(base[scale], (sum - 297) * 7 / 16);
	satang += od_rng_below(&m->rng, (uint32_t)(satang / 16 % UINT32_MAX) + 1);
	return od_rng_chance(&m->rng, 500) ? satang / 10000 * 10000 : satang;
}

static void
decide_money(struct od_maker *m)
{
	static const char *const sources[] = {"off_budget", "revenue", "local"};
	bool nothing = od_rng_chance(&m->rng, 30);

	m->covid = NULL;
	if (m->draft.year_be >= 2563 && m->draft.year_be <= 2565 &&
	    od_rng_chance(&m->rng, 23))
		m->covid = covid_plans[od_rng_below(&m->rng, 12)];
	m->nbudgets = (unsigned)m->draft.years + (od_rng_chance(&m->rng, 150) ? 1 : 0);
	for (unsigned i = 0; i < m->nbudgets; i++) {
		struct od_budget *b = &m->budgets[i];

		b->year_be = m->draft.year_be + (int)i % m->draft.years;
		b->source = "budget";
		if (i && od_rng_chance(&m->rng, 450))
			b->source = sources[od_rng_below(&m->rng, 3)];
		else if (od_rng_chance(&m->rng, 150))
			b->source = sources[od_rng_below(&m->rng, 3)];
		if (m->covid && !i)
			b->source = "covid_loan";
		b->gfmis[0] = '\0';
		if (od_rng_chance(&m->rng, m->covid ? 850 : 400))
			od_free_digits(&m->rng, od_rng_chance(&m->rng, 150) ? "00" : "",
			               16, b->gfmis);
		b->satang = nothing ? 0 : draw_amount(m);
	}
	if (m->fate.defect == OD_NEGATIVE_AMOUNT)
		m->budgets[0].satang = -m->budgets[0].satang - 1;
}

static void
put_code(const struct od_world *w, unsigned slot, int year_be, uint64_t k,
         struct od_text *out)
{
	unsigned dept = od_org_department_of(w->org, slot);
	const char *abbr =
	    od_ministries[od_org_department(w->org, dept)->ministry].abbr;

	od_text_clear(out);
	od_text_put(out, abbr, strlen(abbr) - 1); /* without its full stop */
	od_text_put(out, " ", 1);
	od_org_department_code(w->org, dept, out);
	od_text_put(out, "-", 1);
	od_text_pad(out, (uint64_t)year_be % 100, 2);
	od_text_put(out, "-", 1);
	od_text_pad(out, k, 6);
}

static void
decide_code(struct od_maker *m)
{
	uint64_t k = m->k;
	unsigned slot = m->draft.slot;
	int year_be = m->draft.year_be;

	if (m->fate.defect == OD_DUPLICATE_CODE) {
		k = od_fate_before(m->world->seed, k);
		slot = od_draft_owner(m->world, k, &year_be);
	}
	put_code(m->world, slot, year_be, k, &m->code);
}

/* A control character in the middle of the title, between two characters. */
static void
add_control(struct od_rng *rng, struct od_text *t)
{
	static const char *const marks[] = {
	    "\x01", "\x07",     "\x08",     "\x0b",     "\x1b",     "\x1f",
	    "\x7f", "\xc2\x80", "\xc2\x85", "\xc2\x9b", "\xc2\x9f", "\x0e"};
	const char *mark = marks[od_rng_below(rng, 12)];
	size_t at = od_rng_below(rng, (uint32_t)t->n);

	while (at < t->n && ((unsigned char)t->p[at] & 0xc0) == 0x80)
		at++;
	od_text_insert(t, at, mark, strlen(mark));
}

static void
spoil_texts(struct od_maker *m)
{
	static const struct {
		const char *column;
		uint32_t canary, decoy, about;
	} how[OD_FIELDS] = {
	    {"name_th", 4, 0, 0},         {"rationale_th", 32, 60, 60},
	    {"objective_th", 21, 20, 15}, {"output_th", 12, 10, 5},
	    {"outcome_th", 9, 5, 5},      {"target_group_th", 10, 3, 0},
	};
	static const char *const nothing[] = {"   ", "\u00a0 \u00a0", "", " "};
	struct od_text *name = &m->draft.fields[OD_NAME];

	m->draft.scene.rng = &m->plant_rng;
	for (unsigned i = 0; i < OD_FIELDS; i++) {
		struct od_text *t = &m->draft.fields[i];

		if (od_rng_chance(&m->plant_rng, how[i].decoy))
			od_plant_decoy(&m->plant_rng, t);
		if (od_rng_chance(&m->plant_rng, how[i].about)) {
			od_text_put(t, " ", 1);
			od_grammar_say(m->world->grammar, OD_SAY_ABOUT, &m->draft.scene,
			               t);
		}
		if (i == OD_NAME && m->fate.defect == OD_NAME_EMPTY)
			continue;
		od_maker_spoil(m, OD_PROJECT, how[i].column, how[i].canary, t);
	}
	if (m->fate.defect == OD_NAME_EMPTY) {
		od_text_clear(name);
		od_text_puts(name, nothing[od_rng_below(&m->plant_rng, 4)]);
	} else if (m->fate.defect == OD_CONTROL_CHAR) {
		add_control(&m->plant_rng, name);
	}
}

static void
put_start(struct od_maker *m)
{
	int64_t day = m->draft.start;

	if (m->fate.defect != OD_DATE_IN_BE) {
		od_sink_date(m->sink, day);
		return;
	}
	od_text_clear(&m->text);
	od_text_date(&m->text, day);
	od_text_clear(&m->more);
	od_text_pad(&m->more, strtoull(m->text.p, NULL, 10) + 543, 4);
	/* 29 February of a leap year is no date 543 years later */
	od_text_puts(&m->more, memcmp(m->text.p + 4, "-02-29", 6) ? "" : "-02-28");
	if (m->more.n == 4)
		od_text_put(&m->more, m->text.p + 4, 6);
	od_sink_text(m->sink, &m->more);
}

static void
put_contact(struct od_maker *m)
{
	uint64_t id = od_maker_anybody(m);
	struct od_person who;

	od_sink_int(m->sink, (int64_t)id);
	od_text_clear(&m->contact);
	if (od_rng_chance(&m->rng, 500)) {
		od_person_at(m->world, id, &who);
		m->planter.column = "project.contact_text";
		m->planter.key = m->k;
		od_plant_contact(&m->planter, &who, &m->contact);
	}
	od_sink_maybe(m->sink, &m->contact);
}

static void
put_beneficiaries(struct od_maker *m)
{
	if (od_rng_chance(&m->rng, 250))
		od_sink_null(m->sink);
	else
		od_sink_int(m->sink, scaled(1, 28 + (int)od_rng_below(&m->rng, 243)));
}

static void
write_project(struct od_maker *m)
{
	struct od_sink *s = m->sink;
	const struct od_draft *d = &m->draft;
	int64_t created, updated, end = d->end;
	uint32_t kind = od_rng_below(&m->rng, 100);

	if (m->fate.defect == OD_END_BEFORE_START)
		end = d->start - 20 - od_rng_below(&m->rng, 300);
	created = (d->start - 70 + od_rng_below(&m->rng, 90)) * 86400;
	created += 30000 + od_rng_below(&m->rng, 30000);
	updated = created + (int64_t)od_rng_below(&m->rng, 500) * 86400;
	if (updated > od_today() * 86400)
		updated = od_today() * 86400 + 36000;
	if (updated < created)
		updated = created;
	od_sink_begin(s, OD_PROJECT);
	od_sink_int(s, (int64_t)m->k);
	od_sink_text(s, &m->code);
	od_sink_str(s, kind < 8 ? "plan" : kind < 34 ? "operation" : "project");
	od_sink_text(s, &d->fields[OD_NAME]);
	od_sink_maybe(s, &d->name_en);
	od_sink_int(s, od_org_division_id(m->world->org, d->slot));
	od_sink_int(s, d->year_be - (m->fate.defect == OD_YEAR_CE_IN_BE ? 543 : 0));
	put_start(m);
	od_sink_date(s, end);
	od_sink_text(s, &d->fields[OD_RATIONALE]);
	od_sink_text(s, &d->fields[OD_OBJECTIVE]);
	od_sink_text(s, &d->fields[OD_OUTPUT]);
	od_sink_text(s, &d->fields[OD_OUTCOME]);
	od_sink_text(s, &d->fields[OD_TARGET_GROUP]);
	put_beneficiaries(m);
	od_sink_str(s, m->status);
	od_sink_bool(s, m->classified);
	od_sink_str(s, m->covid);
	put_contact(m);
	od_sink_stamp(s, created);
	od_sink_stamp(s, updated);
	od_sink_end(s);
}

static void
write_truth(struct od_maker *m, uint64_t origin)
{
	if (m->fate.class != OD_PUBLIC)
		return;
	m->published++;
	od_truth_published(m->truth, m->k, od_text_view(&m->code),
	                   od_defect_name(m->fate.defect));
	if (m->fate.defect)
		od_truth_defect(m->truth, m->k, od_defect_name(m->fate.defect));
	if (origin)
		od_truth_duplicate(m->truth, origin, m->k);
}

void
od_maker_project(struct od_maker *m, uint64_t k)
{
	const struct od_world *w = m->world;
	uint64_t origin;

	m->k = k;
	m->fate = od_fate_of(w->seed, k);
	origin = m->fate.copy ? od_fate_origin(w->seed, k) : 0;
	od_rng_init(&m->rng, w->seed, OD_STREAM_RECORD, k);
	od_rng_init(&m->plant_rng, w->seed, OD_STREAM_PLANT, k);
	od_draft_make(w, k, origin, &m->draft);
	if ((m->fate.defect == OD_PROVINCE_UNKNOWN ||
	     m->fate.defect == OD_DISTRICT_ELSEWHERE) &&
	    !m->draft.nplaces)
		m->draft.nplaces = 1; /* something to be wrong about */
	decide_status(m);
	decide_money(m);
	decide_code(m);
	spoil_texts(m);
	write_truth(m, origin);
	write_project(m);
	m->draft.scene.rng = &m->rng;
	od_write_approvals(m);
	od_write_links(m);
	od_write_areas(m);
	od_write_budgets(m);
	od_write_activities(m);
	od_write_indicators(m);
	od_write_proposals(m);
	od_write_payments(m);
	od_write_reports(m);
}
