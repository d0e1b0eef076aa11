/*
 * doctor.h - what would make the next run fail, or lets it do more than it needs.
 *
 * One table of checks; each looks at one thing and tells what is well, what is not and
 * how to mend it, or why it could not look. Nothing is changed, no row is read. A check
 * never stops the others. What it tells has names of files, roles, relations: no secret
 * and no value from the data.
 */
#ifndef OD_RUN_DOCTOR_H
#define OD_RUN_DOCTOR_H

#include "run/options.h"

enum od_health { OD_WELL, OD_SKIPPED, OD_FINDING };
extern const char *const od_health_words[]; /* "ok", "skipped", "finding" */

struct od_diagnosis {
	const char *check;
	enum od_health health;
	const char *text;
	const char *fix; /* of a finding: what to do, in words */
};

/* Everything in the order of the table; lives in the arena. */
const struct od_diagnosis *od_doctor(const struct od_options *o, struct od_arena *a,
                                     size_t *n);

#endif
