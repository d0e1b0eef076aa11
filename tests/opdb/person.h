/*
 * person.h - made-up people: names, numbers, addresses of every kind.
 *
 * Nobody's: given and family names are put together from syllables, citizen
 * numbers carry `65` where the registry has a district that does not exist,
 * mail addresses end in a random tail. A mobile or account number may be
 * somebody's by chance: never call or publish one.
 */
#ifndef OD_OPDB_PERSON_H
#define OD_OPDB_PERSON_H

#include <stdbool.h>

#include "rng.h"
#include "text.h"

struct od_person {
	const char *title;
	char first[96], last[128];
	char citizen_id[14]; /* digits only, valid check digit */
	char mobile[11];     /* 0812345678 */
	char email[64];
	char line_id[32];
	char account[11]; /* ten digits */
	char house[40];   /* 71/24 หมู่ที่ 5 */
};

void od_person_make(struct od_rng *rng, struct od_person *out);

/* A digit run that no citizen, mobile or account number of ours lies in. */
bool od_digits_are_free(const char *digits, size_t n);

#endif
