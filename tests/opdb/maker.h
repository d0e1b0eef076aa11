/*
 * maker.h - one project from its fate to its rows.
 *
 * od_maker_project() decides all there is to decide and calls the writers of
 * the child tables, which only read what was decided.
 */
#ifndef OD_OPDB_MAKER_H
#define OD_OPDB_MAKER_H

#include "draft.h"
#include "fate.h"
#include "plant.h"
#include "sink.h"
#include "truth.h"

enum { OD_BUDGETS_MAX = 8 };

struct od_budget {
	int year_be;
	const char *source;
	char gfmis[17]; /* empty: not known */
	int64_t satang;
};

struct od_maker {
	const struct od_world *world;
	struct od_sink *sink;
	struct od_truth *truth;

	/* the project at hand */
	uint64_t k;
	struct od_fate fate;
	struct od_draft draft;
	const char *status;
	bool classified, started; /* started: there are reports and payments */
	const char *covid;        /* NULL, or '1.1' .. */
	unsigned target;          /* primary plan item */
	unsigned nbudgets;
	struct od_budget budgets[OD_BUDGETS_MAX];
	struct od_rng rng;       /* OD_STREAM_RECORD */
	struct od_rng plant_rng; /* OD_STREAM_PLANT */

	struct od_planter planter;
	struct od_text code, text, more, spare, contact;
	uint64_t published;
};

void od_maker_init(struct od_maker *m, const struct od_world *w, struct od_sink *sink,
                   struct od_truth *truth);
void od_maker_release(struct od_maker *m);

/* Writes project number `k` and all that belongs to it. */
void od_maker_project(struct od_maker *m, uint64_t k);

/* The lists; written last, when it is known how many projects there are. */
void od_maker_lists(struct od_maker *m, uint64_t projects);

/* How many officers there are when there are `k` projects; person 1 .. n. */
uint64_t od_persons_at(uint64_t k);
void od_person_at(const struct od_world *w, uint64_t id, struct od_person *out);

/* One of the officers, by row number. */
uint64_t od_maker_anybody(struct od_maker *m);

/* Noise, and in `permille` of 1000 cases somebody's personal data. */
void od_maker_spoil(struct od_maker *m, enum od_table_id table, const char *column,
                    uint32_t permille, struct od_text *t);

/* Child rows. */
void od_write_approvals(struct od_maker *m);
void od_write_links(struct od_maker *m);
void od_write_areas(struct od_maker *m);
void od_write_budgets(struct od_maker *m);
void od_write_activities(struct od_maker *m);
void od_write_indicators(struct od_maker *m);
void od_write_proposals(struct od_maker *m);
void od_write_payments(struct od_maker *m);
void od_write_reports(struct od_maker *m);

#endif
