/*
 * gate_groups.h - the figures of each ministry and province, against the last release.
 *
 * What is wrong in one ministry disappears in the sum of twenty. So a dataset names in
 * `limits: groups:` columns of its own or of its parent (ministry_code, province_code),
 * and for every value of them the snapshot keeps, in the table _groups(dataset, grp,
 * value, field, kind, n):
 *
 *	rows      rows of the group (field '')
 *	filled    rows in which the field has a value
 *	sum       of a watched column, in units of its last digit, where the group is a
 *	          column of the dataset itself
 *	redacted  rows in which something was cut from a field that is redacted
 *
 * The group '' is the whole dataset; of it only `redacted` is kept, the rest is in
 * _stats (gates.h). A small group says little: a change of fewer than OD_GROUP_ROWS
 * rows, or in a group of fewer, holds nothing.
 */
#ifndef OD_STAGE_GATE_GROUPS_H
#define OD_STAGE_GATE_GROUPS_H

#include "core/buf.h"
#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

enum { OD_GROUP_ROWS = 30, OD_GROUP_REASONS = 4 };

/* Makes _groups. */
OD_CHECKED enum od_rc od_groups_measure(const struct od_spec *spec,
                                        struct od_snapshot *s, struct od_err *err);

/*
 * Compares with the snapshot `previous`. Adds a clause to `reasons` for each figure
 * that changed by more than its dataset's limits allow, while *n, which counts them
 * all, is below OD_GROUP_REASONS. A previous snapshot without _groups compares with
 * nothing.
 */
OD_CHECKED enum od_rc od_groups_compare(const struct od_spec *spec,
                                        struct od_snapshot *s, const char *previous,
                                        struct od_buf *reasons, unsigned *n,
                                        struct od_err *err);

#endif
