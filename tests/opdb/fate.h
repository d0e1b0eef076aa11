/*
 * fate.h - what becomes of project number k: a pure function of the seed and k.
 *
 * So a later project can ask for an earlier one without a memory of it, and the
 * beginning of a large database is the same as a small one.
 */
#ifndef OD_OPDB_FATE_H
#define OD_OPDB_FATE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the publication rule holds, and what breaks it. */
enum od_class {
	OD_PUBLIC,
	OD_DRAFT,
	OD_SUBMITTED,
	OD_RETURNED,
	OD_DELETED,
	OD_CLASSIFIED,
	OD_STEP_PENDING,  /* status fine, one approval step is not */
	OD_STEP_RETURNED, /* likewise */
};

enum od_defect {
	OD_SOUND,
	OD_END_BEFORE_START,
	OD_NEGATIVE_AMOUNT,
	OD_PROGRESS_OVER_100,
	OD_DATE_IN_BE,
	OD_PROVINCE_UNKNOWN,
	OD_DISTRICT_ELSEWHERE,
	OD_DUPLICATE_CODE,
	OD_YEAR_CE_IN_BE,
	OD_NAME_EMPTY,
	OD_CONTROL_CHAR,
	OD_DEFECTS
};

struct od_fate {
	enum od_class class;
	enum od_defect defect; /* only of a public project */
	bool copy;             /* wants to be a near-duplicate of an earlier one */
};

struct od_fate od_fate_of(uint64_t seed, uint64_t k);

/* The project a near-duplicate is made from: public, sound, no copy; 0 if none. */
uint64_t od_fate_origin(uint64_t seed, uint64_t k);

/* The nearest earlier public sound project that is no copy, 0 if none. */
uint64_t od_fate_before(uint64_t seed, uint64_t k);

const char *od_defect_name(enum od_defect d); /* "ok" for a sound one */

#endif
