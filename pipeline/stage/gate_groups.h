/*
 * gate_groups.h - the figures of each ministry and province, against the last release.
 *
 * What is wrong in one ministry disappears in the sum of twenty. So a dataset names in
 * `limits: groups:` columns of its own or of its parent (ministry_code, province_code),
 * and the figures of every value of them (figures.h) are compared like the whole's. A
 * small group says little: a change of fewer than OD_GROUP_ROWS rows, or in a group of
 * fewer, holds nothing.
 */
#ifndef OD_STAGE_GATE_GROUPS_H
#define OD_STAGE_GATE_GROUPS_H

#include "core/buf.h"
#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

enum { OD_GROUP_ROWS = 30, OD_GROUP_REASONS = 4 };

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
