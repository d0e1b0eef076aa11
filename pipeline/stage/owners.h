/*
 * owners.h - findings for those who enter the data: one CSV file a department.
 *
 * A dataset says with `owner` which columns name the ministry and the department of a
 * row; rows of other datasets belong to their parent's owner. Beside the findings
 * (state/findings/12.ndjson) lie then
 *
 *   12.owners/<ministry>/<department>.csv    rows of that department
 *   12.owners/<ministry>/none.csv            of the ministry, but of no department
 *   12.owners/none.csv                       of nobody, such as codelists
 *
 * with dataset, row, key, field, rule and effect, what the rule means and how to mend
 * it: ids and rules, never a value. Private: directories 0700, files 0600. The texts
 * are for a spreadsheet: with a byte order mark, all cells quoted.
 */
#ifndef OD_STAGE_OWNERS_H
#define OD_STAGE_OWNERS_H

#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

/* `findings`: the list, complete. The snapshot still has _owners. */
OD_CHECKED enum od_rc od_owner_files(const struct od_spec *spec, struct od_snapshot *s,
                                     const char *findings, struct od_err *err);

#endif
