/*
 * figures.h - the figures of a dataset that the gates compare from release to release.
 *
 * One pass over the rows of a dataset makes its part of two tables of the snapshot:
 *
 *   _stats(dataset, field, kind, n)                of the dataset as a whole
 *	filled    rows with a value
 *	sum       of a watched column, in units of its last digit
 *	k         smallest class of a dataset about persons (risk/classes.h), no field
 *   _groups(dataset, grp, value, field, kind, n)   of every value of the columns that
 *                                              `limits: groups` names, of the dataset's
 *                                                  own or of its parent's
 *	rows      rows of the group (no field)
 *	filled    rows in which the field has a value
 *	sum       of a watched column, where the group is a column of the dataset
 *itself: rows of a parent come in clumps, and its own sum tells of money redacted  rows
 *in which something was cut from a field that is redacted
 *
 * The group '' is the whole of a dataset that has fields to redact: of it `rows` and
 * `redacted` are kept, the rest is in _stats.
 */
#ifndef OD_STAGE_FIGURES_H
#define OD_STAGE_FIGURES_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

/* Is f one of the columns that d has watched? */
bool od_is_summed(const struct od_dataset *d, const struct od_field *f);

/* The two tables, where they do not exist. */
OD_CHECKED enum od_rc od_figures_tables(struct od_snapshot *s, struct od_err *err);

/*
 * Reads the rows of d from `s`, which may be open for reading alone, and adds to `sql`
 * the statements that write down its figures in place of earlier ones. A sum that 64
 * bits do not hold is an OD_KIND_SCHEMA error.
 */
OD_CHECKED enum od_rc od_figures_measure(const struct od_dataset *d,
                                         struct od_snapshot *s, struct od_buf *sql,
                                         struct od_err *err);

#endif
