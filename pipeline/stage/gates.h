/*
 * gates.h - when a release is held back.
 *
 * The gates compare the figures of every dataset (figures.h), and _counts, with the
 * thresholds of the schema and with the last release's.
 */
#ifndef OD_STAGE_GATES_H
#define OD_STAGE_GATES_H

#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

/* Fewer rows say little, unless they are more than half of all. */
enum { OD_GATE_ROWS = 10 };

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
