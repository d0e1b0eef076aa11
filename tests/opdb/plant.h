/*
 * plant.h - personal data put into texts where it does not belong, and recorded.
 *
 * Each planted value is a canary: truth knows its plain form, the form typed
 * and where it stands. Decoys look like personal data and are none; they are
 * not recorded, and no canary's digits ever stand inside one.
 */
#ifndef OD_OPDB_PLANT_H
#define OD_OPDB_PLANT_H

#include "person.h"
#include "truth.h"

struct od_planter {
	struct od_rng *rng;
	struct od_truth *truth;
	const char *column; /* "project.rationale_th" */
	uint64_t key;
	struct od_text piece, form; /* scratch */
};

/* Ways of writing, all equally likely. */
void od_form_citizen_id(struct od_rng *rng, const char *digits, struct od_text *out);
void od_form_mobile(struct od_rng *rng, const char *digits, struct od_text *out);
void od_form_account(struct od_rng *rng, const char *digits, struct od_text *out);
void od_form_house(struct od_rng *rng, const char *house, struct od_text *out);

/* Hides something of somebody in the text. */
void od_plant(struct od_planter *p, const struct od_person *who, struct od_text *t);

/* Writes a contact line: name, number, address. */
void od_plant_contact(struct od_planter *p, const struct od_person *who,
                      struct od_text *out);

/* Records what stands in the columns of a person; `phone` is as typed. */
void od_plant_person(struct od_planter *p, const struct od_person *who,
                     struct od_slice citizen_id, struct od_slice phone);

/* Adds something that only looks like personal data. */
void od_plant_decoy(struct od_rng *rng, struct od_text *t);

/* `n` digits in which no canary can stand. */
void od_free_digits(struct od_rng *rng, const char *begin, size_t n, char *out);

void od_planter_release(struct od_planter *p);

#endif
