/*
 * draft.h - the content of a project before life gets at it: who, when, where,
 * what about, and the texts, still free of noise, defects and personal data.
 *
 * A pure function of the seed and the number, like the fate. A near-duplicate
 * has the owner and the years of its own number, but place, subject and texts
 * of its origin, sentence by sentence re-worded, dropped or replaced.
 */
#ifndef OD_OPDB_DRAFT_H
#define OD_OPDB_DRAFT_H

#include "grammar.h"
#include "org.h"
#include "place.h"
#include "plan.h"

/* What does not change while projects are made. */
struct od_world {
	uint64_t seed;
	struct od_grammar *grammar;
	struct od_org *org;
	struct od_plan *plan;
};

/* The day the demo database was looked at. */
int64_t od_today(void);

enum od_field {
	OD_NAME,
	OD_RATIONALE,
	OD_OBJECTIVE,
	OD_OUTPUT,
	OD_OUTCOME,
	OD_TARGET_GROUP,
	OD_FIELDS
};

enum { OD_PLACES_MAX = 4 };

struct od_draft {
	unsigned slot; /* the owning division */
	int year_be, years;
	int64_t start, end;
	unsigned nplaces; /* 0: the whole country */
	struct od_place places[OD_PLACES_MAX];
	struct od_scene scene; /* its rng is NULL: the user sets one */
	struct od_text vars[OD_VAR_COUNT];
	struct od_text fields[OD_FIELDS];
	struct od_text name_en;  /* mostly empty */
	struct od_text sentence; /* scratch */
};

/* Fills `d`, whose texts are re-used; `origin` 0: not a near-duplicate. */
void od_draft_make(const struct od_world *w, uint64_t k, uint64_t origin,
                   struct od_draft *d);
void od_draft_release(struct od_draft *d);

/* The owning division and the fiscal year of a number alone. */
unsigned od_draft_owner(const struct od_world *w, uint64_t k, int *year_be);

#endif
