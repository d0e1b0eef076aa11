/*
 * plan.h - the plans a project can be linked to, with the versions of their codes.
 *
 * Strategies, master plans, sub-plans, milestones and the items changed by the
 * amendment of 2023 are facts. The other targets, the value chain components
 * and factors, and the reform activities are placeholders with codes of the
 * right shape.
 */
#ifndef OD_OPDB_PLAN_H
#define OD_OPDB_PLAN_H

#include <stdint.h>

#include "text.h"

enum od_plan_kind {
	OD_PLAN_STRATEGY,
	OD_PLAN_MASTER,
	OD_PLAN_SUB,
	OD_PLAN_Y2,
	OD_PLAN_Y1,
	OD_PLAN_MILESTONE,
	OD_PLAN_REFORM,
	OD_PLAN_COMPONENT,
	OD_PLAN_FACTOR,
	OD_PLAN_KINDS
};

struct od_plan_item {
	enum od_plan_kind kind;
	char code[16];
	unsigned parent; /* row number, 0: none */
	unsigned issue;  /* master plan it belongs to, 1..23, 0: none */
	struct od_text name;
	const char *name_en;
	int64_t from, to; /* days; INT64_MAX: still valid */
};

/* Facts: see plan_data.c. */
struct od_plan_fact {
	const char *code, *name;
};
extern const struct od_plan_fact od_plan_strategies[], od_plan_masters[],
    od_plan_subs[], od_plan_milestones[], od_plan_reforms[], od_plan_targets[];
extern const char *const od_plan_strategies_en[];

struct od_plan;

struct od_plan *od_plan_load(void);
void od_plan_close(struct od_plan *p);

unsigned od_plan_count(const struct od_plan *p);
/* `id` is the row number (plan_item_id), from 1. */
const struct od_plan_item *od_plan_item(const struct od_plan *p, unsigned id);

/*
 * The row number of one item of the kind that is valid on that day; of the
 * master plan `issue` unless that is 0. 0 if there is none.
 */
unsigned od_plan_pick(const struct od_plan *p, enum od_plan_kind kind, unsigned issue,
                      int64_t day, uint64_t pick);

/* The strategy a master plan mainly serves, 1..6. */
unsigned od_plan_strategy_of(unsigned issue);

const char *od_plan_kind_name(enum od_plan_kind kind);

#endif
