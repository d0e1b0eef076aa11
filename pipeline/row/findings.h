/*
 * findings.h - what the data breaks, counted and listed, without a value.
 *
 * A finding names dataset, row number (in the order of extract.sql) or public key,
 * field and rule. The list is private (0600, in the state directory); the counts are
 * public. A finding of a withheld text also has a reference: its keyed hash. The list
 * keeps at most OD_FINDINGS_LISTED lines a rule and dataset, the counts go on.
 */
#ifndef OD_ROW_FINDINGS_H
#define OD_ROW_FINDINGS_H

#include <stdint.h>

#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

enum { OD_FINDINGS_LISTED = 10000 };

struct od_findings; /* thread-safe */

struct od_findings *od_findings_open(const struct od_spec *spec);
void od_findings_close(struct od_findings *f);

/*
 * `row` 0: of no single row; `field` NULL: of the row as a whole. `rule` and `effect`
 * ("reject", "parent", "warn") outlive the list.
 */
void od_findings_add(struct od_findings *f, const struct od_dataset *d, uint64_t row,
                     const struct od_field *field, const char *rule,
                     const char *effect);

/*
 * As above for a row of the snapshot, told by its key ("5012/3"): keys are public. The
 * row number is no longer known then.
 */
void od_findings_add_key(struct od_findings *f, const struct od_dataset *d,
                         const char *key, const struct od_field *field,
                         const char *rule, const char *effect);

/*
 * A text that was withheld (effect "withheld"), told by row and key. `ref` stands for
 * it in lists and decisions (stage/review.h).
 */
void od_findings_add_withheld(struct od_findings *f, const struct od_dataset *d,
                              uint64_t row, const char *key,
                              const struct od_field *field, const char *rule,
                              const char *ref);

/* Adds the counts to _quality. */
OD_CHECKED enum od_rc od_findings_store(const struct od_findings *f,
                                        struct od_snapshot *s, struct od_err *err);

/* Writes (or with `append` adds) the list: one JSON object a line, sorted. */
OD_CHECKED enum od_rc od_findings_write(struct od_findings *f, const char *path,
                                        bool append, struct od_err *err);

#endif
