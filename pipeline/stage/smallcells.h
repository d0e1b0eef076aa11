/*
 * smallcells.h - small counts of persons in tables, and what would tell of them.
 *
 * Works on all fields of one name that declare `suppress_below`, over all datasets that
 * are derived or linked by `adds_up_to`: small counts become null, and so do the cells
 * that risk/cells.h hides for their sake. An extracted field comes without its small
 * counts (stage/rowchain.h): its nulls are taken for small ones. In a derived dataset a
 * null is no count, and stands for 0.
 *
 * What was hidden is counted in _privacy, by kind: 'suppressed' and 'complement'.
 */
#ifndef OD_STAGE_SMALLCELLS_H
#define OD_STAGE_SMALLCELLS_H

#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

/* A declared sum that is none is an OD_KIND_SCHEMA error. */
OD_CHECKED enum od_rc od_small_cells(const struct od_spec *spec, struct od_snapshot *s,
                                     struct od_err *err);

#endif
