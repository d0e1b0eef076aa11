/*
 * derive.h - the datasets that are made of others.
 *
 * A derive.sql reads the snapshot as it was last committed, extracted datasets only,
 * so that all of them run side by side, each through a reader of its own; the rows,
 * which are few, wait in memory for the one that writes.
 */
#ifndef OD_STAGE_DERIVE_H
#define OD_STAGE_DERIVE_H

#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

/*
 * Makes the derived datasets of `spec` anew, with their rows in _counts, through `s`,
 * which is in a transaction that has written nothing to the file at `path` yet. What
 * the stage analyze is to fill is made empty.
 */
OD_CHECKED enum od_rc od_derive(const struct od_spec *spec, struct od_snapshot *s,
                                const char *path, unsigned jobs, struct od_err *err);

#endif
