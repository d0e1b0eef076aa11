/*
 * findings.h - what the data breaks, counted and listed, without a value.
 *
 * A finding names dataset, row number (in the order of extract.sql), public key, the
 * key of the row that it belongs to, field and rule. The list is private (0600, in the
 * state directory); the counts are public. A finding of a withheld text also has a
 * reference: its keyed hash. The list keeps at most OD_FINDINGS_LISTED lines a rule and
 * dataset, the counts go on.
 */
#ifndef OD_ROW_FINDINGS_H
#define OD_ROW_FINDINGS_H

#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

enum { OD_FINDINGS_LISTED = 100000 };

struct od_findings; /* thread-safe */

struct od_findings *od_findings_open(const struct od_spec *spec);
void od_findings_close(struct od_findings *f);

/*
 * What does not apply is 0 or NULL. `rule` and `effect` ("reject", "parent", "warn",
 * "withheld") outlive the list; the other texts are copied.
 */
struct od_finding {
	const struct od_dataset *d;
	uint64_t row;
	const char *key;    /* "5012/3": keys are public */
	const char *parent; /* value of the column that names the parent row */
	const struct od_field *field; /* NULL: the row as a whole */
	const char *rule, *effect;
	const char *ref; /* of a withheld text (stage/review.h) */
};
void od_findings_add(struct od_findings *f, const struct od_finding *x);

/* The key of a row, as findings tell it. */
void od_findings_key(const struct od_dataset *d, const struct od_pub *cells,
                     struct od_buf *b);

/* Adds the counts to _quality. */
OD_CHECKED enum od_rc od_findings_store(const struct od_findings *f,
                                        struct od_snapshot *s, struct od_err *err);

/* Writes (or with `append` adds) the list: one JSON object a line, sorted. */
OD_CHECKED enum od_rc od_findings_write(struct od_findings *f, const char *path,
                                        bool append, struct od_err *err);

#endif
