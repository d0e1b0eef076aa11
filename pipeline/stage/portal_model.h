/*
 * portal_model.h - what pages know that is not a row of data.
 *
 * The declarations of schemas/, the files that emit made and the release's own tables,
 * as the lists that pages.yaml names with `from:`. site-templates/README.md lists them
 * with their columns.
 */
#ifndef OD_STAGE_PORTAL_MODEL_H
#define OD_STAGE_PORTAL_MODEL_H

#include "core/arena.h"
#include "core/err.h"
#include "row/snapshot.h"
#include "site/maker.h"
#include "stage/artefacts.h"
#include "stage/stage.h"

enum { OD_PORTAL_MODELS = 32 };

/* Fills the models; *n is their number. Everything lives in ctx->run. */
OD_CHECKED enum od_rc od_portal_models(struct od_stage_ctx *ctx,
                                       const struct od_artefacts *files,
                                       struct od_snapshot *s,
                                       struct od_model models[OD_PORTAL_MODELS],
                                       size_t *n, struct od_err *err);

/* The row `site`: catalogue and release. */
struct od_fixed_row od_portal_site(struct od_stage_ctx *ctx,
                                   const struct od_pages *pages);

#endif
