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

/* Makes _stats. */
OD_CHECKED enum od_rc od_gates_measure(const struct od_spec *spec,
                                       struct od_snapshot *s, struct od_err *err);

/* `previous`: the last release's snapshot, or "". A broken gate is OD_KIND_HELD. */
OD_CHECKED enum od_rc od_gates_check(const struct od_spec *spec, struct od_snapshot *s,
                                     const char *previous, struct od_err *err);

#endif
