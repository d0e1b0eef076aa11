/*
 * rowchain.h - what happens to every row between source and snapshot.
 *
 * For each cell: the anonymization method its field declares, then the checks of its
 * declaration. A row that breaks one is not published; a finding says which. Counts of
 * persons below the field's limit become empty, and so do texts that are withheld: a
 * text of which a rule of anon/doubt.h holds, and that no officer has allowed. Where a
 * cell must not be empty, OD_MARKER_WITHHELD stands in it. One chain a dataset and
 * thread.
 */
#ifndef OD_STAGE_ROWCHAIN_H
#define OD_STAGE_ROWCHAIN_H

#include <stdint.h>

#include "row/findings.h"
#include "row/snapshot.h"
#include "spec/spec.h"
#include "stage/review.h"

struct od_rowchain;

/*
 * Lives in the arena; never NULL. `code_key`: OD_ANON_KEY bytes that outlive it, or
 * NULL if no field is published as a code. `review`, which outlives it too, says which
 * doubtful texts may be published.
 */
struct od_rowchain *
od_rowchain_open(const struct od_spec *spec, const struct od_dataset *d,
                 struct od_findings *findings, const unsigned char *code_key,
                 const struct od_review *review, struct od_arena *run);

/*
 * Makes `out` (one cell a field) of `in`; bytes go to `row`. Returns 1 if the row may
 * be published, 0 if it is rejected.
 */
size_t od_rowchain_apply(struct od_rowchain *c, const struct od_raw *in,
                         uint64_t number, struct od_arena *row, struct od_pub *out);

/* The greatest value of the catalogue's `created` column among rows kept, or "". */
const char *od_rowchain_newest(const struct od_rowchain *c);

/* Writes _counts, _privacy and _withheld of this dataset. */
OD_CHECKED enum od_rc od_rowchain_store(const struct od_rowchain *c, uint64_t read,
                                        struct od_snapshot *s, struct od_err *err);

void od_rowchain_close(struct od_rowchain *c);

#endif
