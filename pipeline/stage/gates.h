/*
 * gates.h - when a release is held back.
 *
 * Figures of every dataset are kept in the snapshot's table _stats(dataset, field,
 * kind, n): kind 'filled' (rows with a value), 'sum' (of a watched column, in units
 * of its last digit) and, with an empty field, 'k' (smallest class of a dataset about
 * persons, risk/classes.h). The gates compare them, and _counts, with the thresholds of
 * the schema and with the last release's.
 */
#ifndef OD_STAGE_GATES_H
#define OD_STAGE_GATES_H

#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

/* Fewer rows say little, unless they are more than half of all. */
enum { OD_GATE_ROWS = 10 };

/*
 * Makes _stats, and _groups of gate_groups.h. What the stage analyze makes of published
 * rows is measured by that stage, for the quality report; no gate looks at it.
 */
OD_CHECKED enum od_rc od_gates_measure(const struct od_spec *spec,
                                       struct od_snapshot *s, struct od_err *err);

/* One dataset's rows of _stats, made anew. */
OD_CHECKED enum od_rc od_gates_measure_dataset(const struct od_dataset *d,
                                               struct od_snapshot *s,
                                               struct od_err *err);

/*
 * `previous`: the last release's snapshot, or "". A broken gate is OD_KIND_HELD, unless
 * `accept`, an operator's reason, is not "": then reason and broken gates are kept in
 * the snapshot's _meta (accepted, accepted_gates), and from then on its gates are open.
 * A dataset about persons below its k is held whatever the reason.
 */
OD_CHECKED enum od_rc od_gates_check(const struct od_spec *spec, struct od_snapshot *s,
                                     const char *previous, const char *accept,
                                     struct od_arena *a, struct od_err *err);

#endif
