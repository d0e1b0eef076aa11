/*
 * changes.h - when a file of a release was changed last.
 *
 * A file whose bytes are those of the live release keeps the date it has there; any
 * other gets the date of this release. So a date moves only with the bytes. What the
 * live release held is read from the list that its run kept beside the snapshot; where
 * that is lost, every date is that of this release.
 */
#ifndef OD_STAGE_CHANGES_H
#define OD_STAGE_CHANGES_H

#include "stage/artefacts.h"
#include "stage/stage.h"

/* The files of the live release, sorted by path; none if there is no list of them. */
void od_changes_load(const struct od_stage_ctx *ctx, struct od_artefacts *before);

/* Dates the files that have no date yet. */
void od_changes_date(const struct od_stage_ctx *ctx, const struct od_artefacts *before,
                     struct od_artefacts *files);

/* The date of a dataset: the newest of its whole files; of this release if it has none.
 */
const char *od_changes_of(const struct od_stage_ctx *ctx,
                          const struct od_artefacts *files, const char *dataset);

/* ... and of all datasets. */
const char *od_changes_newest(const struct od_stage_ctx *ctx,
                              const struct od_artefacts *files);

/* The file of that path in a sorted list, or NULL. */
const struct od_artefact *od_changes_find(const struct od_artefacts *sorted,
                                          const char *path);

#endif
