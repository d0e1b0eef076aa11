/*
 * emit_files.h - the small files of a release that come from the schemas and from the
 * snapshot's own tables: dictionaries, codelists, the quality report.
 */
#ifndef OD_STAGE_EMIT_FILES_H
#define OD_STAGE_EMIT_FILES_H

#include "core/buf.h"
#include "stage/artefacts.h"
#include "stage/stage.h"

/* Where a dataset's dictionary and a codelist lie below the release. */
const char *od_dictionary_path(struct od_arena *a, const struct od_dataset *d);
const char *od_codelist_path(struct od_arena *a, const struct od_codelist *l);

/* A value as a part of a path: what is not plain ASCII is percent-encoded. */
void od_put_path_value(struct od_buf *b, struct od_span v);

OD_CHECKED enum od_rc od_emit_dictionaries(const struct od_stage_ctx *ctx,
                                           struct od_artefacts *files,
                                           struct od_err *err);
OD_CHECKED enum od_rc od_emit_codelists(const struct od_stage_ctx *ctx,
                                        struct od_artefacts *files, struct od_err *err);
OD_CHECKED enum od_rc od_emit_quality(const struct od_stage_ctx *ctx,
                                      struct od_artefacts *files, struct od_err *err);

/* Writes a file of the release and lists it with role metadata. */
OD_CHECKED enum od_rc od_emit_metadata(const struct od_stage_ctx *ctx, const char *path,
                                       const char *media_type, struct od_span bytes,
                                       struct od_artefacts *files, struct od_err *err);

#endif
