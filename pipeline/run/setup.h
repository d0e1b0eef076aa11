/* setup.h - from options to what stages and commands work with. */
#ifndef OD_RUN_SETUP_H
#define OD_RUN_SETUP_H

#include "run/options.h"
#include "stage/stage.h"

/*
 * Loads schemas/ and checks the words in it that belong to other layers: anonymization
 * methods and formats.
 */
OD_CHECKED enum od_rc od_setup_spec(const struct od_options *o, struct od_arena *run,
                                    const struct od_spec **out, struct od_err *err);

/* A stage's context: schemas, paths, options. */
OD_CHECKED enum od_rc od_setup_context(const struct od_options *o, struct od_arena *run,
                                       struct od_stage_ctx *ctx, struct od_err *err);

/* Paths that depend on a serial. */
const char *od_path_release(const struct od_options *o, int64_t serial,
                            struct od_arena *a);
const char *od_path_part(const struct od_options *o, int64_t serial,
                         struct od_arena *a);
const char *od_path_snapshot(const struct od_options *o, int64_t serial,
                             struct od_arena *a);
const char *od_path_artefacts(const struct od_options *o, int64_t serial,
                              struct od_arena *a);
const char *od_path_findings(const struct od_options *o, int64_t serial,
                             struct od_arena *a);

#endif
