/* Rows that say how a project went: payments by month, reports by quarter. */
#include <string.h>

#include "maker.h"

/* The first day after month `i` (0 is October) of a fiscal year. */
static int64_t
month_end(int year_be, int i)
{
	int month =
	    10 + i + 1; /* the month after it, from October of the year before */

	return od_day_of(year_be - 544 + (month - 1) / 12, (month - 1) % 12 + 1, 1);
}

static void
write_payment(struct od_maker *m, const struct od_budget *b, int i, int64_t satang)
{
	struct od_sink *s = m->sink;

	od_sink_begin(s, OD_DISBURSEMENT);
	od_sink_int(s, (int64_t)m->k);
	od_sink_str(s, b->gfmis[0] ? b->gfmis : NULL);
	od_sink_int(s, b->year_be);
	od_sink_int(s, (9 + i) % 12 + 1);
	od_sink_fixed(s, satang, 2);
	od_sink_stamp(s, (month_end(b->year_be, i) - 3) * 86400 + 82800);
	od_sink_end(s);
}

void
od_write_payments(struct od_maker *m)
{
	bool done = !strcmp(m->status, "completed");

	if (!m->started)
		return;
	for (unsigned k = 0; k < m->nbudgets; k++) {
		const struct od_budget *b = &m->budgets[k];
		int n = 1 + (int)od_rng_below(&m->rng, 6), first;
		int64_t left = b->satang;

		first = (int)od_rng_below(&m->rng, (uint32_t)(13 - n));
		if (!done)
			left = left / 100 * od_rng_range(&m->rng, 5, 95);
		if (left <= 0)
			continue;
		for (int i = first; i < first + n; i++) {
			int64_t part = left / (first + n - i);

			if (month_end(b->year_be, i) > od_today())
				break;
			if (i + 1 < first + n)
				part = part / 100 * od_rng_range(&m->rng, 40, 160);
			part = part > left ? left : part;
			left -= part;
			write_payment(m, b, i, part);
		}
	}
}

static void
write_result(struct od_maker *m)
{
	const struct od_grammar *g = m->world->grammar;
	unsigned n = 1 + od_rng_below(&m->rng, 3);

	od_text_clear(&m->text);
	for (unsigned i = 0; i < n; i++) {
		if (i)
			od_text_put(&m->text, " ", 1);
		od_grammar_say(g, OD_SAY_DID, &m->draft.scene, &m->text);
		if (od_rng_chance(&m->rng, 500)) {
			od_text_put(&m->text, " ", 1);
			od_grammar_say(g, OD_SAY_DID_MORE, &m->draft.scene, &m->text);
		}
	}
	if (od_rng_chance(&m->plant_rng, 40))
		od_plant_decoy(&m->plant_rng, &m->text);
	od_maker_spoil(m, OD_PROGRESS_REPORT, "result_th", 22, &m->text);
	od_sink_text(m->sink, &m->text);
}

static void
write_problem(struct od_maker *m)
{
	od_text_clear(&m->more);
	if (od_rng_chance(&m->rng, 520)) {
		unsigned n = 1 + od_rng_below(&m->rng, 2);

		for (unsigned i = 0; i < n; i++) {
			if (i)
				od_text_put(&m->more, " ", 1);
			od_grammar_say(m->world->grammar, OD_SAY_HITCH, &m->draft.scene,
			               &m->more);
		}
		od_maker_spoil(m, OD_PROGRESS_REPORT, "problem_th", 38, &m->more);
	}
	od_sink_maybe(m->sink, &m->more);
}

/* Where the story stands: percent and money so far. */
struct course {
	int64_t percent;      /* hundredths */
	int64_t total, spent; /* satang */
	bool first;
};

static void
write_report(struct od_maker *m, struct course *c, int year_be, int quarter, bool last)
{
	struct od_sink *s = m->sink;
	int64_t percent, at = month_end(year_be, quarter * 3 - 1);
	bool approved = !od_rng_chance(&m->rng, 50);

	c->percent += (10000 - c->percent) * od_rng_range(&m->rng, 5, 55) / 100;
	if (last && !strcmp(m->status, "completed"))
		c->percent = 10000;
	percent = c->percent;
	c->spent = c->total / 10000 * c->percent / 100 * od_rng_range(&m->rng, 60, 100);
	if (c->first && m->fate.defect == OD_PROGRESS_OVER_100) {
		percent = od_rng_range(&m->rng, 10001, 15000);
		approved = true;
	}
	c->first = false;
	od_sink_begin(s, OD_PROGRESS_REPORT);
	od_sink_int(s, (int64_t)m->k);
	od_sink_int(s, year_be);
	od_sink_int(s, quarter);
	od_sink_fixed(s, percent, 2);
	od_sink_fixed(s, c->spent, 2);
	write_result(m);
	write_problem(m);
	od_sink_int(s, (int64_t)od_maker_anybody(m));
	/* due within 30 days; some are late */
	at += 2 + od_rng_below(&m->rng, od_rng_chance(&m->rng, 150) ? 75 : 28);
	od_sink_stamp(s, at * 86400 + 32000 + od_rng_below(&m->rng, 28000));
	od_sink_bool(s, approved);
	od_sink_end(s);
	if (approved && m->fate.class == OD_PUBLIC)
		od_truth_report(m->truth, m->k, year_be, quarter);
}

void
od_write_reports(struct od_maker *m)
{
	struct course c = {.first = true};
	int years = 1;

	if (!m->started)
		return;
	for (unsigned i = 0; i < m->nbudgets; i++)
		c.total += m->budgets[i].satang;
	while (years < m->draft.years && od_rng_chance(&m->rng, 550))
		years++;
	for (int y = 0; y < years; y++) {
		int year_be = m->draft.year_be + y, from = 1, to;

		while (!y && from < 4 &&
		       month_end(year_be, from * 3 - 1) <= m->draft.start)
			from++;
		to = from + (int)od_rng_below(&m->rng, (uint32_t)(5 - from));
		for (int q = from; q <= to; q++) {
			if (month_end(year_be, q * 3 - 1) > od_today() + 1)
				return;
			write_report(m, &c, year_be, q, y + 1 == years && q == to);
		}
	}
}
