/*
 * org.h - the state's organisation: ministries, departments, divisions.
 *
 * Ministries and departments always exist, whatever the number of projects; the
 * number of divisions grows with it. A division is a slot 0, 1, 2 ..: what a
 * slot is never depends on how many there are. Some slots are closed; the slot
 * after such a one is the division that took over its work.
 */
#ifndef OD_OPDB_ORG_H
#define OD_OPDB_ORG_H

#include <stdbool.h>

#include "text.h"

/* Names of departments with the letters of their topics: "กรมทางหลวง:a/..." */
struct od_ministry {
	const char *code, *name, *name_en, *abbr;
	const char *departments;
	int64_t active_to; /* yyyymmdd, 0 while it exists */
	const char *more;  /* more departments: a literal has at most 4,095 bytes */
};

extern const struct od_ministry od_ministries[]; /* ends with a NULL code */

/* A department: a beginning of a name shared by several ministries or a full one. */
struct od_department {
	unsigned ministry;
	unsigned number;      /* within its ministry, from 1 */
	struct od_slice name; /* without the ministry's own name at its end */
	const char *topics;   /* letters, one letter is one topic */
	size_t ntopics;
	int province;     /* index, -1 if it is not a province */
	bool of_ministry; /* the ministry's name follows */
};

struct od_org;

/* All that can exist; the seed decides which division belongs where. */
struct od_org *od_org_load(uint64_t seed);
void od_org_close(struct od_org *o);

enum { OD_DIVISIONS_MAX = 24537 };

/* How many divisions exist when there are `k` projects. */
unsigned od_org_divisions(uint64_t k);

unsigned od_org_ministries(const struct od_org *o);
unsigned od_org_departments(const struct od_org *o);
const struct od_department *od_org_department(const struct od_org *o, unsigned i);

/* The department of a slot. */
unsigned od_org_department_of(const struct od_org *o, unsigned slot);

/* The row number (org_unit_id) of a ministry, a department, a division. */
unsigned od_org_ministry_id(unsigned i);
unsigned od_org_department_id(const struct od_org *o, unsigned i);
unsigned od_org_division_id(const struct od_org *o, unsigned slot);

/* '0705' */
void od_org_department_code(const struct od_org *o, unsigned i, struct od_text *out);
/* '07050012' */
void od_org_division_code(const struct od_org *o, unsigned slot, struct od_text *out);

void od_org_department_name(const struct od_org *o, unsigned i, struct od_text *out);
/* Also says where it sits: index of a province, or -1. */
int od_org_division_name(const struct od_org *o, unsigned slot, struct od_text *out);

/* When a slot begins and ends to exist, in days; INT64_MAX while it exists. */
void od_org_division_life(const struct od_org *o, unsigned slot, int64_t *from,
                          int64_t *to);
/* The same of a department. */
int64_t od_org_department_end(const struct od_org *o, unsigned i);

/* The slot itself, or the first after it that exists on that day. */
unsigned od_org_division_on(const struct od_org *o, unsigned slot, unsigned slots,
                            int64_t day);

/* A topic this slot works on; `pick` is any random number. */
unsigned od_org_topic(const struct od_org *o, unsigned slot, uint64_t pick);

#endif
